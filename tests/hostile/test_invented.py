"""Whoever invents hosts, actors, keys and activities fills nothing."""

from __future__ import annotations

import pytest

from fedi.actions import actors as actor_actions
from fedi.models.actors import Actor
from fedi.outbound import resolver
from fedi.store import actors, backlog, follows, received
from fedi.store.database import Transaction
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

pytestmark = pytest.mark.network(1)


async def _known(tx: Transaction) -> int:
    return int(await tx.value("SELECT count(*) FROM actors WHERE NOT local"))


@pytest.mark.parametrize("type_", ["Accept", "Reject", "Undo", "Announce", "Delete", "Update", "Create", "Add"])
async def test_a_stranger_who_has_done_nothing_here_leaves_no_actor_behind(
    almaty: TestSchool, network: Network, aigul: Actor, mallory: StrangePerson, type_: str
) -> None:
    before = await almaty.read(_known)
    for object_ in (
        mallory.note(),
        f"{mallory.server.base}/notes/1",
        {"type": "Follow", "object": aigul.uri, "id": "x"},
    ):
        answer = await almaty.deliver(mallory.activity(type_, object_), mallory.key)
        assert answer.status_code == 202
    await network.drain()

    assert await almaty.read(_known) == before
    assert all(str(each).startswith(("ignored", "refused")) for each in await outcomes(almaty))


async def test_an_inbox_that_is_full_asks_its_visitors_to_come_again(
    almaty: TestSchool, aigul: Actor, carol: StrangePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "THREAD_FULL", 1)
    first = await almaty.deliver(carol.activity("Like", "x", "/1"), carol.key)
    second = await almaty.deliver(carol.activity("Like", "x", "/2"), carol.key)

    assert (first.status_code, second.status_code) == (202, 503)
    assert "retry-after" in second.headers


@pytest.mark.network(1, peering="quarantine")
async def test_of_strangers_nobody_knows_only_so_much_is_held(
    almaty: TestSchool, carol: StrangePerson, mallory: StrangePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(received, "HELD_IN_ALL", 1)
    answers = [await almaty.deliver(each.activity("Create", each.note()), each.key) for each in (carol, mallory)]
    large = carol.activity("Create", carol.note(content="x" * 200_000), "/large")

    assert [each.status_code for each in answers] == [202, 503]
    assert (await almaty.deliver(large, carol.key)).status_code == 413


@pytest.mark.network(1, peering="quarantine")
async def test_follows_of_strangers_are_held_up_to_a_number(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follows, "HELD_IN_ALL", 1)
    aigul = await almaty.teacher()
    for each in (carol, mallory):
        await almaty.deliver(each.activity("Follow", aigul.uri), each.key)
        await network.drain()

    assert await almaty.read(follows.count_held, carol.server.host) == 1
    assert await almaty.read(follows.count_held, mallory.server.host) == 0


async def test_actors_of_one_host_are_taken_in_up_to_a_number(
    almaty: TestSchool, network: Network, aigul: Actor, mallory: StrangePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actor_actions, "OF_ONE_HOST", 2)
    people = [mallory, *(mallory.server.person(name, network.next_keys()) for name in ("one", "two"))]
    for each in people:
        await almaty.deliver(each.activity("Follow", aigul.uri), each.key)
        await network.drain()

    assert (await outcomes(almaty))[-3:] == ["accepted", "accepted", f"ignored: {people[2].uri} cannot be fetched"]
    # Whoever is known stays so, and may change.
    again = await resolver.actor(almaty.instance, network.wire, mallory.uri, refresh=True)
    assert again == await almaty.read(actors.by_uri, mallory.uri)


async def test_actors_of_all_hosts_are_taken_in_up_to_a_number(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await almaty.read(_known) + 2  # and the school, and aigul
    monkeypatch.setattr(actor_actions, "IN_ALL", there + 1)
    people = [network.stranger(f"evil{n}.test").person("mallory", network.next_keys()) for n in range(2)]
    for each in people:
        await almaty.deliver(each.activity("Follow", aigul.uri), each.key)
        await network.drain()

    assert (await outcomes(almaty))[-2:] == ["accepted", f"ignored: {people[1].uri} cannot be fetched"]

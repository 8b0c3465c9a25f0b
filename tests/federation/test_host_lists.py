"""Lists of hosts between schools: signed, followed, applied or shown, and withdrawn."""

from collections.abc import Iterator
from typing import Any

import pytest

from fedi.actions import host_lists, servers
from fedi.actions import peers as peer_actions
from fedi.errors import FediError, Invalid, Malformed, NotFound
from fedi.models.host_lists import EntryState, HostList, ListedAs, ListMode
from fedi.models.peers import Standing
from fedi.outbound import host_lists as reading
from fedi.store import host_lists as stored
from fedi.store import peers
from tests.network import Network, TestSchool

SPAM, WORSE = "spam.example", "worse.example"


@pytest.fixture
def almaty(network: Network) -> Iterator[TestSchool]:
    """Follows the lists of kostanay."""
    with network["almaty"].instance.held(), network["kostanay"].instance.held():
        yield network["almaty"]


@pytest.fixture
async def kostanay(network: Network, almaty: TestSchool) -> TestSchool:
    """Blocks two servers, and says so."""
    school = network["kostanay"]
    for host in (SPAM, WORSE):
        await school.write(peer_actions.block, None, host, "a private note")
    await school.write(host_lists.publish, None, ListedAs.BLOCKED, True)
    return school


async def follow(almaty: TestSchool, kostanay: TestSchool, mode: ListMode, kind: str = "blocked") -> HostList:
    url = f"{kostanay.base}/actor/lists/{kind}"
    return await reading.subscribe(almaty.instance, almaty.network.wire, None, url, mode)


async def standing(school: TestSchool, host: str) -> Standing:
    found: Standing = await school.read(peers.standing, host)
    return found


async def waiting(school: TestSchool, list_: HostList) -> dict[str, EntryState]:
    _, found = await school.read(host_lists.proposals, None, list_.id, 100)
    return {proposal.entry.host: proposal.entry.state for proposal in found}


async def half_a_day_later(network: Network) -> None:
    network.clock.advance(hours=13)
    await network.drain()


async def test_a_published_list_is_signed_and_keeps_notes_to_itself(almaty: TestSchool, kostanay: TestSchool) -> None:
    answer = await almaty.get(f"{kostanay.base}/actor/lists/blocked")

    assert answer.status_code == 200
    assert answer.json()["hosts"] == [SPAM, WORSE]
    assert answer.json()["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert "private" not in answer.text


@pytest.mark.parametrize("kind", ["trusted", "nonsense"])
async def test_what_is_not_published_answers_as_what_is_not_there(
    almaty: TestSchool, kostanay: TestSchool, kind: str
) -> None:
    answer = await almaty.get(f"{kostanay.base}/actor/lists/{kind}")
    assert answer.status_code == 404

    await kostanay.write(host_lists.publish, None, ListedAs.BLOCKED, False)
    gone = await almaty.get(f"{kostanay.base}/actor/lists/blocked")
    assert (gone.status_code, gone.text) == (404, answer.text)


async def test_the_administrator_is_asked_about_each_entry(almaty: TestSchool, kostanay: TestSchool) -> None:
    followed = await follow(almaty, kostanay, ListMode.ASK)
    assert await standing(almaty, SPAM) is Standing.UNKNOWN
    assert await waiting(almaty, followed) == {SPAM: EntryState.NEW, WORSE: EntryState.NEW}

    await almaty.write(host_lists.settle, None, followed.id, SPAM, True)
    await almaty.write(host_lists.settle, None, followed.id, WORSE, False)

    assert await standing(almaty, SPAM) is Standing.BLOCKED
    assert await standing(almaty, WORSE) is Standing.UNKNOWN
    assert await waiting(almaty, followed) == {}


async def test_changes_are_applied_and_withdrawn_where_the_administrator_wants_that(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    followed = await follow(almaty, kostanay, ListMode.APPLY)
    assert await standing(almaty, SPAM) is Standing.BLOCKED
    assert kostanay.host in (await almaty.read(peers.by_host, SPAM)).note

    await kostanay.write(peer_actions.remove, None, SPAM)
    await kostanay.write(peer_actions.block, None, "third.example")
    await half_a_day_later(network)

    assert await standing(almaty, SPAM) is Standing.UNKNOWN
    assert await standing(almaty, WORSE) is Standing.BLOCKED
    assert await standing(almaty, "third.example") is Standing.BLOCKED
    assert await waiting(almaty, followed) == {}


async def test_a_withdrawal_is_shown_to_who_wants_to_be_asked(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    followed = await follow(almaty, kostanay, ListMode.ASK)
    for host in (SPAM, WORSE):
        await almaty.write(host_lists.settle, None, followed.id, host, True)
        await kostanay.write(peer_actions.remove, None, host)
    await half_a_day_later(network)
    assert await waiting(almaty, followed) == {SPAM: EntryState.WITHDRAWN, WORSE: EntryState.WITHDRAWN}

    await almaty.write(host_lists.settle, None, followed.id, SPAM, True)
    await almaty.write(host_lists.settle, None, followed.id, WORSE, False)

    assert await standing(almaty, SPAM) is Standing.UNKNOWN
    assert await standing(almaty, WORSE) is Standing.BLOCKED
    assert await waiting(almaty, followed) == {}


async def test_what_people_decided_is_stronger_than_a_list(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    await almaty.write(peer_actions.add, None, SPAM)
    for host in (almaty.host, "shymkent.test"):
        await kostanay.write(peer_actions.block, None, host)
    await almaty.write(peer_actions.add, None, "shymkent.test")

    followed = await follow(almaty, kostanay, ListMode.APPLY)

    assert await standing(almaty, SPAM) is Standing.TRUSTED
    assert await standing(almaty, "shymkent.test") is Standing.TRUSTED
    assert await standing(almaty, almaty.host) is Standing.UNKNOWN
    _, shown = await almaty.read(host_lists.proposals, None, followed.id, 100)
    assert {each.entry.host: (each.ours, each.contested) for each in shown} == {
        almaty.host: (True, False),
        SPAM: (False, True),
        "shymkent.test": (False, True),
    }
    await almaty.write(host_lists.settle, None, followed.id, almaty.host, True)
    assert await standing(almaty, almaty.host) is Standing.UNKNOWN


async def test_what_people_forgave_stays_forgiven(almaty: TestSchool, kostanay: TestSchool, network: Network) -> None:
    await follow(almaty, kostanay, ListMode.APPLY)
    await almaty.write(peer_actions.remove, None, SPAM)
    await half_a_day_later(network)

    assert await standing(almaty, SPAM) is Standing.UNKNOWN


async def test_a_withdrawal_leaves_what_another_list_or_people_decided(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    shymkent = network["shymkent"]
    with shymkent.instance.held():
        await shymkent.write(peer_actions.block, None, SPAM)
        await shymkent.write(host_lists.publish, None, ListedAs.BLOCKED, True)
        await follow(almaty, kostanay, ListMode.APPLY)
        await follow(almaty, shymkent, ListMode.APPLY)
        await almaty.write(peer_actions.add, None, WORSE)
        for host in (SPAM, WORSE):
            await kostanay.write(peer_actions.remove, None, host)
        await half_a_day_later(network)

        assert await standing(almaty, SPAM) is Standing.BLOCKED
        assert await standing(almaty, WORSE) is Standing.TRUSTED

        await shymkent.write(peer_actions.remove, None, SPAM)
        await half_a_day_later(network)
        assert await standing(almaty, SPAM) is Standing.UNKNOWN


async def test_a_list_of_trusted_servers_lets_in_but_no_blocked_one(almaty: TestSchool, kostanay: TestSchool) -> None:
    for host in ("good.example", "bad.example"):
        await kostanay.write(peer_actions.add, None, host)
    await kostanay.write(host_lists.publish, None, ListedAs.TRUSTED, True)
    await almaty.write(peer_actions.block, None, "bad.example")

    await follow(almaty, kostanay, ListMode.APPLY, "trusted")

    assert await standing(almaty, "good.example") is Standing.TRUSTED
    assert await standing(almaty, "bad.example") is Standing.BLOCKED


@pytest.mark.parametrize("mode", list(ListMode))
async def test_what_was_decided_already_does_not_wait_and_is_not_taken_back_by_the_list(
    almaty: TestSchool, kostanay: TestSchool, network: Network, mode: ListMode
) -> None:
    for host in ("good.example", "new.example"):
        await kostanay.write(peer_actions.add, None, host)
    await kostanay.write(host_lists.publish, None, ListedAs.TRUSTED, True)
    await almaty.write(peer_actions.add, None, "good.example")

    followed = await follow(almaty, kostanay, mode, "trusted")
    waits = {"new.example": EntryState.NEW} if mode is ListMode.ASK else {}
    counted = {each.list_id: each.entries for each in await almaty.read(stored.waiting_counts)}
    assert await waiting(almaty, followed) == waits
    assert counted == ({followed.id: 1} if waits else {})
    await kostanay.write(peer_actions.remove, None, "good.example")
    await half_a_day_later(network)

    assert await standing(almaty, "good.example") is Standing.TRUSTED
    assert await waiting(almaty, followed) == waits


async def test_what_is_decided_anew_waits_again(almaty: TestSchool, kostanay: TestSchool) -> None:
    await almaty.write(peer_actions.block, None, SPAM)
    followed = await follow(almaty, kostanay, ListMode.ASK)
    assert await waiting(almaty, followed) == {WORSE: EntryState.NEW}

    await almaty.write(peer_actions.remove, None, SPAM)

    assert await waiting(almaty, followed) == {SPAM: EntryState.NEW, WORSE: EntryState.NEW}


async def served(almaty: TestSchool, kostanay: TestSchool, host: str, **changes: Any) -> str:
    """The list of kostanay, changed by somebody who serves it under a name of his own."""
    document = (await almaty.get(f"{kostanay.base}/actor/lists/blocked")).json()
    stranger = almaty.network.stranger(host)
    stranger.documents["/list"] = {**document, **changes}
    return f"{stranger.base}/list"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "http://liar.test/list"},
        {"id": "http://liar.test/list", "attributedTo": "http://liar.test/actor"},
        {"id": "http://liar.test/list", "hosts": ["good.example"]},
        {"id": "http://liar.test/list", "proof": None},
        {},
    ],
)
async def test_a_list_that_its_school_has_not_signed_is_not_followed(
    almaty: TestSchool, kostanay: TestSchool, changes: dict[str, Any]
) -> None:
    url = await served(almaty, kostanay, "liar.test", **changes)

    with pytest.raises(FediError):
        await reading.subscribe(almaty.instance, almaty.network.wire, None, url, ListMode.APPLY)

    assert await almaty.read(stored.everyone) == []
    assert [await standing(almaty, host) for host in (SPAM, "good.example")] == [Standing.UNKNOWN] * 2


async def test_an_older_or_another_list_does_not_take_the_place_of_what_is_known(
    almaty: TestSchool, kostanay: TestSchool
) -> None:
    followed = await follow(almaty, kostanay, ListMode.APPLY)
    remote = await reading.fetch(almaty.instance, almaty.network.wire, followed.url)
    older = type(remote)(remote.url, remote.owner_uri, "", remote.decision, (), remote.changed_at - 1)
    other = type(remote)(remote.url, remote.owner_uri, "", ListedAs.TRUSTED, (SPAM,), remote.changed_at + 1)

    for wrong in (older, other):
        with pytest.raises(Invalid):
            await almaty.write(host_lists.renew, followed.id, wrong)


async def test_a_list_that_cannot_be_read_stands_as_it_was_and_says_so(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    followed = await follow(almaty, kostanay, ListMode.APPLY)
    await kostanay.write(host_lists.publish, None, ListedAs.BLOCKED, False)
    await half_a_day_later(network)

    known = await almaty.read(stored.by_id, followed.id)
    assert "404" in known.trouble
    assert await standing(almaty, SPAM) is Standing.BLOCKED

    await kostanay.write(host_lists.publish, None, ListedAs.BLOCKED, True)
    await half_a_day_later(network)
    assert (await almaty.read(stored.by_id, followed.id)).trouble is None


async def test_decisions_outlive_the_subscription(almaty: TestSchool, kostanay: TestSchool, network: Network) -> None:
    followed = await follow(almaty, kostanay, ListMode.APPLY)
    await almaty.write(host_lists.unsubscribe, None, followed.id)
    await half_a_day_later(network)

    assert await standing(almaty, SPAM) is Standing.BLOCKED
    assert await almaty.read(stored.everyone) == []
    with pytest.raises(NotFound):
        await almaty.write(host_lists.unsubscribe, None, followed.id)


async def test_a_school_does_not_follow_itself_nor_a_blocked_one(almaty: TestSchool, kostanay: TestSchool) -> None:
    await almaty.write(host_lists.publish, None, ListedAs.BLOCKED, True)
    with pytest.raises(FediError):
        await follow(almaty, almaty, ListMode.ASK)
    await almaty.write(peer_actions.block, None, kostanay.host)
    with pytest.raises(FediError):
        await follow(almaty, kostanay, ListMode.ASK)


async def test_how_many_lists_are_followed_has_an_end(
    almaty: TestSchool, kostanay: TestSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_lists, "MOST_LISTS", 0)
    with pytest.raises(Invalid):
        await follow(almaty, kostanay, ListMode.ASK)


async def test_a_big_list_is_applied_in_parts(
    almaty: TestSchool, kostanay: TestSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_lists, "BATCH", 1)
    await follow(almaty, kostanay, ListMode.APPLY)

    assert [await standing(almaty, host) for host in (SPAM, WORSE)] == [Standing.BLOCKED] * 2


def test_lists_and_servers_share_their_hour() -> None:
    assert host_lists.READ_EVERY_MS < servers.CHECK_DAYS * 24 * 3_600_000
    assert issubclass(Malformed, FediError)

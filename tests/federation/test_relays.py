"""Relays of both kinds: asked, answered, and what they pass on."""

import pytest

from fedi.actions import relays as relay_actions
from fedi.actions import timelines
from fedi.errors import Conflict, Invalid
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import PostKind
from fedi.models.relays import Relay, RelayState
from fedi.outbound import resolver
from fedi.store import actors, notifications, relays
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson

pytestmark = pytest.mark.network(1)

PAGE = Page()


@pytest.fixture
def relay(network: Network) -> StrangePerson:
    """The relay's own actor."""
    return network.stranger("relay.test").person("relay", network.next_keys(), type="Application")


async def asked(almaty: TestSchool, network: Network, relay: StrangePerson, kind: str) -> Relay:
    actor: Actor | None = None
    if kind == "actor":
        actor = await resolver.actor(almaty.instance, network.wire, relay.uri)
    made: Relay = await almaty.write(relay_actions.follow, None, f"{relay.uri}/inbox", actor)
    await network.drain()
    return made


async def answered(
    almaty: TestSchool, network: Network, relay: StrangePerson, kind: str, type_: str = "Accept"
) -> Relay:
    await asked(almaty, network, relay, kind)
    follow = network.wire.sent("Follow")[-1].activity
    await almaty.deliver(relay.activity(type_, follow if kind == "actor" else follow["id"]), relay.key)
    await network.drain()
    [found] = await almaty.read(relays.everyone)
    made: Relay = found
    return made


@pytest.mark.parametrize(("kind", "followed"), [("inbox", PUBLIC), ("actor", "http://relay.test/users/relay")])
async def test_a_relay_is_asked_as_its_kind_expects_and_let_go_again(
    almaty: TestSchool, network: Network, relay: StrangePerson, kind: str, followed: str
) -> None:
    made = await answered(almaty, network, relay, kind)
    await almaty.write(relay_actions.unfollow, None, made.id)
    await network.drain()

    [follow], [undo] = network.wire.sent("Follow"), network.wire.sent("Undo")
    assert (follow.url, undo.url) == (f"{relay.uri}/inbox",) * 2
    assert follow.activity["actor"] == f"{almaty.base}/actor"
    assert follow.activity["object"] == undo.activity["object"]["object"] == followed
    assert undo.activity["object"]["id"] == follow.activity["id"]
    assert (made.state, made.actor_uri) == (RelayState.ACCEPTED, relay.uri)
    assert await almaty.read(relays.everyone) == []


async def test_a_relay_that_says_no_is_noted_so(almaty: TestSchool, network: Network, relay: StrangePerson) -> None:
    made = await answered(almaty, network, relay, "inbox", "Reject")

    assert made.state is RelayState.REJECTED


async def test_nobody_answers_for_a_relay(
    almaty: TestSchool, network: Network, relay: StrangePerson, mallory: StrangePerson
) -> None:
    made = await asked(almaty, network, relay, "inbox")

    await almaty.deliver(mallory.activity("Accept", made.follow_uri), mallory.key)
    await network.drain()

    assert (await outcomes(almaty))[-1].startswith("refused")  # type: ignore[union-attr]
    [found] = await almaty.read(relays.everyone)
    assert found.state is RelayState.PENDING


@pytest.mark.parametrize("kind", ["inbox", "actor"])
async def test_what_a_relay_announces_stands_in_the_network_and_is_told_to_nobody(
    almaty: TestSchool, network: Network, relay: StrangePerson, carol: StrangePerson, kind: str
) -> None:
    dana = await almaty.teacher("dana")
    await answered(almaty, network, relay, kind)
    note = carol.note()

    await almaty.deliver(relay.activity("Announce", note["id"]), relay.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "relayed"
    shown = await almaty.read(timelines.network, dana, PAGE)
    assert [(view.post.uri, view.post.kind) for view in shown] == [(note["id"], PostKind.NOTE)]
    assert await almaty.read(timelines.home, dana.id, PAGE) == []
    assert await almaty.read(notifications.latest, dana.id, PAGE) == []
    assert (await almaty.has(note["id"])).boosts_count == 0  # type: ignore[union-attr]


async def test_what_somebody_announces_who_is_no_relay_of_ours_fetches_nothing(
    almaty: TestSchool, network: Network, relay: StrangePerson, carol: StrangePerson
) -> None:
    await asked(almaty, network, relay, "inbox")
    note = carol.note()

    await almaty.deliver(relay.activity("Announce", note["id"]), relay.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "ignored: nobody is known here by that name"
    assert carol.server.asked == []


async def test_what_a_relay_forwards_without_a_proof_is_fetched_where_it_comes_from(
    almaty: TestSchool, network: Network, relay: StrangePerson, carol: StrangePerson
) -> None:
    await answered(almaty, network, relay, "inbox")
    note = carol.note()
    forged = carol.activity("Create", {**note, "content": "<p>Never said</p>"})

    await almaty.deliver(forged, relay.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "created"
    found = await almaty.has(note["id"])
    assert found is not None
    assert found.content == "<p>Hello</p>"


async def test_a_relay_brings_nothing_that_is_not_for_everybody(
    almaty: TestSchool, network: Network, relay: StrangePerson, carol: StrangePerson
) -> None:
    await answered(almaty, network, relay, "inbox")
    note = carol.note(to=[f"{carol.uri}/followers"], cc=[])

    await almaty.deliver(carol.activity("Create", note), relay.key)
    await network.drain()

    assert await almaty.has(note["id"]) is None


async def test_a_relay_is_asked_once_and_never_ourselves(
    almaty: TestSchool, network: Network, relay: StrangePerson
) -> None:
    await asked(almaty, network, relay, "inbox")

    with pytest.raises(Conflict):
        await asked(almaty, network, relay, "inbox")
    for address in (f"{almaty.base}/inbox", "no address", "ftp://relay.test/inbox"):
        with pytest.raises(Invalid):
            await almaty.write(relay_actions.follow, None, address)
    assert await almaty.read(actors.by_uri, relay.uri) is None

"""Whom a school lets in: open, quarantine, allowlist, blocks; and agreements between schools."""

import pytest

from fedi.actions import follows as follow_actions
from fedi.actions import own_posts
from fedi.actions import peers as peer_actions
from fedi.models.actors import Actor
from fedi.models.follows import FollowState
from fedi.models.paging import Page
from fedi.models.peers import Standing
from fedi.models.posts import Circle
from fedi.outbound import resolver
from fedi.store import actors, follows, peers, received, timelines
from tests.federation.conftest import kept, outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

QUARANTINE = pytest.mark.network(2, peering="quarantine")
ALLOWLIST = pytest.mark.network(2, peering="allowlist")
OPEN = pytest.mark.network(3)


@pytest.fixture
def kostanay(network: Network) -> TestSchool:
    return network["kostanay"]


@QUARANTINE
async def test_a_strangers_follow_is_held_until_the_administrator_decides(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()

    answer = await almaty.deliver(carol.activity("Follow", aigul.uri), carol.key)
    await network.drain()
    held = await almaty.read(follows.held, Page())
    await almaty.write(peer_actions.add, None, carol.server.host)
    await network.drain()

    assert answer.status_code == 202
    assert [each.actor.uri for each in held] == [carol.uri]
    assert await almaty.read(follows.held, Page()) == []
    assert len(network.wire.sent("Accept")) == 1


@QUARANTINE
async def test_a_held_follow_gets_no_posts(almaty: TestSchool, network: Network, carol: StrangePerson) -> None:
    aigul = await almaty.teacher()
    await almaty.deliver(carol.activity("Follow", aigul.uri), carol.key)
    await network.drain()

    await almaty.post(aigul, "Salem", Circle.FOLLOWERS)
    await network.drain()

    assert network.wire.sent("Create") == []


@QUARANTINE
async def test_what_strangers_say_is_held_and_admitted_later(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    note = carol.note(tag=[{"type": "Mention", "href": aigul.uri}])
    answer = await almaty.deliver(carol.activity("Create", note), carol.key)
    await network.drain()
    before = await almaty.has(note["id"])
    waiting = await almaty.read(received.held_by_host)

    await almaty.write(peer_actions.add, None, carol.server.host)
    await network.drain()

    assert (answer.status_code, before) == (202, None)
    assert [(each.host, each.activities) for each in waiting] == [("mastodon.test", 1)]
    assert await almaty.has(note["id"]) is not None
    assert await almaty.read(received.held_by_host) == []


@QUARANTINE
async def test_what_comes_while_its_host_is_being_let_in_is_not_held_for_ever(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    note = carol.note(tag=[{"type": "Mention", "href": aigul.uri}])
    await almaty.write(peer_actions.add, None, carol.server.host)
    almaty.instance.signers.note_standing(carol.server.host, Standing.UNKNOWN)  # as the door knew it a moment before
    await almaty.deliver(carol.activity("Create", note), carol.key)
    await network.drain()

    assert await almaty.has(note["id"]) is not None


@pytest.mark.network(1, peering="quarantine", held_per_host="3")
async def test_what_is_held_of_one_host_is_bounded(almaty: TestSchool, network: Network, carol: StrangePerson) -> None:
    for n in range(5):
        note = carol.note(f"/notes/{n}")
        await almaty.deliver(carol.activity("Create", note, f"/activities/{n}"), carol.key)

    found = [each.uri for each in await kept(almaty)]
    assert found == [f"http://mastodon.test/activities/{n}" for n in (2, 3, 4)]


@pytest.mark.network(1, peering="quarantine", held_per_host="2")
async def test_held_follows_of_one_host_are_bounded(almaty: TestSchool, network: Network, carol: StrangePerson) -> None:
    aigul = await almaty.teacher()
    people = [carol, *(carol.server.person(name, network.next_keys()) for name in ("dave", "erin"))]

    for person in people:
        answer = await almaty.deliver(person.activity("Follow", aigul.uri), person.key)
        assert answer.status_code == 202
    await network.drain()

    assert len(await almaty.read(follows.held, Page())) == 2


@QUARANTINE
async def test_a_stranger_leaves_no_actor_behind(almaty: TestSchool, network: Network, carol: StrangePerson) -> None:
    await almaty.deliver(carol.activity("Create", carol.note()), carol.key)
    await network.drain()

    assert await almaty.read(actors.by_uri, carol.uri) is None


@QUARANTINE
async def test_whom_we_follow_is_heard_though_her_host_is_unknown(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()

    await almaty.deliver(carol.activity("Create", note), carol.key)
    await network.drain()

    assert await almaty.has(note["id"]) is not None


@QUARANTINE
async def test_an_accept_of_our_follow_is_heard(
    almaty: TestSchool, network: Network, carol: StrangePerson, asking: Actor
) -> None:
    request = network.wire.sent("Follow")[0].activity

    await almaty.deliver(carol.activity("Accept", request), carol.key)
    await network.drain()

    assert await outcomes(almaty) == ["accepted"]


@QUARANTINE
async def test_blocking_forgets_what_was_held_and_ends_follows(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    other = carol.server.person("dave", network.next_keys())
    await almaty.deliver(carol.activity("Follow", aigul.uri), carol.key)
    await almaty.deliver(other.activity("Create", other.note()), other.key)
    await network.drain()

    await almaty.write(peer_actions.block, None, carol.server.host)
    await almaty.post(aigul, "Salem", Circle.PUBLIC)
    crossed = len(network.wire.crossed)
    await network.drain()

    assert await almaty.read(received.held_by_host) == []
    assert await almaty.read(follows.held, Page()) == []
    assert await almaty.read(follows.of_actor, aigul.id) == []
    assert len(network.wire.crossed) == crossed


@ALLOWLIST
async def test_an_allowlist_refuses_strangers_and_stays_readable(
    almaty: TestSchool, network: Network, kostanay: TestSchool, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)

    refused = await almaty.deliver(carol.activity("Follow", aigul.uri), carol.key)
    signed = await almaty.get(post.uri, signer=carol.key)
    unsigned = await almaty.get(post.uri)

    assert (refused.status_code, signed.status_code, unsigned.status_code) == (403, 200, 200)
    assert carol.server.asked == []


@ALLOWLIST
async def test_an_allowlist_sends_only_to_its_peers(almaty: TestSchool, network: Network, kostanay: TestSchool) -> None:
    aigul, bolat = await almaty.teacher("aigul"), await kostanay.teacher("bolat")
    for school, other in ((almaty, kostanay), (kostanay, almaty)):
        await school.write(peer_actions.add, None, other.host)
    await kostanay.follow(bolat, aigul)

    await almaty.write(peer_actions.remove, None, kostanay.host)
    await almaty.post(aigul, "Salem", Circle.PUBLIC)
    await network.drain()

    assert network.wire.sent("Create") == []


async def agree(network: Network, one: str, other: str) -> None:
    """Both schools offer each other an agreement."""
    for here, there in ((one, other), (other, one)):
        await offer(network, here, there)


async def offer(network: Network, here: str, there: str) -> None:
    school = network[here]
    await resolver.school(school.instance, network.wire, network[there].host)
    await school.write(peer_actions.add, None, network[there].host, True)
    await network.drain()


@OPEN
async def test_an_agreement_stands_once_both_have_offered_it(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]

    await offer(network, "almaty", "kostanay")
    after_one = [await school.read(peers.partner_hosts) for school in (almaty, kostanay)]
    await offer(network, "kostanay", "almaty")
    after_both = [await school.read(peers.partner_hosts) for school in (almaty, kostanay)]

    assert after_one == [[], []]
    assert after_both == [["kostanay.test"], ["almaty.test"]]
    partners = (await almaty.get("/actor/partners")).json()
    assert partners["orderedItems"] == [f"{kostanay.base}/actor"]


@OPEN
async def test_either_side_ends_an_agreement(network: Network) -> None:
    await agree(network, "almaty", "kostanay")

    await network["kostanay"].write(peer_actions.end_agreement, None, "almaty.test")
    await network.drain()

    assert await network["almaty"].read(peers.partner_hosts) == []
    assert await network["kostanay"].read(peers.partner_hosts) == []


@OPEN
async def test_partner_posts_cross_to_partners_only(network: Network) -> None:
    almaty, kostanay, shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))
    aigul = await almaty.teacher("aigul")
    bolat, dana = await kostanay.teacher("bolat"), await shymkent.teacher("dana")
    await kostanay.follow(bolat, aigul)
    await shymkent.follow(dana, aigul)
    before = await almaty.post(aigul, "Before", Circle.PARTNERS)
    await agree(network, "almaty", "kostanay")

    after = await almaty.post(aigul, f"After @dana@{shymkent.host}", Circle.PARTNERS)
    await network.drain()

    assert await kostanay.has(before.uri) is None
    found = await kostanay.has(after.uri)
    assert found is not None
    assert found.circle is Circle.PARTNERS
    assert await shymkent.has(after.uri) is None
    assert {each.url for each in network.wire.sent("Create")} == {f"{kostanay.base}/inbox"}
    reads = [await almaty.get(after.uri, signer=each.instance.school_key) for each in (kostanay, shymkent)]
    assert [answer.status_code for answer in reads] == [200, 404]


@OPEN
async def test_what_is_deleted_after_an_agreement_has_ended_is_deleted_where_it_was_sent(network: Network) -> None:
    almaty, kostanay, shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))
    await agree(network, "almaty", "kostanay")
    aigul, bolat = await almaty.teacher("aigul"), await kostanay.teacher("bolat")
    dana = await almaty.knows(await shymkent.teacher("dana"))
    await almaty.knows(bolat)
    post = await almaty.post(aigul, f"Salem @{dana.handle}", Circle.PARTNERS)
    message = await almaty.post(aigul, f"@bolat@{kostanay.host} Salem", Circle.DIRECT, in_reply_to_id=post.id)
    await network.drain()
    had = [await kostanay.has(each.uri) is not None for each in (post, message)]
    await almaty.write(peer_actions.end_agreement, None, kostanay.host)

    for each in (post, message):
        await almaty.write(own_posts.delete, aigul, each.id)
    await network.drain()

    assert had == [True, True]
    assert [await kostanay.has(each.uri) for each in (post, message)] == [None, None]
    assert {each.url for each in network.wire.sent("Delete")} == {f"{kostanay.base}/inbox"}


@OPEN
async def test_a_partner_gets_posts_of_people_nobody_there_follows(network: Network) -> None:
    await agree(network, "almaty", "kostanay")
    aigul = await network["almaty"].teacher("aigul")
    bolat = await network["kostanay"].teacher("bolat")

    post = await network["almaty"].post(aigul, "Salem", Circle.PARTNERS)
    await network.drain()

    assert await network["kostanay"].has(post.uri) is not None
    shown = await network["kostanay"].read(timelines.network, bolat, Page())
    assert [each.uri for each in shown] == [post.uri]


@OPEN
async def test_nobody_but_the_school_offers_its_agreement(
    network: Network, almaty: TestSchool, carol: StrangePerson
) -> None:
    offered = network["kostanay"]
    await offer(network, "kostanay", "almaty")
    activity = offered.network.wire.sent("Offer")[0].activity
    forged = {**activity, "actor": carol.uri, "id": f"{carol.server.base}/offers/1"}

    await almaty.deliver(forged, carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "ignored: only the school itself offers an agreement"


@OPEN
@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.DRAFT])
async def test_what_is_for_the_school_never_leaves_it(network: Network, circle: Circle) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, dana, bolat = await almaty.teacher("aigul"), await almaty.teacher("dana"), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    await agree(network, "almaty", "kostanay")
    network.wire.crossed.clear()

    post = await almaty.post(aigul, f"Salem @bolat@{kostanay.host}", circle)
    if circle is Circle.SCHOOL:
        await almaty.post(dana, f"I agree @bolat@{kostanay.host}", Circle.PUBLIC, in_reply_to_id=post.id)
    await network.drain()

    assert network.wire.crossed == []


@OPEN
async def test_followers_posts_go_to_accepted_followers_only(network: Network) -> None:
    almaty, kostanay, shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))
    aigul = await almaty.teacher("aigul", locked=True)
    bolat, dana = await kostanay.teacher("bolat"), await shymkent.teacher("dana")
    await kostanay.follow(bolat, aigul)
    await shymkent.follow(dana, aigul)
    request = next(
        each for each in await almaty.read(follows.requests, aigul.id, Page()) if each.actor.username == "bolat"
    )
    await almaty.write(follow_actions.accept, request.follow)
    await network.drain()

    post = await almaty.post(aigul, "Salem", Circle.FOLLOWERS)
    await network.drain()

    assert await kostanay.has(post.uri) is not None
    assert await shymkent.has(post.uri) is None
    pending = await shymkent.read(follows.between, dana.id, (await shymkent.knows(aigul)).id)
    assert pending.state is FollowState.PENDING

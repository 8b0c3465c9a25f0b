"""Blocks between schools and with servers of other makes, as the wire and both sides see them."""

import pytest

from fedi.actions import blocks as block_actions
from fedi.actions import follows as follow_actions
from fedi.actions import posts as post_actions
from fedi.actions import reactions, timelines
from fedi.errors import FediError, Forbidden, NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft
from fedi.outbound import resolver
from fedi.store import actors, blocks, follows, notifications, polls, visibility
from fedi.store.database import Transaction
from tests.factories import poll
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson

PAGE = Page()


async def block(school: TestSchool, blocker: Actor, blocked: Actor) -> Actor:
    """`blocker` of this school blocks somebody of another one; how she is known here."""
    theirs = await school.knows(blocked)
    await school.write(block_actions.block, blocker, theirs)
    await school.network.drain()
    return theirs


async def test_a_block_ends_the_follows_on_both_sides_of_the_wire(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await almaty.follow(aigul, bolat)
    await kostanay.follow(bolat, aigul)

    bolat_here = await block(almaty, aigul, bolat)

    [sent] = network.wire.sent("Block")
    assert (sent.activity["object"], sent.activity["to"], sent.url) == (
        bolat.uri,
        [bolat.uri],
        f"{kostanay.base}/inbox",
    )
    aigul_there = await kostanay.read(actors.by_uri, aigul.uri)
    for school, one, other in ((almaty, aigul, bolat_here), (kostanay, aigul_there, bolat)):
        assert await school.read(follows.between, one.id, other.id) is None
        assert await school.read(follows.between, other.id, one.id) is None
        assert await school.read(blocks.of, one.id, other.id) is not None


async def test_who_is_blocked_cannot_follow_again_and_can_after_the_block_is_lifted(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    bolat_here = await block(almaty, aigul, bolat)
    aigul_there = await kostanay.read(actors.by_uri, aigul.uri)

    with pytest.raises(Forbidden):
        await kostanay.write(follow_actions.follow, bolat, aigul_there)
    await almaty.write(block_actions.unblock, aigul, bolat_here)
    await network.drain()
    await kostanay.follow(bolat, aigul)

    assert await kostanay.read(blocks.of, aigul_there.id, bolat.id) is None
    assert (await almaty.read(follows.between, bolat_here.id, aigul.id)).state == "accepted"


@pytest.mark.network(1)
async def test_a_blocked_stranger_gets_a_reject_and_nothing_else(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    theirs = await resolver.actor(almaty.instance, network.wire, carol.uri)
    await almaty.write(block_actions.block, aigul, theirs)

    await almaty.deliver(carol.activity("Follow", aigul.uri, "/follows/1"), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "refused: blocked"
    [reject] = network.wire.sent("Reject")
    assert reject.activity["object"]["id"] == f"{carol.server.base}/follows/1"
    assert network.wire.sent("Accept") == []
    assert (await almaty.read(actors.by_id, aigul.id)).followers_count == 0


@pytest.mark.network(1)
@pytest.mark.parametrize("form", ["whole", "id"])
async def test_a_block_of_ours_by_somebody_elsewhere_is_remembered_until_it_is_undone(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, form: str
) -> None:
    note = carol.note()
    await almaty.deliver(carol.activity("Create", note), carol.key)
    activity = carol.activity("Block", aigul.uri, "/blocks/1")

    await almaty.deliver(activity, carol.key)
    await network.drain()
    theirs = await almaty.read(actors.by_uri, carol.uri)
    post = await almaty.has(note["id"])
    for act in (reactions.like, reactions.boost):
        with pytest.raises(NotFound):
            await almaty.write(act, aigul, post)
    with pytest.raises(Forbidden):
        await almaty.write(follow_actions.follow, aigul, theirs)
    offered = await almaty.read(timelines.network, aigul, PAGE)

    await almaty.deliver(carol.activity("Undo", activity if form == "whole" else activity["id"]), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "unblocked"
    assert offered == []
    assert [view.post.uri for view in await almaty.read(timelines.network, aigul, PAGE)] == [note["id"]]


@pytest.mark.network(1)
async def test_a_block_of_somebody_who_is_not_here_or_by_somebody_else_does_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson, aigul: Actor
) -> None:
    await almaty.deliver(carol.activity("Block", mallory.uri), carol.key)
    forged = {**carol.activity("Block", aigul.uri), "id": f"{mallory.server.base}/blocks/1", "actor": mallory.uri}
    refused = await almaty.deliver({**forged, "actor": carol.uri}, mallory.key)
    await network.drain()
    theirs = await almaty.read(actors.by_uri, carol.uri)

    assert (await outcomes(almaty))[-1] == "ignored: whom it blocks is not here"
    assert refused.status_code == 400
    assert await almaty.read(follows.between, aigul.id, theirs.id) is not None


@pytest.mark.network(1)
async def test_an_undo_of_a_block_by_somebody_else_lifts_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson, aigul: Actor
) -> None:
    activity = carol.activity("Block", aigul.uri, "/blocks/1")
    await almaty.deliver(activity, carol.key)
    await almaty.deliver(mallory.activity("Undo", activity), mallory.key)
    await almaty.deliver(mallory.activity("Undo", activity["id"]), mallory.key)
    await network.drain()
    theirs = await almaty.read(actors.by_uri, carol.uri)

    assert await almaty.read(blocks.of, theirs.id, aigul.id) is not None


@pytest.mark.network(1)
@pytest.mark.parametrize("verb", ["Like", "Announce", "reply", "mention", "vote"])
async def test_a_blocked_stranger_does_nothing_to_the_blocker(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, verb: str
) -> None:
    post = await almaty.post(aigul, "Which?", Circle.PUBLIC, poll=poll("Yes", "No"))
    theirs = await almaty.read(actors.by_uri, carol.uri)
    await almaty.write(block_actions.block, aigul, theirs)
    said = {
        "Like": lambda: carol.activity("Like", post.uri),
        "Announce": lambda: carol.activity("Announce", post.uri),
        "reply": lambda: carol.activity("Create", carol.note(inReplyTo=post.uri, cc=[aigul.uri])),
        "mention": lambda: carol.activity(
            "Create", carol.note(tag={"type": "Mention", "href": aigul.uri}, to=[aigul.uri])
        ),
        "vote": lambda: carol.activity(
            "Create", {**carol.note(inReplyTo=post.uri, to=[aigul.uri]), "name": "Yes", "content": ""}
        ),
    }[verb]()

    await almaty.deliver(said, carol.key)
    await network.drain()

    counted = await almaty.read(polls.of_post, post.id)
    after = await almaty.has(post.uri)
    assert after is not None
    assert (after.likes_count, after.boosts_count, after.replies_count) == (0, 0, 0)
    assert counted.voters_count == 0
    assert await almaty.read(notifications.latest, aigul.id, PAGE) == []


@pytest.mark.network(1)
async def test_a_blocked_stranger_who_others_follow_names_the_blocker_in_vain(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    dana = await almaty.teacher("dana")
    await almaty.write(block_actions.block, dana, await almaty.read(actors.by_uri, carol.uri))
    note = carol.note(tag={"type": "Mention", "href": dana.uri}, to=[PUBLIC])

    await almaty.deliver(carol.activity("Create", note), carol.key)
    await network.drain()

    assert [view.post.uri for view in await almaty.read(timelines.home, aigul.id, PAGE)] == [note["id"]]
    assert await almaty.read(notifications.latest, dana.id, PAGE) == []


async def test_posts_for_followers_and_naming_the_blocked_are_hidden_from_her(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    bolat_here = await almaty.knows(bolat)
    named = await almaty.post(aigul, f"Salem @bolat@{kostanay.host}", Circle.DIRECT)
    await almaty.write(block_actions.block, aigul, bolat_here)
    key = await kostanay.instance.signing_key(bolat.id)

    assert not await almaty.read(visibility.sees, bolat_here, named)
    assert (await almaty.get(named.uri, signer=key)).status_code == 404


async def test_what_was_sent_before_a_block_stays_sent_and_nothing_more_follows(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    await block(almaty, aigul, bolat)
    before = len(network.wire.sent("Create"))

    await almaty.post(aigul, f"For everyone, and @bolat@{kostanay.host}", Circle.PUBLIC)
    await network.drain()
    with pytest.raises(FediError):
        await kostanay.write(_answer, bolat, aigul)

    assert len(network.wire.sent("Create")) - before == 1  # the mention: whom she has blocked she may still address


async def _answer(tx: Transaction, bolat: Actor, aigul: Actor) -> None:
    [post_id] = await tx.all(int, "SELECT id FROM posts WHERE NOT local")
    await post_actions.post(tx, bolat, Draft("And you?", Circle.PUBLIC, in_reply_to_id=post_id))

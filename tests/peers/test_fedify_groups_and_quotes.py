"""Communities and quotes, with a server on Fedify: bovine-herd knows neither."""

import pytest

from fedi.actions import timelines
from fedi.models.actors import Actor
from fedi.models.follows import FollowState
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post
from fedi.models.quotes import QuotePolicy, QuoteState
from fedi.outbound import resolver
from fedi.store import communities, follows, quotes
from tests.federation.test_communities import open_community
from tests.live import LiveSchool, until
from tests.peers.running import Peer, PeerPerson, heard, join
from tests.peers.test_acts import here

pytestmark = pytest.mark.xdist_group("fedify")


@pytest.fixture
async def dana(fedify: Peer) -> PeerPerson:
    return await join(fedify, "dana")


async def follow(school: LiveSchool, follower: Actor, followed: PeerPerson) -> Actor:
    theirs = await resolver.actor(school.instance, school.network.wire, followed.uri)
    await school.follow(follower, theirs)

    async def accepted() -> bool:
        found = await school.read(follows.between, follower.id, theirs.id)
        return bool(found and found.state is FollowState.ACCEPTED)

    await until(school, accepted, "the follow")
    return theirs


# --- communities ----------------------------------------------------------------------------------


async def test_a_community_of_ours_is_a_group_there_and_brings_its_members_what_is_written(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    group = await open_community(school, aigul)
    seen = await fedify.do("look", at=f"@maths@{school.host}")
    await dana.says("Follow", group.uri, group.uri)
    await heard(school, fedify, "Accept", actorId=group.uri)

    post = await school.post(aigul, "Fractions", Circle.PUBLIC, community_id=group.id)

    async def brought() -> bool:
        announced = [each for each in await fedify.do("seen") if each["type"] == "Announce"]
        whole = [each["object"] for each in announced if each["actorId"] == group.uri and each.get("object")]
        return any(each["type"] == "Create" and each["objectId"] == post.uri for each in whole)

    assert (seen["type"], seen["id"], seen["preferredUsername"]) == ("Group", group.uri, "maths")
    await until(school, brought, "the Announce of the Create")


async def test_what_a_member_there_writes_stands_in_our_community(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    group = await open_community(school, aigul)
    await dana.says("Follow", group.uri, group.uri)
    await heard(school, fedify, "Accept", actorId=group.uri)

    uri = await dana.says("Create", {"content": "<p>How?</p>", "audience": group.uri}, group.uri)

    assert (await here(school, uri)).community_id == group.id


async def test_what_a_group_there_brings_stands_in_the_homes_of_its_members_here(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    group = await join(fedify, "physics", kind="Group")
    theirs = await follow(school, aigul, group)
    said = await fedify.do(
        "say", type="Create", by=dana.name, to=[], object={"content": "<p>Why?</p>", "audience": group.uri}
    )

    await group.does("Announce", said["id"])

    post = await here(school, said["object"])
    home = await school.read(timelines.home, aigul.id, Page())
    assert await school.read(communities.by_id, theirs.id) is not None
    assert post.community_id == theirs.id
    assert [view.boost_of.post.uri for view in home if view.boost_of] == [post.uri]


# --- quotes ---------------------------------------------------------------------------------------


async def state_of(school: LiveSchool, post: Post) -> QuoteState | None:
    found = await school.read(quotes.of_post, post.id)
    return found.state if found else None


async def test_a_quote_of_ours_is_asked_for_and_stands_by_their_stamp(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    await follow(school, aigul, dana)
    note = await here(school, await dana.says("Create", {"content": "<p>Quote me</p>"}))

    quoting = await school.post(aigul, "Look", quoted_id=note.id)
    asked = await heard(school, fedify, "QuoteRequest", actorId=aigul.uri)
    assert (asked["objectId"], asked["instrumentId"]) == (note.uri, quoting.uri)
    assert await state_of(school, quoting) is QuoteState.PENDING
    stamp = await fedify.do("stamp", by=dana.name, quoting=quoting.uri, quoted=note.uri)
    await dana.says("Accept", asked["id"], aigul.uri, result=stamp)

    async def accepted() -> bool:
        return await state_of(school, quoting) is QuoteState.ACCEPTED

    await until(school, accepted, "the quote")
    seen = await fedify.do("look", at=quoting.uri)
    assert (seen["quoteId"], seen["quoteAuthorizationId"]) == (note.uri, stamp)


async def test_a_quote_of_theirs_is_allowed_with_a_stamp_that_they_can_read(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    await dana.says("Follow", aigul.uri, aigul.uri)
    await heard(school, fedify, "Accept", actorId=aigul.uri)
    note = await school.post(aigul, "Quote me", quote_policy=QuotePolicy.EVERYONE)
    quoting = await dana.says("Create", {"content": "<p>Look</p>", "quote": note.uri}, aigul.uri)

    await dana.says("QuoteRequest", note.uri, aigul.uri, instrument=quoting)

    async def answered() -> str | None:
        found = [each for each in await fedify.do("seen") if each["type"] == "Accept" and each.get("resultId")]
        return next((each["resultId"] for each in found if each["actorId"] == aigul.uri), None)

    stamp = await until(school, answered, "the Accept")
    seen = await fedify.do("look", at=stamp)
    assert (seen["type"], seen["interactingObjectId"], seen["interactionTargetId"]) == (
        "QuoteAuthorization",
        quoting,
        note.uri,
    )

    async def stands() -> bool:
        return await state_of(school, await here(school, quoting)) is QuoteState.ACCEPTED

    await until(school, stands, "the quote")

"""Communities on both engines: who may what, and what becomes of posts."""

import pytest

from fedi.actions import communities, events
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.accounts import Role
from fedi.models.actors import Actor, ActorKind, ProfileChange, RemoteCommunity
from fedi.models.communities import Posting
from fedi.models.events import Event, EventStatus, JoinMode, Organiser
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post, PostKind
from fedi.store import accounts, timelines, views
from fedi.store import communities as kept
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.network import key_pool
from tests.units import in_a_unit

HOUR = 3600_000


async def opened(tx: Transaction, founder: Actor, posting: Posting = Posting.MEMBERS) -> Actor:
    await accounts.set_role(tx, founder.id, Role.MODERATOR)
    account = await accounts.by_id(tx, founder.id)
    assert account is not None
    new = communities.NewCommunity("maths", "Maths", "All about it", "Be kind", posting, key_pool()[0])
    return (await communities.create(tx, account, founder, new)).actor


async def boosts(tx: Transaction, community: Actor) -> list[int | None]:
    found = await timelines.profile(tx, None, community.id, Page(), "posts")
    return [post.boost_of_id for post in found]


async def written(tx: Transaction, author: Actor, community: Actor, circle: Circle = Circle.PUBLIC) -> Post:
    return await make.note(tx, author, "Fractions", circle, community_id=community.id)


@in_a_unit
async def test_a_post_stands_in_its_community_once_and_leaves_it_when_removed(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul")
    maths = await opened(tx, aigul)
    post = await written(tx, aigul, maths)
    before = await boosts(tx, maths)

    await communities.remove(tx, aigul, post)

    assert before == [post.id]
    assert await boosts(tx, maths) == []
    assert (await views.full(tx, [post.id]))[0].community is None
    with pytest.raises(NotFound):
        await communities.remove(tx, aigul, (await views.full(tx, [post.id]))[0].post)
    await communities.restore(tx, aigul, maths, post.uri)
    assert (await views.full(tx, [post.id]))[0].community is not None


@in_a_unit
async def test_a_page_shows_standing_moderators_and_rules(tx: Transaction) -> None:
    aigul, saule = await make.teacher(tx, "aigul"), await make.teacher(tx, "saule")
    maths = await opened(tx, aigul)

    found = await communities.page(tx, saule, "maths")
    mine = await communities.page(tx, aigul, "maths")

    assert found.standing is not None
    assert (found.standing.member, found.standing.moderator, found.may_moderate) == (False, False, False)
    assert mine.standing is not None
    assert (mine.standing.member, mine.standing.moderator, mine.may_moderate) == (True, True, True)
    assert [each.id for each in found.moderators] == [aigul.id]
    assert found.community.rules == "<p>Be kind</p>"
    assert (await communities.page(tx, None, "maths")).standing is None
    with pytest.raises(NotFound):
        await communities.page(tx, saule, "aigul")
    assert [each.actor.id for each in await communities.listed(tx, Page())] == [maths.id]
    assert [each.actor.id for each in await communities.offered(tx, saule, maths.id)] == [maths.id]
    assert await communities.offered(tx, saule, None) == []


@in_a_unit
async def test_moderators_change_it_and_others_do_not(tx: Transaction) -> None:
    aigul, saule = await make.teacher(tx, "aigul"), await make.teacher(tx, "saule")
    maths = await opened(tx, aigul)
    change = ProfileChange(name="Mathematics")

    with pytest.raises(Forbidden):
        await communities.change(tx, saule, maths.id, change, "", Posting.ANYBODY)
    await communities.change(tx, aigul, maths.id, change, "New", Posting.SCHOOL)
    await communities.set_moderators(tx, aigul, maths.id, ["@saule"])
    await communities.change(tx, saule, maths.id, ProfileChange(), "Newer", Posting.SCHOOL)

    found = await communities.page(tx, None, "maths")
    assert (found.actor.name, found.community.posting) == ("Mathematics", Posting.SCHOOL)
    assert found.community.rules == "<p>Newer</p>"
    for bad in (["nobody"], ["maths"]):
        with pytest.raises(Invalid):
            await communities.set_moderators(tx, aigul, maths.id, bad)
    with pytest.raises(Invalid):
        await communities.change(tx, aigul, maths.id, ProfileChange(name=" "), "", Posting.SCHOOL)


@in_a_unit
async def test_a_ban_ends_by_itself_and_can_be_lifted(tx: Transaction) -> None:
    aigul, saule = await make.teacher(tx, "aigul"), await make.teacher(tx, "saule")
    maths = await opened(tx, aigul, Posting.ANYBODY)

    await communities.ban(tx, aigul, maths, saule.uri, until=tx.now - 1)
    await written(tx, saule, maths)
    await communities.ban(tx, aigul, maths, saule.uri, until=tx.now + HOUR)
    with pytest.raises(Forbidden):
        await written(tx, saule, maths)
    listed = await communities.bans(tx, aigul, maths.id)
    await communities.lift_ban(tx, aigul, maths, saule.uri)

    assert [each.actor_uri for each in listed] == [saule.uri]
    await written(tx, saule, maths)


@in_a_unit
async def test_what_a_group_elsewhere_says_changes_and_its_removals_last(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul")
    group = await make.colleague(tx, "physics", host="lemmy.test", kind=ActorKind.GROUP)
    picard = await make.colleague(tx, "picard", host="lemmy.test")
    await kept.upsert_remote(tx, group.id, RemoteCommunity("https://lemmy.test/moderators", False))
    await kept.upsert_remote(tx, group.id, RemoteCommunity(None, True))
    carol = await make.colleague(tx, "carol", host="mastodon.test")
    post = await make.remote(tx, carol, community=group)
    mine = await written(tx, aigul, group)

    await communities.remove(tx, picard, post)
    again = await make.remote(tx, carol, community=group)

    found = await kept.by_id(tx, group.id)
    assert found is not None
    assert (found.posting, found.moderators_uri) == (Posting.MODERATORS, None)
    assert again.community_id is None
    assert mine.community_id == group.id
    with pytest.raises(Forbidden):
        await communities.remove(tx, carol, mine)


@in_a_unit
async def test_nothing_of_a_community_is_left_in_a_narrower_circle(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul")
    maths = await opened(tx, aigul)
    post = await written(tx, aigul, maths)

    answer = await make.answer(tx, aigul, post, Circle.SCHOOL)
    open_answer = await make.answer(tx, aigul, post)

    assert (answer.community_id, open_answer.community_id) == (None, maths.id)
    with pytest.raises(Invalid):
        await written(tx, aigul, maths, Circle.SCHOOL)


# --- events ---------------------------------------------------------------------------------------


@in_a_unit
async def test_an_event_is_stored_whole_changed_and_listed(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.colleague(tx)
    event = Event(
        starts_at=tx.now + HOUR,
        ends_at=None,
        shows_end=False,
        time_zone=None,
        status=EventStatus.TENTATIVE,
        place="Мектеп",
        address="",
        online_url=None,
        join_mode=JoinMode.UNKNOWN,
        join_url=None,
        organisers=(Organiser("Болат", ""),),
        categories=("LEARNING",),
        capacity=None,
        remaining=None,
    )
    post = await make.remote(tx, bolat, kind=PostKind.ARTICLE, title="Open lesson", event=event)
    unread = await events.coming(tx, aigul, events.BEGINNING, 20)
    await make.follow(tx, aigul, bolat)

    listed = await events.coming(tx, aigul, events.BEGINNING, 20)

    assert unread == []
    assert [(view.post.id, view.event) for view in listed] == [(post.id, event)]
    assert await events.coming(tx, aigul, (tx.now + HOUR, post.id), 20) == []

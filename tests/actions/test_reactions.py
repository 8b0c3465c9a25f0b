"""Likes and boosts: once each, told once, and never further than what they are about."""

import pytest

from fedi.actions import actors, bookmarks, posts, reactions, timelines
from fedi.errors import Forbidden, NotFound
from fedi.models.actors import Actor
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post, PostKind
from fedi.store import notifications as told
from fedi.store import posts as stored
from fedi.store import views
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


async def reloaded(tx: Transaction, post: Post) -> Post:
    found = await stored.by_id(tx, post.id)
    assert found is not None
    return found


async def notified(tx: Transaction, actor: Actor) -> list[tuple[NotificationKind, int | None]]:
    return [(each.kind, each.post_id) for each in await told.latest(tx, actor.id, Page())]


# --- likes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("local", [True, False])
@in_a_unit
async def test_a_like_counts_once_and_is_told_once(tx: Transaction, local: bool) -> None:
    aigul = await make.teacher(tx, "aigul")
    dana = await (make.teacher if local else make.colleague)(tx, "dana")
    post = await make.note(tx, aigul)

    await reactions.like(tx, dana, post, None if local else "https://kostanay.test/likes/1")
    await reactions.like(tx, dana, post, None if local else "https://kostanay.test/likes/2")

    assert (await reloaded(tx, post)).likes_count == 1
    assert await notified(tx, aigul) == [(NotificationKind.FAVOURITE, post.id)]


@in_a_unit
async def test_a_like_taken_back_leaves_nothing(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await make.note(tx, aigul)
    await reactions.like(tx, dana, post)

    await reactions.unlike(tx, dana, post)
    await reactions.unlike(tx, dana, post)

    assert (await reloaded(tx, post)).likes_count == 0
    assert await notified(tx, aigul) == []


@in_a_unit
async def test_the_viewer_sees_what_she_likes_and_boosted(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await make.note(tx, aigul)
    await reactions.like(tx, dana, post)
    await reactions.boost(tx, dana, post)

    [hers], [others] = await views.full(tx, [post.id], dana.id), await views.full(tx, [post.id], aigul.id)

    assert (hers.viewer.liked, hers.viewer.boosted) == (True, True)
    assert (others.viewer.liked, others.viewer.boosted) == (False, False)


@pytest.mark.parametrize("react", [reactions.like, reactions.boost])
@in_a_unit
async def test_a_hidden_post_cannot_be_reacted_to(tx: Transaction, react: type[object]) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    post = await make.note(tx, aigul, circle=Circle.SCHOOL)

    with pytest.raises(NotFound):
        await react(tx, bolat, post)  # type: ignore[call-arg, misc]


@in_a_unit
async def test_a_draft_cannot_be_liked_even_by_its_author(tx: Transaction) -> None:
    aigul = await make.teacher(tx)

    with pytest.raises(NotFound):
        await reactions.like(tx, aigul, await make.note(tx, aigul, circle=Circle.DRAFT))


# --- boosts ---------------------------------------------------------------------------------------


@in_a_unit
async def test_a_boost_is_a_post_of_its_own_made_once(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await make.note(tx, aigul)

    boost = await reactions.boost(tx, dana, post)
    again = await reactions.boost(tx, dana, post)

    assert again == boost
    assert (boost.kind, boost.boost_of_id, boost.actor_id) == (PostKind.BOOST, post.id, dana.id)
    assert (await reloaded(tx, post)).boosts_count == 1
    assert await notified(tx, aigul) == [(NotificationKind.REBLOG, post.id)]


@in_a_unit
async def test_a_remote_boost_keeps_its_address_and_its_time(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    post = await make.note(tx, aigul)
    at = tx.now - make.MINUTE

    boost = await reactions.boost(tx, bolat, post, uri="https://kostanay.test/boosts/1", published_at=at)

    assert (boost.uri, boost.published_at, boost.local) == ("https://kostanay.test/boosts/1", at, False)


@in_a_unit
async def test_a_boost_that_was_asked_for_is_told_when_it_is_sent_and_once(tx: Transaction) -> None:
    aigul, erlan = await make.teacher(tx, "aigul"), await make.teacher(tx, "erlan")
    carol = await make.colleague(tx, "carol")
    await make.follow(tx, erlan, carol)
    post = await make.note(tx, aigul)

    asked = await reactions.boost(tx, carol, post, uri="https://mastodon.test/boosts/1", quietly=True)
    before = await timelines.home(tx, erlan.id, Page())
    for _ in range(2):
        await reactions.boost(tx, carol, post, uri="https://mastodon.test/boosts/1")

    assert (before, await notified(tx, erlan)) == ([], [])
    assert [view.post.id for view in await timelines.home(tx, erlan.id, Page())] == [asked.id]
    assert await notified(tx, aigul) == [(NotificationKind.REBLOG, post.id)]


@in_a_unit
async def test_a_boost_of_a_boost_shows_the_post_itself(tx: Transaction) -> None:
    aigul, dana, erlan = [await make.teacher(tx, name) for name in ("aigul", "dana", "erlan")]
    post = await make.note(tx, aigul)
    first = await reactions.boost(tx, dana, post)

    second = await reactions.boost(tx, erlan, first)
    await reactions.like(tx, erlan, first)

    assert second.boost_of_id == post.id
    assert (await reloaded(tx, post)).likes_count == 1
    [view] = await views.full(tx, [second.id])
    assert view.boost_of is not None
    assert view.boost_of.author.id == aigul.id


@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DIRECT])
@in_a_unit
async def test_what_is_not_open_is_not_passed_on(tx: Transaction, circle: Circle) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    await make.follow(tx, dana, aigul)
    post = await make.note(tx, aigul, "For @dana", circle)

    with pytest.raises(Forbidden):
        await reactions.boost(tx, dana, post)


@pytest.mark.parametrize(
    ("post_circle", "asked", "circle"),
    [
        (Circle.PUBLIC, Circle.PUBLIC, Circle.PUBLIC),
        (Circle.PUBLIC, Circle.DIRECT, Circle.FOLLOWERS),
        (Circle.NETWORK, Circle.PUBLIC, Circle.NETWORK),
        (Circle.FOLLOWERS, Circle.PUBLIC, Circle.FOLLOWERS),
    ],
)
@in_a_unit
async def test_a_boost_is_in_no_wider_circle_than_its_post(
    tx: Transaction, post_circle: Circle, asked: Circle, circle: Circle
) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul, circle=post_circle)

    assert (await reactions.boost(tx, aigul, post, circle=asked)).circle is circle


@in_a_unit
async def test_a_boost_taken_back_leaves_homes_and_counts(tx: Transaction) -> None:
    aigul, dana, erlan = [await make.teacher(tx, name) for name in ("aigul", "dana", "erlan")]
    await make.follow(tx, erlan, dana)
    post = await make.note(tx, aigul)
    await reactions.boost(tx, dana, post)
    assert len(await timelines.home(tx, erlan.id, Page())) == 1

    await reactions.unboost(tx, dana, post)
    await reactions.unboost(tx, dana, post)

    assert await timelines.home(tx, erlan.id, Page()) == []
    assert (await reloaded(tx, post)).boosts_count == 0
    assert await notified(tx, aigul) == []


@in_a_unit
async def test_a_post_of_somebody_suspended_cannot_be_passed_on(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    post = await make.remote(tx, bolat)
    await tx.execute("UPDATE actors SET suspended_at = 1 WHERE id = :id", id=bolat.id)

    with pytest.raises(NotFound):
        await reactions.boost(tx, aigul, post)


@in_a_unit
async def test_nobody_is_told_of_what_she_does_herself(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul)

    await reactions.like(tx, aigul, post)
    await reactions.boost(tx, aigul, post)

    assert await notified(tx, aigul) == []
    await posts.delete(tx, await reloaded(tx, post))


@in_a_unit
async def test_boosts_of_somebody_who_is_gone_count_no_longer_and_her_posts_are_none_the_fewer(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    note = await make.note(tx, aigul)
    await reactions.boost(tx, bolat, note)

    await actors.delete(tx, bolat)

    assert (await reloaded(tx, note)).boosts_count == 0
    assert await tx.value("SELECT posts_count FROM actors WHERE id = :id", id=bolat.id) == 0


@in_a_unit
async def test_who_keeps_a_boost_keeps_the_post_and_does_not_keep_its_author_from_deleting_it(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    note = await make.note(tx, aigul)
    boost = await reactions.boost(tx, bolat, note)

    await bookmarks.keep(tx, aigul, boost)
    kept = await tx.all(int, "SELECT post_id FROM bookmarks")
    await bookmarks.drop(tx, aigul, boost)
    dropped = await tx.all(int, "SELECT post_id FROM bookmarks")
    await bookmarks.keep(tx, aigul, boost)
    await posts.delete(tx, note)

    assert (kept, dropped) == ([note.id], [])
    assert await stored.by_id(tx, note.id) is None

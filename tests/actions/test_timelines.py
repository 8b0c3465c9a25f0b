"""Timelines: who finds what in her home, and what the timelines that everybody shares leave out."""

from dataclasses import dataclass
from typing import Any

import pytest

from fedi.actions import posts, reactions, timelines
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post, PostView
from fedi.store import accounts, tombstones
from fedi.store import timelines as stored
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in the queue."""

    id: int
    args: dict[str, Any]


def ids(views: list[PostView]) -> list[int]:
    return [view.post.id for view in views]


async def home(tx: Transaction, reader: Actor, **page: int) -> list[int]:
    return ids(await timelines.home(tx, reader.id, Page(**page)))


async def homes(tx: Transaction, post: Post) -> set[int]:
    """The accounts that have a post in their homes."""
    return set(await tx.all(int, "SELECT account_id FROM home_entries WHERE post_id = :post", post=post.id))


async def entries(tx: Transaction, reader: Actor, count: int) -> None:
    """Fill a home with posts that were never written; a home is only a list of ids."""
    await tx.execute_many(
        "INSERT INTO home_entries (account_id, post_id) VALUES (:account, :post)",
        [{"account": reader.id, "post": number} for number in range(1, count + 1)],
    )


# --- home -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("local", [True, False])
@in_a_unit
async def test_a_post_reaches_the_homes_of_followers_here(tx: Transaction, local: bool) -> None:
    author = await (make.teacher if local else make.colleague)(tx, "author")
    reader, stranger = await make.teacher(tx, "reader"), await make.teacher(tx, "stranger")
    far = await make.colleague(tx, "far")
    await make.follow(tx, reader, author)
    await make.follow(tx, far, author)

    post = await (make.note if local else make.remote)(tx, author)

    assert await home(tx, reader) == [post.id]
    assert await home(tx, stranger) == []
    assert await homes(tx, post) == ({reader.id, author.id} if local else {reader.id})


@in_a_unit
async def test_an_author_finds_her_own_posts_and_nobody_finds_drafts(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    await make.follow(tx, dana, aigul)

    post = await make.note(tx, aigul)
    draft = await make.note(tx, aigul, circle=Circle.DRAFT)

    assert await home(tx, aigul) == await home(tx, dana) == [post.id]
    assert ids(await timelines.drafts(tx, aigul, Page())) == [draft.id]


@in_a_unit
async def test_answers_come_to_those_who_follow_both_sides(tx: Transaction) -> None:
    author, other, both, one = [await make.teacher(tx, name) for name in ("author", "other", "both", "one")]
    for reader, followed in ((both, author), (both, other), (one, author), (other, author)):
        await make.follow(tx, reader, followed)
    question = await make.note(tx, other)

    answer = await make.answer(tx, author, question)
    to_herself = await make.answer(tx, author, answer)

    assert await homes(tx, answer) == {author.id, both.id, other.id}
    assert await homes(tx, to_herself) == {author.id, both.id, other.id, one.id}


@in_a_unit
async def test_an_answer_to_an_unknown_post_comes_to_no_home(tx: Transaction) -> None:
    bolat, dana = await make.colleague(tx), await make.teacher(tx, "dana")
    await make.follow(tx, dana, bolat)

    await make.remote(tx, bolat, in_reply_to_uri="https://shymkent.test/posts/1")

    assert await home(tx, dana) == []


@in_a_unit
async def test_a_direct_post_comes_only_to_those_it_names(tx: Transaction) -> None:
    aigul, dana, erlan = [await make.teacher(tx, name) for name in ("aigul", "dana", "erlan")]
    for reader in (dana, erlan):
        await make.follow(tx, reader, aigul)

    post = await make.note(tx, aigul, "For @dana", Circle.DIRECT)

    assert await homes(tx, post) == {aigul.id, dana.id}


@in_a_unit
async def test_a_boost_is_not_told_to_those_who_saw_the_post_lately(tx: Transaction) -> None:
    author, booster, another, reader = [await make.teacher(tx, name) for name in ("author", "b1", "b2", "reader")]
    for followed in (booster, another):
        await make.follow(tx, reader, followed)
    post = await make.note(tx, author)

    first = await reactions.boost(tx, booster, post)
    await reactions.boost(tx, another, post)

    assert await home(tx, reader) == [first.id]
    [view] = await timelines.home(tx, reader.id, Page())
    assert view.boost_of is not None
    assert view.boost_of.post.id == post.id


@in_a_unit
async def test_nobody_newly_followed_brings_a_post_that_is_shown_already(tx: Transaction) -> None:
    author, booster, reader = [await make.teacher(tx, name) for name in ("author", "booster", "reader")]
    post, other = await make.note(tx, author), await make.note(tx, author, "Another")
    await reactions.boost(tx, booster, post)
    own = await reactions.boost(tx, author, other)
    for followed in (booster, author):
        await make.follow(tx, reader, followed)
        await timelines.merge(tx, reader.id, followed)
    merged = await home(tx, reader)

    await timelines.rebuild(tx, reader.id)

    assert merged == await home(tx, reader) == [other.id, post.id]
    assert own.id not in merged


@in_a_unit
async def test_a_post_of_long_ago_comes_back_when_it_is_boosted(tx: Transaction) -> None:
    author, booster, reader = [await make.teacher(tx, name) for name in ("author", "booster", "reader")]
    for followed in (author, booster):
        await make.follow(tx, reader, followed)
    post = await make.note(tx, author)
    for _ in range(40):
        await make.note(tx, author)

    boost = await reactions.boost(tx, booster, post)

    assert (await home(tx, reader))[0] == boost.id


@in_a_unit
async def test_a_home_shows_nothing_its_reader_may_no_longer_see(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    await make.follow(tx, dana, aigul)
    post = await make.note(tx, aigul, circle=Circle.FOLLOWERS)
    assert await home(tx, dana) == [post.id]

    await tx.execute("DELETE FROM follows WHERE follower_id = :dana", dana=dana.id)

    assert await home(tx, dana) == []


@in_a_unit
async def test_accounts_not_seen_for_a_month_are_passed_over_and_rebuilt_when_they_return(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    await make.follow(tx, dana, aigul)
    tx.now += 31 * make.DAY
    own = await make.note(tx, dana)
    theirs = await make.note(tx, aigul)
    await make.note(tx, aigul, "For nobody", Circle.DIRECT)
    assert await homes(tx, theirs) == {aigul.id}
    account = await accounts.by_id(tx, dana.id)
    assert account is not None

    await timelines.welcome(tx, account)

    assert await home(tx, dana) == [theirs.id, own.id]


@in_a_unit
async def test_following_somebody_shows_at_once_and_so_does_leaving(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await make.note(tx, aigul)
    await make.follow(tx, dana, aigul)

    await timelines.merge(tx, dana.id, aigul)
    assert await home(tx, dana) == [post.id]

    await timelines.unmerge(tx, dana.id, aigul)
    assert await home(tx, dana) == []


@in_a_unit
async def test_many_followers_are_reached_in_batches_by_jobs(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "BATCH", 2)
    aigul = await make.teacher(tx)
    readers = [await make.teacher(tx, f"reader{number}") for number in range(5)]
    for reader in readers:
        await make.follow(tx, reader, aigul)

    post = await make.note(tx, aigul)
    assert await homes(tx, post) == {aigul.id, readers[0].id, readers[1].id}
    while waiting := await tx.all(Waiting, "SELECT id, args FROM jobs WHERE kind = 'fan-out'"):
        await tx.execute("DELETE FROM jobs WHERE id = :id", id=waiting[0].id)
        await timelines.continue_fan_out(tx, waiting[0].args["post"], waiting[0].args["after"])

    assert await homes(tx, post) == {aigul.id, *(reader.id for reader in readers)}


@in_a_unit
async def test_a_post_deleted_meanwhile_goes_nowhere(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await make.note(tx, aigul)
    await make.follow(tx, dana, aigul)
    await posts.delete(tx, post)

    await timelines.continue_fan_out(tx, post.id, 0)

    assert await home(tx, dana) == []


@in_a_unit
async def test_a_home_is_cut_to_its_size_once_it_has_outgrown_it(tx: Transaction) -> None:
    dana, erlan = await make.teacher(tx, "dana"), await make.teacher(tx, "erlan")
    await entries(tx, dana, stored.HOME_ENTRIES + 101)
    await entries(tx, erlan, stored.HOME_ENTRIES + 100)

    assert await timelines.prune(tx) is False

    kept = await tx.all(int, "SELECT post_id FROM home_entries WHERE account_id = :id ORDER BY post_id", id=dana.id)
    assert kept == list(range(102, stored.HOME_ENTRIES + 102))
    assert await tx.value("SELECT count(*) FROM home_entries WHERE account_id = :id", id=erlan.id) == 900


@in_a_unit
async def test_pages_go_down_and_up(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    first, second, third, fourth = [(await make.note(tx, aigul)).id for _ in range(4)]

    assert await home(tx, aigul, limit=2) == [fourth, third]
    assert await home(tx, aigul, limit=2, before=third) == [second, first]
    assert await home(tx, aigul, limit=2, after=first) == [third, second]
    assert await home(tx, aigul, before=fourth, after=first) == [third, second]


# --- the shared ones ------------------------------------------------------------------------------


@in_a_unit
async def test_the_schools_timeline_shows_each_what_she_may_see(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    written = {circle: (await make.note(tx, aigul, circle=circle)).id for circle in Circle}
    await make.remote(tx, bolat)
    await reactions.boost(tx, aigul, await make.remote(tx, bolat, 2))

    assert set(ids(await timelines.school(tx, aigul, Page()))) == {
        written[circle] for circle in (Circle.SCHOOL, Circle.PARTNERS, Circle.PUBLIC)
    }
    assert ids(await timelines.school(tx, None, Page())) == [written[Circle.PUBLIC]]


@in_a_unit
async def test_the_network_shows_what_is_public_anywhere_and_to_us_what_partners_share(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    ours = await make.note(tx, aigul)
    theirs = await make.remote(tx, bolat)
    shared = await make.remote(tx, bolat, 2, Circle.PARTNERS)
    await make.remote(tx, bolat, 3, Circle.NETWORK)
    await make.remote(tx, bolat, 4, Circle.FOLLOWERS)

    assert set(ids(await timelines.network(tx, aigul, Page()))) == {ours.id, theirs.id, shared.id}
    assert set(ids(await timelines.network(tx, None, Page()))) == {ours.id, theirs.id}


@in_a_unit
async def test_shared_timelines_leave_out_answers_to_others(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    question = await make.note(tx, aigul)
    await make.answer(tx, dana, question)
    to_herself = await make.answer(tx, aigul, question)

    for timeline in (timelines.school, timelines.network):
        assert ids(await timeline(tx, None, Page())) == [to_herself.id, question.id]


@in_a_unit
async def test_nothing_of_somebody_suspended_is_shown_not_even_boosted(tx: Transaction) -> None:
    bolat, dana = await make.colleague(tx), await make.teacher(tx, "dana")
    post = await make.remote(tx, bolat)
    await reactions.boost(tx, dana, post)

    await tx.execute("UPDATE actors SET suspended_at = 1 WHERE id = :id", id=bolat.id)

    assert await timelines.network(tx, dana, Page()) == []
    assert await timelines.profile(tx, dana, dana, Page()) == []
    assert await home(tx, dana) == []


@in_a_unit
async def test_a_hashtag_is_found_in_any_spelling_and_any_script(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    first = await make.note(tx, aigul, "#Бөлшектер")
    second = await make.note(tx, aigul, "#БӨЛШЕКТЕР", Circle.SCHOOL)
    await make.note(tx, aigul, "#бөлшектер", Circle.NETWORK)

    assert ids(await timelines.tag(tx, dana, "бөлшектер", Page())) == [second.id, first.id]
    assert ids(await timelines.tag(tx, None, "бөлшектер", Page())) == [first.id]


@in_a_unit
async def test_a_profile_shows_posts_and_boosts_and_answers_when_asked(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    question = await make.note(tx, dana)
    post = await make.note(tx, aigul)
    answer = await make.answer(tx, aigul, question)
    boost = await reactions.boost(tx, aigul, question)
    material = await make.note(tx, aigul, title="Fractions", material=make.LESSON_PLAN)

    assert ids(await timelines.profile(tx, None, aigul, Page())) == [material.id, boost.id, post.id]
    everything = await timelines.profile(tx, None, aigul, Page(), with_replies=True)
    assert ids(everything) == [material.id, boost.id, answer.id, post.id]
    assert ids(await timelines.profile(tx, None, aigul, Page(), only_materials=True)) == [material.id]


@in_a_unit
async def test_old_tombstones_of_peers_are_forgotten_and_ours_are_kept(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    ours, theirs = await make.note(tx, aigul), await make.remote(tx, bolat)
    for post in (ours, theirs):
        await posts.delete(tx, post)

    tx.now += (tombstones.KEPT_DAYS + 1) * make.DAY
    await tombstones.prune(tx)

    assert await tombstones.is_public(tx, ours.uri)
    assert not await tombstones.is_public(tx, theirs.uri)

"""Filters are kept, changed and bounded on both engines alike."""

from collections.abc import Awaitable, Callable

import pytest

from fedi.actions import accounts as account_actions
from fedi.actions import filters as actions
from fedi.actions import posts as post_actions
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.filters import FilterChange, FilterRules, KeywordChange
from fedi.store import filters, shown, streamed
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

EXAMS = FilterChange("Exams", ("home", "public"), "hide", keywords=(KeywordChange(keyword="exam"),))


async def version(tx: Transaction, viewer: Actor) -> frozenset[int]:
    return (await shown.standing(tx, viewer.id, [])).filters


@in_a_unit
async def test_a_filter_is_read_as_it_was_written(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul)

    made = await actions.create(tx, aigul, EXAMS)
    entry = await actions.add_post(tx, aigul, made.filter.id, post.id)

    assert await filters.of_account(tx, aigul.id) == [FilterRules(made.filter, made.keywords, (entry,))]


@in_a_unit
async def test_each_change_is_another_version_and_is_announced_to_its_owner(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
    post = await make.note(tx, aigul)
    made = await actions.create(tx, aigul, EXAMS)
    word = await actions.add_keyword(tx, aigul, made.filter.id, KeywordChange(keyword="test"))
    entry = await actions.add_post(tx, aigul, made.filter.id, post.id)
    changes: list[Callable[[], Awaitable[object]]] = [
        lambda: actions.change(tx, aigul, made.filter.id, FilterChange("Tests")),
        lambda: actions.change_keyword(tx, aigul, KeywordChange(word.id, "quiz")),
        lambda: actions.remove_keyword(tx, aigul, word.id),
        lambda: actions.remove_post(tx, aigul, entry.id),
        lambda: actions.delete(tx, aigul, made.filter.id),
    ]
    seen = [await version(tx, aigul)]

    for change in changes:
        tx.announcements.clear()
        await change()
        seen.append(await version(tx, aigul))
        assert tx.announcements == [(f"filters_changed:{aigul.id}", aigul.id)]

    assert len(set(seen)) == len(changes) + 1
    assert await version(tx, bolat) == frozenset()
    assert set(await streamed.marks(tx, [aigul.id, bolat.id], [])) == {aigul.id}


@in_a_unit
async def test_filters_keywords_and_posts_are_bounded(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_FILTERS", "MOST_KEYWORDS", "MOST_POSTS"):
        monkeypatch.setattr(actions, name, 1)
    aigul = await make.teacher(tx)
    one, other = await make.note(tx, aigul), await make.note(tx, aigul)
    made = await actions.create(tx, aigul, EXAMS)
    await actions.add_post(tx, aigul, made.filter.id, one.id)

    with pytest.raises(Invalid, match="maximum number of filters"):
        await actions.create(tx, aigul, EXAMS)
    with pytest.raises(Invalid, match="maximum number of keywords"):
        await actions.add_keyword(tx, aigul, made.filter.id, KeywordChange(keyword="test"))
    with pytest.raises(Invalid, match="maximum number of filtered posts"):
        await actions.add_post(tx, aigul, made.filter.id, other.id)


@in_a_unit
async def test_a_deleted_post_leaves_its_filters_and_a_person_takes_hers_along(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
    post = await make.note(tx, bolat)
    made = await actions.create(tx, aigul, EXAMS)
    await actions.add_post(tx, aigul, made.filter.id, post.id)

    await post_actions.delete(tx, post)
    left = await actions.own(tx, aigul, made.filter.id)
    await account_actions.erase(tx, aigul)

    assert left.posts == ()
    assert await filters.of_account(tx, aigul.id) == []
    assert await version(tx, aigul) == frozenset()
    with pytest.raises(NotFound):
        await actions.own(tx, aigul, made.filter.id)

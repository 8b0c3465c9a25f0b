"""Search finds what fits, shows it in one order on both engines, and finds nothing that its author keeps to herself."""

from typing import Any

import pytest

from fedi.actions import posts as post_actions
from fedi.actions import reactions
from fedi.actions.compose import compose
from fedi.models.actors import Actor
from fedi.models.materials import Material
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, Post
from fedi.store import bookmarks, search
from fedi.store.engine.transaction import Transaction
from fedi.store.search import Query
from tests import factories as make
from tests.units import in_a_unit

BY = "https://creativecommons.org/licenses/by/4.0/"
BY_NC = "https://creativecommons.org/licenses/by-nc/4.0/"


async def found(
    tx: Transaction, viewer: Actor | None, text: str = "", page: Page | None = None, **query: Any
) -> list[int]:
    return await search.find(tx, viewer, Query(text, **query), page or Page())


async def material(tx: Transaction, author: Actor, title: str, circle: Circle = Circle.PUBLIC, **about: Any) -> Post:
    values: dict[str, Any] = {"kind": "lesson-plan", "subject": "mathematics", "classes": (5,), "licence": BY, **about}
    language = values.pop("language", "kk")
    draft = Draft("Қосымша мәтін", circle, title=title, language=language, material=Material(**values))
    return await post_actions.post(tx, author, draft)


@pytest.mark.parametrize(
    ("text", "search_for"),
    [
        ("Бөлшектерді қосамыз", "бөлшек"),
        ("Сложение дробей", "дробь"),
        ("Adding fractions", "fraction"),
        ("Урок #математика", "математиканың"),
    ],
)
@in_a_unit
async def test_a_post_is_found_by_another_form_of_its_words(tx: Transaction, text: str, search_for: str) -> None:
    aigul = await make.teacher(tx)
    note = await make.note(tx, aigul, text)
    await make.note(tx, aigul, "Басқа хабарлама")

    assert await found(tx, None, search_for) == [note.id]


@in_a_unit
async def test_all_words_must_be_there(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    both = await make.note(tx, aigul, "дроби и проценты")
    await make.note(tx, aigul, "только дроби")

    assert await found(tx, None, "проценты дроби") == [both.id]
    assert await found(tx, None, "проценты дроби синус ") == []


@in_a_unit
async def test_what_has_an_unwanted_word_is_left_out_in_any_form_of_it(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    both = await make.note(tx, aigul, "дроби и проценты")
    only = await make.note(tx, aigul, "только дроби")

    assert await found(tx, None, "дробь", without="процент") == [only.id]
    assert await found(tx, None, "дробь", without="синус процентов только") == []
    assert await found(tx, None, "дробь", without="и \"' & -") == [only.id, both.id]
    assert await found(tx, None, without="процент", author_id=aigul.id) == [only.id]


@in_a_unit
async def test_words_in_the_title_come_first_then_the_newest(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    old_title = await material(tx, aigul, "Бөлшектер")
    new_title = await material(tx, aigul, "Бөлшек туралы")
    old_text = await make.note(tx, aigul, "бөлшек")
    new_text = await make.note(tx, aigul, "бөлшектер")

    everything = await found(tx, None, "бөлшек")

    assert everything == [new_title.id, old_title.id, new_text.id, old_text.id]


@in_a_unit
async def test_pages_go_on_where_the_last_one_ended_in_both_directions(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    for number in range(3):
        await make.note(tx, aigul, f"бөлшек {number}")
        await material(tx, aigul, f"Бөлшек {number}")
    everything = await found(tx, None, "бөлшек")
    assert len(everything) == 6

    for edge, post_id in enumerate(everything):
        assert await found(tx, None, "бөлшек", Page(2, before=post_id)) == everything[edge + 1 : edge + 3]
        assert await found(tx, None, "бөлшек", Page(2, after=post_id)) == everything[max(0, edge - 2) : edge]


@in_a_unit
async def test_without_words_the_newest_materials_are_paged(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    first, second, third = [await material(tx, aigul, f"Сабақ {n}") for n in range(3)]
    await make.note(tx, aigul, "no material")

    assert await found(tx, None, materials_only=True) == [third.id, second.id, first.id]
    assert await found(tx, None, "", Page(1, before=third.id), materials_only=True) == [second.id]
    assert await found(tx, None, "", Page(1, after=first.id), materials_only=True) == [second.id]


@in_a_unit
async def test_words_that_every_text_has_find_nothing_rather_than_everything(tx: Transaction) -> None:
    await make.note(tx, await make.teacher(tx), "и в на")

    assert await found(tx, None, "и в") == []
    assert await found(tx, None, "«!?»") == []


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "worksheet"},
        {"subject": "physics"},
        {"class_": 7},
        {"language": "ru"},
        {"licence": BY_NC},
        {"max_minutes": 30},
    ],
    ids=lambda query: next(iter(query)),
)
@in_a_unit
async def test_each_filter_sifts(tx: Transaction, query: dict[str, Any]) -> None:
    aigul = await make.teacher(tx)
    await material(tx, aigul, "Сабақ", duration_minutes=45)
    await material(tx, aigul, "Сабақ")
    wanted = await material(
        tx,
        aigul,
        "Сабақ",
        kind="worksheet",
        subject="physics",
        classes=(7, 8),
        licence=BY_NC,
        duration_minutes=30,
        language="ru",
    )

    assert await found(tx, None, "сабақ", **query) == [wanted.id]
    assert await found(tx, None, **query) == [wanted.id]


@in_a_unit
async def test_keywords_and_objectives_of_a_material_are_searched(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    plan = await material(tx, aigul, "Жоспар", keywords=("олимпиада",), objectives="считать проценты")

    assert await found(tx, None, "олимпиада") == await found(tx, None, "процент") == [plan.id]


@in_a_unit
async def test_an_edit_replaces_what_is_found_and_a_deletion_takes_it_away(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    note = await make.note(tx, aigul, "алгебра")
    new = await compose(tx, aigul, Draft("геометрия", Circle.PUBLIC))

    edited = await post_actions.edit(tx, note, new)

    assert await found(tx, aigul, "алгебра") == []
    assert await found(tx, aigul, "геометрия") == [note.id]
    await post_actions.delete(tx, edited)
    assert await found(tx, aigul, "геометрия") == []


@in_a_unit
async def test_a_post_that_loses_its_words_is_found_no_more(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    note = make.post((await make.note(tx, aigul, "алгебра")).id, aigul.id, content="<p>…</p>")

    await search.index(tx, note)

    assert await found(tx, aigul, "алгебра") == []


# --- who finds what ---


@in_a_unit
async def test_nobody_finds_what_she_may_not_see(tx: Transaction) -> None:
    aigul, dana, bolat = await make.teacher(tx), await make.teacher(tx, "dana"), await make.colleague(tx)
    for circle in (Circle.DRAFT, Circle.SCHOOL, Circle.FOLLOWERS, Circle.DIRECT, Circle.PARTNERS):
        await make.note(tx, aigul, "құпия", circle)

    assert await found(tx, None, "құпия") == await found(tx, bolat, "құпия") == []
    assert len(await found(tx, dana, "құпия")) == 2  # school, and partners
    assert len(await found(tx, aigul, "құпия")) == 4  # drafts stand on a page of their own


@in_a_unit
async def test_nothing_of_somebody_suspended_is_found(tx: Transaction) -> None:
    await make.remote(tx, gone := await make.colleague(tx), content="<p>алгебра</p>")
    await tx.execute("UPDATE actors SET suspended_at = 1 WHERE id = :id", id=gone.id)

    assert await found(tx, await make.teacher(tx), "алгебра") == []


@in_a_unit
async def test_posts_of_those_who_have_not_agreed_are_found_by_themselves_and_their_school_only(
    tx: Transaction,
) -> None:
    aigul, dana = await make.teacher(tx, indexable=False), await make.teacher(tx, "dana")
    bolat = await make.colleague(tx, indexable=False)
    ours = await make.note(tx, aigul, "алгебра")
    theirs = await make.remote(tx, bolat, content="<p>алгебра</p>")

    assert await found(tx, None, "алгебра") == []
    assert await found(tx, dana, "алгебра") == [ours.id]
    assert await found(tx, bolat, "алгебра") == [theirs.id]


@in_a_unit
async def test_a_material_in_a_public_library_is_found_whatever_its_author_says_of_her_posts(tx: Transaction) -> None:
    bolat = await make.colleague(tx, indexable=False)
    shared = await make.remote(tx, bolat, 1, title="Алгебра", material=make.LESSON_PLAN)
    await make.remote(tx, bolat, 2, Circle.NETWORK, title="Алгебра", material=make.LESSON_PLAN)

    assert await found(tx, None, "алгебра") == [shared.id]


@in_a_unit
async def test_a_partners_material_is_found_by_our_teachers_only(tx: Transaction) -> None:
    bolat = await make.colleague(tx, indexable=False)
    shared = await make.remote(tx, bolat, 1, Circle.PARTNERS, title="Алгебра", material=make.LESSON_PLAN)

    assert await found(tx, await make.teacher(tx), "алгебра") == [shared.id]
    assert await found(tx, None, "алгебра") == []


@in_a_unit
async def test_boosts_are_not_found_beside_what_they_show(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx), await make.teacher(tx, "dana")
    note = await make.note(tx, aigul, "алгебра")
    await reactions.boost(tx, dana, note)

    assert await found(tx, None, "алгебра") == await found(tx, None) == [note.id]


@in_a_unit
async def test_what_she_has_saved_is_found_among_that_whether_or_not_its_author_agreed_to_be_found(
    tx: Transaction,
) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx, indexable=False)
    saved = await make.remote(tx, bolat, 1, content="<p>Бөлшектерді қосамыз</p>")
    hidden = await make.remote(tx, bolat, 2, Circle.DIRECT, content="<p>Бөлшектерді азайтамыз</p>")
    await make.remote(tx, bolat, 3, content="<p>Бөлшектерді көбейтеміз</p>")
    for post in (saved, hidden):
        await bookmarks.insert(tx, aigul.id, post.id)

    assert await found(tx, aigul, "бөлшек") == []
    assert await found(tx, aigul, "бөлшек", saved=True) == [saved.id]
    assert await found(tx, None, "бөлшек", saved=True) == []

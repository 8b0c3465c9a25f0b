"""The metadata of a material is kept beside its post and goes with it."""

from dataclasses import replace

from fedi.models.materials import Material
from fedi.store import materials
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

FULL = Material(
    kind="worksheet",
    subject="physics",
    classes=(7, 8),
    licence="https://creativecommons.org/licenses/by-sa/4.0/",
    duration_minutes=45,
    objectives="Ұзындықты өлшеу",
    keywords=("өлшеу", "length"),
    based_on="https://kostanay.test/posts/1",
    author_line="Айгүл Сейітова",
)


async def classes_of(tx: Transaction, post_id: int) -> list[int]:
    return await tx.all(int, "SELECT class FROM material_classes WHERE post_id = :id ORDER BY class", id=post_id)


@in_a_unit
async def test_what_is_kept_comes_back(tx: Transaction) -> None:
    note = await make.note(tx, await make.teacher(tx))

    await materials.put(tx, note.id, FULL)

    assert await materials.of_posts(tx, [note.id, 1]) == {note.id: FULL}
    assert await classes_of(tx, note.id) == [7, 8]


@in_a_unit
async def test_a_second_form_replaces_the_first(tx: Transaction) -> None:
    note = await make.note(tx, await make.teacher(tx))
    await materials.put(tx, note.id, FULL)

    await materials.put(tx, note.id, changed := replace(FULL, classes=(8, 8, 9), keywords=(), duration_minutes=None))

    assert await materials.of_posts(tx, [note.id]) == {note.id: changed}
    assert await classes_of(tx, note.id) == [8, 9]


@in_a_unit
async def test_what_is_removed_is_gone_with_its_classes(tx: Transaction) -> None:
    note = await make.note(tx, await make.teacher(tx))
    await materials.put(tx, note.id, FULL)

    await materials.remove(tx, note.id)

    assert await materials.of_posts(tx, [note.id]) == {}
    assert await classes_of(tx, note.id) == []

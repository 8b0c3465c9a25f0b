"""People are found by their names on both engines alike, and are forgotten with them."""

from dataclasses import replace

import pytest

from fedi.models.actors import Actor
from fedi.models.posts import Circle
from fedi.store import actors, names, tag_uses
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


async def found(tx: Transaction, text: str, viewer: Actor | None) -> list[str]:
    query = names.typed(text)
    ids = await names.find(tx, viewer, query, 10) if query else []
    known = await actors.by_ids(tx, ids)
    return [known[each].username for each in ids]


@pytest.mark.parametrize("text", ["АЙГҮЛ", "айг", "ахмет айгүл", "aigul", "@aigul", "aigul@almaty.test", "aigul@al"])
@in_a_unit
async def test_somebody_is_found_by_any_of_her_names(tx: Transaction, text: str) -> None:
    aigul = await make.teacher(tx, "aigul", name="Айгүл Ахметова")
    await make.colleague(tx, "bolat")

    assert await found(tx, text, aigul) == ["aigul"]


@in_a_unit
async def test_where_too_many_fit_those_of_the_school_and_those_one_follows_are_among_the_found(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_LOOKED_AT", 2)
    me, _ = await make.teacher(tx, "marat"), await make.teacher(tx, "azamat")
    for username in ("abai", "adil", "aigul", "alua"):
        await make.colleague(tx, username)
    aset = await make.colleague(tx, "aset")
    await make.follow(tx, me, aset)

    assert await found(tx, "a", me) == ["aset", "azamat", "abai", "adil"]
    assert await found(tx, "aigul", me) == await found(tx, "aigul@kostanay", me) == ["aigul"]
    assert await found(tx, "a@kostanay", me) == ["abai", "adil"]
    await make.colleague(tx, "zarina", name="Alua Li")
    assert await found(tx, "alua li", me) == ["zarina"]
    await make.colleague(tx, "alua1", name="Alua B")
    await make.colleague(tx, "alua2", name="Alua C")
    assert await found(tx, "alua c", me) == ["alua2"]


@pytest.mark.parametrize("text", ["", "@", "мет", "айгүл болат", "%", "_", "aigul@kostanay", "\U0010ffff"])
@in_a_unit
async def test_what_begins_no_name_finds_nobody(tx: Transaction, text: str) -> None:
    aigul = await make.teacher(tx, "aigul", name="Айгүл Ахметова")

    assert await found(tx, text, aigul) == []


@in_a_unit
async def test_who_has_another_name_or_none_is_found_by_the_old_one_no_more(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul", name="Айгүл")
    bolat = await make.teacher(tx, "bolat", name="Болат")
    await actors.update_profile(tx, replace(aigul, name="Сәуле"))
    await actors.set_deleted(tx, bolat.id)

    assert await found(tx, "айгүл", aigul) == await found(tx, "болат", aigul) == await found(tx, "bolat", aigul) == []
    assert await found(tx, "сәуле", aigul) == ["aigul"]


@in_a_unit
async def test_hashtags_are_found_and_counted_as_far_as_they_are_shared(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    await make.note(tx, aigul, "#Алгебра #алгоритм")
    await make.note(tx, aigul, "#алгебра")
    await make.note(tx, aigul, "#алгебра_тайна", Circle.FOLLOWERS)
    await make.note(tx, aigul, "#алгебра_мектеп", Circle.SCHOOL)

    assert await tag_uses.beginning(tx, None, "алг", 5) == ["алгебра", "алгоритм"]
    assert await tag_uses.beginning(tx, aigul, "алгебра", 5) == ["алгебра", "алгебра_мектеп"]
    uses = await tag_uses.lately(tx, ["алгебра", "алгоритм", "none"], 7)
    assert [(each.posts, each.people) for each in uses["алгебра"]] == [(2, 1)]
    assert uses["none"] == []

"""Timelines of lists are written and cut on both engines alike."""

import pytest

from fedi.actions import follows as follow_actions
from fedi.actions import lists as actions
from fedi.actions import timelines
from fedi.errors import Invalid
from fedi.models.lists import PeopleList, RepliesPolicy
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.store import lists
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_posts_boosts_and_messages_go_where_they_belong(tx: Transaction) -> None:
    owner, member = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    await follow_actions.follow(tx, owner, member)
    made = await actions.create(tx, owner, "Physics", RepliesPolicy.NONE, None)
    await actions.add(tx, owner, made.id, [member.id])

    note = await make.note(tx, member, "Note")
    named = await make.note(tx, member, "@aigul", Circle.DIRECT)
    other = await make.note(tx, member, "Only for me", Circle.DIRECT)
    answer = await make.answer(tx, member, await make.note(tx, await make.teacher(tx, "dana"), "?"))

    found = await lists.timeline(tx, owner, made.id, Page())
    assert found == [named.id, note.id]
    assert not {other.id, answer.id} & set(found)


@in_a_unit
async def test_a_list_keeps_its_newest_posts(tx: Transaction) -> None:
    owner = await make.teacher(tx, "aigul")
    made = PeopleList(tx.new_id(), owner.id, "Mine")
    await lists.put(tx, made)
    await lists.add_member(tx, made.id, owner.id)
    posts = [await make.note(tx, owner, f"Post {each}") for each in range(5)]
    await tx.execute_many(
        "INSERT INTO list_entries (list_id, post_id) VALUES (:list, :post)",
        [{"list": made.id, "post": number} for number in range(1, lists.ENTRIES + 101)],
    )

    more = await timelines.prune(tx)

    kept = await tx.all(int, "SELECT post_id FROM list_entries WHERE list_id = :list", list=made.id)
    assert (more, len(kept), {each.id for each in posts} <= set(kept)) == (False, lists.ENTRIES, True)


@in_a_unit
async def test_lists_and_their_people_are_bounded(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await make.teacher(tx, "aigul")
    monkeypatch.setattr(actions, "MOST_LISTS", 1)
    monkeypatch.setattr(actions, "MOST_MEMBERS", 0)
    made = await actions.create(tx, owner, "One", None, None)

    with pytest.raises(Invalid):
        await actions.create(tx, owner, "Two", None, None)
    with pytest.raises(Invalid):
        await actions.add(tx, owner, made.id, [owner.id])

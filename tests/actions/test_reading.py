"""Reading one post, its thread and its history; hidden and absent are one."""

from collections.abc import Awaitable, Callable

import pytest

from fedi.actions import notifications, posts, reading
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.store.engine.dialect import Statement
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

Read = Callable[[Transaction, Actor | None, int], Awaitable[object]]


class Log:
    """The statements that run in a unit from here on."""

    def __init__(self, tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        fetch = type(tx)._fetch

        async def logged(tx: Transaction, statement: Statement, values: list[object]) -> object:
            self.statements.append(statement.sql)
            return await fetch(tx, statement, values)

        monkeypatch.setattr(type(tx), "_fetch", logged)


@in_a_unit
async def test_a_post_is_read_with_its_author(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul)

    assert (await reading.post(tx, None, post.id)).author.id == aigul.id
    assert (await reading.by_uri(tx, None, post.uri)).post == post


@pytest.mark.parametrize("read", [reading.post, reading.thread, reading.history])
@in_a_unit
async def test_hidden_and_absent_cannot_be_told_apart(
    tx: Transaction, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = await make.note(tx, await make.teacher(tx), circle=Circle.SCHOOL)
    answers = []
    for post_id in (hidden.id, 1):
        with monkeypatch.context() as patched:
            log = Log(tx, patched)
            with pytest.raises(NotFound) as refusal:
                await read(tx, None, post_id)
        answers.append((str(refusal.value), log.statements))

    assert answers[0] == answers[1]
    assert len(answers[0][1]) == 1


@in_a_unit
async def test_a_page_of_posts_costs_the_same_few_statements_however_long_it_is(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fedi.actions import timelines

    aigul = await make.teacher(tx)
    counts = []
    for _ in range(2):
        for number in range(5):
            parent = await make.note(tx, aigul, f"#tag{number} @aigul", poll=make.poll())
            await make.answer(tx, aigul, parent, file_ids=(await make.picture(tx, aigul),))
        with monkeypatch.context() as patched:
            log = Log(tx, patched)
            await timelines.home(tx, aigul.id, Page(limit=40))
        counts.append(len(log.statements))

    assert counts[0] == counts[1] <= 16


@in_a_unit
async def test_a_thread_is_told_from_its_first_post_to_the_last_answer(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    root = await make.note(tx, aigul)
    middle = await make.answer(tx, aigul, root)
    await make.answer(tx, aigul, root)
    first = await make.answer(tx, aigul, middle)
    second = await make.answer(tx, aigul, middle)
    below_first = await make.answer(tx, aigul, first)

    thread = await reading.thread(tx, None, middle.id)

    assert thread.post.post.id == middle.id
    assert [view.post.id for view in thread.ancestors] == [root.id]
    assert [view.post.id for view in thread.descendants] == [first.id, below_first.id, second.id]


@in_a_unit
async def test_a_thread_leaves_out_what_the_reader_may_not_see(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    root = await make.note(tx, aigul)
    hidden = await make.answer(tx, dana, root, Circle.SCHOOL)
    below = await make.answer(tx, aigul, hidden)
    shown = await make.answer(tx, aigul, root)

    anybody, teacher = await reading.thread(tx, None, root.id), await reading.thread(tx, dana, root.id)

    assert [view.post.id for view in anybody.descendants] == [shown.id]
    assert [view.post.id for view in teacher.descendants] == [hidden.id, below.id, shown.id]


@in_a_unit
async def test_the_thread_of_a_deleted_post_goes_on(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    root = await make.note(tx, aigul)
    middle = await make.answer(tx, aigul, root)
    last = await make.answer(tx, aigul, middle)

    await posts.delete(tx, middle)

    descendants = (await reading.thread(tx, None, root.id)).descendants
    assert [view.post.id for view in descendants] == [last.id]
    assert (await reading.thread(tx, None, last.id)).ancestors == []


@in_a_unit
async def test_a_post_never_edited_has_one_text_in_its_history(tx: Transaction) -> None:
    post = await make.note(tx, await make.teacher(tx))

    [only] = await reading.history(tx, None, post.id)

    assert (only.content, only.created_at) == (post.content, post.published_at)


# --- notifications --------------------------------------------------------------------------------


@in_a_unit
async def test_notifications_come_newest_first_with_who_and_what(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    first, second = await make.note(tx, aigul, "@dana"), await make.note(tx, aigul, "@dana")

    latest = await notifications.latest(tx, dana.id, Page())

    assert [view.post.post.id for view in latest if view.post] == [second.id, first.id]
    assert {view.actor.id for view in latest} == {aigul.id}
    assert await notifications.unread(tx, dana.id) == 2
    await notifications.mark_read(tx, dana.id, latest[-1].notification.id)
    assert await notifications.unread(tx, dana.id) == 1


@in_a_unit
async def test_notifications_tell_nothing_of_what_is_hidden_or_by_whom_is_gone(tx: Transaction) -> None:
    aigul, bolat, dana = await make.teacher(tx), await make.colleague(tx), await make.teacher(tx, "dana")
    shown = await make.note(tx, aigul, "@dana", Circle.FOLLOWERS)
    await make.remote(tx, bolat, mentions=(dana,))
    await tx.execute("DELETE FROM mentions WHERE post_id = :post", post=shown.id)
    await tx.execute("UPDATE actors SET suspended_at = 1 WHERE id = :id", id=bolat.id)

    assert await notifications.latest(tx, dana.id, Page()) == []

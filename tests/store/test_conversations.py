"""Conversations on both engines."""

from fedi.actions import posts
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, Post
from fedi.store import conversations, timeline_ids
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


async def written(tx: Transaction, author: Actor, text: str, answered: Post | None = None) -> Post:
    return await posts.post(tx, author, Draft(text, Circle.DIRECT, in_reply_to_id=answered.id if answered else None))


@in_a_unit
async def test_a_conversation_ends_at_its_newest_post_that_is_left(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
    first = await written(tx, aigul, "@bolat Have you got the microscopes?")
    answer = await written(tx, bolat, "@aigul In room 12", first)

    [found] = await conversations.latest(tx, aigul, Page())
    assert (found.thread_id, found.last_post_id, found.unread) == (first.thread_id, answer.id, True)
    assert await conversations.people(tx, [answer.id]) == {answer.id: [bolat.id, aigul.id]}
    assert await timeline_ids.direct(tx, bolat, Page()) == [answer.id, first.id]
    await posts.delete(tx, answer)
    [found] = await conversations.latest(tx, aigul, Page())
    assert found.last_post_id == first.id
    await posts.delete(tx, first)
    assert await conversations.latest(tx, aigul, Page()) == []


@in_a_unit
async def test_conversations_become_one_with_their_threads(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
    first = await written(tx, aigul, "@bolat First")
    second = await written(tx, bolat, "@aigul Second")
    await conversations.mark(tx, aigul.id, second.thread_id, unread=False)

    await conversations.join(tx, second.thread_id, first.thread_id)

    [hers] = await conversations.latest(tx, aigul, Page())
    [his] = await conversations.latest(tx, bolat, Page())
    assert (hers.thread_id, hers.last_post_id, hers.unread) == (first.thread_id, second.id, False)
    assert (his.thread_id, his.unread) == (first.thread_id, True)

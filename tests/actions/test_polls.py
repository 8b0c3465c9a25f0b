"""Polls: one vote a person, votes from elsewhere, and the end of a poll."""

from dataclasses import replace

import pytest

from fedi.actions import drafts, polls, posts
from fedi.actions.compose import compose
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, Poll, PollOption, Post, PostKind
from fedi.store import notifications as told
from fedi.store import polls as stored
from fedi.store import views
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

VOTE = "https://kostanay.test/votes/1"


async def asked(tx: Transaction, author: Actor, poll: Poll, circle: Circle = Circle.PUBLIC) -> Post:
    return await make.note(tx, author, "Which?", circle, poll=poll)


async def result(tx: Transaction, post: Post) -> tuple[list[int], int]:
    """The votes of each choice, and how many voted."""
    poll = await stored.of_post(tx, post.id)
    assert poll is not None
    return [option.votes for option in poll.options], poll.voters_count


async def notified(tx: Transaction, actor: Actor) -> list[NotificationKind]:
    return [each.kind for each in await told.latest(tx, actor.id, Page())]


@in_a_unit
async def test_a_vote_counts_and_the_voter_sees_her_choice(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await asked(tx, aigul, make.poll("Yes", "No"))

    await polls.vote(tx, dana, post, [1])

    assert post.kind is PostKind.QUESTION
    assert await result(tx, post) == ([0, 1], 1)
    [view] = await views.full(tx, [post.id], dana.id)
    assert view.viewer.voted == (1,)


@in_a_unit
async def test_nobody_votes_twice(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await asked(tx, aigul, make.poll(multiple=True))
    await polls.vote(tx, dana, post, [0])

    with pytest.raises(Invalid):
        await polls.vote(tx, dana, post, [1])

    assert await result(tx, post) == ([1, 0], 1)


@in_a_unit
async def test_several_choices_count_as_one_voter_where_they_are_allowed(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await asked(tx, aigul, make.poll("a", "b", "c", multiple=True))

    await polls.vote(tx, dana, post, [2, 0, 2])

    assert await result(tx, post) == ([1, 0, 1], 1)


@pytest.mark.parametrize("positions", [[], [2], [-1], [0, 1]])
@in_a_unit
async def test_only_what_the_poll_offers_can_be_chosen(tx: Transaction, positions: list[int]) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await asked(tx, aigul, make.poll("Yes", "No"))

    with pytest.raises(Invalid):
        await polls.vote(tx, dana, post, positions)

    assert await result(tx, post) == ([0, 0], 0)


@in_a_unit
async def test_nobody_votes_in_her_own_poll_or_where_there_is_none(tx: Transaction) -> None:
    aigul = await make.teacher(tx)

    with pytest.raises(Forbidden):
        await polls.vote(tx, aigul, await asked(tx, aigul, make.poll()), [0])
    with pytest.raises(NotFound):
        await polls.vote(tx, aigul, await make.note(tx, aigul), [0])


@in_a_unit
async def test_a_poll_that_is_over_takes_no_votes(tx: Transaction) -> None:
    aigul, dana, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana"), await make.colleague(tx)
    post = await asked(tx, aigul, make.poll(closes_at=tx.now + 1))
    tx.now += 1

    with pytest.raises(Invalid):
        await polls.vote(tx, dana, post, [0])
    await polls.receive_vote(tx, bolat, post, "Yes", VOTE)

    assert await result(tx, post) == ([0, 0], 0)


# --- votes from elsewhere -------------------------------------------------------------------------


@in_a_unit
async def test_a_vote_from_elsewhere_counts_once(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    post = await asked(tx, aigul, make.poll("Yes", "No"))

    for _ in range(2):
        await polls.receive_vote(tx, bolat, post, "No", VOTE)

    assert await result(tx, post) == ([0, 1], 1)


@pytest.mark.parametrize(("multiple", "votes"), [(False, [1, 0]), (True, [1, 1])])
@in_a_unit
async def test_a_second_choice_from_elsewhere_counts_only_where_several_are_allowed(
    tx: Transaction, multiple: bool, votes: list[int]
) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    post = await asked(tx, aigul, make.poll("Yes", "No", multiple=multiple))

    await polls.receive_vote(tx, bolat, post, "Yes", VOTE)
    await polls.receive_vote(tx, bolat, post, "No", f"{VOTE}/b")

    assert await result(tx, post) == (votes, 1)


@in_a_unit
async def test_an_unknown_choice_and_a_hidden_poll_are_passed_over(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    post = await asked(tx, aigul, make.poll())
    hidden = await asked(tx, aigul, make.poll(), Circle.SCHOOL)

    await polls.receive_vote(tx, bolat, post, "Perhaps", VOTE)
    await polls.receive_vote(tx, bolat, hidden, "Yes", VOTE)

    assert await result(tx, post) == await result(tx, hidden) == ([0, 0], 0)


# --- the end --------------------------------------------------------------------------------------


@in_a_unit
async def test_the_end_of_a_poll_is_told_to_voters_and_author_and_goes_out(tx: Transaction) -> None:
    aigul, dana, erlan = [await make.teacher(tx, name) for name in ("aigul", "dana", "erlan")]
    post = await asked(tx, aigul, make.poll(closes_at=tx.now + make.MINUTE))
    await polls.vote(tx, dana, post, [0])

    await polls.close_due(tx)
    assert await notified(tx, dana) == []
    tx.now += make.MINUTE
    await polls.close_due(tx)
    await polls.close_due(tx)

    assert await notified(tx, dana) == await notified(tx, aigul) == [NotificationKind.POLL]
    assert await notified(tx, erlan) == []
    sent = await tx.all(str, "SELECT type FROM activities WHERE post_id = :post ORDER BY id", post=post.id)
    assert sent == ["Create", "Update"]


@in_a_unit
async def test_a_remote_polls_counts_are_taken_over_and_its_end_is_told(tx: Transaction) -> None:
    bolat, dana = await make.colleague(tx), await make.teacher(tx, "dana")
    post = await make.remote(tx, bolat, kind=PostKind.QUESTION, poll=make.poll("Yes", "No"))
    await polls.vote(tx, dana, post, [0])

    over = Poll((PollOption("Yes", 3), PollOption("No", 4)), False, None, closed_at=tx.now, voters_count=7)
    await posts.edit(tx, post, make.remote_note(bolat, kind=PostKind.QUESTION, poll=over))

    assert await result(tx, post) == ([3, 4], 7)
    assert await notified(tx, dana) == [NotificationKind.POLL]


# --- edits ----------------------------------------------------------------------------------------


@in_a_unit
async def test_other_choices_take_the_votes_away_and_the_same_ones_keep_them(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await asked(tx, aigul, make.poll("Yes", "No"))
    await polls.vote(tx, dana, post, [0])

    tx.now += 1
    post = await posts.edit(
        tx, post, await compose(tx, aigul, Draft("Which one?", poll=make.poll("Yes", "No")), editing=post)
    )
    assert await result(tx, post) == ([1, 0], 1)
    tx.now += 1
    await posts.edit(tx, post, await compose(tx, aigul, Draft("Which one?", poll=make.poll("Aye", "No")), editing=post))
    assert await result(tx, post) == ([0, 0], 0)


@in_a_unit
async def test_totals_are_hidden_by_their_author_until_the_end_and_of_others_until_they_are_told(
    tx: Transaction,
) -> None:
    aigul, bolat, dana = await make.teacher(tx, "aigul"), await make.colleague(tx), await make.teacher(tx, "dana")
    hidden = replace(make.poll(closes_at=tx.now + make.MINUTE), hide_totals=True)
    ours = await asked(tx, aigul, hidden)
    theirs = await make.remote(tx, bolat, kind=PostKind.QUESTION, poll=hidden)
    for post in (ours, theirs):
        await polls.vote(tx, dana, post, [0])

    async def totals() -> list[tuple[int | None, ...]]:
        found = await stored.of_posts(tx, [ours.id, theirs.id])
        return [found[each.id].totals for each in (ours, theirs)]

    assert await totals() == [(None, None), (None, None)]
    tx.now += make.MINUTE
    await polls.close_due(tx)
    assert await totals() == [(1, 0), (None, None)]
    await stored.set_hiding(tx, ours.id, hide_totals=True)
    assert await totals() == [(1, 0), (None, None)]
    told_of = Poll((PollOption("Yes", 3), PollOption("No", 4)), False, None, closed_at=tx.now, voters_count=7)
    await posts.edit(tx, theirs, make.remote_note(bolat, kind=PostKind.QUESTION, poll=told_of))
    assert await totals() == [(1, 0), (3, 4)]


@in_a_unit
async def test_what_is_written_anew_keeps_its_result_for_the_end(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await asked(tx, aigul, replace(make.poll(closes_at=tx.now + make.MINUTE), hide_totals=True))
    [view] = await views.full(tx, [post.id])

    draft = await drafts.anew(tx, view)

    assert (await stored.of_posts(tx, [draft.id]))[draft.id].hide_totals

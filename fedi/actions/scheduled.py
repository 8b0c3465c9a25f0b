"""Scheduled posts: drafts that publish themselves at a time their author has chosen.

They are drafts in everything else: their author changes, publishes and deletes them where she does that with drafts,
their files are kept, and nobody else sees them. One that cannot be published at its time stays a draft.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fedi.actions import drafts, files, letters, own_posts, posts, threads
from fedi.actions.compose import compose
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft, NewPost, Post, PostView
from fedi.models.schedules import Schedule
from fedi.policies.visibility import about, narrowed, within
from fedi.store import accounts, jobs, polls, schedules, views
from fedi.store import posts as stored_posts
from fedi.store.database import Transaction
from fedi.store.jobs import NewJob

SOONEST_MS = 5 * 60_000
MOST, MOST_A_DAY = 300, 25
_DAY_MS = 24 * 60 * 60_000


async def post(tx: Transaction, author: Actor, draft: Draft, at: int) -> Post:
    """Keep what a teacher typed until its time (milliseconds); see `compose` for what can be wrong with it.

    Its idempotency key makes one post, published or not yet. A poll closes as long after `at` as it would after now.
    """
    new = await compose(tx, author, draft)
    tied = _tied(new)
    await threads.check_named(tx, tied)
    stored = await posts.publish(tx, author, replace(new, circle=Circle.DRAFT))
    if stored.circle is Circle.DRAFT and not await schedules.of_posts(tx, [stored.id]):
        await _put(tx, Schedule(stored.id, author.id, tied.circle, at))
    return stored


def _tied(new: NewPost) -> NewPost:
    """In the circle in which it is going to be published."""
    for each in (new.in_reply_to, new.quoted):
        new = about(new, each) if each is not None else new
    return replace(new, circle=within(new.circle, new.kept_within))


async def change(tx: Transaction, author: Actor, post_id: int, draft: Draft, circle: Circle, at: int) -> Post:
    """Give a draft another text, and a time at which it publishes itself in this circle."""
    changed = await own_posts.change(tx, author, post_id, replace(draft, circle=Circle.DRAFT))
    if changed.circle is Circle.DRAFT:
        parent = await stored_posts.by_id(tx, changed.in_reply_to_id) if changed.in_reply_to_id is not None else None
        circle = within(narrowed(circle, parent.circle) if parent else circle, changed.kept_within)
        await _put(tx, Schedule(post_id, author.id, circle, at))
    return changed


async def keep(tx: Transaction, author: Actor, post_id: int, draft: Draft) -> Post:
    """Give a draft another text, and no time any more."""
    await schedules.remove(tx, (await own_posts.view(tx, author, post_id)).post.id)
    return await own_posts.change(tx, author, post_id, replace(draft, circle=Circle.DRAFT))


async def move(tx: Transaction, author: Actor, post_id: int, at: int) -> None:
    """Choose another time; a poll moves along. NotFound if it is not hers, or has been published."""
    old = await own(tx, author, post_id)
    if at == old.run_at:
        return
    poll = await polls.of_post(tx, post_id)
    if poll is not None and poll.closes_at is not None:
        await polls.set_closing(tx, post_id, poll.closes_at + at - old.run_at)
    await _put(tx, replace(old, run_at=at))


async def own(tx: Transaction, author: Actor, post_id: int) -> Schedule:
    """A scheduled post of hers; NotFound."""
    found = await schedules.waiting(tx, author.id, post_id)
    if found is None:
        raise NotFound("There is no such scheduled post")
    return found


async def of(tx: Transaction, kept: Iterable[PostView]) -> dict[int, Schedule]:
    """Which of these drafts publish themselves, or could not, by their ids."""
    return await schedules.of_posts(tx, [each.post.id for each in kept])


async def cancel(tx: Transaction, author: Actor, post_id: int) -> None:
    """Delete a scheduled post; its files wait a day for another. NotFound."""
    await own(tx, author, post_id)
    view = await own_posts.view(tx, author, post_id)
    await files.put_aside(tx, view.files)
    await own_posts.delete(tx, author, post_id)


async def keep_as_draft(tx: Transaction, author: Actor, post_id: int) -> None:
    """A draft publishes itself no more, or its author has seen that it could not; NotFound."""
    found = (await schedules.of_posts(tx, [post_id])).get(post_id)
    if found is None or found.account_id != author.id:
        raise NotFound("There is no such scheduled post")
    await schedules.remove(tx, post_id)


async def _put(tx: Transaction, schedule: Schedule) -> None:
    await schedules.remove(tx, schedule.post_id)
    await _check(tx, schedule)
    await schedules.put(tx, schedule)
    args = {"post": schedule.post_id, "at": schedule.run_at}
    await jobs.enqueue(tx, NewJob("publish-scheduled", args, run_at=schedule.run_at))


async def _check(tx: Transaction, schedule: Schedule) -> None:
    if schedule.run_at < tx.now + SOONEST_MS:
        raise Invalid("Scheduled at The scheduled date must be in the future", "scheduled_at")
    midnight = schedule.run_at - schedule.run_at % _DAY_MS
    total, that_day = await schedules.count(tx, schedule.account_id, midnight, midnight + _DAY_MS)
    if total >= MOST:
        raise Invalid(f"You have exceeded the limit of {MOST} scheduled posts", "scheduled_at")
    if that_day >= MOST_A_DAY:
        raise Invalid(f"You have exceeded the limit of {MOST_A_DAY} scheduled posts for today", "scheduled_at")


# --- when the time has come -------------------------------------------------------------------------


async def publish_due(tx: Transaction, post_id: int, at: int) -> None:
    """Publish a draft if this is still its time. Raises what keeps its author from publishing it now."""
    schedule = await schedules.due(tx, post_id, at)
    if schedule is None:
        return
    view = (await views.full(tx, [post_id]))[0]
    await _check_author(tx, view.author)
    _check_references(view)
    await drafts.publish(tx, view.post, schedule.circle)


async def _check_author(tx: Transaction, author: Actor) -> None:
    account = await accounts.by_id(tx, author.id)
    if account is None or account.disabled_at is not None:
        raise Forbidden("The account is disabled")


def _check_references(view: PostView) -> None:
    """An answer, or a quote, says nothing without what it was written to."""
    if view.post.in_reply_to_uri is not None and view.post.in_reply_to_id is None:
        raise NotFound("What it answers is gone")
    if view.quote is not None and view.quote.quote.quoted_id is None:
        raise NotFound("What it quotes is gone")


async def give_up(tx: Transaction, post_id: int, at: int, *, by_letter: bool) -> None:
    """A draft could not be published at its time: it stays, and says so among her drafts; `by_letter`: so does a
    letter.
    """
    schedule = await schedules.due(tx, post_id, at)
    if schedule is None:
        return
    await schedules.put(tx, replace(schedule, failed=True))
    if by_letter:
        await letters.not_published(tx, schedule.account_id)

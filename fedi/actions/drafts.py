"""Drafts: publishing what was kept."""

from __future__ import annotations

from dataclasses import replace

from fedi.actions import posts, quotes
from fedi.errors import Conflict
from fedi.models.posts import Circle, NewPost, Poll, PollOption, Post, PostView
from fedi.store import post_applications, schedules, views
from fedi.store import posts as stored
from fedi.store.database import Transaction


async def publish(tx: Transaction, draft: Post, circle: Circle) -> Post:
    """Publish a draft in this circle. It gets a new id, so that it stands in timelines where it was published."""
    if draft.circle is not Circle.DRAFT or circle is Circle.DRAFT:
        raise Conflict("The post has been published already")
    view = (await views.full(tx, [draft.id]))[0]
    parent = await stored.by_id(tx, draft.in_reply_to_id) if draft.in_reply_to_id is not None else None
    quoted_id = view.quote.quote.quoted_id if view.quote else None
    quoted = await quotes.quotable(tx, view.author, quoted_id) if quoted_id is not None else None
    new = replace(_from_view(view, circle, parent), quoted=quoted, poll=await _postponed(tx, view))
    new = replace(new, idempotency_key=await stored.idempotency_key(tx, draft.id))
    application = (await post_applications.of_posts(tx, [draft.id])).get(draft.id)
    await stored.delete(tx, draft)
    published = await posts.publish(tx, view.author, new)
    if application is not None:
        await post_applications.put(tx, published.id, application)
    return published


async def anew(tx: Transaction, view: PostView) -> Post:
    """A draft that says what a post says, with nobody's votes; the post itself stays."""
    parent = await stored.by_id(tx, view.post.in_reply_to_id) if view.post.in_reply_to_id is not None else None
    quoted_id = view.quote.quote.quoted_id if view.quote else None
    quoted = await stored.by_id(tx, quoted_id) if quoted_id is not None else None
    poll = _unvoted(view.poll, tx.now - view.post.published_at) if view.poll else None
    return await posts.publish(
        tx, view.author, replace(_from_view(view, Circle.DRAFT, parent), quoted=quoted, poll=poll)
    )


def _unvoted(poll: Poll, age: int) -> Poll:
    """Open as long from now as it was from when it was published."""
    options = tuple(PollOption(option.title) for option in poll.options)
    closes_at = poll.closes_at + age if poll.closes_at is not None else None
    return Poll(options, poll.multiple, closes_at, hide_totals=poll.hide_totals)


async def _postponed(tx: Transaction, draft: PostView) -> Poll | None:
    """The poll of a draft, open as long from now as it was to be from its time, or from when it was written."""
    if draft.poll is None or draft.poll.closes_at is None:
        return draft.poll
    schedule = (await schedules.of_posts(tx, [draft.post.id])).get(draft.post.id)
    since = schedule.run_at if schedule else draft.post.published_at
    return replace(draft.poll, closes_at=tx.now + draft.poll.closes_at - since, closed_at=None)


def _from_view(view: PostView, circle: Circle, parent: Post | None) -> NewPost:
    draft = view.post
    return NewPost(
        kind=draft.kind,
        circle=circle,
        content=draft.content,
        source=draft.source,
        title=draft.title,
        summary=draft.summary,
        sensitive=draft.sensitive,
        language=draft.language,
        in_reply_to=parent,
        in_reply_to_uri=draft.in_reply_to_uri,
        mentions=view.mentions,
        tags=view.tags,
        file_ids=tuple(file.id for file in view.files),
        emojis=draft.emojis,
        poll=view.poll,
        material=view.material,
        quote_policy=draft.quote_policy,
        community=view.community,
        kept_within=draft.kept_within,
    )

"""Threads: which one a post belongs to, and answers that came before what they answer.

A thread is tied together by what answers what, and by the context its posts name (FEP-7888), so that an answer whose
parent cannot be had still stands in the conversation it is part of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.activitypub import uris
from fedi.errors import Invalid
from fedi.models.posts import Circle, NewPost, Post
from fedi.policies.visibility import is_counted, kept_within, narrowed
from fedi.store import conversations, partners, post_counts, posts
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new post belongs: the thread it joins, None if it begins one, and the context it names."""

    thread_id: int | None
    context: str | None

    def context_of(self, post_id: int, base: str, *, local: bool) -> str | None:
        """The context of the post once it has an id: each thread that begins here has one of ours."""
        begins_here = local and self.thread_id is None
        return f"{base}/contexts/{post_id}" if self.context is None and begins_here else self.context


async def place(tx: Transaction, new: NewPost) -> Place:
    """Where a post about to be stored belongs: with what it answers, else with those that name the same context."""
    parent = new.in_reply_to
    if parent is not None:
        return Place(parent.thread_id, new.context or parent.context)
    joins = new.context is not None and _may_join(new, new.context)
    return Place(await posts.thread_of_context(tx, new.context or "") if joins else None, new.context)


def _may_join(new: NewPost, context: str) -> bool:
    """An answer may join any open thread, as anybody may answer. What answers nothing joins the threads of its own
    server only: it would stand in others' conversations unasked.
    """
    return new.in_reply_to_uri is not None or (new.uri is not None and uris.same_origin(new.uri, context))


async def is_for_the_school(tx: Transaction, circle: str, about: Iterable[int | None]) -> bool:
    """Whether something about to be written in `circle`, about these posts, stays in the school: it answers or quotes
    what does, whatever its author chose.
    """
    known = [each for each in about if each is not None]
    found = await posts.by_ids(tx, known) if known else {}
    return Circle.SCHOOL in (circle, *map(kept_within, found.values()))


async def check_named(tx: Transaction, new: NewPost) -> None:
    """A message of ours that is kept within the school or its partners names nobody outside: whom it names is shown it.

    Other posts go by their circle, whomever they name; drafts go nowhere yet, but what is to stay here says so at once.
    """
    outside = [actor for actor in new.mentions if not actor.local]
    if new.kept_within is Circle.SCHOOL and new.circle in (Circle.DIRECT, Circle.DRAFT) and outside:
        raise Invalid("A message that stays here names nobody elsewhere", "local_only")
    if new.kept_within is Circle.PARTNERS and new.circle is Circle.DIRECT and outside:
        about = (new.in_reply_to, new.quoted)
        hosts = await partners.reach(tx, [each.id for each in about if each is not None])
        if any(actor.host not in hosts for actor in outside):
            raise Invalid("What is about a post of the partners is for nobody else; write a new message", "circle")


async def adopt_orphans(tx: Transaction, parent: Post) -> None:
    """Answers that came before this post find their place in its thread."""
    orphans = await posts.orphans(tx, parent.uri)
    # Answers may form a ring: what stands above the post cannot be below it as well.
    above = await posts.ancestors(tx, parent.id) if orphans else []
    for orphan in orphans:
        if orphan.id not in above:
            await _adopt(tx, orphan, parent)


async def _adopt(tx: Transaction, orphan: posts.Orphan, parent: Post) -> None:
    circle = narrowed(orphan.circle, parent.circle, local=False)
    await posts.adopt(tx, orphan, parent, circle)
    if (kept := kept_within(parent)) is not None:
        await posts.keep_within(tx, orphan.id, kept)
    await conversations.join(tx, orphan.thread_id, parent.thread_id)
    if is_counted(circle, parent.circle):
        await post_counts.replies(tx, parent.id, 1)

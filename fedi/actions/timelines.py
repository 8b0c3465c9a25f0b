"""Timelines: what each reader is shown, newest first, and how a new post comes into the homes of its readers."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.actions import notifications
from fedi.errors import NotFound
from fedi.models.accounts import Account
from fedi.models.actors import Actor, ActorKind
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page, Sieve
from fedi.models.posts import Post, PostKind, PostView
from fedi.policies.visibility import TOLD
from fedi.store import accounts, actors, followed_tags, jobs, lists, posts, timeline_ids, views, visits
from fedi.store import timelines as stored
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

BATCH = 500
"""How many homes one unit of work writes."""

UNSEEN_MS = 30 * 24 * 60 * 60 * 1000
"""Homes of accounts not seen for this long are not written; they are rebuilt when their people come back."""

ON_FOLLOW = 40
"""How many posts of somebody newly followed come into a home, and into lists she is in."""

_HOMES_A_CUT = 50


# --- reading ----------------------------------------------------------------------------------------


async def home(tx: Transaction, account_id: int, page: Page) -> list[PostView]:
    """What an account reads first: the posts and boosts of those it follows, and its own."""
    viewer = await actors.by_id(tx, account_id)
    if viewer is None:
        raise NotFound("There is no such account")
    return await _shown(tx, viewer, await stored.home(tx, viewer, page))


async def school(tx: Transaction, viewer: Actor | None, page: Page) -> list[PostView]:
    """What this school's teachers have published, as far as the viewer may see it."""
    return await _shown(tx, viewer, await stored.school(tx, viewer, page))


async def network(tx: Transaction, viewer: Actor | None, page: Page) -> list[PostView]:
    """What is public anywhere in the network, and for our own people what partners share."""
    return await _shown(tx, viewer, await stored.network(tx, viewer, page))


async def tag(tx: Transaction, viewer: Actor | None, folded: str, page: Page) -> list[PostView]:
    """Posts with a hashtag, given in its folded form."""
    return await _shown(tx, viewer, await stored.tag(tx, viewer, folded, page))


async def profile(
    tx: Transaction,
    viewer: Actor | None,
    actor: Actor,
    page: Page,
    *,
    with_replies: bool = False,
    only_materials: bool = False,
) -> list[PostView]:
    """One person's posts and boosts, or only her materials; her answers to others only when asked for."""
    which = "materials" if only_materials else "replies" if with_replies else "posts"
    return await _shown(tx, viewer, await stored.profile(tx, viewer, actor.id, page, which))


async def drafts(tx: Transaction, author: Actor, page: Page) -> list[PostView]:
    """What somebody has written and not published yet."""
    return await _shown(tx, author, await stored.profile(tx, author, author.id, page, "drafts"))


async def _shown(tx: Transaction, viewer: Actor | None, found: Sequence[Post]) -> list[PostView]:
    return await views.of(tx, found, viewer.id if viewer else None)


async def home_ids(tx: Transaction, viewer: Actor, page: Page) -> list[int]:
    """The same as `home`, for faces that keep what they have shown: ids only."""
    return await timeline_ids.home(tx, viewer, page)


async def public_ids(tx: Transaction, viewer: Actor | None, page: Page, sieve: Sieve) -> list[int]:
    """`school` where only that is wanted, else `network`, as ids."""
    return await timeline_ids.public(tx, viewer, page, sieve)


async def tag_ids(tx: Transaction, viewer: Actor | None, folded: str, page: Page, sieve: Sieve) -> list[int]:
    """Posts with a hashtag or any further one, as ids."""
    return await timeline_ids.tag(tx, viewer, folded, page, sieve)


async def direct_ids(tx: Transaction, viewer: Actor, page: Page) -> list[int]:
    """What somebody has written or was written directly, as ids."""
    return await timeline_ids.direct(tx, viewer, page)


async def profile_ids(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page, sieve: Sieve) -> list[int]:
    """One person's posts and boosts, her answers too unless the sieve keeps them back, as ids."""
    return await timeline_ids.profile(tx, viewer, actor_id, page, sieve)


# --- writing ----------------------------------------------------------------------------------------


async def fan_out(
    tx: Transaction, post: Post, author: Actor, parent: Post | None = None, *, tagged: bool = False
) -> None:
    """Put a new post into its author's home and those of the followers here; after the first batch a job goes on.

    An answer goes only to those who follow both sides. `parent` is what it answers. `tagged`: it has hashtags, which
    have followers too.
    """
    if author.local and author.kind is not ActorKind.GROUP:
        await _add(tx, [author.id], post)
    if post.in_reply_to_uri is None or parent is not None:
        answered = _answered(post, parent)
        await _fan_out_from(tx, post, answered, 0)
        for list_id in await lists.add_post(tx, post, answered):
            tx.announce(f"list:{list_id}", post.id)
    if tagged and post.circle in TOLD:
        await _fan_out_by_tags(tx, post, 0)


async def continue_fan_out(tx: Transaction, post_id: int, after: int) -> None:
    """The next batch of recipients, by follows with ids above `after`; a post deleted meanwhile goes nowhere."""
    post = await posts.by_id(tx, post_id)
    if post is not None:
        parent = await posts.by_id(tx, post.in_reply_to_id) if post.in_reply_to_id is not None else None
        await _fan_out_from(tx, post, _answered(post, parent), after)


def _answered(post: Post, parent: Post | None) -> int | None:
    """Whom a post answers, unless it is its author herself."""
    return None if parent is None or parent.actor_id == post.actor_id else parent.actor_id


async def continue_by_tags(tx: Transaction, post_id: int, after: int) -> None:
    """The same for the followers of its hashtags: accounts with ids above `after`."""
    post = await posts.by_id(tx, post_id)
    if post is not None:
        await _fan_out_by_tags(tx, post, after)


async def _fan_out_by_tags(tx: Transaction, post: Post, after: int) -> None:
    batch = await followed_tags.readers(tx, post, after=after, limit=BATCH, seen_since=tx.now - UNSEEN_MS)
    if batch:
        await _add(tx, batch, post)
    if len(batch) == BATCH:
        args = {"post": post.id, "after": batch[-1], "by_tags": True}
        await jobs.enqueue(tx, NewJob("fan-out", args, Lane.BULK))


async def _fan_out_from(tx: Transaction, post: Post, answered: int | None, after: int) -> None:
    batch = await stored.recipients(tx, post, answered, after=after, limit=BATCH, seen_since=tx.now - UNSEEN_MS)
    if batch:
        await _add(tx, [recipient.account_id for recipient in batch], post)
        await _tell(tx, [recipient.account_id for recipient in batch if recipient.notify], post, answered)
    if len(batch) == BATCH:
        await jobs.enqueue(tx, NewJob("fan-out", {"post": post.id, "after": batch[-1].follow_id}, Lane.BULK))


async def _tell(tx: Transaction, account_ids: list[int], post: Post, answered: int | None) -> None:
    """Those who asked to be told of each new post of its author; boosts and answers to others are none."""
    author = await actors.by_id(tx, post.actor_id) if account_ids else None
    if author is None or answered is not None or post.kind is PostKind.BOOST:
        return
    for account_id in account_ids:
        await notifications.notify(tx, account_id, NotificationKind.STATUS, author, post.id)


async def _add(tx: Transaction, account_ids: list[int], post: Post) -> None:
    await stored.add_to_homes(tx, account_ids, post.id)
    for account_id in account_ids:
        tx.announce(f"home:{account_id}", post.id)


async def welcome(tx: Transaction, account: Account) -> None:
    """Somebody is here: after a long absence her home is written anew."""
    if tx.now - account.last_seen_at > UNSEEN_MS:
        await rebuild(tx, account.id)
    await accounts.seen(tx, account.id)
    await visits.note(tx, account.id)


async def rebuild(tx: Transaction, account_id: int) -> None:
    """Write a home anew: for somebody who comes back after so long that her home was no longer written."""
    await stored.refill(tx, account_id)
    await followed_tags.refill(tx, account_id)


async def merge(tx: Transaction, account_id: int, followed: Actor) -> None:
    """Put the latest posts of somebody newly followed into a home, so that the follow shows at once."""
    await stored.add_actor(tx, account_id, followed.id, ON_FOLLOW)


async def unmerge(tx: Transaction, account_id: int, followed: Actor) -> None:
    """Take the posts of somebody who is no longer followed, or is read in a list of her own, out of a home."""
    await stored.remove_actor(tx, account_id, followed.id)


async def prune(tx: Transaction) -> bool:
    """Cut homes and lists that have outgrown their size, some at a time; whether there are more."""
    overgrown = await stored.overgrown(tx, _HOMES_A_CUT)
    for account_id in overgrown:
        await stored.cut(tx, account_id)
    more_lists = await lists.cut(tx, _HOMES_A_CUT)
    return more_lists or len(overgrown) == _HOMES_A_CUT

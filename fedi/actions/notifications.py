"""Notifications: telling teachers what others did, once each."""

from __future__ import annotations

from fedi.models.actors import Actor
from fedi.models.notifications import Notification, NotificationKind, NotificationView
from fedi.models.paging import Page
from fedi.store import actors, views, visibility
from fedi.store import notifications as stored
from fedi.store.database import Transaction


async def notify(
    tx: Transaction,
    account_id: int,
    kind: NotificationKind,
    actor: Actor,
    post_id: int | None = None,
    *,
    report_id: int | None = None,
) -> None:
    """Tell an account what `actor` did, once; of one's own doings only the end of one's poll is told.

    Nothing is told of people she has blocked or muted, but for reports: those are for her as a moderator.
    """
    if account_id == actor.id and kind is not NotificationKind.POLL:
        return
    if await stored.insert(tx, account_id, kind, actor.id, post_id, report_id):
        tx.announce(f"notifications:{account_id}", account_id)


async def latest(tx: Transaction, account_id: int, page: Page) -> list[NotificationView]:
    """What an account was told, newest first, as far as it may still see what it is about."""
    found = await stored.latest(tx, account_id, page)
    people = await actors.by_ids(tx, [account_id, *(each.actor_id for each in found)])
    about = [each.post_id for each in found if each.post_id is not None]
    visible = await visibility.visible_ids(tx, people.get(account_id), about) if about else set()
    shown = [each for each in found if each.post_id is None or each.post_id in visible]
    return await _views(tx, account_id, shown, people)


async def _views(
    tx: Transaction, account_id: int, shown: list[Notification], people: dict[int, Actor]
) -> list[NotificationView]:
    about = [each.post_id for each in shown if each.post_id is not None]
    posts = {view.post.id: view for view in await views.full(tx, about, account_id)}
    return [NotificationView(each, people[each.actor_id], posts.get(each.post_id or 0)) for each in shown]


async def unread(tx: Transaction, account_id: int) -> int:
    """How many notifications an account has not read."""
    return await stored.unread(tx, account_id)


async def mark_read(tx: Transaction, account_id: int, up_to: int) -> None:
    """An account has read everything up to this notification."""
    await stored.mark_read(tx, account_id, up_to)

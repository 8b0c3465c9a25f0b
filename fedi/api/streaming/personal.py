"""What concerns one person, as her streams carry it: notifications and conversations."""

from __future__ import annotations

import msgspec

from fedi.api import conversations, telling
from fedi.api.telling import Told
from fedi.errors import NotFound
from fedi.instances import Instance
from fedi.instances.rendered import Rendered
from fedi.models.notifications import Notification
from fedi.store import accounts, actors, notifications
from fedi.store.database import Transaction

_encode = msgspec.json.Encoder().encode


async def notification(instance: Instance, account_id: int, notification_id: int) -> str | None:
    """Notification, in JSON; None if it has been taken back, or she may not see any more what it is about."""
    read = await instance.db.read(_notification, instance.rendered, account_id, notification_id)
    painted = telling.painted(instance, [read[0]], read[1]) if read is not None else []
    return _encode(painted[0]).decode() if painted else None


async def _notification(
    tx: Transaction, memory: Rendered, account_id: int, notification_id: int
) -> tuple[Notification, Told] | None:
    account, actor = await accounts.by_id(tx, account_id), await actors.by_id(tx, account_id)
    found = await notifications.one(tx, account_id, notification_id)
    if account is None or actor is None or found is None:
        return None
    return found, await telling.about(tx, memory, actor, account, [found], [found.actor_id])


async def conversation(instance: Instance, account_id: int, conversation_id: int) -> str | None:
    """Conversation, in JSON; None if it is not hers any more, or she does not want to hear of it."""
    read = await instance.db.read(_conversation, instance.rendered, account_id, conversation_id)
    painted = conversations.painted(instance, read) if read is not None else []
    return _encode(painted[0]).decode() if painted else None


async def _conversation(
    tx: Transaction, memory: Rendered, account_id: int, conversation_id: int
) -> conversations.Read | None:
    actor = await actors.by_id(tx, account_id)
    try:
        return await conversations.one(tx, memory, actor, conversation_id) if actor is not None else None
    except NotFound:
        return None

"""What has happened at a school becomes what its readers are sent.

`KINDS` says which topics of the hub are told, and how. Announcements carry ids only: whoever may read what they are
about is asked of the database, by the rules of timelines, when it is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import structlog

from fedi.api.streaming import personal
from fedi.api.streaming.channels import PUBLIC, STREAMS
from fedi.api.streaming.frames import Message
from fedi.api.streaming.posted import Audience, Posted, found, painted
from fedi.instances import Instance
from fedi.instances.streams import Label, News, Reader, Tell, accounts

log = structlog.get_logger("fedi.streams")

UPDATE, EDITED, DELETED = "update", "status.update", "delete"

_AT_ONCE = 100
"""So many readers are handed something before the event loop has a turn."""


@dataclass(slots=True)
class Item:
    """One thing to be told: its kind, what it is about, and for posts, in whose homes and which lists it has come."""

    kind: str
    ref: int | str
    account_id: int = 0
    everybody: bool = False
    homes: set[int] = field(default_factory=set)
    lists: set[int] = field(default_factory=set)


Telling = Callable[[Instance, Item], Awaitable[None]]


def teller(instance: Instance) -> Tell:
    """What a school's streams are told by."""

    async def tell(happened: list[News]) -> None:
        for item in gathered(happened):
            try:
                await KINDS[item.kind](instance, item)
            except Exception:
                # A database that is away for a moment is no reason to fall silent for ever.
                log.exception("streams were not told", kind=item.kind)

    return tell


def gathered(happened: Iterable[News]) -> list[Item]:
    """News in their order; what is said of one post, to many homes and lists, becomes one item."""
    items: dict[tuple[str, str, int | str], Item] = {}
    for topic, ref in happened:
        name, _, of = topic.partition(":")
        if name in ("posts", "home", "list"):
            item = items.setdefault((UPDATE, "", ref), Item(UPDATE, ref))
            item.everybody |= name == "posts"
            if of:
                (item.homes if name == "home" else item.lists).add(int(of))
        else:
            items.setdefault((name, of, ref), Item(name, ref, int(of or 0)))
    return list(items.values())


# --- posts ------------------------------------------------------------------------------------------


async def _update(instance: Instance, item: Item) -> None:
    streams = instance.streams
    homes = {each for each in item.homes if str(each) in streams.readers("user")}
    lists = {each for each in item.lists if str(each) in streams.readers("list")}
    audience = Audience(homes, lists, _lists(instance), _everybody(instance) if item.everybody else set())
    await _post(instance, UPDATE, int(item.ref), audience)


async def _edited(instance: Instance, item: Item) -> None:
    lists = _lists(instance)
    homes = accounts(instance.streams.readers("user"))
    await _post(instance, EDITED, int(item.ref), Audience(homes, set(lists), lists, _everybody(instance), stored=True))


def _lists(instance: Instance) -> dict[int, int]:
    """The lists that are listened to, and whose they are."""
    of_lists = instance.streams.readers("list")
    return {int(which): reader.account_id for which, listening in of_lists.items() for reader in listening}


def _everybody(instance: Instance) -> set[int]:
    return set().union(*(accounts(instance.streams.readers(name)) for name in PUBLIC))


async def _post(instance: Instance, event: str, post_id: int, audience: Audience) -> None:
    if not audience:
        return
    posted = await instance.db.read(found, instance.rendered, post_id, audience)
    if posted is None:
        return
    await _tell_owners(instance, event, posted)
    if posted.shown is not None:
        body = painted(instance, posted.shown, post_id)
        await _send(_of_public(instance, posted), Message(event, body))


async def _tell_owners(instance: Instance, event: str, posted: Posted) -> None:
    """Those in whose homes and lists it stands: everybody who stands alike to it is shown the same."""
    streams = instance.streams
    for group in await posted.groups(instance):
        message, readers = Message(event, group.body), list[tuple[Reader, Label]]()
        for account_id in group.homes:
            readers += streams.readers("user").get(str(account_id), {}).items()
        for list_id in group.lists:
            readers += streams.readers("list").get(str(list_id), {}).items()
        await _send(readers, message)


def _of_public(instance: Instance, posted: Posted) -> list[tuple[Reader, Label]]:
    return [
        (reader, label)
        for name in PUBLIC
        if STREAMS[name].carries(posted.post)
        for which, listening in instance.streams.readers(name).items()
        if not which or which in posted.tags
        for reader, label in listening.items()
        if reader.account_id in posted.reached.everybody
    ]


async def _deleted(instance: Instance, item: Item) -> None:
    """Gone from homes and lists: their entries outlive a post."""
    owners = _lists(instance)
    audience = Audience(accounts(instance.streams.readers("user")), set(owners), owners, set())
    if not audience:
        return
    homes, lists = await instance.db.read(audience.holding, int(item.ref))
    of_homes, of_lists = instance.streams.readers("user"), instance.streams.readers("list")
    readers = [pair for each in homes for pair in of_homes.get(str(each), {}).items()]
    readers += [pair for each in lists for pair in of_lists.get(str(each), {}).items()]
    await _send(readers, Message(DELETED, str(item.ref)))


async def _deleted_for_everybody(instance: Instance, item: Item) -> None:
    """Gone from the timelines that many share. All of them are told: what it was is not known any more."""
    of_public = (listening for name in PUBLIC for listening in instance.streams.readers(name).values())
    await _send([pair for listening in of_public for pair in listening.items()], Message(DELETED, str(item.ref)))


# --- what concerns one person -----------------------------------------------------------------------


async def _notified(instance: Instance, item: Item) -> None:
    readers = _who_is_notified(instance, item.account_id)
    told = await personal.notification(instance, item.account_id, int(item.ref)) if readers else None
    if told is not None:
        await _send(readers, Message("notification", told))


async def _conversation(instance: Instance, item: Item) -> None:
    readers = _personal(instance, "direct", item.account_id)
    told = await personal.conversation(instance, item.account_id, int(item.ref)) if readers else None
    if told is not None:
        await _send(readers, Message("conversation", told))


async def _merged(instance: Instance, item: Item) -> None:
    await _send(_who_is_notified(instance, item.account_id), Message("notifications_merged"))


async def _filters_changed(instance: Instance, item: Item) -> None:
    await _send(_personal(instance, "user", item.account_id), Message("filters_changed"))


def _who_is_notified(instance: Instance, account_id: int) -> list[tuple[Reader, Label]]:
    both = _personal(instance, "user", account_id) + _personal(instance, "user:notification", account_id)
    return [(reader, label) for reader, label in both if reader.notified]


def _personal(instance: Instance, name: str, account_id: int) -> list[tuple[Reader, Label]]:
    return list(instance.streams.readers(name).get(str(account_id), {}).items())


async def _send(readers: list[tuple[Reader, Label]], message: Message) -> None:
    for number, (reader, label) in enumerate(readers, 1):
        message.send(reader, label)
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)


KINDS: dict[str, Telling] = {
    UPDATE: _update,
    "edits": _edited,
    "deletions": _deleted,
    "open_deletions": _deleted_for_everybody,
    "conversations": _conversation,
    "notifications": _notified,
    "notifications_merged": _merged,
    "filters_changed": _filters_changed,
}
"""Topics of the hub, without whom they are for (`home`, `list` and `posts` are told together, as updates)."""

"""Notifications one by one and in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Raw

from fedi.actions import notifications as actions
from fedi.api import fallbacks, pagination, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import notifications as entities
from fedi.api.entities.notifications import Json
from fedi.api.telling import Details, Told, about, painted
from fedi.errors import NotFound
from fedi.models.notifications import GROUPED, Notification, NotificationGroup, Wanted
from fedi.models.paging import Page
from fedi.store import notifications
from fedi.store.database import Transaction
from fedi.store.notifications import Member

UNREAD = (100, 1000)
_MEMBERS = 80


def wanted(call: Call) -> Wanted:
    """What the call asks for; names of kinds that we do not know match nothing and forbid nothing."""
    params = call.params
    asked = params.texts("grouped_types")
    return Wanted(
        kinds=tuple(params.texts("types")),
        without=tuple(params.texts("exclude_types")),
        actor_id=params.id("account_id"),
        with_filtered=bool(params.flag("include_filtered")) or params.id("account_id") is not None,
        grouped=tuple(each for each in GROUPED if each in asked) if asked else GROUPED,
    )


# --- one by one -------------------------------------------------------------------------------------


async def several(call: Call) -> Answer:
    """GET /api/v1/notifications."""
    page = pagination.asked(call, pagination.NOTIFICATIONS)
    found, told = await call.read(_several, call, page, wanted(call))
    entries = painted(call.instance, found, told, fallbacks.wanted(call))
    return pagination.linked(call, entries, [each.id for each in found], page, always_next=True)


async def _several(tx: Transaction, call: Call, page: Page, asked: Wanted) -> tuple[list[Notification], Told]:
    found = await notifications.latest(tx, call.me.id, page, asked)
    return found, await _about(tx, call, found, [each.actor_id for each in found])


async def _about(
    tx: Transaction, call: Call, found: Sequence[Notification | NotificationGroup], actor_ids: list[int]
) -> Told:
    return await about(tx, call.instance.rendered, call.me, call.account, found, actor_ids)


async def by_id(call: Call) -> Answer:
    """GET /api/v1/notifications/:id."""
    found, told = await call.read(_one, call, call.id())
    shown = painted(call.instance, [found], told, fallbacks.wanted(call))
    if not shown:
        raise NotFound("There is no such notification")
    return answer(shown[0])


async def _one(tx: Transaction, call: Call, notification_id: int) -> tuple[Notification, Told]:
    found = await notifications.one(tx, call.me.id, notification_id)
    if found is None:
        raise NotFound("There is no such notification")
    return found, await _about(tx, call, [found], [found.actor_id])


async def clear(call: Call) -> Answer:
    """POST /api/v1/notifications/clear."""
    await call.write(actions.dismiss, call.me.id)
    return answer({})


async def dismiss(call: Call) -> Answer:
    """POST /api/v1/notifications/:id/dismiss."""
    await call.write(actions.dismiss, call.me.id, [call.id()])
    return answer({})


async def dismiss_several(call: Call) -> Answer:
    """DELETE /api/v1/notifications/destroy_multiple, and dismiss with the id in the body."""
    await call.write(actions.dismiss, call.me.id, [*call.params.ids("ids"), *call.params.ids("id")])
    return answer({})


async def unread(call: Call) -> Answer:
    """GET /api/v1/notifications/unread_count: how many, up to a limit."""
    limit = pagination.limit(call, *UNREAD)
    return answer({"count": min(limit, await call.read(notifications.unread, call.me.id, wanted(call)))})


# --- in groups --------------------------------------------------------------------------------------


async def groups(call: Call) -> Answer:
    """GET /api/v2/notifications."""
    page, asked = pagination.asked(call, pagination.NOTIFICATIONS), wanted(call)
    found, members, told = await call.read(_groups, call, page, asked)
    body = _grouped(call, [each for each in found if _is_shown(each, told)], members, told)
    return pagination.linked(call, body, [each.newest for each in found], page, always_next=True)


async def _groups(
    tx: Transaction, call: Call, page: Page, asked: Wanted
) -> tuple[list[NotificationGroup], list[Member], Told]:
    return await _with_members(tx, call, await notifications.groups(tx, call.me.id, page, asked), asked)


async def _with_members(
    tx: Transaction, call: Call, found: list[NotificationGroup], asked: Wanted
) -> tuple[list[NotificationGroup], list[Member], Told]:
    keys = [each.key for each in found]
    members = await notifications.members(tx, call.me.id, keys, asked) if keys else []
    return found, members, await _about(tx, call, found, [each.actor_id for each in members])


def _is_shown(found: NotificationGroup, told: Told) -> bool:
    return found.post_id is None or found.post_id in told.posts.versions


def _grouped(call: Call, found: list[NotificationGroup], members: list[Member], told: Told) -> Json:
    posts, people = showing.paint(call, told.posts), showing.paint_people(call, told.people)
    samples: dict[str, list[int]] = {}
    for each in members:
        samples.setdefault(each.key, []).append(each.actor_id)
    shown = dict.fromkeys(actor_id for each in found for actor_id in samples.get(each.key, ()))
    first = {key: ids[0] for key, ids in samples.items()}
    details = Details(call.instance.school, told, people, posts, fallbacks.wanted(call))
    about = dict.fromkeys(each.post_id for each in found if each.post_id is not None)
    faces = {each: people[each] for each in shown if each in people}
    return {
        **_faces(call, faces, set(first.values())),
        "statuses": [Raw(posts[each]) for each in about if each in posts],
        "notification_groups": [
            entities.group(each, samples.get(each.key, []), details.of(each, first.get(each.key))) for each in found
        ],
    }


def _faces(call: Call, faces: Mapping[int, bytes], first: set[int]) -> Json:
    """Everybody whole, or with `expand_accounts=partial_avatars` only the latest of each group, and of others what
    their picture takes.
    """
    if call.params.text("expand_accounts") != "partial_avatars":
        return {"accounts": [Raw(face) for face in faces.values()]}
    return {
        "accounts": [Raw(face) for actor_id, face in faces.items() if actor_id in first],
        "partial_accounts": [entities.avatar(face) for actor_id, face in faces.items() if actor_id not in first],
    }


async def group(call: Call) -> Answer:
    """GET /api/v2/notifications/:group_key."""
    found, members, told = await call.read(_group, call, call.path["group_key"])
    return answer(_grouped(call, found, members, told))


async def _group(tx: Transaction, call: Call, key: str) -> tuple[list[NotificationGroup], list[Member], Told]:
    found = await notifications.group(tx, call.me.id, key)
    if found is None:
        raise NotFound("There is no such group")
    return await _with_members(tx, call, [found], Wanted(with_filtered=True))


async def group_accounts(call: Call) -> Answer:
    """GET /api/v2/notifications/:group_key/accounts."""
    return answer(await showing.people(call, _group_people, call.me.id, call.path["group_key"]))


async def _group_people(tx: Transaction, account_id: int, key: str) -> list[int]:
    members = await notifications.members(tx, account_id, [key], Wanted(with_filtered=True), _MEMBERS)
    if not members:
        raise NotFound("There is no such group")
    return list(dict.fromkeys(each.actor_id for each in members))


async def dismiss_group(call: Call) -> Answer:
    """POST /api/v2/notifications/:group_key/dismiss."""
    await call.write(_dismiss_group, call.me.id, call.path["group_key"])
    return answer({})


async def _dismiss_group(tx: Transaction, account_id: int, key: str) -> None:
    members = await notifications.members(tx, account_id, [key], Wanted(with_filtered=True), 2**31)
    await actions.dismiss(tx, account_id, [each.id for each in members])


async def unread_groups(call: Call) -> Answer:
    """GET /api/v2/notifications/unread_count."""
    limit = pagination.limit(call, *UNREAD)
    return answer({"count": min(limit, await call.read(notifications.unread_groups, call.me.id, wanted(call)))})

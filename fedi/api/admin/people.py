"""People as moderators see them, and what they decide about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fedi.actions import measures, moderation
from fedi.api import pagination, painting, showing
from fedi.api.admin.listing import PAGES
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import accounts, admin
from fedi.api.painting import Faces
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.instances.rendered import Rendered
from fedi.models.accounts import Account, Role
from fedi.models.moderation import Decision, Measure, Origin, Sought, Status, Subject
from fedi.models.paging import Page
from fedi.store.database import Transaction

Change = Callable[[Transaction, Account, Subject], Awaitable[None]]
E = TypeVar("E", Origin, Status)


async def several(call: Call) -> Answer:
    """GET /api/v2/admin/accounts."""
    params = call.params
    staff = (Role.MODERATOR, Role.ADMIN) if params.text("permissions") == "staff" else None
    held = tuple(each for each in Role if accounts.role(each)["id"] in params.texts("role_ids"))
    roles = held if "role_ids" in params else staff
    return await _listed(call, _named(params.text("origin"), Origin), _named(params.text("status"), Status), roles)


async def several_v1(call: Call) -> Answer:
    """GET /api/v1/admin/accounts: a flag for each origin and status."""
    origin = next((each for each in Origin if call.params.flag(each)), None)
    status = next((each for each in Status if call.params.flag(each)), None)
    staff = (Role.MODERATOR, Role.ADMIN) if call.params.flag("staff") else None
    return await _listed(call, origin, status, staff)


def _named(name: str | None, among: type[E]) -> E | None:
    """Invalid for a word that is none of them: an answer with everybody in it would mislead."""
    if not name:
        return None
    if name not in list(among):
        raise Invalid(f"{among.__name__} is not included in the list", among.__name__.lower())
    return among(name)


async def _listed(call: Call, origin: Origin | None, status: Status | None, roles: tuple[Role, ...] | None) -> Answer:
    params, page = call.params, pagination.asked(call, PAGES)
    sought = Sought(
        origin=origin,
        status=status,
        roles=roles,
        invited_by=params.id("invited_by"),
        username=params.text("username"),
        name=params.text("display_name"),
        domain=(params.text("by_domain") or "").strip().lower() or None,
        email=params.text("email"),
    )
    found, faces = await call.read(_people, call.account, sought, page, call.instance.rendered)
    # Nobody's addresses are kept, so nobody has come from any.
    shown = [] if params.text("ip") else found
    painted = showing.paint_people(call, faces)
    entries = [admin.account(each, painted[each.actor.id]) for each in shown]
    return pagination.linked(call, entries, [each.actor.id for each in shown], page)


async def _people(
    tx: Transaction, by: Account, sought: Sought, page: Page, memory: Rendered
) -> tuple[list[Subject], Faces]:
    found = await moderation.people(tx, by, sought, page)
    return found, await painting.read_people(tx, memory, [each.actor.id for each in found])


async def by_id(call: Call) -> Answer:
    """GET /api/v1/admin/accounts/:id."""
    return _painted(call, *await call.read(_one, call.account, call.id(), call.instance.rendered))


async def _one(tx: Transaction, by: Account, actor_id: int, memory: Rendered) -> tuple[Subject, Faces]:
    found = await moderation.subject(tx, by, actor_id)
    return found, await painting.read_people(tx, memory, [actor_id])


def _painted(call: Call, found: Subject, faces: Faces) -> Answer:
    return answer(admin.account(found, showing.paint_people(call, faces)[found.actor.id]))


async def decide(call: Call) -> Answer:
    """POST /api/v1/admin/accounts/:id/action."""
    params = call.params
    kind = params.text("type") or ""
    if kind not in list(Measure):
        raise Invalid("Type is not included in the list", "type")
    if params.text("warning_preset_id"):
        raise NotFound("There are no texts to choose from")
    if params.text("report_id") and params.id("report_id") is None:
        raise NotFound("There is no such report")
    by_mail = params.flag("send_email_notification")
    decision = Decision(Measure(kind), params.text("text") or "", params.id("report_id"), by_mail is not False)
    await call.write(_decide, call.account, call.id(), decision)
    return answer({})


async def _decide(tx: Transaction, by: Account, actor_id: int, decision: Decision) -> None:
    await measures.take(tx, by, (await moderation.subject(tx, by, actor_id)).actor, decision)


def _changed(change: Change) -> Callable[[Call], Awaitable[Answer]]:
    """The endpoint of something that is done to somebody; it answers with her as she is then."""

    async def endpoint(call: Call) -> Answer:
        return _painted(call, *await call.write(_change, change, call.account, call.id(), call.instance.rendered))

    return endpoint


async def _change(
    tx: Transaction, change: Change, by: Account, actor_id: int, memory: Rendered
) -> tuple[Subject, Faces]:
    await change(tx, by, await moderation.subject(tx, by, actor_id))
    after = (await moderation.subjects(tx, by, [actor_id]))[actor_id]
    return after, await painting.read_people(tx, memory, [actor_id])


async def _enable(tx: Transaction, by: Account, seen: Subject) -> None:
    if seen.account is None:
        raise NotFound("She has no account here")
    await moderation.enable(tx, by, seen.account)


async def _unsilence(tx: Transaction, by: Account, seen: Subject) -> None:
    await moderation.limit(tx, by, seen.actor, limited=False)


async def _unsensitive(tx: Transaction, by: Account, seen: Subject) -> None:
    await moderation.sensitize(tx, by, seen.actor, sensitized=False)


async def _unsuspend(tx: Transaction, by: Account, seen: Subject) -> None:
    await moderation.require_authority_over(tx, by, seen.actor)
    await moderation.unsuspend_actor(tx, by, seen.actor)


async def _delete(tx: Transaction, by: Account, seen: Subject) -> None:
    await moderation.delete_actor(tx, by, seen.actor)


async def _nobody_waits(_tx: Transaction, _by: Account, _seen: Subject) -> None:
    """As Mastodon answers about somebody who has been let in."""
    raise Forbidden("Whoever has an account here was invited")


enable = _changed(_enable)
unsilence, unsensitive, unsuspend = _changed(_unsilence), _changed(_unsensitive), _changed(_unsuspend)
delete = _changed(_delete)
approve = reject = _changed(_nobody_waits)


async def read_subjects(
    tx: Transaction, by: Account, memory: Rendered, ids: list[int]
) -> tuple[dict[int, Subject], Faces]:
    """Several people, for what else names them."""
    return await moderation.subjects(tx, by, ids), await painting.read_people(tx, memory, ids)

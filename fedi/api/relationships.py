"""How the caller stands to others, and what changes it: follows, blocks, mutes, private notes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Raw

from fedi.actions import blocks, follows, mutes
from fedi.actions import muted_domains as domain_actions
from fedi.actions import relationships as relationship_actions
from fedi.api import pagination, painting, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.relationships import relationship
from fedi.api.entities.times import moment_or_none
from fedi.api.painting import Faces
from fedi.api.params import Params
from fedi.api.showing import Entry
from fedi.auth.bearer import Denied
from fedi.errors import Forbidden, NotFound
from fedi.instances.rates import Budget
from fedi.models.actors import Actor
from fedi.models.follows import FollowState, Relationship, Wishes
from fedi.models.paging import Page
from fedi.store import actors, muted_domains, people
from fedi.store import follows as stored_follows
from fedi.store import relationships as stored
from fedi.store.database import Transaction

FOLLOWING = Budget("follows", 400, 24 * 60 * 60_000)

_MOST_AT_ONCE = 100
_FAMILIAR = 10
_SECOND_MS = 1000

Change = Callable[..., Awaitable[object]]
Lists = Callable[[Transaction, int, Page], Awaitable[list[people.Listed]]]


async def several(call: Call) -> Answer:
    """GET /api/v1/accounts/relationships?id[]=...: in the order asked for, without whoever is not there, and without
    whoever is suspended unless `with_suspended` is asked for.
    """
    ids = list(dict.fromkeys(call.params.ids("id")))[:_MOST_AT_ONCE]
    found = await call.read(_toward, call.me, ids, bool(call.params.flag("with_suspended")))
    return answer([relationship(each, found[each]) for each in ids if each in found])


async def _toward(tx: Transaction, me: Actor, ids: list[int], with_suspended: bool) -> dict[int, Relationship]:
    known = await actors.by_ids(tx, ids)
    there = [each for each in ids if each in known and known[each].deleted_at is None]
    return await stored.toward(tx, me.id, [each for each in there if with_suspended or not known[each].gone])


async def follow(call: Call) -> Answer:
    """POST /api/v1/accounts/:id/follow: ask to follow, or say what one wants of whom one follows."""
    if call.id() == call.me.id:
        raise Denied("Following your own account is not allowed")
    wishes = Wishes(call.params.flag("reblogs"), call.params.flag("notify"), _languages(call.params))
    found, other = await call.write(_follow, call.me, call.id(), wishes)
    waits = found.following is FollowState.PENDING and not other.locked and not other.local
    return answer(relationship(other.id, found, at_once=waits))


def _languages(params: Params) -> tuple[str, ...] | None:
    # As the languages of posts are kept.
    found = dict.fromkeys(each.lower() for each in params.texts("languages") if each)
    return tuple(found) if params.given("languages") else None


async def _follow(tx: Transaction, me: Actor, actor_id: int, wishes: Wishes) -> tuple[Relationship, Actor]:
    other = await person(tx, actor_id)
    await follows.follow(tx, me, other)
    await follows.wish(tx, me, other, wishes)
    return await stored.between(tx, me.id, other.id), other


async def person(tx: Transaction, actor_id: int) -> Actor:
    """Somebody by id; NotFound."""
    found = await actors.by_id(tx, actor_id)
    if found is None or found.deleted_at is not None:
        raise NotFound("There is nobody of this id")
    return found


def change(action: Change) -> Callable[[Call], Awaitable[Answer]]:
    """The endpoint of an action of the caller toward somebody, which answers with how they stand then."""

    async def endpoint(call: Call) -> Answer:
        return await changed(call, action)

    return endpoint


async def changed(call: Call, action: Change, **options: Any) -> Answer:
    """Do it, and answer with how the two stand then."""
    if call.id() == call.me.id:
        raise Forbidden("Nobody does this to herself")
    return answer(relationship(call.id(), await call.write(_changed, action, call.me, call.id(), options)))


async def _changed(tx: Transaction, action: Change, me: Actor, actor_id: int, options: dict[str, Any]) -> Relationship:
    await action(tx, me, await person(tx, actor_id), **options)
    return await stored.between(tx, me.id, actor_id)


unfollow = change(follows.unfollow)
block, unblock = change(blocks.block), change(blocks.unblock)
unmute = change(mutes.unmute)


async def mute(call: Call) -> Answer:
    """POST /api/v1/accounts/:id/mute: `duration` in seconds, 0 for good."""
    seconds = call.params.number("duration") or 0
    told = call.params.flag("notifications")
    return await changed(call, mutes.mute, notifications=told is not False, duration_ms=seconds * _SECOND_MS)


async def remove_from_followers(call: Call) -> Answer:
    """POST /api/v1/accounts/:id/remove_from_followers."""
    return await changed(call, _remove)


async def _remove(tx: Transaction, me: Actor, other: Actor) -> None:
    standing = await stored_follows.between(tx, other.id, me.id)
    if standing is not None:
        await follows.reject(tx, standing)


async def note(call: Call) -> Answer:
    """POST /api/v1/accounts/:id/note: what the caller writes down for herself; an empty text forgets it."""
    text = call.params.text("comment") or ""
    found = await call.write(_changed, relationship_actions.write_note, call.me, call.id(), {"text": text})
    return answer(relationship(call.id(), found))


async def familiar_followers(call: Call) -> Answer:
    """GET /api/v1/accounts/familiar_followers?id[]=...: whom the caller follows of each one's followers."""
    ids = list(dict.fromkeys(call.params.ids("id")))[:_MOST_AT_ONCE]
    found, faces = await call.read(_familiar, call, ids)
    painted = showing.paint_people(call, faces)
    return answer(
        [{"id": str(each), "accounts": [Raw(painted[one]) for one in found[each] if one in painted]} for each in ids]
    )


async def _familiar(tx: Transaction, call: Call, ids: list[int]) -> tuple[dict[int, list[int]], Faces]:
    found = {each: await stored.familiar(tx, call.me.id, each, _FAMILIAR) for each in ids}
    everybody = dict.fromkeys(one for several in found.values() for one in several)
    return found, await painting.read_people(tx, call.instance.rendered, everybody)


async def authorize_request(call: Call) -> Answer:
    """POST /api/v1/follow_requests/:account_id/authorize."""
    return await _decided(call, accepted=True)


async def reject_request(call: Call) -> Answer:
    """POST /api/v1/follow_requests/:account_id/reject."""
    return await _decided(call, accepted=False)


async def _decided(call: Call, *, accepted: bool) -> Answer:
    found = await call.write(_decide, call.me, call.id("account_id"), accepted)
    return answer(relationship(call.id("account_id"), found))


async def _decide(tx: Transaction, me: Actor, actor_id: int, accepted: bool) -> Relationship:
    await follows.decide(tx, me, await stored_follows.between(tx, actor_id, me.id), accepted=accepted)
    return await stored.between(tx, me.id, actor_id)


async def blocked(call: Call) -> Answer:
    """GET /api/v1/blocks."""
    return await _list(call, people.blocked)


async def requested(call: Call) -> Answer:
    """GET /api/v1/follow_requests."""
    return await _list(call, people.waiting)


async def _list(call: Call, found: Lists) -> Answer:
    page = pagination.asked(call, pagination.ACCOUNTS)
    return await showing.people_page(call, page, _entries, found, call.me.id, page)


async def _entries(tx: Transaction, found: Lists, me: int, page: Page) -> list[Entry]:
    return [Entry(each.id, each.actor_id) for each in await found(tx, me, page)]


async def muted(call: Call) -> Answer:
    """GET /api/v1/mutes: people, each with the end of her mute."""
    page = pagination.asked(call, pagination.ACCOUNTS)
    entries, faces, ends = await call.read(_muted, call, page)
    painted = showing.paint_people(call, faces)
    shown = [msgspec.json.decode(painted[each.actor_id]) | {"mute_expires_at": ends[each.actor_id]} for each in entries]
    return pagination.linked(call, shown, [each.id for each in entries], page, back="since_id")


async def _muted(tx: Transaction, call: Call, page: Page) -> tuple[list[people.Listed], Faces, dict[int, str | None]]:
    entries = await people.muted(tx, call.me.id, page)
    ids = [each.actor_id for each in entries]
    mutes_of = await stored.toward(tx, call.me.id, ids)
    ends = {each: moment_or_none(mute.expires_at) for each in ids if (mute := mutes_of[each].mute)}
    return entries, await painting.read_people(tx, call.instance.rendered, ids), ends


async def domains(call: Call) -> Answer:
    """GET /api/v1/domain_blocks: their names."""
    page = pagination.asked(call, pagination.DOMAINS)
    found = await call.read(muted_domains.page, call.me.id, page)
    names, cursors = [each.domain for each in found], [each.id for each in found]
    return pagination.linked(call, names, cursors, page, back="since_id")


async def mute_domain(call: Call) -> Answer:
    """POST /api/v1/domain_blocks."""
    await call.write(domain_actions.mute, call.me, call.params.required("domain"))
    return answer({})


async def foresee_muting(call: Call) -> Answer:
    """GET /api/v1/domain_blocks/preview: how many follows there are with a server, either way."""
    ties = await call.read(domain_actions.foresee, call.me, call.params.required("domain"))
    return answer({"following_count": ties.following, "followers_count": ties.followers})


async def unmute_domain(call: Call) -> Answer:
    """DELETE /api/v1/domain_blocks."""
    await call.write(domain_actions.unmute, call.me, call.params.required("domain"))
    return answer({})

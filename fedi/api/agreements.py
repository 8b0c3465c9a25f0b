"""With which schools this one has an agreement."""

from __future__ import annotations

from fedi.actions import peers
from fedi.api.call import Answer, Call, answer
from fedi.api.described import About
from fedi.api.entities import materials as entities
from fedi.api.entities.materials import Agreement
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.peers import Peer
from fedi.store import peers as stored
from fedi.store.database import Transaction

LIST = About(
    "Agreements in force, by host; administrators see those too that only one side has offered", list[Agreement]
)


async def several(call: Call) -> Answer:
    """GET /api/fedi/v1/agreements."""
    account = call.caller.account if call.caller else None
    offers = account is not None and account.role.covers(Role.ADMIN)
    found = await call.read(_known, offers)
    return answer([entities.agreement(call.instance.school, peer, them) for peer, them in found])


async def _known(tx: Transaction, offers: bool) -> list[tuple[Peer, Actor | None]]:
    found = await stored.agreements(tx, offers=offers)
    schools = await peers.schools(tx, [each.host for each in found])
    return [(each, schools.get(each.host)) for each in found]

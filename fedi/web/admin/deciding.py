"""What the buttons about a person do, on whichever page of moderators they stand."""

from __future__ import annotations

from fedi.actions import measures, moderation
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import Account
from fedi.models.actors import Actor
from fedi.models.moderation import Decision, Measure
from fedi.store.database import Transaction


async def decide(
    tx: Transaction, by: Account, person: Actor, do: str, text: str = "", report_id: int | None = None
) -> None:
    """Take a measure, which is kept and told to her with `text`, or lift one."""
    if do in list(Measure):
        await measures.take(tx, by, person, Decision(Measure(do), text, report_id))
        return
    account = await moderation.require_authority_over(tx, by, person)
    match do:
        case "unsuspend":
            await moderation.unsuspend_actor(tx, by, person)
        case "unsilence":
            await moderation.limit(tx, by, person, limited=False)
        case "unsensitive":
            await moderation.sensitize(tx, by, person, sensitized=False)
        case "enable":
            await _enable(tx, by, account)
        case other:
            raise Invalid(f"There is no action {other!r}", "do")


async def _enable(tx: Transaction, by: Account, account: Account | None) -> None:
    if account is None:
        raise NotFound("She has no account here")
    await moderation.enable(tx, by, account)

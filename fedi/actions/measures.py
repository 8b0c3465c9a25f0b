"""What moderators do about somebody, as one decision: the measure, its report, what is kept of it and told to her."""

from __future__ import annotations

from fedi.actions import letters, moderation, notifications, reports
from fedi.errors import Invalid
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor
from fedi.models.moderation import Decision, Measure, Strike
from fedi.models.notifications import NotificationKind
from fedi.store import actors, moderated
from fedi.store import reports as stored_reports
from fedi.store.database import Transaction

MAX_TEXT = 2_000
MOST_SHOWN = 50


async def take(tx: Transaction, by: Account, actor: Actor, decision: Decision) -> None:
    """Decide about somebody here or elsewhere. Whoever is suspended is dealt with: reports about her are resolved."""
    account = await moderation.require_authority_over(tx, by, actor)
    if len(decision.text) > MAX_TEXT:
        raise Invalid(f"At most {MAX_TEXT} characters", "text")
    await _carry_out(tx, by, actor, account, decision.measure)
    await _resolve(tx, by, actor, decision)
    told = decision.measure is not Measure.NONE or bool(decision.text.strip())
    if told:
        await _tell(tx, actor, account, _strike(tx, by, actor, decision), decision.by_mail)


async def taken(tx: Transaction, by: Account, actor: Actor) -> list[tuple[Strike, str]]:
    """What was decided about somebody, the latest first, each with the name of who decided it."""
    moderation.require(by, Role.MODERATOR)
    found = await moderated.strikes(tx, actor.id, MOST_SHOWN)
    people = await actors.by_ids(tx, [each.by_id for each in found])
    return [(each, people[each.by_id].display_name if each.by_id in people else "") for each in found]


async def _tell(tx: Transaction, actor: Actor, account: Account | None, strike: Strike, by_mail: bool) -> None:
    await moderated.add_strike(tx, strike)
    if account is None:
        return
    await notifications.notify(tx, account.id, NotificationKind.WARNING, actor, strike_id=strike.id)
    if by_mail:
        await letters.moderation(tx, account, strike.measure, strike.text)


async def _carry_out(tx: Transaction, by: Account, actor: Actor, account: Account | None, measure: Measure) -> None:
    match measure:
        case Measure.SENSITIVE:
            await moderation.sensitize(tx, by, actor)
        case Measure.SILENCE:
            await moderation.limit(tx, by, actor)
        case Measure.SUSPEND:
            await moderation.suspend_actor(tx, by, actor)
        case Measure.DISABLE:
            if account is None:
                raise Invalid("Type is not included in the list", "type")
            await moderation.disable(tx, by, account)


async def _resolve(tx: Transaction, by: Account, actor: Actor, decision: Decision) -> None:
    if decision.report_id is not None:
        await reports.resolve(tx, by, decision.report_id)
    if decision.measure is Measure.SUSPEND:
        for report_id in await stored_reports.open_about(tx, actor.id):
            await reports.resolve(tx, by, report_id)


def _strike(tx: Transaction, by: Account, actor: Actor, decision: Decision) -> Strike:
    text = decision.text.strip()
    return Strike(tx.new_id(), actor.id, by.id, decision.measure, text, decision.report_id, tx.now)

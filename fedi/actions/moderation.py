"""What administrators and moderators may do with the accounts of others. `by` None is the command line: the operator
of the machine, who may do everything.
"""

from __future__ import annotations

from collections.abc import Sequence

from fedi.actions import accounts as account_actions
from fedi.actions import actors as actor_actions
from fedi.errors import Forbidden, NotFound
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor, ActorKind
from fedi.models.moderation import Sought, Subject, Waiting
from fedi.models.paging import Page
from fedi.store import accounts, actors, moderated, push_subscriptions, sessions, tickets
from fedi.store import waiting as stored_waiting
from fedi.store.database import Transaction


def require(account: Account, role: Role) -> None:
    """Forbidden unless the account has this role or a higher one."""
    if account.disabled_at is not None or not account.role.covers(role):
        raise Forbidden(f"This is for people with the role {role}")


def require_admin(by: Account | None) -> None:
    """Forbidden unless an administrator asks, or the command line."""
    if by is not None:
        require(by, Role.ADMIN)


async def suspend(tx: Transaction, by: Account | None, account: Account) -> None:
    """Sign a person out, and show nothing of her until it is lifted. Her posts and her name stay hers."""
    _require_authority(by, account)
    await account_actions.require_another_admin(tx, account)
    actor = await _actor(tx, account)
    if actor.suspended_at is None:
        await actor_actions.suspend(tx, actor)
    await _shut_out(tx, account)


async def _shut_out(tx: Transaction, account: Account) -> None:
    if account.disabled_at is None:
        await accounts.set_disabled(tx, account.id, tx.now)
    await sessions.end_all(tx, account.id)
    await tickets.revoke_of(tx, account.id)
    await push_subscriptions.remove_of(tx, account.id)
    tx.announce("sessions", account.id)


async def unsuspend(tx: Transaction, by: Account | None, account: Account) -> None:
    """Lift a suspension: what was hers is shown again, and she can sign in unless that had been forbidden before."""
    _require_authority(by, account)
    actor = await _actor(tx, account)
    await actor_actions.unsuspend(tx, actor)
    if not Subject(actor, account).disabled:
        await accounts.set_disabled(tx, account.id, None)


async def disable(tx: Transaction, by: Account, account: Account) -> None:
    """Let nobody sign in to an account any more; what it has published stays to be read."""
    _require_authority(by, account)
    await account_actions.require_another_admin(tx, account)
    await _shut_out(tx, account)


async def enable(tx: Transaction, by: Account, account: Account) -> None:
    """... and let her in again. A suspension is not lifted by this."""
    _require_authority(by, account)
    actor = await _actor(tx, account)
    if Subject(actor, account).disabled:
        await accounts.set_disabled(tx, account.id, actor.suspended_at)


async def suspend_actor(tx: Transaction, by: Account, actor: Actor) -> None:
    """The same for anybody: of ours the whole account, of others all that is shown here and taken from them."""
    require(by, Role.MODERATOR)
    account = await accounts.by_id(tx, actor.id)
    if account is not None:
        await suspend(tx, by, account)
    else:
        await actor_actions.suspend(tx, actor)


async def unsuspend_actor(tx: Transaction, by: Account, actor: Actor) -> None:
    """... and lift it."""
    require(by, Role.MODERATOR)
    account = await accounts.by_id(tx, actor.id)
    if account is not None:
        await unsuspend(tx, by, account)
    else:
        await actor_actions.unsuspend(tx, actor)


async def limit(tx: Transaction, by: Account, actor: Actor, limited: bool = True) -> None:
    """Show somebody's posts only to those who follow her, or to everybody again: neither timelines nor searches have
    them, and others are told apart of what she does.
    """
    await require_authority_over(tx, by, actor)
    await actors.set_limited(tx, actor.id, tx.now if limited else None)
    tx.announce("actors", actor.id)


async def sensitize(tx: Transaction, by: Account, actor: Actor, sensitized: bool = True) -> None:
    """Cover every picture that somebody shows, or only those that she covers herself."""
    await require_authority_over(tx, by, actor)
    await actors.set_sensitized(tx, actor.id, tx.now if sensitized else None)
    tx.announce("covers", actor.id)


async def require_authority_over(tx: Transaction, by: Account, actor: Actor) -> Account | None:
    """The account of an actor, if it is one of ours; Forbidden if `by` has no authority over it: nobody has over
    herself, or over the school.
    """
    require(by, Role.MODERATOR)
    account = await accounts.by_id(tx, actor.id)
    if account is not None:
        _require_authority(by, account)
    if actor.id == by.id or (actor.local and actor.kind is ActorKind.APPLICATION):
        raise Forbidden("Nobody decides about this account")
    return account


async def delete_actor(tx: Transaction, by: Account, actor: Actor) -> None:
    """Delete somebody who is suspended for good, of ours or of another server; Forbidden for others."""
    require(by, Role.ADMIN)
    account = await require_authority_over(tx, by, actor)
    if actor.suspended_at is None:
        raise Forbidden("Only who is suspended is deleted")
    if account is not None:
        await delete(tx, by, account)
    else:
        await actor_actions.delete(tx, actor)


async def people(tx: Transaction, by: Account, sought: Sought, page: Page) -> list[Subject]:
    """Whom a moderator looks for, the latest met first."""
    require(by, Role.MODERATOR)
    return list((await subjects(tx, by, await moderated.people(tx, sought, page))).values())


async def subjects(tx: Transaction, by: Account, actor_ids: Sequence[int]) -> dict[int, Subject]:
    """These people as a moderator sees them, in this order."""
    require(by, Role.MODERATOR)
    known, held = await actors.by_ids(tx, actor_ids), await accounts.by_ids(tx, actor_ids)
    return {each: Subject(known[each], held.get(each)) for each in actor_ids if each in known}


async def subject(tx: Transaction, by: Account, actor_id: int) -> Subject:
    """One of them; NotFound."""
    found = await subjects(tx, by, [actor_id])
    if actor_id not in found or found[actor_id].actor.deleted_at is not None:
        raise NotFound("There is nobody of this id")
    return found[actor_id]


async def set_role(tx: Transaction, by: Account | None, account: Account, role: Role) -> None:
    """Make somebody a teacher, moderator or administrator. The last administrator stays one."""
    if by is not None:
        require(by, Role.ADMIN)
    if role is not Role.ADMIN:
        await account_actions.require_another_admin(tx, account)
    await accounts.set_role(tx, account.id, role)
    tx.announce("actors", account.id)


async def delete(tx: Transaction, by: Account | None, account: Account) -> None:
    """Delete somebody's account for good; one's own is deleted by `accounts.delete`."""
    if by is not None:
        require(by, Role.ADMIN)
    await account_actions.delete(tx, account)


def _require_authority(by: Account | None, account: Account) -> None:
    """Moderators have authority over teachers, administrators over everybody."""
    if by is not None:
        require(by, Role.MODERATOR if account.role is Role.TEACHER else Role.ADMIN)


async def _actor(tx: Transaction, account: Account) -> Actor:
    actor = await actors.by_id(tx, account.id)
    if actor is None or actor.deleted_at is not None:
        raise NotFound("There is no such account")
    return actor


async def waiting(tx: Transaction, role: Role) -> Waiting:
    """What waits for somebody with this role: nothing for teachers, and servers for administrators only."""
    if not role.covers(Role.MODERATOR):
        return Waiting()
    found = await stored_waiting.counted(tx)
    return found if role is Role.ADMIN else Waiting(reports=found.reports)

"""What administrators and moderators may do with the accounts of others. `by` None is the command line: the operator
of the machine, who may do everything.
"""

from __future__ import annotations

from fedi.actions import accounts as account_actions
from fedi.actions import actors as actor_actions
from fedi.errors import Forbidden, NotFound
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor
from fedi.store import accounts, actors, push_subscriptions, sessions, tickets
from fedi.store.database import Transaction


def require(account: Account, role: Role) -> None:
    """Forbidden unless the account has this role or a higher one."""
    if account.disabled_at is not None or not account.role.covers(role):
        raise Forbidden(f"This is for people with the role {role}")


async def suspend(tx: Transaction, by: Account | None, account: Account) -> None:
    """Sign a person out, and show nothing of her until it is lifted. Her posts and her name stay hers."""
    _require_authority(by, account)
    await account_actions.require_another_admin(tx, account)
    await actor_actions.suspend(tx, await _actor(tx, account))
    await accounts.set_disabled(tx, account.id, tx.now)
    await sessions.end_all(tx, account.id)
    await tickets.revoke_of(tx, account.id)
    await push_subscriptions.remove_of(tx, account.id)
    tx.announce("sessions", account.id)


async def unsuspend(tx: Transaction, by: Account | None, account: Account) -> None:
    """Lift a suspension: she can sign in again, and what was hers is shown again."""
    _require_authority(by, account)
    await actor_actions.unsuspend(tx, await _actor(tx, account))
    await accounts.set_disabled(tx, account.id, None)


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


async def set_role(tx: Transaction, by: Account | None, account: Account, role: Role) -> None:
    """Make somebody a teacher, moderator or administrator. The last administrator stays one."""
    if by is not None:
        require(by, Role.ADMIN)
    if role is not Role.ADMIN:
        await account_actions.require_another_admin(tx, account)
    await accounts.set_role(tx, account.id, role)


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

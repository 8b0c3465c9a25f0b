"""One-time links: for the first administrator, for people who are invited, for a password that was forgotten.

Only hashes of secrets come in here; the link itself is shown once, by the face that made the secret.
"""

from __future__ import annotations

from dataclasses import replace

from fedi.actions import accounts as account_actions
from fedi.actions import moderation
from fedi.actions.accounts import NewAccount
from fedi.actions.moderation import require
from fedi.config import Registrations
from fedi.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from fedi.models.accounts import Account, Person, Role, Ticket, TicketPurpose
from fedi.models.actors import Actor
from fedi.store import accounts, tickets
from fedi.store.database import Transaction

DAY_MS = 24 * 3600_000
FIRST_ADMIN_MS = 7 * DAY_MS
INVITATION_MS = 14 * DAY_MS
RESET_MS = DAY_MS
MAX_USES = 200


async def first_admin(tx: Transaction, token_hash: str) -> Ticket:
    """The link with which the first administrator opens her account. An earlier one becomes worthless."""
    if await accounts.count(tx, Role.ADMIN):
        raise Conflict("The school has an administrator already; invite people instead")
    await tickets.revoke_all(tx, TicketPurpose.FIRST_ADMIN)
    ticket = _ticket(tx, token_hash, TicketPurpose.FIRST_ADMIN, FIRST_ADMIN_MS, role=Role.ADMIN)
    await tickets.insert(tx, ticket)
    return ticket


async def invite(
    tx: Transaction,
    by: Account | None,
    token_hash: str,
    *,
    role: Role = Role.TEACHER,
    uses: int = 1,
    valid_ms: int = INVITATION_MS,
    email: str | None = None,
) -> Ticket:
    """A link for `uses` new people with this role. `by` None is the command line, which may do everything."""
    if by is not None:
        require(by, Role.MODERATOR if role is Role.TEACHER else Role.ADMIN)
        if tx.school.registrations is Registrations.CLOSED:
            raise Forbidden("This school takes nobody in by invitation")
    if not 1 <= uses <= MAX_USES:
        raise Invalid(f"An invitation is for 1 to {MAX_USES} people", "uses")
    ticket = _ticket(tx, token_hash, TicketPurpose.INVITATION, valid_ms, role=role)
    address = account_actions.email_or_none(email)
    ticket = replace(ticket, created_by=by.id if by else None, uses_left=uses, email=address)
    await tickets.insert(tx, ticket)
    return ticket


async def invitations(tx: Transaction, by: Account | None) -> list[Ticket]:
    """Invitations that can still be used."""
    if by is not None:
        require(by, Role.MODERATOR)
    return await tickets.usable(tx, TicketPurpose.INVITATION)


async def withdraw(tx: Transaction, by: Account | None, token_hash: str) -> None:
    """Make an invitation worthless."""
    if by is not None:
        require(by, Role.MODERATOR)
    if not await tickets.revoke(tx, token_hash):
        raise Gone("This invitation has been used up or withdrawn already")


async def joining(tx: Transaction, token_hash: str) -> Ticket:
    """The link somebody wants to join with; Gone if it is worth nothing. Looking does not use it up."""
    ticket = await tickets.by_token_hash(tx, token_hash)
    if ticket is None or ticket.purpose is TicketPurpose.PASSWORD_RESET:
        raise Gone(_WORTHLESS)
    return ticket


async def join(tx: Transaction, token_hash: str, new: NewAccount) -> Person:
    """Open an account with a link: the role is the link's, and so is who invited."""
    ticket = await joining(tx, token_hash)
    if await tickets.use(tx, token_hash) is None:
        raise Gone(_WORTHLESS)
    return await account_actions.sign_up(tx, replace(new, role=ticket.role, invited_by=ticket.created_by))


async def reset(tx: Transaction, token_hash: str, account: Account) -> Ticket:
    """A link with which the owner of an account chooses a new password; an earlier one becomes worthless."""
    if account.disabled_at is not None:
        raise Conflict("This account is suspended; lift that first")
    await tickets.revoke_all(tx, TicketPurpose.PASSWORD_RESET, account.id)
    ticket = _ticket(tx, token_hash, TicketPurpose.PASSWORD_RESET, RESET_MS, role=account.role)
    ticket = replace(ticket, account_id=account.id)
    await tickets.insert(tx, ticket)
    return ticket


async def hand_out(tx: Transaction, by: Account, token_hash: str, actor_id: int) -> Actor:
    """The same, made by an administrator for somebody who has asked her: whose it is. NotFound without an account."""
    require(by, Role.ADMIN)
    subject = await moderation.subject(tx, by, actor_id)
    account = await moderation.require_authority_over(tx, by, subject.actor)
    if account is None:
        raise NotFound("She has no account here")
    await reset(tx, token_hash, account)
    return subject.actor


async def resetting(tx: Transaction, token_hash: str) -> Account:
    """Whose password the link resets; Gone if it is worth nothing. Looking does not use it up."""
    ticket = await tickets.by_token_hash(tx, token_hash)
    if ticket is None or ticket.purpose is not TicketPurpose.PASSWORD_RESET or ticket.account_id is None:
        raise Gone(_WORTHLESS)
    account = await accounts.by_id(tx, ticket.account_id)
    if account is None or account.disabled_at is not None:
        raise Gone(_WORTHLESS)
    return account


async def use_reset(tx: Transaction, token_hash: str, password_hash: str) -> Account:
    """Choose the new password; everybody who was signed in to the account is signed out."""
    account = await resetting(tx, token_hash)
    if await tickets.use(tx, token_hash) is None:
        raise Gone(_WORTHLESS)
    await account_actions.set_password(tx, account, password_hash)
    return account


_WORTHLESS = "This link has been used or has expired; ask for a new one"


def _ticket(tx: Transaction, token_hash: str, purpose: TicketPurpose, valid_ms: int, *, role: Role) -> Ticket:
    return Ticket(
        token_hash=token_hash,
        purpose=purpose,
        account_id=None,
        created_by=None,
        role=role,
        email=None,
        uses_left=1,
        created_at=tx.now,
        expires_at=tx.now + valid_ms,
    )

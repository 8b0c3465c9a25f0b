"""Which letters are sent, and what the queue holds of each: whom it is about, never a secret."""

from __future__ import annotations

from fedi.actions.accounts import email_or_none
from fedi.actions.moderation import require
from fedi.errors import Invalid
from fedi.models.accounts import Account, Role
from fedi.models.moderation import Measure
from fedi.store import accounts, jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

KIND = "mail"
"""The kind of job that sends a letter."""

PASSWORD_RESET = "password-reset"
INVITATION = "invitation"
NOT_PUBLISHED = "not-published"
MODERATION = "moderation"


async def password_reset(tx: Transaction, email: str) -> None:
    """Send a link to whoever has this address. Nothing tells the asker whether anybody has."""
    account = await accounts.by_email(tx, email.strip())
    if account is not None and account.disabled_at is None:
        await _send(tx, PASSWORD_RESET, account=account.id)


async def invitation(tx: Transaction, by: Account, email: str, role: Role, language: str) -> None:
    """Send somebody an invitation; the link in it is made when the letter is written."""
    require(by, Role.MODERATOR if role is Role.TEACHER else Role.ADMIN)
    address = email_or_none(email)
    if address is None:
        raise Invalid("To whom shall the invitation go?", "email")
    await _send(tx, INVITATION, by=by.id, to=address, role=role.value, language=language)


async def not_published(tx: Transaction, account_id: int) -> None:
    """Tell somebody that what she had scheduled could not be published."""
    await _send(tx, NOT_PUBLISHED, account=account_id)


async def moderation(tx: Transaction, account: Account, measure: Measure, text: str) -> None:
    """Tell somebody what was decided about her, and what the moderators have to say to it."""
    if account.email is not None:
        await _send(tx, MODERATION, account=account.id, measure=measure.value, text=text)


async def _send(tx: Transaction, letter: str, **about: object) -> None:
    await jobs.enqueue(tx, NewJob(KIND, {"letter": letter, **about}, Lane.MAIL))

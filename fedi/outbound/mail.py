"""Letters: the job that writes one and hands it to the school's mail server. Without one, everything else works.

The secret of a link is made when its letter is written and is nowhere but in it: neither the queue nor a backup has it.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from fedi import render
from fedi.actions import letters
from fedi.actions import tickets as ticket_actions
from fedi.config import InstanceConfig, School, Smtp
from fedi.errors import FediError
from fedi.models.accounts import Role
from fedi.models.secrets import Secret, new_secret
from fedi.outbound.work import GiveUp, Retry, Work
from fedi.store import accounts, actors, jobs
from fedi.store.database import Transaction

log = structlog.get_logger("fedi.mail")

_IMPLICIT_TLS_PORT = 465
_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom goes which template, in which language, with which link in it; `about` is what else it tells."""

    to: str
    name: str
    template: str
    language: str
    link: str
    about: Mapping[str, str] = field(default_factory=dict)


async def run(work: Work) -> None:
    """Write the letter of a job and send it. After a crash between the two ends of this, it is sent a second time."""
    smtp = work.instance.config.mail
    if smtp is None:
        raise GiveUp("the school has no mail server: instance.toml has no [mail]")
    letter = await _written(work)
    if letter is not None:
        message = _message(work.instance.school, smtp, letter, work.job.id, work.instance.clock())
        await asyncio.to_thread(_hand_over, work.instance.config, smtp, message)
        log.info("sent", letter=letter.template)
    await work.instance.db.write(jobs.finish, work.job)


async def _written(work: Work) -> Letter | None:
    args = work.job.args
    write = _LETTERS.get(args["letter"])
    if write is None:
        raise GiveUp(f"there is no letter {args['letter']}")
    try:
        return await work.instance.db.write(write, args, new_secret())
    except FediError as error:
        if error.status >= 500:
            raise
        raise GiveUp(str(error)) from error


async def _password_reset(tx: Transaction, args: dict[str, Any], secret: Secret) -> Letter | None:
    account = await accounts.by_id(tx, args["account"])
    actor = await actors.by_id(tx, args["account"])
    if account is None or actor is None or account.email is None:
        return None
    await ticket_actions.reset(tx, secret.hash, account)
    link = f"{tx.school.base_url}/reset/{secret.text}"
    return Letter(account.email, actor.display_name, letters.PASSWORD_RESET, account.language, link)


async def _invitation(tx: Transaction, args: dict[str, Any], secret: Secret) -> Letter | None:
    by = await accounts.by_id(tx, args["by"])
    actor = await actors.by_id(tx, args["by"])
    if by is None or actor is None:
        return None
    await ticket_actions.invite(tx, by, secret.hash, role=Role(args["role"]), email=args["to"])
    link = f"{tx.school.base_url}/join/{secret.text}"
    return Letter(args["to"], actor.display_name, letters.INVITATION, args["language"], link)


async def _not_published(tx: Transaction, args: dict[str, Any], _: Secret) -> Letter | None:
    account = await accounts.by_id(tx, args["account"])
    actor = await actors.by_id(tx, args["account"])
    if account is None or actor is None or account.email is None or account.disabled_at is not None or actor.gone:
        return None
    link = f"{tx.school.base_url}/drafts"
    return Letter(account.email, actor.display_name, letters.NOT_PUBLISHED, account.language, link)


async def _moderation(tx: Transaction, args: dict[str, Any], _: Secret) -> Letter | None:
    account = await accounts.by_id(tx, args["account"])
    actor = await actors.by_id(tx, args["account"])
    if account is None or actor is None or account.email is None:
        return None
    about = {"measure": args["measure"], "text": args["text"]}
    link = f"{tx.school.base_url}/contact"
    return Letter(account.email, actor.display_name, letters.MODERATION, account.language, link, about)


_LETTERS: dict[str, Callable[[Transaction, dict[str, Any], Secret], Coroutine[Any, Any, Letter | None]]] = {
    letters.PASSWORD_RESET: _password_reset,
    letters.INVITATION: _invitation,
    letters.NOT_PUBLISHED: _not_published,
    letters.MODERATION: _moderation,
}


def _message(school: School, smtp: Smtp, letter: Letter, job_id: int, now: int) -> EmailMessage:
    told = {"school": school, "name": letter.name, "link": letter.link, **letter.about}
    subject, text = render.mail(letter.template, letter.language, **told)
    message = EmailMessage(policy=SMTP)
    message["From"] = _sender(school, smtp, letter.language)
    message["To"] = letter.to
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, school.zone))
    # The same for every try, so that a letter sent twice is shown once.
    message["Message-ID"] = f"<{job_id}.{school.host.replace(':', '-')}@{_domain(smtp)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _sender(school: School, smtp: Smtp, language: str) -> str:
    name, address = parseaddr(smtp.sender)
    return formataddr((name or school.title(language), address))


def _domain(smtp: Smtp) -> str:
    return parseaddr(smtp.sender)[1].rpartition("@")[2]


def _hand_over(config: InstanceConfig, smtp: Smtp, message: EmailMessage) -> None:
    """Blocks until the mail server has taken the letter: for a thread."""
    try:
        with _connected(config, smtp) as connection:
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise _failure(code, reason) from error
    except smtplib.SMTPResponseException as error:
        raise _failure(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Retry(f"the mail server {smtp.host}:{smtp.port} is out of reach: {error}") from error


def _connected(config: InstanceConfig, smtp: Smtp) -> smtplib.SMTP:
    connect = smtplib.SMTP
    context = ssl.create_default_context(cafile=config.ca_file or None)
    if smtp.port == _IMPLICIT_TLS_PORT:
        connect = partial(smtplib.SMTP_SSL, context=context)  # type: ignore[assignment]
    connection = connect(smtp.host, smtp.port, timeout=_TIMEOUT_S)
    try:
        if smtp.starttls and smtp.port != _IMPLICIT_TLS_PORT:
            connection.starttls(context=context)
        if smtp.username:
            connection.login(smtp.username, _password(config, smtp))
    except BaseException:
        connection.close()
        raise
    return connection


def _password(config: InstanceConfig, smtp: Smtp) -> str:
    path = config.folder / Path(smtp.password_file)
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise Retry(f"the password of the mail server cannot be read: {error}") from error


def _failure(code: int, reason: bytes | str) -> Retry | GiveUp:
    """5xx will not get better by waiting (RFC 5321, 4.2.1)."""
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    told = f"the mail server answered {code} {text}"
    return GiveUp(told) if code >= 500 else Retry(told)

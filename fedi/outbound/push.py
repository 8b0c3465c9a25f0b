"""Wakes the programs of teachers: one encrypted message a notification and program, brought to a push service.

The service is whatever address a program has named, so it is asked like any stranger and learns neither text nor
token. Nothing is written down of the address but its host: the rest is a secret of the program's.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import structlog

from fedi.actions import notifications as told
from fedi.activitypub import uris
from fedi.config import School
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.models.notifications import NotificationKind, NotificationView
from fedi.models.posts import PostView
from fedi.models.push import PushSubscription
from fedi.outbound import web_push
from fedi.outbound.client import Answer
from fedi.outbound.delivery import backoff_ms
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.work import NotDone, Work
from fedi.policies.filters import Filters, filtered_text
from fedi.render import sayings
from fedi.render.addresses import preview_path
from fedi.store import accounts, filters, jobs
from fedi.store import push_subscriptions as stored
from fedi.store.database import Transaction
from fedi.store.jobs import Job
from fedi.text import plain

log = structlog.get_logger("fedi.push")

ATTEMPTS = 5
TTL_S = 48 * 3600
"""How long a service keeps a message for a telephone that is off, and how old the news may be that we bring."""

_VALID_S = 24 * 3600
_TITLE, _BODY = 200, 140
_TRANSIENT = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class _News:
    """What is to be told, to which program, in which language."""

    asked: PushSubscription
    view: NotificationView
    language: str


async def run(work: Work) -> None:
    """Wake one program: args `subscription` and `notification`. NotDone: it is tried again."""
    news = await work.instance.db.read(_news, work.job)
    if news is None:
        await work.instance.db.write(jobs.finish, work.job)
        return
    message = _message(work.instance, news)
    if message is None:
        await work.instance.db.write(_give_up, work.job, news.asked)
        return
    await _bring(work, news.asked, message)


async def _news(tx: Transaction, job: Job) -> _News | None:
    """None if there is nothing to tell any more, or nobody to tell it to."""
    asked = await stored.by_id(tx, job.args["subscription"])
    if asked is None:
        return None
    account = await accounts.by_id(tx, asked.account_id)
    view = await told.one(tx, asked.account_id, job.args["notification"])
    if account is None or account.disabled_at is not None or view is None:
        return None
    if view.post is not None and await _is_filtered(tx, view.post, asked.account_id):
        return None
    if view.notification.filtered or tx.now - view.notification.created_at > TTL_S * 1000:
        return None
    return _News(asked, view, account.language)


async def _is_filtered(tx: Transaction, post: PostView, account_id: int) -> bool:
    """Whether she has a filter that holds for notifications: what it matches shows on no locked telephone."""
    rules = await filters.of_account(tx, account_id)
    here = [each for each in rules if FilterContext.NOTIFICATIONS in each.filter.contexts]
    if not here:
        return False
    choices = [option.title for option in post.poll.options] if post.poll else []
    described = [file.description for file in post.files]
    text = filtered_text([post.post.title, post.post.summary, plain(post.post.content), *choices, *described])
    return bool(Filters(0, here).matches(tx.now, post.post.id, text))


def _message(instance: Instance, news: _News) -> bytes | None:
    """The JSON that Mastodon's clients read; None if their token was sealed with a key that is gone."""
    token = instance.push_keys.unseal(news.asked.sealed_token)
    if token is None:
        return None
    notification, actor = news.view.notification, news.view.actor
    return msgspec.json.encode(
        {
            "access_token": token,
            "preferred_locale": news.language,
            "notification_id": notification.id,
            "notification_type": notification.kind,
            "icon": _icon(instance.school, actor),
            "title": _title(actor, notification.kind, news.language),
            "body": _body(news.view),
        }
    )


def _icon(school: School, actor: Actor) -> str:
    path = "/static/missing.png" if actor.avatar_id is None else preview_path(actor.avatar_id)
    return school.base_url + path


def _title(actor: Actor, kind: NotificationKind, language: str) -> str:
    said = sayings.said(kind, language)
    if kind in sayings.NAMELESS:
        return said
    return f"{_short(actor.display_name, _TITLE - len(said))} {said}"


def _body(view: NotificationView) -> str:
    if view.strike is not None:
        return _short(view.strike.text, _BODY)
    if view.post is None:
        return _short(plain(view.actor.summary), _BODY)
    post = view.post.post
    return _short(post.summary or post.title or plain(post.content), _BODY)


def _short(text: str, length: int) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= length else f"{clean[: length - 1]}…"


async def _bring(work: Work, asked: PushSubscription, message: bytes) -> None:
    sent = await _sent(work, asked, message)
    log.info("pushed", to_host=work.job.host, status=sent.status or sent.reason)
    await work.instance.db.write(_settle, work.job, asked, sent)
    if not sent.arrived:
        raise NotDone(sent.reason)


@dataclass(frozen=True, slots=True)
class _Sent:
    """What came of it: a status, or 0 and the reason why there was no answer."""

    status: int
    reason: str
    retry_after_s: int = 0
    refused: bool = False

    @property
    def arrived(self) -> bool:
        return 200 <= self.status < 300

    @property
    def unwanted(self) -> bool:
        """Whether the service would take nothing for this address another time either."""
        return self.refused or (300 <= self.status < 500 and self.status not in _TRANSIENT)


async def _sent(work: Work, asked: PushSubscription, message: bytes) -> _Sent:
    encrypted = web_push.encrypt(message, web_push.receiver(asked.p256dh, asked.auth), standard=asked.standard)
    headers = _headers(work.instance, asked, encrypted)
    try:
        answer: Answer = await work.client.push(asked.endpoint, encrypted.body, headers)
    except FetchFailed as error:
        return _Sent(0, error.kind.value, refused=error.kind is FailureKind.REFUSED)
    return _Sent(answer.status, f"answered {answer.status}", answer.retry_after_s or 0)


def _headers(instance: Instance, asked: PushSubscription, encrypted: web_push.Encrypted) -> dict[str, str]:
    keys, school = instance.push_keys, instance.school
    origin = f"{uris.scheme_of(asked.endpoint)}://{uris.host_of(asked.endpoint)}"
    jwt = keys.token(origin, instance.clock() // 1000 + _VALID_S, _contact(school))
    common = {"Content-Type": "application/octet-stream", "TTL": str(TTL_S), "Urgency": "normal"}
    if asked.standard:
        return {**common, **encrypted.headers, "Authorization": f"vapid t={jwt},k={keys.public}"}
    said = {"Authorization": f"WebPush {jwt}", "Crypto-Key": f"{encrypted.sender_key};p256ecdsa={keys.public}"}
    return {**common, **encrypted.headers, **said}


def _contact(school: School) -> str:
    """Whom a service asks when something is wrong (RFC 8292, section 2.1)."""
    is_mail = "@" in school.contact and "://" not in school.contact
    return f"mailto:{school.contact}" if is_mail else school.base_url


async def _settle(tx: Transaction, job: Job, asked: PushSubscription, sent: _Sent) -> None:
    if sent.unwanted:
        await _give_up(tx, job, asked)
    elif sent.arrived or job.attempts + 1 >= ATTEMPTS:
        # News that did not get through is no failure anybody could mend: it is in her list of notifications.
        await jobs.finish(tx, job)
    else:
        await jobs.retry(tx, job, sent.reason, max(backoff_ms(job.attempts), sent.retry_after_s * 1000))


async def _give_up(tx: Transaction, job: Job, asked: PushSubscription) -> None:
    await stored.remove_refused(tx, asked)
    await jobs.finish(tx, job)

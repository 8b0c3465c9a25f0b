"""Whether a peer's post may quote what it quotes: the quoted post and the stamp, each from its own origin."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.actions import quotes as quote_actions
from fedi.actions import remote_posts
from fedi.activitypub import quotes as wire
from fedi.activitypub import remote_posts as posts_on_the_wire
from fedi.activitypub import uris
from fedi.activitypub.quotes import RemoteAuthorization
from fedi.errors import FediError, Forbidden, Malformed
from fedi.instances import Instance
from fedi.models.quotes import Quote
from fedi.outbound import resolver
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Fetches, Limited
from fedi.outbound.work import Retry, Work
from fedi.store import jobs, posts, quotes
from fedi.store.database import Transaction
from fedi.store.jobs import Job

_REQUESTS = 6
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What came of asking for a stamp: it, or that it is `gone`, or neither."""

    found: RemoteAuthorization | None = None
    gone: bool = False


async def verify(work: Work) -> None:
    """Settle what one post quotes: arg `post`."""
    quote = await work.instance.db.read(quotes.of_post, work.job.args["post"])
    stamp = _Stamp()
    if quote is not None:
        client = Limited(work.client, _REQUESTS)
        await _bring_in(work, client, quote.quoted_uri)
        stamp = await _stamp(work, client, quote)
    await work.instance.db.write(_settle, work.job, stamp)


async def _settle(tx: Transaction, job: Job, stamp: _Stamp) -> None:
    await quote_actions.settle(tx, job.args["post"], stamp.found, gone=stamp.gone)
    await jobs.finish(tx, job)


async def _bring_in(work: Work, client: Fetches, uri: str) -> None:
    """The quoted post, if it is not known: by itself, for what it answers or quotes is nobody's concern here."""
    if await work.instance.db.read(posts.by_uri, uri) is not None or uris.host_of(uri) == work.instance.school.host:
        return
    try:
        await _fetch(work.instance, client, uri)
    except FetchFailed as failure:
        _retry(work, failure)
    except FediError as error:
        if error.status >= 500:
            raise


async def _fetch(instance: Instance, client: Fetches, uri: str) -> None:
    remote = posts_on_the_wire.parse(await resolver.document(instance, client, uri))
    posts_on_the_wire.check_author(remote)
    if remote.vote is None:
        author = await resolver.actor(instance, client, remote.author_uri)
        await instance.db.write(remote_posts.receive, author, remote)


def _retry(work: Work, failure: FetchFailed) -> None:
    if not failure.permanent and work.job.attempts < _PATIENCE:
        raise Retry(str(failure)) from failure


async def _stamp(work: Work, client: Fetches, quote: Quote) -> _Stamp:
    """A stamp lies where the quoted post lies; one of another place is not even asked for."""
    uri = quote.authorization_uri
    if uri is None:
        return _Stamp()
    if not uris.same_origin(uri, quote.quoted_uri):
        return _Stamp(gone=True)
    try:
        found = wire.parse_authorization(await resolver.document(work.instance, client, uri))
    except FetchFailed as failure:
        if failure.absent:
            return _Stamp(gone=True)
        _retry(work, failure)
        return _Stamp()
    except (Forbidden, Malformed):
        return _Stamp()
    return _Stamp(found, gone=found is None)


async def recheck(work: Work) -> None:
    """Have old stamps looked at again."""
    await work.instance.db.write(_recheck, work.job)


async def _recheck(tx: Transaction, job: Job) -> None:
    await quote_actions.recheck(tx)
    await jobs.finish(tx, job)

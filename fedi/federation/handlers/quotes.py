"""QuoteRequest, what answers one of ours, and the Delete of a stamp (FEP-044f)."""

from __future__ import annotations

from fedi.actions import quotes as quote_actions
from fedi.actions import remote_posts
from fedi.activitypub import jsonld, uris
from fedi.activitypub import quotes as wire
from fedi.activitypub import remote_posts as posts_on_the_wire
from fedi.activitypub.jsonld import Json
from fedi.errors import Malformed
from fedi.federation.incoming import Ignored, Incoming, Need
from fedi.models.actors import Actor
from fedi.models.posts import Post, RemotePost
from fedi.models.quotes import Quote
from fedi.policies.quotes import Approval
from fedi.store import actors, posts, quotes, visibility
from fedi.store.database import Transaction


async def requested(tx: Transaction, incoming: Incoming) -> str:
    """Somebody elsewhere asks to quote a post of one of ours."""
    quoter = await incoming.actor(tx)
    quoted = await visibility.post_by_uri(tx, quoter, incoming.activity.object_uri)
    if quoted is None or not quoted.local:
        raise Ignored("there is no such post")
    quoting_uri = jsonld.address(incoming.activity.json.get("instrument"))
    if quoting_uri is None or not uris.same_origin(quoting_uri, quoter.uri):
        raise Ignored("the quoting post is not the sender's")
    # What is refused anyway is neither fetched nor kept.
    is_welcome = await quote_actions.how_met(tx, quoter, quoted) is Approval.AUTOMATIC
    quoting = await _quoting(tx, incoming, quoter, quoting_uri) if is_welcome else None
    asked = wire.asked(incoming.received.uri, quoter.uri, quoted.uri, quoting_uri)
    return str(await quote_actions.answer(tx, quoter, quoted, quoting or quoting_uri, asked))


async def _quoting(tx: Transaction, incoming: Incoming, quoter: Actor, uri: str) -> Post | None:
    """The quoting post, known, carried or fetched; None if its server does not show it (yet)."""
    known = await posts.by_uri(tx, uri)
    if known is None:
        remote = _parsed(_document(incoming, uri))
        if remote is None or (remote.uri, remote.author_uri) != (uri, quoter.uri) or remote.quote is None:
            return None
        known = await remote_posts.receive(tx, quoter, remote)
    if known.actor_id != quoter.id:
        raise Ignored("the quoting post is not the sender's")
    return known


def _document(incoming: Incoming, uri: str) -> Json:
    carried = jsonld.first(incoming.activity.json.get("instrument"))
    if isinstance(carried, dict) and len(carried) > 1 and incoming.trusts(uri):
        return carried
    incoming.require(Need.DOCUMENT, uri)
    return incoming.found.documents.get(uri, {})


def _parsed(document: Json) -> RemotePost | None:
    try:
        return posts_on_the_wire.parse(document)
    except Malformed:
        return None


async def is_answer(tx: Transaction, incoming: Incoming) -> bool:
    """Whether an Accept or a Reject is about a QuoteRequest of ours."""
    is_named = incoming.activity.object_type == "QuoteRequest"
    return is_named or await quotes.by_request(tx, incoming.activity.object_uri) is not None


async def accepted(tx: Transaction, incoming: Incoming) -> str:
    """The author of a post that one of ours quotes agrees; the result is the stamp that shows it to everybody."""
    result = jsonld.address(incoming.activity.json.get("result"))
    await quote_actions.accepted(tx, await _ours(tx, incoming), await incoming.actor(tx), result)
    return "accepted"


async def rejected(tx: Transaction, incoming: Incoming) -> str:
    """... or does not, or no longer."""
    await quote_actions.rejected(tx, await _ours(tx, incoming), await incoming.actor(tx))
    return "rejected"


async def _ours(tx: Transaction, incoming: Incoming) -> Quote:
    """The quote that was asked about: by the id of the request, else by the quoting post that it names."""
    found = await quotes.by_request(tx, incoming.activity.object_uri)
    if found is None:
        named = jsonld.id_of(incoming.activity.object.get("instrument")) or ""
        quoting = await posts.by_uri(tx, named)
        found = await quotes.of_post(tx, quoting.id) if quoting and quoting.local else None
    if found is None or found.request_uri is None:
        raise Ignored("there is no such request of ours")
    return found


async def is_stamp(tx: Transaction, incoming: Incoming) -> bool:
    """Whether a Delete is about a stamp."""
    is_named = incoming.activity.object_type == "QuoteAuthorization"
    return is_named or bool(await quotes.by_authorization(tx, incoming.activity.object_uri))


async def revoked(tx: Transaction, incoming: Incoming) -> str:
    """A stamp is gone: its author says so; when anybody else does, its server is asked."""
    uri = incoming.activity.object_uri
    standing = await quotes.by_authorization(tx, uri)
    if not standing:
        raise Ignored("no quote stands by this stamp here")
    if not (incoming.trusts(uri) and await _is_quoted_author(tx, incoming, standing[0])):
        incoming.require(Need.ABSENCE, uri)
        if uri not in incoming.found.absent:
            raise Ignored("it is still there")
    await quote_actions.revoked(tx, standing, incoming.activity.json)
    return "revoked"


async def _is_quoted_author(tx: Transaction, incoming: Incoming, quote: Quote) -> bool:
    quoted = await posts.by_uri(tx, quote.quoted_uri)
    author = await actors.by_id(tx, quoted.actor_id) if quoted else None
    return author is not None and author.uri == incoming.activity.actor

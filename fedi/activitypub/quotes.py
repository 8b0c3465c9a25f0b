"""Quotes on the wire (FEP-044f), with the older words for them; what peers' posts say they quote; stamps."""

from __future__ import annotations

from dataclasses import dataclass

from fedi import text
from fedi.activitypub import activities, content_types, contexts, jsonld
from fedi.activitypub.addressing import PUBLIC, Audience, is_public
from fedi.activitypub.jsonld import Json
from fedi.models.actors import Actor
from fedi.models.posts import PostView
from fedi.models.quotes import Quote, QuotePolicy, QuoteState, RemoteQuote
from fedi.policies.quotes import told

_OLDER_WORDS = ("quoteUrl", "quoteUri", "_misskey_quote")
_REL = "https://misskey-hub.net/ns#_misskey_quote"
_SHOWN = (QuoteState.PENDING, QuoteState.ACCEPTED)


# --- of our posts ---------------------------------------------------------------------------------


def properties(view: PostView) -> Json:
    """What a post of ours says about the post it quotes, in all words there are; nothing if that was refused."""
    quote = view.quote.quote if view.quote else None
    if quote is None or quote.state in (QuoteState.REJECTED, QuoteState.REVOKED):
        return {}
    if quote.state is QuoteState.DELETED:
        return {"quote": activities.tombstone(quote.quoted_uri)}
    said: Json = dict.fromkeys(("quote", "quoteUri", "_misskey_quote"), quote.quoted_uri)
    return said | ({"quoteAuthorization": quote.authorization_uri} if quote.authorization_uri else {})


def tags(view: PostView) -> list[Json]:
    """The link to the quoted post (FEP-e232)."""
    address = _address(view)
    if address is None:
        return []
    link = {"type": "Link", "mediaType": content_types.LD_ACTIVITY, "rel": _REL, "href": address}
    return [link | {"name": f"RE: {address}"}]


def content(view: PostView) -> str:
    """The text with a line that names the quoted post, for software that knows no quotes."""
    address = _address(view)
    if address is None:
        return view.post.content
    quoted = view.quote.quoted if view.quote else None
    shown = quoted.post.url if quoted else address
    if not {address, shown}.isdisjoint(text.links_of_post(view.post.content)):
        return view.post.content
    return f'<p class="quote-inline">RE: {text.link_html(shown)}</p>{view.post.content}'


def _address(view: PostView) -> str | None:
    quote = view.quote.quote if view.quote else None
    return quote.quoted_uri if quote and quote.state in _SHOWN else None


def policy(view: PostView) -> Json:
    """Who may quote a post of ours. An author who allows nobody names herself: an empty array says nothing."""
    allowed = {QuotePolicy.EVERYONE: PUBLIC, QuotePolicy.FOLLOWERS: view.author.followers}
    named = allowed.get(told(view.post), view.author.uri)
    return {"interactionPolicy": {"canQuote": {"automaticApproval": [named]}}}


# --- activities and stamps ------------------------------------------------------------------------


def request(id_: str, quoter_uri: str, quoted_uri: str, quoting: Json, author_uri: str) -> Json:
    """Ask the quoted author; the quoting post is carried whole."""
    made = activities.build("QuoteRequest", id_, quoter_uri, quoted_uri, Audience((author_uri,)), contexts.OBJECT)
    return made | {"instrument": _without_context(quoting)}


def asked(id_: str, quoter_uri: str, quoted_uri: str, quoting_uri: str) -> Json:
    """A QuoteRequest of a peer as it is repeated in the answer."""
    return {"id": id_, "type": "QuoteRequest", "actor": quoter_uri, "object": quoted_uri, "instrument": quoting_uri}


def _without_context(document: Json) -> Json:
    return {name: value for name, value in document.items() if name != "@context"}


def answer(type_: str, id_: str, author_uri: str, asked: Json, stamp_uri: str | None = None) -> Json:
    """Accept, with its stamp, or Reject, of a QuoteRequest."""
    made = activities.build(type_, id_, author_uri, asked, Audience((asked["actor"],)), contexts.OBJECT)
    return made | ({"result": stamp_uri} if stamp_uri else {})


def authorization(uri: str, author_uri: str, quoting_uri: str, quoted_uri: str) -> Json:
    """A stamp of one of our authors; it only names the two posts, lest it show anything to whom it is shown."""
    return {
        "@context": contexts.OBJECT,
        "id": uri,
        "type": "QuoteAuthorization",
        "attributedTo": author_uri,
        "interactingObject": quoting_uri,
        "interactionTarget": quoted_uri,
    }


# --- of peers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RemoteAuthorization:
    """A peer's stamp as its own server gives it."""

    uri: str
    author_uri: str
    quoting_uri: str
    quoted_uri: str

    def is_for(self, quote: Quote, quoting_uri: str, author: Actor) -> bool:
        """Whether it lets this post quote, in the name of the quoted post's author."""
        named = (self.author_uri, self.quoting_uri, self.quoted_uri)
        return named == (author.uri, quoting_uri, quote.quoted_uri)


def parse_authorization(document: Json) -> RemoteAuthorization | None:
    """Read a stamp; None if it is something else."""
    if jsonld.type_of(document) != "QuoteAuthorization":
        return None
    names = ("id", "attributedTo", "interactingObject", "interactionTarget")
    found = [jsonld.normal_id(jsonld.id_of(document.get(name)) or "") for name in names]
    return RemoteAuthorization(*found) if all(found) else None


def parse(document: Json) -> RemoteQuote | None:
    """What a peer's post quotes: by `quote`, else by one of the older words, of which none asks for consent."""
    quote = jsonld.first(document.get("quote"))
    uri = jsonld.address(quote)
    if uri is not None:
        deleted = isinstance(quote, dict) and jsonld.type_of(quote) == "Tombstone"
        return RemoteQuote(uri, jsonld.address(document.get("quoteAuthorization")), deleted=deleted)
    older = (jsonld.address(document.get(name)) for name in _OLDER_WORDS)
    found = next((each for each in older if each), None) or _linked(document)
    return RemoteQuote(found, consented=False) if found else None


def _linked(document: Json) -> str | None:
    """The object link (FEP-e232) of a quote: by its `rel`, or by the `RE:` it stands for."""
    for tag in jsonld.objects(document.get("tag")):
        is_quote = _REL in jsonld.many(tag.get("rel")) or jsonld.text(tag, "name").startswith("RE:")
        if jsonld.type_of(tag) == "Link" and is_quote and content_types.is_activity(jsonld.text(tag, "mediaType")):
            return jsonld.address(tag.get("href"))
    return None


def parse_policy(document: Json, author_uri: str) -> QuotePolicy:
    """Whom a peer's post says it may be quoted by; one that says nothing, by nobody."""
    return allowed(document, "canQuote", author_uri) or QuotePolicy.NOBODY


def allowed(document: Json, interaction: str, owner_uri: str) -> QuotePolicy | None:
    """Whom a document's `interactionPolicy` lets do something; None if it says nothing of that."""
    policies = jsonld.first(document.get("interactionPolicy"))
    said = jsonld.first(policies.get(interaction)) if isinstance(policies, dict) else None
    if not isinstance(said, dict):
        return None
    automatic = set(jsonld.ids(said.get("automaticApproval")))
    manual = set(jsonld.ids(said.get("manualApproval")))
    if is_public(automatic):
        return QuotePolicy.EVERYONE
    if manual - {owner_uri}:
        return QuotePolicy.ASKED
    return QuotePolicy.FOLLOWERS if automatic - {owner_uri} else QuotePolicy.NOBODY

"""Posts of peers, read leniently, and other objects turned into posts.

A Note, a ChatMessage (Lemmy, Pleroma) and a Question are what they are; Article, Page, Document, Image, Audio, Video
and Event become an article with a title, its text, and a link to the page where the thing itself is.
"""

from __future__ import annotations

from html import escape
from typing import Any

from fedi import text
from fedi.activitypub import consent, events, jsonld, materials, quotes, uris
from fedi.activitypub.activities import POSTS
from fedi.activitypub.attachments import attached_links, attachments
from fedi.activitypub.jsonld import Json
from fedi.activitypub.links import emojis, hashtags, links, page_url
from fedi.errors import Malformed
from fedi.models.posts import Poll, PollOption, PostKind, RemotePost

_LINKED = ("Page", "Video", "Image", "Audio", "Event", "Document")
_MAX_TITLE = 500
_MAX_MARKDOWN = 50_000
_MAX_VOTES = 2**31 - 1
_MAX_SUMMARY = 5_000
_MAX_MENTIONS = 200
_MAX_AUDIENCE = 10
_MAX_OPTIONS = 500
_SHORT = ("Note", "ChatMessage")
_PERSON_FIRST = ("Person", "Service", "Application", "Organization", "Group")


def is_post(document: Json) -> bool:
    """Whether a document is of a type that becomes a post."""
    return not set(POSTS).isdisjoint(jsonld.types(document))


def parse(document: Json) -> RemotePost:
    """Read a post; Malformed without an id, an author or a type that becomes a post."""
    uri = jsonld.address(document.get("id"))
    author = author_of(document)
    if uri is None or author is None or not is_post(document):
        raise Malformed("a post has an id, an author and a known type")
    type_ = jsonld.type_of(document, POSTS)
    kind = _kind(document, type_)
    summary = _summary(document, type_)
    return RemotePost(
        uri=uri,
        url=page_url(document, uri),
        author_uri=author,
        kind=kind,
        to=jsonld.ids(document.get("to")),
        cc=jsonld.ids(document.get("cc")),
        content=_content(document, type_, uri),
        title=_title(document, kind),
        summary=summary,
        # A warning on a Note hides it, whatever the flag says.
        sensitive=jsonld.boolean(document, "sensitive") or (bool(summary) and kind is not PostKind.ARTICLE),
        language=jsonld.language(document, "content", "name", "summary") or _language(document),
        in_reply_to_uri=jsonld.address(document.get("inReplyTo")),
        context=jsonld.id_of(document.get("context")) or jsonld.text(document, "conversation") or None,
        mention_uris=_mentions(document),
        tags=hashtags(document.get("tag")),
        files=attachments(document),
        emojis=emojis(document),
        poll=_poll(document) if kind is PostKind.QUESTION else None,
        material=materials.parse(document) if type_ == "Article" else None,
        published_at=jsonld.time_ms(document.get("published")),
        edited_at=jsonld.time_ms(document.get("updated")),
        vote=_vote(document, type_),
        searchable=consent.parse(document),
        audience=jsonld.ids(document.get("audience"))[:_MAX_AUDIENCE],
        quote=quotes.parse(document),
        event=events.parse(document) if type_ == "Event" else None,
        quote_policy=quotes.parse_policy(document, author),
    )


def _kind(document: Json, type_: str) -> PostKind:
    if type_ == "Question":
        # What offers nothing to choose is a question all the same, and only a text.
        return PostKind.QUESTION if _choices(document) else PostKind.NOTE
    return PostKind.NOTE if type_ in _SHORT else PostKind.ARTICLE


def check_author(remote: RemotePost) -> None:
    """Malformed unless a post and its author are of one origin: nobody speaks for people of another server
    (FEP-fe34).
    """
    if not uris.same_origin(remote.uri, remote.author_uri):
        raise Malformed(f"{remote.uri} names an author of another server")


def author_of(document: Json) -> str | None:
    """Who made a post: of several (a video's uploader and its channel) the person."""
    authors = jsonld.many(document.get("attributedTo"))
    people = [each for each in authors if isinstance(each, dict) and jsonld.type_of(each) in _PERSON_FIRST]
    people.sort(key=lambda each: _PERSON_FIRST.index(jsonld.type_of(each)))
    found = jsonld.address(people[0] if people else authors)
    return jsonld.normal_id(found) if found else None


def _summary(document: Json, type_: str) -> str:
    """As text; of a material its bare description, since its summary is written for software that shows nothing
    else. What only says the title again (lotide) says nothing.
    """
    described = materials.description(document) if type_ == "Article" else None
    summary = (described or text.plain(jsonld.text(document, "summary")))[:_MAX_SUMMARY].strip()
    return "" if summary == text.plain(jsonld.text(document, "name")).strip() else summary


def _title(document: Json, kind: PostKind) -> str:
    return "" if kind is PostKind.NOTE else text.plain(jsonld.text(document, "name"))[:_MAX_TITLE].strip()


def _content(document: Json, type_: str, uri: str) -> str:
    html = _heading(document, type_) + text.sanitise(_written(document, type_))
    pages = (*_pages(document, type_, uri), *attached_links(document))
    linked = [link for link in dict.fromkeys(pages) if escape(link) not in html]
    return html + "".join(f"<p>{text.link_html(link)}</p>" for link in linked)


def _pages(document: Json, type_: str, uri: str) -> tuple[str, ...]:
    """The page of what is shown by a link, and the page of another server that a Page of lotide is about."""
    if type_ not in _LINKED:
        return ()
    about = next((link.href for link in links(document.get("url")) if not uris.same_origin(link.href, uri)), None)
    return (page_url(document, uri), *([about] if about and type_ == "Page" else []))


def _language(document: Json) -> str | None:
    """Lemmy and PeerTube name it in an object of its own; "und" is Lemmy's word for what nobody has said."""
    named = jsonld.first(document.get("language"))
    tag = jsonld.language_tag(named.get("identifier") if isinstance(named, dict) else named)
    return None if tag == "und" else tag


def _heading(document: Json, type_: str) -> str:
    """Forums (Discourse) give the title of a topic in the name of a Note, which shows none: it goes before the text."""
    name = text.plain(jsonld.text(document, "name"))[:_MAX_TITLE].strip()
    if type_ not in _SHORT or document.get("inReplyTo") or not name:
        return ""
    is_said = name.casefold() in text.plain(_written(document, type_)).casefold()
    return "" if is_said else f"<p><strong>{escape(name)}</strong></p>"


def _written(document: Json, type_: str) -> str:
    """The text as HTML, in whatever it was written; where a short post has none, its name is what it says."""
    written = jsonld.text(document, "content")
    media_type = jsonld.text(document, "mediaType")
    if not written and _kind(document, type_) is PostKind.NOTE:
        return escape(text.plain(jsonld.text(document, "name"))[:_MAX_SUMMARY])
    if media_type == "text/markdown":
        return text.render_markdown(written[:_MAX_MARKDOWN], lambda _: None, lambda _: "")
    return text.render_note(written, lambda _: None, lambda _: "") if media_type == "text/plain" else written


def _mentions(document: Json) -> tuple[str, ...]:
    """The ids of the actors named by Mention tags, once each; names in the text alone notify nobody."""
    tags = jsonld.objects(document.get("tag"))
    hrefs = (jsonld.address(each.get("href")) for each in tags if jsonld.type_of(each) == "Mention")
    return tuple(dict.fromkeys(jsonld.normal_id(href) for href in hrefs if href))[:_MAX_MENTIONS]


def _poll(document: Json) -> Poll:
    choices = _choices(document)
    return Poll(
        options=tuple(_options(choices))[:_MAX_OPTIONS],
        multiple=bool(document.get("anyOf")),
        closes_at=jsonld.time_ms(document.get("endTime")),
        closed_at=_closed_at(document),
        voters_count=_votes(document.get("votersCount")),
        hide_totals=bool(choices) and all(_total(each) is None for each in choices),
    )


def _closed_at(document: Json) -> int | None:
    """When a poll was closed; `closed` may also be no more than true (Activity Vocabulary)."""
    if document.get("closed") is not True:
        return jsonld.time_ms(document.get("closed"))
    times = (jsonld.time_ms(document.get(name)) for name in ("endTime", "updated", "published"))
    return next((time for time in times if time is not None), 0)


def _choices(document: Json) -> list[Json]:
    return list(jsonld.objects(document.get("anyOf") or document.get("oneOf")))


def _votes(value: Any) -> int:
    return min(jsonld.integer(value) or 0, _MAX_VOTES)


def _total(choice: Json) -> Any:
    """How many chose it; Mastodon says null as long as the totals of a poll are hidden."""
    counted = jsonld.first(choice.get("replies"))
    return counted.get("totalItems") if isinstance(counted, dict) else None


def _options(choices: list[Json]) -> list[PollOption]:
    found: dict[str, PollOption] = {}
    for each in choices:
        # Plain text, to the letter: whoever votes says it again.
        title = (jsonld.text(each, "name") or jsonld.text(each, "content"))[:_MAX_TITLE].strip()
        found.setdefault(title, PollOption(title, _votes(_total(each))))
    return list(found.values())


def _vote(document: Json, type_: str) -> str | None:
    """The title a nameless answer chooses: a Note with a name and no content that answers something."""
    if type_ != "Note" or document.get("content") or not document.get("inReplyTo"):
        return None
    return jsonld.text(document, "name")[:_MAX_TITLE].strip() or None

"""Posts of ours as documents: Note, Question and Article, exactly as others expect them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fedi.activitypub import collections, consent, contexts, groups, jsonld, materials, quotes
from fedi.activitypub.addressing import as_properties, audience
from fedi.activitypub.jsonld import Json, format_time
from fedi.activitypub.signatures.multikey import base58_encode
from fedi.models.actors import Actor, Emoji
from fedi.models.files import File
from fedi.models.posts import Circle, Poll, PostKind, PostView, Tag

_TYPES = {PostKind.NOTE: "Note", PostKind.QUESTION: "Question", PostKind.ARTICLE: "Article"}
_SHA256_MULTIHASH = b"\x12\x20"
_MAX_ALT = 10_000
"""Characters of alt text; Mastodon refuses more."""


def build(view: PostView, base: str) -> Json:
    """The document of a post; `base` is the school's scheme and host. Raises ValueError for one that never leaves
    it.
    """
    addressed = audience(view, base)
    if addressed is None:
        raise ValueError(f"{view.post.uri} is for the school only")
    document = _essence(view) | as_properties(addressed) | _collections(view.post.uri, view)
    document |= consent.of_post(view) | groups.properties(view) | quotes.properties(view) | quotes.policy(view)
    document |= {"tag": _tags(view, base), "attachment": [attachment(file, base) for file in view.files]}
    if view.post.circle is Circle.DIRECT:
        document["directMessage"] = True
    if view.poll is not None:
        document |= _poll(view.poll)
    if view.material is not None:
        document["@context"] = [*contexts.OBJECT, materials.CONTEXT]
        document["summary"] = materials.wire_summary(view)
        document |= materials.properties(view)
    return document


def _essence(view: PostView) -> Json:
    post = view.post
    document: Json = {
        "@context": contexts.OBJECT,
        "id": post.uri,
        "type": _TYPES[post.kind],
        "attributedTo": view.author.uri,
        "content": quotes.content(view),
        "url": post.url,
        "published": format_time(post.published_at),
        "inReplyTo": post.in_reply_to_uri,
        "sensitive": post.sensitive,
        # A note's summary is a content warning and nothing else; null says that there is none.
        "summary": post.summary or None,
    }
    if post.title:
        document["name"] = post.title
    if post.context:
        document["conversation"] = post.context
        # Older servers name a thread by a `tag:`, which leads nowhere (FEP-7888 wants an address).
        if jsonld.is_address(post.context):
            document["context"] = post.context
    if post.edited_at:
        document["updated"] = format_time(post.edited_at)
    return document | _languages(view)


def _languages(view: PostView) -> Json:
    language = view.post.language
    summary = materials.wire_summary(view) if view.material else view.post.summary
    texts = {"content": quotes.content(view), "name": view.post.title, "summary": summary}
    return {f"{name}Map": {language: said} for name, said in texts.items() if said} if language else {}


def _collections(uri: str, view: PostView) -> Json:
    return {
        "replies": collections.replies_within(f"{uri}/replies", view.post.replies_count),
        "likes": {"id": f"{uri}/likes", "type": "Collection", "totalItems": view.post.likes_count},
        "shares": {"id": f"{uri}/shares", "type": "Collection", "totalItems": view.post.boosts_count},
    }


def _tags(view: PostView, base: str) -> list[Json]:
    return [
        *(mention(actor) for actor in view.mentions),
        *(hashtag(tag, base) for tag in view.tags),
        *(emoji(each, base) for each in view.post.emojis),
        *quotes.tags(view),
        *_community_mention(view),
    ]


def _community_mention(view: PostView) -> list[Json]:
    """Groups that know no `audience` take up what mentions them."""
    community = view.community
    return [mention(community)] if community and community.id not in {actor.id for actor in view.mentions} else []


def mention(actor: Actor) -> Json:
    """A Mention: what notifies, whatever the text says."""
    return {"type": "Mention", "href": actor.uri, "name": f"@{actor.handle}"}


def hashtag(tag: Tag, base: str) -> Json:
    """A Hashtag in its author's spelling; the address has the folded one."""
    return {"type": "Hashtag", "href": f"{base}/tags/{quote(tag.folded)}", "name": f"#{tag.name}"}


def emoji(each: Emoji, base: str) -> Json:
    """A custom emoji of ours that a text uses."""
    icon: Json = {"type": "Image", "url": each.url}
    if each.media_type:
        icon["mediaType"] = each.media_type
    document: Json = {
        "type": "Emoji",
        "id": f"{base}/emojis/{each.shortcode}",
        "name": f":{each.shortcode}:",
        "icon": icon,
    }
    # Others keep the picture: without a later time they never look whether it is another one now.
    return document | ({"updated": format_time(each.updated_at)} if each.updated_at else {})


def attachment(file: File, base: str) -> Json:
    """A file of ours, with what a reader needs to judge it before fetching: type, size, digest, picture."""
    document: Json = {
        "type": "Image" if file.media_type.startswith("image/") else "Document",
        "mediaType": file.media_type,
        "url": file_url(file, base),
        # Alt text for pictures; a document without a description still has its file name.
        "name": (file.description or ("" if file.media_type.startswith("image/") else file.name))[:_MAX_ALT],
    }
    return document | _measures(file) | _preview(file, base)


def _measures(file: File) -> Json:
    measures: dict[str, Any] = {
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "blurhash": file.blurhash,
        "focalPoint": list(file.focus) if file.focus else None,
        "duration": f"PT{file.duration_ms / 1000:.3f}S" if file.duration_ms else None,
        "digestMultibase": _digest(file.sha256) if file.sha256 else None,
    }
    return {name: value for name, value in measures.items() if value is not None}


def _digest(sha256: str) -> str:
    """A SHA-256 as multibase multihash, base58btc."""
    return "z" + base58_encode(_SHA256_MULTIHASH + bytes.fromhex(sha256))


def _preview(file: File, base: str) -> Json:
    if file.preview_key is None:
        return {}
    return {"icon": {"type": "Image", "mediaType": "image/webp", "url": f"{base}/media/{file.id}/preview.webp"}}


def file_url(file: File, base: str) -> str:
    """Where a file of ours is fetched."""
    return f"{base}/media/{file.id}/{quote(file.name)}"


def _poll(poll: Poll) -> Json:
    options = [
        {"type": "Note", "name": option.title, "replies": {"type": "Collection", "totalItems": votes}}
        for option, votes in zip(poll.options, poll.totals, strict=True)
    ]
    document: Json = {"anyOf" if poll.multiple else "oneOf": options, "votersCount": poll.voters_count}
    if poll.closes_at is not None:
        document["endTime"] = format_time(poll.closes_at)
    if poll.closed_at is not None:
        document["closed"] = format_time(poll.closed_at)
    return document

"""Delivers the documents of the corpora to a school, and tells in a line what became of each."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from fedi import text
from fedi.activitypub import jsonld, uris
from fedi.activitypub.activities import PEOPLE
from fedi.activitypub.contexts import AS2, SECURITY
from fedi.activitypub.key_pairs import KeyPair
from fedi.activitypub.signatures.keys import load_private, load_signing_key, public_pem
from fedi.errors import FediError
from fedi.models.actors import Actor
from fedi.models.posts import PostKind, PostView
from fedi.outbound import resolver
from fedi.outbound.failures import FetchFailed
from fedi.store import actors, follows, posts, views
from fedi.store.database import Transaction
from tests.factories import follow
from tests.federation.corpora.documents import PUBLIC, Delivery
from tests.network import Network, TestSchool

Json = dict[str, Any]


async def outcome(school: TestSchool, network: Network, reader: Actor, keys: KeyPair, sent: Delivery) -> str:
    """Deliver one document, signed by its actor, whom `reader` follows; what was answered, and what is shown now."""
    _address(sent.activity, reader)
    _stand_in(network, sent, keys)
    trouble = await _introduce(school, network, reader, sent.actor)
    answer = await school.deliver(sent.activity, load_signing_key(f"{sent.actor}#main-key", keys.rsa))
    await network.drain()
    if answer.status_code != 202:
        return f"refused: {answer.status_code} {answer.json().get('error', '')}"
    concluded: str = await school.read(_concluded)
    return "; ".join(part for part in (concluded, await school.read(_shown, sent.subject), trouble) if part)


def _address(activity: Json, reader: Actor) -> None:
    """A follow, or what answers one, is about somebody here."""
    carried = activity.get("object")
    if jsonld.type_of(activity) == "Follow":
        activity["object"] = reader.uri
    elif isinstance(carried, dict) and jsonld.type_of(carried) == "Follow":
        carried["actor" if jsonld.type_of(activity) in ("Accept", "Reject") else "object"] = reader.uri


def _stand_in(network: Network, sent: Delivery, keys: KeyPair) -> None:
    for uri, document in sent.served.items():
        _serve(network, uri, document)
    carried = jsonld.first(sent.activity.get("object"))
    if isinstance(carried, str) and jsonld.type_of(sent.activity) in ("Announce", "Like", "Dislike", "EmojiReact"):
        _serve_note(network, carried, keys)
    known = sent.served.get(sent.actor, {})
    _serve(network, sent.actor, _person(sent.actor, keys) | known | _needed(sent.actor, keys, known))


def _serve(network: Network, uri: str, document: Json) -> None:
    if jsonld.is_address(uri):
        network.stranger(uris.host_of(uri)).documents[urlsplit(uri).path or "/"] = {"@context": AS2, **document}


def _serve_note(network: Network, uri: str, keys: KeyPair) -> None:
    if not jsonld.is_address(uri) or uris.host_of(uri).endswith("almaty.test"):
        return
    author = f"https://{uris.host_of(uri)}/author"
    _serve(network, author, _person(author, keys))
    _serve(
        network, uri, {"id": uri, "type": "Note", "attributedTo": author, "content": "What it is about", "to": PUBLIC}
    )


def _person(uri: str, keys: KeyPair) -> Json:
    name = re.sub(r"[^A-Za-z0-9_]", "", urlsplit(uri).path.rpartition("/")[2]) or "somebody"
    return {
        "id": uri,
        "type": "Person",
        "preferredUsername": name,
        "inbox": f"{uri}/inbox",
        "followers": f"{uri}/followers",
    }


def _needed(uri: str, keys: KeyPair, known: Json) -> Json:
    """The key we hold in place of theirs; and what the examples leave out that no server leaves out."""
    pem = public_pem(load_private(keys.rsa))
    kind = jsonld.type_of(known, PEOPLE)
    return {
        "@context": [AS2, SECURITY],
        "id": uri,
        "type": kind if kind in PEOPLE else "Person",
        "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": pem},
    }


async def _introduce(school: TestSchool, network: Network, reader: Actor, uri: str) -> str:
    """The reader follows the author; why not, if she cannot."""
    try:
        author = await resolver.actor(school.instance, network.wire, uri)
    except (FediError, FetchFailed) as error:
        return f"its author is not readable: {error}"

    async def unit(tx: Transaction) -> None:
        if await follows.between(tx, reader.id, author.id) is None:
            await follow(tx, reader, author)

    await school.write(unit)
    return ""


async def _concluded(tx: Transaction) -> str:
    return str(await tx.value("SELECT outcome FROM received ORDER BY id DESC LIMIT 1"))


async def _shown(tx: Transaction, uri: str) -> str:
    post = await posts.by_uri(tx, uri) if uri else None
    if post is not None:
        return _post((await views.full(tx, [post.id]))[0])
    actor = await actors.by_uri(tx, uri) if uri else None
    return _actor(actor) if actor is not None and not actor.local else ""


def _post(view: PostView) -> str:
    post = view.post
    told = [f"shown as {post.kind} ({post.circle})"]
    if post.kind is not PostKind.NOTE:
        told.append(f"title {_short(post.title)}")
    if post.summary:
        told.append(
            f"warning {_short(post.summary)}" if post.kind is PostKind.NOTE else f"about {_short(post.summary)}"
        )
    told.append(f"text {_short(post.content)}" if post.content else "no text")
    told += [f"{each.kind} {_short(each.name)} {_short(each.description)}" for each in view.files[:3]]
    told += [f"{len(view.files)} files"] if len(view.files) > 3 else []
    told += [f"tag {each.name}" for each in view.tags] + [f"emoji {each.shortcode}" for each in post.emojis]
    told += [f"names {each.username}" for each in view.mentions]
    told += [f"language {post.language}"] if post.language else []
    if view.poll:
        told.append("choices " + "/".join(each.title for each in view.poll.options))
    return ", ".join(told)


def _actor(actor: Actor) -> str:
    return f"shown as {actor.kind} {_short(actor.name or actor.username)}, {_short(text.plain(actor.summary))}"


def _short(value: str) -> str:
    one_line = " ".join(value.split())
    return repr(one_line if len(one_line) <= 90 else f"{one_line[:87]}...")

"""Invented peers whose actors, keys and follows the school knows already, and the signed deliveries they send."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from fedi.activitypub.signatures import cavage
from fedi.activitypub.signatures.keys import SigningKey, generate_rsa, load_private, load_signing_key, public_pem

PARAGRAPH = (
    "<p>Бүгін 5-сыныпта бөлшектерді қосу тақырыбын өттік. We cut paper strips, compared halves and quarters, "
    "и потом дети сами составили задачи для соседей по парте. #математика #бөлшектер</p>"
)
SIZE = 3 * 1024


@dataclass(frozen=True, slots=True)
class PeerActor:
    """One teacher at an invented host."""

    uri: str
    host: str
    username: str
    key: SigningKey
    public_pem: str


def invent(hosts: int, actors: int, *, authority: str = "") -> list[PeerActor]:
    """Teachers spread evenly over invented hosts, or all at `authority`, over http. They share one key pair: making 50
    would measure nothing but patience.
    """
    pem = generate_rsa()
    public = public_pem(load_private(pem))
    names = [authority or f"peer{number % hosts}.test" for number in range(actors)]
    scheme = "http" if authority else "https"
    return [_actor(number, scheme, host, pem, public) for number, host in enumerate(names)]


def _actor(number: int, scheme: str, host: str, pem: str, public: str) -> PeerActor:
    uri = f"{scheme}://{host}/users/{number}"
    return PeerActor(uri, host, f"teacher{number}", load_signing_key(f"{uri}#main-key", pem), public)


def create(actor: PeerActor, number: int | str) -> dict[str, object]:
    """A Create of a public note of about 3 KB."""
    note = f"{actor.uri}/notes/{number}"
    public, followers = "https://www.w3.org/ns/activitystreams#Public", f"{actor.uri}/followers"
    addressing: dict[str, object] = {"to": [public], "cc": [followers]}
    published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    object_: dict[str, object] = {
        "id": note,
        "type": "Note",
        "attributedTo": actor.uri,
        "content": "",
        "contentMap": {},
        "published": published,
        "url": note,
        "tag": [
            {"type": "Hashtag", "name": f"#{name}", "href": f"https://{actor.host}/tags/{name}"}
            for name in ("математика", "бөлшектер")
        ],
        **addressing,
    }
    activity: dict[str, object] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{note}/activity",
        "type": "Create",
        "actor": actor.uri,
        "published": published,
        "object": object_,
        **addressing,
    }
    object_["content"] = _padding(SIZE - len(encode(activity)))
    return activity


def _padding(size: int) -> str:
    length = len(PARAGRAPH.encode())
    return PARAGRAPH * max(1, size // length)


def encode(activity: dict[str, object]) -> bytes:
    """The body of a delivery."""
    return json.dumps(activity, ensure_ascii=False).encode()


def signed_post(actor: PeerActor, inbox: str, body: bytes, connect_host: str) -> bytes:
    """A whole HTTP/1.1 request, as it goes over the wire."""
    now = int(time.time() * 1000)
    headers = cavage.sign(actor.key, "POST", inbox, {"Content-Type": "application/activity+json"}, body, now)
    path = "/" + inbox.split("/", 3)[3]
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if not any(line.lower().startswith("host:") for line in lines):
        lines.append(f"Host: {connect_host}")
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

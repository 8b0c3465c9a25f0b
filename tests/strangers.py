"""Servers of other software, as far as a school sees them: documents at addresses, and people who sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from fedi.activitypub.contexts import AS2, SECURITY
from fedi.activitypub.jsonld import Json
from fedi.activitypub.key_pairs import KeyPair
from fedi.activitypub.signatures import multikey
from fedi.activitypub.signatures.keys import (
    ProofKey,
    SigningKey,
    load_private,
    load_proof_key,
    load_signing_key,
    public_pem,
)
from fedi.activitypub.signatures.message import Scheme

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ACTIVITY = "application/activity+json"


@dataclass(slots=True)
class Stranger:
    """A server at `host` that gives the documents it is told to, and remembers who asked for what.

    A document lies at a path, or at a path with a query; a status stands for a failure, a function for what is made up.
    Its inboxes answer `takes`.
    """

    host: str
    documents: dict[str, Json | bytes | int | Callable[[Request], Json]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    content_type: str = ACTIVITY
    understands: Scheme | None = None
    takes: int = 202
    refused: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://{self.host}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(Request(scope, receive))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        path = request.url.path
        if self.understands and self.understands is not _scheme_of(request):
            self.refused.append(path)
            return Response("Not signed as it should be", status_code=401)
        if request.method == "POST":
            return Response(status_code=self.takes)
        self.asked.append(path)
        found = self.documents.get(f"{path}?{request.url.query}", self.documents.get(path, 404))
        if isinstance(found, int):
            return Response(status_code=found)
        if isinstance(found, bytes):
            return Response(found, media_type="image/png")
        if callable(found):
            found = found(request)
        jrd = path.startswith("/.well-known/")
        return JSONResponse(found, media_type="application/jrd+json" if jrd else self.content_type)

    def person(self, name: str, keys: KeyPair, **changes: Any) -> StrangePerson:
        """Somebody with an account there."""
        made = StrangePerson(self, name, keys)
        self.documents[f"/users/{name}"] = {**made.document(), **changes}
        return made


@dataclass(slots=True)
class Pages(Stranger):
    """A server that has pages for people, and keeps the headers of those who asked."""

    pages: dict[str, Response] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        self.headers.append(dict(request.headers))
        return self.pages.get(request.url.path, Response("Nothing", 404, media_type="text/plain"))


def _scheme_of(request: Request) -> Scheme | None:
    if "signature" not in request.headers:
        return None
    return Scheme.RFC_9421 if "signature-input" in request.headers else Scheme.CAVAGE


@dataclass(frozen=True, slots=True)
class StrangePerson:
    """Somebody on another server, and what she can say."""

    server: Stranger
    name: str
    keys: KeyPair

    @property
    def uri(self) -> str:
        return f"{self.server.base}/users/{self.name}"

    @property
    def key(self) -> SigningKey:
        return load_signing_key(f"{self.uri}#main-key", self.keys.rsa)

    @property
    def proof_key(self) -> ProofKey:
        return load_proof_key(f"{self.uri}#ed25519-key", self.keys.ed25519)

    def document(self) -> Json:
        pem = public_pem(load_private(self.keys.rsa))
        return {
            "@context": [AS2, SECURITY],
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "name": self.name.title(),
            "inbox": f"{self.uri}/inbox",
            "followers": f"{self.uri}/followers",
            "publicKey": {"id": f"{self.uri}#main-key", "owner": self.uri, "publicKeyPem": pem},
            "assertionMethod": [self.multikey()],
        }

    def multikey(self, key_id: str = "") -> Json:
        """Her Ed25519 key as she publishes it."""
        key = self.proof_key
        spelt = multikey.encode(key.private.public_key())
        return {
            "id": key_id or key.key_id,
            "type": "Multikey",
            "controller": self.uri,
            "publicKeyMultibase": spelt,
        }

    def note(self, path: str = "/notes/1", **changes: Any) -> Json:
        """A public note of hers, which her server serves."""
        document = {
            "id": f"{self.server.base}{path}",
            "type": "Note",
            "attributedTo": self.uri,
            "content": "<p>Hello</p>",
            "published": "2026-09-01T10:00:00Z",
            "to": [PUBLIC],
            "cc": [f"{self.uri}/followers"],
            **changes,
        }
        self.server.documents[path] = {"@context": AS2, **document}
        return document

    def activity(self, type_: str, object_: Json | str | Sequence[Json | str], path: str = "", **changes: Any) -> Json:
        """What she does; addressed to everybody."""
        number = len(self.server.asked) * 1000 + id(object_) % 1000
        return {
            "@context": AS2,
            "id": f"{self.server.base}{path or f'/activities/{type_}/{number}'}",
            "type": type_,
            "actor": self.uri,
            "object": object_,
            "to": [PUBLIC],
            **changes,
        }

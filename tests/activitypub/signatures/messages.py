"""Requests signed by the letter of RFC 9421, without any code under test: good ones, and those with one thing wrong."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256, sha512

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm

from fedi.activitypub.signatures import rfc9421, schemes
from fedi.activitypub.signatures.keys import PublicKey
from fedi.activitypub.signatures.message import SignedRequest
from tests.activitypub.signatures.requests import BODY, KEY, NOW_MS, PRIVATE, PUBLIC, received

ED25519 = Ed25519PrivateKey.generate()
CREATED = NOW_MS // 1000
USUAL = "@method @target-uri content-digest"
HOST = "kostanay.example"


def sha_256(body: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def sha_512(body: bytes) -> str:
    return f"sha-512=:{b64encode(sha512(body).digest()).decode()}:"


def message(url: str = f"https://{HOST}/inbox", method: str = "POST", body: bytes | None = BODY) -> SignedRequest:
    """A request that we sign."""
    headers = rfc9421.sign(KEY, method, url, {"Content-Type": "application/activity+json"}, body, NOW_MS)
    return received(method, "/" + url.split("/", 3)[3], headers, body or b"")


def by_hand(
    names: str = USUAL,
    *,
    method: str = "POST",
    target: str = "/inbox",
    headers: Sequence[tuple[str, str]] = (),
    parameters: str | None = None,
    body: bytes = BODY,
    key: RSAPrivateKey | Ed25519PrivateKey = PRIVATE,
    hash_: HashAlgorithm | None = None,
    values: Sequence[tuple[str, str]] = (),
    label: str = "sig1",
) -> SignedRequest:
    """A request signed over whatever one names. `headers` replace the usual ones, `values` those of components."""
    sent = {"host": HOST, "content-digest": sha_256(body), "content-type": "application/activity+json", **dict(headers)}
    path, _, query = target.partition("?")
    derived = {
        "@method": method,
        "@target-uri": f"https://{HOST}{target}",
        "@authority": HOST,
        "@scheme": "https",
        "@request-target": target,
        "@path": path,
        "@query": f"?{query}",
    }
    known = {**sent, **derived, **dict(values)}
    if parameters is None:
        parameters = f'created={CREATED};keyid="{KEY.key_id}"'
    covered = "(" + " ".join(f'"{name}"' for name in names.split()) + ")" + (f";{parameters}" if parameters else "")
    lines = [f'"{name}": {known.get(name, "")}' for name in names.split()]
    base = "\n".join([*lines, f'"@signature-params": {covered}']).encode()
    raw = key.sign(base, PKCS1v15(), hash_ or SHA256()) if isinstance(key, RSAPrivateKey) else key.sign(base)
    signed = [("signature-input", f"{label}={covered}"), ("signature", f"{label}=:{b64encode(raw).decode()}:")]
    return SignedRequest(method, target, [*sent.items(), *signed], body)


def judge(request: SignedRequest, key: PublicKey = PUBLIC, now_ms: int = NOW_MS) -> None:
    """Chooses and verifies as the door does."""
    schemes.verify(request, schemes.parse(request.headers), key, now_ms)

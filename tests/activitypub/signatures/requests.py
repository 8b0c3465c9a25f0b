"""Signed requests for the tests: good ones, and the same with one thing wrong."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm

from fedi.activitypub.signatures import cavage
from fedi.activitypub.signatures.digest import digest
from fedi.activitypub.signatures.keys import SigningKey
from fedi.activitypub.signatures.message import SignedRequest
from fedi.activitypub.signatures.window import format_http_date

NOW_MS = 1_790_000_000_000
BODY = '{"type":"Create","object":"жоспар"}'.encode()
PRIVATE = generate_private_key(65537, 2048)
KEY = SigningKey("https://almaty.example/users/7#main-key", PRIVATE)
PUBLIC = PRIVATE.public_key()


def received(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> SignedRequest:
    """The request as the other side sees it."""
    return SignedRequest(method, target, list(headers.items()), body)


def delivery(body: bytes = BODY, url: str = "https://kostanay.example/inbox") -> SignedRequest:
    """A POST that is in order."""
    headers = cavage.sign(KEY, "POST", url, {"Content-Type": "application/activity+json"}, body, NOW_MS)
    return received("POST", "/" + url.split("/", 3)[3], headers, body)


def by_hand(
    names: str,
    *,
    method: str = "POST",
    target: str = "/inbox",
    headers: Sequence[tuple[str, str]] = (),
    parameters: str = 'algorithm="rsa-sha256"',
    extra: Sequence[tuple[str, str]] = (),
    body: bytes = BODY,
    private: RSAPrivateKey = PRIVATE,
    hash_: HashAlgorithm | None = None,
) -> SignedRequest:
    """A request signed by the letter of the draft, without any code under test, over whatever one names.

    `headers` replace the usual ones; `extra` are values for pseudo-headers.
    """
    sent = {
        "host": "kostanay.example",
        "date": format_http_date(NOW_MS),
        "digest": digest(body),
        "content-type": "application/activity+json",
        **dict(headers),
    }
    values = {**sent, "(request-target)": f"{method.lower()} {target}", **dict(extra)}
    text = "\n".join(f"{name}: {values[name]}" for name in names.split(" "))
    signature = b64encode(private.sign(text.encode(), PKCS1v15(), hash_ or SHA256())).decode()
    header = f'keyId="{KEY.key_id}",{parameters},headers="{names}",signature="{signature}"'
    return SignedRequest(method, target, [*sent.items(), ("signature", header)], body)


def with_header(request: SignedRequest, name: str, value: str) -> SignedRequest:
    """The same request with one header replaced."""
    others = [(key, old) for key, old in request.headers if key.lower() != name.lower()]
    return replace(request, headers=[*others, (name, value)])


def with_more(request: SignedRequest, name: str, value: str) -> SignedRequest:
    """The same request with one more line of headers."""
    return replace(request, headers=[*request.headers, (name, value)])


def header_of(request: SignedRequest, name: str) -> str:
    """The value of a header that is there."""
    return request.by_name()[name.lower()][0]


def judge(request: SignedRequest, now_ms: int = NOW_MS) -> None:
    """Parses and verifies against the key all of these are signed with."""
    cavage.verify(request, cavage.parse(request.headers), PUBLIC, now_ms)

"""draft-cavage-http-signatures-12, as the Fediverse speaks it: RSA-SHA256 over headers of the request.

`parse` reads the Signature header, `verify` judges it, `sign` makes one. httpsig builds and reads the text;
what it is too trusting about (repeated parameters, lax base64, the sender's choice of algorithm, headers left
out of the signature, time) is refused here first. It is imported on first use, for it loads a second library of
cryptography, slowly, and most commands neither sign nor verify.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from fedi.activitypub import uris
from fedi.activitypub.signatures.digest import check_digest, digest
from fedi.activitypub.signatures.keys import PublicKey, SigningKey
from fedi.activitypub.signatures.message import BadSignature, KeyMismatch, SignedRequest, one_line, sent_value
from fedi.activitypub.signatures.window import check_window, format_http_date, parse_http_date

ALGORITHMS: Final = ("rsa-sha256", "hs2019")
"""The names we believe, both for RSASSA-PKCS1-v1_5 with SHA-256."""

_MAX_HEADER_CHARS = 8192
_MAX_SIGNED_HEADERS = 32
_PARAMETER = r'([A-Za-z]+)=(?:"[\x20\x21\x23-\x5b\x5d-\x7e]*"|[0-9]{1,12})'
_ONE_PARAMETER = re.compile(_PARAMETER)
_ALL_PARAMETERS = re.compile(rf"\s*{_PARAMETER}(?:\s*,\s*{_PARAMETER})*\s*")
_SECONDS = re.compile(r"[0-9]{1,12}")
_TARGET = "(request-target)"
_FROM_PARAMETERS = frozenset({"(created)", "(expires)"})
_BEGINS_LIKE_A_DRAFT = re.compile(r"\s*(?:keyId|algorithm|headers|signature|created|expires)=", re.IGNORECASE)


_SIGNED_WITH_BODY = ("host", "date", "digest", "content-type", "collection-synchronization")


@dataclass(frozen=True, slots=True)
class SignatureParameters:
    """A Signature header, read but not believed. `created` and `expires` are seconds since 1970."""

    key_id: str
    algorithm: str
    headers: tuple[str, ...]
    signature: bytes
    created: int | None = None
    expires: int | None = None


def sign(
    key: SigningKey, method: str, url: str, headers: Mapping[str, str], body: bytes | None, now_ms: int
) -> dict[str, str]:
    """All headers to send: those given, and Host, Date, Signature, and with a body Digest.

    `url` is in wire form (`uris.wire_form`). Without a body an Accept is signed, with one a Content-Type, and what is
    said of the sender's followers (FEP-8fcf).
    """
    from fedi.activitypub.signatures._httpsig import Signer

    complete = {**headers, "Host": uris.host_of(url), "Date": format_http_date(now_ms)}
    if body is not None:
        complete["Digest"] = digest(body)
    present = {name.lower(): value for name, value in complete.items()}
    wanted = ("host", "date", "accept") if body is None else _SIGNED_WITH_BODY
    signed = [_TARGET, *(name for name in wanted if name in present)]
    signer = Signer(key.key_id, key.private, signed)
    result = signer.sign(present, method=method, path=uris.request_target(url))
    return {**complete, "Signature": result["signature"]}


def is_draft(name: str, value: str) -> bool:
    """Whether a header is a signature as the draft spells it, and not as RFC 9421 does."""
    return name.lower() == "signature" and _BEGINS_LIKE_A_DRAFT.match(value) is not None


def parse(headers: Sequence[tuple[str, str]]) -> SignatureParameters:
    """The Signature header among these; BadSignature unless there is one, with a single reading."""
    values = [value for name, value in headers if name.lower() == "signature"]
    if len(values) != 1:
        raise BadSignature("the request has more than one signature" if values else "the request is not signed")
    parameters = _read_parameters(values[0])
    return SignatureParameters(
        key_id=_required(parameters, "keyid"),
        algorithm=_algorithm(parameters),
        headers=_signed_names(_required(parameters, "headers")),
        signature=_strict_base64(_required(parameters, "signature")),
        created=_seconds(parameters, "created"),
        expires=_seconds(parameters, "expires"),
    )


def verify(request: SignedRequest, parameters: SignatureParameters, public_key: PublicKey, now_ms: int) -> None:
    """Raises BadSignature unless the owner of the key has signed this request, for this body, about now."""
    if not isinstance(public_key, RSAPublicKey):
        raise BadSignature("this kind of signature needs an RSA key")
    signed = check(request, parameters, now_ms)
    if not _matches(request, signed, parameters.signature, public_key):
        raise KeyMismatch("the signature does not match the key")


def check(request: SignedRequest, parameters: SignatureParameters, now_ms: int) -> dict[str, str]:
    """What was signed, by name; BadSignature if that is too little, too old, or another body: no key is needed to see
    it.
    """
    signed = _signed_values(request, parameters)
    _check_coverage(request.method, signed)
    _check_time(signed, now_ms)
    if "digest" in signed:
        check_digest(signed["digest"], request.body)
    return signed


def _read_parameters(header: str) -> Mapping[str, str]:
    if len(header) > _MAX_HEADER_CHARS or not _ALL_PARAMETERS.fullmatch(header):
        raise BadSignature("the Signature header cannot be read")
    names = [name.lower() for name in _ONE_PARAMETER.findall(header)]
    # httpsig believes the last one, others the first: a key of one's own beside the key of somebody else.
    if len(names) != len(set(names)):
        raise BadSignature("a parameter of the Signature header is repeated")
    return _split_off_signature(header)


def _split_off_signature(header: str) -> Mapping[str, str]:
    """The parameters as httpsig reads them; all but the signature itself are the same in every request of a peer."""
    for match in _ONE_PARAMETER.finditer(header):
        if match[1].lower() == "signature":
            rest = header[: match.start()] + header[match.end() :]
            return {**_parameters(rest), "signature": match[0].partition("=")[2].strip('"')}
    return _parameters(header)


@lru_cache(maxsize=1024)
def _parameters(header: str) -> Mapping[str, str]:
    from fedi.activitypub.signatures._httpsig import parse_signature_header

    parameters: Mapping[str, str] = parse_signature_header(header)
    return parameters


def _required(parameters: Mapping[str, str], name: str) -> str:
    value = parameters.get(name, "")
    if not value:
        raise BadSignature(f"the Signature header has no {name}")
    return value


def _algorithm(parameters: Mapping[str, str]) -> str:
    # hs2019 leaves the algorithm to the key; everybody means RSA-SHA256 by it.
    algorithm = parameters.get("algorithm", "hs2019").lower()
    if algorithm not in ALGORITHMS:
        raise BadSignature(f"the algorithm is not {' or '.join(ALGORITHMS)}")
    return algorithm


def _signed_names(text: str) -> tuple[str, ...]:
    names = tuple(text.lower().split(" "))
    if len(names) > _MAX_SIGNED_HEADERS or "" in names or len(names) != len(set(names)):
        raise BadSignature("the list of signed headers cannot be read")
    return names


def _strict_base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadSignature("the signature is not base64") from error
    # The same bytes in other letters would be another request to anyone who remembers signatures.
    if base64.b64encode(raw) != text.encode("ascii"):
        raise BadSignature("the signature is not base64")
    return raw


def _seconds(parameters: Mapping[str, str], name: str) -> int | None:
    text = parameters.get(name)
    if text is None:
        return None
    if not _SECONDS.fullmatch(text):
        raise BadSignature(f"{name} is not a number of seconds")
    return int(text)


def _signed_values(request: SignedRequest, parameters: SignatureParameters) -> dict[str, str]:
    sent = request.by_name()
    return {name: _signed_value(name, sent, request.target, parameters) for name in parameters.headers}


def _signed_value(name: str, sent: Mapping[str, list[str]], target: str, parameters: SignatureParameters) -> str:
    if name == _TARGET:
        return one_line(target)
    if name in _FROM_PARAMETERS:
        return _from_parameters(name, parameters)
    return one_line(sent_value(name, sent))


def _from_parameters(name: str, parameters: SignatureParameters) -> str:
    seconds = parameters.created if name == "(created)" else parameters.expires
    # Draft 12, section 2.3: an old algorithm must not be upgraded to a new window.
    if seconds is None or parameters.algorithm != "hs2019":
        raise BadSignature(f"{name} needs the parameter of that name and the algorithm hs2019")
    return str(seconds)


def _check_coverage(method: str, signed: Mapping[str, str]) -> None:
    needed = [_TARGET, "host"] if method.upper() in ("GET", "HEAD") else [_TARGET, "host", "digest"]
    missing = [name for name in needed if name not in signed]
    if missing:
        raise BadSignature(f"the signature does not cover {', '.join(missing)}")


def _check_time(signed: Mapping[str, str], now_ms: int) -> None:
    # An `expires` outside the signature is anybody's.
    expires = signed.get("(expires)")
    check_window(_signed_at_ms(signed), None if expires is None else int(expires) * 1000, now_ms)


def _signed_at_ms(signed: Mapping[str, str]) -> int:
    created = signed.get("(created)")
    time_ms = parse_http_date(signed.get("date", "")) if created is None else int(created) * 1000
    if time_ms is None:
        raise BadSignature("the signature covers no date that can be read")
    return time_ms


def _matches(request: SignedRequest, signed: Mapping[str, str], signature: bytes, key: RSAPublicKey) -> bool:
    if _verified(request.method, request.target, signed, signature, key):
        return True
    # Some servers sign the path without its query.
    path, mark, _ = request.target.partition("?")
    return bool(mark) and _verified(request.method, path, signed, signature, key)


def _verified(method: str, target: str, signed: Mapping[str, str], signature: bytes, key: RSAPublicKey) -> bool:
    from fedi.activitypub.signatures._httpsig import Verifier

    try:
        return bool(Verifier(method, target, signed, signature, key).verify())
    except Exception as error:
        # Not ASCII, an empty method: httpsig raises bare Exception, and only its text building runs here.
        raise BadSignature("the text that was signed cannot be rebuilt") from error

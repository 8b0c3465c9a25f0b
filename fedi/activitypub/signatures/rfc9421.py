"""HTTP Message Signatures (RFC 9421), as much of them as the Fediverse speaks: RSA and Ed25519 over a request.

`parse` reads Signature-Input and Signature, `verify` judges them, `sign` makes them. http-sf reads and writes the
structured fields. Components and parameters that we do not know are refused: nobody can say what they would have meant.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import http_sf
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from fedi.activitypub import jsonld, uris
from fedi.activitypub.signatures.digest import check_content_digest, content_digest
from fedi.activitypub.signatures.keys import PublicKey, SigningKey
from fedi.activitypub.signatures.message import BadSignature, KeyMismatch, SignedRequest, one_line, sent_value
from fedi.activitypub.signatures.window import check_window, format_http_date

RSA: Final = "rsa-v1_5-sha256"
ED25519: Final = "ed25519"
ALGORITHMS: Final[Mapping[str, type]] = {RSA: RSAPublicKey, ED25519: Ed25519PublicKey}
"""The algorithms we verify, and the kind of key each needs."""

_MAX_HEADER_CHARS = 8192
_MAX_COMPONENTS = 32
_DIGEST = "content-digest"
# What is said of the sender's followers (FEP-8fcf) counts only if it is signed.
_SYNCHRONIZATION = "collection-synchronization"
_PADDING, _HASH = PKCS1v15(), SHA256()
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class SignatureParameters:
    """One signature of a request, read but not believed. `created` and `expires` are seconds since 1970; `covered` is
    the list of components with its parameters, as it was signed.
    """

    key_id: str
    algorithm: str | None
    components: tuple[str, ...]
    signature: bytes
    created: int
    expires: int | None
    covered: str


def sign(
    key: SigningKey, method: str, url: str, headers: Mapping[str, str], body: bytes | None, now_ms: int
) -> dict[str, str]:
    """All headers to send: those given, and Host, Date, Signature-Input, Signature, and with a body Content-Digest.

    `url` is in wire form (`uris.wire_form`).
    """
    complete = {**headers, "Host": uris.host_of(url), "Date": format_http_date(now_ms)}
    values = {"@method": method, "@target-uri": url}
    if body is not None:
        complete["Content-Digest"] = values[_DIGEST] = content_digest(body)
    values |= {name.lower(): value for name, value in headers.items() if name.lower() == _SYNCHRONIZATION}
    covered: Any = ([(name, {}) for name in values], {"created": now_ms // 1000, "keyid": key.key_id, "alg": RSA})
    signed_as = http_sf.ser({"sig1": covered})
    base = _base(values, signed_as.partition("=")[2])
    signature = base64.b64encode(key.private.sign(base, _PADDING, _HASH)).decode("ascii")
    return {**complete, "Signature-Input": signed_as, "Signature": f"sig1=:{signature}:"}


def parse(headers: Sequence[tuple[str, str]]) -> SignatureParameters | None:
    """The first signature whose key is named by an address; None if there is none, BadSignature for what has two
    readings.

    Signatures of others (a proxy's, a crawler's) may stand beside it.
    """
    inputs, signatures = _fields(headers, "signature-input"), _fields(headers, "signature")
    for label in inputs:
        key_id = _parts(inputs[label])[1].get("keyid")
        if label in signatures and isinstance(key_id, str) and jsonld.is_address(key_id):
            return _read(key_id, inputs[label], signatures[label])
    return None


def verify(request: SignedRequest, parameters: SignatureParameters, public_key: PublicKey, now_ms: int) -> None:
    """Raises BadSignature unless the owner of the key has signed this request, for this body, about now."""
    _check_algorithm(parameters.algorithm, public_key)
    values = check(request, parameters, now_ms)
    if not _matches(parameters.signature, _base(values, parameters.covered), public_key):
        raise KeyMismatch("the signature does not match the key")


def check(request: SignedRequest, parameters: SignatureParameters, now_ms: int) -> dict[str, str]:
    """What was signed, by name; BadSignature if that is too little, too old, or another body: no key is needed to see
    it.
    """
    _check_coverage(request, parameters.components)
    expires = parameters.expires
    check_window(parameters.created * 1000, None if expires is None else expires * 1000, now_ms)
    values = _values(request, parameters.components)
    if _DIGEST in values:
        check_content_digest(values[_DIGEST], request.body)
    return values


def _fields(headers: Sequence[tuple[str, str]], wanted: str) -> dict[str, Any]:
    """The members of a header that is a dictionary, over all its lines."""
    joined = ", ".join(value.strip() for name, value in headers if name.lower() == wanted)
    if len(joined) > _MAX_HEADER_CHARS:
        raise BadSignature(f"the {wanted} header is too long")
    try:
        members = http_sf.parse(joined.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse_repetition)
    except (http_sf.StructuredFieldError, UnicodeEncodeError) as error:
        raise BadSignature(f"the {wanted} header cannot be read") from error
    return dict(members) if isinstance(members, dict) else {}


def _refuse_repetition(name: str, _: str) -> None:
    # Of two with one name some believe the first and some the last.
    raise BadSignature(f"{name} is repeated in the signature")


def _parts(member: Any) -> tuple[Any, dict[str, Any]]:
    value, parameters = member if isinstance(member, tuple) else (member, {})
    return value, parameters


def _read(key_id: str, signed: Any, signature: Any) -> SignatureParameters:
    (components, parameters), (raw, _) = _parts(signed), _parts(signature)
    created, expires = _seconds(parameters, "created"), _seconds(parameters, "expires")
    algorithm = parameters.get("alg")
    if not isinstance(raw, bytes) or not isinstance(components, list) or not isinstance(algorithm, str | None):
        raise BadSignature("the signature cannot be read")
    if created is None:
        raise BadSignature("the signature does not say when it was created")
    covered = http_sf.ser({"x": signed}).removeprefix("x=")
    return SignatureParameters(key_id, algorithm, _names(components), raw, created, expires, covered)


def _seconds(parameters: Mapping[str, Any], name: str) -> int | None:
    value = parameters.get(name)
    if value is not None and (type(value) is not int or value < 0):
        raise BadSignature(f"{name} is not a number of seconds")
    return value


def _names(components: Sequence[Any]) -> tuple[str, ...]:
    parts = [_parts(each) for each in components]
    names = tuple(name for name, _ in parts)
    if len(names) > _MAX_COMPONENTS or len(names) != len(set(names)):
        raise BadSignature("the list of signed components cannot be read")
    for name, parameters in parts:
        if parameters or not isinstance(name, str) or not _is_known(name):
            raise BadSignature(f"the component {name} is not one that we know")
    return names


def _is_known(name: str) -> bool:
    return name in DERIVED if name.startswith("@") else name == name.lower()


def _check_algorithm(algorithm: str | None, key: PublicKey) -> None:
    """The key decides; what the sender says may only agree, or a public key could become the secret of an HMAC."""
    if algorithm is not None and algorithm not in ALGORITHMS:
        raise BadSignature(f"the algorithm is not {' or '.join(ALGORITHMS)}")
    if algorithm is not None and not isinstance(key, ALGORITHMS[algorithm]):
        raise BadSignature("the algorithm does not fit the key")


def _check_coverage(request: SignedRequest, components: Sequence[str]) -> None:
    missing = [] if "@method" in components else ["@method"]
    if not _covers_target(request.target, components):
        missing.append("@target-uri")
    if request.method.upper() not in ("GET", "HEAD") and _DIGEST not in components:
        missing.append(_DIGEST)
    if missing:
        raise BadSignature(f"the signature does not cover {', '.join(missing)}")


def _covers_target(target: str, components: Sequence[str]) -> bool:
    """Whether where a request goes is signed: as one, or in parts."""
    if "@target-uri" in components:
        return True
    needed = {"@path", "@query"} if "?" in target else {"@path"}
    return "@authority" in components and ("@request-target" in components or needed.issubset(components))


def _authority(request: SignedRequest, sent: Mapping[str, list[str]]) -> str:
    return sent_value("host", sent).lower().removesuffix(_DEFAULT_PORTS.get(request.scheme, ""))


def _path(request: SignedRequest, _: Mapping[str, list[str]]) -> str:
    return request.target.partition("?")[0] or "/"


def _query(request: SignedRequest, _: Mapping[str, list[str]]) -> str:
    return "?" + request.target.partition("?")[2]


DERIVED: Final[Mapping[str, Callable[[SignedRequest, Mapping[str, list[str]]], str]]] = {
    "@method": lambda request, _: request.method.upper(),
    "@target-uri": lambda request, sent: f"{request.scheme}://{_authority(request, sent)}{request.target}",
    "@authority": _authority,
    "@scheme": lambda request, _: request.scheme,
    "@request-target": lambda request, _: request.target,
    "@path": _path,
    "@query": _query,
}
"""The components that are made from a request (RFC 9421, section 2.2), and how."""


def _values(request: SignedRequest, components: Sequence[str]) -> dict[str, str]:
    sent = request.by_name()
    return {
        name: one_line(DERIVED[name](request, sent) if name in DERIVED else sent_value(name, sent))
        for name in components
    }


def _base(values: Mapping[str, str], covered: str) -> bytes:
    lines = [f'"{name}": {value}' for name, value in values.items()]
    try:
        return "\n".join([*lines, f'"@signature-params": {covered}']).encode("ascii")
    except UnicodeEncodeError as error:
        raise BadSignature("a signed component is not ASCII") from error


def _matches(signature: bytes, base: bytes, key: PublicKey) -> bool:
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, base, _PADDING, _HASH)
        else:
            key.verify(signature, base)
    except InvalidSignature:
        return False
    return True

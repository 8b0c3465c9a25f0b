"""The schemes in which a request can be signed, and which of them a request that came in has used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from fedi.activitypub.signatures import cavage, rfc9421
from fedi.activitypub.signatures.keys import PublicKey, SigningKey
from fedi.activitypub.signatures.message import BadSignature, Scheme, SignedRequest

Parameters = cavage.SignatureParameters | rfc9421.SignatureParameters
Sign = Callable[[SigningKey, str, str, Mapping[str, str], bytes | None, int], dict[str, str]]


SIGN: Final[Mapping[Scheme, Sign]] = {Scheme.CAVAGE: cavage.sign, Scheme.RFC_9421: rfc9421.sign}
"""How a request is signed in each scheme, in the order in which they are tried."""


def parse(headers: Sequence[tuple[str, str]]) -> Parameters:
    """The one signature of a request that is judged; BadSignature if there is none, or none with a single reading.

    RFC 9421 goes first, and what fails it is not tried in the other way: else an attacker could choose the laxer one. A
    signature of RFC 9421 by a key that is no address is somebody else's, a proxy's perhaps, and says nothing.
    """
    if not any(name.lower() == "signature-input" for name, _ in headers):
        return cavage.parse(headers)
    drafts = [header for header in headers if cavage.is_draft(*header)]
    parameters = rfc9421.parse([header for header in headers if header not in drafts])
    if parameters is not None:
        return parameters
    if not drafts:
        raise BadSignature("no signature names a key by its address")
    return cavage.parse(drafts)


def verify(request: SignedRequest, parameters: Parameters, public_key: PublicKey, now_ms: int) -> None:
    """Raises BadSignature unless the owner of the key has signed this request, for this body, about now."""
    if isinstance(parameters, rfc9421.SignatureParameters):
        rfc9421.verify(request, parameters, public_key, now_ms)
    else:
        cavage.verify(request, parameters, public_key, now_ms)


def check(request: SignedRequest, parameters: Parameters, now_ms: int) -> None:
    """Raises BadSignature for what no key could make good: too little is signed, too long ago, or another body."""
    if isinstance(parameters, rfc9421.SignatureParameters):
        rfc9421.check(request, parameters, now_ms)
    else:
        cavage.check(request, parameters, now_ms)


def covers(parameters: Parameters, header: str) -> bool:
    """Whether the signature covers a header, named in lower case."""
    signed = parameters.headers if isinstance(parameters, cavage.SignatureParameters) else parameters.components
    return header in signed

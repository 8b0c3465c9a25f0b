"""The library httpsig, imported without setuptools, and kept away from keys.

httpsig asks `pkg_resources` for its own version number while it is imported; that module is gone from
setuptools since version 82. A stand-in that knows no distribution takes its place for the length of the
import: httpsig is content without a version.

The library takes the algorithm from the sender's header, so a forged `hmac-sha256` with the public key as its
secret would pass. Here it builds and reads text only; `cryptography` does every operation with a key, always
RSASSA-PKCS1-v1_5 with SHA-256.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256


class _NoDistributionError(Exception):
    """What the stand-in answers when asked for a version."""


def _knows_no_distribution(name: str) -> None:
    raise _NoDistributionError(name)


@contextmanager
def _stand_in_for_pkg_resources() -> Iterator[None]:
    stand_in = ModuleType("pkg_resources")
    vars(stand_in).update(get_distribution=_knows_no_distribution, DistributionNotFound=_NoDistributionError)
    real = sys.modules.get("pkg_resources")
    sys.modules["pkg_resources"] = stand_in
    try:
        yield
    finally:
        del sys.modules["pkg_resources"]
        if real is not None:
            sys.modules["pkg_resources"] = real


with _stand_in_for_pkg_resources():
    from httpsig import HeaderSigner, HeaderVerifier
    from httpsig.utils import build_signature_template, parse_signature_header

__all__ = ["Signer", "Verifier", "parse_signature_header"]

_PADDING, _HASH = PKCS1v15(), SHA256()


class Signer(HeaderSigner):  # type: ignore[misc]
    """Builds the Signature header. The parent's constructor is left out: it has its own RSA."""

    def __init__(self, key_id: str, private: RSAPrivateKey, headers: Sequence[str]) -> None:
        self.headers = list(headers)
        self.sign_header = "signature"
        # The template is filled with the % operator.
        self.signature_template = build_signature_template(
            key_id.replace("%", "%%"), "rsa-sha256", headers, self.sign_header
        )
        self._rsa = private

    def _sign_rsa(self, data: bytes) -> bytes:
        return self._rsa.sign(data, _PADDING, _HASH)


class Verifier(HeaderVerifier):  # type: ignore[misc]
    """Rebuilds the signed text. The parent's constructor is left out: it believes the sender's algorithm."""

    def __init__(
        self, method: str, target: str, signed: Mapping[str, str], signature: bytes, key: RSAPublicKey
    ) -> None:
        self.headers = signed
        self.auth_dict = {"headers": " ".join(signed), "signature": signature}
        self.required_headers: list[str] = []
        self.method, self.path, self.host = method, target, None
        self._key = key

    def _verify(self, data: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, data, _PADDING, _HASH)
        except InvalidSignature:
            return False
        return True

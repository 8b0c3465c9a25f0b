"""The school's key for Web Push (VAPID, RFC 8292): push services know by it who sends, and it seals the tokens of the
programs that are to be woken.

Programs find out by their token for whom of their people a message is, so it must be in the message, and we keep only
hashes of tokens. What is kept besides is the token sealed with a key that stands in no database.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

_NONCE_BYTES = 12
_SCALAR_BYTES = 32
_OTHER_ALPHABET = str.maketrans("+/", "-_")


class PushKeys:
    """The key of one school. `public` is its public half as clients want it: 65 bytes in base64url."""

    def __init__(self, private_pem: str) -> None:
        loaded = load_pem_private_key(private_pem.encode("ascii"), None)
        if not isinstance(loaded, EllipticCurvePrivateKey):
            raise TypeError("The key for Web Push is not one on P-256")
        self._private = loaded
        point = loaded.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public = base64url(point)
        scalar = loaded.private_numbers().private_value.to_bytes(_SCALAR_BYTES, "big")
        self._seal = AESGCM(HKDF(SHA256(), 32, None, b"tokens of pushed programs").derive(scalar))

    def token(self, audience: str, expires_at_s: int, contact: str) -> str:
        """A JWT (ES256) that shows a push service, whose origin is the `audience`, who sends."""
        claims: dict[str, str | int] = {"aud": audience, "exp": expires_at_s, "sub": contact}
        signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        numbers = decode_dss_signature(self._private.sign(signed.encode("ascii"), ECDSA(SHA256())))
        return f"{signed}.{base64url(b''.join(number.to_bytes(_SCALAR_BYTES, 'big') for number in numbers))}"

    def seal(self, secret: str) -> str:
        """A text that only this key opens."""
        nonce = os.urandom(_NONCE_BYTES)
        return base64url(nonce + self._seal.encrypt(nonce, secret.encode(), None))

    def unseal(self, sealed: str) -> str | None:
        """What was sealed; None if it was with another key."""
        try:
            raw = from_base64url(sealed)
            return self._seal.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError):
            return None


def _json(value: Mapping[str, str | int]) -> str:
    return base64url(msgspec.json.encode(value))


def base64url(raw: bytes) -> str:
    """RFC 4648, section 5, without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """The same read, with or without padding, and in the other alphabet, which some programs take; ValueError for what
    is none.
    """
    clean = text.rstrip("=").translate(_OTHER_ALPHABET).encode("ascii")
    if not clean.replace(b"-", b"").replace(b"_", b"").isalnum():
        raise ValueError("not base64url")
    try:
        return urlsafe_b64decode(clean + b"=" * (-len(clean) % 4))
    except Error as error:
        raise ValueError("not base64url") from error

"""Messages to programs, encrypted for them alone: RFC 8291 (aes128gcm), and the draft before it (aesgcm).

`cryptography` does every operation; what stands here is in which order the standards have them done.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fedi.errors import Invalid
from fedi.instances.push_keys import base64url, from_base64url

SALT_BYTES, AUTH_BYTES, POINT_BYTES = 16, 16, 65
_RECORD_BYTES = 4096
MOST_BYTES = 3900
"""What every push service takes is 4,096 bytes with all that is added here (RFC 8030, section 7.2)."""

_SIZES = (1024, 2048, MOST_BYTES)
"""To one of these lengths each message is filled up: the service on the way sees no other (RFC 8291, section 2.3)."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """The keys of a program: its public one, and the secret it shares with us."""

    public: EllipticCurvePublicKey
    auth: bytes

    @property
    def point(self) -> bytes:
        return _point(self.public)


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A body, the headers that its encoding wants, and what this adds to the header with the sender's key."""

    body: bytes
    headers: dict[str, str]
    sender_key: str = ""


def receiver(p256dh: str, auth: str) -> Receiver:
    """The keys of a program as it writes them (base64url); Invalid if they are none."""
    try:
        point, secret = from_base64url(p256dh), from_base64url(auth)
        if len(point) != POINT_BYTES or len(secret) != AUTH_BYTES:
            raise ValueError("of a wrong length")
        return Receiver(EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point), secret)
    except ValueError as error:
        raise Invalid("Keys are not those of a push subscription", "keys") from error


def encrypt(message: bytes, to: Receiver, *, standard: bool) -> Encrypted:
    """At most MOST_BYTES of a message, for one program; its length is hidden but for its order."""
    made = aes128gcm if standard else aesgcm
    return made(message, to, generate_private_key(SECP256R1()), os.urandom(SALT_BYTES), padding(len(message)))


def padding(length: int) -> int:
    """How many bytes a message of this length is filled up with."""
    return next((size - length for size in _SIZES if length <= size), 0)


def aes128gcm(message: bytes, to: Receiver, once: EllipticCurvePrivateKey, salt: bytes, padding: int = 0) -> Encrypted:
    """RFC 8291, section 3.4. `once` and `salt` serve for this message only."""
    point = _point(once.public_key())
    shared = _derive(to.auth, once.exchange(ECDH(), to.public), b"WebPush: info\0" + to.point + point, 32)
    key = _derive(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, shared, b"Content-Encoding: nonce\0", 12)
    # One record, and it is the last one (2).
    sealed = AESGCM(key).encrypt(nonce, message + b"\x02" + bytes(padding), None)
    header = salt + _RECORD_BYTES.to_bytes(4, "big") + bytes([len(point)]) + point
    return Encrypted(header + sealed, {"Content-Encoding": "aes128gcm"})


def aesgcm(message: bytes, to: Receiver, once: EllipticCurvePrivateKey, salt: bytes, padding: int = 0) -> Encrypted:
    """draft-ietf-webpush-encryption-04 on draft-ietf-httpbis-encryption-encoding-03."""
    point = _point(once.public_key())
    shared = _derive(to.auth, once.exchange(ECDH(), to.public), b"Content-Encoding: auth\0", 32)
    context = b"P-256\0" + b"".join(len(each).to_bytes(2, "big") + each for each in (to.point, point))
    key = _derive(salt, shared, b"Content-Encoding: aesgcm\0" + context, 16)
    nonce = _derive(salt, shared, b"Content-Encoding: nonce\0" + context, 12)
    # Here the length of the padding comes first, then itself.
    sealed = AESGCM(key).encrypt(nonce, padding.to_bytes(2, "big") + bytes(padding) + message, None)
    headers = {"Content-Encoding": "aesgcm", "Encryption": f"salt={base64url(salt)}"}
    return Encrypted(sealed, headers, f"dh={base64url(point)}")


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def _point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

"""Public keys as Multikey text (FEP-521a): base58btc of a multicodec prefix and the key."""

from __future__ import annotations

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fedi.activitypub.signatures.keys import BadKey, PublicKey, from_der

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519, _RSA = b"\xed\x01", b"\x85\x24"
# An RSA key of 8192 bits has about 1,420 characters; the arithmetic is quadratic in the length.
_MAX_CHARS = 1500


def encode(public: PublicKey) -> str:
    """The value of `publicKeyMultibase`."""
    if isinstance(public, Ed25519PublicKey):
        return "z" + base58_encode(_ED25519 + public.public_bytes_raw())
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return "z" + base58_encode(_RSA + der)


def decode(text: str) -> PublicKey:
    """The key of a `publicKeyMultibase`: Ed25519 or RSA."""
    if not text.startswith("z"):
        raise BadKey("a Multikey starts with z: base58btc")
    prefix, rest = (raw := base58_decode(text[1:]))[:2], raw[2:]
    if prefix == _RSA:
        return from_der(rest)
    if prefix == _ED25519 and len(rest) == 32:
        return Ed25519PublicKey.from_public_bytes(rest)
    raise BadKey("a Multikey holds an Ed25519 or an RSA key")


def base58_encode(raw: bytes) -> str:
    """Bytes as base58btc (draft-msporny-base58), without the multibase letter."""
    number, digits = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def base58_decode(text: str) -> bytes:
    """The bytes of a base58btc text, without the multibase letter."""
    if len(text) > _MAX_CHARS:
        raise BadKey("too long for a key in base58")
    number = 0
    for character in text:
        digit = _ALPHABET.find(character)
        if digit < 0:
            raise BadKey("not base58")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)

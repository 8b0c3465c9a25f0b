"""Key pairs in PEM: made, read, and checked before anything is computed with them.

Reading a PEM costs more than verifying with it, so the last keys are kept in memory. These caches are the
only state here; they are bounded, because strangers choose what goes into them.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)

from fedi.activitypub.signatures.message import SchemeMemory
from fedi.errors import Malformed

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | Ed25519PublicKey

_OUR_RSA_BITS = 2048
_MIN_RSA_BITS, _MAX_RSA_BITS = 1024, 8192
_MAX_RSA_EXPONENT = 2**32
_MAX_PEM_CHARS = 8192
# PKCS#1 ("RSA PUBLIC KEY") and SPKI ("PUBLIC KEY") are told apart by what is inside.
_PUBLIC_PEM = re.compile(
    r"\s*-----BEGIN (?P<label>(?:RSA )?PUBLIC KEY)-----"
    r"(?P<base64>[A-Za-z0-9+/=\s]+)"
    r"-----END (?P=label)-----\s*"
)


class BadKey(Malformed):
    """Not a key we can use: unreadable, of another kind, or of a size that is too weak or too costly."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of one of our actors, the URI where others find its public half, and what is known of the schemes that
    servers understand.
    """

    key_id: str
    private: RSAPrivateKey
    memory: SchemeMemory | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProofKey:
    """The Ed25519 key with which one of our actors signs documents, and the URI where others find its public half."""

    key_id: str
    private: Ed25519PrivateKey


def generate_rsa() -> str:
    """A new RSA-2048 private key as PEM (PKCS#8). Takes about 100 ms of CPU: not for an event loop."""
    return private_pem(generate_private_key(public_exponent=65537, key_size=_OUR_RSA_BITS))


def generate_ed25519() -> str:
    """A new Ed25519 private key as PEM (PKCS#8)."""
    return private_pem(Ed25519PrivateKey.generate())


def private_pem(private: PrivateKey) -> str:
    """The private key as unencrypted PEM (PKCS#8)."""
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def public_pem(key: PrivateKey | PublicKey) -> str:
    """The public half as PEM (SPKI), as `publicKeyPem` carries it."""
    public = key.public_key() if isinstance(key, PrivateKey) else key
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(
        "ascii"
    )


@lru_cache(maxsize=1024)
def load_private(pem: str) -> PrivateKey:
    """One of our own private keys. Its arithmetic is not checked again (45 ms): never a stranger's key."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey("not a private key in PEM") from error
    if not isinstance(key, PrivateKey):
        raise BadKey("a private key is RSA or Ed25519")
    return key


def load_signing_key(key_id: str, pem: str, memory: SchemeMemory | None = None) -> SigningKey:
    """The RSA key with which one of our actors signs requests."""
    private = load_private(pem)
    if not isinstance(private, RSAPrivateKey):
        raise BadKey("requests are signed with an RSA key")
    return SigningKey(key_id, private, memory)


def load_proof_key(key_id: str, pem: str) -> ProofKey:
    """The Ed25519 key with which one of our actors signs documents."""
    private = load_private(pem)
    if not isinstance(private, Ed25519PrivateKey):
        raise BadKey("documents are signed with an Ed25519 key")
    return ProofKey(key_id, private)


@lru_cache(maxsize=2048)
def load_public(pem: str) -> PublicKey:
    """The public key of a stranger, from SPKI or PKCS#1 with whatever white space others leave in it."""
    return from_der(_der(pem))


def from_der(der: bytes) -> PublicKey:
    """A public key from SPKI or PKCS#1 bytes, refused if verifying with it would be worthless or slow."""
    try:
        key = serialization.load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey("not a public key") from error
    if isinstance(key, RSAPublicKey):
        _check_rsa(key)
    elif not isinstance(key, Ed25519PublicKey):
        raise BadKey("a public key is RSA or Ed25519")
    return key


def _der(pem: str) -> bytes:
    match = _PUBLIC_PEM.fullmatch(pem) if len(pem) <= _MAX_PEM_CHARS else None
    if match is None:
        raise BadKey("not a public key in PEM")
    try:
        return base64.b64decode("".join(match["base64"].split()), validate=True)
    except binascii.Error as error:
        raise BadKey("the PEM of the public key is not base64") from error


def _check_rsa(key: RSAPublicKey) -> None:
    if not _MIN_RSA_BITS <= key.key_size <= _MAX_RSA_BITS:
        raise BadKey(f"an RSA key has {_MIN_RSA_BITS} to {_MAX_RSA_BITS} bits")
    exponent = key.public_numbers().e
    if exponent < 3 or exponent > _MAX_RSA_EXPONENT or exponent % 2 == 0:
        raise BadKey("an RSA exponent is odd, at least 3 and below 2^32")

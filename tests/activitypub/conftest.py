"""Keys that never change, so that documents do not either."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fedi.activitypub.signatures.keys import public_pem
from fedi.models.actors import Key

RSA_PEM = """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----
"""
"""The public key of the examples of draft-cavage-http-signatures."""


@pytest.fixture
def rsa_and_ed25519() -> tuple[Key, Key]:
    ed25519 = public_pem(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    owner = "https://almaty.test/users/1"
    return (
        Key(f"{owner}#main-key", 1, "rsa", RSA_PEM, None, 0, 0),
        Key(f"{owner}#ed25519-key", 1, "ed25519", ed25519, None, 0, 0),
    )

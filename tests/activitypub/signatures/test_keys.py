import itertools

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fedi.activitypub.signatures.keys import (
    BadKey,
    generate_ed25519,
    generate_rsa,
    load_private,
    load_public,
    load_signing_key,
    private_pem,
    public_pem,
)

RSA = rsa.generate_private_key(65537, 2048)
PEM = public_pem(RSA)
PKCS1 = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1).decode()
BODY = "".join(PEM.splitlines()[1:-1])


NUMBERS = itertools.count()


def numbered(_: str) -> str:
    """The name of a case: a new key would name it differently in each process."""
    return str(next(NUMBERS))


def pem_of(exponent: int, modulus: int) -> str:
    return public_pem(rsa.RSAPublicNumbers(exponent, modulus).public_key())


def test_a_new_rsa_key_is_read_back_and_signs() -> None:
    pem = generate_rsa()

    key = load_signing_key("https://almaty.example/actor#main-key", pem)

    assert key.private.key_size == 2048
    assert load_public(public_pem(key.private)) == key.private.public_key()
    assert private_pem(key.private) == pem


def test_a_new_ed25519_key_is_read_back() -> None:
    private = load_private(generate_ed25519())

    assert isinstance(load_public(public_pem(private)), Ed25519PublicKey)


def test_a_key_is_read_once() -> None:
    assert load_public(PEM) is load_public(PEM)


@pytest.mark.parametrize(
    "pem",
    [
        PEM,
        PKCS1,
        PEM.strip(),
        PEM.replace("\n", "\r\n"),
        f"\n  {PEM}\n\n",
        PEM.replace("\n", "\n    "),
        f"-----BEGIN PUBLIC KEY-----\n{BODY}\n-----END PUBLIC KEY-----",
        f"-----BEGIN PUBLIC KEY----- {BODY} -----END PUBLIC KEY-----",
        PKCS1.replace("RSA PUBLIC", "PUBLIC"),
    ],
    ids=numbered,
)
def test_a_public_key_is_read_with_any_white_space_and_in_either_form(pem: str) -> None:
    assert load_public(pem) == RSA.public_key()


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "not a key",
        private_pem(RSA),
        PEM.replace("PUBLIC", "CERTIFICATE"),
        PEM + PEM,
        PEM.replace("-----END PUBLIC", "-----END RSA PUBLIC"),
        PEM.replace(BODY[20:24], "????"),
        f"-----BEGIN PUBLIC KEY-----\n{BODY[:100]}\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----" + " " * 10_000 + "-----END PUBLIC KEY-----",
        public_pem(ec.generate_private_key(ec.SECP256R1()).public_key()),  # type: ignore[arg-type]
    ],
    ids=numbered,
)
def test_what_is_no_public_key_for_us_is_refused(pem: str) -> None:
    with pytest.raises(BadKey):
        load_public(pem)


def test_an_rsa_key_is_neither_weak_nor_huge() -> None:
    small = rsa.generate_private_key(65537, 1024).public_key()
    modulus = small.public_numbers().n

    assert load_public(public_pem(small)) == small
    for wrong in (modulus >> 8 | 1, modulus << (8193 - 1024) | 1):
        with pytest.raises(BadKey, match="bits"):
            load_public(pem_of(65537, wrong))


@pytest.mark.parametrize("exponent", [2**33 + 1, 2**100 + 1])
def test_an_rsa_key_with_a_costly_exponent_is_refused(exponent: int) -> None:
    with pytest.raises(BadKey, match="exponent"):
        load_public(pem_of(exponent, RSA.public_key().public_numbers().n))


@pytest.mark.parametrize("pem", ["", "no key", PEM, private_pem(RSA)[:200]], ids=numbered)
def test_what_is_no_private_key_is_refused(pem: str) -> None:
    with pytest.raises(BadKey):
        load_private(pem)


def test_requests_are_not_signed_with_an_ed25519_key() -> None:
    with pytest.raises(BadKey, match="RSA"):
        load_signing_key("https://almaty.example/actor#main-key", generate_ed25519())

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from fedi.activitypub.signatures.keys import BadKey, PublicKey, from_der
from fedi.activitypub.signatures.multikey import base58_decode, base58_encode, decode, encode

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
FEATURES = sorted(CORPUS.glob("vectors/fep/521a/*.feature"))

# FEP-521a, scenario "Representing Ed25519 public key"
RAW = bytes.fromhex("2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6")
TEXT = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def test_the_example_of_the_fep_is_written_and_read() -> None:
    key = Ed25519PublicKey.from_public_bytes(RAW)

    assert encode(key) == TEXT
    assert decode(TEXT) == key


@pytest.mark.parametrize("feature", FEATURES)
def test_every_example_of_the_corpus_is_written_and_read(feature: Path) -> None:
    text = feature.read_text()
    raw = re.findall(r'hex string "([0-9a-f]+)"', text)
    multikeys = re.findall(r'"publicKeyMultibase": "(\w+)"', text)

    assert [encode(key_of(bytes.fromhex(key))) for key in raw] == multikeys
    assert [encode(decode(multikey)) for multikey in multikeys] == multikeys
    assert len(multikeys) == 2


def key_of(raw: bytes) -> PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw) if len(raw) == 32 else from_der(raw)


def test_keys_of_both_kinds_survive_the_journey() -> None:
    for public in (Ed25519PrivateKey.generate().public_key(), generate_private_key(65537, 2048).public_key()):
        assert decode(encode(public)) == public


@pytest.mark.parametrize(
    "text",
    ["", "z", TEXT[1:], "u" + TEXT[1:], TEXT[:-1], TEXT + "1", TEXT.replace("X", "0")],
)
def test_what_is_no_multikey_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        decode(text)


def test_text_that_is_longer_than_any_key_is_not_even_read() -> None:
    with pytest.raises(BadKey, match="too long"):
        decode("z" + "2" * 5000)


def test_an_rsa_multikey_is_judged_like_any_rsa_key() -> None:
    with pytest.raises(BadKey, match="public key"):
        decode("z" + base58_encode(b"\x85\x24" + RAW))


@given(st.binary(max_size=80))
def test_base58_gives_back_what_it_took(raw: bytes) -> None:
    assert base58_decode(base58_encode(raw)) == raw


@pytest.mark.parametrize(
    ("raw", "text"), [(b"Hello World!", "2NEpo7TZRRrLZSi2U"), (b"\0\0\x28\x7f\xb4\xcd", "11233QC4"), (b"", "")]
)
def test_base58_agrees_with_its_draft(raw: bytes, text: str) -> None:
    assert base58_encode(raw) == text
    assert base58_decode(text) == raw


@given(st.text())
def test_any_text_is_a_key_or_refused(text: str) -> None:
    with pytest.raises(BadKey):
        decode(f"z{text}")

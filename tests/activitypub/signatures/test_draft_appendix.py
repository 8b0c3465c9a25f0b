"""The examples of draft-cavage-http-signatures-12, appendix C; their key is read from the corpus if it is there."""

from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from fedi.activitypub.signatures import cavage
from fedi.activitypub.signatures._httpsig import Signer, Verifier
from fedi.activitypub.signatures.digest import check_digest, digest
from fedi.activitypub.signatures.keys import load_public, load_signing_key
from fedi.activitypub.signatures.message import BadSignature, SignedRequest
from fedi.activitypub.signatures.window import parse_http_date

KEYS = Path(__file__).parents[4] / "shared" / "corpus" / "vectors" / "draft-cavage"
FOLDERS = [KEYS] if KEYS.is_dir() else []

BODY = b'{"hello": "world"}'
DATE = "Sun, 05 Jan 2014 21:31:40 GMT"
TARGET = "/foo?param=value&pet=dog"
HEADERS = {
    "host": "example.com",
    "date": DATE,
    "content-type": "application/json",
    "digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
    "content-length": "18",
}
BASIC = (
    "qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/"
    "x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="
)
EVERYTHING = (
    "vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFuk"
    "WgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="
)
EXAMPLES = [
    ("(request-target) host date", BASIC),
    ("(request-target) host date content-type digest content-length", EVERYTHING),
]


def now_ms() -> int:
    now = parse_http_date(DATE)
    assert now is not None
    return now


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(("names", "expected"), EXAMPLES)
def test_the_examples_are_signed_to_the_letter(folder: Path, names: str, expected: str) -> None:
    key = load_signing_key("Test", (folder / "rsa_private.pem").read_text())

    signed = Signer(key.key_id, key.private, names.split(" ")).sign(HEADERS, method="POST", path=TARGET)

    assert signed["signature"] == (f'keyId="Test",algorithm="rsa-sha256",signature="{expected}",headers="{names}"')


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(("names", "signature"), EXAMPLES)
def test_the_examples_match_their_public_key(folder: Path, names: str, signature: str) -> None:
    public = load_public((folder / "rsa_public.pem").read_text())
    assert isinstance(public, RSAPublicKey)
    header = f'keyId="Test",algorithm="rsa-sha256",headers="{names}",signature="{signature}"'
    parameters = cavage.parse([("Signature", header)])
    values = {name: HEADERS.get(name, "") for name in parameters.headers}

    assert Verifier("POST", TARGET, values, parameters.signature, public).verify()
    assert not Verifier("PUT", TARGET, values, parameters.signature, public).verify()


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_example_with_a_digest_is_believed_and_the_one_without_is_not(folder: Path) -> None:
    public = load_public((folder / "rsa_public.pem").read_text())

    def judge(names: str, signature: str) -> None:
        header = f'keyId="Test",algorithm="rsa-sha256",headers="{names}",signature="{signature}"'
        request = SignedRequest("POST", TARGET, [*HEADERS.items(), ("signature", header)], BODY)
        cavage.verify(request, cavage.parse(request.headers), public, now_ms())

    judge(*EXAMPLES[1])
    with pytest.raises(BadSignature, match="cover digest"):
        judge(*EXAMPLES[0])


def test_the_digest_of_the_example_is_ours() -> None:
    assert digest(BODY) == HEADERS["digest"]
    check_digest(HEADERS["digest"], BODY)


def test_the_signatures_of_the_examples_are_whole() -> None:
    for _, signature in EXAMPLES:
        parameters = cavage.parse([("signature", f'keyId="Test",headers="date",signature="{signature}"')])
        assert b64encode(parameters.signature).decode() == signature

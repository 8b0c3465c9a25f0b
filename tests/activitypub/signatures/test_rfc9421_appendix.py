"""The examples of RFC 9421, appendix B, as far as their algorithms and components are ours; read from the corpus."""

import re
from pathlib import Path

import http_sf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fedi.activitypub.signatures import rfc9421
from fedi.activitypub.signatures.digest import check_content_digest
from fedi.activitypub.signatures.keys import load_private, load_public
from fedi.activitypub.signatures.message import BadSignature, SignedRequest

VECTORS = Path(__file__).parents[4] / "shared" / "corpus" / "vectors" / "rfc9421"
BLOCK = re.compile(r"^~~~[^\n]*\n(.*?)^~~~$", re.MULTILINE | re.DOTALL)


def blocks() -> list[str]:
    """What stands between the fences, with lines that were wrapped put together (RFC 8792)."""
    if not VECTORS.is_dir():
        return []
    text = (VECTORS / "appendix-B-test-cases.md").read_text()
    found = [block.removeprefix("NOTE: '\\' line wrapping per RFC 8792\n\n") for block in BLOCK.findall(text)]
    return [re.sub(r"\\\n\s*", "", block) for block in found]


def request_of(block: str) -> SignedRequest:
    head, _, body = block.partition("\n\n")
    first, *lines = head.strip().split("\n")
    method, target, _ = first.split(" ")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    return SignedRequest(method, target, headers, body.strip().encode())


BLOCKS = blocks()
REQUEST = next((request_of(block) for block in BLOCKS if block.startswith("POST /foo")), SignedRequest("", "", []))
BASES = [block.strip() for block in BLOCKS if '"@signature-params": ' in block]
SIGNED = [block for block in BLOCKS if block.startswith("Signature-Input: sig-")]
TRANSFORMED = [request_of(block) for block in BLOCKS if "Signature-Input: transform=" in block]
OURS = [
    base for base in BASES if '"@status"' not in base and '"@query-param"' not in base and "client-cert" not in base
]


def read(headers: list[tuple[str, str]]) -> rfc9421.SignatureParameters:
    """The signature whatever its key is called: the names of the examples are no addresses."""
    inputs, signatures = rfc9421._fields(headers, "signature-input"), rfc9421._fields(headers, "signature")
    label = next(iter(inputs))
    return rfc9421._read("", inputs[label], signatures[label])


def lines_of(block: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (line.partition(": ") for line in block.strip().split("\n"))]


def base_of(request: SignedRequest, parameters: rfc9421.SignatureParameters) -> bytes:
    return rfc9421._base(rfc9421._values(request, parameters.components), parameters.covered)


def key(name: str) -> str:
    return (VECTORS / name).read_text()


def test_the_examples_are_read_if_they_are_there() -> None:
    counts = (len(BASES), len(SIGNED), len(OURS), len(TRANSFORMED))

    assert counts == ((8, 6, 5, 6) if VECTORS.is_dir() else (0, 0, 0, 0))


@pytest.mark.parametrize("base", OURS, ids=lambda base: re.sub(r"\W+", " ", base[-40:]))
def test_the_signature_base_of_an_example_is_rebuilt_to_the_letter(base: str) -> None:
    covered = base.rpartition('"@signature-params": ')[2]
    request = TRANSFORMED[0] if "/demo" in base else REQUEST
    parameters = read([("signature-input", f"sig={covered}"), ("signature", "sig=:AAAA:")])

    assert base_of(request, parameters).decode() == base


@pytest.mark.parametrize("signed", [each for each in SIGNED if "test-key-ed25519" in each])
def test_the_example_with_ed25519_is_signed_and_verified_to_the_letter(signed: str) -> None:
    parameters = read(lines_of(signed))
    base, private = base_of(REQUEST, parameters), load_private(key("test-key-ed25519.key"))
    assert isinstance(private, Ed25519PrivateKey)

    assert private.sign(base) == parameters.signature
    assert rfc9421._matches(parameters.signature, base, load_public(key("test-key-ed25519.pem")))
    assert not rfc9421._matches(parameters.signature, base + b" ", load_public(key("test-key-ed25519.pem")))


@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: signed[17:24])
def test_no_example_covers_enough_to_be_let_in(signed: str) -> None:
    """Each leaves out the method, the target or the digest, or uses an algorithm or a component that is not ours."""
    pem = key("test-key-ed25519.pem" if "ed25519" in signed else "test-key-rsa.pem")

    with pytest.raises(BadSignature):
        rfc9421.verify(REQUEST, read(lines_of(signed)), load_public(pem), 1618884473_000)


@pytest.mark.parametrize(("number", "request_"), list(enumerate(TRANSFORMED)))
def test_a_transformation_that_changes_no_meaning_keeps_the_signature(number: int, request_: SignedRequest) -> None:
    parameters = read(list(request_.headers))

    matches = rfc9421._matches(
        parameters.signature, base_of(request_, parameters), load_public(key("test-key-ed25519.pem"))
    )

    assert matches is (number < 4)


@pytest.mark.parametrize("request_", [REQUEST] if VECTORS.is_dir() else [])
def test_the_digest_of_the_example_is_that_of_its_body(request_: SignedRequest) -> None:
    value = request_.by_name()["content-digest"][0]

    check_content_digest(value, request_.body)
    with pytest.raises(BadSignature):
        check_content_digest(value, request_.body + b" ")
    assert http_sf.ser(http_sf.parse(value.encode(), tltype="dictionary")) == value

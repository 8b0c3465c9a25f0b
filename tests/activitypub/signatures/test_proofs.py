"""Proofs of documents: those of the FEP and of the W3C to the letter, and those that are not what they say."""

import json
import re
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from apsig import ProofSigner, ProofVerifier
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from fedi.activitypub.addressing import PUBLIC as EVERYBODY
from fedi.activitypub.contexts import AS2, DATA_INTEGRITY
from fedi.activitypub.signatures import multikey, proofs
from fedi.activitypub.signatures.keys import ProofKey
from fedi.activitypub.signatures.message import BadSignature

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
CORPORA = [CORPUS] if CORPUS.is_dir() else []
VECTORS = [CORPUS / "vectors" / "vc-di-eddsa"] if CORPORA else []
FEATURES = [CORPUS / "vectors" / "fep" / "8b32" / "fep-8b32.feature"] if CORPORA else []
CANONICAL = sorted((CORPUS / "jcs-rfc8785" / "input").glob("*.json"))

# The key pair of the W3C's and the FEP's examples.
PRIVATE = Ed25519PrivateKey.from_private_bytes(
    multikey.base58_decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")[2:]
)
PUBLIC = PRIVATE.public_key()
KEY = ProofKey("https://server.example/users/alice#ed25519-key", PRIVATE)
NOW_MS = 1_790_000_000_123

ACTIVITY = {
    "@context": AS2,
    "id": "https://server.example/activities/1",
    "type": "Create",
    "actor": "https://server.example/users/alice",
    "object": {"id": "https://server.example/objects/1", "type": "Note", "content": "Сәлем, сабақ жоспары 𝒂"},
    "to": ["https://www.w3.org/ns/activitystreams#Public"],
}

Json = dict[str, Any]


def judge(document: Json, now_ms: int = NOW_MS) -> None:
    """Reads and verifies as who receives it would."""
    proof = proofs.read(document)
    assert proof is not None
    proofs.verify(document, proof, PUBLIC, now_ms)


def signed(document: Json = ACTIVITY) -> Json:
    return proofs.attach(document, KEY, NOW_MS)


def by_hand(document: Json, options: Json, *, hashed: Json | None = None) -> Json:
    """A document signed over whatever options one names, with the signature of others."""
    hash_ = ProofSigner(PRIVATE).hashing(rfc8785.dumps(document), rfc8785.dumps(hashed or options))
    return {**document, "proof": {**options, "proofValue": "z" + multikey.base58_encode(PRIVATE.sign(hash_))}}


OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": KEY.key_id,
    "proofPurpose": "assertionMethod",
    "created": "2026-09-21T14:13:20Z",
}


# What we send


def test_what_we_sign_is_believed_here_and_by_software_of_others() -> None:
    document = signed()

    judge(document)
    assert ProofVerifier(PUBLIC).verify(deepcopy(document)) == KEY.key_id


def test_there_is_one_proof_with_everything_that_others_demand() -> None:
    proof = signed()["proof"]

    assert proof.pop("proofValue").startswith("z")
    assert proof == {**OPTIONS, "@context": [AS2, DATA_INTEGRITY]}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (AS2, [AS2, DATA_INTEGRITY]),
        ([AS2, {"a": "b"}], [AS2, DATA_INTEGRITY, {"a": "b"}]),
        ([AS2, DATA_INTEGRITY, {"a": "b"}], [AS2, DATA_INTEGRITY, {"a": "b"}]),
    ],
)
def test_the_context_in_which_a_proof_is_defined_is_named_once(context: Any, expected: Any) -> None:
    document = signed({**ACTIVITY, "@context": context})

    assert document["@context"] == document["proof"]["@context"] == expected


def test_a_proof_is_dropped_from_what_has_changed() -> None:
    assert "proof" not in proofs.without(signed())


# Vectors


@pytest.mark.parametrize("vector", CANONICAL, ids=lambda path: path.stem)
def test_json_is_canonical_as_in_rfc_8785(vector: Path) -> None:
    expected = (vector.parents[1] / "output" / vector.name).read_bytes()

    assert rfc8785.dumps(json.loads(vector.read_bytes())) == expected
    hexadecimal = (vector.parents[1] / "outhex" / f"{vector.stem}.txt").read_text()
    assert bytes.fromhex(hexadecimal.replace("\n", " ")) == expected


def feature_documents(feature: Path) -> list[Json]:
    return [json.loads(text) for text in re.findall(r'"""\n(.*?)"""', feature.read_text(), re.DOTALL)]


@pytest.mark.parametrize("feature", FEATURES)
def test_the_document_of_the_fep_is_signed_to_the_letter(feature: Path) -> None:
    document, expected = feature_documents(feature)[:2]
    at = int(datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC).timestamp() * 1000)

    assert proofs.attach(document, KEY, at) == expected


@pytest.mark.parametrize("feature", FEATURES)
def test_the_document_of_the_fep_is_believed_with_the_key_of_its_actor(feature: Path) -> None:
    document, actor = feature_documents(feature)[2:4]
    proof = proofs.read(document)
    assert proof is not None
    method = actor["assertionMethod"][0]

    assert proof.key_id == method["id"]
    proofs.verify(document, proof, multikey.decode(method["publicKeyMultibase"]), NOW_MS)


@pytest.mark.parametrize("folder", VECTORS)
def test_the_credential_of_the_w3c_is_hashed_and_signed_to_the_letter(folder: Path) -> None:
    vector = folder / "eddsa-jcs-2022"
    document, options = (
        json.loads((folder / "unsigned.json").read_bytes()),
        json.loads((vector / "proofConfigJCS.json").read_bytes()),
    )
    combined = proofs._hash(document, options)

    assert rfc8785.dumps(document) == (vector / "canonDocJCS.txt").read_bytes()
    assert rfc8785.dumps(options) == (vector / "proofCanonJCS.txt").read_bytes()
    assert combined.hex() == (vector / "combinedHashJCS.txt").read_text()
    assert PRIVATE.sign(combined).hex() == (vector / "sigHexJCS.txt").read_text()


@pytest.mark.parametrize("folder", VECTORS)
def test_the_credential_of_the_w3c_is_believed(folder: Path) -> None:
    document = json.loads((folder / "eddsa-jcs-2022" / "signedJCS.json").read_bytes())

    judge(document)
    with pytest.raises(BadSignature, match="does not match"):
        judge({**document, "name": "Another"})


# What others send


def test_what_software_of_others_signs_is_believed() -> None:
    judge(ProofSigner(PRIVATE).sign(ACTIVITY, OPTIONS))


def test_a_context_that_is_signed_and_not_written_into_the_proof_is_believed() -> None:
    judge(by_hand(ACTIVITY, OPTIONS, hashed={**OPTIONS, "@context": ACTIVITY["@context"]}))


def test_everybody_may_be_signed_in_full_and_written_short() -> None:
    note = {"id": "https://server.example/objects/1", "to": [EVERYBODY]}
    document = signed({**ACTIVITY, "object": note})

    judge({**document, "to": ["as:Public"]})
    judge({**document, "object": {**note, "to": ["as:Public"]}})
    with pytest.raises(BadSignature):
        judge({**document, "to": ["as:Private"]})


def test_a_proof_without_any_context_is_believed() -> None:
    judge(by_hand(ACTIVITY, OPTIONS))


def test_a_context_that_was_added_behind_the_signed_one_changes_nothing() -> None:
    document = by_hand({**ACTIVITY, "@context": [AS2]}, {**OPTIONS, "@context": [AS2]})

    judge({**document, "@context": [AS2, "https://example.org/ns"]})
    with pytest.raises(BadSignature):
        judge({**document, "@context": ["https://example.org/ns", AS2]})


def test_a_signature_of_the_older_kind_beside_the_proof_is_not_part_of_what_is_signed() -> None:
    judge({**signed(), "signature": {"type": "RsaSignature2017", "signatureValue": "AAAA"}})


def test_of_several_proofs_the_first_that_can_be_checked_counts() -> None:
    document = signed()

    judge({**document, "proof": [{"type": "DataIntegrityProof", "cryptosuite": "ecdsa-jcs-2019"}, document["proof"]]})


def test_the_order_and_the_white_space_of_a_document_do_not_matter() -> None:
    document = signed()

    judge(json.loads(json.dumps(dict(reversed(document.items())), indent=3)))


# Forgery


@pytest.mark.parametrize("name", ["id", "type", "actor", "object", "to", "@context"])
def test_nothing_of_what_is_signed_can_be_changed(name: str) -> None:
    with pytest.raises(BadSignature, match="does not match"):
        judge({**signed(), name: "https://evil.example/"})


def test_nothing_can_be_added_or_taken_away() -> None:
    document = signed()

    with pytest.raises(BadSignature):
        judge({**document, "bto": []})
    with pytest.raises(BadSignature):
        judge({name: value for name, value in document.items() if name != "to"})


@pytest.mark.parametrize("name", ["created", "verificationMethod", "@context", "expires", "domain"])
def test_nothing_of_the_proof_can_be_changed(name: str) -> None:
    document = signed()
    document["proof"] = {**document["proof"], name: "2030-01-01T00:00:00Z"}

    with pytest.raises(BadSignature):
        judge(document)


@pytest.mark.parametrize("key", [Ed25519PrivateKey.generate(), generate_private_key(65537, 2048)])
def test_another_key_is_refused(key: Any) -> None:
    document = signed()
    proof = proofs.read(document)
    assert proof is not None

    with pytest.raises(BadSignature):
        proofs.verify(document, proof, key.public_key(), NOW_MS)


def test_a_proof_that_has_run_out_is_refused() -> None:
    document = by_hand(ACTIVITY, {**OPTIONS, "expires": "2026-09-21T14:13:21Z"})

    judge(document)
    with pytest.raises(BadSignature, match="run out"):
        judge(document, NOW_MS + 2000)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"proofPurpose": "authentication"},
        {"verificationMethod": None},
        {"proofValue": "u" + "A" * 86},
        {"proofValue": "z0"},
        {"proofValue": "z11"},
        {"proofValue": "z" + "1" * 5000},
        {"proofValue": 7},
    ],
)
def test_a_proof_of_another_kind_says_nothing(change: Json) -> None:
    document = signed()

    assert proofs.read({**document, "proof": {**document["proof"], **change}}) is None


@pytest.mark.parametrize("proof", [None, [], "https://server.example/proofs/1", 7, {}, [[]]])
def test_what_is_no_proof_is_none(proof: Any) -> None:
    assert proofs.read({**ACTIVITY, "proof": proof}) is None


def test_of_very_many_proofs_only_the_first_ones_are_looked_at() -> None:
    document = signed()

    assert proofs.read({**document, "proof": [{}] * 10 + [document["proof"]]}) is None


@pytest.mark.parametrize("many", [[0] * 500_000, {str(number): [] for number in range(30_000)}, [[[0] * 9_000]] * 3])
def test_a_document_that_would_take_long_to_make_canonical_is_not_checked(many: Any) -> None:
    assert proofs.read({**signed(), "tag": many}) is None


def test_a_long_text_is_not_many_values() -> None:
    judge(signed({**ACTIVITY, "content": "<p>a, b [c] {d}</p>" * 25_000}))


def test_a_number_that_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(BadSignature):
        judge({**signed(), "size": 2**60})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), below, max_size=4)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["@context", "id", "type", "object", "жол", "𝒂", ""]), JSON)


@given(DOCUMENTS)
def test_whatever_we_sign_is_believed_after_its_way_through_json(document: Json) -> None:
    judge(json.loads(json.dumps(signed(document))))


@given(DOCUMENTS, JSON)
def test_whatever_somebody_sends_as_a_proof_is_read_or_refused(document: Json, proof: Any) -> None:
    found = proofs.read({**document, "proof": proof})
    assert found is None


@given(DOCUMENTS, st.dictionaries(st.sampled_from(["@context", "created", "expires", "domain", "x"]), JSON))
def test_whatever_stands_beside_the_signature_is_refused_without_the_key(document: Json, more: Json) -> None:
    forged = {**document, "proof": {**OPTIONS, **more, "proofValue": signed()["proof"]["proofValue"]}}

    with pytest.raises(BadSignature):
        judge(forged)

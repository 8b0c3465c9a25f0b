"""Integrity proofs of documents (FEP-8b32, `eddsa-jcs-2022`): what others forward, store or carry stays its author's.

`attach` makes a proof, `read` finds the one we can check, `verify` judges it. Whose key it must be is the caller's
question: a proof says only that the holder of a key has signed these very values (FEP-fe34).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fedi.activitypub import jsonld
from fedi.activitypub.contexts import AS2, DATA_INTEGRITY
from fedi.activitypub.jsonld import Json
from fedi.activitypub.signatures.keys import BadKey, ProofKey, PublicKey
from fedi.activitypub.signatures.message import BadSignature
from fedi.activitypub.signatures.multikey import base58_decode, base58_encode

TYPE = "DataIntegrityProof"
SUITE = "eddsa-jcs-2022"
PURPOSE = "assertionMethod"

_PROOF_CONTEXTS = frozenset({DATA_INTEGRITY, "https://w3id.org/security/data-integrity/v2"})
_SIGNATURE_BYTES = 64
_MAX_VALUE_CHARS = 100
_MAX_PROOFS = 10
_MAX_VALUES = 20_000
_YEAR_MS = 365 * 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it was found, read but not believed. `options` is all of it but the value."""

    key_id: str
    signature: bytes
    options: Json


def attach(document: Json, key: ProofKey, now_ms: int) -> Json:
    """The document with one proof, dated `now_ms` in whole seconds; ValueError if it holds numbers beyond 2^53.

    Its context gains the one in which `proof` is defined, or readers of JSON-LD would not see it.
    """
    unsecured = {**document, "@context": _with_proof_terms(document.get("@context"))}
    options = {
        "@context": unsecured["@context"],
        "type": TYPE,
        "cryptosuite": SUITE,
        "verificationMethod": key.key_id,
        "proofPurpose": PURPOSE,
        # Whole seconds: readers that parse a time and write it again drop a fraction of zero.
        "created": f"{datetime.fromtimestamp(now_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    signature = key.private.sign(_hash(unsecured, options))
    return {**unsecured, "proof": {**options, "proofValue": "z" + base58_encode(signature)}}


def read(document: Json) -> Proof | None:
    """The first proof of a kind that we can check; None if there is none. Other kinds say nothing to us."""
    found = (_read(each) for each in list(jsonld.objects(document.get("proof")))[:_MAX_PROOFS])
    proof = next((each for each in found if each), None)
    return proof if proof and _is_bearable(document) else None


def verify(document: Json, proof: Proof, public_key: PublicKey, now_ms: int) -> None:
    """Raises BadSignature unless the owner of the key has signed this document, and it has not run out."""
    if not isinstance(public_key, Ed25519PublicKey):
        raise BadSignature("this kind of proof needs an Ed25519 key")
    _check_expiry(proof, now_ms)
    # A signature of the older kind was made after the proof, over all of it (FEP-8b32, Backward compatibility).
    unsecured = {name: value for name, value in document.items() if name not in ("proof", "signature")}
    readings = chain.from_iterable(_readings(each, proof.options) for each in _spellings(unsecured))
    if not any(_matches(*reading, proof.signature, public_key) for reading in readings):
        raise BadSignature("the proof does not match the document")


def is_recent(document: Json, now_ms: int) -> bool:
    """Whether the proof of what somebody did says that it was made in the last year. Older ones say too little: by then
    it is forgotten here that the same came before, and what has been taken back since.
    """
    made = document.get("proof")
    created = jsonld.time_ms(made.get("created")) if isinstance(made, dict) else None
    return created is not None and now_ms - created < _YEAR_MS


def renewed(document: Json, key: ProofKey, now_ms: int) -> Json:
    """The document with proofs by the key that its owner has now, where another key of hers has made them.

    Its own and its object's; the very same document if there are none.
    """
    carried = document.get("object")
    inner = renewed(carried, key, now_ms) if isinstance(carried, dict) else carried
    current = document if inner is carried else {**document, "object": inner}
    return attach(without(current), key, now_ms) if _is_by_former_key(document.get("proof"), key) else current


def _is_by_former_key(proof: Any, key: ProofKey) -> bool:
    made_with = jsonld.id_of(proof.get("verificationMethod")) if isinstance(proof, dict) else None
    owner = key.key_id.partition("#")[0]
    return made_with is not None and made_with != key.key_id and made_with.partition("#")[0] == owner


def without(document: Json) -> Json:
    """A document that is no longer what was signed."""
    return {name: value for name, value in document.items() if name != "proof"}


def _with_proof_terms(context: Any) -> Any:
    named = jsonld.many(context)
    if not _PROOF_CONTEXTS.isdisjoint(each for each in named if isinstance(each, str)):
        return context
    # After the first, which others look for in its place.
    return [*named[:1], DATA_INTEGRITY, *named[1:]]


def _hash(unsecured: Json, options: Json) -> bytes:
    return sha256(rfc8785.dumps(options)).digest() + sha256(rfc8785.dumps(unsecured)).digest()


def _is_bearable(document: Json) -> bool:
    """Whether making a document canonical takes milliseconds: a mebibyte of zeros would stop the server for seconds."""
    waiting: list[Any] = [document]
    left = _MAX_VALUES
    while waiting:
        value = waiting.pop()
        below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        left -= len(below)
        if left < 0:
            return False
        waiting.extend(below)
    return True


def _read(proof: Json) -> Proof | None:
    value, key_id = proof.get("proofValue"), jsonld.id_of(proof.get("verificationMethod"))
    if (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose")) != (TYPE, SUITE, PURPOSE):
        return None
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _MAX_VALUE_CHARS or not key_id:
        return None
    try:
        signature = base58_decode(value[1:])
    except BadKey:
        return None
    options = {name: each for name, each in proof.items() if name != "proofValue"}
    return Proof(key_id, signature, options) if len(signature) == _SIGNATURE_BYTES else None


def _check_expiry(proof: Proof, now_ms: int) -> None:
    expires = proof.options.get("expires")
    if expires is None:
        return
    until = jsonld.time_ms(expires)
    if until is None or until < now_ms:
        raise BadSignature("the proof has run out")


def _spellings(unsecured: Json) -> Iterator[Json]:
    """The document as it came, and with everybody addressed in full: Fedify signs that, and may write `as:Public`."""
    yield unsecured
    in_full = _in_full(unsecured)
    if in_full != unsecured:
        yield in_full


def _in_full(document: Json) -> Json:
    return {name: _value_in_full(name, value) for name, value in document.items()}


def _value_in_full(name: str, value: Any) -> Any:
    if name in ("to", "cc"):
        return _everybody(value)
    return _in_full(value) if name == "object" and isinstance(value, dict) else value


def _everybody(addresses: Any) -> Any:
    if isinstance(addresses, list):
        return [_everybody(each) for each in addresses]
    return f"{AS2}#Public" if addresses == "as:Public" else addresses


def _readings(unsecured: Json, options: Json) -> Iterator[tuple[Json, Json]]:
    """Document and options as they may have been signed.

    Data Integrity EdDSA, section 3.3.2: the context of the proof leads that of the document, and takes its place. Some
    (Fedify) sign the context and do not write it into the proof.
    """
    context = options.get("@context")
    if context is None:
        yield unsecured, options
        if "@context" in unsecured:
            yield unsecured, {**options, "@context": unsecured["@context"]}
    elif _leads(jsonld.many(context), jsonld.many(unsecured.get("@context"))):
        yield {**unsecured, "@context": context}, options


def _leads(first: Sequence[Any], all_: Sequence[Any]) -> bool:
    return list(all_[: len(first)]) == list(first)


def _matches(unsecured: Json, options: Json, signature: bytes, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(signature, _hash(unsecured, options))
    except InvalidSignature:
        return False
    # Numbers that no double holds, and so have no canonical form.
    except ValueError:
        return False
    return True

"""Whether a document that somebody else brought is its author's: a proof, and the key of who owns the document."""

from __future__ import annotations

from enum import StrEnum

from fedi.activitypub import jsonld, remote_posts, uris
from fedi.activitypub.jsonld import Json
from fedi.activitypub.signatures import proofs
from fedi.activitypub.signatures.keys import load_public
from fedi.activitypub.signatures.message import BadSignature
from fedi.activitypub.signatures.proofs import Proof
from fedi.errors import Unauthenticated
from fedi.instances import Instance
from fedi.instances.signers import Signer
from fedi.outbound import fetching, signers
from fedi.outbound.fetching import Fetches
from fedi.outbound.signers import KeyUnreachable

_DID_KEY = "did:key:"


class Verdict(StrEnum):
    """What a proof says: nothing (there is none that we can check), that its owner signed, or that she did not."""

    NONE = "none"
    VALID = "valid"
    INVALID = "invalid"


async def judge(instance: Instance, client: Fetches, document: Json, owner_uri: str) -> Verdict:
    """Whether a document was signed by its owner, whose key may have to be fetched (FEP-8b32, FEP-fe34).

    The document, its owner and the key are of one origin, and the key is the owner's by her own document. Proofs of our
    own actors say nothing: what they do, they do here.
    """
    proof = proofs.read(document)
    owner = jsonld.normal_id(owner_uri)
    key_uri = _key_uri(proof, owner) if proof else None
    if proof is None or key_uri is None or not _is_of_one_origin(document, owner, key_uri):
        return Verdict.NONE
    if uris.host_of(owner) == instance.school.host:
        return Verdict.NONE
    try:
        signer = await signers.find(instance, client, key_uri)
    except (Unauthenticated, KeyUnreachable):
        return Verdict.NONE
    return await _verdict(instance, client, document, proof, signer) if signer.actor_uri == owner else Verdict.NONE


async def carried(instance: Instance, client: Fetches, document: Json) -> list[Json]:
    """What somebody else carries that need not be asked for: an activity with a proof by its actor, and the post in it,
    if that is hers; or a post, by itself or in an activity, with a proof by its author.

    Forbidden for hosts we have nothing to do with.
    """
    post = jsonld.document(document.get("object")) or document
    author, doer = remote_posts.author_of(post), jsonld.normal_id(jsonld.id_of(document.get("actor")) or "")
    is_news = bool(doer) and proofs.is_recent(document, instance.clock())
    done = [document] if is_news and await _is_proven(instance, client, document, doer) else []
    if author is None or not uris.same_origin(jsonld.text(post, "id"), author):
        return done
    is_said = bool(done) and doer == author
    return [*done, post] if is_said or await _is_proven(instance, client, post, author) else done


async def _is_proven(instance: Instance, client: Fetches, document: Json, owner: str) -> bool:
    if "proof" not in document:
        return False
    await fetching.require_askable(instance, owner)
    return await judge(instance, client, document, owner) is Verdict.VALID


def _key_uri(proof: Proof, owner: str) -> str | None:
    """The id of the key. One that is its own name (did:key) is known by where its owner lists it."""
    if proof.key_id.startswith(_DID_KEY):
        return f"{owner}#{proof.key_id.removeprefix(_DID_KEY).partition('#')[0]}"
    return proof.key_id if jsonld.is_address(proof.key_id) else None


def _is_of_one_origin(document: Json, owner: str, key_uri: str) -> bool:
    # What has no id cannot be told from another of its kind: once heard, it could be repeated for ever.
    return uris.same_origin(jsonld.text(document, "id"), owner) and uris.same_origin(key_uri, owner)


async def _verdict(instance: Instance, client: Fetches, document: Json, proof: Proof, signer: Signer) -> Verdict:
    if _is_valid(instance, document, proof, signer):
        return Verdict.VALID
    try:
        renewed = await signers.rotated(instance, client, signer)
    except (Unauthenticated, KeyUnreachable):
        return Verdict.INVALID
    return Verdict.VALID if _is_valid(instance, document, proof, renewed) else Verdict.INVALID


def _is_valid(instance: Instance, document: Json, proof: Proof, signer: Signer) -> bool:
    try:
        proofs.verify(document, proof, load_public(signer.public_pem), instance.clock())
    except BadSignature:
        return False
    return True

"""Who signed a request that came in: the key by its id, from memory, the database, or its own origin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fedi.actions import actors as actor_actions
from fedi.activitypub import jsonld, remote_actors, uris
from fedi.activitypub.jsonld import Json
from fedi.activitypub.signatures import schemes
from fedi.activitypub.signatures.keys import load_public
from fedi.activitypub.signatures.message import BadSignature, KeyMismatch, SignedRequest
from fedi.activitypub.signatures.schemes import Parameters
from fedi.errors import FediError, Malformed, Unauthenticated, Unavailable
from fedi.instances import Instance
from fedi.instances.signers import Absence, Signer
from fedi.models.actors import RemoteActor
from fedi.models.peers import Standing
from fedi.outbound import fetching
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Fetches
from fedi.store import actors, keys, peers
from fedi.store.database import Transaction


class KeyGone(Unauthenticated):
    """The key's own server says that there is no such key, or no longer."""


class KeyUnreachable(Unavailable):
    """The key's own server cannot be reached just now: whoever is honest may come again."""


async def standing(instance: Instance, host: str) -> Standing:
    """What was decided about a host."""
    known = instance.signers.standing(host)
    if known is None:
        known = await instance.db.read(peers.standing, host)
        instance.signers.note_standing(host, known)
    return known


async def verified(instance: Instance, client: Fetches, request: SignedRequest, parameters: Parameters) -> Signer:
    """The owner of the key that signed a request; Unauthenticated if the signature is not good, KeyUnreachable if that
    cannot be said just now.

    Nobody is asked for a key before the rest of the signature is good. If it was made with another key, the key is
    fetched once more: its owner may have a new one under the same id.
    """
    signer = await _known(instance, parameters.key_id)
    if signer is None:
        schemes.check(request, parameters, instance.clock())
        signer = await _fetch(instance, client, parameters.key_id)
    try:
        _verify(instance, request, parameters, signer)
    except KeyMismatch:
        signer = await rotated(instance, client, signer)
        _verify(instance, request, parameters, signer)
    return signer


def _verify(instance: Instance, request: SignedRequest, parameters: Parameters, signer: Signer) -> None:
    schemes.verify(request, parameters, load_public(signer.public_pem), instance.clock())


async def rotated(instance: Instance, client: Fetches, old: Signer) -> Signer:
    """The key that its owner has now under this id; Unauthenticated if it is the same, or was asked for just now."""
    if not instance.signers.may_refetch(uris.host_of(old.key_uri), instance.clock()):
        raise BadSignature("the signature does not match the key")
    new = await _fetch(instance, client, old.key_uri)
    if new.public_pem == old.public_pem:
        raise BadSignature("the signature does not match the key")
    return new


async def find(instance: Instance, client: Fetches, key_uri: str) -> Signer:
    """The key with this id and its owner; KeyGone, KeyUnreachable or Unauthenticated if it cannot be had."""
    return await _known(instance, key_uri) or await _fetch(instance, client, key_uri)


async def _known(instance: Instance, key_uri: str) -> Signer | None:
    known = instance.signers.known(key_uri) or await instance.db.read(_stored, key_uri)
    if known is not None:
        instance.signers.remember(known)
    return known


async def _stored(tx: Transaction, key_uri: str) -> Signer | None:
    key = await keys.by_uri(tx, key_uri)
    owner = await actors.by_id(tx, key.actor_id) if key else None
    if key is None or owner is None or owner.deleted_at is not None:
        return None
    return Signer(key.uri, owner.uri, key.public_pem)


async def _fetch(instance: Instance, client: Fetches, key_uri: str) -> Signer:
    if not jsonld.is_address(key_uri) or uris.host_of(key_uri) == instance.school.host:
        raise Unauthenticated("the key is not one of another server")
    absence = instance.signers.absence(key_uri, instance.clock())
    if absence is not None:
        raise _unavailable(absence, "it could not be fetched a moment ago")
    try:
        with client.keys.joined(uris.host_of(key_uri)):
            signer = await _from_origin(instance, client, key_uri)
    except (FetchFailed, Malformed) as error:
        absence = _absence(error)
        instance.signers.note_absent(key_uri, absence, instance.clock())
        raise _unavailable(absence, str(error)) from error
    return signer


def _absence(error: FetchFailed | Malformed) -> Absence:
    if isinstance(error, Malformed):
        return Absence.FAILED
    if error.absent:
        return Absence.GONE
    return Absence.FAILED if error.permanent else Absence.UNREACHABLE


_ERRORS: Final[Mapping[Absence, type[FediError]]] = {
    Absence.GONE: KeyGone,
    Absence.FAILED: Unauthenticated,
    Absence.UNREACHABLE: KeyUnreachable,
}


def _unavailable(absence: Absence, reason: str) -> FediError:
    return _ERRORS[absence](f"the key cannot be had: {reason}")


async def _from_origin(instance: Instance, client: Fetches, key_uri: str) -> Signer:
    """The key as its owner's document has it, or refers to it. What the document of a key says is not enough."""
    document = await fetching.document(instance, client, key_uri)
    if not remote_actors.is_actor(document):
        document = remote_actors.with_key(await _owner(instance, client, document, key_uri), document)
    owner = remote_actors.parse(document)
    if not uris.same_origin(owner.uri, key_uri):
        raise Malformed("the key and its owner are of different servers")
    pem = dict(owner.keys).get(key_uri)
    if pem is None:
        raise Malformed(f"{owner.uri} has no such key")
    await _store_rotation(instance, owner)
    # All of them: the next thing of hers may be signed with the other one.
    for uri, each in owner.keys:
        instance.signers.remember(Signer(uri, owner.uri, each))
    return Signer(key_uri, owner.uri, pem)


async def _owner(instance: Instance, client: Fetches, key: Json, key_uri: str) -> Json:
    owner_uri = jsonld.address(key.get("owner") or key.get("controller"))
    if owner_uri is None or not uris.same_origin(owner_uri, key_uri):
        raise Malformed("the key names no owner on its own server")
    return await fetching.document(instance, client, owner_uri)


async def _store_rotation(instance: Instance, owner: RemoteActor) -> None:
    """Keep the new keys of an actor we know. One we do not know is stored when something of it is: who only knocks
    leaves nothing behind.
    """
    await instance.db.write(_replace_keys, owner)


async def _replace_keys(tx: Transaction, owner: RemoteActor) -> None:
    known = await actors.by_uri(tx, owner.uri)
    if known is not None and not known.local and known.deleted_at is None:
        await actor_actions.rotate_keys(tx, known, owner.keys)

"""POST to an inbox: the cheapest refusal first, nothing believed before the signature, and 202 once it is on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from fedi.actions import servers
from fedi.actions import synchronization as follower_lists
from fedi.actions.peers import process_job
from fedi.activitypub import activities, synchronization, uris
from fedi.activitypub.activities import Activity
from fedi.activitypub.decoding import decode_object
from fedi.activitypub.jsonld import normal_id
from fedi.activitypub.signatures import schemes
from fedi.activitypub.signatures.message import BadSignature, SignedRequest
from fedi.activitypub.signatures.proofs import is_recent
from fedi.activitypub.signatures.schemes import Parameters
from fedi.errors import Forbidden, Malformed, NotFound, TooLarge, Unauthenticated, Unavailable
from fedi.instances import Instance
from fedi.instances.signers import Signer
from fedi.models.activities import NewReceived
from fedi.models.peers import Admission, Standing
from fedi.outbound import proofs, signers
from fedi.outbound.client import Client
from fedi.outbound.proofs import Verdict
from fedi.outbound.signers import KeyGone
from fedi.outbound.visitors import signed_request
from fedi.policies import peering
from fedi.store import actors, backlog, follows, jobs, peers, received
from fedi.store.database import Transaction

# What a stranger may do in quarantine: ask to follow, answer us, and take back or change what we know. The rest is
# held.
_NEVER_HELD = frozenset({"Follow", "Accept", "Reject", "Undo", "Delete", "Update", "Block"})


_HELD_CHARS = 128 * 1024


async def shared(request: Request) -> Response:
    """POST /inbox: for whomever here it concerns."""
    return await _receive(request, owner_uri=None)


async def personal(request: Request) -> Response:
    """POST /users/<id>/inbox."""
    return await _receive(request, owner_uri=f"/users/{request.path_params['id']}")


async def of_school(request: Request) -> Response:
    """POST /actor/inbox."""
    return await _receive(request, owner_uri="/actor")


@dataclass(frozen=True, slots=True)
class _Knock:
    """One POST: what was sent, who says to have signed it, and what it carries."""

    request: SignedRequest
    parameters: Parameters
    activity: Activity

    @property
    def hosts(self) -> tuple[str, str]:
        return uris.host_of(self.parameters.key_id), uris.host_of(self.activity.actor)

    @property
    def is_farewell(self) -> bool:
        """Somebody deletes herself: her key may be gone with her."""
        return self.activity.type == "Delete" and self.activity.object_uri == self.activity.actor


class _Word(StrEnum):
    """Whose word an activity is: its actor brings it herself; another does, with her proof; or it is hearsay."""

    OWN = "own"
    FORWARDED = "forwarded"
    HINT = "hint"


async def _receive(request: Request, owner_uri: str | None) -> Response:
    instance: Instance = request.state.instance
    knock = _read(request, await request.body())
    admission = await _admit(instance, knock)
    try:
        signer = await signers.verified(instance, request.state.client, knock.request, knock.parameters)
    except KeyGone:
        if not knock.is_farewell:
            raise
        # Nobody can prove it any more. Her server is asked whether she is gone, if we know her at all.
        if await instance.db.read(actors.by_uri, normal_id(knock.activity.actor)) is None:
            return Response(status_code=202)
        return await _keep(instance, knock, owner_uri, admission, _Word.HINT)
    await _note_contact(instance, knock.hosts[0])
    word = await _word(instance, request.state.client, knock, signer)
    if word is _Word.OWN and admission is Admission.ADMIT:
        await _compare_followers(instance, knock)
    return await _keep(instance, knock, owner_uri, admission, word)


async def _compare_followers(instance: Instance, knock: _Knock) -> None:
    """What the sender's server says of its followers here (FEP-8fcf), if it has signed that."""
    name = synchronization.HEADER.lower()
    values = [value for given, value in knock.request.headers if given.lower() == name]
    said = synchronization.parse(values[0]) if len(values) == 1 and schemes.covers(knock.parameters, name) else None
    if said is not None:
        await instance.db.write(follower_lists.heard, normal_id(knock.activity.actor), said)


async def _note_contact(instance: Instance, host: str) -> None:
    """A server that signs is alive: now and then that is written down, and what waits for it may go."""
    if instance.signers.is_news_from(host, instance.clock()):
        await instance.db.write(servers.heard_from, host)


async def _word(instance: Instance, client: Client, knock: _Knock, signer: Signer) -> _Word:
    """Whose word an activity is. BadSignature if its actor brings it with a proof that is not hers: a proof goes before
    the signature of the request (FEP-8b32), and this one says that what she signed was something else.
    """
    verdict = await proofs.judge(instance, client, knock.activity.json, knock.activity.actor)
    if signer.actor_uri != normal_id(knock.activity.actor):
        is_news = verdict is Verdict.VALID and is_recent(knock.activity.json, instance.clock())
        return _Word.FORWARDED if is_news else _Word.HINT
    if verdict is Verdict.INVALID:
        raise BadSignature("the proof does not match the activity")
    return _Word.OWN


def _read(request: Request, body: bytes) -> _Knock:
    signed = signed_request(request, body)
    parameters = schemes.parse(signed.headers)
    activity = activities.parse(decode_object(body))
    _require_addresses(parameters, activity)
    return _Knock(signed, parameters, activity)


def _require_addresses(parameters: Parameters, activity: Activity) -> None:
    try:
        uris.host_of(parameters.key_id)
    except uris.BadUri as error:
        raise Unauthenticated("the key of the signature is not an address") from error
    uris.host_of(activity.actor)
    # An id of another server could take the place of an activity that is still to come from there.
    if activity.id and not uris.same_origin(activity.id, activity.actor):
        raise Malformed("an activity and its actor are of one server")


async def _admit(instance: Instance, knock: _Knock) -> Admission:
    """How the sender's hosts stand; Forbidden before anything is asked of anybody."""
    standings = [await signers.standing(instance, host) for host in dict.fromkeys(knock.hosts)]
    admission = peering.admission(instance.school.peering, *standings)
    if admission is Admission.REFUSE:
        raise Forbidden("This school does not take anything from your server")
    return admission


async def _keep(
    instance: Instance, knock: _Knock, owner_uri: str | None, admission: Admission, word: _Word
) -> Response:
    hint = word is _Word.HINT
    new = NewReceived(
        uri=_uri(knock, hint),
        owner_id=0,
        actor_uri=normal_id(knock.activity.actor),
        type=knock.activity.type[:100],
        host=knock.hosts[0],
        hint=hint,
        held=admission is Admission.HOLD and (hint or knock.activity.type not in _NEVER_HELD),
        json=knock.request.body.decode(),
    )
    await instance.db.write(_record_forwarded if word is _Word.FORWARDED else _record, new, owner_uri)
    return Response(status_code=202)


def _uri(knock: _Knock, hint: bool) -> str:
    """What an activity is known by. One without an id is known by its bytes; a hint never takes the place of the
    real one.
    """
    known_by = knock.activity.id or f"urn:sha256:{hashlib.sha256(knock.request.body).hexdigest()}"
    return f"{known_by}#hint" if hint else known_by


async def _record_forwarded(tx: Transaction, new: NewReceived, owner_uri: str | None) -> None:
    """Keep an activity unless it has come to any inbox before: a proof does not grow old, so that anybody could bring
    again, to another inbox, what its actor has taken back since.
    """
    if not await received.has(tx, new.uri):
        await _record(tx, new, owner_uri)


async def _record(tx: Transaction, new: NewReceived, owner_uri: str | None) -> None:
    """Keep an activity once for each inbox, and its job with it."""
    owner_id = await _owner(tx, owner_uri)
    held = new.held and not await _is_welcome(tx, new)
    await _require_room(tx, new, held=held)
    kept = NewReceived(new.uri, owner_id, new.actor_uri, new.type, new.host, new.hint, held, new.json)
    received_id = await received.record(tx, kept)
    if received_id is None:
        return
    if held:
        await received.trim_held(tx, new.host, tx.school.limits.held_per_host)
        tx.announce("held", new.host)
    else:
        await jobs.enqueue(tx, process_job(received_id, new.actor_uri))


async def _require_room(tx: Transaction, new: NewReceived, *, held: bool) -> None:
    """Unavailable, so that honest senders come again, where somebody fills us; TooLarge for what a stranger makes us
    hold.
    """
    if held and len(new.json) > _HELD_CHARS:
        raise TooLarge("A server that this school does not know sends no more than 128 KiB at once")
    full = await (
        received.is_full(tx, new.host) if held else backlog.is_full(tx, process_job(0, new.actor_uri).ordering_key)
    )
    if full:
        raise Unavailable("Too much waits here already")


async def _owner(tx: Transaction, owner_uri: str | None) -> int:
    if owner_uri is None:
        return 0
    owner = await actors.by_uri(tx, f"{tx.school.base_url}{owner_uri}")
    if owner is None or not owner.local or owner.gone:
        raise NotFound("There is no such inbox")
    return owner.id


async def _is_welcome(tx: Transaction, new: NewReceived) -> bool:
    """Whether somebody here asked for what this actor says, or its host was let in while the request was read."""
    if await peers.standing(tx, new.host) is Standing.TRUSTED:
        return True
    sender = await actors.by_uri(tx, new.actor_uri)
    return sender is not None and not new.hint and await follows.has_local_follower(tx, sender.id)

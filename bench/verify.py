"""`verify`: the CPU of finding out who signed a delivery, with a known key.

Creates of 3 KB from 50 actors on 5 hosts, each signed in both schemes; all in this process. Measured is the whole way
from the header lines of a request to the owner of its key, as the inbox goes it: the signature is chosen and read, the
key with its owner found in memory, coverage, time and digest checked, the signed text rebuilt and verified. Not in it:
HTTP, peering, reading the activity. Targets: 120 µs for draft-cavage, 150 for RFC 9421.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from itertools import cycle
from statistics import median

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bench import peers, school
from bench.peers import PeerActor
from fedi.activitypub.decoding import decode_object
from fedi.activitypub.signatures import proofs, schemes
from fedi.activitypub.signatures.digest import check_content_digest, check_digest, content_digest, digest
from fedi.activitypub.signatures.keys import SigningKey, generate_ed25519, load_proof_key
from fedi.activitypub.signatures.message import Scheme, SignedRequest
from fedi.config import InstanceConfig
from fedi.instances import Instance
from fedi.outbound import signers
from fedi.outbound.client import Client

HOSTS, ACTORS = 5, 50
REPEATS = 15
TARGETS_US = {Scheme.CAVAGE: 120, Scheme.RFC_9421: 150}
_NAMES = {Scheme.CAVAGE: "cavage", Scheme.RFC_9421: "rfc9421"}
_RSA = PKCS1v15(), SHA256()

Task = Callable[[], object]


def run(n: int | None = None) -> dict[str, object]:
    """Verify `n` requests (400) in each of 15 repeats, all tasks by turns; medians in microseconds of CPU."""
    with school.folder() as folder:
        return asyncio.run(_measure(school.create(folder, 8000), n or 400))


async def _measure(settings: InstanceConfig, n: int) -> dict[str, object]:
    instance = await Instance.open(settings)
    try:
        async with Client(development=True) as client:
            senders = peers.invent(HOSTS, ACTORS)
            await school.know(instance, senders)
            for sender in senders:
                await signers.find(instance, client, sender.key.key_id)
            return _result(_tasks(instance, client, senders), n)
    finally:
        await instance.close()


def _result(tasks: dict[str, Task], n: int) -> dict[str, object]:
    figures: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(REPEATS):
        for name, task in tasks.items():
            figures[name].append(_cpu_us(task, n))
    targets = {f"{_NAMES[scheme]}_target_us": target for scheme, target in TARGETS_US.items()}
    return {"n": n, "repeats": REPEATS, **targets, **{name: round(median(each), 1) for name, each in figures.items()}}


def _cpu_us(task: Task, n: int) -> float:
    started = time.thread_time_ns()
    for _ in range(n):
        task()
    return (time.thread_time_ns() - started) / n / 1000


def _tasks(instance: Instance, client: Client, senders: Sequence[PeerActor]) -> dict[str, Task]:
    tasks: dict[str, Task] = {}
    for scheme, name in _NAMES.items():
        signed = [_signed(sender, scheme, number) for number, sender in enumerate(senders)]
        tasks[f"{name}_us"] = _whole(instance, client, signed)
        tasks[f"{name}_reading_us"] = _reading(signed)
    return tasks | _parts(peers.encode(peers.create(senders[0], 0)), senders[0].key)


def _signed(sender: PeerActor, scheme: Scheme, number: int) -> SignedRequest:
    body, given = peers.encode(peers.create(sender, number)), {"Content-Type": "application/activity+json"}
    headers = schemes.SIGN[scheme](
        sender.key, "POST", f"http://{school.HOST}:8000/inbox", given, body, time.time_ns() // 1_000_000
    )
    lines = [(name.lower(), value) for name, value in headers.items()]
    return SignedRequest("POST", "/inbox", lines, body, "http")


def _whole(instance: Instance, client: Client, signed: Sequence[SignedRequest]) -> Task:
    turns = cycle(signed)

    def verify() -> None:
        request = next(turns)
        _at_once(signers.verified(instance, client, request, schemes.parse(request.headers)))

    return verify


def _at_once(coroutine: Coroutine[object, object, object]) -> None:
    """Run to the end what waits for nothing: RuntimeError if it does, for then the key was not in memory."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("a key was not in memory")


def _reading(signed: Sequence[SignedRequest]) -> Task:
    turns = cycle(signed)
    return lambda: schemes.parse(next(turns).headers)


def _parts(body: bytes, key: SigningKey) -> dict[str, Task]:
    """What single steps cost, and a proof of the same activity for comparison."""
    draft, content = digest(body), content_digest(body)
    text, public = b"x" * 300, key.private.public_key()
    raw = key.private.sign(text, *_RSA)
    owner = load_proof_key("https://peer0.test/users/0#ed25519-key", generate_ed25519())
    document = proofs.attach(decode_object(body), owner, time.time_ns() // 1_000_000)
    proof, verifier = proofs.read(document), owner.private.public_key()
    assert proof is not None
    return {
        "rsa_us": lambda: public.verify(raw, text, *_RSA),
        "cavage_digest_us": lambda: check_digest(draft, body),
        "rfc9421_digest_us": lambda: check_content_digest(content, body),
        "proof_us": lambda: proofs.verify(document, proof, verifier, 0),
        "proof_making_us": lambda: proofs.attach(document, owner, 0),
    }

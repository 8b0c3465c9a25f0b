"""Real activities of other software, each through the whole inbox, with nobody there to ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedi.actions.peers import process_job
from fedi.activitypub import activities, uris
from fedi.activitypub.decoding import decode_object
from fedi.activitypub.jsonld import encode
from fedi.errors import Malformed
from fedi.models.activities import NewReceived
from fedi.models.actors import Actor
from fedi.store import actors, jobs, received
from fedi.store.database import Transaction
from tests.factories import actor, follow
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import Stranger

pytestmark = pytest.mark.network(1)

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
DOCUMENTS = sorted(path for folder in ("bovine", "wordpress-activitypub") for path in (CORPUS / folder).rglob("*.json"))


@pytest.mark.parametrize("raw", [pytest.param(path.read_bytes(), id=path.name) for path in DOCUMENTS])
async def test_a_real_activity_comes_to_an_outcome(almaty: TestSchool, network: Network, raw: bytes) -> None:
    nobody = Stranger("nobody.test")
    network.wire.loopback.register(lambda host: nobody)
    try:
        activity = activities.parse(decode_object(raw))
    except Malformed:
        return
    aigul = await almaty.teacher()

    async def arrive(tx: Transaction) -> None:
        sender = await _sender(tx, activity)
        await follow(tx, aigul, sender)
        new = NewReceived(
            activity.id or "urn:x", 0, activity.actor, activity.type, sender.host, False, False, encode(activity.json)
        )
        received_id = await received.record(tx, new)
        assert received_id is not None
        await jobs.enqueue(tx, process_job(received_id, activity.actor))

    await almaty.write(arrive)
    await network.drain()

    outcome = (await outcomes(almaty))[0]
    assert outcome is not None
    if activity.type == "Create" and activity.object.get("attributedTo") == activity.actor:
        assert outcome == "created"


async def _sender(tx: Transaction, activity: activities.Activity) -> Actor:
    made = actor(tx.new_id(), "somebody", host=uris.host_of(activity.actor), local=False, uri=activity.actor)
    await actors.insert(tx, made)
    return made

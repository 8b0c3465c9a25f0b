"""Each scheme of signatures that peers and this server share, both ways: what one signs the other believes."""

import json
from typing import Any

import pytest

from fedi.activitypub.signatures.message import Scheme
from fedi.models.activities import Received
from fedi.models.actors import Actor
from fedi.models.posts import Circle
from fedi.outbound import proofs
from fedi.outbound.proofs import Verdict
from fedi.store.database import Transaction
from tests.factories import LESSON_PLAN
from tests.live import LiveSchool, until
from tests.peers.running import Peer, PeerPerson, heard, join

on_fedify = pytest.mark.xdist_group("fedify")


@pytest.fixture
async def dana(fedify: Peer) -> PeerPerson:
    return await join(fedify, "dana")


async def knocked(school: LiveSchool, peer: Peer, type_: str, actor: Actor) -> dict[str, Any]:
    """The signatures on our delivery of an activity, as the peer judges them."""

    async def look() -> dict[str, Any] | None:
        found = [each for each in await peer.do("knocks") if each["type"] == type_ and actor_of(each) == school.base]
        return found[-1] if found else None

    return await until(school, look, f"{type_} of {actor.uri}") or {}


def actor_of(knock: dict[str, Any]) -> str:
    return str(knock["id"]).partition("/activities/")[0]


async def followed(school: LiveSchool, person: PeerPerson, actor: Actor) -> None:
    await person.says("Follow", actor.uri, actor.uri)
    await heard(school, person.peer, "Accept", actorId=actor.uri)


@on_fedify
@pytest.mark.parametrize("scheme", ["rfc9421", "cavage"])
async def test_what_fedify_signs_is_believed_at_the_first_knock(
    school: LiveSchool, aigul: Actor, dana: PeerPerson, scheme: str
) -> None:
    note = await school.post(aigul, "Salem")
    await dana.says("Like", note.uri, aigul.uri, knock=scheme)

    async def liked() -> bool:
        found = await school.has(note.uri)
        return found is not None and found.likes_count == 1

    await until(school, liked, "the like")
    assert [(each.scheme, each.status) for each in school.knocks] == [(scheme, 202)]


@on_fedify
@pytest.mark.parametrize(("scheme", "name"), [(Scheme.CAVAGE, "cavage"), (Scheme.RFC_9421, "rfc9421")])
async def test_what_we_sign_is_believed_by_fedify(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson, scheme: Scheme, name: str
) -> None:
    await school.instance.schemes.note(fedify.host, scheme)
    await followed(school, dana, aigul)
    note = await school.post(aigul, "For those who follow", Circle.FOLLOWERS)
    await heard(school, fedify, "Create", actorId=aigul.uri)
    judged = await knocked(school, fedify, "Create", aigul)

    assert note.uri.startswith(school.base)
    assert (judged["scheme"], judged["http"], judged["status"]) == (name, f"{aigul.uri}#main-key", 202)
    assert (judged["proof"], judged["ld"]) == (None, None)  # nothing that could be shown to others


@on_fedify
async def test_the_proof_on_a_public_activity_holds_and_its_object_has_one_of_its_own(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    await followed(school, dana, aigul)
    plan = await school.post(aigul, "## Ход урока", title="Дроби", language="ru", material=LESSON_PLAN)
    await heard(school, fedify, "Create", actorId=aigul.uri)
    judged = await knocked(school, fedify, "Create", aigul)

    assert (judged["proof"], judged["http"]) == (True, f"{aigul.uri}#main-key")
    assert await fedify.do("proof", at=plan.uri) == {"there": True, "holds": True}


@pytest.mark.xdist_group("bovine")
async def test_bovine_takes_the_same_hash_of_a_signed_article(school: LiveSchool, bovine: Peer, aigul: Actor) -> None:
    erin = await join(bovine, "erin")
    plan = await school.post(aigul, "## Ход урока", title="Дроби", language="ru", material=LESSON_PLAN)

    assert await bovine.do("proof", at=plan.uri, by=erin.name) == {"there": True, "holds": True}


async def received(school: LiveSchool, uri: str) -> dict[str, Any]:
    async def unit(tx: Transaction) -> list[Received]:
        return await tx.all(Received, "SELECT * FROM received WHERE uri = :uri", uri=uri)

    [kept] = await school.read(unit)
    found: dict[str, Any] = json.loads(kept.json)
    return found


@on_fedify
async def test_the_proof_that_fedify_makes_holds_here_until_a_word_is_changed(
    school: LiveSchool, aigul: Actor, dana: PeerPerson
) -> None:
    note = await school.post(aigul, "Salem")
    uri = await dana.does("Create", {"content": "<p>Сәлем, ©</p>", "replyTo": note.uri, "tags": ["Дроби"]}, aigul.uri)

    async def arrived() -> bool:
        return bool(school.knocks)

    await until(school, arrived, "the answer")
    activity = await received(school, uri)
    assert activity["proof"]["cryptosuite"] == "eddsa-jcs-2022"

    forged = activity | {"object": {**activity["object"], "content": "<p>Other words</p>"}}
    for document, verdict in ((activity, Verdict.VALID), (forged, Verdict.INVALID)):
        assert await proofs.judge(school.instance, school.network.wire, document, dana.uri) is verdict

"""What others bring is believed with the proof of who made it, and with nothing less."""

from typing import Any

import pytest

from fedi.actions import peers as peer_actions
from fedi.activitypub.contexts import AS2
from fedi.activitypub.signatures import multikey, proofs
from fedi.activitypub.signatures.keys import ProofKey, load_public
from fedi.models.actors import Actor
from fedi.models.posts import Circle
from fedi.outbound import resolver
from fedi.store import keys
from tests.factories import LESSON_PLAN
from tests.federation.conftest import kept, outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger

pytestmark = pytest.mark.network(1)

Json = dict[str, Any]


@pytest.fixture
def relay(network: Network) -> StrangePerson:
    """A server that forwards what others said."""
    return network.stranger("relay.test").person("relay", network.next_keys())


def proven(person: StrangePerson, document: Json, network: Network, **changes: Any) -> Json:
    """A document with its author's proof, and what somebody has changed of it since."""
    return {**proofs.attach(document, person.proof_key, network.clock()), **changes}


# What comes in


async def test_what_is_forwarded_with_a_proof_of_its_actor_is_believed(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson, mastodon: Stranger
) -> None:
    post = await almaty.post(aigul)
    mastodon.asked.clear()

    answer = await almaty.deliver(proven(carol, carol.activity("Like", post.uri), network), relay.key)
    await network.drain()

    liked = await almaty.has(post.uri)
    assert answer.status_code == 202
    assert liked is not None
    assert liked.likes_count == 1
    assert "/users/carol" not in mastodon.asked


async def test_a_proof_by_a_key_that_is_not_known_yet_is_checked_with_its_actor(
    almaty: TestSchool, network: Network, aigul: Actor, relay: StrangePerson, mastodon: Stranger
) -> None:
    dave = mastodon.person("dave", network.next_keys())
    post = await almaty.post(aigul)

    await almaty.deliver(proven(dave, dave.activity("Like", post.uri), network), relay.key)
    await network.drain()

    assert [(each.hint, each.outcome) for each in await kept(almaty)] == [(False, "liked")]
    assert mastodon.asked.count("/users/dave") == 2  # for the key at the door, and for who it is in the house


@pytest.mark.parametrize("change", [{"object": "http://almaty.test/posts/1"}, {"to": []}, {"type": "Announce"}])
async def test_what_was_changed_on_the_way_is_no_more_than_a_hint(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson, change: Json
) -> None:
    post = await almaty.post(aigul)

    answer = await almaty.deliver(proven(carol, carol.activity("Like", post.uri), network, **change), relay.key)
    await network.drain()

    assert answer.status_code == 202
    assert [each.hint for each in await kept(almaty)] == [True]


async def test_a_proof_of_long_ago_is_no_more_than_a_hint(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson
) -> None:
    """By then nobody here remembers whether it came before, and was taken back."""
    post = await almaty.post(aigul)
    like = proven(carol, carol.activity("Like", post.uri), network)
    network.clock.advance(days=366)

    await almaty.deliver(like, relay.key)

    assert [each.hint for each in await kept(almaty)] == [True]


async def test_a_proof_by_somebody_else_is_worth_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mallory: StrangePerson
) -> None:
    post = await almaty.post(aigul)
    forged = proofs.attach(carol.activity("Like", post.uri), mallory.proof_key, network.clock())

    await almaty.deliver(forged, mallory.key)

    assert [each.hint for each in await kept(almaty)] == [True]


async def test_a_proof_by_a_neighbour_on_the_same_server_is_worth_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mastodon: Stranger, relay: StrangePerson
) -> None:
    dave = mastodon.person("dave", network.next_keys())
    forged = proofs.attach(carol.activity("Like", "http://almaty.test/posts/1"), dave.proof_key, network.clock())

    await almaty.deliver(forged, relay.key)

    assert [each.hint for each in await kept(almaty)] == [True]


async def test_a_key_that_only_says_to_be_the_actors_is_worth_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mastodon: Stranger, relay: StrangePerson
) -> None:
    """The key names Carol as its controller, and stands in the document of her neighbour."""
    dave = mastodon.person("dave", network.next_keys())
    mastodon.documents["/users/dave"] = {
        **dave.document(),
        "assertionMethod": [{**dave.multikey(), "controller": carol.uri}],
    }
    forged = proofs.attach(carol.activity("Like", "http://almaty.test/posts/1"), dave.proof_key, network.clock())

    await almaty.deliver(forged, relay.key)

    assert [each.hint for each in await kept(almaty)] == [True]


async def test_a_proof_that_cannot_be_checked_leaves_a_hint(
    almaty: TestSchool, network: Network, aigul: Actor, relay: StrangePerson, mastodon: Stranger
) -> None:
    dave = mastodon.person("dave", network.next_keys())
    mastodon.documents["/users/dave"] = 500

    answer = await almaty.deliver(proven(dave, dave.activity("Like", "http://almaty.test/posts/1"), network), relay.key)

    assert answer.status_code == 202
    assert [each.hint for each in await kept(almaty)] == [True]


async def test_what_its_actor_brings_with_a_proof_that_does_not_match_is_refused(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    answer = await almaty.deliver(proven(carol, carol.activity("Like", "x"), network, object="y"), carol.key)

    assert answer.status_code == 401
    assert "proof" in answer.text
    assert await kept(almaty) == []


@pytest.mark.parametrize(
    "change", [{"cryptosuite": "eddsa-rdfc-2022"}, {"verificationMethod": "did:web:mastodon.test"}]
)
async def test_what_its_actor_brings_with_a_proof_of_another_kind_is_believed(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, change: Json
) -> None:
    post = await almaty.post(aigul)
    activity = proven(carol, carol.activity("Like", post.uri), network)
    activity["proof"] |= change

    answer = await almaty.deliver(activity, carol.key)
    await network.drain()

    assert (answer.status_code, await outcomes(almaty)) == (202, ["liked"])


async def test_a_request_an_older_signature_and_a_proof_may_all_be_there_at_once(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    older = {"type": "RsaSignature2017", "creator": carol.key.key_id, "signatureValue": "AAAA"}
    note = carol.note()

    answer = await almaty.deliver(proven(carol, carol.activity("Create", note), network, signature=older), carol.key)
    await network.drain()

    assert answer.status_code == 202
    assert await almaty.has(note["id"]) is not None


async def test_a_new_key_of_an_actor_is_fetched_when_her_proof_does_not_match(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson, mastodon: Stranger
) -> None:
    rotated = mastodon.person("carol", network.next_keys())
    post = await almaty.post(aigul)

    await almaty.deliver(proven(rotated, rotated.activity("Like", post.uri), network), relay.key)

    assert [each.hint for each in await kept(almaty)] == [False]


async def test_a_key_that_is_its_own_name_is_the_actors_who_lists_it(
    almaty: TestSchool, network: Network, relay: StrangePerson, mastodon: Stranger
) -> None:
    dave = mastodon.person("dave", network.next_keys())
    spelt = multikey.encode(dave.proof_key.private.public_key())
    named = f"did:key:{spelt}#{spelt}"
    mastodon.documents["/users/dave"] = {**dave.document(), "assertionMethod": [dave.multikey(named)]}
    key = ProofKey(named, dave.proof_key.private)
    carol = mastodon.person("carol", network.next_keys())

    for each in (dave, carol):
        await almaty.deliver(proofs.attach(each.activity("Like", "http://x.test/"), key, network.clock()), relay.key)

    assert [each.hint for each in await kept(almaty)] == [False, True]


async def test_what_was_taken_back_cannot_be_brought_again_to_another_inbox(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson
) -> None:
    post = await almaty.post(aigul)
    like = proven(carol, carol.activity("Like", post.uri), network)
    await almaty.deliver(like, carol.key)
    await almaty.deliver(carol.activity("Undo", like), carol.key)
    await network.drain()

    answer = await almaty.deliver(like, relay.key, inbox=aigul.inbox.removeprefix(almaty.base))
    await network.drain()

    found = await almaty.has(post.uri)
    assert answer.status_code == 202
    assert found is not None
    assert found.likes_count == 0


async def test_what_has_no_id_is_not_believed_from_others(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson
) -> None:
    activity = carol.activity("Like", "http://almaty.test/posts/1")
    del activity["id"]

    await almaty.deliver(proven(carol, activity, network), relay.key)

    assert [each.hint for each in await kept(almaty)] == [True]


async def test_a_blocked_actor_is_refused_whoever_brings_her_word(
    almaty: TestSchool, network: Network, carol: StrangePerson, mastodon: Stranger, relay: StrangePerson
) -> None:
    await almaty.write(peer_actions.block, None, mastodon.host)

    answer = await almaty.deliver(proven(carol, carol.activity("Like", "x"), network), relay.key)

    assert answer.status_code == 403
    assert mastodon.asked == []


async def test_what_one_of_ours_has_said_is_not_heard_from_others(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson
) -> None:
    await almaty.post(aigul)
    page = (await almaty.get(f"{aigul.outbox}?page=true")).json()
    ours = (await almaty.get(page["orderedItems"][0]["id"])).json()

    await almaty.deliver(ours, relay.key)

    assert (await kept(almaty))[-1].hint


# What is carried


@pytest.fixture
async def reader(almaty: TestSchool, network: Network, relay: StrangePerson) -> Actor:
    """A teacher who follows the relay."""
    made = await almaty.teacher("serik")
    theirs = await almaty.knows(await resolver.actor(almaty.instance, network.wire, relay.uri))
    await almaty.follow(made, theirs)
    return made


@pytest.mark.parametrize("kind", ["Announce", "Create"])
async def test_a_post_that_is_carried_with_a_proof_of_its_author_is_not_fetched(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    aigul: Actor,
    relay: StrangePerson,
    reader: Actor,
    kind: str,
) -> None:
    note = proven(carol, {"@context": AS2, **carol.note()}, network)
    carol.server.asked.clear()

    await almaty.deliver(relay.activity(kind, note), relay.key)
    await network.drain()

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.content == "<p>Hello</p>"
    assert "/notes/1" not in carol.server.asked


async def test_a_post_in_an_activity_with_a_proof_of_its_author_is_not_fetched(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson, reader: Actor
) -> None:
    create = proven(carol, carol.activity("Create", carol.note()), network)
    carol.server.asked.clear()

    await almaty.deliver(relay.activity("Announce", create), relay.key)
    await network.drain()

    assert await almaty.has(create["object"]["id"]) is not None
    assert "/notes/1" not in carol.server.asked


@pytest.mark.parametrize("kind", ["Announce", "Create"])
async def test_a_post_that_was_changed_by_who_carries_it_is_fetched(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    aigul: Actor,
    relay: StrangePerson,
    reader: Actor,
    kind: str,
) -> None:
    note = proven(carol, {"@context": AS2, **carol.note()}, network, content="<p>A lie</p>")

    await almaty.deliver(relay.activity(kind, note), relay.key)
    await network.drain()

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.content == "<p>Hello</p>"
    assert "/notes/1" in carol.server.asked


async def test_an_activity_of_one_proves_nothing_about_a_post_of_another(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, relay: StrangePerson, reader: Actor
) -> None:
    lie = {**carol.note(), "content": "<p>A lie</p>"}
    create = proven(relay, relay.activity("Create", lie), network)

    await almaty.deliver(relay.activity("Announce", create), relay.key)
    await network.drain()

    found = await almaty.has(lie["id"])
    assert found is not None
    assert found.content == "<p>Hello</p>"


async def test_a_proof_does_not_open_the_door_to_a_blocked_author(
    almaty: TestSchool, network: Network, carol: StrangePerson, mastodon: Stranger, relay: StrangePerson, reader: Actor
) -> None:
    note = proven(carol, {"@context": AS2, **carol.note()}, network)
    await almaty.write(peer_actions.block, None, mastodon.host)

    await almaty.deliver(relay.activity("Announce", note), relay.key)
    await network.drain()

    assert await almaty.has(note["id"]) is None
    assert mastodon.asked == []


# What goes out


async def judge(school: TestSchool, actor: Actor, document: Json) -> None:
    """Verifies as a server of others would, by the key that the actor publishes."""
    proof = proofs.read(document)
    assert proof is not None
    key = await school.read(keys.by_uri, proof.key_id)
    assert key is not None
    assert key.actor_id == actor.id
    proofs.verify(document, proof, load_public(key.public_pem), school.network.clock())


@pytest.fixture
async def bolat(network: Network) -> Actor:
    """A teacher of another school."""
    return await network["kostanay"].teacher("bolat")


@pytest.fixture
async def read_by_bolat(almaty: TestSchool, bolat: Actor, network: Network) -> Actor:
    """A teacher of whom another school hears."""
    made = await almaty.teacher()
    await network["kostanay"].follow(bolat, made)
    return made


@pytest.mark.network(2)
@pytest.mark.parametrize("circle", [Circle.PUBLIC, Circle.NETWORK])
async def test_what_is_sent_to_everybody_carries_a_proof(
    almaty: TestSchool, network: Network, read_by_bolat: Actor, circle: Circle
) -> None:
    await almaty.post(read_by_bolat, circle=circle)
    await network.drain()

    create = network.wire.sent("Create")[-1].activity
    await judge(almaty, read_by_bolat, create)
    assert "proof" not in create["object"]
    assert (await almaty.get(create["id"])).json() == create


@pytest.mark.network(2)
@pytest.mark.parametrize("circle", [Circle.FOLLOWERS, Circle.DIRECT])
async def test_what_is_told_in_confidence_carries_none(
    almaty: TestSchool, network: Network, read_by_bolat: Actor, circle: Circle
) -> None:
    await almaty.post(read_by_bolat, "@bolat@kostanay.test Salem", circle=circle)
    await network.drain()

    assert "proof" not in network.wire.sent("Create")[-1].activity
    assert "proof" not in network.wire.sent("Accept")[-1].activity


@pytest.mark.network(2)
async def test_a_material_carries_a_proof_of_its_own_wherever_it_goes(
    almaty: TestSchool, network: Network, read_by_bolat: Actor
) -> None:
    await almaty.post(read_by_bolat, "## Бөлшек", title="Бөлшектер", summary="5-сынып", material=LESSON_PLAN)
    await network.drain()

    create = network.wire.sent("Create")[-1].activity
    served = (await almaty.get(create["object"]["id"])).json()
    for document in (create, create["object"], served):
        await judge(almaty, read_by_bolat, document)
    found = await network["kostanay"].has(served["id"])
    assert found is not None
    assert found.title == "Бөлшектер"


@pytest.mark.network(2)
async def test_what_an_outbox_shows_as_it_is_now_has_no_proof_of_what_it_was(
    almaty: TestSchool, read_by_bolat: Actor
) -> None:
    await almaty.post(read_by_bolat)

    page = (await almaty.get(f"{read_by_bolat.outbox}?page=true")).json()

    assert "proof" not in page["orderedItems"][0]


@pytest.mark.network(2)
async def test_one_school_believes_what_another_forwards_of_a_third(
    almaty: TestSchool, network: Network, read_by_bolat: Actor, relay: StrangePerson
) -> None:
    await almaty.post(read_by_bolat)
    page = (await almaty.get(f"{read_by_bolat.outbox}?page=true")).json()
    sent = (await almaty.get(page["orderedItems"][0]["id"])).json()

    await network["kostanay"].deliver(sent, relay.key)

    assert [each.hint for each in await kept(network["kostanay"])][-1] is False

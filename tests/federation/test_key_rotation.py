"""New keys for our actors: others learn of them, and what the old ones have signed is not lost."""

import pytest

from fedi.actions import key_rotation
from fedi.activitypub.signatures import proofs
from fedi.activitypub.signatures.keys import load_public
from fedi.instances import Instance, school_keys
from fedi.models.actors import Actor, Key
from fedi.models.posts import Circle
from fedi.outbound.upkeep import FORMER_KEY_DAYS
from fedi.store import jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

pytestmark = pytest.mark.network(2)


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
def kostanay(network: Network) -> TestSchool:
    return network["kostanay"]


@pytest.fixture
async def aigul(network: Network, almaty: TestSchool, kostanay: TestSchool) -> Actor:
    """A teacher whom somebody of another school follows, so that her keys are known there."""
    made = await almaty.teacher("aigul")
    await kostanay.follow(await kostanay.teacher("bolat"), made)
    await almaty.post(made, "Before")
    await network.drain()
    return made


async def rotate(school: TestSchool, actor: Actor) -> None:
    await school.write(key_rotation.rotate, actor, school.network.next_keys())


async def keys_of(school: TestSchool, uri: str) -> dict[str, str]:
    """The keys of an actor as a school knows them, by id."""

    async def unit(tx: Transaction) -> list[Key]:
        return await tx.all(
            Key,
            "SELECT keys.uri, actor_id, keys.kind, public_pem, private_pem, keys.created_at, keys.fetched_at"
            " FROM keys JOIN actors ON actors.id = actor_id WHERE actors.uri = :uri AND retired_at IS NULL",
            uri=uri,
        )

    return {key.uri: key.public_pem for key in await school.read(unit)}


async def test_a_peer_learns_the_new_keys_from_a_request_that_the_old_one_signed(
    network: Network, almaty: TestSchool, kostanay: TestSchool, aigul: Actor
) -> None:
    before = await keys_of(kostanay, aigul.uri)
    network.wire.crossed.clear()

    await rotate(almaty, aigul)
    await network.drain()

    after = await keys_of(kostanay, aigul.uri)
    assert after == await keys_of(almaty, aigul.uri)
    assert not set(before.values()) & set(after.values())
    assert [crossed.status for crossed in network.wire.sent("Update")] == [202]


async def test_the_rsa_key_keeps_its_id_and_the_ed25519_key_does_not(almaty: TestSchool, aigul: Actor) -> None:
    before = await keys_of(almaty, aigul.uri)

    await rotate(almaty, aigul)

    document = (await almaty.get(aigul.uri)).json()
    assert document["publicKey"]["id"] == f"{aigul.uri}#main-key"
    method = document["assertionMethod"][0]
    assert method["id"] == f"{aigul.uri}#{method['publicKeyMultibase']}"
    assert method["id"] not in before
    assert len(document["assertionMethod"]) == 1


async def test_a_peer_who_never_heard_the_old_key_is_told_with_the_new_one(
    network: Network, almaty: TestSchool, kostanay: TestSchool, aigul: Actor
) -> None:
    async def forget(tx: Transaction) -> None:
        await tx.execute("DELETE FROM keys WHERE private_pem IS NULL")

    await kostanay.write(forget)
    kostanay.instance.signers.clear()
    network.wire.crossed.clear()

    await rotate(almaty, aigul)
    await network.drain()

    assert [crossed.status for crossed in network.wire.sent("Update")] == [401, 202]


async def test_what_is_said_afterwards_is_believed_although_the_news_has_not_arrived(
    network: Network, almaty: TestSchool, kostanay: TestSchool, aigul: Actor
) -> None:
    await rotate(almaty, aigul)
    await almaty.write(_drop_jobs)
    network.clock.advance(minutes=1)

    post = await almaty.post(aigul, "After")
    await network.drain()

    assert await kostanay.has(post.uri) is not None


async def test_what_waits_to_be_sent_is_sent_with_a_proof_by_the_new_key(
    network: Network, almaty: TestSchool, kostanay: TestSchool, aigul: Actor
) -> None:
    post = await almaty.post(aigul, "Waiting")
    await rotate(almaty, aigul)
    network.wire.crossed.clear()
    await network.drain()

    create = network.wire.sent("Create")[0].activity
    proof = proofs.read(create)
    assert proof is not None
    public = (await keys_of(almaty, aigul.uri))[proof.key_id]
    proofs.verify(create, proof, load_public(public), network.clock())
    assert proofs.read((await almaty.get(create["id"])).json()) is not None
    assert (await almaty.get(create["id"])).json()["proof"]["verificationMethod"] == proof.key_id
    assert await kostanay.has(post.uri) is not None


async def test_what_the_former_key_signs_is_not_believed_any_more(
    network: Network, almaty: TestSchool, kostanay: TestSchool, aigul: Actor
) -> None:
    former = await almaty.instance.signing_key(aigul.id)
    await rotate(almaty, aigul)
    await network.drain()
    network.clock.advance(minutes=1)

    post = await kostanay.post(await kostanay.teacher("saule"), "Salem", Circle.PUBLIC)
    like = {"id": f"{almaty.base}/activities/9", "type": "Like", "actor": aigul.uri, "object": post.uri}

    assert (await kostanay.deliver(like, former)).status_code == 401
    assert (await kostanay.deliver(like, await almaty.instance.signing_key(aigul.id))).status_code == 202


async def test_the_former_key_is_erased_after_a_week(network: Network, almaty: TestSchool, aigul: Actor) -> None:
    await rotate(almaty, aigul)
    assert await almaty.instance.former_key(aigul.id) is not None

    network.clock.advance(days=FORMER_KEY_DAYS + 1)
    await almaty.write(jobs.enqueue, NewJob("prune", {}, Lane.BULK))
    await network.drain()

    assert await almaty.instance.former_key(aigul.id) is None


async def test_the_school_itself_gets_new_keys_in_its_files_and_its_requests(
    network: Network, almaty: TestSchool, kostanay: TestSchool, aigul: Actor
) -> None:
    instance, pair = almaty.instance, network.next_keys()
    before = instance.school_key

    school_keys.replace(instance.config.keys_folder, pair)
    await almaty.write(key_rotation.rotate, instance.school_actor, pair)
    await network.drain()

    post = await kostanay.post(await kostanay.teacher("saule"), "@aigul@almaty.test Salem", Circle.DIRECT)
    assert instance.school_key.key_id == before.key_id
    assert instance.school_key.private.private_numbers() != before.private.private_numbers()
    assert (await kostanay.get(post.uri, signer=instance.school_key)).status_code == 200
    assert school_keys.load_or_make(instance.config.keys_folder) == pair


async def test_a_school_that_is_opened_again_keeps_its_new_keys(network: Network, almaty: TestSchool) -> None:
    instance, pair = almaty.instance, network.next_keys()
    school_keys.replace(instance.config.keys_folder, pair)
    await almaty.write(key_rotation.rotate, instance.school_actor, pair)
    known = await keys_of(almaty, instance.school_actor.uri)

    again = await Instance.open(instance.config, clock=network.clock)
    try:
        assert await keys_of(almaty, instance.school_actor.uri) == known
        assert again.school_key == instance.school_key
    finally:
        await again.close()


async def test_a_running_server_hears_of_keys_that_a_command_has_changed(
    network: Network, almaty: TestSchool, aigul: Actor
) -> None:
    old, old_school = await almaty.instance.signing_key(aigul.id), almaty.instance.school_key
    command = await Instance.open(almaty.instance.config, clock=network.clock)
    pair = network.next_keys()
    try:
        await command.db.write(key_rotation.rotate, aigul, network.next_keys())
        school_keys.replace(command.config.keys_folder, pair)
        await command.db.write(key_rotation.rotate, command.school_actor, pair)
    finally:
        await command.close()

    await network.drain()

    assert await almaty.instance.signing_key(aigul.id) != old
    assert almaty.instance.school_key != old_school


async def test_a_stranger_is_told_that_the_school_has_new_keys(
    network: Network, almaty: TestSchool, aigul: Actor
) -> None:
    carol: StrangePerson = network.stranger().person("carol", network.next_keys())
    await almaty.follow(aigul, await almaty.knows(carol))  # type: ignore[arg-type]
    network.wire.crossed.clear()

    await almaty.write(key_rotation.rotate, almaty.instance.school_actor, network.next_keys())
    await network.drain()

    told = {crossed.url for crossed in network.wire.sent("Update")}
    assert f"{carol.uri}/inbox" in told


async def _drop_jobs(tx: Transaction) -> None:
    await tx.execute("DELETE FROM jobs")
    await tx.execute("DELETE FROM threads")

"""What the inbox answers, and what it keeps."""

import pytest

from fedi.actions import peers as peer_actions
from fedi.models.actors import Actor
from fedi.store import actors, received
from fedi.store.database import Transaction
from tests.federation.conftest import kept, outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger

pytestmark = pytest.mark.network(1)


async def test_what_is_answered_with_202_is_on_disk_and_takes_effect(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()

    answer = await almaty.deliver(carol.activity("Create", note), carol.key)
    on_disk = await kept(almaty)
    await network.drain()

    assert answer.status_code == 202
    assert [each.type for each in on_disk] == ["Create"]
    assert await almaty.has(note["id"]) is not None


async def test_an_activity_takes_effect_once_however_often_it_is_sent(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    activity = carol.activity("Create", carol.note())

    answers = [await almaty.deliver(activity, carol.key) for _ in range(3)]
    await network.drain()

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len(await kept(almaty)) == 1


async def test_an_unsigned_activity_is_401(almaty: TestSchool, network: Network, carol: StrangePerson) -> None:
    answer = await network.browser.post(f"{almaty.base}/inbox", json=carol.activity("Create", carol.note()))

    assert answer.status_code == 401
    assert await kept(almaty) == []


async def test_a_signature_with_another_key_is_401(
    almaty: TestSchool, network: Network, carol: StrangePerson, mastodon: Stranger
) -> None:
    forger = mastodon.person("mallory", network.next_keys())
    stolen = carol.key.key_id

    answer = await almaty.deliver(carol.activity("Create", carol.note()), type(carol.key)(stolen, forger.key.private))

    assert answer.status_code == 401
    assert await kept(almaty) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"type": "Create"}', b'{"actor": "http://mastodon.test/users/carol"}', b'{"a":' * 1000 + b"1"],
)
async def test_what_is_no_activity_is_400(almaty: TestSchool, carol: StrangePerson, body: bytes) -> None:
    answer = await almaty.deliver_bytes(body, carol.key)

    assert answer.status_code == 400


async def test_more_than_a_mebibyte_is_413(almaty: TestSchool, carol: StrangePerson) -> None:
    activity = carol.activity("Create", carol.note(content="a" * 1_100_000))

    answer = await almaty.deliver(activity, carol.key)

    assert answer.status_code == 413


async def test_a_blocked_host_is_403_and_is_asked_for_nothing(
    almaty: TestSchool, carol: StrangePerson, mastodon: Stranger
) -> None:
    await almaty.write(peer_actions.block, None, mastodon.host)

    answer = await almaty.deliver(carol.activity("Create", carol.note()), carol.key)

    assert answer.status_code == 403
    assert mastodon.asked == []


async def test_an_actor_of_a_blocked_host_is_403_whoever_signs(
    almaty: TestSchool, network: Network, carol: StrangePerson, mastodon: Stranger
) -> None:
    other = network.stranger("relay.test").person("relay", network.next_keys())
    await almaty.write(peer_actions.block, None, mastodon.host)

    answer = await almaty.deliver(carol.activity("Create", carol.note()), other.key)

    assert answer.status_code == 403


async def test_an_activity_with_an_id_of_another_server_is_400(almaty: TestSchool, carol: StrangePerson) -> None:
    activity = carol.activity("Create", carol.note()) | {"id": "http://victim.test/activities/1"}

    answer = await almaty.deliver(activity, carol.key)

    assert answer.status_code == 400


async def test_an_activity_without_an_id_takes_effect_once(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()
    activity = carol.activity("Create", note)
    del activity["id"]

    for _ in range(2):
        assert (await almaty.deliver(activity, carol.key)).status_code == 202
    await network.drain()

    assert len(await kept(almaty)) == 1
    assert await almaty.has(note["id"]) is not None


async def test_an_unknown_activity_is_accepted_and_ignored(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    answer = await almaty.deliver(carol.activity("Listen", "http://mastodon.test/songs/1"), carol.key)
    await network.drain()

    assert answer.status_code == 202
    assert await outcomes(almaty) == ["ignored: unknown"]


async def test_the_inbox_of_nobody_is_404(almaty: TestSchool, carol: StrangePerson) -> None:
    answer = await almaty.deliver(carol.activity("Create", carol.note()), carol.key, inbox="/users/1/inbox")

    assert answer.status_code == 404


async def test_a_new_key_under_the_same_id_is_fetched_once(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mastodon: Stranger
) -> None:
    rotated = mastodon.person("carol", network.next_keys())
    mastodon.asked.clear()

    first = await almaty.deliver(rotated.activity("Create", rotated.note()), rotated.key)
    old = await almaty.deliver(carol.activity("Create", carol.note()), carol.key)

    assert (first.status_code, old.status_code) == (202, 401)
    assert set(old.json()) == {"error"}
    assert mastodon.asked == ["/users/carol"]


async def test_a_farewell_whose_key_is_gone_is_believed_if_the_actor_is_gone(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mastodon: Stranger
) -> None:
    mastodon.documents["/users/carol"] = 410
    almaty.instance.signers.clear()
    await almaty.write(_forget_keys)

    answer = await almaty.deliver(carol.activity("Delete", carol.uri), carol.key)
    await network.drain()

    assert answer.status_code == 202
    assert (await almaty.read(actors.by_uri, carol.uri)).deleted_at is not None


async def test_a_farewell_of_somebody_who_is_still_there_changes_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mastodon: Stranger
) -> None:
    other = network.stranger("relay.test").person("relay", network.next_keys())

    answer = await almaty.deliver(carol.activity("Delete", carol.uri), other.key)
    await network.drain()

    assert answer.status_code == 202
    assert (await almaty.read(actors.by_uri, carol.uri)).deleted_at is None


async def test_a_farewell_of_somebody_unknown_is_202_without_any_trace(
    almaty: TestSchool, network: Network, carol: StrangePerson, mastodon: Stranger
) -> None:
    mastodon.documents["/users/carol"] = 410

    answer = await almaty.deliver(carol.activity("Delete", carol.uri), carol.key)

    assert answer.status_code == 202
    assert await kept(almaty) == []


async def test_what_somebody_else_forwards_is_fetched_from_its_origin(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    relay = network.stranger("relay.test").person("relay", network.next_keys())
    note = carol.note(content="<p>The truth</p>")
    forged = carol.activity("Create", {**note, "content": "<p>A lie</p>"})

    answer = await almaty.deliver(forged, relay.key)
    await network.drain()

    found = await almaty.has(note["id"])
    assert answer.status_code == 202
    assert found is not None
    assert found.content == "<p>The truth</p>"


async def test_a_forged_forwarding_does_not_take_the_place_of_the_real_activity(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    relay = network.stranger("relay.test").person("relay", network.next_keys())
    note = carol.note()
    activity = carol.activity("Create", note)
    await almaty.deliver(activity | {"object": "http://mastodon.test/nothing"}, relay.key)
    await network.drain()

    await almaty.deliver(activity, carol.key)
    await network.drain()

    assert await almaty.has(note["id"]) is not None


async def test_the_text_of_an_activity_is_forgotten_and_its_id_is_not(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    activity = carol.activity("Create", carol.note())
    await almaty.deliver(activity, carol.key)
    await network.drain()
    await almaty.write(received.prune, network.clock.now + 1)

    again = await almaty.deliver(activity, carol.key)

    assert again.status_code == 202
    assert [each.json for each in await kept(almaty)] == [None]


async def _forget_keys(tx: Transaction) -> None:
    await tx.execute("DELETE FROM keys WHERE private_pem IS NULL")

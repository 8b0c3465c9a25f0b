"""Requests signed in each way that we understand, and keys in each form in which peers publish them."""

from dataclasses import replace
from typing import Any

import pytest

from fedi.activitypub.jsonld import encode
from fedi.activitypub.signatures.keys import SigningKey, load_private
from fedi.activitypub.signatures.message import Scheme
from fedi.activitypub.signatures.schemes import SIGN
from fedi.models.actors import Actor
from fedi.models.posts import Circle
from tests.activitypub.signatures.messages import by_hand
from tests.federation.conftest import kept
from tests.network import Network, TestSchool
from tests.strangers import ACTIVITY, StrangePerson, Stranger

pytestmark = pytest.mark.network(1)


@pytest.mark.parametrize("scheme", Scheme)
async def test_a_delivery_is_believed_in_either_scheme(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, scheme: Scheme
) -> None:
    note = carol.note()

    answer = await almaty.deliver(carol.activity("Create", note), carol.key, scheme=scheme)
    await network.drain()

    assert answer.status_code == 202
    assert await almaty.has(note["id"]) is not None


@pytest.mark.parametrize("scheme", Scheme)
async def test_another_key_is_refused_in_either_scheme(
    almaty: TestSchool, carol: StrangePerson, mallory: StrangePerson, scheme: Scheme
) -> None:
    forged = SigningKey(carol.key.key_id, mallory.key.private)

    answer = await almaty.deliver(carol.activity("Create", carol.note()), forged, scheme=scheme)

    assert answer.status_code == 401
    assert await kept(almaty) == []


@pytest.mark.parametrize("scheme", Scheme)
async def test_a_key_that_is_no_address_is_refused_and_nobody_is_asked_about_it(
    almaty: TestSchool, carol: StrangePerson, scheme: Scheme
) -> None:
    by_handle = SigningKey(f"acct:carol@{carol.server.host}", carol.key.private)

    answer = await almaty.deliver(carol.activity("Create", carol.note()), by_handle, scheme=scheme)

    assert answer.status_code == 401
    assert carol.server.asked == []


@pytest.mark.parametrize("scheme", Scheme)
async def test_a_fetch_is_believed_in_either_scheme(
    almaty: TestSchool, carol: StrangePerson, aigul: Actor, scheme: Scheme
) -> None:
    post = await almaty.post(aigul, f"@carol@{carol.server.host} Salem", Circle.DIRECT)

    assert (await almaty.get(post.uri, signer=carol.key, scheme=scheme)).status_code == 200
    assert (await almaty.get(post.uri)).status_code == 404


async def signed_with_ed25519(almaty: TestSchool, person: StrangePerson, **changes: Any) -> int:
    """The status of a delivery that is signed with the Ed25519 key of a person."""
    body, created = (
        encode(person.activity("Like", "http://almaty.test/posts/1")).encode(),
        almaty.network.clock() // 1000,
    )
    signed = by_hand(
        body=body,
        headers=[("host", almaty.host), ("content-type", ACTIVITY)],
        values=[("@target-uri", f"{almaty.base}/inbox")],
        key=load_private(person.keys.ed25519),
        parameters=changes.get("parameters", f'created={created};keyid="{person.proof_key.key_id}";alg="ed25519"'),
    )
    answer = await almaty.network.browser.post(f"{almaty.base}/inbox", content=body, headers=dict(signed.headers))
    return answer.status_code


async def test_a_delivery_signed_with_ed25519_is_believed(almaty: TestSchool, carol: StrangePerson) -> None:
    assert await signed_with_ed25519(almaty, carol) == 202
    assert [each.hint for each in await kept(almaty)] == [False]


async def test_both_keys_of_an_actor_are_learned_at_once(
    almaty: TestSchool, carol: StrangePerson, mastodon: Stranger
) -> None:
    await signed_with_ed25519(almaty, carol)
    await almaty.deliver(carol.activity("Like", "http://almaty.test/posts/2"), carol.key)

    assert mastodon.asked == ["/users/carol"]


async def test_a_signature_of_another_algorithm_than_the_key_is_401(almaty: TestSchool, carol: StrangePerson) -> None:
    created = almaty.network.clock() // 1000

    refused = f'created={created};keyid="{carol.key.key_id}";alg="ed25519"'

    assert await signed_with_ed25519(almaty, carol, parameters=refused) == 401


# How keys are published


@pytest.fixture
def person(network: Network, mastodon: Stranger) -> StrangePerson:
    return mastodon.person("erin", network.next_keys())


async def knocks(almaty: TestSchool, person: StrangePerson, key_id: str) -> int:
    """The status of a delivery with the key under this id."""
    answer = await almaty.deliver(
        person.activity("Like", "http://almaty.test/posts/1"), replace(person.key, key_id=key_id)
    )
    return answer.status_code


async def test_an_actor_may_publish_several_keys(
    almaty: TestSchool, person: StrangePerson, mallory: StrangePerson
) -> None:
    document = person.document()
    other = {**mallory.document()["publicKey"], "id": f"{person.uri}#old", "owner": person.uri}
    person.server.documents["/users/erin"] = {**document, "publicKey": [other, document["publicKey"]]}

    assert await knocks(almaty, person, f"{person.uri}#main-key") == 202
    assert await knocks(almaty, person, f"{person.uri}#old") == 401
    assert await knocks(almaty, person, f"{person.uri}#none") == 401


@pytest.mark.parametrize("path", ["/users/erin/main-key", "/keys/7"])
async def test_a_key_may_be_a_document_of_its_own(almaty: TestSchool, person: StrangePerson, path: str) -> None:
    key = {**person.document()["publicKey"], "id": f"{person.server.base}{path}"}
    person.server.documents[path] = {"@context": "https://w3id.org/security/v1", **key}
    person.server.documents["/users/erin"] = {**person.document(), "publicKey": key}

    assert await knocks(almaty, person, key["id"]) == 202


async def test_an_actor_may_only_refer_to_a_key(almaty: TestSchool, person: StrangePerson) -> None:
    key = {**person.document()["publicKey"], "id": f"{person.server.base}/keys/7"}
    person.server.documents["/keys/7"] = {"@context": "https://w3id.org/security/v1", **key}
    person.server.documents["/users/erin"] = {**person.document(), "publicKey": key["id"]}

    assert await knocks(almaty, person, key["id"]) == 202


async def test_a_key_that_names_an_owner_who_does_not_name_it_is_refused(
    almaty: TestSchool, person: StrangePerson, mallory: StrangePerson
) -> None:
    key = {**mallory.document()["publicKey"], "id": f"{person.server.base}/keys/7", "owner": person.uri}
    person.server.documents["/keys/7"] = key

    forged = SigningKey(key["id"], mallory.key.private)
    answer = await almaty.deliver(person.activity("Like", "http://almaty.test/posts/1"), forged)

    assert answer.status_code == 401


async def test_a_key_of_another_server_is_not_the_actors(
    almaty: TestSchool, person: StrangePerson, mallory: StrangePerson
) -> None:
    """Erin's document lists a key at Mallory's server: whoever may write there could sign for her."""
    listed = {**mallory.document()["publicKey"], "owner": person.uri}
    person.server.documents["/users/erin"] = {**person.document(), "publicKey": listed}
    mallory.server.documents["/users/mallory"] = {**listed, "@context": "https://w3id.org/security/v1"}

    answer = await almaty.deliver(person.activity("Like", "http://almaty.test/posts/1"), mallory.key)

    assert answer.status_code == 401


@pytest.mark.parametrize("change", [{"controller": "http://evil.test/users/mallory"}, {"id": "http://evil.test/key"}])
async def test_a_multikey_of_somebody_else_is_not_the_actors(
    almaty: TestSchool, person: StrangePerson, change: dict[str, str]
) -> None:
    person.server.documents["/users/erin"] = {**person.document(), "assertionMethod": [{**person.multikey(), **change}]}

    assert await signed_with_ed25519(almaty, person) == 401


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("fault", ["digest", "time"])
async def test_nobody_is_asked_for_a_key_that_could_not_make_the_request_good(
    almaty: TestSchool, network: Network, carol: StrangePerson, scheme: Scheme, fault: str
) -> None:
    body = encode(carol.activity("Create", carol.note())).encode()
    at = network.clock() - (2 * 3_600_000 if fault == "time" else 0)
    url = f"{almaty.base}/inbox"
    headers = SIGN[scheme](carol.key, "POST", url, {"Content-Type": ACTIVITY}, body, at)

    sent = body if fault == "time" else body + b" "
    answer = await network.browser.post(url, content=sent, headers=headers)

    assert answer.status_code == 401
    assert carol.server.asked == []


async def test_whose_key_cannot_be_had_just_now_is_asked_to_come_again(
    almaty: TestSchool, network: Network, carol: StrangePerson, mastodon: Stranger
) -> None:
    document = mastodon.documents["/users/carol"]
    mastodon.documents["/users/carol"] = 502

    first = await almaty.deliver(carol.activity("Like", "http://almaty.test/posts/1"), carol.key)
    second = await almaty.deliver(carol.activity("Like", "http://almaty.test/posts/1"), carol.key)

    assert (first.status_code, second.status_code) == (503, 503)
    assert "retry-after" in first.headers
    assert mastodon.asked == ["/users/carol"]

    mastodon.documents["/users/carol"] = document
    network.clock.advance(minutes=6)
    answer = await almaty.deliver(carol.activity("Like", "http://almaty.test/posts/1"), carol.key)
    assert answer.status_code == 202

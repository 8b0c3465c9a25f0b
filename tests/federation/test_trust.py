"""Nobody speaks for people of another server (FEP-fe34)."""

import pytest

from fedi.models.actors import Actor
from fedi.models.posts import Circle
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger

pytestmark = pytest.mark.network(1)


@pytest.fixture
async def read_by_aigul(almaty: TestSchool, aigul: Actor, mallory: StrangePerson, network: Network) -> StrangePerson:
    """Mallory is followed, so that whatever she says would be of interest."""
    from fedi.outbound import resolver

    await almaty.follow(aigul, await resolver.actor(almaty.instance, network.wire, mallory.uri))
    return mallory


async def deliver(almaty: TestSchool, network: Network, sender: StrangePerson, activity: dict[str, object]) -> None:
    answer = await almaty.deliver(activity, sender.key)
    assert answer.status_code == 202
    await network.drain()


async def test_a_post_with_an_id_of_another_server_is_not_believed(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, carol: StrangePerson
) -> None:
    mallory = read_by_aigul
    stolen = mallory.note() | {"id": f"{carol.server.base}/notes/99"}

    await deliver(almaty, network, mallory, mallory.activity("Create", stolen))

    assert await almaty.has(stolen["id"]) is None


async def test_a_post_attributed_to_somebody_of_another_server_is_refused(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, carol: StrangePerson
) -> None:
    mallory = read_by_aigul
    forged = mallory.note(attributedTo=carol.uri)

    await deliver(almaty, network, mallory, mallory.activity("Create", forged))

    assert await almaty.has(forged["id"]) is None


async def test_a_post_of_another_server_is_taken_from_there_not_as_it_was_carried(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, carol: StrangePerson
) -> None:
    mallory, real = read_by_aigul, carol.note(content="<p>What I said</p>")
    carried = {**real, "content": "<p>What I never said</p>"}

    await deliver(almaty, network, mallory, mallory.activity("Create", carried))

    found = await almaty.has(real["id"])
    assert found is not None
    assert found.content == "<p>What I said</p>"


async def test_a_document_that_names_another_id_is_not_believed(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, carol: StrangePerson
) -> None:
    mallory = read_by_aigul
    mallory.server.documents["/trap"] = carol.note(content="<p>A lie</p>")
    carol.server.documents.clear()

    await deliver(almaty, network, mallory, mallory.activity("Announce", f"{mallory.server.base}/trap"))

    assert await almaty.has(f"{carol.server.base}/notes/1") is None
    assert await almaty.has(f"{mallory.server.base}/trap") is None


async def test_an_actor_whose_key_belongs_to_somebody_else_is_not_believed(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mallory: StrangePerson
) -> None:
    """Mallory's key, published by Mallory's server, says that Carol owns it."""
    document = mallory.document()
    document["publicKey"]["owner"] = carol.uri
    mallory.server.documents["/users/mallory"] = document

    answer = await almaty.deliver(carol.activity("Create", carol.note()), mallory.key)

    assert answer.status_code == 401


async def test_a_page_on_another_server_is_not_linked(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note(url="http://look-alike.test/notes/1")

    await deliver(almaty, network, carol, carol.activity("Create", note))

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.url == note["id"]


async def test_a_file_that_was_uploaded_is_no_document(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, carol: StrangePerson, mastodon: Stranger
) -> None:
    mastodon.content_type = "application/json"
    note = carol.note()

    await deliver(almaty, network, read_by_aigul, read_by_aigul.activity("Announce", note["id"]))

    assert await almaty.has(note["id"]) is None


@pytest.mark.parametrize("kind", ["Update", "Delete"])
async def test_a_stranger_neither_edits_nor_deletes(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, carol: StrangePerson, kind: str
) -> None:
    mallory, note = read_by_aigul, carol.note()
    await deliver(almaty, network, carol, carol.activity("Create", note))
    edited = {**note, "content": "<p>Mine now</p>", "updated": "2026-09-02T10:00:00Z"}

    await deliver(almaty, network, mallory, mallory.activity(kind, edited))

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.content == "<p>Hello</p>"


@pytest.mark.parametrize("kind", ["Update", "Delete"])
async def test_a_neighbour_on_the_same_server_neither_edits_nor_deletes(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mastodon: Stranger, kind: str
) -> None:
    neighbour = mastodon.person("dave", network.next_keys())
    note = carol.note()
    await deliver(almaty, network, carol, carol.activity("Create", note))
    edited = {**note, "content": "<p>Mine now</p>", "updated": "2026-09-02T10:00:00Z"}

    await deliver(almaty, network, neighbour, neighbour.activity(kind, edited))

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.content == "<p>Hello</p>"


async def test_nobody_takes_back_what_somebody_else_did(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, carol: StrangePerson, aigul: Actor
) -> None:
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    like = carol.activity("Like", post.uri)
    await deliver(almaty, network, carol, like)

    await deliver(almaty, network, read_by_aigul, read_by_aigul.activity("Undo", like))

    found = await almaty.has(post.uri)
    assert found is not None
    assert found.likes_count == 1


async def test_nobody_answers_a_follow_for_somebody_else(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, carol: StrangePerson, aigul: Actor
) -> None:
    request = network.wire.sent("Follow")[0].activity

    await deliver(almaty, network, read_by_aigul, read_by_aigul.activity("Accept", request))

    assert (await outcomes(almaty))[-1] == "ignored: there is no such follow of the sender"


async def test_what_is_addressed_to_nobody_here_is_not_kept(
    almaty: TestSchool, network: Network, mallory: StrangePerson
) -> None:
    note = mallory.note()

    await deliver(almaty, network, mallory, mallory.activity("Create", note))

    assert await almaty.has(note["id"]) is None
    assert (await outcomes(almaty))[-1] == (
        "ignored: nobody here follows its author, and it is addressed to nobody here"
    )


async def test_a_post_by_one_of_ours_comes_only_from_us(
    almaty: TestSchool, network: Network, read_by_aigul: StrangePerson, aigul: Actor
) -> None:
    forged = read_by_aigul.note(attributedTo=aigul.uri) | {"id": f"{almaty.base}/posts/1"}

    await deliver(almaty, network, read_by_aigul, read_by_aigul.activity("Create", forged))

    assert await almaty.has(forged["id"]) is None

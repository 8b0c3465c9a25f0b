"""A school that gives documents only to servers that say who they are."""

import pytest

from fedi.actions import peers as peer_actions
from fedi.activitypub.signatures.message import Scheme
from fedi.federation import ROUTES
from fedi.models.actors import Actor
from fedi.models.posts import Circle
from fedi.paths import ID
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger

pytestmark = pytest.mark.network(2, first={"authorized_fetch": True})

DISCOVERY = ("/.well-known/", "/nodeinfo/")


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
async def aigul(almaty: TestSchool) -> Actor:
    return await almaty.teacher()


@pytest.fixture
def carol(network: Network) -> StrangePerson:
    return network.stranger().person("carol", network.next_keys())


def guarded_paths(aigul: Actor, post_uri: str) -> list[str]:
    """Every address of a document, as the routes have it, with an actor and a post in it."""
    numbers = {"users": aigul.uri.rpartition("/")[2], "posts": post_uri.rpartition("/")[2]}
    paths = [route.path for route in ROUTES if "GET" in (route.methods or ()) and route.path != "/actor"]
    found = [path for path in paths if not path.startswith(DISCOVERY)]
    spelt = [path.replace(ID, numbers.get(path.split("/")[1], "1")) for path in found]
    return [
        *spelt,
        f"/users/{numbers['users']}",
        "/@aigul",
        "/users/aigul",
        f"/users/aigul/statuses/{numbers['posts']}",
        f"/posts/{numbers['posts']}",
        f"/@aigul/{numbers['posts']}",
    ]


async def test_no_document_is_given_to_who_does_not_sign(almaty: TestSchool, aigul: Actor) -> None:
    post = await almaty.post(aigul)
    paths = guarded_paths(aigul, post.uri)

    answers = {path: (await almaty.get(path)).status_code for path in paths}

    assert len(paths) > 15
    assert answers == dict.fromkeys(paths, 401)


@pytest.mark.parametrize("scheme", Scheme)
async def test_a_document_is_given_to_who_signs_and_kept_by_nobody_on_the_way(
    almaty: TestSchool, aigul: Actor, carol: StrangePerson, scheme: Scheme
) -> None:
    post = await almaty.post(aigul)

    for address in (aigul.uri, post.uri, f"{aigul.outbox}?page=true"):
        answer = await almaty.get(address, signer=carol.key, scheme=scheme)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
        assert "Signature" in answer.headers["vary"]


async def test_a_blocked_server_gets_403_for_what_is_there_and_for_what_is_not(
    almaty: TestSchool, aigul: Actor, carol: StrangePerson
) -> None:
    post = await almaty.post(aigul)
    await almaty.write(peer_actions.block, None, carol.server.host)

    there, absent = [await almaty.get(path, signer=carol.key) for path in (post.uri, "/posts/1")]

    assert (there.status_code, absent.status_code) == (403, 403)
    assert there.text == absent.text
    assert carol.server.asked == []


async def test_another_key_is_401(almaty: TestSchool, aigul: Actor, carol: StrangePerson, network: Network) -> None:
    mallory = network.stranger("evil.test").person("mallory", network.next_keys())

    assert (
        await almaty.get(aigul.uri, signer=type(carol.key)(carol.key.key_id, mallory.key.private))
    ).status_code == 401


async def test_the_school_itself_and_discovery_need_no_signature(almaty: TestSchool, aigul: Actor) -> None:
    assert (await almaty.get("/actor")).json()["publicKey"]["publicKeyPem"]
    for path in ("/.well-known/webfinger?resource=acct:aigul@almaty.test", "/.well-known/nodeinfo", "/nodeinfo/2.1"):
        assert (await almaty.get(path, accept="*/*")).status_code == 200


async def test_people_read_the_pages_as_before(almaty: TestSchool, aigul: Actor) -> None:
    post = await almaty.post(aigul)

    for address in (aigul.url, post.url):
        assert (await almaty.get(address, accept="text/html")).status_code == 200


async def test_a_school_that_does_not_want_it_gives_to_everybody(network: Network) -> None:
    kostanay = network["kostanay"]
    bolat = await kostanay.teacher("bolat")

    assert (await kostanay.get(bolat.uri)).status_code == 200


@pytest.mark.network(2, authorized_fetch=True)
async def test_two_strict_schools_find_each_other(network: Network, almaty: TestSchool, aigul: Actor) -> None:
    kostanay = network["kostanay"]
    bolat = await kostanay.teacher("bolat")

    await kostanay.follow(bolat, aigul)
    note = await almaty.post(aigul, circle=Circle.FOLLOWERS)
    await network.drain()

    assert await kostanay.has(note.uri) is not None


async def test_a_strict_server_of_others_is_read(network: Network, almaty: TestSchool, carol: StrangePerson) -> None:
    stranger: Stranger = carol.server
    stranger.understands = Scheme.CAVAGE

    assert (await almaty.knows(carol)).uri == carol.uri  # type: ignore[arg-type]

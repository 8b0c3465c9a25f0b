"""Followers compared across servers, and repaired (FEP-8fcf): between schools, and with hostile strangers."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fedi.activitypub import synchronization
from fedi.activitypub.signatures.message import Scheme
from fedi.activitypub.synchronization import HEADER, Synchronization
from fedi.models.actors import Actor
from fedi.models.follows import Follow, FollowState
from fedi.models.posts import Circle
from fedi.store import actors, follows
from fedi.store.database import Transaction
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

ZEROS = "0" * 64


async def forget(school: TestSchool, follow: Follow) -> None:
    """This school loses a follow, as a database that was put back to yesterday would."""

    async def unit(tx: Transaction) -> None:
        await follows.delete(tx, follow.id)

    await school.write(unit)


async def pair(network: Network) -> tuple[TestSchool, TestSchool, Actor, Actor, Actor, Actor]:
    """bolat and dana of one school follow aigul of another: both schools, and aigul as she is known at theirs."""
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul = await almaty.teacher()
    bolat, dana = await kostanay.teacher("bolat"), await kostanay.teacher("dana")
    for each in (bolat, dana):
        await kostanay.follow(each, aigul)
    return almaty, kostanay, aigul, await kostanay.read(actors.by_uri, aigul.uri), bolat, dana


async def publish(network: Network, school: TestSchool, author: Actor, circle: Circle = Circle.FOLLOWERS) -> None:
    await school.post(author, "For you", circle)
    await network.drain()


async def between(school: TestSchool, one: Actor, other: Actor) -> Follow | None:
    found: Follow | None = await school.read(follows.between, one.id, other.id)
    return found


async def test_the_header_goes_with_posts_for_followers_only_and_says_who_follows_there(network: Network) -> None:
    almaty, _, aigul, _, bolat, dana = await pair(network)

    for circle in (Circle.PUBLIC, Circle.NETWORK, Circle.FOLLOWERS):
        await publish(network, almaty, aigul, circle)

    *others, last = network.wire.sent("Create")
    said = synchronization.parse(last.headers[HEADER])
    url = f"{aigul.uri}/followers_synchronization"
    assert said == Synchronization(f"{aigul.uri}/followers", url, synchronization.digest([bolat.uri, dana.uri]))
    assert [each.headers for each in others] == [{}, {}]
    assert [each.url for each in network.wire.crossed if each.url == url] == []


async def test_whom_the_author_s_server_does_not_list_follows_no_more(network: Network) -> None:
    almaty, kostanay, aigul, aigul_there, bolat, dana = await pair(network)
    lost = await between(almaty, await almaty.read(actors.by_uri, bolat.uri), aigul)
    assert lost is not None
    await forget(almaty, lost)

    await publish(network, almaty, aigul)

    assert await between(kostanay, bolat, aigul_there) is None
    assert await between(kostanay, dana, aigul_there) is not None
    assert (await kostanay.read(actors.by_id, aigul_there.id)).followers_count == 1


async def test_who_follows_there_but_not_here_takes_it_back(network: Network) -> None:
    almaty, kostanay, aigul, aigul_there, bolat, dana = await pair(network)
    lost = await between(kostanay, bolat, aigul_there)
    assert lost is not None
    await forget(kostanay, lost)

    await publish(network, almaty, aigul)

    assert network.wire.sent("Undo")[-1].activity["object"]["actor"] == bolat.uri
    assert await between(almaty, await almaty.read(actors.by_uri, bolat.uri), aigul) is None
    assert await between(almaty, await almaty.read(actors.by_uri, dana.uri), aigul) is not None


async def test_a_follow_whose_accept_was_lost_is_let_in(network: Network) -> None:
    almaty, kostanay, aigul, aigul_there, bolat, _ = await pair(network)
    waiting = await between(kostanay, bolat, aigul_there)
    assert waiting is not None
    await kostanay.write(follows.set_state, waiting.id, FollowState.PENDING)

    await publish(network, almaty, aigul)

    found = await between(kostanay, bolat, aigul_there)
    assert found is not None
    assert found.state is FollowState.ACCEPTED


async def test_the_list_is_for_servers_that_sign_and_holds_their_people_only(network: Network) -> None:
    almaty, kostanay, aigul, _, bolat, dana = await pair(network)
    shymkent = network["shymkent"]
    path = f"/users/{aigul.id}/followers_synchronization"

    unsigned = await almaty.get(path)
    theirs = await almaty.get(path, signer=kostanay.instance.school_key)
    others = await almaty.get(path, signer=shymkent.instance.school_key)

    assert unsigned.status_code == 401
    assert theirs.json()["orderedItems"] == [bolat.uri, dana.uri]
    assert others.json()["orderedItems"] == []
    assert theirs.headers["cache-control"] == "private, no-store"
    missing = await almaty.get("/users/1/followers_synchronization", signer=kostanay.instance.school_key)
    assert missing.status_code == 404


# --- strangers --------------------------------------------------------------------------------------


async def told(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    said: Synchronization,
    *,
    signed: bool = True,
    scheme: Scheme = Scheme.CAVAGE,
) -> None:
    """Carol sends a post for her followers with this header."""
    note = carol.note(to=[f"{carol.uri}/followers"], cc=[])
    extra = {HEADER: synchronization.header(said)}
    create = carol.activity("Create", note)
    given = (extra, None) if signed else (None, extra)
    await almaty.deliver(create, carol.key, scheme=scheme, signed=given[0], unsigned=given[1])
    await network.drain()


@pytest.fixture
def said(carol: StrangePerson) -> Synchronization:
    """What carol's server says: nobody of almaty follows her; and its list."""
    url = f"{carol.uri}/sync"
    carol.server.documents["/users/carol/sync"] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": url,
        "type": "OrderedCollection",
        "orderedItems": [],
    }
    return Synchronization(f"{carol.uri}/followers", url, ZEROS)


@pytest.mark.network(1)
@pytest.mark.parametrize("scheme", list(Scheme))
async def test_a_stranger_s_list_ends_a_follow_that_her_server_has_lost(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, said: Synchronization, scheme: Scheme
) -> None:
    await told(almaty, network, carol, said, scheme=scheme)

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert await between(almaty, aigul, theirs) is None


CHANGES: dict[str, Callable[[Synchronization], Synchronization]] = {
    "another's followers": lambda said: replace(said, collection="http://mastodon.test/users/dave/followers"),
    "a list elsewhere": lambda said: replace(said, url="http://evil.test/sync"),
    "a list at our place": lambda said: replace(said, url="http://almaty.test/users/1/followers"),
    "no such list": lambda said: replace(said, url=f"{said.url}/missing"),
}


@pytest.mark.network(1)
@pytest.mark.parametrize("change", CHANGES)
async def test_a_header_about_others_or_without_a_list_changes_nothing(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    mallory: StrangePerson,
    aigul: Actor,
    said: Synchronization,
    change: str,
) -> None:
    mallory.server.documents["/sync"] = {"id": "http://evil.test/sync", "type": "OrderedCollection", "orderedItems": []}

    await told(almaty, network, carol, CHANGES[change](said))

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert await between(almaty, aigul, theirs) is not None
    assert mallory.server.asked == []


@pytest.mark.network(1)
async def test_a_header_that_is_not_signed_is_not_believed(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, said: Synchronization
) -> None:
    await told(almaty, network, carol, said, signed=False)

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert await between(almaty, aigul, theirs) is not None
    assert "/users/carol/sync" not in carol.server.asked


@pytest.mark.network(1)
async def test_a_list_without_an_end_changes_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, said: Synchronization
) -> None:
    endless = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollectionPage", "orderedItems": []}
    carol.server.documents["/users/carol/sync"] = {
        **endless,
        "id": said.url,
        "type": "OrderedCollection",
        "first": f"{said.url}/1",
    }
    for number in range(1, 40):
        page = {**endless, "id": f"{said.url}/{number}", "next": f"{said.url}/{number + 1}"}
        carol.server.documents[f"/users/carol/sync/{number}"] = page

    await told(almaty, network, carol, said)

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert await between(almaty, aigul, theirs) is not None
    assert len([path for path in carol.server.asked if "sync" in path]) <= 12


@pytest.mark.network(1)
async def test_a_server_that_is_always_wrong_is_asked_now_and_then_only(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, said: Synchronization
) -> None:
    carol.server.documents["/users/carol/sync"] = 500
    for number in range(5):
        note = carol.note(f"/notes/{number}", to=[f"{carol.uri}/followers"], cc=[])
        create = carol.activity("Create", note, f"/creates/{number}")
        await almaty.deliver(create, carol.key, signed={HEADER: synchronization.header(said)})
        await network.drain()

    assert carol.server.asked.count("/users/carol/sync") == 1


@pytest.mark.network(1)
async def test_people_who_are_not_there_are_listed_in_vain(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, said: Synchronization
) -> None:
    carol.server.documents["/users/carol/sync"]["orderedItems"] = [  # type: ignore[index]
        aigul.uri,
        "http://almaty.test/users/999",
        "http://elsewhere.test/users/1",
        {"type": "Person"},
        7,
    ]
    before = len(network.wire.sent("Undo"))

    await told(almaty, network, carol, replace(said, digest="1" * 64))

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert await between(almaty, aigul, theirs) is not None
    assert len(network.wire.sent("Undo")) == before

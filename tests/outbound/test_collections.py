"""Collections of other servers: every shape they come in, and an end to each."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from fedi.actions import peers
from fedi.activitypub.jsonld import Json
from fedi.errors import Forbidden, Malformed
from fedi.outbound import collections
from fedi.outbound.collections import Bounds, Reading
from fedi.outbound.failures import FetchFailed
from tests.network import Network
from tests.strangers import Stranger

pytestmark = pytest.mark.network(1)

NOTES = [f"http://mastodon.test/notes/{number}" for number in range(1, 6)]


async def read(network: Network, path: str = "/outbox", **bounds: int) -> Reading:
    school = network["almaty"].instance
    return await collections.read(school, network.wire, f"http://mastodon.test{path}", Bounds(**bounds))


def collection(path: str = "/outbox", type_: str = "OrderedCollection", **properties: object) -> Json:
    return {"id": f"http://mastodon.test{path}", "type": type_, **properties}


def page(path: str, *items: object, **properties: object) -> Json:
    return collection(path, "OrderedCollectionPage", partOf="http://mastodon.test/outbox", items=[*items], **properties)


async def test_pages_are_read_one_after_the_other(network: Network, mastodon: Stranger) -> None:
    """As Mastodon does it: the items of an outbox stand behind two addresses."""
    mastodon.documents |= {
        "/outbox": collection(totalItems=40, first="http://mastodon.test/outbox?page=true"),
        "/outbox?page=true": page("/outbox?page=true", *NOTES[:2], next="http://mastodon.test/outbox?max_id=2"),
        "/outbox?max_id=2": page("/outbox?max_id=2", *NOTES[2:]),
    }

    found = await read(network)

    assert found.uris == tuple(NOTES)
    assert (found.total, found.complete) == (40, True)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"orderedItems": NOTES}, NOTES),
        ({"type": "Collection", "items": NOTES}, NOTES),
        ({"items": NOTES[0]}, NOTES[:1]),
        ({"items": [{"type": "Link", "href": NOTES[0]}]}, NOTES[:1]),
        ({"first": {"type": "CollectionPage", "items": NOTES}}, NOTES),
        ({"first": {"type": "CollectionPage", "items": [], "next": "http://mastodon.test/page"}}, NOTES[4:]),
        ({"first": {"type": "CollectionPage", "id": "http://mastodon.test/page"}}, NOTES[4:]),
        ({"items": NOTES[:1], "first": "http://mastodon.test/page"}, [NOTES[0], NOTES[4]]),
        ({"items": [*NOTES[:1] * 3, None, 7, "not an address", {}]}, NOTES[:1]),
        ({}, []),
        ({"items": {}, "first": []}, []),
    ],
)
async def test_every_known_shape_is_understood(
    network: Network, mastodon: Stranger, shape: Json, expected: list[str]
) -> None:
    mastodon.documents |= {"/outbox": collection() | shape, "/page": page("/page", NOTES[4])}

    found = await read(network)

    assert list(found.uris) == expected
    assert found.complete


async def test_a_collection_that_stands_in_a_post_is_read_on(network: Network, mastodon: Stranger) -> None:
    mastodon.documents["/replies?page=2"] = page("/replies?page=2", NOTES[1])
    first = {"type": "CollectionPage", "items": [NOTES[0]], "next": "http://mastodon.test/replies?page=2"}

    found = await collections.read_within(
        network["almaty"].instance, network.wire, collection("/replies", first=first), "http://mastodon.test/notes/9"
    )

    assert found.uris == tuple(NOTES[:2])


async def test_a_collection_that_is_only_named_is_fetched(network: Network, mastodon: Stranger) -> None:
    mastodon.documents["/replies"] = collection("/replies", items=NOTES)

    found = await collections.read_within(
        network["almaty"].instance,
        network.wire,
        {"id": "http://mastodon.test/replies", "type": "Collection", "totalItems": 5},
        "http://mastodon.test/notes/9",
    )

    assert len(found.uris) == 5


async def test_documents_are_believed_only_on_their_own_origin(network: Network, mastodon: Stranger) -> None:
    own, foreign = {"id": NOTES[0], "type": "Note"}, {"id": "http://victim.test/1", "type": "Note"}
    mastodon.documents["/outbox"] = collection(items=[own, foreign, {"type": "Create"}])

    found = await read(network)

    assert [(item.uri, item.document) for item in found.items] == [
        (own["id"], own),
        (foreign["id"], None),
        (None, {"type": "Create"}),
    ]


@pytest.mark.parametrize("id_", ["http://mastodon.test/other", "http://victim.test/outbox", None])
async def test_nothing_is_believed_in_what_is_not_found_under_its_own_id(
    network: Network, mastodon: Stranger, id_: str | None
) -> None:
    """A file somebody uploaded may be a collection too."""
    mastodon.documents["/outbox"] = {**collection(items=[{"id": NOTES[0], "type": "Note"}]), "id": id_}

    found = await read(network)

    assert [(item.uri, item.document) for item in found.items] == [(NOTES[0], None)]


async def test_an_endless_collection_ends(network: Network, mastodon: Stranger) -> None:
    def made_up(request: Request) -> Json:
        number = int(request.query_params.get("page", "0"))
        items = [f"http://mastodon.test/notes/{number}-{each}" for each in range(10)]
        return page(f"/outbox?page={number}", *items, next=f"http://mastodon.test/outbox?page={number + 1}")

    mastodon.documents["/outbox"] = made_up

    by_pages = await read(network, pages=3, items=1000)
    asked = len(mastodon.asked)
    by_items = await read(network, items=25)
    by_requests = await read(network, requests=2, items=1000)
    by_bytes = await read(network, bytes=400, items=1000)

    assert (len(by_pages.items), asked, by_pages.complete) == (30, 3, False)
    assert (len(by_items.items), by_items.complete) == (25, False)
    assert len(by_requests.items) == 20
    assert len(by_bytes.items) == 10


@pytest.mark.parametrize("next_", ["/outbox", "/outbox#again", "/second"])
async def test_pages_that_lead_in_circles_are_read_once(network: Network, mastodon: Stranger, next_: str) -> None:
    mastodon.documents |= {
        "/outbox": page("/outbox", NOTES[0], next=f"http://mastodon.test{next_}"),
        "/second": page("/second", NOTES[1], next="http://mastodon.test/outbox"),
    }

    found = await read(network)

    assert len(mastodon.asked) <= 2
    assert not found.complete
    assert found.uris[0] == NOTES[0]


async def test_pages_within_pages_end(network: Network, mastodon: Stranger) -> None:
    nested = page("/last", NOTES[4])
    for number in range(40):
        nested = page(f"/{number}", f"http://mastodon.test/notes/n{number}", next=nested)
    mastodon.documents["/outbox"] = collection(first=nested)

    assert len((await read(network)).items) < 11


async def test_a_page_on_another_server_is_not_asked_for(network: Network, mastodon: Stranger) -> None:
    other = network.stranger("victim.test")
    mastodon.documents["/outbox"] = collection(items=NOTES[:1], first="http://victim.test/page")

    found = await read(network)

    assert (found.uris, found.complete, other.asked) == (tuple(NOTES[:1]), False, [])


async def test_a_page_that_fails_ends_the_reading_and_keeps_what_was_read(network: Network, mastodon: Stranger) -> None:
    mastodon.documents["/outbox"] = collection(items=NOTES[:1], first="http://mastodon.test/gone")

    found = await read(network)

    assert (found.uris, found.complete) == (tuple(NOTES[:1]), False)


async def test_what_is_no_collection_or_not_to_be_had_is_an_error(network: Network, mastodon: Stranger) -> None:
    mastodon.documents["/note"] = collection("/note", "Note")

    with pytest.raises(Malformed):
        await read(network, "/note")
    with pytest.raises(FetchFailed):
        await read(network, "/nothing")


async def test_a_blocked_server_is_not_asked(network: Network, mastodon: Stranger) -> None:
    mastodon.documents["/outbox"] = collection(items=NOTES)
    await network["almaty"].write(peers.block, None, "mastodon.test")

    with pytest.raises(Forbidden):
        await read(network)

    assert mastodon.asked == []


async def test_our_own_collections_are_not_fetched(network: Network) -> None:
    school = network["almaty"]

    with pytest.raises(FetchFailed):
        await collections.read(school.instance, network.wire, f"{school.base}/actor/outbox")

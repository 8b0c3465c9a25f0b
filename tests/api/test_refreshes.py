"""Threads that are being read from other servers (behaviour 9.17)."""

from typing import Any

import pytest

from fedi.models.posts import Circle
from fedi.outbound import resolver
from tests.api.conftest import Clients
from tests.api.specification import problems
from tests.strangers import Stranger

HEADER = "Mastodon-Async-Refresh"
REFRESHES = "/api/v1_alpha/async_refreshes"
BASE = "http://mastodon.test"


@pytest.fixture
def elsewhere(clients: Clients) -> Stranger:
    return clients.network.stranger()


async def test_a_context_says_that_more_is_being_fetched_and_then_how_much_has_come(
    clients: Clients, elsewhere: Stranger
) -> None:
    carol = elsewhere.person("carol", clients.network.next_keys())
    root = carol.note("/notes/1")
    two = carol.note("/notes/2", inReplyTo=root["id"])
    page = {"type": "CollectionPage", "partOf": f"{BASE}/replies", "items": [two["id"]]}
    carol.note("/notes/1", replies={"id": f"{BASE}/replies", "type": "Collection", "first": page})
    post = await resolver.post(clients.school.instance, clients.network.wire, str(root["id"]))
    assert post is not None
    path = f"/api/v1/statuses/{post.id}/context"

    of_stranger = await clients.stranger.get(path)
    first = await clients.aigul.get(path)
    running = await clients.aigul.get(f"{REFRESHES}/{post.id}")
    await clients.network.drain()
    finished = await clients.aigul.get(f"{REFRESHES}/{post.id}")
    second = await clients.aigul.get(path)

    assert HEADER not in of_stranger.headers
    assert first.headers[HEADER] == f'id="{post.id}", retry=3, result_count=0'
    assert first.json()["descendants"] == []
    assert HEADER in first.headers["access-control-expose-headers"]
    assert running.json() == {"async_refresh": {"id": str(post.id), "status": "running", "result_count": 0}}
    assert finished.json() == {"async_refresh": {"id": str(post.id), "status": "finished", "result_count": 1}}
    assert problems("AsyncRefresh", finished.json()["async_refresh"]) == []
    assert [each["uri"] for each in second.json()["descendants"]] == [two["id"]]
    assert HEADER not in second.headers


async def test_the_counts_of_a_poll_elsewhere_are_asked_for_by_whoever_looks_at_it(
    clients: Clients, elsewhere: Stranger
) -> None:
    carol = elsewhere.person("carol", clients.network.next_keys())

    def question(votes: int) -> dict[str, Any]:
        choices = [
            {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}} for name in "ab"
        ]
        return carol.note("/polls/1", type="Question", oneOf=choices, votersCount=votes * 2)

    found = await resolver.post(clients.school.instance, clients.network.wire, str(question(1)["id"]))
    assert found is not None
    question(4)
    path = f"/api/v1/polls/{found.id}"

    counts = []
    for client in (clients.stranger, clients.aigul, clients.aigul):
        counts.append((await client.get(path)).json()["votes_count"])
        await clients.network.drain()

    assert counts == [2, 2, 8]


async def test_a_thread_of_our_own_is_fetched_from_nobody_and_a_hidden_one_tells_nothing(clients: Clients) -> None:
    shown = await clients.school.post(clients.bolat.me, "Salem", Circle.PUBLIC)
    hidden = await clients.school.post(clients.bolat.me, "Salem", Circle.DIRECT)

    context = await clients.aigul.get(f"/api/v1/statuses/{shown.id}/context")
    answers = [await clients.aigul.get(f"{REFRESHES}/{each}") for each in (shown.id, hidden.id, "1", "x")]

    assert HEADER not in context.headers
    assert [each.status_code for each in answers] == [404] * 4
    assert (await clients.stranger.get(f"{REFRESHES}/{shown.id}")).status_code == 401

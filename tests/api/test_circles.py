"""What is kept to a circle is in no answer to anybody outside it (issue 4, "Circles")."""

from typing import Any

import pytest

from fedi.models.posts import Circle
from tests.api.conftest import Clients
from tests.api.test_publishing import publish

WORD = "zhasyryn"
SAID = [f"{WORD} {more}" for more in ("which", "changed", "yes", "no", "answer")]
"""Pages repeat what was searched for; nothing of what was said stands anywhere."""

LISTS = (
    "/api/v1/timelines/public",
    "/api/v1/timelines/public?local=true",
    "/api/v1/timelines/tag/{tag}",
    "/api/v1/accounts/{author}/statuses",
    "/api/v1/accounts/{author}/statuses?pinned=true",
    "/api/v1/accounts/{author}/statuses?only_media=true",
    "/api/v1/statuses?id[]={post}",
)
OF_THE_POST = (
    "/api/v1/statuses/{post}",
    "/api/v1/statuses/{post}/context",
    "/api/v1/statuses/{post}/history",
    "/api/v1/statuses/{post}/card",
    "/api/v1/statuses/{post}/reblogged_by",
    "/api/v1/statuses/{post}/favourited_by",
    "/api/v1/polls/{post}",
    "/@aigul/{post}",
    "/posts/{post}",
    "/posts/{post}/history",
    "/posts/{post}/replies",
    "/posts/{post}/likes",
    "/posts/{post}/shares",
)
PAGES = (
    "/@aigul",
    "/tags/{tag}",
    "/users/{author}/outbox?page=true",
    "/users/{author}/collections/featured",
    "/contexts/{post}",
    "/api/oembed?url={url}",
    "/@aigul.rss",
    "/search?q={tag}",
    "/library?q={tag}",
)
ACTIVITY = {"Accept": "application/activity+json"}


@pytest.fixture
async def question(clients: Clients, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A poll with everything that can be found, in the circle a test names, answered and marked."""
    poll = {"options": [f"{WORD} yes", f"{WORD} no"], "expires_in": 3600}
    made = await publish(clients.aigul, f"{WORD} which? #{WORD}", circle=request.param, poll=poll)
    await clients.bolat.post(f"/api/v1/statuses/{made['id']}/favourite")
    await publish(clients.bolat, f"{WORD} answer", in_reply_to_id=made["id"], visibility="public")
    changed = {"status": f"{WORD} changed #{WORD}", "poll": poll}
    await clients.aigul.put(f"/api/v1/statuses/{made['id']}", json=changed)
    await clients.network.drain()
    return made


def addresses(made: dict[str, Any], paths: tuple[str, ...]) -> list[str]:
    names = {"tag": WORD, "author": made["account"]["id"], "post": made["id"], "url": made["url"]}
    return [path.format(**names) for path in paths]


@pytest.mark.parametrize("question", [Circle.SCHOOL, Circle.PARTNERS], indirect=True)
async def test_strangers_and_their_servers_find_nothing_of_a_circle(clients: Clients, question: dict[str, Any]) -> None:
    for headers in ({}, ACTIVITY):
        for path in addresses(question, LISTS + PAGES + OF_THE_POST):
            got = await clients.stranger.get(path, headers=headers)
            assert not any(each in got.text for each in SAID), path
            assert got.status_code < 500, path
        for path in addresses(question, OF_THE_POST):
            assert (await clients.stranger.get(path, headers=headers)).status_code == 404, path
    found = await clients.stranger.get(f"/api/v2/search?q={WORD}")
    assert found.status_code == 401 or found.json()["statuses"] == []


@pytest.mark.parametrize("question", [Circle.PUBLIC], indirect=True)
async def test_the_same_paths_show_what_is_for_everybody(clients: Clients, question: dict[str, Any]) -> None:
    """Else the test above would be about paths that show nothing."""
    shown = [path for path in addresses(question, LISTS) if SAID[1] in (await clients.stranger.get(path)).text]
    found = [path for path in addresses(question, OF_THE_POST) if (await clients.stranger.get(path)).status_code != 404]

    assert len(shown) >= 5
    assert len(found) >= 9

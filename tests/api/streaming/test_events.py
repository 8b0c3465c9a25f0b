"""Streams of server-sent events (behaviour 13.8)."""

import pytest

from fedi.api.streaming import events as streams_of_events
from tests.api.conftest import Clients, let_in
from tests.api.streaming.listening import Events, events, say
from tests.media.samples import picture

PUBLIC = ["public", "public/local", "hashtag", "hashtag/local"]


async def test_a_stream_of_events_says_first_that_it_is_there(clients: Clients) -> None:
    heard = Events(clients.aigul, "user")

    assert await heard.open() == 200
    assert heard.headers["content-type"] == "text/event-stream"
    assert heard.headers["x-accel-buffering"] == "no"
    assert heard.headers["cache-control"] == "private, no-store"
    assert heard.headers["access-control-allow-origin"] == "*"
    assert "content-length" not in heard.headers
    assert await heard.text() == ":)\n"
    await heard.hang_up()


@pytest.mark.parametrize("path", PUBLIC)
async def test_posts_come_as_events(clients: Clients, path: str) -> None:
    async with events(clients.aigul, path, tag="math") as heard:
        post_id = await say(clients.bolat, "Salem #math")

        name, status = await heard.next()

    assert (name, status["id"]) == ("update", post_id)


async def test_homes_lists_and_notifications_come_as_events(clients: Clients) -> None:
    aigul, bolat = clients.aigul, clients.bolat
    await aigul.post(f"/api/v1/accounts/{bolat.me.id}/follow")
    made = (await aigul.post("/api/v1/lists", json={"title": "Mine"})).json()["id"]
    await aigul.post(f"/api/v1/lists/{made}/accounts", json={"account_ids": [str(bolat.me.id)]})
    async with (
        events(aigul, "user") as home,
        events(aigul, "list", list=made) as listed,
        events(aigul, "user/notification") as told,
    ):
        post_id = await say(bolat, "Salem @aigul")

        assert {(await home.next())[0] for _ in range(2)} == {"update", "notification"}
        assert (await listed.next())[1]["id"] == post_id
        name, notification = await told.next()

    assert (name, notification["type"], notification["status"]["id"]) == ("notification", "mention", post_id)


async def test_only_posts_with_files_come_where_that_is_asked_for(clients: Clients) -> None:
    sent = {"file": ("board.png", picture("PNG"), "image/png")}
    media = (await clients.bolat.post("/api/v2/media", files=sent)).json()["id"]
    async with events(clients.aigul, "public", only_media="true") as heard:
        await say(clients.bolat)
        with_picture = await say(clients.bolat, media_ids=[media])

        assert (await heard.next())[1]["id"] == with_picture


async def test_an_event_without_data_has_the_word_that_clients_know(clients: Clients) -> None:
    async with events(clients.aigul, "user") as heard:
        clients.school.instance.hub.publish(f"filters_changed:{clients.aigul.me.id}", clients.aigul.me.id)

        assert await heard.text() == "event: filters_changed\ndata: undefined\n\n"


async def test_a_quiet_stream_gives_a_sign_of_life(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams_of_events, "HEARTBEAT_S", 0.01)
    async with events(clients.aigul, "user") as heard:
        assert await heard.text() == ":thump\n\n"


async def test_every_stream_is_closed_when_its_reader_goes(clients: Clients) -> None:
    async with events(clients.aigul, "user"):
        assert len(clients.school.instance.streams) == 1

    assert len(clients.school.instance.streams) == 0


async def test_streaming_is_healthy_for_anybody(clients: Clients) -> None:
    answer = await clients.stranger.get("/api/v1/streaming/health")

    assert (answer.status_code, answer.text) == (200, "OK")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/user/nothing", "/public/media"])
async def test_an_unknown_channel_is_named_so(clients: Clients, path: str) -> None:
    answer = await clients.aigul.get(f"/api/v1/streaming{path}")

    assert (answer.status_code, answer.json()) == (400, {"error": "Unknown channel requested"})


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("hashtag", 400, "Missing tag name parameter"),
        ("list", 400, "Missing list name parameter"),
        ("list?list=12", 404, "Record not found"),
    ],
)
async def test_what_cannot_be_listened_to_is_refused(clients: Clients, path: str, status: int, error: str) -> None:
    answer = await clients.aigul.get(f"/api/v1/streaming/{path}")

    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert len(clients.school.instance.streams) == 0


async def test_strangers_and_small_scopes_open_nothing(clients: Clients) -> None:
    writer = await let_in(clients.school, clients.aigul.me, "write")

    for path in streams_of_events.PATHS:
        assert (await clients.stranger.get(f"/api/v1/streaming/{path}")).status_code == 401
        assert (await writer.get(f"/api/v1/streaming/{path}")).status_code == 403


async def test_asking_for_the_head_only_opens_no_stream(clients: Clients) -> None:
    answer = await clients.aigul.call("HEAD", "/api/v1/streaming/user")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
    assert len(clients.school.instance.streams) == 0

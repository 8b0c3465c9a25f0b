"""One WebSocket that carries many streams: shaking hands, subscribing, frames (behaviours 13.1 to 13.6)."""

from dataclasses import replace

import pytest

from fedi.api.entities.instance import streaming
from fedi.api.streaming import entering
from fedi.api.streaming.channels import STREAMS
from fedi.errors import Unavailable
from fedi.instances import streams
from fedi.instances.rates import Budget
from tests.api import specification
from tests.api.conftest import Client, Clients, let_in
from tests.api.streaming.listening import Socket, say, socket


async def test_a_socket_carries_many_streams_and_each_frame_names_its_own(clients: Clients) -> None:
    async with socket(clients.aigul, "user", "public:local") as heard:
        heard.subscribe("hashtag", tag="Math")
        await heard.settled()

        post_id = await say(clients.aigul, "Salem #math")
        frames = [await heard.next() for _ in range(3)]

    assert [frame["stream"] for frame in frames] == [["user"], ["public:local"], ["hashtag", "Math"]]
    assert {(frame["event"], frame["payload"]["id"]) for frame in frames} == {("update", post_id)}
    assert specification.problems("Status", frames[0]["payload"]) == []
    assert specification.problems("Status", frames[1]["payload"]) == []


async def test_clients_find_the_address_of_streams(clients: Clients) -> None:
    new = (await clients.stranger.get("/api/v2/instance")).json()
    old = (await clients.stranger.get("/api/v1/instance")).json()

    address = f"ws://{clients.school.host}"
    assert (new["configuration"]["urls"]["streaming"], old["urls"]["streaming_api"]) == (address, address)
    assert streaming(replace(clients.school.instance.school, development=False)) == f"wss://{clients.school.host}"


async def test_what_the_address_names_is_subscribed_to_at_once(clients: Clients) -> None:
    async with socket(clients.aigul, stream="hashtag", tag="math") as heard:
        await say(clients.bolat, "Salem #math")

        assert (await heard.next())["stream"] == ["hashtag", "math"]


async def test_who_unsubscribes_hears_no_more_of_a_stream(clients: Clients) -> None:
    async with socket(clients.aigul, "public", "public:local") as heard:
        heard.say(type="unsubscribe", stream="public")
        await heard.settled()
        first, second = await say(clients.bolat), await say(clients.bolat)

        frames = [await heard.next(), await heard.next()]

    assert [(frame["stream"], frame["payload"]["id"]) for frame in frames] == [
        (["public:local"], first),
        (["public:local"], second),
    ]


async def test_a_stream_that_is_subscribed_to_twice_is_heard_once(clients: Clients) -> None:
    async with socket(clients.aigul, "public", "public") as heard:
        first, second = await say(clients.bolat), await say(clients.bolat)

        assert [(await heard.next())["payload"]["id"] for _ in range(2)] == [first, second]


@pytest.mark.parametrize(
    ("frame", "error", "status"),
    [
        ({"stream": "nothing"}, "Unknown stream type", 400),
        ({}, "Unknown stream type", 400),
        ({"stream": ["user"]}, "Unknown stream type", 400),
        ({"stream": "hashtag"}, "Missing tag name parameter", 400),
        ({"stream": "hashtag:local", "tag": ""}, "Missing tag name parameter", 400),
        ({"stream": "hashtag", "tag": "x" * 201}, "Missing tag name parameter", 400),
        ({"stream": "list"}, "Missing list name parameter", 400),
        ({"stream": "list", "list": "x"}, "Missing list name parameter", 400),
        ({"stream": "list", "list": "12"}, "Not authorized to stream this list", 401),
    ],
)
async def test_a_bad_subscription_is_answered_and_the_socket_stays(
    clients: Clients, frame: dict[str, object], error: str, status: int
) -> None:
    async with socket(clients.aigul, "public") as heard:
        heard.say(type="subscribe", **frame)
        assert await heard.next() == {"error": error, "status": status}

        await say(clients.bolat)

        assert (await heard.next())["event"] == "update"


async def test_the_list_of_somebody_else_is_answered_like_one_that_is_not_there(clients: Clients) -> None:
    hers = (await clients.bolat.post("/api/v1/lists", json={"title": "Mine"})).json()["id"]
    async with socket(clients.aigul) as heard:
        heard.subscribe("list", list=hers)

        assert await heard.next() == {"error": "Not authorized to stream this list", "status": 401}


@pytest.mark.parametrize(
    ("failure", "error", "status"),
    [
        (Unavailable("secret"), "There was a temporary problem serving your request, please try again", 503),
        (RuntimeError("secret"), "Something went wrong here, and is in our log", 500),
    ],
)
async def test_what_goes_wrong_here_is_answered_and_the_socket_stays(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, failure: Exception, error: str, status: int
) -> None:
    async def broken(*_: object) -> None:
        raise failure

    async with socket(clients.aigul, "public") as heard:
        with monkeypatch.context() as patched:
            patched.setattr(clients.school.instance.db, "read", broken)
            heard.subscribe("list", list="12")
            assert await heard.next() == {"error": error, "status": status}
        await say(clients.bolat)

        assert (await heard.next())["event"] == "update"


@pytest.mark.parametrize("said", ["", "{", "[]", "null", '{"type":"dance"}', '{"type":7}', "[" * 5_000])
async def test_what_means_nothing_is_passed_over(clients: Clients, said: str) -> None:
    async with socket(clients.aigul, "public") as heard:
        heard.line.say({"type": "websocket.receive", "text": said})
        await say(clients.bolat)

        assert (await heard.next())["event"] == "update"


async def test_bytes_end_the_conversation(clients: Clients) -> None:
    async with socket(clients.aigul, "public") as heard:
        heard.line.say({"type": "websocket.receive", "bytes": b"{}"})

        assert await heard.closed() == 1003


async def test_a_token_in_the_header_the_address_or_the_protocol_opens_a_socket(clients: Clients) -> None:
    token, nobody = clients.aigul.token, Client(clients.school)
    ways = [
        Socket(nobody, headers={"authorization": f"bearer {token}"}),
        Socket(nobody, access_token=token),
        Socket(nobody, protocols=(token,)),
        Socket(nobody, path="/api/v1/streaming/", protocols=(token, "graphql")),
    ]

    assert [await each.open() for each in ways] == [101] * 4
    assert [each.answer.get("subprotocol") for each in ways] == [None, None, token, token]
    for each in ways:
        await each.hang_up()


@pytest.mark.parametrize(("token", "error"), [("", "Missing access token"), ("wrong", "The access token is invalid")])
async def test_without_a_good_token_hands_are_not_shaken(clients: Clients, token: str, error: str) -> None:
    refused = Socket(Client(clients.school, token))

    assert await refused.open() == 401
    assert refused.body == {"error": error}


async def test_a_clients_own_token_and_a_suspended_persons_open_nothing(clients: Clients) -> None:
    app = {"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read"}
    made = (await clients.stranger.post("/api/v1/apps", json=app)).json()
    asked = {key: made[key] for key in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
    own = (await clients.stranger.post("/oauth/token", json=asked)).json()["access_token"]

    assert await Socket(Client(clients.school, own)).open() == 401


async def test_a_socket_to_anything_else_is_refused(clients: Clients) -> None:
    assert await Socket(clients.aigul, path="/api/v1/statuses").open() == 403
    elsewhere = Socket(clients.aigul, headers={"host": "nowhere.test"})
    elsewhere.line._scope["headers"] = [(b"host", b"nowhere.test")]
    assert await elsewhere.open() == 421


@pytest.mark.parametrize(
    ("scope", "closed"),
    [
        ("write", set(STREAMS)),
        ("read", set()),
        ("read:statuses", {"user:notification"}),
        ("read:notifications", set(STREAMS) - {"user:notification"}),
    ],
)
async def test_each_stream_asks_for_its_scopes(clients: Clients, scope: str, closed: set[str]) -> None:
    made = (await clients.aigul.post("/api/v1/lists", json={"title": "Mine"})).json()["id"]
    refused = set()
    async with socket(await let_in(clients.school, clients.aigul.me, scope)) as heard:
        for name in STREAMS:
            heard.subscribe(name, tag="math", list=made)
            heard.subscribe("nothing")
            if (answer := await heard.next())["status"] == 401:
                assert answer["error"] == "Access token does not have the required scopes"
                refused.add(name)
                await heard.next()

    assert refused == closed


async def test_a_stream_without_the_scope_for_notifications_has_posts_only(clients: Clients) -> None:
    async with socket(await let_in(clients.school, clients.aigul.me, "read:statuses"), "user") as heard:
        mine = await say(clients.aigul)
        await clients.bolat.post(f"/api/v1/statuses/{mine}/favourite")
        later = await say(clients.aigul)

        assert [(await heard.next())["payload"]["id"] for _ in range(2)] == [mine, later]


async def test_only_so_many_channels_and_subscriptions_fit_a_socket(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "CHANNELS", 2)
    async with socket(clients.aigul, "user", "public") as heard:
        heard.subscribe("direct")

        assert await heard.next() == {"error": "Too many requests", "status": 429}


async def test_who_subscribes_all_the_time_is_asked_to_wait(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "SUBSCRIPTIONS", Budget("subscriptions", 3, 60_000))
    async with socket(clients.aigul, "user", "public") as heard:
        heard.subscribe("direct")

        assert await heard.next() == {"error": "Too many requests", "status": 429}

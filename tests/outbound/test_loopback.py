import asyncio
import contextvars
import io
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from fedi.activitypub.signatures import cavage
from fedi.activitypub.signatures.keys import SigningKey
from fedi.activitypub.signatures.message import SignedRequest
from fedi.outbound.client import Client, Limits
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.loopback import Message
from tests.outbound.conftest import NOW_MS
from tests.outbound.peers import always, reply, running

HOST = "kostanay.localhost:8000"
URL = f"http://{HOST}"
ACTIVITY = "application/activity+json"


class School:
    """An application that remembers what it was asked."""

    def __init__(self) -> None:
        self.seen: list[SignedRequest] = []
        self.stopped = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/inbox", self.inbox, methods=["POST"]),
                Route("/users/{name}", self.actor),
                Route("/moved", lambda _: RedirectResponse(f"{URL}/users/7?x=1", 301)),
                Route("/file", self.file),
                Route("/broken", self.broken),
                Route("/torn", self.torn),
            ]
        )

    async def note(self, request: Request) -> None:
        query = f"?{request.url.query}" if request.url.query else ""
        target = request.scope["raw_path"].decode() + query
        headers = [(name.decode(), value.decode()) for name, value in request.headers.raw]
        self.seen.append(SignedRequest(request.method, target, headers, await request.body()))

    async def inbox(self, request: Request) -> Response:
        await self.note(request)
        return PlainTextResponse("thank you", 202, {"Retry-After": "7"})

    async def actor(self, request: Request) -> Response:
        await self.note(request)
        return JSONResponse({"id": self.seen[-1].target, "name": request.path_params["name"]}, media_type=ACTIVITY)

    async def file(self, _: Request) -> Response:
        return StreamingResponse(self.endless(), media_type="image/png")

    async def endless(self) -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
        finally:
            self.stopped.set()

    async def broken(self, _: Request) -> Response:
        raise RuntimeError("broken")

    async def torn(self, _: Request) -> Response:
        async def half() -> AsyncIterator[bytes]:
            yield b"{"
            raise RuntimeError("torn")

        return StreamingResponse(half(), media_type=ACTIVITY)


@pytest.fixture
def school(client: Client) -> School:
    """A school that this process serves."""
    school = School()
    client.loopback.register(lambda host: school.app if host == HOST else None)
    return school


def judge(request: SignedRequest, key: SigningKey) -> None:
    cavage.verify(request, cavage.parse(request.headers), key.private.public_key(), NOW_MS)


async def test_a_delivery_reaches_the_application_signed_like_any_other(
    client: Client, school: School, key: SigningKey
) -> None:
    answer = await client.post(f"{URL}/inbox", b'{"type":"Create"}', key)

    assert (answer.status, answer.body_excerpt, answer.retry_after_s) == (202, "thank you", 7)
    assert school.seen[0].body == b'{"type":"Create"}'
    assert school.seen[0].by_name()["content-length"] == ["17"]
    judge(school.seen[0], key)


async def test_a_document_is_fetched_with_its_query_and_letters(
    client: Client, school: School, key: SigningKey
) -> None:
    document = await client.get_document(f"{URL}/users/айгүл?x=%2F", key)

    assert document.json["name"] == "айгүл"
    assert document.json["id"] == "/users/%D0%B0%D0%B9%D0%B3%D2%AF%D0%BB?x=%2F"
    assert document.url == URL + document.json["id"]
    judge(school.seen[0], key)


async def test_a_redirect_is_followed_inside_and_outside(client: Client, school: School, key: SigningKey) -> None:
    async with running(always(reply(b"", status=302, headers=f"Location: {URL}/moved\r\n"))) as peer:
        document = await client.get_document(peer.url(host="almaty.localhost"), key)

    assert document.url == f"{URL}/users/7?x=1"
    judge(school.seen[0], key)


async def test_other_hosts_and_ports_are_reached_through_sockets(
    client: Client, school: School, key: SigningKey
) -> None:
    async with running(always(reply(b"", status=202))) as peer:
        await client.post(peer.url(), b"{}", key)

        assert peer.connections == 1
    assert school.seen == []


async def test_the_limits_are_those_of_any_server(client: Client, school: School) -> None:
    into = io.BytesIO()

    with pytest.raises(FetchFailed, match="has more than 100000") as caught:
        await client.stream_file(f"{URL}/file", None, into, 100_000)

    assert caught.value.kind is FailureKind.TOO_LARGE
    assert len(into.getvalue()) == 100_000
    await asyncio.wait_for(school.stopped.wait(), 5)


async def test_an_application_that_takes_for_ever_is_left(impatient: Client) -> None:
    async def forever(scope: Message, receive: object, send: object) -> None:
        await asyncio.Event().wait()

    impatient.loopback.register(lambda host: forever)

    with pytest.raises(FetchFailed) as caught:
        await impatient.get_document(URL, None)

    assert caught.value.kind is FailureKind.TIMEOUT


async def test_an_application_that_breaks_answers_500_like_any_server(client: Client, school: School) -> None:
    with pytest.raises(FetchFailed) as caught:
        await client.get_document(f"{URL}/broken", None)

    assert caught.value.http_status == 500


async def test_a_reply_that_breaks_off_is_a_failure(client: Client, school: School) -> None:
    with pytest.raises(FetchFailed) as caught:
        await client.get_document(f"{URL}/torn", None)

    assert caught.value.kind is FailureKind.UNREACHABLE


async def test_a_school_that_closes_between_two_looks_is_unreachable(client: Client) -> None:
    looks = iter([True, False])

    async def never(scope: Message, receive: object, send: object) -> None:
        raise AssertionError

    client.loopback.register(lambda host: never if next(looks) else None)

    with pytest.raises(FetchFailed) as caught:
        await client.get_document(URL, None)

    assert caught.value.kind is FailureKind.UNREACHABLE


async def test_the_receiver_does_not_see_the_context_of_the_sender(client: Client) -> None:
    language = contextvars.ContextVar("language", default="kk")
    seen: list[str] = []

    async def app(scope: Message, receive: object, send: object) -> None:
        seen.append(language.get())

    client.loopback.register(lambda host: app)
    language.set("ru")
    with pytest.raises(FetchFailed):
        await client.get_document(URL, None)

    assert seen == ["kk"]


async def test_the_application_hears_when_the_reader_has_gone(client: Client) -> None:
    heard: list[str] = []

    async def app(scope: Message, receive: object, send: object) -> None:
        assert callable(receive)
        assert callable(send)
        heard.append((await receive())["type"])
        await send({"type": "http.response.start", "status": 404, "headers": []})
        heard.append((await receive())["type"])
        await send({"type": "http.response.body", "body": b"too late"})

    client.loopback.register(lambda host: app)
    with pytest.raises(FetchFailed):
        await client.get_document(URL, None)
    await client.loopback.close()

    assert heard == ["http.request", "http.disconnect"]


async def test_closing_ends_what_does_not_end_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedi.outbound.loopback._GRACE_S", 0.01)
    ended = asyncio.Event()

    async def app(scope: Message, receive: object, send: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with Client(limits=Limits(total_s=0.01), development=True) as client:
        client.loopback.register(lambda host: app)
        with pytest.raises(FetchFailed):
            await client.get_document(URL, None)

    await asyncio.wait_for(ended.wait(), 5)


async def test_addresses_that_may_not_be_fetched_are_refused_even_if_they_are_served_here(key: SigningKey) -> None:
    async def app(scope: Message, receive: object, send: object) -> None:
        raise AssertionError

    async with Client() as client:
        client.loopback.register(lambda host: app)
        with pytest.raises(FetchFailed) as caught:
            await client.post(f"{URL}/inbox", b"{}", key)

    assert caught.value.kind is FailureKind.REFUSED

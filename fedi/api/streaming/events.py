"""Streams of server-sent events, one channel each (behaviour 13.8)."""

from __future__ import annotations

import asyncio

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from fedi.api.call import Answer, Call
from fedi.api.operations import Endpoint
from fedi.api.streaming import entering
from fedi.api.streaming.channels import asked
from fedi.errors import Malformed
from fedi.instances.streams import Reader, Streams

HEARTBEAT_S = 15.0

PATHS = {
    "user": "user",
    "user/notification": "user:notification",
    "public": "public",
    "public/local": "public:local",
    "public/remote": "public:remote",
    "hashtag": "hashtag",
    "hashtag/local": "hashtag:local",
    "list": "list",
    "direct": "direct",
}
"""What stands below /api/v1/streaming/, and the stream it is."""

ANY_SCOPE = "read:statuses read:notifications"
"""Whoever may listen to anything has one of these."""

_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}
_HELLO = ":)\n"
_HEARTBEAT = ":thump\n\n"


def channel(name: str) -> Endpoint:
    """GET /api/v1/streaming/<path of the stream>."""

    async def listen(call: Call) -> Answer:
        with_files = name.startswith("public") and call.params.flag("only_media")
        full_name = f"{name}:media" if with_files else name
        found = asked(full_name, call.me.id, call.params.text("tag"), call.params.id("list"))
        if call.request.method == "HEAD":
            return Response(headers=_HEADERS)
        reader = await entering.open_stream(call.instance, call.caller, call.address)
        try:
            await entering.join(call.instance, reader, found, ())
        except BaseException:
            call.instance.streams.close(reader)
            raise
        return EventStream(call.instance.streams, reader)

    return listen


async def health(_: Call) -> Answer:
    """GET /api/v1/streaming/health."""
    return PlainTextResponse("OK", headers={"Cache-Control": "no-store"})


async def unknown(_: Call) -> Answer:
    """Anything else below /api/v1/streaming/."""
    raise Malformed("Unknown channel requested")


class EventStream(Response):
    """An answer that goes on until one of both sides has enough."""

    def __init__(self, streams: Streams, reader: Reader) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._streams = streams
        self._reader = reader

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        watching = asyncio.create_task(self._watch(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await _say(send, _HELLO)
            while (text := await self._next()) is not None:
                await _say(send, text)
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._streams.close(self._reader)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _watch(self, receive: Receive) -> None:
        """End the stream when its reader has gone."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._streams.close(self._reader)

    async def _next(self) -> str | None:
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                return await self._reader.next()
        except TimeoutError:
            return _HEARTBEAT


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

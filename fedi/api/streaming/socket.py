"""One WebSocket that carries many streams (behaviours 13.1 to 13.7)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from fedi.api.errors import refusal
from fedi.api.params import Params
from fedi.api.streaming import entering
from fedi.api.streaming.channels import STREAMS, Asked, asked, opens
from fedi.auth import bearer
from fedi.auth.bearer import BadToken, Caller
from fedi.errors import NotFound
from fedi.instances import Instance
from fedi.instances.streams import STOPPED, Reader

TEXT_ONLY = 1003
_encode = msgspec.json.Encoder().encode


async def talk(socket: WebSocket) -> None:
    """/api/v1/streaming."""
    try:
        caller = await _caller(socket)
        instance: Instance = socket.state.instance
        reader = await entering.open_stream(instance, caller, socket.client.host if socket.client else "")
    except Exception as error:  # noqa: BLE001 - `refusal` logs what nobody foresaw
        await socket.send_denial_response(refusal(error))
        return
    try:
        # Browsers hang up unless a protocol they offered comes back, and what they offer is the token.
        await socket.accept(next(iter(socket.scope["subprotocols"]), None))
        await _Conversation(socket, instance, caller, reader).run()
    except WebSocketDisconnect:
        pass
    finally:
        instance.streams.close(reader)


async def _caller(socket: WebSocket) -> Caller:
    offered = next(iter(socket.scope["subprotocols"]), None)
    token = bearer.shown(socket, socket.query_params.get("access_token") or offered)
    if token is None:
        raise BadToken("Missing access token")
    return await bearer.caller(socket.state.instance, token)


class _Conversation:
    """What both sides say on an open socket."""

    def __init__(self, socket: WebSocket, instance: Instance, caller: Caller, reader: Reader) -> None:
        self._socket = socket
        self._instance = instance
        self._caller = caller
        self._reader = reader

    async def run(self) -> None:
        sending = asyncio.create_task(self._send())
        try:
            if self._socket.query_params.get("stream"):
                await self._do("subscribe", dict(self._socket.query_params))
            await self._listen()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self) -> None:
        while (text := await self._reader.next()) is not None:
            await self._socket.send_text(text)
        await self._socket.close(self._reader.ended or STOPPED)

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                self._reader.end(TEXT_ONLY)
                continue
            asked_for = _parsed(text)
            await self._do(str(asked_for.get("type")), asked_for)

    async def _do(self, what: str, params: Mapping[str, Any]) -> None:
        """Subscribe or unsubscribe; whatever else is said means nothing to us."""
        try:
            if what == "subscribe":
                await self._subscribe(Params(dict(params)))
            elif what == "unsubscribe":
                found = self._asked(Params(dict(params)))
                self._instance.streams.unsubscribe(self._reader, found.channel)
        except NotFound:
            # The list of somebody else, or none: nothing tells the two apart.
            self._reader.push(_error("Not authorized to stream this list", 401))
        except Exception as error:  # noqa: BLE001 - `refusal` logs what nobody foresaw
            refused = refusal(error)
            self._reader.push(_error(msgspec.json.decode(refused.body)["error"], refused.status_code))

    async def _subscribe(self, params: Params) -> None:
        entering.spend(self._instance, entering.SUBSCRIPTIONS, self._reader.account_id)
        name = params.text("stream") or ""
        if name in STREAMS and not opens(self._caller.token.scopes, name):
            self._reader.push(_error("Access token does not have the required scopes", 401))
            return
        found = self._asked(params)
        await entering.join(self._instance, self._reader, found, found.label)

    def _asked(self, params: Params) -> Asked:
        name = params.text("stream") or ""
        return asked(name, self._reader.account_id, params.text("tag"), params.id("list"))


def _parsed(text: str) -> dict[str, Any]:
    """What a frame says; nothing, if it is not an object in JSON."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _error(text: str, status: int) -> str:
    return _encode({"error": text, "status": status}).decode()

"""Files at schools and at servers of other software, for tests of several of them."""

import asyncio
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fedi import media
from fedi.actions import files
from fedi.models.actors import Actor
from fedi.models.files import File
from tests.media.samples import upload
from tests.network import TestSchool


async def put(school: TestSchool, owner: Actor, content: bytes, name: str = "plan.pdf") -> File:
    """A file that a teacher has uploaded and put nowhere yet."""
    new = await media.receive(school.instance.media, upload(content, name))
    added: File = await school.write(files.add, owner, new)
    return added


@dataclass(slots=True)
class Shelf:
    """A server that gives bytes by path, counts who asks, and waits while its gate is closed."""

    content: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    signed: list[bool] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request.url.path)
        self.signed.append("signature" in request.headers)
        self.reached.set()
        await self.gate.wait()
        found = self.content.get(request.url.path)
        # What it says of the type is a lie on purpose.
        response = Response(status_code=404) if found is None else Response(found, media_type="text/html")
        await response(scope, receive, send)

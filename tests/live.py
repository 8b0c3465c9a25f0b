"""A school on a socket with https and the real time, for servers of other makes to meet; all of it on loopback."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx2
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench import authority
from fedi.instances import Instances
from fedi.outbound.loopback import Loopback
from fedi.server.application import create_app
from fedi.server.patience import PatientSocket
from fedi.worker import Worker
from tests.clock import FrozenClock
from tests.network import Network, TestSchool, Wire, key_pool, make_school

T = TypeVar("T")
PATIENCE_S = 20
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Authority:
    """Certificates for the invented hosts of a run, each `<name>.pem` in `folder`."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "ca.pem"

    def of(self, name: str) -> Path:
        return self.folder / f"{name}.pem"


def make_authority(folder: Path, *names: str) -> Authority:
    """Certificates for these hosts."""
    authority.write(folder, list(names))
    return Authority(folder)


@dataclass(frozen=True, slots=True)
class Knock:
    """A request to an inbox of the school: which kind of signature it carried, and what it was answered."""

    scheme: str
    status: int


@dataclass(slots=True)
class LiveSchool(TestSchool):
    """A school on a socket, and who knocked there."""

    knocks: list[Knock]

    __test__ = False


class LiveClock(FrozenClock):
    """The real time, since servers of other makes keep no other."""

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000


@asynccontextmanager
async def live_school(folder: Path, certificates: Authority, name: str = "almaty.test") -> AsyncIterator[LiveSchool]:
    """A school at `https://<name>:<a free port>` with an empty database, which meets everybody openly."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    host = f"{name}:{listener.getsockname()[1]}"
    settings: dict[str, str | bool] = {"peering": "open", "ca_file": str(certificates.root), "development_https": True}
    make_school(folder / name, host, key_pool()[0], settings)
    clock = LiveClock()
    instances, wire = Instances(folder), Wire(clock, ca_file=str(certificates.root))
    knocks: list[Knock] = []
    app = _heard(create_app(instances, wire, with_worker=False, loopback=Loopback()), knocks)
    async with wire, _serving(app, listener, certificates.of(name)), httpx2.AsyncClient() as browser:
        network = Network({}, wire, clock, Worker(instances, wire), browser)
        instance = await instances.by_host(host)
        assert instance is not None
        network.schools["almaty"] = school = LiveSchool(instance, network, knocks)
        yield school
    await instances.close()


def _heard(app: ASGIApp, knocks: list[Knock]) -> ASGIApp:
    async def listen(scope: Scope, receive: Receive, send: Send) -> None:
        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = dict(scope["headers"])
                scheme = "rfc9421" if b"signature-input" in headers else "cavage" if b"signature" in headers else ""
                knocks.append(Knock(scheme, int(message["status"])))
            await send(message)

        await app(scope, receive, note if scope.get("method") == "POST" else send)

    return listen


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to pytest."""
        yield


@asynccontextmanager
async def _serving(app: ASGIApp, listener: socket.socket, certificate: Path) -> AsyncIterator[None]:
    config = uvicorn.Config(app, ssl_certfile=certificate, lifespan="off", log_config=None, http="httptools",
                            ws=PatientSocket, timeout_graceful_shutdown=1)  # fmt: skip
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def until(school: TestSchool, look: Callable[[], Awaitable[T]], what: str) -> T:
    """What `look` finds, as soon as it finds something, while the school does its work."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        await school.network.drain()
        if found := await look():
            return found
        assert time.monotonic() < deadline, f"not within {PATIENCE_S} s: {what}"
        await asyncio.sleep(_LOOK_EVERY_S)

"""From names to addresses: the system's resolver on threads of its own, and the names of development mode."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from fedi.outbound.guard import LOOPBACK

# A dead name server holds a thread for many seconds. On the loop's own few threads it would stop everything else.
_THREADS = 8
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class SystemResolver(AbstractResolver):
    """`getaddrinfo`, eight names at a time."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        infos = await loop.run_in_executor(
            self._threads,
            lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG),
        )
        return [_result(host, str(address[0]), port, kind) for kind, _, _, _, address in infos]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class LoopbackResolver(AbstractResolver):
    """Every name is this machine: for the hosts of development mode, which no name server knows."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family  # 127.0.0.1 has but one
        return [_result(host, LOOPBACK, port, socket.AF_INET)]

    async def close(self) -> None:
        """There is nothing to close."""


def _result(name: str, address: str, port: int, family: int) -> ResolveResult:
    return ResolveResult(hostname=name, host=address, port=port, family=family, proto=0, flags=_NUMERIC)

"""From names to addresses: the system's resolver on threads of its own, and the names of development mode."""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from fedi.outbound.guard import LOOPBACK

# A dead name server holds a thread for many seconds. On the loop's own few threads it would stop everything else; and
# on those of strangers' names, whoever invents names that nobody answers for keeps only strangers waiting.
_THREADS = 8
_THREADS_OF_STRANGERS = 24
_KNOWN = 10_000
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class SystemResolver(AbstractResolver):
    """`getaddrinfo`, some names at a time; those that have been found before never wait for those that have not."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="names")
        self._strangers = ThreadPoolExecutor(_THREADS_OF_STRANGERS, thread_name_prefix="new-names")
        self._known: OrderedDict[str, None] = OrderedDict()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        # Out of the known ones until it has answered: a name whose server has died is a stranger's from then on.
        threads = self._strangers if self._known.pop(host, False) is False else self._threads
        infos = await loop.run_in_executor(
            threads,
            lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG),
        )
        self._remember(host)
        return [_result(host, str(address[0]), port, kind) for kind, _, _, _, address in infos]

    def _remember(self, host: str) -> None:
        self._known[host] = None
        while len(self._known) > _KNOWN:
            self._known.popitem(last=False)

    async def close(self) -> None:
        for threads in (self._threads, self._strangers):
            threads.shutdown(wait=False, cancel_futures=True)


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

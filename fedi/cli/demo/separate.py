"""The demo as a network: one process for each school, which share nothing and reach each other over real sockets."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from typing import Any, cast

from fedi.cli.demo import content, traffic
from fedi.cli.demo.filling import Filling
from fedi.cli.demo.network import Network
from fedi.cli.demo.welcome import say, welcome
from fedi.cli.running import client_for
from fedi.errors import Unavailable
from fedi.instances import Instance, configs_in

_START_S = 30.0
_END_S = 5.0


async def run(network: Network) -> None:
    """Start a server for each school, show what they send, and end them all when this process is asked to end."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    servers = [await _start(network, name) for name in network.ports]
    watching = [asyncio.create_task(_show(server)) for server in servers]
    filling = asyncio.create_task(_fill(network))
    try:
        await _until_ended(ended, filling, servers)
    finally:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
        await _stop(servers)
        await asyncio.gather(*watching)


async def _start(network: Network, name: str) -> Process:
    # A session of its own: Ctrl-C reaches this process only, and it ends the others in order.
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fedi.cli", "serve", "--instances", str(network.folders[name])),
        *("--port", str(network.ports[name])),
        stderr=PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


async def _show(server: Process) -> None:
    async for text in cast("asyncio.StreamReader", server.stderr):
        told = traffic.line_of_json(text.decode("utf-8", "replace"))
        if told:
            say(told)


async def _until_ended(ended: asyncio.Event, filling: asyncio.Task[None], servers: Sequence[Process]) -> None:
    """Wait for a signal; Unavailable if a server ends by itself, or whatever keeps the schools from being filled."""
    asked = asyncio.create_task(ended.wait())
    deaths = [asyncio.create_task(server.wait()) for server in servers]
    waiting: set[asyncio.Task[Any]] = {asked, filling, *deaths}
    try:
        while not asked.done():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if filling in done:
                await filling
            if any(death in done for death in deaths):
                raise Unavailable("a school's server has ended; what it said stands above")
    finally:
        for task in (asked, *deaths):
            task.cancel()


async def _stop(servers: Sequence[Process]) -> None:
    for server in servers:
        if server.returncode is None:
            server.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(_END_S):
            await asyncio.gather(*(server.wait() for server in servers))
    except TimeoutError:
        for server in servers:
            if server.returncode is None:
                server.kill()


async def _fill(network: Network) -> None:
    await _until_listening(network)
    if not network.filled:
        await _fill_beside_servers(network)
    welcome(network)


async def _fill_beside_servers(network: Network) -> None:
    """Act at every school from here, as commands do; the servers see what was written, and send it."""
    configs = {name: configs_in(folder)[0][0] for name, folder in network.folders.items()}
    opened = {name: await Instance.open(config) for name, config in configs.items()}
    try:
        async with client_for(list(configs.values())) as client:
            await Filling(network, opened, client, say, {}).fill(content.conversations())
    finally:
        for instance in opened.values():
            await instance.close()


async def _until_listening(network: Network) -> None:
    try:
        async with asyncio.timeout(_START_S):
            for port in network.ports.values():
                while not await _listens(port):  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.1)
    except TimeoutError:
        raise Unavailable(f"a school does not answer after {_START_S:.0f} seconds") from None


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True

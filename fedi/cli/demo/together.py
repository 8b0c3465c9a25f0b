"""The demo in one process: all schools behind one port, and what crosses takes the way inside the process."""

from __future__ import annotations

from contextlib import ExitStack

from fedi.cli.demo import content
from fedi.cli.demo.filling import Filling
from fedi.cli.demo.network import Network
from fedi.cli.demo.welcome import say, welcome
from fedi.cli.running import client_for, only_server
from fedi.errors import Unavailable
from fedi.instances import Instance, Instances, raise_limit
from fedi.outbound.client import Client
from fedi.outbound.loopback import Loopback
from fedi.server import create_app
from fedi.server.serving import Listening, serve


async def run(network: Network) -> None:
    """Serve until the process is asked to end; fill the schools first if they are empty."""
    raise_limit()
    folder = next(iter(network.folders.values()))
    port = next(iter(network.ports.values()))
    instances, loopback = Instances(folder), Loopback()
    with only_server(folder):
        try:
            async with client_for(instances.configs(), loopback) as client:
                app = create_app(instances, client, with_worker=True, loopback=loopback)
                started = await serve(app, Listening(port=port), when_started=lambda: _fill(network, instances, client))
        finally:
            await instances.close()
    if not started:
        raise Unavailable(f"port {port} is taken: choose another with --port")


async def _fill(network: Network, instances: Instances, client: Client) -> None:
    if not network.filled:
        # Held: on a slow machine a school has nothing to do for so long that it would be closed as idle.
        with ExitStack() as held:
            opened: dict[str, Instance] = {}
            for name in network.ports:
                instance = await instances.by_host(network.host(name))
                if instance is not None:
                    opened[name] = held.enter_context(instance.held())
            await Filling(network, opened, client, say, {}).fill(content.conversations())
    welcome(network)

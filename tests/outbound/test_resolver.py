"""Finding whom a text names, while its author waits."""

import asyncio

import pytest

from fedi.actions import peers
from fedi.errors import Forbidden
from fedi.outbound import resolver
from fedi.outbound.fetching import Limited
from fedi.store import actors
from tests.network import Network, TestSchool


async def test_servers_that_say_nothing_keep_an_author_waiting_for_a_moment_and_no_other_server_unasked(
    network: Network, almaty: TestSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = network["kostanay"]
    await there.teacher("marat")
    asked, handle = [], resolver.handle

    async def or_silent(instance, client, username: str, domain: str):  # type: ignore[no-untyped-def]
        if domain.startswith("silent"):
            asked.append(username)
            await asyncio.Event().wait()
        return await handle(instance, client, username, domain)

    monkeypatch.setattr(resolver, "handle", or_silent)
    monkeypatch.setattr(resolver, "_PATIENCE_S", 0.5)
    silent = " ".join(f"@n{number}@silent{number % 2}.test" for number in range(4))

    async with asyncio.timeout(5):
        await resolver.handles_in(almaty.instance, network.wire, f"{silent} @marat@{there.host}")

    assert asked == ["n0", "n1"]
    assert await almaty.read(actors.by_handle, "marat", there.host) is not None


async def test_all_whom_a_text_names_cost_so_many_requests_and_no_more(
    network: Network, almaty: TestSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = network["kostanay"]
    for name in ("marat", "dana"):
        await there.teacher(name)
    monkeypatch.setattr(resolver, "_REQUESTS", 3)

    await resolver.handles_in(almaty.instance, network.wire, f"@marat@{there.host} @dana@{there.host}")

    known = [await almaty.read(actors.by_handle, name, there.host) for name in ("marat", "dana")]
    assert [each is not None for each in known] == [True, False]


async def test_a_blocked_server_is_not_asked_who_somebody_is(network: Network, almaty: TestSchool) -> None:
    there = network["kostanay"]
    await there.teacher("marat")
    await almaty.write(peers.block, None, there.host)

    with pytest.raises(Forbidden, match="nothing to do with kostanay"):
        await resolver.handle(almaty.instance, Limited(network.wire, 0), "marat", there.host)

    assert await almaty.read(actors.by_handle, "marat", there.host) is None

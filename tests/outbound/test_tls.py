import ssl
from collections.abc import AsyncIterator
from typing import cast

import pytest

from fedi.outbound.client import Client
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.tls import ResumingContext
from tests.outbound.authorities import Authority
from tests.outbound.peers import always, redirect, reply, running

CLOSE = "Connection: close\r\n"


@pytest.fixture
async def client(authority: Authority) -> AsyncIterator[Client]:
    async with Client(development=True, ca_file=authority.ca_file) as client:
        yield client


async def test_a_private_root_is_trusted_when_it_is_named(client: Client, authority: Authority) -> None:
    async with running(always(reply())) as plain, running(always(reply()), tls=authority.server) as peer:
        assert (await client.get_document(peer.url(host="kostanay.test"), None)).json == {}
        await client.get_document(plain.url(host="kostanay.test"), None)


async def test_a_root_nobody_named_is_not_trusted(authority: Authority) -> None:
    async with Client(development=True) as stranger, running(always(reply()), tls=authority.server) as peer:
        with pytest.raises(FetchFailed, match="certificate") as caught:
            await stranger.get_document(peer.url(host="kostanay.test"), None)

    assert caught.value.kind is FailureKind.UNREACHABLE


async def test_a_certificate_of_another_name_is_not_trusted(client: Client, authority: Authority) -> None:
    async with running(always(reply()), tls=authority.server) as peer:
        with pytest.raises(FetchFailed, match="certificate"):
            await client.get_document(peer.url(host="shymkent.test"), None)

        assert peer.requests == []


async def test_https_is_not_given_up_for_http(client: Client, authority: Authority) -> None:
    async with running(always(reply())) as plain:
        location = plain.url(host="kostanay.test")
        async with running(always(redirect(location)), tls=authority.server) as peer:
            with pytest.raises(FetchFailed, match="from https to http"):
                await client.get_document(peer.url(host="kostanay.test"), None)

        assert plain.requests == []


async def test_the_session_with_a_host_is_resumed(
    client: Client, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    reused: list[bool | None] = []
    remember = ResumingContext.remember

    def spy(self: ResumingContext, host: str | None, session: ssl.SSLSession | None) -> None:
        remember(self, host, session)
        reused.append(authority.server.session_stats()["hits"] > 0)

    monkeypatch.setattr(ResumingContext, "remember", spy)
    async with running(always(reply(headers=CLOSE)), tls=authority.server) as peer:
        for _ in range(3):
            await client.get_document(peer.url(host="kostanay.test"), None)

        assert peer.connections == 3
    assert reused == [False, True, True]


def test_the_sessions_of_the_last_512_hosts_are_kept() -> None:
    context, session = ResumingContext(), cast("ssl.SSLSession", object())

    for number in range(600):
        context.remember(f"school{number}.example", session)
    context.remember(None, session)
    context.remember("school0.example", None)

    assert list(context._sessions) == [f"school{number}.example" for number in range(88, 600)]

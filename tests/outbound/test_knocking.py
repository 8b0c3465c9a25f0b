"""Who does not understand how we sign is asked once more in the other scheme, and remembered."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from fedi.activitypub.signatures import schemes
from fedi.activitypub.signatures.keys import SigningKey
from fedi.activitypub.signatures.message import Scheme, SignedRequest
from fedi.instances.schemes import Schemes
from fedi.models.actors import Actor
from fedi.outbound.client import Client
from fedi.outbound.failures import FetchFailed
from fedi.store.database import Database
from fedi.store.engine.sqlite import open_sqlite
from tests import factories as make
from tests.network import Network, furnish
from tests.outbound.conftest import NOW_MS
from tests.outbound.peers import Answer, Peer, redirect, reply, running

HOUR_MS = 3_600_000


def scheme_of(request: SignedRequest) -> Scheme:
    return Scheme.RFC_9421 if "signature-input" in request.by_name() else Scheme.CAVAGE


def understands(*known: Scheme, status: int = 200, refusal: int = 401) -> Answer:
    """A server that verifies nothing and knows some of the schemes."""

    async def give(request: SignedRequest) -> AsyncIterator[bytes]:
        is_known = scheme_of(request) in known
        yield reply(b'{"id":"x"}', status=status) if is_known else reply(b"Who is there?", status=refusal)

    return give


def tried(peer: Peer) -> list[Scheme]:
    """In which schemes a server was asked, in order."""
    found = [scheme_of(request) for request in peer.requests]
    peer.requests.clear()
    return found


class Clock:
    now = NOW_MS

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path, clock: Clock) -> AsyncIterator[Database]:
    """The database of the school that asks."""
    furnish(tmp_path)
    opened = await open_sqlite(tmp_path / "school.sqlite3", make.school(), clock, print)
    yield opened
    await opened.close()


@pytest.fixture
def memory(database: Database, clock: Clock) -> Schemes:
    return Schemes(database, clock)


@pytest.fixture
def remembering(key: SigningKey, memory: Schemes) -> SigningKey:
    return replace(key, memory=memory)


BOTH = [Scheme.CAVAGE, Scheme.RFC_9421]


async def test_the_draft_is_tried_first_and_mostly_enough(client: Client, key: SigningKey) -> None:
    async with running(understands(*Scheme)) as peer:
        await client.post(peer.url(), b"{}", key)
        await client.get_document(peer.url(), key)

        assert tried(peer) == [Scheme.CAVAGE, Scheme.CAVAGE]


async def test_who_refuses_the_draft_gets_the_same_request_by_rfc_9421(client: Client, key: SigningKey) -> None:
    async with running(understands(Scheme.RFC_9421, status=202)) as peer:
        answer = await client.post(peer.url(), b'{"type":"Like"}', key)
        second = peer.requests[-1]

        assert answer.accepted
        assert tried(peer) == BOTH
        local = replace(second, scheme="http")
        schemes.verify(local, schemes.parse(local.headers), key.private.public_key(), NOW_MS)
        assert second.body == b'{"type":"Like"}'
        assert second.by_name().keys() >= {"user-agent", "content-type", "content-digest", "host", "accept"}


async def test_a_fetch_is_repeated_like_a_delivery(client: Client, key: SigningKey) -> None:
    async with running(understands(Scheme.RFC_9421)) as peer:
        assert (await client.get_document(peer.url("/users/7?x=1"), key)).json == {"id": "x"}

        local = replace(peer.requests[-1], scheme="http")
        schemes.verify(local, schemes.parse(local.headers), key.private.public_key(), NOW_MS)


async def test_what_nobody_signs_is_asked_once(client: Client) -> None:
    async with running(understands()) as peer:
        with pytest.raises(FetchFailed, match="401"):
            await client.get_document(peer.url(), None)

        assert len(peer.requests) == 1


@pytest.mark.parametrize("refusal", [400, 403, 404, 410, 429, 500])
async def test_only_401_is_an_invitation_to_knock_again(client: Client, key: SigningKey, refusal: int) -> None:
    async with running(understands(refusal=refusal)) as peer:
        answer = await client.post(peer.url(), b"{}", key)

        assert answer.status == refusal
        assert len(peer.requests) == 1


@pytest.mark.parametrize("second", [400, 401, 403, 500])
async def test_if_the_second_knock_is_no_better_the_first_answer_counts(
    client: Client, key: SigningKey, second: int
) -> None:
    async def give(request: SignedRequest) -> AsyncIterator[bytes]:
        if scheme_of(request) is Scheme.CAVAGE:
            yield reply(b"The first reason", status=401, headers="Retry-After: 7\r\n")
        else:
            yield reply(b"The second reason", status=second)

    async with running(give) as peer:
        answer = await client.post(peer.url(), b"{}", key)

        assert (answer.status, answer.body_excerpt, answer.retry_after_s) == (401, "The first reason", 7)


async def test_each_hop_of_a_redirect_is_knocked_at_by_itself(client: Client, key: SigningKey) -> None:
    async with running(understands(Scheme.RFC_9421)) as second:

        async def point(request: SignedRequest) -> AsyncIterator[bytes]:
            yield redirect(second.url(host="shymkent.localhost"))

        async with running(point) as first:
            await client.get_document(first.url(), key)

            assert tried(first) == [Scheme.CAVAGE]
        assert tried(second) == BOTH


# Memory


async def test_what_a_host_understands_is_remembered(client: Client, remembering: SigningKey) -> None:
    async with running(understands(Scheme.RFC_9421)) as peer:
        await client.post(peer.url(), b"{}", remembering)
        tried(peer)
        await client.post(peer.url(), b"{}", remembering)
        await client.get_document(peer.url(), remembering)

        assert tried(peer) == [Scheme.RFC_9421, Scheme.RFC_9421]


async def test_another_process_and_a_restart_know_it_too(
    client: Client, remembering: SigningKey, database: Database, clock: Clock
) -> None:
    async with running(understands(Scheme.RFC_9421)) as peer:
        await client.post(peer.url(), b"{}", remembering)
        tried(peer)
        await client.post(peer.url(), b"{}", replace(remembering, memory=Schemes(database, clock)))

        assert tried(peer) == [Scheme.RFC_9421]


async def test_a_host_that_goes_back_to_the_draft_is_understood_again(
    client: Client, remembering: SigningKey, memory: Schemes
) -> None:
    async with running(understands(Scheme.CAVAGE)) as peer:
        host = peer.url().split("/")[2]
        await memory.note(host, Scheme.RFC_9421)

        await client.post(peer.url(), b"{}", remembering)
        await client.post(peer.url(), b"{}", remembering)

        assert tried(peer) == [Scheme.RFC_9421, Scheme.CAVAGE, Scheme.CAVAGE]
        memory.clear()
        assert await memory.order(host) == tuple(BOTH)


async def test_a_host_that_refuses_both_is_not_asked_twice_for_an_hour(
    client: Client, remembering: SigningKey, clock: Clock
) -> None:
    async with running(understands()) as peer:
        for _ in range(2):
            await client.post(peer.url(), b"{}", remembering)
        assert tried(peer) == [*BOTH, Scheme.CAVAGE]

        clock.now += HOUR_MS
        await client.post(peer.url(), b"{}", remembering)
        assert tried(peer) == BOTH


async def test_an_error_after_the_second_knock_teaches_nothing(client: Client, remembering: SigningKey) -> None:
    async with running(understands(Scheme.RFC_9421, status=500)) as peer:
        for _ in range(2):
            await client.post(peer.url(), b"{}", remembering)

        assert tried(peer) == [*BOTH, *BOTH]


# Among schools


@pytest.mark.network(1)
async def test_a_server_that_only_knows_rfc_9421_is_followed_and_told(network: Network) -> None:
    stranger, almaty = network.stranger("strict.test"), network["almaty"]
    stranger.understands = Scheme.RFC_9421
    dave = stranger.person("dave", network.next_keys())

    aigul: Actor = await almaty.teacher()
    await almaty.follow(aigul, await almaty.knows(dave))  # type: ignore[arg-type]

    assert network.wire.sent("Follow")[0].status == 202
    # Discovery, which needs no signature, knocks for itself; of the signed requests only the first was refused.
    assert [path for path in stranger.refused if not path.startswith("/.well-known")] == ["/users/dave"]

"""How streams end: with what opened them, and by bounds (behaviours 13.7 and 13.11)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fedi.actions import access, accounts, moderation
from fedi.auth import bearer
from fedi.instances import Instance, streams
from fedi.instances.streams import SIGNED_OUT, STOPPED, TOO_SLOW, Reader, Room
from fedi.models.accounts import Account
from fedi.store import accounts as stored
from fedi.store import tokens
from fedi.store.database import Transaction
from tests.api.conftest import Clients, let_in
from tests.api.streaming.listening import Socket, events, say, socket

End = Callable[[Transaction, Account], Awaitable[Any]]


async def _suspend(tx: Transaction, account: Account) -> None:
    await moderation.suspend(tx, None, account)


async def _change_password(tx: Transaction, account: Account) -> None:
    await accounts.set_password(tx, account, "hash of another", keep=None)


async def _revoke(tx: Transaction, account: Account) -> None:
    [program] = await access.programs(tx, account.id)
    await access.end_program(tx, account.id, program.app.id)


async def _delete(tx: Transaction, account: Account) -> None:
    await accounts.delete(tx, account)


@pytest.mark.parametrize("end", [_suspend, _change_password, _revoke, _delete])
async def test_streams_end_with_what_opened_them_and_others_stay(clients: Clients, end: End) -> None:
    async with (
        socket(clients.aigul, "user", "public") as heard,
        events(clients.aigul, "public") as also,
        socket(clients.bolat, "public") as other,
    ):

        async def unit(tx: Transaction) -> None:
            account = await stored.by_id(tx, clients.aigul.me.id)
            assert account is not None
            await end(tx, account)

        await clients.school.write(unit)
        post_id = await say(clients.bolat)

        assert await heard.closed() == SIGNED_OUT
        assert await also.text() == ""
        assert (await other.next())["payload"]["id"] == post_id
        assert await Socket(clients.aigul).open() in (401, 403)


async def test_a_token_that_is_given_back_ends_its_own_streams_only(clients: Clients) -> None:
    second = await let_in(clients.school, clients.aigul.me, "read")
    async with socket(clients.aigul, "public") as heard, socket(second, "public") as other:

        async def unit(tx: Transaction) -> None:
            [token] = [each for each in await tokens.of_account(tx, clients.aigul.me.id) if each.scopes == ("read",)]
            await tokens.revoke(tx, token.id)
            tx.announce("tokens", token.id)

        await clients.school.write(unit)

        assert await other.closed() == SIGNED_OUT
        await say(clients.bolat)
        assert (await heard.next())["event"] == "update"


async def test_what_waits_is_not_sent_to_who_has_been_signed_out(clients: Clients) -> None:
    reader = Reader(1, 2, "", notified=True)
    reader.push("secret")
    reader.end(SIGNED_OUT)
    reader.push("secret")

    assert (await reader.next(), reader.ended) == (None, SIGNED_OUT)


async def test_a_token_that_ends_while_it_is_looked_at_opens_nothing(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = bearer.caller

    async def and_suspend(instance: Instance, token: str) -> bearer.Caller:
        found = await look(instance, token)
        assert found.account is not None
        await clients.school.write(_suspend, found.account)
        return found

    monkeypatch.setattr(bearer, "caller", and_suspend)
    late = Socket(clients.aigul)

    assert await late.open() == 101
    assert await late.closed() == SIGNED_OUT
    await late.hang_up()


async def test_what_a_command_has_ended_ends_here_too(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = clients.school.instance
    async with socket(clients.aigul, "public") as heard:

        async def unit(tx: Transaction) -> None:
            await tokens.revoke_of(tx, clients.aigul.me.id, None)

        await clients.school.write(unit)
        monkeypatch.setattr(instance.db, "changed", _true)
        await instance.refresh()

        assert await heard.closed() == SIGNED_OUT


async def _true() -> bool:
    return True


async def test_tokens_are_looked_at_now_and_then(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CHECK_S", 0.01)
    async with socket(clients.aigul, "public") as heard:

        async def unit(tx: Transaction) -> None:
            await tokens.revoke_of(tx, clients.aigul.me.id, None)

        await clients.school.write(unit)

        assert await heard.closed() == SIGNED_OUT


async def test_who_does_not_read_is_left_and_costs_nothing_more(clients: Clients) -> None:
    slow, big = Reader(1, 2, "", notified=True), Reader(1, 2, "", notified=True)
    for _ in range(streams.WAITING + 1):
        slow.push("x")
    for _ in range(3):
        big.push("x" * (streams.WAITING_BYTES // 2))
    huge = Reader(1, 2, "", notified=True)
    huge.push("x" * (streams.WAITING_BYTES + 1))

    assert (slow.ended, big.ended, huge.ended) == (TOO_SLOW, TOO_SLOW, None)
    assert (len(slow._waiting), len(big._waiting)) == (0, 0)


async def test_what_was_read_makes_room_again(clients: Clients) -> None:
    reader, half = Reader(1, 2, "", notified=True), "x" * (streams.WAITING_BYTES // 2)
    reader.push(half)
    for _ in range(5):
        reader.push(half)
        assert await reader.next() == half

    assert reader.ended is None


async def test_a_reader_who_is_too_slow_is_told_to_come_again(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with socket(clients.aigul, "public") as heard:
        [reader] = clients.school.instance.streams._readers
        for _ in range(streams.WAITING + 1):
            reader.push("x")

        assert await heard.closed() == TOO_SLOW


@pytest.mark.parametrize("bound", ["OF_TOKEN", "OF_ACCOUNT", "OF_ADDRESS"])
async def test_only_so_many_streams_are_open_of_one_token_person_or_address(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(streams, bound, 1)
    async with socket(clients.aigul):
        beyond = Socket(clients.aigul)
        assert await beyond.open() == 429
        assert beyond.body == {"error": "Too many requests"}

    async with socket(clients.aigul):
        pass


async def test_a_process_keeps_connections_for_others(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(1)
    monkeypatch.setattr(clients.school.instance.streams, "_room", room)
    async with socket(clients.aigul):
        assert await Socket(clients.bolat).open() == 429
    assert room.left == 1


async def test_who_opens_streams_all_the_time_is_asked_to_wait(clients: Clients) -> None:
    for _ in range(120):
        opened = Socket(clients.aigul)
        assert await opened.open() == 101
        await opened.hang_up()

    assert await Socket(clients.aigul).open() == 429


async def test_nothing_of_a_school_is_heard_when_the_last_stream_has_ended(clients: Clients) -> None:
    instance = clients.school.instance
    before = {topic: len(each) for topic, each in instance.hub._listeners.items()}
    async with socket(clients.aigul, "user") as heard, socket(clients.bolat, "user"):
        heard.subscribe("hashtag", tag="math")
        await heard.settled()
        tasks = instance.streams._tasks

    await asyncio.gather(*tasks, return_exceptions=True)
    assert {topic: len(each) for topic, each in instance.hub._listeners.items()} == before
    assert not any(instance.streams._channels.values())
    assert all(task.done() for task in tasks)


async def test_a_list_is_heard_only_while_somebody_listens_to_it(clients: Clients) -> None:
    made = (await clients.aigul.post("/api/v1/lists", json={"title": "Mine"})).json()["id"]
    topics = clients.school.instance.hub._listeners
    async with socket(clients.aigul, "user") as heard:
        heard.subscribe("list", list=made)
        await heard.settled()
        assert f"list:{made}" in topics
        heard.say(type="unsubscribe", stream="list", list=made)
        await heard.settled()
        assert f"list:{made}" not in topics


async def test_streams_end_with_their_school(clients: Clients) -> None:
    async with socket(clients.aigul, "user") as heard:
        await clients.network.worker._instances.close()

        assert await heard.closed() == STOPPED


async def test_a_school_with_an_open_stream_is_not_closed_for_being_idle(clients: Clients) -> None:
    async with socket(clients.aigul, "user"):
        assert clients.school.instance.holders == 1
    assert clients.school.instance.holders == 0

"""Who may open a stream, and a channel of it: what WebSockets and streams of events share."""

from __future__ import annotations

from fedi.api.streaming import news
from fedi.api.streaming.channels import NOTIFICATIONS, Asked
from fedi.auth.bearer import BadToken, Caller
from fedi.errors import NotFound, TooManyRequests
from fedi.instances import Instance
from fedi.instances.rates import Budget
from fedi.instances.streams import Label, Reader
from fedi.policies import scopes
from fedi.store import lists

OPENINGS = Budget("streams", 120, 5 * 60_000)
SUBSCRIPTIONS = Budget("subscriptions", 600, 5 * 60_000)
"""Clients come again and again while a network is bad; beyond these, one has gone wild."""


async def open_stream(instance: Instance, caller: Caller | None, address: str) -> Reader:
    """Begin a stream of a person's, on no channel yet; BadToken for a client's own token, TooManyRequests."""
    if caller is None or caller.account is None:
        raise BadToken("The access token is invalid")
    spend(instance, OPENINGS, caller.account.id)
    notified = scopes.covers(caller.token.scopes, NOTIFICATIONS)
    reader = Reader(caller.token.id, caller.account.id, address, notified=notified)
    instance.streams.open(reader, news.teller(instance))
    try:
        await instance.streams.check_one(reader)
    except BaseException:
        instance.streams.close(reader)
        raise
    return reader


async def join(instance: Instance, reader: Reader, asked: Asked, label: Label) -> None:
    """Have a stream listen to a channel; NotFound for a list that is not hers."""
    channel = asked.channel
    if channel.name == "list" and not await instance.db.read(lists.own, reader.account_id, int(channel.which)):
        raise NotFound("There is no such list")
    instance.streams.subscribe(reader, channel, label)


def spend(instance: Instance, budget: Budget, account_id: int) -> None:
    """Count one; TooManyRequests beyond the budget."""
    spent = instance.rates.spend(budget, account_id, instance.clock())
    if spent.over:
        raise TooManyRequests("Too many requests", -(-(spent.resets_at - instance.clock()) // 1000))

"""Other servers as an administrator sees them: what they are, how it goes with them, and deliveries stopped by hand."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.actions import moderation
from fedi.actions.peers import other_host
from fedi.models.accounts import Account
from fedi.models.activities import Received
from fedi.models.follows import FollowView
from fedi.models.paging import Page
from fedi.models.peers import Peer, Server
from fedi.store import actors, backlog, follows, hosts, jobs, peers, receipts, received, servers
from fedi.store.backlog import DeadJob
from fedi.store.database import Transaction
from fedi.store.hosts import HostState
from fedi.store.jobs import Lane, NewJob

CHECK_DAYS = 7
"""How long what a server said about its software is believed."""

SHOWN = 50
PREVIEWS = 30
_CHECKED_AT_ONCE = 50
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """All that is known about one server. `given_up` and what is `held` are the latest of each."""

    host: str
    peer: Peer | None
    server: Server | None
    health: HostState | None
    people: int
    followed_by_us: int
    following_us: int
    waiting: int
    given_up: list[DeadJob]
    held: int
    held_follows: list[FollowView]
    held_latest: list[Received]

    @property
    def first_contact(self) -> int | None:
        """When we first had to do with it, in milliseconds."""
        known = [self.server.first_seen_at] if self.server else []
        return min([*known, *([self.peer.created_at] if self.peer else [])], default=None)

    @property
    def last_contact(self) -> int | None:
        """When it last spoke, or took what we sent."""
        heard = self.server.last_heard_at if self.server else None
        taken = self.health.last_success_at if self.health else None
        return max((at for at in (heard, taken) if at is not None), default=None)

    @property
    def stopped(self) -> bool:
        """Whether our administrator has stopped deliveries to it."""
        return self.health is not None and self.health.stopped_at is not None


async def facts(tx: Transaction, by: Account | None, name: str) -> ServerFacts:
    """What is known about a server; Invalid if the name cannot be one's."""
    moderation.require_admin(by)
    host = other_host(tx, name)
    counted = await follows.count_with_host(tx, host)
    return ServerFacts(
        host=host,
        peer=await peers.by_host(tx, host),
        server=await servers.by_host(tx, host),
        health=await hosts.state(tx, host),
        people=await actors.count_at(tx, host),
        followed_by_us=counted.outbound,
        following_us=counted.inbound,
        waiting=await backlog.waiting_for(tx, host),
        given_up=await backlog.dead_for(tx, host, SHOWN),
        held=await received.count_held(tx, host),
        held_follows=await follows.held(tx, Page(limit=SHOWN), host),
        held_latest=await received.held_of(tx, host, PREVIEWS),
    )


async def latest(tx: Transaction) -> list[Server]:
    """The servers that spoke last."""
    return await servers.latest(tx, SHOWN)


async def heard_from(tx: Transaction, host: str) -> None:
    """Something signed came from a server: it lives, and what waits for it may go."""
    await servers.heard(tx, host)
    await hosts.shows_life(tx, host)


async def stop_deliveries(tx: Transaction, by: Account | None, name: str) -> str:
    """Let everything for a server wait until `resume_deliveries`; gives the host as it is spelled here."""
    moderation.require_admin(by)
    host = other_host(tx, name)
    await hosts.stop(tx, host)
    return host


async def resume_deliveries(tx: Transaction, by: Account | None, name: str) -> str:
    """Send what waits for a server now, whether it was stopped by hand or paused because it did not answer."""
    moderation.require_admin(by)
    host = other_host(tx, name)
    await hosts.go_on(tx, host)
    return host


async def retry_delivery(tx: Transaction, by: Account | None, job_id: int) -> bool:
    """Try something that was given up once more from the start; False if there is none."""
    moderation.require_admin(by)
    return await backlog.revive(tx, job_id)


async def drop_delivery(tx: Transaction, by: Account | None, job_id: int) -> bool:
    """Forget something that was given up; False if there is none."""
    moderation.require_admin(by)
    await receipts.lose_job(tx, job_id)
    return await backlog.discard(tx, job_id)


async def ask_again(tx: Transaction, by: Account | None, name: str) -> str:
    """Ask a server now what it runs."""
    moderation.require_admin(by)
    host = other_host(tx, name)
    await servers.meet_one(tx, host)
    await jobs.enqueue(tx, check_job(host))
    return host


async def ask_unchecked(tx: Transaction) -> None:
    """Ask those servers what they run of which nobody knows, or knew lately."""
    await servers.meet(tx)
    for host in await servers.unchecked(tx, tx.now - CHECK_DAYS * _DAY_MS, _CHECKED_AT_ONCE):
        await jobs.enqueue(tx, check_job(host))


def check_job(host: str) -> NewJob:
    """The job that asks a server for its NodeInfo; it waits with the deliveries to a server that does not answer."""
    return NewJob("check-server", {"host": host}, Lane.DELIVERY, host, f"check>{host}")

"""Delivery: what each answer of a peer means for the job, for those behind it, and for the host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fedi.instances import Instance, Instances
from fedi.models.activities import SentActivity
from fedi.outbound import delivery
from fedi.outbound.client import Answer
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.store import activities, actors, backlog, hosts, jobs
from fedi.store.database import Transaction
from fedi.worker import Worker
from tests import factories
from tests.network import furnish

HOST = "kostanay.test"
INBOX = f"https://{HOST}/users/9/inbox"


@dataclass(slots=True)
class Peer:
    """Stands for the client: answers as the test says, and notes what was sent."""

    answers: Callable[[int], Answer | FetchFailed]
    sent: list[bytes] = field(default_factory=list)

    async def post(self, url: str, body: bytes, signer: object, *, headers: object = None) -> Answer:
        self.sent.append(body)
        answer = self.answers(len(self.sent))
        if isinstance(answer, FetchFailed):
            raise answer
        return answer


@dataclass(slots=True)
class School:
    instance: Instance
    instances: Instances

    async def send(self, peer: Peer, activities_sent: int = 1) -> None:
        await self.instance.db.write(_enqueue, activities_sent)
        await Worker(self.instances, peer).drain()  # type: ignore[arg-type]

    async def again(self, peer: Peer) -> None:
        await Worker(self.instances, peer).drain()  # type: ignore[arg-type]


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    furnish(tmp_path / "almaty.test")
    (tmp_path / "almaty.test" / "instance.toml").write_text('host = "almaty.test"\nname = "School"\n')
    instances = Instances(tmp_path)
    instance = await instances.by_host("almaty.test")
    assert instance is not None
    yield School(instance, instances)
    await instances.close()


async def _enqueue(tx: Transaction, number: int) -> None:
    sender = await actors.school_actor(tx)
    for n in range(number):
        activity_id = tx.new_id()
        json = f'{{"type":"Create","object":{{"type":"Note"}},"n":{n}}}'
        sent = SentActivity(activity_id, f"{sender.uri}#{n}", sender.id, "Create", "", None, False, json, tx.now)
        await activities.insert(tx, sent)
        await jobs.enqueue(tx, delivery.job(activity_id, sender.id, INBOX, HOST))


def answers(status: int, retry_after_s: int | None = None) -> Callable[[int], Answer]:
    return lambda _: Answer(status, retry_after_s, "")


async def test_what_arrives_is_forgotten_and_sent_in_order(school: School) -> None:
    peer = Peer(answers(202))
    await school.send(peer, 3)

    assert [body[-2:-1] for body in peer.sent] == [b"0", b"1", b"2"]
    assert await school.instance.db.read(backlog.waiting_for, HOST) == 0


@pytest.mark.parametrize("status", [401, 408, 429, 500, 503])
async def test_what_may_succeed_later_waits_and_nothing_overtakes_it(school: School, status: int) -> None:
    peer = Peer(answers(status))
    await school.send(peer, 2)

    assert len(peer.sent) == 1
    assert await school.instance.db.read(backlog.waiting_for, HOST) == 2
    assert await school.instance.db.read(backlog.dead, 10) == []


@pytest.mark.parametrize("status", [400, 403, 404, 410, 501])
async def test_what_is_refused_for_good_is_kept_with_its_reason_and_sent_once(school: School, status: int) -> None:
    peer = Peer(lambda n: Answer(status if n == 1 else 202, None, "no"))
    await school.send(peer, 3)

    assert [body[-2:-1] for body in peer.sent] == [b"0", b"1", b"2"]
    [dead] = await school.instance.db.read(backlog.dead, 10)
    assert (dead.error or "").startswith(f"{status}: no")
    assert await school.instance.db.read(backlog.waiting_for, HOST) == 0


async def test_a_host_that_asks_for_patience_gets_it(school: School) -> None:
    await school.send(Peer(answers(503, retry_after_s=86_400)))

    due = await school.instance.db.read(backlog.soonest)
    assert due is not None
    assert due > school.instance.clock() + 86_000_000


async def test_a_host_that_cannot_be_reached_is_paused_at_once(school: School) -> None:
    await school.send(Peer(lambda _: FetchFailed(FailureKind.UNREACHABLE, INBOX, "no route")))

    state = await school.instance.db.read(hosts.state, HOST)
    assert state is not None
    assert state.paused_until is not None
    assert "no route" in (state.last_error or "")


async def test_an_account_whose_inbox_is_gone_is_gone(school: School) -> None:
    async def know(tx: Transaction) -> int:
        return (await factories.colleague(tx, host=HOST, inbox=INBOX)).id

    colleague = await school.instance.db.write(know)
    await school.send(Peer(answers(410)))

    known = await school.instance.db.read(actors.by_id, colleague)
    assert known is None or known.gone

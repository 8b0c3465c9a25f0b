"""What the school is, what it allows and what its API can do."""

from __future__ import annotations

from fedi.api.call import FIVE_MINUTES, Answer, Call, answer
from fedi.api.entities import instance as entities
from fedi.api.entities.instance import Numbers
from fedi.store import served
from fedi.store.database import Transaction

_MONTH_MS = 30 * 24 * 3600_000


async def show(call: Call) -> Answer:
    """GET /api/v2/instance."""
    numbers = await call.read(_numbers)
    return answer(entities.instance(call.instance.school, numbers, "", _open(call)), headers=FIVE_MINUTES)


async def show_v1(call: Call) -> Answer:
    """GET /api/v1/instance."""
    numbers = await call.read(_numbers)
    return answer(entities.instance_v1(call.instance.school, numbers, "", _open(call)), headers=FIVE_MINUTES)


def _open(call: Call) -> bool:
    return call.instance.config.test_instance.open_sign_up


async def _numbers(tx: Transaction) -> Numbers:
    return Numbers(
        people=await served.count_people(tx, 0),
        active_month=await served.count_people(tx, tx.now - _MONTH_MS),
        posts=await served.count_posts(tx),
        hosts=await served.count_hosts(tx),
    )


async def rules(call: Call) -> Answer:
    """GET /api/v1/instance/rules."""
    return answer(entities.rules(call.instance.school), headers=FIVE_MINUTES)

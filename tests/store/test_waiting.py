"""What waits for moderators is counted alike on both engines, each server once."""

from fedi.actions import moderation, reports
from fedi.models.accounts import Role
from fedi.models.follows import FollowState
from fedi.models.moderation import Waiting
from fedi.models.peers import Standing
from fedi.models.reports import NewReport
from fedi.store import peers
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_reports_servers_at_the_door_and_offers_are_counted(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    for name in ("first", "second"):
        stranger = await make.colleague(tx, name, host="door.test")
        await make.follow(tx, stranger, aigul, FollowState.HELD)
        await reports.report(tx, aigul, stranger, NewReport("Look at this"))
    await peers.decide(tx, "school.test", Standing.TRUSTED)
    await peers.set_confirmed(tx, "school.test", tx.now)

    assert await moderation.waiting(tx, Role.ADMIN) == Waiting(reports=2, servers=1, agreements=1)
    assert await moderation.waiting(tx, Role.MODERATOR) == Waiting(reports=2)
    assert await moderation.waiting(tx, Role.TEACHER) == Waiting()


@in_a_unit
async def test_nothing_waits_where_everything_is_decided(tx: Transaction) -> None:
    await make.agreement(tx)
    await peers.decide(tx, "blocked.test", Standing.BLOCKED)
    await peers.set_confirmed(tx, "blocked.test", tx.now)

    assert await moderation.waiting(tx, Role.ADMIN) == Waiting()

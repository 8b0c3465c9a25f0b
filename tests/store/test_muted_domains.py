"""Ties with a server are counted on both engines alike."""

from fedi.models.follows import FollowState
from fedi.store import muted_domains
from fedi.store.engine.transaction import Transaction
from fedi.store.muted_domains import Ties
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_ties_with_a_server_are_ones_own_accepted_and_of_that_server(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    olga, viktor = await make.colleague(tx, "olga"), await make.colleague(tx, "viktor")
    gulmira = await make.colleague(tx, "gulmira", host="shymkent.test")
    for one, other in ((aigul, olga), (aigul, gulmira), (bolat, viktor), (aigul, bolat), (olga, aigul)):
        await make.follow(tx, one, other)
    await make.follow(tx, viktor, aigul, FollowState.PENDING)

    assert await muted_domains.ties(tx, aigul.id, "kostanay.test") == Ties(following=1, followers=1)
    assert await muted_domains.ties(tx, aigul.id, "shymkent.test") == Ties(following=1, followers=0)
    assert await muted_domains.ties(tx, aigul.id, "nowhere.test") == Ties(following=0, followers=0)

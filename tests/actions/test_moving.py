"""Moves, relays and the comparison of followers, as units on both engines."""

from dataclasses import replace

import pytest

from fedi.actions import blocks, moves, mutes, relays, synchronization
from fedi.activitypub.synchronization import Synchronization, digest
from fedi.errors import Conflict, Forbidden, NotFound
from fedi.models.accounts import Role
from fedi.models.actors import ActorKind
from fedi.models.follows import FollowState
from fedi.models.relays import RelayState
from fedi.store import accounts, actors, follows
from fedi.store import blocks as stored_blocks
from fedi.store import mutes as stored_mutes
from fedi.store import relays as stored_relays
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_followers_blocks_and_mutes_go_along(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul")
    dana, saule, marat = [await make.teacher(tx, name) for name in ("dana", "saule", "marat")]
    target = await make.colleague(tx, "bolat", also_known_as=(aigul.uri,))
    await make.follow(tx, dana, aigul)
    await blocks.block(tx, saule, aigul)
    await mutes.mute(tx, marat, aigul, notifications=False)

    moved = await moves.move(tx, aigul, target)

    assert (await actors.by_id(tx, aigul.id)) == replace(moved, followers_count=0, updated_at=tx.now)
    new = await follows.between(tx, dana.id, target.id)
    assert new is not None
    assert new.state is FollowState.PENDING
    assert await follows.between(tx, dana.id, aigul.id) is None
    assert await stored_blocks.of(tx, saule.id, target.id) is not None
    mute = await stored_mutes.of(tx, marat.id, target.id)
    assert mute is not None
    assert mute.notifications is False
    with pytest.raises(Conflict):
        await moves.move(tx, moved, target)


@in_a_unit
async def test_who_may_not_follow_the_new_account_keeps_the_old_one(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    target = await make.colleague(tx, "bolat", also_known_as=(aigul.uri,))
    await make.follow(tx, dana, aigul)
    await blocks.block(tx, dana, target)

    await moves.move(tx, aigul, target)

    assert await follows.between(tx, dana.id, aigul.id) is not None
    assert await follows.between(tx, dana.id, target.id) is None


@in_a_unit
async def test_the_school_itself_and_the_gone_do_not_move(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul")
    school = replace(aigul, kind=ActorKind.APPLICATION)
    gone = await make.colleague(tx, "bolat", also_known_as=(aigul.uri,), suspended_at=1)

    with pytest.raises(Forbidden):
        await moves.move(tx, school, gone)
    with pytest.raises(NotFound):
        await moves.move(tx, aigul, gone)


@in_a_unit
async def test_a_relay_is_asked_by_an_administrator_and_answers_for_itself(tx: Transaction) -> None:
    await actors.insert(tx, make.actor(1, "almaty.test", uri=f"{tx.school.base_url}/actor"))
    aigul, bolat = await make.teacher(tx, "aigul"), await make.colleague(tx, "bolat")
    relay_actor = await make.colleague(tx, "relay", host="relay.test")
    teacher = await accounts.by_id(tx, aigul.id)
    await accounts.set_role(tx, aigul.id, Role.ADMIN)
    admin = await accounts.by_id(tx, aigul.id)
    assert teacher is not None

    with pytest.raises(Forbidden):
        await relays.follow(tx, teacher, "https://relay.test/inbox")
    asked = await relays.follow(tx, admin, "https://relay.test/inbox")
    with pytest.raises(Forbidden):
        await relays.answer(tx, asked, bolat, RelayState.ACCEPTED)
    before = await stored_relays.is_relay_host(tx, "relay.test")
    await relays.answer(tx, asked, relay_actor, RelayState.ACCEPTED)

    assert not before
    assert await stored_relays.is_relay(tx, relay_actor.uri)
    assert not await stored_relays.is_relay(tx, bolat.uri)
    with pytest.raises(Forbidden):
        await relays.unfollow(tx, teacher, asked.id)
    await relays.unfollow(tx, admin, asked.id)
    with pytest.raises(NotFound):
        await relays.unfollow(tx, admin, asked.id)
    assert not await stored_relays.is_relay_host(tx, "relay.test")


@in_a_unit
async def test_followers_are_compared_and_repaired(tx: Transaction) -> None:
    aigul, dana, saule = [await make.teacher(tx, name) for name in ("aigul", "dana", "saule")]
    bolat = await make.colleague(tx, "bolat")
    await make.follow(tx, aigul, bolat)
    await make.follow(tx, dana, bolat, FollowState.PENDING)
    await make.follow(tx, bolat, aigul)
    said = Synchronization(bolat.followers or "", f"{bolat.uri}/sync", digest([dana.uri, saule.uri]))

    assert await synchronization.statement(tx, aigul.id, bolat.host) == Synchronization(
        aigul.followers or "", f"{aigul.uri}/followers_synchronization", digest([bolat.uri])
    )
    assert not await synchronization.differs(tx, bolat.uri, replace(said, digest=digest([aigul.uri])))
    await synchronization.heard(tx, bolat.uri, said)
    await synchronization.heard(tx, bolat.uri, said)
    await synchronization.repair(tx, bolat.uri, [dana.uri, saule.uri, "https://almaty.test/users/nobody"])

    assert await follows.between(tx, aigul.id, bolat.id) is None
    let_in = await follows.between(tx, dana.id, bolat.id)
    assert let_in is not None
    assert let_in.state is FollowState.ACCEPTED
    queued = await tx.all(str, "SELECT kind FROM jobs ORDER BY id")
    assert queued.count("sync-followers") == 1
    assert queued.count("deliver") == 1  # saule's Undo

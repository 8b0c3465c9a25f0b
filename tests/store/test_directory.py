"""The directory, recommendations and agreements, on both engines."""

from fedi.actions import endorsements, follows, peers
from fedi.models.paging import Page
from fedi.models.peers import Standing
from fedi.store import actors, directory, people, relationships
from fedi.store import peers as stored_peers
from fedi.store.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_the_directory_is_ordered_by_the_last_public_post_and_leaves_out_who_is_gone(tx: Transaction) -> None:
    aigul, bolat, dana = [await make.teacher(tx, name, discoverable=True) for name in ("aigul", "bolat", "dana")]
    marat = await make.colleague(tx, "marat", discoverable=True)
    await make.teacher(tx, "shy", discoverable=False)
    await make.note(tx, aigul)
    await actors.set_suspended(tx, dana.id, tx.now)

    async def page(*, local: bool = False, by_activity: bool = True, limit: int = 9, offset: int = 0) -> list[int]:
        return await directory.page(tx, None, local=local, by_activity=by_activity, limit=limit, offset=offset)

    assert (await page())[0] == aigul.id
    assert set(await page()) == {aigul.id, bolat.id, marat.id}
    assert await page(local=True, by_activity=False) == [bolat.id, aigul.id]
    assert await page(local=True, limit=1, offset=1) == [bolat.id]


@in_a_unit
async def test_a_recommendation_stands_on_a_follow_and_keeps_its_time(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    await follows.follow(tx, aigul, bolat)
    await endorsements.endorse(tx, aigul, bolat)
    first = (await relationships.between(tx, aigul.id, bolat.id)).follow
    await endorsements.endorse(tx, aigul, bolat)
    again = (await relationships.between(tx, aigul.id, bolat.id)).follow

    listed = [each.actor_id for each in await people.endorsed(tx, None, aigul.id, Page())]
    await endorsements.withdraw(tx, aigul, bolat)

    assert first is not None
    assert again is not None
    assert first.endorsed_at == again.endorsed_at == tx.now
    assert listed == [bolat.id]
    assert await people.endorsed(tx, None, aigul.id, Page()) == []


@in_a_unit
async def test_the_schools_of_agreements_are_named_as_far_as_they_are_known(tx: Transaction) -> None:
    await make.agreement(tx, "kostanay.test")

    await stored_peers.set_confirmed(tx, "asks.test", tx.now)
    await stored_peers.decide(tx, "bad.test", Standing.BLOCKED)

    assert [each.host for each in await stored_peers.agreements(tx, offers=False)] == ["kostanay.test"]
    assert [each.host for each in await stored_peers.agreements(tx, offers=True)] == ["asks.test", "kostanay.test"]
    assert await peers.schools(tx, []) == {}
    assert await peers.schools(tx, ["kostanay.test"]) == {}

"""Suggestions are found on both engines alike."""

from fedi.store import suggestions
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_suggestions_are_found_and_bounded(tx: Transaction) -> None:
    aigul, bolat, dana = [await make.teacher(tx, name) for name in ("aigul", "bolat", "dana")]
    olga = await make.colleague(tx, "olga")
    for one, other in ((aigul, bolat), (bolat, dana), (bolat, olga), (bolat, aigul)):
        await make.follow(tx, one, other)

    found = await suggestions.friends_of_friends(tx, aigul.id, 40)
    await suggestions.dismiss(tx, aigul.id, dana.id)
    await suggestions.dismiss(tx, aigul.id, dana.id)
    await suggestions.dismiss(tx, aigul.id, 9)

    assert sorted(found) == sorted([dana.id, olga.id])
    assert await suggestions.friends_of_friends(tx, aigul.id, 40) == [olga.id]
    assert await suggestions.colleagues(tx, aigul.id, 40) == []
    assert sorted(await suggestions.colleagues(tx, dana.id, 40)) == sorted([aigul.id, bolat.id])
    assert len(await suggestions.colleagues(tx, dana.id, 1)) == 1

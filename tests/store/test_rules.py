"""House rules are kept, ordered and removed on both engines alike."""

import pytest

from fedi.actions import rules
from fedi.errors import Invalid, NotFound
from fedi.models.rules import Words
from fedi.store import rules as stored
from fedi.store.engine.transaction import Transaction
from tests.units import in_a_unit

KIND = {"kk": Words("Сыйлаймыз", "Әрқашан"), "en": Words("Be kind")}


async def texts(tx: Transaction) -> list[str]:
    return [rule.said("en").text for rule in await rules.current(tx)]


@in_a_unit
async def test_rules_are_kept_with_their_words_in_the_order_they_are_given(tx: Transaction) -> None:
    kind = await rules.add(tx, None, KIND)
    quiet = await rules.add(tx, None, {"en": Words("  Be quiet ")})
    last = await rules.add(tx, None, {"en": Words("Be brief")})

    assert (await rules.current(tx))[0].words == KIND
    assert await texts(tx) == ["Be kind", "Be quiet", "Be brief"]
    for rule_id, by, expected in (
        (last.id, -1, ["Be kind", "Be brief", "Be quiet"]),
        (last.id, -9, ["Be brief", "Be kind", "Be quiet"]),
        (last.id, 99, ["Be kind", "Be quiet", "Be brief"]),
        (kind.id, 1, ["Be quiet", "Be kind", "Be brief"]),
    ):
        await rules.move(tx, None, rule_id, by)
        assert await texts(tx) == expected
    await rules.remove(tx, None, quiet.id)
    await rules.change(tx, None, kind.id, {"en": Words("Be very kind")})
    await rules.add(tx, None, {"en": Words("Be there")})

    assert await texts(tx) == ["Be very kind", "Be brief", "Be there"]
    assert {each.id for each in await rules.ever(tx)} >= {kind.id, quiet.id, last.id}


@in_a_unit
async def test_what_is_removed_is_named_by_reports_and_is_no_rule_any_more(tx: Transaction) -> None:
    kind = await rules.add(tx, None, KIND)
    await rules.remove(tx, None, kind.id)

    await rules.require(tx, [str(kind.id)])
    for unknown in ("7", "x", ""):
        with pytest.raises(Invalid):
            await rules.require(tx, [str(kind.id), unknown])
    for act in (
        rules.remove(tx, None, kind.id),
        rules.move(tx, None, kind.id, 1),
        rules.change(tx, None, kind.id, KIND),
    ):
        with pytest.raises(NotFound):
            await act


@in_a_unit
async def test_what_is_written_twice_at_one_moment_is_written_once(tx: Transaction) -> None:
    """Two administrators take the rules of the settings over at the same time."""
    kind = await rules.add(tx, None, KIND)

    await stored.put(tx, [kind])

    assert len(await stored.everything(tx)) == 1

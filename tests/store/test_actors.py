"""What is noted about somebody beside what she says of herself takes nothing back that she says meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fedi.actions import actors as actor_actions
from fedi.models.actors import Actor, ProfileField
from fedi.store import actors
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

LINE = ProfileField("Site", '<a href="https://marat.test/">x</a>')


async def verified_while_she_says(tx: Transaction, **says: Any) -> Actor:
    """Somebody, when her page was found to link back and her server told of a change between reading and writing."""
    marat = await make.colleague(tx, "marat", fields=(LINE,))
    read = actors.by_id

    async def by_id(tx: Transaction, _: int) -> Actor:
        await actors.update_profile(tx, replace(marat, **says))
        return marat

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actors, "by_id", by_id)
        await actor_actions.note_verified(tx, marat.id, {LINE.value})
    after = await read(tx, marat.id)
    assert after is not None
    return after


@in_a_unit
async def test_that_a_page_links_back_changes_only_the_lines(tx: Transaction) -> None:
    after = await verified_while_she_says(tx, name="Marat B.", summary="<p>New</p>")

    assert (after.name, after.summary) == ("Marat B.", "<p>New</p>")
    assert [line.verified_at for line in after.fields] == [tx.now]


@in_a_unit
async def test_lines_that_changed_meanwhile_stay_as_they_are_now(tx: Transaction) -> None:
    other = ProfileField("Site", "none")

    assert (await verified_while_she_says(tx, fields=(other,))).fields == (other,)

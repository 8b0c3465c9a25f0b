"""Asking a partner who its partners are: what it says is taken within bounds; what cannot be had changes nothing."""

from typing import Any

import pytest

from fedi.actions import partners as actions
from fedi.store import partners
from fedi.store.database import Transaction
from tests import factories as make
from tests.network import Network, TestSchool

HOST, PATH = "partner.test", "/actor/partners"


async def known(school: TestSchool) -> list[str]:
    async def unit(tx: Transaction) -> list[str]:
        return await tx.all(str, "SELECT partner FROM partner_partners WHERE host = :host ORDER BY partner", host=HOST)

    found: list[str] = await school.read(unit)
    return found


async def ask(network: Network, *, says: Any) -> list[str]:
    """What is known after a partner of which something was known already has been asked."""
    school = network["almaty"]
    network.stranger(HOST).documents[PATH] = says

    async def unit(tx: Transaction) -> None:
        await make.agreement(tx, HOST)
        await partners.put(tx, HOST, ["old.test"])
        await actions.ask(tx, HOST)

    await school.write(unit)
    await network.drain()
    return await known(school)


def listed(*items: Any) -> dict[str, Any]:
    return {"id": f"http://{HOST}{PATH}", "type": "OrderedCollection", "orderedItems": list(items)}


async def test_what_a_partner_says_replaces_what_it_said(network: Network) -> None:
    said = listed("http://almaty.test/actor", {"id": "http://new.test/actor", "type": "Application"})

    assert await ask(network, says=said) == ["almaty.test", "new.test"]
    assert network.stranger(HOST).asked.count(PATH) == 1


@pytest.mark.parametrize(
    "says",
    [404, 410, {"id": f"http://{HOST}{PATH}", "type": "Note"}, {**listed(), "id": "http://other.test/actor/partners"}],
    ids=["absent", "gone", "a note", "of somebody else"],
)
async def test_what_is_no_list_changes_nothing(network: Network, says: Any) -> None:
    assert await ask(network, says=says) == ["old.test"]


async def test_what_is_no_address_is_left_out(network: Network) -> None:
    said = listed(
        "https://[", 7, None, {"name": "x"}, "https://a.test:99999/actor", "mailto:x", "http://new.test/actor"
    )

    assert await ask(network, says=said) == ["new.test"]


async def test_only_so_many_partners_of_one_school_are_kept(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST", 2)

    assert await ask(network, says=listed(*(f"http://school{n}.test/actor" for n in range(5)))) == [
        "school0.test",
        "school1.test",
    ]


async def test_nobody_is_asked_with_whom_no_agreement_stands(network: Network) -> None:
    await network["almaty"].write(actions.ask, HOST)
    await network["almaty"].write(actions.ask_all)
    await network.drain()

    assert network.stranger(HOST).asked == []


async def test_a_partner_whose_word_is_a_day_old_is_asked_again(network: Network) -> None:
    await ask(network, says=listed("http://almaty.test/actor"))
    network.stranger(HOST).documents[PATH] = listed()
    await network["almaty"].write(actions.ask_all)
    await network.drain()
    before = await known(network["almaty"])

    network.clock.advance(days=1)
    await network["almaty"].write(actions.ask_all)
    await network.drain()

    assert (before, await known(network["almaty"])) == (["almaty.test"], [])

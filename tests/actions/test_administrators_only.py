"""What decides for the whole school is refused by the action itself, whichever face asks for it."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from fedi.actions import emojis, host_lists, peers, rules, servers
from fedi.errors import Forbidden
from fedi.models.accounts import Account, Role
from fedi.models.files import FileKind, NewFile
from fedi.models.host_lists import ListedAs, ListMode, RemoteHostList
from fedi.models.peers import Severity, Terms
from fedi.models.rules import Words
from fedi.store import accounts
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

Decision = Callable[[Transaction, Account], Coroutine[Any, Any, object]]

HOST = "kostanay.test"
SAYING = {"en": Words("Be kind")}
LIST = RemoteHostList(f"https://{HOST}/actor/lists/blocked", f"https://{HOST}/actor", "", ListedAs.BLOCKED, (), 1)
PICTURE = NewFile(FileKind.IMAGE, "image/png", "bravo.png", 10, "a" * 64, "aa", width=8, height=8)

DECISIONS: dict[str, Decision] = {
    "trust a server": lambda tx, by: peers.add(tx, by, HOST),
    "block a server": lambda tx, by: peers.block(tx, by, HOST),
    "hold a server to terms": lambda tx, by: peers.restrain(tx, by, HOST, Terms(Severity.SILENCE)),
    "change one of its terms": lambda tx, by: peers.hold(tx, by, HOST, reject_media=True),
    "hold nothing against a server": lambda tx, by: peers.release(tx, by, HOST),
    "note something about a server": lambda tx, by: peers.set_note(tx, by, HOST, "slow"),
    "take a decision back": lambda tx, by: peers.remove(tx, by, HOST),
    "end an agreement": lambda tx, by: peers.end_agreement(tx, by, HOST),
    "look at a server": lambda tx, by: servers.facts(tx, by, HOST),
    "stop deliveries": lambda tx, by: servers.stop_deliveries(tx, by, HOST),
    "resume deliveries": lambda tx, by: servers.resume_deliveries(tx, by, HOST),
    "try a delivery again": lambda tx, by: servers.retry_delivery(tx, by, 1),
    "drop a delivery": lambda tx, by: servers.drop_delivery(tx, by, 1),
    "ask a server what it runs": lambda tx, by: servers.ask_again(tx, by, HOST),
    "write a list with its notes": lambda tx, by: host_lists.exported(tx, by, ListedAs.BLOCKED, True),
    "read a file of servers": lambda tx, by: host_lists.import_rows(tx, by, []),
    "publish a list": lambda tx, by: host_lists.publish(tx, by, ListedAs.BLOCKED, True),
    "follow a list": lambda tx, by: host_lists.subscribe(tx, by, LIST, ListMode.ASK),
    "end a list": lambda tx, by: host_lists.unsubscribe(tx, by, 1),
    "settle an entry": lambda tx, by: host_lists.settle(tx, by, 1, HOST, True),
    "look at what a list proposes": lambda tx, by: host_lists.proposals(tx, by, 1, 10),
    "add an emoji": lambda tx, by: emojis.add(tx, by, "bravo", PICTURE),
    "disable an emoji": lambda tx, by: emojis.set_disabled(tx, by, "bravo", disabled=True),
    "remove an emoji": lambda tx, by: emojis.remove(tx, by, "bravo"),
    "add a rule": lambda tx, by: rules.add(tx, by, SAYING),
    "change a rule": lambda tx, by: rules.change(tx, by, 1, SAYING),
    "move a rule": lambda tx, by: rules.move(tx, by, 1, 1),
    "remove a rule": lambda tx, by: rules.remove(tx, by, 1),
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
@in_a_unit
async def test_neither_a_teacher_nor_a_moderator_decides_for_the_school(tx: Transaction, decide: Decision) -> None:
    account = await accounts.by_id(tx, (await make.teacher(tx)).id)
    assert account is not None
    for role in (Role.TEACHER, Role.MODERATOR):
        with pytest.raises(Forbidden):
            await decide(tx, replace(account, role=role))

"""An administrator learns on the pages she reads anyway that something waits for her."""

import pytest

from fedi.actions import reports
from fedi.config import LANGUAGES
from fedi.models.accounts import Role
from fedi.models.follows import FollowState
from fedi.models.peers import Standing
from fedi.models.reports import NewReport
from fedi.store import peers
from fedi.store.database import Transaction
from tests import factories as make
from tests.web.browsing import problems_of, signed_in, text_of
from tests.web.conftest import Visitors


async def something_waits(tx: Transaction, visitors: Visitors) -> None:
    """A report, two people of one server at the door, and an offer of a school."""
    await reports.report(tx, visitors.aigul, visitors.saule, NewReport("Look at this"))
    for name in ("first", "second"):
        await make.follow(tx, await make.colleague(tx, name, host="door.test"), visitors.aigul, FollowState.HELD)
    await peers.decide(tx, "school.test", Standing.TRUSTED)
    await peers.set_confirmed(tx, "school.test", tx.now)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_administrator_is_told_of_all_that_waits_in_each_language(visitors: Visitors, language: str) -> None:
    await visitors.school.write(something_waits, visitors)
    admin = await signed_in(visitors.school, visitors.saule, role=Role.ADMIN, language=language)
    pages = {path: (await admin.get(path)).text for path in ("/home", "/notifications", "/admin/")}

    assert {path: problems_of(html) for path, html in pages.items()} == {path: [] for path in pages}
    assert "(3)" in text_of(pages["/home"])
    for path in ("/admin/reports", "/admin/held", "/admin/peers"):
        assert f'<li><a href="{path}">1 ' in pages["/notifications"]
        assert f'href="{path}">' in pages["/admin/"]
    assert text_of(pages["/admin/"]).count("(1)") == 3


async def test_a_moderator_is_told_of_reports_and_a_teacher_of_nothing(visitors: Visitors) -> None:
    await visitors.school.write(something_waits, visitors)
    moderator = await signed_in(visitors.school, await visitors.school.teacher("dana"), role=Role.MODERATOR)
    told, untold = [(await each.get("/notifications")).text for each in (moderator, visitors.teacher)]

    assert "1 report waits for you." in told
    assert "at the door" not in told
    assert "waits for you" not in untold

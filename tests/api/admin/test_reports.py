"""Reports as moderators deal with them through the admin API."""

from pathlib import Path
from typing import Any

import pytest

from fedi.models.accounts import Role
from tests.api.admin.conftest import Staff
from tests.api.conftest import let_in
from tests.api.specification import problems
from tests.network import open_network

REPORTS = "/api/v1/admin/reports"


@pytest.fixture
async def made(staff: Staff) -> dict[str, Any]:
    """aigul reports a post of bolat's."""
    post = await staff.everybody.school.post(staff.everybody.bolat.me, "Buy my book")
    form = {"account_id": str(staff.everybody.bolat.me.id), "status_ids": [str(post.id)], "comment": "Spam"}
    found: dict[str, Any] = (await staff.everybody.aigul.post("/api/v1/reports", json=form)).json()
    return found


async def test_a_report_comes_whole(staff: Staff, made: dict[str, Any]) -> None:
    listed = (await staff.marat.get(REPORTS)).json()
    one = (await staff.marat.get(f"{REPORTS}/{made['id']}")).json()

    assert problems("[Admin::Report]", [*listed, one]) == []
    assert listed == [one]
    assert [one["account"]["username"], one["target_account"]["username"]] == ["aigul", "bolat"]
    assert [each["content"] for each in one["statuses"]] == ["<p>Buy my book</p>"]
    assert (one["comment"], one["action_taken"], one["assigned_account"]) == ("Spam", False, None)


async def test_a_report_is_taken_let_go_resolved_and_opened_again(staff: Staff, made: dict[str, Any]) -> None:
    steps = ("assign_to_self", "unassign", "resolve", "reopen")
    taken, left, done, again = [(await staff.marat.post(f"{REPORTS}/{made['id']}/{each}")).json() for each in steps]

    assert problems("[Admin::Report]", [taken, left, done, again]) == []
    assert (taken["assigned_account"]["username"], left["assigned_account"]) == ("marat", None)
    assert (done["action_taken"], done["action_taken_by_account"]["username"]) == (True, "marat")
    assert (again["action_taken"], again["action_taken_at"], again["action_taken_by_account"]) == (False, None, None)


async def test_reports_are_listed_by_what_became_of_them_by_whom_and_about_whom(
    staff: Staff, made: dict[str, Any]
) -> None:
    aigul, bolat = staff.everybody.aigul.me.id, staff.everybody.bolat.me.id
    queries = (f"?account_id={aigul}", f"?target_account_id={bolat}", f"?account_id={bolat}", "?resolved=true")
    before = [len((await staff.marat.get(f"{REPORTS}{each}")).json()) for each in queries]
    await staff.marat.post(f"{REPORTS}/{made['id']}/resolve")
    after = [len((await staff.marat.get(f"{REPORTS}{each}")).json()) for each in ("", "?resolved=true")]

    assert (before, after) == ([1, 1, 0, 0], [0, 1])


async def test_a_report_is_put_among_others(tmp_path: Path) -> None:
    async with open_network(tmp_path / "instances", 1, rules=["Be kind", "No advertising"]) as network:
        school = network["almaty"]
        aigul = await let_in(school, await school.teacher("aigul"))
        marat = await let_in(school, await school.teacher("marat"), role=Role.MODERATOR)
        form = {"account_id": str(marat.me.id)}
        path = f"{REPORTS}/{(await aigul.post('/api/v1/reports', json=form)).json()['id']}"

        violation = (await marat.put(path, json={"rule_ids": ["2"]})).json()
        kept = (await marat.patch(path, json={"category": "violation"})).json()
        spam = (await marat.put(path, json={"category": "spam"})).json()
        refused = [await marat.put(path, json=each) for each in ({"category": "x"}, {"rule_ids": ["9"]})]
        bare = await marat.put(path, json={"category": "violation"})

    assert problems("[Admin::Report]", [violation, spam]) == []
    assert [each["category"] for each in (violation, kept, spam)] == ["violation", "violation", "spam"]
    assert [[rule["text"] for rule in each["rules"]] for each in (violation, kept, spam)] == [
        ["No advertising"],
        ["No advertising"],
        [],
    ]
    assert [each.status_code for each in [*refused, bare]] == [422, 422, 422]


@pytest.mark.parametrize("verb", ["assign_to_self", "unassign", "resolve", "reopen"])
async def test_only_moderators_touch_reports(staff: Staff, made: dict[str, Any], verb: str) -> None:
    path = f"{REPORTS}/{made['id']}"
    reading = await let_in(staff.everybody.school, staff.marat.me, "admin:read", role=Role.MODERATOR)

    teacher = [await staff.everybody.aigul.get(path), await staff.everybody.aigul.post(f"{path}/{verb}")]
    narrow = await reading.post(f"{path}/{verb}")
    unknown = await staff.marat.post(f"{REPORTS}/12/{verb}")

    assert [each.status_code for each in [*teacher, narrow, unknown]] == [403, 403, 403, 404]
    assert not (await staff.marat.get(path)).json()["action_taken"]

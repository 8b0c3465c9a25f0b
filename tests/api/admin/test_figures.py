"""Figures for those who look after a school: true, or left out."""

from typing import Any

import pytest

from fedi.actions import follows as follow_actions
from fedi.actions import timelines
from fedi.store import accounts
from fedi.store.database import Transaction
from tests.api.admin.conftest import Staff
from tests.api.specification import problems

# The frozen clock stands at the 21st of September 2026.
SPAN = {"start_at": "2026-09-20", "end_at": "2026-09-22T12:00:00Z"}
MEASURES, DIMENSIONS = "/api/v1/admin/measures", "/api/v1/admin/dimensions"
RETENTION = "/api/v1/admin/retention"


async def _measured(staff: Staff, *keys: str, **more: Any) -> dict[str, dict[str, Any]]:
    answer = await staff.marat.post(MEASURES, json={"keys": list(keys), **SPAN, **more})
    assert problems("[Admin::Measure]", answer.json()) == []
    return {each["key"]: each for each in answer.json()}


async def _visit(staff: Staff, *account_ids: int) -> None:
    async def unit(tx: Transaction) -> None:
        for account in (await accounts.by_ids(tx, account_ids)).values():
            await timelines.welcome(tx, account)

    await staff.everybody.school.write(unit)


def values(measured: dict[str, Any]) -> list[str]:
    return [each["value"] for each in measured["data"]]


async def test_people_are_counted_on_the_day_they_came(staff: Staff) -> None:
    found = await _measured(staff, "new_users")

    assert values(found["new_users"]) == ["0", "4", "0"]
    assert (found["new_users"]["total"], found["new_users"]["previous_total"]) == ("4", "0")
    assert found["new_users"]["data"][0]["date"] == "2026-09-20T00:00:00.000Z"


async def test_who_was_here_is_counted_once_a_day_and_once_in_all(staff: Staff) -> None:
    aigul, bolat = staff.everybody.aigul.me.id, staff.everybody.bolat.me.id
    await _visit(staff, aigul, bolat)
    await _visit(staff, aigul)
    staff.everybody.network.clock.advance(days=1)
    await _visit(staff, aigul)
    found = (await _measured(staff, "active_users"))["active_users"]

    # marat, who asks, is here on the second day.
    assert (values(found), found["total"]) == (["0", "2", "2"], "3")


async def test_what_people_do_with_posts_of_the_school_is_counted(staff: Staff) -> None:
    post = await staff.everybody.school.post(staff.everybody.aigul.me)
    path = f"/api/v1/statuses/{post.id}"
    await staff.everybody.bolat.post(f"{path}/favourite")
    await staff.everybody.bolat.post(f"{path}/reblog")
    await staff.everybody.bolat.post("/api/v1/statuses", json={"status": "Yes", "in_reply_to_id": str(post.id)})

    assert (await _measured(staff, "interactions"))["interactions"]["total"] == "3"


async def test_reports_are_counted_when_they_come_and_when_they_are_resolved(staff: Staff) -> None:
    form = {"account_id": str(staff.everybody.bolat.me.id)}
    made = [(await staff.everybody.aigul.post("/api/v1/reports", json=form)).json() for _ in range(2)]
    staff.everybody.network.clock.advance(days=1)
    await staff.marat.post(f"/api/v1/admin/reports/{made[0]['id']}/resolve")
    found = await _measured(staff, "opened_reports", "resolved_reports")

    assert values(found["opened_reports"]) == ["0", "2", "0"]
    assert values(found["resolved_reports"]) == ["0", "0", "1"]


async def test_what_is_counted_of_a_server_is_of_all_times(staff: Staff) -> None:
    school, there = staff.everybody.school, staff.everybody.network["kostanay"]
    dana = await there.teacher("dana")
    known = await school.knows(dana)

    async def unit(tx: Transaction) -> None:
        await follow_actions.follow(tx, staff.everybody.aigul.me, known)

    await school.write(unit)
    await staff.everybody.network.drain()
    await there.post(dana, "Salem")
    await staff.everybody.network.drain()
    staff.everybody.network.clock.advance(days=40)
    about = {"domain": there.host}
    keys = [f"instance_{name}" for name in ("accounts", "statuses", "follows", "followers", "reports")]
    found = await _measured(staff, *keys, "instance_media_attachments", **dict.fromkeys(keys, about))

    assert {key: each["total"] for key, each in found.items()} == dict(zip(keys, "11100", strict=True))
    assert values(found["instance_statuses"]) == ["0", "1", "0"]
    assert "previous_total" not in found["instance_accounts"]


async def test_what_is_not_counted_is_left_out(staff: Staff) -> None:
    assert list(await _measured(staff, "tag_uses", "nonsense", "new_users", tag_uses={"id": "1"})) == ["new_users"]


@pytest.mark.parametrize(
    "span",
    [
        {"start_at": "yesterday", "end_at": "2026-09-22"},
        {"start_at": "2026-09-22", "end_at": "2026-09-20"},
        {"start_at": "2024-01-01", "end_at": "2026-09-20"},
        {"start_at": "9999-12-01", "end_at": "9999-12-31"},
        {"start_at": "0001-01-01T00:00:00+23:59", "end_at": "2026-09-20"},
        {},
    ],
)
@pytest.mark.parametrize("path", [MEASURES, DIMENSIONS, RETENTION])
async def test_days_that_are_none_or_too_many_are_refused(staff: Staff, path: str, span: dict[str, str]) -> None:
    refused = await staff.marat.post(path, json={"keys": ["new_users", "languages"], **span})

    assert refused.status_code == 422


async def test_what_there_is_most_of_comes_first(staff: Staff) -> None:
    school, there = staff.everybody.school, staff.everybody.network["kostanay"]
    dana = await there.teacher("dana")
    await school.follow(staff.everybody.aigul.me, dana)
    for _ in range(2):
        await there.post(dana)
    await staff.everybody.network.drain()
    await _visit(staff, staff.everybody.aigul.me.id)
    keys = ["languages", "servers", "instance_accounts", "instance_languages", "space_usage", "software_versions"]
    about = {"instance_accounts": {"domain": there.host}, "instance_languages": {"domain": there.host}}
    answer = await staff.marat.post(DIMENSIONS, json={"keys": [*keys, "sources", "tag_servers"], **SPAN, **about})
    found = {each["key"]: each["data"] for each in answer.json()}

    assert list(found) == [*keys, "sources"]
    assert [(each["key"], each["value"]) for each in found["servers"]] == [(there.host, "2")]
    assert [each["human_key"] for each in found["instance_accounts"]] == ["dana"]
    assert [each["value"] for each in found["languages"]] == ["1"]
    assert [each["value"] for each in found["instance_languages"]] == ["2"]
    assert found["space_usage"][0]["unit"] == "bytes"
    assert {each["key"] for each in found["software_versions"]} == {"fedi", "python"}


async def test_who_came_and_stayed_is_told_by_day_and_by_month(staff: Staff) -> None:
    saule = staff.saule.me.id
    await _visit(staff, staff.everybody.aigul.me.id, staff.everybody.bolat.me.id, saule)
    staff.everybody.network.clock.advance(days=1)
    await _visit(staff, staff.everybody.aigul.me.id)
    days = (await staff.marat.post(RETENTION, json={**SPAN, "frequency": "day"})).json()
    months = (await staff.marat.post(RETENTION, json={**SPAN, "frequency": "month"})).json()

    assert problems("[Admin::Cohort]", days + months) == []
    assert [len(each["data"]) for each in days] == [3, 2, 1]
    # marat, who asks, is here on the second day.
    assert [(each["value"], each["rate"]) for each in days[1]["data"]] == [("3", 0.75), ("2", 0.5)]
    assert [(each["period"], each["data"][0]["value"]) for each in months] == [("2026-09-01T00:00:00.000Z", "4")]
    assert (await staff.marat.post(RETENTION, json={**SPAN, "frequency": "year"})).status_code == 422


@pytest.mark.parametrize("path", [MEASURES, DIMENSIONS, RETENTION])
async def test_figures_are_for_moderators(staff: Staff, path: str) -> None:
    keys = {"keys": ["new_users", "languages"]}

    assert (await staff.everybody.aigul.post(path, json={**keys, **SPAN})).status_code == 403

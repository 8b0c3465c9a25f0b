"""Reports that clients send to the moderators."""

from pathlib import Path

import pytest

from fedi.actions import rules
from fedi.models.accounts import Role
from fedi.models.posts import Circle
from fedi.models.rules import Words
from tests.api.conftest import Clients, let_in
from tests.api.specification import problems
from tests.network import open_network
from tests.web.browsing import signed_in

REPORTS = "/api/v1/reports"


async def test_a_report_reaches_the_moderators_with_the_posts_it_is_about(clients: Clients) -> None:
    moderator = await let_in(clients.school, await clients.school.teacher("dana"), role=Role.MODERATOR)
    post = await clients.school.post(clients.bolat.me, "Buy this")
    form = {
        "account_id": str(clients.bolat.me.id),
        "status_ids[]": [str(post.id)],
        "comment": "It sells",
        "category": "spam",
    }

    sent = await clients.aigul.post(REPORTS, data=form)
    told = (await moderator.get("/api/v1/notifications?types[]=admin.report")).json()

    assert problems("Report", sent.json()) == []
    assert (sent.json()["category"], sent.json()["comment"], sent.json()["status_ids"]) == (
        "spam",
        "It sells",
        [str(post.id)],
    )
    assert [each["report"]["id"] for each in told] == [sent.json()["id"]]


async def test_a_collection_of_people_is_reported_and_shown_to_moderators(clients: Clients) -> None:
    """19.1."""
    moderator = await let_in(clients.school, await clients.school.teacher("dana"), role=Role.MODERATOR)
    made = (await clients.bolat.post("/api/v1/collections", json={"name": "Buy of these"})).json()["collection"]
    form = {"account_id": str(clients.bolat.me.id), "collection_ids": [made["id"]]}

    sent = await clients.aigul.post(REPORTS, json=form)
    told = (await moderator.get("/api/v1/notifications?types[]=admin.report")).json()
    page = await (await signed_in(clients.school, moderator.me, role=Role.MODERATOR)).get(
        f"/admin/reports/{sent.json()['id']}"
    )
    others = await clients.aigul.post(REPORTS, json={**form, "account_id": str(moderator.me.id)})

    assert problems("Report", sent.json()) == []
    assert sent.json()["collection_ids"] == told[0]["report"]["collection_ids"] == [made["id"]]
    assert f'<a href="/collections/{made["id"]}" dir="auto">Buy of these</a>' in page.text
    assert made["uri"] not in page.text
    assert others.status_code == 404


async def test_with_forward_the_server_of_the_reported_is_told_and_otherwise_not(clients: Clients) -> None:
    dana = await clients.school.knows(await clients.network["kostanay"].teacher("dana"))

    kept = await clients.aigul.post(REPORTS, json={"account_id": str(dana.id)})
    await clients.network.drain()
    before = len(clients.network.wire.sent("Flag"))
    forwarded = await clients.aigul.post(REPORTS, json={"account_id": str(dana.id), "forward": True})
    await clients.network.drain()

    assert (kept.json()["forwarded"], forwarded.json()["forwarded"]) == (False, True)
    assert (before, len(clients.network.wire.sent("Flag"))) == (0, 1)


async def test_a_report_of_what_is_hidden_answers_like_one_of_what_is_not_there(clients: Clients) -> None:
    hidden = await clients.school.post(clients.bolat.me, "Draft", Circle.DRAFT)
    mine = await clients.school.post(clients.aigul.me, "Mine")
    bolat = str(clients.bolat.me.id)

    answers = [
        await clients.aigul.post(REPORTS, json=body)
        for body in (
            {"account_id": "1"},
            {"account_id": "nobody"},
            {"account_id": bolat, "status_ids": ["1"]},
            {"account_id": bolat, "status_ids": [str(hidden.id)]},
            {"account_id": bolat, "status_ids": [str(mine.id)]},
        )
    ]

    assert [(each.status_code, each.json()) for each in answers] == [(404, {"error": "Record not found"})] * 5


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"account_id": ""}, 400),
        ({"comment": "x" * 1001}, 422),
        ({"category": "boring"}, 422),
        ({"category": "violation"}, 422),
        ({"rule_ids": ["7"]}, 422),
        ({"category": "violation", "rule_ids": ["x"]}, 422),
    ],
)
async def test_what_is_no_report_is_refused(clients: Clients, changes: dict[str, object], status: int) -> None:
    answered = await clients.aigul.post(REPORTS, json={"account_id": str(clients.bolat.me.id)} | changes)

    assert answered.status_code == status


async def test_who_names_the_broken_rules_reports_a_violation(tmp_path: Path) -> None:
    async with open_network(tmp_path / "instances", 1, rules=["Be kind", "No advertising"]) as network:
        school = network["almaty"]
        aigul = await let_in(school, await school.teacher("aigul"))
        bolat = await school.teacher("bolat")

        form = {"account_id": str(bolat.id), "rule_ids[]": ["2", "2"]}
        sent = await aigul.post(REPORTS, data=form)

    assert (sent.json()["category"], sent.json()["rule_ids"]) == ("violation", ["2"])


async def test_a_rule_that_was_removed_may_still_be_named_by_a_program_that_knew_it(clients: Clients) -> None:
    """As with Mastodon: a program keeps what it was told for a while."""
    rule = await clients.school.write(rules.add, None, {"en": Words("Be kind")})
    await clients.school.write(rules.remove, None, rule.id)

    sent = await clients.aigul.post(REPORTS, json={"account_id": str(clients.bolat.me.id), "rule_ids": [str(rule.id)]})

    assert (sent.json()["category"], sent.json()["rule_ids"]) == ("violation", [str(rule.id)])


async def test_reports_need_their_scope_and_a_person(clients: Clients) -> None:
    body = {"account_id": str(clients.bolat.me.id)}
    other = await let_in(clients.school, clients.aigul.me, "read", "write:statuses")

    refused = await other.post(REPORTS, json=body)
    nobody = await clients.stranger.post(REPORTS, json=body)

    assert (refused.status_code, nobody.status_code) == (403, 401)

"""Every way in which clients send the same thing, by calls as they make them (behaviours 2.1 to 2.8)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.conftest import Clients, let_in

STATUSES = "/api/v1/statuses"

FLAT = [
    ("status", "Which?"),
    ("poll[options][]", "One"),
    ("poll[options][]", "Two"),
    ("poll[expires_in]", "3600"),
    ("poll[multiple]", "1"),
    ("sensitive", "on"),
    ("in_reply_to_id", ""),
    ("scheduled_at", ""),
]
NUMBERED = [(name.replace("[options][]", f"[options][{number}]"), value) for number, (name, value) in enumerate(FLAT)]
NESTED = {
    "status": "Which?",
    "poll": {"options": ["One", "Two"], "expires_in": 3600, "multiple": True},
    "sensitive": True,
    "in_reply_to_id": None,
    "scheduled_at": None,
}


def multipart(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    return {"files": [(name, (None, value)) for name, value in pairs]}


def urlencoded(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    return {"data": sent}


@pytest.mark.parametrize(
    "body",
    [
        {"json": NESTED},
        {"json": {**NESTED, "poll": {**NESTED["poll"], "options": {"1": "Two", "0": "One"}}}},  # type: ignore[dict-item]
        urlencoded(FLAT),
        urlencoded(NUMBERED),
        multipart(FLAT),
        multipart(NUMBERED),
        {"params": FLAT},
        {"params": FLAT[1:], "json": {"status": "Which?"}},
        {"params": FLAT[1:], **multipart(FLAT[:1])},
        {"params": [("status", "Not this")], **urlencoded(FLAT)},
    ],
    ids=[
        "json",
        "json-hash",
        "form",
        "form-numbered",
        "multipart",
        "multipart-numbered",
        "query",
        "mixed",
        "parts",
        "both",
    ],
)
async def test_a_post_is_the_same_in_every_form_of_a_body(clients: Clients, body: dict[str, Any]) -> None:
    """Behaviours 2.1, 2.2, 2.3, 2.5 and 2.6: of a name in both, the body counts; an empty text is nothing."""
    got = await clients.aigul.post(STATUSES, **body)

    assert got.status_code == 200, got.text
    made = got.json()
    assert (made["content"], made["sensitive"], made["in_reply_to_id"]) == ("<p>Which?</p>", True, None)
    assert [each["title"] for each in made["poll"]["options"]] == ["One", "Two"]
    assert made["poll"]["multiple"]


async def test_what_ice_cubes_puts_into_the_query_of_a_post_is_as_good_as_a_body(clients: Clients) -> None:
    """Behaviour 2.1: lists, reports, keywords."""
    aigul, bolat = clients.aigul, clients.bolat.me.id
    await aigul.post(f"/api/v1/accounts/{bolat}/follow?reblogs=false&notify=true")
    post = await clients.school.post(clients.bolat.me)

    made = await aigul.post("/api/v1/lists?title=Near&replies_policy=list&exclusive=true")
    changed = await aigul.put(f"/api/v1/lists/{made.json()['id']}?title=Far&replies_policy=none&exclusive=false")
    report = await aigul.post(f"/api/v1/reports?account_id={bolat}&status_ids[]={post.id}&comment=Rude&forward=0")
    filter_ = await aigul.post("/api/v2/filters?title=No&context[]=home&context[]=thread&filter_action=warn")
    word = await aigul.post(f"/api/v2/filters/{filter_.json()['id']}/keywords?keyword=exam&whole_word=true")

    stands = (await aigul.get(f"/api/v1/accounts/relationships?id={bolat}")).json()[0]
    assert (stands["showing_reblogs"], stands["notifying"]) == (False, True)
    assert (made.json()["replies_policy"], made.json()["exclusive"]) == ("list", True)
    assert (changed.json()["title"], changed.json()["exclusive"]) == ("Far", False)
    assert (report.json()["status_ids"], report.json()["comment"]) == ([str(post.id)], "Rude")
    assert filter_.json()["context"] == ["home", "thread"]
    assert (word.json()["keyword"], word.json()["whole_word"]) == ("exam", True)


@pytest.mark.parametrize("how", ["json", "data", "params"])
async def test_what_is_taken_away_is_named_in_a_body_or_in_the_query(clients: Clients, how: str) -> None:
    """Behaviour 2.8: members of lists, and servers."""
    aigul = clients.aigul
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    ids = [str(clients.bolat.me.id), str(dana.me.id)]
    for each in ids:
        await aigul.post(f"/api/v1/accounts/{each}/follow")
    list_id = (await aigul.post("/api/v1/lists", json={"title": "Near"})).json()["id"]
    members = f"/api/v1/lists/{list_id}/accounts"
    name = "account_ids" if how == "json" else "account_ids[]"
    added = await aigul.post(members, **{how: {name: ids}})
    full = (await aigul.get(members)).json()
    muted = await aigul.post("/api/v1/domain_blocks", **{how: {"domain": "far.test"}})

    removed = await aigul.call("DELETE", members, **{how: {name: ids}})
    lifted = await aigul.call("DELETE", "/api/v1/domain_blocks", **{how: {"domain": "far.test"}})

    assert len(full) == 2
    assert [(each.status_code, each.json()) for each in (added, muted, removed, lifted)] == [(200, {})] * 4
    assert (await aigul.get(members)).json() == (await aigul.get("/api/v1/domain_blocks")).json() == []


@pytest.mark.parametrize("name", ["日本", "Қазақстан", "école"])
async def test_hashtags_of_any_script_are_parts_of_addresses(clients: Clients, name: str) -> None:
    """Behaviour 2.11."""
    post = await clients.school.post(clients.aigul.me, f"Salem #{name}")

    for spelt in (name, name.upper(), f"#{name}"):
        found = await clients.stranger.get(f"/api/v1/timelines/tag/{quote(spelt, safe='')}")
        assert [each["id"] for each in found.json()] == [str(post.id)], spelt
        onward = re.search(r'<([^>]+)>; rel="prev"', found.headers["link"])
        assert onward is not None
        assert (await clients.stranger.get(onward[1])).json() == []
    shown = await clients.aigul.post("/api/v1/featured_tags", data={"name": f"#{name}"})
    assert shown.json()["name"].lower() == name.lower()

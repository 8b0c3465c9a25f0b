"""Filters through the API, and what they find in statuses (behaviours 9.21, 9.22)."""

from typing import Any

import pytest

from fedi.models.filters import FilterRules
from fedi.models.posts import Circle
from fedi.policies import filters as policy
from fedi.store import filters as stored
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

V1, V2 = "/api/v1/filters", "/api/v2/filters"
EXAMS = {"title": "Exams", "context": ["home", "public"], "keywords_attributes": [{"keyword": "exam"}]}
Json = dict[str, Any]


async def made(client: Client, **changes: Any) -> Json:
    got = await client.post(V2, json={**EXAMS, **changes})
    assert got.status_code == 200, got.text
    assert problems("Filter", got.json()) == []
    found: Json = got.json()
    return found


async def seen(client: Client, post_id: int | str) -> Json:
    got: Json = (await client.get(f"/api/v1/statuses/{post_id}")).json()
    assert problems("Status", got) == []
    return got


def titles(status: Json) -> list[str]:
    return [each["filter"]["title"] for each in status["filtered"]]


# --- filters, keywords and posts --------------------------------------------------------------------


async def test_a_filter_is_made_changed_and_deleted(clients: Clients) -> None:
    new = await made(clients.aigul, filter_action="hide", expires_in=3600)
    path = f"{V2}/{new['id']}"

    changed = await clients.aigul.put(path, data={"title": "Tests", "context[]": "thread", "expires_in": ""})
    several = (await clients.aigul.get(V2)).json()
    one = (await clients.aigul.get(path)).json()
    deleted = await clients.aigul.delete(path)

    assert (new["filter_action"], new["context"]) == ("hide", ["home", "public"])
    assert new["expires_at"] is not None
    assert [each["keyword"] for each in new["keywords"]] == ["exam"]
    assert new["keywords"][0]["whole_word"] is True
    assert changed.json() == {**new, "title": "Tests", "context": ["thread"], "expires_at": None}
    assert several == [one] == [changed.json()]
    assert (deleted.json(), (await clients.aigul.get(V2)).json()) == ({}, [])
    assert (await clients.aigul.get(path)).status_code == 404


async def test_keywords_come_change_and_go_with_their_filter(clients: Clients) -> None:
    new = await made(clients.aigul, keywords_attributes=[{"keyword": "exam"}, {"keyword": "test"}])
    exam, test = [each["id"] for each in new["keywords"]]
    form = {
        "keywords_attributes[0][id]": exam,
        "keywords_attributes[0][keyword]": "exams",
        "keywords_attributes[0][whole_word]": "false",
        "keywords_attributes[1][id]": test,
        "keywords_attributes[1][_destroy]": "true",
        "keywords_attributes[2][keyword]": "quiz",
    }

    changed = await clients.aigul.patch(f"{V2}/{new['id']}", data=form)

    assert [(each["keyword"], each["whole_word"]) for each in changed.json()["keywords"]] == [
        ("exams", False),
        ("quiz", True),
    ]
    assert changed.json()["keywords"][0]["id"] == exam


async def test_keywords_are_added_changed_and_removed_one_by_one(clients: Clients) -> None:
    path = f"{V2}/{(await made(clients.aigul))['id']}/keywords"

    # Ice Cubes sends what it means in the query (behaviour 2.1).
    added = await clients.aigul.post(f"{path}?keyword=test&whole_word=false")
    one = f"{V2}/keywords/{added.json()['id']}"
    changed = await clients.aigul.put(one, json={"keyword": "quiz"})
    read = await clients.aigul.get(one)
    several = (await clients.aigul.get(path)).json()
    removed = await clients.aigul.delete(one)

    assert problems("FilterKeyword", added.json()) == []
    assert changed.json() == read.json() == {**added.json(), "keyword": "quiz"}
    assert [each["keyword"] for each in several] == ["exam", "quiz"]
    assert removed.json() == {}
    assert (await clients.aigul.get(one)).status_code == 404


async def test_posts_are_put_into_a_filter_and_taken_out(clients: Clients) -> None:
    post = await clients.school.post(clients.bolat.me, "Anything")
    boost = (await clients.bolat.post(f"/api/v1/statuses/{post.id}/reblog")).json()["id"]
    path = f"{V2}/{(await made(clients.aigul))['id']}/statuses"

    added = await clients.aigul.post(path, data={"status_id": boost})
    again = await clients.aigul.post(path, data={"status_id": str(post.id)})
    found = (await seen(clients.aigul, post.id))["filtered"]
    in_boost = await seen(clients.aigul, boost)
    one = f"{V2}/statuses/{added.json()['id']}"
    read, several = await clients.aigul.get(one), await clients.aigul.get(path)
    removed = await clients.aigul.delete(one)

    assert problems("FilterStatus", added.json()) == []
    assert added.json()["status_id"] == str(post.id)
    assert (again.status_code, again.json()) == (422, {"error": "Validation failed: Status has already been taken"})
    assert [(each["keyword_matches"], each["status_matches"]) for each in found] == [([], [str(post.id)])]
    assert in_boost["filtered"] == in_boost["reblog"]["filtered"] == found
    assert (read.json(), several.json()) == (added.json(), [added.json()])
    assert (removed.json(), titles(await seen(clients.aigul, post.id))) == ({}, [])


async def test_a_hidden_post_is_put_into_no_filter(clients: Clients) -> None:
    hidden = await clients.school.post(clients.bolat.me, "Secret", Circle.DIRECT)
    path = f"{V2}/{(await made(clients.aigul))['id']}/statuses"

    answers = [await clients.aigul.post(path, data={"status_id": each}) for each in (str(hidden.id), "9", "x")]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert (await clients.aigul.post(path)).status_code == 400


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": " "}, "Title can't be blank"),
        ({"title": "x" * 257}, "Title is too long (maximum is 256 characters)"),
        ({"context": []}, "Context can't be blank"),
        ({"context": ["home", "kitchen"]}, "Context None or invalid context supplied"),
        ({"filter_action": "burn"}, "Action is not included in the list"),
        ({"keywords_attributes": [{"keyword": ""}]}, "Keyword can't be blank"),
        ({"keywords_attributes": [{"whole_word": True}]}, "Keyword can't be blank"),
        (
            {"keywords_attributes": [{"keyword": "x" * 513}]},
            "Keyword is too long (maximum is 512 characters)",
        ),
        (
            {"keywords_attributes": [{"keyword": str(each)} for each in range(201)]},
            "You have reached the maximum number of keywords (200)",
        ),
    ],
)
async def test_what_makes_no_filter_is_refused_and_leaves_none(clients: Clients, changes: Json, refusal: str) -> None:
    refused = await clients.aigul.post(V2, json={**EXAMS, **changes})

    assert (refused.status_code, refused.json()) == (422, {"error": f"Validation failed: {refusal}"})
    assert (await clients.aigul.get(V2)).json() == []


async def test_nobody_reaches_the_filters_of_somebody_else(clients: Clients) -> None:
    post = await clients.school.post(clients.bolat.me)
    new = await made(clients.aigul)
    entry = (await clients.aigul.post(f"{V2}/{new['id']}/statuses", data={"status_id": str(post.id)})).json()["id"]
    own = (await made(clients.bolat))["id"]
    path, word = f"{V2}/{new['id']}", new["keywords"][0]["id"]
    bolat, change = clients.bolat, {"title": "Mine", "keyword": "mine", "phrase": "mine", "status_id": str(post.id)}

    answers = [
        await bolat.get(path),
        await bolat.put(path, json=change),
        await bolat.delete(path),
        *[await bolat.get(f"{path}/{each}") for each in ("keywords", "statuses")],
        *[await bolat.post(f"{path}/{each}", json=change) for each in ("keywords", "statuses")],
        await bolat.get(f"{V2}/keywords/{word}"),
        await bolat.put(f"{V2}/keywords/{word}", json=change),
        await bolat.delete(f"{V2}/keywords/{word}"),
        await bolat.get(f"{V2}/statuses/{entry}"),
        await bolat.delete(f"{V2}/statuses/{entry}"),
        await bolat.put(f"{V2}/{own}", json={"keywords_attributes": [{"id": word, "_destroy": True}]}),
        await bolat.get(f"{V1}/{word}"),
        await bolat.put(f"{V1}/{word}", json=change),
        await bolat.delete(f"{V1}/{word}"),
    ]

    assert {each.status_code for each in answers} == {404}
    assert titles(await seen(clients.aigul, post.id)) == ["Exams"]
    assert len((await clients.aigul.get(path)).json()["keywords"]) == 1


async def test_a_token_needs_the_scope(clients: Clients) -> None:
    reader = await let_in(clients.school, clients.aigul.me, "read:filters")

    assert (await reader.get(V2)).status_code == 200
    assert (await reader.post(V2, json=EXAMS)).status_code == 403
    assert (await clients.stranger.get(V2)).status_code == 401


# --- the first version ------------------------------------------------------------------------------


async def test_each_keyword_is_a_filter_of_the_first_version(clients: Clients) -> None:
    new = await made(clients.aigul, keywords_attributes=[{"keyword": "exam"}, {"keyword": "test"}])

    got = await clients.aigul.get(V1)
    one = await clients.aigul.get(f"{V1}/{new['keywords'][1]['id']}")

    assert problems("[V1::Filter]", got.json()) == []
    assert got.headers["deprecation"] == "@1668384000"
    assert [(each["id"], each["phrase"]) for each in got.json()] == [
        (each["id"], each["keyword"]) for each in new["keywords"]
    ]
    assert one.json() == got.json()[1]


async def test_a_filter_of_the_first_version_is_made_changed_and_deleted(clients: Clients) -> None:
    form = {"phrase": "exam", "context[]": ["home", "thread"], "irreversible": "true", "expires_in": "60"}
    new = (await clients.aigul.post(V1, data=form)).json()
    [whole] = (await clients.aigul.get(V2)).json()
    path = f"{V1}/{new['id']}"

    changed = await clients.aigul.put(
        path, data={"phrase": "test", "context[]": "home", "irreversible": "false", "whole_word": "1"}
    )
    deleted = await clients.aigul.delete(path)

    assert (new["phrase"], new["irreversible"], new["whole_word"]) == ("exam", True, False)
    assert (whole["title"], whole["filter_action"], whole["keywords"][0]["id"]) == ("exam", "hide", new["id"])
    assert changed.json() == {
        **new,
        "phrase": "test",
        "context": ["home"],
        "irreversible": False,
        "whole_word": True,
    }
    assert (deleted.json(), (await clients.aigul.get(V2)).json()) == ({}, [])


async def test_the_first_version_changes_no_filter_that_has_more_keywords(clients: Clients) -> None:
    new = await made(clients.aigul, keywords_attributes=[{"keyword": "exam"}, {"keyword": "test"}])
    path = f"{V1}/{new['keywords'][0]['id']}"

    refused = await clients.aigul.put(path, json={"phrase": "quiz", "context": ["thread"]})
    changed = await clients.aigul.put(path, json={"phrase": "quiz", "context": ["home", "public"]})
    await clients.aigul.delete(path)

    assert (refused.status_code, changed.json()["phrase"]) == (422, "quiz")
    [left] = (await clients.aigul.get(V2)).json()
    assert [each["keyword"] for each in left["keywords"]] == ["test"]


@pytest.mark.parametrize("form", [{"context[]": "home"}, {"phrase": "exam"}, {"phrase": " ", "context[]": "home"}])
async def test_the_first_version_needs_a_phrase_and_a_context(clients: Clients, form: Json) -> None:
    assert (await clients.aigul.post(V1, data=form)).status_code == 422


# --- what is found ----------------------------------------------------------------------------------


async def test_a_status_says_which_filters_it_matches(clients: Clients) -> None:
    new = await made(
        clients.aigul, keywords_attributes=[{"keyword": "Экзамен"}, {"keyword": "қаң", "whole_word": False}]
    )
    post = await clients.school.post(clients.bolat.me, "Скоро экзамен, 5 ҚАҢТАР")
    other = await clients.school.post(clients.bolat.me, "Экзамены прошли")

    found = (await seen(clients.aigul, post.id))["filtered"]

    del new["keywords"], new["statuses"]
    assert found == [{"filter": new, "keyword_matches": ["Экзамен", "қаң"], "status_matches": []}]
    assert (await seen(clients.aigul, other.id))["filtered"] == []
    assert (await seen(clients.bolat, post.id))["filtered"] == []
    assert "filtered" not in await seen(clients.stranger, post.id)


async def test_warnings_choices_of_polls_and_descriptions_of_files_are_looked_at(clients: Clients) -> None:
    await made(clients.aigul)

    async def unit(tx: Any) -> list[int]:
        bolat = clients.bolat.me
        picture = await make.picture(tx, bolat)
        await tx.execute("UPDATE files SET description = 'An exam' WHERE id = :id", id=picture)
        posts = [
            await make.note(tx, bolat, "Salem", summary="Exam"),
            await make.note(tx, bolat, "Which?", poll=make.poll("An exam", "No")),
            await make.note(tx, bolat, "Look", file_ids=(picture,)),
            await make.note(tx, bolat, "Nothing of it"),
        ]
        return [each.id for each in posts]

    posts = await clients.school.write(unit)

    assert [titles(await seen(clients.aigul, each)) for each in posts] == [["Exams"], ["Exams"], ["Exams"], []]


async def test_boosts_and_what_is_quoted_carry_their_matches(clients: Clients) -> None:
    await made(clients.aigul)
    post = await clients.school.post(clients.bolat.me, "An exam")
    boost = (await clients.bolat.post(f"/api/v1/statuses/{post.id}/reblog")).json()["id"]
    quoting = (
        await clients.bolat.post("/api/v1/statuses", json={"status": "!", "quoted_status_id": str(post.id)})
    ).json()

    boosted, quoted = await seen(clients.aigul, boost), await seen(clients.aigul, quoting["id"])

    assert titles(boosted) == titles(boosted["reblog"]) == ["Exams"]
    assert titles(quoted["quote"]["quoted_status"]) == ["Exams"]
    assert titles(quoted) == []


async def test_timelines_threads_searches_and_notifications_keep_what_matches_and_say_so(clients: Clients) -> None:
    # Clients hide what is to be hidden: nothing is missing from a page (behaviour 9.21).
    await made(clients.aigul, filter_action="hide", context=["home", "notifications", "thread"])
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow")
    asked = await clients.school.post(clients.aigul.me, "Which?")
    answer = (
        await clients.bolat.post("/api/v1/statuses", json={"status": "@aigul exam", "in_reply_to_id": str(asked.id)})
    ).json()["id"]

    context = (await clients.aigul.get(f"/api/v1/statuses/{asked.id}/context")).json()
    told = (await clients.aigul.get("/api/v1/notifications?types[]=mention")).json()
    groups = (await clients.aigul.get("/api/v2/notifications?types[]=mention")).json()
    home = (await clients.aigul.get("/api/v1/timelines/home")).json()

    assert [titles(each) for each in context["descendants"]] == [["Exams"]]
    assert [titles(each["status"]) for each in told] == [["Exams"]]
    assert [titles(each) for each in groups["statuses"]] == [["Exams"]]
    assert [titles(each) for each in home if each["id"] == answer] == [["Exams"]]


async def test_changes_hold_at_once_for_filters_and_for_posts(clients: Clients) -> None:
    new = await made(clients.aigul)
    path = f"{V2}/keywords/{new['keywords'][0]['id']}"
    post = await clients.school.post(clients.bolat.me, "An exam")
    assert titles(await seen(clients.aigul, post.id)) == ["Exams"]

    await clients.aigul.put(path, json={"keyword": "test"})
    without = titles(await seen(clients.aigul, post.id))
    await clients.bolat.put(f"/api/v1/statuses/{post.id}", json={"status": "A test"})
    with_edit = titles(await seen(clients.aigul, post.id))
    await clients.aigul.delete(f"{V2}/{new['id']}")

    assert (without, with_edit, titles(await seen(clients.aigul, post.id))) == ([], ["Exams"], [])


async def test_a_filter_rests_once_its_time_is_over_and_is_still_listed(clients: Clients) -> None:
    new = await made(clients.aigul, expires_in=60)
    post = await clients.school.post(clients.bolat.me, "An exam")
    before = titles(await seen(clients.aigul, post.id))

    clients.network.clock.advance(seconds=61)

    assert (before, titles(await seen(clients.aigul, post.id))) == (["Exams"], [])
    assert (await clients.aigul.get(V2)).json() == [new]


async def test_filters_and_texts_are_prepared_once(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[str] = []

    def with_edges(text: str) -> str:
        prepared.append(text)
        return text

    monkeypatch.setattr(policy, "with_edges", with_edges)
    await made(clients.aigul)
    post = await clients.school.post(clients.bolat.me, "An exam")

    for _ in range(3):
        await seen(clients.aigul, post.id)

    assert prepared == ["exam", "an exam"]


async def test_filters_are_read_once_also_when_none_is_left(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    async def of_account(tx: Transaction, account_id: int) -> list[FilterRules]:
        asked.append(account_id)
        return await read(tx, account_id)

    read = stored.of_account
    post = await clients.school.post(clients.bolat.me, "An exam")
    new = await made(clients.aigul)
    await clients.aigul.delete(f"{V2}/{new['id']}")
    monkeypatch.setattr(stored, "of_account", of_account)

    for client in (clients.aigul, clients.aigul, clients.bolat):
        assert titles(await seen(client, post.id)) == []

    assert asked == [clients.aigul.me.id]

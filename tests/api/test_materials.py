"""Teaching through the API: the library, one material, agreements, and the description of these operations."""

import re
from typing import Any

import jsonschema_rs
import pytest

from fedi.actions import own_posts
from fedi.api import OPERATIONS
from fedi.api.openapi import PREFIX
from fedi.models.accounts import Role
from fedi.models.materials import Material
from fedi.models.posts import Circle, Draft, Post
from fedi.store import actors, peers
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

MATERIALS = "/api/fedi/v1/materials"
AGREEMENTS = "/api/fedi/v1/agreements"
BY = "https://creativecommons.org/licenses/by/4.0/"
FRACTIONS = Material("lesson-plan", "mathematics", (5, 6), BY, 45, "Adds fractions", ("fractions", "pizza"))


async def share(clients: Clients, title: str, about: Material = FRACTIONS, circle: Circle = Circle.PUBLIC) -> Post:
    clients.network.clock.advance(seconds=1)
    return await clients.school.post(
        clients.aigul.me, "**Cut** the pizza.", circle, title=title, summary="In halves.", material=about, language="kk"
    )


async def titles(client: Client, query: str = "") -> list[str]:
    got = await client.get(f"{MATERIALS}?{query}")
    assert got.status_code == 200, got.text
    return [each["title"] for each in got.json()]


async def schema_of(clients: Clients, path: str) -> Any:
    described = (await clients.stranger.get("/api/fedi/v1/openapi.json")).json()
    answer = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return {**answer, "components": described["components"]}


async def problems_with(clients: Clients, path: str, value: Any) -> list[str]:
    """What of an answer is not as our description has it."""
    validator = jsonschema_rs.Draft202012Validator(await schema_of(clients, path), validate_formats=True)
    return [str(error) for error in validator.iter_errors(value)]


async def test_a_material_tells_all_that_a_teacher_has_to_know_before_taking_it(clients: Clients) -> None:
    post = await share(clients, "Fractions with pizza")

    got = await clients.stranger.get(f"{MATERIALS}/{post.id}")

    found = got.json()
    assert await problems_with(clients, "/api/fedi/v1/materials/{id}", found) == []
    assert {name: found[name] for name in ("title", "description", "kind", "subject", "classes", "language")} == {
        "title": "Fractions with pizza",
        "description": "In halves.",
        "kind": "lesson-plan",
        "subject": "mathematics",
        "classes": [5, 6],
        "language": "kk",
    }
    assert found["licence"] == {
        "uri": BY,
        "name": "CC BY 4.0",
        "adaptable": True,
        "share_alike": False,
        "commercial": True,
    }
    assert found["attribution"] == f"«Fractions with pizza», Aigul, {post.url}, CC BY 4.0"
    assert "<strong>Cut</strong>" in found["content"]
    assert (found["duration_minutes"], found["objectives"], found["keywords"]) == (
        45,
        "Adds fractions",
        ["fractions", "pizza"],
    )
    assert found["author"]["acct"] == "aigul"


async def test_the_files_of_a_material_load_from_where_it_says(clients: Clients) -> None:
    for circle in (Circle.PUBLIC, Circle.SCHOOL):
        file_id = await clients.school.write(make.picture, clients.aigul.me)
        post = await clients.school.post(
            clients.aigul.me, "x", circle, title="Board", summary="s", material=FRACTIONS, file_ids=(file_id,)
        )

        (file,) = (await clients.bolat.get(f"{MATERIALS}/{post.id}")).json()["files"]

        assert (file["id"], file["media_type"]) == (str(file_id), "image/png")
        assert ("?key=" in file["url"]) is (circle is Circle.SCHOOL)


async def test_the_versions_of_a_material_are_counted_from_the_first(clients: Clients) -> None:
    post = await share(clients, "Fractions")
    clients.network.clock.advance(seconds=60)
    changed = Draft("Cut the cake.", title="Fractions, better", summary="In thirds.", material=FRACTIONS)
    await clients.school.write(own_posts.change, clients.aigul.me, post.id, changed)

    found = (await clients.stranger.get(f"{MATERIALS}/{post.id}/versions")).json()

    assert await problems_with(clients, "/api/fedi/v1/materials/{id}/versions", found) == []
    assert [(each["number"], each["title"], each["description"]) for each in found] == [
        (1, "Fractions", "In halves."),
        (2, "Fractions, better", "In thirds."),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Poem", "Fractions"]),
        ("q=adds", ["Fractions"]),
        ("q=fractions", ["Fractions"]),
        ("q=%00", ["Poem", "Fractions"]),
        ("kind=worksheet", ["Poem"]),
        ("subject=mathematics", ["Fractions"]),
        ("subject=unheard-of", []),
        ("class=6", ["Fractions"]),
        ("class=7", []),
        ("class=x", ["Poem", "Fractions"]),
        ("language=kk", ["Poem", "Fractions"]),
        ("language=en", []),
        (f"licence={BY}", ["Fractions"]),
        ("max_minutes=30", []),
        ("max_minutes=45&kind=lesson-plan&class=5", ["Fractions"]),
        ("author_id=1", []),
    ],
)
async def test_the_library_is_searched_by_words_and_by_what_materials_say(
    clients: Clients, query: str, found: list[str]
) -> None:
    await share(clients, "Fractions")
    poem = Material("worksheet", "literature", (9,), "https://creativecommons.org/publicdomain/zero/1.0/")
    await share(clients, "Poem", poem)
    await clients.school.post(clients.aigul.me, "A post about pizza that is no material")

    assert await titles(clients.stranger, query) == found


async def test_pages_of_the_library_follow_each_other(clients: Clients) -> None:
    for number in range(5):
        await share(clients, f"Lesson {number}")
    seen: list[str] = []
    url: str | None = f"{MATERIALS}?limit=2&q=lesson&class=5"
    while url:
        got = await clients.stranger.get(url)
        assert await problems_with(clients, MATERIALS, got.json()) == []
        seen += [each["title"] for each in got.json()]
        following = re.search(r'<([^>]+)>; rel="next"', got.headers.get("link", ""))
        url = following[1] if following else None

    assert seen == [f"Lesson {number}" for number in range(4, -1, -1)]


async def test_a_material_is_shown_to_whoever_may_see_its_page_and_to_nobody_else(clients: Clients) -> None:
    circles = (Circle.PUBLIC, Circle.SCHOOL, Circle.PARTNERS, Circle.DRAFT)
    shared = {circle: await share(clients, circle, circle=circle) for circle in circles}

    assert await titles(clients.stranger) == ["public"]
    assert await titles(clients.bolat) == ["partners", "school", "public"]
    for circle, post in shared.items():
        for path in (f"{MATERIALS}/{post.id}", f"{MATERIALS}/{post.id}/versions"):
            seen = [(await each.get(path)).status_code for each in (clients.stranger, clients.bolat, clients.aigul)]
            assert seen == {
                Circle.PUBLIC: [200, 200, 200],
                Circle.DRAFT: [404, 404, 200],
            }.get(circle, [404, 200, 200])


@pytest.mark.parametrize("id_", ["1", "x", "-1", "99999999999999999999"])
async def test_what_is_no_material_is_not_found_in_mastodons_words(clients: Clients, id_: str) -> None:
    note = await clients.school.post(clients.aigul.me, "A post")

    for path in (f"{MATERIALS}/{id_}", f"{MATERIALS}/{note.id}", f"{MATERIALS}/{note.id}/versions"):
        got = await clients.stranger.get(path)
        assert (got.status_code, got.json()) == (404, {"error": "Record not found"})
        assert got.headers["access-control-allow-origin"] == "*"


async def test_a_program_needs_the_scope_that_reading_needs(clients: Clients) -> None:
    narrow = await let_in(clients.school, clients.aigul.me, "write:statuses")

    for path in (MATERIALS, f"{MATERIALS}/1", AGREEMENTS):
        got = await narrow.get(path)
        assert (got.status_code, got.json()) == (403, {"error": "This action is outside the authorized scopes"})
        assert "x-ratelimit-remaining" in got.headers


async def test_the_words_that_materials_are_described_by_have_labels_in_all_languages(clients: Clients) -> None:
    found = (await clients.stranger.get("/api/fedi/v1/vocabularies")).json()

    assert await problems_with(clients, "/api/fedi/v1/vocabularies", found) == []
    assert all(set(each["labels"]) == {"kk", "ru", "en"} for each in [*found["kinds"], *found["subjects"]])
    assert {"lesson-plan", "worksheet"} <= {each["id"] for each in found["kinds"]}
    assert found["classes"] == list(range(1, 13))
    assert BY in {each["uri"] for each in found["licences"]}


async def test_agreements_in_force_are_for_everybody_and_offers_for_administrators(clients: Clients) -> None:
    other = clients.network["kostanay"]

    async def known(tx: Transaction) -> None:
        await make.agreement(tx, other.host)
        await peers.set_confirmed(tx, "asks.test", tx.now)

    await clients.school.write(known)
    administrator = await let_in(clients.school, await clients.school.teacher("dana"), role=Role.ADMIN)

    for client in (clients.stranger, clients.bolat):
        seen = (await client.get(AGREEMENTS)).json()
        assert [(each["host"], each["state"]) for each in seen] == [(other.host, "in_force")]
    all_of_them = (await administrator.get(AGREEMENTS)).json()
    assert await problems_with(clients, AGREEMENTS, all_of_them) == []
    assert [(each["host"], each["state"]) for each in all_of_them] == [
        ("asks.test", "asked"),
        (other.host, "in_force"),
    ]


async def test_an_agreement_names_the_school_once_it_is_known(clients: Clients) -> None:
    other = clients.network["kostanay"]
    await clients.school.write(make.agreement, other.host)
    assert (await clients.stranger.get(AGREEMENTS)).json()[0]["name"] == other.host

    await clients.school.knows(await other.read(_school))

    (found,) = (await clients.stranger.get(AGREEMENTS)).json()
    assert found["name"] == other.instance.school.title(other.instance.school.language)


async def _school(tx: Transaction) -> Any:
    return await actors.school_actor(tx)


async def test_every_operation_of_ours_is_described_with_its_parameters_and_scopes(clients: Clients) -> None:
    described = (await clients.stranger.get("/api/fedi/v1/openapi.json")).json()
    ours = {each.path for each in OPERATIONS if each.path.startswith(PREFIX)} - {f"{PREFIX}openapi.json"}

    assert described["openapi"] == "3.1.0"
    assert set(described["paths"]) == {re.sub(r":(\w+)", r"{\1}", path) for path in ours}
    assert all(
        {each["name"] for each in operation["get"]["parameters"] if each["in"] == "path"}
        == set(re.findall(r"{(\w+)}", path))
        for path, operation in described["paths"].items()
    )
    assert {"oauth": ["read:search"]} in described["paths"][MATERIALS]["get"]["security"]


async def test_the_school_announces_its_own_api(clients: Clients) -> None:
    assert (await clients.stranger.get("/api/v2/instance")).json()["api_versions"]["fedi"] == 1


async def test_any_client_shows_a_material_decently(clients: Clients) -> None:
    """The status has title, description, facts, attribution and its files."""
    file_id = await clients.school.write(make.picture, clients.aigul.me)
    post = await clients.school.post(
        clients.aigul.me,
        "Cut the pizza.",
        title="Fractions & pizza",
        summary="In <halves>.",
        material=FRACTIONS,
        language="ru",
        file_ids=(file_id,),
    )

    status = (await clients.stranger.get(f"/api/v1/statuses/{post.id}")).json()

    assert problems("Status", status) == []
    assert status["content"].startswith("<p><strong>Fractions &amp; pizza</strong></p><p>In &lt;halves&gt;.</p>")
    assert "5–6" in status["content"]
    assert "CC BY 4.0" in status["content"]
    assert "Cut the pizza." in status["content"]
    assert [each["id"] for each in status["media_attachments"]] == [str(file_id)]
    assert (status["spoiler_text"], status["sensitive"]) == ("", False)

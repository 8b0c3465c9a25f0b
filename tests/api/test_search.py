"""Search through the API: people, posts and hashtags, and what stands behind an address."""

from datetime import date, timedelta
from typing import Any

import pytest

from fedi.actions import featured_collections
from fedi.models.featured_collections import CollectionChange
from fedi.models.posts import Circle
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems
from tests.media import samples

SEARCH = "/api/v2/search"
PEOPLE = "/api/v1/accounts/search"


async def found(client: Client, q: str, **params: Any) -> dict[str, list[Any]]:
    got = await client.get(SEARCH, params={"q": q, **params})
    assert got.status_code == 200, got.text
    results: dict[str, list[Any]] = got.json()
    return results


def names(people: list[Any]) -> list[str]:
    return [each["acct"] for each in people]


async def test_all_three_lists_are_there_and_only_those_asked_for_are_filled(clients: Clients) -> None:
    post = await clients.school.post(clients.bolat.me, "Bolat teaches #bolatology")

    everything = await found(clients.aigul, "bolat")
    people = await found(clients.aigul, "bolat", type="accounts")

    assert problems("Search", everything) == []
    assert names(everything["accounts"]) == ["bolat"]
    assert [each["id"] for each in everything["statuses"]] == [str(post.id)]
    assert [each["name"] for each in everything["hashtags"]] == ["bolatology"]
    assert everything["hashtags"][0]["history"][0] | {"day": ""} == {"day": "", "uses": "1", "accounts": "1"}
    assert len(everything["hashtags"][0]["history"]) == 7
    assert (names(people["accounts"]), people["statuses"], people["hashtags"]) == (["bolat"], [], [])


async def test_people_are_found_by_the_beginnings_of_their_names_in_any_case(clients: Clients) -> None:
    await clients.school.teacher("physics", name="Әсел Қазыбекқызы")
    dana = await clients.school.teacher("dana_k_1", name="Dana Physicist")

    assert names((await clients.aigul.get(PEOPLE, params={"q": "ҚАЗЫБЕК әсе"})).json()) == ["physics"]
    assert names((await clients.aigul.get(PEOPLE, params={"q": "@dana_k"})).json()) == [dana.username]
    assert names((await clients.aigul.get(PEOPLE, params={"q": "physic"})).json()) == ["physics", dana.username]
    assert names((await clients.aigul.get(PEOPLE, params={"q": "physics"})).json()) == ["physics"]
    assert (await clients.aigul.get(PEOPLE, params={"q": "қыз"})).json() == []
    assert (await clients.aigul.get(PEOPLE)).json() == []


async def test_the_exact_name_comes_first_then_whom_one_follows(clients: Clients) -> None:
    await clients.school.teacher("dan")
    dana, danial = [await let_in(clients.school, await clients.school.teacher(each)) for each in ("dana", "danial")]
    await clients.aigul.post(f"/api/v1/accounts/{danial.me.id}/follow")

    everybody = (await clients.aigul.get(PEOPLE, params={"q": "dan"})).json()
    followed = (await clients.aigul.get(PEOPLE, params={"q": "dan", "following": "true"})).json()
    second = (await clients.aigul.get(PEOPLE, params={"q": "dan", "limit": "1", "offset": "1"})).json()
    with_sign = (await clients.aigul.get(PEOPLE, params={"q": "@dan"})).json()

    assert problems("[Account]", everybody) == []
    assert names(everybody) == names(with_sign) == ["dan", "danial", "dana"]
    assert names(followed) == names(second) == ["danial"]
    assert dana.me.id


async def test_who_blocks_is_not_found_by_whom_she_blocks_and_finds_her_by_the_whole_name_only(
    clients: Clients,
) -> None:
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/block")

    for q in ("bol", "bolat", f"@bolat@{clients.school.host}"):
        assert (await clients.aigul.get(PEOPLE, params={"q": q})).json() == []
    assert (await clients.bolat.get(PEOPLE, params={"q": "aig"})).json() == []
    for q in ("aigul", "@Aigul", f"@aigul@{clients.school.host}"):
        assert names((await clients.bolat.get(PEOPLE, params={"q": q})).json()) == ["aigul"]


async def test_strangers_find_only_those_who_want_to_be_found(clients: Clients) -> None:
    await clients.school.teacher("findable", discoverable=True)
    await clients.school.teacher("findless", discoverable=False)

    assert names((await found(clients.stranger, "find"))["accounts"]) == ["findable"]


@pytest.mark.parametrize(
    ("params", "status"),
    [({}, 400), ({"q": " "}, 400), ({"q": "a", "resolve": "true"}, 401), ({"q": "a", "offset": "1"}, 401)],
)
async def test_what_strangers_may_not_ask_is_said(clients: Clients, params: dict[str, str], status: int) -> None:
    assert (await clients.stranger.get(SEARCH, params=params)).status_code == status


async def test_a_negative_offset_is_refused(clients: Clients) -> None:
    for path in (SEARCH, PEOPLE, "/api/v1/directory", "/api/v2/suggestions"):
        refused = await clients.aigul.get(path, params={"q": "a", "type": "accounts", "offset": "-1"})
        assert (refused.status_code, refused.json()) == (400, {"error": "Offset must be positive"}), path


async def test_a_handle_and_addresses_of_elsewhere_are_resolved_where_that_is_asked_for(clients: Clients) -> None:
    there = clients.network["kostanay"]
    dana = await there.teacher("dana")
    post = await there.post(dana, "From there")
    handle = f"@dana@{there.host}"

    before = await found(clients.aigul, handle)
    by_handle = await found(clients.aigul, handle, resolve="true")
    by_uri = await found(clients.aigul, dana.uri, resolve="true")
    by_post = await found(clients.aigul, post.uri, resolve="true")
    known = await found(clients.aigul, handle[1:])

    assert before["accounts"] == []
    assert names(by_handle["accounts"]) == names(by_uri["accounts"]) == names(known["accounts"]) == [handle[1:]]
    assert [each["uri"] for each in by_post["statuses"]] == [post.uri]
    assert by_post["accounts"] == []


async def test_autocompletion_resolves_whole_handles(clients: Clients) -> None:
    there = clients.network["kostanay"]
    await there.teacher("dana")
    params = {"q": f"dana@{there.host}", "resolve": "true"}

    assert names((await clients.aigul.get(PEOPLE, params=params)).json()) == [f"dana@{there.host}"]


async def test_addresses_of_this_school_lead_to_what_they_show_as_far_as_it_may_be_seen(clients: Clients) -> None:
    post = await clients.school.post(clients.bolat.me, "For the school", Circle.SCHOOL)
    secret = await clients.school.post(clients.bolat.me, "For nobody else", Circle.DIRECT)
    base = clients.school.base

    own = await found(clients.aigul, f"{base}/@bolat", resolve="true")
    shown = await found(clients.aigul, f"{base}/@bolat/{post.id}", resolve="true")
    hidden = await found(clients.aigul, f"{base}/@bolat/{secret.id}", resolve="true")
    absent = await found(clients.aigul, f"{base}/@bolat/9", resolve="true")
    mastodons = [
        await found(clients.aigul, f"{base}/{path}") for path in ("users/bolat", f"users/bolat/statuses/{post.id}")
    ]
    foreign = await found(clients.aigul, f"{base}.evil.test/@bolat")
    for_strangers = await found(clients.stranger, f"{base}/@bolat/{post.id}")

    assert names(own["accounts"]) == ["bolat"]
    assert [each["id"] for each in shown["statuses"]] == [str(post.id)]
    assert mastodons == [own, shown]
    nothing: dict[str, list[Any]] = {"accounts": [], "statuses": [], "hashtags": [], "collections": []}
    assert hidden == absent == foreign == for_strangers == nothing


@pytest.mark.parametrize(
    "spelled",
    [
        "{base}{path}",
        "{base}{path}/",
        "{base}{path}?lang=ru",
        "{base}{path}#top",
        "HTTP://ALMATY.TEST{path}",
        "http://almaty.test:80{path}",
        "http://almaty.test.{path}",
        "https://almaty.test{path}",
    ],
)
async def test_every_address_of_this_school_is_found_in_whatever_form_it_is_typed(
    clients: Clients, spelled: str
) -> None:
    """Web addresses, ids of ActivityPub, and those that Mastodon has; with `resolve` and without."""
    bolat = clients.bolat.me
    post = await clients.school.post(bolat, "Open", Circle.PUBLIC)
    made = await clients.school.write(
        featured_collections.create, bolat, CollectionChange("Physics", discoverable=True), []
    )

    async def typed(path: str, kind: str) -> list[Any]:
        address = spelled.format(base=clients.school.base, path=path)
        known = await found(clients.aigul, address)
        assert await found(clients.aigul, address, resolve="true") == known
        assert await found(clients.aigul, address, type=kind) == known
        return [each["id"] for each in known[kind]]

    for path in ("/@bolat", "/@Bolat", "/users/bolat", f"/users/{bolat.id}", "/@bolat@almaty.test"):
        assert await typed(path, "accounts") == [str(bolat.id)], path
    for path in (f"/@bolat/{post.id}", f"/posts/{post.id}", f"/users/bolat/statuses/{post.id}"):
        assert await typed(path, "statuses") == [str(post.id)], path
    assert await typed(f"/collections/{made.id}", "collections") == [str(made.id)]


@pytest.mark.parametrize(
    "address",
    [
        "http://almaty.test/posts/x",
        "http://almaty.test/collections/9",
        "http://almaty.test/collections/" + "9" * 30,
        "http://almaty.test/@/1",
        "http://almaty.test",
        "http://almaty.test/users/%00",
        "http://x@almaty.test/@bolat",
        "http://almaty.test/posts/%d9%a1",
        "http://almaty.test/@bolat/1/history",
    ],
)
async def test_what_is_no_address_of_this_school_finds_nothing(clients: Clients, address: str) -> None:
    for client, params in ((clients.aigul, {"resolve": "true"}), (clients.stranger, {})):
        got = await found(client, address, **params)
        assert (got["statuses"], got["collections"]) == ([], [])


async def test_a_collection_elsewhere_is_found_by_its_address_as_far_as_its_people_agree(clients: Clients) -> None:
    """Mastodon 4.6: a fourth list, filled by an address alone."""
    there = clients.network["kostanay"]
    dana, erlan = [await there.teacher(name, discoverable=True) for name in ("dana", "erlan")]
    made = await there.write(
        featured_collections.create, dana, CollectionChange("Physics", "Who teach it", discoverable=True), [erlan.id]
    )

    unasked = await found(clients.aigul, made.uri)
    by_address = await found(clients.aigul, made.uri, resolve="true")
    await clients.network.drain()
    once_more = await found(clients.aigul, f"{made.uri}/", resolve="true")
    others = await found(clients.aigul, made.uri, resolve="true", type="accounts")
    here = await found(clients.aigul, f"{clients.school.base}/collections/{by_address['collections'][0]['id']}")

    assert problems("Search", by_address) == []
    assert (unasked["collections"], others["collections"]) == ([], [])
    assert [(each["name"], each["uri"]) for each in by_address["collections"]] == [("Physics", made.uri)]
    assert once_more["collections"][0]["item_count"] == 1
    assert here == once_more


@pytest.mark.parametrize(
    "changes",
    [
        {"attributedTo": "https://other.test/users/x"},
        {"id": "https://other.test/collections/1"},
        {"type": "OrderedCollection"},
        {"name": ["x"] * 9, "orderedItems": {"first": 7}, "topic": [[]], "summary": {}},
        {"orderedItems": [{"type": "FeaturedItem"}] * 5_000},
    ],
)
async def test_a_strange_collection_is_found_whole_or_not_at_all(clients: Clients, changes: dict[str, Any]) -> None:
    server = clients.network.stranger("mastodon.test")
    carol = server.person("carol", clients.network.next_keys())
    uri = f"{server.base}/collections/1"
    document = {"id": uri, "type": "FeaturedCollection", "attributedTo": carol.uri, "name": "Buy", **changes}
    server.documents["/collections/1"] = {"@context": "https://www.w3.org/ns/activitystreams", **document}

    got = (await found(clients.aigul, uri, resolve="true"))["collections"]
    await clients.network.drain()

    assert len(got) == (1 if {"name", "orderedItems"} & changes.keys() else 0)
    assert problems("[Collection]", got) == []


async def test_whom_its_owner_has_blocked_finds_no_collection(clients: Clients) -> None:
    change = CollectionChange("Physics", discoverable=True)
    made = await clients.school.write(featured_collections.create, clients.bolat.me, change, [])
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/block")

    blocked = await found(clients.aigul, made.uri, resolve="true")
    absent = await found(clients.aigul, f"{clients.school.base}/collections/9", resolve="true")

    assert blocked == absent
    assert (await found(clients.stranger, made.uri))["collections"][0]["id"] == str(made.id)


@pytest.mark.parametrize("address", ["https://nobody.test/x", "http://127.0.0.1/", "https://[", "@a@nobody.test"])
async def test_what_cannot_be_had_is_not_found(clients: Clients, address: str) -> None:
    assert (await found(clients.aigul, address, resolve="true"))["accounts"] == []


async def test_operators_narrow_what_is_found(clients: Clients) -> None:
    school, clock = clients.school, clients.network.clock
    mine = await school.post(clients.aigul.me, "Lesson one", language="kk")
    clock.advance(days=2)
    theirs = await school.post(clients.bolat.me, "Lesson two", language="ru")
    answer = await school.post(clients.bolat.me, "Lesson three", in_reply_to_id=mine.id, sensitive=True, language="ru")
    day = (await clients.aigul.get(f"/api/v1/statuses/{theirs.id}")).json()["created_at"][:10]

    async def of(query: str, **params: Any) -> list[int]:
        return [int(each["id"]) for each in (await found(clients.aigul, query, **params))["statuses"]]

    assert await of("lesson from:me") == [mine.id]
    assert await of("lesson from:@bolat") == await of(f"lesson after:{mine_day(day)}") == [answer.id, theirs.id]
    assert await of("lesson from:nobody") == await of("lesson has:media") == await of("lesson has:poll") == []
    assert await of("lesson is:reply") == await of("lesson is:sensitive") == [answer.id]
    assert await of("lesson -is:reply from:bolat") == [theirs.id]
    assert await of(f"lesson before:{day}") == await of("lesson language:kk") == [mine.id]
    assert await of("lesson in:library") == [answer.id, mine.id]
    assert await of(f"lesson during:{day}") == [answer.id, theirs.id]
    assert await of("lesson -two -is:reply") == [mine.id]
    assert await of("lesson -three -one") == [theirs.id]
    assert await of("lesson before:never") == [answer.id, theirs.id, mine.id]
    assert await of("lesson", account_id=clients.aigul.me.id) == [mine.id]
    assert await of("lesson", max_id=theirs.id) == [mine.id]
    assert await of("lesson", type="statuses", limit=1, offset=1) == [theirs.id]


async def test_posts_are_found_by_the_kind_of_their_files_and_by_links(clients: Clients) -> None:
    async def written(text: str, **body: Any) -> str:
        return str((await clients.aigul.post("/api/v1/statuses", json={"status": text, **body})).json()["id"])

    sent = {"file": ("board.png", samples.picture("PNG"), "image/png")}
    picture = (await clients.aigul.post("/api/v2/media", files=sent)).json()["id"]
    plain = await written("Lesson", visibility="public")
    pictured = await written("Lesson", media_ids=[picture])
    linking = await written(f"Lesson {clients.school.base}/@aigul/{plain}", visibility="public")

    async def of(query: str) -> list[str]:
        return [each["id"] for each in (await found(clients.aigul, query))["statuses"]]

    assert await of("lesson has:image") == await of("lesson has:media") == [pictured]
    assert await of("lesson has:video") == await of("lesson has:audio") == []
    assert await of("lesson -has:image") == [linking, plain]
    assert await of("lesson has:link") == [linking]


def mine_day(day: str) -> str:
    """A day before this one, in the same month if there is one."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()

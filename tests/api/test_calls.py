"""What every call has in common: whose it is, what is refused and how, and what each answer carries."""

from pathlib import Path

import pytest

from fedi.api import OPERATIONS
from fedi.api.call import Answer, Call, answer
from fedi.api.operations import ANYONE, Operation, Router
from fedi.api.params import from_pairs
from fedi.instances.rates import Budget
from tests.api.conftest import Clients, let_in
from tests.api.specification import endpoints
from tests.network import open_network

HOME = "/api/v1/timelines/home"
CALLS = Budget("calls", 1500, 300_000)


async def nothing(_: Call) -> Answer:
    return answer({})


def rows(*paths: str) -> Router:
    return Router([Operation(path.split()[0], path.split()[1], nothing, ANYONE) for path in paths])


def test_a_name_wins_over_a_part_that_varies_and_does_not_hide_it() -> None:
    router = rows("GET /a/:id", "GET /a/search", "POST /a/:id/b", "GET /a/search/c")

    def found(method: str, path: str) -> tuple[str, dict[str, str]] | None:
        row = router.find(method, path)
        return (row.operation.path, row.path) if row else None

    assert found("GET", "/a/search") == ("/a/search", {})
    assert found("GET", "/a/7/") == ("/a/:id", {"id": "7"})
    assert found("POST", "/a/search/b") == ("/a/:id/b", {"id": "search"})
    assert found("HEAD", "/a/7") == ("/a/:id", {"id": "7"})
    assert found("POST", "/a/7") is None
    assert found("GET", "/a") is None


def test_put_and_patch_are_the_same_unless_the_table_says_otherwise() -> None:
    router = rows("PATCH /profile", "PUT /both", "PATCH /both")

    assert router.find("PUT", "/profile") is not None
    both = router.find("PATCH", "/both")
    assert both is not None
    assert both.operation.method == "PATCH"


def test_every_row_is_an_operation_of_mastodons() -> None:
    known = {(row["method"], row["path"]) for row in endpoints()} | {("POST", "/oauth/userinfo")}
    ours = {(row.method, row.path) for row in OPERATIONS if not row.path.startswith("/api/fedi")}

    assert ours - known == set()


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v9/timelines/home", "/api/v1/statuses/x"])
async def test_an_unknown_address_is_not_found_in_json(clients: Clients, path: str) -> None:
    got = await clients.stranger.get(path, headers={"Accept": "text/html"})

    assert (got.status_code, got.json()) == (404, {"error": "Record not found"})


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        (HOME, 401, "The access token is invalid"),
        ("/api/v1/statuses/1", 404, "Record not found"),
        ("/api/v1/accounts/99999999999999999999", 404, "Record not found"),
    ],
)
async def test_errors_are_worded_as_mastodon_words_them_and_readable_for_scripts(
    clients: Clients, path: str, status: int, error: str
) -> None:
    got = await clients.stranger.get(path)

    assert (got.status_code, got.json()) == (status, {"error": error})
    assert got.headers["access-control-allow-origin"] == "*"
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    assert "no-store" in got.headers["cache-control"]
    assert "x-request-id" in got.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", HOME, 401),
        ("POST", "/api/v1/statuses", 401),
        ("GET", "/api/v1/apps/verify_credentials", 401),
        ("POST", "/api/v1/emails/confirmations", 401),
        ("GET", "/api/v1/announcements", 422),
        ("GET", "/api/v1/accounts/1/identity_proofs", 422),
    ],
)
async def test_who_shows_no_token_is_told_so_as_mastodon_does_where_a_scope_is_needed_and_where_none_is(
    clients: Clients, method: str, path: str, status: int
) -> None:
    """Behaviours 4.3 and 4.6."""
    said = {401: "The access token is invalid", 422: "This method requires an authenticated user"}

    got = await clients.stranger.call(method, path)

    assert (got.status_code, got.json()) == (status, {"error": said[status]})
    assert ("www-authenticate" in got.headers) == (status == 401)


async def test_every_way_of_changing_that_clients_use_is_open(clients: Clients) -> None:
    """Behaviour 2.9: both PUT and PATCH, also where the documentation has only one of them."""
    router = Router(OPERATIONS)
    known = {(row.method, row.path) for row in OPERATIONS}
    both = [row for row in endpoints() if row["alt_method"] and (row["method"], row["path"]) in known]

    assert {row["path"] for row in both if router.find(row["alt_method"], row["path"]) is None} == set()
    assert {row["path"] for row in both} >= {"/api/v1/profile", "/api/v2/notifications/policy"}
    for method in ("PUT", "PATCH"):
        changed = await clients.aigul.call(method, "/api/v2/notifications/policy", json={"for_not_following": "filter"})
        assert (changed.status_code, changed.json()["for_not_following"]) == (200, "filter")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/statuses/"),
        ("GET", "/api/v2/instance/"),
        ("POST", "/api/v1/apps/"),
        ("POST", "/oauth/token/"),
        ("POST", "/oauth/revoke/"),
        ("GET", "/oauth/userinfo/"),
        ("GET", "/.well-known/oauth-authorization-server/"),
    ],
)
async def test_a_slash_at_the_end_of_an_address_changes_nothing(clients: Clients, method: str, path: str) -> None:
    """Behaviour 2.10: nobody is sent elsewhere, and so no form is lost on the way."""
    with_slash, without = [await clients.aigul.call(method, each) for each in (path, path.rstrip("/"))]

    assert with_slash.status_code == without.status_code
    assert with_slash.status_code not in (307, 308, 404)
    assert with_slash.json().keys() == without.json().keys()


async def test_what_is_sent_of_nothing_needs_no_body_whatever_it_is_said_to_be(clients: Clients) -> None:
    """Behaviour 2.14: masto.js says JSON and sends none, others say nothing."""
    post = await clients.school.post(clients.aigul.me)

    for headers in ({"Content-Type": "application/json"}, {}):
        for act in ("favourite", "reblog", "bookmark"):
            got = await clients.bolat.post(f"/api/v1/statuses/{post.id}/{act}", content=b"", headers=headers)
            assert got.status_code == 200


async def test_a_body_that_is_too_large_is_refused_in_json_that_browsers_may_read(clients: Clients) -> None:
    """Behaviours 1.12, 4.6, 5.1."""
    for path in ("/api/v1/statuses", "/oauth/token"):
        got = await clients.aigul.post(path, json={"status": "x" * 1_100_000})
        assert (got.status_code, got.json()) == (413, {"error": "The body is too large"})
        assert got.headers["access-control-allow-origin"] == "*"


async def test_who_shows_tokens_that_are_none_is_counted_as_a_stranger(clients: Clients) -> None:
    """Behaviour 5.4."""
    left = []
    for number in range(3):
        got = await clients.stranger.get(HOME, headers={"Authorization": f"Bearer nonsense{number}"})
        assert got.status_code == 401
        left.append(int(got.headers["x-ratelimit-remaining"]))

    assert left == [left[0], left[0] - 1, left[0] - 2]


async def test_the_budget_that_is_told_is_the_one_that_ends_first(clients: Clients) -> None:
    """Behaviour 5.4: posts, deletions, uploads and follows have budgets of their own."""
    posted = await clients.aigul.post("/api/v1/statuses", json={"status": "x"})
    followed = await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow")
    deleted = await clients.aigul.delete(f"/api/v1/statuses/{posted.json()['id']}")

    told = [(each.headers["x-ratelimit-limit"], each.headers["x-ratelimit-remaining"]) for each in (posted, followed)]
    assert told == [("300", "299"), ("400", "399")]
    app = {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    registered = await clients.stranger.post("/api/v1/apps", json=app)
    assert registered.headers["x-ratelimit-limit"] == "100"
    assert (deleted.headers["x-ratelimit-limit"], deleted.headers["x-ratelimit-remaining"]) == ("30", "29")


async def test_a_wrong_token_is_refused_also_where_none_is_needed(clients: Clients) -> None:
    wrong = {"Authorization": "Bearer nonsense"}

    public = await clients.stranger.get("/api/v1/timelines/public", headers=wrong)
    described = await clients.stranger.get("/api/v2/instance", headers=wrong)

    assert (public.status_code, public.json()["error"]) == (401, "The access token is invalid")
    assert 'error="invalid_token"' in public.headers["www-authenticate"]
    assert described.status_code == 200


async def test_a_token_without_the_scope_is_refused_and_nobody_is_signed_out(clients: Clients) -> None:
    client = await let_in(clients.school, clients.aigul.me, "read:accounts")

    assert (await client.get("/api/v1/accounts/verify_credentials")).status_code == 200
    for path in (HOME, "/api/v1/timelines/public"):
        got = await client.get(path)
        assert (got.status_code, got.json()["error"]) == (403, "This action is outside the authorized scopes")


async def test_a_browser_may_ask_before_it_calls(clients: Clients) -> None:
    asked = {"Origin": "https://elk.test", "Access-Control-Request-Headers": "authorization,idempotency-key"}

    paths = (HOME, "/api/v1/streaming", "/oauth/token", "/oauth/revoke", "/oauth/userinfo")
    for path in (*paths, "/.well-known/oauth-authorization-server"):
        got = await clients.stranger.call("OPTIONS", path, headers=asked)
        assert got.status_code == 204
        assert got.headers["access-control-allow-headers"] == "authorization,idempotency-key"
        assert "PATCH" in got.headers["access-control-allow-methods"]


async def test_answers_say_who_may_keep_them(clients: Clients) -> None:
    public = await clients.stranger.get("/api/v1/timelines/public")
    mine = await clients.aigul.get("/api/v1/timelines/public")
    school = await clients.stranger.get("/api/v2/instance")
    kept = [f"/api/v1/{each}" for each in ("instance", "instance/rules", "instance/peers", "custom_emojis")]
    failed = await clients.stranger.get("/api/v1/statuses/1")

    assert {(await clients.stranger.get(path)).headers["cache-control"] for path in kept} == {"public, max-age=300"}
    assert failed.headers["cache-control"] == "no-store"
    assert public.headers["cache-control"] == "public, max-age=15"
    assert mine.headers["cache-control"] == "private, no-store"
    assert school.headers["cache-control"] == "public, max-age=300"
    assert all(each.headers["vary"] == "Authorization, Origin" for each in (public, mine, school))


async def test_calls_are_counted_for_each_person_and_one_too_many_is_refused(clients: Clients) -> None:
    path = "/api/v1/accounts/verify_credentials"
    first = await clients.aigul.get(path)
    for _ in range(int(first.headers["x-ratelimit-remaining"])):
        spent = clients.school.instance.rates.spend(CALLS, clients.aigul.me.id, clients.network.clock.now)
        assert not spent.over

    over = await clients.aigul.get(path)

    assert first.headers["x-ratelimit-limit"] == "1500"
    assert first.headers["x-ratelimit-reset"] == "2026-09-21T14:15:00.000000Z"
    assert (over.status_code, over.json()) == (429, {"error": "Too many requests"})
    assert (over.headers["x-ratelimit-remaining"], over.headers["retry-after"]) == ("0", "100")
    assert (await clients.bolat.get(path)).status_code == 200
    clients.network.clock.advance(minutes=5)
    assert (await clients.aigul.get(path)).status_code == 200


async def test_a_body_that_is_no_json_is_refused_and_an_empty_one_is_not(clients: Clients) -> None:
    json = {"Content-Type": "application/json"}

    broken = await clients.aigul.post("/api/v1/apps", content=b"{", headers=json)
    empty = await clients.aigul.post("/api/v1/apps", content=b"", headers=json)

    assert (broken.status_code, broken.json()) == (400, {"error": "The body is not valid JSON"})
    assert empty.json() == {"error": "Validation failed: Application name can't be blank"}


async def test_a_crash_is_told_to_the_log_and_not_to_the_caller(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(clients.school.instance.db, "read", broken)
    got = await clients.stranger.get("/api/v2/instance")

    assert got.status_code == 500
    assert "secret" not in got.text
    assert got.headers["access-control-allow-origin"] == "*"


async def test_deprecated_operations_say_so(clients: Clients) -> None:
    assert (await clients.stranger.get("/api/v1/instance")).headers["deprecation"].startswith("@1")
    assert "deprecation" not in (await clients.stranger.get("/api/v2/instance")).headers


def test_names_with_brackets_stay_where_they_are() -> None:
    assert from_pairs([("a[b][c]", "1")]) == {"a": {"b": {"c": "1"}}}


async def test_each_school_answers_for_itself(tmp_path: Path) -> None:
    async with open_network(tmp_path, 2) as network:
        first, second = network["almaty"], network["kostanay"]
        client = await let_in(first, await first.teacher("aigul"))
        client.school = second
        assert (await client.get(HOME)).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/host-meta",
        "/.well-known/webfinger?resource=acct:aigul@almaty.test",
        "/.well-known/nodeinfo",
        "/nodeinfo/2.0",
        "/@aigul",
        "/users/:id",
        "/static/missing.png",
    ],
)
async def test_clients_in_a_browser_read_what_finds_a_school_and_its_people(clients: Clients, path: str) -> None:
    """Behaviour 5.2: documents and pages, and the question that goes before."""
    asked = {"Origin": "https://phanpy.test", "Access-Control-Request-Method": "GET"}
    path = path.replace(":id", str(clients.aigul.me.id))

    for accept in ("application/activity+json", "text/html"):
        got = await clients.stranger.get(path, headers={"Accept": accept})
        assert got.status_code in (200, 303)
        assert got.headers["access-control-allow-origin"] == "*"
    before = await clients.stranger.call("OPTIONS", path, headers=asked)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (204, "*")
    assert "GET" in before.headers["access-control-allow-methods"]
    assert (await clients.stranger.call("OPTIONS", path)).status_code == 405
    assert (await clients.stranger.call("OPTIONS", "/home", headers=asked)).status_code == 405


@pytest.mark.parametrize(("path", "most"), [("/api/v1/accounts", 40), ("/api/v1/statuses", 20)])
async def test_only_so_many_are_asked_for_by_their_ids_at_once(clients: Clients, path: str, most: int) -> None:
    """Behaviour 2.12."""
    got = [await clients.aigul.get(path, params={"id[]": [str(n) for n in range(most + more)]}) for more in (0, 1)]

    assert [each.status_code for each in got] == [200, 422]

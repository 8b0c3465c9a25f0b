"""Lists in pages: how long a page may be, where its neighbours are, and what its cursors are (behaviours 2.12, 3.1 to
3.5)."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.api.conftest import Client, Clients, let_in

STATUSES = "/api/v1/statuses"


def links(got: httpx2.Response) -> dict[str, dict[str, str]]:
    """The parameters of each neighbour of a page."""
    found = re.findall(r'<(http://almaty\.test/[^>]+)>; rel="(\w+)"', got.headers.get("link", ""))
    return {
        relation: {name: each[0] for name, each in parse_qs(urlsplit(url).query).items()} for url, relation in found
    }


async def done(client: Client, path: str, **options: object) -> dict[str, object]:
    got = await client.post(path, **options)
    assert got.status_code == 200, (path, got.text)
    return dict(got.json())


async def lists(clients: Clients) -> dict[str, tuple[int, str, bool]]:
    """Every list that is cut by ids, with one entry: how many a page has at most, the parameter that leads back, and
    whether a page that is not full has a next one too.
    """
    aigul, bolat = clients.aigul, clients.bolat
    dana = await let_in(clients.school, await clients.school.teacher("dana", locked=True))
    me, other = (f"/api/v1/accounts/{each.me.id}" for each in (aigul, bolat))
    for client, path in (
        (aigul, f"{other}/follow"),
        (bolat, f"{me}/follow"),
        (aigul, f"{other}/endorse"),
        (aigul, f"/api/v1/accounts/{dana.me.id}/block"),
        (aigul, f"/api/v1/accounts/{dana.me.id}/mute"),
        (aigul, "/api/v1/domain_blocks?domain=far.test"),
        (aigul, "/api/v1/tags/math/follow"),
    ):
        await done(client, path)
    await aigul.patch("/api/v1/accounts/update_credentials", data={"locked": "true"})
    erlan = await let_in(clients.school, await clients.school.teacher("erlan"))
    await done(erlan, f"{me}/follow")
    post = (await done(aigul, STATUSES, json={"status": "Salem #math", "visibility": "public"}))["id"]
    for act in ("favourite", "reblog", "bookmark"):
        await done(bolat, f"{STATUSES}/{post}/{act}")
        await done(aigul, f"{STATUSES}/{post}/{act}")
    await done(bolat, STATUSES, json={"status": "@aigul Only you", "visibility": "direct"})
    await done(aigul, STATUSES, json={"status": "Later", "scheduled_at": "2026-12-01T00:00:00Z"})
    list_id = (await done(aigul, "/api/v1/lists", data={"title": "Near"}))["id"]
    await done(aigul, f"/api/v1/lists/{list_id}/accounts", data={"account_ids[]": str(bolat.me.id)})
    await done(aigul, f"/api/v1/lists/{list_id}/accounts", data={"account_ids[]": str(aigul.me.id)})
    return {
        **{f"/api/v1/timelines/{each}": (40, "min_id", True) for each in ("home", "public", "tag/math")},
        f"/api/v1/timelines/list/{list_id}": (40, "min_id", True),
        **{f"/api/{each}/notifications": (80, "min_id", True) for each in ("v1", "v2")},
        **dict.fromkeys((f"{me}/statuses", "/api/v1/favourites", "/api/v1/bookmarks"), (40, "min_id", False)),
        **{f"/api/v1/{each}": (40, "min_id", False) for each in ("conversations", "scheduled_statuses")},
        **dict.fromkeys(
            (
                f"{me}/followers",
                f"{me}/following",
                f"{me}/endorsements",
                f"/api/v1/lists/{list_id}/accounts",
                *(f"{STATUSES}/{post}/{each}_by" for each in ("favourited", "reblogged")),
                *(f"/api/v1/{each}" for each in ("blocks", "mutes", "follow_requests", "endorsements")),
            ),
            (80, "since_id", False),
        ),
        **{f"/api/v1/{each}": (200, "since_id", False) for each in ("domain_blocks", "followed_tags")},
    }


async def test_each_list_has_its_longest_page_and_its_ways_back_and_on(clients: Clients) -> None:
    """Behaviours 2.12, 3.3, 3.5."""
    known = await lists(clients)

    for path, (most, back, always) in known.items():
        whole, one = await clients.aigul.get(f"{path}?limit=1000"), await clients.aigul.get(f"{path}?limit=1")
        around, alone = links(whole), links(one)
        assert set(around["prev"]) == {"limit", back}, path
        assert around["prev"]["limit"] == str(most), path
        assert ("next" in around) == always, path
        assert set(alone["next"]) == {"limit", "max_id"}, path
        assert (await clients.aigul.get(f"{path}?max_id=1")).headers.get("link") is None, path


async def test_whoever_goes_on_and_back_by_the_links_meets_everything_once(clients: Clients) -> None:
    """Behaviours 3.1, 3.2, 3.4: `min_id` is the page right above, the newest first."""
    posts = [(await done(clients.aigul, STATUSES, json={"status": str(n)}))["id"] for n in range(7)]
    for number in (3, 0, 6, 1, 5, 2, 4):
        await done(clients.aigul, f"{STATUSES}/{posts[number]}/bookmark")
    marked = [posts[number] for number in (4, 2, 5, 1, 6, 0, 3)]
    path = "/api/v1/bookmarks?limit=3"

    on: list[httpx2.Response] = [await clients.aigul.get(path)]
    while "next" in links(on[-1]):
        on.append(await clients.aigul.get(path, params={"limit": "3", **links(on[-1])["next"]}))
    back = [await clients.aigul.get(path, params=links(on[-1])["prev"])]
    back.append(await clients.aigul.get(path, params=links(back[-1])["prev"]))

    def ids(pages: list[httpx2.Response]) -> list[list[str]]:
        return [[each["id"] for each in page.json()] for page in pages]

    assert ids(on) == [marked[:3], marked[3:6], marked[6:]]
    assert ids(back) == [marked[3:6], marked[:3]]
    assert (await clients.aigul.get(path, params=links(back[-1])["prev"])).json() == []


async def test_a_moment_is_a_cursor(clients: Clients) -> None:
    """Behaviours 1.2 and 1.3: ids are milliseconds and sixteen bits more, as Mastodon.py makes them of a time."""
    made = []
    for _ in range(3):
        clients.network.clock.advance(hours=1)
        made.append((await done(clients.aigul, STATUSES, json={"status": "x"}))["id"])
    between = datetime.fromtimestamp(clients.network.clock() / 1000 - 5400, UTC)
    cursor = (int(between.timestamp()) << 16) * 1000

    older = (await clients.aigul.get(f"/api/v1/timelines/home?max_id={cursor}")).json()
    newer = (await clients.aigul.get(f"/api/v1/timelines/home?min_id={cursor}")).json()

    assert [each["id"] for each in older + newer] == [made[0], made[2], made[1]]
    assert sorted(made, key=lambda each: (len(str(each)), str(each))) == made

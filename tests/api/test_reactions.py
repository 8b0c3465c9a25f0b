"""What people do to posts through the API, and who sees that they did."""

import re

import pytest

from fedi.actions import blocks
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.models.quotes import QuotePolicy
from fedi.store import notifications
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

STATUSES = "/api/v1/statuses"


@pytest.mark.parametrize(
    ("act", "undo", "flag", "count"),
    [
        ("favourite", "unfavourite", "favourited", "favourites_count"),
        ("bookmark", "unbookmark", "bookmarked", None),
        ("mute", "unmute", "muted", None),
    ],
)
async def test_a_mark_is_made_once_and_taken_back_once(
    clients: Clients, act: str, undo: str, flag: str, count: str | None
) -> None:
    post = await clients.school.post(clients.aigul.me)
    path = f"{STATUSES}/{post.id}"

    made = [(await clients.bolat.post(f"{path}/{act}")).json() for _ in range(2)]
    undone = [(await clients.bolat.post(f"{path}/{undo}")).json() for _ in range(2)]

    assert problems("[Status]", made + undone) == []
    assert [each[flag] for each in made + undone] == [True, True, False, False]
    if count:
        assert [each[count] for each in made + undone] == [1, 1, 0, 0]


async def test_a_boost_shows_the_post_and_is_taken_back_by_the_posts_id(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    path = f"{STATUSES}/{post.id}"

    boost = (await clients.bolat.post(f"{path}/reblog", data={"visibility": "unlisted"})).json()
    again = (await clients.bolat.post(f"{STATUSES}/{boost['id']}/reblog")).json()
    undone = (await clients.bolat.post(f"{path}/unreblog")).json()

    assert problems("Status", boost) == []
    assert (boost["reblog"]["id"], boost["content"], boost["visibility"]) == (str(post.id), "<p>Salem</p>", "unlisted")
    assert (boost["reblogged"], boost["reblog"]["reblogged"], boost["reblog"]["reblogs_count"]) == (True, True, 1)
    assert again["id"] == boost["id"]
    assert (undone["id"], undone["reblogged"], undone["reblogs_count"]) == (str(post.id), False, 0)


async def test_what_somebody_may_not_see_she_cannot_react_to(clients: Clients) -> None:
    hidden = await clients.school.post(clients.aigul.me, "Hidden", Circle.FOLLOWERS)

    for act in ("favourite", "unfavourite", "reblog", "bookmark", "mute", "pin"):
        assert (await clients.bolat.post(f"{STATUSES}/{hidden.id}/{act}")).status_code == 404


async def test_own_posts_are_pinned_five_at_most(clients: Clients) -> None:
    posts = [await clients.school.post(clients.aigul.me, f"Post {n}") for n in range(6)]
    paths = [f"{STATUSES}/{post.id}/pin" for post in posts]

    pinned = [await clients.aigul.post(path) for path in paths]
    boost = (await clients.bolat.post(f"{STATUSES}/{posts[1].id}/reblog")).json()["id"]
    message = await clients.school.post(clients.bolat.me, "@aigul Secret", Circle.DIRECT)
    foreign = [await clients.bolat.post(f"{STATUSES}/{each}/pin") for each in (posts[0].id, boost, message.id)]
    still = await clients.bolat.post(f"{STATUSES}/{posts[0].id}/unpin")
    shown = await clients.stranger.get(f"/api/v1/accounts/{clients.aigul.me.id}/statuses?pinned=true")
    unpinned = await clients.aigul.post(f"{STATUSES}/{posts[0].id}/unpin")

    assert [each.status_code for each in pinned] == [200] * 5 + [422]
    assert pinned[5].json()["error"] == "Validation failed: You have already pinned the maximum number of posts"
    assert pinned[0].json()["pinned"]
    assert [(each.status_code, each.json()["error"]) for each in foreign] == [
        (422, "Validation failed: Someone else's post cannot be pinned"),
        (422, "Validation failed: Someone else's post cannot be pinned"),
        (422, "Validation failed: Posts that are only visible to mentioned users cannot be pinned"),
    ]
    assert still.status_code == 200
    assert [each["id"] for each in shown.json()] == [str(post.id) for post in posts[4::-1]]
    assert not unpinned.json()["pinned"]


async def test_lists_of_marks_are_cut_by_the_ids_of_the_marks(clients: Clients) -> None:
    """Bookmarked in another order than written: cut by ids of posts, a page would lose some."""
    posts = [await clients.school.post(clients.aigul.me, f"Post {n}") for n in range(3)]
    for number in (1, 0, 2):
        await clients.bolat.post(f"{STATUSES}/{posts[number].id}/bookmark")
        await clients.bolat.post(f"{STATUSES}/{posts[number].id}/favourite")

    for path in ("/api/v1/bookmarks", "/api/v1/favourites"):
        seen: list[str] = []
        url: str | None = f"{path}?limit=1"
        while url:
            got = await clients.bolat.get(url)
            seen += [each["id"] for each in got.json()]
            following = re.search(r'<([^>]+)>; rel="next"', got.headers.get("link", ""))
            url = following[1] if following else None
        assert seen == [str(posts[number].id) for number in (2, 0, 1)]
        assert (await clients.aigul.get(path)).json() == []


async def test_who_reacted_is_told_without_whom_the_reader_has_blocked(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    path = f"{STATUSES}/{post.id}"
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    for client in (clients.bolat, dana):
        await client.post(f"{path}/favourite")
        await client.post(f"{path}/reblog")
    await clients.school.write(blocks.block, clients.aigul.me, dana.me)

    for list_ in ("favourited_by", "reblogged_by"):
        everybody = await clients.stranger.get(f"{path}/{list_}")
        mine = await clients.aigul.get(f"{path}/{list_}?limit=1")
        assert problems("[Account]", everybody.json()) == []
        assert [each["username"] for each in everybody.json()] == ["dana", "bolat"]
        assert [each["username"] for each in mine.json()] == ["bolat"]
        assert "since_id=" in mine.headers["link"]


async def test_who_passes_a_post_on_to_her_followers_is_named_to_them_only(clients: Clients) -> None:
    path = f"{STATUSES}/{(await clients.school.post(clients.aigul.me)).id}"
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    await clients.school.follow(dana.me, clients.bolat.me)
    await clients.bolat.post(f"{path}/reblog", json={"visibility": "private"})

    async def named_to(client: Client) -> list[str]:
        return [each["username"] for each in (await client.get(f"{path}/reblogged_by")).json()]

    assert await named_to(clients.stranger) == await named_to(clients.aigul) == []
    assert await named_to(clients.bolat) == await named_to(dana) == ["bolat"]
    assert (await clients.stranger.get(path)).json()["reblogs_count"] == 0
    assert (await clients.bolat.post(f"{path}/unreblog")).json()["reblogs_count"] == 0


async def test_nothing_is_told_of_a_muted_conversation(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    await clients.aigul.post(f"{STATUSES}/{post.id}/mute")

    await clients.bolat.post(f"{STATUSES}/{post.id}/favourite")
    await clients.bolat.post(STATUSES, json={"status": "@aigul x", "in_reply_to_id": str(post.id)})
    assert await clients.school.read(notifications.latest, clients.aigul.me.id, Page()) == []

    await clients.aigul.post(f"{STATUSES}/{post.id}/unmute")
    await clients.bolat.post(STATUSES, json={"status": "@aigul y", "in_reply_to_id": str(post.id)})
    assert len(await clients.school.read(notifications.latest, clients.aigul.me.id, Page())) == 1


async def test_a_thread_is_told_in_its_order(clients: Clients) -> None:
    async def write(client: str, text: str, parent: str | None = None) -> str:
        body = {"status": text, "in_reply_to_id": parent, "visibility": "public"}
        sent = await getattr(clients, client).post(STATUSES, json=body)
        return str(sent.json()["id"])

    top = await write("aigul", "top")
    first = await write("bolat", "first", top)
    second = await write("bolat", "second", top)
    under = await write("aigul", "under first", first)

    whole = (await clients.aigul.get(f"{STATUSES}/{top}/context")).json()
    part = (await clients.stranger.get(f"{STATUSES}/{under}/context")).json()

    assert problems("Context", whole) == problems("Context", part) == []
    assert [each["id"] for each in whole["descendants"]] == [first, under, second]
    assert [each["id"] for each in part["ancestors"]] == [top, first]
    assert (await clients.stranger.get(f"{STATUSES}/1/context")).status_code == 404


async def test_strangers_see_a_part_of_a_long_thread_and_people_of_the_school_all_of_it(clients: Clients) -> None:
    """Behaviour 3.8: forty above, sixty below, twenty deep."""

    async def unit(tx: Transaction) -> tuple[list[int], list[int]]:
        chain = [await make.note(tx, clients.aigul.me)]
        for _ in range(64):
            chain.append(await make.answer(tx, clients.aigul.me, chain[-1]))
        many = [await make.answer(tx, clients.aigul.me, chain[-1]) for _ in range(62)]
        return [each.id for each in chain], [each.id for each in many]

    chain, many = await clients.school.write(unit)

    async def around(client: Client, post_id: int) -> list[list[int]]:
        found = (await client.get(f"{STATUSES}/{post_id}/context")).json()
        return [[int(each["id"]) for each in found[name]] for name in ("ancestors", "descendants")]

    assert await around(clients.stranger, chain[42]) == [chain[2:42], chain[43:63]]
    assert await around(clients.stranger, chain[-1]) == [chain[24:64], many[:60]]
    assert await around(clients.bolat, chain[42]) == [chain[:42], chain[43:] + many]


async def test_a_quote_is_shown_inside_to_whoever_may_see_it(clients: Clients) -> None:
    quoted = await clients.school.post(clients.aigul.me, "Quoted")
    body = {"status": "Look", "quoted_status_id": str(quoted.id), "visibility": "public"}

    quoting = (await clients.bolat.post(STATUSES, json=body)).json()
    again = {"status": "And look", "quoted_status_id": quoting["id"], "visibility": "public"}
    outer = (await clients.aigul.post(STATUSES, json=again)).json()

    assert problems("[Status]", [quoting, outer]) == []
    assert quoting["quote"]["state"] == "accepted"
    assert quoting["quote"]["quoted_status"]["id"] == str(quoted.id)
    assert outer["quote"]["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": str(quoted.id)}
    assert quoting["quote"]["quoted_status"]["quote_approval"]["current_user"] == "automatic"
    assert (await clients.bolat.get(f"{STATUSES}/{quoted.id}")).json()["quotes_count"] == 1


async def test_an_author_sees_quotes_takes_one_back_and_decides_about_more(clients: Clients) -> None:
    quoted = await clients.school.post(clients.aigul.me, "Quoted")
    path = f"{STATUSES}/{quoted.id}"
    body = {"status": "Look", "quoted_status_id": str(quoted.id), "visibility": "public"}
    quoting = (await clients.bolat.post(STATUSES, json=body)).json()

    listed = (await clients.aigul.get(f"{path}/quotes")).json()
    foreign = await clients.bolat.post(f"{path}/quotes/{quoting['id']}/revoke")
    revoked = (await clients.aigul.post(f"{path}/quotes/{quoting['id']}/revoke")).json()
    policy = (await clients.aigul.put(f"{path}/interaction_policy", json={"quote_approval_policy": "nobody"})).json()
    refused = await clients.bolat.post(STATUSES, json=body)

    assert [each["id"] for each in listed] == [quoting["id"]]
    assert foreign.status_code == 404
    assert problems("[Status]", [revoked, policy]) == []
    assert revoked["quote"] == {"state": "revoked", "quoted_status": None}
    assert policy["quote_approval"]["automatic"] == []
    assert refused.status_code == 403
    assert (await clients.aigul.put(f"{path}/interaction_policy", json={})).status_code == 422


async def test_a_quote_in_the_school_is_in_no_number_that_others_see(clients: Clients) -> None:
    open_, closed = [await clients.school.post(clients.aigul.me, "Q", each) for each in (Circle.PUBLIC, Circle.SCHOOL)]
    for post, circle, counted in ((open_, "school", 0), (open_, "public", 1), (closed, "school", 1)):
        body = {"status": "Look", "quoted_status_id": str(post.id), "circle": circle}
        made = (await clients.bolat.post(STATUSES, json=body)).json()

        assert (await clients.aigul.get(f"{STATUSES}/{post.id}")).json()["quotes_count"] == counted
        if circle == "school":
            await clients.bolat.delete(f"{STATUSES}/{made['id']}")
            assert (await clients.aigul.get(f"{STATUSES}/{post.id}")).json()["quotes_count"] == 0


@pytest.mark.parametrize("circle", ["followers", "direct"])
async def test_nobody_is_told_that_she_might_quote_what_is_for_some(clients: Clients, circle: str) -> None:
    body = {"status": "@bolat For some", "circle": circle, "quote_approval_policy": "public"}
    post = (await clients.aigul.post(STATUSES, json=body)).json()

    seen = (await clients.bolat.get(f"{STATUSES}/{post['id']}")).json()

    assert post["quote_approval"]["automatic"] == seen["quote_approval"]["automatic"] == []
    assert seen["quote_approval"]["current_user"] == "denied"


@pytest.mark.parametrize(
    ("act", "undo", "state"), [("block", "unblock", "blocked_account"), ("mute", "unmute", "muted_account")]
)
async def test_a_quote_says_that_its_reader_wants_to_read_nothing_of_whom_it_quotes(
    clients: Clients, act: str, undo: str, state: str
) -> None:
    """Programs show such a quote only when they are asked to; the quoted post comes along for that."""
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    quoted = await clients.school.post(dana.me, "Quoted")
    body = {"status": "Look", "quoted_status_id": str(quoted.id), "visibility": "public"}
    quoting = (await clients.bolat.post(STATUSES, json=body)).json()["id"]
    outer = (await clients.bolat.post(STATUSES, json=body | {"quoted_status_id": quoting})).json()["id"]
    await clients.aigul.post(f"/api/v1/accounts/{dana.me.id}/{act}")

    seen = [(await clients.aigul.get(f"{STATUSES}/{each}")).json() for each in (quoting, outer)]
    by_others = (await clients.bolat.get(f"{STATUSES}/{quoting}")).json()
    await clients.aigul.post(f"/api/v1/accounts/{dana.me.id}/{undo}")
    again = (await clients.aigul.get(f"{STATUSES}/{quoting}")).json()

    assert problems("[Status]", seen) == []
    assert (seen[0]["quote"]["state"], seen[0]["quote"]["quoted_status"]["id"]) == (state, str(quoted.id))
    assert seen[1]["quote"]["quoted_status"]["quote"] == {"state": state, "quoted_status_id": str(quoted.id)}
    assert by_others["quote"]["state"] == again["quote"]["state"] == "accepted"


async def test_a_quote_says_that_its_reader_has_shut_out_the_server_of_whom_it_quotes(clients: Clients) -> None:
    there = clients.network["kostanay"]
    marat = await there.teacher("marat")
    post = await there.post(marat, "From there", quote_policy=QuotePolicy.EVERYONE)
    found = (await clients.bolat.get("/api/v2/search", params={"q": post.uri, "resolve": "true"})).json()["statuses"]
    body = {"status": "Look", "quoted_status_id": found[0]["id"], "visibility": "public"}
    quoting = (await clients.bolat.post(STATUSES, json=body)).json()["id"]
    await clients.network.drain()
    before = (await clients.aigul.get(f"{STATUSES}/{quoting}")).json()["quote"]["state"]

    await clients.aigul.post("/api/v1/domain_blocks", data={"domain": there.host})

    after = (await clients.aigul.get(f"{STATUSES}/{quoting}")).json()["quote"]
    assert (before, after["state"]) == ("accepted", "blocked_domain")


async def test_every_version_of_a_post_tells_what_it_quotes(clients: Clients) -> None:
    """Behaviour 9.14: no edit changes that."""
    quoted = await clients.school.post(clients.aigul.me, "Quoted")
    body = {"status": "Look", "quoted_status_id": str(quoted.id), "visibility": "public"}
    path = f"{STATUSES}/{(await clients.bolat.post(STATUSES, json=body)).json()['id']}"
    await clients.bolat.put(path, json={"status": "Look there"})

    history = (await clients.stranger.get(f"{path}/history")).json()
    plain = (await clients.stranger.get(f"{STATUSES}/{quoted.id}/history")).json()

    assert problems("[StatusEdit]", history + plain) == []
    assert [each["quote"]["quoted_status"]["id"] for each in history] == [str(quoted.id)] * 2
    assert [each["quote"] for each in plain] == [None]

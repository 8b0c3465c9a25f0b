"""Writing, changing and taking back posts through the API."""

import asyncio
from typing import Any

import httpx2
import pytest

from fedi.actions import own_posts
from fedi.models.posts import Circle, Post
from fedi.store import accounts, posts
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems
from tests.media import films
from tests.media.samples import picture

STATUSES = "/api/v1/statuses"


async def publish(client: Client, text: str = "Salem", **params: Any) -> dict[str, Any]:
    got = await client.post(STATUSES, json={"status": text, **params})
    assert got.status_code == 200, got.text
    entity: dict[str, Any] = got.json()
    return entity


async def uploaded(client: Client, **fields: str) -> dict[str, Any]:
    got = await client.post("/api/v2/media", files={"file": ("board.png", picture("PNG"), "image/png")}, data=fields)
    assert got.status_code == 200, got.text
    entity: dict[str, Any] = got.json()
    return entity


async def circle_of(clients: Clients, entity: dict[str, Any]) -> Circle:
    found: Post | None = await clients.school.read(posts.by_id, int(entity["id"]))
    assert found is not None
    return found.circle


def error(got: httpx2.Response) -> tuple[int, str]:
    return got.status_code, got.json()["error"]


async def test_a_post_is_published_with_everything_a_client_may_say(clients: Clients) -> None:
    file = await uploaded(clients.aigul, description="The blackboard", focus="0.5,-2")
    sent = {
        "status": "Salem @bolat #Math",
        "spoiler_text": "Careful",
        "media_ids[]": file["id"],
        "visibility": "unlisted",
        "language": "kk",
        "unknown": "ignored",
    }

    got = (await clients.aigul.post(STATUSES, data=sent)).json()

    assert problems("Status", got) == []
    assert (got["visibility"], got["spoiler_text"], got["sensitive"], got["language"]) == (
        "unlisted",
        "Careful",
        True,
        "kk",
    )
    assert [each["acct"] for each in got["mentions"]] == ["bolat"]
    assert [each["name"] for each in got["tags"]] == ["math"]
    [attached] = got["media_attachments"]
    assert (attached["description"], attached["meta"]["focus"]) == ("The blackboard", {"x": 0.5, "y": -1.0})
    assert attached["blurhash"]


@pytest.mark.parametrize(
    ("params", "circle"),
    [
        ({"visibility": "public"}, Circle.PUBLIC),
        ({"visibility": "unlisted"}, Circle.NETWORK),
        ({"visibility": "direct"}, Circle.DIRECT),
        ({"visibility": "private"}, Circle.SCHOOL),
        ({}, Circle.SCHOOL),
        ({"visibility": ""}, Circle.SCHOOL),
        ({"visibility": "public", "local_only": True}, Circle.SCHOOL),
        ({"visibility": "direct", "local_only": True}, Circle.DIRECT),
        ({"visibility": "private", "circle": "followers"}, Circle.FOLLOWERS),
        ({"circle": "partners"}, Circle.PARTNERS),
    ],
)
async def test_a_post_is_in_the_circle_that_is_meant_and_never_in_a_wider_one_than_the_default(
    clients: Clients, params: dict[str, Any], circle: Circle
) -> None:
    """A teacher's default is her school: her client reads that as `private` and sends it back."""
    assert await circle_of(clients, await publish(clients.aigul, **params)) is circle


async def test_private_is_for_followers_where_the_default_is_wider(clients: Clients) -> None:
    async def unit(tx: Transaction) -> None:
        await accounts.set_preferences(tx, clients.aigul.me.id, "en", Circle.PUBLIC)

    await clients.school.write(unit)

    assert await circle_of(clients, await publish(clients.aigul, visibility="private")) is Circle.FOLLOWERS


@pytest.mark.parametrize("parent", [Circle.SCHOOL, Circle.PARTNERS])
@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
async def test_an_answer_stays_in_the_circle_of_what_it_answers(
    clients: Clients, parent: Circle, visibility: str
) -> None:
    answered = await publish(clients.aigul, circle=parent.value)

    got = await publish(clients.bolat, "I agree", in_reply_to_id=answered["id"], visibility=visibility)

    assert got["in_reply_to_id"] == answered["id"]
    assert got["in_reply_to_account_id"] == str(clients.aigul.me.id)
    assert await circle_of(clients, got) in (Circle.SCHOOL, parent)
    assert got["visibility"] == "private"


async def test_nothing_of_the_school_leaves_it_through_a_client(clients: Clients) -> None:
    network, there = clients.network, clients.network["kostanay"]
    marat = await there.teacher("marat")
    await there.follow(marat, await there.knows(clients.aigul.me))
    await clients.network.drain()
    network.wire.crossed.clear()

    post = await publish(clients.aigul, "Secret", local_only=True)
    await publish(clients.bolat, "Answer", in_reply_to_id=post["id"], visibility="public")
    quote = await clients.bolat.post(STATUSES, json={"status": "Quote", "quoted_status_id": post["id"]})
    boost = await clients.bolat.post(f"{STATUSES}/{post['id']}/reblog")
    await network.drain()

    assert error(boost) == (403, "This action is not allowed")
    assert quote.json()["visibility"] == "private"
    assert [each.url for each in network.wire.crossed if each.method == "POST"] == []


async def test_a_message_that_is_to_stay_here_is_shown_to_whom_it_names_and_names_nobody_elsewhere(
    clients: Clients,
) -> None:
    there = clients.network["kostanay"]
    marat = await clients.school.knows(await there.teacher("marat"))
    local = {"visibility": "direct", "local_only": True}
    dana = await let_in(clients.school, await clients.school.teacher("dana"))

    inside = await publish(clients.aigul, "@bolat Secret", **local)
    outside = await clients.aigul.post(STATUSES, json={"status": f"@{marat.handle} Secret", **local})
    await clients.network.drain()

    assert (await clients.bolat.get(f"{STATUSES}/{inside['id']}")).status_code == 200
    assert (await dana.get(f"{STATUSES}/{inside['id']}")).status_code == 404
    assert error(outside) == (422, "Validation failed: A message that stays here names nobody elsewhere")
    assert [each.url for each in clients.network.wire.crossed if each.method == "POST"] == []


async def test_a_message_that_stays_here_says_so_and_goes_on_doing_so(clients: Clients) -> None:
    marat = await clients.school.knows(await clients.network["kostanay"].teacher("marat"))
    inside = await publish(clients.aigul, "@bolat Secret", visibility="direct", local_only=True)
    direct = {"status": f"@{marat.handle} Secret"}

    changed = await clients.aigul.put(f"{STATUSES}/{inside['id']}", json=direct)
    answered = await clients.bolat.post(
        STATUSES, json={**direct, "in_reply_to_id": inside["id"], "visibility": "direct"}
    )
    below = await publish(clients.bolat, "@aigul Yes", in_reply_to_id=inside["id"], visibility="direct")

    assert [each["local_only"] for each in (inside, below)] == [True, True]
    assert {error(each)[0] for each in (changed, answered)} == {422}


@pytest.mark.parametrize("answers", [False, True])
@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.PARTNERS])
async def test_what_is_deleted_and_drafted_anew_stays_in_its_circle(
    clients: Clients, circle: Circle, answers: bool
) -> None:
    """A client that knows no circles was told `private`, and sends that back; somebody may have chosen otherwise."""
    await clients.aigul.patch("/api/v1/accounts/update_credentials", json={"source": {"privacy": "public"}})

    above = await publish(clients.bolat, "Everybody", circle=Circle.PUBLIC.value)
    below = {"in_reply_to_id": above["id"]} if answers else {}

    async def anew(minutes: int, **params: str) -> Circle:
        post = await publish(clients.aigul, "Wrnog", circle=circle.value, **below)
        deleted = (await clients.aigul.delete(f"{STATUSES}/{post['id']}")).json()
        clients.network.clock.advance(minutes=minutes)
        return await circle_of(
            clients, await publish(clients.aigul, "Wrong", **{"visibility": deleted["visibility"], **below, **params})
        )

    assert await anew(59) is circle
    assert await circle_of(clients, await publish(clients.aigul, "Another", visibility="private")) is Circle.FOLLOWERS
    assert await anew(61) is Circle.FOLLOWERS
    assert await anew(1, circle="followers") is Circle.FOLLOWERS
    assert await anew(1, visibility="public") is Circle.PUBLIC


async def test_a_key_makes_one_post_however_many_calls_race(clients_of_both: Clients) -> None:
    """Behaviour 9.2: one's own key, with a file that only one post can have, and for posts of later."""
    clients = clients_of_both
    file = await uploaded(clients.aigul)
    key = {"Idempotency-Key": "k1"}
    now = {"status": "Once", "media_ids": [file["id"]]}
    later = {"status": "Once", "scheduled_at": "2026-12-01T00:00:00Z"}

    got = await asyncio.gather(*(clients.aigul.post(STATUSES, json=now, headers=key) for _ in range(5)))
    again = await clients.aigul.post(STATUSES, json=now, headers=key)
    others = await clients.bolat.post(STATUSES, json={"status": "Mine"}, headers=key)
    kept = await asyncio.gather(
        *(clients.aigul.post(STATUSES, json=later, headers={"Idempotency-Key": "k2"}) for _ in range(5))
    )

    assert {each.status_code for each in [*got, again, *kept]} == {200}
    assert len({each.json()["id"] for each in [*got, again]}) == 1
    assert len({each.json()["id"] for each in kept}) == 1
    assert others.json()["id"] != again.json()["id"]
    assert len((await clients.aigul.get("/api/v1/timelines/home")).json()) == 1
    assert len((await clients.aigul.get("/api/v1/scheduled_statuses")).json()) == 1


async def test_a_key_stands_for_one_post_for_an_hour(clients: Clients) -> None:
    """Behaviour 9.2."""
    made = []
    for minutes in (0, 59, 2, 30):
        clients.network.clock.advance(minutes=minutes)
        got = await clients.aigul.post(STATUSES, json={"status": "Once"}, headers={"Idempotency-Key": "k1"})
        made.append(got.json()["id"])

    assert made[0] == made[1] != made[2] == made[3]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "Validation failed: Text can't be blank"),
        ({"status": "  "}, "Validation failed: Text can't be blank"),
        ({"status": "x" * 5001}, "Validation failed: Text character limit of 5000 exceeded"),
        ({"status": "x", "visibility": "mutuals_only"}, "Validation failed: Visibility is not included in the list"),
        ({"status": "x", "circle": "shcool"}, "Validation failed: Circle is not included in the list"),
        ({"status": "x", "circle": "draft"}, "Validation failed: Circle is not included in the list"),
        ({"status": "x", "media_ids": ["1", "2"]}, "Validation failed: Media 1, 2 not found or already attached"),
        ({"status": "x", "media_ids": list(range(17))}, "Cannot attach more than 16 files"),
        (
            {"status": "x", "poll": {"options": ["a", " "], "expires_in": 300}},
            "Validation failed: Options must have more than one item",
        ),
        (
            {"status": "x", "poll": {"options": list("abcdefghijk"), "expires_in": 300}},
            "Validation failed: Options can't contain more than 10 items",
        ),
        (
            {"status": "x", "poll": {"options": ["a", "a"], "expires_in": 300}},
            "Validation failed: Options contain duplicate items",
        ),
        (
            {"status": "x", "poll": {"options": ["a", "b" * 201], "expires_in": 300}},
            "Validation failed: Options cannot be longer than 200 characters each",
        ),
        ({"status": "x", "poll": {"options": ["a", "b"]}}, "Validation failed: Expires at can't be blank"),
        (
            {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 1}},
            "Validation failed: Expires at is too soon",
        ),
    ],
)
async def test_what_cannot_be_published_is_refused_in_mastodons_words(
    clients: Clients, body: dict[str, Any], said: str
) -> None:
    got = await clients.aigul.post(STATUSES, json=body)

    assert got.status_code == 422
    assert got.json()["error"].startswith(said)


async def test_choices_that_were_left_empty_are_none(clients: Clients) -> None:
    poll = {"options": ["Monday", "", "Friday", "  "], "expires_in": 300}

    got = await clients.aigul.post(STATUSES, json={"status": "When?", "poll": poll})

    assert [each["title"] for each in got.json()["poll"]["options"]] == ["Monday", "Friday"]


async def test_who_deletes_a_boost_takes_it_back_and_only_her_own(clients: Clients) -> None:
    post = await clients.school.post(clients.bolat.me, "Worth reading")
    boost = (await clients.aigul.post(f"{STATUSES}/{post.id}/reblog")).json()["id"]

    refused = await clients.bolat.delete(f"{STATUSES}/{boost}")
    taken_back = await clients.aigul.delete(f"{STATUSES}/{boost}")
    left = (await clients.aigul.get(f"{STATUSES}/{post.id}")).json()

    assert (refused.status_code, taken_back.status_code) == (404, 200)
    assert (taken_back.json()["id"], taken_back.json()["reblog"]["id"]) == (boost, str(post.id))
    assert (left["reblogged"], left["reblogs_count"]) == (False, 0)
    assert (await clients.aigul.delete(f"{STATUSES}/{boost}")).status_code == 404


async def test_what_cannot_be_seen_cannot_be_answered(clients: Clients) -> None:
    hidden = await clients.school.post(clients.aigul.me, "For followers", Circle.FOLLOWERS)

    for reference in (str(hidden.id), "1", "nonsense"):
        got = await clients.bolat.post(STATUSES, json={"status": "x", "in_reply_to_id": reference})
        assert error(got) == (404, "The post you are trying to reply to does not appear to exist")


async def test_to_whoever_is_blocked_there_is_nothing_to_answer(clients: Clients) -> None:
    open_ = await clients.school.post(clients.aigul.me, "For all")
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/block")

    got = await clients.bolat.post(STATUSES, json={"status": "x", "in_reply_to_id": str(open_.id)})

    assert error(got) == (404, "The post you are trying to reply to does not appear to exist")


async def test_a_warning_without_a_text_is_the_text(clients: Clients) -> None:
    got = await publish(clients.aigul, "", spoiler_text="Only this")

    assert (got["content"], got["spoiler_text"]) == ("<p>Only this</p>", "")


async def test_a_warning_before_pictures_stays_one(clients: Clients) -> None:
    """Behaviour 9.1: a picture needs no text."""
    file = await uploaded(clients.aigul)

    got = await publish(clients.aigul, "", spoiler_text="Spiders", media_ids=[file["id"]])

    assert (got["content"], got["spoiler_text"], got["sensitive"]) == ("", "Spiders", True)


@pytest.mark.parametrize(
    ("code", "stored"), [("kk", "kk"), ("pt-BR", "pt-br"), ("kab", "kab"), ("zz", "kk"), ("klingon", "kk"), ("", "kk")]
)
async def test_a_language_that_is_none_is_the_authors_own(clients: Clients, code: str, stored: str) -> None:
    """Behaviour 9.5."""
    assert (await publish(clients.aigul, language=code))["language"] == stored


async def test_files_are_deleted_with_their_post_where_that_is_asked_for(clients: Clients) -> None:
    """Behaviours 2.8 and 9.11."""
    file, shown = await uploaded(clients.aigul), await uploaded(clients.aigul)
    post = await publish(clients.aigul, "Board", media_ids=[file["id"]], visibility="public")
    kept = await publish(clients.aigul, "Board", media_ids=[shown["id"]], visibility="public")
    [media] = post["media_attachments"]

    got = await clients.aigul.delete(f"{STATUSES}/{post['id']}?delete_media=true")
    await clients.aigul.delete(f"{STATUSES}/{kept['id']}?delete_media=false")

    assert [each["id"] for each in got.json()["media_attachments"]] == [file["id"]]
    assert (await clients.aigul.get(f"/api/v1/media/{file['id']}")).status_code == 404
    assert (await clients.stranger.get(media["url"])).status_code == 404
    assert (await clients.aigul.get(f"/api/v1/media/{shown['id']}")).status_code == 200


async def test_a_poll_has_no_files(clients: Clients) -> None:
    """9.1: the one excludes the other, also in an edit."""
    media, poll = (await uploaded(clients.aigul))["id"], {"options": ["One", "Two"], "expires_in": 3600}
    made = (await clients.aigul.post(STATUSES, json={"status": "Which?", "poll": poll})).json()

    refused = await clients.aigul.post(STATUSES, json={"status": "Which?", "poll": poll, "media_ids": [media]})
    edit = {"status": "Which?", "poll": poll, "media_ids": [media]}
    edited = await clients.aigul.put(f"{STATUSES}/{made['id']}", json=edit)

    assert [(each.status_code, each.json()["error"]) for each in (refused, edited)] == [
        (422, "Cannot attach more than 16 files")
    ] * 2
    assert (await clients.aigul.get(f"/api/v1/media/{media}")).status_code == 200


async def test_a_poll_is_published_and_voted_in(clients: Clients) -> None:
    form = {
        "status": "Which?",
        "visibility": "public",
        "poll[options][]": ["One", "Two"],
        "poll[expires_in]": "3600",
        "poll[multiple]": "true",
    }
    poll = (await clients.aigul.post(STATUSES, data=form)).json()["poll"]

    voted = await clients.bolat.post(f"/api/v1/polls/{poll['id']}/votes", data={"choices[]": ["0", "1"]})
    again = await clients.bolat.post(f"/api/v1/polls/{poll['id']}/votes", json={"choices": [0]})
    own = await clients.aigul.post(f"/api/v1/polls/{poll['id']}/votes", json={"choices": [0]})
    shown = await clients.stranger.get(f"/api/v1/polls/{poll['id']}")
    clients.network.clock.advance(hours=2)
    late = await clients.bolat.post(f"/api/v1/polls/{poll['id']}/votes", json={"choices": [0]})

    assert problems("Poll", voted.json()) == []
    assert (voted.json()["own_votes"], voted.json()["votes_count"]) == ([0, 1], 2)
    assert error(again) == (422, "Validation failed: You have already voted on this poll")
    assert error(own) == (403, "This action is not allowed")
    assert (shown.json()["votes_count"], "voted" in shown.json()) == (2, False)
    assert error(late) == (422, "Validation failed: The poll has already ended")
    assert (await clients.bolat.get("/api/v1/polls/1")).status_code == 404


async def test_nobody_is_told_hidden_totals_before_the_end_of_a_poll(clients: Clients) -> None:
    """Null for each option, to voters and the author too; how many have voted is no secret."""
    asked = {"options": ["One", "Two"], "expires_in": 3600, "hide_totals": True}
    made = await publish(clients.aigul, "Which?", poll=asked, visibility="public")
    path = f"/api/v1/polls/{made['poll']['id']}"

    voted = (await clients.bolat.post(f"{path}/votes", json={"choices": [1]})).json()
    seen = [(await each.get(path)).json() for each in (clients.aigul, clients.bolat, clients.stranger)]
    clients.network.clock.advance(hours=2)
    await clients.network.drain()
    over = (await clients.stranger.get(f"{STATUSES}/{made['id']}")).json()["poll"]

    assert problems("Poll", voted) == []
    assert [[option["votes_count"] for option in each["options"]] for each in (voted, *seen)] == [[None, None]] * 4
    assert [(each["votes_count"], each["voters_count"]) for each in seen] == [(1, 1)] * 3
    assert (over["expired"], [option["votes_count"] for option in over["options"]]) == (True, [0, 1])


async def test_an_edit_hides_and_shows_the_totals_of_a_poll_and_keeps_its_votes(clients: Clients) -> None:
    poll = {"options": ["One", "Two"], "expires_in": 3600}
    made = await publish(clients.aigul, "Which?", poll=poll, visibility="public")
    await clients.bolat.post(f"/api/v1/polls/{made['id']}/votes", json={"choices": [1]})

    seen = []
    for hidden in ({"hide_totals": True}, {}, {"hide_totals": "yes"}):
        edit = {"status": "Which?", "poll": {**poll, **hidden}}
        got = (await clients.aigul.put(f"{STATUSES}/{made['id']}", json=edit)).json()
        seen.append([option["votes_count"] for option in got["poll"]["options"]])

    assert seen == [[None, None], [0, 1], [None, None]]


# --- changing ---------------------------------------------------------------------------------------


async def test_votes_make_no_edit_of_one_that_changes_nothing(clients: Clients) -> None:
    poll = {"options": ["Monday", "Friday"], "expires_in": 3600}
    made = await publish(clients.aigul, "When?", poll=poll, visibility="public")
    await clients.bolat.post(f"/api/v1/polls/{made['poll']['id']}/votes", json={"choices": [1]})

    same = (await clients.aigul.put(f"{STATUSES}/{made['id']}", json={"status": "When?", "poll": poll})).json()
    other = await clients.aigul.put(
        f"{STATUSES}/{made['id']}", json={"status": "When?", "poll": {**poll, "options": ["Monday", "Sunday"]}}
    )

    assert (same["edited_at"], same["poll"]["votes_count"]) == (None, 1)
    assert other.json()["edited_at"]
    assert other.json()["poll"]["votes_count"] == 0


async def test_an_edit_replaces_everything_but_the_language(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    post = await publish(clients.aigul, "Before", spoiler_text="W", media_ids=[file["id"]], language="kk")
    clients.network.clock.advance(minutes=1)

    got = (await clients.aigul.put(f"{STATUSES}/{post['id']}", json={"status": "After"})).json()

    assert problems("Status", got) == []
    assert (got["content"], got["spoiler_text"], got["media_attachments"]) == ("<p>After</p>", "", [])
    assert (got["language"], got["edited_at"], got["visibility"]) == ("kk", "2026-09-21T14:14:20.000Z", "private")


async def test_every_version_is_told_the_first_one_first(clients: Clients) -> None:
    post = await publish(clients.aigul, "One", visibility="public")
    path = f"{STATUSES}/{post['id']}"
    first = (await clients.stranger.get(f"{path}/history")).json()
    clients.network.clock.advance(minutes=1)
    await clients.aigul.put(path, json={"status": "Two", "spoiler_text": "W"})
    await clients.aigul.put(path, json={"status": "Two", "spoiler_text": "W"})

    history = (await clients.stranger.get(f"{path}/history")).json()
    source = await clients.aigul.get(f"{path}/source")

    assert problems("[StatusEdit]", history) == []
    assert [each["content"] for each in first] == ["<p>One</p>"]
    assert [each["content"] for each in history] == ["<p>One</p>", "<p>Two</p>"]
    assert problems("StatusSource", source.json()) == []
    assert (source.json()["text"], source.json()["spoiler_text"]) == ("Two", "W")
    assert (await clients.bolat.get(f"{path}/source")).status_code == 404


async def test_each_version_has_its_files_and_the_choices_of_its_poll(clients: Clients) -> None:
    """Behaviour 9.14; a file that was taken off stays for the history, and is on no other post."""
    one, two = await uploaded(clients.aigul, description="One"), await uploaded(clients.aigul, description="Two")
    post = await publish(clients.aigul, "Files", media_ids=[one["id"], two["id"]], visibility="public")
    path = f"{STATUSES}/{post['id']}"
    described = {"id": one["id"], "description": "First"}
    await clients.aigul.put(
        path, json={"status": "Files", "media_ids": [one["id"], two["id"]], "media_attributes": [described]}
    )
    await clients.aigul.put(path, json={"status": "Files", "media_ids": [two["id"]]})
    poll = {"options": ["a", "b"], "expires_in": 600}
    await clients.aigul.put(path, json={"status": "Poll", "poll": poll})
    asked = await clients.aigul.put(path, json={"status": "Poll", "poll": {**poll, "options": ["a", "c"]}})
    clients.network.clock.advance(days=2)
    await clients.network.drain()

    history = (await clients.stranger.get(f"{path}/history")).json()
    again = await clients.aigul.post(STATUSES, json={"status": "x", "media_ids": [one["id"]]})

    assert [each["title"] for each in asked.json()["poll"]["options"]] == ["a", "c"]
    assert problems("[StatusEdit]", history) == []
    assert [[each["description"] for each in version["media_attachments"]] for version in history] == [
        ["One", "Two"], ["First", "Two"], ["Two"], [], []
    ]  # fmt: skip
    assert [[each["title"] for each in version.get("poll", {"options": []})["options"]] for version in history] == [
        [], [], [], ["a", "b"], ["a", "c"]
    ]  # fmt: skip
    assert (await clients.stranger.get(history[0]["media_attachments"][0]["url"])).status_code == 200
    assert (await clients.aigul.get(f"/api/v1/media/{one['id']}")).status_code == 404
    assert (await clients.aigul.delete(f"/api/v1/media/{one['id']}")).status_code == 404
    assert again.status_code == 422
    await clients.aigul.delete(path)
    assert (await clients.stranger.get(history[0]["media_attachments"][0]["url"])).status_code == 404


async def test_files_of_earlier_versions_are_for_those_who_may_see_the_post(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    post = await publish(clients.aigul, "Board", media_ids=[file["id"]], local_only=True)
    path = f"{STATUSES}/{post['id']}"
    await clients.aigul.put(path, json={"status": "Board"})

    [first, _] = (await clients.bolat.get(f"{path}/history")).json()
    url = first["media_attachments"][0]["url"]

    assert (await clients.stranger.get(url)).status_code == 200
    assert (await clients.stranger.get(url.partition("?")[0])).status_code == 404
    assert (await clients.stranger.get(f"{path}/history")).status_code == 404


async def test_alt_texts_are_changed_in_place(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    post = await publish(clients.aigul, "Board", media_ids=[file["id"]], visibility="public")
    clients.network.clock.advance(minutes=1)
    form = {
        "status": "Board",
        "media_ids[]": file["id"],
        "media_attributes[][id]": file["id"],
        "media_attributes[][description]": "New",
        "media_attributes[][focus]": "0.1,0.2",
    }

    await clients.aigul.put(f"{STATUSES}/{post['id']}", data=form)
    got = (await clients.bolat.get(f"{STATUSES}/{post['id']}")).json()

    assert got["media_attachments"][0]["description"] == "New"
    assert got["media_attachments"][0]["meta"]["focus"] == {"x": 0.1, "y": 0.2}
    assert got["edited_at"] is not None


async def test_a_poll_keeps_its_votes_while_its_choices_stay(clients: Clients) -> None:
    asked = {"options": ["One", "Two"], "expires_in": 3600}
    post = await publish(clients.aigul, "Which?", poll=asked, visibility="public")
    await clients.bolat.post(f"/api/v1/polls/{post['id']}/votes", json={"choices": [0]})

    same = (await clients.aigul.put(f"{STATUSES}/{post['id']}", json={"status": "Which??", "poll": asked})).json()
    other = {"options": ["One", "Three"], "expires_in": 3600}
    changed = (await clients.aigul.put(f"{STATUSES}/{post['id']}", json={"status": "Which?", "poll": other})).json()
    gone = (await clients.aigul.put(f"{STATUSES}/{post['id']}", json={"status": "None"})).json()

    assert (same["poll"]["votes_count"], changed["poll"]["votes_count"], gone["poll"]) == (1, 0, None)


async def test_a_material_stays_one_when_its_text_is_changed(clients: Clients) -> None:
    async def unit(tx: Transaction) -> int:
        made = await make.note(
            tx, clients.aigul.me, "Text", title="Fractions", summary="A plan", material=make.LESSON_PLAN
        )
        return made.id

    post_id = await clients.school.write(unit)
    got = (await clients.aigul.put(f"{STATUSES}/{post_id}", json={"status": "Better text"})).json()

    assert got["spoiler_text"] == ""
    assert "<strong>Fractions</strong>" in got["content"]
    assert "A plan" in got["content"]
    assert "Better text" in got["content"]
    assert "creativecommons.org" in got["content"] or "CC BY" in got["content"]
    view = await clients.school.read(own_posts.view, clients.aigul.me, post_id)
    assert view.material == make.LESSON_PLAN


async def test_nobody_changes_or_deletes_what_is_not_hers(clients: Clients) -> None:
    post = await publish(clients.aigul, visibility="public")
    path = f"{STATUSES}/{post['id']}"

    assert (await clients.bolat.put(path, json={"status": "x"})).status_code == 404
    assert (await clients.bolat.delete(path)).status_code == 404
    assert (await clients.stranger.delete(path)).status_code == 401
    assert (await clients.bolat.get(path)).status_code == 200


async def test_a_deleted_post_can_be_written_anew_with_its_files(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    post = await publish(clients.aigul, "Mispelt", media_ids=[file["id"]], spoiler_text="W")
    path = f"{STATUSES}/{post['id']}"
    await clients.bolat.post(f"{path}/bookmark")

    deleted = (await clients.aigul.delete(path)).json()
    again = await publish(clients.aigul, "Misspelt", media_ids=[file["id"]])

    assert problems("StatusDeletion", deleted) == []
    assert (deleted["text"], deleted["spoiler_text"], "content" in deleted) == ("Mispelt", "W", False)
    assert (await clients.aigul.get(path)).status_code == 404
    assert [each["id"] for each in again["media_attachments"]] == [file["id"]]


# --- files ------------------------------------------------------------------------------------------


async def test_a_file_is_described_before_it_is_used_and_not_found_afterwards(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    path = f"/api/v1/media/{file['id']}"

    changed = await clients.aigul.put(path, data={"description": "A board", "focus": "0,0.5"})
    shown = await clients.aigul.get(path)
    foreign = await clients.bolat.get(path)
    await publish(clients.aigul, "x", media_ids=[file["id"]])

    assert problems("MediaAttachment", shown.json()) == []
    assert changed.json()["description"] == shown.json()["description"] == "A board"
    assert foreign.status_code == 404
    assert (await clients.aigul.get(path)).status_code == 404
    assert (await clients.aigul.put(path, data={"description": "x"})).status_code == 404


async def test_a_file_that_is_used_nowhere_can_be_deleted(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    path = f"/api/v1/media/{file['id']}"

    assert (await clients.bolat.delete(path)).status_code == 404
    assert (await clients.aigul.delete(path)).json() == {}
    assert (await clients.aigul.get(path)).status_code == 404


async def test_an_upload_needs_a_file_that_is_one(clients: Clients) -> None:
    empty = await clients.aigul.post("/api/v2/media", files={"file": ("a.png", b"", "image/png")})
    missing = await clients.aigul.post("/api/v1/media", data={"description": "x"})
    stranger = await clients.stranger.post("/api/v2/media", files={"file": ("a.png", picture("PNG"), "image/png")})

    assert empty.status_code == 422
    assert error(missing) == (422, "Validation failed: File can't be blank")
    assert stranger.status_code in (400, 401)


async def test_a_document_is_shown_with_a_link_by_clients_that_draw_pictures_only(clients: Clients) -> None:
    got = await clients.aigul.post("/api/v1/media", files={"file": ("plan.txt", b"Lesson plan", "text/plain")})

    assert problems("MediaAttachment", got.json()) == []
    assert (got.json()["type"], got.json()["description"]) == ("unknown", "plan.txt")
    assert (await clients.stranger.get(got.json()["preview_url"])).headers["content-type"] == "image/png"


async def test_files_of_the_school_open_to_programs_that_were_given_their_address(clients: Clients) -> None:
    """Programs load pictures without a token; only who may see a post is told where its files are."""
    first, second = await uploaded(clients.aigul), await uploaded(clients.aigul)
    await publish(clients.aigul, "Board", media_ids=[first["id"], second["id"]], local_only=True)
    [shown] = (await clients.bolat.get("/api/v1/timelines/public?local=true")).json()
    url, other = (each["url"] for each in shown["media_attachments"])
    bare, _, key = url.partition("?")

    opened = await clients.stranger.get(url)
    preview = await clients.stranger.get(shown["media_attachments"][0]["preview_url"])
    refused = [
        await clients.stranger.get(address)
        for address in (
            bare,
            f"{bare}?key=x",
            f"{bare}?{other.partition('?')[2]}",
            f"{bare}?{key[:-1]}",
            f"{bare}?key=9",
        )
    ]

    assert (opened.status_code, opened.headers["content-type"]) == (200, "image/png")
    assert (preview.status_code, preview.headers["content-type"]) == (200, "image/webp")
    assert opened.headers["access-control-allow-origin"] == "*"
    assert "public" not in opened.headers["cache-control"]
    assert [each.status_code for each in refused] == [404] * 5
    clients.network.clock.advance(days=15)
    assert (await clients.stranger.get(url)).status_code == 404
    again = (await clients.bolat.get("/api/v1/timelines/public?local=true")).json()[0]["media_attachments"][0]["url"]
    assert (await clients.stranger.get(again)).status_code == 200


async def test_public_files_have_plain_addresses(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    post = await publish(clients.aigul, "Board", media_ids=[file["id"]], visibility="public")

    assert "key=" not in post["media_attachments"][0]["url"]
    assert (await clients.stranger.get(post["media_attachments"][0]["url"])).status_code == 200


MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64


@pytest.mark.parametrize(
    ("name", "content", "kind"), [("a.mp4", MP4, "video"), ("a.mp3", b"ID3" + b"\0" * 64, "audio")]
)
async def test_film_and_sound_are_passed_on_as_they_are_without_ffmpeg(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, kind: str
) -> None:
    films.without(monkeypatch)
    sent = await clients.aigul.post("/api/v2/media", files={"file": (name, content, "application/octet-stream")})
    post = await publish(clients.aigul, "Look", media_ids=[sent.json()["id"]], visibility="public")
    [attached] = post["media_attachments"]
    part = await clients.stranger.get(attached["url"], headers={"Range": "bytes=0-3"})

    assert problems("Status", post) == []
    assert (attached["type"], attached["preview_url"]) == (kind, None)
    assert (part.status_code, part.content) == (206, content[:4])


async def test_a_file_beyond_the_schools_limit_is_refused(clients: Clients) -> None:
    too_large = b"\0" * (clients.school.instance.school.limits.file_bytes + 1)

    got = await clients.aigul.post("/api/v2/media", files={"file": ("a.zip", too_large, "application/zip")})

    assert error(got) == (422, "Validation failed: File must be less than 40 MB")
    assert got.headers["access-control-allow-origin"] == "*"


async def test_only_what_can_be_pinned_says_whether_it_is(clients: Clients) -> None:
    shown = [await publish(clients.aigul, circle=circle) for circle in ("public", "followers", "school", "direct")]

    assert ["pinned" in each for each in shown] == [True, True, False, False]


async def test_its_author_sees_with_which_program_a_post_was_written_and_nobody_else_does(clients: Clients) -> None:
    made = await publish(clients.aigul, visibility="public")
    await clients.bolat.post(f"{STATUSES}/{made['id']}/reblog")
    on_our_pages = await clients.school.post(clients.aigul.me)

    mine = (await clients.aigul.get(f"{STATUSES}/{made['id']}")).json()
    passed_on = (await clients.aigul.get(f"/api/v1/accounts/{clients.bolat.me.id}/statuses")).json()[0]
    others = [(await each.get(f"{STATUSES}/{made['id']}")).json() for each in (clients.bolat, clients.stranger)]
    deleted = (await clients.aigul.delete(f"{STATUSES}/{made['id']}")).json()

    written_with = {"name": "Test client", "website": None}
    assert made["application"] == mine["application"] == deleted["application"] == written_with
    assert passed_on["reblog"]["application"] == written_with
    assert problems("Status", mine) == []
    assert ["application" in each for each in others] == [False, False]
    assert "application" not in (await clients.aigul.get(f"{STATUSES}/{on_our_pages.id}")).json()

"""What is kept to a circle is in no answer to anybody outside it (issue 4, "Circles")."""

from dataclasses import dataclass
from typing import Any

import pytest

from fedi.actions import posts
from fedi.models.actors import Actor
from fedi.models.posts import Circle
from fedi.outbound import resolver
from tests import factories as make
from tests.api.conftest import Clients, let_in
from tests.api.streaming.listening import socket
from tests.api.test_publishing import STATUSES, error, publish

WORD = "zhasyryn"
SAID = [f"{WORD} {more}" for more in ("which", "changed", "yes", "no", "answer")]
"""Pages repeat what was searched for; nothing of what was said stands anywhere."""

LISTS = (
    "/api/v1/timelines/public",
    "/api/v1/timelines/public?local=true",
    "/api/v1/timelines/tag/{tag}",
    "/api/v1/accounts/{author}/statuses",
    "/api/v1/accounts/{author}/statuses?pinned=true",
    "/api/v1/accounts/{author}/statuses?only_media=true",
    "/api/v1/statuses?id[]={post}",
)
OF_THE_POST = (
    "/api/v1/statuses/{post}",
    "/api/v1/statuses/{post}/context",
    "/api/v1/statuses/{post}/history",
    "/api/v1/statuses/{post}/card",
    "/api/v1/statuses/{post}/reblogged_by",
    "/api/v1/statuses/{post}/favourited_by",
    "/api/v1/polls/{post}",
    "/@aigul/{post}",
    "/posts/{post}",
    "/posts/{post}/history",
    "/posts/{post}/replies",
    "/posts/{post}/likes",
    "/posts/{post}/shares",
)
PAGES = (
    "/@aigul",
    "/tags/{tag}",
    "/users/{author}/outbox?page=true",
    "/users/{author}/collections/featured",
    "/contexts/{post}",
    "/api/oembed?url={url}",
    "/@aigul.rss",
    "/search?q={tag}",
    "/library?q={tag}",
)
ACTIVITY = {"Accept": "application/activity+json"}


@pytest.fixture
async def question(clients: Clients, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A poll with everything that can be found, in the circle a test names, answered and marked."""
    poll = {"options": [f"{WORD} yes", f"{WORD} no"], "expires_in": 3600}
    made = await publish(clients.aigul, f"{WORD} which? #{WORD}", circle=request.param, poll=poll)
    await clients.bolat.post(f"/api/v1/statuses/{made['id']}/favourite")
    await publish(clients.bolat, f"{WORD} answer", in_reply_to_id=made["id"], visibility="public")
    changed = {"status": f"{WORD} changed #{WORD}", "poll": poll}
    await clients.aigul.put(f"/api/v1/statuses/{made['id']}", json=changed)
    await clients.network.drain()
    return made


def addresses(made: dict[str, Any], paths: tuple[str, ...]) -> list[str]:
    names = {"tag": WORD, "author": made["account"]["id"], "post": made["id"], "url": made["url"]}
    return [path.format(**names) for path in paths]


@pytest.mark.parametrize("question", [Circle.SCHOOL, Circle.PARTNERS], indirect=True)
async def test_strangers_and_their_servers_find_nothing_of_a_circle(clients: Clients, question: dict[str, Any]) -> None:
    for headers in ({}, ACTIVITY):
        for path in addresses(question, LISTS + PAGES + OF_THE_POST):
            got = await clients.stranger.get(path, headers=headers)
            assert not any(each in got.text for each in SAID), path
            assert got.status_code < 500, path
        for path in addresses(question, OF_THE_POST):
            assert (await clients.stranger.get(path, headers=headers)).status_code == 404, path
    found = await clients.stranger.get(f"/api/v2/search?q={WORD}")
    assert found.status_code == 401 or found.json()["statuses"] == []


@pytest.mark.parametrize("question", [Circle.PUBLIC], indirect=True)
async def test_the_same_paths_show_what_is_for_everybody(clients: Clients, question: dict[str, Any]) -> None:
    """Else the test above would be about paths that show nothing."""
    shown = [path for path in addresses(question, LISTS) if SAID[1] in (await clients.stranger.get(path)).text]
    found = [path for path in addresses(question, OF_THE_POST) if (await clients.stranger.get(path)).status_code != 404]

    assert len(shown) >= 5
    assert len(found) >= 9


# --- what is said about a post stays in its circle, however far below ---------------------------------


@dataclass(slots=True)
class Outside:
    """A teacher of a partner school, and somebody of a server that is none."""

    partner: Actor
    outsider: Actor


@pytest.fixture
async def outside(clients: Clients) -> Outside:
    there = clients.network["kostanay"]
    partner = await clients.school.knows(await there.teacher("marat"))
    await clients.school.write(make.agreement, there.host)
    person = clients.network.stranger().person("rude", clients.network.next_keys())
    return Outside(partner, await resolver.actor(clients.school.instance, clients.network.wire, person.uri))


def sent(clients: Clients) -> list[str]:
    return [each.url for each in clients.network.wire.crossed if each.method == "POST"]


NOT_THERE = "Validation failed: What is about a post of the partners is for nobody else; write a new message"
NOT_OUT = "Validation failed: A message that stays here names nobody elsewhere"


async def test_an_answer_to_an_answer_to_a_partners_post_names_nobody_outside(
    clients: Clients, outside: Outside
) -> None:
    """A message may leave the ladder of circles, and what is said about the partners' post with it."""
    post = await publish(clients.aigul, "For partners", circle="partners")
    first = await publish(clients.bolat, "@aigul Look", in_reply_to_id=post["id"], visibility="direct")
    below = {"in_reply_to_id": first["id"], "visibility": "direct"}

    named = await clients.aigul.post(STATUSES, json={"status": f"@{outside.outsider.handle} {WORD}", **below})
    later = await clients.aigul.post(
        STATUSES,
        json={"status": f"@{outside.outsider.handle} {WORD}", **below, "scheduled_at": "2099-01-01T00:00:00Z"},
    )
    inside = await publish(clients.aigul, f"@{outside.partner.handle} Look", **below)
    changed = await clients.aigul.put(
        f"{STATUSES}/{inside['id']}", json={"status": f"@{outside.outsider.handle} {WORD}"}
    )
    await clients.network.drain()

    assert error(named) == error(later) == error(changed) == (422, NOT_THERE)
    assert set(sent(clients)) <= {f"{clients.network['kostanay'].base}/inbox"}


async def test_a_message_that_quotes_a_partners_post_names_nobody_outside_after_an_edit_either(
    clients: Clients, outside: Outside
) -> None:
    post = await publish(clients.aigul, "For partners", circle="partners", quote_approval_policy="public")
    quote = await publish(clients.bolat, "@aigul Look", quoted_status_id=post["id"], visibility="direct")

    changed = await clients.bolat.put(
        f"{STATUSES}/{quote['id']}", json={"status": f"@{outside.outsider.handle} {WORD}"}
    )
    kept = await clients.bolat.put(f"{STATUSES}/{quote['id']}", json={"status": f"@{outside.partner.handle} Look"})

    assert error(changed) == (422, NOT_THERE)
    assert kept.status_code == 200


async def test_an_answer_to_what_a_partner_told_her_followers_about_a_partners_post_stays_among_partners(
    clients: Clients, outside: Outside
) -> None:
    """Her followers are fewer than the partners; those of a teacher here are others."""
    post = await clients.school.post(clients.aigul.me, "For partners", Circle.PARTNERS)
    await clients.school.follow(clients.bolat.me, outside.partner)
    await clients.school.follow(outside.outsider, clients.bolat.me)
    await clients.network.drain()
    clients.network.wire.crossed.clear()
    said = make.remote_note(outside.partner, circle=Circle.FOLLOWERS, in_reply_to=post, in_reply_to_uri=post.uri)
    heard = await clients.school.write(posts.publish, outside.partner, said)

    answer = await publish(clients.bolat, f"{WORD} answer", in_reply_to_id=str(heard.id), circle="followers")
    await clients.network.drain()

    assert (heard.circle, answer["circle"]) == (Circle.FOLLOWERS, "partners")
    assert not any("mastodon.test" in url for url in sent(clients))


async def test_a_message_that_stays_here_stays_whatever_is_done_to_it(clients: Clients, outside: Outside) -> None:
    local = {"visibility": "direct", "local_only": True}
    naming = {"status": f"@bolat @{outside.partner.handle} {WORD}"}
    made = await publish(clients.aigul, f"@bolat {WORD}", **local)
    path = f"{STATUSES}/{made['id']}"

    answered = await publish(clients.bolat, "@aigul Yes", in_reply_to_id=made["id"], visibility="direct")
    refused = [
        await clients.aigul.put(path, json=naming),
        await clients.bolat.put(f"{STATUSES}/{answered['id']}", json=naming),
        await clients.bolat.post(STATUSES, json={**naming, "in_reply_to_id": answered["id"], "visibility": "direct"}),
        await clients.aigul.post(STATUSES, json={**naming, **local}),
        await clients.aigul.post(STATUSES, json={**naming, **local, "scheduled_at": "2099-01-01T00:00:00Z"}),
    ]
    await clients.aigul.put(path, json={"status": f"@bolat {WORD} changed"})
    await clients.aigul.delete(path)
    await clients.network.drain()

    assert [error(each) for each in refused] == [(422, NOT_OUT)] * 5
    assert (made["local_only"], answered["local_only"]) == (True, True)
    assert sent(clients) == []


async def test_what_came_before_the_partners_post_it_is_about_is_kept_within_it_too(
    clients: Clients, outside: Outside
) -> None:
    """An answer may overtake what it answers; what is said about it then is told apart once that has come."""
    uri = f"{clients.network['kostanay'].base}/posts/1"
    early = make.remote_note(outside.partner, "early", Circle.DIRECT, in_reply_to_uri=uri, mentions=(clients.aigul.me,))
    heard = await clients.school.write(posts.publish, outside.partner, early)
    answer = await publish(clients.aigul, "Yes", in_reply_to_id=str(heard.id), visibility="direct")
    await clients.school.write(
        posts.publish, outside.partner, make.remote_note(outside.partner, circle=Circle.PARTNERS, uri=uri)
    )

    changed = await clients.aigul.put(f"{STATUSES}/{answer['id']}", json={"status": f"@{outside.outsider.handle} Yes"})

    assert error(changed) == (422, NOT_THERE)


async def test_a_message_is_shown_to_whom_its_text_names_and_not_to_whom_it_answers(clients: Clients) -> None:
    """Behaviour 9.3: clients put the names into the text, and whoever takes one out of it means that."""
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    post = await publish(clients.aigul, "Open", visibility="public")
    below = {"in_reply_to_id": post["id"], "visibility": "direct"}

    apart = await publish(clients.bolat, f"@dana {WORD}", **below)
    edited = await publish(clients.bolat, f"@aigul {WORD}", **below)
    await clients.bolat.put(f"{STATUSES}/{edited['id']}", json={"status": f"@dana {WORD}"})
    to_her = await publish(clients.bolat, WORD, **below)

    assert [each["acct"] for each in apart["mentions"]] == ["dana"]
    for made in (apart, edited):
        assert (await clients.aigul.get(f"{STATUSES}/{made['id']}")).status_code == 404
        assert (await dana.get(f"{STATUSES}/{made['id']}")).status_code == 200
    assert [each["acct"] for each in to_her["mentions"]] == ["aigul"]
    assert WORD in (await clients.aigul.get("/api/v1/conversations")).text


async def test_whom_an_edit_leaves_out_of_a_message_is_told_nothing_of_it_any_more(clients: Clients) -> None:
    """She has answered it, and everybody who has answered hears of edits."""
    await clients.school.teacher("dana")
    post = await publish(clients.aigul, "@bolat Salem", visibility="direct")
    await publish(clients.bolat, "@aigul Salem", in_reply_to_id=post["id"], visibility="direct")
    await clients.bolat.post("/api/v1/notifications/clear")

    async with socket(clients.bolat, "user", "user:notification", "direct") as heard:
        await clients.aigul.put(f"{STATUSES}/{post['id']}", json={"status": f"@dana {WORD}"})
        later = await publish(clients.aigul, "@bolat Look", visibility="public")
        frames = [await heard.next() for _ in range(2)]

    told = (await clients.bolat.get("/api/v1/notifications")).json()
    assert WORD not in str(frames)
    assert [each["event"] for each in frames] == ["notification"] * 2
    assert [each["status"]["id"] for each in told] == [later["id"]]
    assert (await clients.bolat.get("/api/v1/notifications/unread_count")).json() == {"count": 1}
    assert (await clients.bolat.get(f"{STATUSES}/{post['id']}/history")).status_code == 404


async def test_whom_an_edit_names_reads_nothing_of_what_was_said_before(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/follow")
    told: dict[str, list[int]] = {}
    for circle in ("direct", "followers", "school"):
        post = await publish(clients.aigul, f"@bolat {WORD}", circle=circle)
        path = f"{STATUSES}/{post['id']}"
        await clients.aigul.put(path, json={"status": "@bolat @dana Salem"})
        for client in (clients.aigul, clients.bolat, dana):
            said = (await client.get(f"{path}/history")).json()
            told.setdefault(circle, []).append(len(said))
            assert said[-1]["content"].endswith("Salem</p>")

    assert told == {"direct": [2, 1, 1], "followers": [2, 2, 1], "school": [2, 2, 2]}


@pytest.mark.parametrize(
    ("where", "asked"),
    [
        ({"visibility": "direct"}, True),
        ({"visibility": "public"}, True),
        ({"circle": "school"}, False),
        ({"visibility": "direct", "local_only": True}, False),
    ],
)
async def test_whom_a_text_names_and_nobody_knows_is_asked_for_unless_it_stays_in_the_school(
    clients: Clients, where: dict[str, Any], asked: bool
) -> None:
    """9.3; no other server hears that somebody here writes about its people."""
    there = clients.network["kostanay"]
    marat = await there.teacher("marat")
    handle = f"marat@{there.host}"

    made = await publish(clients.aigul, f"@{handle} {WORD}", **where)
    await clients.network.drain()

    assert [each["acct"] for each in made["mentions"]] == ([handle] if asked else [])
    assert bool(clients.network.wire.crossed) is asked
    assert (await there.has(made["uri"]) is not None) is asked
    assert marat.username in made["content"]


async def test_a_post_of_the_school_that_is_written_anew_asks_for_nobody_however_often_it_is_sent(
    clients: Clients,
) -> None:
    there = clients.network["kostanay"]
    await there.teacher("marat")
    await clients.aigul.patch("/api/v1/accounts/update_credentials", json={"source": {"privacy": "public"}})
    post = await publish(clients.aigul, f"@marat@{there.host} Salem", circle="school")
    await clients.aigul.delete(f"{STATUSES}/{post['id']}")
    anew = {"status": f"@marat@{there.host} {WORD}", "visibility": "private"}

    key = {"Idempotency-Key": "k1"}
    made = [(await clients.aigul.post(STATUSES, json=anew, headers=key)).json() for _ in range(2)]

    assert [each["circle"] for each in made] == ["school", "school"]
    assert clients.network.wire.crossed == []


async def test_whoever_changes_what_is_not_hers_makes_us_ask_nobody(clients: Clients) -> None:
    there = clients.network["kostanay"]
    await there.teacher("marat")
    post = await publish(clients.aigul, "Salem", visibility="public")

    for post_id in (post["id"], "1"):
        answer = await clients.bolat.put(f"{STATUSES}/{post_id}", json={"status": f"@marat@{there.host} Salem"})
        assert answer.status_code == 404

    assert clients.network.wire.crossed == []


async def test_an_edit_and_an_answer_ask_for_whom_they_name_as_far_as_what_they_are_about_may_leave(
    clients: Clients,
) -> None:
    there = clients.network["kostanay"]
    await there.teacher("marat")
    kept = await publish(clients.aigul, "Salem", circle="school")
    naming = {"status": f"@marat@{there.host} Salem"}

    await clients.aigul.put(f"{STATUSES}/{kept['id']}", json=naming)
    await publish(clients.bolat, naming["status"], in_reply_to_id=kept["id"], visibility="public")
    before = list(clients.network.wire.crossed)
    post = await publish(clients.aigul, "Salem", visibility="public")
    changed = (await clients.aigul.put(f"{STATUSES}/{post['id']}", json=naming)).json()

    assert before == []
    assert [each["acct"] for each in changed["mentions"]] == [f"marat@{there.host}"]

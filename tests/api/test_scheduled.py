"""Posts for later through the API (behaviours 9.2 and 9.6)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from fedi.models.posts import Circle, Post
from fedi.models.schedules import Schedule
from fedi.store import posts, schedules
from fedi.store.database import Transaction
from tests.api.conftest import Client, Clients
from tests.api.specification import problems
from tests.api.test_publishing import error, publish, uploaded

STATUSES = "/api/v1/statuses"
SCHEDULED = "/api/v1/scheduled_statuses"
HOUR_MS = 3600_000


def moment(clients: Clients, in_ms: int) -> str:
    at = (clients.network.clock.now + in_ms) / 1000
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def schedule(clients: Clients, text: str = "Later", in_ms: int = HOUR_MS, **params: Any) -> dict[str, Any]:
    body = {"status": text, "scheduled_at": moment(clients, in_ms), **params}
    got = await clients.aigul.post(STATUSES, json=body)
    assert got.status_code == 200, got.text
    entity: dict[str, Any] = got.json()
    assert problems("ScheduledStatus", entity) == []
    return entity


async def written(client: Client) -> list[dict[str, Any]]:
    got = await client.get(f"/api/v1/accounts/{client.me.id}/statuses")
    return list(got.json())


async def wait(clients: Clients, **time: int) -> None:
    clients.network.clock.advance(**time)
    await clients.network.drain()


async def test_a_post_for_later_is_kept_and_published_once_at_its_time(clients: Clients) -> None:
    file = await uploaded(clients.aigul, description="The board")
    made = await schedule(
        clients, "Later @bolat", media_ids=[file["id"]], visibility="unlisted", spoiler_text="W", language="kk"
    )

    params = made["params"]
    assert made["scheduled_at"] == moment(clients, HOUR_MS)
    assert (params["text"], params["visibility"], params["spoiler_text"]) == ("Later @bolat", "unlisted", "W")
    assert (params["media_ids"], params["language"]) == ([file["id"]], "kk")
    assert [each["description"] for each in made["media_attachments"]] == ["The board"]
    assert (await clients.aigul.get(f"{SCHEDULED}/{made['id']}")).json() == made
    assert (await clients.aigul.get(SCHEDULED)).json() == [made]

    await wait(clients, minutes=59)
    assert await written(clients.aigul) == []
    assert (await clients.bolat.get("/api/v1/notifications")).json() == []
    await wait(clients, minutes=1)
    await clients.network.drain()

    [post] = await written(clients.aigul)
    assert (post["visibility"], post["spoiler_text"]) == ("unlisted", "W")
    assert post["created_at"] == made["scheduled_at"]
    assert [each["id"] for each in post["media_attachments"]] == [file["id"]]
    assert [each["type"] for each in (await clients.bolat.get("/api/v1/notifications")).json()] == ["mention"]
    assert (await clients.aigul.get(SCHEDULED)).json() == []
    assert (await clients.aigul.get(f"{SCHEDULED}/{made['id']}")).status_code == 404


async def test_nobody_else_sees_what_is_scheduled(clients: Clients) -> None:
    made = await schedule(clients, "Later @bolat", visibility="public")

    assert (await clients.bolat.get(SCHEDULED)).json() == []
    for call in (clients.bolat.get, clients.bolat.delete, clients.bolat.put):
        assert (await call(f"{SCHEDULED}/{made['id']}")).status_code == 404
    assert (await clients.bolat.get(f"{STATUSES}/{made['id']}")).status_code == 404
    assert (await clients.stranger.get(SCHEDULED)).status_code == 401
    assert (await clients.stranger.get(f"{STATUSES}/{made['id']}")).status_code == 404


@pytest.mark.parametrize("what", ["context", "favourited_by", "reblogged_by", "history"])
async def test_what_is_scheduled_is_no_post_yet_for_its_author_either(clients: Clients, what: str) -> None:
    waiting = (await schedule(clients))["id"]

    got = [
        await clients.aigul.get(f"/api/v1/statuses/{waiting}/{what}"),
        await clients.aigul.post(f"/api/v1/statuses/{waiting}/favourite"),
        await clients.aigul.delete(f"/api/v1/statuses/{waiting}"),
    ]

    assert [each.status_code for each in got] == [404, 404, 404]


async def test_a_poll_is_open_as_long_as_was_asked_from_its_publication_on(clients: Clients) -> None:
    made = await schedule(clients, "Which?", poll={"options": ["a", "b"], "expires_in": 600, "multiple": True})

    moved = await clients.aigul.put(f"{SCHEDULED}/{made['id']}", json={"scheduled_at": moment(clients, 2 * HOUR_MS)})
    await wait(clients, hours=2, minutes=3)

    assert made["params"]["poll"] == moved.json()["params"]["poll"]
    assert made["params"]["poll"] == {"options": ["a", "b"], "expires_in": 600, "multiple": True, "hide_totals": False}
    [post] = await written(clients.aigul)
    assert (post["poll"]["expires_at"], post["poll"]["expired"]) == (moment(clients, 600_000), False)


async def test_a_post_that_was_given_another_time_is_published_at_that_one_only(clients: Clients) -> None:
    made = await schedule(clients)
    path = f"{SCHEDULED}/{made['id']}"

    moved = await clients.aigul.put(path, data={"scheduled_at": moment(clients, 2 * HOUR_MS)})
    soon = await clients.aigul.put(path, json={"scheduled_at": moment(clients, 60_000)})
    same = await clients.aigul.put(path, json={})
    at = moment(clients, 2 * HOUR_MS)

    assert moved.json()["scheduled_at"] == same.json()["scheduled_at"] == at
    assert error(soon) == (422, "Validation failed: Scheduled at The scheduled date must be in the future")
    await wait(clients, hours=1, minutes=1)
    assert await written(clients.aigul) == []
    await wait(clients, hours=1)
    assert len(await written(clients.aigul)) == 1


async def test_a_cancelled_post_is_not_published_and_its_files_can_be_used_again(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    made = await schedule(clients, media_ids=[file["id"]])

    cancelled = await clients.aigul.delete(f"{SCHEDULED}/{made['id']}")
    again = await publish(clients.aigul, "Now", media_ids=[file["id"]])
    await wait(clients, hours=2)

    assert (cancelled.status_code, cancelled.json()) == (200, {})
    assert [each["id"] for each in await written(clients.aigul)] == [again["id"]]


async def test_files_of_a_scheduled_post_are_not_cleared_away(clients: Clients) -> None:
    file = await uploaded(clients.aigul)
    await schedule(clients, media_ids=[file["id"]], in_ms=72 * HOUR_MS, visibility="public")

    for _ in range(3):
        await wait(clients, days=1)

    [post] = await written(clients.aigul)
    assert (await clients.aigul.get(post["media_attachments"][0]["url"])).status_code == 200


@pytest.mark.parametrize(
    ("at", "status", "said"),
    [
        (299_000, 422, "Validation failed: Scheduled at The scheduled date must be in the future"),
        (-1000, 200, ""),
        ("tomorrow", 422, "Validation failed: Scheduled at is invalid"),
    ],
)
async def test_a_time_is_five_minutes_ahead_and_one_that_has_passed_is_now(
    clients: Clients, at: int | str, status: int, said: str
) -> None:
    given = moment(clients, at) if isinstance(at, int) else at

    got = await clients.aigul.post(STATUSES, json={"status": "x", "scheduled_at": given})

    assert (got.status_code, got.json().get("error", "")) == (status, said)
    assert len(await written(clients.aigul)) == (1 if status == 200 else 0)


async def test_what_could_not_be_published_now_cannot_be_scheduled(clients: Clients) -> None:
    at = {"scheduled_at": moment(clients, HOUR_MS)}

    empty = await clients.aigul.post(STATUSES, json={**at, "status": " "})
    orphan = await clients.aigul.post(STATUSES, json={**at, "status": "x", "in_reply_to_id": "1"})

    assert error(empty) == (422, "Validation failed: Text can't be blank")
    assert error(orphan) == (404, "The post you are trying to reply to does not appear to exist")
    assert (await clients.aigul.get(SCHEDULED)).json() == []


async def test_only_so_many_posts_wait_in_all_and_for_one_day(clients: Clients) -> None:
    """25 a day of UTC, and 300 in all."""

    async def filled(tx: Transaction, days: int) -> None:
        tomorrow = tx.now - tx.now % (24 * HOUR_MS) + 24 * HOUR_MS
        for number in range(days * 25):
            draft = Post(**{**{name: getattr(pattern, name) for name in pattern.__slots__}, "id": tx.new_id()})
            at = tomorrow + number // 25 * 24 * HOUR_MS + 1
            await posts.insert(tx, draft_of(draft, number))
            await schedules.put(tx, Schedule(draft.id, draft.actor_id, Circle.PUBLIC, at))

    def draft_of(draft: Post, number: int) -> Post:
        return Post(**{name: getattr(draft, name) for name in draft.__slots__} | {"uri": f"x:{draft.id}:{number}"})

    pattern = await clients.school.post(clients.aigul.me, "Draft", Circle.DRAFT)
    await clients.school.write(filled, 1)
    day = 24 * HOUR_MS - clients.network.clock.now % (24 * HOUR_MS)
    full = await clients.aigul.post(STATUSES, json={"status": "x", "scheduled_at": moment(clients, day + 9)})
    after = await clients.aigul.post(
        STATUSES, json={"status": "x", "scheduled_at": moment(clients, day + 24 * HOUR_MS)}
    )
    await clients.school.write(filled, 11)
    too_many = await clients.aigul.post(
        STATUSES, json={"status": "x", "scheduled_at": moment(clients, day + 900 * HOUR_MS)}
    )

    assert error(full) == (422, "Validation failed: You have exceeded the limit of 25 scheduled posts for today")
    assert after.status_code == 200
    assert error(too_many) == (422, "Validation failed: You have exceeded the limit of 300 scheduled posts")


async def test_a_key_makes_one_scheduled_post_and_none_beside_it_once_that_is_published(clients: Clients) -> None:
    key = {"Idempotency-Key": "k1"}
    body = {"status": "Once", "scheduled_at": moment(clients, HOUR_MS)}

    got = await asyncio.gather(*(clients.aigul.post(STATUSES, json=body, headers=key) for _ in range(4)))
    await wait(clients, hours=1)
    again = await clients.aigul.post(STATUSES, json=body, headers=key)

    assert {each.status_code for each in [*got, again]} == {200}
    assert len({each.json()["id"] for each in got}) == 1
    [post] = await written(clients.aigul)
    assert again.json()["id"] == post["id"]


async def test_scheduled_posts_are_paged_by_their_ids(clients: Clients) -> None:
    made = [await schedule(clients, str(number)) for number in range(3)]

    first = await clients.aigul.get(f"{SCHEDULED}?limit=2")
    rest = await clients.aigul.get(f"{SCHEDULED}?max_id={made[1]['id']}")
    above = await clients.aigul.get(f"{SCHEDULED}?min_id={made[0]['id']}&limit=1")

    assert [each["id"] for each in first.json()] == [made[2]["id"], made[1]["id"]]
    assert f"max_id={made[1]['id']}" in first.headers["Link"]
    assert [each["id"] for each in rest.json()] == [made[0]["id"]]
    assert [each["id"] for each in above.json()] == [made[1]["id"]]


@pytest.mark.parametrize("circle", ["school", "partners"])
async def test_a_scheduled_answer_or_quote_stays_in_the_circle_of_what_it_is_about(
    clients: Clients, circle: str
) -> None:
    about = await publish(clients.aigul, circle=circle)

    answer = await schedule(clients, "Answer", in_reply_to_id=about["id"], visibility="public")
    quote = await schedule(clients, "Quote", quoted_status_id=about["id"], visibility="public")
    await wait(clients, hours=1)

    assert (answer["params"]["visibility"], answer["params"]["circle"]) == ("private", circle)
    assert (quote["params"]["circle"], quote["params"]["quoted_status_id"]) == (circle, about["id"])
    assert answer["params"]["in_reply_to_id"] == int(about["id"])
    assert [(each["circle"], each["visibility"]) for each in await written(clients.aigul)] == [(circle, "private")] * 3
    assert [each.url for each in clients.network.wire.crossed if each.method == "POST"] == []


async def test_a_published_post_remembers_with_which_program_it_was_scheduled(clients: Clients) -> None:
    await schedule(clients)
    await wait(clients, hours=2)

    [post] = await written(clients.aigul)

    assert post["application"] == {"name": "Test client", "website": None}


async def test_a_scheduled_poll_says_whether_its_totals_are_hidden(clients: Clients) -> None:
    poll = {"options": ["One", "Two"], "expires_in": 3600}
    made = [await schedule(clients, poll=each) for each in ({**poll, "hide_totals": True}, poll)]

    assert [each["params"]["poll"]["hide_totals"] for each in made] == [True, False]
    await wait(clients, hours=1)
    shown = {each["id"]: each["poll"]["options"][0]["votes_count"] for each in await written(clients.aigul)}
    assert sorted(shown.values(), key=str) == [0, None]

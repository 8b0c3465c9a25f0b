"""The rest of a thread is read from where it is, when somebody here opens it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request

from fedi.actions import peers, reading, readings
from fedi.activitypub.jsonld import Json
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post
from fedi.models.readings import ReadingKind
from fedi.outbound import resolver, threads
from fedi.store import notifications, timelines
from fedi.store import readings as stored_readings
from fedi.store.database import Transaction
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.network(1)

BASE = "http://mastodon.test"


@pytest.fixture
def carol(network: Network, mastodon: Stranger) -> StrangePerson:
    return mastodon.person("carol", network.next_keys())


async def look_up(almaty: TestSchool, uri: str) -> Post:
    found = await resolver.lookup(almaty.instance, almaty.network.wire, uri)
    assert isinstance(found, Post)
    return found


async def opened(almaty: TestSchool, post: Post, person: Actor) -> list[str]:
    """What a teacher sees below a post that she opens, once the rest has been read."""
    browser = await signed_in(almaty, person)
    answer = await browser.get(f"/posts/{post.id}")
    assert answer.status_code in (200, 303)
    if answer.status_code == 303:
        await browser.get(answer.headers["location"])
    await almaty.network.drain()
    thread = await almaty.read(reading.thread, person, post.id)
    return [view.post.uri for view in thread.descendants]


def context(*items: object, **properties: object) -> Json:
    return {"id": f"{BASE}/contexts/1", "type": "Collection", "items": list(items), **properties}


def replies(path: str, *items: object, **properties: object) -> Json:
    page = {"type": "CollectionPage", "partOf": f"{BASE}{path}", "items": list(items)}
    return {"id": f"{BASE}{path}", "type": "Collection", "first": page, **properties}


async def test_a_thread_is_read_from_the_list_of_its_own_server(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, dan: StrangePerson, aigul: Actor
) -> None:
    """FEP-f228, as Mastodon, NodeBB and Mitra serve it."""
    named: dict[str, Any] = {"context": f"{BASE}/contexts/1"}
    root = carol.note("/notes/1", **named)
    two = dan.note("/notes/2", inReplyTo=root["id"], published="2026-09-01T11:00:00Z", **named)
    three = carol.note("/notes/3", inReplyTo=two["id"], published="2026-09-01T12:00:00Z", **named)
    mastodon.documents["/contexts/1"] = context(three["id"], root["id"], two["id"])
    post = await look_up(almaty, str(root["id"]))

    assert await opened(almaty, post, aigul) == [two["id"], three["id"]]

    assert (await almaty.has(post.uri)).replies_count == 1  # type: ignore[union-attr]
    reading_ = await almaty.read(stored_readings.of, ReadingKind.THREAD, post.thread_id)
    assert (reading_.found, reading_.running(network.clock())) == (2, False)


async def test_what_is_read_notifies_nobody_and_enters_no_home(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    await almaty.follow(aigul, await almaty.knows(await resolver.actor(almaty.instance, network.wire, carol.uri)))
    mention = {"tag": {"type": "Mention", "href": aigul.uri}}
    root = carol.note("/notes/1")
    answer = carol.note("/notes/2", inReplyTo=root["id"], **mention)
    carol.note("/notes/1", replies=replies("/replies", answer["id"]))
    post = await look_up(almaty, str(root["id"]))

    assert await opened(almaty, post, aigul) == [answer["id"]]

    assert await almaty.read(notifications.latest, aigul.id, Page()) == []
    assert await almaty.read(timelines.home, aigul, Page()) == []


@pytest.mark.parametrize("shape", ["inline", "address", "pages", "embedded", "comments"])
async def test_without_a_list_the_answers_are_read_one_level_after_the_other(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, dan: StrangePerson, aigul: Actor, shape: str
) -> None:
    """As Mastodon does it; GoToSocial gives an address, PeerTube embeds the `comments` of a video."""
    root = carol.note("/notes/1")
    two = carol.note("/notes/2", inReplyTo=root["id"])
    three = dan.note("/notes/3", inReplyTo=two["id"])
    forms: dict[str, Any] = {
        "inline": {"replies": replies("/replies", two["id"])},
        "address": {"replies": f"{BASE}/replies"},
        "pages": {"replies": replies("/replies") | {"first": {"type": "CollectionPage", "next": f"{BASE}/page"}}},
        "embedded": {"replies": {"type": "Collection", "items": [two]}},
        "comments": {"type": "Video", "name": "Fractions", "comments": f"{BASE}/replies"},
    }
    mastodon.documents |= {"/replies": replies("/replies", two["id"]), "/page": replies("/page", two["id"])}
    carol.note("/notes/1", **forms[shape])
    below = {"replies": replies("/notes/2/replies", three["id"])}
    carol.note("/notes/2", inReplyTo=root["id"], **below)
    two |= below
    post = await look_up(almaty, str(root["id"]))

    assert await opened(almaty, post, aigul) == [two["id"], three["id"]]


async def test_the_answers_to_a_post_of_ours_are_read_as_well(
    almaty: TestSchool, network: Network, carol: StrangePerson, dan: StrangePerson, aigul: Actor
) -> None:
    root = await almaty.post(aigul)
    two = carol.note("/notes/2", inReplyTo=root.uri)
    three = dan.note("/notes/3", inReplyTo=two["id"])
    carol.note("/notes/2", inReplyTo=root.uri, replies=replies("/replies", three["id"]))
    await almaty.deliver(carol.activity("Create", two), carol.key)
    await network.drain()

    assert await opened(almaty, root, aigul) == [two["id"], three["id"]]


async def test_opening_an_answer_brings_what_is_above_it(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    first = carol.note("/notes/1")
    second = carol.note("/notes/2", inReplyTo=first["id"])
    mastodon.documents["/notes/1"] = 503
    post = await look_up(almaty, str(second["id"]))
    carol.note("/notes/1")

    await opened(almaty, post, aigul)

    thread = await almaty.read(reading.thread, aigul, post.id)
    assert [view.post.uri for view in thread.ancestors] == [first["id"]]


async def test_nobody_is_asked_again_too_soon_and_never_for_strangers(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    root = carol.note("/notes/1")
    post = await look_up(almaty, str(root["id"]))
    mastodon.asked.clear()

    await Browser(almaty).get(f"/posts/{post.id}")
    await network.drain()
    of_stranger = list(mastodon.asked)
    asked = []
    for minutes in (0, 10, 10):
        network.clock.advance(minutes=minutes)
        await opened(almaty, post, aigul)
        asked.append(mastodon.asked.count("/notes/1"))

    assert of_stranger == []
    assert asked == [1, 1, 2]


async def test_the_page_says_that_more_may_come(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    post = await look_up(almaty, str(carol.note("/notes/1")["id"]))
    browser = await signed_in(almaty, aigul)

    before = await browser.get(f"/posts/{post.id}")
    await network.drain()
    after = await browser.get(f"/posts/{post.id}")

    assert "More answers are being fetched" in before.text
    assert "More answers are being fetched" not in after.text


async def test_a_thread_of_our_own_people_asks_nobody(almaty: TestSchool, aigul: Actor) -> None:
    root = await almaty.post(aigul)
    await almaty.post(aigul, in_reply_to_id=root.id)

    async def wishes(tx: Transaction) -> list[readings.Wish]:
        return await readings.of_thread(tx, await reading.thread(tx, aigul, root.id))

    assert await almaty.read(wishes) == []


# --- what others may try ---------------------------------------------------------------------------


async def test_a_list_brings_only_posts_that_say_themselves_that_they_belong(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, dan: StrangePerson, aigul: Actor
) -> None:
    named: dict[str, Any] = {"context": f"{BASE}/contexts/1"}
    root = carol.note("/notes/1", **named)
    unrelated = dan.note("/notes/2")
    forged = {**dan.note("/notes/3"), "inReplyTo": root["id"], "content": "<p>Never said</p>"}
    stolen = {**dan.note("/notes/4", **named), "id": f"{BASE}/notes/4"}
    mastodon.documents["/contexts/1"] = context(unrelated["id"], forged, stolen)
    post = await look_up(almaty, str(root["id"]))

    assert await opened(almaty, post, aigul) == []

    assert [await almaty.has(str(each["id"])) for each in (unrelated, forged, stolen)] == [None, None, None]


async def test_a_thread_without_end_ends(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    def made_up(number: int) -> Json:
        above = {"inReplyTo": f"{BASE}/endless?n={number - 1}"} if number else {}
        answers = [f"{BASE}/endless?n={number + 1}", f"{BASE}/endless?n={number}"]
        note = carol.note("/endless", replies={"type": "Collection", "items": answers}, **above)
        mastodon.documents["/endless"] = answer
        return {"@context": "https://www.w3.org/ns/activitystreams", **note, "id": f"{BASE}/endless?n={number}"}

    def answer(request: Request) -> Json:
        return made_up(int(request.query_params["n"]))

    mastodon.documents["/endless"] = answer
    post = await look_up(almaty, f"{BASE}/endless?n=0")

    assert len(await opened(almaty, post, aigul)) == threads.DEPTH
    assert len(mastodon.asked) < 40


async def test_a_wide_thread_costs_so_many_requests_and_no_more(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "REQUESTS", 20)
    monkeypatch.setattr(threads, "POSTS", 10)
    root = carol.note("/notes/1")
    answers = [carol.note(f"/notes/a{number}", inReplyTo=root["id"]) for number in range(30)]
    carol.note("/notes/1", replies={"type": "Collection", "items": [each["id"] for each in answers]})
    post = await look_up(almaty, str(root["id"]))
    mastodon.asked.clear()

    assert len(await opened(almaty, post, aigul)) == 10
    assert len(mastodon.asked) <= 20


async def test_a_blocked_server_is_not_asked_and_its_posts_do_not_come(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, dan: StrangePerson, aigul: Actor
) -> None:
    root = carol.note("/notes/1")
    answer = dan.note("/notes/2", inReplyTo=root["id"])
    carol.note("/notes/1", replies=replies("/replies", answer["id"]))
    post = await look_up(almaty, str(root["id"]))
    await almaty.write(peers.block, None, "lemmy.test")

    assert await opened(almaty, post, aigul) == []
    assert dan.server.asked == []


async def test_what_is_not_for_everybody_stays_so(almaty: TestSchool, carol: StrangePerson, aigul: Actor) -> None:
    root = carol.note("/notes/1")
    answer = carol.note("/notes/2", inReplyTo=root["id"], to=[f"{carol.uri}/followers"], cc=[])
    carol.note("/notes/1", replies=replies("/replies", answer["id"]))
    post = await look_up(almaty, str(root["id"]))

    assert await opened(almaty, post, aigul) == []
    stored = await almaty.has(str(answer["id"]))
    assert stored is None or stored.circle is Circle.FOLLOWERS

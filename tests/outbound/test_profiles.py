"""What somebody of another server has written lately is read when somebody here opens, looks up or follows her."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse

from fedi.actions import follows as follow_actions
from fedi.actions import peers as peer_actions
from fedi.actions import pins, timelines
from fedi.activitypub.jsonld import Json
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import PostKind
from fedi.outbound import resolver
from fedi.store import actors, featured_tags, follows, notifications
from fedi.store.database import Transaction
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson, Stranger
from tests.web.browsing import Browser, signed_in, text_of

pytestmark = pytest.mark.network(1)

BASE = "http://mastodon.test"


@pytest.fixture
def carol(network: Network, mastodon: Stranger) -> StrangePerson:
    return mastodon.person(
        "carol",
        network.next_keys(),
        outbox=f"{BASE}/outbox",
        following=f"{BASE}/following",
        featured=f"{BASE}/featured",
    )


def outbox(*items: object, total: object = 42, **properties: object) -> dict[str, Json]:
    """As Mastodon serves it: a head and a page."""
    head = {"id": f"{BASE}/outbox", "type": "OrderedCollection", "totalItems": total, "first": f"{BASE}/outbox?page=1"}
    page = {"id": f"{BASE}/outbox?page=1", "type": "OrderedCollectionPage", "orderedItems": list(items), **properties}
    return {"/outbox": head, "/outbox?page=1": page}


def count(path: str, total: object) -> dict[str, Json]:
    return {path: {"id": f"{BASE}{path}", "type": "OrderedCollection", "totalItems": total}}


def create(person: StrangePerson, note: Json) -> Json:
    return {**person.activity("Create", note), "id": f"{note['id']}/activity"}


async def opened(almaty: TestSchool, person: StrangePerson, reader: Actor) -> list[str]:
    """What a teacher finds on a page that she opens, once it has been read."""
    await resolver.actor(almaty.instance, almaty.network.wire, person.uri)
    browser = await signed_in(almaty, reader)
    answer = await browser.get(f"/@{person.name}@{person.server.host}")
    if answer.status_code == 303:  # a community has a page of its own
        answer = await browser.get(answer.headers["location"])
    assert answer.status_code == 200
    await almaty.network.drain()
    return await shown(almaty, person)


async def shown(almaty: TestSchool, person: StrangePerson) -> list[str]:
    async def unit(tx: Transaction) -> list[str]:
        actor = await actors.by_uri(tx, person.uri)
        assert actor is not None
        views = await timelines.profile(tx, None, actor, Page(), with_replies=True)
        return [(view.boost_of or view).post.uri for view in views]

    found: list[str] = await almaty.read(unit)
    return found


@pytest.mark.parametrize("form", ["whole", "object by id", "activity by id", "in one piece"])
async def test_the_latest_posts_are_read_from_the_outbox(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor, form: str
) -> None:
    """Mastodon and Mitra carry the posts, GoToSocial names them, others name even the activities."""
    notes = [carol.note(f"/notes/{day}", published=f"2026-09-0{day}T10:00:00Z") for day in (3, 2, 1)]
    creates = [create(carol, note) for note in notes]
    mastodon.documents |= {f"/notes/{day}/activity": creates[3 - day] for day in (3, 2, 1)}
    if form == "object by id":
        creates = [{**each, "object": each["object"]["id"]} for each in creates]
    if form == "in one piece":
        mastodon.documents["/outbox"] = {"id": f"{BASE}/outbox", "type": "OrderedCollection", "orderedItems": creates}
    else:
        mastodon.documents |= outbox(*([each["id"] for each in creates] if form == "activity by id" else creates))

    assert await opened(almaty, carol, aigul) == [note["id"] for note in notes]


async def test_nobody_is_notified_and_only_followers_find_them_at_home(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note(tag={"type": "Mention", "href": aigul.uri})
    mastodon.documents |= outbox(create(carol, note))
    bolat = await almaty.teacher("bolat")
    await almaty.follow(bolat, await resolver.actor(almaty.instance, almaty.network.wire, carol.uri))
    request = network.wire.sent("Follow")[-1].activity

    async def accept(tx: Transaction) -> None:
        follow = await follows.by_uri(tx, request["id"])
        assert follow is not None
        await follow_actions.accept(tx, follow)

    await almaty.write(accept)

    homes = [[view.post.uri for view in await almaty.read(timelines.home, each.id, Page())] for each in (aigul, bolat)]
    assert homes == [[], [note["id"]]]
    assert await almaty.read(notifications.latest, aigul.id, Page()) == []


async def test_what_she_passed_on_of_her_own_is_there_and_of_others_is_not(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, dan: StrangePerson, aigul: Actor
) -> None:
    own, other = carol.note("/notes/1"), dan.note("/notes/2")
    announces = [carol.activity("Announce", each["id"], f"/announces/{n}") for n, each in enumerate((own, other))]
    mastodon.documents |= outbox(*announces)

    assert await opened(almaty, carol, aigul) == [own["id"], own["id"]]

    boost = await almaty.has(f"{BASE}/announces/0")
    assert boost is not None
    assert boost.kind is PostKind.BOOST
    assert dan.server.asked == []


async def test_what_a_community_has_passed_on_is_read(
    almaty: TestSchool, mastodon: Stranger, network: Network, dan: StrangePerson, aigul: Actor
) -> None:
    """Lemmy: the outbox of a Group holds announced activities."""
    group = mastodon.person("maths", network.next_keys(), type="Group", outbox=f"{BASE}/outbox")
    page = dan.note("/post/1", type="Page", name="Fractions")
    announce = group.activity("Announce", create(dan, page), "/announces/1", cc=[f"{group.uri}/followers"])
    mastodon.documents |= outbox(announce)

    assert await opened(almaty, group, aigul) == [page["id"]]


async def test_numbers_are_those_of_her_server(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    mastodon.documents |= outbox(total=1234) | count("/users/carol/followers", 567) | count("/following", 89)

    await opened(almaty, carol, aigul)
    page = await (await signed_in(almaty, aigul)).get("/@carol@mastodon.test")

    actor = await almaty.read(actors.by_uri, carol.uri)
    assert (actor.posts_count, actor.followers_count, actor.following_count) == (1234, 567, 89)
    assert "1234 posts" in text_of(page.text)


@pytest.mark.parametrize("total", [2**63, -1, "many", None, {"@value": 7}, 2**40])
async def test_absurd_numbers_do_no_harm(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor, total: object
) -> None:
    mastodon.documents |= outbox(total=total) | count("/users/carol/followers", total)

    await opened(almaty, carol, aigul)

    actor = await almaty.read(actors.by_uri, carol.uri)
    assert 0 <= actor.followers_count < 2**31


async def test_what_she_shows_first_is_read_as_well(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, dan: StrangePerson, aigul: Actor
) -> None:
    own, other = carol.note("/notes/1"), dan.note("/notes/2")
    items = [own, other["id"]]
    mastodon.documents["/featured"] = {"id": f"{BASE}/featured", "type": "OrderedCollection", "orderedItems": items}
    await opened(almaty, carol, aigul)

    actor = await almaty.read(actors.by_uri, carol.uri)
    pinned = await almaty.read(pins.pinned, None, actor)

    assert [view.post.uri for view in pinned] == [own["id"]]


async def test_the_hashtags_on_her_page_are_read_as_well(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    document = {**carol.document(), "featuredTags": f"{BASE}/tags"}
    mastodon.documents["/users/carol"] = document
    names = []
    for shown in (["#Physics", "#math", "#math", "no tag!", ""], ["#math", "#art"]):
        tags = [{"type": "Hashtag", "href": f"{BASE}/tags/x", "name": name} for name in shown]
        mastodon.documents["/tags"] = {"id": f"{BASE}/tags", "type": "Collection", "items": tags}
        await opened(almaty, carol, aigul)
        network.clock.advance(days=3)
        actor = await almaty.read(actors.by_uri, carol.uri)
        names.append({each.name for each in await almaty.read(featured_tags.of_actor, actor.id)})

    assert names == [{"Physics", "math"}, {"math", "art"}]


async def test_pages_that_she_links_to_are_looked_at_when_somebody_here_opens_hers(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    site = network.site("carol.test")
    site.pages["/"] = HTMLResponse(f'<a rel="me" href="{carol.uri}">Me</a>')
    lines = [
        {"type": "PropertyValue", "name": name, "value": f'<a href="http://carol.test{path}">x</a>'}
        for name, path in (("Hers", "/"), ("Not", "/other"))
    ]
    mastodon.documents["/users/carol"] = {**carol.document(), "attachment": lines}
    await resolver.actor(almaty.instance, network.wire, carol.uri)
    assert site.asked == []
    await opened(almaty, carol, aigul)
    verified = (await almaty.read(actors.by_uri, carol.uri)).fields
    network.clock.advance(days=1)
    await resolver.actor(almaty.instance, network.wire, carol.uri, refresh=True)
    refreshed = (await almaty.read(actors.by_uri, carol.uri)).fields

    assert site.asked == ["/", "/other"]
    assert [line.verified_at is not None for line in verified] == [True, False]
    assert refreshed == verified


async def test_a_stranger_sends_nobody_to_servers_that_are_blocked_or_beyond_this_machine(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    blocked, beyond = network.site("evil.test"), network.site("victim.example")
    await almaty.write(peer_actions.block, None, "evil.test")
    lines = [
        {"type": "PropertyValue", "name": "Site", "value": f'<a href="{url}">x</a>'}
        for url in ("http://evil.test/", "https://victim.example/")
    ]
    mastodon.documents["/users/carol"] = {**carol.document(), "attachment": lines}

    await opened(almaty, carol, aigul)

    assert (blocked.asked, beyond.asked) == ([], [])


async def test_a_profile_is_asked_for_again_after_days_and_not_for_strangers(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    await resolver.actor(almaty.instance, almaty.network.wire, carol.uri)
    mastodon.asked.clear()
    await Browser(almaty).get("/@carol@mastodon.test")
    await network.drain()
    of_stranger = list(mastodon.asked)

    asked = []
    for days, name in ((0, "First"), (1, "Second"), (2, "Third")):
        network.clock.advance(days=days)
        mastodon.documents["/users/carol"] = {**mastodon.documents["/users/carol"], "name": name}  # type: ignore[dict-item]
        await opened(almaty, carol, aigul)
        asked.append((mastodon.asked.count("/outbox"), (await almaty.read(actors.by_uri, carol.uri)).name))

    assert of_stranger == []
    assert asked == [(1, "Carol"), (1, "Carol"), (2, "Third")]


# --- what others may try ---------------------------------------------------------------------------


async def test_an_outbox_speaks_only_for_its_owner_and_only_to_everybody(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, dan: StrangePerson, network: Network, aigul: Actor
) -> None:
    eve = mastodon.person("eve", network.next_keys())
    forged = {**eve.note("/notes/1"), "attributedTo": eve.uri, "content": "<p>Never said</p>"}
    private = carol.note("/notes/2", to=[f"{carol.uri}/followers"], cc=[])
    foreign = {**dan.note("/notes/3"), "attributedTo": carol.uri}
    of_eve = create(eve, eve.note("/notes/4"))
    honest = carol.note("/notes/5", to=PUBLIC)
    others = [create(carol, each) for each in (forged, private, foreign)]
    mastodon.documents |= outbox(*others, of_eve, "nonsense", {"type": "Create"}, {}, create(carol, honest))

    assert await opened(almaty, carol, aigul) == [honest["id"]]

    assert [await almaty.has(str(each["id"])) for each in (forged, private, foreign)] == [None, None, None]


async def test_an_endless_outbox_costs_so_much_and_no_more(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    def made_up(request: Request) -> Json:
        number = int(request.query_params.get("page", "0"))
        notes = [carol.note(f"/notes/{number}-{each}") for each in range(5)]
        return outbox(*(create(carol, note) for note in notes))["/outbox?page=1"] | {
            "id": f"{BASE}/outbox?page={number}" if number else f"{BASE}/outbox",
            "next": f"{BASE}/outbox?page={number + 1}",
        }

    mastodon.documents["/outbox"] = made_up

    assert len(await opened(almaty, carol, aigul)) == 20
    assert mastodon.asked.count("/outbox") == 4

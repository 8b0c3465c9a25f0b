"""Timelines through the API: their order, their pages, what is left out, and that nothing old is shown."""

import re

import pytest

from fedi.actions import actors, own_posts, polls, reactions
from fedi.models.actors import ProfileChange
from fedi.models.posts import Circle, Draft, Post, PostKind
from fedi.store import posts
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.conftest import Clients
from tests.api.specification import problems

HOME = "/api/v1/timelines/home"
PUBLIC = "/api/v1/timelines/public"


async def several(clients: Clients, number: int) -> list[str]:
    """Ids of so many posts, newest first."""
    made = []
    for each in range(number):
        clients.network.clock.advance(seconds=1)
        made.append(str((await clients.school.post(clients.aigul.me, f"Post {each} #math")).id))
    return made[::-1]


async def ids(clients: Clients, path: str) -> list[str]:
    got = await clients.aigul.get(path)
    assert got.status_code == 200, got.text
    return [each["id"] for each in got.json()]


def links(header: str) -> dict[str, str]:
    return {relation: url for url, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', header)}


@pytest.mark.parametrize("path", [HOME, PUBLIC, "/api/v1/timelines/tag/Math", "/api/v1/timelines/tag/%23math"])
async def test_pages_are_cut_by_ids(clients: Clients, path: str) -> None:
    newest = await several(clients, 6)

    assert await ids(clients, f"{path}?limit=2") == newest[:2]
    assert await ids(clients, f"{path}?limit=2&max_id={newest[1]}") == newest[2:4]
    assert await ids(clients, f"{path}?limit=2&min_id={newest[5]}") == newest[3:5]
    assert await ids(clients, f"{path}?limit=2&since_id={newest[5]}") == newest[:2]
    assert await ids(clients, f"{path}?since_id={newest[3]}&max_id={newest[0]}") == newest[1:3]
    assert await ids(clients, f"{path}?limit=9&min_id={newest[4]}&since_id={newest[1]}") == newest[:4]


async def test_a_client_that_follows_the_links_sees_everything_once(clients: Clients) -> None:
    newest = await several(clients, 5)
    seen: list[str] = []
    path: str | None = f"{PUBLIC}?limit=2&local=true"
    while path is not None:
        got = await clients.aigul.get(path)
        seen += [each["id"] for each in got.json()]
        path = links(got.headers.get("link", "")).get("next")

    assert seen == newest


async def test_links_are_absolute_and_keep_what_was_asked(clients: Clients) -> None:
    newest = await several(clients, 3)

    got = links((await clients.aigul.get(f"{PUBLIC}?limit=2&local=true&access_token=secret")).headers["link"])

    assert got == {
        "next": f"http://almaty.test{PUBLIC}?local=true&limit=2&max_id={newest[1]}",
        "prev": f"http://almaty.test{PUBLIC}?local=true&limit=2&min_id={newest[0]}",
    }
    assert "link" not in (await clients.aigul.get(f"{PUBLIC}?max_id=1")).headers


@pytest.mark.parametrize(("limit", "shown"), [("2", 2), ("-2", 2), ("x", 20), ("0", 20), ("1000", 22), ("", 20)])
async def test_a_limit_is_bounded_and_nonsense_is_the_default(clients: Clients, limit: str, shown: int) -> None:
    await several(clients, 22)

    assert len(await ids(clients, f"{HOME}?limit={limit}")) == shown


@pytest.mark.parametrize("cursor", ["max_id=x", "min_id=", "since_id=-5", "max_id=99999999999999999999999"])
async def test_a_cursor_that_is_no_id_is_no_error(clients: Clients, cursor: str) -> None:
    assert (await clients.aigul.get(f"{HOME}?{cursor}")).status_code == 200


async def test_statuses_are_what_strict_clients_decode(clients: Clients) -> None:
    async def unit(tx: Transaction) -> None:
        aigul, bolat = clients.aigul.me, clients.bolat.me
        first = await make.note(tx, aigul, "Salem @bolat #Math https://school.kz/a", summary="Careful")
        answer = await make.answer(tx, bolat, first)
        await make.note(tx, aigul, "A picture", file_ids=(await make.picture(tx, aigul),))
        await make.note(tx, aigul, "Which?", poll=make.poll("One", "Two", closes_at=tx.now + make.DAY))
        await make.note(tx, aigul, "Text", title="Fractions", summary="A plan", material=make.LESSON_PLAN)
        await reactions.boost(tx, bolat, first)
        await make.follow(tx, aigul, bolat)
        await reactions.boost(tx, aigul, answer)

    await clients.school.write(unit)
    for client in (clients.aigul, clients.bolat, clients.stranger):
        got = (await client.get(f"{PUBLIC}?local=true")).json()
        assert problems("[Status]", got) == []
        assert len(got) == 4
    home = (await clients.aigul.get(HOME)).json()
    assert problems("[Status]", home) == []
    assert [each["reblog"] is not None for each in home].count(True) == 1


async def test_flags_are_the_viewers_own_and_strangers_see_none(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)

    async def unit(tx: Transaction) -> None:
        await reactions.like(tx, clients.bolat.me, post)
        await reactions.boost(tx, clients.bolat.me, post)

    await clients.school.write(unit)
    path = f"/api/v1/statuses/{post.id}"
    bolat, aigul, stranger = [(await c.get(path)).json() for c in (clients.bolat, clients.aigul, clients.stranger)]

    assert (bolat["favourited"], bolat["reblogged"], "pinned" in bolat) == (True, True, False)
    assert (aigul["favourited"], aigul["reblogged"], aigul["pinned"]) == (False, False, False)
    assert "favourited" not in stranger
    assert all(each["favourites_count"] == 1 and each["reblogs_count"] == 1 for each in (bolat, aigul, stranger))


async def test_what_changes_is_shown_changed_at_once(clients: Clients) -> None:
    school, aigul = clients.school, clients.aigul.me
    post = await school.post(aigul, "Before")
    path = f"/api/v1/statuses/{post.id}"

    async def now(key: str) -> object:
        entity = (await clients.bolat.get(path)).json()
        found: object = entity["account"]["display_name"] if key == "name" else entity[key]
        return found

    assert (await now("content"), await now("favourites_count")) == ("<p>Before</p>", 0)
    await school.write(own_posts.change, aigul, post.id, Draft("After"))
    assert await now("content") == "<p>After</p>"
    await school.write(reactions.like, clients.bolat.me, post)
    assert await now("favourites_count") == 1
    await school.write(actors.update_profile, aigul, ProfileChange(name="Aigul S."))
    assert await now("name") == "Aigul S."
    await school.write(own_posts.delete, aigul, post.id)
    assert (await clients.bolat.get(path)).status_code == 404


async def test_a_poll_is_shown_with_the_viewers_votes(clients: Clients) -> None:
    async def unit(tx: Transaction) -> Post:
        return await make.note(tx, clients.aigul.me, "Which?", poll=make.poll(closes_at=tx.now + make.DAY))

    post = await clients.school.write(unit)
    path = f"/api/v1/statuses/{post.id}"
    await clients.bolat.get(path)
    await clients.school.write(polls.vote, clients.bolat.me, post, [1])

    bolat, aigul, stranger = [
        (await c.get(path)).json()["poll"] for c in (clients.bolat, clients.aigul, clients.stranger)
    ]

    assert (bolat["voted"], bolat["own_votes"], bolat["votes_count"]) == (True, [1], 1)
    assert (aigul["voted"], aigul["own_votes"]) == (True, [])
    assert ("voted" in stranger, stranger["votes_count"]) == (False, 1)
    clients.network.clock.advance(days=2)
    assert (await clients.bolat.get(path)).json()["poll"]["expired"]


async def test_posts_of_circles_are_private_to_clients_and_hidden_from_who_is_outside(clients: Clients) -> None:
    shown = {}
    for circle in (Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.NETWORK, Circle.PUBLIC, Circle.DIRECT):
        post = await clients.school.post(clients.aigul.me, "Salem @bolat", circle)
        got = (await clients.aigul.get(f"/api/v1/statuses/{post.id}")).json()
        shown[circle] = (got["visibility"], got["circle"], got["local_only"])
        stranger = await clients.stranger.get(f"/api/v1/statuses/{post.id}")
        assert (stranger.status_code == 200) == (circle in (Circle.NETWORK, Circle.PUBLIC))

    assert shown == {
        Circle.SCHOOL: ("private", "school", True),
        Circle.PARTNERS: ("private", "partners", False),
        Circle.FOLLOWERS: ("private", "followers", False),
        Circle.NETWORK: ("unlisted", "network", False),
        Circle.PUBLIC: ("public", "public", False),
        Circle.DIRECT: ("direct", "direct", False),
    }


async def test_drafts_are_no_statuses_even_for_their_author(clients: Clients) -> None:
    draft = await clients.school.post(clients.aigul.me, "Unfinished", Circle.DRAFT)

    assert (await clients.aigul.get(f"/api/v1/statuses/{draft.id}")).status_code == 404
    assert (await clients.aigul.get(f"/api/v1/statuses?id[]={draft.id}")).json() == []


async def test_the_public_timeline_may_be_narrowed(clients: Clients) -> None:
    async def unit(tx: Transaction) -> tuple[int, int, int]:
        far = await make.remote(tx, await make.colleague(tx, "marat"))
        here = await make.note(tx, clients.aigul.me, "Here #math #physics")
        picture = await make.note(
            tx, clients.aigul.me, "Picture #math", file_ids=(await make.picture(tx, clients.aigul.me),)
        )
        await make.answer(tx, clients.bolat.me, here)
        return far.id, here.id, picture.id

    far, here, picture = (str(each) for each in await clients.school.write(unit))
    tag = "/api/v1/timelines/tag"

    assert set(await ids(clients, PUBLIC)) == {far, here, picture}
    assert set(await ids(clients, f"{PUBLIC}?local=true")) == {here, picture}
    assert await ids(clients, f"{PUBLIC}?remote=1") == [far]
    assert await ids(clients, f"{PUBLIC}?only_media=on") == [picture]
    assert set(await ids(clients, f"{tag}/math")) == {here, picture}
    assert await ids(clients, f"{tag}/math?all[]=Physics") == [here]
    assert await ids(clients, f"{tag}/math?none[]=physics") == [picture]
    assert set(await ids(clients, f"{tag}/physics?any[]=math")) == {here, picture}
    four = "&".join(f"any[]={each}" for each in "abcd")
    assert await ids(clients, f"{tag}/physics?{four}&any[]=math") == [here]


async def test_several_statuses_come_in_the_order_asked_for(clients: Clients) -> None:
    newest = await several(clients, 3)
    asked = f"/api/v1/statuses?id[]={newest[2]}&id[]={newest[0]}&id[]=1&id[]=x"

    assert await ids(clients, asked) == [newest[2], newest[0]]


async def test_posts_stored_long_ago_are_shown_without_being_counted_anew(clients: Clients) -> None:
    """What is kept is bounded: more posts than that are shown all the same."""
    clients.school.instance.rendered.posts._most = 2
    newest = await several(clients, 5)

    assert await ids(clients, HOME) == newest
    assert await ids(clients, HOME) == newest
    assert await clients.school.read(posts.by_id, int(newest[0])) is not None


@pytest.mark.parametrize(
    ("summary", "times"),
    [("Cut the pizza…", 1), ("Cut the  pizza [...]", 1), ("Cut the pizza", 1), ("Of fractions", 2)],
)
async def test_the_beginning_of_a_text_is_not_said_twice(clients: Clients, summary: str, times: int) -> None:
    """Forums and blogs send it as what an article is about."""

    async def unit(tx: Transaction) -> Post:
        author = await make.colleague(tx, "nodebb", host="forum.test")
        return await make.remote(
            tx,
            author,
            kind=PostKind.ARTICLE,
            title="Pizza",
            summary=summary,
            content="<p>Cut the <b>pizza</b> in two</p>",
        )

    post = await clients.school.write(unit)
    content = (await clients.aigul.get(f"/api/v1/statuses/{post.id}")).json()["content"]

    assert content.count("<p>") == times + 1

"""Pages that open posts link to are read once, for what they say about themselves; nothing leaves for other posts."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fedi.actions import actors as actor_actions
from fedi.actions import cards as card_actions
from fedi.actions import own_posts
from fedi.actions import peers as peer_actions
from fedi.actions import posts as post_actions
from fedi.models.actors import Actor, ProfileChange
from fedi.models.cards import Card
from fedi.models.posts import Circle, Draft, NewPost, Post, PostKind
from fedi.models.quotes import QuotePolicy
from fedi.outbound.transport import Reply
from fedi.store import actors, cards, posts
from fedi.store.database import Transaction
from tests.media.samples import picture
from tests.network import Network, TestSchool
from tests.strangers import Pages

pytestmark = pytest.mark.network(2)

PAGE = """<html lang="kk"><head><title>Fractions</title><meta name="description" content="A cake is shared">
<meta property="og:image" content="/cake.png"></head><body>...</body></html>"""
LINK = "http://news.test/fractions"


@pytest.fixture
def site(network: Network) -> Pages:
    site = network.site("news.test")
    site.pages["/fractions"] = HTMLResponse(PAGE)
    site.pages["/cake.png"] = Response(picture("PNG"), media_type="image/png")
    return site


async def card_of(school: TestSchool, post_id: int) -> Card | None:
    async def unit(tx: Transaction) -> Card | None:
        post = await posts.by_id(tx, post_id)
        assert post is not None
        return (await cards.shown(tx, [post.card_id])).get(post.card_id) if post.card_id else None

    found: Card | None = await school.read(unit)
    return found


async def linking(school: TestSchool, author: Actor, text: str = f"Read {LINK}", **draft: Any) -> Post:
    """A post that is published, and whatever follows from that."""
    post = await school.post(author, text, **draft)
    await school.network.drain()
    return post


async def test_the_first_link_of_a_public_post_is_read(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    post = await linking(almaty, aigul, f"#math {LINK}#part2 and http://news.test/other")

    card = await card_of(almaty, post.id)
    assert site.asked == ["/fractions"]
    assert card is not None
    assert (card.url, card.title, card.description, card.language) == (LINK, "Fractions", "A cake is shared", "kk")


async def test_it_is_read_as_by_anybody_and_tells_no_school(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    await linking(almaty, aigul)

    [headers] = site.headers
    assert headers["accept"] == "text/html"
    assert not {"signature", "signature-input", "cookie", "referer", "authorization"} & headers.keys()
    assert "almaty" not in str(headers)


@pytest.mark.parametrize("circle", [each for each in Circle if each not in (Circle.PUBLIC, Circle.NETWORK)])
async def test_nothing_leaves_for_what_not_everybody_may_read(
    almaty: TestSchool, aigul: Actor, site: Pages, circle: Circle
) -> None:
    post = await linking(almaty, aigul, circle=circle)
    now = await almaty.read(posts.by_id, post.id)
    await almaty.write(_edit, now, f"Better: {LINK}?2")
    await almaty.network.drain()

    assert site.asked == []
    assert await card_of(almaty, post.id) is None


async def test_an_unlisted_post_has_a_card_too(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    assert await card_of(almaty, (await linking(almaty, aigul, circle=Circle.NETWORK)).id) is not None


async def test_what_is_known_of_a_page_is_not_shown_below_a_hidden_post(
    almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    await linking(almaty, aigul)

    assert await card_of(almaty, (await linking(almaty, aigul, circle=Circle.SCHOOL)).id) is None


async def _edit(tx: Transaction, post: Post, text: str) -> None:
    author = await actors.by_id(tx, post.actor_id)
    assert author is not None
    await own_posts.change(tx, author, post.id, Draft(text))


async def test_posts_of_peers_have_cards_and_hidden_ones_of_theirs_do_not(network: Network, site: Pages) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, dana = await almaty.teacher(), await kostanay.teacher("dana")
    await almaty.follow(aigul, await almaty.knows(dana))
    await kostanay.follow(await kostanay.knows(aigul), dana)
    hidden = await linking(kostanay, dana, f"Hidden {LINK}", circle=Circle.FOLLOWERS)

    assert await almaty.has(hidden.uri) is not None
    assert site.asked == []

    post = await linking(kostanay, dana)
    network.clock.advance(minutes=2)
    await network.drain()

    arrived = await almaty.has(post.uri)
    assert arrived is not None
    assert await card_of(almaty, arrived.id) is not None
    assert site.asked == ["/fractions", "/fractions"]


async def test_a_peers_post_is_not_asked_about_in_the_second_it_comes(network: Network, site: Pages) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, dana = await almaty.teacher(), await kostanay.teacher("dana")
    await almaty.follow(aigul, await almaty.knows(dana))
    await kostanay.follow(await kostanay.knows(aigul), dana)

    for number in range(6):
        await linking(kostanay, dana, f"http://news.test/{number}")

    assert len(site.asked) < 12


async def test_a_page_is_read_once_for_all_posts_that_link_to_it(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    first, second = [await linking(almaty, aigul) for _ in range(2)]

    assert site.asked == ["/fractions"]
    assert await card_of(almaty, first.id) == await card_of(almaty, second.id)


async def test_a_page_that_cannot_be_had_is_left_alone_for_a_day(
    network: Network, almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    site.pages.clear()
    await linking(almaty, aigul)
    network.clock.advance(hours=23)
    empty = await linking(almaty, aigul)
    assert site.asked == ["/fractions"]

    network.clock.advance(hours=2)
    site.pages["/fractions"] = HTMLResponse(PAGE)
    await linking(almaty, aigul)

    assert site.asked == ["/fractions", "/fractions"]
    assert await card_of(almaty, empty.id) is not None


async def test_a_page_is_read_again_for_a_post_that_comes_after_two_weeks(
    network: Network, almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    old = await linking(almaty, aigul)
    network.clock.advance(days=13)
    await linking(almaty, aigul)
    assert len(site.asked) == 1

    network.clock.advance(days=2)
    site.pages["/fractions"] = Response("Gone", 404)
    await linking(almaty, aigul)

    card = await card_of(almaty, old.id)
    assert len(site.asked) == 2
    assert card is not None
    assert card.title == "Fractions"


@pytest.mark.parametrize(
    "page",
    [
        JSONResponse({"title": "Fractions"}),
        Response(PAGE, media_type="application/xhtml+xml"),
        HTMLResponse(PAGE, 500),
        HTMLResponse("<p>No title</p>"),
        RedirectResponse("http://10.0.0.1/"),
        RedirectResponse("http://news.test/fractions"),
    ],
    ids=["JSON", "another type", "an error", "no title", "a private address", "a loop"],
)
async def test_what_says_nothing_has_no_card(almaty: TestSchool, aigul: Actor, site: Pages, page: Response) -> None:
    site.pages["/fractions"] = page

    assert await card_of(almaty, (await linking(almaty, aigul)).id) is None


async def test_a_page_that_comes_in_crumbs_costs_its_length_and_not_its_square(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    length = 1024 * 1024

    async def crumbs() -> AsyncIterator[bytes]:
        for _ in range(length):
            yield b"x"

    @asynccontextmanager
    async def get(url: str, *_: object) -> AsyncIterator[tuple[str, Reply]]:
        yield url, Reply(200, {"content-type": "text/html"}, crumbs())

    monkeypatch.setattr(network.wire, "_get", get)
    began = time.process_time()
    page = await network.wire.get_page(LINK, length)

    assert page.beginning == b"x" * length
    assert time.process_time() - began < 2


async def test_of_an_endless_page_the_beginning_is_read(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    site.pages["/fractions"] = HTMLResponse(PAGE + "x" * 3_000_000)

    assert await card_of(almaty, (await linking(almaty, aigul)).id) is not None


@pytest.mark.parametrize(
    "text",
    [
        "No link at all, news.test",
        "http://almaty.test/materials/1",
        "https://10.0.0.1/ http://localhost/ https://news.example:25/",
    ],
    ids=["none", "our own", "no pages"],
)
async def test_what_links_nowhere_asks_nobody(almaty: TestSchool, aigul: Actor, site: Pages, text: str) -> None:
    post = await linking(almaty, aigul, text)

    assert (await almaty.read(posts.by_id, post.id)).card_id is None
    assert site.asked == []


async def test_people_hashtags_and_what_is_quoted_are_no_links(almaty: TestSchool, aigul: Actor) -> None:
    await almaty.teacher("bolat")
    content = (
        '<p><a href="https://x.test/@dan" class="u-url mention">@<span>dan</span></a> '
        '<a href="https://x.test/tags/math">#<span>math</span></a></p>'
        '<p class="quote-inline">RE: <a href="https://x.test/quoted">quoted</a></p>'
        '<p><a href="https://x.test/read?a=1&amp;b=2" class="">this</a></p>'
    )

    async def unit(tx: Transaction) -> list[str]:
        return list(card_actions._links(tx, NewPost(PostKind.NOTE, Circle.PUBLIC, content), set()))

    assert await almaty.read(unit) == ["https://x.test/read?a=1&b=2"]


async def test_a_school_on_one_machine_asks_nobody_on_the_internet(
    network: Network, almaty: TestSchool, aigul: Actor
) -> None:
    elsewhere = network.site("news.example")

    post = await linking(almaty, aigul, "https://news.example/fractions")

    assert elsewhere.asked == []
    assert (await almaty.read(posts.by_id, post.id)).card_id is None


async def test_a_blocked_server_is_not_asked(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    await almaty.write(peer_actions.block, None, "news.test")

    await linking(almaty, aigul)

    assert site.asked == []


async def test_a_link_to_what_is_quoted_is_no_link_here_and_where_it_arrives(network: Network, site: Pages) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, dana = await almaty.teacher(), await kostanay.teacher("dana")
    await kostanay.follow(await kostanay.knows(aigul), dana)
    await almaty.follow(aigul, await almaty.knows(dana))
    quoted = await kostanay.post(dana, "Quote me", quote_policy=QuotePolicy.EVERYONE)
    await network.drain()
    there = await almaty.has(quoted.uri)
    assert there is not None

    post = await linking(almaty, aigul, f"See {quoted.url}", quoted_id=there.id)
    network.clock.advance(minutes=2)
    await network.drain()
    arrived = await kostanay.has(post.uri)

    assert arrived is not None
    for school, post_id in ((almaty, post.id), (kostanay, arrived.id)):
        assert (await school.read(posts.by_id, post_id)).card_id is None


@pytest.mark.network(1, link_cards=False)
async def test_a_school_can_do_without(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    await linking(almaty, aigul)

    assert site.asked == []


async def test_an_edit_that_changes_the_link_changes_the_card(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    site.pages["/other"] = HTMLResponse("<title>Other</title>")
    post = await linking(almaty, aigul)
    await almaty.write(_edit, post, "Better: http://news.test/other")
    await almaty.network.drain()
    other = await card_of(almaty, post.id)
    await almaty.write(_edit, post, "None")

    assert other is not None
    assert other.title == "Other"
    assert await card_of(almaty, post.id) is None


async def test_what_is_deleted_before_its_turn_asks_nobody(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    post = await almaty.post(aigul, LINK)
    await almaty.write(post_actions.delete, post)
    await almaty.network.drain()

    assert site.asked == []


async def test_the_picture_is_fetched_when_somebody_looks_and_comes_from_here(
    almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    card = await card_of(almaty, (await linking(almaty, aigul)).id)
    assert card is not None
    assert site.asked == ["/fractions"]

    first, second = [await almaty.get(f"/cards/{card.picture_id}.webp", accept="*/*") for _ in range(2)]

    assert (first.status_code, first.headers["content-type"]) == (200, "image/webp")
    assert first.content == second.content
    assert site.asked == ["/fractions", "/cake.png"]
    assert "signature" not in site.headers[-1]
    assert (await almaty.get(f"/media/{card.picture_id}/cake.png", accept="*/*")).status_code == 404


async def test_a_page_that_is_read_again_keeps_its_picture_or_gets_another(
    network: Network, almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    pictures = []
    for page in (PAGE, PAGE.replace("Fractions", "Cakes"), PAGE.replace("cake.png", "pizza.png")):
        site.pages["/fractions"] = HTMLResponse(page)
        card = await card_of(almaty, (await linking(almaty, aigul)).id)
        assert card is not None
        pictures.append(card.picture_id)
        network.clock.advance(days=15)

    assert pictures[0] == pictures[1] != pictures[2]


async def test_a_picture_that_no_post_shows_any_more_is_not_there(
    almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    post = await linking(almaty, aigul)
    card = await card_of(almaty, post.id)
    assert card is not None
    await almaty.write(post_actions.delete, post)

    assert (await almaty.get(f"/cards/{card.picture_id}.webp", accept="*/*")).status_code == 404
    assert site.asked == ["/fractions"]


async def test_pages_show_the_card_and_load_nothing_from_elsewhere(
    almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    site.pages["/fractions"] = HTMLResponse(PAGE.replace("Fractions", "&lt;script&gt;alert(1)&lt;/script&gt;"))
    post = await linking(almaty, aigul)
    shown = (await almaty.get(f"/@aigul/{post.id}", accept="text/html")).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown
    assert "news.test/cake.png" not in shown
    assert 'src="/cards/' in shown


NAMED = PAGE.replace("<meta", '<meta name="fediverse:creator" content="@{handle}"><meta', 1)


async def _writes_at(tx: Transaction, actor_id: int, *sites: str) -> None:
    person = await actors.by_id(tx, actor_id)
    assert person is not None
    await actor_actions.update_profile(tx, person, ProfileChange(attribution_domains=sites))


@pytest.mark.parametrize(
    ("sites", "is_hers"),
    [(["news.test"], True), (["test"], False), (["other.test"], False), (["www.news.test"], False), ([], False)],
)
async def test_a_page_is_by_whom_it_names_if_she_says_so_too(
    almaty: TestSchool, aigul: Actor, site: Pages, sites: list[str], is_hers: bool
) -> None:
    if sites != ["test"]:
        await almaty.write(_writes_at, aigul.id, *sites)
    site.pages["/fractions"] = HTMLResponse(NAMED.format(handle=aigul.handle))

    card = await card_of(almaty, (await linking(almaty, aigul)).id)

    assert card is not None
    assert (card.author_id == aigul.id) is is_hers


async def test_who_writes_for_a_site_writes_for_its_parts(almaty: TestSchool, aigul: Actor, network: Network) -> None:
    await almaty.write(_writes_at, aigul.id, "news.test")
    network.site("blog.news.test").pages["/"] = HTMLResponse(NAMED.format(handle=aigul.handle))

    card = await card_of(almaty, (await linking(almaty, aigul, "http://blog.news.test/")).id)

    assert card is not None
    assert card.author_id == aigul.id


async def test_somebody_elsewhere_is_looked_up_and_asked_anew(
    network: Network, almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    kostanay = network["kostanay"]
    dana = await kostanay.teacher("dana")
    known = await almaty.knows(dana)
    await kostanay.write(_writes_at, dana.id, "news.test")
    site.pages["/fractions"] = HTMLResponse(NAMED.format(handle=dana.handle))

    card = await card_of(almaty, (await linking(almaty, aigul)).id)

    assert known.attribution_domains == ()
    assert card is not None
    assert card.author_id == known.id


async def test_somebody_of_a_blocked_server_is_not_looked_up(
    network: Network, almaty: TestSchool, aigul: Actor, site: Pages
) -> None:
    stranger = network.stranger("evil.test")
    await almaty.write(peer_actions.block, None, "evil.test")
    site.pages["/fractions"] = HTMLResponse(NAMED.format(handle="dan@evil.test"))

    card = await card_of(almaty, (await linking(almaty, aigul)).id)

    assert card is not None
    assert (card.author_id, stranger.asked) == (None, [])


async def test_below_a_folded_post_the_page_shows_no_card(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    post = await linking(almaty, aigul, summary="About cakes")

    assert "A cake is shared" not in (await almaty.get(f"/@aigul/{post.id}", accept="text/html")).text

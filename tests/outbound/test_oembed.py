"""A page's server is asked once what it says of the page, and whatever it answers, the card stays whole."""

from typing import Any

import pytest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fedi.actions import peers as peer_actions
from fedi.models.actors import Actor
from fedi.models.cards import Card, CardKind, Frame, PageFacts
from fedi.models.posts import Circle
from fedi.outbound import oembed
from tests.network import Network, TestSchool
from tests.outbound.test_cards import card_of, linking
from tests.strangers import Pages

pytestmark = pytest.mark.network(1)

ENDPOINT = "http://news.test/oembed"
VIDEO = {
    "version": "1.0",
    "type": "video",
    "title": "A lesson",
    "width": 640,
    "height": 360,
    "html": '<iframe src="https://films.test/embed"></iframe>',
}
FACTS = PageFacts("Fractions", "A cake is shared", author_name="Dana")


def page(href: str = "/oembed") -> Response:
    link = f'<link rel="alternate" type="application/json+oembed" href="{href}">'
    return HTMLResponse(f"<title>Fractions</title>{link}")


@pytest.fixture
def site(network: Network) -> Pages:
    site = network.site("news.test")
    site.pages["/fractions"] = page()
    site.pages["/oembed"] = JSONResponse(VIDEO)
    return site


async def shown(almaty: TestSchool, aigul: Actor) -> Card:
    found = await card_of(almaty, (await linking(almaty, aigul)).id)
    assert found is not None
    return found


async def test_the_server_is_asked_once_as_by_anybody(almaty: TestSchool, aigul: Actor, site: Pages) -> None:
    card = await shown(almaty, aigul)
    await linking(almaty, aigul)

    assert (card.kind, card.title, card.frame_url) == (CardKind.VIDEO, "A lesson", "https://films.test/embed")
    assert site.asked == ["/fractions", "/oembed"]
    assert not {"signature", "cookie", "referer"} & {name for each in site.headers for name in each}


@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DIRECT])
async def test_nobody_is_asked_for_what_is_not_open(
    almaty: TestSchool, aigul: Actor, site: Pages, circle: Circle
) -> None:
    await linking(almaty, aigul, circle=circle)

    assert site.asked == []


@pytest.mark.parametrize(
    "href",
    [
        "http://127.0.0.1/oembed",
        "http://[::1]/oembed",
        "http://2130706433/oembed",
        "https://localhost/oembed",
        "file:///etc/passwd",
        "javascript:x",
        "http://[",
        "",
        "https://blocked.test/oembed",
        "https://news.example/oembed",
    ],
)
async def test_nobody_is_asked_who_may_not_be(
    almaty: TestSchool, aigul: Actor, site: Pages, network: Network, href: str
) -> None:
    blocked = network.site("blocked.test")
    blocked.pages["/oembed"] = JSONResponse(VIDEO)
    await almaty.write(peer_actions.block, None, "blocked.test")
    site.pages["/fractions"] = page(href)

    card = await shown(almaty, aigul)

    assert (card.kind, card.title) == (CardKind.LINK, "Fractions")
    assert (site.asked, blocked.asked) == (["/fractions"], [])


@pytest.mark.parametrize(
    "answer",
    [
        RedirectResponse("http://127.0.0.1/oembed"),
        RedirectResponse("http://localhost:5432/"),
        RedirectResponse(ENDPOINT),
        Response("Nothing", 404),
        Response("{broken", media_type="application/json"),
        Response("[" * 100_000, media_type="application/json"),
        Response('{"version":"1.0","type":"video","html":"' + "x" * 3_000_000 + '"}', media_type="application/json"),
        HTMLResponse("<oembed>"),
        JSONResponse([VIDEO]),
        JSONResponse("video"),
        JSONResponse({**VIDEO, "version": 2}),
        JSONResponse({**VIDEO, "type": "rich"}),
        JSONResponse({**VIDEO, "type": ["video"]}),
    ],
)
async def test_what_cannot_be_understood_leaves_the_card_as_the_page_has_it(
    almaty: TestSchool, aigul: Actor, site: Pages, answer: Response
) -> None:
    site.pages["/oembed"] = answer

    card = await shown(almaty, aigul)

    assert (card.kind, card.title, card.frame_url) == (CardKind.LINK, "Fractions", "")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<script src='https://films.test/x.js'></script>",
        '<iframe src="http://films.test/embed">',
        '<iframe src="javascript:x">',
        '<iframe src="data:text/html,x">',
        '<iframe src="https://127.0.0.1/">',
        '<iframe src="https://x@films.test/">',
        '<iframe srcdoc="<script>x</script>">',
        "<iframe " * 50_000,
        '<iframe src="' + "x" * 50_000,
        7,
        ["<iframe src='https://films.test/'>"],
    ],
)
def test_a_film_without_a_frame_that_is_safe_is_a_link(html: Any) -> None:
    found = oembed.read(FACTS, ENDPOINT, {**VIDEO, "html": html})

    assert (found.kind, found.frame, found.title) == (CardKind.LINK, None, "A lesson")


@pytest.mark.parametrize("wrong", [None, 7.5, -7, True, [], {}, "x" * 100_000, "javascript:x", "\ud800"])
def test_values_of_the_wrong_type_change_nothing(wrong: Any) -> None:
    names = ("author_url", "provider_url", "thumbnail_url", "thumbnail_width", "width", "height")
    found = oembed.read(FACTS, ENDPOINT, {**VIDEO, "title": None, "author_name": 7, **dict.fromkeys(names, wrong)})

    assert (found.title, found.author_name, found.author_url) == ("Fractions", "Dana", "")
    assert (found.site_url, found.picture_url, found.picture_size) == ("", None, None)
    assert found.frame == Frame("https://films.test/embed")


@pytest.mark.parametrize("url", [None, "", "javascript:x", 7])
def test_a_photo_without_an_address_is_a_link(url: Any) -> None:
    found = oembed.read(FACTS, ENDPOINT, {**VIDEO, "type": "photo", "url": url})

    assert (found.kind, found.embed_url) == (CardKind.LINK, "")

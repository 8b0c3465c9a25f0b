"""Cards of links (behaviour 9.15): made after the post, told to streams, Mastodon's entity."""

import html
import re

import pytest
from starlette.responses import HTMLResponse, JSONResponse

from tests.api.conftest import Client, Clients
from tests.api.specification import problems
from tests.api.streaming.listening import events
from tests.strangers import Pages

LINK = "http://news.test/fractions"
PAGE = """<title>Fractions</title><meta property="og:description" content="A cake is shared">
<meta property="og:image" content="/cake.png"><meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630"><meta name="author" content="Dana">"""


@pytest.fixture
def site(clients: Clients) -> Pages:
    site = clients.network.site("news.test")
    site.pages["/fractions"] = HTMLResponse(PAGE)
    return site


async def test_a_card_comes_after_the_post_and_streams_are_told(clients: Clients, site: Pages) -> None:
    async with events(clients.bolat, "public") as heard:
        post = (await clients.aigul.post("/api/v1/statuses", json={"status": LINK, "visibility": "public"})).json()
        await clients.network.drain()
        told = [await heard.next() for _ in range(2)]

    assert post["card"] is None
    assert [name for name, _ in told] == ["update", "status.update"]
    assert told[0][1]["card"] is None
    assert told[1][1]["card"]["title"] == "Fractions"
    assert told[1][1]["edited_at"] is None


async def test_a_card_is_mastodons_entity_with_a_picture_from_here(clients: Clients, site: Pages) -> None:
    post = (await clients.aigul.post("/api/v1/statuses", json={"status": LINK, "visibility": "public"})).json()
    await clients.network.drain()

    status = (await clients.stranger.get(f"/api/v1/statuses/{post['id']}")).json()
    card = status["card"]
    assert problems("PreviewCard", card) == []
    assert problems("Status", status) == []
    assert card["image"].startswith("http://almaty.test/cards/")
    assert {name: card[name] for name in card if name != "image"} == {
        "url": LINK,
        "title": "Fractions",
        "description": "A cake is shared",
        "language": None,
        "type": "link",
        "authors": [{"name": "Dana", "url": "", "account": None}],
        "author_name": "Dana",
        "author_url": "",
        "provider_name": "news.test",
        "provider_url": "",
        "html": "",
        "width": 1200,
        "height": 630,
        "image_description": "",
        "embed_url": "",
        "blurhash": None,
        "published_at": None,
        "missing_attribution": False,
    }


async def test_whom_a_page_names_is_shown_with_her_account_if_she_says_so_too(clients: Clients, site: Pages) -> None:
    aigul = clients.aigul
    await aigul.patch("/api/v1/accounts/update_credentials", json={"attribution_domains": ["news.test"]})
    named = f'<meta name="fediverse:creator" content="@{aigul.me.handle}">'
    site.pages["/fractions"] = HTMLResponse(named + PAGE)
    post = (await clients.bolat.post("/api/v1/statuses", json={"status": LINK, "visibility": "public"})).json()
    await clients.network.drain()

    card = (await clients.stranger.get(f"/api/v1/statuses/{post['id']}")).json()["card"]
    [author] = card["authors"]
    assert problems("PreviewCard", card) == []
    assert author["account"]["id"] == str(aigul.me.id)
    assert (author["url"], author["name"]) == (aigul.me.url, card["author_name"])


async def test_whom_a_page_names_without_her_word_is_told_so_until_she_gives_it(clients: Clients, site: Pages) -> None:
    """Mastodon 4.6: `missing_attribution` is for her alone; when she says that she writes there, the card is hers."""
    aigul = clients.aigul
    site.pages["/fractions"] = HTMLResponse(f'<meta name="fediverse:creator" content="@{aigul.me.handle}">{PAGE}')
    text = f'{LINK} "missing_attribution":false'
    post = (await clients.bolat.post("/api/v1/statuses", json={"status": text, "visibility": "public"})).json()
    boost = (await aigul.post(f"/api/v1/statuses/{post['id']}/reblog")).json()
    await clients.network.drain()
    path = f"/api/v1/statuses/{post['id']}"

    async def seen(client: Client) -> tuple[bool, list[str]]:
        status = (await client.get(path)).json()
        assert problems("Status", status) == []
        assert text.partition(" ")[2] in html.unescape(status["content"])
        return status["card"]["missing_attribution"], [each["name"] for each in status["card"]["authors"]]

    before = [await seen(each) for each in (aigul, clients.bolat, clients.stranger)]
    shared = (await aigul.get(f"/api/v1/statuses/{boost['id']}")).json()["reblog"]["card"]["missing_attribution"]
    await aigul.patch("/api/v1/accounts/update_credentials", json={"attribution_domains": ["other.test", "news.test"]})
    after = [await seen(each) for each in (aigul, clients.stranger)]

    assert before == [(True, ["Dana"]), (False, ["Dana"]), (False, ["Dana"])]
    assert shared is True
    assert after == [(False, [aigul.me.display_name])] * 2


@pytest.mark.parametrize("type_", ["video", "photo", "player"])
async def test_what_plays_or_is_shown_at_a_page_comes_as_mastodon_sends_it(
    clients: Clients, site: Pages, type_: str
) -> None:
    """Of the HTML of others nothing is left but the address of a frame."""
    said = {
        "version": "1.0", "type": type_, "title": "A lesson", "author_name": "Dana", "author_url": "/dana",
        "provider_name": "Films", "provider_url": "https://films.test/", "width": 640, "height": "360",
        "url": "https://films.test/1.jpg", "thumbnail_url": "/thumbnail.jpg",
        "html": """<script>steal()</script><b onclick="x"><iframe src="http://films.test/"></iframe>
                   <iframe onload='steal()' src='https://films.test/embed?a=1&amp;b="2"' style=x></iframe>""",
    }  # fmt: skip
    player = '<meta property="twitter:player" content="https://films.test/embed?a=1">'
    link = player if type_ == "player" else '<link rel="alternate" type="application/json+oembed" href="/oembed">'
    site.pages["/fractions"] = HTMLResponse(link + PAGE)
    site.pages["/oembed"] = JSONResponse(said)
    post = (await clients.aigul.post("/api/v1/statuses", json={"status": LINK, "visibility": "public"})).json()
    await clients.network.drain()

    card = (await clients.stranger.get(f"/api/v1/statuses/{post['id']}")).json()["card"]

    assert problems("PreviewCard", card) == []
    assert card["type"] == ("photo" if type_ == "photo" else "video")
    assert card["embed_url"] == ("https://films.test/1.jpg" if type_ == "photo" else "")
    assert "script>" not in card["html"]
    assert "onload" not in card["html"]
    frames = re.findall(r'<iframe src="([^"]*)"( width="640" height="360")?', html.unescape(card["html"]))
    assert [url for url, _ in frames] == {
        "photo": [], "video": ["https://films.test/embed?a=1&b=%222%22"], "player": ["https://films.test/embed?a=1"],
    }[type_]  # fmt: skip
    if type_ != "player":
        assert (card["title"], card["description"], card["provider_name"]) == ("A lesson", "A cake is shared", "Films")
        assert (card["width"], card["height"]) == (640, 360)
        assert card["authors"][0] | {"account": None} == {
            "name": "Dana",
            "url": "http://news.test/dana",
            "account": None,
        }
        assert (card["provider_url"], site.asked) == ("https://films.test/", ["/fractions", "/oembed"])


@pytest.mark.parametrize("choice", [{"visibility": "private"}, {"visibility": "direct"}, {"local_only": True}])
async def test_posts_for_some_have_no_card_and_nothing_leaves(
    clients: Clients, site: Pages, choice: dict[str, object]
) -> None:
    await clients.bolat.post("/api/v1/statuses", json={"status": "http://news.test/other", "visibility": "public"})
    await clients.network.drain()
    post = (await clients.aigul.post("/api/v1/statuses", json={"status": LINK, **choice})).json()
    await clients.network.drain()

    assert (await clients.aigul.get(f"/api/v1/statuses/{post['id']}")).json()["card"] is None
    assert site.asked == ["/other"]


async def test_what_is_kept_rendered_shows_the_card_where_the_announcement_was_lost(
    clients: Clients, site: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = (await clients.aigul.post("/api/v1/statuses", json={"status": LINK, "visibility": "public"})).json()
    rendered = clients.school.instance.rendered
    monkeypatch.setattr(rendered.posts, "forget", lambda _: None)
    assert (await clients.bolat.get(f"/api/v1/statuses/{post['id']}")).json()["card"] is None

    await clients.network.drain()

    assert (await clients.bolat.get(f"/api/v1/statuses/{post['id']}")).json()["card"] is not None

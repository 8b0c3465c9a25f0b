"""Pages that somebody links to on her profile are hers if they link back."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from fedi import text
from fedi.actions import actors as actor_actions
from fedi.actions import peers as peer_actions
from fedi.instances.crowd import Crowded
from fedi.models.actors import Actor, ProfileChange, ProfileField
from fedi.outbound import profile_links
from fedi.outbound.client import FetchedFile
from fedi.store import actors
from tests.network import Network, TestSchool
from tests.strangers import Pages

pytestmark = pytest.mark.network(1)

HOME = "http://aigul.test/about"


@pytest.fixture
def site(network: Network) -> Pages:
    return network.site("aigul.test")


async def lines(school: TestSchool, person: Actor, *values: str) -> tuple[ProfileField, ...]:
    """The lines of her profile when these have been typed, and looked at."""
    now = await school.read(actors.by_id, person.id)
    typed = tuple(ProfileField("Site", value) for value in values)
    await school.write(actor_actions.update_profile, now, ProfileChange(fields=typed))
    await school.network.drain()
    after: Actor = await school.read(actors.by_id, person.id)
    return after.fields


@pytest.mark.parametrize(
    ("page", "is_hers"),
    [
        (lambda url: HTMLResponse(f'<p><a rel="nofollow me" href="{url}">Me</a></p>'), True),
        (lambda url: HTMLResponse(f'<html><head><link href="{url}" rel="me"></head><body>Hi</body></html>'), True),
        (lambda url: HTMLResponse(f'<a href="{url}">Her</a>'), False),
        (lambda url: HTMLResponse(f'<a rel="me" href="{url}x">Me</a>'), False),
        (lambda url: HTMLResponse(f'<!-- <a rel="me" href="{url}">Me</a> --><script>{url}</script>'), False),
        (lambda url: PlainTextResponse(f'<a rel="me" href="{url}">Me</a>'), False),
        (lambda url: HTMLResponse(f'<a rel="me" href="{url}">Me</a>', 500), False),
        (lambda url: HTMLResponse(f'<a rel="me" href="{url}">Me</a>' + "x" * 2_000_000), False),
    ],
    ids=["a link", "in the head", "no rel", "another", "in a comment", "no page", "an error", "too long"],
)
async def test_a_page_that_links_back_is_hers(
    network: Network, site: Pages, page: Callable[[str], Response], is_hers: bool
) -> None:
    almaty = network["almaty"]
    aigul = await almaty.teacher()
    site.pages["/about"] = page(aigul.url)

    [line] = await lines(almaty, aigul, HOME)

    assert site.asked == ["/about"]
    assert (line.verified_at == network.clock()) is is_hers
    shown = (await almaty.get("/@aigul", accept="text/html")).text
    assert ("✓" in shown) is is_hers


async def test_it_is_looked_at_again_when_the_lines_change_and_only_then(network: Network, site: Pages) -> None:
    almaty = network["almaty"]
    aigul = await almaty.teacher()
    site.pages["/about"] = HTMLResponse(f'<a rel="me" href="{aigul.uri}">Me</a>')
    [before] = await lines(almaty, aigul, HOME)
    network.clock.advance(hours=1)

    [same] = await lines(almaty, aigul, HOME)
    kept, _ = await lines(almaty, aigul, HOME, "Mathematics")
    site.pages.clear()
    gone, *_ = await lines(almaty, aigul, HOME)

    assert before.verified_at is not None
    assert before == same == kept
    assert gone.verified_at is None
    assert len(site.asked) == 3


async def test_a_page_that_never_comes_is_not_waited_for(
    network: Network, site: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def for_ever(*_: object) -> FetchedFile:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(profile_links, "_PATIENCE_S", 0)
    monkeypatch.setattr(network.wire, "stream_file", for_ever)

    [line] = await lines(network["almaty"], await network["almaty"].teacher(), HOME)

    assert line.verified_at is None


async def test_a_line_without_a_link_asks_nobody(network: Network, site: Pages) -> None:
    almaty = network["almaty"]

    [line] = await lines(almaty, await almaty.teacher(), "aigul.test/about")

    assert line.verified_at is None
    assert site.asked == []


async def test_neither_a_blocked_server_nor_from_development_the_internet_is_asked(
    network: Network, site: Pages
) -> None:
    almaty, elsewhere = network["almaty"], network.site("news.example")
    aigul = await almaty.teacher()
    site.pages["/about"] = elsewhere.pages["/about"] = HTMLResponse(f'<a rel="me" href="{aigul.url}">Me</a>')
    await almaty.write(peer_actions.block, None, "aigul.test")

    got = await lines(almaty, aigul, HOME, "https://news.example/about")

    assert [line.verified_at for line in got] == [None, None]
    assert (site.asked, elsewhere.asked) == ([], [])


async def test_where_too_many_wait_for_a_server_nobody_knocks_and_nothing_is_noted(
    network: Network, site: Pages
) -> None:
    almaty = network["almaty"]
    aigul = await almaty.teacher()
    site.pages["/about"] = HTMLResponse(f'<a rel="me" href="{aigul.url}">Me</a>')
    [before] = await lines(almaty, aigul, HOME)
    now = await almaty.read(actors.by_id, aigul.id)

    with ExitStack() as crowd:
        for _ in range(network.wire._limits.connections_per_host):
            crowd.enter_context(network.wire.errands.joined("aigul.test"))
        with pytest.raises(Crowded):
            await profile_links.that_link_back(almaty.instance, network.wire, now)

    assert before.verified_at is not None
    assert site.asked == ["/about"]


@pytest.mark.parametrize(
    "hostile",
    ["<a " * 100_000, '<a rel="me" href="javascript:x">', "<" * 300_000],
    ids=["open tags", "a script", "brackets"],  # the name of a test goes into the environment, which has a length
)
def test_a_hostile_page_says_nothing_and_costs_little(hostile: str) -> None:
    assert text.links_to_me(hostile) == set()

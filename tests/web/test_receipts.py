"""Who has received a post: what its author is told, from the moment she publishes it."""

import re

import pytest

from fedi.actions import own_posts
from fedi.actions import peers as peer_actions
from fedi.actions import servers as server_actions
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft, Post
from fedi.outbound import upkeep
from fedi.store import backlog, hosts, receipts
from fedi.store.database import Transaction
from fedi.store.hosts import FOR_EVER
from tests import factories as make
from tests.network import Network, TestSchool
from tests.web.browsing import Browser, problems_of, signed_in, text_of

FAR, DEAD = "far.test", "dead.test"


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
async def aigul(almaty: TestSchool, network: Network) -> Actor:
    """Read by somebody at each of two servers, of which only one answers."""
    teacher = await almaty.teacher("aigul")
    network.stranger(FAR)

    async def readers(tx: Transaction) -> None:
        for number, host in enumerate((FAR, DEAD)):
            inbox = f"http://{host}/inbox"
            reader = await make.colleague(tx, f"reader{number}", host=host, inbox=inbox, shared_inbox=inbox)
            await make.follow(tx, reader, teacher)

    await almaty.write(readers)
    return teacher


@pytest.fixture
async def browser(almaty: TestSchool, aigul: Actor) -> Browser:
    return await signed_in(almaty, aigul)


async def told(browser: Browser, post: Post) -> dict[str, str]:
    """What the page says of each server."""
    page = await browser.get(f"/posts/{post.id}/receipts")
    assert page.status_code == 200
    assert problems_of(page.text) == []
    sections = re.findall(r'<section.*?<h2 id="(\w+)">.*?</section>', page.text, re.DOTALL)
    parts = re.findall(r"<section.*?</section>", page.text, re.DOTALL)
    found = {}
    for name, part in zip(sections, parts, strict=True):
        for item in re.findall(r"<li>(.*?)</li>", part, re.DOTALL):
            host, _, why = text_of(item).strip().partition(" ")
            found[host] = f"{name} {why}".strip(" –")
    return found


async def test_a_post_is_on_its_way_to_every_server_until_it_has_arrived(
    almaty: TestSchool, network: Network, aigul: Actor, browser: Browser
) -> None:
    post = await almaty.post(aigul)
    assert await told(browser, post) == {FAR: "waiting", DEAD: "waiting"}

    await network.drain()
    after = await told(browser, post)

    assert after[FAR] == "delivered"
    assert after[DEAD].startswith("waiting – its server does not answer Next try:")


async def test_a_server_that_refuses_is_told_with_the_reason_until_it_takes_it(
    almaty: TestSchool, network: Network, aigul: Actor, browser: Browser
) -> None:
    stranger = network.stranger(FAR)
    stranger.takes = 403
    post = await almaty.post(aigul)
    await network.drain()
    assert (await told(browser, post))[FAR] == "failed – its server does not take it"

    stranger.takes = 202
    [dead] = await almaty.read(backlog.dead, 10)
    await almaty.write(backlog.revive, dead.id)
    assert (await told(browser, post))[FAR] == "waiting"
    await network.drain()

    assert (await told(browser, post))[FAR] == "delivered"


async def test_what_the_administrator_stops_drops_or_blocks_is_told_so(
    almaty: TestSchool, network: Network, aigul: Actor, browser: Browser
) -> None:
    network.stranger(FAR).takes = 403
    post = await almaty.post(aigul)
    await almaty.write(server_actions.stop_deliveries, None, DEAD)
    await network.drain()
    assert (await told(browser, post))[DEAD] == "waiting – our administrator has stopped deliveries to it"

    [dead] = await almaty.read(backlog.dead, 10)
    await almaty.write(server_actions.drop_delivery, None, dead.id)
    await almaty.write(peer_actions.block, None, DEAD)
    after = await told(browser, post)

    assert after[FAR] == "failed – our administrator has dropped it"
    assert after[DEAD] == "failed – our administrator has blocked it"


async def test_a_server_that_has_been_silent_for_a_week_is_sent_nothing(
    almaty: TestSchool, network: Network, aigul: Actor, browser: Browser
) -> None:
    async def silence(tx: Transaction) -> None:
        for _ in range(2):
            await hosts.failed(tx, DEAD, "timeout", unreachable=True)

    await almaty.write(silence)
    network.clock.advance(days=8)
    await almaty.write(silence)
    post = await almaty.post(aigul)

    assert (await told(browser, post))[DEAD] == "failed – its server has not answered for a week, so nothing was sent"

    await almaty.write(server_actions.heard_from, DEAD)
    assert (await told(browser, await almaty.post(aigul)))[DEAD] == "waiting"


async def test_a_failure_of_an_edit_says_nothing_about_the_post(
    almaty: TestSchool, network: Network, aigul: Actor, browser: Browser
) -> None:
    post = await almaty.post(aigul)
    await network.drain()
    network.stranger(FAR).takes = 403
    await almaty.write(own_posts.change, aigul, post.id, Draft("Other words"))
    await network.drain()

    assert (await told(browser, post))[FAR] == "delivered"


async def test_only_its_author_is_told(almaty: TestSchool, aigul: Actor, browser: Browser) -> None:
    post = await almaty.post(aigul)
    other = await signed_in(almaty, await almaty.teacher("dana"))

    assert (await other.get(f"/posts/{post.id}/receipts")).status_code == 404
    assert (await Browser(almaty).get(f"/posts/{post.id}/receipts")).status_code in (303, 401)
    assert f'href="/posts/{post.id}/receipts"' in (await browser.get(f"/@aigul/{post.id}")).text
    assert "/receipts" not in (await other.get(f"/@aigul/{post.id}")).text


async def test_a_post_for_the_school_went_nowhere(almaty: TestSchool, aigul: Actor, browser: Browser) -> None:
    post = await almaty.post(aigul, circle=Circle.SCHOOL)
    page = await browser.get(f"/posts/{post.id}/receipts")

    assert "It has been sent to no other server" in text_of(page.text)
    assert "/receipts" not in (await browser.get(f"/@aigul/{post.id}")).text


async def test_receipts_are_forgotten_before_what_was_given_up_is(
    almaty: TestSchool, network: Network, aigul: Actor
) -> None:
    post = await almaty.post(aigul)
    network.clock.advance(days=upkeep.RECEIPT_DAYS + 1)
    await network.drain()

    assert await almaty.read(receipts.of_post, post.id) is None
    assert upkeep.RECEIPT_DAYS < upkeep.DEAD_JOBS_DAYS
    assert network.clock() < FOR_EVER

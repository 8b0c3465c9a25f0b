"""The administrator's page of one server: what it tells, and what its buttons do."""

import re

import pytest

from fedi.actions import servers as server_actions
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.peers import Severity, Standing, Terms
from fedi.store import backlog, hosts, jobs, peers, servers
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob
from tests import factories as make
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson
from tests.web.browsing import Browser, problems_of, signed_in, text_of
from tests.web.conftest import Visitors

FAR = "far.test"
LETTER = NewJob("deliver", {"activity": 1, "inbox": f"http://{FAR}/inbox"}, Lane.DELIVERY, FAR, f"7>{FAR}")
PAGE = f"/admin/peers/{FAR}"


async def page_of(browser: Browser, host: str = FAR) -> str:
    page = await browser.get(f"/admin/peers/{host}")
    assert page.status_code == 200
    assert problems_of(page.text) == []
    return page.text


async def press(browser: Browser, do: str, host: str = FAR, **fields: str) -> None:
    """Press a button of the page of a server, and be led back to it."""
    answer = await browser.send("/admin/peers", {"host": host, "back": "server", "do": do, **fields})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/peers/{host}")


async def write(school: TestSchool, unit: object, *args: object) -> None:
    await school.write(unit, *args)


async def send_letter(school: TestSchool) -> None:
    await school.write(jobs.enqueue, LETTER)


async def due(school: TestSchool) -> list[str]:
    """The hosts of what would be sent now."""

    async def unit(tx: Transaction) -> list[str]:
        return await tx.all(str, "SELECT host FROM threads WHERE lane = 'delivery' AND due_at <= :now", now=tx.now)

    found: list[str] = await school.read(unit)
    return found


async def test_a_server_nobody_has_heard_of_has_a_page_with_nothing_on_it(visitors: Visitors) -> None:
    text = text_of(await page_of(visitors.admin))

    assert "Not asked yet." in text
    assert "Everything goes well." in text
    assert "0 messages wait." in text


@pytest.mark.parametrize("name", ["almaty.test", "not a host", "a..b"])
async def test_what_is_no_other_server_has_no_page(visitors: Visitors, name: str) -> None:
    assert (await visitors.admin.get(f"/admin/peers/{name}")).status_code == 404


async def test_teachers_see_no_page_of_a_server(visitors: Visitors) -> None:
    assert (await visitors.teacher.get(PAGE)).status_code == 403


async def test_the_page_tells_program_contacts_people_and_note(visitors: Visitors) -> None:
    async def known(tx: Transaction) -> None:
        bolat = await make.colleague(tx, host=FAR)
        await make.follow(tx, visitors.aigul, bolat)
        await make.follow(tx, bolat, visitors.aigul)
        await server_actions.heard_from(tx, FAR)
        await servers.checked(tx, FAR, "Mast<odon>", "4.6")

    await visitors.school.write(known)
    await press(visitors.admin, "note", note="They <know> us")
    html = await page_of(visitors.admin)
    text = text_of(html)

    assert "Mast<odon> 4.6" in text
    assert "<odon>" not in html
    assert "They &lt;know&gt; us" in html
    assert re.search(r"First contact \d+.* Last contact \d+", text)
    assert "People known 1 Our people follow 1 Its people follow 1" in text
    assert await visitors.school.read(peers.standing, FAR) is Standing.UNKNOWN


async def test_a_decision_leaves_the_note_as_it_was(visitors: Visitors) -> None:
    await press(visitors.admin, "note", note="Met in Astana")
    await press(visitors.admin, "block")
    peer = await visitors.school.read(peers.by_host, FAR)

    assert (peer.standing, peer.note) == (Standing.BLOCKED, "Met in Astana")


async def test_stopped_deliveries_wait_until_they_are_let_go_on(visitors: Visitors) -> None:
    await send_letter(visitors.school)
    await press(visitors.admin, "stop")
    await send_letter(visitors.school)
    visitors.network.clock.advance(days=3)

    assert await due(visitors.school) == []
    assert "2 messages wait." in text_of(await page_of(visitors.admin))
    assert "deliveries stopped" in text_of(await page_of(visitors.admin))

    await press(visitors.admin, "resume")
    assert await due(visitors.school) == [FAR]


@pytest.mark.parametrize("outcome", ["arrived", "refused", "failed", "alive"])
async def test_what_was_under_way_when_deliveries_were_stopped_does_not_start_them_again(
    visitors: Visitors, outcome: str
) -> None:
    for _ in range(20):  # more than a claim takes of one thread
        await send_letter(visitors.school)

    async def end(tx: Transaction) -> None:
        [claimed] = await jobs.claim(tx, dict.fromkeys(Lane, 1), 1)
        await server_actions.stop_deliveries(tx, None, FAR)
        if outcome == "arrived":
            for job in claimed:
                await jobs.finish(tx, job)
            await hosts.succeeded(tx, FAR)
        elif outcome == "refused":
            await jobs.bury(tx, claimed[0], "403: no")
            await hosts.keep_stopped(tx, FAR)
        elif outcome == "failed":
            await jobs.retry(tx, claimed[0], "timeout", 1000)
            await hosts.failed(tx, FAR, "timeout", unreachable=True)
            await hosts.keep_stopped(tx, FAR)
        else:
            await jobs.release(tx, claimed[:1])
            await server_actions.heard_from(tx, FAR)
            await hosts.keep_stopped(tx, FAR)

    await visitors.school.write(end)
    visitors.network.clock.advance(days=3)

    assert await due(visitors.school) == []
    state = await visitors.school.read(hosts.state, FAR)
    assert state.stopped_at is not None


async def test_what_was_given_up_is_told_in_plain_words_and_tried_again_from_there(visitors: Visitors) -> None:
    async def give_up(tx: Transaction) -> None:
        await jobs.enqueue(tx, LETTER)
        [[job]] = await jobs.claim(tx, {Lane.DELIVERY: 1}, 1)
        await jobs.bury(tx, job, "403: <none> of you")

    await visitors.school.write(give_up)
    html = await page_of(visitors.admin)
    assert "its server does not take it" in text_of(html)
    assert "<none>" not in html

    [action] = re.findall(r'action="(/admin/deliveries/\d+/retry)"', html)
    answer = await visitors.admin.send(action, {"back": PAGE})

    assert answer.headers["location"] == PAGE
    assert await visitors.school.read(backlog.waiting_for, FAR) == 1
    elsewhere = await visitors.admin.send(action, {"back": "https://evil.test/"})
    assert elsewhere.headers["location"] == "/admin/deliveries"


@pytest.fixture
def quarantined(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
async def waiting(quarantined: TestSchool, network: Network) -> Actor:
    """A teacher; at the door wait a follow and two posts of carol's."""
    aigul = await quarantined.teacher()
    carol: StrangePerson = network.stranger(FAR).person("carol", network.next_keys())
    content = '<p>Salem <b>aigul</b><script>alert(1)</script><img src="http://far.test/pixel.png"></p>'
    file = {"type": "Document", "mediaType": "application/pdf", "url": "http://far.test/plan.pdf"}
    note = carol.note(content=content, attachment=[file])
    await quarantined.deliver(carol.activity("Create", note), carol.key)
    await quarantined.deliver(carol.activity("Create", {"type": "Note"}), carol.key)
    await quarantined.deliver(carol.activity("Follow", aigul.uri), carol.key)
    await network.drain()
    return aigul


@pytest.mark.network(1, peering="quarantine")
async def test_what_waits_at_the_door_is_shown_safely_and_let_in_from_there(
    quarantined: TestSchool, network: Network, waiting: Actor
) -> None:
    admin = await signed_in(quarantined, waiting, role=Role.ADMIN)
    asked = len(network.stranger(FAR).asked)
    html = await page_of(admin)

    assert "<p>Salem <b>aigul</b>" in html
    assert "<script>" not in html
    assert 'src="http' not in html
    assert "1 file, not fetched: plan.pdf" in text_of(html)
    assert "Carol (@carol@far.test) wants to follow somebody here" in text_of(html)
    assert len(network.stranger(FAR).asked) == asked

    await press(admin, "trust")
    await network.drain()
    assert "At the door" not in text_of(await page_of(admin)).split("What we send it")[1]


async def test_the_list_of_servers_leads_to_those_heard_of(visitors: Visitors) -> None:
    await visitors.school.write(server_actions.heard_from, FAR)
    html = (await visitors.admin.get("/admin/peers")).text

    assert problems_of(html) == []
    assert f'<a href="{PAGE}">{FAR}</a>' in html


@pytest.mark.parametrize("language", ["kk", "ru"])
async def test_the_page_speaks_the_language_of_its_reader(visitors: Visitors, language: str) -> None:
    browser = await signed_in(visitors.school, visitors.saule, role=Role.ADMIN, language=language)
    text = text_of(await page_of(browser))

    assert {"kk": "Алғашқы байланыс", "ru": "Первая связь"}[language] in text
    assert "First contact" not in text


async def test_a_server_is_held_to_terms_and_let_go(visitors: Visitors) -> None:
    for do in ("silence", "no-files", "no-reports"):
        await press(visitors.admin, do)
    page = await page_of(visitors.admin)
    held = await visitors.school.read(peers.by_host, FAR)
    for do in ("unsilence", "files"):
        await press(visitors.admin, do)
    less = await visitors.school.read(peers.by_host, FAR)
    await press(visitors.admin, "reports")

    assert held.terms == Terms(Severity.SILENCE, reject_media=True, reject_reports=True)
    assert "shown to followers only" in page
    assert "Take its files again" in page
    assert less.terms == Terms(Severity.NOOP, reject_reports=True)
    assert await visitors.school.read(peers.by_host, FAR) is None

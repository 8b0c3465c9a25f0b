"""What waits at the door, and what could not be delivered: what administrators see of it and can do about it."""

import re

import pytest

from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.peers import Standing
from fedi.store import backlog, jobs, peers, received
from fedi.store.backlog import DeadJob
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson
from tests.web.browsing import Browser, problems_of, signed_in, text_of
from tests.web.conftest import Visitors

QUARANTINE = pytest.mark.network(1, peering="quarantine")
LETTER = NewJob("deliver", {"activity": 1}, Lane.DELIVERY, "far.test")


# --- at the door ----------------------------------------------------------------------------------------------------


@pytest.fixture
def school(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
def carol(network: Network) -> StrangePerson:
    return network.stranger().person("carol", network.next_keys())


@pytest.fixture
async def aigul(school: TestSchool) -> Actor:
    return await school.teacher()


@pytest.fixture
async def admin(school: TestSchool, aigul: Actor) -> Browser:
    return await signed_in(school, aigul, role=Role.ADMIN)


@pytest.fixture
async def note_uri(school: TestSchool, network: Network, carol: StrangePerson, aigul: Actor) -> str:
    """A note and a follow of carol's, which wait."""
    note = carol.note(
        content="<p>Salem <script>alert(1)</script><b>aigul</b></p>", tag=[{"type": "Mention", "href": aigul.uri}]
    )
    await school.deliver(carol.activity("Create", note), carol.key)
    await school.deliver(carol.activity("Follow", aigul.uri), carol.key)
    await network.drain()
    return str(note["id"])


def offered(page: str, button: str) -> dict[str, str]:
    """What the form of a button would send, without the token."""
    [form] = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f">{button}</button>" in form]
    hidden = dict(re.findall(r'<input type="hidden" name="(host|back)" value="([^"]*)">', form))
    [do] = re.findall(rf'name="do" value="(\w+)">{button}</button>', form)
    return hidden | {"do": do}


@QUARANTINE
async def test_what_a_strange_server_sent_is_shown_as_plain_text(admin: Browser, note_uri: str) -> None:
    page = await admin.get("/admin/held")

    assert page.status_code == 200
    assert problems_of(page.text) == []
    assert "mastodon.test" in page.text
    assert "Salem" in text_of(page.text)
    assert "wants to follow somebody here" in page.text
    assert "Something new" in text_of(page.text)
    assert "Create" not in text_of(page.text)
    assert "<script>" not in page.text
    assert "<b>aigul" not in page.text


@QUARANTINE
async def test_a_server_that_is_let_in_waits_no_longer_and_is_read(
    admin: Browser, school: TestSchool, network: Network, note_uri: str
) -> None:
    before = await school.has(note_uri)
    answer = await admin.send("/admin/peers", offered((await admin.get("/admin/held")).text, "Let in"))
    await network.drain()

    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/held")
    assert "Nobody waits at the door" in (await admin.get("/admin/held")).text
    assert before is None
    assert await school.has(note_uri) is not None


@QUARANTINE
async def test_a_server_that_is_refused_is_blocked_and_what_it_sent_is_forgotten(
    admin: Browser, school: TestSchool, network: Network, note_uri: str
) -> None:
    await admin.send("/admin/peers", offered((await admin.get("/admin/held")).text, "Refuse and block"))
    await network.drain()

    assert "Nobody waits at the door" in (await admin.get("/admin/held")).text
    assert await school.read(peers.standing, "mastodon.test") is Standing.BLOCKED
    assert await school.read(received.held_by_host) == []
    assert await school.has(note_uri) is None


@QUARANTINE
async def test_teachers_do_not_see_the_door(school: TestSchool, note_uri: str) -> None:
    teacher = await signed_in(school, await school.teacher("dana"))

    assert (await teacher.get("/admin/held")).status_code == 403


# --- not delivered --------------------------------------------------------------------------------------------------


async def given_up(school: TestSchool) -> DeadJob:
    """A letter that was tried and given up."""

    async def unit(tx: Transaction) -> None:
        await jobs.enqueue(tx, LETTER)
        [[job]] = await jobs.claim(tx, {Lane.DELIVERY: 1}, 1)
        await jobs.bury(tx, job, "far.test answered <410>")

    await school.write(unit)
    [dead] = await school.read(backlog.dead, 10)
    assert isinstance(dead, DeadJob)
    return dead


async def press(browser: Browser, button: str) -> int:
    """Press the only button of this name on the page of deliveries."""
    [action] = re.findall(rf'formaction="([^"]+)">{button}</button>', (await browser.get("/admin/deliveries")).text)
    return (await browser.send(action)).status_code


async def test_a_letter_that_was_given_up_is_shown_with_its_reason(visitors: Visitors) -> None:
    await given_up(visitors.school)
    page = await visitors.admin.get("/admin/deliveries")

    assert problems_of(page.text) == []
    assert "far.test answered <410>" in text_of(page.text)
    assert "<410>" not in page.text


async def test_a_letter_that_was_given_up_is_tried_again_from_the_start(visitors: Visitors) -> None:
    await given_up(visitors.school)
    status = await press(visitors.admin, "Try again")

    assert status == 303
    assert await visitors.school.read(backlog.dead, 10) == []
    assert await visitors.school.read(backlog.waiting_for, "far.test") == 1


async def test_a_letter_that_was_given_up_is_dropped(visitors: Visitors) -> None:
    await given_up(visitors.school)
    status = await press(visitors.admin, "Drop")

    assert status == 303
    assert await visitors.school.read(backlog.dead, 10) == []
    assert await visitors.school.read(backlog.waiting_for, "far.test") == 0
    assert "Everything has been delivered" in (await visitors.admin.get("/admin/deliveries")).text


@pytest.mark.parametrize("verb", ["retry", "drop"])
async def test_teachers_and_strangers_can_do_nothing_about_it(visitors: Visitors, verb: str) -> None:
    dead = await given_up(visitors.school)
    teacher = await visitors.teacher.send(f"/admin/deliveries/{dead.id}/{verb}")
    stranger = await visitors.stranger.send(f"/admin/deliveries/{dead.id}/{verb}")

    assert teacher.status_code == 403
    assert stranger.status_code in (303, 401, 403)
    assert await visitors.school.read(backlog.dead, 10) == [dead]


async def test_work_of_our_own_that_was_given_up_is_named_in_plain_words(visitors: Visitors) -> None:
    async def unit(tx: Transaction) -> None:
        for kind in ("mail", "recheck-quotes"):
            await jobs.enqueue(tx, NewJob(kind, {}, Lane.BULK))
        for [job] in await jobs.claim(tx, {Lane.BULK: 2}, 2):
            await jobs.bury(tx, job, "no mail server")

    await visitors.school.write(unit)
    text = text_of((await visitors.admin.get("/admin/deliveries")).text)

    assert "A letter" in text
    assert "Work of the school" in text
    assert "recheck-quotes" not in text

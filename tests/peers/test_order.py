"""Reports, blocks and pins, at a school and at a server of another make, and what comes of them at the other end."""

import pytest

from fedi.actions import blocks as block_actions
from fedi.actions import follows as follow_actions
from fedi.actions import pins as pin_actions
from fedi.actions import reports as report_actions
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.reports import NewReport, Report
from fedi.outbound import resolver
from fedi.store import blocks, follows, pins, reports
from fedi.store.database import Transaction
from tests.live import LiveSchool, until
from tests.peers.running import Peer, PeerPerson, heard, join
from tests.peers.test_acts import heard_undo, here, known


@pytest.fixture
async def her(school: LiveSchool, carol: PeerPerson) -> Actor:
    return await known(school, carol)


@pytest.fixture
async def read(school: LiveSchool, aigul: Actor, carol: PeerPerson) -> Actor:
    """Aigul, whom carol follows."""
    await carol.says("Follow", aigul.uri, aigul.uri)
    await heard(school, carol.peer, "Accept", actorId=aigul.uri)
    return aigul


async def waiting_reports(tx: Transaction) -> list[Report]:
    return await reports.page(tx, Page(), resolved=False)


async def test_a_report_of_ours_is_heard_without_the_name_of_who_made_it(
    school: LiveSchool, aigul: Actor, her: Actor, carol: PeerPerson
) -> None:
    await school.write(follow_actions.follow, aigul, her)
    note = await here(school, await carol.says("Create", {"content": "<p>Buy</p>"}, aigul.uri))

    await school.write(report_actions.report, aigul, her, NewReport("Spam", post_ids=(note.id,), forward=True))
    flag = await heard(school, carol.peer, "Flag")

    assert flag["actorId"] == f"{school.base}/actor"
    assert flag["content"] == "Spam"
    assert aigul.uri not in str(flag)


async def test_a_report_of_theirs_waits_for_the_moderators_with_the_posts_it_names(
    school: LiveSchool, aigul: Actor, her: Actor, carol: PeerPerson
) -> None:
    note = await school.post(aigul, "Salem")
    more = {"also": [note.uri]} if carol.peer.host.startswith("fedify") else {}
    await carol.does("Flag", aigul.uri, aigul.uri, **more)

    async def waiting() -> list[Report]:
        found: list[Report] = await school.read(waiting_reports)
        return found

    [report] = await until(school, waiting, "the report")

    about = await school.read(reports.posts_of, [report.id])
    assert (report.reporter_id, report.target_id) == (her.id, aigul.id)
    assert [each.uri for each in about.get(report.id, [])] == more.get("also", [])


async def test_a_block_of_ours_and_its_end_are_heard_and_ends_what_they_followed(
    school: LiveSchool, read: Actor, her: Actor, carol: PeerPerson
) -> None:
    await school.write(block_actions.block, read, her)
    blocked = await heard(school, carol.peer, "Block", actorId=read.uri)

    assert blocked["objectId"] == carol.uri
    assert await school.read(follows.between, her.id, read.id) is None

    await school.write(block_actions.unblock, read, her)
    await heard_undo(school, carol.peer, read, "Block")


async def test_a_block_of_theirs_ends_what_we_follow_until_it_is_taken_back(
    school: LiveSchool, read: Actor, her: Actor, carol: PeerPerson
) -> None:
    await school.follow(read, her)
    block = await carol.does("Block", read.uri, read.uri)

    async def is_blocked() -> bool:
        return bool(await school.read(blocks.blockers, read.id, [her.id]))

    async def is_free() -> bool:
        return not await is_blocked()

    await until(school, is_blocked, "the block")
    assert await school.read(follows.between, read.id, her.id) is None
    await carol.does("Undo", block, read.uri)
    await until(school, is_free, "the end of the block")


async def test_what_we_show_first_is_told_and_taken_back(school: LiveSchool, read: Actor, carol: PeerPerson) -> None:
    note = await school.post(read, "Read this first")
    await heard(school, carol.peer, "Create", actorId=read.uri)

    for act, type_ in ((pin_actions.pin, "Add"), (pin_actions.unpin, "Remove")):
        await school.write(act, read, note)
        told = await heard(school, carol.peer, type_, actorId=read.uri)
        assert (told["objectId"], told["targetId"]) == (note.uri, read.featured)


@pytest.mark.xdist_group("fedify")
async def test_fedify_reads_what_we_show_first(school: LiveSchool, fedify: Peer, aigul: Actor) -> None:
    note = await school.post(aigul, "Read this first")
    await school.write(pin_actions.pin, aigul, note)

    shown = await fedify.do("items", at=aigul.featured)

    assert [each["id"] for each in shown["items"]] == [note.uri]


@pytest.mark.xdist_group("fedify")
async def test_what_they_show_first_is_shown_first_here_until_it_is_taken_back(
    school: LiveSchool, fedify: Peer, aigul: Actor
) -> None:
    """bovine-herd has no collection for it."""
    dana = await join(fedify, "dana")
    theirs = await resolver.actor(school.instance, school.network.wire, dana.uri)
    await school.follow(aigul, theirs)
    note = await here(school, await dana.says("Create", {"content": "<p>Read this first</p>"}, aigul.uri))

    async def shown() -> list[int]:
        found: list[int] = await school.read(pins.ids, theirs.id)
        return found

    async def is_shown() -> bool:
        return await shown() == [note.id]

    async def is_not() -> bool:
        return await shown() == []

    await dana.says("Add", note.uri, aigul.uri, target=theirs.featured)
    await until(school, is_shown, "the pin")
    await dana.says("Remove", note.uri, aigul.uri, target=theirs.featured)
    await until(school, is_not, "its end")

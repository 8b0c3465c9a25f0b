"""What keeps a school in order is done once and to the end, and spares what is still needed."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fedi.actions import notifications, polls, timelines
from fedi.actions import posts as post_actions
from fedi.models.accounts import Session
from fedi.models.activities import NewReceived
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.outbound import upkeep
from fedi.outbound.work import Work
from fedi.store import backlog, hosts, jobs, received, sessions, tombstones, views
from fedi.store import files as stored_files
from fedi.store import notifications as stored_notifications
from fedi.store.backlog import LaneCount
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob
from tests import factories as make
from tests.media.shelves import put
from tests.network import Network, TestSchool

pytestmark = pytest.mark.network(2)


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


async def run(school: TestSchool, kind: str, **args: int) -> None:
    """Put a job of the kind in the queue, and do everything that is due."""
    await school.write(jobs.enqueue, NewJob(kind, args, Lane.BULK))
    await school.network.drain()
    assert [count for count in await school.read(backlog.counts) if _should_be_done(school, count)] == []
    assert await school.read(backlog.dead, 10) == []


def _should_be_done(school: TestSchool, count: LaneCount) -> bool:
    return count.lane is not Lane.DELIVERY and count.due_at <= school.network.clock.now


# --- polls ---


async def test_due_polls_are_closed_and_their_voters_told(almaty: TestSchool, network: Network) -> None:
    aigul, dana = await almaty.teacher(), await almaty.teacher("dana")
    due = await almaty.post(aigul, "Which?", poll=make.poll(closes_at=network.clock.now + 60_000))
    later = await almaty.post(aigul, "And?", poll=make.poll(closes_at=network.clock.now + 6_000_000))

    async def vote(tx: Transaction) -> None:
        await polls.vote(tx, dana, due, [0])

    await almaty.write(vote)
    network.clock.advance(minutes=2)
    await run(almaty, "close-polls")

    shown = await almaty.read(views.full, [due.id, later.id])
    assert [view.poll.closed_at is not None for view in shown] == [True, False]
    told = await almaty.read(notifications.latest, dana.id, Page())
    assert [each.notification.kind for each in told] == [NotificationKind.POLL]


async def test_more_polls_than_one_unit_closes_are_all_closed(almaty: TestSchool, network: Network) -> None:
    aigul = await almaty.teacher()
    closes_at = network.clock.now + 60_000
    made = [(await almaty.post(aigul, f"{n}?", poll=make.poll(closes_at=closes_at))).id for n in range(25)]

    network.clock.advance(minutes=2)
    await run(almaty, "close-polls")

    assert all(view.poll.closed_at for view in await almaty.read(views.full, made))


# --- fan-out ---


async def test_a_long_fan_out_is_gone_on_with_until_every_home_has_the_post(
    almaty: TestSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timelines, "BATCH", 2)
    aigul = await almaty.teacher()

    async def readers(tx: Transaction) -> list[int]:
        made = [await make.teacher(tx, f"reader{n}") for n in range(5)]
        for reader in made:
            await make.follow(tx, reader, aigul)
        return [reader.id for reader in made]

    accounts = await almaty.write(readers)
    note = await almaty.post(aigul)
    await almaty.network.drain()

    homes = [await almaty.read(timelines.home, account, Page()) for account in accounts]
    assert [[view.post.id for view in home] for home in homes] == [[note.id]] * 5


async def test_a_post_that_is_deleted_meanwhile_ends_its_fan_out(almaty: TestSchool) -> None:
    note = await almaty.post(await almaty.teacher())
    await almaty.write(post_actions.delete, note)

    await run(almaty, "fan-out", post=note.id, after=0)


# --- pruning ---


async def test_the_text_of_what_arrived_goes_after_two_weeks_and_its_id_stays(
    almaty: TestSchool, network: Network
) -> None:
    new = NewReceived("https://x.test/1", 0, "https://x.test/users/1", "Like", "x.test", False, False, "{}")
    received_id = await almaty.write(received.record, new)

    network.clock.advance(days=13)
    await run(almaty, "prune")
    kept = await almaty.read(received.by_id, received_id)
    network.clock.advance(days=2)
    await run(almaty, "prune")
    pruned = await almaty.read(received.by_id, received_id)

    assert (kept.json, pruned.json) == ("{}", None)
    assert await almaty.write(received.record, new) is None


async def test_old_tombstones_of_peers_go_and_ours_stay(almaty: TestSchool, network: Network) -> None:
    aigul = await almaty.teacher()
    note = await almaty.post(aigul)
    await almaty.write(post_actions.delete, note)

    async def theirs(tx: Transaction) -> None:
        bolat = await make.colleague(tx)
        await tombstones.insert(tx, "https://kostanay.test/posts/1", bolat.uri, public=False)

    await almaty.write(theirs)
    network.clock.advance(days=91)
    await run(almaty, "prune")

    assert await almaty.read(tombstones.is_public, note.uri)
    assert not await almaty.read(tombstones.exists, "https://kostanay.test/posts/1", "https://kostanay.test/users/1")


async def test_expired_sessions_old_news_dead_jobs_and_idle_hosts_are_forgotten(
    almaty: TestSchool, network: Network
) -> None:
    aigul, dana = await almaty.teacher(), await almaty.teacher("dana")
    now = network.clock.now

    async def leave_traces(tx: Transaction) -> None:
        await sessions.insert(tx, Session("hash", aigul.id, "csrf", now, now, now + 1000))
        await stored_notifications.insert(tx, aigul.id, NotificationKind.FOLLOW, dana.id, None)
        await hosts.succeeded(tx, "idle.test")
        await hosts.failed(tx, "dead.test", "no answer", unreachable=True)

    await almaty.write(leave_traces)
    await almaty.write(jobs.enqueue, NewJob("no-such-kind"))
    await network.drain()
    assert len(await almaty.read(backlog.dead, 10)) == 1

    network.clock.advance(days=181)
    await run(almaty, "prune")
    await run(almaty, "prune")  # the first time, servers are asked what they run at the same moment

    assert await almaty.read(sessions.by_token_hash, "hash") is None
    assert await almaty.read(notifications.latest, aigul.id, Page()) == []
    assert [state.host for state in await almaty.read(hosts.states)] == []


async def test_a_host_for_which_something_waits_is_remembered(almaty: TestSchool, network: Network) -> None:
    async def wait(tx: Transaction) -> None:
        await hosts.succeeded(tx, "slow.test")
        await jobs.enqueue(tx, NewJob("mail", {}, Lane.MAIL, "slow.test", run_at=tx.now + 400 * make.DAY))

    await almaty.write(wait)
    network.clock.advance(days=100)

    await almaty.write(hosts.prune, network.clock.now - 90 * make.DAY)

    assert [state.host for state in await almaty.read(hosts.states)] == ["slow.test"]


async def test_files_put_nowhere_are_erased_after_a_day_and_others_kept(almaty: TestSchool, network: Network) -> None:
    aigul = await almaty.teacher()
    used, unused = await put(almaty, aigul, b"used", "a.txt"), await put(almaty, aigul, b"unused", "b.txt")
    await almaty.post(aigul, "With a file", Circle.SCHOOL, file_ids=(used.id,))

    network.clock.advance(days=2)
    await run(almaty, "prune")

    assert await almaty.read(stored_files.by_id, unused.id) is None
    assert bytes_of(almaty) == [b"used"]


async def test_files_of_a_deleted_post_are_erased(almaty: TestSchool, network: Network) -> None:
    aigul = await almaty.teacher()
    file = await put(almaty, aigul, b"used", "a.txt")
    note = await almaty.post(aigul, "With a file", Circle.SCHOOL, file_ids=(file.id,))
    await almaty.write(post_actions.delete, note)

    network.clock.advance(days=2)
    await run(almaty, "prune")

    assert bytes_of(almaty) == []


async def test_bytes_without_a_row_are_swept_away_once_they_are_a_day_old(almaty: TestSchool, network: Network) -> None:
    aigul = await almaty.teacher()
    file = await put(almaty, aigul, b"used", "a.txt")
    await almaty.post(aigul, "With a file", Circle.SCHOOL, file_ids=(file.id,))
    assert file.storage_key is not None
    media = almaty.instance.media
    for key, written_at in [
        (file.storage_key, 0),
        ("incoming/half", 0),
        ("ab/lost", 0),
        ("ab/fresh", network.clock.now // 1000),
    ]:
        leave(media.path(key), written_at)

    await run(almaty, "prune")

    assert sorted(media.older_than(float("inf"))) == sorted(["ab/fresh", file.storage_key])


def leave(path: Path, written_at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (written_at, written_at))


def bytes_of(school: TestSchool) -> list[bytes]:
    media = school.instance.media
    return [media.path(key).read_bytes() for key in media.older_than(float("inf"))]


async def test_a_job_whose_lease_is_lost_finishes_nothing(almaty: TestSchool) -> None:
    await almaty.write(jobs.enqueue, NewJob("prune", {}, Lane.BULK))
    room = dict.fromkeys(Lane, 1)
    claimed = [job for thread in await almaty.write(jobs.claim, room, 10) for job in thread if job.kind == "prune"]
    stranger = Work(almaty.instance, almaty.network.wire, replace(claimed[0], lease=claimed[0].lease + 1))

    with pytest.raises(jobs.LeaseLost):
        await upkeep.prune(stranger)

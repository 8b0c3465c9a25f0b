"""What strangers can make us keep has an end, whatever they invent."""

import pytest

from fedi.activitypub import uris
from fedi.models.activities import NewReceived
from fedi.models.communities import Community, Posting
from fedi.models.posts import Tag
from fedi.store import backlog, communities, hosts, jobs, received, revisions, tombstones, views
from fedi.store.jobs import Lane, NewJob
from fedi.store.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


def arrived(number: int, host: str = "evil.test", *, held: bool = False) -> NewReceived:
    uri = f"https://{host}/activities/{number}"
    return NewReceived(uri, 0, f"https://{host}/users/1", "Like", host, False, held, "{}")


@in_a_unit
async def test_of_endless_edits_the_latest_texts_are_kept(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    note = await make.note(tx, aigul, file_ids=(await make.picture(tx, aigul),))
    [view] = await views.full(tx, [note.id])

    for _ in range(revisions.KEPT + 5):
        await revisions.keep(tx, view)

    assert len(await revisions.of_post(tx, note.id)) == revisions.KEPT


@in_a_unit
async def test_of_endless_deletions_the_latest_are_remembered(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones, "REMEMBERED", 3)
    await tombstones.insert(tx, "https://a.test/1", "https://a.test/users/1", public=False)

    for number in range(5):
        await tombstones.remember(tx, f"https://evil.test/{number}", "https://evil.test/users/1")

    kept = await tx.all(str, "SELECT uri FROM tombstones ORDER BY uri")
    assert len(kept) == 4
    assert kept[0] == "https://a.test/1"


@in_a_unit
async def test_what_came_to_nothing_is_forgotten_and_what_had_an_effect_is_not(tx: Transaction) -> None:
    for number, outcome in enumerate(("ignored: unknown", "refused: no", "liked", None)):
        received_id = await received.record(tx, arrived(number))
        assert received_id is not None
        if outcome:
            await received.conclude(tx, received_id, outcome)
    await received.record(tx, arrived(9, held=True))

    await received.forget_ineffective(tx, tx.now)
    assert await tx.value("SELECT count(*) FROM received") == 5
    await received.forget_ineffective(tx, tx.now + 1)

    left = await tx.all(str, "SELECT uri FROM received ORDER BY uri")
    assert [uri.rpartition("/")[2] for uri in left] == ["2", "3", "9"]


@in_a_unit
async def test_strangers_of_invented_hosts_fill_only_so_much(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received, "HELD_IN_ALL", 3)
    for number in range(3):
        assert not await received.is_full(tx, f"evil{number}.test")
        await received.record(tx, arrived(number, f"evil{number}.test", held=True))

    assert await received.is_full(tx, "evil3.test")
    assert not await received.is_full(tx, "evil0.test")  # its own oldest goes


@in_a_unit
async def test_an_inbox_is_full_for_one_actor_and_for_all(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "THREAD_FULL", 2)
    monkeypatch.setattr(backlog, "INBOX_FULL", 3)
    for key in ("in:a", "in:b", "in:b"):
        await jobs.enqueue(tx, NewJob("process", lane=Lane.INBOX, ordering_key=key))
    await jobs.enqueue(tx, NewJob("deliver", lane=Lane.DELIVERY, ordering_key="1>c"))

    assert not await backlog.is_full(tx, "in:a")
    assert await backlog.is_full(tx, "in:b")

    await jobs.enqueue(tx, NewJob("process", lane=Lane.INBOX, ordering_key="in:c"))
    assert await backlog.is_full(tx, "in:a")


@in_a_unit
async def test_a_host_in_trouble_is_tried_with_one_job_of_one_thread(tx: Transaction) -> None:
    room = dict.fromkeys(Lane, 10)
    new = [
        NewJob("deliver", {"n": n}, Lane.DELIVERY, host, f"{author}>{host}")
        for n in range(3)
        for host in ("a.test", "b.test")
        for author in (1, 2)
    ]
    await jobs.enqueue_many(tx, new)
    await hosts.failed(tx, "a.test", "no answer", unreachable=True)
    await tx.execute("UPDATE threads SET due_at = :now", now=tx.now)

    claimed = sorted((thread[0].host, len(thread)) for thread in await jobs.claim(tx, room, 10))

    assert claimed == [("a.test", 1), ("b.test", 3), ("b.test", 3)]


@pytest.mark.parametrize(
    "written",
    [
        "я" * 100_000,
        " ".join(f"сөз{n}" for n in range(25_000)),
        "x'\\:&|!()*" * 10_000,
        "\u200d" * 50_000,
        "\ufdfa" * 10_000,
    ],
    ids=["one word", "many words", "signs of a query language", "joiners", "letters that unfold"],
)
@in_a_unit
async def test_no_text_breaks_what_it_is_stored_in(tx: Transaction, written: str) -> None:
    author = await make.colleague(tx)
    tags = (Tag("a" * 200, "a" * 200),)

    post = await make.remote(tx, author, title=written[:500], content=f"<p>{written}</p>", summary=written, tags=tags)

    assert post.content == f"<p>{written}</p>"


@in_a_unit
async def test_an_address_as_long_as_may_be_is_kept(tx: Transaction) -> None:
    tail = "".join(chr(0x430 + (n * 7919) % 1_000) for n in range(900))
    uri = f"https://kostanay.test/{tail}"
    assert uris.host_of(uri) == "kostanay.test"

    await received.record(tx, NewReceived(uri, 0, uri, "Like", "kostanay.test", False, False, "{}"))
    await tombstones.remember(tx, uri, uri)
    await jobs.enqueue(tx, NewJob("process", lane=Lane.INBOX, ordering_key=f"in:{uri}"))

    assert await received.record(tx, NewReceived(uri, 0, uri, "Like", "a.test", False, False, "{}")) is None


@in_a_unit
async def test_what_a_community_has_brought_on_is_forgotten_after_a_while(tx: Transaction) -> None:
    group = await make.teacher(tx)
    await communities.insert(tx, Community(group.id, Posting.ANYBODY, "", None, None, tx.now))
    assert await communities.first_announced(tx, group.id, "https://lemmy.test/activities/1")

    await communities.prune_announced(tx, tx.now)
    assert not await communities.first_announced(tx, group.id, "https://lemmy.test/activities/1")

    await communities.prune_announced(tx, tx.now + 1)
    assert await communities.first_announced(tx, group.id, "https://lemmy.test/activities/1")

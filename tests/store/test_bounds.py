"""What strangers can make us keep has an end, whatever they invent."""

import csv
from pathlib import Path

import pytest

from fedi.actions import reactions, remote_posts
from fedi.activitypub import uris
from fedi.activitypub.addressing import PUBLIC
from fedi.activitypub.remote_posts import parse
from fedi.models.activities import NewReceived, SentActivity
from fedi.models.actors import Actor, ActorKind
from fedi.models.communities import Community, Posting
from fedi.models.peers import Standing
from fedi.models.posts import Post, Tag
from fedi.store import (
    activities,
    backlog,
    bookmarks,
    communities,
    hosts,
    jobs,
    passers_by,
    peers,
    posts,
    received,
    revisions,
    tombstones,
    views,
)
from fedi.store.engine.dialect import Engine
from fedi.store.engine.transaction import Transaction
from fedi.store.jobs import Lane, NewJob
from tests import factories as make
from tests.units import in_a_unit

TABLES = Path(__file__).parents[1] / "hostile" / "bounds.tsv"


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
async def test_of_servers_that_have_sent_too_much_the_first_ids_are_forgotten(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(received, "OF_ONE_HOST", 3)
    for number in range(5):
        received_id = await received.record(tx, arrived(number))
        await received.conclude(tx, received_id or 0, "liked")
    await received.record(tx, arrived(0, "honest.test"))

    await received.trim(tx)

    left = await tx.all(str, "SELECT uri FROM received WHERE host = 'evil.test' ORDER BY uri")
    assert [uri.rpartition("/")[2] for uri in left] == ["2", "3", "4"]
    assert await received.has(tx, arrived(0, "honest.test").uri)


@in_a_unit
async def test_ids_are_forgotten_when_no_proof_of_their_time_says_anything_any_more(tx: Transaction) -> None:
    for number, held in ((1, False), (2, True)):
        await received.record(tx, arrived(number, held=held))

    assert await received.forget_old(tx, tx.now) == 0
    assert await received.forget_old(tx, tx.now + 1) == 1

    assert await tx.all(str, "SELECT uri FROM received") == [arrived(2).uri]


@in_a_unit
async def test_answers_and_what_was_passed_on_are_forgotten_and_what_is_shown_is_not(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    group = await make.teacher(tx, "maths")
    await communities.insert(tx, Community(group.id, Posting.ANYBODY, "", None, None, tx.now))
    note = await make.note(tx, aigul)
    await tx.execute("DELETE FROM activities")
    for number, (type_, actor, object_uri, public) in enumerate(
        (
            ("Accept", aigul, "https://evil.test/follows/1", False),
            ("Announce", group, "https://evil.test/likes/1", True),
            ("Announce", group, note.uri, True),
            ("Create", aigul, note.uri, True),
        )
    ):
        await activities.insert(
            tx,
            SentActivity(number, f"https://a.test/{number}", actor.id, type_, object_uri, None, public, "{}", tx.now),
        )

    await activities.prune(tx, tx.now)
    assert await tx.value("SELECT count(*) FROM activities") == 4
    await activities.prune(tx, tx.now + 1)

    left = await tx.all(str, "SELECT type || ' ' || object_uri FROM activities ORDER BY type")
    assert left == [f"Announce {note.uri}", f"Create {note.uri}"]


@in_a_unit
async def test_of_hosts_nobody_has_decided_about_only_so_many_may_offer_agreements(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "OFFERS", 2)
    await peers.decide(tx, "kostanay.test", Standing.TRUSTED)
    for host in ("evil1.test", "evil2.test", "evil3.test", "kostanay.test"):
        await peers.set_confirmed(tx, host, tx.now)
    await peers.set_confirmed(tx, "evil4.test", None)

    offered = [each.host for each in await peers.everyone(tx) if each.confirmed_by_them_at]
    assert offered == ["evil1.test", "evil2.test", "kostanay.test"]
    assert await peers.by_host(tx, "evil4.test") is None


@in_a_unit
async def test_of_strangers_posts_the_first_goes_and_what_somebody_here_took_up_stays(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passers_by, "OF_ONE_HOST", 2)
    aigul, stranger = await make.teacher(tx), await make.colleague(tx)
    first, liked, marked = [await from_stranger(tx, stranger, aigul, number) for number in range(3)]
    assert await posts.by_id(tx, first.id) is None

    await reactions.like(tx, aigul, liked)
    await bookmarks.insert(tx, aigul.id, marked.id)
    group = await make.colleague(tx, "maths", kind=ActorKind.GROUP)
    await make.follow(tx, aigul, group)
    await communities.insert(tx, Community(group.id, Posting.ANYBODY, "", None, None, tx.now))
    brought = await from_stranger(tx, stranger, aigul, 10, audience=group.uri)
    await communities.take_up(tx, group.id, brought.uri)
    later = [await from_stranger(tx, stranger, aigul, number) for number in range(3, 7)]

    left = await tx.all(int, "SELECT id FROM posts WHERE NOT local ORDER BY id")
    assert sorted(left) == sorted([liked.id, marked.id, brought.id, later[-2].id, later[-1].id])
    assert await tx.value("SELECT count(*) FROM passers_by") == 2


@in_a_unit
async def test_of_strangers_posts_of_all_servers_only_so_many_stay_and_those_of_people_read_here_beside(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passers_by, "IN_ALL", 2)
    aigul, carol = await make.teacher(tx), await make.colleague(tx, "carol")
    await make.follow(tx, aigul, carol)
    for number in range(3):
        await from_stranger(tx, carol, aigul, number)
    strangers = [await make.colleague(tx, f"stranger{n}", host=f"evil{n}.test") for n in range(4)]

    sent = [await from_stranger(tx, each, aigul, number) for number, each in enumerate(strangers)]

    left = await tx.all(int, "SELECT id FROM posts WHERE actor_id <> :carol ORDER BY id", carol=carol.id)
    assert sorted(left) == sorted(each.id for each in sent[-2:])
    assert await tx.value("SELECT count(*) FROM posts WHERE actor_id = :carol", carol=carol.id) == 3


async def from_stranger(tx: Transaction, stranger: Actor, named: Actor, number: int, **more: str) -> Post:
    """A post that was sent because it names somebody here, a moment after the others."""
    await tx.execute("UPDATE passers_by SET came_at = came_at - 1")
    uri = f"{stranger.uri}/notes/{number}"
    return await remote_posts.receive(
        tx,
        stranger,
        parse(
            {
                "id": uri,
                "type": "Note",
                "attributedTo": stranger.uri,
                "content": "<p>Buy</p>",
                "to": [PUBLIC],
                "cc": [named.uri],
                "tag": [{"type": "Mention", "href": named.uri}],
                **more,
            }
        ),
    )


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


@in_a_unit
async def test_whoever_moderates_a_group_elsewhere_shuts_out_only_so_many(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(communities, "MOST_BANS", 2)
    group = await make.teacher(tx)
    await communities.insert(tx, Community(group.id, Posting.ANYBODY, "", None, None, tx.now))

    for number in range(3):
        await communities.ban(tx, group.id, f"https://evil.test/users/{number}", None)

    assert len(await communities.bans(tx, group.id)) == 2


# Every table, and the same with those left out that belong to an account: these are filled by people here.
_ALL = {
    Engine.SQLITE: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    Engine.POSTGRESQL: "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = current_schema()",
}
_OF_AN_ACCOUNT = {
    Engine.SQLITE: "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE c.name = 'account_id'",
    Engine.POSTGRESQL: "SELECT CAST(table_name AS text) FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND column_name = 'account_id'",
}


@in_a_unit
async def test_every_table_says_who_makes_rows_in_it_and_how_many(tx: Transaction) -> None:
    """A new table needs a row in `tests/hostile/bounds.tsv`: peers fill none without a bound and its test."""
    with TABLES.open(encoding="utf-8") as lines:
        named = {row["table"]: row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    there = {*await tx.all(str, _ALL[tx.engine]), "search_index"} - {"schema_migrations"}
    there = {table for table in there if table == "search_index" or not table.startswith("search_")}
    of_accounts = set(await tx.all(str, _OF_AN_ACCOUNT[tx.engine]))

    assert there - of_accounts - named.keys() == set()
    assert named.keys() - there == set()
    assert [row["table"] for row in named.values() if row["rows by"] != "people here" and not row["test"]] == []

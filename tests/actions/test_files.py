"""Files belong to whoever added them, are opened by those who see their posts, and are cleared away in time."""

from dataclasses import replace

import pytest

from fedi.actions import files
from fedi.config import Limits
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.files import File, FileKind, NewFile
from fedi.models.posts import Circle
from fedi.store import files as stored
from fedi.store.database import Database
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.clock import FrozenClock
from tests.units import in_a_unit


def new(key: str = "ab/1", description: str = "") -> NewFile:
    made = NewFile(FileKind.DOCUMENT, "application/pdf", "план.pdf", 1000, "ab" * 32, key, f"{key}.webp")
    return replace(made, description=description)


@in_a_unit
async def test_a_file_is_described_by_its_owner(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    file = await files.add(tx, aigul, new())

    await files.describe(tx, aigul, file.id, "Кесте")

    assert (await stored.by_ids(tx, [file.id]))[file.id].description == "Кесте"


@in_a_unit
async def test_nobody_describes_the_file_of_another_or_one_that_is_not_there(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx), await make.teacher(tx, "dana")
    file = await files.add(tx, aigul, new())

    for file_id in (file.id, 1):
        with pytest.raises(NotFound):
            await files.describe(tx, dana, file_id, "Мое")


@in_a_unit
async def test_a_description_has_an_end(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    file = await files.add(tx, aigul, new())

    with pytest.raises(Invalid):
        await files.describe(tx, aigul, file.id, "a" * 10_001)
    with pytest.raises(Invalid):
        await files.add(tx, aigul, new(description="a" * 10_001))


@in_a_unit
async def test_what_is_opened_says_whether_anybody_may_have_it(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx), await make.teacher(tx, "dana")
    public, inner = await files.add(tx, aigul, new("a/1")), await files.add(tx, aigul, new("a/2"))
    await make.note(tx, aigul, "to all", file_ids=(public.id,))
    await make.note(tx, aigul, "to us", Circle.SCHOOL, file_ids=(inner.id,))

    assert await files.open_file(tx, None, public.id) == files.Opened(public, public=True)
    assert await files.open_file(tx, dana, public.id) == files.Opened(public, public=True)
    assert await files.open_file(tx, dana, inner.id) == files.Opened(inner, public=False)
    assert await files.open_file(tx, None, inner.id) is None
    assert await files.open_for_peer(tx, "kostanay.test", inner.id) is None


@in_a_unit
async def test_a_partner_opens_what_is_shared_with_partners_until_it_is_blocked(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    file = await files.add(tx, aigul, new())
    await make.note(tx, aigul, "to partners", Circle.PARTNERS, file_ids=(file.id,))
    assert await files.open_for_peer(tx, "kostanay.test", file.id) is None

    await make.agreement(tx, "kostanay.test")

    assert await files.open_for_peer(tx, "kostanay.test", file.id) == files.Opened(file, public=False)


async def test_what_was_put_nowhere_is_freed_after_a_day(database: Database, clock: FrozenClock) -> None:
    async def upload(tx: Transaction) -> None:
        aigul = await make.teacher(tx)
        kept = await files.add(tx, aigul, new("a/1"))
        await files.add(tx, aigul, new("a/2"))
        await make.note(tx, aigul, file_ids=(kept.id,))

    await database.write(upload)
    assert await database.read(files.unused) == []

    clock.now += make.DAY + 1

    unused = await database.read(files.unused)
    assert await database.write(files.free_unused, unused) == ["a/2", "a/2.webp"]
    assert await database.write(files.free_unused, unused) == []
    assert await database.read(files.unused) == []


@in_a_unit
async def test_what_has_been_put_somewhere_since_it_was_found_unused_stays(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    file = await files.add(tx, aigul, new("a/1"))
    tx.now += make.DAY + 1
    unused = await files.unused(tx)

    await make.note(tx, aigul, file_ids=(file.id,))

    assert unused == [file.id]
    assert await files.free_unused(tx, unused) == []
    assert await stored.by_id(tx, file.id) is not None


async def fetched(tx: Transaction, owner: Actor, key: str, used_at: int) -> File:
    file = await files.add(tx, owner, new(key))
    await tx.execute(
        "UPDATE files SET remote_url = :url, used_at = :at WHERE id = :id",
        url=f"https://kostanay.test/{key}",
        at=used_at,
        id=file.id,
    )
    return file


@in_a_unit
async def test_the_cache_stays_within_its_quota_and_drops_what_was_used_longest_ago(tx: Transaction) -> None:
    tx.school = make.school(limits=replace(Limits(), media_cache_bytes=2500))
    bolat = await make.colleague(tx)
    for number in range(4):
        await fetched(tx, bolat, f"a/{number}", 10 - number)

    assert await files.free_cache(tx) == ["a/3", "a/3.webp", "a/2", "a/2.webp"]
    assert await files.free_cache(tx) == []
    assert await stored.cache_size(tx) == 2000


def test_a_use_is_noted_once_an_hour_and_of_peers_files_only() -> None:
    ours = File(1, 2, FileKind.IMAGE, "image/png", "a", "", 1, None, None, None, None, None, None, None, None, None, 0)
    theirs = replace(ours, remote_url="https://kostanay.test/a")

    assert not files.use_is_stale(ours, 4_000_000)
    assert files.use_is_stale(theirs, 4_000_000)
    assert not files.use_is_stale(replace(theirs, used_at=1_000_000), 4_000_000)

"""What is known of files, who sees them, and which of them nobody needs."""

import pytest

from fedi.models.actors import Actor
from fedi.models.files import File, FileKind, NewFile
from fedi.models.posts import Circle
from fedi.store import files, served
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

PLAN = NewFile(FileKind.DOCUMENT, "application/pdf", "план.pdf", 10, "ab" * 32, "ab/1", "ab/1.webp")


async def owned(tx: Transaction, owner: Actor, **changes: object) -> File:
    file = await files.insert(tx, owner.id, PLAN)
    for name, value in changes.items():
        await tx.execute(f"UPDATE files SET {name} = :value WHERE id = :id", value=value, id=file.id)
    return file


async def fetched(tx: Transaction, owner: Actor, name: str, size: int, used_at: int) -> File:
    """A peer's file whose bytes are here."""
    changes = {"remote_url": f"https://kostanay.test/{name}", "name": name, "size": size, "used_at": used_at}
    return await owned(tx, owner, **changes)


@in_a_unit
async def test_a_file_comes_back_as_it_was_kept(tx: Transaction) -> None:
    aigul = await make.teacher(tx)

    file = await files.insert(tx, aigul.id, PLAN)

    assert await files.by_id(tx, file.id) == file
    assert await files.by_ids(tx, [file.id, 1]) == {file.id: file}
    assert await files.of_owner(tx, aigul.id) == [file]


@in_a_unit
async def test_what_was_fetched_replaces_what_was_announced(tx: Transaction) -> None:
    bolat = await make.colleague(tx)
    file_id = await make.picture(tx, bolat)

    cached = await files.cached(tx, file_id, PLAN)

    assert cached == await files.by_id(tx, file_id)
    assert cached is not None
    assert (cached.kind, cached.media_type, cached.storage_key) == (PLAN.kind, PLAN.media_type, PLAN.storage_key)
    assert (cached.name, cached.description) == ("board.png", "The blackboard")
    assert await files.cached(tx, 1, PLAN) is None


@in_a_unit
async def test_the_cache_is_counted_and_told_by_its_last_use(tx: Transaction) -> None:
    bolat = await make.colleague(tx)
    await owned(tx, bolat)
    old, new = await fetched(tx, bolat, "a", 300, 1), await fetched(tx, bolat, "b", 500, 2)

    assert await files.cache_size(tx) == 800
    assert [file.id for file in await files.least_used(tx, 5)] == [old.id, new.id]

    await files.used(tx, old.id)
    assert [file.id for file in await files.least_used(tx, 5)] == [new.id, old.id]
    await files.uncached(tx, [new.id])
    assert await files.cache_size(tx) == 300


@in_a_unit
async def test_files_without_a_post_are_orphans_after_their_time(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    posted, unused = await owned(tx, aigul), await owned(tx, aigul)
    avatar, drafted = await owned(tx, aigul), await owned(tx, aigul)
    await make.note(tx, aigul, file_ids=(posted.id,))
    await make.note(tx, aigul, "later", Circle.DRAFT, file_ids=(drafted.id,))
    await tx.execute("UPDATE actors SET avatar_id = :file WHERE id = :id", file=avatar.id, id=aigul.id)

    assert await files.orphans(tx, tx.now, 10) == []
    assert [file.id for file in await files.orphans(tx, tx.now + 1, 10)] == [unused.id]


@in_a_unit
async def test_everything_unused_of_somebody_deleted_is_an_orphan_at_once(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    avatar = await owned(tx, aigul)
    await tx.execute(
        "UPDATE actors SET avatar_id = :file, deleted_at = :now WHERE id = :id", file=avatar.id, now=tx.now, id=aigul.id
    )

    assert [file.id for file in await files.orphans(tx, 0, 10)] == [avatar.id]


@in_a_unit
async def test_keys_are_known_by_file_and_by_preview(tx: Transaction) -> None:
    await owned(tx, await make.teacher(tx))

    assert await files.referenced_keys(tx, ["ab/1", "ab/1.webp", "cd/2"]) == {"ab/1", "ab/1.webp"}


@pytest.mark.parametrize(
    ("circle", "anybody", "colleague", "follower"),
    [
        (Circle.PUBLIC, True, True, True),
        (Circle.NETWORK, True, True, True),
        (Circle.SCHOOL, False, True, False),
        (Circle.FOLLOWERS, False, False, True),
        (Circle.DIRECT, False, False, False),
        (Circle.DRAFT, False, False, False),
    ],
)
@in_a_unit
async def test_a_file_is_seen_by_those_who_see_its_post(
    tx: Transaction, circle: Circle, anybody: bool, colleague: bool, follower: bool
) -> None:
    aigul, dana, bolat = await make.teacher(tx), await make.teacher(tx, "dana"), await make.colleague(tx)
    await make.follow(tx, bolat, aigul)
    file = await owned(tx, aigul)
    await make.note(tx, aigul, "With a file", circle, file_ids=(file.id,))

    seen = [await files.seen_by(tx, viewer, file.id) for viewer in (None, dana, bolat, aigul)]

    assert [each is not None for each in seen] == [anybody, colleague, follower, True]
    assert (await served.file(tx, file.id, "kostanay.test") is not None) is follower
    assert (await served.file(tx, file.id, "shymkent.test") is not None) is anybody


@pytest.mark.parametrize("column", ["suspended_at", "deleted_at"])
@in_a_unit
async def test_not_even_the_avatar_of_somebody_gone_is_seen(tx: Transaction, column: str) -> None:
    aigul = await make.teacher(tx)
    avatar = await owned(tx, aigul)
    await tx.execute("UPDATE actors SET avatar_id = :file WHERE id = :id", file=avatar.id, id=aigul.id)
    assert await files.seen_by(tx, None, avatar.id) == avatar

    await tx.execute(f"UPDATE actors SET {column} = 1 WHERE id = :id", id=aigul.id)

    assert await files.seen_by(tx, None, avatar.id) is None


@in_a_unit
async def test_a_file_in_two_posts_is_seen_by_the_readers_of_either(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx), await make.teacher(tx, "dana")
    file = await owned(tx, aigul)
    inner = await make.note(tx, aigul, "inner", Circle.DIRECT, file_ids=(file.id,))
    outer = await make.note(tx, aigul, "outer", Circle.SCHOOL)
    await tx.execute(
        "INSERT INTO post_files (post_id, position, file_id) VALUES (:post, 0, :file)", post=outer.id, file=file.id
    )

    assert inner.circle is Circle.DIRECT
    assert await files.seen_by(tx, dana, file.id) == file
    assert await files.seen_by(tx, None, file.id) is None

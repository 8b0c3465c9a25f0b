"""What peers announce of their files, and when bytes that were fetched are no longer believed."""

from dataclasses import replace

import pytest

from fedi.models.actors import Actor
from fedi.models.files import File, FileKind, NewFile, RemoteFile
from fedi.store import files, remote_files
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

BOARD = RemoteFile(
    "https://kostanay.test/board.png",
    FileKind.IMAGE,
    "image/png",
    "board.png",
    "The board",
    size=10,
    sha256="ab" * 32,
    width=4,
    height=3,
    focus=(0.5, -0.5),
)
FETCHED = NewFile(FileKind.IMAGE, "image/png", "board.png", 10, "cd" * 32, "cd/1", "cd/1.webp")


async def fetched(tx: Transaction, owner: Actor, remote: RemoteFile = BOARD) -> int:
    file_id = await remote_files.announce(tx, owner.id, remote)
    await files.cached(tx, file_id, FETCHED)
    return file_id


async def known(tx: Transaction, file_id: int) -> File:
    file = await files.by_id(tx, file_id)
    assert file is not None
    return file


@in_a_unit
async def test_what_is_announced_comes_back(tx: Transaction) -> None:
    bolat = await make.colleague(tx)

    file = await known(tx, await remote_files.announce(tx, bolat.id, BOARD))

    assert (file.remote_url, file.name, file.description) == (BOARD.url, BOARD.name, BOARD.description)
    assert (file.size, file.sha256, file.width, file.focus) == (BOARD.size, BOARD.sha256, BOARD.width, BOARD.focus)
    assert file.storage_key is None


@in_a_unit
async def test_a_file_told_of_again_keeps_its_bytes_and_gets_its_new_description(tx: Transaction) -> None:
    bolat = await make.colleague(tx)
    file_id = await fetched(tx, bolat)

    again = await remote_files.announce(tx, bolat.id, replace(BOARD, description="The blackboard"))
    file = await known(tx, file_id)

    assert again == file_id
    assert (file.storage_key, file.preview_key) == ("cd/1", "cd/1.webp")
    assert file.description == "The blackboard"


@pytest.mark.parametrize(("before", "after"), [("ab" * 32, "ef" * 32), (None, "ef" * 32), ("ab" * 32, None)])
@in_a_unit
async def test_with_another_digest_the_old_bytes_are_served_no_more(
    tx: Transaction, before: str | None, after: str | None
) -> None:
    bolat = await make.colleague(tx)
    file_id = await fetched(tx, bolat, replace(BOARD, sha256=before))

    changed = replace(BOARD, sha256=after, size=99, width=8)
    again = await remote_files.announce(tx, bolat.id, changed)
    file = await known(tx, file_id)

    assert again == file_id
    assert (file.storage_key, file.preview_key) == (None, None)
    assert (file.sha256, file.size, file.width) == (after, 99, 8)


@in_a_unit
async def test_nobody_forgets_the_bytes_of_somebody_elses_file(tx: Transaction) -> None:
    bolat, dana = await make.colleague(tx), await make.teacher(tx)
    file_id = await fetched(tx, bolat)

    other = await remote_files.announce(tx, dana.id, replace(BOARD, sha256="ef" * 32))

    assert other != file_id
    assert (await known(tx, file_id)).storage_key == "cd/1"

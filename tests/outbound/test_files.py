"""A peer's file is fetched once, when somebody asks for it, and is treated like an upload of a stranger."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from fedi.config import Limits
from fedi.errors import NotFound, Unavailable
from fedi.models.files import File, FileKind, RemoteFile
from fedi.outbound import files
from fedi.store import files as stored_files
from fedi.store import remote_files
from fedi.store.database import Transaction
from tests import factories as make
from tests.media import samples
from tests.media.shelves import Shelf, put
from tests.network import Network, TestSchool

pytestmark = pytest.mark.network(2)


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
def shelf(network: Network) -> Shelf:
    shelf = Shelf({"/board.jpg": samples.photo_with_place(), "/plan.pdf": samples.pdf()})
    network._strangers["files.test"] = shelf  # type: ignore[assignment]
    return shelf


async def announced(school: TestSchool, path: str, **changes: Any) -> File:
    """What a post from files.test says of its file."""

    async def unit(tx: Transaction) -> File | None:
        owner = await make.colleague(tx, host="files.test")
        remote = RemoteFile(f"http://files.test{path}", FileKind.IMAGE, "text/html", path[1:], "", **changes)
        return await stored_files.by_id(tx, await remote_files.announce(tx, owner.id, remote))

    file = await school.write(unit)
    assert isinstance(file, File)
    return file


async def get(school: TestSchool, file: File) -> File:
    return await files.at_hand(school.instance, school.network.wire, file)


def lying(school: TestSchool) -> list[str]:
    return list(school.instance.media.older_than(float("inf")))


async def test_a_picture_is_fetched_signed_sniffed_and_cleaned(almaty: TestSchool, shelf: Shelf) -> None:
    fetched = await get(almaty, await announced(almaty, "/board.jpg"))

    assert shelf.signed == [True]
    assert (fetched.kind, fetched.media_type) == (FileKind.IMAGE, "image/jpeg")
    assert fetched.storage_key is not None
    assert fetched.preview_key is not None
    assert b"Aigul" not in almaty.instance.media.path(fetched.storage_key).read_bytes()


async def test_what_has_been_fetched_is_not_fetched_again(almaty: TestSchool, shelf: Shelf) -> None:
    file = await announced(almaty, "/board.jpg")
    await get(almaty, file)

    again = await almaty.read(stored_files.by_id, file.id)
    await get(almaty, again)

    assert shelf.asked == ["/board.jpg"]


async def test_however_many_ask_at_once_it_is_fetched_once(almaty: TestSchool, shelf: Shelf) -> None:
    file = await announced(almaty, "/board.jpg")
    shelf.gate.clear()

    asking = [asyncio.create_task(get(almaty, file)) for _ in range(20)]
    await shelf.reached.wait()
    shelf.gate.set()
    answers = await asyncio.gather(*asking)

    assert shelf.asked == ["/board.jpg"]
    assert len({answer.storage_key for answer in answers}) == 1


async def test_the_file_comes_although_the_one_who_asked_has_left(almaty: TestSchool, shelf: Shelf) -> None:
    file = await announced(almaty, "/board.jpg")
    shelf.gate.clear()
    asking = asyncio.create_task(get(almaty, file))
    await shelf.reached.wait()

    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    shelf.gate.set()
    fetched = await get(almaty, file)

    assert fetched.storage_key is not None
    assert shelf.asked == ["/board.jpg"]


async def test_bytes_that_were_lost_here_are_fetched_again(almaty: TestSchool, shelf: Shelf) -> None:
    fetched = await get(almaty, await announced(almaty, "/board.jpg"))
    assert fetched.storage_key is not None
    almaty.instance.media.erase(fetched.storage_key)

    await get(almaty, fetched)

    assert len(shelf.asked) == 2


async def test_a_document_with_the_announced_digest_is_taken(almaty: TestSchool, shelf: Shelf) -> None:
    digest = hashlib.sha256(shelf.content["/plan.pdf"]).hexdigest()

    fetched = await get(almaty, await announced(almaty, "/plan.pdf", sha256=digest))

    assert (fetched.media_type, fetched.kind) == ("application/pdf", FileKind.DOCUMENT)


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("/plan.pdf", {"sha256": "0" * 64}),
        ("/absent.pdf", {}),
        ("/broken.png", {}),
        ("/empty.pdf", {}),
    ],
)
async def test_what_cannot_be_had_or_is_not_what_was_announced_is_not_kept_and_not_asked_for_again_soon(
    almaty: TestSchool, network: Network, shelf: Shelf, path: str, changes: dict[str, Any]
) -> None:
    shelf.content |= {"/broken.png": samples.picture("PNG")[:60], "/empty.pdf": b""}
    file = await announced(almaty, path, **changes)

    for _ in range(2):
        with pytest.raises(Unavailable):
            await get(almaty, file)
    assert shelf.asked == [path]
    assert lying(almaty) == []

    network.clock.advance(minutes=11)
    with pytest.raises(Unavailable):
        await get(almaty, file)
    assert shelf.asked == [path, path]


async def test_no_more_than_the_limit_is_read(almaty: TestSchool, shelf: Shelf) -> None:
    shelf.content["/large.bin"] = bytes(2000)
    limited = replace(almaty.instance.school, limits=replace(Limits(), file_bytes=1000))
    almaty.instance.config = replace(almaty.instance.config, school=limited)

    with pytest.raises(Unavailable):
        await get(almaty, await announced(almaty, "/large.bin"))
    assert lying(almaty) == []


async def test_a_file_of_ours_without_its_bytes_is_absent(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    file = await put(almaty, aigul, b"text", "notes.txt")
    assert file.storage_key is not None
    almaty.instance.media.erase(file.storage_key)

    with pytest.raises(NotFound):
        await get(almaty, file)


async def test_a_file_that_is_deleted_while_it_is_fetched_leaves_nothing(almaty: TestSchool, shelf: Shelf) -> None:
    file = await announced(almaty, "/plan.pdf")
    shelf.gate.clear()
    asking = asyncio.create_task(get(almaty, file))
    await shelf.reached.wait()
    await almaty.write(stored_files.delete, [file.id])
    shelf.gate.set()

    with pytest.raises(NotFound):
        await asking
    assert lying(almaty) == []

"""Film and sound that was sent: kept as it came, then usable, or not."""

from dataclasses import replace

from fedi.models.files import FileKind, FileState, NewFile, RawFile
from fedi.store import files, unfinished_files
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

RAW = RawFile(FileKind.IMAGE, "image/gif", "move.gif", "ab/1.raw", "A ball")
FILM = NewFile(
    kind=FileKind.GIFV,
    media_type="video/mp4",
    name="move.mp4",
    size=10,
    sha256="ab" * 32,
    storage_key="ab/2",
    preview_key="ab/2.webp",
    width=160,
    height=120,
    blurhash="L00000",
    preview_width=16,
    preview_height=12,
    duration_ms=1000,
    bit_rate=62_000,
    frame_rate="10/1",
)


@in_a_unit
async def test_what_waits_has_its_bytes_and_cannot_be_used(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
    file = await unfinished_files.insert(tx, aigul.id, RAW)

    assert await files.by_id(tx, file.id) == file
    assert (file.state, file.keys, file.description) == (FileState.PROCESSING, ("ab/1.raw",), "A ball")
    assert await files.referenced_keys(tx, ["ab/1.raw", "ab/9"]) == {"ab/1.raw"}
    assert await unfinished_files.any_of(tx, aigul.id, [file.id, 1])
    assert not await unfinished_files.any_of(tx, bolat.id, [file.id])


@in_a_unit
async def test_what_was_made_takes_the_place_of_what_was_sent(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    file = await unfinished_files.insert(tx, aigul.id, RAW)

    assert await unfinished_files.finish(tx, file.id, FILM)
    made = await files.by_id(tx, file.id)

    assert made is not None
    assert (made.state, made.keys, made.kind) == (FileState.READY, ("ab/2", "ab/2.webp"), FileKind.GIFV)
    assert (made.bit_rate, made.frame_rate, made.duration_ms) == (62_000, "10/1", 1000)
    assert (made.name, made.description) == ("move.mp4", "A ball")
    assert not await unfinished_files.any_of(tx, aigul.id, [file.id])
    assert not await unfinished_files.finish(tx, file.id, replace(FILM, storage_key="ab/3"))


@in_a_unit
async def test_the_picture_of_its_owner_stays(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    file = await unfinished_files.insert(tx, aigul.id, RAW)
    mine = replace(FILM, preview_key="ab/mine.webp", blurhash="LMINE0", preview_width=5, preview_height=4)

    await unfinished_files.set_preview(tx, file.id, mine)
    await unfinished_files.finish(tx, file.id, FILM)
    made = await files.by_id(tx, file.id)

    assert made is not None
    assert (made.preview_key, made.blurhash, made.preview_width) == ("ab/mine.webp", "LMINE0", 5)


@in_a_unit
async def test_what_cannot_be_used_has_no_bytes_and_is_never_ready(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    file = await unfinished_files.insert(tx, aigul.id, RAW)

    await unfinished_files.fail(tx, file.id)
    failed = await files.by_id(tx, file.id)

    assert failed is not None
    assert (failed.state, failed.keys) == (FileState.FAILED, ())
    assert await unfinished_files.any_of(tx, aigul.id, [file.id])
    assert not await unfinished_files.finish(tx, file.id, FILM)

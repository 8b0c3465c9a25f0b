"""Files are taken in bounded, cleaned and with a preview, or not at all."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from PIL import Image

from fedi import media
from fedi.errors import Invalid, TooLarge
from fedi.media import Storage
from fedi.models.files import FileKind, NewFile
from tests.media import samples


async def take(storage: Storage, content: bytes, name: str = "photo.jpg") -> NewFile:
    return await media.receive(storage, samples.upload(content, name))


def opened(storage: Storage, key: str | None) -> Image.Image:
    assert key is not None
    return Image.open(storage.path(key))


def left(storage: Storage) -> list[str]:
    """Everything that lies in the storage."""
    return list(storage.older_than(float("inf")))


async def test_a_photo_loses_its_place_and_camera_and_stands_upright(storage: Storage) -> None:
    new = await take(storage, samples.photo_with_place(orientation=6))

    with opened(storage, new.storage_key) as image:
        assert not image.getexif()
        assert image.size == (48, 64) == (new.width, new.height)
    raw = storage.path(new.storage_key).read_bytes()
    assert b"Aigul" not in raw
    assert b"home" not in raw


async def test_size_and_hash_are_those_of_the_clean_file(storage: Storage) -> None:
    new = await take(storage, samples.photo_with_place())

    raw = storage.path(new.storage_key).read_bytes()
    assert (new.size, new.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())


async def test_what_hides_behind_a_picture_is_left_behind(storage: Storage) -> None:
    polyglot = samples.picture("JPEG") + samples.office("evil.html") + b"<script>alert(1)</script>"

    new = await take(storage, polyglot)

    assert b"script" not in storage.path(new.storage_key).read_bytes()
    assert b"PK" not in storage.path(new.storage_key).read_bytes()


async def test_a_picture_gets_a_small_preview_and_a_blurhash(storage: Storage) -> None:
    new = await take(storage, samples.picture(size=(900, 600)))

    with opened(storage, new.preview_key) as image:
        assert (image.format, image.size) == ("WEBP", (640, 427))
    assert new.blurhash is not None


async def test_a_huge_picture_is_made_as_large_as_a_screen(storage: Storage) -> None:
    new = await take(storage, samples.picture(size=(5000, 100)))

    assert (new.width, new.height) == (3840, 77)


async def test_a_transparent_picture_stays_transparent(storage: Storage) -> None:
    new = await take(storage, samples.transparent_png(), "icon.png")

    with opened(storage, new.storage_key) as image:
        assert image.getchannel("A").getextrema() == (0, 0)


async def test_an_animation_keeps_moving_without_its_comment(storage: Storage) -> None:
    new = await take(storage, samples.animation(3), "move.gif")

    with opened(storage, new.storage_key) as image:
        assert getattr(image, "n_frames", 1) == 3
    assert b"secret" not in storage.path(new.storage_key).read_bytes()


@pytest.mark.parametrize(
    "content",
    [samples.bomb(), samples.bomb(1001), samples.picture("PNG")[:60], b"\xff\xd8\xff\xe0" + bytes(100)],
    ids=["bomb", "too many pixels", "cut off", "only a head"],
)
async def test_a_picture_that_cannot_be_cleaned_is_refused_and_nothing_of_it_is_kept(
    storage: Storage, content: bytes
) -> None:
    with pytest.raises(Invalid):
        await take(storage, content)
    assert left(storage) == []


@pytest.mark.parametrize(
    "content",
    [samples.picture("AVIF"), samples.picture("TIFF"), b"\0\0\0\x18ftypheic" + bytes(100)],
    ids=["avif", "tiff", "heic"],
)
async def test_a_photo_that_would_keep_its_place_is_refused_whatever_its_name(
    storage: Storage, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "photo").write_bytes(content)

    with pytest.raises(Invalid):
        await take(storage, content, "photo.txt")
    with pytest.raises(Invalid):
        await media.receive_for_later(storage, samples.upload(content))
    with pytest.raises(Invalid):
        await media.receive_path(storage, tmp_path / "photo")
    assert left(storage) == []


async def test_a_png_that_moves_is_a_picture(storage: Storage) -> None:
    new = await take(storage, samples.animation(format_="PNG"), "move.png")

    assert (new.media_type, new.width) == ("image/png", 20)
    with opened(storage, new.storage_key) as image:
        assert getattr(image, "n_frames", 1) == 3


async def test_an_animation_counts_with_all_its_frames(storage: Storage) -> None:
    still = await take(storage, samples.animation(4, side=400), "move.gif")

    assert still.width == 400
    with pytest.raises(Invalid):
        await take(storage, samples.animation(7, side=400), "move.gif")


async def test_the_second_picture_that_phones_put_behind_a_photo_is_left_behind(storage: Storage) -> None:
    new = await take(storage, samples.photo_with_gain_map())

    raw = storage.path(new.storage_key).read_bytes()
    assert raw.count(b"\xff\xd8\xff") == 1
    with opened(storage, new.storage_key) as image:
        assert image.size == (48, 64)
        assert not image.getexif()


async def test_an_empty_file_is_refused(storage: Storage) -> None:
    with pytest.raises(Invalid):
        await take(storage, b"")


async def test_a_file_is_refused_as_soon_as_it_is_too_large(storage: Storage) -> None:
    class Endless:
        filename: str | None = "endless.bin"
        given = 0

        async def read(self, size: int = -1) -> bytes:
            self.given += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(TooLarge):
        await media.receive(storage, endless)
    assert endless.given <= storage.limits.file_bytes + 256 * 1024
    assert left(storage) == []


async def test_a_file_on_this_machine_is_copied_and_stays(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "plan.pdf"
    source.write_bytes(samples.pdf())

    new = await media.receive_path(storage, source, description="A plan")

    assert (new.name, new.description, new.media_type) == ("plan.pdf", "A plan", "application/pdf")
    assert storage.path(new.storage_key).read_bytes() == source.read_bytes()


async def test_a_large_file_on_this_machine_is_refused_too(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "large.bin"
    source.write_bytes(bytes(storage.limits.file_bytes + 1))

    with pytest.raises(TooLarge):
        await media.receive_path(storage, source)


# --- PDF ---


async def test_the_first_page_of_a_pdf_is_its_preview(storage: Storage) -> None:
    new = await take(storage, samples.pdf(), "plan.pdf")

    assert (new.kind, new.width) == (FileKind.DOCUMENT, None)
    with opened(storage, new.preview_key) as image:
        assert max(image.size) == 640


@pytest.mark.parametrize(
    "content",
    [samples.pdf(password="qwerty"), b"%PDF-1.7\n" + bytes(range(256)) * 4, samples.pdf()[:400]],
    ids=["encrypted", "garbage", "cut off"],
)
async def test_a_pdf_that_cannot_be_drawn_is_kept_without_a_preview(storage: Storage, content: bytes) -> None:
    new = await take(storage, content, "plan.pdf")

    assert new.preview_key is None
    assert storage.path(new.storage_key).read_bytes() == content


async def test_a_page_of_five_metres_does_not_fill_the_memory(storage: Storage) -> None:
    new = await take(storage, samples.pdf(page=(5000, 5000)), "poster.pdf")

    with opened(storage, new.preview_key) as image:
        assert max(image.size) <= 640


async def test_two_pdfs_at_once_do_not_disturb_each_other(storage: Storage) -> None:
    both = await asyncio.gather(*(take(storage, samples.pdf(page=(100 * n, 100 * n)), "a.pdf") for n in (1, 2)))

    assert all(new.preview_key for new in both)


# --- names ---


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Бөлшектер 5-сынып.pdf", "Бөлшектер 5-сынып.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\aigul\\plan.pdf", "plan.pdf"),
        ("plan\r\nX-Evil: 1.pdf", "planX-Evil 1.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("...", "file"),
        ("", "file"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("и\u0306од.txt", "йод.txt"),
    ],
)
async def test_a_name_is_one_line_and_one_folder_deep(storage: Storage, sent: str, kept: str) -> None:
    assert (await take(storage, b"text", sent)).name == kept


async def test_the_same_file_twice_lies_twice_so_that_erasing_one_leaves_the_other(storage: Storage) -> None:
    one, other = await take(storage, b"same", "a.txt"), await take(storage, b"same", "a.txt")

    storage.erase(one.storage_key)

    assert one.sha256 == other.sha256
    assert storage.path(other.storage_key).read_bytes() == b"same"

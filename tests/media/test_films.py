"""Film and sound: written anew without what a camera put into them, or kept as they are within a limit."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fedi import media
from fedi.errors import Invalid, TooLarge
from fedi.media import Films, Storage, workbench
from fedi.media import films as known_films
from fedi.models.files import FileKind, NewFile
from fedi.workshop import films as workshop_films
from fedi.workshop.orders import Order
from tests.media import films, samples
from tests.media.films import needs_ffmpeg

PRIVATE = (films.PLACE.encode(), b"Aigul")


async def take(storage: Storage, content: bytes, name: str, how: Films = Films.BRIEFLY) -> NewFile:
    return await media.receive(storage, samples.upload(content, name), films=how)


def raw(storage: Storage, new: NewFile) -> bytes:
    return storage.path(new.storage_key).read_bytes()


def left(storage: Storage) -> list[str]:
    return list(storage.older_than(float("inf")))


@pytest.fixture
def no_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the programs."""
    films.without(monkeypatch)


@needs_ffmpeg
async def test_a_film_keeps_picture_and_sound_and_nothing_a_phone_wrote_into_it(storage: Storage) -> None:
    before = films.film()
    assert b"Aigul" in before
    assert films.PLACE.encode() in before

    new = await take(storage, before, "lesson.mov")

    assert (new.kind, new.media_type, new.name) == (FileKind.VIDEO, "video/mp4", "lesson.mp4")
    assert [secret for secret in PRIVATE if secret in raw(storage, new)] == []


@needs_ffmpeg
async def test_a_film_has_its_measures_a_picture_and_a_blurhash(storage: Storage) -> None:
    new = await take(storage, films.film(), "lesson.mov")

    assert (new.width, new.height, new.frame_rate) == (320, 240, "25/1")
    assert new.duration_ms is not None
    assert 2_900 <= new.duration_ms <= 3_200
    assert (new.bit_rate or 0) > 10_000
    assert new.blurhash
    with Image.open(storage.path(new.preview_key or "")) as preview:
        assert (preview.format, preview.size) == ("WEBP", (320, 240))
    assert (new.preview_width, new.preview_height) == (320, 240)


@needs_ffmpeg
async def test_a_film_that_lies_on_its_side_is_measured_as_it_is_seen(storage: Storage) -> None:
    new = await take(storage, films.lying(), "a.mp4")

    assert (new.width, new.height) == (240, 320)
    assert (new.preview_width, new.preview_height) == (240, 320)


@needs_ffmpeg
async def test_what_browsers_do_not_play_is_converted(storage: Storage) -> None:
    new = await take(storage, films.old_film(), "lesson.mov")

    assert (new.kind, new.media_type, new.name) == (FileKind.VIDEO, "video/mp4", "lesson.mp4")
    assert [secret for secret in PRIVATE if secret in raw(storage, new)] == []


@needs_ffmpeg
async def test_webm_stays_webm(storage: Storage) -> None:
    new = await take(storage, films.webm(), "a.webm")

    assert (new.media_type, new.width) == ("video/webm", 320)
    assert [secret for secret in PRIVATE if secret in raw(storage, new)] == []


@needs_ffmpeg
@pytest.mark.parametrize("ending", ["mp3", "ogg", "flac", "wav", "m4a", "aac"])
async def test_sound_has_its_length_and_no_tags(storage: Storage, ending: str) -> None:
    new = await take(storage, films.sound(f"a.{ending}"), f"talk.{ending}")

    assert (new.kind, new.width, new.preview_key, new.name) == (FileKind.AUDIO, None, None, f"talk.{ending}")
    assert 2_900 <= (new.duration_ms or 0) <= 3_200
    assert b"Aigul" not in raw(storage, new)


@needs_ffmpeg
async def test_a_gif_that_moves_becomes_a_film_and_one_that_does_not_stays(storage: Storage) -> None:
    moving = await take(storage, films.gif(), "move.gif")
    still = await take(storage, samples.picture("GIF"), "still.gif")

    assert (moving.kind, moving.media_type, moving.name) == (FileKind.GIFV, "video/mp4", "move.mp4")
    assert (moving.width, moving.height) == (160, 120)
    assert (still.kind, still.media_type, still.name) == (FileKind.IMAGE, "image/gif", "still.gif")


async def test_a_picture_of_a_profile_that_moves_stays_a_picture(storage: Storage) -> None:
    new = await take(storage, samples.animation(3), "move.gif", Films.LEAVE)

    assert (new.kind, new.media_type) == (FileKind.IMAGE, "image/gif")


# --- without ffmpeg ---


@pytest.mark.usefixtures("no_ffmpeg")
async def test_without_ffmpeg_a_film_is_kept_as_it_came_up_to_a_limit(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64
    new = await take(storage, content, "a.mp4")

    assert (raw(storage, new), new.kind, new.preview_key) == (content, FileKind.VIDEO, None)
    monkeypatch.setattr(known_films, "UNSEEN_BYTES", 50)
    with pytest.raises(TooLarge):
        await take(storage, content, "a.mp4")


@pytest.mark.usefixtures("no_ffmpeg")
async def test_without_ffmpeg_an_mp4_still_forgets_where_it_was_made(storage: Storage) -> None:
    words = b"\x00\x00\x00\x20udta\x00\x00\x00\x18\xa9xyz+43.2389+076.889"
    content = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x28moov" + words

    new = await take(storage, content, "a.mp4")

    assert b"+43" in content
    assert b"+43" not in raw(storage, new)
    assert new.size == len(content)


@pytest.mark.usefixtures("no_ffmpeg")
async def test_without_ffmpeg_a_gif_that_moves_goes_on_moving(storage: Storage) -> None:
    new = await take(storage, samples.animation(3), "move.gif")

    assert (new.kind, new.media_type) == (FileKind.IMAGE, "image/gif")


@pytest.mark.usefixtures("no_ffmpeg")
async def test_without_ffmpeg_nothing_waits(storage: Storage) -> None:
    content = b"ID3" + b"\0" * 64

    assert isinstance(await media.receive_for_later(storage, samples.upload(content, "a.mp3")), NewFile)


# --- hostile films ---


@needs_ffmpeg
@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64,
        b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm" + bytes(range(256)) * 4,
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + b"\0" * 64,
        b"OggS" + b"\xff" * 500,
    ],
    ids=["mp4", "matroska", "mp3", "ogg"],
)
async def test_what_is_no_film_is_refused_and_nothing_of_it_is_kept(storage: Storage, content: bytes) -> None:
    with pytest.raises(Invalid):
        await take(storage, content, "a.mp4")
    assert left(storage) == []


@needs_ffmpeg
@pytest.mark.parametrize(
    ("limits", "reason"),
    [({"film_pixels": 1000}, "320x240 videos"), ({"frame_rate": 20}, "25fps videos")],
)
async def test_a_film_of_too_many_pixels_or_frames_is_refused(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], reason: str
) -> None:
    make = workbench.make
    monkeypatch.setattr(workbench, "make", lambda order, place: make(replace(order, **limits), place))

    with pytest.raises(Invalid, match=reason):
        await take(storage, films.film(), "a.mov")


@needs_ffmpeg
async def test_a_film_that_takes_too_long_is_ended_and_refused(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute of noise is seconds of work; it is given one."""
    noise = films.noise()
    storage.limits = replace(storage.limits, file_bytes=200 * 2**20)
    make = workbench.make
    monkeypatch.setattr(workbench, "make", lambda order, place: make(replace(order, cpu_s=1), place))

    with pytest.raises(Invalid):
        await take(storage, noise, "n.mov")
    assert left(storage) == []


@needs_ffmpeg
async def test_a_playlist_in_the_clothes_of_a_film_opens_no_other_file_and_no_address(
    tmp_path: Path,
) -> None:
    """A well-known trick (CVE-2016-1897): what looks like a film names other files, and ffmpeg reads them into it."""
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(films.film())
    listing = f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:3.0,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()
    concat = f"ffconcat version 1.0\nfile '{secret}'\n".encode()
    for content in (listing, concat):
        source, preview, spare = (tmp_path / name for name in ("source", "preview", "spare"))
        source.write_bytes(content)
        found = known_films.programs()
        assert found is not None
        for media_type in ("video/mp4", "video/webm", "audio/mpeg"):
            order = Order(
                source=str(source),
                preview=str(preview),
                scratch=str(spare),
                media_type=media_type,
                pixels=10**6,
                file_bytes=10**7,
                film_pixels=10**7,
                frame_rate=120,
                ffmpeg=found.ffmpeg,
                ffprobe=found.ffprobe,
            )
            with pytest.raises(Invalid):
                await workbench.make(order)
            assert source.read_bytes() == content


@needs_ffmpeg
async def test_what_hides_behind_a_film_is_left_behind(storage: Storage) -> None:
    new = await take(storage, films.film() + samples.office("evil.html") + b"<script>alert(1)</script>", "a.mp4")

    assert b"script" not in raw(storage, new)
    assert b"PK\x03\x04" not in raw(storage, new)


@pytest.mark.parametrize("said", ["1e300", "inf", "nan", "-5", "99999999999", None, "x", "²"])
def test_what_a_film_says_of_itself_fits_the_database_or_is_not_kept(said: str | None) -> None:
    assert workshop_films._thousandths(said) is None
    assert workshop_films._whole(said) is None

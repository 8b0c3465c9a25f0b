"""Without ffmpeg, what a phone wrote into a film is cleared in place, and nothing else is touched."""

from pathlib import Path

import pytest

from fedi.media import boxes


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (len(body) + 8).to_bytes(4) + kind + body


def large(kind: bytes, body: bytes) -> bytes:
    """A box whose size takes eight bytes."""
    return (1).to_bytes(4) + kind + (len(body) + 16).to_bytes(8) + body


def cleared(folder: Path, content: bytes) -> bytes:
    path = folder / "a.mp4"
    path.write_bytes(content)
    boxes.forget(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        box(b"udta", box(b"\xa9xyz", b"+43.2389+076.8897/")),
        box(b"meta", b"Phone of Aigul"),
        box(b"uuid", b"Phone of Aigul"),
        large(b"udta", b"+43.2389+076.8897/"),
    ],
)
@pytest.mark.parametrize("inside", [(b"moov",), (b"moov", b"trak"), ()])
def test_words_are_cleared_and_everything_else_stays_where_it_was(
    tmp_path: Path, words: bytes, inside: tuple[bytes, ...]
) -> None:
    nested, free = words, words[:4] + b"free" + words[8:16] * (words[:4] == b"\0\0\0\1")
    free += bytes(len(words) - len(free))
    for kind in reversed(inside):
        nested, free = box(kind, nested, box(b"mvhd", b"1234")), box(kind, free, box(b"mvhd", b"1234"))
    before, after = box(b"ftyp", b"mp42"), box(b"mdat", b"udta picture and sound")

    assert cleared(tmp_path, before + nested + after) == before + free + after


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        (2**31).to_bytes(4) + b"moov",
        (4).to_bytes(4) + b"moov" + box(b"udta", b"x"),
        (1).to_bytes(4) + b"moov" + (3).to_bytes(8),
        box(b"moov", (99).to_bytes(4) + b"udta"),
    ],
)
def test_what_is_built_otherwise_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    assert cleared(tmp_path, content) == content


def test_trees_in_trees_without_end_do_not_break_it(tmp_path: Path) -> None:
    content = b""
    for _ in range(5_000):
        content = box(b"trak", content)

    assert cleared(tmp_path, content) == content

"""What a file is, is decided by its bytes; nothing that a browser runs or a peer believes is ever served as such."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.media.types import UNKNOWN, _of_bytes, inline, kind_of, served_as, sniff
from fedi.models.files import FileKind
from tests.media import samples

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
ACTOR = b'{"@context":"https://www.w3.org/ns/activitystreams","id":"https://almaty.test/users/1","type":"Person"}'
DANGEROUS = {"html", "svg", "xml", "json", "javascript", "css", "pdf+", "xhtml"}


def sniffed(tmp_path: Path, content: bytes, name: str) -> str:
    path = tmp_path / "incoming"
    path.write_bytes(content)
    return sniff(path, name).media_type


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (samples.picture("JPEG"), "photo.jpg", "image/jpeg"),
        (samples.picture("PNG"), "board.png", "image/png"),
        (samples.picture("WEBP"), "board.webp", "image/webp"),
        (samples.animation(), "move.gif", "image/gif"),
        (b"\0\0\0\x18ftyp3gp5" + bytes(600), "phone.3gp", "video/mp4"),
        (samples.pdf(), "plan.pdf", "application/pdf"),
        (samples.office(), "plan.docx", DOCX),
        (samples.office("a.txt"), "files.zip", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old.doc", "application/msword"),
        ("Жоспар\n".encode(), "жоспар.txt", "text/plain"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(600), "song.mp3", "audio/mpeg"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_teachers_send_is_recognised(tmp_path: Path, content: bytes, name: str, media_type: str) -> None:
    assert sniffed(tmp_path, content, name) == media_type


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (samples.picture("PNG"), "photo.jpg", "image/png"),
        (samples.pdf(), "photo.jpg", "application/pdf"),
        (HTML, "photo.jpg", UNKNOWN),
        (samples.office(), "photo.jpg", "application/zip"),
        (b"MZ" + bytes(200), "plan.docx", UNKNOWN),
        (samples.picture("PNG"), "plan.docx", "image/png"),
    ],
)
def test_a_wrong_ending_deceives_nobody(tmp_path: Path, content: bytes, name: str, media_type: str) -> None:
    assert sniffed(tmp_path, content, name) == media_type


@pytest.mark.parametrize("name", ["x.svg", "x.html", "x.json", "x.xml", "x.js", "x.jsonld", "x", ""])
@pytest.mark.parametrize("content", [SVG, HTML, ACTOR, b"\xef\xbb\xbf" + HTML, b'<?xml version="1.0"?>' + SVG])
def test_what_a_browser_would_run_or_a_peer_believe_is_only_bytes(tmp_path: Path, content: bytes, name: str) -> None:
    assert sniffed(tmp_path, content, name) == UNKNOWN
    assert not inline(UNKNOWN)


@pytest.mark.parametrize("content", [HTML, SVG, ACTOR])
def test_called_a_text_it_is_a_text_and_saved_not_shown(tmp_path: Path, content: bytes) -> None:
    media_type = sniffed(tmp_path, content, "notes.txt")

    assert media_type in ("text/plain", UNKNOWN)
    assert not inline(media_type)


def test_bytes_with_a_nul_are_no_text(tmp_path: Path) -> None:
    assert sniffed(tmp_path, b"a\0b", "notes.txt") == UNKNOWN


@pytest.mark.parametrize(
    "media_type", ["text/html", "image/svg+xml", "application/activity+json", "application/json", ""]
)
def test_a_type_beside_the_list_is_served_as_bytes(media_type: str) -> None:
    assert served_as(media_type) == UNKNOWN


@given(st.binary(max_size=300), st.sampled_from(["", ".txt", ".docx", ".svg", ".json", ".html", ".pdf"]))
def test_no_bytes_lead_to_a_type_that_runs(head: bytes, suffix: str) -> None:
    media_type = served_as(_of_bytes(head, suffix))

    assert not any(word in media_type.replace("openxmlformats", "") for word in DANGEROUS)


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/png", FileKind.IMAGE),
        ("audio/ogg", FileKind.AUDIO),
        ("video/mp4", FileKind.VIDEO),
        ("application/pdf", FileKind.DOCUMENT),
        ("image/svg+xml", FileKind.DOCUMENT),
    ],
)
def test_how_a_file_is_shown_follows_from_its_type(media_type: str, kind: FileKind) -> None:
    assert kind_of(media_type) is kind

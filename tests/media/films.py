"""Film and sound, made by the ffmpeg of this machine when a test needs them."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fedi.media import films as known
from fedi.media import reception

HAS_FFMPEG = shutil.which("ffmpeg") is not None
needs_ffmpeg = pytest.mark.skipif(not HAS_FFMPEG, reason="ffmpeg is not installed")


def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this be a machine without ffmpeg."""
    for module in (reception, known):
        monkeypatch.setattr(module, "programs", lambda: None)


PLACE = "+43.2389+076.8897/"
PICTURE = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=3")
SOUND = ("-f", "lavfi", "-i", "sine=duration=3")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
TAGS = (
    *("-metadata", f"location={PLACE}", "-metadata", "title=Flat of Aigul"),
    *("-metadata:s", "handler_name=Phone of Aigul"),
)


@cache
def made(name: str, *arguments: str) -> bytes:
    """What ffmpeg writes under a name, whose ending says what it is."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / name
        subprocess.run(["ffmpeg", "-v", "quiet", "-y", *arguments, str(target)], check=True)
        return target.read_bytes()


def film() -> bytes:
    """Three seconds as a phone films them: with its place, its owner and her words in it."""
    return made("a.mov", *PICTURE, *SOUND, *TAGS, *H264, "-c:a", "aac")


def silent_film() -> bytes:
    return made("a.mp4", *PICTURE, *H264)


def old_film() -> bytes:
    """What no browser plays."""
    return made("a.mov", *PICTURE, *SOUND, *TAGS, "-c:v", "mpeg4", "-c:a", "pcm_s16le")


def webm() -> bytes:
    return made("a.webm", *PICTURE, *TAGS, "-c:v", "libvpx", "-deadline", "realtime")


def sound(name: str = "a.mp3") -> bytes:
    return made(name, *SOUND, *TAGS)


@cache
def lying() -> bytes:
    """A film of a phone that was held upright: it lies on its side, with a note to turn it."""
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.mov", Path(folder) / "b.mp4"
        source.write_bytes(film())
        helped = subprocess.run(["ffmpeg", "-h", "full"], capture_output=True, text=True, check=True).stdout
        is_known = "-display_rotation" in helped
        how = ("-display_rotation", "90", "-i", source) if is_known else ("-i", source, "-metadata:s:v", "rotate=90")
        subprocess.run(["ffmpeg", "-v", "quiet", *how, "-c", "copy", target], check=True)
        return target.read_bytes()


def noise() -> bytes:
    """Seconds of work for whoever converts it."""
    return made("n.mov", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30:duration=8", "-c:v", "mjpeg")


def gif() -> bytes:
    """A GIF that moves, of an odd number of pixels."""
    return made("a.gif", "-f", "lavfi", "-i", "testsrc=size=161x121:rate=10:duration=1")

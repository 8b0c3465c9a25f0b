"""Film and sound, by ffmpeg: a picture of it, its measures, and the same film without what a camera wrote into it.

What browsers play is copied into a new container, picture and sound only; everything else is converted to H.264 and
AAC. ffmpeg reads with the one demuxer that fits the bytes, opens nothing but that file, and lives within the limits of
this process.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any

from fedi.workshop.orders import Damaged, Made, Order, Refused

_DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "audio/webm": "matroska",
    "video/ogg": "ogg",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/aac": "aac",
    "image/gif": "gif",
}
_LONGEST_SIDE = 1920
_POSTER_SIDE = 640
_FORGET = ("-map_metadata", "-1", "-map_metadata:s", "-1", "-map_metadata:c", "-1", "-map_chapters", "-1")
_PLAIN = ("-fflags", "+bitexact", "-flags", "+bitexact")


@dataclass(frozen=True, slots=True)
class _Container:
    """What a kind of file is written as, and the codecs that browsers play in it."""

    muxer: str
    video: frozenset[str] = frozenset()
    audio: frozenset[str] = frozenset()


_CONTAINERS = {
    "video/mp4": _Container("mp4", frozenset({"h264"}), frozenset({"aac", "mp3"})),
    "video/webm": _Container("webm", frozenset({"vp8", "vp9", "av1"}), frozenset({"opus", "vorbis"})),
    "audio/mp4": _Container("mp4", audio=frozenset({"aac"})),
    "audio/webm": _Container("webm", audio=frozenset({"opus", "vorbis"})),
    "audio/ogg": _Container("ogg", audio=frozenset({"opus", "vorbis"})),
    "audio/mpeg": _Container("mp3", audio=frozenset({"mp3"})),
    "audio/flac": _Container("flac", audio=frozenset({"flac"})),
    "audio/wav": _Container("wav", audio=frozenset({"pcm_s16le", "pcm_s24le", "pcm_u8", "pcm_f32le"})),
    "audio/aac": _Container("adts", audio=frozenset({"aac"})),
}
_WRITTEN_AS = {"video/quicktime": "video/mp4", "video/ogg": "video/mp4", "image/gif": "video/mp4"}


@dataclass(frozen=True, slots=True)
class _Found:
    """What ffprobe has found: streams of picture and sound that are used, and a cover of sound."""

    video: dict[str, Any] | None
    audio: dict[str, Any] | None
    cover: dict[str, Any] | None
    format: dict[str, Any]


def remake(order: Order) -> Made:
    """Write film or sound anew, and a picture of it; Refused for what is broken, too large or takes too long."""
    found = _probed(order)
    wanted = _WRITTEN_AS.get(order.media_type, order.media_type)
    if wanted.startswith("video/") and found.video is None:
        if found.audio is None:
            raise Damaged("The file has neither picture nor sound")
        wanted = wanted.replace("video/", "audio/")
    if found.video is not None:
        _check(found.video, order)
    media_type = _write(order, found, wanted)
    made = _measured(order, found, media_type)
    Path(order.scratch).replace(order.source)
    return made


# --- looking --------------------------------------------------------------------------------------


def _probed(order: Order) -> _Found:
    said = _run(
        order.ffprobe,
        *("-v", "error", *_reading(order), "-show_streams", "-show_format", "-of", "json", f"file:{order.source}"),
    )
    seen: dict[str, Any] = json.loads(said)
    streams = seen.get("streams", [])
    films = [each for each in streams if each.get("codec_type") == "video"]
    is_sound = order.media_type.startswith("audio/")
    return _Found(
        video=next((each for each in films if not is_sound and not _is_cover(each)), None),
        audio=next((each for each in streams if each.get("codec_type") == "audio"), None),
        cover=next((each for each in films if is_sound or _is_cover(each)), None),
        format=seen.get("format", {}),
    )


def _is_cover(stream: dict[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _reading(order: Order) -> tuple[str, ...]:
    return ("-protocol_whitelist", "file", "-threads", "2", "-f", _DEMUXERS[order.media_type])


def _check(video: dict[str, Any], order: Order) -> None:
    width, height, rate = int(video.get("width", 0)), int(video.get("height", 0)), _rate(video)
    if width * height > order.film_pixels or not width * height:
        raise Refused(f"{width}x{height} videos are not supported")
    if rate > order.frame_rate:
        raise Refused(f"{rate:.0f}fps videos are not supported")


def _rate(video: dict[str, Any]) -> float:
    over, _, under = str(video.get("avg_frame_rate") or "0/1").partition("/")
    return float(over) / float(under) if float(under or 0) else 0.0


# --- writing --------------------------------------------------------------------------------------


def _write(order: Order, found: _Found, wanted: str) -> str:
    """Write the file to the scratch path: as it is where browsers play it so, else converted. Its media type."""
    known = _CONTAINERS[wanted]
    if _fits(found.video, known.video) and _fits(found.audio, known.audio):
        _convert(order, found, "-c", "copy", muxer=known.muxer)
        return wanted
    kind = "video" if found.video is not None else "audio"
    _convert(order, found, *(_AS_H264 if found.video is not None else ()), *_AS_AAC, muxer="mp4")
    return f"{kind}/mp4"


def _fits(stream: dict[str, Any] | None, codecs: frozenset[str]) -> bool:
    # Deep colour and chroma that is not halved are H.264 too, and few browsers show them.
    is_usual = stream is None or stream.get("pix_fmt", "yuv420p") in ("yuv420p", "yuvj420p") or "av1" in codecs
    return stream is None or (stream.get("codec_name") in codecs and is_usual)


def _within(side: int) -> str:
    return f"scale='min({side},iw)':'min({side},ih)':force_original_aspect_ratio=decrease"


_AS_H264 = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-maxrate", "3M", "-bufsize", "6M"),
    *("-pix_fmt", "yuv420p", "-threads", "2"),
    "-vf",
    f"{_within(_LONGEST_SIDE)},scale=trunc(iw/2)*2:trunc(ih/2)*2",
)
_AS_AAC = ("-c:a", "aac", "-b:a", "128k", "-ac", "2")


def _convert(order: Order, found: _Found, *how: str, muxer: str) -> None:
    kept = [each for each in (found.video, found.audio) if each is not None]
    chosen = [part for each in kept for part in ("-map", f"0:{int(each['index'])}")]
    fast = ("-movflags", "+faststart") if muxer == "mp4" else ()
    limit = ("-fs", str(order.file_bytes))
    _run(
        order.ffmpeg,
        *("-nostdin", "-v", "error", "-y", *_reading(order), "-i", f"file:{order.source}", *chosen, "-dn", "-sn"),
        *(*how, *_FORGET, *_PLAIN, *fast, *limit, "-f", muxer, f"file:{order.scratch}"),
    )
    written = Path(order.scratch).stat().st_size
    if not written:
        raise Damaged("There is nothing in the film or sound")
    if written >= order.file_bytes:
        raise Refused("The film or sound is too large once it has been converted")


# --- measuring ------------------------------------------------------------------------------------


def _measured(order: Order, found: _Found, media_type: str) -> Made:
    """The measures of what was written, and its picture, which has been looked at like any other."""
    written = _probed(replace(order, source=order.scratch, media_type=media_type))
    poster = _poster(order, found)
    video = written.video or {}
    width, height = _upright(video)
    return Made(
        width=width,
        height=height,
        blurhash=poster.blurhash if poster else None,
        preview_width=poster.preview_width if poster else None,
        preview_height=poster.preview_height if poster else None,
        media_type=media_type,
        duration_ms=_thousandths(written.format.get("duration")),
        bit_rate=_whole(written.format.get("bit_rate")),
        frame_rate=str(video["avg_frame_rate"]) if _rate(video) else None,
        silent=written.audio is None,
    )


def _upright(video: dict[str, Any]) -> tuple[int | None, int | None]:
    width, height = video.get("width"), video.get("height")
    turned = any(int(each.get("rotation", 0)) % 180 for each in video.get("side_data_list", []))
    return (height, width) if turned else (width, height)


def _thousandths(seconds: object) -> int | None:
    try:
        return _bounded(round(float(str(seconds)) * 1000))
    except (OverflowError, ValueError):
        return None


def _whole(text: object) -> int | None:
    return _bounded(int(str(text))) if str(text).isdecimal() else None


def _bounded(number: int) -> int | None:
    """A number that has a place in the database; a film may say anything of itself."""
    return number if 0 < number < 2**31 else None


def _poster(order: Order, found: _Found) -> Made | None:
    """A picture of a film, or the cover of sound. What ffmpeg cannot draw has none: the file is good all the same."""
    from fedi.workshop import pictures  # not needed for most sound

    drawn = found.video or found.cover
    if drawn is None:
        return None
    picture = Path(f"{order.preview}.png")
    try:
        for start in _starts(found):
            _run(
                order.ffmpeg,
                *("-nostdin", "-v", "error", "-y", *start, *_reading(order), "-i", f"file:{order.source}"),
                *("-map", f"0:{int(drawn['index'])}", "-frames:v", "1"),
                *("-vf", _within(_POSTER_SIDE)),
                *("-f", "image2", "-c:v", "png", f"file:{picture}"),
            )
            if picture.exists() and picture.stat().st_size:
                return pictures.poster(picture, Path(order.preview))
    except Refused:
        return None
    finally:
        picture.unlink(missing_ok=True)
    return None


def _starts(found: _Found) -> Iterator[tuple[str, ...]]:
    """A second into it, where it is no longer black; else its beginning."""
    if found.video is not None and (_thousandths(found.format.get("duration")) or 0) > 2_000:
        yield ("-ss", "1")
    yield ()


def _run(*command: str) -> bytes:
    ended = subprocess.run(command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, check=False)  # noqa: S603 - no shell
    if ended.returncode != 0:
        raise Damaged("The film or sound is damaged, or takes too long to convert")
    return ended.stdout

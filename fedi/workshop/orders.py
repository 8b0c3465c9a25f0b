"""What is asked of the workshop, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """Clean the file at `source` in place and write its preview to `preview`; `scratch` may be used on the way.

    `pixels` is the most that a picture may have, all its frames counted, and `film_pixels` each picture of a film;
    `frame_rate` is a second's; `file_bytes` the most that is written; `cpu_s` the seconds of each program that works.
    Film and sound need `ffmpeg` and `ffprobe`, where these programs are; with them a GIF that moves becomes a film.
    """

    source: str
    preview: str
    scratch: str
    media_type: str
    pixels: int
    file_bytes: int
    cpu_s: int = 60
    film_pixels: int = 0
    frame_rate: int = 0
    ffmpeg: str = ""
    ffprobe: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: sizes in pixels, the blurhash of its picture, and of film and sound what they have besides.

    `media_type` is None where it stayed as it was; `frame_rate` is a fraction, `bit_rate` in bits a second.
    """

    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    preview_width: int | None = None
    preview_height: int | None = None
    media_type: str | None = None
    duration_ms: int | None = None
    bit_rate: int | None = None
    frame_rate: str | None = None
    silent: bool = False


class Refused(Exception):
    """The file cannot be used; the message says why."""


class Damaged(Refused):
    """The bytes are not what they seem to be, or not all of them."""

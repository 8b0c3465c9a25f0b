"""Pictures: written anew, so that nothing a camera or an attacker put beside the pixels survives; thumbnails, blurhash.

All functions are slow (tens of milliseconds): for threads, not for the event loop.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import blurhash_rs
from PIL import Image, ImageOps, UnidentifiedImageError

from fedi.errors import Invalid

PREVIEW_PIXELS = 640
_LARGEST_SIDE = 3840
_BLUR_PIXELS = 32
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_WRITE_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "WEBP": {"quality": 85},
    "PNG": {"optimize": True},
    "GIF": {},
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture that was written: its size in pixels and its blurhash."""

    width: int
    height: int
    blurhash: str


def rewrite(source: Path, media_type: str, target: Path, pixels: int) -> Measured:
    """Write the picture anew, upright, without metadata; `Invalid` for one that is broken or of more than `pixels`."""
    name = _FORMATS[media_type]
    with _opened(source, name, pixels) as image:
        if _frames(image) > 1:
            return _rewrite_animation(image, name, target)
        clean = _clean(image, name)
        clean.save(target, name, **_WRITE_OPTIONS[name])
        return _measured(clean)


def preview(source: Path, target: Path, pixels: int) -> Measured:
    """Write a small WebP of a picture."""
    with _opened(source, None, pixels) as image:
        return write_preview(image, target)


def write_preview(image: Image.Image, target: Path) -> Measured:
    """Write a small WebP of an open image."""
    small = _clean(image, "WEBP")
    small.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
    small.save(target, "WEBP", quality=80)
    return _measured(small)


@contextmanager
def _opened(source: Path, name: str | None, pixels: int) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `pixels` is our own bound
            with Image.open(source, formats=[name] if name else list(_FORMATS.values())) as image:
                if image.width * image.height * _frames(image) > pixels:
                    raise Invalid(f"The picture has more than {pixels // 1_000_000} million pixels", "file")
                yield image
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise Invalid("The picture is damaged and cannot be read", "file") from error


def _frames(image: Image.Image) -> int:
    # Phones put a second picture behind their JPEGs (MPO); that is no animation, and is left behind.
    frames: int = 1 if image.format in ("JPEG", "MPO") else getattr(image, "n_frames", 1)
    return frames


def _clean(image: Image.Image, name: str) -> Image.Image:
    """Upright, not larger than a screen, in a mode the format has, and without anything but pixels."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    transparent = "A" in upright.getbands() or "transparency" in upright.info
    clean = upright.convert("RGBA" if transparent and name != "JPEG" else "RGB")
    clean.info.clear()
    return clean


def _rewrite_animation(image: Image.Image, name: str, target: Path) -> Measured:
    image.save(target, name, save_all=True, **_WRITE_OPTIONS[name], exif=b"", comment=b"")
    image.seek(0)
    return _measured(image.convert("RGB"), image.width, image.height)


def _measured(image: Image.Image, width: int | None = None, height: int | None = None) -> Measured:
    small = image.convert("RGB")
    small.thumbnail((_BLUR_PIXELS, _BLUR_PIXELS))
    blur = blurhash_rs.blurhash_encode(small, 4, 3)
    return Measured(width or image.width, height or image.height, blur)

"""Pictures: written anew, so that nothing a camera or an attacker put beside the pixels survives."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import blurhash_rs
from PIL import Image, ImageOps, UnidentifiedImageError

from fedi.workshop.orders import Damaged, Made, Order, Refused

PREVIEW_PIXELS = 640
_LARGEST_SIDE = 3840
_BLUR_PIXELS = 32
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_WRITE_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "WEBP": {"quality": 85},
    "PNG": {},  # `optimize` would spend ten seconds on a large screenshot to save a hundredth
    "GIF": {},
}


def rewrite(order: Order) -> Made:
    """Write the picture anew, upright, without metadata, and its preview; Refused if it is broken or too large."""
    name, scratch = _FORMATS[order.media_type], Path(order.scratch)
    with _opened(Path(order.source), name, order.pixels) as image:
        clean = image if _frames(image) > 1 else _clean(image, name)
        if clean is image:
            image.save(scratch, name, save_all=True, **_WRITE_OPTIONS[name], exif=b"", comment=b"")
            image.seek(0)
        else:
            clean.save(scratch, name, **_WRITE_OPTIONS[name])
        small = write_preview(clean, Path(order.preview))
    scratch.replace(order.source)
    return replace(small, width=clean.width, height=clean.height)


def moves(order: Order) -> bool:
    """Whether a GIF has more than one picture; Refused for one that is broken or too large."""
    with _opened(Path(order.source), "GIF", order.pixels, frames=False) as image:
        return bool(getattr(image, "is_animated", False))


def poster(source: Path, target: Path) -> Made:
    """Write the preview of a film from a picture of it (PNG)."""
    with _opened(source, "PNG", PREVIEW_PIXELS * PREVIEW_PIXELS) as image:
        return write_preview(image, target)


def write_preview(image: Image.Image, target: Path) -> Made:
    """Write a small WebP of an open image; its measures and blurhash."""
    small = _clean(image, "WEBP", PREVIEW_PIXELS)
    small.save(target, "WEBP", quality=80)
    return Made(preview_width=small.width, preview_height=small.height, blurhash=_blurhash(small))


@contextmanager
def _opened(source: Path, name: str, pixels: int, *, frames: bool = True) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `pixels` is our own bound
            with Image.open(source, formats=[name]) as image:
                if image.width * image.height * (_frames(image) if frames else 1) > pixels:
                    raise Refused(f"The picture has more than {pixels // 1_000_000} million pixels")
                yield image
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        MemoryError,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        raise Damaged("The picture is damaged and cannot be read") from error


def _frames(image: Image.Image) -> int:
    # Phones put a second picture behind their JPEGs (MPO); that is no animation, and is left behind.
    frames: int = 1 if image.format in ("JPEG", "MPO") else getattr(image, "n_frames", 1)
    return frames


def _clean(image: Image.Image, name: str, side: int = _LARGEST_SIDE) -> Image.Image:
    """Upright, not larger than `side`, in a mode the format has, and without anything but pixels."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((side, side))
    transparent = "A" in upright.getbands() or "transparency" in upright.info
    clean = upright.convert("RGBA" if transparent and name != "JPEG" else "RGB")
    clean.info.clear()
    return clean


def _blurhash(image: Image.Image) -> str:
    small = image.convert("RGB")
    small.thumbnail((_BLUR_PIXELS, _BLUR_PIXELS))
    return blurhash_rs.blurhash_encode(small, 4, 3)

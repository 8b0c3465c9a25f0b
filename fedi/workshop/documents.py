"""The first page of a PDF as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from fedi.workshop import pictures
from fedi.workshop.orders import Made


def first_page(source: Path, target: Path) -> Made | None:
    """Write the first page as a small WebP; None for a PDF that is broken, encrypted or empty: it is kept as it is."""
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        return None
    try:
        return pictures.write_preview(_rendered(document[0]), target)
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        return None
    finally:
        document.close()


def _rendered(page: Any) -> Image.Image:
    longest = max(page.get_size())
    scale = min(2.0, pictures.PREVIEW_PIXELS / longest)  # a page may claim to be a kilometre wide
    rendered: Image.Image = page.render(scale=scale).to_pil()
    return rendered

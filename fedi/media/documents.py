"""The first page of a PDF as a picture. Slow (about 100 ms): for threads."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PIL import Image

from fedi.media import pictures
from fedi.media.pictures import Measured

# PDFium keeps state of its own and may be entered by one thread at a time.
_pdfium = threading.Lock()


def first_page(source: Path, target: Path) -> Measured | None:
    """Write the first page as a small WebP; None for a PDF that is broken, encrypted or empty: it is kept as it is."""
    import pypdfium2  # 20 MiB that most processes never need

    with _pdfium:
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

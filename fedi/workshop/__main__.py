"""Does one order, read from the input as JSON, and prints what was made, or why the file is refused."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from fedi.workshop import limits
from fedi.workshop.orders import Damaged, Made, Order, Refused

_PROGRAM_BYTES, _FILM_BYTES = 512 * 2**20, 2**30
"""Addresses, of which a program uses a part: ffmpeg reserves much for each of its threads."""

_BYTES_A_PIXEL = 16
"""A picture is four bytes a pixel, and stands in memory up to three times while it is turned and converted."""


def main() -> None:
    """One file, and the end."""
    order = Order(**json.load(sys.stdin))
    limits.keep_to(order.cpu_s, 2 * order.file_bytes, _memory(order))
    try:
        made = _done(order)
    except Refused as reason:
        answer: dict[str, object] = {"damaged" if isinstance(reason, Damaged) else "refused": str(reason)}
    else:
        answer = {"made": asdict(made) if made else None}
    json.dump(answer, sys.stdout)


def _memory(order: Order) -> int:
    return _PROGRAM_BYTES + _BYTES_A_PIXEL * order.pixels + (_FILM_BYTES if order.ffmpeg else 0)


def _done(order: Order) -> Made | None:
    # Each kind of work loads its own libraries.
    if order.media_type == "application/pdf":
        from fedi.workshop import documents

        return documents.first_page(Path(order.source), Path(order.preview))
    if order.media_type.startswith("image/"):
        from fedi.workshop import pictures

        if not (order.ffmpeg and order.media_type == "image/gif" and pictures.moves(order)):
            return pictures.rewrite(order)
    from fedi.workshop import films

    return films.remake(order)


if __name__ == "__main__":
    main()

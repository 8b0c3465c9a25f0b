"""Does one order, read from the input as JSON, and prints what was made, or why the file is refused."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from fedi.workshop import limits
from fedi.workshop.orders import Made, Order, Refused

_CPU_S = 60


def main() -> None:
    """One file, and the end."""
    order = Order(**json.load(sys.stdin))
    limits.keep_to(_CPU_S, 2 * order.file_bytes, order.pixels)
    try:
        made = _done(order)
    except Refused as reason:
        answer: dict[str, object] = {"refused": str(reason)}
    else:
        answer = {"made": asdict(made) if made else None}
    json.dump(answer, sys.stdout)


def _done(order: Order) -> Made | None:
    if order.media_type == "application/pdf":
        from fedi.workshop import documents  # each kind of work loads its own libraries

        return documents.first_page(Path(order.source), Path(order.preview))
    from fedi.workshop import pictures

    return pictures.rewrite(order)


if __name__ == "__main__":
    main()

"""Documents as they must be, to the letter: `tests/golden/<name>.json`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"


def check(name: str, document: Any) -> None:
    """Compare with the golden file; with GOLDEN=write in the environment, write it instead, to be read and
    committed.
    """
    path = FOLDER / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    assert document == json.loads(path.read_text("utf-8"))

"""Writes `pasture.json`: `python export_pasture.py > pasture.json`, with a Python that has fediverse-pasture-inputs.

The package (MIT, by Helge) needs Python 3.13, and is data only: so its tables are kept here instead.
"""

from __future__ import annotations

import importlib
import json
import sys


def main() -> None:
    """Print every table: its name, and what each example adds to a note."""
    tables = importlib.import_module("fediverse_pasture_inputs").available
    examples = {name: tables[name].examples for name in sorted(tables)}
    json.dump(examples, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()

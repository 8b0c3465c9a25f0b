"""Makes the files of the demo schools again: ``python -m instances.demo.make_files``.

The PDF and DOCX of a material come from the Markdown named by ``source`` in its ``material.toml``; diagrams and
portraits are drawn by ``make_pictures``. The same sources and fonts give the same bytes: a second run changes nothing.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from instances.demo import make_docx, make_pdf
from instances.demo.make_pictures import PICTURES, portrait
from instances.demo.sheets import load

DEMO = Path(__file__).parent
WRITERS = {".pdf": make_pdf.write, ".docx": make_docx.write}


def make_pictures() -> None:
    """Draw every diagram and every teacher's portrait."""
    for name, draw in PICTURES.items():
        draw().save(DEMO / name, quality=88, optimize=True)
    for people in sorted(DEMO.glob("*.localhost/people.toml")):
        for person in tomllib.loads(people.read_text("utf-8"))["people"]:
            path = people.parent / person["avatar"]
            path.parent.mkdir(exist_ok=True)
            portrait(person["username"]).quantize(96).save(path, optimize=True)


def make_sheets(material: Path) -> None:
    """Write the PDF and DOCX files of one material's folder."""
    for file in tomllib.loads((material / "material.toml").read_text("utf-8"))["files"]:
        if source := file.get("source"):
            path = material / file["path"]
            WRITERS[path.suffix](load(material, source, file["title"]), path)


def main() -> None:
    """Pictures first: the sheets show them."""
    make_pictures()
    for material in sorted(DEMO.glob("*.localhost/materials/*/")):
        make_sheets(material)


if __name__ == "__main__":
    main()

"""A sheet as a Word document with real styles, numbering and tables, which a teacher can edit."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line

from instances.demo.paper import COLOURS
from instances.demo.sheets import (
    AnswerLine,
    Block,
    Code,
    Grid,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Picture,
    Sheet,
    Span,
)

MADE = datetime(2026, 9, 1, tzinfo=UTC)


def write(sheet: Sheet, path: Path) -> None:
    """Write ``sheet`` to ``path``; the same sheet always gives the same bytes."""
    document = docx.Document()
    _styles(document, sheet)
    _properties(document, sheet)
    document.add_paragraph(sheet.title, style="Title")
    document.add_paragraph("   ".join(f"{name}: {fact}" for name, fact in sheet.facts), style="Subtitle")
    _blocks(document, sheet.blocks)
    document.sections[0].footer.paragraphs[0].text = sheet.credit
    _save(document, path)


def _styles(document: Document, sheet: Sheet) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    for name, size in (
        ("Normal", 11),
        ("Title", 20),
        ("Subtitle", 10),
        ("Heading 2", 14),
        ("Heading 3", 12),
        ("Footer", 8),
    ):
        _style(
            document,
            name,
            size,
            COLOURS[sheet.subject] if name.startswith(("Title", "Heading")) else (60, 60, 60),
        )


def _style(document: Document, name: str, size: float, colour: tuple[int, int, int]) -> None:
    style = document.styles[name]
    style.font.name, style.font.size, style.font.italic = "Arial", Pt(size), False
    style.font.color.rgb = RGBColor(*colour)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), "Arial")


def _properties(document: Document, sheet: Sheet) -> None:
    about = document.core_properties
    about.title, about.author, about.language, about.comments = sheet.title, sheet.credit, sheet.language, ""
    about.created = about.modified = MADE


def _blocks(document: Document, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, PageBreak):
            document.add_paragraph().paragraph_format.page_break_before = True
        else:
            _block(document, block)


def _block(document: Document, block: Block) -> None:
    match block:
        case Heading():
            _runs(document.add_paragraph(style=f"Heading {max(block.level, 2)}"), block.spans)
        case Paragraph():
            _runs(document.add_paragraph(), block.spans)
        case Items():
            _items(document, block, depth=1)
        case Grid():
            _grid(document, block)
        case Picture():
            document.add_picture(str(block.path), width=Cm(14))
        case Code():
            _runs(document.add_paragraph(style="No Spacing"), (Span(block.text, code=True),))
        case AnswerLine():
            _answer_line(document.add_paragraph())


def _runs(line: Line, spans: Sequence[Span]) -> None:
    for span in spans:
        run = line.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None
        if span.code:
            run.font.name = "Courier New"


def _items(document: Document, items: Items, depth: int) -> None:
    style = ("List Number" if items.ordered else "List Bullet") + (f" {depth}" if depth > 1 else "")
    number = _numbering(document, style, items.start) if items.ordered else None
    for first, *others in items.items:
        line = document.add_paragraph(style=style)
        _runs(line, first.spans if isinstance(first, Paragraph) else ())
        if number is not None:
            line.paragraph_format.element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
        for block in others:
            _items(document, block, depth + 1) if isinstance(block, Items) else _block(document, block)


def _numbering(document: Document, style: str, start: int) -> int:
    """A numbering of its own for one list: without it Word goes on counting from the list before."""
    numbering = document.part.numbering_part.element
    shared = document.styles[style].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(shared).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(number.numId)


def _grid(document: Document, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.rows[0]), style="Table Grid")
    for number, row in enumerate(grid.rows):
        for cell, spans in zip(table.add_row().cells, row, strict=True):
            bold = tuple(replace(span, bold=True) for span in spans)
            _runs(cell.paragraphs[0], bold if grid.header and number == 0 else spans)
    document.add_paragraph()


def _answer_line(line: Line) -> None:
    """A paragraph ruled below, so that it stays one line whatever the font."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "999999")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    line.paragraph_format.element.get_or_add_pPr().append(borders)


def _save(document: Document, path: Path) -> None:
    """Zip again with one date on every part: python-docx writes the hour of the run."""
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name in made.namelist():
            file.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), made.read(name), zipfile.ZIP_DEFLATED)

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
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
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
    widths = _columns(grid)
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for number, texts in enumerate(grid.rows):
        row = table.add_row()
        row.height = Cm(1.1) if not all(texts) else None  # an empty cell is for writing
        for cell, spans, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Cm(width)
            _cell(cell, spans, header=grid.header and number == 0)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _columns(grid: Grid) -> list[float]:
    """Widths in centimetres, after the square root of the longest text in each column."""
    longest = [max(sum(len(span.text) for span in cell) for cell in column) for column in zip(*grid.rows, strict=True)]
    roots = [max(length, 6) ** 0.5 for length in longest]
    return [17 * root / sum(roots) for root in roots]


def _cell(cell: _Cell, spans: Sequence[Span], header: bool) -> None:
    line = cell.paragraphs[0]
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
    _runs(line, [replace(span, bold=True) for span in spans] if header else spans)
    if header:
        cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill="ECEFF3"))  # noqa: SLF001


def _answer_line(line: Line) -> None:
    """A paragraph ruled below; ``between`` keeps Word from merging the rules of several lines into one."""
    borders = _element("pBdr")
    for side in ("bottom", "between"):
        borders.append(_element(side, val="single", sz="4", space="1", color="999999"))
    line.paragraph_format.element.get_or_add_pPr().append(borders)  # before spacing: the schema has an order
    line.paragraph_format.space_after = Pt(6)


def _element(name: str, **values: str) -> BaseOxmlElement:
    """An element of WordprocessingML that python-docx has no method for."""
    element = OxmlElement(f"w:{name}")
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _save(document: Document, path: Path) -> None:
    """Zip again with one date on every part: python-docx writes the hour of the run."""
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name in made.namelist():
            file.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), made.read(name), zipfile.ZIP_DEFLATED)

"""A sheet as a PDF: A4 for print, or wide slides for a presentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from instances.demo.paper import INK, PRINT, SLIDES, YOUNG, Line, Look, Paper, draw, line_height, rule, wrap
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

PALE = (206, 212, 218)
TABLE = 0.93  # the size of text in tables to running text


def write(sheet: Sheet, path: Path) -> None:
    """Write ``sheet`` to ``path``; the same sheet always gives the same bytes."""
    paper = Paper(sheet, _look(sheet))
    _cover(paper) if paper.look is SLIDES else _head(paper)
    _blocks(paper, sheet.blocks, paper.look.margin, paper.look.width)
    paper.output(str(path))


def _look(sheet: Sheet) -> Look:
    if sheet.kind == "presentation":
        return SLIDES
    return YOUNG if sheet.kind == "worksheet" and max(sheet.classes) <= 4 else PRINT


def _head(paper: Paper) -> None:
    title = wrap(paper, (Span(paper.sheet.title, bold=True),), paper.look.width, 19)
    height = 25 + 8.5 * len(title)
    _band(paper, height)
    _label(paper, paper.look.margin, 8, paper.sheet.kind_label.upper(), 9)
    paper.set_y(13.5)
    draw(paper, title, paper.look.margin, 19, 8.5)
    facts = "     ".join(f"{name}: {fact}" for name, fact in paper.sheet.facts)
    _label(paper, paper.look.margin, paper.get_y() + 2.5, facts, 10)
    paper.set_text_color(*INK)
    paper.set_y(height + 6)


def _cover(paper: Paper) -> None:
    _band(paper, paper.look.page[1])
    paper.set_y(52)
    title = wrap(paper, (Span(paper.sheet.title, bold=True),), paper.look.width, 36)
    draw(paper, title, paper.look.margin, 36, 17)
    _label(paper, paper.look.margin, paper.get_y() + 8, ", ".join(fact for _, fact in paper.sheet.facts[:2]), 18)
    _label(paper, paper.look.margin, paper.get_y() + 12, paper.sheet.credit, 14)
    paper.set_text_color(*INK)


def _band(paper: Paper, height: float) -> None:
    paper.set_fill_color(*paper.colour)
    paper.rect(0, 0, paper.look.page[0], height, style="F")
    paper.set_text_color(255)


def _label(paper: Paper, x: float, y: float, text: str, size: float) -> None:
    paper.set_font("sans", "", size)
    paper.set_xy(x, y)
    paper.cell(paper.look.width, 4, text)


def _blocks(paper: Paper, blocks: Sequence[Block], x: float, width: float) -> None:
    for place, block in enumerate(blocks):
        if isinstance(block, PageBreak):
            paper.turn()
        else:
            paper.need(_kept(paper, blocks[place:], width))
            _block(paper, block, x, width)


def _kept(paper: Paper, blocks: Sequence[Block], width: float) -> float:
    """Millimetres that must stay together from the first of ``blocks`` on: nothing announces an empty page end."""
    size = paper.look.size
    if paper.look is SLIDES:  # its author says where a slide ends
        return 0
    match blocks[0]:
        case Heading():
            return size * 1.3 + _kept(paper, blocks[1:], width) if blocks[1:] else size
        case Paragraph(spans=spans):
            announces = spans[-1].text.endswith(":") or isinstance(next(iter(blocks[1:]), None), Grid | AnswerLine)
            text = sum(line_height(line, size) for line in wrap(paper, spans, width, size)) + size * 0.16
            return text + (_kept(paper, blocks[1:], width) if announces and blocks[1:] else 0)
        case Grid():
            total = sum(_row_height(paper, row) for row in _wrap_grid(paper, blocks[0]))
            return total if total < paper.look.page[1] / 2 else size * 2
        case Picture():
            return _picture_size(paper, blocks[0])[1] + 5
    return size * 0.5


def _block(paper: Paper, block: Block, x: float, width: float) -> None:
    match block:
        case Heading():
            _heading(paper, block)
        case Paragraph():
            draw(paper, wrap(paper, block.spans, width, paper.look.size), x, paper.look.size)
            paper.ln(paper.look.size * 0.16)
        case Items():
            _items(paper, block, x, width)
        case Grid():
            _grid(paper, block)
        case Picture():
            _picture(paper, block)
        case Code():
            _code(paper, block, x, width)
        case AnswerLine():
            _answer_line(paper, x, width)


def _heading(paper: Paper, heading: Heading) -> None:
    _slide_title(paper, heading) if paper.look is SLIDES else _print_heading(paper, heading)


def _print_heading(paper: Paper, heading: Heading) -> None:
    size = paper.look.size * (1.35 if heading.level <= 2 else 1.1)
    paper.ln(size * 0.16)
    paper.set_text_color(*paper.colour)
    spans = tuple(replace(span, bold=True) for span in heading.spans)
    draw(paper, wrap(paper, spans, paper.look.width, size), paper.look.margin, size)
    if heading.level <= 2:
        rule(paper, paper.look.margin, paper.look.width, paper.get_y() + 0.5, paper.colour)
        paper.ln(1.2)
    paper.set_text_color(*INK)
    paper.ln(size * 0.12)


def _slide_title(paper: Paper, heading: Heading) -> None:
    _band(paper, 30)
    paper.set_y(10)
    bold = tuple(replace(span, bold=True) for span in heading.spans)
    draw(paper, wrap(paper, bold, paper.look.width, 28), paper.look.margin, 28)
    paper.set_text_color(*INK)
    paper.set_y(38)


def _answer_line(paper: Paper, x: float, width: float) -> None:
    paper.need(8.5)
    rule(paper, x, width, paper.get_y() + 7, (150, 150, 150))
    paper.ln(8.5)


def _items(paper: Paper, items: Items, x: float, width: float) -> None:
    indent = paper.look.size * 0.62
    for number, blocks in enumerate(items.items, items.start):
        paper.need(_kept(paper, blocks, width - indent))
        top = paper.get_y()
        _marker(paper, x, f"{number}." if items.ordered else "•", _first_line(paper, blocks, width - indent))
        paper.set_y(top)
        _blocks(paper, blocks, x + indent, width - indent)
    paper.ln(paper.look.size * 0.06)


def _first_line(paper: Paper, blocks: Sequence[Block], width: float) -> float:
    """The height of an item's first line: the marker stands at its middle, also beside a fraction."""
    size = paper.look.size
    spans = blocks[0].spans if isinstance(blocks[0], Paragraph) else ()
    return next((line_height(line, size) for line in wrap(paper, spans, width, size)), size * 0.47)


def _marker(paper: Paper, x: float, text: str, height: float) -> None:
    paper.set_text_color(*paper.colour)
    draw(paper, wrap(paper, (Span(text, bold=True),), 20, paper.look.size), x, paper.look.size, height)
    paper.set_text_color(*INK)


def _picture(paper: Paper, picture: Picture) -> None:
    width, height = _picture_size(paper, picture)
    paper.image(picture.path, (paper.look.page[0] - width) / 2, paper.get_y() + 1, width, alt_text=picture.alt)
    paper.set_y(paper.get_y() + height + 4)


def _picture_size(paper: Paper, picture: Picture) -> tuple[float, float]:
    with Image.open(picture.path) as image:
        ratio = image.height / image.width
    width = min(paper.look.width * 0.86, (104 if paper.look is SLIDES else 78) / ratio)
    return width, width * ratio


def _code(paper: Paper, code: Code, x: float, width: float) -> None:
    size = paper.look.size * 0.92
    step = size * 0.46
    lines = code.text.split("\n")
    paper.need(step * len(lines) + 6)
    paper.set_fill_color(241, 243, 245)
    paper.rect(x, paper.get_y(), width, step * len(lines) + 4, style="F")
    paper.set_font("mono", "", size)
    for number, line in enumerate(lines):
        paper.set_xy(x + 3, paper.get_y() if number else paper.get_y() + 2)
        paper.cell(width, step, line)
        paper.ln(step)
    paper.ln(4.5)


def _grid(paper: Paper, grid: Grid) -> None:
    widths = _columns(paper, grid)
    for number, row in enumerate(_wrap_grid(paper, grid)):
        _row(paper, row, widths, header=grid.header and number == 0)
    paper.ln(3.5)


def _wrap_grid(paper: Paper, grid: Grid) -> list[list[list[Line]]]:
    """The lines of every cell of every row; those of the header are bold."""
    widths = _columns(paper, grid)
    size = paper.look.size * TABLE
    rows = list(grid.rows)
    if grid.header:
        rows[0] = tuple(tuple(replace(span, bold=True) for span in cell) for cell in rows[0])
    return [[wrap(paper, cell, width - 4, size) for cell, width in zip(row, widths, strict=True)] for row in rows]


def _row_height(paper: Paper, row: Sequence[Sequence[Line]]) -> float:
    """An empty cell is for writing: its row is made tall enough for a hand."""
    size = paper.look.size * TABLE
    text = max(sum(line_height(line, size) for line in lines) for lines in row) + 3
    return max(text, 10.0) if any(not lines for lines in row[1:]) else text


def _columns(paper: Paper, grid: Grid) -> list[float]:
    """Widths after the square root of the longest text in each column, no narrower than its longest word."""
    size = paper.look.size * TABLE
    words = [max(_longest(paper, row[column], size) for row in grid.rows) + 4.5 for column in range(len(grid.rows[0]))]
    texts = [
        max(sum(len(span.text) for span in row[column]) for row in grid.rows) ** 0.5 for column in range(len(words))
    ]
    spare = paper.look.width - sum(words)
    return [word + spare * text / sum(texts) for word, text in zip(words, texts, strict=True)]


def _longest(paper: Paper, cell: tuple[Span, ...], size: float) -> float:
    return max(
        (sum(atom.width for atom in word) for line in wrap(paper, cell, 1000, size) for word in line),
        default=0,
    )


def _row(paper: Paper, row: Sequence[Sequence[Line]], widths: Sequence[float], header: bool) -> None:
    height = _row_height(paper, row)
    paper.need(height)
    x, y = paper.look.margin, paper.get_y()
    for lines, width in zip(row, widths, strict=True):
        _cell(paper, x, y, width, height, header)
        paper.set_y(y + 1.5)
        draw(paper, lines, x + 2, paper.look.size * TABLE)
        x += width
    paper.set_y(y + height)


def _cell(paper: Paper, x: float, y: float, width: float, height: float, header: bool) -> None:
    tint = [255 - (255 - part) // 7 for part in paper.colour]
    paper.set_fill_color(*(tint if header else (255, 255, 255)))
    paper.set_draw_color(*PALE)
    paper.set_line_width(0.25)
    paper.rect(x, y, width, height, style="DF")

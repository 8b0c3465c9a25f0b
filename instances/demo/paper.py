"""Paper, ink and lines of words: what a PDF of the demo is set with.

The fonts are PT Sans and PT Mono, which have every Kazakh letter, and DejaVu Sans for signs they lack (Debian's
packages fonts-paratype and fonts-dejavu-core). Only the glyphs used are embedded. Lengths are in millimetres, sizes of
type in points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from fpdf import FPDF

from instances.demo.sheets import Sheet, Span

FONTS = Path("/usr/share/fonts/truetype")
FILES = {
    ("sans", ""): "paratype/PTS55F.ttf",
    ("sans", "B"): "paratype/PTS75F.ttf",
    ("sans", "I"): "paratype/PTS56F.ttf",
    ("sans", "BI"): "paratype/PTS76F.ttf",
    ("mono", ""): "paratype/PTM55F.ttf",
    ("mono", "B"): "paratype/PTM75F.ttf",
    ("signs", ""): "dejavu/DejaVuSans.ttf",
    ("signs", "B"): "dejavu/DejaVuSans-Bold.ttf",
}
UNIT = re.compile(r"(?<=\d) (?=(?:км|м|дм|см|мм|Ом|А|В)\b)")  # a number and its unit stay on one line
FRACTION = re.compile(r"(?<![\d/□?])(\d+|□|\?)/(\d+|□|\?)(?![\d/□?])")
COLOURS = {
    "mathematics": (37, 92, 153),
    "physics": (94, 63, 140),
    "informatics": (28, 110, 120),
    "biology": (46, 117, 66),
    "natural-science": (20, 112, 148),
    "geography": (60, 112, 52),
    "history": (143, 84, 32),
    "kazakh-language": (0, 122, 135),
    "russian-language": (150, 50, 70),
    "english-language": (58, 74, 140),
    "primary": (176, 86, 24),
}
INK = (33, 37, 41)
SPACE = 0.095  # millimetres between words for each point of size
MADE = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes of a page: lengths in millimetres, ``size`` of the running text in points."""

    page: tuple[float, float]
    margin: float
    size: float

    @property
    def width(self) -> float:
        """The width of the text."""
        return self.page[0] - 2 * self.margin


PRINT = Look(page=(210, 297), margin=18, size=11)
SLIDES = Look(page=(297, 167), margin=22, size=22)
YOUNG = replace(PRINT, size=13.5)


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never broken in two: a piece of a word, or a stacked fraction when ``under`` is set."""

    text: str
    family: str
    style: str
    width: float
    under: str = ""


Word = list[Atom]
Line = list[Word]


class Paper(FPDF):
    """The PDF being written, with a running foot on every page."""

    def __init__(self, sheet: Sheet, look: Look) -> None:
        super().__init__(unit="mm", format=look.page)
        self.sheet, self.look = sheet, look
        self.colour = COLOURS[sheet.subject]
        for (family, style), file in FILES.items():
            self.add_font(family, style, FONTS / file)
        self.set_margin(look.margin)
        self.c_margin = 0.0
        self.set_auto_page_break(False)
        self.set_creation_date(MADE)
        self.set_title(sheet.title)
        self.set_author(sheet.credit)
        self.set_lang(sheet.language)
        self.add_page()

    def footer(self) -> None:
        """Title, author, source and licence, and the page number; a cover has them large already."""
        if self.look is SLIDES and self.page_no() == 1:
            return
        self.set_font("sans", "", 8)
        self.set_text_color(110)
        for line, text in enumerate((self.sheet.title, self.sheet.credit)):
            self.set_xy(self.look.margin, self.look.page[1] - 12.5 + 3.7 * line)
            self.cell(self.look.width - 12, 3.7, text)
        self.cell(12, 3.7, str(self.page_no()), align="R")

    @property
    def left(self) -> float:
        """Millimetres left on the page above the foot."""
        return self.look.page[1] - 16 - self.get_y()

    def need(self, height: float) -> None:
        """Go to a new page unless ``height`` millimetres are left on this one."""
        if height > self.left:
            self.turn()

    def turn(self) -> None:
        """Go on at the head of a new page."""
        self.add_page()
        self.set_y(self.look.margin)

    def has(self, family: str, text: str) -> bool:
        """Whether a font can show every letter of ``text``."""
        return all(ord(letter) in self.fonts[family].cmap for letter in text)  # type: ignore[union-attr]


def wrap(paper: Paper, spans: Sequence[Span], width: float, size: float) -> list[Line]:
    """Lines of whole words, none wider than ``width``; a line break in the text is kept."""
    lines: list[Line] = []
    for is_break, part in groupby(spans, key=lambda span: span.text == "\n"):
        if not is_break:
            lines += _fill(_words(paper, part, size), width, size * SPACE)
    return lines


def _fill(words: Iterable[Word], width: float, space: float) -> list[Line]:
    lines: list[Line] = [[]]
    used = 0.0
    for word in words:
        length = sum(atom.width for atom in word)
        if lines[-1] and used + length > width:
            lines.append([])
            used = 0.0
        lines[-1].append(word)
        used += length + space
    return lines


def _words(paper: Paper, spans: Iterable[Span], size: float) -> list[Word]:
    words: list[Word] = [[]]
    for span in spans:
        first, *others = re.split(r"[ \t]+", UNIT.sub("\u00a0", span.text))
        words[-1] += _atoms(paper, first, span, size)
        words += [_atoms(paper, text, span, size) for text in others]
    return [word for word in words if word]


def _atoms(paper: Paper, text: str, span: Span, size: float) -> list[Atom]:
    atoms: list[Atom] = []
    position = 0
    fractions = FRACTION.finditer(text) if paper.sheet.subject == "mathematics" else ()
    for found in fractions:
        atoms += _plain(paper, text[position : found.start()], span, size)
        atoms.append(_fraction(paper, found[1], found[2], span, size))
        position = found.end()
    return atoms + _plain(paper, text[position:], span, size)


def _plain(paper: Paper, text: str, span: Span, size: float) -> list[Atom]:
    if not text:
        return []
    family = "mono" if span.code else "sans"
    style = ("B" if span.bold else "") + ("I" if span.italic and not span.code else "")
    if not paper.has(family, text):
        family, style = "signs", style.replace("I", "")
    paper.set_font(family, style, size)
    return [Atom(text, family, style, paper.get_string_width(text))]


def _fraction(paper: Paper, over: str, under: str, span: Span, size: float) -> Atom:
    parts = [_plain(paper, part, span, size * 0.86)[0] for part in (over, under)]
    return Atom(over, parts[0].family, parts[0].style, max(part.width for part in parts) + size * 0.08, under)


def line_height(line: Line, size: float) -> float:
    """The height of a line: more when a fraction stands in it."""
    return size * (0.86 if any(atom.under for word in line for atom in word) else 0.47)


def draw(paper: Paper, lines: Sequence[Line], x: float, size: float, step: float | None = None) -> None:
    """Draw ``lines`` from the present height down, and stand below them; ``step`` fixes the distance of lines."""
    for line in lines:
        height = step or line_height(line, size)
        paper.need(height)
        at = x
        for word in line:
            for atom in word:
                _atom(paper, atom, at, paper.get_y(), height, size)
                at += atom.width
            at += size * SPACE
        paper.set_y(paper.get_y() + height)


def _atom(paper: Paper, atom: Atom, x: float, y: float, height: float, size: float) -> None:
    if atom.under:
        _stacked(paper, atom, x, y, height, size)
    else:
        _text(paper, atom.text, atom, x, y, atom.width, height, size)
    paper.set_y(y)


def _stacked(paper: Paper, atom: Atom, x: float, y: float, height: float, size: float) -> None:
    small = size * 0.86
    middle = y + height / 2
    for text, top in ((atom.text, middle - small * 0.42), (atom.under, middle + small * 0.05)):
        plain = _plain(paper, text, Span(text, bold="B" in atom.style), small)[0]
        _text(paper, text, plain, x + (atom.width - plain.width) / 2, top, plain.width, small * 0.38, small)
    rule(paper, x + size * 0.02, atom.width - size * 0.04, middle, INK)


def _text(paper: Paper, text: str, atom: Atom, x: float, y: float, width: float, height: float, size: float) -> None:
    paper.set_font(atom.family, atom.style, size)
    paper.set_xy(x, y)
    paper.cell(width, height, text)


def rule(paper: Paper, x: float, width: float, y: float, colour: tuple[int, int, int]) -> None:
    """A thin line across."""
    paper.set_draw_color(*colour)
    paper.set_line_width(0.3)
    paper.line(x, y, x + width, y)

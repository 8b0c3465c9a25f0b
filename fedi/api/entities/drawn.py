"""HTML as clients draw it: with the few elements that Mastodon's own posts have.

Materials and articles have headings and tables. Some clients leave out an element they do not know with all that stands
in it (Elk), others only its tags, and words of two cells become one.
"""

from __future__ import annotations

import re

_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?:[^<>"]|"[^"]*")*+>')

_TABLE = frozenset(("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary")
_NOTHING = ("dl", "figure", "details", "hr", "mark", "small", "cite", "abbr", "dfn", "wbr")
_INSTEAD: dict[str, tuple[str, str]] = {
    **dict.fromkeys(_HEADINGS, ("<p><strong>", "</strong></p>")),
    **dict.fromkeys(("dd", "figcaption"), ("<p>", "</p>")),
    **dict.fromkeys(("kbd", "samp", "var"), ("<code>", "</code>")),
    **dict.fromkeys(_NOTHING, ("", "")),
    "ins": ("<u>", "</u>"),
    "q": ("“", "”"),
}
"""What stands for the start tag and the end tag of an element that clients do not know."""

_RARE = re.compile(rf"<(?:{'|'.join((*_INSTEAD, *_TABLE))})\b")
_INLINE = frozenset(("a", "b", "br", "code", "del", "em", "i", "s", "span", "strong", "sub", "sup", "u"))
_BETWEEN_CELLS = " | "


def drawn(html: str) -> str:
    """The same text without elements that clients do not know; `html` has been cleaned, so its elements are closed."""
    return _Writer().write(html) if _RARE.search(html) else html


class _Writer:
    """Writes a text from its beginning to its end. A table becomes a paragraph with a line for each row."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._tables = 0
        self._in_cell = False
        self._rows = self._cells = 0

    def write(self, html: str) -> str:
        """The whole text."""
        position = 0
        for tag in _TAG.finditer(html):
            self._text(html[position : tag.start()])
            self._tag(tag)
            position = tag.end()
        self._text(html[position:])
        return "".join(self._pieces)

    def _text(self, text: str) -> None:
        if not self._tables or self._in_cell:
            self._pieces.append(text)

    def _tag(self, tag: re.Match[str]) -> None:
        name, is_end = tag["name"], bool(tag["end"])
        if name == "table":
            self._table(is_end)
        elif self._tables:
            self._inside(name, is_end, tag[0])
        else:
            self._pieces.append(_INSTEAD[name][is_end] if name in _INSTEAD else tag[0])

    def _table(self, is_end: bool) -> None:
        self._tables += -1 if is_end else 1
        if self._tables == (0 if is_end else 1):
            self._pieces.append("</p>" if is_end else "<p>")
            self._rows, self._in_cell = 0, False

    def _inside(self, name: str, is_end: bool, raw: str) -> None:
        """A tag in a table: of a table in it, and of blocks in its cells, only the text is left."""
        if self._tables == 1 and name in _TABLE:
            self._part(name, is_end)
        elif self._in_cell and name in _INLINE:
            self._pieces.append(raw)
        elif self._in_cell:
            self._pieces.append(" ")

    def _part(self, name: str, is_end: bool) -> None:
        if name == "tr" and not is_end:
            self._next_row()
        elif name in ("td", "th", "caption"):
            self._cell(name, is_end)

    def _next_row(self) -> None:
        if self._rows:
            self._pieces.append("<br>")
        self._rows, self._cells = self._rows + 1, 0

    def _cell(self, name: str, is_end: bool) -> None:
        if name == "caption" and not is_end:
            self._next_row()
        elif not is_end and self._cells:
            self._pieces.append(_BETWEEN_CELLS)
        self._cells += not is_end
        if name != "td":
            self._pieces.append("</strong>" if is_end else "<strong>")
        self._in_cell = not is_end

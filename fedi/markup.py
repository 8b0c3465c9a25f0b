"""HTML of strangers that costs more than it says, written anew before it is parsed in earnest.

A parser of HTML repairs: a formatting element that was left open is made again in each later paragraph, and every tag
looks through all elements that are open. So ten kilobytes can become five megabytes, and a megabyte of `<div>` takes
minutes. A text with few tags can do no harm. One with many is taken apart tag by tag, and comes
out in good order: what is opened is closed where it should be, nothing is nested deeply, and nothing else is changed.
"""

from __future__ import annotations

import html
import re

MAX_CHARS = 200_000
"""What stands behind these is not read. A lesson plan of thirty printed pages has about 100,000, tags included."""

FEW = 200
"""So many `<` may stand in any order; the worst of it is 70 KB."""

MAX_DEPTH = 60

CLASSES = {"mention", "hashtag", "ellipsis", "invisible", "quote-inline"} | {
    f"{prefix}-{name}"
    for prefix, names in {
        "h": "adr card cite entry event feed geo item listing product recipe resume review",
        "p": "adr author category comment content description honorific-prefix honorific-suffix job-title latitude"
        " location longitude name nickname note org price rating role summary",
        "u": "audio bookmark-of comment email featured in-reply-to like-of logo photo quotation-of repost-of"
        " syndication uid url video",
        "dt": "accessed bday duration end published rev start updated",
        "e": "content description instructions",
    }.items()
    for name in names.split()
}
"""Names of classes that mean something outside of the page they come from: what clients match on, and microformats2."""

_VOID = frozenset(("br", "hr", "img", "wbr"))
_SILENT = frozenset(("script", "style"))
_BLOCKS = frozenset(
    (
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote", "ul", "ol", "dl", "table"),
        *("figure", "figcaption", "details", "summary", "div"),
    )
)
_LISTED = {"li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}
_ROWS = ("table", "thead", "tbody", "tfoot")
_IN_TABLES = {
    **dict.fromkeys(("thead", "tbody", "tfoot", "caption"), ("table",)),
    "tr": _ROWS,
    **dict.fromkeys(("td", "th"), ("tr",)),
}
_STRUCTURE = frozenset((*_ROWS, "tr"))
_KEPT = frozenset(
    (
        *("a", "b", "br", "blockquote", "code", "del", "div", "em", "hr", "i", "img", "ins", "kbd", "mark"),
        *("pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "u"),
        *("var", "abbr", "cite", "dfn", "wbr"),
    )
) | _BLOCKS.union(_LISTED, _IN_TABLES)
_ATTRIBUTES = frozenset(("href", "class", "translate", "start", "reversed", "value", "src", "alt"))

# Neither can be made to look at a text twice: what may follow differs in its first letter, and nothing is taken back.
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>(?>[^<>"']|"[^"]{0,4000}"|'[^']{0,4000}')*+)>"""
)
_ATTRIBUTE = re.compile(r"""(?P<name>[a-zA-Z]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")


def bounded(markup: str) -> str:
    """The same markup, or one that says the same and costs no more than its length."""
    markup = markup[:MAX_CHARS]
    if markup.count("<") <= FEW:
        return markup
    writer, position = _Writer(), 0
    for tag in _TAG.finditer(markup):
        writer.text(markup[position : tag.start()])
        writer.tag(tag)
        position = tag.end()
    writer.text(markup[position:])
    return writer.written()


class _Writer:
    """Writes each element it knows where it may stand, and the text of all others."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._pieces: list[str] = []
        self._silent = ""

    def written(self) -> str:
        """Everything so far, with what is open closed."""
        self._leave(0)
        return "".join(self._pieces)

    def text(self, raw: str) -> None:
        """Text between tags."""
        if not self._silent and not (self._in_structure() and raw.strip()):
            self._pieces.append(html.escape(html.unescape(raw), quote=False))

    def tag(self, tag: re.Match[str]) -> None:
        """A start tag or an end tag."""
        name = tag["name"].lower()
        if self._silent:
            self._silent = "" if tag["end"] and name == self._silent else self._silent
        elif name in _SILENT:
            self._silent = name
        elif tag["end"]:
            self._close(name)
        elif name in _KEPT and self._has_place(name):
            self._begin(name, tag["rest"])

    def _begin(self, name: str, attributes: str) -> None:
        self._pieces.append(f"<{name}{_kept(attributes)}>")
        if name not in _VOID:
            self._open.append(name)

    def _has_place(self, name: str) -> bool:
        """Whether the element may stand here, after closing what its start tag closes."""
        if name in _IN_TABLES:
            return self._closed_up_to(_IN_TABLES[name], within=("table",))
        if name in _LISTED:
            return self._closed_up_to(_LISTED[name], within=("td", "th"))
        if self._in_structure() or len(self._open) >= MAX_DEPTH:
            return False
        if name in _BLOCKS or name == "a":
            self._close("a" if name == "a" else "p")
        return True

    def _closed_up_to(self, parents: tuple[str, ...], *, within: tuple[str, ...]) -> bool:
        place = _last(self._open, parents)
        if place < max(0, _last(self._open, within)) or len(self._open) >= MAX_DEPTH:
            return False
        self._leave(place + 1)
        return True

    def _in_structure(self) -> bool:
        return bool(self._open) and self._open[-1] in _STRUCTURE

    def _close(self, name: str) -> None:
        place = _last(self._open, (name,))
        if place >= 0:
            self._leave(place)

    def _leave(self, depth: int) -> None:
        while len(self._open) > depth:
            self._pieces.append(f"</{self._open.pop()}>")


def _last(names: list[str], wanted: tuple[str, ...]) -> int:
    """Where the last of these stands, -1 if none does."""
    return max((place for place, name in enumerate(names) if name in wanted), default=-1)


def _kept(attributes: str) -> str:
    found = ((each["name"].lower(), each[2] or each[3] or each[4] or "") for each in _ATTRIBUTE.finditer(attributes))
    return "".join(f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in found if name in _ATTRIBUTES)

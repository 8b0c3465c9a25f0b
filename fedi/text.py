"""Text of people: folded for matching, searched for handles and hashtags, rendered to HTML, cleaned of hostile HTML.

What our own renderers make needs no cleaning, since every piece is escaped when it is put in; what comes from a peer is
shown only after `sanitise`. The HTML conventions (class names, the three spans of a link) are those Mastodon's clients
match on (`mention hashtag`, `invisible`, `ellipsis`).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from fedi.markup import CLASSES, bounded
from fedi.models.posts import Tag

LinkMention = Callable[["Handle"], str | None]
"""Gives the profile address of a handle, or None for one that stays plain text."""

TagAddress = Callable[[str], str]
"""Gives the page of a folded hashtag."""


@dataclass(frozen=True, slots=True)
class Handle:
    """`@username` or `@username@domain` as somebody typed it, lower-cased."""

    username: str
    domain: str | None


def fold(text: str) -> str:
    """One form for all spellings of a word that differ in case or width; `lower()` in SQLite knows ASCII only."""
    return unicodedata.normalize("NFKC", text).casefold()


# Control characters, and what turns the direction of the text around it.
_UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """What a stranger calls something, as one line that leaves the text around it alone."""
    return " ".join(_UNSAID.sub("", text).split())


def fold_tag(name: str) -> str:
    """One form for all spellings of a hashtag (FEP-eb48): also without the joiners and stretching marks that change how
    a word looks and not what it says.
    """
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", fold(name)))


# Zero-width space and joiners, soft hyphen, variation selectors, the Arabic tatweel.
_INVISIBLE = re.compile("[\u00ad\u0640\u200b-\u200d\ufe00-\ufe0f]")


def _marks() -> str:
    """The combining marks of all scripts, which are letters to nobody's `\\w` and parts of words to their readers."""
    ranges: list[list[int]] = []
    for code in range(0x300, 0x1_E000):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS = _marks()

EDGE = "\0"
"""Marks where words begin and end: no text that is stored has it."""


def with_edges(text: str) -> str:
    """A text with an EDGE on both sides of each word: whole words are found as parts of it."""
    return _WHOLE_WORD.sub(rf"{EDGE}\g<0>{EDGE}", text)


_WHOLE_WORD = re.compile(rf"[\w{_MARKS}]+")


# --- what stands in a text ------------------------------------------------------------------------

_HANDLE = r"(?<![\w/@.&])@(?P<user>\w(?:[\w.-]*\w)?)(?:@(?P<domain>[^\W_](?:[\w-]*\w)?(?:\.[\w-]+)*(?::\d{1,5})?))?"
_IN_TAG = rf"[\w\u200c\u200d·・{_MARKS}]"
_TAG = rf"(?<![\w/&#＃])[#＃](?P<tag>{_IN_TAG}*[^\W\d_]{_IN_TAG}*)"
_LINK = r"(?P<link>https?://[^\s<>\"']{1,2000})"
_INLINE = re.compile(f"{_LINK}|{_HANDLE}|{_TAG}", re.IGNORECASE)
_HANDLE_AT = re.compile(_HANDLE)
_TAG_AT = re.compile(_TAG)
_TRAILING = ".,;:!?»”’\"'…"


def find_handles(text: str) -> list[Handle]:
    """Every handle of `text`, once, in order of appearance; those inside links do not count."""
    found = (_handle(match) for match in _matches(text) if match["user"])
    return list(dict.fromkeys(found))


def find_tags(text: str) -> list[Tag]:
    """Every hashtag of `text`, once per folded form, spelled as it appears first."""
    found: dict[str, Tag] = {}
    for match in _matches(text):
        if match["tag"]:
            tag = Tag(match["tag"], fold_tag(match["tag"]))
            found.setdefault(tag.folded, tag)
    return list(found.values())


LINK_COUNTS = 23
"""Characters that a link counts, however long it is."""


def count_characters(text: str) -> int:
    """The length of a text as clients count it: links alike, handles without their domain, marks with their letter."""
    extra = sum(_uncounted(match) for match in _matches(text))
    clean = unicodedata.normalize("NFC", text)
    return sum(unicodedata.category(letter) not in _JOINED for letter in clean) - extra


_JOINED = frozenset({"Mn", "Me", "Cf"})


def _uncounted(match: re.Match[str]) -> int:
    if match["link"]:
        return len(_trimmed(match["link"])) - LINK_COUNTS
    return len(match["domain"]) + 1 if match["user"] and match["domain"] else 0


def _matches(text: str) -> Iterator[re.Match[str]]:
    return _INLINE.finditer(unicodedata.normalize("NFC", text))


def _handle(match: re.Match[str]) -> Handle:
    domain = match["domain"]
    return Handle(match["user"].lower(), domain.lower() if domain else None)


# --- rendering what our teachers write ------------------------------------------------------------


def render_note(text: str, link_mention: LinkMention, tag_address: TagAddress) -> str:
    """Plain text as HTML: paragraphs, line breaks, links, mentions and hashtags. Empty stays empty."""
    clean = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not clean:
        return ""
    paragraphs = re.split(r"\n{2,}", clean)
    return "".join(f"<p>{_line_breaks(_inline(part, link_mention, tag_address))}</p>" for part in paragraphs)


def _line_breaks(rendered: str) -> str:
    return rendered.replace("\n", "<br />")


def _inline(text: str, link_mention: LinkMention, tag_address: TagAddress) -> str:
    pieces, position = [], 0
    for match in _INLINE.finditer(text):
        shown, end = _piece(match, link_mention, tag_address)
        pieces += [html.escape(text[position : match.start()]), shown]
        position = end
    return "".join(pieces) + html.escape(text[position:])


def _piece(match: re.Match[str], link_mention: LinkMention, tag_address: TagAddress) -> tuple[str, int]:
    """The HTML of one match, and where the text after it begins."""
    if match["link"]:
        address = _trimmed(match["link"])
        return link_html(address), match.start() + len(address)
    if match["user"]:
        return _mention_html(_handle(match), match[0], link_mention), match.end()
    return _tag_html(match["tag"], tag_address), match.end()


def _trimmed(address: str) -> str:
    """A link without the punctuation that belongs to its sentence; a bracket stays when it was opened inside."""
    while address and (address[-1] in _TRAILING or (address[-1] == ")" and address.count("(") < address.count(")"))):
        address = address[:-1]
    return address


def link_html(address: str) -> str:
    """A link in the three spans that clients shorten it by: scheme, at most 30 characters, the rest."""
    scheme, rest = re.match(r"(?i)(https?://(?:www\.)?)(.*)", address, re.DOTALL).groups()  # type: ignore[union-attr]
    shown, hidden = rest[:30], rest[30:]
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{html.escape(scheme)}</span>'
        f'<span class="{"ellipsis" if hidden else ""}">{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


def _mention_html(handle: Handle, typed: str, link_mention: LinkMention) -> str:
    address = link_mention(handle)
    if address is None:
        return html.escape(typed)
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(address)}" class="u-url mention">'
        f"@<span>{html.escape(handle.username)}</span></a></span>"
    )


def _tag_html(name: str, tag_address: TagAddress) -> str:
    address = html.escape(tag_address(fold_tag(name)))
    return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{html.escape(name)}</span></a>'


def render_markdown(text: str, link_mention: LinkMention, tag_address: TagAddress, top: int = 3) -> str:
    """Markdown (CommonMark with tables and strike-through) as HTML. Raw HTML in it is shown, not obeyed.

    Its highest heading becomes one of level `top`: a page has its own first and second, unless the text is all of it.
    """
    environment = {"mention": link_mention, "tag": tag_address, "top": top}
    # Each of these makes the search for bare links look through the whole text.
    with_links = sum(map(text.count, (":", "@", "//"))) < _MANY_LINKS
    return _LOCAL.clean(_markdown(with_links).render(unicodedata.normalize("NFC", text), environment)).strip()


_MANY_LINKS = 3_000


@lru_cache(maxsize=2)
def _markdown(with_links: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": with_links, "breaks": False})
    parser.enable(["table", "strikethrough", *(["linkify"] if with_links else [])])
    parser.inline.ruler.before("link", "mention", _mention_rule)
    parser.inline.ruler.before("link", "hashtag", _hashtag_rule)
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


def _mention_rule(state: StateInline, silent: bool) -> bool:
    match = _HANDLE_AT.match(state.src, state.pos)
    if match is None:
        return False
    rendered = _mention_html(_handle(match), match[0], state.env["mention"])
    return _insert(state, rendered, match.end(), silent)


def _hashtag_rule(state: StateInline, silent: bool) -> bool:
    match = _TAG_AT.match(state.src, state.pos)
    if match is None:
        return False
    return _insert(state, _tag_html(match["tag"], state.env["tag"]), match.end(), silent)


def _insert(state: StateInline, rendered: str, end: int, silent: bool) -> bool:
    if state.linkLevel > 0:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = rendered
    state.pos = end
    return True


def _lower_headings(state: StateCore) -> None:
    headings = [token for token in state.tokens if token.type in ("heading_open", "heading_close")]
    top = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - top + state.env['top'])}"


# --- cleaning what others write -------------------------------------------------------------------

_TAGS = frozenset(
    (
        *("p", "br", "span", "a", "del", "s", "pre", "blockquote", "code", "b", "strong", "u", "i", "em", "ul"),
        *("ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table", "thead", "tbody", "tfoot", "caption"),
        *("tr", "th", "td", "ruby", "rt", "rp", "sub", "sup", "dl", "dt", "dd", "figure", "figcaption"),
        *("details", "summary", "kbd", "samp", "var", "mark", "small", "ins", "cite", "q", "abbr", "dfn"),
        *("wbr",),
    )
)
_SCHEMES = {"http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"}
_ATTRIBUTES = {
    "a": {"href", "translate"},
    "span": {"translate"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
_REMOTE = nh3.Cleaner(
    tags=set(_TAGS),
    attributes=_ATTRIBUTES,
    allowed_classes=dict.fromkeys(("a", "span", "p"), CLASSES),
    url_schemes=_SCHEMES,
    link_rel="nofollow noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
# The second fence around our own renderer: it keeps `rel` and `target` as that writes them.
_LOCAL = nh3.Cleaner(
    tags=set(_TAGS),
    attributes={**_ATTRIBUTES, "a": {"href", "translate", "rel", "target"}},
    allowed_classes=dict.fromkeys(("a", "span", "p"), CLASSES),
    url_schemes=_SCHEMES | {"mailto"},
    link_rel=None,
)
_TEXT_ONLY = nh3.Cleaner(tags=set(), attributes={})
_LINKS_ONLY = nh3.Cleaner(
    tags={"a", "link"},
    attributes={"a": {"href", "rel"}, "link": {"href", "rel"}},
    url_schemes={"http", "https"},
    link_rel=None,
)
_LINK_TAG = re.compile(r"<(?:a|link)\b([^>]*)>")
_HREF = re.compile(r'href="(https?://[^"]+)"')
_REL = re.compile(r'rel="([^"]*)"')
# Its attributes, and the first letter of what it shows.
_ANCHOR = re.compile(r"""<a\b((?>[^>"]|"[^"]*")*+)>(?:<[^>]*>)*+([^<]?)""")
_CLASS = re.compile(r'class="([^"]*)"')
_NO_PAGE = frozenset({"mention", "hashtag", "u-url"})
_SIGNS = frozenset("@#＠＃")
# What software without a word for quotes shows of one.
_QUOTE_LINE = re.compile(r'<p class="quote-inline">.{0,4000}?</p>', re.DOTALL)
_IMAGE = re.compile(r"<img\b[^>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p>((?:(?!</?p\b).)*)</p>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|blockquote|pre|tr)>", re.IGNORECASE)


def absolute(markup: str, base: str) -> str:
    """What is stored with paths to our own pages, with links that lead there from anywhere."""
    return markup.replace('href="/', f'href="{base}/')


def in_one_line(markup: str) -> str:
    """A line of a profile without a paragraph around it: others show it beside its name, and Mastodon looks for the
    `rel="me"` of a page only where the line is nothing but the link.
    """
    paragraph = _PARAGRAPH.fullmatch(markup)
    return paragraph[1] if paragraph else markup


def as_own_pages(markup: str) -> str:
    """A line of a profile of ours, its links said to be pages of the same person."""
    return markup.replace(' rel="nofollow noopener"', ' rel="me nofollow noopener"')


def first_link(markup: str) -> str | None:
    """The address that a line of a profile links to."""
    found = _HREF.search(markup)
    return None if found is None else html.unescape(found[1])


def links_of_post(markup: str) -> Iterator[str]:
    """What a post links to, in order, people and hashtags left out: those are marked, or begin with their sign."""
    for attributes, shown in _ANCHOR.findall(_QUOTE_LINE.sub("", markup)):
        classes, href = _CLASS.search(attributes), first_link(attributes)
        if href and shown not in _SIGNS and _NO_PAGE.isdisjoint(classes[1].split() if classes else ()):
            yield href


def links_to_me(page: str) -> set[str]:
    """The addresses that a page of anybody says to be of the same person: its links with `rel="me"`."""
    found = set()
    for attributes in _LINK_TAG.findall(_LINKS_ONLY.clean(bounded(page))):
        rel, href = _REL.search(attributes), first_link(attributes)
        if rel and href and "me" in rel[1].lower().split():
            found.add(href)
    return found


def sanitise(markup: str) -> str:
    """Hostile HTML as HTML that runs nothing and loads nothing: pictures become links, unknown elements their text."""
    if "<" not in markup and "&" not in markup:
        return html.escape(markup, quote=False)
    markup = bounded(markup)
    if "<img" in markup or "<IMG" in markup:
        markup = _IMAGE.sub(_image_link, markup)
    return _REMOTE.clean(markup)


def _image_link(match: re.Match[str]) -> str:
    found = {name.lower(): first or second for name, first, second in _ATTRIBUTE.findall(match[0])}
    if not found.get("src"):
        return ""
    return f'<a href="{found["src"]}">{found.get("alt") or found["src"]}</a>'


def typed(rendered: str) -> str:
    """What somebody typed of whom `render_note` made this; paragraphs stay apart, so that she can save it again."""
    return "\n\n".join(plain(paragraph) for paragraph in rendered.split("</p><p>"))


def plain(markup: str) -> str:
    """The text of some HTML, blocks on lines of their own; for search, previews and letters."""
    if "<" not in markup and "&" not in markup:
        return markup
    lines = html.unescape(_TEXT_ONLY.clean(_BREAK.sub("\n", bounded(markup)))).splitlines()
    return "\n".join(stripped for line in lines if (stripped := line.strip()))

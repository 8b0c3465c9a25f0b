"""Custom emojis in texts: the name between colons becomes a picture from our own origin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from fedi.models.actors import Emoji

# An element, with whatever its attributes hold: a name inside of one is no text.
_ELEMENT = re.compile(r"""(<(?:[^>"']|"[^"]*"|'[^']*')*>)""")
_NAME = re.compile(r":([A-Za-z0-9_]{2,64}):")
_OURS = "/emoji/"


def with_emojis(text: str, known: Iterable[Emoji]) -> Markup:
    """A text, escaped unless it is markup already, with pictures for the emojis it names; a still for who asks for less
    motion.
    """
    html = escape(text)
    paths = {each.shortcode: path for each in known if (path := urlsplit(each.url).path).startswith(_OURS)}
    if not paths or ":" not in html:
        return html
    pieces = _ELEMENT.split(str(html))
    shown = (
        piece if at % 2 else _NAME.sub(lambda name: _picture(name, paths), piece) for at, piece in enumerate(pieces)
    )
    return Markup("".join(shown))  # noqa: S704


def _picture(name: re.Match[str], paths: dict[str, str]) -> str:
    path = paths.get(name[1])
    if path is None:
        return name[0]
    source = quote(path, safe="/:")
    return (
        f'<picture><source srcset="{source}?still" media="(prefers-reduced-motion: reduce)">'
        f'<img class="emoji" src="{source}" alt="{name[0]}" title="{name[0]}" loading="lazy"></picture>'
    )

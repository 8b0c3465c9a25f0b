"""What a school says of itself in longer texts: its own Markdown if there is any, else ours, in the reader's language.

`<folder of the school>/pages/<name>.<language>.md` goes before `templates/pages_text/<name>.<language>.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fedi import resources, text
from fedi.config import LANGUAGES, InstanceConfig
from fedi.errors import NotFound

NAMES = ("about", "rules", "privacy", "terms", "contact")

_LARGEST_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class PublicPage:
    """One text as HTML, the language it is in, since the reader's may be missing, and whether the school wrote it."""

    html: str
    language: str
    own: bool = False


def load(config: InstanceConfig, name: str, language: str) -> PublicPage:
    """The page `name` for a reader of `language`; NotFound if there is no such page."""
    if name not in NAMES:
        raise NotFound(f"there is no page {name}")
    for path, found in _places(config, name, language):
        if path.is_file() and path.stat().st_size <= _LARGEST_BYTES:
            html = _html(config, path.read_text("utf-8", errors="replace"))
            return PublicPage(html, found, own=path.parent == config.pages_folder)
    raise NotFound(f"the page {name} is in no language")


def _places(config: InstanceConfig, name: str, language: str) -> Iterator[tuple[Path, str]]:
    """Where to look: the school's own words in another language go before ours in the reader's."""
    preferred = list(dict.fromkeys((language, config.school.language, *LANGUAGES)))
    for folder in (config.pages_folder, resources.templates_dir() / "pages_text"):
        for each in preferred:
            yield folder / f"{name}.{each}.md", each


def _html(config: InstanceConfig, markdown: str) -> str:
    written = markdown.replace("{contact}", config.school.contact or config.school.base_url)
    return text.render_markdown(written, lambda _: None, lambda tag: f"/tags/{tag}", top=1)

"""The Jinja environments, one a language, with what templates may call.

They are kept for the life of the process: messages are looked up while a template runs, and its parts know nothing of
the request, so the language belongs to the environment.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup

from fedi import i18n, text
from fedi.activitypub import materials
from fedi.config import LANGUAGES
from fedi.render import addresses, emojis, vocabulary
from fedi.resources import templates_dir


def template(name: str, language: str) -> Template:
    """A template in one of the languages of the interface."""
    return environment(language).get_template(name)


@lru_cache(maxsize=len(LANGUAGES))
def environment(language: str) -> Environment:
    """The environment of a language. HTML escapes all that is not marked as sanitised; letters are plain text."""
    made = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.install_gettext_translations(i18n.translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(_globals(language))
    made.filters.update(_filters(language))
    return made


def _globals(language: str) -> dict[str, Any]:
    return {
        "language": language,
        "language_names": i18n.NAMES,
        "static": addresses.static_url,
        "profile_path": addresses.profile_path,
        "post_path": addresses.post_path,
        "file_path": addresses.file_path,
        "preview_path": addresses.preview_path,
        "card_picture_path": addresses.card_picture_path,
        "kind_name": partial(vocabulary.kind_name, language=language),
        "subject_name": partial(vocabulary.subject_name, language=language),
        "class_names": partial(vocabulary.class_names, language=language),
        "licence_name": vocabulary.licence_name,
        "licence_help": partial(vocabulary.licence_help, language=language),
        "attribution": materials.attribution_line,
    }


def _filters(language: str) -> dict[str, Any]:
    return {
        "day": lambda time, school: i18n.format_day(time, language, school.zone),
        "moment": lambda time, school: i18n.format_time(time, language, school.zone),
        "iso_time": i18n.iso_time,
        "file_size": lambda size: i18n.format_size(size, language),
        "stored_html": _stored_html,
        "plain": text.plain,
        "lines": _lines,
        "with_emojis": emojis.with_emojis,
        "link_in": text.first_link,
    }


def _stored_html(html: str) -> Markup:
    # Posts, names of fields and biographies are sanitised when they are stored (fedi.text), never when they are shown.
    return Markup(html)  # noqa: S704


def _lines(words: str) -> Markup:
    """Plain text with its line breaks."""
    return Markup("<br>").join(words.splitlines())

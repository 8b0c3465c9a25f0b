"""A material as schema.org JSON-LD in its page, for catalogues and search engines (LRMI, AMB profile)."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from fedi import render
from fedi.activitypub import materials
from fedi.config import School
from fedi.i18n import iso_time
from fedi.models.files import File
from fedi.models.posts import PostView


def script(view: PostView, school: School) -> Markup:
    """The content of a `<script type="application/ld+json">`; no text in it can end the element."""
    told = json.dumps(document(view, school), ensure_ascii=False)
    escaped = told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(escaped)  # noqa: S704


def document(view: PostView, school: School) -> dict[str, Any]:
    """The LearningResource; what is not known is left out."""
    post, author = view.post, view.author
    said = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": post.uri,
        "url": post.url,
        "name": post.title,
        "author": {"@type": "Person", "name": author.display_name, "url": author.url},
        "publisher": {"@type": "Organization", "name": school.title(school.language), "url": f"{school.base_url}/"},
        "datePublished": iso_time(post.published_at),
        "dateModified": iso_time(post.edited_at) if post.edited_at else None,
        "isAccessibleForFree": True,
        "encoding": [_encoding(file, school) for file in view.files],
        **{name: _linked(value) for name, value in materials.properties(view).items()},
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


_KEYWORDS = {"type": "@type", "identifier": "@id"}


def _linked(value: Any) -> Any:
    """The terms of a vocabulary as JSON-LD spells them without ActivityStreams' context."""
    return {_KEYWORDS.get(name, name): each for name, each in value.items()} if isinstance(value, dict) else value


def _encoding(file: File, school: School) -> dict[str, Any]:
    said = {
        "@type": "MediaObject",
        "name": file.name,
        "contentUrl": school.base_url + render.file_path(file),
        "encodingFormat": file.media_type,
        "contentSize": str(file.size) if file.size else None,
        "sha256": file.sha256,
    }
    return {name: value for name, value in said.items() if value}

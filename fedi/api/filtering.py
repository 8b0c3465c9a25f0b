"""`filtered` of a Status: which filters of the viewer's it matches (behaviour 9.21).

Nothing is left out of a list: clients hide what is to be hidden. What filters look at is taken from the status as it
was rendered for everybody, so that no filter costs a statement.
"""

from __future__ import annotations

import msgspec

from fedi.api.entities.filters import result
from fedi.instances.rendered import Rendered
from fedi.models.posts import Poll
from fedi.policies.filters import FilteredText, Filters, filtered_text
from fedi.text import plain

NONE = b"[]"

_encode = msgspec.json.Encoder().encode


class _File(msgspec.Struct):
    description: str | None = None


class _Said(msgspec.Struct):
    spoiler_text: str
    content: str
    media_attachments: list[_File]


_decode = msgspec.json.Decoder(_Said).decode


def filtered(filters: Filters, memory: Rendered, now: int, post_id: int, body: bytes, poll: Poll | None) -> bytes:
    """FilterResult of each filter that a post matches, as JSON; `body` is its status without the outermost braces."""
    matches = filters.matches(now, post_id, _text(memory, post_id, body, poll))
    return _encode([result(each, post_id) for each in matches]) if matches else NONE


def _text(memory: Rendered, post_id: int, body: bytes, poll: Poll | None) -> FilteredText:
    choices = tuple(option.title for option in poll.options) if poll else ()
    kept = memory.texts.find(post_id, (body, choices))
    if kept is None:
        said = _decode(b"{%b}" % body)
        described = (each.description or "" for each in said.media_attachments)
        kept = filtered_text([said.spoiler_text, plain(said.content), *choices, *described])
        memory.texts.keep(post_id, (body, choices), kept)
    return kept

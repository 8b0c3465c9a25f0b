"""JSON from strangers: one object, of a bearable depth, or Malformed."""

from __future__ import annotations

from typing import Any

import msgspec

from fedi.errors import Malformed

MAX_DEPTH = 100
"""Levels. Honest documents have about ten; whoever walks the result may then do so recursively."""


def decode_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in these bytes; Malformed as for `decode`, and for what is no object."""
    value = decode(raw)
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def decode(raw: bytes) -> Any:
    """The JSON in these bytes. NaN, numbers that fit nowhere, lone surrogates and other texts are Malformed."""
    try:
        value = msgspec.json.decode(raw)
    # A UnicodeDecodeError is a ValueError; a RecursionError comes from a thousand brackets.
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from error
    # Counting brackets is quick, and spares nearly every document the walk.
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise Malformed("JSON nested too deeply")
    return value


def _depth(value: object) -> int:
    """Levels of nesting, found without recursion."""
    depth, level = 0, [value]
    while level:
        level = [child for parent in level for child in _children(parent)]
        depth += 1
    return depth


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []

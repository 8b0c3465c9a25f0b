"""Ids and other whole numbers, as addresses and forms bring them."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor

DIGITS = 18
"""Ids have no more until the year 2453, and every number of so many digits fits the 64 bits of the database."""

ID = "{id:stored_id}"
"""The part of a route that holds an id. An address with a number no id can be is not found, like any other."""

MASTODONS_POST = f"/users/{{name}}/statuses/{ID}"
"""Where Mastodon has a post; people and programs that know it from there ask for ours in the same way."""


class _StoredId(Convertor[int]):
    # Bounded here and not where ids are used: Python refuses to read numbers of 4300 digits, and the database those
    # beyond 64 bits, so a longer one would be answered as a fault of ours.
    regex = f"[0-9]{{1,{DIGITS}}}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("stored_id", _StoredId())

ANYTHING = "{rest:anything}"
"""The rest of an address, whatever is in it: Starlette's own `path` stops at a new line."""


class _Anything(Convertor[str]):
    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", _Anything())


def number_in(text: str) -> int | None:
    """The whole number a query or a form gives; None if it is none, or one that might not fit the database."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None

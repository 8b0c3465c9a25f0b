"""Collections of other servers, read page by page: each reading has an end, whatever the other side makes up.

A collection may have no end, pages that name each other, pages of a megabyte, or none at all. So a reading stops at so
many items, pages, requests and bytes, never asks for a page twice, and never leaves the origin it began at. What was
read until then counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.activitypub import collections, jsonld, uris
from fedi.activitypub.collections import Part
from fedi.activitypub.jsonld import Json
from fedi.errors import FediError, Malformed
from fedi.instances import Instance
from fedi.outbound import fetching
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.fetching import Fetches


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a reading ends. Pages that stand in another document count as pages, and cost no request."""

    items: int = 100
    pages: int = 10
    requests: int = 10
    bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its id, if it has one that is an address, and its document where that can be believed (FEP-fe34): it
    stands in a document that was found under its own id, and its own id is of the same origin.
    """

    uri: str | None
    document: Json | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a collection. `total` is what its server says, believed or not; `complete`: nothing is left."""

    total: int | None
    items: tuple[Item, ...]
    complete: bool

    @property
    def uris(self) -> tuple[str, ...]:
        """The ids of the items, in their order."""
        return tuple(item.uri for item in self.items if item.uri)


_USUAL = Bounds()


async def read(instance: Instance, client: Fetches, uri: str, bounds: Bounds = _USUAL) -> Reading:
    """The collection at this address; FetchFailed, Malformed or Forbidden if not even its beginning can be had."""
    return await _Reader(instance, client, bounds, uri).read(uri)


async def read_within(
    instance: Instance, client: Fetches, collection: Json | str, within: str, bounds: Bounds = _USUAL
) -> Reading:
    """A collection as a document names it, or as it stands in it (`replies` of a post): `within` is the document's id,
    whose origin it must not leave.
    """
    return await _Reader(instance, client, bounds, within).read(collection)


class _Reader:
    """One reading: what has been asked for, what was found, and how much may still be."""

    def __init__(self, instance: Instance, client: Fetches, bounds: Bounds, origin: str) -> None:
        self._instance = instance
        self._client = client
        self._origin = origin
        self._left = bounds
        self._asked: set[str] = set()
        self._items: dict[str | int, Item] = {}
        self._total: int | None = None

    async def read(self, beginning: Json | str) -> Reading:
        part, believed = await self._part(beginning, believed=True)
        self._total = part.total
        rest = self._take(part, believed=believed)
        try:
            while rest is not None and self._may_go_on():
                part, believed = await self._part(rest, believed=believed)
                rest = self._take(part, believed=believed)
        except FediError:
            return self._result(complete=False)
        return self._result(complete=rest is None and len(self._items) < self._left.items)

    def _result(self, *, complete: bool) -> Reading:
        return Reading(self._total, tuple(self._items.values())[: self._left.items], complete)

    def _may_go_on(self) -> bool:
        return len(self._items) < self._left.items and self._left.pages > 0 and self._left.bytes > 0

    def _take(self, part: Part, *, believed: bool) -> Json | str | None:
        """Keep the items of a part; what comes after it."""
        for each in self._read_items(part.items, believed=believed):
            self._items.setdefault(each.uri or len(self._items), each)
        self._spend(pages=1)
        return part.next

    def _read_items(self, listed: Iterable[Json | str], *, believed: bool) -> Iterable[Item]:
        for each in listed:
            uri = jsonld.address(each)
            document = each if believed and isinstance(each, dict) and self._is_of_origin(uri) else None
            if uri is not None or document is not None:
                yield Item(uri, document)

    def _is_of_origin(self, uri: str | None) -> bool:
        return uri is None or uris.same_origin(uri, self._origin)

    async def _part(self, wanted: Json | str, *, believed: bool) -> tuple[Part, bool]:
        """A part, and whether what it embeds is believed: inline it is as believable as what it stands in."""
        if isinstance(wanted, dict) and not _is_stub(wanted):
            return collections.parse(wanted), believed
        return await self._fetched(jsonld.id_of(wanted) or "")

    async def _fetched(self, uri: str) -> tuple[Part, bool]:
        self._admit(uri)
        await fetching.require_askable(self._instance, uri)
        found = await self._client.get_document(uri, self._instance.school_key)
        self._spend(bytes_=found.size)
        if not uris.same_origin(found.url, self._origin):
            raise FetchFailed(FailureKind.REDIRECT, uri, "leads to another server")
        return collections.parse(found.json), fetching.is_same(jsonld.id_of(found.json) or "", found.url)

    def _admit(self, uri: str) -> None:
        if not uris.same_origin(uri, self._origin):
            raise Malformed("a page of a collection is on another server")
        key = uris.wire_form(uris.normalise(uri))
        if key in self._asked:
            raise Malformed("a collection goes round in circles")
        if self._left.requests <= 0:
            raise FetchFailed(FailureKind.REFUSED, uri, "too many pages for one collection")
        self._asked.add(key)
        self._spend(requests=1)

    def _spend(self, *, pages: int = 0, requests: int = 0, bytes_: int = 0) -> None:
        left = self._left
        self._left = Bounds(left.items, left.pages - pages, left.requests - requests, left.bytes - bytes_)


def _is_stub(document: Json) -> bool:
    """Whether a collection is only named: it has an id, and neither items nor pages (GoToSocial, ourselves)."""
    return bool(jsonld.id_of(document)) and {"items", "orderedItems", "first", "next"}.isdisjoint(document)

"""Events of peers, read leniently: Mobilizon's, Gancio's, those of WordPress and whatever keeps to FEP-8a8e."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from fedi import text
from fedi.activitypub import jsonld
from fedi.activitypub.jsonld import Json
from fedi.activitypub.links import links
from fedi.models.events import Event, EventStatus, JoinMode, Organiser

_DAY_MS = 24 * 60 * 60 * 1000
_EARLIEST, _LATEST = -30 * 365 * _DAY_MS, 230 * 365 * _DAY_MS
"""1940 to 2200: no lesson is given outside of it, and calendars of readers would break."""

_LONGEST = 366 * _DAY_MS
_MAX_NAME = 300
_MAX_ADDRESS = 500
_MAX_LISTED = 10
_MAX_PEOPLE = 2**31 - 1

_STATUSES = {
    "eventscheduled": EventStatus.CONFIRMED,
    "eventtentative": EventStatus.TENTATIVE,
    "eventcancelled": EventStatus.CANCELLED,
    "eventpostponed": EventStatus.POSTPONED,
    "eventrescheduled": EventStatus.RESCHEDULED,
    "eventmovedonline": EventStatus.MOVED_ONLINE,
    "confirmed": EventStatus.CONFIRMED,
    "tentative": EventStatus.TENTATIVE,
    "cancelled": EventStatus.CANCELLED,
}
_STATUS_WORDS = ("eventStatus", "status", "ical:status")
_ADDRESS_LINES = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
_MAIL = re.compile(r"mailto:[^\s<>\"'?&#]{3,200}")


def parse(document: Json) -> Event:
    """When and where; whatever is unusable or absurd is left out."""
    starts_at = _moment(document.get("startTime")) or _moment(document.get("previousStartTime"))
    ends_at = _end(document, starts_at)
    places = [each for each in _places(document.get("location")) if jsonld.type_of(each) != "VirtualLocation"]
    place: Json = places[0] if places else {}
    return Event(
        starts_at=starts_at,
        ends_at=ends_at,
        shows_end=ends_at is not None and document.get("displayEndTime") is not False,
        time_zone=_time_zone(jsonld.text(document, "timezone")),
        status=_status(document),
        place=_plain(place, "name", _MAX_NAME),
        address=_address(place),
        online_url=_online(document),
        join_mode=_join_mode(jsonld.text(document, "joinMode")),
        join_url=_join_url(jsonld.text(document, "externalParticipationUrl")),
        organisers=tuple(_organisers(document)),
        categories=_categories(document.get("category")),
        capacity=_people(document.get("maximumAttendeeCapacity")) or None,
        remaining=_remaining(document),
    )


def _moment(value: Any) -> int | None:
    moment = jsonld.time_ms(value)
    return moment if moment is not None and _EARLIEST <= moment <= _LATEST else None


def _end(document: Json, starts_at: int | None) -> int | None:
    """An end before the start is none, and one years after it would keep an event at the top of every list."""
    ends_at = _moment(document.get("endTime"))
    if ends_at is None or starts_at is None or ends_at < starts_at:
        return None
    return min(ends_at, starts_at + _LONGEST)


def _time_zone(name: str) -> str | None:
    return name if name in _zones() else None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _status(document: Json) -> EventStatus:
    said = (jsonld.text(document, name) for name in _STATUS_WORDS)
    words = (re.split(r"[/#:]", each)[-1].lower() for each in said)
    return next((_STATUSES[word] for word in words if word in _STATUSES), EventStatus.CONFIRMED)


def _places(location: Any) -> list[Json]:
    """Places; a bare text is the name of one."""
    found = [{"name": each} if isinstance(each, str) else each for each in jsonld.many(location)[:_MAX_LISTED]]
    return [each for each in found if isinstance(each, dict)]


def _address(place: Json) -> str:
    address = jsonld.first(place.get("address"))
    if isinstance(address, str):
        return _cleaned(address, _MAX_ADDRESS)
    if not isinstance(address, dict):
        return ""
    lines = [_plain(address, name, _MAX_NAME) for name in _ADDRESS_LINES]
    return ", ".join(dict.fromkeys(line for line in lines if line))[:_MAX_ADDRESS]


def _plain(document: Json, name: str, longest: int) -> str:
    return _cleaned(jsonld.text(document, name), longest)


def _cleaned(markup: str, longest: int) -> str:
    return " ".join(text.plain(markup[: longest * 4]).split())[:longest]


def _online(document: Json) -> str | None:
    """Where it takes place on the net: a virtual location, else the link beside an event that says it is online."""
    for place in _places(document.get("location")):
        if jsonld.type_of(place) == "VirtualLocation":
            found = next(links(place.get("url")), None)
            if found:
                return found.href
    beside = [each for each in jsonld.objects(document.get("attachment")) if jsonld.type_of(each) == "Link"]
    found = next(links(beside), None) if jsonld.boolean(document, "isOnline") else None
    return found.href if found else None


def _join_mode(said: str) -> JoinMode:
    try:
        return JoinMode(said.lower())
    except ValueError:
        return JoinMode.UNKNOWN


def _join_url(said: str) -> str | None:
    return said if jsonld.is_address(said) or _MAIL.fullmatch(said) else None


def _organisers(document: Json) -> list[Organiser]:
    """Who arranges it, as far as it is said; nobody if that is withheld, or left to the author of the post."""
    listed = jsonld.first(document.get("organizers"))
    if not isinstance(listed, dict):
        return [] if "organizers" in document else _people_of(document.get("contacts"))
    page = jsonld.first(listed.get("first"))
    items = listed.get("items") or listed.get("orderedItems")
    if not items and isinstance(page, dict):
        items = page.get("items") or page.get("orderedItems")
    return _people_of(items)


def _people_of(items: Any) -> list[Organiser]:
    found = []
    for each in jsonld.many(items)[:_MAX_LISTED]:
        url = jsonld.address(each) or ""
        name = _plain(each, "name", _MAX_NAME) if isinstance(each, dict) else ""
        if url or name:
            found.append(Organiser(name or url.partition("://")[2][:_MAX_NAME], url))
    return found


def _categories(value: Any) -> tuple[str, ...]:
    named = (_cleaned(each, 60) for each in jsonld.many(value)[:_MAX_LISTED] if isinstance(each, str))
    return tuple(dict.fromkeys(each for each in named if each))


def _people(value: Any) -> int | None:
    counted = jsonld.integer(value)
    return min(counted, _MAX_PEOPLE) if counted is not None else None


def _remaining(document: Json) -> int | None:
    """Places left: said, or what those who come leave of the capacity. No capacity (also 0) has no end."""
    capacity = _people(document.get("maximumAttendeeCapacity"))
    if not capacity:
        return None
    said = _people(document.get("remainingAttendeeCapacity"))
    attendees = jsonld.first(document.get("attendees"))
    coming = _people(attendees.get("totalItems")) if isinstance(attendees, dict) else None
    coming = _people(document.get("participantCount")) if coming is None else coming
    if said is None and coming is None:
        return None
    return min(capacity, said if said is not None else max(0, capacity - (coming or 0)))

"""How long a signed request is good for, and the dates of HTTP.

A signature that never ends can be replayed for ever; clocks of schools go wrong by an hour. The figures are
Mastodon's (4.6), so that a sender who is good enough for most servers is good enough for us. All times are
milliseconds since 1970.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache

from fedi.activitypub.signatures.message import BadSignature

SKEW_MS = 60 * 60 * 1000
SHORT_MS = 5 * 60 * 1000
LONG_MS = 12 * 60 * 60 * 1000

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_IMF_FIXDATE = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{{2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)


def check_window(signed_at_ms: int, expires_ms: int | None, now_ms: int) -> None:
    """Refuses what was signed in the future, or too long ago; `expires_ms` may stretch it to twelve hours."""
    if signed_at_ms > now_ms + SKEW_MS:
        raise BadSignature("the signature is from the future: one of our clocks is wrong")
    last_ms = signed_at_ms + SHORT_MS + SKEW_MS
    if expires_ms is not None:
        last_ms = min(expires_ms + SKEW_MS, signed_at_ms + LONG_MS)
    if now_ms > last_ms:
        raise BadSignature("the signature is too old")


def format_http_date(time_ms: int) -> str:
    """An HTTP date (RFC 9110, section 5.6.7), whole seconds."""
    return _http_date(time_ms // 1000)


@lru_cache(maxsize=8)  # hundreds of requests are signed within one second
def _http_date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


@lru_cache(maxsize=128)  # a busy inbox reads the same few seconds over and over
def parse_http_date(text: str) -> int | None:
    """Milliseconds of an HTTP date in the one form that may be sent; None for anything else."""
    match = _IMF_FIXDATE.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute, second = match.groups()
    try:
        moment = datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC
        )
    except ValueError:
        return None
    return int(moment.timestamp()) * 1000

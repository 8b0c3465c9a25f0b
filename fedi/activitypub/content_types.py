"""Media types of ActivityPub (section 3.2) and of the documents through which servers find each other."""

from __future__ import annotations

import re

ACTIVITY = "application/activity+json"
JRD = "application/jrd+json"
JSON = "application/json"
HTML = "text/html"
OEMBED = "application/json+oembed"
PROFILE = "https://www.w3.org/ns/activitystreams"
LD_ACTIVITY = f'application/ld+json; profile="{PROFILE}"'
ACCEPT = f"{ACTIVITY}, {LD_ACTIVITY}"
"""What we ask for. Some servers refuse a bare `application/json`, or a request without any Accept."""

_PROFILE_PARAMETER = re.compile(r';\s*profile\s*=\s*(?:"([^"]*)"|([^\s;"]+))', re.IGNORECASE)


def essence(content_type: str) -> str:
    """`type/subtype` in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_activity(content_type: str) -> bool:
    """Whether this type marks ActivityPub. A file that somebody uploaded must not pass (CVE-2024-25623)."""
    kind = essence(content_type)
    return kind == ACTIVITY or (kind == "application/ld+json" and PROFILE in _profiles(content_type))


def _profiles(content_type: str) -> list[str]:
    match = _PROFILE_PARAMETER.search(content_type)
    return (match[1] or match[2] or "").split() if match else []

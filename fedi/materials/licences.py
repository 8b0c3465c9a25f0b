"""Creative Commons licences: what each allows, and the attribution line that it asks for.

The line names Title, Author, Source and Licence (the best practice Creative Commons recommends); the software composes
it, so that it survives every copy and adaptation.
"""

from __future__ import annotations

from dataclasses import dataclass

from fedi.errors import Invalid


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence. `adaptable` is false for ND, `share_alike` binds adaptations to the same licence."""

    uri: str
    name: str
    adaptable: bool = True
    share_alike: bool = False
    commercial: bool = True


_BASE = "https://creativecommons.org"
_ALL = (
    Licence(f"{_BASE}/licenses/by/4.0/", "CC BY 4.0"),
    Licence(f"{_BASE}/licenses/by-sa/4.0/", "CC BY-SA 4.0", share_alike=True),
    Licence(f"{_BASE}/licenses/by-nc/4.0/", "CC BY-NC 4.0", commercial=False),
    Licence(f"{_BASE}/licenses/by-nc-sa/4.0/", "CC BY-NC-SA 4.0", share_alike=True, commercial=False),
    Licence(f"{_BASE}/licenses/by-nd/4.0/", "CC BY-ND 4.0", adaptable=False),
    Licence(f"{_BASE}/licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0", adaptable=False, commercial=False),
    Licence(f"{_BASE}/publicdomain/zero/1.0/", "CC0 1.0"),
)
LICENCES: dict[str, Licence] = {licence.uri: licence for licence in _ALL}


def by_uri(uri: str) -> Licence | None:
    """The licence at this address, however it is written: http, no slash at the end, a deed or a language behind it."""
    path = uri.split("creativecommons.org", 1)
    if len(path) != 2 or not uri.lower().startswith(("http://", "https://")):
        return None
    canonical = f"{_BASE}/{'/'.join(path[1].strip('/').split('/')[:3]).lower()}/"
    return LICENCES.get(canonical)


def check_adaptation(original: Licence, adapted: Licence) -> None:
    """Whether something under `original` may be published, changed, under `adapted`; `Invalid` says why not."""
    if not original.adaptable:
        raise Invalid(f"{original.name} does not allow adaptations", "licence")
    if original.share_alike and adapted.uri != original.uri:
        raise Invalid(f"An adaptation of a material under {original.name} must be under {original.name} too", "licence")
    if not original.commercial and adapted.commercial:
        raise Invalid(f"{original.name} does not allow commercial use, so {adapted.name} cannot be chosen", "licence")


def attribution(title: str, author: str, source: str, licence_uri: str) -> str:
    """The attribution line as plain text."""
    licence = by_uri(licence_uri)
    return f"«{title}», {author}, {source}, {licence.name if licence else licence_uri}"

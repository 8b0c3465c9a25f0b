"""Circles and Mastodon's visibilities: clients know four, and must never be shown a fifth.

A post of the school or of the partners shows as `private`, with `circle` and `local_only` beside it.
"""

from __future__ import annotations

from fedi.models.posts import Circle

_VISIBILITY = {
    Circle.DRAFT: "private",
    Circle.SCHOOL: "private",
    Circle.PARTNERS: "private",
    Circle.FOLLOWERS: "private",
    Circle.NETWORK: "unlisted",
    Circle.PUBLIC: "public",
    Circle.DIRECT: "direct",
}
_CIRCLE = {
    "public": Circle.PUBLIC,
    "unlisted": Circle.NETWORK,
    "private": Circle.FOLLOWERS,
    "direct": Circle.DIRECT,
}
_NARROW = (Circle.SCHOOL, Circle.PARTNERS)
_ASKED = set(Circle) - {Circle.DRAFT}


def is_visibility(name: str) -> bool:
    """Whether clients may ask for it. What they mean by another word nobody knows: better nothing than too many
    readers.
    """
    return name in _CIRCLE


def is_circle(name: str) -> bool:
    """The same of a `circle`; a draft is none that can be published to."""
    return name in _ASKED


def visibility(circle: Circle) -> str:
    """The circle as clients know it."""
    return _VISIBILITY[circle]


def local_only(circle: Circle, kept_within: Circle | None) -> bool:
    """Whether a post never leaves this school."""
    return Circle.SCHOOL in (circle, kept_within)


def chosen(visibility: str | None, circle: str | None, local: bool, default: Circle) -> Circle | None:
    """The circle a client asks for; None leaves it to the person's own default.

    A client that reads `private` as her default writes `private` when she changes nothing: it must not make a post
    wider than her default, so it means her school or her partners where that is what her default is. A message that is
    `local` is one all the same: nobody whom it does not name is shown it.
    """
    if circle in _ASKED:
        return Circle(circle)
    if local and visibility != "direct":
        return Circle.SCHOOL
    wanted = _CIRCLE.get(visibility or "")
    return default if wanted is Circle.FOLLOWERS and default in _NARROW else wanted

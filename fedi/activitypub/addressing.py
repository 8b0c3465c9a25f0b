"""Circles as `to` and `cc` carry them, both ways (behaviours as Mastodon reads them)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fedi.activitypub.contexts import AS2
from fedi.models.actors import Actor
from fedi.models.posts import Circle, PostView

PUBLIC = f"{AS2}#Public"
_NAMES_OF_PUBLIC = frozenset({PUBLIC, "as:Public", "Public"})
PARTNERS_PATH = "/actor/partners"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an activity or object is addressed to."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()

    @property
    def everyone(self) -> frozenset[str]:
        return frozenset(self.to) | frozenset(self.cc)


def audience(view: PostView, base: str) -> Audience | None:
    """Whom a post of ours is addressed to; None for one that never leaves the school."""
    if view.post.kept_within is Circle.SCHOOL:
        return None
    followers = view.author.followers or ""
    named = tuple(actor.uri for actor in view.mentions if actor.id != view.author.id)
    match view.post.circle:
        case Circle.PUBLIC:
            return Audience((PUBLIC, *_community(view)), (followers, *_with_concerned(view, named)))
        case Circle.NETWORK:
            return Audience((followers, *_community(view)), (PUBLIC, *_with_concerned(view, named)))
        case Circle.FOLLOWERS:
            return Audience((followers,), named)
        case Circle.PARTNERS:
            return Audience((f"{base}{PARTNERS_PATH}",), named)
        case Circle.DIRECT:
            return Audience(named)
        case Circle.SCHOOL | Circle.DRAFT:
            return None


def concerned(view: PostView) -> list[Actor]:
    """Who is answered or quoted hears of it, though the text may not name her; if it is for everybody's eyes."""
    if view.post.circle not in (Circle.PUBLIC, Circle.NETWORK):
        return []
    quoted = view.quote.quoted if view.quote else None
    people = (view.parent, quoted.author if quoted else None)
    return [each for each in people if each and each.id != view.author.id]


def _community(view: PostView) -> tuple[str, ...]:
    """The community a post is written to, among the first addressed: where Lemmy and its kin look for it."""
    return (view.community.uri,) if view.community else ()


def _with_concerned(view: PostView, named: tuple[str, ...]) -> tuple[str, ...]:
    everyone = dict.fromkeys([*named, *(actor.uri for actor in concerned(view))])
    return tuple(uri for uri in everyone if uri not in _community(view))


def circle_of(to: Collection[str], cc: Collection[str], followers: str | None, partners: str) -> Circle:
    """The circle a peer's post is meant for; `partners` is the address of the partners collection of its author's
    school.

    What is addressed to nobody we understand is DIRECT: the narrowest reading never shows too much.
    """
    if is_public(to):
        return Circle.PUBLIC
    if is_public(cc):
        return Circle.NETWORK
    if partners in to:
        return Circle.PARTNERS
    if followers and (followers in to or followers in cc):
        return Circle.FOLLOWERS
    return Circle.DIRECT


def is_public(addresses: Collection[str]) -> bool:
    """Whether everybody is among the addressed, in any of the three spellings."""
    return not _NAMES_OF_PUBLIC.isdisjoint(addresses)


def as_properties(audience: Audience) -> dict[str, Sequence[str]]:
    """`to` and `cc`, always arrays."""
    return {"to": list(audience.to), "cc": list(audience.cc)}

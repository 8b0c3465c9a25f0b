"""Consent to be found in searches, as two FEPs spell it: `indexable` (5feb) and `searchableBy` (268d).

Both may stand on an actor and on each of its posts, and a post's own word goes before its author's. Where both are
said and differ, the narrower one holds. What says nothing has not consented.
"""

from __future__ import annotations

from collections.abc import Collection

from fedi.activitypub import jsonld
from fedi.activitypub.addressing import PUBLIC, is_public
from fedi.activitypub.jsonld import Json
from fedi.models.actors import Actor
from fedi.models.consent import Consent, Said
from fedi.models.posts import Circle, PostView

_MANY = 50
_NARROWER = (Consent.NOBODY, Consent.FOLLOWERS, Consent.PUBLIC)


def parse(document: Json) -> Said:
    """What an actor or a post says."""
    indexable = document.get("indexable")
    named = jsonld.ids(document["searchableBy"])[:_MANY] if "searchableBy" in document else None
    return Said(indexable if isinstance(indexable, bool) else None, named)


def judge(said: Said, followers: str | None) -> Consent | None:
    """Whom that lets find it; None if nothing was said. `followers`: the followers collection of the author."""
    found = []
    if said.indexable is not None:
        found.append(Consent.PUBLIC if said.indexable else Consent.NOBODY)
    if said.searchable_by is not None:
        found.append(_of_named(said.searchable_by, followers))
    return min(found, key=_NARROWER.index, default=None)


def _of_named(named: Collection[str], followers: str | None) -> Consent:
    if is_public(named):
        return Consent.PUBLIC
    return Consent.FOLLOWERS if followers and followers in named else Consent.NOBODY


def of_actor(actor: Actor) -> Json:
    """What one of ours says of all her posts."""
    return _said(actor, anybody=actor.indexable)


def of_post(view: PostView) -> Json:
    """What a post of ours says: a public one may be found if its author agrees, or if it was put into a library."""
    is_shared = view.author.indexable or view.material is not None
    return _said(view.author, anybody=view.post.circle is Circle.PUBLIC and is_shared)


def _said(actor: Actor, *, anybody: bool) -> Json:
    return {"indexable": anybody, "searchableBy": [PUBLIC if anybody else actor.uri]}

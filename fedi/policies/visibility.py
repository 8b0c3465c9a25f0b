"""Who may see a post, and how wide an answer to it may be.

The SQL form of `may_see` is `fedi.store.visibility`; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import replace

from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.models.posts import Circle, NewPost, Post

_LADDER = (Circle.DRAFT, Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.NETWORK, Circle.PUBLIC)
OPEN = frozenset({Circle.NETWORK, Circle.PUBLIC})
"""The circles whose posts anybody may read who has their address."""

TOLD = frozenset({Circle.SCHOOL, Circle.PARTNERS, Circle.PUBLIC})
"""The circles whose posts stand in timelines that many share: the school's, the network's, a hashtag's."""


def may_see(
    post: Post,
    author: Actor,
    viewer: Actor | None,
    *,
    follows: bool,
    mentioned: bool,
    partner: bool,
    blocked: bool = False,
) -> bool:
    """Whether `viewer` (None: anybody) may see a post.

    `follows`: the viewer is an accepted follower of the author; `mentioned`: the post names the viewer; `partner`: both
    sides have confirmed the agreement with the viewer's host; `blocked`: the author has blocked the viewer, who then
    sees what anybody sees. A boost is shown only while it `still_shows` its post.
    """
    if author.gone:
        return False
    if post.circle in OPEN:
        return True
    if viewer is None or viewer.gone:
        return False
    return viewer.id == post.actor_id or (not blocked and _is_inside(post, viewer, follows, mentioned, partner))


def _is_inside(post: Post, viewer: Actor, follows: bool, mentioned: bool, partner: bool) -> bool:
    match post.circle:
        case Circle.SCHOOL:
            return viewer.local
        case Circle.PARTNERS:
            return viewer.local or (post.local and partner)
        case Circle.FOLLOWERS:
            return follows or mentioned
        case Circle.DIRECT:
            return mentioned
        case _:
            return False


def narrowed(circle: Circle, parent: Circle, *, local: bool = True) -> Circle:
    """The circle of an answer to, or a boost of, a post in the circle `parent`: never a wider one.

    Invalid for a direct answer to a school post: direct posts may cross, and nothing under a school post does.
    `local`: whether it is written here.
    """
    if parent is Circle.DIRECT:
        return Circle.DRAFT if circle is Circle.DRAFT else Circle.DIRECT
    if circle is Circle.DIRECT:
        return _direct_under(parent)
    if circle is Circle.FOLLOWERS and parent is Circle.PARTNERS and not local:
        # Followers of somebody elsewhere are fewer here than all our teachers, who see the partners' posts.
        return Circle.FOLLOWERS
    return min(circle, parent, key=_LADDER.index)


def _direct_under(parent: Circle) -> Circle:
    if parent is Circle.SCHOOL:
        raise Invalid("What answers a post of the school stays in the school; write a new message instead", "circle")
    return Circle.DIRECT


def about(new: NewPost, post: Post, *, local: bool = True) -> NewPost:
    """A post about to be published that answers or quotes `post`: in no wider circle, and kept within what that is kept
    within, however many answers lie between it and the post where that began.
    """
    kept = _narrower(new.kept_within, kept_within(post))
    return replace(new, circle=narrowed(new.circle, post.circle, local=local), kept_within=kept)


def within(circle: Circle, kept: Circle | None, *, local: bool = True) -> Circle:
    """The circle of a post that is `kept` within another one. A message stays one: whom it may name is asked of it."""
    return circle if kept is None or circle is Circle.DIRECT else narrowed(circle, kept, local=local)


def kept_within(post: Post) -> Circle | None:
    """The circle that whatever is said about a post stays in."""
    return post.circle if post.circle in (Circle.SCHOOL, Circle.PARTNERS) else post.kept_within


def _narrower(one: Circle | None, other: Circle | None) -> Circle | None:
    return min((each for each in (one, other) if each is not None), key=_LADDER.index, default=None)


def may_boost(post: Post, actor: Actor) -> bool:
    """Whether an actor who can see a post may pass it on: open posts, and one's own to one's followers again."""
    return post.circle in OPEN or (post.circle is Circle.FOLLOWERS and post.actor_id == actor.id)


def still_shows(booster: Actor, boosted: Post, author: Actor) -> bool:
    """Whether a boost shows its post: not when that was narrowed since, or its author is gone."""
    return not author.gone and may_boost(boosted, booster)


def is_counted(circle: Circle, about: Circle) -> bool:
    """Whether an answer, a boost or a quote is counted where what it is about shows a number: only if those who see one
    may see the other.
    """
    return circle in OPEN or circle is about

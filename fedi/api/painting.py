"""Entities put together from what is kept and what is new: one JSON text for everybody, and what differs set beside it.

The first half runs in units of work and reads nothing but versions while all of it is kept; the second half runs after
them, and keeps what it had to render.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from fedi.actions.pins import PINNABLE
from fedi.api import filtering
from fedi.api.entities import accounts, cards, statuses
from fedi.api.entities import polls as poll_entities
from fedi.api.entities.media import KeyOf
from fedi.api.entities.statuses import application
from fedi.instances import Instance
from fedi.instances.rendered import Rendered
from fedi.models.accounts import Account
from fedi.models.actors import Actor
from fedi.models.applications import Application
from fedi.models.posts import Poll, PostKind, PostView
from fedi.models.quotes import QuoteState
from fedi.policies.filters import Filters
from fedi.policies.quotes import approval, told
from fedi.policies.visibility import OPEN
from fedi.store import accounts as stored_accounts
from fedi.store import actors, polls, post_applications, shown, views, visibility
from fedi.store import filters as stored_filters
from fedi.store.database import Transaction
from fedi.store.shown import AuthorVersion, Standing, Version

STALE_MS = 10 * 60_000
"""What no version tells (somebody mentioned has another name) is seen within this time."""

_encode = msgspec.json.Encoder().encode
_decode_emojis = msgspec.json.Decoder(statuses.WithEmojis).decode


@dataclass(frozen=True, slots=True)
class Faces:
    """People as they were read to be shown: those kept, those to be rendered anew, and where some of these have moved
    to, by uri.
    """

    versions: dict[int, AuthorVersion]
    now: int
    kept: dict[int, bytes]
    people: dict[int, Actor] = field(default_factory=dict)
    last_posts: dict[int, int] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    moved: dict[str, Actor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """Posts as they were read to be shown: those kept, those to be rendered anew, and what depends on the viewer."""

    ids: Sequence[int]
    versions: dict[int, Version]
    faces: Faces
    viewer_id: int | None
    standing: Standing
    kept: dict[int, bytes]
    views: Sequence[PostView] = ()
    polls: dict[int, Poll] = field(default_factory=dict)
    votes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    quoted: frozenset[int] = frozenset()
    unwanted: dict[int, str] = field(default_factory=dict)
    filters: Filters | None = None
    applications: dict[int, Application] = field(default_factory=dict)


# --- in a unit of work ------------------------------------------------------------------------------


async def read_posts(tx: Transaction, viewer: Actor | None, memory: Rendered, ids: Sequence[int]) -> Shown:
    """Read what showing these posts takes; the viewer may see them all."""
    versions = await shown.versions(tx, ids) if ids else {}
    quoted = await _quoted(tx, viewer, versions.values())
    inside = await shown.versions(tx, quoted) if quoted else {}
    named = await _quoted(tx, viewer, inside.values())
    unwanted = await _unwanted(tx, viewer, inside | (await shown.versions(tx, named) if named else {}))
    versions |= inside
    found = ((each, memory.posts.find(each.id, _stamp(each, tx.now))) for each in versions.values())
    kept = {version.id: body for version, body in found if body is not None}
    missing = [post_id for post_id in versions if post_id not in kept]
    questions = [version.id for version in versions.values() if version.kind is PostKind.QUESTION]
    standing = await shown.standing(tx, viewer.id, list(versions.values())) if viewer and versions else Standing()
    return Shown(
        ids,
        versions,
        await read_people(tx, memory, {version.actor_id for version in versions.values()}),
        viewer.id if viewer else None,
        standing,
        kept,
        await views.full(tx, missing) if missing else (),
        await polls.of_posts(tx, questions) if questions else {},
        await _votes(tx, viewer, questions) if viewer and questions else {},
        frozenset(quoted | named),
        unwanted,
        await _filters(tx, viewer, memory, standing) if viewer and standing.filters else None,
        await _applications(tx, viewer, versions.values()) if viewer else {},
    )


async def _applications(tx: Transaction, viewer: Actor, versions: Iterable[Version]) -> dict[int, Application]:
    """With which programs the viewer has written what is hers; nobody else is told."""
    own = [each.id for each in versions if each.actor_id == viewer.id and each.boost_of_id is None]
    return await post_applications.of_posts(tx, own) if own else {}


async def _filters(tx: Transaction, viewer: Actor, memory: Rendered, standing: Standing) -> Filters:
    version = max(standing.filters)
    kept = memory.filters.find(viewer.id, version)
    return kept if kept is not None else Filters(version, await stored_filters.of_account(tx, viewer.id))


async def _quoted(tx: Transaction, viewer: Actor | None, versions: Iterable[Version]) -> set[int]:
    """What these posts quote with consent, as far as the viewer may see it."""
    agreed = [each.quoted_id for each in versions if each.quoted_id and each.quote_state is QuoteState.ACCEPTED]
    return await visibility.visible_ids(tx, viewer, agreed) if agreed else set()


async def _unwanted(tx: Transaction, viewer: Actor | None, quoted: dict[int, Version]) -> dict[int, str]:
    """Which of these quoted posts are by people whom the viewer does not want to read, and why."""
    if viewer is None or not quoted:
        return {}
    refused = await visibility.refused(tx, viewer, {each.actor_id for each in quoted.values()})
    return {each.id: refused[each.actor_id] for each in quoted.values() if each.actor_id in refused}


async def read_people(tx: Transaction, memory: Rendered, ids: Iterable[int]) -> Faces:
    """Read what showing these people takes."""
    wanted = list(ids)
    versions = await shown.authors(tx, wanted) if wanted else {}
    found = ((each, memory.people.find(each.id, _stamp(each, tx.now))) for each in versions.values())
    kept = {version.id: face for version, face in found if face is not None}
    missing = [actor_id for actor_id in versions if actor_id not in kept]
    if not missing:
        return Faces(versions, tx.now, kept)
    people = await actors.by_ids(tx, missing)
    ours = [each.id for each in people.values() if each.local]
    held = await stored_accounts.by_ids(tx, ours) if ours else {}
    gone = [each.moved_to for each in people.values() if each.moved_to is not None]
    moved = {actor.uri: actor for actor in await actors.by_uris(tx, gone)} if gone else {}
    return Faces(versions, tx.now, kept, people, await shown.last_posts(tx, missing), held, moved)


def _stamp(version: Version | AuthorVersion, now: int) -> object:
    return version, now // STALE_MS


async def _votes(tx: Transaction, viewer: Actor, questions: list[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for vote in await polls.votes_of(tx, viewer.id, questions):
        found[vote.post_id] = (*found.get(vote.post_id, ()), vote.position)
    return found


# --- after it ---------------------------------------------------------------------------------------


def people(instance: Instance, found: Faces) -> dict[int, bytes]:
    """Accounts by their ids; what was rendered anew is kept."""
    school = instance.school
    roles = {account.id: account.role for account in found.accounts.values()}
    fresh = {
        actor.id: _encode(
            accounts.account(school, actor, found.last_posts.get(actor.id), roles.get(actor.id))
            | accounts.moved(school, found.moved.get(actor.moved_to or ""))
        )
        for actor in found.people.values()
    }
    for actor_id, face in fresh.items():
        instance.rendered.people.keep(actor_id, _stamp(found.versions[actor_id], found.now), face)
    return found.kept | fresh


def posts(instance: Instance, found: Shown) -> dict[int, bytes]:
    """Statuses by their ids; what was rendered anew is kept."""
    fresh = {
        view.post.id: _encode(statuses.status(instance.school, view, key_of(instance, view)))[1:-1]
        for view in found.views
    }
    for post_id, body in fresh.items():
        instance.rendered.posts.keep(post_id, _stamp(found.versions[post_id], found.faces.now), body)
    if found.viewer_id is not None and found.filters is not None:
        instance.rendered.filters.keep(found.viewer_id, found.filters.version, found.filters)
    painter = _Painter(found, instance.rendered, found.kept | fresh, people(instance, found.faces))
    return {post_id: painter.status(post_id) for post_id in found.ids if post_id in found.versions}


def key_of(instance: Instance, view: PostView) -> KeyOf | None:
    """What opens the files of a post to programs that load them; None where anybody may."""
    if view.post.circle in OPEN:
        return None
    return lambda file_id: instance.file_keys.make(file_id, instance.clock())


@dataclass(frozen=True, slots=True)
class _Painter:
    """Sets beside each other what belongs to one status."""

    found: Shown
    memory: Rendered
    bodies: dict[int, bytes]
    faces: dict[int, bytes]

    def status(self, post_id: int, *, inside: bool = False) -> bytes:
        """`inside`: it is shown in a post that quotes it; what it quotes itself is only named."""
        version = self.found.versions[post_id]
        shown = version if version.boost_of_id is None else self.found.versions[version.boost_of_id]
        return b'{"account":%b,%b,"reblog":%b,"poll":%b,"quote":%b,"quote_approval":%b%b}' % (
            self.faces[version.actor_id],
            self._body(version, shown),
            b"null" if version is shown else self.status(shown.id),
            self._poll(version),
            self._quote(shown, inside),
            self._approval(shown),
            b"" if self.found.viewer_id is None else self._flags(version, self.found.viewer_id),
        )

    def _body(self, version: Version, shown: Version) -> bytes:
        """What is the same for everybody but whom a page that `shown` links to names as its author without her word."""
        body, unconfirmed = self.bodies[version.id], shown.card_unconfirmed_id
        if unconfirmed is None or unconfirmed != self.found.viewer_id:
            return body
        return body.replace(cards.ATTRIBUTED, cards.NOT_ATTRIBUTED, 1)

    def _poll(self, version: Version) -> bytes:
        held, viewer = self.found.polls.get(version.id), self.found.viewer_id
        if held is None:
            return b"null"
        voted = None if viewer is None else self.found.votes.get(version.id, ())
        own = viewer == version.actor_id
        emojis = self._emojis(version) if any(":" in option.title for option in held.options) else []
        return _encode(poll_entities.poll(version.id, held, self.found.faces.now, voted, own=own, emojis=emojis))

    def _emojis(self, version: Version) -> list[accounts.Json]:
        return _decode_emojis(b"{%b}" % self.bodies[version.id]).emojis

    def _quote(self, version: Version, inside: bool) -> bytes:
        if version.quote_state is None:
            return b"null"
        if version.quote_state is not QuoteState.ACCEPTED or version.quoted_id not in self.found.quoted:
            accepted = version.quote_state is QuoteState.ACCEPTED
            return statuses.withheld("unauthorized" if accepted else version.quote_state, inside)
        state = self.found.unwanted.get(version.quoted_id, "accepted").encode()
        if inside:
            return b'{"state":"%b","quoted_status_id":"%d"}' % (state, version.quoted_id)
        return b'{"state":"%b","quoted_status":%b}' % (state, self.status(version.quoted_id, inside=True))

    def _approval(self, version: Version) -> bytes:
        viewer, standing = self.found.viewer_id, self.found.standing
        if viewer is None:
            return statuses.approval(told(version), "unknown")
        mentioned, follows = version.id in standing.mentioned, version.actor_id in standing.followed
        return statuses.approval(told(version), approval(version, viewer, follows=follows, mentioned=mentioned))

    def _flags(self, version: Version, viewer: int) -> bytes:
        standing, shown_id = self.found.standing, version.boost_of_id or version.id
        pinnable = viewer == version.actor_id and version.boost_of_id is None and version.circle in PINNABLE
        flags = _flags(
            shown_id in standing.liked,
            shown_id in standing.boosted,
            shown_id in standing.bookmarked,
            self.found.versions[shown_id].thread_id in standing.muted,
            shown_id in standing.pinned if pinnable else None,
        )
        return b'%b%b,"filtered":%b' % (flags, self._application(version), self._filtered(shown_id))

    def _application(self, version: Version) -> bytes:
        written_with = self.found.applications.get(version.id)
        return b"" if written_with is None else b',"application":%b' % _encode(application(written_with))

    def _filtered(self, shown_id: int) -> bytes:
        """Of a boost, what the post it shows matches."""
        found = self.found
        if not found.filters:
            return filtering.NONE
        body, poll = self.bodies[shown_id], found.polls.get(shown_id)
        return filtering.filtered(found.filters, self.memory, found.faces.now, shown_id, body, poll)


@lru_cache(maxsize=64)
def _flags(liked: bool, boosted: bool, bookmarked: bool, muted: bool, pinned: bool | None) -> bytes:
    flags: dict[str, Any] = {"favourited": liked, "reblogged": boosted, "bookmarked": bookmarked, "muted": muted}
    if pinned is not None:
        flags["pinned"] = pinned
    return b"," + _encode(flags)[1:-1]

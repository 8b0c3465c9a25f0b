"""Actors: taking in what peers say of theirs, and what becomes of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from fedi import text
from fedi.actions import cards as card_actions
from fedi.actions import emojis, outbox
from fedi.actions import follows as follow_actions
from fedi.actions import posts as post_actions
from fedi.activitypub import uris
from fedi.activitypub.signatures.keys import load_public
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor, ActorKind, Key, ProfileChange, ProfileField, RemoteActor
from fedi.models.files import FileKind, RemoteFile
from fedi.models.local_actors import ED25519, RSA
from fedi.store import (
    actors,
    blocks,
    communities,
    featured_collections,
    featured_tags,
    follows,
    jobs,
    keys,
    mutes,
    peers,
    pins,
    posts,
    remote_files,
)
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob
from fedi.text import Handle

T = TypeVar("T")

OF_ONE_HOST = 50_000
"""How many actors of one peer are kept: its owner can make up as many as he likes."""

IN_ALL = 1_000_000
"""... and of all peers: whoever owns a name makes up as many hosts."""

MAX_NAME = 100
MAX_SUMMARY = 5_000
MAX_FIELDS = 8
MAX_FIELD = 500
MAX_DESCRIPTION = 10_000
"""How long a name, the text about somebody, a line of her profile, and what is said of a picture may be, and how many
lines there are.
"""

_MAX_SITES = 100
_ERASED_AT_ONCE = 100


async def receive(tx: Transaction, remote: RemoteActor) -> Actor:
    """Store what a peer's actor document says, with its keys and pictures; Invalid if it claims a handle of ours."""
    if remote.domain in (tx.school.account_domain, tx.school.host):
        raise Invalid(f"{remote.uri} claims the name {remote.username} of this school")
    host = uris.host_of(remote.uri)
    known = await actors.by_uri(tx, remote.uri)
    if known is None:
        await _require_room(tx, host)
    kept = await emojis.of_host(tx, uris.host_of(remote.uri), remote.emojis)
    lines = _still_verified(known, remote.fields)
    actor = await actors.upsert_remote(tx, replace(remote, emojis=kept, fields=lines))
    await rotate_keys(tx, actor, remote.keys)
    avatar_id = await _picture(tx, actor, remote.avatar_url)
    header_id = await _picture(tx, actor, remote.header_url)
    await actors.set_pictures(tx, actor.id, avatar_id, header_id)
    suspended_at = await _follow_suspension(tx, actor, suspended=remote.suspended)
    if remote.community is not None:
        await communities.upsert_remote(tx, actor.id, remote.community)
    tx.announce("actors", actor.id)
    return replace(actor, avatar_id=avatar_id, header_id=header_id, suspended_at=suspended_at)


async def _follow_suspension(tx: Transaction, actor: Actor, *, suspended: bool) -> int | None:
    """Since when somebody is suspended, now that her own server has spoken: what was decided here it does not lift."""
    if suspended and actor.suspended_at is None:
        await actors.set_suspended(tx, actor.id, tx.now, elsewhere=True)
        return tx.now
    if not suspended and actor.suspended_elsewhere:
        await actors.set_suspended(tx, actor.id, None)
        return None
    return actor.suspended_at


async def _require_room(tx: Transaction, host: str) -> None:
    if await actors.are_many(tx, host, OF_ONE_HOST):
        raise Invalid(f"{host} has more people than are kept of one server")
    if await actors.are_many_in_all(tx, IN_ALL):
        raise Invalid("There are more people than are kept of all servers")


async def rotate_keys(tx: Transaction, actor: Actor, new: Iterable[tuple[str, str]]) -> None:
    """From now on a peer's actor has these keys (id and PEM) and no others."""
    await keys.replace_all(tx, actor.id, [_key(tx, actor, uri, pem) for uri, pem in new])
    tx.announce("keys", actor.uri)


def _key(tx: Transaction, actor: Actor, uri: str, pem: str) -> Key:
    kind = RSA if isinstance(load_public(pem), RSAPublicKey) else ED25519
    return Key(uri, actor.id, kind, pem, None, created_at=tx.now, fetched_at=tx.now)


async def _picture(tx: Transaction, actor: Actor, url: str | None) -> int | None:
    peer = await peers.by_host(tx, actor.host) if url is not None else None
    if url is None or (peer is not None and peer.reject_media):
        return None
    announced = RemoteFile(url=url, kind=FileKind.IMAGE, media_type="", name="", description="")
    return await remote_files.announce(tx, actor.id, announced)


async def update_profile(tx: Transaction, actor: Actor, change: ProfileChange) -> Actor:
    """Change what a person says of herself, and tell her followers' servers."""
    _check(change)
    changed = _changed(actor, change)
    shown = (changed.name, changed.summary, *(f"{line.name} {line.value}" for line in changed.fields))
    changed = replace(changed, emojis=await emojis.used_in(tx, *shown))
    await actors.update_profile(tx, changed)
    await outbox.actor_updated(tx, changed)
    if changed.fields != actor.fields and any(text.first_link(line.value) for line in changed.fields):
        await jobs.enqueue(tx, NewJob("verify-links", {"actor": actor.id}, Lane.BULK))
    if actor.locked and not changed.locked:
        await jobs.enqueue(tx, NewJob("let-in", {"actor": actor.id}, Lane.BULK))
    if changed.attribution_domains != actor.attribution_domains:
        await card_actions.confirm(tx, changed)
    tx.announce("actors", actor.id)
    tx.announce("keys", actor.uri)
    return changed


async def note_verified(tx: Transaction, actor_id: int, values: set[str]) -> None:
    """The pages behind these lines of a profile link back; those behind the others do not. Lines that change meanwhile
    are left alone: they are looked at anew.
    """
    actor = await actors.by_id(tx, actor_id)
    if actor is None or actor.gone:
        return
    lines = tuple(
        replace(line, verified_at=(line.verified_at or tx.now) if line.value in values else None)
        for line in actor.fields
    )
    if lines != actor.fields and await actors.set_fields(tx, actor, lines):
        tx.announce("actors", actor.id)


def _check(change: ProfileChange) -> None:
    if len(change.name or "") > MAX_NAME:
        raise Invalid(f"A name has at most {MAX_NAME} characters", "name")
    if len(change.summary or "") > MAX_SUMMARY:
        raise Invalid(f"The text about you has at most {MAX_SUMMARY} characters", "summary")
    if len(change.avatar_description or "") > MAX_DESCRIPTION:
        raise Invalid(f"A description has at most {MAX_DESCRIPTION} characters", "avatar_description")
    if len(change.header_description or "") > MAX_DESCRIPTION:
        raise Invalid(f"A description has at most {MAX_DESCRIPTION} characters", "header_description")
    lines = change.fields or ()
    if len(lines) > MAX_FIELDS or any(len(line.name) + len(line.value) > MAX_FIELD for line in lines):
        raise Invalid(f"There are at most {MAX_FIELDS} lines of {MAX_FIELD} characters", "fields")


def _changed(actor: Actor, change: ProfileChange) -> Actor:
    """The actor as it will be, texts as HTML."""
    return replace(
        actor,
        kind=_kind(actor, change.bot),
        name=_given(change.name, actor.name),
        summary=actor.summary if change.summary is None else _html(change.summary),
        fields=actor.fields if change.fields is None else _lines(actor, change.fields),
        avatar_id=_given(change.avatar_id, actor.avatar_id) or None,
        avatar_description=_said(change.avatar_description, change.avatar_id, actor.avatar_description),
        header_id=_given(change.header_id, actor.header_id) or None,
        header_description=_said(change.header_description, change.header_id, actor.header_description),
        attribution_domains=_sites(actor, change.attribution_domains),
        locked=_given(change.locked, actor.locked),
        discoverable=_given(change.discoverable, actor.discoverable),
        indexable=_given(change.indexable, actor.indexable),
        hides_follows=_given(change.hides_follows, actor.hides_follows),
        shows_media=_given(change.shows_media, actor.shows_media),
        shows_replies_in_media=_given(change.shows_replies_in_media, actor.shows_replies_in_media),
        shows_featured=_given(change.shows_featured, actor.shows_featured),
    )


def _said(new: str | None, picture_id: int | None, old: str) -> str:
    """What is to be seen in a picture: another one shows something else."""
    if new is not None:
        return new.strip()
    return old if picture_id is None else ""


def _sites(actor: Actor, typed: tuple[str, ...] | None) -> tuple[str, ...]:
    """The hosts of the sites on which she writes, in one spelling; Invalid names what is none."""
    if typed is None:
        return actor.attribution_domains
    found = {each.strip(): uris.site_of(each) for each in typed if each.strip()}
    for name, host in found.items():
        if host is None:
            raise Invalid(f"Attribution domains {name[:100]} is not a valid domain name", "attribution_domains")
    if len(found) > _MAX_SITES:
        raise Invalid(f"Attribution domains is too long (maximum is {_MAX_SITES})", "attribution_domains")
    return tuple(dict.fromkeys(host for host in found.values() if host is not None))


def _kind(actor: Actor, bot: bool | None) -> ActorKind:
    """Accounts are of people or of programs; what a community or the school is never changes."""
    if bot is None or actor.kind not in (ActorKind.PERSON, ActorKind.SERVICE):
        return actor.kind
    return ActorKind.SERVICE if bot else ActorKind.PERSON


def _given(new: T | None, old: T) -> T:
    return old if new is None else new


def _lines(actor: Actor, typed: Iterable[ProfileField]) -> tuple[ProfileField, ...]:
    return _still_verified(actor, [ProfileField(line.name, _html(line.value)) for line in typed])


def _still_verified(known: Actor | None, lines: Iterable[ProfileField]) -> tuple[ProfileField, ...]:
    """What was verified stays so until the page behind it is looked at again."""
    verified = {line.value: line.verified_at for line in known.fields} if known is not None else {}
    return tuple(replace(line, verified_at=verified.get(line.value)) for line in lines)


def _html(typed: str) -> str:
    return text.render_note(typed, _no_link, lambda tag: f"/tags/{quote(tag)}") if typed else ""


def _no_link(_: Handle) -> None:
    """People named in a profile are not told, so they are not linked either."""


async def delete(tx: Transaction, actor: Actor) -> None:
    """A person is gone for good: nothing of hers is shown, her follows end, and if she was ours every server is told.

    Her name stays taken.
    """
    if actor.deleted_at is not None:
        return
    if actor.local:
        await outbox.actor_deleted(tx, actor)
    await follow_actions.sever_all(tx, await follows.of_actor(tx, actor.id))
    for forget in (pins.forget, blocks.forget, mutes.forget, featured_collections.forget, featured_tags.forget):
        await forget(tx, actor.id)
    await actors.set_deleted(tx, actor.id)
    tx.announce("actors", actor.id)
    tx.announce("keys", actor.uri)
    if await erase_posts(tx, actor.id):
        await jobs.enqueue(tx, NewJob("erase-posts", {"actor": actor.id}, Lane.BULK))


async def erase_posts(tx: Transaction, actor_id: int) -> bool:
    """Erase posts of somebody who is gone, some at a time; whether there may be more. Their files follow when files are
    cleared away.
    """
    author = await actors.by_id(tx, actor_id)
    if author is None or author.deleted_at is None:
        return False
    found = await posts.of_actor(tx, actor_id, _ERASED_AT_ONCE)
    for each in found:
        await post_actions.erase(tx, each, author)
    return len(found) == _ERASED_AT_ONCE


async def suspend(tx: Transaction, actor: Actor) -> None:
    """Show nothing of an actor and take nothing from it, until it is lifted. Somebody of another server follows nobody
    here any more, lest she go on reading there what is for followers.
    """
    begun = [] if actor.local else await follows.of_actor(tx, actor.id)
    for each in begun:
        if each.follower_id == actor.id:
            await follow_actions.reject(tx, each)
    await _set_suspended(tx, actor, tx.now)


async def unsuspend(tx: Transaction, actor: Actor) -> None:
    """Lift a suspension."""
    await _set_suspended(tx, actor, None)


async def _set_suspended(tx: Transaction, actor: Actor, at: int | None) -> None:
    if actor.deleted_at is not None:
        raise NotFound("There is no such person")
    await actors.set_suspended(tx, actor.id, at)
    if actor.local:
        await outbox.actor_updated(tx, replace(actor, suspended_at=at))
    tx.announce("actors", actor.id)
    tx.announce("keys", actor.uri)

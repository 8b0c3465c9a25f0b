"""Actors of our own: which addresses a teacher and her school have. They are never changed afterwards."""

from __future__ import annotations

from dataclasses import replace

from fedi.config import School
from fedi.models.actors import Actor, ActorKind

RSA, ED25519 = "rsa", "ed25519"
"""The kinds of key every actor of ours has; `kind` of a `Key`."""

_FRAGMENTS = {RSA: "main-key", ED25519: "ed25519-key"}


def person(school: School, id_: int, username: str, name: str, now: int) -> Actor:
    """A teacher of `school`, as she is on her first day; `now` in milliseconds."""
    uri = f"{school.base_url}/users/{id_}"
    return _actor(school, id_, uri, ActorKind.PERSON, username, name, f"{school.base_url}/@{username}", now)


def community(school: School, id_: int, username: str, name: str, now: int) -> Actor:
    """A community of `school`, to be found by everybody."""
    uri = f"{school.base_url}/users/{id_}"
    made = _actor(school, id_, uri, ActorKind.GROUP, username, name, f"{school.base_url}/@{username}", now)
    return replace(made, discoverable=True, indexable=True)


def school_actor(school: School, id_: int, now: int) -> Actor:
    """The school's own actor (FEP-d556): it signs every GET, and agreements are made in its name."""
    username = school.host.partition(":")[0]
    name = school.title(school.language)
    return _actor(
        school, id_, f"{school.base_url}/actor", ActorKind.APPLICATION, username, name, f"{school.base_url}/", now
    )


def key_uri(actor_uri: str, kind: str) -> str:
    """Where others find the public half of an actor's key of this kind."""
    return f"{actor_uri}#{_FRAGMENTS[kind]}"


def _actor(school: School, id_: int, uri: str, kind: ActorKind, username: str, name: str, url: str, now: int) -> Actor:
    return Actor(
        id=id_,
        uri=uri,
        kind=kind,
        local=True,
        username=username,
        domain=school.account_domain,
        host=school.host,
        name=name,
        summary="",
        fields=(),
        emojis=(),
        url=url,
        inbox=f"{uri}/inbox",
        shared_inbox=f"{school.base_url}/inbox",
        outbox=f"{uri}/outbox",
        followers=f"{uri}/followers",
        following=f"{uri}/following",
        featured=f"{uri}/collections/featured",
        avatar_id=None,
        header_id=None,
        locked=False,
        # Absent consent is a no (FEP-5feb): being found is what a teacher chooses.
        discoverable=False,
        indexable=False,
        also_known_as=(),
        moved_to=None,
        followers_count=0,
        following_count=0,
        posts_count=0,
        created_at=now,
        updated_at=now,
        fetched_at=None,
        suspended_at=None,
        deleted_at=None,
    )

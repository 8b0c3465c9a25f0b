"""Actors: our teachers and the school itself, and everybody of other servers we have met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from fedi.activitypub import uris
from fedi.errors import Conflict, NotFound
from fedi.models.actors import Actor, ProfileField, RemoteActor
from fedi.models.paging import Page
from fedi.store import names
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json
from fedi.text import fold

COLUMNS = ", ".join(field.name for field in fields(Actor))
"""What a SELECT names to get an `Actor`."""

_MOST = 2**31 - 1
_JSON = ("fields", "emojis", "also_known_as", "attribution_domains")
_AS_IT_STANDS = (
    "uri kind username domain name summary url inbox shared_inbox outbox followers following featured locked "
    "discoverable indexable searchable moved_to feature_policy avatar_description header_description memorial "
    "featured_tags shows_media shows_replies_in_media shows_featured"
)
"""What a peer says of its actor and is stored so."""

_COPIED = _AS_IT_STANDS.split()


async def by_id(tx: Transaction, actor_id: int) -> Actor | None:
    """The actor, gone or not."""
    return await tx.one(Actor, f"SELECT {COLUMNS} FROM actors WHERE id = :id", id=actor_id)


async def by_ids(tx: Transaction, actor_ids: Iterable[int]) -> dict[int, Actor]:
    """The actors by their ids; who does not exist is left out."""
    found = await tx.all(Actor, f"SELECT {COLUMNS} FROM actors WHERE id IN :ids*", ids=list(set(actor_ids)))
    return {actor.id: actor for actor in found}


async def by_uri(tx: Transaction, uri: str) -> Actor | None:
    """The actor with this id on the wire, gone or not."""
    return await tx.one(Actor, f"SELECT {COLUMNS} FROM actors WHERE uri = :uri", uri=uri)


async def by_uris(tx: Transaction, actor_uris: Iterable[str]) -> list[Actor]:
    """The actors among these that we know."""
    return await tx.all(Actor, f"SELECT {COLUMNS} FROM actors WHERE uri IN :uris*", uris=list(set(actor_uris)))


async def by_inbox(tx: Transaction, inbox: str) -> Actor | None:
    """The one actor of a peer with this personal inbox; None for a shared one."""
    return await tx.one(
        Actor,
        f"SELECT {COLUMNS} FROM actors WHERE host = :host AND inbox = :inbox AND NOT local LIMIT 1",
        host=uris.host_of(inbox),
        inbox=inbox,
    )


async def by_handle(tx: Transaction, username: str, domain: str) -> Actor | None:
    """The actor with this handle, in any case of letters; of several (a re-made account) the one heard of last."""
    return await tx.one(
        Actor,
        f"""
        SELECT {COLUMNS} FROM actors
        WHERE  username_folded = :username AND domain = :domain
        ORDER  BY CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END, updated_at DESC, id DESC
        LIMIT  1
        """,
        username=fold(username),
        domain=domain.lower(),
    )


async def local_by_name(tx: Transaction, name: str) -> Actor | None:
    """Our actor of this name, in any case of letters; deleted ones too, since a name is never given away again."""
    return await tx.one(Actor, f"SELECT {COLUMNS} FROM actors WHERE username_folded = :name AND local", name=fold(name))


async def school_actor(tx: Transaction) -> Actor:
    """The school's own actor, which signs what no teacher does; NotFound before the school was first opened."""
    actor = await by_uri(tx, f"{tx.school.base_url}/actor")
    if actor is None:
        raise NotFound(f"{tx.school.host} has no actor of its own yet")
    return actor


async def first_school_uri(tx: Transaction) -> str | None:
    """The id under which this database's school was made, whatever its address is now; None if it is new."""
    found: str | None = await tx.value(
        "SELECT uri FROM actors WHERE local AND kind = 'Application' ORDER BY id LIMIT 1"
    )
    return found


async def local_people(tx: Transaction, page: Page) -> list[Actor]:
    """Our teachers, newest first; those who are gone are left out."""
    return await tx.all(
        Actor,
        f"""
        SELECT {COLUMNS} FROM actors
        WHERE  local AND kind IN ('Person', 'Service') AND deleted_at IS NULL AND suspended_at IS NULL
        AND    (CAST(:before AS $id) IS NULL OR id < :before)
        AND    (CAST(:after AS $id) IS NULL OR id > :after)
        ORDER  BY id DESC
        LIMIT  :limit
        """,
        before=page.before,
        after=page.after,
        limit=page.limit,
    )


async def insert(tx: Transaction, actor: Actor) -> None:
    """A new actor; Conflict if its name here is or was somebody's."""
    values = asdict(actor) | {name: as_json(getattr(actor, name)) for name in _JSON}
    values["username_folded"] = fold(actor.username)
    columns = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    if not await tx.execute(f"INSERT INTO actors ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING", **values):
        raise Conflict(f"the name {actor.username} is taken")
    await names.index(tx, actor.id, actor.username, actor.name)


async def upsert_remote(tx: Transaction, remote: RemoteActor) -> Actor:
    """What a peer's document says of its actor now; an actor of ours is never touched."""
    actor = await tx.one(
        Actor,
        f"""
        INSERT INTO actors (
            id, uri, kind, local, username, username_folded, domain, host, name, summary, fields, emojis, url,
            inbox, shared_inbox, outbox, followers, following, featured, locked, discoverable, indexable, searchable,
            also_known_as, moved_to, feature_policy, avatar_description, header_description, attribution_domains,
            memorial, featured_tags, shows_media, shows_replies_in_media, shows_featured, created_at, updated_at,
            fetched_at, suspended_at, suspended_elsewhere, limited_at
        ) VALUES (
            :id, :uri, :kind, :local, :username, :username_folded, :domain, :host, :name, :summary, :fields, :emojis,
            :url, :inbox, :shared_inbox, :outbox, :followers, :following, :featured, :locked, :discoverable, :indexable,
            :searchable, :also_known_as, :moved_to, :feature_policy, :avatar_description, :header_description,
            :attribution_domains, :memorial, :featured_tags, :shows_media, :shows_replies_in_media, :shows_featured,
            :created_at, :now, :now, :suspended_at, :suspended,
            (SELECT restrained_at FROM peers WHERE host = :host AND restraint = 'silence')
        )
        ON CONFLICT (uri) DO UPDATE SET
            kind = excluded.kind, username = excluded.username, username_folded = excluded.username_folded,
            domain = excluded.domain, name = excluded.name, summary = excluded.summary, fields = excluded.fields,
            emojis = excluded.emojis, url = excluded.url, inbox = excluded.inbox, shared_inbox = excluded.shared_inbox,
            outbox = excluded.outbox, followers = excluded.followers, following = excluded.following,
            featured = excluded.featured, locked = excluded.locked, discoverable = excluded.discoverable,
            indexable = excluded.indexable, searchable = excluded.searchable,
            also_known_as = excluded.also_known_as, moved_to = excluded.moved_to,
            feature_policy = excluded.feature_policy, avatar_description = excluded.avatar_description,
            header_description = excluded.header_description, attribution_domains = excluded.attribution_domains,
            memorial = excluded.memorial, featured_tags = excluded.featured_tags, shows_media = excluded.shows_media,
            shows_replies_in_media = excluded.shows_replies_in_media, shows_featured = excluded.shows_featured,
            updated_at = excluded.updated_at, fetched_at = excluded.fetched_at
        WHERE NOT actors.local AND actors.deleted_at IS NULL
        RETURNING {COLUMNS}
        """,
        **_remote_values(tx, remote),
    )
    if actor is None:
        raise Conflict(f"{remote.uri} is one of ours, or was deleted")
    await names.index(tx, actor.id, actor.username, actor.name)
    return actor


def _remote_values(tx: Transaction, remote: RemoteActor) -> dict[str, object]:
    return {
        **{name: getattr(remote, name) for name in _COPIED},
        **{name: as_json(getattr(remote, name)) for name in _JSON},
        "id": tx.new_id(),
        "local": False,
        "username_folded": fold(remote.username),
        "host": uris.host_of(remote.uri),
        "created_at": remote.created_at or tx.now,
        "suspended_at": tx.now if remote.suspended else None,
        "suspended": remote.suspended,
        "now": tx.now,
    }


async def update_profile(tx: Transaction, actor: Actor) -> None:
    """Store what a person says of herself: name, text, fields, pictures, and who may follow and find her."""
    await tx.execute(
        """
        UPDATE actors
        SET    kind = :kind, name = :name, summary = :summary, fields = :fields, emojis = :emojis,
               avatar_id = :avatar_id, header_id = :header_id, locked = :locked, discoverable = :discoverable,
               indexable = :indexable, hides_follows = :hides_follows, avatar_description = :avatar_description,
               header_description = :header_description, attribution_domains = :attribution_domains,
               shows_media = :shows_media, shows_replies_in_media = :shows_replies_in_media,
               shows_featured = :shows_featured, updated_at = :now
        WHERE  id = :id
        """,
        id=actor.id,
        kind=actor.kind,
        name=actor.name,
        summary=actor.summary,
        fields=as_json(actor.fields),
        emojis=as_json(actor.emojis),
        avatar_id=actor.avatar_id,
        header_id=actor.header_id,
        locked=actor.locked,
        discoverable=actor.discoverable,
        indexable=actor.indexable,
        hides_follows=actor.hides_follows,
        avatar_description=actor.avatar_description,
        header_description=actor.header_description,
        attribution_domains=as_json(actor.attribution_domains),
        shows_media=actor.shows_media,
        shows_replies_in_media=actor.shows_replies_in_media,
        shows_featured=actor.shows_featured,
        now=tx.now,
    )
    await names.index(tx, actor.id, actor.username, actor.name)


async def set_fields(tx: Transaction, read: Actor, lines: tuple[ProfileField, ...]) -> bool:
    """Change the lines of a profile, and nothing else, if they are still those that were `read`; False if not."""
    changed = await tx.execute(
        "UPDATE actors SET fields = :lines, updated_at = :now WHERE id = :id AND fields = :read AND deleted_at IS NULL",
        id=read.id,
        lines=as_json(lines),
        read=as_json(read.fields),
        now=tx.now,
    )
    return changed == 1


async def set_pictures(tx: Transaction, actor_id: int, avatar_id: int | None, header_id: int | None) -> None:
    """Which files show this actor."""
    await tx.execute(
        "UPDATE actors SET avatar_id = :avatar, header_id = :header WHERE id = :id",
        avatar=avatar_id,
        header=header_id,
        id=actor_id,
    )


async def set_aliases(tx: Transaction, actor_id: int, aliases: tuple[str, ...]) -> None:
    """Which other accounts this actor says are its own."""
    await tx.execute(
        "UPDATE actors SET also_known_as = :aliases, updated_at = :now WHERE id = :id",
        aliases=as_json(aliases),
        now=tx.now,
        id=actor_id,
    )


async def set_moved_to(tx: Transaction, actor_id: int, uri: str | None) -> None:
    """Where an actor goes on; None: here."""
    await tx.execute(
        "UPDATE actors SET moved_to = :uri, updated_at = :now WHERE id = :id", uri=uri, now=tx.now, id=actor_id
    )


async def set_suspended(tx: Transaction, actor_id: int, at: int | None, *, elsewhere: bool = False) -> None:
    """Suspend from a moment on, or lift it with None; `elsewhere`: her own server did it."""
    await tx.execute(
        """
        UPDATE actors SET suspended_at = :at, suspended_elsewhere = :elsewhere, updated_at = :now WHERE id = :id
        """,
        at=at,
        elsewhere=elsewhere,
        now=tx.now,
        id=actor_id,
    )


async def set_limited(tx: Transaction, actor_id: int, at: int | None) -> None:
    """Show an actor only to those who follow it, or to everybody again with None."""
    await tx.execute(
        "UPDATE actors SET limited_at = :at, updated_at = :now WHERE id = :id", at=at, now=tx.now, id=actor_id
    )


async def limit_host(tx: Transaction, host: str, was: int | None, at: int | None) -> None:
    """The same for everybody of a host whose `limited_at` was this: whom moderators limited otherwise stays so."""
    await tx.execute(
        """
        UPDATE actors SET limited_at = :at, updated_at = :now
        WHERE  host = :host AND NOT local AND coalesce(limited_at, 0) = coalesce(CAST(:was AS $time), 0)
        """,
        host=host,
        was=was,
        at=at,
        now=tx.now,
    )


async def set_sensitized(tx: Transaction, actor_id: int, at: int | None) -> None:
    """Cover every picture of an actor, or with None only those that are covered by themselves."""
    await tx.execute(
        "UPDATE actors SET sensitized_at = :at, updated_at = :now WHERE id = :id", at=at, now=tx.now, id=actor_id
    )


async def set_deleted(tx: Transaction, actor_id: int) -> None:
    """Empty the row and keep it: its name is never given away again, and its address answers that it is gone."""
    await tx.execute(
        """
        UPDATE actors
        SET    deleted_at = :now, updated_at = :now, name = '', summary = '', fields = '[]', emojis = '[]',
               avatar_id = NULL, header_id = NULL, followers_count = 0, following_count = 0, posts_count = 0
        WHERE  id = :id AND deleted_at IS NULL
        """,
        now=tx.now,
        id=actor_id,
    )
    await names.forget(tx, actor_id)


@dataclass(frozen=True, slots=True)
class Counts:
    """What another server says of its actor; None for what it does not say."""

    followers: int | None = None
    following: int | None = None
    posts: int | None = None


async def set_counts(tx: Transaction, actor_id: int, counts: Counts) -> None:
    """Show of somebody elsewhere what her own server counts. Nobody is believed to have more than two thousand million
    of anything: the columns hold no more.
    """
    await tx.execute(
        """
        UPDATE actors
        SET    followers_count = coalesce(CAST(:followers AS INTEGER), followers_count),
               following_count = coalesce(CAST(:following AS INTEGER), following_count),
               posts_count = coalesce(CAST(:posts AS INTEGER), posts_count)
        WHERE  id = :id AND NOT local AND deleted_at IS NULL
        """,
        id=actor_id,
        **{name: None if count is None else min(count, _MOST) for name, count in asdict(counts).items()},
    )


async def count_follow(tx: Transaction, follower_id: int, followed_id: int, by: int) -> None:
    """Add `by` (1 or -1) to what both ends of a follow show; never below 0."""
    await tx.execute(
        """
        UPDATE actors
        SET    following_count = CASE WHEN id <> :follower OR following_count + :by < 0 THEN following_count
                                      ELSE following_count + :by END,
               followers_count = CASE WHEN id <> :followed OR followers_count + :by < 0 THEN followers_count
                                      ELSE followers_count + :by END
        WHERE  id IN :ids*
        """,
        follower=follower_id,
        followed=followed_id,
        by=by,
        ids=[follower_id, followed_id],
    )


async def ours_among(tx: Transaction, actor_ids: Iterable[int]) -> set[int]:
    """Which of these are of this school."""
    return set(await tx.all(int, "SELECT id FROM actors WHERE id IN :ids* AND local", ids=list(actor_ids)))


async def count_ended(tx: Transaction, following: Mapping[int, int], followers: Mapping[int, int]) -> None:
    """Take ended follows off what their ends show: how many of each follower, and how many of whom she followed; never
    below 0.
    """
    for column, ended in (("following_count", following), ("followers_count", followers)):
        await tx.execute_many(
            f"UPDATE actors SET {column} = CASE WHEN {column} < :by THEN 0 ELSE {column} - :by END WHERE id = :id",
            [{"id": actor_id, "by": number} for actor_id, number in ended.items()],
        )


async def known_hosts(tx: Transaction) -> Sequence[str]:
    """Every host from which we know an actor."""
    return await tx.all(str, "SELECT DISTINCT host FROM actors WHERE NOT local AND deleted_at IS NULL ORDER BY host")


async def count_at(tx: Transaction, host: str) -> int:
    """How many actors of a host we know."""
    found: int = await tx.value(
        "SELECT count(*) FROM actors WHERE host = :host AND NOT local AND deleted_at IS NULL", host=host
    )
    return found


async def are_many(tx: Transaction, host: str, many: int) -> bool:
    """Whether at least so many actors of a host are kept."""
    found = await tx.value(
        "SELECT count(*) FROM (SELECT 1 FROM actors WHERE host = :host LIMIT :many) found", host=host, many=many
    )
    return bool(found >= many)


async def are_many_in_all(tx: Transaction, many: int) -> bool:
    """Whether at least so many actors are kept."""
    return await tx.value("SELECT 1 FROM actors LIMIT 1 OFFSET :below", below=many - 1) is not None

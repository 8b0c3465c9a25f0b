"""One school, open: what every face and every job of it works with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from fedi.activitypub.key_pairs import KeyPair
from fedi.activitypub.signatures.keys import SigningKey, load_signing_key
from fedi.config import InstanceConfig, School
from fedi.errors import NotFound, Unavailable
from fedi.events import Hub
from fedi.instances import school_keys, sent_activities
from fedi.instances.arrivals import Arrivals
from fedi.instances.file_fetches import FileFetches
from fedi.instances.file_keys import FileKeys
from fedi.instances.fragments import Fragments
from fedi.instances.kept import Kept
from fedi.instances.push_keys import PushKeys
from fedi.instances.rates import Rates
from fedi.instances.rendered import Rendered
from fedi.instances.schemes import Schemes
from fedi.instances.signers import Signers
from fedi.instances.streams import Room, Streams
from fedi.instances.usage import CountedUsage
from fedi.media import Storage
from fedi.models.activities import SentActivity
from fedi.models.actors import Actor, Key
from fedi.models.local_actors import RSA, key_uri, school_actor
from fedi.store import actors, keys
from fedi.store.database import Clock, Database, Publish, Transaction
from fedi.store.engine.sqlite import open_sqlite

log = structlog.get_logger("fedi.instances")

_SENT_KEPT = 64
_SIGNING_KEYS_KEPT = 1000


class AddressChanged(Unavailable):
    """The settings give a school another address than the one it was made with, which all its ids contain."""


def milliseconds() -> int:
    """The time, as everything here counts it: milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True, eq=False, repr=False)
class Instance:
    """One school's open database, files, keys and events. It belongs to the event loop it was opened on."""

    config: InstanceConfig
    clock: Clock
    db: Database
    media: Storage
    hub: Hub
    school_actor: Actor
    school_key: SigningKey
    schemes: Schemes
    file_keys: FileKeys
    push_keys: PushKeys
    streams: Streams
    holders: int = 0
    arrivals: Arrivals = field(default_factory=Arrivals)
    signers: Signers = field(default_factory=Signers)
    file_fetches: FileFetches = field(default_factory=FileFetches)
    fragments: Fragments = field(default_factory=Fragments)
    rates: Rates = field(default_factory=Rates)
    rendered: Rendered = field(default_factory=Rendered)
    usage: CountedUsage = field(default_factory=CountedUsage)
    sent: Kept[SentActivity | None] = field(init=False)
    _signing_keys: Kept[SigningKey] = field(init=False)
    _reloading: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        # An activity goes to hundreds of inboxes in a second.
        self.sent = Kept(_SENT_KEPT, lambda activity_id: self.db.read(sent_activities.find, activity_id))
        self._signing_keys = Kept(_SIGNING_KEYS_KEPT, self._read_signing_key)

    @classmethod
    async def open(cls, config: InstanceConfig, *, clock: Clock = milliseconds, room: Room | None = None) -> Instance:
        """Open a school: migrate its database, and see to it that the school's actor and keys exist.

        `room` is the process's for streams. AddressChanged if the database is of a school with another scheme or host.
        """
        _warn_of_test_instance(config)
        pair = await asyncio.to_thread(school_keys.load_or_make, config.keys_folder)
        vapid = await asyncio.to_thread(school_keys.load_or_make_vapid, config.keys_folder)
        hub = Hub()
        db = await _open_database(config, clock, hub.publish)
        try:
            settled = await db.read(_settled_school, pair)
            actor = settled if settled is not None else await db.write(_settle_school, pair)
            schemes = Schemes(db, clock)
            key = load_signing_key(key_uri(actor.uri, RSA), pair.rsa, schemes)
            file_keys, push_keys = FileKeys(pair.ed25519), PushKeys(vapid)
        except BaseException:
            await db.close()
            raise
        streams = Streams(hub, db, room or Room())
        instance = cls(config, clock, db, Storage(config), hub, actor, key, schemes, file_keys, push_keys, streams)
        instance._listen()
        return instance

    def _listen(self) -> None:
        """Forget what was kept when it changes, here or in another process."""
        self.hub.subscribe("peers", lambda _: self.signers.forget_standings())
        self.hub.subscribe("actors", lambda actor_id: self.rendered.people.forget(int(actor_id)))
        self.hub.subscribe("covers", lambda _: self.rendered.posts.clear())
        self.hub.subscribe("edits", lambda post_id: self.rendered.posts.forget(int(post_id)))
        self.hub.subscribe("keys", lambda actor_uri: self._forget_keys(str(actor_uri)))
        self.hub.subscribe("missed", lambda _: self._hear_anew())

    @property
    def school(self) -> School:
        return self.config.school

    @property
    def closed_down(self) -> bool:
        """Whether the school has left the network for good: it answers 410 from then on."""
        return self.school_actor.deleted_at is not None

    async def signing_key(self, actor_id: int) -> SigningKey:
        """The RSA key with which an actor of ours signs; NotFound if it has none."""
        if actor_id == self.school_actor.id:
            return self.school_key
        return await self._signing_keys.find(actor_id)

    async def _read_signing_key(self, actor_id: int) -> SigningKey:
        return _signing_key(await self.db.read(keys.private, actor_id), self.schemes)

    async def former_key(self, actor_id: int) -> SigningKey | None:
        """The RSA key that an actor of ours had before its keys were rotated, under the id that others know it by."""
        key = await self.db.read(keys.retired, actor_id)
        if key is None or key.private_pem is None:
            return None
        return load_signing_key(key.uri.partition("?")[0], key.private_pem)

    def _forget_keys(self, actor_uri: str) -> None:
        """The keys of an actor have changed, here or in another process."""
        self.signers.forget_actor(actor_uri)
        if actor_uri.startswith(f"{self.school.base_url}/"):
            self._signing_keys.clear()
            self.sent.clear()
        if actor_uri == self.school_actor.uri:
            self._reload_soon()

    def _reload_soon(self) -> None:
        self._reloading = asyncio.get_running_loop().create_task(self._try_to_reload())

    async def _try_to_reload(self) -> None:
        try:
            await self._reload_school()
        except Exception:
            # Nobody waits for this; the actor and key that were known serve on, until something changes again.
            log.exception("The school's actor cannot be read anew", host=self.school.host)

    async def _reload_school(self) -> None:
        self.school_actor, key = await self.db.read(_school_and_key)
        self.school_key = _signing_key(key, self.schemes)

    async def refresh(self) -> bool:
        """Forget what was cached if another process has written; whether one had."""
        changed = await self.db.changed()
        if changed:
            self._forget_all()
            await self._reload_school()
            await self.streams.check()
        return changed

    def _hear_anew(self) -> None:
        """What other processes announced was lost for a while: nothing that was cached may be trusted."""
        self._forget_all()
        self._reload_soon()

    def _forget_all(self) -> None:
        self._signing_keys.clear()
        self.signers.clear()
        self.schemes.clear()
        self.sent.clear()
        self.fragments.clear()
        self.rendered.clear()

    @contextmanager
    def held(self) -> Iterator[Instance]:
        """While this is entered, the school is not closed for being idle."""
        self.holders += 1
        try:
            yield self
        finally:
            self.holders -= 1

    async def close(self) -> None:
        """Let go of the database; whoever still listens to events hears no more."""
        if self._reloading is not None:
            self._reloading.cancel()
        self.streams.stop()
        await self.db.close()


def _warn_of_test_instance(config: InstanceConfig) -> None:
    if config.test_instance:
        log.warning(
            "THIS IS A TEST INSTANCE: strangers get in. Remove [test_instance] from instance.toml where people write",
            host=config.school.host,
            password_grant=config.test_instance.password_grant,
            open_sign_up=config.test_instance.open_sign_up,
        )


async def _open_database(config: InstanceConfig, clock: Clock, publish: Publish) -> Database:
    settings = config.database
    if not settings.url:
        return await open_sqlite(config.sqlite_path, config.school, clock, publish)
    # asyncpg is an extra: a school on SQLite runs without it.
    from fedi.store.engine.postgresql import open_postgresql

    return await open_postgresql(settings.url, settings.schema, config.school, clock, publish)


async def _settled_school(tx: Transaction, pair: KeyPair) -> Actor | None:
    """The school's actor, unless it is missing or its stored keys are not those of the files."""
    actor = await actors.by_uri(tx, f"{tx.school.base_url}/actor")
    if actor is None:
        return None
    stored = {key.private_pem for key in await keys.of_actor(tx, actor.id)}
    return actor if stored == {pair.rsa, pair.ed25519} else None


async def _settle_school(tx: Transaction, pair: KeyPair) -> Actor:
    actor = await actors.by_uri(tx, f"{tx.school.base_url}/actor")
    if actor is None:
        await _require_new(tx)
        actor = school_actor(tx.school, tx.new_id(), tx.now)
        await actors.insert(tx, actor)
    renewed = bool(await keys.of_actor(tx, actor.id))
    await keys.replace_all(tx, actor.id, pair.rows(actor.id, actor.uri, tx.now, renewed=renewed))
    return actor


async def _school_and_key(tx: Transaction) -> tuple[Actor, Key]:
    actor = await actors.school_actor(tx)
    return actor, await keys.private(tx, actor.id)


async def _require_new(tx: Transaction) -> None:
    made_as = await actors.first_school_uri(tx)
    if made_as is not None:
        raise AddressChanged(
            f"This school was made at {made_as.removesuffix('/actor')}, but its instance.toml now says"
            f" {tx.school.base_url}: set host, development and development_https back to what they were"
        )


def _signing_key(key: Key, schemes: Schemes) -> SigningKey:
    if key.private_pem is None:
        raise NotFound(f"{key.uri} is not a key of ours")
    return load_signing_key(key.uri, key.private_pem, schemes)

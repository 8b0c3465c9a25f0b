"""Several schools in one process that share nothing but their code: what one sends, another gets as a signed
request.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from fedi.actions import accounts
from fedi.actions import follows as follow_actions
from fedi.actions import posts as post_actions
from fedi.actions.accounts import NewAccount
from fedi.activitypub import content_types, key_pairs
from fedi.activitypub.jsonld import Json, decode_own, encode
from fedi.activitypub.key_pairs import KeyPair
from fedi.activitypub.signatures.keys import SigningKey
from fedi.activitypub.signatures.message import Scheme
from fedi.activitypub.signatures.schemes import SIGN
from fedi.instances import Instance, Instances
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft, Post
from fedi.outbound import resolver
from fedi.outbound.client import Answer, Client, Document, Limits
from fedi.server.application import create_app
from fedi.store import actors, posts
from fedi.store.database import Transaction
from fedi.worker import Worker
from tests.clock import FrozenClock
from tests.migrated import migrated_file
from tests.strangers import Pages, Stranger

NAMES = ("almaty", "kostanay", "shymkent")
_KEYS_MADE = 12


@cache
def key_pool() -> list[KeyPair]:
    """Keys are slow to make and any will do."""
    return [key_pairs.generate() for _ in range(_KEYS_MADE)]


@dataclass(frozen=True, slots=True)
class Crossed:
    """One request that a school sent."""

    method: str
    url: str
    status: int
    activity: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.activity.get("type", ""))


# What takes too long is tried again later, which a frozen clock never comes to: busy machines would lose deliveries.
_PATIENT = Limits(connect_s=60, total_s=60, answer_s=60)


class Wire(Client):
    """The client of all schools, which remembers what crossed."""

    def __init__(self, clock: FrozenClock, ca_file: str | None = None) -> None:
        super().__init__(limits=_PATIENT, development=True, clock=clock, ca_file=ca_file)
        self.crossed: list[Crossed] = []

    async def post(
        self,
        url: str,
        body: bytes,
        signer: SigningKey,
        *,
        content_type: str = content_types.ACTIVITY,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = await super().post(url, body, signer, content_type=content_type, headers=headers)
        self.crossed.append(Crossed("POST", url, answer.status, decode_own(body.decode()), dict(headers or {})))
        return answer

    async def get_document(
        self, url: str, signer: SigningKey | None, *, accept: str = content_types.ACCEPT
    ) -> Document:
        document = await super().get_document(url, signer, accept=accept)
        self.crossed.append(Crossed("GET", url, 200))
        return document

    def sent(self, type_: str) -> list[Crossed]:
        """The activities of a type that were POSTed."""
        return [each for each in self.crossed if each.type == type_]


@dataclass(slots=True)
class TestSchool:
    """One school of the network, as a test handles it."""

    __test__ = False

    instance: Instance
    network: Network

    @property
    def host(self) -> str:
        return self.instance.school.host

    @property
    def base(self) -> str:
        return self.instance.school.base_url

    async def read(self, unit: Any, *args: Any) -> Any:
        return await (await self._opened()).db.read(unit, *args)

    async def write(self, unit: Any, *args: Any) -> Any:
        return await (await self._opened()).db.write(unit, *args)

    async def _opened(self) -> Instance:
        """The school, opened again if it was closed for being idle."""
        found = await self.network.worker._instances.by_host(self.host)
        assert found is not None
        self.instance = found
        return found

    async def teacher(self, username: str = "aigul", **changes: Any) -> Actor:
        """A new teacher with keys."""
        made: Actor = await self.write(_teacher, username, self.network.next_keys(), changes)
        return made

    async def knows(self, actor: Actor) -> Actor:
        """Somebody of another school, looked up from here."""
        return await resolver.actor(self.instance, self.network.wire, actor.uri)

    async def follow(self, follower: Actor, followed: Actor) -> None:
        """One of this school follows somebody elsewhere, and what that causes has happened."""
        theirs = await self.knows(followed)

        async def unit(tx: Transaction) -> None:
            await follow_actions.follow(tx, follower, theirs)

        await self.write(unit)
        await self.network.drain()

    async def post(self, author: Actor, text: str = "Salem", circle: Circle = Circle.PUBLIC, **draft: Any) -> Post:
        """A teacher of this school publishes; nothing is delivered yet."""

        async def unit(tx: Transaction) -> Post:
            return await post_actions.post(tx, author, Draft(text, circle, **draft))

        made: Post = await self.write(unit)
        return made

    async def has(self, uri: str) -> Post | None:
        """The post with this id, if it is known here."""
        found: Post | None = await self.read(posts.by_uri, uri)
        return found

    async def get(
        self,
        path: str,
        *,
        accept: str = content_types.ACCEPT,
        signer: SigningKey | None = None,
        scheme: Scheme = Scheme.CAVAGE,
    ) -> httpx2.Response:
        """What a stranger, or the holder of a key, gets from this school."""
        url = path if path.startswith("http") else f"{self.base}{path}"
        headers = {"Accept": accept}
        if signer is not None:
            headers = SIGN[scheme](signer, "GET", url, headers, None, self.network.clock())
        return await self.network.browser.get(url, headers=headers)

    async def deliver(
        self,
        activity: Json,
        signer: SigningKey,
        *,
        inbox: str = "/inbox",
        scheme: Scheme = Scheme.CAVAGE,
        signed: Mapping[str, str] | None = None,
        unsigned: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """POST an activity to an inbox of this school, with more headers that the signature covers, or does not."""
        body = encode(activity).encode()
        return await self.deliver_bytes(body, signer, inbox=inbox, scheme=scheme, signed=signed, unsigned=unsigned)

    async def deliver_bytes(
        self,
        body: bytes,
        signer: SigningKey,
        *,
        inbox: str = "/inbox",
        scheme: Scheme = Scheme.CAVAGE,
        signed: Mapping[str, str] | None = None,
        unsigned: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        url, named = f"{self.base}{inbox}", {"Content-Type": content_types.ACTIVITY, **(signed or {})}
        headers = SIGN[scheme](signer, "POST", url, named, body, self.network.clock())
        return await self.network.browser.post(url, content=body, headers={**headers, **(unsigned or {})})


async def _teacher(tx: Transaction, username: str, pair: KeyPair, changes: dict[str, Any]) -> Actor:
    made = await accounts.create(tx, NewAccount(username=username, name=username.title(), keys=pair))
    changed = replace(made.actor, **changes)
    if changes:
        await actors.update_profile(tx, changed)
    return changed


@dataclass(slots=True)
class Network:
    """Schools by name, the wire between them, their clock and their one worker."""

    schools: dict[str, TestSchool]
    wire: Wire
    clock: FrozenClock
    worker: Worker
    browser: httpx2.AsyncClient
    _keys: Iterator[KeyPair] = field(default_factory=lambda: iter(key_pool()[3:]))
    _strangers: dict[str, Stranger] = field(default_factory=dict)

    def __getitem__(self, name: str) -> TestSchool:
        return self.schools[name]

    def next_keys(self) -> KeyPair:
        return next(self._keys)

    def stranger(self, host: str = "mastodon.test") -> Stranger:
        """A server of other software that every school can reach."""
        return self._strangers.setdefault(host, Stranger(host))

    def site(self, host: str) -> Pages:
        """A server with pages for people that every school can reach."""
        made = self._strangers[host] = Pages(host)
        return made

    def _admit_strangers(self, app: Starlette, domains: set[str]) -> None:
        """Strangers are reached without a socket too, and so are the domains of handles, as if a proxy stood there."""
        schools = self.wire.loopback._find

        def find(host: str) -> Any:
            return self._strangers.get(host) or schools(host) or (app if host in domains else None)

        self.wire.loopback.register(find)

    async def drain(self) -> None:
        """Run every job that is due, of every school, until none is."""
        await self.worker.drain()


@asynccontextmanager
async def open_network(
    folder: Path, count: int, *, first: dict[str, str] | None = None, **settings: str | list[str]
) -> AsyncIterator[Network]:
    """A network of so many schools, in `folder`; `settings` are lines of every `instance.toml`, `first` of the
    first one.
    """
    clock = FrozenClock()
    for name, pair in zip(NAMES[:count], key_pool(), strict=False):
        own = first or {} if name == NAMES[0] else {}
        make_school(folder / f"{name}.test", f"{name}.test", pair, {"peering": "open", **settings, **own})
    instances, wire = Instances(folder, clock=clock), Wire(clock)
    app = create_app(instances, wire, with_worker=False, loopback=wire.loopback)
    async with wire, _browser(app) as browser:
        network = Network({}, wire, clock, Worker(instances, wire), browser)
        network._admit_strangers(app, {each.school.account_domain for each in instances.configs()})
        for name in NAMES[:count]:
            instance = await instances.by_host(f"{name}.test")
            assert instance is not None
            network.schools[name] = TestSchool(instance, network)
        yield network
    await instances.close()


def _browser(app: Starlette) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app))


def make_school(place: Path, host: str, pair: KeyPair, settings: dict[str, Any]) -> None:
    """The folder of a school of development; `settings` are lines of its `instance.toml`."""
    furnish(place, pair)
    held, test_instance = settings.pop("held_per_host", "200"), settings.pop("test_instance", "")
    lines = {"host": host, "name": f"School of {host}", **settings}
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())
    limits = f"[limits]\nheld_per_host = {held}\n[test_instance]\n{test_instance}\n"
    (place / "instance.toml").write_text(f"{text}development = true\n{limits}", "utf-8")


def furnish(place: Path, pair: KeyPair | None = None) -> None:
    """Give a school's folder what takes the school long to make: keys, and a database with all migrations."""
    pair = pair or key_pool()[0]
    (place / "keys").mkdir(parents=True)
    (place / "keys" / "school-rsa.pem").write_text(pair.rsa, "ascii")
    (place / "keys" / "school-ed25519.pem").write_text(pair.ed25519, "ascii")
    (place / "school.sqlite3").write_bytes(migrated_file())

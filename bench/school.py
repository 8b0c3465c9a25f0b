"""A school to measure: made in an empty folder, with teachers who follow the invented peers."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.peers import PeerActor
from fedi import config
from fedi.actions import accounts
from fedi.actions import actors as actor_actions
from fedi.actions.accounts import NewAccount
from fedi.activitypub import key_pairs
from fedi.activitypub.key_pairs import KeyPair
from fedi.instances import Instance
from fedi.models.actors import Actor, ActorKind, RemoteActor
from fedi.models.follows import Follow, FollowState
from fedi.store import follows
from fedi.store.database import Transaction

HOST = "school.localhost"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for instances that is gone in the end."""
    with tempfile.TemporaryDirectory(prefix="fedi-bench-") as name:
        yield Path(name)


def create(instances: Path, port: int, name: str = HOST, *, ca_file: Path | str = "") -> config.InstanceConfig:
    """Write an `instance.toml` for `name` on `port`."""
    place = instances / name
    place.mkdir(parents=True)
    (place / "instance.toml").write_text(
        f'host = "{name}:{port}"\nname = "Bench"\ndevelopment = true\npeering = "open"\nca_file = "{ca_file}"\n',
        "utf-8",
    )
    return config.load(place)


def prepare(settings: config.InstanceConfig, work: Callable[[Instance], Awaitable[None]]) -> None:
    """Open the school, let `work` fill it, and close it again."""
    asyncio.run(_prepare(settings, work))


async def _prepare(settings: config.InstanceConfig, work: Callable[[Instance], Awaitable[None]]) -> None:
    instance = await Instance.open(settings)
    try:
        await work(instance)
    finally:
        await instance.close()


async def add_teachers(instance: Instance, number: int) -> list[Actor]:
    """Teachers who can sign in. They share one key, as nobody measures how long keys take to make."""
    pair = key_pairs.generate()
    return [(await instance.db.write(accounts.create, _teacher(n, pair))).actor for n in range(number)]


def _teacher(number: int, pair: KeyPair) -> NewAccount:
    return NewAccount(f"teacher{number}", f"Teacher {number}", pair)


async def know(instance: Instance, peers: list[PeerActor]) -> list[Actor]:
    """Let the school know peers and their keys, as if it had fetched them."""
    return [await instance.db.write(_know, peer) for peer in peers]


async def _know(tx: Transaction, peer: PeerActor) -> Actor:
    base = peer.uri.partition("/users/")[0]
    return await actor_actions.receive(
        tx,
        RemoteActor(
            uri=peer.uri,
            kind=ActorKind.PERSON,
            username=peer.username,
            domain=peer.host,
            name=peer.username.title(),
            summary="",
            url=f"{base}/@{peer.username}",
            inbox=f"{peer.uri}/inbox",
            keys=((f"{peer.uri}#main-key", peer.public_pem),),
            shared_inbox=f"{base}/inbox",
            followers=f"{peer.uri}/followers",
        ),
    )


async def follow_all(instance: Instance, followers: list[Actor], followed: list[Actor]) -> None:
    """Every one of `followers` follows every one of `followed`, accepted."""
    for one in followers:
        for other in followed:
            await instance.db.write(_follow, one, other)


async def _follow(tx: Transaction, follower: Actor, followed: Actor) -> None:
    uri = f"{follower.uri}#follows/{followed.id}"
    await follows.insert(tx, Follow(tx.new_id(), follower.id, followed.id, uri, FollowState.ACCEPTED, tx.now))


def query(settings: config.InstanceConfig, sql: str) -> int:
    """One number out of the database, read beside the running server."""
    with closing(sqlite3.connect(f"file:{settings.sqlite_path}?mode=ro", uri=True)) as connection:
        return int(connection.execute(sql).fetchone()[0])

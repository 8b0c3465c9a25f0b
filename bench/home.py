"""`home`: the CPU of one home, 20 entries out of 200,000 posts: the page with a session, and the timeline of the
client API with a token. Targets: 4 ms and 1 ms.

All but the latest thousand, more than a home keeps, are written straight into their table: what is measured is reading.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from bench import peers, school
from bench.figures import milliseconds, percentile
from bench.load import send_all
from bench.process import Server, free_port, serving
from fedi.actions import posts
from fedi.auth import oauth, sessions
from fedi.auth.oauth import Registration
from fedi.instances import Instance
from fedi.models import secrets
from fedi.models.actors import Actor
from fedi.models.posts import Circle, NewPost, Post, PostKind
from fedi.store import accounts
from fedi.store import posts as stored
from fedi.store.database import Transaction

POSTS = 200_000
AUTHORS = 50
_BATCH = 500
_PUBLISHED = 1_000


def run(n: int | None = None) -> dict[str, object]:
    """Read each of the two `n` times (1,000)."""
    with school.folder() as folder:
        return _measure(folder, n or 1_000)


def _measure(folder: Path, n: int) -> dict[str, object]:
    port = free_port()
    settings = school.create(folder, port)
    headers: list[str] = []

    async def fill(instance: Instance) -> None:
        [reader] = await school.add_teachers(instance, 1)
        authors = await school.know(instance, peers.invent(5, AUTHORS))
        await school.follow_all(instance, [reader], authors)
        [pattern] = await instance.db.write(_publish, authors, 0, 1)
        for first in range(1, POSTS - _PUBLISHED, _BATCH):
            await instance.db.write(_store, authors, pattern, first)
        for first in range(POSTS - _PUBLISHED, POSTS, _BATCH):
            await instance.db.write(_publish, authors, first, _BATCH)
        headers.append(await instance.db.write(_sign_in, reader))
        headers.append(await instance.db.write(authorize, reader))

    school.prepare(settings, fill)
    page, api = (_request(port, *each) for each in zip(("/home", "/api/v1/timelines/home"), headers, strict=True))
    with serving(folder, port) as server:
        measured = {**_read(server, port, page, n), **{f"api_{k}": v for k, v in _read(server, port, api, n).items()}}
    return {"n": n, **measured}


def _request(port: int, path: str, header: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {school.HOST}:{port}\r\n{header}\r\n\r\n".encode()


def _read(server: Server, port: int, request: bytes, n: int) -> dict[str, object]:
    asyncio.run(send_all(port, [request] * 50, 1))
    cpu, started = server.cpu_s(), time.perf_counter()
    outcome = asyncio.run(send_all(port, [request] * n, 4))
    elapsed, used = time.perf_counter() - started, server.cpu_s() - cpu
    return {
        "rate": round(n / elapsed),
        "cpu_us": round(used / n * 1e6),
        "p50_ms": milliseconds(percentile(outcome.seconds, 0.5)),
        "p99_ms": milliseconds(percentile(outcome.seconds, 0.99)),
        "refused": sum(status != 200 for status in outcome.statuses),
    }


async def _publish(tx: Transaction, authors: list[Actor], first: int, number: int) -> list[Post]:
    published = []
    for each in range(first, first + number):
        author = authors[each % len(authors)]
        uri = f"{author.uri}/notes/{each}"
        new = NewPost(PostKind.NOTE, Circle.PUBLIC, peers.PARAGRAPH, uri=uri, url=uri, published_at=tx.now)
        published.append(await posts.publish(tx, author, new))
    return published


async def _store(tx: Transaction, authors: list[Actor], pattern: Post, first: int) -> None:
    for number in range(first, first + _BATCH):
        author, post_id = authors[number % len(authors)], tx.new_id()
        uri = f"{author.uri}/notes/{number}"
        old = replace(pattern, id=post_id, uri=uri, url=uri, actor_id=author.id, thread_id=post_id)
        await stored.insert(tx, old)


async def _sign_in(tx: Transaction, reader: Actor) -> str:
    """A session; the Cookie header that carries it."""
    account = await accounts.by_id(tx, reader.id)
    if account is None:
        raise LookupError(reader.username)
    token = secrets.new_secret()
    await sessions.begin(tx, account, token, secrets.new_secret())
    return f"Cookie: {sessions.cookie_name(tx.school)}={token.text}"


async def authorize(tx: Transaction, reader: Actor, scopes: tuple[str, ...] = ("read",)) -> str:
    """A token of the API; the header that carries it."""
    account = await accounts.by_id(tx, reader.id)
    if account is None:
        raise LookupError(reader.username)
    token = secrets.new_secret()
    registration = Registration("bench", ("https://bench.example/",), scopes)
    app = await oauth.register(tx, registration, secrets.new_secret().text, secrets.new_secret())
    await oauth.issue(tx, app, account, scopes, token)
    return f"Authorization: Bearer {token.text}"

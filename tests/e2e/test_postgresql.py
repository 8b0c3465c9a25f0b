"""Schools on PostgreSQL as a large school runs them: one process answers, two others do the work."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.process import free_port, serving
from fedi import config
from fedi.actions import access, follows, posts
from fedi.auth import oauth
from fedi.auth.oauth import Registration
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft
from fedi.models.secrets import new_secret
from fedi.outbound import resolver
from fedi.outbound.client import Client
from fedi.store import accounts, actors
from fedi.store import posts as stored_posts
from fedi.store.database import Transaction

PATIENCE_S = 60


@pytest.mark.timeout(240)
async def test_a_post_crosses_between_schools_whose_work_is_done_by_other_processes(
    postgres_dsn: str, tmp_path: Path
) -> None:
    port = free_port()
    names = [f"{name}.localhost:{port}" for name in ("almaty", "kostanay")]
    for name in names:
        _make(tmp_path, name, postgres_dsn)
    with serving(tmp_path, port, "--no-worker"), _workers(tmp_path, 2):
        almaty, kostanay = [await Instance.open(config.load(tmp_path / name)) for name in names]
        try:
            uri = await _publish_for_a_follower(almaty, kostanay)
            assert await _arrives(kostanay, uri)
        finally:
            await almaty.close()
            await kostanay.close()


async def test_streams_of_one_process_tell_what_another_has_done(postgres_dsn: str, tmp_path: Path) -> None:
    port = free_port()
    name = f"almaty.localhost:{port}"
    _make(tmp_path, name, postgres_dsn)
    with serving(tmp_path, port, "--no-worker"):
        almaty = await Instance.open(config.load(tmp_path / name))
        try:
            aigul, token = await almaty.db.read(_teacher), await almaty.db.write(_token)
            async with connect(
                f"ws://{name}/api/v1/streaming", host="127.0.0.1", port=port, subprotocols=[token]
            ) as heard:
                for each in ("user", "public", "nothing"):
                    await heard.send(json.dumps({"type": "subscribe", "stream": each}))
                assert json.loads(await heard.recv())["error"] == "Unknown stream type"

                post = await almaty.db.write(posts.post, aigul, Draft("Сәлем", Circle.PUBLIC))
                frames = [json.loads(await heard.recv()) for _ in range(2)]
                await almaty.db.write(_end_access, aigul.id)
                await heard.wait_closed()
        finally:
            await almaty.close()

    assert [(each["stream"], json.loads(each["payload"])["id"]) for each in frames] == [
        (["user"], str(post.id)),
        (["public"], str(post.id)),
    ]
    assert (heard.subprotocol, heard.close_code) == (token, 1008)
    log = (tmp_path / "server.log").read_text("utf-8")
    assert '"path": "/api/v1/streaming", "status": 101' in log
    assert token not in log


async def test_a_process_forgets_keys_that_another_has_changed(postgres_dsn: str, tmp_path: Path) -> None:
    """It hears of them (LISTEN) while it runs: nobody asks the database before each signature."""
    name = "almaty.localhost:8000"
    _make(tmp_path, name, postgres_dsn)
    running = await Instance.open(config.load(tmp_path / name))
    heard: set[str] = set()
    all_heard = asyncio.Event()

    def note(actor_uri: int | str) -> None:
        heard.add(str(actor_uri))
        if heard == {aigul.uri, running.school_actor.uri}:
            all_heard.set()

    try:
        aigul = await running.db.read(_teacher)
        before = [(await running.signing_key(each.id)).private for each in (aigul, running.school_actor)]
        running.hub.subscribe("keys", note)
        await asyncio.to_thread(_fedi, "account", "rotate-keys", "--all", "--school", name, folder=tmp_path)
        await asyncio.wait_for(all_heard.wait(), PATIENCE_S)
        assert running._reloading is not None
        await running._reloading
        after = [(await running.signing_key(each.id)).private for each in (aigul, running.school_actor)]
    finally:
        await running.close()

    assert [old != new for old, new in zip(before, after, strict=True)] == [True, True]


async def _token(tx: Transaction) -> Subprotocol:
    account = await accounts.by_id(tx, (await _teacher(tx)).id)
    assert account is not None
    registration, secret = Registration("App", ("https://app.test/",), ("read",)), new_secret()
    app = await oauth.register(tx, registration, new_secret().text, new_secret())
    await oauth.issue(tx, app, account, ("read",), secret)
    return Subprotocol(secret.text)


async def _end_access(tx: Transaction, account_id: int) -> None:
    await access.end(tx, account_id)


async def _publish_for_a_follower(almaty: Instance, kostanay: Instance) -> str:
    async with Client(development=True) as client:
        aigul = await resolver.handle(kostanay, client, "aigul", almaty.school.host)
    assert aigul is not None
    bolat = await kostanay.db.read(_teacher)
    await kostanay.db.write(follows.follow, bolat, aigul)
    await _accepted(almaty)
    return (await almaty.db.write(posts.post, await almaty.db.read(_teacher), Draft("Сәлем", Circle.PUBLIC))).uri


async def _teacher(tx: Transaction) -> Actor:
    found = await actors.local_by_name(tx, "aigul")
    assert found is not None
    return found


async def _accepted(almaty: Instance) -> None:
    async def has_follower(tx: Transaction) -> bool:
        return (await _teacher(tx)).followers_count > 0

    assert await _comes_true(almaty, has_follower)


async def _arrives(kostanay: Instance, uri: str) -> bool:
    async def is_here(tx: Transaction) -> bool:
        return await stored_posts.by_uri(tx, uri) is not None

    return await _comes_true(kostanay, is_here)


async def _comes_true(school: Instance, question: Callable[[Transaction], Coroutine[Any, Any, bool]]) -> bool:
    """Whether what other processes are doing is seen in the database before our patience ends."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if await school.db.read(question):
            return True
        await asyncio.sleep(0.05)
    return False


def _make(folder: Path, name: str, dsn: str) -> None:
    _fedi("instance", "create", name, "--name", "School", "--development", "--peering", "open", folder=folder, dsn=dsn)
    _fedi("account", "create", "aigul", "--name", "Aigul", "--school", name, folder=folder)


def _fedi(*arguments: str, folder: Path, dsn: str = "") -> None:
    database = ["--database-url", dsn] if dsn else []
    command = [sys.executable, "-m", "fedi.cli", *arguments, *database, "--instances", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@contextmanager
def _workers(folder: Path, number: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(number):
            command = [sys.executable, "-m", "fedi.cli", "worker", "--instances", str(folder)]
            worker = stack.enter_context(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            stack.callback(worker.terminate)
        yield

"""A school, and clients of its API: a teacher's, another teacher's, and a stranger's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from fedi.auth import oauth
from fedi.auth.oauth import Registration
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.oauth import App
from fedi.models.secrets import new_secret
from fedi.policies.scopes import SCOPES
from fedi.store import accounts
from fedi.store.database import Transaction
from tests.network import Network, TestSchool, open_network

CALLBACK = "https://client.test/callback"


@dataclass(slots=True)
class Client:
    """A program that calls the API; a stranger's has no `token`."""

    school: TestSchool
    token: str = ""
    actor: Actor | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        url = path if path.startswith("http") else f"{self.school.base}{path}"
        return await self.school.network.browser.request(method, url, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.call("GET", path, **options)

    async def post(self, path: str, **options: Any) -> httpx2.Response:
        return await self.call("POST", path, **options)

    async def put(self, path: str, **options: Any) -> httpx2.Response:
        return await self.call("PUT", path, **options)

    async def patch(self, path: str, **options: Any) -> httpx2.Response:
        return await self.call("PATCH", path, **options)

    async def delete(self, path: str, **options: Any) -> httpx2.Response:
        return await self.call("DELETE", path, **options)

    @property
    def me(self) -> Actor:
        assert self.actor is not None
        return self.actor


async def register(school: TestSchool, scopes: tuple[str, ...] = SCOPES, name: str = "Test client") -> tuple[App, str]:
    """A client that has registered itself, and its secret."""
    client_id, secret = new_secret(), new_secret()
    new = Registration(name, (CALLBACK, "urn:ietf:wg:oauth:2.0:oob"), scopes)
    app: App = await school.write(oauth.register, new, client_id.text, secret)
    return app, secret.text


async def let_in(
    school: TestSchool, actor: Actor, *scopes: str, role: Role = Role.TEACHER, app: App | None = None
) -> Client:
    """The client of a person who has agreed to `scopes` (all of them, unless told otherwise)."""
    known = app or (await register(school))[0]
    secret = new_secret()

    async def unit(tx: Transaction) -> None:
        await accounts.set_role(tx, actor.id, role)
        account = await accounts.by_id(tx, actor.id)
        assert account is not None
        await oauth.issue(tx, known, account, scopes or SCOPES, secret)

    await school.write(unit)
    return Client(school, secret.text, actor)


@dataclass(slots=True)
class Clients:
    """Clients at one school of a network of two: a teacher's (aigul), a colleague's (bolat), a stranger's."""

    network: Network
    school: TestSchool
    aigul: Client
    bolat: Client
    stranger: Client


@asynccontextmanager
async def open_clients(folder: Path, dsn: str = "") -> AsyncIterator[Clients]:
    """The clients of a school on SQLite, or on PostgreSQL at `dsn`, where it has all migrations."""
    async with open_network(folder, 2, first={"database.url": dsn} if dsn else {}) as network:
        school = network["almaty"]
        aigul = await let_in(school, await school.teacher("aigul"))
        bolat = await let_in(school, await school.teacher("bolat"))
        yield Clients(network, school, aigul, bolat, Client(school))


@pytest_asyncio.fixture
async def clients(tmp_path: Path) -> AsyncIterator[Clients]:
    async with open_clients(tmp_path / "instances") as opened:
        yield opened


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def clients_of_both(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Clients]:
    """The same, on either engine."""
    dsn = request.getfixturevalue("migrated_dsn") if request.param == "postgresql" else ""
    async with open_clients(tmp_path / "instances", dsn) as opened:
        yield opened

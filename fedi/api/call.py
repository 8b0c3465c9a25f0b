"""One call of the API as its endpoint sees it, and what an endpoint answers with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, TypeVarTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from fedi.api.params import Params
from fedi.auth.bearer import Caller
from fedi.errors import NotFound
from fedi.instances import Instance
from fedi.models.accounts import Account
from fedi.models.actors import Actor
from fedi.paths import number_in
from fedi.store.database import Transaction

T = TypeVar("T")
Args = TypeVarTuple("Args")

JSON = "application/json; charset=utf-8"
FIVE_MINUTES = {"Cache-Control": "public, max-age=300"}

Answer = Response
_encode = msgspec.json.Encoder().encode


class Who(StrEnum):
    """Whom an operation is for: anybody, any token (a client's own too), or a token that acts for a person."""

    ANYONE = "anyone"
    CLIENT = "client"
    PERSON = "person"


@dataclass(slots=True)
class Call:
    """Who asks for what. `path` holds the parts of the address that the table names."""

    request: Request
    instance: Instance
    params: Params
    path: dict[str, str]
    caller: Caller | None = None

    @property
    def viewer(self) -> Actor | None:
        """The person whose eyes see the answer; None for strangers and for clients of their own."""
        return self.caller.actor if self.caller else None

    @property
    def me(self) -> Actor:
        """The person, in operations that are for people only."""
        if self.caller is None or self.caller.actor is None:
            raise LookupError("The table lets anybody call this")
        return self.caller.actor

    @property
    def account(self) -> Account:
        """Her account."""
        if self.caller is None or self.caller.account is None:
            raise LookupError("The table lets anybody call this")
        return self.caller.account

    def id(self, name: str = "id") -> int:
        """An id in the address; NotFound for what cannot be one."""
        found = number_in(self.path[name])
        if found is None:
            raise NotFound("There is no such id")
        return found

    @property
    def address(self) -> str:
        """The address the call came from; the server has believed its proxies already."""
        return self.request.client.host if self.request.client else ""

    async def read(self, unit: Callable[[Transaction, *Args], Coroutine[Any, Any, T]], *args: *Args) -> T:
        """One read at the school that was asked."""
        return await self.instance.db.read(unit, *args)

    async def write(self, unit: Callable[[Transaction, *Args], Coroutine[Any, Any, T]], *args: *Args) -> T:
        """One write at the school that was asked."""
        return await self.instance.db.write(unit, *args)


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """JSON: dictionaries, lists, texts, numbers, and `msgspec.Raw` for what is JSON already."""
    return Response(_encode(value), status, headers, media_type=JSON)

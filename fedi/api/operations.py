"""What the table of the API is made of, and how a request finds its row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from fedi.api.call import Answer, Call, Who
from fedi.api.described import About
from fedi.instances.rates import Budget

Endpoint = Callable[[Call], Awaitable[Answer]]

ANYONE, CLIENT, PERSON = Who.ANYONE, Who.CLIENT, Who.PERSON

_EITHER = {"PUT": "PATCH", "PATCH": "PUT"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One row. `path` is written as Mastodon's documentation writes it, `:id` for a part that varies.

    `scope` names the scopes of which the token needs one, parted by spaces. An operation for ANYONE without a scope
    looks at no token at all; one with a scope takes a token that has it, or none. `budget` is counted beside the one
    for all calls. `deprecated` is when Mastodon gave the operation up (seconds). `about` is what our own description
    says of an operation that Mastodon does not have.
    """

    method: str
    path: str
    endpoint: Endpoint
    who: Who
    scope: str = ""
    budget: Budget | None = None
    deprecated: int | None = None
    about: About | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(self.scope.split())


class _Node:
    """A place in the tree of paths: the places below it by name, the one that takes any name, and what is here."""

    __slots__ = ("any", "by_name", "here")

    def __init__(self) -> None:
        self.by_name: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.here: dict[str, tuple[Operation, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """The row of a request, and what its address has in the parts that vary."""

    operation: Operation
    path: dict[str, str]


class Router:
    """Finds rows by the parts of a path: its cost does not grow with the table. Names win over parts that vary."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        listed = list(operations)
        for operation in listed:
            self._add(operation, operation.method)
        for operation in listed:
            # Rails takes both for every change of something, and clients send either.
            if operation.method in _EITHER:
                self._add(operation, _EITHER[operation.method])

    def _add(self, operation: Operation, method: str) -> None:
        node, names = self._root, list[str]()
        for part in _parts(operation.path):
            if part.startswith(":"):
                names.append(part[1:])
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.by_name.setdefault(part, _Node())
        node.here.setdefault(method, (operation, tuple(names)))

    def find(self, method: str, path: str) -> Found | None:
        """The row for a request; a slash at the end of its path changes nothing."""
        method = "GET" if method == "HEAD" else method
        return _find(self._root, _parts(path), 0, method, ())


def _parts(path: str) -> list[str]:
    return path.strip("/").split("/")


def _find(node: _Node, parts: list[str], at: int, method: str, values: tuple[str, ...]) -> Found | None:
    if at == len(parts):
        row = node.here.get(method)
        return Found(row[0], dict(zip(row[1], values, strict=True))) if row else None
    named = node.by_name.get(parts[at])
    found = _find(named, parts, at + 1, method, values) if named else None
    if found is None and node.any is not None and parts[at]:
        found = _find(node.any, parts, at + 1, method, (*values, parts[at]))
    return found

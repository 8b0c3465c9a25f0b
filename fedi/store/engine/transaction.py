"""What a unit of work sees of its database, and the errors it may meet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from fedi import ids
from fedi.config import School
from fedi.errors import Conflict, Invalid, Unavailable
from fedi.store.engine.dialect import Engine, Statement, arguments, translate
from fedi.store.engine.rows import Row, converter, storable

T = TypeVar("T")


class Busy(Unavailable):
    """Another process holds the database for longer than we wait."""


class DeadlineExceeded(Unavailable):
    """A unit of work took longer than its deadline and was undone."""


class ConstraintViolated(Conflict):
    """A unique index, foreign key or check of the schema refused a statement; the transaction is undone."""


class ReadOnly(Invalid):
    """A unit that was handed to `read` tried to write, announce, or make an id."""


class Transaction(ABC):
    """What a unit of work sees. It ends with the unit: COMMIT if that returns, undone if it raises."""

    __slots__ = ("_sequence", "announcements", "failure", "now", "school")

    engine: Engine

    def __init__(self, school: School, now: int, sequence: ids.Sequence | None) -> None:
        self.school = school
        self.now = now
        self.announcements: list[tuple[str, int | str]] = []
        self._sequence = sequence
        # The error of a statement. A unit that swallows it fails with it all the same, as PostgreSQL would have it.
        self.failure: Exception | None = None

    def new_id(self) -> int:
        """An id no other call ever gets, in this process or another."""
        if self._sequence is None:
            raise ReadOnly("A unit that only reads cannot make ids")
        return self._sequence.next(self.now)

    def announce(self, topic: str, ref: int | str) -> None:
        """Tell whoever listens to `topic`, after COMMIT, that `ref` changed; at most once each, and lost in a crash."""
        if self._sequence is None:
            raise ReadOnly("A unit that only reads has nothing to announce")
        self.announcements.append((topic, ref))

    async def execute(self, sql: str, /, **params: object) -> int:
        """Run a statement; the number of rows it changed."""
        statement = translate(sql, self.engine)
        return await self._execute(statement, _values(statement, params))

    async def execute_many(self, sql: str, params: Iterable[Mapping[str, object]], /) -> None:
        """Run a statement once for each set of parameters."""
        statement = translate(sql, self.engine)
        await self._execute_many(statement, [_values(statement, each) for each in params])

    async def all(self, row_type: type[T], sql: str, /, **params: object) -> list[T]:
        """The rows of a query as `row_type`: a dataclass with a field a column, or the type of the only column."""
        columns, rows = await self._query(sql, params)
        if not rows:
            return []
        return list(map(converter(row_type, columns), rows))

    async def one(self, row_type: type[T], sql: str, /, **params: object) -> T | None:
        """The first row of a query as `row_type`, or None."""
        columns, rows = await self._query(sql, params)
        return converter(row_type, columns)(rows[0]) if rows else None

    async def value(self, sql: str, /, **params: object) -> Any:
        """The first column of the first row as the driver gives it (SQLite has no bool), or None."""
        _, rows = await self._query(sql, params)
        return rows[0][0] if rows else None

    @abstractmethod
    async def script(self, ddl: str) -> None:
        """Run a migration: several statements, already translated."""

    async def _query(self, sql: str, params: dict[str, object]) -> tuple[tuple[str, ...], Sequence[Row]]:
        statement = translate(sql, self.engine)
        return await self._fetch(statement, _values(statement, params))

    @abstractmethod
    async def _execute(self, statement: Statement, values: list[object]) -> int: ...

    @abstractmethod
    async def _execute_many(self, statement: Statement, values: list[list[object]]) -> None: ...

    @abstractmethod
    async def _fetch(self, statement: Statement, values: list[object]) -> tuple[tuple[str, ...], Sequence[Row]]: ...


def _values(statement: Statement, params: Mapping[str, object]) -> list[object]:
    return list(map(storable, arguments(statement, params)))

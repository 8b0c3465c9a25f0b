"""One SQL text for both engines: what is written once becomes what SQLite and PostgreSQL want.

Statements are written in the subset both engines share, with four additions:

- ``:name`` is a parameter, given by keyword, as often as it is needed;
- ``IN :names*`` and ``NOT IN :names*`` take a list;
- ``$id $text $json $time $bool $bytes`` are column types (in DDL, and in a ``CAST``), ``$serial`` is a whole column
  definition (a primary key the engine counts up), ``$clustered`` follows a table that is its own primary key's index;
- string literals, quoted identifiers, comments, ``::`` casts and dollar-quoted bodies are left alone.

Translations are cached for the life of the process: the statements of the program are a closed set.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from fedi.errors import FediError


class Engine(StrEnum):
    """The databases fedi runs on; the values name the engine-specific migrations."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class MalformedStatement(FediError):
    """A statement, or the parameters given for it, is not what the dialect allows."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL for one engine, with numbered parameters and the names they are filled from, in that order."""

    sql: str
    names: tuple[str, ...]


MACROS = {
    Engine.SQLITE: {
        "id": "INTEGER",
        "text": "TEXT",
        "json": "TEXT",
        "time": "INTEGER",
        "bool": "INTEGER",
        "bytes": "BLOB",
        "serial": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "clustered": "WITHOUT ROWID",
        "skip_locked": "",
    },
    Engine.POSTGRESQL: {
        "id": "BIGINT",
        # Sorted by code point, as SQLite does: an index then serves LIKE 'x%' and every server sorts alike.
        "text": 'TEXT COLLATE "C"',
        "json": "TEXT",
        "time": "BIGINT",
        "bool": "BOOLEAN",
        "bytes": "BYTEA",
        "serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "clustered": "",
        "skip_locked": "FOR UPDATE SKIP LOCKED",
    },
}

_MARKS = {Engine.SQLITE: "?", Engine.POSTGRESQL: "$"}

_TOKEN = re.compile(
    r"""
      (?P<opaque> '(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | :: )
    | (?<!\w) (?P<not>NOT\s+)? IN\s+ : (?P<list>[A-Za-z_]\w*) \*
    | : (?P<name>[A-Za-z_]\w*)
    | \$ (?P<macro>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)

_TRANSACTION_CONTROL = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE)\b",
    re.IGNORECASE | re.DOTALL,
)


@cache
def translate(sql: str, engine: Engine) -> Statement:
    """Turn a statement of the dialect into one of `engine`; MalformedStatement if it cannot be."""
    if _TRANSACTION_CONTROL.match(sql):
        raise MalformedStatement(f"A unit of work may not begin or end transactions: {sql!r}")
    names: dict[str, int] = {}

    def replace(token: re.Match[str]) -> str:
        return _replacement(token, engine, names)

    return Statement(_TOKEN.sub(replace, sql), tuple(names))


def translate_ddl(script: str, engine: Engine) -> str:
    """Turn a migration, a script of several statements without parameters, into one of `engine`."""
    statement = translate(script, engine)
    if statement.names:
        raise MalformedStatement(f"A migration has no parameters, but names {', '.join(statement.names)}")
    return statement.sql


def _replacement(token: re.Match[str], engine: Engine, names: dict[str, int]) -> str:
    if token["opaque"]:
        return token[0]
    if token["macro"]:
        return _macro(token["macro"], engine)
    number = names.setdefault(token["name"] or token["list"], len(names) + 1)
    mark = f"{_MARKS[engine]}{number}"
    return mark if token["name"] else _membership(mark, bool(token["not"]), engine)


def _macro(name: str, engine: Engine) -> str:
    try:
        return MACROS[engine][name]
    except KeyError:
        known = ", ".join(f"${each}" for each in MACROS[engine])
        raise MalformedStatement(f"${name} is not known; there are {known}") from None


def _membership(mark: str, negated: bool, engine: Engine) -> str:
    if engine is Engine.SQLITE:
        return f"{'NOT ' if negated else ''}IN (SELECT value FROM json_each({mark}))"
    return f"<> ALL({mark})" if negated else f"= ANY({mark})"


def arguments(statement: Statement, params: Mapping[str, object]) -> list[object]:
    """The values of `params` in the order of the statement's numbers; MalformedStatement unless the names agree."""
    try:
        values = list(map(params.__getitem__, statement.names))
    except KeyError:
        raise _disagreement(statement, params) from None
    if len(values) != len(params):
        raise _disagreement(statement, params)
    return values


def _disagreement(statement: Statement, params: Mapping[str, object]) -> MalformedStatement:
    return MalformedStatement(
        f"The statement takes {sorted(statement.names)} and was given {sorted(params)}: {statement.sql}"
    )

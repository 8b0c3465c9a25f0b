"""What runs each hour, for each deletion, or because a stranger asks for it, reads no large table through."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from fedi.store import featured_collections, materials, notifications, received, reports
from fedi.store.database import Database
from fedi.store.engine import transaction
from fedi.store.engine.dialect import Engine, Statement, translate
from fedi.store.engine.migrations import migrations

LARGE = re.compile(r"SCAN (actors|posts|received|notifications|material_classes)\b")


@pytest.mark.parametrize("engine", [Engine.SQLITE], indirect=True)  # its plans are the same however much a table holds
@pytest.mark.parametrize(
    ("unit", "args"),
    [
        (received.forget_ineffective, (1,)),
        (received.forget_old, (1,)),
        (received.prune, (1,)),
        (notifications.prune, (1,)),
        (materials.remove, (1,)),
        (reports.count_open_from, ("evil.test",)),
        (reports.count_open_from_elsewhere, ()),
        (featured_collections.with_person, (1, 20, 0)),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
async def test_a_statement_finds_its_rows_by_an_index(
    database: Database, monkeypatch: pytest.MonkeyPatch, unit: Callable[..., Any], args: tuple[Any, ...]
) -> None:
    said: list[Statement] = []

    def recorded(sql: str, engine: Engine) -> Statement:
        said.append(translate(sql, engine))
        return said[-1]

    monkeypatch.setattr(transaction, "translate", recorded)
    await database.write(unit, *args)

    with closing(sqlite3.connect(":memory:")) as school:
        for step in migrations(Engine.SQLITE):
            school.executescript(step.script)
        steps = [step for each in said for *_, step in _plan(school, each)]
    assert steps
    assert [step for step in steps if LARGE.match(step)] == []


def _plan(school: sqlite3.Connection, statement: Statement) -> list[Any]:
    return school.execute(f"EXPLAIN QUERY PLAN {statement.sql}", [None] * len(statement.names)).fetchall()

"""Migrations: numbered files that bring a database forward when it is opened, each in a transaction of its own.

`migrations/NNNN_name.sql` is in the dialect; where the engines have nothing in common there are two files,
`NNNN_name.sqlite.sql` and `NNNN_name.postgresql.sql`. There is no way back but a backup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from fedi.errors import FediError
from fedi.store.engine.dialect import Engine, translate_ddl
from fedi.store.engine.transaction import Transaction

FOLDER = files("fedi.store") / "migrations"

TABLE = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        number     $id PRIMARY KEY,
        name       $text NOT NULL,
        applied_at $time NOT NULL
    )
"""

_FILE_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>\w+)(?:\.(?P<engine>sqlite|postgresql))?\.sql")


class BadMigration(FediError):
    """The migrations of the program contradict each other."""


class DatabaseIsNewer(FediError):
    """A newer fedi has worked with this database; this one would damage it."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, already in the SQL of its engine."""

    number: int
    name: str
    script: str


@cache
def migrations(engine: Engine, folder: Traversable = FOLDER) -> tuple[Migration, ...]:
    """The steps for `engine`, in order; read once, though a process may open hundreds of schools."""
    found: dict[int, Migration] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".sql"):
            continue
        migration = _migration(file, engine)
        if migration and found.setdefault(migration.number, migration) is not migration:
            raise BadMigration(f"Two migrations have the number {migration.number:04}")
    return tuple(found.values())


def _migration(file: Traversable, engine: Engine) -> Migration | None:
    parts = _FILE_NAME.fullmatch(file.name)
    if parts is None:
        raise BadMigration(f"{file.name} is not named NNNN_name.sql or NNNN_name.<engine>.sql")
    if parts["engine"] not in (None, engine):
        return None
    script = translate_ddl(file.read_text(encoding="utf-8"), engine)
    return Migration(int(parts["number"]), parts["name"], script)


async def apply(tx: Transaction, migration: Migration) -> None:
    """Take one step, unless another process has taken it meanwhile."""
    taken = await tx.value("SELECT number FROM schema_migrations WHERE number = :number", number=migration.number)
    if taken is not None:
        return
    await tx.script(migration.script)
    await tx.execute(
        "INSERT INTO schema_migrations (number, name, applied_at) VALUES (:number, :name, :now)",
        number=migration.number,
        name=migration.name,
        now=tx.now,
    )


async def pending(tx: Transaction, known: Iterable[Migration]) -> list[Migration]:
    """The steps this database lacks; DatabaseIsNewer if it has taken one that is not known here."""
    await tx.execute(TABLE)
    applied = set(await tx.all(int, "SELECT number FROM schema_migrations"))
    steps = {migration.number: migration for migration in known}
    if unknown := applied.difference(steps):
        raise DatabaseIsNewer(
            f"The database of {tx.school.host} has migration {max(unknown):04}, which this fedi does not know: "
            "install the version that wrote it, or a newer one"
        )
    return [step for number, step in sorted(steps.items()) if number not in applied]

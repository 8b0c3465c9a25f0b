"""What every test may ask for."""

from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, run_postgres


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[Postgres]:
    """The PostgreSQL server of this run, shared by all its workers."""
    with run_postgres(testrun_uid[:12]) as server:
        yield server


@pytest.fixture
def postgres_dsn(postgres: Postgres) -> Iterator[str]:
    """The DSN of a database that exists for this test alone, and is empty."""
    with postgres.database() as dsn:
        yield dsn

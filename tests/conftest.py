"""What every test may ask for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import settings

from tests.clock import FrozenClock
from tests.postgres import Postgres, run_postgres
from tests.scratch import use_memory

if TYPE_CHECKING:
    from tests.network import Network


use_memory()

# The suite tries the same examples each time; chance has its place in `make fuzz`.
settings.load_profile("ci")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes name no test: files made for the tests hold the time, and each worker of a run makes its own."""
    return argname if isinstance(val, bytes) else None


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


@pytest.fixture
def migrated_dsn(postgres: Postgres) -> Iterator[str]:
    """The same, but the schema of almaty.test has all migrations."""
    from tests.migrated import migrated_database

    with migrated_database(postgres) as dsn:
        yield dsn


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest_asyncio.fixture
async def network(tmp_path: Path, request: pytest.FixtureRequest) -> "AsyncIterator[Network]":
    """Three schools that meet everybody openly; `@pytest.mark.network(count, peering="quarantine")` asks for others."""
    # The whole server: most tests need nothing of it.
    from tests.network import open_network

    marker = request.node.get_closest_marker("network")
    count, settings = (marker.args or (3,), marker.kwargs) if marker else ((3,), {})
    async with open_network(tmp_path / "instances", count[0], **settings) as opened:
        yield opened

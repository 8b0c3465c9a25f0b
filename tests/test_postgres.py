"""The PostgreSQL of the tests is real, and no test sees another's rows."""

import asyncpg
import pytest


async def test_a_test_gets_a_real_server(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    try:
        assert await connection.fetchval("SHOW server_version_num") >= "180000"
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
    finally:
        await connection.close()


@pytest.mark.parametrize("test", ["one", "another"])
async def test_each_test_gets_an_empty_database(postgres_dsn: str, test: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    try:
        await connection.execute("CREATE TABLE seen (test TEXT)")
        await connection.execute("INSERT INTO seen VALUES ($1)", test)
        assert await connection.fetchval("SELECT count(*) FROM seen") == 1
    finally:
        await connection.close()

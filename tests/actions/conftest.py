"""Actions are tested on both engines: each test that asks for a database runs twice."""

from tests.store.conftest import database, database_location, engine, open_database, published, school

__all__ = ["database", "database_location", "engine", "open_database", "published", "school"]

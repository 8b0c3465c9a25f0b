"""`fedi account rotate-keys`: whose keys are new afterwards, and where."""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fedi.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*args: str) -> Result:
        return CliRunner(env={"FEDI_INSTANCES": str(tmp_path)}).invoke(main, args)

    made = invoke("instance", "create", "almaty.localhost:8000", "--name", "kk=Мектеп", "--development")
    assert made.exit_code == 0, made.output
    return invoke


def keys_in(folder: Path) -> set[str]:
    """The keys of everybody, and the school's as they stand in its files."""
    place = next(folder.iterdir())
    with contextlib.closing(sqlite3.connect(place / "school.sqlite3")) as database:
        found = {pem for (pem,) in database.execute("SELECT public_pem FROM keys WHERE retired_at IS NULL")}
    return found | {path.read_text() for path in (place / "keys").iterdir()}


def test_a_person_the_school_or_everybody_gets_new_keys(run: Run, tmp_path: Path) -> None:
    run("account", "create", "marat")
    run("account", "create", "aigul")
    counts = []
    for whose in ("marat", "--of-school", "--all"):
        before = keys_in(tmp_path)
        assert run("account", "rotate-keys", whose).exit_code == 0
        counts.append(len(keys_in(tmp_path) - before))

    # Two keys each; the school's stand in files as well.
    assert counts == [2, 4, 8]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (next(tmp_path.iterdir()) / "keys").iterdir())


@pytest.mark.parametrize("whose", [("nobody",), (), ("marat", "--all"), ("--all", "--of-school")])
def test_it_must_be_clear_whose_keys_are_meant(run: Run, tmp_path: Path, whose: tuple[str, ...]) -> None:
    run("account", "create", "marat")
    before = keys_in(tmp_path)

    refused = run("account", "rotate-keys", *whose)

    assert refused.exit_code != 0
    assert refused.output.startswith("Error: ")
    assert keys_in(tmp_path) == before

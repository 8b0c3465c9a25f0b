"""The rules of the house that import-linter cannot express, and import-linter itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "fedi"
MODULES = sorted(PACKAGE.rglob("*.py"))

LONGEST_MODULE = 400
STATEMENT = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(\w+\s+)?(TABLE|INDEX)|"
    r"ALTER\s+TABLE|DROP\s+TABLE|PRAGMA)\s",
    re.DOTALL,
)
# Inside a unit of work there is only `tx`: whoever opens another one there deadlocks on SQLite.
INSIDE_UNITS = ("actions", "federation/handlers", "store")
OPENS_UNITS = {PACKAGE / "store" / "database.py"}


def name_of(module: Path) -> str:
    return str(module.relative_to(ROOT))


def within(*folders: str) -> Iterator[Path]:
    return (m for m in MODULES if any(m.is_relative_to(PACKAGE / folder) for folder in folders))


def outside(folder: str) -> Iterator[Path]:
    return (m for m in MODULES if not m.is_relative_to(PACKAGE / folder))


def syntax(module: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(module.read_text(encoding="utf-8"), filename=str(module)))


def calls_of(source: Iterable[ast.AST], *methods: str) -> list[int]:
    """The lines where a method of one of these names is called."""
    return [
        node.lineno
        for node in source
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods
    ]


def statements_in(source: Iterable[ast.AST]) -> list[int]:
    """The lines where a string holds an SQL statement."""
    return [
        node.lineno
        for node in source
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.search(f"{node.value} ")
    ]


def test_imports_obey_the_rules_of_dependency() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_has_one_subject(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", sorted(within(*INSIDE_UNITS)), ids=name_of)
def test_no_unit_of_work_is_opened_inside_another(module: Path) -> None:
    if module not in OPENS_UNITS:
        assert calls_of(syntax(module), "read", "write") == []


@pytest.mark.parametrize("module", sorted(outside("store")), ids=name_of)
def test_sql_stands_only_in_store(module: Path) -> None:
    assert statements_in(syntax(module)) == []


@pytest.mark.parametrize(
    "code",
    [
        'run("SELECT id FROM posts")',
        'run("""\n    INSERT INTO posts\n    VALUES (1)""")',
        'run(f"DELETE FROM {table}")',
        'run("UPDATE posts SET text = :text")',
        'run("PRAGMA data_version")',
    ],
)
def test_the_search_for_sql_finds_statements(code: str) -> None:
    assert statements_in(ast.walk(ast.parse(code))) != []


@pytest.mark.parametrize("code", ['say("Select a file from the list")', 'say("Update your profile")', "drop.table()"])
def test_the_search_for_sql_spares_prose(code: str) -> None:
    assert statements_in(ast.walk(ast.parse(code))) == []


def test_the_search_for_units_finds_calls_but_not_names() -> None:
    source = "async def f(db):\n    path.read_text()\n    read()\n    await db.write(unit)\n"

    assert calls_of(ast.walk(ast.parse(source)), "read", "write") == [4]

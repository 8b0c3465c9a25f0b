"""One SQL text becomes what each engine wants, and nothing else in it changes."""

import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.store.engine.dialect import Engine, MalformedStatement, arguments, translate, translate_ddl

SQLITE, POSTGRESQL = Engine.SQLITE, Engine.POSTGRESQL


def test_names_become_numbers_and_a_repeated_name_keeps_its_own() -> None:
    sql = "SELECT :a, :b, :a"
    assert translate(sql, SQLITE).sql == "SELECT ?1, ?2, ?1"
    assert translate(sql, POSTGRESQL).sql == "SELECT $1, $2, $1"
    assert translate(sql, POSTGRESQL).names == ("a", "b")


@pytest.mark.parametrize(
    ("sql", "sqlite", "postgresql"),
    [
        ("x IN :ids*", "x IN (SELECT value FROM json_each(?1))", "x = ANY($1)"),
        ("x not in :ids* AND y", "x NOT IN (SELECT value FROM json_each(?1)) AND y", "x <> ALL($1) AND y"),
        ("x IN\n  :ids*", "x IN (SELECT value FROM json_each(?1))", "x = ANY($1)"),
        ("x IN (:a, :b)", "x IN (?1, ?2)", "x IN ($1, $2)"),
        ("begin_in IN :ids*", "begin_in IN (SELECT value FROM json_each(?1))", "begin_in = ANY($1)"),
    ],
)
def test_lists(sql: str, sqlite: str, postgresql: str) -> None:
    assert translate(sql, SQLITE).sql == sqlite
    assert translate(sql, POSTGRESQL).sql == postgresql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT ':a $id', 'it''s :b'",
        'SELECT ":a" FROM "x "" :b"',
        "SELECT 1 -- :a $id\n",
        "SELECT 1 /* :a\n$id */",
        "SELECT x::text, '12:30'::time",
        "SELECT data->>'$.name'",
        "DO $body$ SELECT :a; $other$ :b $body$",
        "DO $$ SELECT ':a'::text; $$",
        "SELECT a[1:2]",
    ],
)
def test_literals_identifiers_comments_casts_and_quoted_bodies_are_left_alone(sql: str) -> None:
    for engine in Engine:
        assert translate(sql, engine).sql == sql
        assert translate(sql, engine).names == ()


def test_a_parameter_may_stand_right_after_a_literal_or_before_a_cast() -> None:
    statement = translate("SELECT 'a' || :b::text || '-- no comment' || :c -- :d", POSTGRESQL)
    assert statement.sql == "SELECT 'a' || $1::text || '-- no comment' || $2 -- :d"
    assert statement.names == ("b", "c")


def test_column_types_are_each_engines_own() -> None:
    ddl = "CREATE TABLE t (a $id PRIMARY KEY, b $text NOT NULL, c $json, d $time, e $bool, f $bytes) $clustered"
    assert translate_ddl(ddl, SQLITE) == (
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL, c TEXT, d INTEGER, e INTEGER, f BLOB) WITHOUT ROWID"
    )
    assert translate_ddl(ddl, POSTGRESQL) == (
        'CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT COLLATE "C" NOT NULL, c TEXT, d BIGINT, e BOOLEAN, f BYTEA) '
    )
    assert translate_ddl("id $serial", SQLITE) == "id INTEGER PRIMARY KEY AUTOINCREMENT"
    assert translate_ddl("id $serial", POSTGRESQL) == "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"


def test_an_unknown_macro_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(MalformedStatement, match=r"\$txt is not known; there are \$id, \$text"):
        translate_ddl("CREATE TABLE t (a $txt)", SQLITE)


def test_a_migration_has_no_parameters() -> None:
    with pytest.raises(MalformedStatement, match="names x, y"):
        translate_ddl("UPDATE t SET a = :x, b = :y", SQLITE)


@pytest.mark.parametrize(
    "sql", ["COMMIT", "\n begin immediate", "/* x */ END", "-- x\n-- y\nROLLBACK TO a", "RELEASE a"]
)
def test_transactions_are_not_for_units_to_end(sql: str) -> None:
    with pytest.raises(MalformedStatement, match="may not begin or end"):
        translate(sql, SQLITE)


@pytest.mark.parametrize(
    "sql", ["SELECT 'COMMIT'", "UPDATE commits SET x = 1", "WITH beginning AS (SELECT 1) SELECT 2"]
)
def test_statements_that_only_look_like_it_are_allowed(sql: str) -> None:
    assert translate(sql, SQLITE).sql == sql


def test_arguments_come_in_the_order_of_the_numbers() -> None:
    statement = translate("SELECT :b, :a, :b", SQLITE)
    assert arguments(statement, {"a": 1, "b": 2}) == [2, 1]


@pytest.mark.parametrize("given_", [{}, {"a": 1}, {"a": 1, "c": 2}, {"a": 1, "b": 2, "c": 3}])
def test_arguments_must_be_exactly_those_that_are_named(given_: dict[str, object]) -> None:
    with pytest.raises(MalformedStatement, match=r"takes \['a', 'b'\]"):
        arguments(translate("SELECT :a, :b", SQLITE), given_)


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
LITERALS = st.text("ab :$'\"-/*\\?", max_size=12).map(lambda text: "'" + text.replace("'", "''") + "'")
COMMENTS = st.text("ab :$'\"?", max_size=12).map(lambda text: f"/* {text} */")


@given(st.lists(st.one_of(LITERALS, NAMES.map(":{}".format)), min_size=1, max_size=8), COMMENTS)
def test_sqlite_reads_every_literal_and_parameter_as_it_was_meant(parts: list[str], comment: str) -> None:
    """Whatever the literals hold, each column is the literal or the parameter of that name."""
    statement = translate(f"SELECT {f' {comment} , '.join(parts)}", SQLITE)
    params = {part[1:]: f"value of {part[1:]}" for part in parts if part.startswith(":")}
    meant = [params[part[1:]] if part.startswith(":") else part[1:-1].replace("''", "'") for part in parts]
    with sqlite3.connect(":memory:") as connection:
        row = connection.execute(statement.sql, arguments(statement, params)).fetchone()
    connection.close()
    assert list(row) == meant


@given(st.lists(st.one_of(LITERALS, COMMENTS, NAMES.map(":{}".format)), max_size=8))
def test_both_engines_are_given_the_same_parameters_at_the_same_places(parts: list[str]) -> None:
    sql = f"SELECT {' , '.join(parts)}"
    sqlite, postgresql = translate(sql, SQLITE), translate(sql, POSTGRESQL)
    assert sqlite.names == postgresql.names
    places = [part for part in parts if part.startswith(":")]
    for engine, mark in ((sqlite, "?"), (postgresql, "$")):
        bare = re.sub(r"'(?:[^']|'')*'|/\*.*?\*/", "", engine.sql)
        numbers = [int(each) for each in re.findall(rf"\{mark}(\d+)", bare)]
        assert [f":{engine.names[number - 1]}" for number in numbers] == places

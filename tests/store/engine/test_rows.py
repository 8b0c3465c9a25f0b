"""Rows become dataclasses by the types of their fields, whatever the order of the columns."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.store.engine.rows import RowMismatch, UnstorableValue, as_json, converter, exact_number, storable

PostId = NewType("PostId", int)


class Circle(StrEnum):
    SCHOOL = "school"
    PUBLIC = "public"


class Level(IntEnum):
    LOW = 1


@dataclass(frozen=True, slots=True)
class File:
    name: str
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    id: PostId
    circle: Circle
    sensitive: bool
    level: Level | None = None
    files: tuple[File, ...] = ()
    names: dict[str, str] | None = None
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    first: int
    second: str = "default"
    upper: str = field(init=False, default="")


def convert(row_type: type[Any], **columns: object) -> Any:
    return converter(row_type, tuple(columns))(tuple(columns.values()))


def test_each_type_of_field_is_converted() -> None:
    post = convert(
        Post,
        id=1,
        circle="school",
        sensitive=1,
        level=1,
        files='[{"name":"a.pdf","pages":2},{"name":"b"}]',
        names='{"kk":"Сабақ"}',
        weight=2,
    )
    assert post == Post(PostId(1), Circle.SCHOOL, True, Level.LOW, (File("a.pdf", 2), File("b")), {"kk": "Сабақ"}, 2.0)
    assert type(post.sensitive) is bool
    assert type(post.circle) is Circle
    assert type(post.weight) is float


def test_columns_may_come_in_any_order_and_those_with_defaults_may_lack() -> None:
    assert convert(Post, sensitive=0, circle="public", id=2) == Post(PostId(2), Circle.PUBLIC, False)
    assert convert(Post, sensitive=0, names=None, level=None, circle="public", id=2, weight=0.0, files="[]") == Post(
        PostId(2), Circle.PUBLIC, False
    )
    assert convert(Named, second="b", first=1) == Named(first=1, second="b")
    assert convert(Named, first=1) == Named(first=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"circle": "moon"}, r"Post\.circle cannot be 'moon'"),
        ({"circle": None}, r"Post\.circle cannot be None"),
        ({"sensitive": None}, r"Post\.sensitive is NULL"),
        ({"files": "[1]"}, r"Post\.files is not readable"),
        ({"files": "["}, r"Post\.files is not readable"),
        ({"files": None}, r"Post\.files is not readable"),
        ({"colour": "red"}, "unknown column colour"),
        ({"upper": "A"}, "unknown column upper"),
    ],
)
def test_a_row_that_does_not_fit_says_where(change: dict[str, object], message: str) -> None:
    with pytest.raises(RowMismatch, match=message):
        convert(Post, **{"id": 1, "circle": "school", "sensitive": 0, **change})


def test_a_row_that_lacks_a_field_or_repeats_one_is_refused() -> None:
    with pytest.raises(RowMismatch, match="lacks column circle, sensitive"):
        convert(Post, id=1)
    with pytest.raises(RowMismatch, match="repeats column first"):
        converter(Named, ("first", "first"))


def test_a_single_column_may_be_asked_as_its_type() -> None:
    assert convert(Circle, circle="school") is Circle.SCHOOL
    assert convert(bool, found=1) is True
    assert convert(int, count=3) == 3
    with pytest.raises(RowMismatch, match="int is one column, but the row has a, b"):
        convert(int, a=1, b=2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("аb", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("kz", max_size=2), JSON, max_size=3))
def test_json_comes_back_as_it_was_written(value: dict[str, Any]) -> None:
    @dataclass(frozen=True)
    class Holder:
        value: dict[str, Any]

    assert convert(Holder, value=as_json(value)).value == value


@given(st.one_of(st.integers(), st.text(st.characters())))
def test_a_value_is_storable_exactly_if_both_engines_can_keep_it(value: int | str) -> None:
    if isinstance(value, int):
        fits = -(2**63) <= value < 2**63
    else:
        fits = "\0" not in value and not any(0xD800 <= ord(each) <= 0xDFFF for each in value)
    if fits:
        assert storable(value) == value
    else:
        with pytest.raises(UnstorableValue):
            storable(value)


def test_enums_are_stored_as_their_values_and_lists_by_their_elements() -> None:
    assert type(storable(Circle.SCHOOL)) is str
    assert type(storable(Level.LOW)) is int
    assert storable([Circle.SCHOOL, 1]) == ["school", 1]
    with pytest.raises(UnstorableValue, match="NUL"):
        storable(["a", "\0"])
    with pytest.raises(UnstorableValue, match="tuple cannot be a parameter"):
        storable((1, 2))


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("12345678901234567890", 12345678901234567890), ("2.50", 2.5)])
def test_a_numeric_is_the_number_sqlite_would_give(text: str, number: float) -> None:
    assert exact_number(text) == number
    assert type(exact_number(text)) is type(number)

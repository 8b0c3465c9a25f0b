"""Rows become dataclasses and values become parameters, by their types.

A converter is compiled once for each pair of row type and column names. Columns are matched to fields by name; text
becomes a `StrEnum`, 0 and 1 become a `bool` (SQLite has none), and a field that is a collection or a dataclass is read
from JSON text.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from enum import Enum
from functools import cache
from operator import itemgetter
from typing import Any, Protocol, TypeVar

import msgspec

from fedi.errors import FediError

T = TypeVar("T")
Converter = Callable[[Any], Any]

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


class Row(Protocol):
    """What both drivers give: values by position, in the order of the columns."""

    def __getitem__(self, index: int, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class RowMismatch(FediError):
    """The columns of a row, or a value in it, do not fit the type they were asked as."""


class UnstorableValue(FediError):
    """A value cannot be a parameter: an integer beyond 64 bits, text with NUL or a lone surrogate, an unknown type."""


def as_json(value: object) -> str:
    """Encode a collection or a dataclass for a JSON column; read back by the type of the field."""
    return msgspec.json.encode(value).decode()


def converter(row_type: type[T], columns: tuple[str, ...]) -> Callable[[Row], T]:
    """A function that turns a row with these columns into `row_type`, a dataclass or the type of a single column."""
    return typing.cast(Callable[[Row], T], _compiled(typing.cast(typing.Hashable, row_type), columns))


@cache
def _compiled(row_type: Any, columns: tuple[str, ...]) -> Callable[[Row], Any]:
    if isinstance(row_type, type) and dataclasses.is_dataclass(row_type):
        return _dataclass_converter(row_type, columns)
    if len(columns) != 1:
        raise RowMismatch(f"{row_type.__name__} is one column, but the row has {', '.join(columns)}")
    return _scalar_converter(row_type)


def _scalar_converter(row_type: type[T]) -> Callable[[Row], T]:
    convert = _field_converter(row_type, "value")
    if convert is None:
        return itemgetter(0)
    return lambda row: convert(row[0])


def _dataclass_converter(row_type: type[T], columns: tuple[str, ...]) -> Callable[[Row], T]:
    hints = typing.get_type_hints(row_type)
    _require_same_names(row_type, columns)
    conversions = [
        (index, convert)
        for index, column in enumerate(columns)
        if (convert := _field_converter(hints[column], f"{row_type.__name__}.{column}"))
    ]
    build = _constructor(row_type, columns)
    if not conversions:
        return build

    def convert_row(row: Row) -> T:
        values = list(row)
        for index, convert in conversions:
            values[index] = convert(values[index])
        return build(values)

    return convert_row


def _require_same_names(row_type: type[Any], columns: tuple[str, ...]) -> None:
    fields = {field.name: field for field in dataclasses.fields(row_type) if field.init}
    required = {
        name
        for name, field in fields.items()
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    missing, unknown = required.difference(columns), set(columns).difference(fields)
    repeated = {column for column in columns if columns.count(column) > 1}
    for problem, names in (("lacks", missing), ("has the unknown", unknown), ("repeats", repeated)):
        if names:
            raise RowMismatch(f"A row for {row_type.__name__} {problem} column {', '.join(sorted(names))}")


def _constructor(row_type: Callable[..., T], columns: tuple[str, ...]) -> Callable[[Row], T]:
    fields = dataclasses.fields(typing.cast(Any, row_type))
    positional = tuple(field.name for field in fields if field.init and not field.kw_only)
    if columns == positional:
        return lambda row: row_type(*row)
    if len(columns) == len(positional) > 1:
        reorder = itemgetter(*(columns.index(name) for name in positional))
        return lambda row: row_type(*reorder(row))
    return lambda row: row_type(**dict(zip(columns, row, strict=True)))


def _field_converter(hint: Any, where: str) -> Converter | None:
    """What to do with a column of this type; None when the driver's value is already right."""
    hint, optional = _without_none(hint)
    convert = _required_converter(hint, where)
    if convert is None or not optional:
        return convert
    return lambda value: None if value is None else convert(value)


def _without_none(hint: Any) -> tuple[Any, bool]:
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint, False
    members = tuple(member for member in typing.get_args(hint) if member is not type(None))
    optional = len(members) < len(typing.get_args(hint))
    return (_without_none(members[0])[0] if len(members) == 1 else hint), optional


def _required_converter(hint: Any, where: str) -> Converter | None:
    if hint in (int, str, bytes, Any, object):
        return None
    if hint in (bool, float):
        return _casting(hint, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_converter(hint, where)
    return _json_converter(hint, where)


def _casting(scalar: type[bool] | type[float], where: str) -> Converter:
    def convert(value: Any) -> Any:
        if value is None:
            raise RowMismatch(f"{where} is NULL")
        return scalar(value)

    return convert


def _enum_converter(enum: type[Enum], where: str) -> Converter:
    members = {member.value: member for member in enum}

    def convert(value: Any) -> Any:
        try:
            return members[value]
        except KeyError:
            raise RowMismatch(f"{where} cannot be {value!r}") from None

    return convert


def _json_converter(hint: Any, where: str) -> Converter:
    decode = msgspec.json.Decoder(hint).decode

    def convert(value: Any) -> Any:
        try:
            return decode(value)
        except (msgspec.MsgspecError, TypeError) as error:
            raise RowMismatch(f"{where} is not readable: {error}") from error

    return convert


def storable(value: object) -> object:
    """A parameter as a driver takes it; UnstorableValue if neither engine could keep it."""
    # Most are short ASCII text: a dozen values a statement, and two dozen statements an activity.
    if type(value) is str and value.isascii() and "\0" not in value:
        return value
    check = _CHECKS.get(type(value))
    return check(value) if check else _storable_subclass(value)


def _storable_subclass(value: object) -> object:
    if isinstance(value, str):
        return _storable_text(str.__str__(value))
    if isinstance(value, int):
        return _storable_integer(int(value))
    raise UnstorableValue(f"{type(value).__name__} cannot be a parameter; as_json() makes text of collections")


def _storable_text(value: str) -> str:
    if "\0" in value:
        raise UnstorableValue("Text with a NUL character cannot be stored")
    if not value.isascii():
        _require_no_surrogates(value)
    return value


def _require_no_surrogates(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnstorableValue("Text with a lone surrogate cannot be stored") from None


def _storable_integer(value: int) -> int:
    if not INT64_MIN <= value <= INT64_MAX:
        raise UnstorableValue(f"{value} does not fit in 64 bits")
    return value


def _unchanged(value: Any) -> Any:
    return value


def _storable_list(values: Sequence[object]) -> list[object]:
    return [storable(value) for value in values]


_CHECKS: dict[type, Converter] = {
    int: _storable_integer,
    str: _storable_text,
    bool: _unchanged,
    bytes: _unchanged,
    float: _unchanged,
    type(None): _unchanged,
    list: _storable_list,
}


def exact_number(text: str) -> int | float:
    """PostgreSQL's NUMERIC, which sums are, as the number SQLite would have given."""
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)

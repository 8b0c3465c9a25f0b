"""`behaviours.tsv`: for each numbered behaviour that Mastodon's clients and servers rely on, the tests that hold it."""

import re
from functools import cache
from pathlib import Path

from tests.api.specification import FOLDER

TESTS = Path(__file__).parents[1]
TABLE = Path(__file__).parent / "behaviours.tsv"
NONE = "–"


def rows() -> dict[str, tuple[list[str], str]]:
    """Each behaviour with its tests, or with the reason why there is none."""
    cells = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()]
    return {number: (tests.split(), "".join(reason)) for number, tests, *reason in cells}


@cache
def text_of(file: str) -> str:
    path = TESTS / file
    return path.read_text("utf-8") if path.is_file() else ""


def exists(test: str) -> bool:
    file, _, name = test.partition("::")
    return re.search(rf"^(async )?def test_{re.escape(name)}\(", text_of(file), re.MULTILINE) is not None


def test_every_behaviour_has_its_row() -> None:
    known = re.findall(r"^(\d+\.\d+) ", (FOLDER / "behaviours.md").read_text("utf-8"), re.MULTILINE)
    assert list(rows()) == known


def test_every_test_that_holds_a_behaviour_is_there() -> None:
    named = {(number, test) for number, (tests, _) in rows().items() for test in tests if test != NONE}
    assert {(number, test) for number, test in named if not exists(test)} == set()


def test_a_behaviour_without_a_test_has_a_reason() -> None:
    assert {number for number, (tests, reason) in rows().items() if (tests == [NONE]) != bool(reason)} == set()


def test_a_test_that_is_not_there_would_be_found() -> None:
    assert not exists("api/test_calls.py::nothing_of_the_kind")
    assert not exists("api/test_nothing.py::an_unknown_address_is_not_found_in_json")

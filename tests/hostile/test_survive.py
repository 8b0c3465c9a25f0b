"""What must be survived (`../shared/FEDERATION_PROFILE.md`), and the test of each: nothing without one."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROFILE = ROOT.parent / "shared" / "FEDERATION_PROFILE.md"


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def named_tests() -> list[str]:
    limits = re.findall(r"`(tests/[^`]+::[^`]+)`", (ROOT / "docs" / "limits.md").read_text("utf-8"))
    tables = (*rows("survive.tsv"), *rows("advisories.tsv"), *rows("bounds.tsv"))
    return sorted({row["test"] for row in tables if row["test"]} | set(limits))


@pytest.mark.parametrize("named", named_tests())
def test_each_test_that_is_named_is_there(named: str) -> None:
    path, _, name = named.partition("::")
    found = re.findall(r"^(?:async )?def (test_\w+)", (ROOT / path).read_text("utf-8"), re.MULTILINE)

    assert found
    assert name in (*found, "*")


@pytest.mark.skipif(not PROFILE.exists(), reason="the shared folder is not here")
def test_the_table_has_every_item_of_the_document() -> None:
    text = PROFILE.read_text("utf-8")
    section = text.partition("## Survive")[2].partition("These come from")[0].partition("\n")[2]
    told = [" ".join(item.split()).rstrip(".") for item in section.split("·")]

    assert sorted(_joined(told)) == sorted({row["item"] for row in rows("survive.tsv")})


def _joined(items: list[str]) -> list[str]:
    """The items one by one, as the document enumerates several in one breath."""
    single: list[str] = []
    for item in items:
        variants = re.fullmatch(r"(Origin spoofing) \(six variants: (.*)\)", item)
        if variants:
            single += [f"origin spoofing: {each}" for each in variants[2].split(", ")]
        elif item.startswith("a peer that "):
            single += [f"a peer that {each}" for each in re.split(r", (?:or )?", item.removeprefix("a peer that "))]
        elif "(" in item:
            single.append(item)
        else:
            single += re.split(r", ", item)
    return [_LONG.get(each, each) for each in single if each]


# Written with commas of its own, or in one breath with what stands before it.
_LONG: dict[str, str] = {}


@pytest.mark.skipif(not PROFILE.exists(), reason="the shared folder is not here")
def test_the_table_has_every_advisory_of_the_document() -> None:
    told = set(re.findall(r"CVE-\d{4}-\d+", PROFILE.read_text("utf-8")))

    assert told == {row["advisory"] for row in rows("advisories.tsv")}

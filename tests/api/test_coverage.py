"""What of Mastodon's operations there is, what there is not and why, and how what is not there answers."""

import re
import sys

import httpx2
import pytest

from fedi.api.entities.instance import API_VERSION, VERSION
from tests.api.conftest import Clients
from tests.api.coverage import DOCUMENT, by_tier, example, excused, missing, name_of, summary
from tests.api.specification import FOLDER, endpoints


def known() -> dict[str, dict[str, str]]:
    return {name_of(row): row for row in endpoints()}


def test_whatever_is_missing_has_a_reason_in_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.writelines(f"\n{line}" for line in summary())
    unexplained = {name for tier in "123" for name in missing(tier)} - set(excused())
    assert unexplained == set(), "give it a row, or a line with the reason in docs/client-api.md"


def test_the_document_excuses_nothing_that_is_offered_or_that_nobody_knows() -> None:
    there = set(excused()) - {name for tier in "123" for name in missing(tier)}
    assert there == set(), "offered now, or not of Mastodon: take it out of docs/client-api.md"


def test_the_document_counts_what_is_offered() -> None:
    told = {f"| {tier} | {whole} | {offered} |" for tier, whole, offered in by_tier()}
    assert told - set(DOCUMENT.read_text("utf-8").splitlines()) == set()


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version)[:3])


def test_the_version_that_is_told_promises_nothing_that_is_not_there() -> None:
    """7.1, 7.3: the number of the API is the one this version of Mastodon has."""
    listed = (FOLDER / "behaviours.md").read_text("utf-8").partition("API version numbers")[2].partition("\n")[0]
    of_versions = {numbers(version): int(number) for version, number in re.findall(r"([\d.]+) = (\d+)", listed)}
    late = {name for name, row in known().items() if numbers(row["mastodon_since_version"] or "0") > numbers(VERSION)}
    absent = {name for tier in "123" for name in missing(tier)}

    assert of_versions[numbers(VERSION)] == API_VERSION
    assert [name for tier in "12" for name in missing(tier) if name not in late] == []
    assert not {name for name in absent if name.partition(" ")[2].startswith("/api/v1/collections")}


def test_the_document_tells_the_version_that_programs_are_told() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert (
        f'`version` begins with `{VERSION.partition(" ")[0]}`, `api_versions` has `"mastodon": {API_VERSION}`' in text
    )


@pytest.mark.parametrize("signed_in", [False, True], ids=["a stranger", "a teacher"])
async def test_what_is_not_offered_is_not_found_in_json(clients: Clients, signed_in: bool) -> None:
    caller = clients.aigul if signed_in else clients.stranger
    wrong = {}
    for name in excused():
        row = known()[name]
        for method in (row["method"], *row["alt_method"].split()):
            response = await caller.call(method, example(row["path"]), headers={"Accept": "application/json"})
            if not answers_as_if_switched_off(row["path"], response):
                wrong[f"{method} {row['path']}"] = (response.status_code, response.headers.get("content-type"))
    assert wrong == {}


def answers_as_if_switched_off(path: str, response: httpx2.Response) -> bool:
    if not path.startswith("/api/"):
        return response.status_code in (404, 405)
    return response.status_code == 404 and response.json() == {"error": "Record not found"}

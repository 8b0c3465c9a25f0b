"""FEDERATION.md says what the code does, of everything that crosses: the tables are compared with the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from fedi import federation
from fedi.activitypub import discovery, quotes
from fedi.activitypub.activities import PEOPLE, POSTS
from fedi.federation.handlers import HANDLERS
from fedi.models.actors import ActorKind
from fedi.models.files import File
from fedi.models.posts import PostKind
from fedi.server import NEGOTIATED
from tests.factories import actor

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "FEDERATION.md").read_text("utf-8")
SPAN = re.compile(r"`([^`]+)`")
NAME = re.compile(r"[A-Z][a-z]\w+")
NOTHING = "–"

# The words of the vocabulary that the code knows beside those of the table of handlers.
ACTIVITIES = {kind for key in HANDLERS for kind in key.split("/")} - {
    *PEOPLE,
    "Relationship",
    "FeaturedCollection",
    "FeaturedItem",
}
# Constants that look like a type, and are another thing: a category of Unicode, what a page of the web says that it is.
NO_TYPES = {"Zz", "WebPage"}


def table(heading: str) -> list[tuple[set[str], list[str]]]:
    """The rows of the table with these headings: what the first cell names, and the other cells."""
    lines = DOCUMENT.partition(f"{heading}\n")[2].partition("\n\n")[0].splitlines()[1:]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    assert cells, heading
    return [(set(SPAN.findall(first)), rest) for first, *rest in cells]


def named(heading: str, column: int | None = None) -> set[str]:
    """Everything that a table names, or only what has something in a column (0: the first after the name)."""
    rows = table(heading)
    return {each for names, cells in rows if column is None or cells[column] != NOTHING for each in names}


def trees(*folders: str) -> Iterator[ast.AST]:
    for folder in folders:
        for file in sorted((ROOT / "fedi" / folder).rglob("*.py")):
            yield from ast.walk(ast.parse(file.read_text("utf-8")))


def constants(*nodes: ast.AST) -> set[str]:
    found = (each.value for node in nodes for each in ast.walk(node) if isinstance(each, ast.Constant))
    return {value for value in found if isinstance(value, str) and NAME.fullmatch(value)}


def built_types() -> set[str]:
    """What the code writes into a `type`."""
    dicts = [node for node in trees("activitypub", "actions") if isinstance(node, ast.Dict)]
    values = [
        value
        for node in dicts
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "type"
    ]
    kinds = {kind.title() for kind in PostKind if kind is not PostKind.BOOST}
    actors_ = {str(kind) for kind in ActorKind} - {"Organization"}  # no actor of ours is one
    return constants(*values) | kinds | actors_ | {"HostList"}


def sent_activities() -> set[str]:
    """The types of activities that are handed to what builds one."""
    calls = [node for node in trees("activitypub", "actions") if isinstance(node, ast.Call)]
    calls = [call for call in calls if getattr(call.func, "id", "") != "frozenset"]  # only compared with
    handed = constants(*[argument for call in calls for argument in call.args])
    return (handed | built_types()) & ACTIVITIES


def compared_types() -> set[str]:
    """What the code looks for in a `type`."""
    compared = [node for node in trees("activitypub", "federation", "outbound") if isinstance(node, ast.Compare)]
    return constants(*compared) - ACTIVITIES - NO_TYPES


def test_every_activity_that_is_handled_has_its_row_and_there_are_no_others() -> None:
    assert named("| activity | received | sent |", 0) == set(HANDLERS)
    assert named("| activity | received | sent |") == set(HANDLERS)


def test_every_activity_that_is_sent_is_said_to_be_and_no_others() -> None:
    told = {name.partition("/")[0] for name in named("| activity | received | sent |", 1)}

    assert told == sent_activities()


def test_every_type_that_is_read_or_written_has_its_row() -> None:
    received, sent = named("| type | received | sent |", 0), named("| type | received | sent |", 1)

    assert {*POSTS, *PEOPLE, *compared_types()} - received == set()
    assert built_types() - ACTIVITIES - sent == set()
    assert received | sent == named("| type | received | sent |")


def test_every_address_for_servers_has_its_row_and_there_are_no_others() -> None:
    paths = [*(route.path for route in federation.ROUTES), *NEGOTIATED]

    assert named("| address | what |") == {re.sub(r"\{(\w+)(:\w+)?\}", r"<\1>", path) for path in paths}


def test_every_relation_of_a_link_has_its_row_and_there_are_no_others() -> None:
    base, made = "https://almaty.test", (actor(1), actor(2, kind=ActorKind.APPLICATION))
    nothing = dict.fromkeys(field.name for field in fields(File))
    picture = File(**{**nothing, "id": 1, "media_type": "image/png", "name": "me.png"})  # type: ignore[arg-type]
    documents = [discovery.webfinger(each, base, picture) for each in made]
    documents += [discovery.host_meta_json(base), discovery.nodeinfo_links(base)]
    given = {link["rel"] for document in documents for link in document["links"]}
    pages = "".join(file.read_text("utf-8") for file in (ROOT / "templates").rglob("*.html"))

    assert named("| relation | where | points to |") == given | {quotes._REL, "alternate", "me"}
    assert '<link rel="me"' in pages
    assert 'rel="alternate" type="application/activity+json"' in pages


def proposals() -> dict[str, list[str]]:
    """The cells of the table of FEPs by the name of the FEP."""
    lines = DOCUMENT.partition("| FEP | what | code | test |\n")[2].partition("\n\n")[0].splitlines()[1:]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0][1:9]: row[1:] for row in rows}


@pytest.mark.parametrize("name", proposals())
def test_every_proposal_names_its_code_and_a_test_that_are_there(name: str) -> None:
    _, code, test = proposals()[name]

    for path in (*SPAN.findall(code), *SPAN.findall(test)):
        assert (ROOT / path).is_file(), path


def test_every_proposal_that_the_code_speaks_of_is_listed() -> None:
    spoken = {each for file in (ROOT / "fedi").rglob("*.py") for each in re.findall(r"FEP-\w{4}", file.read_text())}

    assert spoken - proposals().keys() == set()

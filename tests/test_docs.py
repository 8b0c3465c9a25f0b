"""Documents that list commands, settings, activities, files or make targets say what is there."""

import importlib
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import click
import msgspec
import pytest

from fedi.cli import COMMANDS, main
from fedi.config import MEBIBYTE, Limits, _File

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
EVERYTHING = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "bench").glob("*.md"), *(ROOT / "instances").glob("*.md")]
)
# A changelog tells of things that have gone since.
PRESENT = [document for document in EVERYTHING if document.name != "CHANGELOG.md"]

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FEDI = re.compile(r"^\s*(?:\$ )?(?:sudo (?:-u \w+ )?)?(?:\S*/)?fedi(?: (?P<words>.*))?$")
MAKE = re.compile(r"\bmake ([a-z][\w-]*)")
OUR_FILE = re.compile(r"^(?:fedi|docs|templates|tests|bench|\.ci)/[\w./*-]+$")

REQUIRED = "must be set"
TABLES = {
    "COMMANDS": "fedi.cli",
    "HANDLERS": "fedi.federation.handlers",
    "JOBS": "fedi.worker",
    "KINDS": "fedi.api.streaming.news",
    "OPERATIONS": "fedi.api",
    "PAGES": "fedi.web",
    "PERIODIC": "fedi.schedule",
    "STREAMS": "fedi.api.streaming.channels",
}


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def spans(document: Path) -> list[str]:
    """Code within sentences."""
    return SPAN.findall(FENCE.sub("", text_of(document)))


def shell_lines(document: Path) -> list[str]:
    """The lines of a document's blocks of commands, those that go on over several lines put together."""
    blocks = [block for language, block in FENCE.findall(text_of(document)) if language in {"", "sh", "console"}]
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]


def rows(document: Path) -> list[list[str]]:
    """The rows of a document's tables, headings too."""
    lines = [line for line in text_of(document).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def arguments(line: str) -> list[str] | None:
    """What stands behind `fedi` in a line that calls it."""
    found = FEDI.match(line)
    return shlex.split(found["words"] or "", comments=True) if found else None


def subcommands(command: click.Command) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {}
    context = click.Context(command)
    found = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {name: each for name, each in found.items() if each}


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its name."""
    below = subcommands(command)
    if not below:
        yield path, command
    for name, each in below.items():
        yield from leaves(each, f"{path} {name}")


def parse(command: click.Command, words: list[str]) -> None:
    """Read a command line as click would, and run nothing: a word that does not fit raises `UsageError`."""
    below = subcommands(command)
    if not below or words[:1] == ["--help"]:
        command.make_context("fedi", [word for word in words if word != "--help"]).close()
    elif words[:1] and words[0] in below:
        parse(below[words[0]], words[1:])
    else:
        raise click.UsageError(f"no such command: {words[:1]}")


def options(command: click.Command) -> set[str]:
    return {"--help", *(option for parameter in command.params for option in parameter.opts)}


def unknown_words(command: click.Command, words: list[str]) -> list[str]:
    """The commands and options named that do not exist; a sentence need not give all that a command needs."""
    below = subcommands(command)
    if not below or not words:
        return [word for word in words if word.startswith("--") and word.split("=")[0] not in options(command)]
    if words[0] in below:
        return unknown_words(below[words[0]], words[1:])
    return [] if words[0].isupper() or words[0] in options(command) else words[:1]


def command_lines() -> Iterator[tuple[str, str]]:
    unit = DOCS / "conf" / "fedi.service"
    started = re.findall(r"^ExecStart=(.*)$", text_of(unit), re.MULTILINE)
    yield from ((name_of(unit), line) for line in started)
    yield from ((name_of(each), line) for each in PRESENT for line in shell_lines(each) if FEDI.match(line))


@pytest.mark.parametrize(("document", "line"), list(command_lines()))
def test_a_command_line_to_copy_is_accepted(document: str, line: str) -> None:
    words = arguments(line)
    assert words is not None
    try:
        parse(main, words)
    except click.UsageError as error:
        pytest.fail(f"{document}: {line}: {error.format_message()}")


@pytest.mark.parametrize("line", ["fedi serv", "fedi invite create --schol a.example", "fedi account create", "fedi"])
def test_a_command_line_that_does_not_fit_would_be_found(line: str) -> None:
    with pytest.raises(click.UsageError):
        parse(main, arguments(line) or [])


@pytest.mark.parametrize("document", PRESENT, ids=name_of)
def test_a_sentence_names_only_commands_and_options_that_exist(document: Path) -> None:
    named = {span: arguments(span) for span in spans(document)}
    assert {span: wrong for span, words in named.items() if words and (wrong := unknown_words(main, words))} == {}


def test_a_sentence_with_a_wrong_command_or_option_would_be_found() -> None:
    assert unknown_words(main, ["peer", "allow"]) == ["allow"]
    assert unknown_words(main, ["peer", "add", "HOST", "--friend"]) == ["--friend"]


def test_the_list_of_commands_is_complete_and_says_what_their_help_says() -> None:
    told = {row[0].strip("`"): row[1] for row in rows(DOCS / "commands.md")[1:]}
    assert told == {name: command.get_short_help_str(300) for name, command in leaves(main, "fedi")}
    assert {name.split()[1] for name in told} == set(COMMANDS)


def fields(struct: object) -> tuple[msgspec.inspect.Field, ...]:
    assert isinstance(struct, msgspec.inspect.StructType)
    return struct.fields


def section_of(field: msgspec.inspect.Field) -> msgspec.inspect.StructType | None:
    """The settings within a setting, if it is a section."""
    kinds = field.type.types if isinstance(field.type, msgspec.inspect.UnionType) else (field.type,)
    return next((kind for kind in kinds if isinstance(kind, msgspec.inspect.StructType)), None)


def default_of(field: msgspec.inspect.Field) -> object:
    """A setting's default as TOML knows it."""
    if field.required:
        return REQUIRED
    factory = field.default_factory
    value = field.default if factory is msgspec.NODEFAULT else factory()
    return value.value if isinstance(value, StrEnum) else value


def default_limit(name: str) -> int:
    """A limit that is not set is the one of `Limits`, which counts in bytes."""
    if name.endswith("_mib"):
        return default_limit(name.removesuffix("_mib") + "_bytes") // MEBIBYTE
    limit: int = getattr(Limits(), name)
    return limit


def settings() -> dict[str, object]:
    """Every setting there is, with its default."""
    found: dict[str, object] = {}
    for field in fields(msgspec.inspect.type_info(_File)):
        section = section_of(field)
        below = {f"{field.name}.{each.name}": each for each in section.fields} if section else {field.name: field}
        found |= {name: default_of(each) for name, each in below.items()}
    limits = {name: default_limit(name.removeprefix("limits.")) for name in found if name.startswith("limits.")}
    return found | limits


def test_the_table_of_settings_is_complete_and_tells_the_defaults() -> None:
    told = {row[0].strip("`"): row[2] for row in rows(DOCS / "settings.md")[1:]}
    assert told == {
        name: REQUIRED if default == REQUIRED else f"`{json.dumps(default)}`" for name, default in settings().items()
    }


def flat(tables: dict[str, object], sections: set[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in tables.items():
        below = {f"{name}.{key}": each for key, each in value.items()} if isinstance(value, dict) else {name: value}
        found |= below if name in sections else {name: value}
    return found


def test_the_example_holds_every_setting_and_what_is_commented_out_is_the_default() -> None:
    commented, known = text_of(ROOT / "instances" / "example" / "instance.toml"), settings()
    everything = tomllib.loads(re.sub(r"^# (?=\w+ = |\[\w+\]$)", "", commented, flags=re.MULTILINE))
    shown = flat(everything, {name.split(".")[0] for name in known if "." in name})
    assert shown.keys() == known.keys()
    assert {name: shown[name] if default != REQUIRED else REQUIRED for name, default in known.items()} == known


def anchors(document: Path) -> set[str]:
    """What a heading is called in links, as GitHub and Forgejo make it."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text_of(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    return not target.exists() or bool(anchor and anchor not in anchors(target))


@pytest.mark.parametrize("document", EVERYTHING, ids=name_of)
def test_links_within_the_project_lead_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(FENCE.sub("", text_of(document))) if "://" not in link]
    assert [link for link in links if leads_nowhere(document, link)] == []


def test_a_broken_link_would_be_found() -> None:
    assert leads_nowhere(CONTRIBUTING, "docs/nothing.md")
    assert leads_nowhere(CONTRIBUTING, "#nothing")


@pytest.mark.parametrize("document", PRESENT, ids=name_of)
def test_files_and_folders_named_in_a_sentence_exist(document: Path) -> None:
    named = [span for span in spans(document) if OUR_FILE.match(span)]
    assert [path for path in named if not any(ROOT.glob(path.rstrip("/")))] == []


def test_every_configuration_file_is_linked_from_a_document_beside_it() -> None:
    linked = {link for document in DOCS.glob("*.md") for link in LINK.findall(text_of(document))}
    assert {f"conf/{file.name}" for file in (DOCS / "conf").iterdir()} == {"conf/fedi.service", "conf/nginx.conf"}
    assert {"conf/fedi.service", "conf/nginx.conf"} <= linked


def test_the_proxy_lets_the_largest_file_through_and_the_document_says_how_much() -> None:
    allowed = re.search(r"client_max_body_size (\d+)m;", text_of(DOCS / "conf" / "nginx.conf"))
    assert allowed
    assert int(allowed[1]) * MEBIBYTE > Limits().file_bytes
    assert f"client_max_body_size {allowed[1]}m" in spans(DOCS / "reverse-proxy.md")


@pytest.mark.parametrize("document", PRESENT, ids=name_of)
def test_make_knows_the_targets_that_documents_name(document: Path) -> None:
    named = {target for code in [*spans(document), *shell_lines(document)] for target in MAKE.findall(code)}
    known = set(re.findall(r"^([a-z][\w-]*):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert named - known == set()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_to_add_to_is_where_contributing_says(table: str) -> None:
    assert table in {span.rsplit(".", 1)[-1] for span in spans(CONTRIBUTING)}
    assert getattr(importlib.import_module(TABLES[table]), table)


def test_contributing_names_no_table_that_is_not_checked_here() -> None:
    assert {span for span in spans(CONTRIBUTING) if span.isidentifier() and span.isupper()} <= set(TABLES)


@pytest.mark.parametrize("document", EVERYTHING, ids=name_of)
def test_no_merge_was_left_half_done(document: Path) -> None:
    assert not re.search(r"^(?:<{7}|={7}|>{7})(?: |$)", text_of(document), re.MULTILINE)


def test_contributing_names_the_benchmarks_there_are() -> None:
    from bench.__main__ import BENCHMARKS

    assert set(BENCHMARKS) <= set(spans(CONTRIBUTING))

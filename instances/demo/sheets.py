"""A printable sheet of a material: its Markdown as a tree of blocks, apart from any file format."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from fedi.materials import vocabulary
from fedi.materials.licences import LICENCES

LABELS = {
    "kk": ("Пән", "Сынып", "Уақыты", "Авторы"),
    "ru": ("Предмет", "Класс", "Время", "Автор"),
    "en": ("Subject", "Class", "Time", "Author"),
}
UNITS = {"kk": ("мин", "сағат"), "ru": ("мин", "ч"), "en": ("min", "h")}
KINDS = vocabulary.load("kinds")
SUBJECTS = vocabulary.load("subjects")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 is the highest inside a sheet, the title being level 1."""

    level: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; every item holds blocks of its own."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``header`` says whether its first row is one (Markdown without one has empty cells there)."""

    header: bool
    rows: tuple[tuple[tuple[Span, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands by itself."""

    path: Path
    alt: str


@dataclass(frozen=True, slots=True)
class Code:
    """A program, line breaks kept."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A ruled line for the pupil's writing: ``___`` on a line of its own."""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page or slide: ``---`` on a line of its own."""


Block = Heading | Paragraph | Items | Grid | Picture | Code | AnswerLine | PageBreak


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file to be made: what stands in its head and foot, and its blocks."""

    title: str
    kind: str
    kind_label: str
    language: str
    subject: str
    classes: tuple[int, ...]
    facts: tuple[tuple[str, str], ...]
    credit: str
    blocks: tuple[Block, ...]


def licence_line(uri: str) -> str:
    """A licence's name and where to read it, as an attribution ends."""
    return f"{LICENCES[uri].name}: {uri.removeprefix('https://').rstrip('/')}"


def parse(text: str, folder: Path) -> tuple[Block, ...]:
    """Blocks of a Markdown text; ``folder`` is where its pictures are."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    return tuple(_block(node, folder) for node in tree.children)


def _block(node: SyntaxTreeNode, folder: Path) -> Block:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]), _spans(node.children[0]))
        case "paragraph":
            return _picture(node, folder) or Paragraph(_spans(node.children[0]))
        case "bullet_list" | "ordered_list":
            return _items(node, folder)
        case "table":
            return _grid(node)
        case "fence" | "code_block":
            return Code(node.content.rstrip("\n"))
        case "hr":
            return AnswerLine() if node.markup.startswith("_") else PageBreak()
    raise ValueError(f"a sheet cannot hold {node.type!r}")


def _grid(table: SyntaxTreeNode) -> Grid:
    rows = [row for part in table.children for row in part.children]
    head, *body = (tuple(_spans(cell.children[0]) for cell in row.children) for row in rows)
    return Grid(True, (head, *body)) if any(head) else Grid(False, tuple(body))


def _items(node: SyntaxTreeNode, folder: Path) -> Items:
    items = tuple(tuple(_block(child, folder) for child in item.children) for item in node.children)
    return Items(node.type == "ordered_list", int(node.attrs.get("start", 1)), items)


def _picture(paragraph: SyntaxTreeNode, folder: Path) -> Picture | None:
    inline = paragraph.children[0].children
    if len(inline) != 1 or inline[0].type != "image":
        return None
    return Picture(folder / str(inline[0].attrs["src"]), inline[0].content)


def _spans(node: SyntaxTreeNode, bold: bool = False, italic: bool = False) -> tuple[Span, ...]:
    spans: list[Span] = []
    for child in node.children:
        if child.children:
            spans += _spans(child, bold or child.type == "strong", italic or child.type == "em")
        elif child.type in ("softbreak", "hardbreak"):
            spans.append(Span("\n" if child.type == "hardbreak" else " "))
        else:
            spans.append(Span(child.content, bold, italic, child.type == "code_inline"))
    return tuple(spans)


def load(material: Path, source: str, title: str) -> Sheet:
    """The sheet made of ``source`` in the folder ``material``, with the facts of its ``material.toml``."""
    about = tomllib.loads((material / "material.toml").read_text("utf-8"))
    language = about["language"]
    author = _author(material, about["author"])
    kind = "worksheet" if (about["kind"], source) == ("lesson-plan", "worksheet.md") else about["kind"]
    return Sheet(
        title=title,
        kind=kind,
        kind_label=KINDS[kind].label(language),
        language=language,
        subject=about["subject"],
        classes=tuple(about["classes"]),
        facts=_facts(about, author),
        credit=f"{author}, {_school(material, language)}. {licence_line(about['licence'])}",
        blocks=parse((material / source).read_text("utf-8"), material) + _appendix(material, source, about),
    )


def _appendix(material: Path, source: str, about: dict[str, Any]) -> tuple[Block, ...]:
    """The material's pictures: its page shows them beside ``content.md``, paper has them at the end."""
    if source != "content.md":
        return ()
    pictures = [file for file in about["files"] if file["path"].endswith((".png", ".jpg"))]
    blocks: list[Block] = []
    for file in pictures:
        blocks.append(Heading(2, (Span(file["title"]),)))
        blocks.append(Picture(material / file["path"], file["description"]))
    return tuple(blocks)


def _facts(about: dict[str, Any], author: str) -> tuple[tuple[str, str], ...]:
    language = about["language"]
    subject = SUBJECTS[about["subject"]].label(language)
    facts = (subject, _classes(about["classes"]), _duration(about["duration_minutes"], language), author)
    return tuple(zip(LABELS[language], facts, strict=True))


def _duration(minutes: int, language: str) -> str:
    minute, hour = UNITS[language]
    return f"{minutes // 60} {hour}" if minutes >= 240 and minutes % 60 == 0 else f"{minutes} {minute}"


def _classes(classes: list[int]) -> str:
    if len(classes) > 2 and classes[-1] - classes[0] == len(classes) - 1:
        return f"{classes[0]}–{classes[-1]}"
    return ", ".join(str(number) for number in classes)


def _author(material: Path, username: str) -> str:
    people = tomllib.loads((material.parents[1] / "people.toml").read_text("utf-8"))["people"]
    return next(str(person["name"]) for person in people if person["username"] == username)


def _school(material: Path, language: str) -> str:
    school = tomllib.loads((material.parents[1] / "school.toml").read_text("utf-8"))
    return str(school["name"][language])

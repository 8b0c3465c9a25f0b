"""A browser without JavaScript, as most tests of pages need one."""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import httpx2

from fedi.auth import sessions
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.secrets import new_secret
from fedi.store import accounts
from fedi.store.database import Transaction
from tests.network import TestSchool

Files = Sequence[tuple[str, tuple[str, bytes, str]]]
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "circle",
        "rect",
        "use",
    ]
)


@dataclass(slots=True)
class Browser:
    """Somebody's browser at a school; a stranger's has no `cookie`."""

    school: TestSchool
    cookie: str = ""
    csrf: str = ""
    language: str = "en"

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        client = self.school.network.browser
        return await client.get(f"{self.school.base}{path}", headers=self._headers() | headers)

    async def send(
        self, path: str, fields: Mapping[str, Any] | None = None, files: Files | None = None, **headers: str
    ) -> httpx2.Response:
        """Submit a form with the token that its page carried."""
        data = {"csrf": self.csrf, **(fields or {})}
        url, sent = f"{self.school.base}{path}", self._headers() | {"Origin": self.school.base} | headers
        return await self.school.network.browser.post(url, data=data, files=files, headers=sent)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "text/html", "Accept-Language": self.language}
        return headers | {"Cookie": f"session={self.cookie}"} if self.cookie else headers


async def signed_in(school: TestSchool, person: Actor, *, role: Role = Role.TEACHER, language: str = "en") -> Browser:
    """The browser of a person who has signed in."""
    token, csrf = new_secret(), new_secret()

    async def unit(tx: Transaction) -> None:
        await accounts.set_role(tx, person.id, role)
        account = await accounts.by_id(tx, person.id)
        assert account is not None
        await accounts.set_preferences(tx, person.id, language, account.default_circle)
        await sessions.begin(tx, account, token, csrf)

    await school.write(unit)
    return Browser(school, token.text, csrf.text, language)


class _Outline(HTMLParser):
    """Elements that are opened and closed, ids, labels and names: what a browser would repair silently."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.unlabelled: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if len(given) < len(attrs):
            self.problems.append(f"<{tag}> repeats an attribute")
        self._note(tag, given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else, line {self.getpos()[0]}")

    def _note(self, tag: str, given: dict[str, str | None]) -> None:
        if given.get("id"):
            self.ids.append(str(given["id"]))
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.references += (given.get(name) or "").split()
        if tag == "form" and "form" in self.open:
            self.problems.append("a form in a form, which browsers leave out")
        if tag == "img" and "alt" not in given:
            self.problems.append("a picture without alt")
        field = tag in ("select", "textarea") or (tag == "input" and given.get("type") != "hidden")
        if field and "label" not in self.open and "aria-label" not in given:
            self.unlabelled.append((tag, str(given.get("id"))))


def problems_of(html: str) -> list[str]:
    """What is wrong with a page: unbalanced elements, ids given twice, labels of nothing, inputs without a label."""
    outline = _Outline()
    outline.feed(html)
    outline.close()
    found = outline.problems + [f"<{tag}> is never closed" for tag in outline.open]
    found += [f"id {name} is given twice" for name in set(outline.ids) if outline.ids.count(name) > 1]
    found += [f"nothing has the id {name}" for name in outline.references if name not in outline.ids]
    found += [f"{tag} {name} has no label" for tag, name in outline.unlabelled if name not in outline.references]
    return found


def text_of(html: str) -> str:
    """What a reader reads."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html_entities.unescape(re.sub(r"<[^>]+>", " ", body)))

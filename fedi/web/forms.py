"""What was typed into a form, what is wrong with it, and whether it came from one of our pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from urllib.parse import urlsplit

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from fedi import render
from fedi.config import School
from fedi.errors import Forbidden, Invalid
from fedi.web import refusals
from fedi.web.visit import words

MAX_FIELDS = 200
"""More inputs than the longest form has; parsing stops there."""


@dataclass(slots=True)
class Form:
    """Values by field, as text; `errors` by field, in the reader's language ("" is the form as a whole).

    `prefix` keeps the ids of inputs apart where a page has several forms.
    """

    values: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, list[UploadFile]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    prefix: str = "f"

    def value(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def values_of(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def number(self, name: str) -> int | None:
        """A whole number that fits the database, or None."""
        text = self.value(name).strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None

    def uploads(self, name: str) -> list[UploadFile]:
        """Files that were chosen: a browser sends an empty part for an input left alone."""
        return [file for file in self.files.get(name, []) if file.filename]

    def fail(self, name: str, message: str) -> None:
        """Keep the first thing that is wrong with a field."""
        self.errors.setdefault(name, message)

    def refuse(self, error: Invalid, translate: Callable[[str], str]) -> None:
        """Show what an action refused, beside the field it named."""
        name, message = refusals.place(error.field)
        self.fail(name, translate(message))


def filled(**values: object) -> Form:
    """A form as it first appears: None is left empty, True is a ticked box."""
    return Form({name: _texts(value) for name, value in values.items()})


def _texts(value: object) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    if value is None or value is False:
        return []
    return ["1"] if value is True else [str(value)]


class Outdated(Forbidden):
    """The form carries another session's token: its page was opened before somebody signed in anew."""

    def __init__(self, form: Form) -> None:
        super().__init__("This form has expired; go back, reload the page and send it again")
        self.form = form


async def submitted(request: Request) -> Form:
    """The form that was sent; Forbidden unless one of our pages sent it."""
    _check_origin(request)
    form = await received(request)
    token = render.reader(request).csrf
    if token and not compare_digest(form.value("csrf").encode(), token.encode()):
        raise Outdated(form)
    return form


async def received(request: Request) -> Form:
    """The form that was sent, whoever sent it: `submitted` is what pages ask."""
    return _form(await request.form(max_fields=MAX_FIELDS, max_files=MAX_FIELDS))


def surely_ours(request: Request) -> bool:
    """Whether the browser says that one of our pages sent the form; old ones say nothing."""
    school: School = request.state.instance.school
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    return request.headers.get("origin") == school.base_url


def came_from(request: Request) -> str:
    """The page of ours from which the form was sent; her home if the browser does not say."""
    school: School = request.state.instance.school
    page = urlsplit(request.headers.get("referer", ""))
    return page.path if f"{page.scheme}://{page.netloc}" == school.base_url and page.path else "/home"


def _check_origin(request: Request) -> None:
    # The form of a stranger carries no token: nobody has signed in yet, and the browser's word for where it stood is
    # enough to keep another site from signing somebody in under a foreign name.
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    school: School = request.state.instance.school
    foreign = site not in ("same-origin", "none") if site else origin not in (None, school.base_url)
    if foreign:
        raise Forbidden("This form was sent from another site")


def _form(data: FormData) -> Form:
    values: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\0", ""))
        else:
            files.setdefault(name, []).append(value)
    return Form(values, files)


def translated(request: Request, form: Form, error: Invalid) -> Form:
    """`form` with what an action said against it."""
    form.refuse(error, words(request))
    return form

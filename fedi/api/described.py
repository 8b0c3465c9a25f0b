"""What is said about operations of our own, so that their OpenAPI description is made from the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fedi.api.pagination import STATUSES


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an address (`place` is `path`) or a query; `kind` is a type of JSON Schema."""

    name: str
    description: str
    kind: str = "string"
    least: int | None = None
    most: int | None = None
    place: str = "query"
    pattern: str | None = None

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its value."""
        said = {
            "type": self.kind,
            "minimum": self.least,
            "maximum": self.most,
            "pattern": self.pattern,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class About:
    """What an operation does, the type it answers with, and its parameters."""

    summary: str
    answers: Any
    parameters: tuple[Parameter, ...] = ()

    @property
    def paged(self) -> bool:
        """Whether a `Link` header leads on."""
        return any(each.name == "max_id" for each in self.parameters)


_ID = r"^[0-9]{1,19}$"
ID = Parameter("id", "The id of a material, which is that of its status.", place="path", pattern=_ID)
LANGUAGE = Parameter("language", "The language it is written in: `kk`, `ru`, `en` ...")
PAGE = (
    Parameter("max_id", "Only older ones.", pattern=_ID),
    Parameter("min_id", "Only newer ones: the page right above.", pattern=_ID),
    Parameter("since_id", "Only newer ones: the newest of them.", pattern=_ID),
    Parameter("limit", f"How many; {STATUSES[0]} unless said otherwise.", "integer", 1, STATUSES[1]),
)

"""Errors as Mastodon words them: clients compare the texts, and a status decides whether a person is signed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from starlette.exceptions import HTTPException

from fedi.api.call import Answer, answer
from fedi.auth.bearer import Denied
from fedi.auth.oauth import Refused
from fedi.errors import (
    Conflict,
    FediError,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

log = structlog.get_logger("fedi.api")

TRY_AGAIN_SECONDS = "30"
NO_STORE = {"Cache-Control": "no-store"}


class Unprocessable(FediError):
    """What was asked for cannot be done, in exactly these words."""

    status = 422


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one thing that somebody says of herself: its name in the call, the code that clients know, and
    words, which begin with a title.
    """

    field: str
    code: str
    title: str
    reason: str


class Rejected(FediError):
    """Nothing is taken of what somebody says of herself, for these faults (behaviour 4.1)."""

    status = 422

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("Validation failed: " + ", ".join(f"{each.title} {each.reason}" for each in faults))
        self.faults = faults


def refusal(error: Exception) -> Answer:
    """The answer to whatever an operation has raised; what nobody foresaw is told to the log only."""
    if isinstance(error, FediError):
        return _known(error)
    if isinstance(error, HTTPException):
        return answer({"error": error.detail}, error.status_code, NO_STORE)
    log.error("crashed", exc_info=error)
    return answer({"error": "Something went wrong here, and is in our log"}, 500, NO_STORE)


def _known(error: FediError) -> Answer:
    if error.status >= 500:
        log.error("failed", error=str(error), kind=type(error).__name__, exc_info=error)
    return answer(_body(error), error.status, {**NO_STORE, **_headers(error)})


def _body(error: FediError) -> dict[str, Any]:
    if isinstance(error, Refused):
        return {"error": error.code, "error_description": str(error)}
    if isinstance(error, Rejected):
        details = {each.field: [{"error": each.code, "description": each.reason}] for each in error.faults}
        return {"error": str(error), "details": details}
    return {"error": _text(error)}


def _text(error: FediError) -> str:
    if isinstance(error, NotFound):
        # What is hidden answers exactly like what does not exist, so the text of a NotFound never leaves.
        return "Record not found"
    if isinstance(error, Forbidden) and not isinstance(error, Denied):
        return "This action is not allowed"
    if isinstance(error, TooManyRequests):
        return "Too many requests"
    if isinstance(error, Unavailable):
        return "There was a temporary problem serving your request, please try again"
    if isinstance(error, (Invalid, Conflict)):
        return f"Validation failed: {error}"
    return str(error)


def _headers(error: FediError) -> dict[str, str]:
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, Unavailable):
        return {"Retry-After": TRY_AGAIN_SECONDS}
    if isinstance(error, Unauthenticated):
        return _challenge("invalid_token", error)
    if isinstance(error, Refused) and error.status == HTTPStatus.UNAUTHORIZED:
        return _challenge(error.code, error)
    return {}


def _challenge(code: str, error: FediError) -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer realm="fedi", error="{code}", error_description="{error}"'}

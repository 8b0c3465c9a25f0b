"""The errors of fedi: few, each with the HTTP status a face answers with.

A message says what was wrong and what to do; it is English and short, for logs, commands and clients. Pages for
people translate the *class*, not the message.
"""

from __future__ import annotations


class FediError(Exception):
    """Something went wrong that a caller can name. Faces answer `status`; commands print the message."""

    status = 500


class Invalid(FediError):
    """What was given cannot be used; `field` names the input when there is one."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Malformed(FediError):
    """The bytes are not what the protocol asks for (unparsable JSON, a missing `id`)."""

    status = 400


class Unauthenticated(FediError):
    """Nobody vouches for the request: no session, no token, a bad signature."""

    status = 401


class Forbidden(FediError):
    """The person is known and may not do this."""

    status = 403


class NotFound(FediError):
    """There is no such thing, or not for this person: the two are not told apart."""

    status = 404


class Conflict(FediError):
    """The thing exists already, or changed meanwhile."""

    status = 409


class Gone(FediError):
    """There was such a public thing; it was deleted."""

    status = 410


class TooLarge(FediError):
    """More bytes than the school accepts."""

    status = 413


class TooManyRequests(FediError):
    """Slow down; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(FediError):
    """Not now: the database is busy, a deadline passed, the school is closing."""

    status = 503

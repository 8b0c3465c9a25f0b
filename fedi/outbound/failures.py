"""Why a request to another server came to nothing."""

from __future__ import annotations

from enum import StrEnum

from fedi.errors import FediError

_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


class FailureKind(StrEnum):
    """What went wrong, as an administrator would sort it."""

    REFUSED = "refused"  # by us: the address is not one we send requests to
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    STATUS = "status"
    REDIRECT = "redirect"
    CONTENT_TYPE = "content-type"
    TOO_LARGE = "too-large"
    MALFORMED = "malformed"


_OF_THE_NETWORK = frozenset({FailureKind.UNREACHABLE, FailureKind.TIMEOUT})


class FetchFailed(FediError):
    """Another server did not give us what we asked for.

    `http_status` is its answer, if there was one that counted; `retry_after_s` the seconds it asked us to wait.
    """

    status = 502

    def __init__(
        self,
        kind: FailureKind,
        url: str,
        message: str,
        *,
        http_status: int | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(f"{url}: {message}")
        self.kind = kind
        self.url = url
        self.http_status = http_status
        self.retry_after_s = retry_after_s

    @property
    def absent(self) -> bool:
        """The server says that there is no such thing, or no longer."""
        return self.http_status in (404, 410)

    @property
    def gone(self) -> bool:
        """The server says that there was such a thing, and that it will not come back."""
        return self.http_status == 410

    @property
    def permanent(self) -> bool:
        """Whether the same request can be expected to fail again."""
        if self.http_status is None:
            return self.kind not in _OF_THE_NETWORK
        return 400 <= self.http_status < 500 and self.http_status not in _WORTH_ANOTHER_TRY

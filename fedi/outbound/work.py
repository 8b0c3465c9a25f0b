"""What a job is given to work with, and how it says that it could not be done."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.errors import FediError
from fedi.instances import Instance
from fedi.outbound.client import Client
from fedi.store.jobs import Job


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed job, its school and the way out. A job ends itself: `jobs.finish` in its last unit."""

    instance: Instance
    client: Client
    job: Job


class Retry(FediError):
    """Not this time: try again after `after_s` seconds, or after the usual backoff."""

    status = 503

    def __init__(self, reason: str, after_s: int | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class GiveUp(FediError):
    """Never: the job is kept with this reason for the administrator to see."""


class NotDone(FediError):
    """The job has failed and is put away already, to be tried again or for good: what is behind it waits."""

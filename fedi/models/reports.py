"""Reports: what somebody asks the moderators to look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection
from fedi.models.posts import PostView
from fedi.models.rules import Rule


class ReportCategory(StrEnum):
    """What is wrong, in the words of Mastodon's API."""

    SPAM = "spam"
    LEGAL = "legal"
    VIOLATION = "violation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody here reports: whom, and which of their posts and collections by id. `forward`: their own server is
    told as well.
    """

    comment: str = ""
    category: ReportCategory = ReportCategory.OTHER
    post_ids: tuple[int, ...] = ()
    rule_ids: tuple[str, ...] = ()
    forward: bool = False
    collection_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One report. The reporter is one of ours, or who sent it from elsewhere, mostly another server's own actor."""

    id: int
    reporter_id: int
    target_id: int
    comment: str
    category: ReportCategory
    rule_ids: tuple[str, ...]
    forwarded: bool
    assigned_to: int | None
    created_at: int
    resolved_at: int | None
    resolved_by: int | None


@dataclass(frozen=True, slots=True)
class ReportedPost:
    """A post a report is about; `post_id` None: it was never known here, or it is no post but a collection."""

    uri: str
    post_id: int | None


@dataclass(frozen=True, slots=True)
class ReportNote:
    """What a moderator wrote beside a report, for the others."""

    id: int
    report_id: int
    author_id: int
    text: str
    created_at: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with whom and what it shows, posts and collections of people; `absent` are the addresses of what is not
    here (any more).
    """

    report: Report
    reporter: Actor
    target: Actor
    posts: tuple[PostView, ...]
    absent: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    notes: tuple[tuple[ReportNote, Actor], ...] = ()
    collections: tuple[FeaturedCollection, ...] = ()

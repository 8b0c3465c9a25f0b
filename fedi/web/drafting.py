"""From the fields of a form to a `Draft` and to what keeps or publishes it, for posts and for materials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from secrets import token_urlsafe
from typing import Any
from zoneinfo import ZoneInfo

from fedi.actions import own_posts, posts, scheduled
from fedi.errors import Invalid
from fedi.models.accounts import Account
from fedi.models.actors import Actor
from fedi.models.files import File
from fedi.models.materials import Material
from fedi.models.posts import Circle, Draft, Poll, PollOption, Post
from fedi.models.quotes import OWN_POLICIES, QuotePolicy
from fedi.models.schedules import Schedule
from fedi.web.forms import Form, filled

CIRCLES = (
    Circle.PUBLIC,
    Circle.NETWORK,
    Circle.FOLLOWERS,
    Circle.PARTNERS,
    Circle.SCHOOL,
    Circle.DIRECT,
)
MATERIAL_CIRCLES = CIRCLES[:-1]
POLL_HOURS = (1, 24, 72, 168, 720)
POLL_ANSWERS = 5
_HOUR = 3600_000


def circle_of(form: Form, default: Circle) -> Circle:
    """The chosen circle; "Keep as a draft" is a button, not a circle."""
    if form.value("do") == "draft":
        return Circle.DRAFT
    chosen = form.value("circle")
    return Circle(chosen) if chosen in CIRCLES else default


def policy_of(form: Form) -> QuotePolicy | None:
    """Who may quote, as chosen; None if nothing was."""
    chosen = form.value("quote_policy")
    return QuotePolicy(chosen) if chosen in OWN_POLICIES else None


def policies(_: Callable[[str], str]) -> list[tuple[str, str]]:
    """Who may quote, to choose from."""
    return [
        (QuotePolicy.EVERYONE.value, _("Everyone who may read it")),
        (QuotePolicy.FOLLOWERS.value, _("My followers")),
        (QuotePolicy.NOBODY.value, _("Only me")),
    ]


def post_draft(form: Form, files: list[File], default: Circle, now: int) -> Draft:
    """What was typed into the form for posts; `now` in milliseconds."""
    return Draft(
        text=form.value("text"),
        circle=circle_of(form, default),
        summary=form.value("summary"),
        sensitive=bool(form.value("sensitive")),
        language=form.value("language") or None,
        in_reply_to_id=form.number("reply"),
        file_ids=tuple(file.id for file in files),
        poll=_poll(form, now),
        idempotency_key=form.value("key")[:64] or None,
        quoted_id=form.number("quote"),
        quote_policy=policy_of(form),
        community_id=form.number("community"),
    )


def later(form: Form, zone: ZoneInfo) -> int | None:
    """The chosen time, which has no zone: the school's. None if none was chosen; Invalid for what is no time."""
    text = form.value("at").strip()
    if not text:
        return None
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise Invalid("Scheduled at is invalid", "scheduled_at") from error


def local(at: int, zone: ZoneInfo) -> str:
    """The same, as the form has it."""
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%dT%H:%M}"


def posting(author: Actor, draft: Draft, at: int | None) -> tuple[Any, ...]:
    """The unit that keeps or publishes what was typed, now or at its time, and what it is given."""
    if at is None or draft.circle is Circle.DRAFT:
        return posts.post, author, draft
    return scheduled.post, author, draft, at


def changing(author: Actor, old: Post, draft: Draft, at: int | None) -> tuple[Any, ...]:
    """The same for what is there already."""
    if old.circle is not Circle.DRAFT:
        return own_posts.change, author, old.id, draft
    if draft.circle in (None, Circle.DRAFT):
        return scheduled.keep, author, old.id, draft
    if at is None:
        return own_posts.change, author, old.id, draft
    return scheduled.change, author, old.id, draft, draft.circle, at


def planned(
    account: Account, schedule: Schedule | None, zone: ZoneInfo, wanted: str | None = None
) -> dict[str, str | None]:
    """What the form of a draft says of its publication: in which circle (`wanted`, if nothing else is planned), and
    when if by itself.
    """
    usual = Circle(wanted) if wanted in CIRCLES else account.default_circle
    circle = schedule.circle if schedule else usual
    return {"circle": circle.value, "at": local(schedule.run_at, zone) if schedule else None}


def _poll(form: Form, now: int) -> Poll | None:
    titles = [title.strip() for title in form.values_of("option") if title.strip()]
    if not titles:
        return None
    hours = form.number("closes")
    return Poll(
        tuple(PollOption(title) for title in titles),
        bool(form.value("multiple")),
        now + (hours if hours in POLL_HOURS else 24) * _HOUR,
        hide_totals=bool(form.value("hide_totals")),
    )


def material_draft(form: Form, files: list[File], default: Circle) -> Draft:
    """What was typed into the form for materials."""
    return replace(
        post_draft(form, files, default, 0), title=form.value("title").strip(), poll=None, material=_material(form)
    )


def _material(form: Form) -> Material:
    classes = {
        int(value) for value in form.values_of("classes") if value.isascii() and value.isdecimal() and len(value) < 3
    }
    words = [word.strip() for word in form.value("keywords").split(",")]
    return Material(
        kind=form.value("kind"),
        subject=form.value("subject"),
        classes=tuple(sorted(classes)),
        licence=form.value("licence"),
        duration_minutes=form.number("duration"),
        objectives=form.value("objectives").strip(),
        keywords=tuple(dict.fromkeys(word for word in words if word)),
        based_on=form.value("based_on") or None,
        author_line=form.value("author_line").strip(),
    )


def new_key() -> str:
    """Sent along with a form so that a second click publishes nothing twice."""
    return token_urlsafe(12)


def filled_post(post: Post, **more: str | None) -> Form:
    """The form for changing a post; `more` are other values, or those that are not the post's own."""
    own = {
        "text": post.source,
        "summary": post.summary,
        "sensitive": post.sensitive,
        "language": post.language,
        "circle": post.circle.value,
        "quote_policy": post.quote_policy.value,
    }
    return filled(**{**own, **more})


def filled_material(post: Post, material: Material, **more: str | None) -> Form:
    """The form for changing a material, with `more` as above."""
    own: dict[str, object] = {
        "text": post.source,
        "title": post.title,
        "summary": post.summary,
        "language": post.language,
        "circle": post.circle.value,
        "kind": material.kind,
        "subject": material.subject,
        "classes": material.classes,
        "licence": material.licence,
        "duration": material.duration_minutes,
        "objectives": material.objectives,
        "keywords": ", ".join(material.keywords),
        "author_line": material.author_line,
    }
    return filled(**{**own, **more})

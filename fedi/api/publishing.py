"""Posts: writing, changing and taking them back."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import msgspec

from fedi import i18n
from fedi.actions import files, own_posts, posts, reactions, reading, threads
from fedi.actions import scheduled as schedules
from fedi.api import scheduled, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import circles, statuses
from fedi.api.entities.instance import LONGEST_POLL_S, SHORTEST_POLL_S
from fedi.api.errors import Unprocessable
from fedi.api.media import Described, described, erase, say, with_picture
from fedi.api.params import Params
from fedi.api.quotes import POLICIES
from fedi.errors import FediError, Invalid, NotFound
from fedi.instances.rates import Budget
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft, Poll, PollOption, Post, PostView
from fedi.outbound import resolver
from fedi.policies.visibility import kept_within, within
from fedi.store import post_applications, redrafts
from fedi.store import posts as stored
from fedi.store.database import Transaction

POSTING = Budget("statuses", 300, 3 * 3600_000)
DELETING = Budget("deletions", 30, 30 * 60_000)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_KEY = 200
_REDRAFT_MS = 3600_000
_KEY_MS = 3600_000
"""How long a key stands for one post; after that it begins another."""


class NothingToAnswer(FediError):
    """What is to be answered is not there for this person."""

    status = HTTPStatus.NOT_FOUND


async def create(call: Call) -> Answer:
    """POST /api/v1/statuses: publishes once, however often a key comes and however many calls race with it."""
    require_visibility(call.params)
    at = scheduled.later(call)
    draft = _draft(call, at, sensitive=call.account.default_sensitive)
    anew = _may_be_anew(call.params)
    if await call.read(_goes_out, call.me, draft, call.account.default_circle, anew):
        await _meet_the_named(call, draft)
    try:
        app_id = call.caller.token.app_id if call.caller else 0
        made = await call.write(_written, app_id, call.me, draft, at, anew)
    except Invalid:
        # On PostgreSQL another call with this key may have put its files on its post between two statements of ours.
        known = await call.read(_published, call.me, draft.idempotency_key)
        if known is None:
            raise
        made = known
    if made.circle is Circle.DRAFT:
        return await scheduled.one(call, made.id)
    return answer(await showing.post(call, _same, made.id))


async def _meet_the_named(call: Call, draft: Draft) -> None:
    """Ask other servers for people whom the text names and nobody here knows: else they would be named in vain.

    Not for what stays in the school: no server is to hear from us then.
    """
    await resolver.handles_in(call.instance, call.request.state.client, draft.text)


async def _goes_out(tx: Transaction, me: Actor, draft: Draft, default: Circle, anew: bool) -> bool:
    """Whether something new is published, and neither stays in the school nor is about what does."""
    known = await _published(tx, me, draft.idempotency_key)
    if draft.local_only or (known is not None and _still_counts(tx, known)):
        return False
    kept = await redrafts.expected(tx, me.id) if anew else None
    circle = within(draft.circle or default, kept)
    return not await threads.is_for_the_school(tx, circle, (draft.in_reply_to_id, draft.quoted_id))


def require_visibility(params: Params) -> None:
    """Invalid for a visibility or a circle that there is not; none at all is the author's default."""
    wanted, circle = params.text("visibility"), params.text("circle")
    if wanted and not circles.is_visibility(wanted):
        raise Invalid("Visibility is not included in the list", "visibility")
    if circle and not circles.is_circle(circle):
        raise Invalid("Circle is not included in the list", "circle")


def _draft(call: Call, at: int | None = None, *, sensitive: bool = False) -> Draft:
    """What is to be published now, or at a time of its own; it is `sensitive` unless something else is said."""
    params = call.params
    text, spoiler = params.text("status") or "", params.text("spoiler_text") or ""
    file_ids = tuple(dict.fromkeys(params.ids("media_ids")))
    if not text.strip() and spoiler.strip() and not file_ids:
        text, spoiler = spoiler, ""
    poll = _poll(params, at or call.instance.clock())
    if len(file_ids) > (0 if poll else call.instance.school.limits.files_per_post):
        raise Unprocessable(f"Cannot attach more than {call.instance.school.limits.files_per_post} files")
    key = call.request.headers.get("idempotency-key", "").strip()[:_LONGEST_KEY]
    local_only = bool(params.flag("local_only"))
    return Draft(
        text,
        circles.chosen(
            params.text("visibility"),
            params.text("circle"),
            local_only,
            call.account.default_circle,
        ),
        summary=spoiler,
        sensitive=sensitive if (said := params.flag("sensitive")) is None else said,
        language=language(params.text("language")),
        in_reply_to_id=_reference(params, "in_reply_to_id"),
        file_ids=file_ids,
        poll=poll,
        idempotency_key=key or None,
        quoted_id=_reference(params, "quoted_status_id"),
        quote_policy=POLICIES.get(params.text("quote_approval_policy") or ""),
        local_only=local_only,
    )


def _reference(params: Params, name: str) -> int | None:
    """An id of a post; one that can be none stands for a post that is not there."""
    return params.id(name) or 0 if params.text(name) else None


def language(code: str | None) -> str | None:
    """A language as it is kept; None for what is none."""
    return code.lower() if code and _LANGUAGE.fullmatch(code) and i18n.is_language(code) else None


def _poll(params: Params, now: int) -> Poll | None:
    given = params.object("poll")
    options = [option for option in given.texts("options") if option.strip()]
    if not given.texts("options"):
        return None
    seconds = given.number("expires_in")
    if seconds is None:
        raise Invalid("Expires at can't be blank", "poll")
    if not SHORTEST_POLL_S <= seconds <= LONGEST_POLL_S:
        raise Invalid(f"Expires at is too {'soon' if seconds < SHORTEST_POLL_S else 'far into the future'}", "poll")
    return Poll(
        tuple(PollOption(option) for option in options),
        bool(given.flag("multiple")),
        now + seconds * 1000,
        hide_totals=bool(given.flag("hide_totals")),
    )


def _may_be_anew(params: Params) -> bool:
    """Whether a client that knows no circles may be writing a deleted post anew: it sends back what it was told."""
    return params.text("circle") is None and params.text("visibility") == circles.visibility(Circle.SCHOOL)


async def _written(tx: Transaction, app_id: int, me: Actor, draft: Draft, at: int | None, anew: bool) -> Post:
    made = await _publish(tx, me, draft, at, anew)
    await post_applications.note(tx, made.id, app_id)
    return made


async def _publish(tx: Transaction, me: Actor, draft: Draft, at: int | None, anew: bool) -> Post:
    known = await _published(tx, me, draft.idempotency_key)
    if known is not None and _still_counts(tx, known):
        return known
    if known is not None:
        await stored.forget_key(tx, known.id)
    if draft.in_reply_to_id is not None:
        await _require_parent(tx, me, draft.in_reply_to_id)
    if anew:
        draft = _back_in(draft, await redrafts.take(tx, me.id))
    return await posts.post(tx, me, draft) if at is None else await schedules.post(tx, me, draft, at)


def _back_in(draft: Draft, circle: Circle | None) -> Draft:
    """What is written anew stays where it stood: nobody who chose her school means her followers by the same word."""
    return draft if draft.circle is None else replace(draft, circle=within(draft.circle, circle))


def _still_counts(tx: Transaction, known: Post) -> bool:
    return tx.now - known.published_at <= _KEY_MS


async def _published(tx: Transaction, me: Actor, key: str | None) -> Post | None:
    return await stored.by_idempotency_key(tx, me.id, key) if key else None


async def _require_parent(tx: Transaction, me: Actor, post_id: int) -> None:
    try:
        view = await reading.post(tx, me, post_id)
        await reading.require_contact(tx, me, view.post)
    except NotFound as error:
        raise NothingToAnswer("The post you are trying to reply to does not appear to exist") from error


async def _same(_: Transaction, post_id: int) -> int:
    return post_id


async def change(call: Call) -> Answer:
    """PUT /api/v1/statuses/:id: a whole new text; what is left out is taken away, but for the language."""
    draft = _draft(call)
    old = await call.read(_to_be_changed, call.me, call.id())
    given = call.params.objects("media_attributes")
    about = [await with_picture(call, each, described(each)) for each in given]
    if kept_within(old.post) is not Circle.SCHOOL:
        await _meet_the_named(call, draft)
    await erase(call, await call.write(_change, call.me, call.id(), draft, about))
    return answer(await showing.post(call, _same, call.id()))


async def _to_be_changed(tx: Transaction, me: Actor, post_id: int) -> PostView:
    found = await own_posts.view(tx, me, post_id)
    if found.post.circle is Circle.DRAFT:
        raise NotFound("There is no such post")
    return found


async def _change(tx: Transaction, me: Actor, post_id: int, draft: Draft, about: list[Described]) -> list[str]:
    """Change the post and what is said about its files; the storage keys to be erased."""
    old = await _to_be_changed(tx, me, post_id)
    attached = {file.id for file in old.files}
    said = [await say(tx, me, each) for each in about if each.id in attached and each.id in draft.file_ids]
    changed = any(is_new for is_new, _ in said)
    await own_posts.change(tx, me, post_id, _kept(draft, old), was=old if changed else None)
    return [key for _, dropped in said for key in dropped]


def _kept(draft: Draft, old: PostView) -> Draft:
    """What a client cannot change stays: where a post stands, and what makes a material."""
    return replace(
        draft,
        circle=None,
        in_reply_to_id=None,
        idempotency_key=None,
        quoted_id=None,
        language=draft.language or old.post.language,
        title=old.post.title,
        summary=old.post.summary if old.post.title else draft.summary,
        material=old.material,
        poll=_same_end(draft.poll, old.poll),
    )


def _same_end(new: Poll | None, old: Poll | None) -> Poll | None:
    """The same choices keep their votes, and the poll its end."""
    if new is None or old is None:
        return new
    same = [option.title for option in new.options] == [option.title for option in old.options]
    return replace(new, closes_at=old.closes_at) if same and new.multiple == old.multiple else new


async def delete(call: Call) -> Answer:
    """DELETE /api/v1/statuses/:id: with what was typed, to be written anew; the files wait a day for that. A boost that
    is hers is taken back.
    """
    entity = await showing.post(call, _own, call.me, call.id())
    source, keys = await call.write(_delete, call.me, call.id(), bool(call.params.flag("delete_media")))
    await erase(call, keys)
    deleted: dict[str, Any] = msgspec.json.decode(entity)
    deleted.pop("content", None)
    return answer({**deleted, "text": source})


async def _own(tx: Transaction, me: Actor, post_id: int) -> int:
    view = await reading.post(tx, me, post_id)
    return (view if view.boost_of and view.author.id == me.id else await own_posts.view(tx, me, post_id)).post.id


async def _delete(tx: Transaction, me: Actor, post_id: int, with_files: bool) -> tuple[str, list[str]]:
    view = await reading.post(tx, me, await _own(tx, me, post_id))
    if view.boost_of:
        await reactions.unboost(tx, me, view.boost_of.post)
        return "", []
    await own_posts.delete(tx, me, post_id)
    if view.post.circle in (Circle.SCHOOL, Circle.PARTNERS):
        await redrafts.expect(tx, me.id, view.post.circle, tx.now + _REDRAFT_MS)
    if with_files:
        return statuses.source(view), await files.discard(tx, view.files)
    await files.put_aside(tx, view.files)
    return statuses.source(view), []

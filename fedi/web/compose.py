"""Writing a post, answering one, and changing one; drafts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fedi import i18n, render
from fedi.actions import communities, own_posts, reading, scheduled, threads, timelines
from fedi.errors import Forbidden, Invalid
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.communities import CommunityView
from fedi.models.files import File
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post, PostView
from fedi.models.schedules import Schedule
from fedi.outbound import resolver
from fedi.paths import number_in
from fedi.store.database import Transaction
from fedi.text import find_handles
from fedi.web import attachments, drafting, lists
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import read, see_other, teachers, words, write


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/compose`, with `?reply=<id>` for an answer, `?quote=<id>` for a quote, `?community=<id>` to write to one, and
    `?text=` for what another page hands over.
    """
    if request.method == "POST":
        return await _publish(request, me)
    parent = await _post(request, me, request.query_params.get("reply", ""))
    quoted = await _post(request, me, request.query_params.get("quote", ""))
    text = request.query_params.get("text", "")[:5000] or _salutation(me, parent)
    form = filled(
        text=text,
        circle="public" if "community" in request.query_params else _starting_circle(me, parent or quoted),
        language=me.account.writes_in if me.account.writes_in in i18n.NAMES else render.reader(request).language,
        key=drafting.new_key(),
        quote_policy=me.account.quote_policy.value,
        community=request.query_params.get("community"),
    )
    return await _new(request, me, form, parent=parent, quoted=quoted)


async def _new(
    request: Request,
    me: SignedIn,
    form: Form,
    *,
    parent: PostView | None,
    quoted: PostView | None,
    files: list[File] | None = None,
) -> Response:
    joined = [] if parent else await read(request, communities.offered, me.actor, form.number("community"))
    return _page(request, form, parent=parent, quoted=quoted, files=files, joined=joined)


async def _publish(request: Request, me: SignedIn) -> Response:
    form = await submitted(request)
    files = await attachments.take_in(request, me, form)
    if _reaches_nobody(form):
        _ = words(request)
        form.fail("circle", _("Name in the text whom it is for, like @aigul: else nobody can read it."))
    if form.value("do") == "attach" or form.errors:
        return await _again(request, me, form, files)
    about = (number_in(form.value("reply")), number_in(form.value("quote")))
    await _meet_the_named(request, form, form.value("circle") or me.account.default_circle, *about)
    try:
        post = await write(request, *_posting(request, me, form, files))
    except Forbidden:
        form.fail("", _refusal(request, me))
        return await _again(request, me, form, files)
    except Invalid as error:
        return await _again(request, me, translated(request, form, error), files)
    return see_other("/drafts" if post.circle is Circle.DRAFT else render.post_path(post, me.actor))


def _reaches_nobody(form: Form) -> bool:
    """A message that names nobody, and answers nobody."""
    is_message = form.value("circle") == Circle.DIRECT.value and form.value("do") not in ("draft", "attach")
    return is_message and not form.value("reply") and not find_handles(form.value("text"))


def _posting(request: Request, me: SignedIn, form: Form, files: list[File]) -> tuple[Any, ...]:
    """The unit that keeps or publishes what was typed, and what it is given."""
    at = drafting.later(form, request.state.instance.school.zone)
    draft = drafting.post_draft(form, files, me.account.default_circle, at or request.state.instance.clock())
    return drafting.posting(me.actor, draft, at)


def _refusal(request: Request, me: SignedIn) -> str:
    _ = words(request)
    if me.actor.moved_to is not None:
        return _("You have moved to %(address)s.") % {"address": me.actor.moved_to}
    return _("This is not wanted there: by the community, or by the author of what you quote.")


async def _again(request: Request, me: SignedIn, form: Form, files: list[File]) -> Response:
    parent = await _post(request, me, form.value("reply"))
    quoted = await _post(request, me, form.value("quote"))
    return await _new(request, me, form, parent=parent, quoted=quoted, files=files)


async def _post(request: Request, me: SignedIn, post_id: str) -> PostView | None:
    known = number_in(post_id)
    return None if known is None else await read(request, reading.post, me.actor, known)


def _salutation(me: SignedIn, parent: PostView | None) -> str:
    if parent is None or parent.author.id == me.actor.id:
        return ""
    return f"@{parent.author.username if parent.author.local else parent.author.handle} "


def _starting_circle(me: SignedIn, parent: PostView | None) -> str:
    """An answer starts in the circle of what it answers; the action narrows it again, whatever is chosen."""
    return (parent.post.circle if parent else me.account.default_circle).value


def _page(
    request: Request,
    form: Form,
    *,
    parent: PostView | None = None,
    quoted: PostView | None = None,
    files: list[File] | None = None,
    editing: Post | None = None,
    joined: list[CommunityView] | None = None,
) -> Response:
    return render.page(
        request,
        "pages/compose.html",
        status=422 if form.errors else 200,
        form=form,
        parent=parent,
        quoted=quoted,
        quote_policies=drafting.policies(words(request)),
        communities=[(each.actor.id, each.actor.display_name) for each in joined or []],
        files=files or [],
        editing=editing,
        draft=editing is not None and editing.circle is Circle.DRAFT,
        circles=[circle.value for circle in drafting.CIRCLES],
        languages=list(i18n.NAMES.items()),
        poll_options=drafting.POLL_ANSWERS,
        poll_times=_poll_times(request),
    )


def _poll_times(request: Request) -> list[tuple[int, str]]:
    _ = words(request)
    return [(1, _("an hour")), (24, _("a day")), (72, _("three days")), (168, _("a week")), (720, _("a month"))]


@teachers
async def edit(request: Request, me: SignedIn) -> Response:
    """`/posts/<id>/edit`; a material has a form of its own."""
    view = await read(request, own_posts.view, me.actor, request.path_params["id"])
    if view.material is not None:
        return see_other(f"/materials/{view.post.id}/edit")
    if request.method == "GET":
        return _page(request, await _filled(request, me, view), files=list(view.files), editing=view.post)
    form = await submitted(request)
    files = await attachments.take_in(request, me, form)
    if form.value("do") == "attach" or form.errors:
        return _page(request, form, files=files, editing=view.post)
    is_draft = view.post.circle is Circle.DRAFT
    circle = form.value("circle") if is_draft else view.post.circle
    await _meet_the_named(request, form, circle, view.post.id, view.post.in_reply_to_id, _quoted_id(view))
    try:
        post = await write(request, *_changing(request, me, form, files, view))
    except Invalid as error:
        return _page(request, translated(request, form, error), files=files, editing=view.post)
    return see_other("/drafts" if post.circle is Circle.DRAFT else render.post_path(post, me.actor))


def _quoted_id(view: PostView) -> int | None:
    return view.quote.quote.quoted_id if view.quote else None


async def _meet_the_named(request: Request, form: Form, circle: str, *about: int | None) -> None:
    """Ask for people whom the text names and nobody here knows; no server is to hear of what stays in the school, or is
    about posts that do.
    """
    if not await read(request, threads.is_for_the_school, circle, about):
        await resolver.handles_in(request.state.instance, request.state.client, form.value("text"))


async def _filled(request: Request, me: SignedIn, view: PostView) -> Form:
    """The form for changing a post; that of a draft says in which circle it is published, and when."""
    if view.post.circle is not Circle.DRAFT:
        return drafting.filled_post(view.post)
    schedule = (await read(request, scheduled.of, [view])).get(view.post.id)
    zone, wanted = request.state.instance.school.zone, request.query_params.get("circle")
    planned = drafting.planned(me.account, schedule, zone, wanted)
    return drafting.filled_post(view.post, **planned)


def _changing(request: Request, me: SignedIn, form: Form, files: list[File], view: PostView) -> tuple[Any, ...]:
    """The same for what is there already."""
    draft = drafting.post_draft(form, files, view.post.circle, request.state.instance.clock())
    at = drafting.later(form, request.state.instance.school.zone)
    return drafting.changing(me.actor, view.post, replace(draft, poll=view.poll), at)


@teachers
async def drafts(request: Request, me: SignedIn) -> Response:
    """`/drafts`: what she has written and not published yet."""
    views, times = await read(request, _drafts, me.actor, lists.asked(request))
    next_page = lists.older(request, lists.post_ids(views))
    return render.page(request, "pages/drafts.html", posts=views, schedules=times, next=next_page)


async def _drafts(tx: Transaction, me: Actor, page: Page) -> tuple[list[PostView], dict[int, Schedule]]:
    views = await timelines.drafts(tx, me, page)
    return views, await scheduled.of(tx, views)


@teachers
async def unschedule(request: Request, me: SignedIn) -> Response:
    """A draft publishes itself no more."""
    await submitted(request)
    await write(request, scheduled.keep_as_draft, me.actor, request.path_params["id"])
    return see_other("/drafts")

"""Sharing a material, and changing one."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fedi import materials, render
from fedi.actions import own_posts, scheduled
from fedi.errors import Invalid
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.files import File
from fedi.models.posts import Circle, Draft, Post, PostView
from fedi.render import vocabulary
from fedi.web import attachments, drafting
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import count_news, read, see_other, teachers, words, write

DEFAULT_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@teachers
async def new(request: Request, me: SignedIn) -> Response:
    """`/materials/new`."""
    if request.method == "POST":
        return await _save(request, me)
    await count_news(request)
    form = filled(
        licence=DEFAULT_LICENCE,
        circle=me.account.default_circle.value,
        language=render.reader(request).language,
        key=drafting.new_key(),
    )
    return _page(request, form)


@teachers
async def edit(request: Request, me: SignedIn) -> Response:
    """`/materials/<id>/edit`."""
    view = await read(request, own_posts.view, me.actor, request.path_params["id"])
    if view.material is None:
        return see_other(f"/posts/{view.post.id}/edit")
    if request.method == "GET":
        form = drafting.filled_material(view.post, view.material, **await _planned(request, me, view))
        return _page(request, form, list(view.files), view.post)
    return await _save(request, me, view.post)


async def _planned(request: Request, me: SignedIn, view: PostView) -> dict[str, str | None]:
    if view.post.circle is not Circle.DRAFT:
        return {}
    schedule = (await read(request, scheduled.of, [view])).get(view.post.id)
    zone, wanted = request.state.instance.school.zone, request.query_params.get("circle")
    return drafting.planned(me.account, schedule, zone, wanted)


async def _save(request: Request, me: SignedIn, editing: Post | None = None) -> Response:
    form = await submitted(request)
    files = await attachments.take_in(request, me, form)
    if form.value("do") == "attach" or form.errors:
        return _page(request, form, files, editing)
    draft = drafting.material_draft(form, files, editing.circle if editing else me.account.default_circle)
    for problem in _problems(draft):
        form.refuse(problem, words(request))
    if form.errors:
        return _page(request, form, files, editing)
    try:
        at = drafting.later(form, request.state.instance.school.zone)
        post = await write(request, *_keeping(me.actor, editing, draft, at))
    except Invalid as error:
        return _page(request, translated(request, form, error), files, editing)
    return see_other("/drafts" if post.circle is Circle.DRAFT else render.post_path(post, me.actor))


def _keeping(author: Actor, editing: Post | None, draft: Draft, at: int | None) -> tuple[Any, ...]:
    return drafting.changing(author, editing, draft, at) if editing else drafting.posting(author, draft, at)


def _problems(draft: Draft) -> list[Invalid]:
    """A draft may be half done; what others are to find needs all that they search by."""
    if draft.circle is Circle.DRAFT or draft.material is None:
        return []
    nameless = [] if draft.title else [Invalid("A material needs a title", "title")]
    return [*nameless, *materials.problems(draft.material)]


def _page(request: Request, form: Form, files: list[File] | None = None, editing: Post | None = None) -> Response:
    context: dict[str, Any] = {
        "form": form,
        "files": files or [],
        "editing": editing,
        "draft": editing is not None and editing.circle is Circle.DRAFT,
        "circles": [circle.value for circle in drafting.MATERIAL_CIRCLES],
        **vocabulary.choices(render.reader(request).language),
    }
    return render.page(request, "pages/material_form.html", status=422 if form.errors else 200, **context)

"""Reporting a person or a post to the moderators, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import featured_collections, profiles, reading, reports, rules
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection
from fedi.models.posts import PostView
from fedi.models.reports import NewReport, ReportCategory
from fedi.models.rules import Rule
from fedi.store import actors
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import read, teachers, write


@dataclass(frozen=True, slots=True)
class _About:
    """What is reported: a person, and maybe one post or one collection of people of hers."""

    person: Actor
    rules: list[Rule]
    view: PostView | None = None
    collection: FeaturedCollection | None = None


@teachers
async def person(request: Request, me: SignedIn) -> Response:
    """`/@name/report`."""
    about = await read(request, _person, request.path_params["name"])
    return await _answer(request, me, about)


async def _person(tx: Transaction, handle: str) -> _About:
    return _About(await profiles.by_handle(tx, handle), await rules.current(tx))


@teachers
async def post(request: Request, me: SignedIn) -> Response:
    """`/posts/<id>/report`."""
    about = await read(request, _post, me.actor, request.path_params["id"])
    return await _answer(request, me, about)


async def _post(tx: Transaction, me: Actor, post_id: int) -> _About:
    view = await reading.post(tx, me, post_id)
    shown = view.boost_of or view
    return _About(shown.author, await rules.current(tx), view=shown)


@teachers
async def collection(request: Request, me: SignedIn) -> Response:
    """`/collections/<id>/report`."""
    about = await read(request, _collection, me.actor, request.path_params["id"])
    return await _answer(request, me, about)


async def _collection(tx: Transaction, me: Actor, collection_id: int) -> _About:
    made = await featured_collections.seen(tx, me, collection_id)
    owner = await actors.by_id(tx, made.actor_id)
    if owner is None:
        raise NotFound("There is no such collection")
    return _About(owner, await rules.current(tx), collection=made)


async def _answer(request: Request, me: SignedIn, about: _About) -> Response:
    if request.method != "POST":
        return _page(request, about, filled(category=ReportCategory.OTHER.value, forward=""))
    form = await submitted(request)
    try:
        await write(request, reports.report, me.actor, about.person, _new(form, about))
    except Invalid as error:
        return _page(request, about, translated(request, form, error))
    return render.page(request, "pages/report.html", about=about, form=form, sent=True)


def _page(request: Request, about: _About, form: Form) -> Response:
    return render.page(
        request, "pages/report.html", status=422 if form.errors else 200, about=about, form=form, sent=False
    )


def _new(form: Form, about: _About) -> NewReport:
    if form.value("category") not in list(ReportCategory):
        raise Invalid("There is no such kind of report", "category")
    broken = tuple(dict.fromkeys(form.values_of("rule")))
    return NewReport(
        comment=form.value("comment"),
        # Who says which rule was broken has said what is wrong.
        category=ReportCategory.VIOLATION if broken else ReportCategory(form.value("category")),
        post_ids=(about.view.post.id,) if about.view else (),
        collection_ids=(about.collection.id,) if about.collection else (),
        rule_ids=broken,
        forward=bool(form.value("forward")),
    )

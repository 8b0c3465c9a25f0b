"""Lists of people whom a teacher reads apart from the rest, and the topics she follows."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import lists, profiles, sifting
from fedi.actions.sifting import Sifted
from fedi.actions.tags import MOST_FOLLOWED
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.models.lists import PeopleList, RepliesPolicy
from fedi.models.paging import Page
from fedi.models.posts import PostView
from fedi.models.tags import FollowedTag
from fedi.store import actors, followed_tags, views
from fedi.store import lists as stored
from fedi.store.database import Transaction
from fedi.web import lists as paging
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import read, see_other, teachers, words, write

_TOPICS = Page(limit=MOST_FOLLOWED)


@dataclass(frozen=True, slots=True)
class _Overview:
    lists: list[PeopleList]
    topics: list[FollowedTag]


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/lists`: her lists and topics, and a form for a new list."""
    return await _overview(request, me, filled())


async def _overview(request: Request, me: SignedIn, form: Form) -> Response:
    found = await read(request, _both, me.actor)
    status = 422 if form.errors else 200
    return render.page(request, "pages/lists.html", status=status, form=form, lists=found.lists, topics=found.topics)


async def _both(tx: Transaction, me: Actor) -> _Overview:
    return _Overview(await stored.of_account(tx, me.id), await followed_tags.page(tx, me.id, _TOPICS))


@teachers
async def create(request: Request, me: SignedIn) -> Response:
    """Begins a list."""
    form = await submitted(request)
    try:
        made = await write(request, lists.create, me.actor, form.value("title"), None, None)
    except Invalid as error:
        return await _overview(request, me, translated(request, form, error))
    return see_other(f"/lists/{made.id}/edit")


@teachers
async def one(request: Request, me: SignedIn) -> Response:
    """`/lists/<id>`: what its people have published."""
    shown, found = await read(request, _timeline, me.actor, request.path_params["id"], paging.asked(request))
    return render.page(
        request, "pages/list.html", shown=shown, posts=found.views, next=paging.older(request, found.ids)
    )


async def _timeline(tx: Transaction, me: Actor, list_id: int, page: Page) -> tuple[PeopleList, Sifted]:
    shown = await lists.own(tx, me, list_id)
    return shown, await sifting.sifted(tx, me, FilterContext.HOME, _posts, me, list_id, page)


async def _posts(tx: Transaction, me: Actor, list_id: int, page: Page) -> list[PostView]:
    return await views.full(tx, await stored.timeline(tx, me, list_id, page), me.id)


@teachers
async def edit(request: Request, me: SignedIn) -> Response:
    """`/lists/<id>/edit`: its title, whose answers are in it, and who is."""
    list_id = request.path_params["id"]
    if request.method == "GET":
        return await _editing(request, me, list_id)
    form = await submitted(request)
    try:
        await write(request, _change, me.actor, list_id, form)
    except Invalid as error:
        return await _editing(request, me, list_id, translated(request, form, error))
    return see_other(f"/lists/{list_id}")


async def _change(tx: Transaction, me: Actor, list_id: int, form: Form) -> None:
    replies = form.value("replies")
    policy = RepliesPolicy(replies) if replies in list(RepliesPolicy) else None
    await lists.change(tx, me, list_id, form.value("title"), policy, bool(form.value("exclusive")))


async def _editing(
    request: Request, me: SignedIn, list_id: int, form: Form | None = None, adding: Form | None = None
) -> Response:
    shown, members = await read(request, _members, me.actor, list_id)
    form = form or filled(title=shown.title, replies=shown.replies_policy.value, exclusive=shown.exclusive)
    adding = adding or filled()
    adding.prefix = "adding"
    return render.page(
        request,
        "pages/list_form.html",
        status=422 if form.errors or adding.errors else 200,
        shown=shown,
        members=members,
        form=form,
        adding=adding,
        policies=_policies(request),
    )


async def _members(tx: Transaction, me: Actor, list_id: int) -> tuple[PeopleList, list[Actor]]:
    shown = await lists.own(tx, me, list_id)
    return shown, list((await actors.by_ids(tx, await stored.member_ids(tx, list_id))).values())


def _policies(request: Request) -> list[tuple[str, str]]:
    _ = words(request)
    return [
        (RepliesPolicy.LIST.value, _("Answers among the people of this list")),
        (RepliesPolicy.FOLLOWED.value, _("Answers to anybody I follow")),
        (RepliesPolicy.NONE.value, _("No answers")),
    ]


@teachers
async def add(request: Request, me: SignedIn) -> Response:
    """Puts somebody she follows into a list."""
    form, list_id = await submitted(request), request.path_params["id"]
    try:
        await write(request, _add, me.actor, list_id, form.value("person"))
    except (Invalid, NotFound):
        _ = words(request)
        form.fail("person", _("Nobody you follow has this name, or the list has this person already."))
        return await _editing(request, me, list_id, adding=form)
    return see_other(f"/lists/{list_id}/edit")


async def _add(tx: Transaction, me: Actor, list_id: int, handle: str) -> None:
    person = await profiles.by_handle(tx, handle.strip().removeprefix("@"))
    await lists.add(tx, me, list_id, [person.id])


@teachers
async def remove(request: Request, me: SignedIn) -> Response:
    """Takes somebody out of a list."""
    form, list_id = await submitted(request), request.path_params["id"]
    await write(request, lists.remove, me.actor, list_id, [form.number("person") or 0])
    return see_other(f"/lists/{list_id}/edit")


@teachers
async def end(request: Request, me: SignedIn) -> Response:
    """Forgets a list."""
    await submitted(request)
    await write(request, lists.delete, me.actor, request.path_params["id"])
    return see_other("/lists")


@teachers
async def of_person(request: Request, me: SignedIn) -> Response:
    """`/@name/lists`: in which of her lists somebody is."""
    name = request.path_params["name"]
    if request.method == "POST":
        form = await submitted(request)
        await write(request, _put, me.actor, name, form.values_of("list"))
        return see_other(f"/@{name}")
    person, own, chosen = await read(request, _choice, me.actor, name)
    return render.page(
        request,
        "pages/person_lists.html",
        person=person,
        form=filled(list=[each.id for each in chosen]),
        lists=[(each.id, each.title) for each in own],
    )


async def _choice(tx: Transaction, me: Actor, name: str) -> tuple[Actor, list[PeopleList], list[PeopleList]]:
    person = await profiles.by_handle(tx, name)
    own, chosen = await stored.of_account(tx, me.id), await stored.with_member(tx, me.id, person.id)
    return person, own, chosen


async def _put(tx: Transaction, me: Actor, name: str, wanted: list[str]) -> None:
    person, own, chosen = await _choice(tx, me, name)
    was = {each.id for each in chosen}
    for each in own:
        if str(each.id) in wanted and each.id not in was:
            await lists.add(tx, me, each.id, [person.id])
        elif str(each.id) not in wanted and each.id in was:
            await lists.remove(tx, me, each.id, [person.id])

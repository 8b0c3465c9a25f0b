"""Reports: what waits for the moderators, and what they can do about it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import moderation, reports
from fedi.errors import Conflict, Invalid
from fedi.models.accounts import Account, SignedIn
from fedi.models.moderation import Subject
from fedi.models.paging import Page
from fedi.models.reports import ReportView
from fedi.store.database import Transaction
from fedi.web import lists
from fedi.web.admin.deciding import decide
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import moderators, read, see_other, words, write


@moderators
async def page(request: Request, me: SignedIn) -> Response:
    """`/admin/reports`: those that wait; `?show=resolved` the others."""
    resolved = request.query_params.get("show") == "resolved"
    found = await read(request, _page_of, me.account, resolved, lists.asked(request))
    next_page = lists.older(request, [view.report.id for view in found])
    return render.page(request, "pages/admin/reports.html", reports=found, resolved=resolved, next=next_page)


async def _page_of(tx: Transaction, by: Account, resolved: bool, page: Page) -> list[ReportView]:
    return await reports.page(tx, by, page, resolved=resolved)


@moderators
async def one(request: Request, me: SignedIn) -> Response:
    """`/admin/reports/<id>`."""
    return await _one(request, me, filled())


async def _one(request: Request, me: SignedIn, form: Form) -> Response:
    view, person = await read(request, _with_target, me.account, request.path_params["id"])
    status = 422 if form.errors else 200
    return render.page(request, "pages/admin/report.html", status=status, view=view, person=person, form=form, me=me)


async def _with_target(tx: Transaction, by: Account, report_id: int) -> tuple[ReportView, Subject]:
    view = await reports.one(tx, by, report_id)
    return view, (await moderation.subjects(tx, by, [view.target.id]))[view.target.id]


@moderators
async def change(request: Request, me: SignedIn) -> Response:
    """What the buttons beside a report do."""
    form, report_id = await submitted(request), request.path_params["id"]
    try:
        await write(request, _change, me.account, report_id, form)
    except Invalid as error:
        return await _one(request, me, translated(request, form, error))
    except Conflict:
        _ = words(request)
        form.fail("", _("This is the school's last administrator: make somebody else one first."))
        return await _one(request, me, form)
    return see_other(f"/admin/reports/{report_id}")


async def _change(tx: Transaction, by: Account, report_id: int, form: Form) -> None:
    match form.value("do"):
        case "resolve":
            await reports.resolve(tx, by, report_id)
        case "reopen":
            await reports.reopen(tx, by, report_id)
        case "note":
            await reports.note(tx, by, report_id, form.value("note"))
        case "delete-post":
            await reports.delete_post(tx, by, report_id, form.number("post") or 0)
        case "delete-collection":
            await reports.delete_collection(tx, by, report_id, form.number("collection") or 0)
        case other:
            target = (await reports.one(tx, by, report_id)).target
            await decide(tx, by, target, other, form.value("text"), report_id)

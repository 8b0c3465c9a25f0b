"""Reports as moderators deal with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from msgspec import Raw

from fedi.actions import reports as actions
from fedi.api import pagination, painting, showing
from fedi.api.admin.listing import PAGES
from fedi.api.admin.people import read_subjects
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import admin
from fedi.api.entities import instance as school_entities
from fedi.api.painting import Faces, Shown
from fedi.api.reports import category_of, some
from fedi.models.accounts import Account
from fedi.models.moderation import Subject
from fedi.models.paging import Page
from fedi.models.reports import ReportCategory, ReportView
from fedi.store.database import Transaction

Change = Callable[[Transaction, Account, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Read:
    """Reports with whom and what they show."""

    views: list[ReportView]
    posts: Shown
    people: dict[int, Subject]
    faces: Faces


async def several(call: Call) -> Answer:
    """GET /api/v1/admin/reports: those that wait, or with `resolved` the others."""
    page = pagination.asked(call, PAGES)
    found = await call.read(_several, call, page)
    return pagination.linked(call, _painted(call, found), [each.report.id for each in found.views], page)


async def _several(tx: Transaction, call: Call, page: Page) -> _Read:
    params = call.params
    found = await actions.page(
        tx,
        call.account,
        page,
        resolved=bool(params.flag("resolved")),
        target_id=params.id("target_account_id"),
        reporter_id=params.id("account_id"),
    )
    return await _about(tx, call, found)


async def _about(tx: Transaction, call: Call, found: list[ReportView]) -> _Read:
    memory = call.instance.rendered
    made = [each.report for each in found]
    named = [(each.reporter_id, each.target_id, each.assigned_to, each.resolved_by) for each in made]
    ids = list(dict.fromkeys(id_ for each in named for id_ in each if id_ is not None))
    post_ids = list(dict.fromkeys(post.post.id for each in found for post in each.posts))
    posts = await painting.read_posts(tx, call.me, memory, post_ids)
    return _Read(found, posts, *await read_subjects(tx, call.account, memory, ids))


def _painted(call: Call, found: _Read) -> list[admin.Json]:
    statuses, faces = showing.paint(call, found.posts), showing.paint_people(call, found.faces)
    people = {id_: admin.account(each, faces[id_]) for id_, each in found.people.items()}
    language = call.instance.school.language
    return [
        admin.report(
            each.report,
            people,
            [Raw(statuses[post.post.id]) for post in each.posts if post.post.id in statuses],
            [school_entities.rule(rule, language) for rule in each.rules],
        )
        for each in found.views
    ]


async def by_id(call: Call) -> Answer:
    """GET /api/v1/admin/reports/:id."""
    return answer(_painted(call, await call.read(_one, call, call.id()))[0])


async def _one(tx: Transaction, call: Call, report_id: int) -> _Read:
    return await _about(tx, call, [await actions.one(tx, call.account, report_id)])


async def change(call: Call) -> Answer:
    """PUT /api/v1/admin/reports/:id: what it is about after all."""
    return answer(_painted(call, await call.write(_classified, call, call.id()))[0])


async def _classified(tx: Transaction, call: Call, report_id: int) -> _Read:
    made = (await actions.one(tx, call.account, report_id)).report
    named = tuple(call.params.texts("rule_ids"))
    category = category_of(call.params.text("category") or (ReportCategory.VIOLATION if named else made.category))
    rules = some(named or made.rule_ids) if category is ReportCategory.VIOLATION else ()
    await actions.classify(tx, call.account, report_id, category, rules)
    return await _one(tx, call, report_id)


def _changed(change: Change) -> Callable[[Call], Awaitable[Answer]]:
    """The endpoint of something that is done with a report; it answers with the report as it is then."""

    async def endpoint(call: Call) -> Answer:
        return answer(_painted(call, await call.write(_change, change, call, call.id()))[0])

    return endpoint


async def _change(tx: Transaction, change: Change, call: Call, report_id: int) -> _Read:
    await change(tx, call.account, report_id)
    return await _one(tx, call, report_id)


async def _assign(tx: Transaction, by: Account, report_id: int) -> None:
    await actions.assign(tx, by, report_id, by.id)


async def _unassign(tx: Transaction, by: Account, report_id: int) -> None:
    await actions.assign(tx, by, report_id, None)


assign_to_self, unassign = _changed(_assign), _changed(_unassign)
resolve, reopen = _changed(actions.resolve), _changed(actions.reopen)

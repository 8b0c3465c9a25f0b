"""Reporting somebody to the moderators."""

from __future__ import annotations

from fedi.actions import reports as actions
from fedi.api import painting, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import reports as entities
from fedi.api.painting import Faces
from fedi.api.relationships import person
from fedi.errors import Invalid, NotFound
from fedi.instances.rates import Budget
from fedi.instances.rendered import Rendered
from fedi.models.actors import Actor
from fedi.models.reports import NewReport, Report, ReportCategory
from fedi.store.database import Transaction

REPORTING = Budget("reports", 30, 24 * 60 * 60_000)


async def create(call: Call) -> Answer:
    """POST /api/v1/reports."""
    call.params.required("account_id")
    target_id = call.params.id("account_id")
    if target_id is None:
        raise NotFound("There is nobody of this id")
    new = _new(call)
    made, faces = await call.write(_report, call.me, target_id, new, call.instance.rendered)
    target = showing.paint_people(call, faces)[target_id]
    return answer(entities.report(made, dict.fromkeys(new.post_ids), dict.fromkeys(new.collection_ids), target))


async def _report(tx: Transaction, me: Actor, target_id: int, new: NewReport, memory: Rendered) -> tuple[Report, Faces]:
    made = await actions.report(tx, me, await person(tx, target_id), new)
    return made, await painting.read_people(tx, memory, [target_id])


def _new(call: Call) -> NewReport:
    params = call.params
    rules = tuple(params.texts("rule_ids"))
    named = params.text("category") or (ReportCategory.VIOLATION if rules else ReportCategory.OTHER)
    category = category_of(named)
    return NewReport(
        comment=params.text("comment") or "",
        category=category,
        post_ids=tuple(params.ids("status_ids")),
        rule_ids=some(rules) if category is ReportCategory.VIOLATION else (),
        forward=bool(params.flag("forward")),
        collection_ids=tuple(params.ids("collection_ids")),
    )


def category_of(name: str) -> ReportCategory:
    """What is wrong; Invalid for what is no such word."""
    if name not in list(ReportCategory):
        raise Invalid("Category is not included in the list", "category")
    return ReportCategory(name)


def some(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The rules that were broken, each once; Invalid if there is none."""
    if not ids:
        raise Invalid("Rule ids does not reference valid rules", "rule_ids")
    return tuple(dict.fromkeys(ids))

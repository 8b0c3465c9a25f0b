"""Lists of servers: read from a file, written for others, and those of other schools that this one follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import host_lists
from fedi.actions.host_lists import BATCH, Proposal
from fedi.activitypub import host_lists as on_the_wire
from fedi.errors import FediError, Invalid, NotFound
from fedi.models.accounts import Account, SignedIn
from fedi.models.host_lists import DomainFile, HostList, ListedAs, ListMode
from fedi.outbound import host_lists as reading
from fedi.store import host_lists as stored
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import administrators, read, see_other, write

FILE_BYTES = 1024 * 1024
PROPOSALS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: how many hosts it named, which were left alone, and which lines said nothing to us."""

    rows: int
    left: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Lists:
    subscribed: list[HostList]
    waiting: Counter[int]
    published: set[ListedAs] = field(default_factory=set)


@administrators
async def page(request: Request, _me: SignedIn) -> Response:
    """`/admin/lists`."""
    return await _page(request, filled(mode=ListMode.ASK, bare=ListedAs.BLOCKED))


async def _page(request: Request, form: Form, imported: Imported | None = None) -> Response:
    lists = await read(request, _lists)
    return render.page(
        request,
        "pages/admin/lists.html",
        status=422 if form.errors else 200,
        form=form,
        lists=lists,
        imported=imported,
        kinds=list(ListedAs),
        addresses={kind: on_the_wire.address(request.state.instance.school.base_url, kind) for kind in ListedAs},
    )


async def _lists(tx: Transaction) -> _Lists:
    waiting = Counter({each.list_id: each.entries for each in await stored.waiting_counts(tx)})
    return _Lists(await stored.everyone(tx), waiting, await stored.published(tx))


@administrators
async def act(request: Request, me: SignedIn) -> Response:
    """Read a file, follow a list, or let others read ours."""
    form = await submitted(request)
    try:
        match form.value("do"):
            case "import":
                return await _page(request, form, await _import(request, me, form))
            case "subscribe":
                return see_other(f"/admin/lists/{(await _subscribe(request, me, form)).id}")
            case "publish" | "unpublish" as do:
                await write(request, host_lists.publish, me.account, _kind(form.value("list")), do == "publish")
            case other:
                raise Invalid(f"There is no action {other!r}", "do")
    except Invalid as error:
        return await _page(request, translated(request, form, error))
    return see_other("/admin/lists")


async def _import(request: Request, me: SignedIn, form: Form) -> Imported:
    file = await _file(form)
    left: list[str] = []
    for start in range(0, len(file.rows), BATCH):
        left += await write(request, host_lists.import_rows, me.account, file.rows[start : start + BATCH])
    return Imported(len(file.rows), tuple(left), file.skipped)


async def _file(form: Form) -> DomainFile:
    uploads = form.uploads("list_file")
    raw = await uploads[0].read(FILE_BYTES + 1) if uploads else b""
    if not raw or len(raw) > FILE_BYTES:
        raise Invalid("There is no file, or it is larger than 1 MB", "list_file")
    try:
        return on_the_wire.read_csv(raw.decode("utf-8"), bare=_kind(form.value("bare")))
    except ValueError as error:
        raise Invalid("The file is no text in UTF-8", "list_file") from error


async def _subscribe(request: Request, me: SignedIn, form: Form) -> HostList:
    mode = ListMode.APPLY if form.value("mode") == ListMode.APPLY else ListMode.ASK
    try:
        return await reading.subscribe(
            request.state.instance, request.state.client, me.account, form.value("list_url"), mode
        )
    except Invalid:
        raise
    except FediError as error:
        raise Invalid(f"The list cannot be followed: {error}", "list_url") from error


def _kind(value: str) -> ListedAs:
    if value not in list(ListedAs):
        raise Invalid(f"There is no list {value!r}", "list")
    return ListedAs(value)


@administrators
async def export(request: Request, me: SignedIn) -> Response:
    """`/admin/lists/blocked.csv` and `/admin/lists/trusted.csv`, with the notes on `?notes=1`."""
    kind, notes = request.path_params["kind"], request.query_params.get("notes") == "1"
    if kind not in list(ListedAs):
        raise NotFound("There is no such list")
    text = await read(request, host_lists.exported, me.account, ListedAs(kind), notes)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"', "Cache-Control": "private, no-store"}
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


@administrators
async def one(request: Request, me: SignedIn) -> Response:
    """`/admin/lists/<id>`: what waits for a decision."""
    known, waiting = await read(request, host_lists.proposals, me.account, request.path_params["id"], PROPOSALS_SHOWN)
    return render.page(request, "pages/admin/list.html", list=known, proposals=waiting)


@administrators
async def decide(request: Request, me: SignedIn) -> Response:
    """Accept or leave one entry, or all that are shown; follow the list no longer."""
    form, list_id = await submitted(request), request.path_params["id"]
    match form.value("do"):
        case "accept" | "leave" as do:
            await write(request, _settle, me.account, list_id, form.values_of("host"), do == "accept")
        case "all":
            _, waiting = await read(request, host_lists.proposals, me.account, list_id, PROPOSALS_SHOWN)
            await _settle_all(request, me, list_id, waiting)
        case "end":
            await write(request, host_lists.unsubscribe, me.account, list_id)
            return see_other("/admin/lists")
        case other:
            raise Invalid(f"There is no action {other!r}", "do")
    return see_other(f"/admin/lists/{list_id}")


async def _settle_all(request: Request, me: SignedIn, list_id: int, waiting: Sequence[Proposal]) -> None:
    hosts = [proposal.entry.host for proposal in waiting if not proposal.contested and not proposal.ours]
    for start in range(0, len(hosts), BATCH):
        await write(request, _settle, me.account, list_id, hosts[start : start + BATCH], True)


async def _settle(tx: Transaction, by: Account, list_id: int, hosts: Sequence[str], accept: bool) -> None:
    for host in hosts:
        await host_lists.settle(tx, by, list_id, host, accept)

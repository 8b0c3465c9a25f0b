"""One other server: what it runs, how it goes with it, what it sent that waits, and what can be done about all that."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import servers
from fedi.activitypub import remote_posts
from fedi.activitypub.decoding import decode_object
from fedi.errors import Invalid, Malformed, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.activities import Received
from fedi.models.posts import RemotePost
from fedi.models.receipts import Trouble, trouble_of
from fedi.store.backlog import DeadJob
from fedi.web.visit import administrators, read


@dataclass(frozen=True, slots=True)
class Preview:
    """One activity that waits: who sent it and when, and the post in it as it would be shown, without its files."""

    actor_uri: str
    type: str
    received_at: int
    post: RemotePost | None


@administrators
async def page(request: Request, me: SignedIn) -> Response:
    """`/admin/peers/<host>`."""
    try:
        facts = await read(request, servers.facts, me.account, request.path_params["host"])
    except Invalid as error:
        raise NotFound("There is no such server") from error
    return render.page(
        request,
        "pages/admin/server.html",
        facts=facts,
        given_up=[(job, _trouble(job)) for job in facts.given_up],
        previews=[_preview(each) for each in facts.held_latest],
    )


def _trouble(job: DeadJob) -> Trouble | None:
    return trouble_of(job.error, final=True)


def _preview(kept: Received) -> Preview:
    return Preview(kept.actor_uri, kept.type, kept.received_at, _post(kept.json))


def _post(activity: str | None) -> RemotePost | None:
    """The post that an activity carries, its HTML put in order as that of every stranger; nothing is fetched for it."""
    try:
        told = decode_object((activity or "{}").encode()).get("object")
        return remote_posts.parse(told) if isinstance(told, dict) else None
    except Malformed:
        return None

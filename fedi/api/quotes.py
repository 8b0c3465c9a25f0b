"""Quotes of a post: who made them, taking one back, and who may make more."""

from __future__ import annotations

from fedi.actions import own_posts, quotes
from fedi.api import pagination, showing
from fedi.api.call import Answer, Call, answer
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.quotes import QuotePolicy
from fedi.store import quotes as stored
from fedi.store.database import Transaction

POLICIES = {"public": QuotePolicy.EVERYONE, "followers": QuotePolicy.FOLLOWERS, "nobody": QuotePolicy.NOBODY}


async def listed(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/quotes."""
    page = pagination.asked(call)
    return await showing.timeline(call, page, _quoting, call.me, call.id(), page, always_next=False)


async def _quoting(tx: Transaction, viewer: Actor, post_id: int, page: Page) -> list[int]:
    return [view.post.id for view in await quotes.quoting(tx, viewer, post_id, page)]


async def revoke(call: Call) -> Answer:
    """POST /api/v1/statuses/:id/quotes/:quoting_status_id/revoke: answers with the post that quoted."""
    quoting_id = call.id("quoting_status_id")
    await call.write(_revoke, call.me, call.id(), quoting_id)
    return answer(await showing.post(call, _same, quoting_id))


async def _revoke(tx: Transaction, me: Actor, quoted_id: int, quoting_id: int) -> None:
    made = await stored.of_post(tx, quoting_id)
    if made is None or made.quoted_id != quoted_id:
        raise NotFound("There is no such quote")
    await quotes.revoke(tx, me, quoting_id)


async def set_policy(call: Call) -> Answer:
    """PUT /api/v1/statuses/:id/interaction_policy."""
    policy = POLICIES.get(call.params.text("quote_approval_policy") or "")
    if policy is None:
        raise Invalid("Quote approval policy is not included in the list", "quote_policy")
    await call.write(_set_policy, call.me, call.id(), policy)
    return answer(await showing.post(call, _same, call.id()))


async def _set_policy(tx: Transaction, me: Actor, post_id: int, policy: QuotePolicy) -> None:
    await quotes.set_policy(tx, me, (await own_posts.view(tx, me, post_id)).post, policy)


async def _same(_: Transaction, post_id: int) -> int:
    return post_id

"""Web Push: a program says where it wants to be woken, and by what."""

from __future__ import annotations

from fedi.actions import push
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import push as entities
from fedi.auth import bearer
from fedi.auth.bearer import Caller
from fedi.errors import Malformed
from fedi.models.push import ALERTS, Endpoint, PushPolicy, PushSubscription, Wishes
from fedi.outbound import web_push


async def subscribe(call: Call) -> Answer:
    """POST /api/v1/push/subscription: there, and nowhere else any more."""
    asked = call.params.object("subscription")
    keys = asked.object("keys")
    place = Endpoint(
        asked.required("endpoint"), keys.required("p256dh"), keys.required("auth"), bool(asked.flag("standard"))
    )
    web_push.receiver(place.p256dh, place.auth)
    wishes = Wishes(_alerts(call) or (), _policy(call) or PushPolicy.ALL)
    sealed = call.instance.push_keys.seal(_shown(call))
    return _answer(call, await call.write(push.subscribe, _caller(call).token, call.me.id, place, wishes, sealed))


async def show(call: Call) -> Answer:
    """GET /api/v1/push/subscription."""
    return _answer(call, await call.read(push.of, _caller(call).token))


async def change(call: Call) -> Answer:
    """PUT /api/v1/push/subscription: what is not said stays."""
    return _answer(call, await call.write(push.change, _caller(call).token, _alerts(call), _policy(call)))


async def unsubscribe(call: Call) -> Answer:
    """DELETE /api/v1/push/subscription."""
    await call.write(push.unsubscribe, _caller(call).token)
    return answer({})


def _answer(call: Call, asked: PushSubscription) -> Answer:
    return answer(entities.subscription(asked, call.instance.push_keys.public))


def _caller(call: Call) -> Caller:
    if call.caller is None:
        raise LookupError("The table lets anybody call this")
    return call.caller


def _shown(call: Call) -> str:
    """The token itself, which its program will look for in each message."""
    found = bearer.shown(call.request, call.params.text("access_token"))
    if found is None:
        raise LookupError("The table lets anybody call this")
    return found


def _alerts(call: Call) -> tuple[str, ...] | None:
    data = call.params.object("data")
    if "alerts" not in data:
        return None
    alerts = data.object("alerts")
    return tuple(each for each in ALERTS if alerts.flag(each))


def _policy(call: Call) -> PushPolicy | None:
    """Some clients send it beside the data, not in it."""
    said = call.params.object("data").text("policy") or call.params.text("policy")
    if not said:
        return None
    if said not in list(PushPolicy):
        raise Malformed(f"{said[:50]} is not a policy")
    return PushPolicy(said)

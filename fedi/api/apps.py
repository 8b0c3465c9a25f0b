"""Clients: they register themselves before anybody signs in."""

from __future__ import annotations

from fedi.api.call import Answer, Call, answer
from fedi.api.entities import applications
from fedi.auth import oauth
from fedi.auth.oauth import Registration
from fedi.errors import Invalid
from fedi.instances.rates import Budget
from fedi.models.oauth import App
from fedi.models.secrets import new_secret
from fedi.policies import scopes
from fedi.store import apps
from fedi.store.database import Transaction

REGISTRATIONS = Budget("apps", 100, 10 * 60_000)
"""From one address, which a whole school may share; clients register at every sign-in."""


async def register(call: Call) -> Answer:
    """POST /api/v1/apps."""
    params = call.params
    # Doorkeeper parts both lists at any blank.
    uris = [uri for each in params.texts("redirect_uris") for uri in each.split()]
    new = Registration(
        (params.text("client_name") or "").strip(),
        tuple(dict.fromkeys(uris)),
        scopes.parse(" ".join(params.texts("scopes"))),
        params.text("website"),
    )
    client_id, secret = new_secret(), new_secret()
    app = await call.write(oauth.register, new, client_id.text, secret)
    return answer(applications.credentials(app, secret.text, call.instance.push_keys.public))


async def verify_credentials(call: Call) -> Answer:
    """GET /api/v1/apps/verify_credentials: which client the token belongs to."""
    if call.caller is None:
        raise Invalid("a token is needed")
    app = await call.read(_app, call.caller.token.app_id)
    return answer(applications.application(app, call.instance.push_keys.public))


async def _app(tx: Transaction, app_id: int) -> App:
    return (await apps.by_ids(tx, [app_id]))[app_id]

"""Every call of the API passes here: its row is found, its token looked at, its answer completed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fedi.api import params
from fedi.api.call import Answer, Call, Who
from fedi.api.errors import Unprocessable, refusal
from fedi.api.operations import Operation, Router
from fedi.auth import bearer
from fedi.auth.bearer import BadToken, Caller, Denied
from fedi.errors import Malformed, NotFound, TooManyRequests
from fedi.instances import Instance
from fedi.instances.rates import Budget, Spent
from fedi.policies import scopes

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Link, Mastodon-Async-Refresh, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id"
    ),
}
"""Clients that run in a browser read everything, errors too; no cookie of ours counts here."""

_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Max-Age": "86400",
}
_ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, Mastodon-Async-Refresh-Id"

FIVE_MINUTES_MS = 5 * 60_000
_STRANGERS_SHARE = 5


class Dispatcher:
    """The ASGI application behind all addresses of the table."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._router = Router(operations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = preflight(request) if request.method == "OPTIONS" else await self._answered(request)
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Answer:
        visit = _Visit(request)
        try:
            found = self._router.find(request.method, request.scope["path"])
            if found is None:
                raise NotFound("There is no such operation")
            response = await visit.call(found.operation, found.path)
        except Exception as error:  # noqa: BLE001 - `refusal` logs what nobody foresaw
            response = refusal(error)
        finally:
            await request.close()
        visit.complete(response.headers, response.status_code)
        return response


def preflight(request: Request) -> Response:
    """The answer to a browser that asks whether a page of another site may call: it may."""
    asked = request.headers.get("access-control-request-headers", _ALLOWED_HEADERS)[:1000]
    return Response(status_code=204, headers={**_PREFLIGHT, "Access-Control-Allow-Headers": asked})


class _Visit:
    """One call on its way, and what its headers will say."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._instance: Instance = request.state.instance
        self._caller: Caller | None = None
        self._spent: Spent | None = None
        self._deprecated: int | None = None

    async def call(self, operation: Operation, path: dict[str, str]) -> Answer:
        self._deprecated = operation.deprecated
        call = Call(self._request, self._instance, params.Params({}), path)
        if operation.who is Who.ANYONE and not operation.scope:
            self._spend(operation)
            call.params = await params.read(self._request, uploads=False)
        else:
            await self._identified(call, operation)
        return await operation.endpoint(call)

    async def _identified(self, call: Call, operation: Operation) -> None:
        """Find out who calls. Forms with files are read only of who may send them."""
        token = bearer.shown(self._request, self._request.query_params.get("access_token"))
        if token is None:
            call.params = await self._strangers(operation)
            token = call.params.text("access_token") or None
        try:
            if token is not None:
                call.caller = self._caller = await bearer.caller(self._instance, token)
        finally:
            # Whoever shows tokens that are none is counted too.
            self._spend(operation)
        _require(operation, call.caller)
        if call.caller is not None:
            call.params = await params.read(self._request, uploads=call.caller.account is not None)

    async def _strangers(self, operation: Operation) -> params.Params:
        """What is sent with no token in the head, since one may stand in it. To somebody who has forgotten hers that is
        said, and not what is wrong with the rest.
        """
        try:
            return await params.read(self._request, uploads=False)
        except Malformed:
            _require(operation, None)
            raise

    def _spend(self, operation: Operation) -> None:
        for budget in filter(None, (_budget(self._instance, self._caller), self._own_budget(operation))):
            spent = self._instance.rates.spend(budget, self._subject(), self._instance.clock())
            if self._spent is None or spent.remaining < self._spent.remaining or spent.over:
                self._spent = spent
            if spent.over:
                raise TooManyRequests("Too many requests", -(-(spent.resets_at - self._instance.clock()) // 1000))

    def _own_budget(self, operation: Operation) -> Budget | None:
        is_person = self._caller is not None and self._caller.account is not None
        # Where anybody signs up, a test does it for all its people, from one address.
        return None if self._instance.config.test_instance.open_sign_up and not is_person else operation.budget

    def _subject(self) -> int | str:
        """Whose budget it is: the person's, or that of the address a stranger's client comes from."""
        if self._caller is not None and self._caller.account is not None:
            return self._caller.account.id
        return self._request.client.host if self._request.client else ""

    def complete(self, headers: MutableHeaders, status: int) -> None:
        """Add what every answer carries, unless its operation has said otherwise."""
        headers.update(CORS)
        headers.add_vary_header("Authorization, Origin")
        headers.setdefault("Cache-Control", self._storage(status))
        if self._spent is not None:
            headers["X-RateLimit-Limit"] = str(self._spent.budget.calls)
            headers["X-RateLimit-Remaining"] = str(self._spent.remaining)
            headers["X-RateLimit-Reset"] = (
                f"{datetime.fromtimestamp(self._spent.resets_at / 1000, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
            )
        if self._deprecated is not None:
            headers["Deprecation"] = f"@{self._deprecated}"

    def _storage(self, status: int) -> str:
        may_be_kept = self._caller is None and status == 200 and self._request.method in ("GET", "HEAD")
        return "public, max-age=15" if may_be_kept else "private, no-store"


def _require(operation: Operation, caller: Caller | None) -> None:
    """BadToken without a token, Denied without the scope, Unprocessable for a client's own token where a person has
    to act, and without a token where no scope is asked for: there Mastodon looks at nothing but the person.
    """
    if operation.who is Who.CLIENT or operation.scope:
        _require_scope(operation, caller)
    if operation.who is Who.PERSON and (caller is None or caller.account is None):
        raise Unprocessable("This method requires an authenticated user")


def _require_scope(operation: Operation, caller: Caller | None) -> None:
    if caller is None:
        if operation.who is not Who.ANYONE:
            raise BadToken("The access token is invalid")
    elif operation.scope and not any(scopes.covers(caller.token.scopes, scope) for scope in operation.scopes):
        raise Denied("This action is outside the authorized scopes")


def _budget(instance: Instance, caller: Caller | None) -> Budget:
    calls = instance.school.limits.api_calls
    # A whole school may share one address.
    is_person = caller is not None and caller.account is not None
    return Budget("calls", calls if is_person else calls * _STRANGERS_SHARE, FIVE_MINUTES_MS)

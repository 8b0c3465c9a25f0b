"""Who asks for a document or a file: the server whose signature a GET carries."""

from __future__ import annotations

from starlette.requests import Request

from fedi.activitypub import uris
from fedi.activitypub.signatures import schemes
from fedi.activitypub.signatures.message import SignedRequest
from fedi.errors import Forbidden, Unauthenticated
from fedi.instances import Instance
from fedi.models.peers import Standing
from fedi.outbound import signers
from fedi.outbound.signers import KeyUnreachable


async def host_of_visitor(request: Request) -> str | None:
    """The host that signed this GET; None if nobody did, not well enough, or a server we block.

    To be asked only for what not everybody may see: finding a key may mean a request to the visitor's server, which
    then may ask us the same.
    """
    try:
        return await require_visitor(request)
    except (Unauthenticated, Forbidden, KeyUnreachable):
        return None


async def require_visitor(request: Request) -> str:
    """The host that signed this GET; Unauthenticated if nobody did well enough, Forbidden for a server we block."""
    if "signature" not in request.headers:
        raise Unauthenticated("Servers must sign what they ask for here")
    instance: Instance = request.state.instance
    signed = signed_request(request, b"")
    parameters = schemes.parse(signed.headers)
    host = _host_of(parameters.key_id)
    if await signers.standing(instance, host) is Standing.BLOCKED:
        raise Forbidden("This school gives nothing to your server")
    await signers.verified(instance, request.state.client, signed, parameters)
    return host


def _host_of(key_id: str) -> str:
    try:
        return uris.host_of(key_id)
    except uris.BadUri as error:
        raise Unauthenticated("the key of the signature is not an address") from error


def signed_request(request: Request, body: bytes) -> SignedRequest:
    """A request as it was sent: every header line, and path and query untouched."""
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    target = (path + b"?" + query if query else path).decode("latin-1")
    instance: Instance = request.state.instance
    # A proxy stands before us that may speak http: the address that was signed is the school's.
    return SignedRequest(request.method, target, headers, body, instance.school.scheme)

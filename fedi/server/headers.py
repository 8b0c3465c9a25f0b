"""Headers every response carries unless its face has set its own: nothing runs, nothing frames, nothing is guessed."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULTS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STRICT_TRANSPORT = "max-age=31536000"
WAY_IN = ("/login", "/language", "/oauth/authorize")
"""What a client opens in a window beside its own, waiting for the code. Under `Cross-Origin-Opener-Policy: same-origin`
the browser parts the two windows, to the client hers seems closed, and it gives up."""


class SecurityHeaders:
    """Adds what is missing. Pages bring a wider policy (`fedi.render`): styles, pictures and forms of our own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(message.setdefault("headers", []), scope)
            await send(message)

        await self.app(scope, receive, send_with_headers)


_RAW = [(name.lower().encode(), value.encode()) for name, value in DEFAULTS.items()]
_OPENER = b"cross-origin-opener-policy"
_RAW_STRICT_TRANSPORT = (b"strict-transport-security", STRICT_TRANSPORT.encode())


def _complete(headers: list[tuple[bytes, bytes]], scope: Scope) -> None:
    present = {name.lower() for name, _ in headers}
    if scope["path"].startswith(WAY_IN):
        present.add(_OPENER)
    # By now the scheme is the one a trusted proxy reported.
    wanted = [*_RAW, _RAW_STRICT_TRANSPORT] if scope.get("scheme") == "https" else _RAW
    headers.extend(header for header in wanted if header[0] not in present)

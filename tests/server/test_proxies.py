"""Who a request comes from: proxies are believed only if the school trusts them."""

import pytest

from fedi.server.proxies import believe

TRUSTED = ("10.0.0.0/8", "::1")


def seen(peer: str | None, kind: str = "http", **headers: str) -> tuple[object, str]:
    scope = {
        "type": kind,
        "client": (peer, 1) if peer else None,
        "scheme": "http" if kind == "http" else "ws",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    believe(scope, TRUSTED)
    client = scope["client"]
    return (client[0] if client else None), str(scope["scheme"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        (None, "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "6.6.6.6, 192.0.2.7, 10.9.9.9", "192.0.2.7"),
        ("::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, nonsense", "10.0.0.1"),
        ("198.51.100.1", "192.0.2.7", "198.51.100.1"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(
    peer: str | None, forwarded: str, client: str | None
) -> None:
    assert seen(peer, x_forwarded_for=forwarded)[0] == client


def test_the_scheme_is_believed_of_a_trusted_proxy_only() -> None:
    assert seen("10.0.0.1", x_forwarded_proto="https")[1] == "https"
    assert seen("198.51.100.1", x_forwarded_proto="https")[1] == "http"
    assert seen("10.0.0.1", x_forwarded_proto="javascript")[1] == "http"


def test_a_websocket_behind_a_trusted_proxy_has_a_scheme_of_its_own() -> None:
    assert seen("10.0.0.1", "websocket", x_forwarded_proto="https")[1] == "wss"
    assert seen("10.0.0.1", "websocket", x_forwarded_proto="http")[1] == "ws"
    assert seen("198.51.100.1", "websocket", x_forwarded_proto="https")[1] == "ws"

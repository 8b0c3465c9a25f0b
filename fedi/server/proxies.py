"""Who a request really comes from: what a reverse proxy reports is believed only of those the school trusts."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def believe(scope: Scope, trusted: tuple[str, ...]) -> None:
    """Put the reported client and scheme into `scope` if its peer is a trusted proxy.

    `X-Forwarded-For` is read from its end: what stands before the last address we do not trust is anybody's invention.
    """
    if not _is_peer_trusted(_peer(scope), trusted):
        return
    headers = Headers(scope=scope)
    client = _client(headers.get("x-forwarded-for", ""), _networks(trusted))
    if client:
        scope["client"] = (client, 0)
    scheme = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
    if scheme in ("http", "https"):
        scope["scheme"] = scheme if scope["type"] == "http" else f"ws{scheme.removeprefix('http')}"


def _peer(scope: Scope) -> str | None:
    """The address at the other end; None on a Unix socket, whose file permissions decide who may connect."""
    client = scope.get("client")
    return client[0] if client else None


def _client(forwarded: str, networks: tuple[Network, ...]) -> str | None:
    for text in reversed(forwarded.split(",")):
        address = _address(text)
        if address is None:
            return None
        if not _is_trusted(str(address), networks):
            return str(address)
    return None


@lru_cache(maxsize=1024)  # proxies are few, and bring every request
def _is_peer_trusted(peer: str | None, trusted: tuple[str, ...]) -> bool:
    return _is_trusted(peer, _networks(trusted))


def _is_trusted(peer: str | None, networks: tuple[Network, ...]) -> bool:
    if peer is None:
        return True
    address = _address(peer)
    return address is not None and any(address in network for network in networks)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=256)
def _networks(trusted: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(each, strict=False) for each in trusted)

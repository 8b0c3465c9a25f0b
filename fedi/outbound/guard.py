"""Which addresses requests may reach: public ones, checked at the socket.

A name is no protection: its owner points it at 127.0.0.1, or at a public address for the check and a private
one a moment later. So the check stands where the socket is made, and sees the very address that is connected
to. The networks are named here because `ipaddress.is_global` of Python 3.11 calls several of them public.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from typing import Any

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
"""One answer of `getaddrinfo`."""

LOOPBACK = "127.0.0.1"

# IANA IPv4 Special-Purpose Address Registry, and multicast.
_CLOSED_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata services of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# Only this is given out as global unicast. Outside it are loopback, link- and site-local, unique local, multicast,
# NAT64, and every form that carries an IPv4 address (mapped, compatible, translated).
_OPEN_IPV6 = IPv6Network("2000::/3")
_CLOSED_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation
    )
)


class ForbiddenAddress(OSError):
    """The address is not on the public Internet."""


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to a host on the public Internet; what cannot be read does not."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _CLOSED_IPV4)
    # A zone ("fe80::1%eth0") only makes sense on a link.
    open_ = parsed.scope_id is None and parsed in _OPEN_IPV6
    return open_ and not any(parsed in network for network in _CLOSED_IPV6)


def public_socket(info: AddressInfo) -> socket.socket:
    """A socket for this address; refuses if it is not public."""
    if not is_public(str(info[4][0])):
        # The same words for every address: with several, only a common message keeps the kind of the error.
        raise ForbiddenAddress("not an address on the public Internet")
    return _socket(info)


def loopback_socket(info: AddressInfo) -> socket.socket:
    """A socket for this very machine, as development mode needs it; refuses anything else."""
    if info[4][0] != LOOPBACK:
        raise ForbiddenAddress("not an address of this machine")
    return _socket(info)


def _socket(info: AddressInfo) -> socket.socket:
    family, kind, protocol, _, _ = info
    return socket.socket(family=family, type=kind, proto=protocol)

"""Addresses on the wire: one spelling for a host, for an id, and for the request line that gets signed.

Two servers that disagree about which host a URI names are how origins get forged (upper case, a trailing dot,
punycode, full-width letters, a backslash, a user name before an `@`). So everything here refuses what has
more than one reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urlsplit

import idna

from fedi.errors import Malformed

MAX_LENGTH = 2048
"""Bytes. Longer ids are refused by other servers too, and by the indexes of PostgreSQL; no honest one is."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_DEVELOPMENT_SUFFIXES = (".localhost", ".test")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]@/?#]+)(?::(?P<port>[0-9]{0,5}))?")
_ASCII_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# urlsplit drops tabs and newlines without a word, browsers read a backslash as a slash, surrogates have no UTF-8.
_UNREADABLE = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_LEFT_AS_IT_IS = "!#$%&'()*+,-./:;=?@[]_~"


class BadUri(Malformed):
    """Not an http(s) address that everybody reads alike."""


@dataclass(frozen=True, slots=True)
class _Address:
    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str

    @property
    def authority(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def target(self) -> str:
        path = self.path or "/"
        return f"{path}?{self.query}" if self.query else path


def canonical_host(authority: str) -> str:
    """The one spelling of a bare `host` or `host:port`, as a handle carries it; 443 is left out."""
    if _is_long(authority) or _UNREADABLE.search(authority):
        raise BadUri("a host has no spaces, backslashes or control characters")
    host, port = _host_and_port(authority, _DEFAULT_PORTS["https"])
    return host if port is None else f"{host}:{port}"


def site_of(typed: str) -> str | None:
    """The host that somebody means by the name or the address of a site, without its port; None if it is none."""
    name = typed.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("*.").partition("/")[0]
    try:
        host = canonical_host(name).partition(":")[0]
    except BadUri:
        return None
    return host if _is_name(host) else None


def host_of(uri: str) -> str:
    """The host of an http(s) URI: lower case, IDNA, no trailing dot; with its port unless the default one."""
    return _parse(uri).authority


def scheme_of(uri: str) -> str:
    """`http` or `https`."""
    return _parse(uri).scheme


def same_origin(one: str, other: str) -> bool:
    """Whether both are http(s) URIs of one scheme, host and port (FEP-fe34); the unreadable has no origin."""
    try:
        first, second = _parse(one), _parse(other)
    except BadUri:
        return False
    return (first.scheme, first.authority) == (second.scheme, second.authority)


def normalise(uri: str) -> str:
    """The form in which two ids are compared: `https://Host:443` and `https://host/` are the same id.

    Path, query and fragment stay byte for byte: other servers compare those as text.
    """
    address = _parse(uri)
    fragment = f"#{address.fragment}" if address.fragment else ""
    return f"{address.scheme}://{address.authority}{address.target}{fragment}"


@lru_cache(maxsize=1024)
def wire_form(uri: str) -> str:
    """The URL as a request carries it: ASCII only, no fragment. What is signed must be this very text."""
    address = _parse(uri)
    wire = f"{address.scheme}://{address.authority}{quote(address.target, safe=_LEFT_AS_IT_IS)}"
    if len(wire) > MAX_LENGTH:
        raise BadUri("an address is short, and this one is not when its letters are encoded")
    return wire


def request_target(wire: str) -> str:
    """Path and query of a URL in wire form, as in the first line of the request."""
    return _parse(wire).target


def is_development_host(host: str) -> bool:
    """Names that can never exist on the Internet (RFC 6761), where development mode may go without https."""
    return host.partition(":")[0].endswith(_DEVELOPMENT_SUFFIXES)


def is_fetchable(uri: str, *, development: bool = False) -> bool:
    """Whether a request to this address may be tried: https, a name with a dot, not a number, a sane port.

    The address behind the name is checked when it is known, at the socket.
    """
    try:
        address = _parse(wire_form(uri))
    except BadUri:
        return False
    if development and is_development_host(address.host):
        return True
    # Ports below 1024 belong to other protocols: no peer is there, but mail and name servers are.
    sane_port = address.port is None or address.port >= 1024
    return address.scheme == "https" and sane_port and _is_name(address.host)


def _is_name(host: str) -> bool:
    return "." in host and not host.startswith("[") and not _ends_in_number(host)


@lru_cache(maxsize=4096)
def _parse(uri: str) -> _Address:
    if _is_long(uri) or _UNREADABLE.search(uri):
        raise BadUri("an address is short, and has no spaces, backslashes or control characters")
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise BadUri(f"not an address: {error}") from error
    default_port = _DEFAULT_PORTS.get(parts.scheme)
    if default_port is None:
        raise BadUri("an address starts with https://")
    host, port = _host_and_port(parts.netloc, default_port)
    path = parts.path if not parts.path or parts.path.startswith("/") else f"/{parts.path}"
    return _Address(parts.scheme, host, port, path, parts.query, parts.fragment)


def _is_long(text: str) -> bool:
    return len(text) > MAX_LENGTH or (not text.isascii() and len(text.encode(errors="replace")) > MAX_LENGTH)


def _host_and_port(authority: str, default_port: int) -> tuple[str, int | None]:
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise BadUri("an address names a host, with no user name and a port in digits")
    port = int(match["port"] or default_port)
    if not 0 < port < 65536:
        raise BadUri("a port is a number from 1 to 65535")
    return _host(match["host"]), None if port == default_port else port


def _host(text: str) -> str:
    if text.startswith("["):
        return _ipv6(text)
    host = _ascii(text.lower().removesuffix("."))
    if len(host) > 253 or not _ASCII_HOST.fullmatch(host):
        raise BadUri("not the name of a host")
    # "2130706433", "0x7f.1" and "127.1" are 127.0.0.1 to some resolvers and a name to others.
    if _ends_in_number(host) and not _is_ipv4(host):
        raise BadUri("a host is a name, or an address in four decimal parts")
    return host


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    # Encoding is quadratic in the length: a name longer than any DNS name is not even tried.
    if len(host) > 253:
        raise BadUri("the name of the host is too long")
    try:
        return idna.encode(host, uts46=True).decode("ascii").removesuffix(".")
    except UnicodeError as error:
        raise BadUri(f"not the name of a host: {error}") from error


def _ipv6(bracketed: str) -> str:
    try:
        return f"[{IPv6Address(bracketed[1:-1]).compressed}]"
    except AddressValueError as error:
        raise BadUri("not an IPv6 address") from error


def _ends_in_number(host: str) -> bool:
    return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from fedi.activitypub.signatures.keys import SigningKey
from fedi.outbound.client import Client
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.guard import ForbiddenAddress, is_public, loopback_socket, public_socket
from fedi.outbound.names import SystemResolver
from tests.outbound.peers import always, reply, running

PUBLIC = ["1.1.1.1", "93.184.216.34", "100.128.0.1", "172.32.0.1", "198.20.0.1", "223.255.255.255"]
PUBLIC_IPV6 = ["2606:4700::1111", "2a02:6b8::2:242", "2001:4860:4860::8888", "2400::1"]
CLOSED = [
    "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255",
]  # fmt: skip
CLOSED_IPV6 = [
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:1.1.1.1", "::ffff:0:7f00:1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1",
    "2001:20::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fe80::1%1", "2606:4700::1111%1", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
UNREADABLE = ["", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"]


@pytest.mark.parametrize("address", [*PUBLIC, *PUBLIC_IPV6])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address", [*CLOSED, *CLOSED_IPV6, "", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"]
)
def test_all_other_addresses_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", CLOSED)
def test_no_socket_is_made_for_them(address: str) -> None:
    with pytest.raises(ForbiddenAddress):
        public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 443)))


@pytest.mark.parametrize("address", CLOSED_IPV6)
def test_no_ipv6_socket_is_made_for_them(address: str) -> None:
    with pytest.raises(ForbiddenAddress):
        public_socket((socket.AF_INET6, socket.SOCK_STREAM, 0, "", (address, 443, 0, 0)))


def test_a_socket_is_made_for_a_public_address() -> None:
    public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 443))).close()


@pytest.mark.parametrize("address", ["127.0.0.2", "10.0.0.1", "1.1.1.1"])
def test_development_reaches_this_machine_only(address: str) -> None:
    loopback_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80))).close()
    with pytest.raises(ForbiddenAddress):
        loopback_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80)))


class Rebinding(AbstractResolver):
    """A name server of somebody who wants us to talk to ourselves."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for address in self.addresses
            for kind in [socket.AF_INET6 if ":" in address else socket.AF_INET]
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("development", [False, True])
@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["10.0.0.1", "127.0.0.1", "::1"]])
async def test_a_name_that_points_at_us_is_refused_at_the_socket(
    key: SigningKey, addresses: list[str], development: bool
) -> None:
    resolver = Rebinding(*addresses)
    async with (
        running(always(reply())) as peer,
        Client(resolver=resolver, development=development) as client,
    ):
        with pytest.raises(FetchFailed) as caught:
            await client.post(f"https://evil.example:{peer.port}/inbox", b"{}", key)

        assert caught.value.kind is FailureKind.REFUSED
        assert resolver.asked == ["evil.example"]
        assert peer.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://almaty.example/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:7f00:1]/",
        "https://2130706433/", "https://0x7f.0.0.1/", "https://017700000001/", "https://127.1/",
        "https://１２７.0.0.1/", "https://localhost/", "https://peer.example:25/", "https://a@peer.example/",
        "file:///etc/passwd", "http://almaty.localhost:8000/", "",
    ],
)  # fmt: skip
async def test_some_addresses_are_refused_without_asking_any_name_server(key: SigningKey, url: str) -> None:
    resolver = Rebinding("127.0.0.1")
    async with Client(resolver=resolver) as client:
        for request in (client.get_document(url, None), client.post(url, b"{}", key)):
            with pytest.raises(FetchFailed) as caught:
                await request
            assert caught.value.kind is FailureKind.REFUSED
            assert caught.value.permanent
    assert resolver.asked == []


async def test_names_of_development_are_names_like_any_other_without_it(key: SigningKey) -> None:
    resolver = Rebinding("127.0.0.1")
    async with running(always(reply())) as peer, Client(resolver=resolver) as client:
        with pytest.raises(FetchFailed) as caught:
            await client.post(f"https://almaty.test:{peer.port}/inbox", b"{}", key)

        assert caught.value.kind is FailureKind.REFUSED
        assert peer.connections == 0


async def test_names_of_development_never_reach_a_name_server(key: SigningKey) -> None:
    resolver = Rebinding("10.0.0.1")
    async with (
        running(always(reply(b"", status=202))) as peer,
        Client(resolver=resolver, development=True) as client,
    ):
        assert (await client.post(peer.url(host="almaty.test"), b"{}", key)).accepted
    assert resolver.asked == []


async def test_the_resolver_of_the_system_is_asked_and_its_answer_checked(
    key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[object]:
        assert host == "evil.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.1.1", port))]

    monkeypatch.setattr("fedi.outbound.names.socket.getaddrinfo", getaddrinfo)
    async with Client() as client:
        with pytest.raises(FetchFailed, match="not an address on the public Internet"):
            await client.post("https://evil.example/inbox", b"{}", key)


def unknown(*_: object, **__: object) -> list[object]:
    """What `getaddrinfo` says to a name that nobody has."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def test_looking_up_names_ends_with_the_client(key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[SystemResolver]()

    def make() -> SystemResolver:
        made.append(SystemResolver())
        return made[-1]

    monkeypatch.setattr("fedi.outbound.names.socket.getaddrinfo", unknown)
    monkeypatch.setattr("fedi.outbound.transport.SystemResolver", make)
    async with Client() as client:
        with pytest.raises(FetchFailed):
            await client.post("https://nobody.example/inbox", b"{}", key)

    with pytest.raises(RuntimeError, match="after shutdown"):
        await made[0].resolve("nobody.example")


async def test_a_name_that_does_not_exist_is_a_failure_that_may_pass(
    key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fedi.outbound.names.socket.getaddrinfo", unknown)
    async with Client() as client:
        with pytest.raises(FetchFailed) as caught:
            await client.post("https://nobody.example/inbox", b"{}", key)

    assert caught.value.kind is FailureKind.UNREACHABLE
    assert not caught.value.permanent

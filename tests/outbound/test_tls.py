import datetime
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fedi.outbound.client import Client
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.tls import ResumingContext
from tests.outbound.peers import always, redirect, reply, running

CLOSE = "Connection: close\r\n"


@dataclass
class Authority:
    """A private root, and a server's certificate under it for `*.test`."""

    ca_file: str
    server: ssl.SSLContext


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("ca")
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test root")])
    root = certificate(root_name, root_name, root_key, root_key, ca=True)
    leaf = certificate(x509.Name([]), root_name, key, root_key, ca=False)
    (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(pem(key) + leaf.public_bytes(serialization.Encoding.PEM))
    return Authority(str(folder / "root.pem"), server_context(folder / "server.pem"))


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def certificate(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("kostanay.test"), x509.IPAddress(ip_address("127.0.0.1"))]
    usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
    builder = x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(
        now + datetime.timedelta(days=1)
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=name == x509.Name([]))
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    return builder.add_extension(identifier, critical=False).sign(by, hashes.SHA256())


def server_context(chain: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


@pytest.fixture
async def client(authority: Authority) -> AsyncIterator[Client]:
    async with Client(development=True, ca_file=authority.ca_file) as client:
        yield client


async def test_a_private_root_is_trusted_when_it_is_named(client: Client, authority: Authority) -> None:
    async with running(always(reply())) as plain, running(always(reply()), tls=authority.server) as peer:
        assert (await client.get_document(peer.url(host="kostanay.test"), None)).json == {}
        await client.get_document(plain.url(host="kostanay.test"), None)


async def test_a_root_nobody_named_is_not_trusted(authority: Authority) -> None:
    async with Client(development=True) as stranger, running(always(reply()), tls=authority.server) as peer:
        with pytest.raises(FetchFailed, match="certificate") as caught:
            await stranger.get_document(peer.url(host="kostanay.test"), None)

    assert caught.value.kind is FailureKind.UNREACHABLE


async def test_a_certificate_of_another_name_is_not_trusted(client: Client, authority: Authority) -> None:
    async with running(always(reply()), tls=authority.server) as peer:
        with pytest.raises(FetchFailed, match="certificate"):
            await client.get_document(peer.url(host="shymkent.test"), None)

        assert peer.requests == []


async def test_https_is_not_given_up_for_http(client: Client, authority: Authority) -> None:
    async with running(always(reply())) as plain:
        location = plain.url(host="kostanay.test")
        async with running(always(redirect(location)), tls=authority.server) as peer:
            with pytest.raises(FetchFailed, match="from https to http"):
                await client.get_document(peer.url(host="kostanay.test"), None)

        assert plain.requests == []


async def test_the_session_with_a_host_is_resumed(
    client: Client, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    reused: list[bool | None] = []
    remember = ResumingContext.remember

    def spy(self: ResumingContext, host: str | None, session: ssl.SSLSession | None) -> None:
        remember(self, host, session)
        reused.append(authority.server.session_stats()["hits"] > 0)

    monkeypatch.setattr(ResumingContext, "remember", spy)
    async with running(always(reply(headers=CLOSE)), tls=authority.server) as peer:
        for _ in range(3):
            await client.get_document(peer.url(host="kostanay.test"), None)

        assert peer.connections == 3
    assert reused == [False, True, True]


def test_the_sessions_of_the_last_512_hosts_are_kept() -> None:
    context, session = ResumingContext(), cast("ssl.SSLSession", object())

    for number in range(600):
        context.remember(f"school{number}.example", session)
    context.remember(None, session)
    context.remember("school0.example", None)

    assert list(context._sessions) == [f"school{number}.example" for number in range(88, 600)]

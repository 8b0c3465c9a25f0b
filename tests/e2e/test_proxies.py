"""Two schools behind Debian's nginx and Caddy with https, as the docs configure them: only names and ports differ."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from bench import authority
from bench.process import free_port, serving
from fedi import config
from fedi.actions import accounts
from fedi.actions.accounts import NewAccount
from fedi.activitypub import key_pairs
from fedi.activitypub.key_pairs import KeyPair
from fedi.auth import oauth
from fedi.auth.oauth import Registration
from fedi.instances import Instance
from fedi.models.secrets import new_secret
from fedi.store.database import Transaction
from tests.e2e.schools import create, eventually, lesson_plan
from tests.e2e.visiting import Visitor, page_of

pytestmark = pytest.mark.e2e

DOCS = Path(__file__).parents[2] / "docs"
PROXIES = ("nginx", "caddy")
NAMES = ("one.test", "two.test")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
BIG = 20 * 1024 * 1024
TOO_BIG = 51 * 1024 * 1024
TRIES_OF_AN_ADDRESS = 50


@dataclass(frozen=True, slots=True)
class Site:
    """Both schools behind their proxy. `links` open the first administrators' accounts."""

    proxy: str
    folder: Path
    bases: tuple[str, str]
    links: tuple[str, str]
    plain_port: int
    tls: ssl.SSLContext
    stack: ExitStack

    def visitor(self, school: int, **options: str) -> Visitor:
        return self.stack.enter_context(Visitor(self.bases[school], tls=self.tls, **options))


@dataclass(frozen=True, slots=True)
class Places:
    """Where a school is for the world, and where its server listens."""

    name: str
    folder: Path
    https: int
    http: int
    upstream: int

    @property
    def certificate(self) -> Path:
        """The certificate and its key in one file."""
        return self.folder / f"{self.name}.pem"


def _named(documented: str, places: Places) -> str:
    """A configuration of the docs for one school."""
    named = documented.replace("social.school.example", places.name)
    return named.replace("127.0.0.1:8000", f"127.0.0.1:{places.upstream}")


def _nginx(places: list[Places]) -> list[str]:
    """The command of Debian's nginx with the server blocks of the docs, as its own nginx.conf would include them."""
    folder, blocks = places[0].folder, [_nginx_block(each) for each in places]
    temporary = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in TEMPORARY)
    # Run by root, its workers would be somebody who may not enter the folder of the test.
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n    access_log off;\n{temporary}{''.join(blocks)}\n}}\n",
        "utf-8",
    )
    command = [_program("nginx"), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=30, check=False)
    assert checked.returncode == 0, checked.stderr
    return command


def _nginx_block(places: Places) -> str:
    text = _named((DOCS / "conf" / "nginx.conf").read_text("utf-8"), places)
    text = re.sub(r"/etc/ssl/[\w.]+/(fullchain|privkey)\.pem", str(places.certificate), text)
    # What stands outside of the servers may be there once only.
    text = text if places.name == NAMES[0] else text[text.index("server {") :]
    for documented_port, port in ((443, places.https), (80, places.http)):
        text = re.sub(rf"(listen (?:\[::\]:)?){documented_port}\b", rf"\g<1>{port}", text)
    return text


def _caddy(places: list[Places]) -> list[str]:
    """The command of Debian's Caddy with the sites of the docs. Its certificates are the tests' own: nobody else gives
    any to such names.
    """
    folder, sites = places[0].folder, [_caddy_site(each) for each in places]
    options = f"admin off\nhttp_port {places[0].http}\nhttps_port {places[0].https}\ndefault_bind 127.0.0.1\n"
    options += f"storage file_system {folder}/caddy\nservers {{\n    protocols h1 h2\n}}\n"
    (folder / "Caddyfile").write_text(f"{{\n{options}}}\n{''.join(sites)}", "utf-8")
    return [_program("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def _caddy_site(places: Places) -> str:
    block = re.search(r"\n## Caddy\n\n```\n(.*?)```", (DOCS / "reverse-proxy.md").read_text("utf-8"), re.DOTALL)
    assert block is not None
    first, rest = _named(block[1], places).split("\n", 1)
    return f"{first}\n    tls {places.certificate} {places.certificate}\n{rest}"


def _program(name: str) -> str:
    found = shutil.which(name, path=os.environ["PATH"] + os.pathsep + "/usr/sbin")
    return found or pytest.fail(f"{name} is missing; make setup-test installs it")


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """A proxy, from when it listens on."""
    with (folder / "proxy.log").open("w") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stderr=log, env={**os.environ, "HOME": str(folder)}
        )
    try:
        eventually(lambda: process.poll() is not None or _listens(port), "the proxy answers")
        assert process.poll() is None, (folder / "proxy.log").read_text("utf-8")
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# One worker for each: its tests share two schools and a proxy.
@pytest.fixture(scope="module", params=[pytest.param(each, marks=pytest.mark.xdist_group(each)) for each in PROXIES])
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    tmp_path = tmp_path_factory.mktemp(request.param)
    authority.write(tmp_path, list(NAMES))
    https, http = free_port(), free_port()
    places = [Places(name, tmp_path, https, http, free_port()) for name in NAMES]
    settings = f'ca_file = "{tmp_path / "ca.pem"}"\n'
    options, links = ("--development-https", "--peering", "open"), []
    with ExitStack() as stack:
        for each in places:
            links.append(create(tmp_path / each.name, f"{each.name}:{https}", *options, settings=settings))
            stack.enter_context(serving(tmp_path / each.name, each.upstream))
        command = {"nginx": _nginx, "caddy": _caddy}[request.param](places)
        stack.enter_context(running(command, tmp_path, https))
        bases = tuple(f"https://{name}:{https}" for name in NAMES)
        tls = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        yield Site(request.param, tmp_path, (bases[0], bases[1]), (links[0], links[1]), http, tls, stack)


def test_two_schools_behind_a_documented_proxy_share_a_lesson_with_a_file(site: Site) -> None:
    lesson = lesson_plan()
    nurlan, aigul = site.visitor(0), site.visitor(1)
    joined = nurlan.join(site.links[0], "nurlan", "Nurlan Ospanov")
    aigul.join(site.links[1], "aigul", "Aigul Bekova")

    cookie = joined.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    one = site.bases[0].removeprefix("https://")
    found = webfinger(site, one)
    assert found["subject"] == f"acct:nurlan@{one}"
    assert any(str(link.get("href", "")).startswith(f"{site.bases[0]}/users/") for link in found["links"])

    aigul.follow(f"@nurlan@{one}")
    big = b"PK\x03\x04" + os.urandom(BIG)
    nurlan.share(
        {"kind": "lesson-plan", "title": lesson.title, "summary": lesson.summary, "subject": "mathematics",
         "language": "kk", "classes": ["5"], "duration": lesson.minutes, "text": lesson.text},
        [("files", (lesson.pdf.name, lesson.pdf.read_bytes(), "application/pdf")),
         ("files", ("all.zip", big, "application/zip"))],
    )  # fmt: skip
    page = aigul.get(page_of(aigul.reads("/home", lesson.title), lesson.title)).text
    assert aigul.file(page, lesson.pdf.name).content == lesson.pdf.read_bytes()
    assert aigul.file(page, "all.zip").content == big


def webfinger(site: Site, host: str) -> dict[str, Any]:
    answered = site.visitor(0).get(f"/.well-known/webfinger?resource=acct:nurlan@{host}", Accept="application/jrd+json")
    assert answered.headers["content-encoding"] == "gzip"
    found: dict[str, Any] = answered.json()
    return found


def test_plain_http_is_led_to_https_and_a_body_beyond_the_limit_is_refused_by_the_proxy(site: Site) -> None:
    with Visitor(f"http://one.test:{site.plain_port}") as somebody:
        led = somebody.get("/library")
    assert led.status_code in (301, 308)
    assert re.sub(r":\d+", "", led.headers["location"]) == "https://one.test/library"

    if site.proxy == "nginx":  # Caddy has no limit; fedi has one of its own
        refused = site.visitor(0).send("/login", {}, [("files", ("huge.zip", bytes(TOO_BIG), "application/zip"))])
        assert refused.status_code == 413


def test_the_address_of_a_visitor_is_the_one_the_proxy_saw_whatever_she_claims(site: Site) -> None:
    attacker, colleague = site.visitor(0, local_address="127.0.0.2"), site.visitor(0, local_address="127.0.0.3")
    wrong = {"password": "not the password at all"}

    for number in range(TRIES_OF_AN_ADDRESS):
        claimed = {"X-Forwarded-For": f"198.51.100.{number}"}
        tried = attacker.send("/login", {"name": f"nobody{number}", **wrong}, headers=claimed)
        assert tried.status_code == 401, (number, tried.text)

    slowed = attacker.send("/login", {"name": "somebody", **wrong}, headers={"X-Forwarded-For": "198.51.100.99"})
    assert slowed.status_code == 429
    assert colleague.send("/login", {"name": "somebody", **wrong}).status_code == 401


def test_streams_come_through_the_proxy_while_they_happen(site: Site) -> None:
    [settings] = (site.folder / NAMES[0]).glob("*/instance.toml")
    token = asyncio.run(_token(settings.parent))
    netloc = site.bases[0].removeprefix("https://")
    bearer = {"Authorization": f"Bearer {token}", "Host": netloc}
    at, name = f"https://127.0.0.1:{netloc.rpartition(':')[2]}", {"sni_hostname": NAMES[0]}
    line = socket.create_connection(("127.0.0.1", int(netloc.rpartition(":")[2])))
    address = f"wss://{netloc}/api/v1/streaming?stream=public:local"
    with (
        connect(address, sock=line, ssl=site.tls, server_hostname=NAMES[0], subprotocols=[token]) as heard,
        httpx2.Client(verify=site.tls, timeout=10) as client,
        client.stream("GET", f"{at}/api/v1/streaming/user", headers=bearer, extensions=name) as events,
    ):
        lines = events.iter_lines()
        assert next(lines) == ":)"
        heard.send('{"type":"subscribe","stream":"nothing"}')
        assert json.loads(heard.recv(timeout=10))["error"] == "Unknown stream type"
        with httpx2.Client(verify=site.tls) as author:
            said = author.post(f"{at}/api/v1/statuses", json={"status": "Salem"}, headers=bearer, extensions=name)

        assert json.loads(json.loads(heard.recv(timeout=10))["payload"])["id"] == said.json()["id"]
        assert next(lines) == "event: update"
        assert json.loads(next(lines).removeprefix("data: "))["url"].startswith(site.bases[0])


async def _token(place: Path) -> Subprotocol:
    """A token of a teacher, written beside the running server as a command would."""
    instance = await Instance.open(config.load(place))
    try:
        return await instance.db.write(_issued, key_pairs.generate())
    finally:
        await instance.close()


async def _issued(tx: Transaction, keys: KeyPair) -> Subprotocol:
    made = await accounts.create(tx, NewAccount("saule", "Saule", keys))
    registration, secret = Registration("App", ("https://app.test/",), ("read", "write")), new_secret()
    app = await oauth.register(tx, registration, new_secret().text, new_secret())
    await oauth.issue(tx, app, made.account, ("read", "write"), secret)
    return Subprotocol(secret.text)

"""A school in a process of its own, with two teachers who know their passwords: what real clients meet."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from mastodon import Mastodon

from bench import school as schools
from bench.process import free_port, serving
from fedi.actions import accounts
from fedi.actions.accounts import NewAccount
from fedi.auth import passwords
from fedi.instances import Instance
from fedi.models.accounts import Role
from tests.network import key_pool
from tests.peers.running import node

HOST = "almaty.localhost"
PASSWORD = "correct horse battery"
PATIENCE_S = 60
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
TEACHERS_SCOPES = ("read", "write", "follow", "push", "profile")
SCRIPTS = Path(__file__).parents[2] / "node"
NAMES = ("aigul", "bolat", "saule")
"""saule is an administrator."""


@dataclass(frozen=True, slots=True)
class Live:
    """Where the school is, and how a teacher lets a program in."""

    base: str
    agree: Callable[[str, str], str]


@pytest.fixture(autouse=True)
def localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names under .localhost are this machine (RFC 6761), which not every resolver knows."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        here = isinstance(host, str) and host.endswith(".localhost")
        return resolve("127.0.0.1" if here else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    port = free_port()
    schools.prepare(schools.create(folder, port, HOST), _fill)
    base = f"http://{HOST}:{port}"
    with serving(folder, port):
        yield Live(base, lambda url, name: _agree(base, url, name))


async def _fill(instance: Instance) -> None:
    hashed = await passwords.hash_password(PASSWORD)
    for name, keys in zip(NAMES, key_pool(), strict=False):
        role = Role.ADMIN if name == "saule" else Role.TEACHER
        await instance.db.write(accounts.create, NewAccount(name, name.title(), keys, hashed, role=role))


def _agree(base: str, url: str, name: str) -> str:
    """A teacher opens the page a program has sent her to, signs in, and lets it in; the code the program gets."""
    with httpx2.Client(headers={"Accept": "text/html"}) as browser:
        page = browser.get(url)
        while page.status_code == 303 and page.headers["location"].startswith("/"):
            page = browser.get(base + page.headers["location"])
        if 'name="password"' in page.text:
            form = _hidden(page.text) | {"name": name, "password": PASSWORD}
            signed_in = browser.post(f"{base}/login", data=form, headers={"Origin": base})
            page = browser.get(base + signed_in.headers["location"])
        form = _hidden(page.text) | {"decision": "allow"}
        allowed = browser.post(f"{base}/oauth/authorize", data=form, headers={"Origin": base})
        return parse_qs(urlsplit(allowed.headers["location"]).query)["code"][0]


def _hidden(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A picture on disk."""
    from tests.media.samples import picture

    path = tmp_path / "board.png"
    path.write_bytes(picture("PNG"))
    return path


def signed_in(live: Live, name: str, scopes: Sequence[str] = TEACHERS_SCOPES) -> Any:
    """Mastodon.py, let in by somebody."""
    wanted = list(scopes)
    client_id, secret = Mastodon.create_app("Script", scopes=wanted, api_base_url=live.base)
    client: Any = Mastodon(client_id, secret, api_base_url=live.base, version_check_mode="created")
    url = client.auth_request_url(redirect_uris=OUT_OF_BAND, scopes=wanted, allow_http=True)
    client.log_in(code=live.agree(url, name), redirect_uri=OUT_OF_BAND, scopes=wanted, allow_http=True)
    return client


@contextmanager
def program(name: str, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A program on packages of npm, which can be told something and has its say; ended at the end."""
    command, pipe = [node(), SCRIPTS / name, *words], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def said(running: subprocess.Popen[str], answer: str = "") -> Any:
    """What a program has to say at its end, after it was told `answer`."""
    told, complaints = running.communicate(answer, timeout=PATIENCE_S)
    assert running.returncode == 0, complaints
    return json.loads(told)

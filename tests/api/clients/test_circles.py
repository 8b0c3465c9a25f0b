"""Mastodon.py in circles of a live school, while other servers on the wire listen.

Two servers that know nothing but how to take what comes: a partner's, and that of somebody who follows both teachers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import mastodon
import pytest

from bench import peers
from bench import school as schools
from bench.process import free_port, serving
from fedi.instances import Instance
from fedi.store import actors
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.clients.conftest import HOST, NAMES, Live, _agree, _fill, signed_in

PATIENCE_S = 30
STATUSES = "/api/v1/statuses"


@dataclass
class Watcher:
    """What has come over the wire to each host, as it was sent."""

    port: int
    heard: list[tuple[str, str]] = field(default_factory=list)

    def host(self, name: str) -> str:
        return f"{name}.localhost:{self.port}"

    def at(self, name: str) -> list[str]:
        return [body for host, body in self.heard if host == self.host(name)]

    def wait_for(self, word: str, *names: str) -> None:
        """Until each of these has heard the word."""
        until = time.monotonic() + PATIENCE_S
        while not all(any(word in body for body in self.at(name)) for name in names):
            assert time.monotonic() < until, f"{word} has not come to all of {names}"
            time.sleep(0.02)


@pytest.fixture(scope="module")
def watcher() -> Iterator[Watcher]:
    found = Watcher(free_port())

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((self.headers["Host"], body.decode()))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", found.port), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, watcher: Watcher) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("watched")
    port = free_port()

    async def fill(instance: Instance) -> None:
        await _fill(instance)
        strangers = [peers.invent(1, 1, authority=watcher.host(name))[0] for name in ("partner", "outsider")]
        followers = await schools.know(instance, strangers)
        await schools.follow_all(instance, followers, await instance.db.read(_teachers))
        await instance.db.write(make.agreement, watcher.host("partner"))

    schools.prepare(schools.create(folder, port, HOST), fill)
    base = f"http://{HOST}:{port}"
    with serving(folder, port):
        yield Live(base, lambda url, name: _agree(base, url, name))


async def _teachers(tx: Transaction) -> list[Any]:
    return [await actors.local_by_name(tx, name) for name in NAMES]


@pytest.fixture
def aigul(watched: Live) -> Any:
    return signed_in(watched, "aigul")


@pytest.fixture
def bolat(watched: Live) -> Any:
    return signed_in(watched, "bolat")


def in_circle(client: Any, text: str, circle: str) -> Any:
    """Mastodon.py knows no circles: the parameter goes beside its own."""
    return client._Mastodon__api_request("POST", STATUSES, {"status": text, "circle": circle})


def everything_a_client_can_do(watcher: Watcher, aigul: Any, bolat: Any, post: Any, word: str) -> list[Any]:
    """Answer, quote, boost, ask, change, draft anew and mark; every text holds the word, and names who is outside."""
    stranger = f"@teacher0@{watcher.host('outsider')}"
    answer = bolat.status_reply(post, f"{word} answer {stranger}", visibility="public")
    quote = bolat.status_post(f"{word} quote", quoted_status_id=post.id, visibility="public")
    poll = bolat.make_poll([f"{word} yes", f"{word} no"], expires_in=3600)
    asked = bolat.status_post(f"{word} which?", in_reply_to_id=post.id, poll=poll, visibility="unlisted")
    aigul.poll_vote(asked.poll, [0])
    for client in (aigul, bolat):
        client.status_favourite(post)
        client.status_bookmark(post)
        with pytest.raises(mastodon.MastodonAPIError, match="not allowed"):
            client.status_reblog(post, visibility="public")
    with pytest.raises(mastodon.MastodonAPIError):
        aigul.status_pin(post)
    changed = bolat.status_update(answer, f"{word} changed {stranger}")
    again = bolat.status_delete(quote)
    anew = bolat.status_post(again.text, in_reply_to_id=post.id, visibility="public")
    under = aigul.status_reply(anew, f"{word} below", visibility="public")
    talk_about_it(watcher, aigul, bolat, post, word)
    return [post, changed, asked, anew, under]


def talk_about_it(watcher: Watcher, aigul: Any, bolat: Any, post: Any, word: str) -> None:
    """Messages below messages, changed, drafted anew, asked and scheduled: none gets to somebody outside."""
    stranger = f"@teacher0@{watcher.host('outsider')}"
    local = {"in_reply_to_id": post.id} if post.circle == "partners" else {"local_only": True}
    first = bolat._Mastodon__api_request(
        "POST", STATUSES, {"status": f"@aigul {word} talk", "visibility": "direct", **local}
    )
    second = aigul.status_post(f"@bolat {word} deeper", in_reply_to_id=first.id, visibility="direct")
    for client, about in ((aigul, first), (bolat, second)):
        for more in ({}, {"poll": client.make_poll(["a", "b"], 3600)}, {"scheduled_at": _later()}):
            with pytest.raises(mastodon.MastodonAPIError, match="Validation failed"):
                client.status_post(f"{word} {stranger}", in_reply_to_id=about.id, visibility="direct", **more)
    with pytest.raises(mastodon.MastodonAPIError, match="Validation failed"):
        aigul.status_update(second, f"{word} deepest {stranger}")
    bolat.status_delete(first)
    with pytest.raises(mastodon.MastodonAPIError, match="Validation failed"):
        bolat.status_post(f"{word} {stranger}", in_reply_to_id=second.id, visibility="direct")
    aigul.conversations()
    mine = in_circle(aigul, f"{word} mine", post.circle)
    again = aigul.status_delete(mine)
    aigul.status_post(f"{again.text} anew", visibility=again.visibility)


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


@pytest.mark.parametrize(("circle", "local_only"), [("school", True), ("partners", False)])
def test_whatever_a_script_does_with_a_post_of_a_circle_stays_in_it(
    watcher: Watcher, aigul: Any, bolat: Any, circle: str, local_only: bool
) -> None:
    word = f"secret-{circle}"
    made = everything_a_client_can_do(watcher, aigul, bolat, in_circle(aigul, f"{word} post", circle), word)
    # What is told to everybody comes to both, and after all that was done before.
    for client in (aigul, bolat):
        name = client.me().acct
        client.status_post(f"open {circle} {name}", visibility="public")
        watcher.wait_for(f"open {circle} {name}", "partner", "outsider")

    assert [(each.visibility, each.circle, each.local_only) for each in made] == [("private", circle, local_only)] * 5
    uris = [each.uri for each in made]
    of_outsider, of_partner = "\n".join(watcher.at("outsider")), "\n".join(watcher.at("partner"))
    assert word not in of_outsider
    assert not any(uri in of_outsider for uri in uris)
    # The watcher has ears: the partner hears what is for partners.
    assert (word in of_partner) is (circle == "partners")
    assert any(uri in of_partner for uri in uris) is (circle == "partners")


def test_what_a_script_keeps_for_the_school_with_local_only_does_not_leave(
    watcher: Watcher, aigul: Any, bolat: Any
) -> None:
    post = aigul._Mastodon__api_request(
        "POST", STATUSES, {"status": "secret-local", "visibility": "public", "local_only": True}
    )
    everything_a_client_can_do(watcher, aigul, bolat, post, "secret-local")
    for client in (aigul, bolat):
        client.status_post(f"open after {client.me().acct}", visibility="public")
        watcher.wait_for(f"open after {client.me().acct}", "partner", "outsider")

    assert (post.circle, post.local_only, post.visibility) == ("school", True, "private")
    assert not any("secret-local" in body or post.uri in body for _, body in watcher.heard)

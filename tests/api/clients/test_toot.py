"""toot, a client for terminals, against a live school."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.api.clients.conftest import Live

Toot = Callable[..., str]


@pytest.fixture
def toot(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toot:
    """Runs a command of toot for a teacher who has signed in with it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    from toot import api, auth
    from toot.cli import cli

    app = auth.get_or_create_app(live.base)
    auth.login_auth_code(app, live.agree(api.get_browser_login_url(app), "aigul"))

    def run(*words: str) -> str:
        done = CliRunner().invoke(cli, list(words), obj=None)
        assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
        return done.output

    return run


def published(toot: Toot, *words: str) -> dict[str, Any]:
    entity: dict[str, Any] = json.loads(toot("post", *words, "--json"))
    return entity


def test_a_teacher_reads_and_writes_from_a_terminal(toot: Toot, board: Path) -> None:
    post = published(toot, "Salem from a terminal", "--media", str(board), "--description", "Board", "-v", "public")
    answer = published(toot, "And an answer", "--reply-to", post["id"], "-v", "unlisted")

    assert post["media_attachments"][0]["description"] == "Board"
    assert "@aigul" in toot("whoami")
    assert "Salem from a terminal" in toot("timelines", "home", "--clear", "--limit", "5")
    assert "Salem from a terminal" in toot("timelines", "public", "--local")
    assert "And an answer" in toot("thread", post["id"])
    assert "Salem" in toot("status", answer["in_reply_to_id"])
    toot("favourite", post["id"])
    toot("bookmark", post["id"])
    assert "Salem from a terminal" in toot("bookmarks")
    toot("pin", post["id"])
    toot("reblog", post["id"])
    assert "aigul" in toot("reblogged-by", post["id"])
    toot("unreblog", post["id"])
    toot("delete", answer["id"])


def test_a_poll_from_a_terminal(toot: Toot) -> None:
    words = ("Which?", "--poll-option", "One", "--poll-option", "Two", "--poll-expires-in", "1h")
    post = published(toot, *words, "-v", "public")

    assert [option["title"] for option in post["poll"]["options"]] == ["One", "Two"]


def test_the_school_is_described_in_a_terminal(toot: Toot, live: Live) -> None:
    assert "Bench" in toot("instance", live.base)

"""toot, a client for terminals, against a live school."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from tests.api.clients.conftest import Live

Toot = Callable[..., str]


@pytest.fixture
def toot(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toot:
    """Runs a command of toot for a teacher who has signed in with it, aigul unless another is named."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    from toot import api, auth
    from toot.cli import cli

    app = auth.get_or_create_app(live.base)
    for name in ("bolat", "aigul"):
        auth.login_auth_code(app, live.agree(api.get_browser_login_url(app), name))

    def run(*words: str, name: str = "aigul") -> str:
        done = CliRunner().invoke(cli, ["--as", f"{name}@{urlsplit(live.base).netloc}", *words], obj=None)
        assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
        return done.output

    return run


def published(toot: Toot, *words: str, name: str = "aigul") -> dict[str, Any]:
    entity: dict[str, Any] = json.loads(toot("post", *words, "--json", name=name))
    return entity


def ids(told: str) -> list[str]:
    return [each["id"] for each in json.loads(told)]


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

    voted = json.loads(toot("polls", "vote", post["poll"]["id"], "1", "--json", name="bolat"))

    assert [option["title"] for option in post["poll"]["options"]] == ["One", "Two"]
    assert voted["own_votes"] == [1]
    assert "Two" in toot("polls", "show", post["poll"]["id"])


def test_what_the_screen_of_a_terminal_edits_is_edited(toot: Toot) -> None:
    """toot edits in its screens only, with these calls."""
    from toot import api, config

    user, app = config.get_active_user_app()
    post = published(toot, "Salem", "-v", "public")

    source = api.fetch_status_source(app, user, post["id"]).json()["text"]
    edited = api.edit_status(app, user, post["id"], f"{source}, everybody", visibility="public").json()

    assert edited["edited_at"] is not None
    assert "Salem, everybody" in toot("status", post["id"])


def test_timelines_in_a_terminal(toot: Toot) -> None:
    posts = [published(toot, f"Post {number} #terminal", "-v", "public")["id"] for number in range(3)]
    other = published(toot, "From bolat #terminal", "-v", "public", name="bolat")["id"]
    toot("favourite", other)
    pages = ("--no-pager", "--json", "--limit", "2")

    newest = ids(toot("timelines", "tag", "terminal", *pages))
    older = ids(toot("timelines", "tag", "terminal", *pages, "--max-id", newest[-1]))

    assert newest + older == [other, *reversed(posts)]
    assert ids(toot("timelines", "account", "bolat", *pages))[0] == other
    assert ids(toot("timelines", "favourites", *pages))[0] == other
    assert ids(toot("timelines", "public", "--local", *pages)) == newest
    toot("tags", "follow", "terminal")
    later = published(toot, "More #terminal", "-v", "public", name="bolat")["id"]
    assert ids(toot("timelines", "home", *pages))[0] == later
    assert "terminal" in toot("tags", "followed")
    toot("tags", "unfollow", "terminal")


def test_lists_in_a_terminal(toot: Toot) -> None:
    toot("follow", "bolat")
    toot("lists", "create", "Colleagues", "--replies-policy", "list")
    toot("lists", "add", "Colleagues", "bolat")
    post = published(toot, "For the list", "-v", "public", name="bolat")["id"]

    assert "Colleagues" in toot("lists", "list")
    assert "bolat" in toot("lists", "accounts", "Colleagues")
    assert ids(toot("timelines", "list", "Colleagues", "--no-pager", "--json"))[0] == post
    toot("lists", "remove", "Colleagues", "bolat")
    assert "bolat" not in toot("lists", "accounts", "Colleagues")
    toot("lists", "delete", "Colleagues")
    assert "Colleagues" not in toot("lists", "list")
    toot("unfollow", "bolat")


def test_news_in_a_terminal(toot: Toot) -> None:
    post = published(toot, "Salem", "-v", "public")
    toot("favourite", post["id"], name="bolat")
    published(toot, "@aigul I agree", "--reply-to", post["id"], "-v", "public", name="bolat")
    toot("follow", "aigul", name="bolat")

    told = json.loads(toot("notifications", "--json"))
    only = json.loads(toot("notifications", "--json", "--type", "mention"))

    assert [each["type"] for each in told] == ["follow", "mention", "favourite"]
    assert [each["type"] for each in only] == ["mention"]
    assert "bolat" in toot("notifications", "--exclude-type", "favourite")
    toot("notifications", "--clear")
    assert json.loads(toot("notifications", "--json")) == []


def test_people_in_a_terminal(toot: Toot) -> None:
    toot("mute", "bolat")
    assert "bolat" in toot("muted")
    toot("unmute", "bolat")
    toot("block", "bolat")
    assert "bolat" in toot("blocked")
    toot("unblock", "bolat")
    changed = json.loads(toot("update-account", "--display-name", "Aigul S.", "--privacy", "public", "--json"))
    assert (changed["display_name"], changed["source"]["privacy"]) == ("Aigul S.", "public")
    assert "Aigul S." in toot("whois", "aigul")
    assert "aigul" in toot("search", "aigul")
    toot("post", "For later", "--scheduled-in", "1h")
    from toot import api, config

    user, app = config.get_active_user_app()
    assert [each["params"]["text"] for each in api.scheduled_statuses(app, user)] == ["For later"]


def test_the_school_is_described_in_a_terminal(toot: Toot, live: Live) -> None:
    assert "Bench" in toot("instance", live.base)

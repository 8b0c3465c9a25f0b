"""masto.js, with which Elk and Phanpy are made, against a live school."""

from pathlib import Path
from urllib.parse import urlencode

import httpx2

from tests.api.clients.conftest import OUT_OF_BAND, Live, program, said, signed_in

SCOPE = "read write follow push"


def test_a_web_client_does_all_its_errands(live: Live, board: Path) -> None:
    with httpx2.Client() as browser:
        sent = {"client_name": "Elk", "redirect_uris": OUT_OF_BAND, "scopes": SCOPE}
        app = browser.post(f"{live.base}/api/v1/apps", json=sent).json()
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": OUT_OF_BAND, "scope": SCOPE}
    code = live.agree(f"{live.base}/oauth/authorize?{urlencode(asked)}", "bolat")

    colleague = signed_in(live, "aigul").access_token

    with program("masto.mjs", live.base, app["client_id"], app["client_secret"], code, board, colleague) as running:
        found = said(running)

    assert found == {
        "me": "bolat",
        "instance": 10,
        "media": True,
        "description": "Board",
        "context": 1,
        "favourited": True,
        "bookmarked": True,
        "boost": True,
        "edited": True,
        "versions": 2,
        "source": "Changed",
        "poll": ["One", "Two"],
        "profile": ["From masto.js", "School"],
        "voted": [1],
        "list": "Colleagues",
        "members": ["aigul"],
        "lists": [["Colleagues", True]],
        "timelines": [True, True, True, True],
        "noLists": 0,
        "news": ["mention", "favourite"],
        "groups": [["mention", 1], ["reblog", 1], ["favourite", 1]],
        "unread": 3,
        "read": 0,
        "noNews": 0,
        "pages": [2, 2],
        "several": [True, False],
        "deleted": "Answer",
        "filtered": ["Changes", "blur", ["changed"]],
        "filters": [["Others", 1]],
        "missing": [404, "Record not found"],
    }

"""megalodon, with which Whalebird and Fedistar are made, against a live school."""

import json
from pathlib import Path

from tests.api.clients.conftest import Live, program, said, signed_in


def test_a_desktop_client_does_all_its_errands(live: Live, board: Path) -> None:
    colleague = signed_in(live, "bolat").access_token
    with program("megalodon.mjs", live.base, colleague, board) as running:
        assert running.stdout is not None
        where = json.loads(running.stdout.readline() or '""') or said(running)
        found = said(running, live.agree(where, "aigul") + "\n")

    everything = ["update", "status_update", "delete"]
    assert found == {
        "make": "mastodon",
        "me": ["aigul", True],
        "media": ["image", "Board"],
        "post": ["The blackboard", "Greeting", True, "public", "kk"],
        "context": [True],
        "edited": [True, 1],
        "source": "Changed #megalodon",
        "marked": [True, True, True, True],
        "whose": ["bolat", "bolat", True],
        "quote": True,
        "poll": [[0, 1], 2],
        "later": True,
        "scheduled": 0,
        "followed": True,
        "relationship": True,
        "list": "Colleagues",
        "members": ["bolat"],
        "home": [2, True],
        "timelines": [["bolat"], 1, True, 1, [True]],
        "search": ["bolat"],
        "emptied": 200,
        "filters": [["exams", ["home", "public"]]],
        "unfiltered": 0,
        "news": ["favourite", "mention", "reblog"],
        "mention": True,
        "marker": True,
        "left": -1,
        "conversation": [True, False, "bolat"],
        "heard": {
            "user": ["update", "mention", "status_update", "delete"],
            "local": everything,
            "everything": everything,
            "tag": everything,
            "list": everything,
            "direct": ["conversation"],
        },
        "errors": [],
        "deleted": True,
        "missing": [404, "Record not found"],
        "out": 401,
    }

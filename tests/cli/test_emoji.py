"""`fedi emoji`: the school's own emojis from the command line."""

import json
from pathlib import Path

from tests.cli.test_commands import Run, folder, run, school
from tests.media.samples import picture

__all__ = ["folder", "run", "school"]


def test_an_emoji_is_added_listed_and_removed(run: Run, school: str, tmp_path: Path) -> None:
    source = tmp_path / "bravo.png"
    source.write_bytes(picture("PNG", (64, 64)))

    added = run("emoji", "add", ":bravo:", str(source), "--category", "Praise")
    listed = json.loads(run("emoji", "list", "--json").output)
    shown = run("emoji", "list").output
    removed = run("emoji", "remove", "bravo")

    assert added.exit_code == 0, added.output
    assert listed == [{"shortcode": "bravo", "category": "Praise", "shown": True}]
    assert shown.split() == [":bravo:", "Praise"]
    assert removed.exit_code == 0
    assert json.loads(run("emoji", "list", "--json").output) == []


def test_what_is_wrong_is_said_in_one_line(run: Run, school: str, tmp_path: Path) -> None:
    source = tmp_path / "bravo.txt"
    source.write_text("no picture")

    refused = [run("emoji", "add", "bravo", str(source)), run("emoji", "remove", "bravo")]

    assert [each.exit_code for each in refused] == [1, 1]
    assert all(each.output.count("\n") == 1 for each in refused)

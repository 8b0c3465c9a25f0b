"""The demo network: laid out, filled through signed requests, kept, and ended."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.process import free_port
from fedi import config
from fedi.cli.demo import content, traffic
from fedi.cli.demo.network import Network, lay_out
from fedi.errors import Conflict, Invalid

TRAFFIC = re.compile(r"^(\w+) -> (\w+) +(\w+(?: \w+)?) +(\d+) +(\d+) ms$", re.MULTILINE)


def test_what_crosses_is_one_readable_line() -> None:
    event = {
        "event": "sent",
        "from_host": "almaty.localhost:8000",
        "to_host": "kostanay.localhost:8000",
        "type": "Create",
        "object_type": "Article",
        "status": 202,
        "ms": 14.2,
    }

    told = traffic.line(event)

    assert told is not None
    assert re.sub(" +", " ", told) == "almaty -> kostanay Create Article 202 14 ms"
    assert traffic.line({"event": "request", "path": "/"}) is None


@pytest.mark.parametrize(("text", "shown"), [('{"level":"info"}', False), ('{"level":"error"}', True), ("boom", True)])
def test_of_a_servers_log_only_what_matters_is_shown(text: str, shown: bool) -> None:
    assert bool(traffic.line_of_json(text)) is shown


def test_a_moment_is_a_day_before_today_and_a_time_of_the_schools_clock() -> None:
    now = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # the 24th in Almaty

    at = datetime.fromtimestamp(content.moment("-3d 09:30", ZoneInfo("Asia/Almaty"), now) / 1000, UTC)

    assert at == datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
    with pytest.raises(Invalid):
        content.moment("yesterday", ZoneInfo("Asia/Almaty"), now)


def test_handles_get_the_port_the_school_is_served_on(tmp_path: Path) -> None:
    network = lay_out(tmp_path, content.schools(), 8100, separate=True, fresh=False)

    named = network.with_ports("@aigul@kostanay.localhost, mail@somewhere.localhost and @a@kostanay.localhost:1")

    assert named == "@aigul@kostanay.localhost:8101, mail@somewhere.localhost and @a@kostanay.localhost:1"


def test_each_school_of_the_demo_has_its_name_and_rules(tmp_path: Path) -> None:
    network = lay_out(tmp_path, content.schools(), 8100, separate=False, fresh=False)

    made = config.load(network.folders["almaty.localhost"] / "almaty.localhost:8100")

    assert set(made.school.name) == set(made.school.description) == {"kk", "ru", "en"}
    assert [set(rule.words) for rule in made.school.rules] == [{"kk", "ru", "en"}] * 3
    assert made.school.rules[0].said("en").text.startswith("We respect our colleagues")


def test_a_fresh_demo_starts_over_and_any_other_goes_on(tmp_path: Path) -> None:
    def laid_out(*, fresh: bool) -> Network:
        return lay_out(tmp_path, content.schools(), 8100, separate=False, fresh=fresh)

    first = laid_out(fresh=False)
    first.mark_filled()
    written = first.folders["almaty.localhost"] / "almaty.localhost:8100" / "school.sqlite3"
    written.write_text("a year of lessons")

    laid_out(fresh=False)
    assert written.exists()
    laid_out(fresh=True)
    assert not written.exists()


def test_a_folder_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "together-8100" / "thesis.txt"
    mine.parent.mkdir()
    mine.write_text("years of work")

    with pytest.raises(Conflict):
        lay_out(tmp_path, content.schools(), 8100, separate=False, fresh=True)
    assert mine.exists()


_PATIENCE_S = 6  # two seconds on a machine that has nothing else to do


def run_demo(data: Path, *args: str) -> str:
    """Start the demo, wait until it greets, end it with Ctrl-C; everything it printed."""
    command = [sys.executable, "-m", "fedi.cli", "demo", "--data", str(data), *args]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    printed = _until(process, lambda line: "Ctrl-C ends the demo" in line)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    rest, _ = process.communicate(timeout=20)
    assert time.monotonic() - asked < _PATIENCE_S
    assert process.returncode == 0, printed + rest
    return printed + rest


def _until(process: subprocess.Popen[str], last: Callable[[str], bool]) -> str:
    printed = ""
    for line in process.stdout or ():
        printed += line
        if last(line):
            break
    return printed


@pytest.mark.timeout(180)
@pytest.mark.parametrize("way", [(), ("--separate",)], ids=["together", "separate"])
def test_the_demo_fills_itself_once_and_keeps_what_it_has(tmp_path: Path, way: tuple[str, ...]) -> None:
    port = str(free_port(3))
    first = run_demo(tmp_path, "--port", port, *way)
    second = run_demo(tmp_path, "--port", port, *way)

    crossed = TRAFFIC.findall(first)
    assert {kind for _, _, kind, _, _ in crossed} >= {
        *("Follow", "Accept Follow", "Create Article", "Create Note", "Create Question", "Announce", "Like"),
        "Offer Relationship",
    }
    assert {status for _, _, _, status, _ in crossed} == {"202"}
    assert "Traceback" not in first + second
    assert "Opening accounts" not in second
    assert "demo-2026" in second

"""What a running command writes to its log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from fedi.cli import running


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("terminal", [False, True])
def test_an_exception_is_logged_without_the_values_of_local_variables(
    terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    running.configure_log()
    try:
        _fail("hunter" + "2")
    except ValueError:
        structlog.get_logger("test").exception("failed")

    logged = capsys.readouterr().err
    assert "no such thing" in logged
    assert "hunter2" not in logged


def _fail(password: str) -> None:
    if password:
        raise ValueError("no such thing")

"""Folders with schools in them."""

from collections.abc import Callable
from pathlib import Path

import pytest

MakeSchool = Callable[..., Path]


@pytest.fixture
def schools(tmp_path: Path) -> Path:
    folder = tmp_path / "instances"
    folder.mkdir()
    return folder


@pytest.fixture
def make_school(schools: Path) -> MakeSchool:
    def make(host: str, **settings: str) -> Path:
        place = schools / host
        place.mkdir()
        lines = {"host": host, "name": "School No. 1", **settings}
        text = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
        (place / "instance.toml").write_text(text + "development = true\n", "utf-8")
        return place

    return make

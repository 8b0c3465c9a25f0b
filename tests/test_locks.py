"""The locks hold what `pyproject.toml` asks for, and install with nothing but Python."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).with_name("uv")
RUN_TIME = ROOT / "requirements.lock"
TEST = ROOT / "requirements-test.lock"
PEERS = ROOT / "requirements-peers.lock"
PIN = re.compile(r"^([\w.-]+)==([^ ;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PIN.findall(lock.read_text())}


def project() -> dict[str, list[Requirement]]:
    """The requirements of the project by extra; its own are under an empty name."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = {"": table["dependencies"], **table["optional-dependencies"]}
    return {extra: [Requirement(line) for line in lines] for extra, lines in groups.items()}


def test_the_run_time_lock_satisfies_the_project() -> None:
    locked = pins(RUN_TIME)

    assert [str(r) for r in project()[""] if not r.specifier.contains(locked[canonicalize_name(r.name)])] == []


def test_the_test_lock_satisfies_every_extra() -> None:
    locked = pins(TEST)
    wanted = [requirement for lines in project().values() for requirement in lines]

    assert [str(r) for r in wanted if not r.specifier.contains(locked[canonicalize_name(r.name)])] == []


def test_the_tests_run_on_the_versions_a_school_gets() -> None:
    assert pins(RUN_TIME).items() <= pins(TEST).items()


@pytest.mark.parametrize("lock", [RUN_TIME, TEST, PEERS], ids=lambda lock: lock.name)
def test_a_lock_vouches_for_every_file_and_names_no_host(lock: Path) -> None:
    text = lock.read_text()

    assert "://" not in text
    assert all("--hash=sha256:" in entry for entry in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:])


def test_the_lock_of_node_vouches_for_every_package_and_names_no_registry() -> None:
    packages = json.loads((ROOT / "tests" / "node" / "package-lock.json").read_text())["packages"]
    asked = json.loads((ROOT / "tests" / "node" / "package.json").read_text())["dependencies"]

    assert packages.pop("")["dependencies"] == asked
    assert [name for name, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, each in packages.items() if "resolved" in each] == []


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("platform", ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28"])
@pytest.mark.parametrize("lock", [TEST, PEERS], ids=lambda lock: lock.name)
def test_no_compiler_is_needed(lock: Path, python: str, platform: str, tmp_path: Path) -> None:
    where = ("--target", tmp_path, "--python-version", python, "--python-platform", platform)
    command = (
        UV,
        "--system-certs",
        "pip",
        "install",
        "--dry-run",
        "--no-deps",
        "--only-binary",
        ":all:",
        *where,
        "--requirements",
        lock,
    )

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr


@pytest.mark.xdist_group("locks")
def test_a_group_of_tests_runs_on_one_worker(request: pytest.FixtureRequest) -> None:
    grouped = request.config.getoption("loadgroup", False)
    assert not grouped or request.node.nodeid.endswith("@locks")

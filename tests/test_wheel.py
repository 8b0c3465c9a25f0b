"""The wheel carries all it needs and works where nothing else is installed."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).with_name("uv")

# asyncpg is the extra `postgres`: a school on SQLite runs without it.
IMPORT_ALL = """
import importlib, pkgutil, fedi
for module in pkgutil.walk_packages(fedi.__path__, "fedi."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
"""

pytestmark = [pytest.mark.xdist_group("wheel"), pytest.mark.timeout(300)]


def run(*command: str | Path, cwd: Path) -> str:
    """What the command prints; what it says on failure becomes the test's."""
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dist = tmp_path_factory.mktemp("dist")
    run(
        UV,
        "build",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        dist,
        ROOT,
        cwd=ROOT,
    )
    (built,) = dist.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a new environment that holds the wheel and the run-time lock, nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    venv = folder / "venv"
    install = (UV, "--system-certs", "pip", "install", "--quiet", "--python", venv)
    run(UV, "venv", "--quiet", "--python", sys.executable, venv, cwd=folder)
    run(*install, "--require-hashes", "--requirements", ROOT / "requirements.lock", cwd=folder)
    run(*install, "--no-deps", wheel, cwd=folder)
    return venv / "bin"


def test_a_wheel_carries_the_files_that_are_not_python(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tracked = run("git", "ls-files", "fedi", "templates", "instances", cwd=ROOT).splitlines()
    moved = {
        "templates/": "fedi/_templates/",
        "instances/demo/": "fedi/_demo/",
        "instances/example/": "fedi/_example/",
    }

    for source, target in moved.items():
        wanted = {name.replace(source, target, 1) for name in tracked if name.startswith(source)}
        assert {name for name in wanted if not name.endswith(".py")} <= set(names)
    assert {name for name in tracked if name.startswith("fedi/")} <= set(names)


def test_a_wheel_carries_compiled_catalogues(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    sources = [str(path.relative_to(ROOT)) for path in ROOT.glob("fedi/locales/**/*.po")]

    assert {name.removesuffix(".po") + ".mo" for name in sources} <= set(names)


def test_a_wheel_carries_no_data_of_a_school(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert [name for name in names if name.endswith((".db", ".db-wal", ".pem", ".pyc"))] == []


def test_an_installed_wheel_finds_its_files(environment: Path, tmp_path: Path) -> None:
    look = "from fedi import resources; print(resources.demo_dir().is_dir(), resources.demo_dir().parent.name)"

    assert run(environment / "python", "-c", look, cwd=tmp_path) == "True fedi\n"


def test_every_module_of_a_wheel_can_be_imported_with_the_lock_alone(environment: Path, tmp_path: Path) -> None:
    run(environment / "python", "-c", IMPORT_ALL, cwd=tmp_path)


def test_the_command_of_an_installed_wheel_explains_itself(environment: Path, tmp_path: Path) -> None:
    assert "serve" in run(environment / "fedi", "--help", cwd=tmp_path)


def test_a_wheel_asks_for_no_package_the_lock_lacks(environment: Path, tmp_path: Path) -> None:
    run(UV, "pip", "check", "--quiet", "--python", environment / "python", cwd=tmp_path)

"""Work on files is done elsewhere: whatever becomes of it there costs that file, and nothing else."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fedi import media
from fedi.errors import Invalid
from fedi.media import Place, Storage, workbench
from fedi.workshop.orders import Order
from tests.media import samples


def play(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let something else stand where the workshop is."""
    monkeypatch.setattr(workbench, "_COMMAND", (sys.executable, "-I", "-c", script))


def written(note: Path) -> str:
    return note.read_text() if note.exists() else ""


def lives(note: Path) -> bool:
    """Whether the process whose number was noted still does something."""
    stat = Path(f"/proc/{note.read_text()}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] not in "ZX"


async def take(storage: Storage) -> None:
    await media.receive(storage, samples.upload(samples.picture()))


@pytest.mark.parametrize(
    "script",
    ["import os; os.abort()", "raise SystemExit(3)", "import ctypes; ctypes.string_at(0)"],
    ids=["abort", "error", "segmentation fault"],
)
async def test_a_file_that_breaks_the_workshop_is_refused_and_the_next_is_taken(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    with monkeypatch.context() as broken:
        play(broken, script)
        with pytest.raises(Invalid):
            await take(storage)
    assert list(storage.older_than(float("inf"))) == []

    await take(storage)


async def test_endless_work_is_ended_with_all_that_it_started(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "child"
    play(
        monkeypatch,
        "import subprocess, time; child = subprocess.Popen(['sleep', '600']); "
        f"open({str(note)!r}, 'w').write(str(child.pid)); time.sleep(600)",
    )
    make = workbench.make
    monkeypatch.setattr(workbench, "_PATIENCE_S", 0)
    monkeypatch.setattr(workbench, "make", lambda order, place: make(replace(order, cpu_s=1), place))

    with pytest.raises(Invalid):
        await take(storage)
    async with asyncio.timeout(30):
        while lives(note):  # noqa: ASYNC110 - the kernel ends it, a moment after its parent
            await asyncio.sleep(0.01)


async def test_who_goes_away_leaves_no_work_behind(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "here"
    play(monkeypatch, f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    uploading = asyncio.create_task(take(storage))
    async with asyncio.timeout(30):
        while not written(note):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.01)

    uploading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await uploading
    assert not lives(note)


async def test_two_files_are_worked_on_at_once_and_no_more(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The third begins when one has ended: each counts who is there while it is there."""
    play(
        monkeypatch,
        "import os, pathlib, time, json; "
        f"place = pathlib.Path({str(tmp_path)!r}) / 'in'; place.mkdir(exist_ok=True); "
        "mine = place / str(os.getpid()); mine.touch(); time.sleep(0.3); "
        "seen = len(list(place.iterdir())); mine.unlink(); "
        "print(json.dumps({'made': {'width': seen, 'height': 1, 'blurhash': 'x'}}))",
    )

    taken = await asyncio.gather(
        *(media.receive(storage, samples.upload(samples.picture())) for _ in range(5)),
    )

    assert max(file.width or 0 for file in taken) == 2


async def test_no_picture_waits_behind_films_and_nobody_behind_the_film_of_a_job(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    order = Order("", "", "", "image/png", 1, 1)
    go_on = tmp_path / "go-on"
    play(
        monkeypatch,
        f"import os, time\nwhile not os.path.exists({str(go_on)!r}): time.sleep(0.01)\nprint('{{\"made\": null}}')",
    )
    slow = [asyncio.create_task(workbench.make(order, place)) for place in (Place.LATER, Place.FILM)]
    await asyncio.sleep(0)
    assert workbench.is_taken(Place.LATER)

    play(monkeypatch, "print('{\"made\": null}')")
    assert await workbench.make(order) is None
    assert not any(task.done() for task in slow)
    go_on.touch()
    await asyncio.gather(*slow)
    assert not workbench.is_taken(Place.LATER)


@pytest.mark.parametrize(
    ("script", "ending"),
    [
        ("bytearray(2**31)", "MemoryError"),
        ("open('large', 'wb').write(bytes(2_000_000))", "OSError: [Errno 27] File too large"),
        ("[open('/dev/null') for _ in range(100)]", "OSError: [Errno 24] Too many open files: '/dev/null'"),
    ],
    ids=["memory", "bytes", "files"],
)
def test_work_is_bounded_by_the_kernel(tmp_path: Path, script: str, ending: str) -> None:
    limited = f"from fedi.workshop import limits; limits.keep_to(10, 1_000_000, 2**29); {script}"

    ended = subprocess.run(
        [sys.executable, "-I", "-c", limited], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ended.stderr.splitlines()[-1] == ending


def test_work_that_spins_is_ended_by_the_kernel() -> None:
    limited = "from fedi.workshop import limits; limits.keep_to(1, 1_000_000, 2**29)\nwhile True: pass"

    ended = subprocess.run([sys.executable, "-I", "-c", limited], capture_output=True, timeout=60, check=False)

    assert ended.returncode < 0

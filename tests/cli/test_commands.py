"""Commands: what they print, and how they refuse."""

import asyncio
import ctypes
import json
import re
import shutil
import socket
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from click import Command, Context, Group
from click.testing import CliRunner, Result

from fedi import config, resources
from fedi.auth import enrolment
from fedi.cli import COMMANDS, checks, main
from fedi.instances import Instance
from fedi.store import jobs
from fedi.store.jobs import Lane, NewJob

HOST = "almaty.localhost:8000"
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "instances"


@pytest.fixture
def run(folder: Path) -> Run:
    def invoke(*args: str, answers: str | None = None) -> Result:
        return CliRunner(env={"FEDI_INSTANCES": str(folder)}).invoke(main, args, input=answers)

    return invoke


@pytest.fixture
def school(run: Run) -> str:
    names = ("--name", "kk=Мектеп", "--name", "ru=Школа")
    made = run("instance", "create", HOST, *names, "--development", "--peering", "open", "--json")
    assert made.exit_code == 0, made.output
    return str(json.loads(made.output)["first_admin_link"])


def commands(group: Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Command]]:
    found = [(path, group)]
    if isinstance(group, Group):
        context = Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            found += commands(command, (*path, name))
    return found


@pytest.mark.parametrize("path", [path for path, _ in commands(main)], ids=" ".join)
def test_every_command_explains_itself_with_an_example(path: tuple[str, ...], run: Run) -> None:
    shown = run(*path, "--help")

    assert shown.exit_code == 0
    assert "Example:" in shown.output
    assert "fedi " in shown.output.partition("Example:")[2]


def test_the_list_of_commands_is_the_table(run: Run) -> None:
    shown = run("--help").output

    assert all(re.search(rf"^  {name} ", shown, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize(
    "args",
    [
        ("account", "list"),
        ("account", "list", "--school", "nowhere.test"),
        ("account", "create", "not a name"),
        ("account", "reset", "nobody"),
        ("account", "suspend", "nobody"),
        ("account", "delete", "nobody", "--yes"),
        ("invite", "create", "--school", "nowhere.test"),
        ("peer", "add", "not a host/"),
        ("peer", "add", HOST),
        ("peer", "remove", "stranger.test"),
        ("peer", "pause", HOST),
        ("peer", "resume", "not a host/"),
        ("peer", "show", "not a host/"),
        ("instance", "create", "no host/", "--name", "x"),
        ("instance", "create", "school.example", "--name", "x", "--time-zone", "Asia/Atlantis"),
        ("instance", "create", "school.example", "--name", "x", "--development"),
        ("instance", "create", HOST, "--name", "again"),
        ("serve", "--no-worker"),
        ("worker",),
    ],
)
def test_wrong_input_is_one_line_and_a_status(run: Run, school: str, args: tuple[str, ...]) -> None:
    if args == ("account", "list"):
        args = (*args, "--instances", "/nonexistent")
    refused = run(*args)

    assert refused.exit_code != 0
    assert not isinstance(refused.exception, Exception) or isinstance(refused.exception, SystemExit)
    assert refused.output.startswith("Error: ")
    assert refused.output.count("\n") == 1


def test_a_new_school_has_its_settings_keys_and_a_link_for_its_administrator(
    run: Run, school: str, folder: Path
) -> None:
    made = config.load(folder / HOST)

    assert made.school.name == {"kk": "Мектеп", "ru": "Школа"}
    assert (made.keys_folder / "school-rsa.pem").exists()
    assert made.pages_folder.is_dir()
    assert school.startswith(f"http://{HOST}/join/")


def test_what_could_not_be_made_leaves_nothing_behind(run: Run, folder: Path) -> None:
    run("instance", "create", "school.example", "--name", "x", "--time-zone", "Asia/Atlantis")

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ['He said "hi"', "back\\slash", "тест ]] = '''"])
def test_any_name_a_school_has_survives_the_settings(run: Run, folder: Path, name: str) -> None:
    assert run("instance", "create", "school.example", "--name", name).exit_code == 0

    assert config.load(folder / "school.example").school.name == {"kk": name}


def test_people_are_opened_listed_suspended_and_deleted(run: Run, school: str) -> None:
    opened = run("account", "create", "Aigul", "--name", "Айгүл", "--email", "a@school.kz", "--role", "admin", "--json")
    run("account", "create", "marat")
    assert json.loads(opened.output)["password_link"].startswith(f"http://{HOST}/reset/")

    assert run("account", "suspend", "marat").exit_code == 0
    states = {
        row["username"]: (row["role"], row["state"]) for row in json.loads(run("account", "list", "--json").output)
    }
    assert states == {"aigul": ("admin", "no password"), "marat": ("teacher", "suspended")}

    assert run("account", "suspend", "marat", "--lift").exit_code == 0
    assert run("account", "delete", "marat", "--yes").exit_code == 0
    assert run("account", "create", "marat").exit_code != 0
    assert run("account", "delete", "aigul", "--yes").output.startswith("Error: ")
    assert "aigul" in run("account", "list").output


def test_a_forgotten_password_is_chosen_anew_with_a_printed_link(run: Run, school: str, folder: Path) -> None:
    run("account", "create", "aigul", "--email", "a@school.kz")
    link = json.loads(run("account", "reset", "aigul", "--json").output)["password_link"]

    async def choose() -> None:
        instance = await open_school(folder)
        try:
            await enrolment.reset_password(instance, link.rpartition("/")[2], "three green apples")
        finally:
            await instance.close()

    asyncio.run(choose())
    assert json.loads(run("account", "list", "--json").output)[0]["state"] == "active"


def test_deleting_asks_first(run: Run, school: str) -> None:
    run("account", "create", "marat")

    refused = run("account", "delete", "marat", answers="n\n")

    assert refused.exit_code != 0
    assert "marat" in run("account", "list", "--json").output


def test_a_password_can_be_typed(run: Run, school: str) -> None:
    password = "three green apples"
    opened = run("account", "create", "boss", "--password", answers=f"{password}\n{password}\n")

    assert opened.exit_code == 0
    assert password not in opened.output
    assert json.loads(run("account", "list", "--json").output)[0]["state"] == "active"


def test_peers_are_trusted_blocked_and_forgotten(run: Run, school: str) -> None:
    run("peer", "add", "School12.KZ")
    run("peer", "block", "spam.example", "--note", "advertising")
    rows = {row["host"]: row["standing"] for row in json.loads(run("peer", "list", "--json").output)}
    assert rows == {"school12.kz": "trusted", "spam.example": "blocked"}

    assert run("peer", "remove", "spam.example").exit_code == 0
    assert len(json.loads(run("peer", "list", "--json").output)) == 1
    assert json.loads(run("peer", "show", "school12.kz", "--json").output)["standing"] == "trusted"


def test_deliveries_to_a_peer_are_stopped_and_go_on(run: Run, school: str) -> None:
    def deliveries() -> str:
        return str(json.loads(run("peer", "show", "school12.kz", "--json").output)["deliveries"])

    before = deliveries()
    stopped = run("peer", "pause", "School12.kz")
    paused = deliveries()
    resumed = run("peer", "resume", "school12.kz")

    assert (stopped.exit_code, resumed.exit_code) == (0, 0)
    assert before == deliveries() == "going well"
    assert paused.startswith("stopped since ")
    assert "school12.kz" in run("peer", "show", "school12.kz").output
    told = json.loads(run("peer", "show", "school12.kz", "--json").output)
    assert (told["given_up"], told["held_latest"], told["software"], told["note"]) == ([], [], "", "")


def test_with_several_schools_a_command_asks_which(run: Run, school: str) -> None:
    run("instance", "create", "other.localhost", "--name", "Other", "--development")

    assert "--school" in run("account", "list").output
    assert run("account", "list", "--school", HOST).exit_code == 0


def test_the_doctor_finds_keys_that_others_can_read(run: Run, school: str, folder: Path) -> None:
    healthy = run("doctor", "--offline", "--json")
    (folder / HOST / "keys" / "school-rsa.pem").chmod(0o644)
    ill = run("doctor", "--offline", "--json")

    assert healthy.exit_code == 0
    assert {"settings", "keys", "clock", "disk", "database", "queue"} <= {
        row["check"] for row in json.loads(healthy.output)
    }
    assert ill.exit_code == 1
    assert [row["todo"].split()[0] for row in json.loads(ill.output) if row["grade"] == "error"] == ["chmod"]


def test_the_doctor_says_what_keeps_settings_from_being_read(run: Run, school: str, folder: Path) -> None:
    (folder / HOST / "instance.toml").write_text("host = 1\n")

    told = run("doctor", "--offline")

    assert told.exit_code == 1
    assert "instance.toml" in told.output


@pytest.mark.parametrize("changed", [("host", f"other-{HOST}"), ("development_https", "true")])
def test_the_doctor_says_that_the_settings_no_longer_have_the_address_of_the_school(
    run: Run, school: str, folder: Path, changed: tuple[str, str]
) -> None:
    settings = folder / HOST / "instance.toml"
    text = settings.read_text("utf-8")
    rehosted = text.replace(f'host = "{HOST}"', f'host = "{changed[1]}"', 1)
    settings.write_text(rehosted if changed[0] == "host" else f"development_https = true\n{text}", "utf-8")

    told = run("doctor", "--offline", "--json")
    [error] = [row for row in json.loads(told.output) if row["grade"] == "error"]
    settings.write_text(text, "utf-8")

    assert told.exit_code == 1
    assert error["check"] == "settings"
    assert f"was made at http://{HOST}, but its instance.toml now says" in error["found"]
    assert error["todo"]
    assert run("doctor", "--offline").exit_code == 0


async def open_school(folder: Path) -> Instance:
    return await Instance.open(config.load(folder / HOST))


async def leave_work_undone(instance: Instance) -> None:
    await instance.db.write(jobs.enqueue, NewJob("mail", run_at=instance.clock() - 3600_000))


async def give_a_job_up(instance: Instance) -> None:
    await instance.db.write(jobs.enqueue, NewJob("mail", lane=Lane.MAIL))
    [[job]] = await instance.db.write(jobs.claim, dict.fromkeys(Lane, 1), 1)
    await instance.db.write(jobs.bury, job, "550 no such user")


@pytest.mark.parametrize(
    ("prepare", "grade", "check", "found"),
    [
        (leave_work_undone, "error", "queue", "1 jobs wait, the first for over 10 minutes"),
        (give_a_job_up, "warning", "queue", "1 jobs were given up; the last: 550 no such user"),
    ],
)
async def test_the_doctor_looks_into_the_queue(
    run: Run,
    school: str,
    folder: Path,
    prepare: Callable[[Instance], Awaitable[None]],
    grade: str,
    check: str,
    found: str,
) -> None:
    instance = await open_school(folder)
    await prepare(instance)
    await instance.close()

    assert (grade, check, found) in await asyncio.to_thread(seen_by_the_doctor, run)


def seen_by_the_doctor(run: Run, *args: str) -> list[tuple[str, str, str]]:
    told = json.loads(run("doctor", *(args or ("--offline",)), "--json").output)
    assert all(row["todo"] for row in told if row["grade"] == "error")
    return [(row["grade"], row["check"], row["found"]) for row in told]


def test_the_doctor_misses_a_key_and_an_administrator(run: Run, school: str, folder: Path) -> None:
    (folder / HOST / "keys" / "school-ed25519.pem").unlink()
    told = seen_by_the_doctor(run)

    assert ("error", "keys", f"{folder / HOST / 'keys' / 'school-ed25519.pem'} is missing") in told
    assert ("warning", "people", "the school has no administrator") in told


def test_the_doctor_tells_a_database_that_cannot_be_read(run: Run, school: str, folder: Path) -> None:
    (folder / HOST / "school.sqlite3").write_bytes(b"no database at all" * 1000)

    assert ("error", "database", "file is not a database") in seen_by_the_doctor(run)


@pytest.mark.parametrize(("free", "grade"), [(1, "error"), (10**12, "ok")])
def test_the_doctor_sees_how_much_room_is_left(
    run: Run, school: str, free: int, grade: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))

    assert grade in [each for each, check, _ in seen_by_the_doctor(run) if check == "disk"]


@pytest.mark.parametrize(("kept", "grades"), [(True, ["ok"]), (False, ["warning"]), (None, [])])
def test_the_doctor_sees_whether_the_clock_is_kept_right(
    run: Run, school: str, kept: bool | None, grades: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_synchronised", lambda: kept)

    assert [each for each, check, _ in seen_by_the_doctor(run) if check == "clock"] == grades


def test_the_doctor_says_nothing_of_a_clock_it_cannot_ask_about(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks._synchronised() in (True, False)

    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())

    assert checks._synchronised() is None


def test_the_doctor_asks_for_the_school_as_others_would(run: Run, folder: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        host = f"almaty.localhost:{nobody.getsockname()[1]}"
    run("instance", "create", host, "--name", "School", "--development")
    [(grade, found)] = [(each, found) for each, check, found in seen_by_the_doctor(run, "--school", host)
                        if check == "reachability"]  # fmt: skip

    assert grade == "error"
    assert host in found


def test_closing_a_school_asks_for_its_name(run: Run, school: str) -> None:
    refused = run("instance", "close", HOST, answers="yes\n")

    assert refused.exit_code != 0
    assert "nothing was closed" in refused.output


def test_a_closed_school_has_nobody_left(run: Run, school: str) -> None:
    run("account", "create", "boss", "--role", "admin")

    closed = run("instance", "close", HOST, "--yes")

    assert closed.exit_code == 0, closed.output
    assert json.loads(run("account", "list", "--json").output) == []


# --- the example ----------------------------------------------------------------------------------------------------


def example() -> dict[str, Any]:
    """The settings of the example, those that are commented out included."""
    text = (resources.example_dir() / "instance.toml").read_text("utf-8")
    return tomllib.loads(re.sub(r"^# (\[\w+\]|\w+ = .*)$", r"\1", text, flags=re.MULTILINE))


def fields(struct: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(struct)}


def test_the_example_shows_every_setting_and_no_other() -> None:
    shown = example()

    assert set(shown) == fields(config._File)
    assert set(shown["database"]) == fields(config.DatabaseSettings)
    assert set(shown["mail"]) == fields(config.Smtp)
    assert set(shown["limits"]) == fields(config._LimitSettings)


def test_the_example_is_valid_as_it_stands_and_shows_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "instance.toml").write_bytes((resources.example_dir() / "instance.toml").read_bytes())
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "instance.toml").write_text('host = "social.school.example"\nname = "School No. 1"\n')
    shown = msgspec.convert({**example(), "mail": None}, type=config._File)
    default = msgspec.toml.decode((bare / "instance.toml").read_bytes(), type=config._File)

    assert config.load(tmp_path).school == config.load(bare).school
    assert msgspec.structs.replace(shown, limits=default.limits) == default
    assert config._limits(shown.limits) == config.Limits()


def test_servers_go_in_and_out_as_files(run: Run, school: str, tmp_path: Path) -> None:
    file = tmp_path / "blocks.csv"
    file.write_text("#domain,#severity\nspam.example,suspend\nquiet.example,silence\n", "utf-8")
    read = json.loads(run("peer", "import", str(file), "--json").output)
    run("peer", "add", "school12.kz", "--note", "since 2024")

    assert read == {"read": 1, "left": [], "skipped": ["quiet.example,silence"]}
    assert "spam.example,suspend" in run("peer", "export").output
    assert run("peer", "export", "--list", "trusted").output == "#domain\nschool12.kz\n"
    assert "1 servers were read" in run("peer", "import", str(file)).output


def test_a_file_that_is_no_text_is_refused_with_a_sentence(run: Run, school: str, tmp_path: Path) -> None:
    file = tmp_path / "blocks.csv"
    file.write_bytes(b"\xff\xfe\x00\x01")
    refused = run("peer", "import", str(file))

    assert refused.exit_code != 0
    assert "no text in UTF-8" in refused.output


def test_a_list_is_published_and_one_that_is_not_there_is_not_followed(run: Run, school: str) -> None:
    published = run("peer", "publish", "blocked")
    ended = run("peer", "publish", "blocked", "--no-longer")
    nowhere = run("peer", "subscribe", "http://nobody.localhost:9/actor/lists/blocked")

    assert f"http://{HOST}/actor/lists/blocked can be followed" in published.output
    assert "by nobody any more" in ended.output
    assert nowhere.exit_code != 0
    assert json.loads(run("peer", "lists", "--json").output) == []
    assert run("peer", "unsubscribe", "http://nobody.localhost:9/x").exit_code != 0


def test_a_person_names_another_account_and_moves_there(run: Run, school: str) -> None:
    for name in ("aigul", "dana"):
        assert run("account", "create", name).exit_code == 0
    there = f"@dana@{HOST}"

    early = run("account", "move", "aigul", there, "--yes")
    named = run("account", "alias", "dana", f"@aigul@{HOST}")
    asked = run("account", "move", "aigul", there, answers="n")
    moved = run("account", "move", "aigul", there, "--yes")
    again = run("account", "move", "aigul", there, "--yes")
    removed = run("account", "alias", "dana", f"@aigul@{HOST}", "--remove")

    assert [each.exit_code for each in (early, named, asked, moved, again, removed)] == [1, 0, 1, 0, 1, 0]
    assert "does not name this one" in early.output
    assert "has moved to" in moved.output
    assert "once a week" in again.output


def test_an_account_that_is_not_there_cannot_be_named(run: Run, school: str) -> None:
    run("account", "create", "aigul")

    missing = run("account", "alias", "aigul", f"@nobody@{HOST}")

    assert missing.exit_code == 1
    assert "there is no account" in missing.output

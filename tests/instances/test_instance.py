"""One school: what it has when it is open."""

import sqlite3
import stat
from pathlib import Path

import pytest
from markupsafe import Markup
from structlog.testing import capture_logs

from fedi import config
from fedi.instances import AddressChanged, Instance
from fedi.models.actors import ActorKind
from fedi.models.peers import Standing
from fedi.store import keys
from fedi.store.database import Transaction
from fedi.store.engine.sqlite import SqliteDatabase
from tests.instances.conftest import MakeSchool


async def test_a_new_school_has_an_actor_and_keys_that_survive_being_closed(make_school: MakeSchool) -> None:
    place = make_school("almaty.test")
    first = await Instance.open(config.load(place))
    await first.close()

    second = await Instance.open(config.load(place))
    stored = await second.db.read(keys.of_actor, second.school_actor.id)
    await second.close()

    assert second.school_actor == first.school_actor
    assert second.school_actor.uri == "http://almaty.test/actor"
    assert second.school_actor.kind is ActorKind.APPLICATION
    assert second.school_key.key_id == "http://almaty.test/actor#main-key"
    assert {key.kind for key in stored} == {"rsa", "ed25519"}


async def test_a_school_is_not_opened_under_another_address_than_it_was_made_with(make_school: MakeSchool) -> None:
    place = make_school("almaty.test")
    await (await Instance.open(config.load(place))).close()
    settings = place / "instance.toml"
    settings.write_text(settings.read_text("utf-8").replace("almaty.test", "astana.test"), "utf-8")

    with pytest.raises(AddressChanged, match=r"made at http://almaty\.test, but .* now says http://astana\.test"):
        await Instance.open(config.load(place))


async def test_keys_put_back_from_a_backup_become_the_keys_of_the_school(make_school: MakeSchool) -> None:
    place, other = make_school("almaty.test"), make_school("other.test")
    for folder in (place, other):
        await (await Instance.open(config.load(folder))).close()
    for name in ("school-rsa.pem", "school-ed25519.pem"):
        (place / "keys" / name).write_text((other / "keys" / name).read_text("ascii"), "ascii")

    instance = await Instance.open(config.load(place))
    stored = await instance.db.read(keys.private, instance.school_actor.id)
    await instance.close()

    assert stored.private_pem == (other / "keys" / "school-rsa.pem").read_text("ascii")


async def test_keys_can_be_read_by_their_owner_only(make_school: MakeSchool) -> None:
    place: Path = make_school("almaty.test")
    await (await Instance.open(config.load(place))).close()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (place / "keys").iterdir()}

    assert modes == dict.fromkeys(("school-rsa.pem", "school-ed25519.pem", "school-vapid.pem"), 0o600)


async def test_the_key_for_web_push_is_made_once(make_school: MakeSchool) -> None:
    place = make_school("almaty.test")
    first = await Instance.open(config.load(place))
    await first.close()
    again = await Instance.open(config.load(place))
    await again.close()

    assert again.push_keys.public == first.push_keys.public


async def test_what_another_process_writes_is_noticed(make_school: MakeSchool) -> None:
    settings = config.load(make_school("almaty.test"))
    server, command = await Instance.open(settings), await Instance.open(settings)
    assert not server.closed_down
    await server.refresh()

    await command.db.write(_delete_school)
    changed = await server.refresh()
    again = await server.refresh()
    closed_down = server.closed_down
    await command.close()
    await server.close()

    assert (changed, again, closed_down) == (True, False, True)


async def _delete_school(tx: Transaction) -> None:
    from fedi.store import actors

    await actors.set_deleted(tx, (await actors.school_actor(tx)).id)


async def test_a_key_that_cannot_be_used_leaves_no_database_open(
    make_school: MakeSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, closed = make_school("almaty.test"), list[str]()
    close = SqliteDatabase.close

    async def noted(db: SqliteDatabase) -> None:
        closed.append(db.school.host)
        await close(db)

    def fail(_: object) -> None:
        raise ValueError("no key")

    monkeypatch.setattr(SqliteDatabase, "close", noted)
    monkeypatch.setattr("fedi.instances.instance.PushKeys", fail)

    with pytest.raises(ValueError, match="no key"):
        await Instance.open(config.load(place))
    assert closed == ["almaty.test"]


async def test_a_database_that_fails_leaves_the_school_the_key_that_it_had(
    make_school: MakeSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await Instance.open(config.load(make_school("almaty.test")))
    before = server.school_key

    async def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(SqliteDatabase, "read", fail)
        server.hub.publish("keys", server.school_actor.uri)
        assert server._reloading is not None
        await server._reloading
    await server.close()

    assert server.school_key is before
    assert [(each["log_level"], each["host"]) for each in logs] == [("error", "almaty.test")]


async def test_what_was_shown_is_made_anew_when_another_process_has_written(make_school: MakeSchool) -> None:
    settings = config.load(make_school("almaty.test"))
    server, command = await Instance.open(settings), await Instance.open(settings)
    await server.refresh()
    server.rendered.people.keep(1, "version", b"{}")
    server.fragments.find(("a post",), lambda: Markup("old"))

    await command.db.write(_delete_school)
    await server.refresh()
    shown = server.fragments.find(("a post",), lambda: Markup("new"))
    await command.close()
    await server.close()

    assert (server.rendered.people.find(1, "version"), shown) == (None, "new")


async def test_nothing_that_was_cached_is_trusted_once_announcements_were_missed(make_school: MakeSchool) -> None:
    server = await Instance.open(config.load(make_school("almaty.test")))
    server.signers.note_standing("evil.test", Standing.TRUSTED)
    await server.db.write(_delete_school)

    server.hub.publish("missed", 0)
    assert server._reloading is not None
    await server._reloading
    await server.close()

    assert server.signers.standing("evil.test") is None
    assert server.closed_down

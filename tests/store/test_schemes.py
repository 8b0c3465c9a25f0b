import pytest

from fedi.store import schemes
from fedi.store.database import Database, Transaction
from fedi.store.schemes import Understood


async def known(tx: Transaction) -> list[str]:
    return await tx.all(str, "SELECT host FROM schemes ORDER BY host")


async def test_what_a_host_understands_is_kept_until_it_is_forgotten(database: Database) -> None:
    await database.write(schemes.note, "strict.test", "rfc9421")
    await database.write(schemes.note, "strict.test", "rfc9421")

    assert await database.read(schemes.latest, 9) == [Understood("strict.test", "rfc9421")]

    await database.write(schemes.forget, "strict.test")
    assert await database.read(schemes.latest, 9) == []


async def test_what_hosts_can_make_us_keep_has_an_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemes, "_MOST", 3)

    async def note(tx: Transaction, number: int) -> None:
        await schemes.note(tx, f"h{number}.test", "rfc9421")
        await tx.execute("UPDATE schemes SET noted_at = :at WHERE host = :host", at=number, host=f"h{number}.test")

    for number in range(9):
        await database.write(note, number)

    # One more than the bound: the newest was younger than all when they were counted.
    assert await database.read(known) == ["h5.test", "h6.test", "h7.test", "h8.test"]
    assert [each.host for each in await database.read(schemes.latest, 2)] == ["h8.test", "h7.test"]


async def test_what_was_learned_long_ago_is_dropped(database: Database) -> None:
    await database.write(schemes.note, "strict.test", "rfc9421")

    assert await database.write(schemes.prune, 0) == 0
    assert await database.write(schemes.prune, 2**60) == 1
    assert await database.read(known) == []

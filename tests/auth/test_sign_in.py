"""Signing in: who gets in, who does not, and how long a guesser waits."""

import asyncio
from collections.abc import Callable

import pytest

from fedi.actions import moderation
from fedi.auth import passwords, sessions
from fedi.auth.sign_in import sign_in
from fedi.errors import TooManyRequests, Unauthenticated
from fedi.instances import Instance
from fedi.models.accounts import Person
from fedi.policies.sign_in import FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS, LONGEST_PAUSE_MS, pause_ms
from tests.auth.conftest import PASSWORD
from tests.clock import FrozenClock

HERE = "192.0.2.1"


@pytest.mark.parametrize("login", ["aigul", "@Aigul", " AIGUL ", "Aigul@School.KZ"])
async def test_a_teacher_signs_in_with_her_name_or_her_address(instance: Instance, aigul: Person, login: str) -> None:
    welcome = await sign_in(instance, login, PASSWORD, HERE)
    found = await instance.db.read(sessions.find, welcome.token.hash)

    assert found is not None
    assert found.account.id == aigul.account.id
    assert found.session.csrf
    assert welcome.token.text not in found.session.token_hash


async def test_a_wrong_password_and_an_unknown_name_are_refused_with_the_same_words(
    instance: Instance, aigul: Person
) -> None:
    with pytest.raises(Unauthenticated) as wrong:
        await sign_in(instance, "aigul", "three red apples", HERE)
    with pytest.raises(Unauthenticated) as unknown:
        await sign_in(instance, "nobody", PASSWORD, HERE)

    assert str(wrong.value) == str(unknown.value)


async def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(
    instance: Instance, aigul: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "_verify", _never(hashed))

    for login in ("aigul", "nobody"):
        with pytest.raises(Unauthenticated):
            await sign_in(instance, login, PASSWORD, HERE)

    assert len(hashed) == 2
    assert all(known.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for known in hashed)


async def test_after_five_wrong_passwords_the_account_waits_longer_and_longer(
    instance: Instance, aigul: Person, clock: FrozenClock
) -> None:
    for _ in range(FREE_FOR_ACCOUNT):
        with pytest.raises(Unauthenticated):
            await sign_in(instance, "aigul", "wrong", HERE)

    waits = []
    for _ in range(3):
        with pytest.raises(TooManyRequests) as told:
            await sign_in(instance, "aigul", PASSWORD, "198.51.100.7")
        waits.append(told.value.retry_after)
        clock.now += told.value.retry_after * 1000
        with pytest.raises(Unauthenticated):
            await sign_in(instance, "aigul", "wrong", HERE)

    assert waits == [2, 4, 8]


async def test_the_right_password_after_the_wait_clears_the_account(
    instance: Instance, aigul: Person, clock: FrozenClock
) -> None:
    for _ in range(FREE_FOR_ACCOUNT):
        with pytest.raises(Unauthenticated):
            await sign_in(instance, "aigul", "wrong", HERE)
    clock.now += 2_000
    await sign_in(instance, "aigul", PASSWORD, HERE)

    with pytest.raises(Unauthenticated):
        await sign_in(instance, "aigul", "wrong", HERE)
    await sign_in(instance, "aigul", PASSWORD, HERE)


async def test_of_many_guesses_at_once_only_the_free_ones_reach_the_password(
    instance: Instance, aigul: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []
    monkeypatch.setattr(passwords, "_verify", _never(reached))

    await asyncio.gather(
        *(sign_in(instance, "aigul", f"guess {number}", HERE) for number in range(40)), return_exceptions=True
    )

    assert len(reached) == FREE_FOR_ACCOUNT


async def test_an_address_that_guesses_at_many_names_waits_and_others_do_not(
    instance: Instance, aigul: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_verify", lambda known, password: password == PASSWORD)
    for number in range(FREE_FOR_ADDRESS):
        with pytest.raises(Unauthenticated):
            await sign_in(instance, f"teacher{number}", "wrong", "2001:db8::1")

    with pytest.raises(TooManyRequests):
        await sign_in(instance, "aigul", PASSWORD, "2001:db8::ffff")
    await sign_in(instance, "aigul", PASSWORD, HERE)


async def test_a_suspended_person_does_not_get_in(instance: Instance, aigul: Person) -> None:
    await instance.db.write(moderation.suspend, None, aigul.account)

    with pytest.raises(Unauthenticated):
        await sign_in(instance, "aigul", PASSWORD, HERE)


async def test_a_session_ends_a_month_after_the_last_visit_and_at_once_when_its_owner_is_suspended(
    instance: Instance, aigul: Person, clock: FrozenClock
) -> None:
    first = (await sign_in(instance, "aigul", PASSWORD, HERE)).token
    clock.now += sessions.LIFETIME_MS
    assert await instance.db.read(sessions.find, first.hash) is None

    second = (await sign_in(instance, "aigul", PASSWORD, HERE)).token
    assert await instance.db.read(sessions.find, second.hash) is not None
    await instance.db.write(moderation.suspend, None, aigul.account)
    assert await instance.db.read(sessions.find, second.hash) is None


def test_a_pause_grows_to_a_quarter_of_an_hour_and_no_longer() -> None:
    pauses = [pause_ms(failures, FREE_FOR_ACCOUNT) for failures in range(1, 1000)]

    assert pauses[: FREE_FOR_ACCOUNT - 1] == [0] * (FREE_FOR_ACCOUNT - 1)
    assert pauses == sorted(pauses)
    assert max(pauses) == LONGEST_PAUSE_MS


def _never(hashes: list[str]) -> Callable[[str, str], bool]:
    """A check that finds every password wrong, and notes against which hash it was held."""

    def verify(known: str, _: str) -> bool:
        hashes.append(known)
        return False

    return verify

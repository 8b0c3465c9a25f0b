"""Joining with a link, and choosing another password."""

import pytest

from fedi.actions import tickets
from fedi.auth import enrolment, passwords, sessions
from fedi.auth.enrolment import Newcomer
from fedi.auth.sign_in import sign_in
from fedi.errors import Conflict, Gone, Invalid, Unauthenticated
from fedi.instances import Instance
from fedi.models.accounts import Person, Role
from fedi.models.secrets import new_secret
from tests.auth.conftest import PASSWORD

HERE = "192.0.2.1"


async def test_the_first_administrator_joins_and_signs_in(instance: Instance) -> None:
    secret = new_secret()
    await instance.db.write(tickets.first_admin, secret.hash)

    person = await enrolment.join(instance, secret.text, Newcomer("boss", "Director", PASSWORD))

    assert person.account.role is Role.ADMIN
    assert (await sign_in(instance, "boss", PASSWORD, HERE)).account.id == person.account.id


async def test_without_a_link_nobody_makes_us_hash_a_password(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "hash_password", None)

    with pytest.raises(Gone):
        await enrolment.join(instance, "invented", Newcomer("mallory", "", PASSWORD))


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "x" * 1001, "Director School"])
async def test_a_password_that_is_easily_guessed_is_refused(instance: Instance, password: str) -> None:
    secret = new_secret()
    await instance.db.write(tickets.first_admin, secret.hash)

    with pytest.raises(Invalid) as refused:
        await enrolment.join(instance, secret.text, Newcomer("boss", "director school", password))
    assert refused.value.field == "password"


async def test_another_password_signs_out_other_browsers_but_not_this_one(instance: Instance, aigul: Person) -> None:
    here, elsewhere = [(await sign_in(instance, "aigul", PASSWORD, HERE)).token for _ in range(2)]
    me = await instance.db.read(sessions.find, here.hash)
    assert me is not None

    await enrolment.change_password(instance, me, PASSWORD, "four yellow pears", HERE)

    assert await instance.db.read(sessions.find, here.hash) is not None
    assert await instance.db.read(sessions.find, elsewhere.hash) is None
    with pytest.raises(Unauthenticated):
        await sign_in(instance, "aigul", PASSWORD, HERE)
    await sign_in(instance, "aigul", "four yellow pears", HERE)


async def test_whoever_finds_an_open_browser_cannot_change_the_password_without_knowing_it(
    instance: Instance, aigul: Person
) -> None:
    me = await instance.db.read(sessions.find, (await sign_in(instance, "aigul", PASSWORD, HERE)).token.hash)
    assert me is not None

    with pytest.raises(Invalid):
        await enrolment.change_password(instance, me, "a guess", "four yellow pears", HERE)
    await sign_in(instance, "aigul", PASSWORD, HERE)


async def test_a_link_resets_the_password(instance: Instance, aigul: Person) -> None:
    secret = new_secret()
    await instance.db.write(tickets.reset, secret.hash, aigul.account)

    await enrolment.reset_password(instance, secret.text, "four yellow pears")

    await sign_in(instance, "aigul", "four yellow pears", HERE)
    with pytest.raises(Gone):
        await enrolment.reset_password(instance, secret.text, "five blue plums")


async def test_a_school_without_a_mail_server_says_so(instance: Instance, aigul: Person) -> None:
    with pytest.raises(Conflict):
        await enrolment.ask_for_link(instance, "aigul@school.kz", HERE)


async def test_a_hash_with_older_parameters_is_made_anew_when_its_owner_signs_in(
    instance: Instance, aigul: Person
) -> None:
    from argon2 import PasswordHasher

    from fedi.store import accounts

    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await instance.db.write(accounts.set_password, aigul.account.id, old)

    await sign_in(instance, "aigul", PASSWORD, HERE)
    renewed = await instance.db.read(accounts.by_id, aigul.account.id)

    assert renewed is not None
    assert renewed.password_hash is not None
    assert renewed.password_hash != old
    assert not passwords.needs_rehash(renewed.password_hash)
    await sign_in(instance, "aigul", PASSWORD, HERE)

"""The life of an account: opened by a link, changed, suspended, deleted; on both engines."""

from dataclasses import replace
from functools import cache

import pytest

from fedi.actions import accounts, closing, moderation, tickets
from fedi.actions.accounts import NewAccount
from fedi.activitypub import key_pairs
from fedi.activitypub.key_pairs import KeyPair
from fedi.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from fedi.models.accounts import Account, Person, Role, Session
from fedi.models.actors import Actor
from fedi.models.lists import PeopleList
from fedi.models.local_actors import school_actor
from fedi.models.notifications import NotificationPolicy
from fedi.models.posts import Circle
from fedi.models.secrets import new_secret
from fedi.store import accounts as stored
from fedi.store import (
    actors,
    keys,
    lists,
    markers,
    muted_domains,
    notification_policies,
    relationships,
    sessions,
)
from fedi.store.database import Database, Transaction
from fedi.store.engine.dialect import Engine
from tests import factories as make
from tests.clock import FrozenClock


@cache
def pair() -> KeyPair:
    return key_pairs.generate()


def newcomer(username: str = "aigul", **changes: object) -> NewAccount:
    return replace(NewAccount(username, username.title(), pair()), **changes)  # type: ignore[arg-type]


async def opened(database: Database, username: str = "aigul", role: Role = Role.TEACHER) -> Person:
    async def unit(tx: Transaction) -> Person:
        person = await accounts.create(tx, newcomer(username, role=role, password_hash="hash"))
        await sessions.insert(
            tx, Session(f"token of {username}", person.account.id, "csrf", tx.now, tx.now, tx.now + 1000)
        )
        return person

    return await database.write(unit)


async def test_an_account_has_an_actor_with_its_id_and_both_keys(database: Database) -> None:
    person = await database.write(accounts.create, newcomer(email="Aigul@School.kz"))
    made = await database.read(keys.of_actor, person.actor.id)

    assert person.actor.id == person.account.id
    assert person.actor.uri.endswith(f"/users/{person.account.id}")
    assert {key.kind for key in made} == {"rsa", "ed25519"}
    assert person.account.default_circle is Circle.SCHOOL
    assert not person.actor.discoverable
    assert await database.read(stored.by_email, "aigul@SCHOOL.KZ") == person.account


@pytest.mark.parametrize("name", ["", "a", "Ә", "1st", "with space", "a" * 31, "admin", "a-b", "evil@host", "../x"])
async def test_a_name_that_others_could_not_read_is_refused(database: Database, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        await database.write(accounts.create, newcomer(name))
    assert refused.value.field == "username"


@pytest.mark.parametrize("email", ["nobody", "a@b", "a b@c.kz", "a@b.kz\nBcc: c@d.kz", "a@@b.kz"])
async def test_an_address_that_is_none_is_refused(database: Database, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        await database.write(accounts.create, newcomer(email=email))
    assert refused.value.field == "email"


async def test_names_and_addresses_belong_to_one_person_in_any_case_of_letters(database: Database) -> None:
    await database.write(accounts.create, newcomer("aigul", email="a@school.kz"))

    with pytest.raises(Conflict):
        await database.write(accounts.create, newcomer("AiGul"))
    with pytest.raises(Conflict):
        await database.write(accounts.create, newcomer("marat", email="A@school.kz"))


async def test_the_first_administrator_opens_her_account_with_a_link_that_works_once(database: Database) -> None:
    first, second = new_secret(), new_secret()
    await database.write(tickets.first_admin, first.hash)
    await database.write(tickets.first_admin, second.hash)

    with pytest.raises(Gone):
        await database.write(tickets.join, first.hash, newcomer())
    person = await database.write(tickets.join, second.hash, newcomer())
    assert person.account.role is Role.ADMIN
    with pytest.raises(Gone):
        await database.write(tickets.join, second.hash, newcomer("marat"))
    with pytest.raises(Conflict):
        await database.write(tickets.first_admin, new_secret().hash)


async def test_an_invitation_gives_its_role_and_remembers_who_invited(database: Database) -> None:
    admin, secret = await opened(database, "admin_a", Role.ADMIN), new_secret()

    async def unit(tx: Transaction) -> None:
        await tickets.invite(tx, admin.account, secret.hash, role=Role.MODERATOR, uses=2)

    await database.write(unit)
    joined = [await database.write(tickets.join, secret.hash, newcomer(name)) for name in ("marat", "olga")]

    assert [(each.account.role, each.account.invited_by) for each in joined] == [(Role.MODERATOR, admin.account.id)] * 2
    with pytest.raises(Gone):
        await database.write(tickets.join, secret.hash, newcomer("viktor"))


async def test_a_name_that_is_taken_does_not_use_up_the_invitation(database: Database) -> None:
    await opened(database, "aigul")
    secret = new_secret()
    await database.write(tickets.invite, None, secret.hash)

    with pytest.raises(Conflict):
        await database.write(tickets.join, secret.hash, newcomer("aigul"))

    assert (await database.write(tickets.join, secret.hash, newcomer("marat"))).actor.username == "marat"


async def test_an_invitation_expires(database: Database, clock: FrozenClock) -> None:
    secret = new_secret()
    await database.write(tickets.invite, None, secret.hash)
    clock.now += tickets.INVITATION_MS

    with pytest.raises(Gone):
        await database.write(tickets.join, secret.hash, newcomer())


@pytest.mark.parametrize(
    ("by", "role", "allowed"),
    [
        (Role.TEACHER, Role.TEACHER, False),
        (Role.MODERATOR, Role.TEACHER, True),
        (Role.MODERATOR, Role.MODERATOR, False),
        (Role.ADMIN, Role.ADMIN, True),
    ],
)
async def test_who_may_invite_whom(database: Database, by: Role, role: Role, allowed: bool) -> None:
    inviting = await opened(database, "inviting", by)

    async def unit(tx: Transaction) -> None:
        await tickets.invite(tx, inviting.account, new_secret().hash, role=role)

    if allowed:
        await database.write(unit)
    else:
        with pytest.raises(Forbidden):
            await database.write(unit)


async def test_a_password_link_works_once_and_signs_everybody_out(database: Database) -> None:
    person, secret = await opened(database), new_secret()
    await database.write(tickets.reset, secret.hash, person.account)

    changed = await database.write(tickets.use_reset, secret.hash, "new hash")

    assert changed.id == person.account.id
    assert (await _account(database, person)).password_hash == "new hash"
    assert await database.read(sessions.by_token_hash, "token of aigul") is None
    with pytest.raises(Gone):
        await database.write(tickets.use_reset, secret.hash, "newer hash")


async def test_a_newer_password_link_makes_the_older_worthless_and_so_does_a_change_of_address(
    database: Database,
) -> None:
    person, links = await opened(database), [new_secret(), new_secret()]
    for link in links:
        await database.write(tickets.reset, link.hash, person.account)
    with pytest.raises(Gone):
        await database.read(tickets.resetting, links[0].hash)

    await database.write(accounts.set_email, person.account, "new@school.kz")

    with pytest.raises(Gone):
        await database.read(tickets.resetting, links[1].hash)


async def test_a_password_link_opens_no_account_and_an_invitation_resets_no_password(database: Database) -> None:
    person, reset, invitation = await opened(database), new_secret(), new_secret()
    await database.write(tickets.reset, reset.hash, person.account)
    await database.write(tickets.invite, None, invitation.hash)

    with pytest.raises(Gone):
        await database.write(tickets.join, reset.hash, newcomer("marat"))
    with pytest.raises(Gone):
        await database.write(tickets.use_reset, invitation.hash, "hash")


async def test_a_suspended_person_is_signed_out_and_hidden_until_it_is_lifted(database: Database) -> None:
    admin, person = await opened(database, "boss", Role.ADMIN), await opened(database)
    await database.write(moderation.suspend, admin.account, person.account)

    suspended = await database.read(actors.by_id, person.actor.id)
    assert suspended is not None
    assert suspended.gone
    assert (await _account(database, person)).disabled_at is not None
    assert await database.read(sessions.by_token_hash, "token of aigul") is None
    with pytest.raises(Conflict):
        await database.write(tickets.reset, new_secret().hash, await _account(database, person))

    await database.write(moderation.unsuspend, admin.account, person.account)
    lifted = await database.read(actors.by_id, person.actor.id)
    assert lifted is not None
    assert not lifted.gone


@pytest.mark.parametrize(
    ("by", "whom", "allowed"),
    [
        (Role.TEACHER, Role.TEACHER, False),
        (Role.MODERATOR, Role.TEACHER, True),
        (Role.MODERATOR, Role.ADMIN, False),
        (Role.ADMIN, Role.MODERATOR, True),
    ],
)
async def test_who_may_suspend_whom(database: Database, by: Role, whom: Role, allowed: bool) -> None:
    await opened(database, "other_admin", Role.ADMIN)
    acting, person = await opened(database, "acting", by), await opened(database, "person", whom)

    if allowed:
        await database.write(moderation.suspend, acting.account, person.account)
    else:
        with pytest.raises(Forbidden):
            await database.write(moderation.suspend, acting.account, person.account)


async def test_a_school_keeps_its_last_administrator(database: Database) -> None:
    admin = await opened(database, "boss", Role.ADMIN)

    for unit in (
        lambda tx: moderation.suspend(tx, None, admin.account),
        lambda tx: moderation.set_role(tx, None, admin.account, Role.TEACHER),
        lambda tx: accounts.delete(tx, admin.account),
    ):
        with pytest.raises(Conflict):
            await database.write(unit)


async def test_a_deleted_person_leaves_nothing_but_her_name(database: Database) -> None:
    await opened(database, "boss", Role.ADMIN)
    person = await opened(database)

    await database.write(accounts.delete, person.account)

    actor = await database.read(actors.by_id, person.actor.id)
    account = await _account(database, person)
    assert actor is not None
    assert (actor.deleted_at is not None, actor.name, actor.summary) == (True, "", "")
    assert (account.email, account.password_hash) == (None, None)
    assert await database.read(sessions.by_token_hash, "token of aigul") is None
    with pytest.raises(NotFound):
        await database.read(accounts.by_name, "aigul")
    with pytest.raises(Conflict):
        await database.write(accounts.create, newcomer("aigul"))
    assert [each.actor.username for each in await database.read(accounts.people)] == ["boss"]


KEPT_OF_HER = {"schedules": "with her drafts", "tokens": "to tell whoever shows one that it was revoked, for a while"}


@pytest.mark.parametrize("engine", [Engine.SQLITE], indirect=True)  # whose catalogue is read
async def test_nothing_that_a_deleted_person_kept_for_herself_stays(database: Database) -> None:
    async def used(tx: Transaction, me: Actor) -> None:
        other = await make.teacher(tx, "bolat")
        await relationships.put_note(tx, me.id, other.id, "Teaches physics")
        await markers.put(tx, me.id, "home", 1)
        await muted_domains.insert(tx, me.id, "far.test")
        await notification_policies.put(tx, me.id, NotificationPolicy())
        await notification_policies.let_through(tx, me.id, other.id)
        await lists.put(tx, PeopleList(1, me.id, "Physics"))
        await lists.add_member(tx, 1, other.id)

    async def counted(tx: Transaction, me: int) -> dict[str, int]:
        tables = await tx.all(
            str,
            """
            SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
            WHERE  m.type = 'table' AND c.name = 'account_id'
            """,
        )
        assert len(tables) > 20
        rows = {each: await tx.value(f"SELECT count(*) FROM {each} WHERE account_id = :id", id=me) for each in tables}
        return {table: number for table, number in rows.items() if number}

    await opened(database, "boss", Role.ADMIN)
    person = await opened(database)
    await database.write(used, person.actor)
    before = await database.read(counted, person.account.id)
    await database.write(accounts.delete, person.account)
    after = await database.read(counted, person.account.id)

    assert {"private_notes", "markers", "muted_domains", "notification_policies", "welcome_senders", "lists"} <= {
        *before
    }
    assert after.keys() <= KEPT_OF_HER.keys()


async def test_closing_a_school_deletes_everybody_and_at_last_the_school(database: Database) -> None:
    async def school_of_its_own(tx: Transaction) -> None:
        await actors.insert(tx, school_actor(tx.school, tx.new_id(), tx.now))

    await database.write(school_of_its_own)
    for name, role in (("boss", Role.ADMIN), ("aigul", Role.TEACHER), ("marat", Role.TEACHER)):
        await opened(database, name, role)

    while await database.write(closing.next_person):
        pass
    await database.write(closing.school)

    assert await database.read(accounts.people) == []
    assert (await database.read(actors.school_actor)).deleted_at is not None


async def _account(database: Database, person: Person) -> Account:
    found = await database.read(stored.by_id, person.account.id)
    assert found is not None
    return found

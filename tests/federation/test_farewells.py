"""Delete of an actor whose key is gone: every way in which it comes, and what is believed of it."""

import pytest

from fedi.models.actors import Actor
from fedi.outbound import resolver
from fedi.store import actors, keys
from fedi.store.database import Transaction
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

pytestmark = pytest.mark.network(1)


async def known(almaty: TestSchool, network: Network, carol: StrangePerson, *, key: bool) -> Actor:
    """Carol as she is known here, with her key or without."""
    theirs = await resolver.actor(almaty.instance, network.wire, carol.uri)
    if not key:

        async def forget(tx: Transaction) -> None:
            await keys.replace_all(tx, theirs.id, [])

        await almaty.write(forget)
        almaty.instance.signers.clear()
    return theirs


async def farewell(almaty: TestSchool, network: Network, carol: StrangePerson) -> int:
    answer = await almaty.deliver(carol.activity("Delete", carol.uri), carol.key)
    await network.drain()
    return answer.status_code


async def is_gone(almaty: TestSchool, carol: StrangePerson) -> bool:
    found = await almaty.read(actors.by_uri, carol.uri)
    return found is not None and found.deleted_at is not None


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("key", [True, False])
async def test_she_is_gone_if_her_server_says_so_or_her_key_is_still_known(
    almaty: TestSchool, network: Network, carol: StrangePerson, status: int, key: bool
) -> None:
    await known(almaty, network, carol, key=key)
    carol.server.documents["/users/carol"] = status

    assert await farewell(almaty, network, carol) == 202
    assert await is_gone(almaty, carol)


async def test_a_tombstone_answered_with_410_says_so_too(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    await known(almaty, network, carol, key=False)
    carol.server.documents["/users/carol"] = 410
    note = {"id": carol.uri, "type": "Tombstone"}

    answer = await almaty.deliver(carol.activity("Delete", note), carol.key)
    await network.drain()

    assert answer.status_code == 202
    assert await is_gone(almaty, carol)


async def test_whoever_is_not_known_here_is_thanked_and_forgotten(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    carol.server.documents["/users/carol"] = 410

    assert await farewell(almaty, network, carol) == 202
    assert await almaty.read(actors.by_uri, carol.uri) is None


@pytest.mark.parametrize(("status", "answer"), [(500, 503), (403, 401)])
async def test_a_server_in_trouble_deletes_nobody(
    almaty: TestSchool, network: Network, carol: StrangePerson, status: int, answer: int
) -> None:
    await known(almaty, network, carol, key=False)
    carol.server.documents["/users/carol"] = status

    assert await farewell(almaty, network, carol) == answer
    assert not await is_gone(almaty, carol)


async def test_a_key_that_is_gone_deletes_nobody_who_is_still_there(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    """Anybody may name a key that does not exist."""
    await known(almaty, network, carol, key=True)
    forged = carol.activity("Delete", carol.uri)
    key = carol.key.__class__(f"{carol.server.base}/keys/none", carol.key.private)

    answer = await almaty.deliver(forged, key)
    await network.drain()

    assert answer.status_code in (202, 401)
    assert not await is_gone(almaty, carol)


async def test_nobody_is_deleted_by_the_missing_key_of_another_server(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson
) -> None:
    await known(almaty, network, carol, key=True)
    mallory.server.documents["/users/mallory"] = 410

    answer = await almaty.deliver(carol.activity("Delete", carol.uri), mallory.key)
    await network.drain()

    assert answer.status_code in (202, 401)
    assert not await is_gone(almaty, carol)

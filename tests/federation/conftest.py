"""A school, and a server of other software whose people are read there."""

import pytest

from fedi.actions import follows as follow_actions
from fedi.models.activities import Received
from fedi.models.actors import Actor
from fedi.outbound import resolver
from fedi.store import follows
from fedi.store.database import Transaction
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
def mastodon(network: Network) -> Stranger:
    return network.stranger()


@pytest.fixture
def carol(network: Network, mastodon: Stranger) -> StrangePerson:
    return mastodon.person("carol", network.next_keys())


@pytest.fixture
def mallory(network: Network) -> StrangePerson:
    """Somebody of a third server, with the worst intentions."""
    return network.stranger("evil.test").person("mallory", network.next_keys())


@pytest.fixture
async def asking(almaty: TestSchool, carol: StrangePerson, network: Network) -> Actor:
    """A teacher who wants to follow carol."""
    made = await almaty.teacher()
    await almaty.follow(made, await resolver.actor(almaty.instance, network.wire, carol.uri))
    return made


@pytest.fixture
async def aigul(almaty: TestSchool, asking: Actor, carol: StrangePerson, network: Network) -> Actor:
    """A teacher who follows carol."""
    request = network.wire.sent("Follow")[-1].activity

    async def accept(tx: Transaction) -> None:
        follow = await follows.by_uri(tx, request["id"])
        assert follow is not None
        await follow_actions.accept(tx, follow)

    await almaty.write(accept)
    return asking


async def kept(school: TestSchool) -> list[Received]:
    """What came in, in order."""

    async def unit(tx: Transaction) -> list[Received]:
        return await tx.all(Received, "SELECT * FROM received ORDER BY id")

    found: list[Received] = await school.read(unit)
    return found


async def outcomes(school: TestSchool) -> list[str | None]:
    """What became of what came in."""
    return [each.outcome for each in await kept(school)]

from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from fedi.activitypub.signatures.keys import SigningKey
from fedi.models.actors import Actor
from fedi.outbound.client import Client, Limits
from tests.network import Network, TestSchool
from tests.outbound import authorities
from tests.outbound.authorities import Authority
from tests.strangers import StrangePerson, Stranger

NOW_MS = 1_790_000_000_000


@pytest.fixture(scope="session")
def key() -> SigningKey:
    """The key of a teacher in Almaty."""
    return SigningKey("http://almaty.localhost:8000/users/7#main-key", generate_private_key(65537, 2048))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A root that clients are told to trust."""
    return authorities.found(tmp_path_factory.mktemp("ca"))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client in development mode."""
    async with Client(development=True, clock=lambda: NOW_MS) as client:
        yield client


@pytest.fixture
async def impatient() -> AsyncIterator[Client]:
    """The same, with little patience."""
    limits = Limits(connect_s=0.2, total_s=0.2, file_total_s=0.2, answer_s=0.1)
    async with Client(limits=limits, development=True, clock=lambda: NOW_MS) as client:
        yield client


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
def mastodon(network: Network) -> Stranger:
    return network.stranger()


@pytest.fixture
def dan(network: Network) -> StrangePerson:
    """Somebody of a third server."""
    return network.stranger("lemmy.test").person("dan", network.next_keys())


@pytest.fixture
async def aigul(almaty: TestSchool) -> Actor:
    return await almaty.teacher()

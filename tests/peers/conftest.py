"""A school with https on a socket, and servers of other makes that meet it there."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from fedi.models.actors import Actor
from tests.live import Authority, LiveSchool, live_school, make_authority
from tests.peers.running import PEERS_PYTHON, Peer, PeerPerson, join, node, run_node, running_peer

NODE_FOLDER = Path(__file__).parents[1] / "node"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"), "almaty.test", "fedify.test", "bovine.test")


@pytest.fixture(scope="session")
def fedify(certificates: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """A server on Fedify, shared by all tests: each brings a school and people of its own."""
    with running_peer(
        [node(), str(NODE_FOLDER / "fedify_peer.mjs")],
        tmp_path_factory.mktemp("fedify") / "log",
        NAME="fedify.test",
        CERTIFICATE=str(certificates.of("fedify.test")),
        NODE_EXTRA_CA_CERTS=str(certificates.root),
    ) as peer:
        yield peer


@pytest.fixture(scope="session")
def bovine(certificates: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """A server on bovine-herd, shared in the same way."""
    folder = tmp_path_factory.mktemp("bovine")
    contexts = folder / "contexts.json"
    contexts.write_text(run_node(NODE_FOLDER / "contexts.mjs"), "utf-8")
    with running_peer(
        [str(PEERS_PYTHON), str(Path(__file__).parent / "bovine_peer.py")],
        folder / "log",
        cwd=folder,
        NAME="bovine.test",
        CERTIFICATE=str(certificates.of("bovine.test")),
        CONTEXTS=str(contexts),
        SSL_CERT_FILE=str(certificates.root),
    ) as peer:
        yield peer


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("fedify", "bovine")])
def peer(request: pytest.FixtureRequest) -> Peer:
    """Each of the servers of other makes."""
    found: Peer = request.getfixturevalue(request.param)
    return found


@pytest_asyncio.fixture
async def carol(peer: Peer) -> PeerPerson:
    """Somebody with an account there."""
    return await join(peer, "carol")


@pytest_asyncio.fixture
async def school(tmp_path: Path, certificates: Authority) -> AsyncIterator[LiveSchool]:
    async with live_school(tmp_path / "instances", certificates) as opened:
        yield opened


@pytest_asyncio.fixture
async def aigul(school: LiveSchool) -> Actor:
    return await school.teacher("aigul", summary="<p>Mathematics</p>", discoverable=True, indexable=True)

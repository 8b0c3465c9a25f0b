"""What other servers say they run, and when they were heard of."""

from collections.abc import Iterator

import pytest

from fedi.actions import peers as peer_actions
from fedi.actions import servers as server_actions
from fedi.models.peers import Server
from fedi.outbound import upkeep
from fedi.store import servers
from fedi.store.database import Transaction
from tests.network import Network, TestSchool
from tests.strangers import Stranger

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
FAR = "far.test"


@pytest.fixture
def almaty(network: Network) -> Iterator[TestSchool]:
    """A school that stays awake, however long nobody comes."""
    with network["almaty"].instance.held():
        yield network["almaty"]


@pytest.fixture
def far(network: Network) -> Stranger:
    stranger = network.stranger(FAR)
    stranger.content_type = "application/json"
    stranger.documents["/.well-known/nodeinfo"] = links(f"http://{FAR}/nodeinfo/2.0")
    stranger.documents["/nodeinfo/2.0"] = {"version": "2.0", "software": {"name": "mastodon", "version": "4.6.5"}}
    return stranger


def links(href: str, version: str = "2.0") -> dict[str, object]:
    return {"links": [{"rel": f"{SCHEMA}{version}", "href": href}]}


async def known(school: TestSchool) -> Server:
    found = await school.read(servers.by_host, FAR)
    assert found is not None
    return found  # type: ignore[no-any-return]


async def ask(school: TestSchool, network: Network) -> Server:
    await school.write(server_actions.ask_again, None, FAR)
    await network.drain()
    return await known(school)


async def test_a_server_tells_what_it_runs(almaty: TestSchool, network: Network, far: Stranger) -> None:
    told = await ask(almaty, network)

    assert (told.software, told.version, told.checked_at) == ("mastodon", "4.6.5", network.clock())
    assert told.trouble is None


async def test_another_school_tells_what_it_runs(almaty: TestSchool, network: Network) -> None:
    await almaty.write(server_actions.ask_again, None, "kostanay.test")
    await network.drain()

    told = await almaty.read(servers.by_host, "kostanay.test")
    assert told.software == "fedi"


@pytest.mark.parametrize(
    "document",
    [
        {"software": {"name": 7}},
        {"software": "mastodon"},
        {"version": "2.0"},
        404,
        500,
    ],
)
async def test_what_cannot_be_read_is_noted_and_what_was_known_stays(
    almaty: TestSchool, network: Network, far: Stranger, document: dict[str, object] | int
) -> None:
    await ask(almaty, network)
    far.documents["/nodeinfo/2.0"] = document
    network.clock.advance(days=1)

    told = await ask(almaty, network)

    assert told.trouble
    assert (told.software, told.checked_at) == ("mastodon", network.clock())


async def test_a_server_is_believed_only_about_itself(almaty: TestSchool, network: Network, far: Stranger) -> None:
    other = network.stranger("other.test")
    far.documents["/.well-known/nodeinfo"] = links("http://other.test/nodeinfo/2.0")

    told = await ask(almaty, network)

    assert "own address" in (told.trouble or "")
    assert other.asked == []


async def test_a_name_without_end_is_cut(almaty: TestSchool, network: Network, far: Stranger) -> None:
    far.documents["/nodeinfo/2.0"] = {"software": {"name": "x" * 100_000, "version": "y" * 100_000}}

    told = await ask(almaty, network)

    assert (len(told.software), len(told.version)) == (100, 100)


async def test_each_server_is_asked_once_a_week_and_blocked_ones_never(
    almaty: TestSchool, network: Network, far: Stranger
) -> None:
    await almaty.write(server_actions.heard_from, FAR)
    network.clock.advance(hours=1)
    await network.drain()
    assert (await known(almaty)).software == "mastodon"

    asked = len(far.asked)
    network.clock.advance(days=6)
    await network.drain()
    assert len(far.asked) == asked

    network.clock.advance(days=2)
    await network.drain()
    assert len(far.asked) == asked + 2

    await almaty.write(peer_actions.block, None, FAR)
    network.clock.advance(days=30)
    await network.drain()
    assert len(far.asked) == asked + 2


async def test_a_server_that_signs_is_noted_with_its_first_and_its_last_word(
    almaty: TestSchool, network: Network
) -> None:
    carol = network.stranger(FAR).person("carol", network.next_keys())
    aigul = await almaty.teacher()
    await almaty.deliver(carol.activity("Follow", aigul.uri, "/1"), carol.key)
    first = network.clock()
    network.clock.advance(hours=2)
    await almaty.deliver(carol.activity("Undo", carol.activity("Follow", aigul.uri, "/1"), "/2"), carol.key)

    told = await known(almaty)
    assert (told.first_seen_at, told.last_heard_at) == (first, network.clock())


async def test_what_is_not_signed_leaves_no_server_behind(almaty: TestSchool, network: Network) -> None:
    carol = network.stranger(FAR).person("carol", network.next_keys())
    mallory = network.stranger("evil.test").person("mallory", network.next_keys())
    forged = mallory.activity("Follow", carol.uri)

    answer = await almaty.deliver(forged, carol.key.__class__(mallory.key.key_id, carol.key.private))

    assert answer.status_code == 401
    assert await almaty.read(servers.by_host, "evil.test") is None


async def test_servers_are_remembered_up_to_a_number_and_forgotten_with_time(
    almaty: TestSchool, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "MOST", 3)

    async def invent(tx: Transaction) -> None:
        for number in range(5):
            await servers.heard(tx, f"host{number}.test")

    await almaty.write(invent)
    kept = await almaty.read(servers.latest, 10)
    assert len(kept) == 3

    network.clock.advance(days=upkeep.IDLE_HOST_DAYS + 1)
    await network.drain()
    assert await almaty.read(servers.latest, 10) == []

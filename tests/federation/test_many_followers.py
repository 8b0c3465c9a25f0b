"""What goes to many servers is queued by a job of its own, a moment after its author was answered."""

import pytest

from fedi.actions import deliveries, own_posts
from fedi.actions import peers as peer_actions
from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.store import jobs, receipts
from fedi.store.database import Transaction
from fedi.store.jobs import Lane
from tests import factories as make
from tests.network import Network, TestSchool

HOSTS = [f"far{number}.test" for number in range(5)]


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
async def aigul(almaty: TestSchool, network: Network, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Read by somebody at each of five servers, which are many here: batches are of two."""
    monkeypatch.setattr(deliveries, "_AT_ONCE", 2)
    monkeypatch.setattr(deliveries, "_BATCH", 2)
    teacher = await almaty.teacher("aigul")

    async def readers(tx: Transaction) -> None:
        for number, host in enumerate(HOSTS):
            inbox = f"http://{host}/inbox"
            reader = await make.colleague(tx, f"reader{number}", host=host, inbox=inbox, shared_inbox=inbox)
            await make.follow(tx, reader, teacher)

    await almaty.write(readers)
    for host in HOSTS:
        network.stranger(host)
    return teacher


async def queued(school: TestSchool) -> list[str]:
    async def unit(tx: Transaction) -> list[str]:
        return await tx.all(str, "SELECT kind FROM jobs WHERE kind IN ('send', 'deliver') ORDER BY id")

    found: list[str] = await school.read(unit)
    return found


async def a_moment_later(network: Network) -> None:
    network.clock.advance(seconds=1)
    await network.drain()


async def first_batch(school: TestSchool) -> None:
    """A worker begins with the job, and goes no further than its first batch."""
    [[job]] = await school.write(jobs.claim, dict.fromkeys(Lane, 10), 10)
    assert await school.write(deliveries.go_on, job) is not None


async def test_a_post_to_many_is_one_job_and_then_reaches_each_server_once(
    almaty: TestSchool, network: Network, aigul: Actor
) -> None:
    post = await almaty.post(aigul)
    assert await queued(almaty) == ["send"]

    await a_moment_later(network)

    assert sorted(each.url for each in network.wire.sent("Create")) == [f"http://{host}/inbox" for host in HOSTS]
    assert await queued(almaty) == []
    assert sorted(each.host for each in await almaty.read(receipts.of_post, post.id)) == HOSTS


async def test_the_first_deliveries_do_not_begin_beside_the_answer(
    almaty: TestSchool, network: Network, aigul: Actor
) -> None:
    await almaty.post(aigul)

    await network.drain()

    assert network.wire.crossed == []


async def test_what_the_author_sends_next_stays_behind_it_though_it_goes_to_few(
    almaty: TestSchool, network: Network, aigul: Actor
) -> None:
    post: Post = await almaty.post(aigul)

    async def lose_followers_and_delete(tx: Transaction) -> None:
        readers = await tx.all(int, "SELECT follower_id FROM follows ORDER BY id")
        await tx.execute("DELETE FROM follows WHERE follower_id <> :id", id=readers[0])
        await own_posts.delete(tx, aigul, post.id)

    await almaty.write(lose_followers_and_delete)
    assert await queued(almaty) == ["send", "send"]
    await a_moment_later(network)

    at_first = [each.type for each in network.wire.crossed if each.url == f"http://{HOSTS[0]}/inbox"]
    assert at_first == ["Create", "Delete"]


async def test_a_worker_that_dies_half_way_leaves_the_rest_to_the_next_and_nothing_goes_twice(
    almaty: TestSchool, network: Network, aigul: Actor
) -> None:
    await almaty.post(aigul)
    network.clock.advance(seconds=1)
    await first_batch(almaty)
    assert await queued(almaty) == ["send", "deliver", "deliver"]

    network.clock.advance(minutes=2)
    await network.drain()

    assert sorted(each.url for each in network.wire.sent("Create")) == [f"http://{host}/inbox" for host in HOSTS]


async def test_a_server_that_is_blocked_in_between_gets_nothing(
    almaty: TestSchool, network: Network, aigul: Actor
) -> None:
    await almaty.post(aigul)
    await almaty.write(peer_actions.block, None, HOSTS[3])

    await a_moment_later(network)

    assert f"http://{HOSTS[3]}/inbox" not in [each.url for each in network.wire.crossed]
    assert len(network.wire.sent("Create")) == 4


async def test_to_a_few_servers_it_is_queued_at_once(
    almaty: TestSchool, network: Network, aigul: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "_AT_ONCE", 5)
    monkeypatch.setattr(deliveries, "_BATCH", 5)

    await almaty.post(aigul)

    assert await queued(almaty) == ["deliver"] * 5

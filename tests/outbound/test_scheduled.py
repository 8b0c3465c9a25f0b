"""Scheduled posts are published once, at their time, by whoever may still write them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from fedi.actions import accounts as account_actions
from fedi.actions import blocks, own_posts, scheduled, timelines
from fedi.actions import drafts as draft_actions
from fedi.actions import posts as post_actions
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, Post, PostView
from fedi.models.quotes import QuotePolicy
from fedi.models.schedules import Schedule
from fedi.outbound import scheduled as jobs_of_scheduled
from fedi.outbound.work import Work
from fedi.store import accounts, actors, backlog, jobs, posts, schedules
from fedi.store.database import Transaction
from fedi.store.jobs import Lane
from tests import factories as make
from tests.network import Network, TestSchool

pytestmark = pytest.mark.network(2)

HOUR_MS = 3600_000


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


@pytest.fixture
async def aigul(almaty: TestSchool) -> Actor:
    return await almaty.teacher()


@pytest.fixture
async def dana(almaty: TestSchool) -> Actor:
    return await almaty.teacher("dana")


async def schedule(school: TestSchool, author: Actor, **draft: Any) -> Post:
    at = school.network.clock.now + HOUR_MS
    made: Post = await school.write(scheduled.post, author, Draft("Later", Circle.PUBLIC, **draft), at)
    return made


async def wait(school: TestSchool) -> None:
    school.network.clock.advance(hours=1)
    await school.network.drain()


async def published(school: TestSchool, author: Actor) -> list[PostView]:
    found: list[PostView] = await school.read(timelines.profile, author, author, Page())
    return found


async def drafts(school: TestSchool, author: Actor) -> tuple[list[PostView], list[Schedule]]:
    async def unit(tx: Transaction) -> tuple[list[PostView], list[Schedule]]:
        found = await timelines.drafts(tx, author, Page())
        return found, list((await scheduled.of(tx, found)).values())

    found: tuple[list[PostView], list[Schedule]] = await school.read(unit)
    return found


async def test_followers_elsewhere_have_it_after_its_time_and_nothing_before(
    almaty: TestSchool, network: Network, aigul: Actor
) -> None:
    there = network["kostanay"]
    marat = await there.teacher("marat")
    await there.follow(marat, await there.knows(aigul))
    await network.drain()
    network.wire.crossed.clear()

    await schedule(almaty, aigul)
    await network.drain()
    before = list(network.wire.crossed)
    await wait(almaty)

    assert before == []
    home = await there.read(timelines.home, marat.id, Page())
    assert [view.post.content for view in home] == ["<p>Later</p>"]


async def suspend(tx: Transaction, author: Actor, about: Post) -> None:
    await actors.set_suspended(tx, author.id, tx.now)


async def disable(tx: Transaction, author: Actor, about: Post) -> None:
    await accounts.set_disabled(tx, author.id, tx.now)


async def has_moved(tx: Transaction, author: Actor, about: Post) -> None:
    await actors.set_moved_to(tx, author.id, "https://elsewhere.test/users/1")


async def is_blocked(tx: Transaction, author: Actor, about: Post) -> None:
    by = await actors.by_id(tx, about.actor_id)
    assert by is not None
    await blocks.block(tx, by, author)


async def is_gone(tx: Transaction, author: Actor, about: Post) -> None:
    await post_actions.delete(tx, about)


@pytest.mark.parametrize("meanwhile", [suspend, disable, has_moved, is_blocked, is_gone])
@pytest.mark.parametrize("reference", ["in_reply_to_id", "quoted_id"])
async def test_what_its_author_may_not_publish_any_more_stays_a_draft_that_says_so(
    almaty: TestSchool,
    aigul: Actor,
    dana: Actor,
    meanwhile: Callable[[Transaction, Actor, Post], Awaitable[None]],
    reference: str,
) -> None:
    about = await almaty.post(dana, "Who comes?", quote_policy=QuotePolicy.EVERYONE)
    await schedule(almaty, aigul, **{reference: about.id})

    async def unit(tx: Transaction) -> None:
        await meanwhile(tx, aigul, about)

    await almaty.write(unit)
    await wait(almaty)

    found = await almaty.read(posts.of_actor, aigul.id, 10)
    assert [post.circle for post in found] == [Circle.DRAFT]
    times = await almaty.read(schedules.of_posts, [found[0].id])
    assert times[found[0].id].failed
    assert await almaty.read(backlog.dead, 10) == []


async def test_whoever_wants_to_be_quoted_no_more_is_not_quoted_by_what_was_scheduled(
    almaty: TestSchool, aigul: Actor, dana: Actor
) -> None:
    about = await almaty.post(dana, "Who comes?", quote_policy=QuotePolicy.EVERYONE)
    await schedule(almaty, aigul, quoted_id=about.id)
    await almaty.write(own_posts.change, dana, about.id, Draft("Who comes?", None, quote_policy=QuotePolicy.NOBODY))

    await wait(almaty)

    assert await published(almaty, aigul) == []
    [[draft], [time]] = await drafts(almaty, aigul)
    assert (draft.post.circle, time.failed) == (Circle.DRAFT, True)


async def test_a_job_that_has_lost_its_lease_publishes_nothing(almaty: TestSchool, aigul: Actor) -> None:
    await schedule(almaty, aigul)
    almaty.network.clock.advance(hours=1)
    claimed = await almaty.write(jobs.claim, dict.fromkeys(Lane, 9), 10)
    [job] = [job for thread in claimed for job in thread if job.kind == "publish-scheduled"]

    with pytest.raises(jobs.LeaseLost):
        await jobs_of_scheduled.publish(Work(almaty.instance, almaty.network.wire, replace(job, lease=job.lease + 1)))
    before = await published(almaty, aigul)
    await jobs_of_scheduled.publish(Work(almaty.instance, almaty.network.wire, job))

    assert before == []
    assert len(await published(almaty, aigul)) == 1


async def test_what_was_published_by_hand_is_not_published_again(almaty: TestSchool, aigul: Actor) -> None:
    made = await schedule(almaty, aigul, poll=make.poll(closes_at=almaty.network.clock.now + 2 * HOUR_MS))

    now = await almaty.write(draft_actions.publish, made, Circle.SCHOOL)
    await wait(almaty)

    [view] = await published(almaty, aigul)
    assert (view.post.id, view.post.circle) == (now.id, Circle.SCHOOL)
    assert view.poll is not None
    assert view.poll.closes_at == view.post.published_at + HOUR_MS


async def test_a_closed_account_takes_its_scheduled_posts_with_it(almaty: TestSchool, aigul: Actor) -> None:
    await schedule(almaty, aigul)
    account = await almaty.read(accounts.by_id, aigul.id)

    await almaty.write(account_actions.delete, account)
    await almaty.network.drain()
    await wait(almaty)

    assert await almaty.read(posts.of_actor, aigul.id, 10) == []
    assert await almaty.read(schedules.count, aigul.id, 0, 1) == (0, 0)

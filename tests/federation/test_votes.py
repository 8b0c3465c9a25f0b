"""Votes and polls between schools and with servers of other makes (FEP-9967)."""

from typing import Any

import pytest

from fedi.actions import polls as poll_actions
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Poll, Post
from fedi.store import polls
from fedi.store.database import Transaction
from tests.factories import poll
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson


def vote(carol: StrangePerson, question: Post, aigul: Actor, name: str, number: int = 1) -> dict[str, Any]:
    note = carol.note(f"/votes/{number}", inReplyTo=question.uri, name=name, to=[aigul.uri], cc=[])
    del note["content"]
    return note


async def votes(school: TestSchool, question: Post) -> tuple[list[int], int]:
    counted = await school.read(polls.of_post, question.id)
    return [option.votes for option in counted.options], counted.voters_count


async def cast(school: TestSchool, network: Network, carol: StrangePerson, *notes: dict[str, Any], **more: Any) -> None:
    for number, note in enumerate(notes):
        await school.deliver({**carol.activity("Create", note, f"/creates/{number}"), **more}, carol.key)
    await network.drain()


@pytest.mark.network(1)
@pytest.mark.parametrize(
    ("multiple", "chosen", "counted"),
    [
        (False, ["Red", "Blue"], ([1, 0], 1)),
        (False, ["Red", "Red"], ([1, 0], 1)),
        (True, ["Red", "Blue", "Red"], ([1, 1], 1)),
        (True, ["Green", "Blue"], ([0, 1], 1)),
        (False, ["green", "x" * 5_000], ([0, 0], 0)),
    ],
)
async def test_each_counts_once_and_only_what_is_offered(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    multiple: bool,
    chosen: list[str],
    counted: tuple[list[int], int],
) -> None:
    aigul = await almaty.teacher()
    question = await almaty.post(aigul, "Which?", Circle.PUBLIC, poll=poll("Red", "Blue", multiple=multiple))

    await cast(
        almaty, network, carol, *(vote(carol, question, aigul, name, number) for number, name in enumerate(chosen))
    )

    assert await votes(almaty, question) == counted


@pytest.mark.network(1)
async def test_several_votes_in_one_create_count_each(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    question = await almaty.post(aigul, "Which?", Circle.PUBLIC, poll=poll("Red", "Blue", "Green", multiple=True))
    notes = [vote(carol, question, aigul, name, number) for number, name in enumerate(("Red", "Blue"))]
    forged = vote(mallory, question, aigul, "Green")
    create = {**carol.activity("Create", ""), "object": [*notes, forged, "http://evil.test/votes/9", 7]}

    await almaty.deliver(create, carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "voted"
    assert await votes(almaty, question) == ([1, 1, 0], 1)
    assert mallory.server.asked == []


@pytest.mark.network(1)
async def test_a_closed_poll_takes_no_vote(almaty: TestSchool, network: Network, carol: StrangePerson) -> None:
    aigul = await almaty.teacher()
    closes_at = network.clock.now + 60_000
    question = await almaty.post(aigul, "Which?", Circle.PUBLIC, poll=poll("Red", "Blue", closes_at=closes_at))
    network.clock.advance(minutes=1)

    await cast(almaty, network, carol, vote(carol, question, aigul, "Red"))

    assert await votes(almaty, question) == ([0, 0], 0)


@pytest.mark.network(1)
@pytest.mark.parametrize("follows", [True, False])
async def test_a_poll_for_followers_takes_the_votes_of_followers(
    almaty: TestSchool, network: Network, carol: StrangePerson, follows: bool
) -> None:
    aigul = await almaty.teacher()
    if follows:
        await almaty.deliver(carol.activity("Follow", aigul.uri), carol.key)
        await network.drain()
    question = await almaty.post(aigul, "Which?", Circle.FOLLOWERS, poll=poll("Red", "Blue"))

    await cast(almaty, network, carol, vote(carol, question, aigul, "Red"))

    assert await votes(almaty, question) == (([1, 0], 1) if follows else ([0, 0], 0))


@pytest.mark.network(1)
@pytest.mark.parametrize(
    ("closed", "is_closed"),
    [("2020-01-01T00:00:00Z", True), (True, True), ("2199-01-01T00:00:00Z", False), (False, False), (None, False)],
)
async def test_closed_is_a_time_that_may_still_be_to_come(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, closed: object, is_closed: bool
) -> None:
    options = [{"type": "Note", "name": name} for name in ("Red", "Blue")]
    question = carol.note(type="Question", anyOf=options, closed=closed)

    await cast(almaty, network, carol, question)

    found = await almaty.has(question["id"])
    assert found is not None
    kept: Poll = await almaty.read(polls.of_post, found.id)
    assert (kept.closed_at is not None) is is_closed
    assert (kept.closes_at is not None) is (closed == "2199-01-01T00:00:00Z")


@pytest.mark.network(1)
async def test_other_choices_set_the_votes_back(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    def options(*names: str) -> list[dict[str, Any]]:
        return [{"type": "Note", "name": name, "replies": {"totalItems": 0}} for name in names]

    question = carol.note(type="Question", oneOf=options("Red", "Blue"))
    await cast(almaty, network, carol, question)
    found = await almaty.has(question["id"])
    assert found is not None
    await almaty.write(poll_actions.vote, aigul, found, [0])
    changed = {**question, "oneOf": options("Yes", "No"), "updated": "2026-09-02T10:00:00Z"}
    await almaty.deliver(carol.activity("Update", changed), carol.key)
    await network.drain()

    async def mine(tx: Transaction) -> int:
        return len(await polls.votes_of(tx, aigul.id, [found.id]))

    assert await almaty.read(mine) == 0
    await almaty.write(poll_actions.vote, aigul, found, [1])


@pytest.mark.network(1)
async def test_five_hundred_choices_are_kept_and_no_more(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    options = [{"type": "Note", "name": str(number)} for number in range(2_000)]
    question = carol.note(type="Question", oneOf=options)

    await cast(almaty, network, carol, question)

    found = await almaty.has(question["id"])
    assert found is not None
    assert len((await almaty.read(polls.of_post, found.id)).options) == 500

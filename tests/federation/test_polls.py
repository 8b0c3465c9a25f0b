"""Polls cross in both directions: votes, counts while a poll is open, and its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fedi.actions import polls as poll_actions
from fedi.activitypub import jsonld
from fedi.activitypub.jsonld import Json
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Poll, Post
from fedi.store import notifications, polls
from fedi.store.database import Transaction
from tests.clock import START
from tests.factories import poll
from tests.federation.conftest import outcomes
from tests.network import Crossed, Network, TestSchool
from tests.strangers import StrangePerson, Stranger
from tests.web.browsing import signed_in

pytestmark = pytest.mark.network(1)

SEVEN_MINUTES_MS = 420_000


def option(title: str, votes: int) -> Json:
    return {"type": "Note", "name": title, "replies": {"type": "Collection", "totalItems": votes}}


def question(person: StrangePerson, yes: int = 0, no: int = 0, **changes: object) -> Json:
    """A poll of another server, as it is now."""
    options = [option("Yes", yes), option("No", no)]
    return person.note("/polls/1", **{"type": "Question", "oneOf": options, "votersCount": yes + no, **changes})


async def deliver(school: TestSchool, sender: StrangePerson, activity: Json) -> str:
    await school.deliver(activity, sender.key)
    await school.network.drain()
    return str((await outcomes(school))[-1])


async def arrived(school: TestSchool, sender: StrangePerson, **changes: object) -> Post:
    document = question(sender, **changes)  # type: ignore[arg-type]
    assert await deliver(school, sender, sender.activity("Create", document)) == "created"
    found = await school.has(document["id"])
    assert found is not None
    return found


async def counted(school: TestSchool, post: Post) -> Poll:
    found = await school.read(polls.of_post, post.id)
    assert isinstance(found, Poll)
    return found


async def votes(school: TestSchool, post: Post) -> list[int]:
    return [each.votes for each in (await counted(school, post)).options]


def vote(person: StrangePerson, post: Post, title: str, number: int = 1, **changes: object) -> Json:
    document = person.note(f"/votes/{number}", name=title, inReplyTo=post.uri, to=[], cc=[], **changes)
    del document["content"]
    return document


def updates(network: Network) -> list[Crossed]:
    return network.wire.sent("Update")


# --- polls of ours ---------------------------------------------------------------------------------


async def test_counts_of_an_open_poll_go_out_once_however_many_vote(
    almaty: TestSchool, network: Network, carol: StrangePerson, mastodon: Stranger
) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Which?", poll=poll("Red", "Blue"))
    voters = [carol, *(mastodon.person(f"voter{n}", network.next_keys()) for n in range(2))]
    for number, person in enumerate(voters):
        assert await deliver(almaty, person, person.activity("Create", vote(person, post, "Blue", number))) == "voted"
        network.clock.advance(minutes=1)
    before = updates(network)

    network.clock.advance(minutes=1)
    await network.drain()
    network.clock.advance(minutes=4)
    await network.drain()

    assert before == []
    # To three voters on one server, none of whom follows anybody here.
    assert len({each.activity["id"] for each in updates(network)}) == 1
    told = updates(network)[-1].activity
    assert [each["replies"]["totalItems"] for each in told["object"]["oneOf"]] == [0, 3]
    assert told["object"]["votersCount"] == 3
    assert "updated" not in told["object"]


async def test_hidden_totals_are_null_on_the_wire_until_the_end(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    """As Mastodon sends them: only how many have voted is said before."""
    aigul = await almaty.teacher()
    hidden = replace(poll("Red", "Blue", closes_at=START + SEVEN_MINUTES_MS), hide_totals=True)
    post = await almaty.post(aigul, "Which?", poll=hidden)
    await deliver(almaty, carol, carol.activity("Create", vote(carol, post, "Blue")))
    network.clock.advance(minutes=4)
    await network.drain()
    network.clock.advance(minutes=4)
    await network.drain()

    told = [each.activity["object"] for each in updates(network)]
    assert [[each["replies"]["totalItems"] for each in object_["oneOf"]] for object_ in told] == [[None, None], [0, 1]]
    assert [each["votersCount"] for each in told] == [1, 1]


async def test_a_poll_elsewhere_hides_its_totals_until_its_server_says_them(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    unknown = [{**option(title, 0), "replies": {"type": "Collection", "totalItems": None}} for title in ("Yes", "No")]
    soon = jsonld.format_time(START + SEVEN_MINUTES_MS)
    post = await arrived(almaty, carol, yes=1, oneOf=unknown, endTime=soon)
    before = await counted(almaty, post)
    network.clock.advance(minutes=8)
    await almaty.write(poll_actions.close_due)
    closed = await counted(almaty, post)
    told = question(carol, 1, 3, endTime=soon, closed=soon)
    await deliver(almaty, carol, carol.activity("Update", told))
    after = await counted(almaty, post)

    assert (before.totals, before.voters_count, closed.closed_at is None) == ((None, None), 1, False)
    assert closed.totals == (None, None)
    assert after.totals == (1, 3)


@pytest.mark.parametrize("replies", [{}, [], "many", {"totalItems": "many"}, {"totalItems": -1}, [None]])
async def test_a_count_that_is_none_does_not_keep_the_others_away(
    almaty: TestSchool, carol: StrangePerson, aigul: Actor, replies: object
) -> None:
    broken = [{"type": "Note", "name": "Yes", "replies": replies}, option("No", 2)]
    post = await arrived(almaty, carol, no=2, oneOf=broken)

    assert (await counted(almaty, post)).totals == (0, 2)


async def test_counts_are_no_news_in_an_outbox(almaty: TestSchool, network: Network, carol: StrangePerson) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Which?", poll=poll("Red", "Blue"))
    await deliver(almaty, carol, carol.activity("Create", vote(carol, post, "Red")))
    network.clock.advance(minutes=4)
    await network.drain()

    page = (await almaty.get(f"{aigul.outbox}?page=true")).json()

    assert [each["type"] for each in page["orderedItems"]] == ["Create"]
    assert len(updates(network)) == 1


async def test_the_end_of_a_poll_is_told_to_voters_who_follow_nobody(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Which?", poll=poll("Red", "Blue", closes_at=START + SEVEN_MINUTES_MS))
    await deliver(almaty, carol, carol.activity("Create", vote(carol, post, "Red")))
    network.clock.advance(minutes=4)
    await network.drain()
    network.clock.advance(minutes=4)
    await network.drain()

    open_, closed = (each.activity["object"] for each in updates(network))
    assert "closed" not in open_
    assert closed["closed"]
    told = await almaty.read(notifications.latest, aigul.id, Page())
    assert [each.kind for each in told] == ["poll"]


async def test_all_choices_of_one_vote_may_come_in_one_activity(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson
) -> None:
    """GoToSocial sends an array; nothing of others in it counts."""
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Which?", poll=poll("Red", "Blue", "Green", multiple=True))
    choices = [vote(carol, post, "Red", 1), vote(carol, post, "Green", 2), vote(mallory, post, "Blue", 3)]

    assert await deliver(almaty, carol, carol.activity("Create", choices)) == "voted"

    assert await votes(almaty, post) == [1, 0, 1]


@pytest.mark.parametrize("title", ["a<b", "R&D", "<b>bold</b>", "Қазақша ✓", " spaces "])
async def test_a_choice_is_named_to_the_letter(
    almaty: TestSchool, network: Network, carol: StrangePerson, title: str
) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Which?", poll=poll("Other", title))
    named = (await almaty.get(post.uri)).json()["oneOf"][1]["name"]

    assert await deliver(almaty, carol, carol.activity("Create", vote(carol, post, named))) == "voted"

    assert await votes(almaty, post) == [0, 1]


# --- polls of others -------------------------------------------------------------------------------


async def test_a_poll_that_somebody_looks_at_is_asked_for_again_every_so_often(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    post = await arrived(almaty, carol)
    browser = await signed_in(almaty, aigul)
    seen = []
    for minutes, yes in ((0, 1), (4, 2), (2, 3)):
        network.clock.advance(minutes=minutes)
        question(carol, yes)
        await browser.get(f"/posts/{post.id}")
        await network.drain()
        seen.append((await votes(almaty, post))[0])

    assert seen == [1, 1, 3]


async def test_after_a_vote_its_server_is_asked_for_the_counts(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    post = await arrived(almaty, carol)
    await almaty.write(poll_actions.vote, aigul, post, [1])
    await network.drain()
    question(carol, 6, 7)
    at_once = await votes(almaty, post)

    network.clock.advance(minutes=2)
    await network.drain()

    assert at_once == [0, 1]
    assert await votes(almaty, post) == [6, 7]


async def test_the_final_counts_are_asked_for_when_a_poll_ends(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    post = await arrived(almaty, carol, endTime="2026-09-21T14:19:00Z")
    await almaty.write(poll_actions.vote, aigul, post, [1])
    network.clock.advance(minutes=2)
    await network.drain()
    question(carol, 6, 7, endTime="2026-09-21T14:19:00Z", closed="2026-09-21T14:19:00Z")
    network.clock.advance(minutes=4)
    await network.drain()
    network.clock.advance(minutes=2)
    await network.drain()

    assert await votes(almaty, post) == [6, 7]
    assert (await counted(almaty, post)).closed_at is not None
    told = await almaty.read(notifications.latest, aigul.id, Page())
    assert [each.kind for each in told] == ["poll"]


async def test_a_poll_may_say_only_that_it_is_closed(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    post = await arrived(almaty, carol, closed=True)

    assert (await counted(almaty, post)).closed_at is not None


async def test_an_unreachable_poll_stays_as_it_is(
    almaty: TestSchool, network: Network, carol: StrangePerson, mastodon: Stranger, aigul: Actor
) -> None:
    post = await arrived(almaty, carol, yes=3)
    mastodon.documents["/polls/1"] = 410

    async def ask(tx: Transaction) -> None:
        await poll_actions.vote(tx, aigul, post, [0])

    await almaty.write(ask)
    network.clock.advance(minutes=2)
    await network.drain()

    assert await votes(almaty, post) == [4, 0]

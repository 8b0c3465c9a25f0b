"""Threads have a context that other servers can read (FEP-7888), and posts that name one stand together."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from fedi.actions import posts as post_actions
from fedi.actions import reading
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Post
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

pytestmark = pytest.mark.network(2)


@pytest.fixture
def kostanay(network: Network) -> TestSchool:
    return network["kostanay"]


async def items(school: TestSchool, root: Post, **asking: object) -> list[str]:
    """The whole context of a post, page by page."""
    url, found = f"/contexts/{root.id}?page=true", list[str]()
    while url:
        page = (await school.get(url, **asking)).json()  # type: ignore[arg-type]
        found += page["orderedItems"]
        url = page.get("next", "")
    return found


async def test_a_thread_names_its_context_and_answers_inherit_it(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    root = await almaty.post(aigul)
    answer = await almaty.post(aigul, in_reply_to_id=root.id)

    for post in (root, answer):
        document = (await almaty.get(post.uri)).json()
        assert document["context"] == document["conversation"] == f"{almaty.base}/contexts/{root.id}"


async def test_an_answer_crosses_with_the_context_of_what_it_answers(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    root = await almaty.post(aigul)
    await network.drain()
    there = await kostanay.has(root.uri)
    assert there is not None
    answer = await kostanay.post(bolat, in_reply_to_id=there.id)
    await network.drain()

    arrived = await almaty.has(answer.uri)
    assert arrived is not None
    assert arrived.context == there.context == root.context
    assert await items(almaty, root) == [root.uri, answer.uri]


async def test_a_context_is_an_ordered_collection_of_its_author(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    root = await almaty.post(aigul)
    answers = [await almaty.post(aigul, in_reply_to_id=root.id) for _ in range(101)]

    head = (await almaty.get(f"/contexts/{root.id}")).json()
    read = await items(almaty, root)

    assert head["id"] == root.context
    assert (head["type"], head["attributedTo"], head["totalItems"]) == ("OrderedCollection", aigul.uri, 102)
    assert read == [root.uri, *(answer.uri for answer in answers)]


async def test_a_context_lists_what_the_asker_may_see(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    root = await almaty.post(aigul)
    for_followers = await almaty.post(aigul, "Salem", Circle.FOLLOWERS, in_reply_to_id=root.id)
    await almaty.post(aigul, "Salem", Circle.SCHOOL, in_reply_to_id=root.id)
    await almaty.post(aigul, "Salem", Circle.DRAFT, in_reply_to_id=root.id)

    unsigned = await almaty.get(f"/contexts/{root.id}")
    signed = await almaty.get(f"/contexts/{root.id}", signer=kostanay.instance.school_key)

    assert (unsigned.json()["totalItems"], signed.json()["totalItems"]) == (1, 2)
    assert await items(almaty, root) == [root.uri]
    assert await items(almaty, root, signer=kostanay.instance.school_key) == [root.uri, for_followers.uri]
    assert signed.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DIRECT, Circle.DRAFT])
async def test_the_context_of_a_hidden_thread_answers_as_one_that_does_not_exist(
    almaty: TestSchool, circle: Circle
) -> None:
    aigul = await almaty.teacher()
    hidden = await almaty.post(aigul, "Salem", circle)

    absent, found = await almaty.get("/contexts/42"), await almaty.get(f"/contexts/{hidden.id}")

    assert (found.status_code, found.content) == (404, absent.content)


async def test_an_answer_or_a_deleted_post_has_no_context_of_its_own(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    root = await almaty.post(aigul)
    answer = await almaty.post(aigul, in_reply_to_id=root.id)

    answers: list[httpx2.Response] = [await almaty.get(f"/contexts/{answer.id}")]
    await almaty.write(post_actions.delete, root)
    answers.append(await almaty.get(f"/contexts/{root.id}"))

    assert [each.status_code for each in answers] == [404, 404]


async def deliver(almaty: TestSchool, network: Network, sender: StrangePerson, note: dict[str, object]) -> Post:
    await almaty.deliver(sender.activity("Create", note, f"/activities/{note['id']}"), sender.key)
    await network.drain()
    assert (await outcomes(almaty))[-1] == "created"
    found = await almaty.has(str(note["id"]))
    assert found is not None
    return found


@pytest.mark.parametrize("form", ["context", "conversation"])
async def test_answers_whose_parents_cannot_be_had_stand_together(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, form: str
) -> None:
    """In the order two, one, root: the thread is the same whatever comes first."""
    base = carol.server.base
    named = {form: f"{base}/contexts/1" if form == "context" else "tag:mastodon.test,2026:conversation=1"}
    two = await deliver(almaty, network, carol, carol.note("/notes/2", inReplyTo=f"{base}/notes/lost", **named))
    one = await deliver(almaty, network, carol, carol.note("/notes/1", inReplyTo=f"{base}/notes/0", **named))
    root = await deliver(almaty, network, carol, carol.note("/notes/0", **named))

    thread = await almaty.read(reading.thread, None, root.id)

    assert two.thread_id == one.thread_id
    assert [view.post.uri for view in thread.descendants] == [one.uri, two.uri]


async def test_nobody_puts_a_post_into_a_thread_of_others_that_it_does_not_answer(
    almaty: TestSchool, network: Network, mallory: StrangePerson, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    root = await almaty.post(aigul)
    mention: dict[str, Any] = {"tag": {"type": "Mention", "href": aigul.uri}, "context": root.context}

    intruder = await deliver(almaty, network, mallory, mallory.note(**mention))

    assert intruder.thread_id != root.thread_id


async def test_a_hidden_thread_is_not_joined_by_its_name(
    almaty: TestSchool, network: Network, mallory: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    hidden = await almaty.post(aigul, "Salem", Circle.SCHOOL)
    mention: dict[str, Any] = {
        "tag": {"type": "Mention", "href": aigul.uri},
        "inReplyTo": f"{mallory.server.base}/notes/lost",
    }

    intruder = await deliver(almaty, network, mallory, mallory.note(context=hidden.context, **mention))

    assert intruder.thread_id != hidden.thread_id


async def test_answers_that_form_a_ring_within_one_context_end(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    base = carol.server.base
    named = {"context": f"{base}/contexts/1"}
    one = carol.note("/notes/1", inReplyTo=f"{base}/notes/2", **named)
    del carol.server.documents["/notes/1"]
    first = await deliver(almaty, network, carol, one)
    second = await deliver(almaty, network, carol, carol.note("/notes/2", inReplyTo=one["id"], **named))

    thread = await almaty.read(reading.thread, None, first.id)

    assert first.thread_id == second.thread_id
    assert [view.post.uri for view in [*thread.ancestors, *thread.descendants]] == [second.uri]

"""Answers passed on to the followers of whom they answer, among three schools and a stranger (ActivityPub, 7.1.2)."""

from typing import Any

import pytest

from fedi.actions import own_posts
from fedi.actions import posts as post_actions
from fedi.activitypub.jsonld import encode
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft, Post
from fedi.store import actors, posts
from fedi.store.database import Transaction
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson

LD_SIGNATURE = {
    "type": "RsaSignature2017",
    "creator": "http://mastodon.test/users/carol#main-key",
    "created": "2026-09-01T10:00:00Z",
    "signatureValue": "bm90IG91cnMgdG8gY2hlY2s=",
}


async def answer(school: TestSchool, author: Actor, uri: str, circle: Circle = Circle.PUBLIC) -> Post:
    async def unit(tx: Transaction) -> Post:
        parent = await posts.by_uri(tx, uri)
        assert parent is not None
        return await post_actions.post(tx, author, Draft("I agree", circle, in_reply_to_id=parent.id))

    made: Post = await school.write(unit)
    await school.network.drain()
    return made


async def three(network: Network, circle: Circle = Circle.PUBLIC) -> tuple[Actor, Actor, Post]:
    """aigul of almaty, whom bolat of kostanay and dana of shymkent follow, has asked something; aigul, bolat, it."""
    almaty, kostanay, shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))
    aigul, bolat, dana = await almaty.teacher(), await kostanay.teacher("bolat"), await shymkent.teacher("dana")
    await kostanay.follow(bolat, aigul)
    await shymkent.follow(dana, aigul)
    question = await almaty.post(aigul, "What do you think?", circle)
    await network.drain()
    return aigul, bolat, question


async def test_an_answer_its_edit_and_its_end_reach_schools_that_do_not_know_who_answers(network: Network) -> None:
    kostanay, shymkent = network["kostanay"], network["shymkent"]
    _, bolat, question = await three(network)

    made = await answer(kostanay, bolat, question.uri)
    arrived = await shymkent.has(made.uri)
    network.clock.advance(seconds=1)
    await kostanay.write(own_posts.change, bolat, made.id, Draft("I agree with all of it"))
    await network.drain()
    edited = await shymkent.has(made.uri)
    await kostanay.write(own_posts.delete, bolat, made.id)
    await network.drain()

    assert arrived is not None
    assert (arrived.content, arrived.in_reply_to_uri) == ("<p>I agree</p>", question.uri)
    assert edited is not None
    assert edited.content == "<p>I agree with all of it</p>"
    assert await shymkent.has(made.uri) is None
    assert [each.url for each in network.wire.crossed if each.method == "GET" and each.url == made.uri] == []


async def test_it_is_passed_on_to_the_letter_and_not_to_where_it_came_from(network: Network) -> None:
    almaty, kostanay, shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))
    _, bolat, question = await three(network)
    before = len(network.wire.sent("Create"))

    await answer(kostanay, bolat, question.uri)

    sent, forwarded = network.wire.sent("Create")[before:]
    assert (sent.url, forwarded.url) == (f"{almaty.base}/inbox", f"{shymkent.base}/inbox")
    assert encode(sent.activity) == encode(forwarded.activity)


@pytest.mark.parametrize(
    ("asked", "answered"), [(Circle.PUBLIC, Circle.FOLLOWERS), (Circle.FOLLOWERS, Circle.FOLLOWERS)]
)
async def test_what_is_not_for_everybody_is_not_passed_on(network: Network, asked: Circle, answered: Circle) -> None:
    kostanay, shymkent = network["kostanay"], network["shymkent"]
    _, bolat, question = await three(network, asked)

    made = await answer(kostanay, bolat, question.uri, answered)

    assert await network["almaty"].has(made.uri) is not None
    assert await shymkent.has(made.uri) is None


async def from_stranger(network: Network, carol: StrangePerson, question: Post, **more: Any) -> str:
    note = carol.note(inReplyTo=question.uri)
    create = {**carol.activity("Create", note), **more}
    await network["almaty"].deliver(create, carol.key)
    await network.drain()
    return str(note["id"])


async def test_a_stranger_s_answer_without_a_proof_stays_where_it_was_sent(
    network: Network, carol: StrangePerson
) -> None:
    _, _, question = await three(network)

    uri = await from_stranger(network, carol, question)

    assert await network["almaty"].has(uri) is not None
    assert await network["shymkent"].has(uri) is None


async def test_an_answer_signed_as_mastodon_does_is_passed_on_and_fetched_as_a_hint(
    network: Network, carol: StrangePerson
) -> None:
    _, _, question = await three(network)
    carol.server.asked.clear()

    uri = await from_stranger(network, carol, question, signature=LD_SIGNATURE)

    for name in ("kostanay", "shymkent"):
        assert await network[name].has(uri) is not None
    assert carol.server.asked.count("/notes/1") == 2


async def test_a_create_for_nobody_with_a_public_note_in_it_is_not_passed_on(
    network: Network, carol: StrangePerson
) -> None:
    aigul, _, question = await three(network)

    uri = await from_stranger(network, carol, question, signature=LD_SIGNATURE, to=[aigul.uri], cc=[])

    assert await network["shymkent"].has(uri) is None


async def test_what_is_brought_twice_is_passed_on_once(network: Network, carol: StrangePerson) -> None:
    _, _, question = await three(network)
    note = carol.note(inReplyTo=question.uri, to=[PUBLIC])
    create = {**carol.activity("Create", note, "/creates/1"), "signature": LD_SIGNATURE}
    before = len(network.wire.sent("Create"))

    for inbox in ("/inbox", f"/users/{(await _aigul(network)).id}/inbox", "/inbox"):
        await network["almaty"].deliver(create, carol.key, inbox=inbox)
        await network.drain()

    assert len(network.wire.sent("Create")) - before == 2  # one for each school of a follower


async def _aigul(network: Network) -> Actor:
    found: Actor = await network["almaty"].read(actors.local_by_name, "aigul")
    return found


async def test_an_answer_to_somebody_elsewhere_is_theirs_to_pass_on(network: Network) -> None:
    kostanay, shymkent = network["kostanay"], network["shymkent"]
    _, bolat, question = await three(network)
    first = await answer(kostanay, bolat, question.uri)
    dana = await shymkent.read(actors.local_by_name, "dana")
    before = [each.url for each in network.wire.sent("Create")]

    await answer(shymkent, dana, first.uri)

    after = [each.url for each in network.wire.sent("Create")][len(before) :]
    assert f"{network['almaty'].base}/inbox" not in after[1:]

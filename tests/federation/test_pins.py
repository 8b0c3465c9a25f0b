"""Pinned posts: the featured collection, Add and Remove, from both sides of the wire."""

from collections.abc import Callable
from typing import Any

import pytest

from fedi.actions import pins as pin_actions
from fedi.actions import tags as tag_actions
from fedi.actions.tags import FEATURED_ELSEWHERE
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Tag
from fedi.outbound import resolver
from fedi.store import actors, featured_tags, pins
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson


async def test_a_pin_is_added_to_the_page_at_every_follower_s_school_and_removed_again(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    post = await almaty.post(aigul, "Read this first", Circle.PUBLIC)
    await network.drain()
    there = await kostanay.read(actors.by_uri, aigul.uri)

    await almaty.write(pin_actions.pin, aigul, post)
    await network.drain()
    [view] = await kostanay.read(pin_actions.pinned, bolat, there)
    await almaty.write(pin_actions.unpin, aigul, post)
    await network.drain()

    [add], [remove] = network.wire.sent("Add"), network.wire.sent("Remove")
    for sent in (add, remove):
        assert (sent.activity["object"], sent.activity["target"]) == (post.uri, f"{aigul.uri}/collections/featured")
    assert view.post.uri == post.uri
    assert await kostanay.read(pin_actions.pinned, bolat, there) == []


async def test_a_pin_of_a_post_that_has_not_come_yet_fetches_it(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    post = await almaty.post(aigul, "Before anybody followed", Circle.PUBLIC)
    await kostanay.follow(bolat, aigul)

    await almaty.write(pin_actions.pin, aigul, post)
    await network.drain()

    there = await kostanay.read(actors.by_uri, aigul.uri)
    assert [view.post.uri for view in await kostanay.read(pin_actions.pinned, bolat, there)] == [post.uri]


async def test_the_featured_collection_holds_the_posts_themselves_the_latest_pin_first(network: Network) -> None:
    almaty = network["almaty"]
    aigul = await almaty.teacher()
    for text in ("First", "Second"):
        await almaty.write(pin_actions.pin, aigul, await almaty.post(aigul, text, Circle.NETWORK))
        network.clock.advance(seconds=1)

    document = (await almaty.get(f"/users/{aigul.id}/collections/featured")).json()

    assert (document["type"], document["totalItems"]) == ("OrderedCollection", 2)
    assert [(item["type"], item["content"]) for item in document["orderedItems"]] == [
        ("Note", "<p>Second</p>"),
        ("Note", "<p>First</p>"),
    ]


async def test_a_pin_for_followers_is_featured_for_their_servers_only(network: Network) -> None:
    almaty, kostanay, shymkent = network["almaty"], network["kostanay"], network["shymkent"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    await almaty.write(pin_actions.pin, aigul, await almaty.post(aigul, "For you", Circle.FOLLOWERS))
    path = f"/users/{aigul.id}/collections/featured"

    theirs = await almaty.get(path, signer=kostanay.instance.school_key)
    others = await almaty.get(path, signer=shymkent.instance.school_key)

    assert [answer.json()["totalItems"] for answer in (await almaty.get(path), theirs, others)] == [0, 1, 0]
    assert theirs.headers["cache-control"] == "private, no-store"


CASES: dict[str, tuple[Callable[[StrangePerson, StrangePerson, Actor], dict[str, Any]], str]] = {
    "another's page": (
        lambda carol, mallory, aigul: carol.activity("Add", carol.note()["id"], target=f"{mallory.uri}/featured"),
        "ignored: it is not about what its sender features",
    ),
    "one of ours": (
        lambda carol, mallory, aigul: carol.activity("Add", carol.note()["id"], target=aigul.featured),
        "ignored: it is not about what its sender features",
    ),
    "no target": (
        lambda carol, mallory, aigul: carol.activity("Add", carol.note()["id"]),
        "ignored: it is not about what its sender features",
    ),
    "another's post": (
        lambda carol, mallory, aigul: carol.activity("Add", mallory.note()["id"], target=f"{carol.uri}/featured"),
        "ignored: there is no such post of the sender",
    ),
    "another's hashtags": (
        lambda carol, mallory, aigul: carol.activity(
            "Add", {"type": "Hashtag", "name": "#fractions"}, target=f"{mallory.uri}/featured"
        ),
        "ignored: it is not about what its sender features",
    ),
    "a post among the hashtags": (
        lambda carol, mallory, aigul: carol.activity("Add", carol.note()["id"], target=f"{carol.uri}/tags"),
        "ignored: it is not about what its sender features",
    ),
}


@pytest.mark.network(1)
@pytest.mark.parametrize("case", CASES)
async def test_nobody_arranges_what_is_not_hers(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson, featuring: Actor, case: str
) -> None:
    make, outcome = CASES[case]

    await almaty.deliver(make(carol, mallory, featuring), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == outcome
    assert mallory.server.asked == []


@pytest.fixture
async def featuring(almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor) -> Actor:
    """A teacher who follows carol, whose server has a featured collection."""
    carol.server.documents["/users/carol"] = {**carol.document(), "featured": f"{carol.uri}/featured"}
    await almaty.deliver(carol.activity("Update", carol.document()), carol.key)
    await network.drain()
    return aigul


@pytest.mark.network(1)
async def test_a_stranger_pins_so_many_posts_and_no_more(
    almaty: TestSchool, network: Network, carol: StrangePerson, featuring: Actor
) -> None:
    for number in range(pin_actions.PINNED_ELSEWHERE + 3):
        note = carol.note(f"/notes/{number}")
        await almaty.deliver(carol.activity("Create", note), carol.key)
        add = carol.activity("Add", note["id"], f"/adds/{number}", target=f"{carol.uri}/featured")
        await almaty.deliver(add, carol.key)
    await network.drain()

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert len(await almaty.read(pins.ids, theirs.id)) == pin_actions.PINNED_ELSEWHERE
    assert (await outcomes(almaty))[-1].startswith("refused")  # type: ignore[union-attr]


@pytest.mark.network(1)
async def test_a_pin_without_a_follower_here_fetches_nothing(
    almaty: TestSchool, network: Network, mallory: StrangePerson
) -> None:
    mallory.server.documents["/users/mallory"] = {**mallory.document(), "featured": f"{mallory.uri}/featured"}
    note = mallory.note()

    await almaty.deliver(mallory.activity("Add", note["id"], target=f"{mallory.uri}/featured"), mallory.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "ignored: nobody is known here by that name"
    assert "/notes/1" not in mallory.server.asked


async def test_a_hashtag_on_her_page_is_told_to_followers_and_shown_there(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    tag = Tag("Бөлшектер", "бөлшектер")

    there, shown = await kostanay.knows(aigul), []
    for act, more in ((tag_actions.feature, tag), (tag_actions.feature, tag), (tag_actions.unfeature, tag.folded)):
        await almaty.write(act, aigul, more)
        await network.drain()
        shown.append([each.name for each in await kostanay.read(featured_tags.of_actor, there.id)])
    await almaty.write(tag_actions.unfeature, aigul, tag.folded)
    await network.drain()

    [add], [remove] = network.wire.sent("Add"), network.wire.sent("Remove")
    for sent in (add, remove):
        assert sent.activity["target"] == aigul.featured
        assert (sent.activity["object"]["type"], sent.activity["object"]["name"]) == ("Hashtag", "#Бөлшектер")
    assert shown == [["Бөлшектер"], ["Бөлшектер"], []]
    assert (await outcomes(kostanay))[-2:] == ["hashtag shown", "hashtag taken off"]


async def test_of_the_hashtags_somebody_elsewhere_shows_only_so_many_are_kept(network: Network) -> None:
    almaty, carol = network["almaty"], network.stranger().person("carol", network.next_keys())
    network.stranger().documents["/users/carol"] = {**carol.document(), "featured": f"{carol.uri}/featured"}
    there = await resolver.actor(almaty.instance, network.wire, carol.uri)
    for number in range(FEATURED_ELSEWHERE + 2):
        tag = {"type": "Hashtag", "name": f"#tag{number}"}
        add = carol.activity("Add", tag, path=f"/adds/{number}", target=f"{carol.uri}/featured")
        assert (await almaty.deliver(add, carol.key)).status_code == 202
    await network.drain()

    assert len(await almaty.read(featured_tags.of_actor, there.id)) == FEATURED_ELSEWHERE

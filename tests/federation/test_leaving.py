"""Leaving the network: a teacher who closes her account, and a school that closes for good."""

import pytest

from fedi.actions import actors as actor_actions
from fedi.actions import closing
from fedi.errors import Conflict
from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.store import actors
from tests.network import Network, TestSchool


async def known(school: TestSchool, uri: str) -> Actor | None:
    found: Actor | None = await school.read(actors.by_uri, uri)
    return found


async def followed_author(network: Network) -> tuple[Actor, Post]:
    """Aigul of Almaty has published something that a follower in Kostanay has read."""
    aigul = await network["almaty"].teacher("aigul")
    bolat = await network["kostanay"].teacher("bolat")
    await network["kostanay"].follow(bolat, aigul)
    note = await network["almaty"].post(aigul)
    await network.drain()
    assert await network["kostanay"].has(note.uri)
    return aigul, note


async def test_a_teacher_who_leaves_is_gone_everywhere_with_what_she_wrote(network: Network) -> None:
    aigul, note = await followed_author(network)

    await network["almaty"].write(actor_actions.delete, aigul)
    await network.drain()

    there = await known(network["kostanay"], aigul.uri)
    assert there is None or there.gone
    assert not await network["kostanay"].has(note.uri)


async def test_the_name_of_somebody_who_left_is_never_given_again(network: Network) -> None:
    aigul, _ = await followed_author(network)
    await network["almaty"].write(actor_actions.delete, aigul)

    with pytest.raises(Conflict):
        await network["almaty"].teacher("aigul")


async def test_a_school_that_closes_takes_its_people_out_of_the_network(network: Network) -> None:
    aigul, note = await followed_author(network)

    while await network["almaty"].write(closing.next_person):
        await network.drain()
    await network["almaty"].write(closing.school)
    await network.drain()

    there = await known(network["kostanay"], aigul.uri)
    assert there is None or there.gone
    assert not await network["kostanay"].has(note.uri)

"""Links to posts and materials of ours have cards that are made of the post itself, as it reads now."""

from typing import Any

import pytest

from fedi.actions import actors as actor_actions
from fedi.actions import own_posts
from fedi.actions import posts as post_actions
from fedi.models.actors import Actor
from fedi.models.cards import Card
from fedi.models.posts import Circle, Draft, Post
from fedi.store import actors, cards, posts, views
from fedi.store.database import Transaction
from tests.network import Network, TestSchool

pytestmark = pytest.mark.network(2)


@pytest.fixture
def almaty(network: Network) -> TestSchool:
    return network["almaty"]


async def card_of(school: TestSchool, post: Post) -> Card | None:
    async def unit(tx: Transaction) -> Card | None:
        [view] = await views.full(tx, [post.id])
        return view.card.card if view.card else None

    found: Card | None = await school.read(unit)
    return found


async def pair(school: TestSchool, text: str = "Fractions by cake", **draft: Any) -> tuple[Actor, Post, Post]:
    """Somebody, a post of hers, and one by another that links to it."""
    aigul, bolat = await school.teacher("aigul"), await school.teacher("bolat")
    target = await school.post(aigul, text, **draft)
    return aigul, target, await school.post(bolat, f"Look: {target.url}")


async def test_a_link_to_a_post_of_ours_needs_no_request(network: Network, almaty: TestSchool) -> None:
    aigul, target, linking = await pair(almaty)
    await network.drain()

    card = await card_of(almaty, linking)
    assert card is not None
    assert (card.title, card.description, card.author_id) == (aigul.display_name, "Fractions by cake", aigul.id)
    assert (card.url, card.site) == (target.url, "School of almaty.test")
    assert network.wire.crossed == []


@pytest.mark.parametrize("address", ["/posts/{id}", "/users/aigul/statuses/{id}", "/@aigul/{id}/#p"])
async def test_every_address_of_a_post_leads_to_its_one_card(almaty: TestSchool, address: str) -> None:
    aigul, target, linking = await pair(almaty)
    other = await almaty.post(aigul, almaty.base + address.format(id=target.id))

    card = await card_of(almaty, linking)
    assert card is not None
    assert await card_of(almaty, other) == card


@pytest.mark.parametrize("circle", [each for each in Circle if each not in (Circle.PUBLIC, Circle.NETWORK)])
async def test_what_not_everybody_may_read_has_no_card(almaty: TestSchool, circle: Circle) -> None:
    _, _, linking = await pair(almaty, circle=circle)

    assert await card_of(almaty, linking) is None


@pytest.mark.parametrize("path", ["/library", "/posts/7", "/@aigul", "/posts/99999999999999999999"])
async def test_other_pages_of_ours_have_none_and_the_next_link_counts(almaty: TestSchool, path: str) -> None:
    aigul, target, _ = await pair(almaty)
    other = await almaty.post(aigul, f"{almaty.base}{path} and {target.url}")

    card = await card_of(almaty, other)
    assert card is not None
    assert card.url == target.url


async def test_of_many_links_to_pages_of_ours_only_the_first_are_looked_at(almaty: TestSchool) -> None:
    aigul, target, _ = await pair(almaty)
    many = " ".join(f"{almaty.base}/posts/{number}" for number in range(1, 6))

    assert await card_of(almaty, await almaty.post(aigul, f"{many} {target.url}")) is None


async def test_what_is_behind_a_warning_stays_there(almaty: TestSchool) -> None:
    _, _, linking = await pair(almaty, summary="The answers")

    card = await card_of(almaty, linking)
    assert card is not None
    assert (card.title, card.description, card.picture_id) == ("The answers", "", None)


async def test_the_card_says_what_the_post_says_now(almaty: TestSchool) -> None:
    aigul, target, linking = await pair(almaty)
    told: list[object] = []
    almaty.instance.hub.subscribe("edits", told.append)

    async def unit(tx: Transaction) -> None:
        await own_posts.change(tx, aigul, target.id, Draft("Fractions by pizza"))

    await almaty.write(unit)
    card = await card_of(almaty, linking)

    assert card is not None
    assert card.description == "Fractions by pizza"
    assert linking.id in told


async def test_with_the_post_its_card_goes(almaty: TestSchool) -> None:
    _, target, linking = await pair(almaty)
    await almaty.write(post_actions.delete, target)

    assert await card_of(almaty, linking) is None


async def test_with_its_author_the_card_goes_and_covered_pictures_are_not_in_it(almaty: TestSchool) -> None:
    aigul, _, linking = await pair(almaty)

    async def picture(tx: Transaction) -> None:
        card_id = (await posts.by_id(tx, linking.id)).card_id  # type: ignore[union-attr]
        await tx.execute("UPDATE cards SET picture_id = 7 WHERE id = :id", id=card_id)

    await almaty.write(picture)
    before = await card_of(almaty, linking)
    await almaty.write(actors.set_sensitized, aigul.id, 1)
    covered = await card_of(almaty, linking)
    await almaty.write(actor_actions.suspend, aigul)

    assert (before.picture_id if before else None) == 7
    assert covered is not None
    assert covered.picture_id is None
    assert await card_of(almaty, linking) is None


async def test_a_post_has_no_card_of_itself(almaty: TestSchool) -> None:
    aigul, target, _ = await pair(almaty)

    async def unit(tx: Transaction) -> None:
        await own_posts.change(tx, aigul, target.id, Draft(f"I am {target.url}"))

    await almaty.write(unit)

    assert await card_of(almaty, target) is None


async def test_posts_of_peers_that_link_to_ours_have_the_same_card(network: Network, almaty: TestSchool) -> None:
    kostanay = network["kostanay"]
    aigul, target, linking = await pair(almaty)
    dana = await kostanay.teacher("dana")
    await almaty.follow(aigul, await almaty.knows(dana))
    await kostanay.follow(await kostanay.knows(aigul), dana)

    post = await kostanay.post(dana, target.url)
    await network.drain()

    arrived = await almaty.has(post.uri)
    assert arrived is not None
    assert await card_of(almaty, arrived) == await card_of(almaty, linking)


async def test_the_table_of_cards_knows_one_card_a_post(almaty: TestSchool) -> None:
    _, target, _ = await pair(almaty)

    async def unit(tx: Transaction) -> int | None:
        await cards.of_post(tx, target.url, "almaty.test", target.id)
        return await cards.id_of_post(tx, target.id)

    assert await almaty.write(unit) is not None

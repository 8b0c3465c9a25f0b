"""What is said about a post for the partners of another school: it reaches who is a partner of both."""

from typing import Any

import pytest

from fedi.actions import own_posts
from fedi.errors import Invalid
from fedi.models.posts import Circle, Draft, Post
from tests.federation.test_peering import OPEN, agree
from tests.network import Network


class Chain:
    """Almaty and Kostanay are partners, Kostanay and Shymkent too; Almaty and Shymkent only `closed`."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.almaty, self.kostanay, self.shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))

    async def meet(self, *, closed: bool) -> None:
        pairs = [("almaty", "kostanay"), ("kostanay", "shymkent")]
        for one, other in [*pairs, ("shymkent", "almaty")] if closed else pairs:
            await agree(self.network, one, other)
        self.network.clock.advance(minutes=11)
        self.aigul = await self.almaty.teacher("aigul")
        self.bolat = await self.kostanay.teacher("bolat")
        self.dana = await self.shymkent.teacher("dana")
        await self.shymkent.follow(self.dana, self.bolat)
        self.post = await self.almaty.post(self.aigul, "For partners", Circle.PARTNERS)
        await self.network.drain()

    async def said(self, circle: Circle = Circle.PARTNERS, **draft: Any) -> Post:
        """What bolat says about the post; everything has been delivered."""
        there = await self.kostanay.has(self.post.uri)
        assert there is not None
        about = dict.fromkeys(draft.pop("about", ("in_reply_to_id",)), there.id)
        made = await self.kostanay.post(self.bolat, draft.pop("text", "About it"), circle, **about, **draft)
        await self.network.drain()
        return made


@pytest.fixture
async def chain(network: Network) -> Chain:
    made = Chain(network)
    await made.meet(closed=False)
    return made


@OPEN
@pytest.mark.parametrize("about", ["in_reply_to_id", "quoted_id"])
async def test_what_is_said_about_a_partners_post_does_not_reach_partners_of_the_one_who_says_it(
    chain: Chain, about: str
) -> None:
    made = await chain.said(about=(about,))
    own = await chain.kostanay.post(chain.bolat, "For our partners", Circle.PARTNERS)
    await chain.network.drain()

    assert await chain.almaty.has(made.uri) is not None
    assert await chain.shymkent.has(made.uri) is None
    assert await chain.shymkent.has(own.uri) is not None


@OPEN
async def test_an_answer_is_not_given_either_to_a_server_that_asks_for_it(chain: Chain) -> None:
    made = await chain.said()
    path = made.uri.removeprefix(chain.kostanay.base)

    refused = await chain.kostanay.get(path, signer=chain.shymkent.instance.school_key)
    given = await chain.kostanay.get(path, signer=chain.almaty.instance.school_key)

    assert (refused.status_code, given.status_code) == (404, 200)


@OPEN
async def test_an_answer_to_an_answer_a_change_and_a_message_keep_to_the_first_posts_partners(chain: Chain) -> None:
    first = await chain.said()
    answer = await chain.kostanay.post(chain.bolat, "More", Circle.PARTNERS, in_reply_to_id=first.id)
    await chain.network.drain()
    await chain.kostanay.write(own_posts.change, chain.bolat, first.id, Draft("Changed", Circle.PARTNERS))
    await chain.network.drain()

    assert await chain.almaty.has(answer.uri) is not None
    assert await chain.shymkent.has(answer.uri) is None
    assert await chain.shymkent.has(first.uri) is None
    await chain.kostanay.knows(chain.dana)
    with pytest.raises(Invalid):
        await chain.said(Circle.DIRECT, text=f"@dana@{chain.shymkent.host} listen")


@OPEN
async def test_partners_of_both_hear_the_whole_conversation(network: Network) -> None:
    chain = Chain(network)
    await chain.meet(closed=True)

    made = await chain.said()

    assert await chain.almaty.has(made.uri) is not None
    assert await chain.shymkent.has(made.uri) is not None


@OPEN
async def test_who_are_partners_is_asked_anew_when_something_for_them_comes(network: Network) -> None:
    chain = Chain(network)
    await chain.meet(closed=False)
    await agree(network, "shymkent", "almaty")
    before = await chain.said()
    network.clock.advance(minutes=11)
    again = await chain.almaty.post(chain.aigul, "Once more", Circle.PARTNERS)
    await network.drain()
    there = await chain.kostanay.has(again.uri)
    assert there is not None

    after = await chain.kostanay.post(chain.bolat, "Yes", Circle.PARTNERS, in_reply_to_id=there.id)
    await network.drain()

    assert await chain.shymkent.has(before.uri) is None
    assert await chain.shymkent.has(after.uri) is not None

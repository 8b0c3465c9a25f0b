"""The SQL form of who may see what is the same rule as the pure one, on both engines."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedi.actions import reactions
from fedi.models.actors import Actor
from fedi.models.blocks import Block
from fedi.models.follows import FollowState
from fedi.models.peers import Standing
from fedi.models.posts import Circle, Post, PostKind
from fedi.policies.visibility import may_see, still_shows
from fedi.store import actors, blocks, peers, posts, streamed, visibility
from fedi.store.database import Database
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

HOSTS = ["almaty.test", "almaty.test", "kostanay.test", "shymkent.test"]
PEOPLE = range(1, len(HOSTS) + 1)
RARELY = st.sampled_from([None, None, None, None, None, 1])
SOMETIMES = st.sampled_from([None, 1])


@dataclass(frozen=True)
class World:
    """People, what they wrote and passed on, who reads and names whom, and the agreements."""

    people: tuple[Actor, ...]
    posts: tuple[Post, ...]
    follows: dict[tuple[int, int], FollowState]
    mentions: frozenset[tuple[int, int]]
    peers: dict[str, tuple[Standing, int | None, int | None]]
    blocks: frozenset[tuple[int, int]]

    def is_partner(self, host: str) -> bool:
        standing, offered, confirmed = self.peers.get(host, (Standing.UNKNOWN, None, None))
        return standing is Standing.TRUSTED and offered is not None and confirmed is not None


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two teachers here and two elsewhere, each with a post in every circle; how they stand to each other is drawn."""
    people = tuple(
        make.actor(n, f"p{n}", host=host, local=host == HOSTS[0], suspended_at=draw(RARELY), deleted_at=draw(RARELY))
        for n, host in enumerate(HOSTS, 1)
    )
    written = tuple(
        make.post(100 * author.id + n, author.id, circle, local=author.local)
        for author in people
        for n, circle in enumerate(Circle)
    )
    boosting = st.tuples(st.sampled_from(people), st.sampled_from(written))
    boosted = draw(st.lists(boosting, max_size=8, unique=True))
    states = st.sampled_from([None, *FollowState])
    follows = {(one, other): draw(states) for one in PEOPLE for other in PEOPLE if one != other}
    naming = st.sets(st.sampled_from([(post.id, person) for post in written for person in PEOPLE]), max_size=40)
    standing = st.sampled_from([Standing.TRUSTED, Standing.TRUSTED, Standing.UNKNOWN, Standing.BLOCKED])
    return World(
        people,
        written + tuple(_boost(draw, 1000 + n, *each) for n, each in enumerate(boosted)),
        {pair: state for pair, state in follows.items() if state is not None},
        frozenset(draw(naming)),
        {host: (draw(standing), draw(SOMETIMES), draw(SOMETIMES)) for host in HOSTS[2:]},
        frozenset(draw(st.sets(st.sampled_from([(one, other) for one in PEOPLE for other in PEOPLE if one != other])))),
    )


def _boost(draw: st.DrawFn, post_id: int, booster: Actor, boosted: Post) -> Post:
    return make.post(
        post_id,
        booster.id,
        draw(st.sampled_from([Circle.PUBLIC, Circle.NETWORK, Circle.FOLLOWERS])),
        local=booster.local,
        kind=PostKind.BOOST,
        boost_of_id=boosted.id,
        uri=f"https://{booster.host}/boosts/{post_id}",
    )


class Undone(Exception):
    """Takes a world back out of the database."""


async def build(tx: Transaction, world: World) -> None:
    for person in world.people:
        await actors.insert(tx, person)
    for post in world.posts:
        assert await posts.insert(tx, post)
    for (follower, followed), state in world.follows.items():
        await make.follow(tx, world.people[follower - 1], world.people[followed - 1], state)
    for post_id, actor_id in world.mentions:
        await posts.add_mentions(tx, post_id, [actor_id])
    for blocker, blocked in world.blocks:
        assert await blocks.insert(tx, Block(tx.new_id(), blocker, blocked, "https://almaty.test/blocks", tx.now))
    for host, (standing, offered, confirmed) in world.peers.items():
        await peers.decide(tx, host, standing)
        await peers.set_offered(tx, host, offered)
        await peers.set_confirmed(tx, host, confirmed)


def rule(world: World, viewer: Actor | None, post: Post) -> bool:
    """What the pure policy says of one post and one viewer."""
    author = world.people[post.actor_id - 1]
    who = viewer.id if viewer else 0
    sees = may_see(
        post,
        author,
        viewer,
        follows=world.follows.get((who, author.id)) is FollowState.ACCEPTED,
        mentioned=(post.id, who) in world.mentions,
        partner=viewer is not None and world.is_partner(viewer.host),
        blocked=(author.id, who) in world.blocks,
    )
    if post.boost_of_id is None:
        return sees
    boosted = next(each for each in world.posts if each.id == post.boost_of_id)
    return sees and still_shows(author, boosted, world.people[boosted.actor_id - 1])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
async def test_both_forms_agree_on_every_post_for_every_viewer(database: Database, world: World) -> None:
    async def unit(tx: Transaction) -> None:
        await build(tx, world)
        for viewer in (None, *world.people):
            visible = await visibility.visible_ids(tx, viewer, [post.id for post in world.posts])
            assert visible == {post.id for post in world.posts if rule(world, viewer, post)}
        raise Undone

    with pytest.raises(Undone):
        await database.write(unit)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
async def test_readers_of_streams_are_told_apart_by_the_rule_for_one_viewer(database: Database, world: World) -> None:
    everybody = [person.id for person in world.people]

    async def unit(tx: Transaction) -> None:
        await build(tx, world)
        ours = [person for person in world.people if person.local and not person.gone]
        wanted = {each.id: await visibility.wanted_ids(tx, each, [post.id for post in world.posts]) for each in ours}
        for post in world.posts:
            readers = await streamed.readers(tx, post.id, everybody)
            assert set(readers) == {each.id for each in ours if post.id in wanted[each.id]}
        raise Undone

    with pytest.raises(Undone):
        await database.write(unit)


@in_a_unit
async def test_a_boost_shows_nothing_of_a_post_that_was_narrowed_since(tx: Transaction) -> None:
    bolat, dana = await make.colleague(tx, "bolat"), await make.colleague(tx, "dana")
    early = await make.remote(tx, dana, "answer", in_reply_to_uri="https://kostanay.test/posts/question")
    boost = await reactions.boost(tx, bolat, early, uri="https://kostanay.test/boosts/1")
    assert await visibility.sees(tx, None, boost)

    await make.remote(tx, bolat, "question", Circle.FOLLOWERS)

    assert not await visibility.sees(tx, None, boost)

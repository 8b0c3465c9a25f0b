"""Moves between schools and with servers of other makes: followers go along, and nobody is moved by others."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fedi.actions import blocks as block_actions
from fedi.actions import follows as follow_actions
from fedi.actions import moves as move_actions
from fedi.actions import mutes as mute_actions
from fedi.actions import posts as post_actions
from fedi.errors import Conflict, Forbidden, Invalid
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft
from fedi.outbound import resolver
from fedi.store import actors, blocks, follows, mutes
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson


async def test_a_teacher_moves_to_another_school_and_her_followers_everywhere_go_with_her(network: Network) -> None:
    almaty, kostanay, shymkent = network["almaty"], network["kostanay"], network["shymkent"]
    old, new = await almaty.teacher("aigul"), await kostanay.teacher("aigul")
    dana, bolat = await almaty.teacher("dana"), await shymkent.teacher("bolat")
    await almaty.write(follow_actions.follow, dana, old)
    await shymkent.follow(bolat, old)
    new = await kostanay.write(move_actions.add_alias, new, await kostanay.knows(old))
    target = await resolver.actor(almaty.instance, network.wire, new.uri, refresh=True)

    moved = await almaty.write(move_actions.move, old, target)
    await network.drain()

    [move] = network.wire.sent("Move")
    assert (move.activity["object"], move.activity["target"], move.url) == (old.uri, new.uri, f"{shymkent.base}/inbox")
    new_there = await shymkent.read(actors.by_uri, new.uri)
    assert (await shymkent.read(follows.between, bolat.id, new_there.id)).state == "accepted"
    old_there = await shymkent.read(actors.by_uri, old.uri)
    assert await shymkent.read(follows.between, bolat.id, old_there.id) is None
    assert (await almaty.read(follows.between, dana.id, target.id)).state == "accepted"
    assert await almaty.read(follows.between, dana.id, old.id) is None
    assert (await kostanay.read(actors.by_id, new.id)).followers_count == 2
    document = (await almaty.get(f"/users/{old.id}")).json()
    assert document["movedTo"] == moved.moved_to == old_there.moved_to == new.uri
    assert (await kostanay.get(f"/users/{new.id}")).json()["alsoKnownAs"] == [old.uri]


async def test_after_a_move_posting_and_following_are_over_until_it_is_taken_back(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    old, new = await almaty.teacher(), await kostanay.teacher("bolat")
    new = await kostanay.write(move_actions.add_alias, new, await kostanay.knows(old))
    moved = await almaty.write(move_actions.move, old, await almaty.knows(new))
    await network.drain()

    with pytest.raises(Forbidden):
        await almaty.write(post_actions.post, moved, Draft("Still here", Circle.PUBLIC))
    with pytest.raises(Invalid):
        await almaty.write(follow_actions.follow, await almaty.teacher("dana"), moved)
    back = await almaty.write(move_actions.stay, moved)
    await almaty.write(post_actions.post, back, Draft("Here again", Circle.PUBLIC))

    assert "movedTo" not in (await almaty.get(f"/users/{old.id}")).json()


@pytest.mark.network(1)
async def test_a_stranger_who_wants_to_follow_somebody_who_moved_is_refused(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    await almaty.write(actors.set_moved_to, aigul.id, "http://elsewhere.test/users/aigul")

    await almaty.deliver(carol.activity("Follow", aigul.uri), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "refused: moved"
    assert len(network.wire.sent("Reject")) == 1


async def test_a_move_is_made_once_a_week(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    old = await almaty.teacher()
    news = [await kostanay.teacher(name) for name in ("bolat", "marat")]
    known = await kostanay.knows(old)
    targets = [await almaty.knows(await kostanay.write(move_actions.add_alias, each, known)) for each in news]

    moved = await almaty.write(move_actions.move, old, targets[0])
    with pytest.raises(Conflict):
        await almaty.write(move_actions.move, moved, targets[1])
    network.clock.advance(days=7)
    again = await almaty.write(move_actions.move, moved, targets[1])

    assert again.moved_to == targets[1].uri


@pytest.mark.network(1)
async def test_a_move_needs_an_alias_that_names_the_old_account(almaty: TestSchool, network: Network) -> None:
    aigul, dana = await almaty.teacher(), await almaty.teacher("dana")

    for target in (dana, aigul, replace(dana, also_known_as=(aigul.uri,), moved_to="http://elsewhere.test/")):
        with pytest.raises(Invalid):
            await almaty.write(move_actions.move, aigul, target)


@pytest.mark.network(1)
async def test_so_many_aliases_and_no_more_and_each_once(almaty: TestSchool, network: Network) -> None:
    aigul = await almaty.teacher()
    others = [await almaty.teacher(f"other{number}") for number in range(8)] * 2
    for other in others[:8]:
        aigul = await almaty.write(move_actions.add_alias, aigul, other)
    same = await almaty.write(move_actions.add_alias, aigul, others[0])
    full = replace(same, also_known_as=tuple(f"http://a.test/{number}" for number in range(move_actions.MAX_ALIASES)))

    with pytest.raises(Invalid):
        await almaty.write(move_actions.add_alias, full, others[0])
    left = await almaty.write(move_actions.remove_alias, same, others[0].uri)

    assert len(same.also_known_as) == 8
    assert (await almaty.read(actors.by_id, aigul.id)).also_known_as == left.also_known_as
    assert others[0].uri not in left.also_known_as


# --- from servers of other makes --------------------------------------------------------------------


@pytest.fixture
def new_carol(network: Network, carol: StrangePerson) -> StrangePerson:
    """Carol's account at a third server, which names the old one."""
    return network.stranger("gotosocial.test").person("carol", network.next_keys(), alsoKnownAs=[carol.uri])


@pytest.mark.network(1)
@pytest.mark.parametrize("alias", ["list", "string"])
async def test_followers_here_go_with_a_stranger_who_moves(
    almaty: TestSchool, network: Network, carol: StrangePerson, new_carol: StrangePerson, aigul: Actor, alias: str
) -> None:
    aliases = [carol.uri] if alias == "list" else carol.uri
    new_carol.server.documents["/users/carol"] = {**new_carol.document(), "alsoKnownAs": aliases}
    before = len(network.wire.sent("Follow"))
    move = carol.activity("Move", carol.uri, target=new_carol.uri)

    await almaty.deliver(move, carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "moved"
    old, new = [await almaty.read(actors.by_uri, each.uri) for each in (carol, new_carol)]
    assert old.moved_to == new.uri
    assert await almaty.read(follows.between, aigul.id, old.id) is None
    assert (await almaty.read(follows.between, aigul.id, new.id)).state == "pending"
    [follow] = network.wire.sent("Follow")[before:]
    assert follow.activity["object"] == new.uri
    assert network.wire.sent("Undo")[-1].activity["object"]["object"] == old.uri


@pytest.mark.network(1)
@pytest.mark.parametrize("said", [True, False])
async def test_the_new_account_may_send_the_move_if_the_old_one_says_the_same(
    almaty: TestSchool, network: Network, carol: StrangePerson, new_carol: StrangePerson, aigul: Actor, said: bool
) -> None:
    if said:
        carol.server.documents["/users/carol"] = {**carol.document(), "movedTo": new_carol.uri}

    await almaty.deliver(new_carol.activity("Move", carol.uri, target=new_carol.uri), new_carol.key)
    await network.drain()

    old = await almaty.read(actors.by_uri, carol.uri)
    assert (await almaty.read(follows.between, aigul.id, old.id) is None) is said


@pytest.mark.network(1)
async def test_the_alias_is_asked_for_just_then(
    almaty: TestSchool, network: Network, carol: StrangePerson, new_carol: StrangePerson, aigul: Actor
) -> None:
    await resolver.actor(almaty.instance, network.wire, new_carol.uri)
    new_carol.server.documents["/users/carol"] = {**new_carol.document()}

    await almaty.deliver(carol.activity("Move", carol.uri, target=new_carol.uri), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1].startswith("refused")  # type: ignore[union-attr]
    old = await almaty.read(actors.by_uri, carol.uri)
    assert old.moved_to is None
    assert await almaty.read(follows.between, aigul.id, old.id) is not None


CASES: dict[str, Callable[[StrangePerson, StrangePerson, StrangePerson], dict[str, Any]]] = {
    "somebody else": lambda carol, new, mallory: mallory.activity("Move", carol.uri, target=new.uri),
    "an alias of another": lambda carol, new, mallory: mallory.activity("Move", mallory.uri, target=new.uri),
    "to herself": lambda carol, new, mallory: carol.activity("Move", carol.uri, target=carol.uri),
    "to nowhere": lambda carol, new, mallory: carol.activity("Move", carol.uri),
    "to one of ours without an alias": lambda carol, new, mallory: carol.activity(
        "Move", carol.uri, target="http://almaty.test/users/1"
    ),
}


@pytest.mark.network(1)
@pytest.mark.parametrize("case", CASES)
async def test_nobody_is_moved_by_others_or_to_nowhere(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    new_carol: StrangePerson,
    mallory: StrangePerson,
    aigul: Actor,
    case: str,
) -> None:
    activity = CASES[case](carol, new_carol, mallory)

    await almaty.deliver(activity, mallory.key if activity["actor"] == mallory.uri else carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] != "moved"
    old = await almaty.read(actors.by_uri, carol.uri)
    assert old.moved_to is None
    assert await almaty.read(follows.between, aigul.id, old.id) is not None


@pytest.mark.network(1)
async def test_a_chain_of_moves_ends_at_the_first(
    almaty: TestSchool, network: Network, carol: StrangePerson, new_carol: StrangePerson, aigul: Actor
) -> None:
    """Also a ring of them: each account that has moved on takes nobody in."""
    moved_on = {**new_carol.document(), "alsoKnownAs": [carol.uri], "movedTo": carol.uri}
    new_carol.server.documents["/users/carol"] = moved_on

    await almaty.deliver(carol.activity("Move", carol.uri, target=new_carol.uri), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "refused: That account has moved on itself"


@pytest.mark.network(1)
async def test_a_stranger_moves_to_one_of_ours_who_named_her(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    newcomer = await almaty.teacher("carol")
    newcomer = await almaty.write(move_actions.add_alias, newcomer, await almaty.read(actors.by_uri, carol.uri))

    await almaty.deliver(carol.activity("Move", carol.uri, target=newcomer.uri), carol.key)
    await network.drain()

    assert (await almaty.read(follows.between, aigul.id, newcomer.id)).state == "accepted"


@pytest.mark.network(1)
async def test_blocks_and_mutes_go_with_whoever_moves(
    almaty: TestSchool, network: Network, carol: StrangePerson, new_carol: StrangePerson, aigul: Actor
) -> None:
    old = await almaty.read(actors.by_uri, carol.uri)
    dana, saule = await almaty.teacher("dana"), await almaty.teacher("saule")
    await almaty.write(block_actions.block, dana, old)

    async def mute(tx: Any) -> None:
        await mute_actions.mute(tx, saule, old)

    await almaty.write(mute)

    await almaty.deliver(carol.activity("Move", carol.uri, target=new_carol.uri), carol.key)
    await network.drain()

    new = await almaty.read(actors.by_uri, new_carol.uri)
    assert await almaty.read(blocks.of, dana.id, new.id) is not None
    assert await almaty.read(mutes.of, saule.id, new.id) is not None


@pytest.mark.network(1)
async def test_a_second_move_within_a_week_is_not_followed(
    almaty: TestSchool, network: Network, carol: StrangePerson, new_carol: StrangePerson, aigul: Actor
) -> None:
    third = network.stranger("pleroma.test").person("carol", network.next_keys(), alsoKnownAs=carol.uri)
    await almaty.deliver(carol.activity("Move", carol.uri, "/moves/1", target=new_carol.uri), carol.key)
    await network.drain()
    dana = await almaty.teacher("dana")

    async def follow_still(tx: Any) -> None:
        old = await actors.by_uri(tx, carol.uri)
        assert old is not None
        await actors.set_moved_to(tx, old.id, None)
        await follow_actions.follow(tx, dana, replace(old, moved_to=None))

    await almaty.write(follow_still)

    await almaty.deliver(carol.activity("Move", carol.uri, "/moves/2", target=third.uri), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "refused: An account moves once a week at most"


@pytest.mark.network(1)
async def test_more_followers_than_one_unit_takes_all_go(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    new_carol: StrangePerson,
    aigul: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(move_actions, "_AT_ONCE", 1)
    old = await almaty.read(actors.by_uri, carol.uri)
    others = [await almaty.teacher(name) for name in ("dana", "saule")]
    for each in others:
        await almaty.write(follow_actions.follow, each, old)

    await almaty.deliver(carol.activity("Move", carol.uri, target=new_carol.uri), carol.key)
    await network.drain()

    new = await almaty.read(actors.by_uri, new_carol.uri)
    states = [await almaty.read(follows.between, each.id, new.id) for each in (aigul, *others)]
    assert [state.state for state in states] == ["pending"] * 3

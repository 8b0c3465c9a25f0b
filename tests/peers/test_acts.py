"""What people do, at a school and at a server of another make, and what comes of it at the other end."""

from dataclasses import replace
from typing import Any

import pytest

from fedi.actions import accounts, outbox, own_posts, polls, reactions
from fedi.actions import follows as follow_actions
from fedi.actions import moves as move_actions
from fedi.models.actors import Actor
from fedi.models.follows import FollowState
from fedi.models.posts import Circle, Draft, Poll, PollOption, Post
from fedi.outbound import resolver
from fedi.store import actors, follows
from fedi.store import polls as stored_polls
from fedi.store.database import Transaction
from tests.live import LiveSchool, until
from tests.peers.running import Peer, PeerPerson, heard, join


async def state(school: LiveSchool, follower: Actor, followed: Actor) -> FollowState | None:
    found = await school.read(follows.between, follower.id, followed.id)
    return found.state if found else None


async def here(school: LiveSchool, uri: str) -> Post:
    """A post of the peer, as soon as the school has it."""
    found = await until(school, lambda: school.has(uri), uri)
    assert found
    return found


async def again(school: LiveSchool, post: Post) -> Post:
    found = await school.has(post.uri)
    assert found
    return found


async def known(school: LiveSchool, person: PeerPerson) -> Actor:
    return await resolver.actor(school.instance, school.network.wire, person.uri)


@pytest.fixture
async def her(school: LiveSchool, carol: PeerPerson) -> Actor:
    """Carol, as the school knows her."""
    return await known(school, carol)


@pytest.fixture
async def reader(school: LiveSchool, aigul: Actor, her: Actor) -> Actor:
    """Aigul, who follows carol."""
    await school.follow(aigul, her)

    async def accepted() -> bool:
        return await state(school, aigul, her) is FollowState.ACCEPTED

    await until(school, accepted, "the follow is accepted")
    return aigul


@pytest.fixture
async def read(school: LiveSchool, aigul: Actor, carol: PeerPerson) -> Actor:
    """Aigul, whom carol follows."""
    await carol.says("Follow", aigul.uri, aigul.uri)
    await heard(school, carol.peer, "Accept", actorId=aigul.uri)
    return aigul


async def test_a_follow_of_theirs_is_accepted_and_they_hear_of_it(
    school: LiveSchool, read: Actor, carol: PeerPerson
) -> None:
    assert await state(school, await known(school, carol), read) is FollowState.ACCEPTED


async def test_a_follow_of_ours_is_accepted_and_ends_again(
    school: LiveSchool, reader: Actor, her: Actor, carol: PeerPerson
) -> None:
    assert await carol.peer.do("followers", by=carol.name) == [reader.uri]

    await school.write(follow_actions.unfollow, reader, her)
    undone = await heard(school, carol.peer, "Undo", actorId=reader.uri)

    assert undone["object"]["type"] == "Follow"


async def test_a_note_of_ours_reaches_a_follower_there(school: LiveSchool, read: Actor, carol: PeerPerson) -> None:
    note = await school.post(read, "Сәлем")
    created = await heard(school, carol.peer, "Create", actorId=read.uri)

    assert created["object"]["id"] == note.uri
    assert created["object"]["content"] == note.content


async def test_a_note_of_theirs_reaches_a_follower_here(
    school: LiveSchool, reader: Actor, her: Actor, carol: PeerPerson
) -> None:
    uri = await carol.says("Create", {"content": "<p>Сәлем <b>aigul</b></p>"})
    note = await here(school, uri)

    assert (note.actor_id, note.circle) == (her.id, Circle.PUBLIC)
    assert "Сәлем" in note.content


async def test_an_answer_of_ours_reaches_whom_it_answers(school: LiveSchool, reader: Actor, carol: PeerPerson) -> None:
    note = await here(school, await carol.says("Create", {"content": "<p>Hello</p>"}))

    answer = await school.post(reader, "Hello to you", in_reply_to_id=note.id)
    created = await heard(school, carol.peer, "Create", actorId=reader.uri)

    assert created["object"]["id"] == answer.uri
    assert created["object"]["replyTargetId"] == note.uri


async def test_an_answer_of_theirs_stands_under_the_post(school: LiveSchool, aigul: Actor, carol: PeerPerson) -> None:
    note = await school.post(aigul, "Salem")

    uri = await carol.says("Create", {"content": "<p>Salem!</p>", "replyTo": note.uri}, aigul.uri)

    assert (await here(school, uri)).in_reply_to_id == note.id
    assert (await again(school, note)).replies_count == 1


async def test_a_like_and_a_boost_of_ours_are_heard_and_taken_back(
    school: LiveSchool, reader: Actor, carol: PeerPerson
) -> None:
    note = await here(school, await carol.says("Create", {"content": "<p>Hello</p>"}))

    for act, type_ in ((reactions.like, "Like"), (reactions.boost, "Announce")):
        await school.write(act, reader, note)
        assert (await heard(school, carol.peer, type_, actorId=reader.uri))["objectId"] == note.uri
    for undo, type_ in ((reactions.unlike, "Like"), (reactions.unboost, "Announce")):
        await school.write(undo, reader, note)
        await heard_undo(school, carol.peer, reader, type_)


async def heard_undo(school: LiveSchool, peer: Peer, actor: Actor, type_: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        undone = [each for each in await peer.do("seen") if each["type"] == "Undo" and each["actorId"] == actor.uri]
        return next((each for each in undone if (each["object"] or {}).get("type") == type_), None)

    return await until(school, look, f"Undo of {type_}") or {}


async def test_a_like_and_a_boost_of_theirs_count_until_they_are_taken_back(
    school: LiveSchool, aigul: Actor, carol: PeerPerson
) -> None:
    note = await school.post(aigul, "Salem")

    async def counted(likes: int, boosts: int) -> None:
        async def look() -> bool:
            now = await again(school, note)
            return (now.likes_count, now.boosts_count) == (likes, boosts)

        await until(school, look, f"{likes} likes and {boosts} boosts")

    like = await carol.does("Like", note.uri, aigul.uri)
    boost = await carol.does("Announce", note.uri, aigul.uri)
    await counted(1, 1)
    await carol.does("Undo", like, aigul.uri)
    await carol.does("Undo", boost, aigul.uri)
    await counted(0, 0)


async def test_an_edit_and_a_deletion_of_ours_follow_the_post(
    school: LiveSchool, read: Actor, carol: PeerPerson
) -> None:
    note = await school.post(read, "Salem")
    await heard(school, carol.peer, "Create", actorId=read.uri)

    await school.write(own_posts.change, read, note.id, Draft("Сәлем"))
    updated = await heard(school, carol.peer, "Update", actorId=read.uri)
    await school.write(own_posts.delete, read, note.id)
    deleted = await heard(school, carol.peer, "Delete", actorId=read.uri)

    assert "Сәлем" in updated["object"]["content"]
    assert updated["object"]["updated"] > updated["object"]["published"]
    assert deleted["objectId"] == note.uri


async def test_an_edit_and_a_deletion_of_theirs_follow_the_post(
    school: LiveSchool, reader: Actor, carol: PeerPerson
) -> None:
    uri = await carol.says("Create", {"content": "<p>Hello</p>"})
    await here(school, uri)

    await carol.says("Update", {"id": uri, "content": "<p>Good morning</p>"})

    async def edited() -> bool:
        return "Good morning" in (await here(school, uri)).content

    async def gone() -> bool:
        return await school.has(uri) is None

    await until(school, edited, "the edit")
    await carol.says("Delete", uri)
    await until(school, gone, "the deletion")


async def test_who_is_asked_first_answers_our_follow(school: LiveSchool, peer: Peer, aigul: Actor) -> None:
    dana, erin = await join(peer, "dana", locked=True), await join(peer, "erin", locked=True)
    for person in (dana, erin):
        theirs = await known(school, person)
        await school.follow(aigul, theirs)
        assert await state(school, aigul, theirs) is FollowState.PENDING

    for person, answer, expected in ((dana, "Accept", FollowState.ACCEPTED), (erin, "Reject", None)):
        asked = await heard(school, peer, "Follow", actorId=aigul.uri, objectId=person.uri)
        await person.says(answer, asked["id"], aigul.uri)
        theirs = await known(school, person)

        async def settled(theirs: Actor = theirs, expected: FollowState | None = expected) -> bool:
            return await state(school, aigul, theirs) is expected

        await until(school, settled, answer)


async def test_a_direct_message_reaches_only_whom_it_names(
    school: LiveSchool, peer: Peer, aigul: Actor, carol: PeerPerson
) -> None:
    await carol.says("Follow", aigul.uri, aigul.uri)
    await heard(school, peer, "Accept", actorId=aigul.uri)
    dana = await join(peer, "dana")
    await known(school, dana)
    note = await school.post(aigul, f"Only for {dana.handle}", Circle.DIRECT)
    created = await heard(school, peer, "Create", actorId=aigul.uri)

    assert created["object"]["id"] == note.uri
    assert created["object"]["toIds"] == [dana.uri]
    assert await peer.do("look", at=note.uri) is None
    assert (await peer.do("look", at=note.uri, by=dana.name))["id"] == note.uri


async def test_a_poll_of_ours_is_answered_from_there(school: LiveSchool, read: Actor, carol: PeerPerson) -> None:
    asked = Poll((PollOption("Дүйсенбі"), PollOption("Сейсенбі")), False, None)
    question = await school.post(read, "Қашан?", poll=asked)
    seen = (await heard(school, carol.peer, "Create", actorId=read.uri))["object"]
    assert seen["type"] == "Question"
    assert [each["name"] for each in seen["exclusiveOptions"]] == ["Дүйсенбі", "Сейсенбі"]

    await carol.says("Create", {"name": "Сейсенбі", "replyTo": question.uri, "to": read.uri}, read.uri)

    async def counted() -> bool:
        poll = await school.read(stored_polls.of_post, question.id)
        return bool(poll and [each.votes for each in poll.options] == [0, 1])

    await until(school, counted, "the vote")


async def test_a_poll_of_theirs_is_answered_from_here(school: LiveSchool, reader: Actor, carol: PeerPerson) -> None:
    uri = await carol.says("Create", {"kind": "Question", "content": "<p>When?</p>", "options": ["Monday", "Tuesday"]})
    question = await here(school, uri)

    await school.write(polls.vote, reader, question, [1])
    voted = (await heard(school, carol.peer, "Create", actorId=reader.uri))["object"]

    assert (voted["type"], voted["name"], voted["replyTargetId"]) == ("Note", "Tuesday", uri)


async def test_a_changed_profile_of_ours_is_told(school: LiveSchool, read: Actor, carol: PeerPerson) -> None:
    async def rename(tx: Transaction) -> None:
        changed = replace(read, name="Айгүл Бекова")
        await actors.update_profile(tx, changed)
        await outbox.actor_updated(tx, changed)

    await school.write(rename)
    updated = await heard(school, carol.peer, "Update", actorId=read.uri)

    assert updated["object"]["name"] == "Айгүл Бекова"


async def test_somebody_of_ours_who_leaves_is_gone_there(school: LiveSchool, read: Actor, carol: PeerPerson) -> None:
    await school.write(accounts.erase, read)
    deleted = await heard(school, carol.peer, "Delete", actorId=read.uri)

    assert deleted["objectId"] == read.uri


async def test_who_moves_there_is_followed_there(
    school: LiveSchool, peer: Peer, reader: Actor, carol: PeerPerson
) -> None:
    new = await join(peer, "carol", aliases=[carol.uri])
    await carol.says("Move", carol.uri, reader.uri, target=new.uri)
    asked = await heard(school, peer, "Follow", actorId=reader.uri, objectId=new.uri)
    theirs = await known(school, new)

    async def accepted() -> bool:
        return await state(school, reader, theirs) is FollowState.ACCEPTED

    await until(school, accepted, "the new account is followed")
    assert asked["objectId"] == new.uri


async def test_who_moves_from_here_takes_her_readers_along(
    school: LiveSchool, peer: Peer, read: Actor, carol: PeerPerson
) -> None:
    new = await join(peer, "aigul", aliases=[read.uri])
    target = await known(school, new)
    await school.write(move_actions.move, read, target)
    told = await heard(school, peer, "Move", actorId=read.uri)

    assert (told["objectId"], told["targetId"]) == (read.uri, new.uri)


async def test_every_delivery_was_accepted_and_every_signature_of_ours_holds(
    school: LiveSchool, read: Actor, carol: PeerPerson
) -> None:
    await school.post(read, "Salem")
    await heard(school, carol.peer, "Create", actorId=read.uri)

    ours = [each for each in await carol.peer.do("knocks") if str(each["id"]).startswith(school.base)]
    assert {each["status"] for each in ours} == {202}
    assert all(each["http"].startswith(school.base) for each in ours)
    assert {each.status for each in school.network.wire.crossed} <= {200, 202}

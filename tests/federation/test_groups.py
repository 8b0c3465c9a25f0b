"""Groups of other servers: Lemmy, PieFed, NodeBB, Friendica and Guppe, honest ones and others (FEP-1b12)."""

from types import ModuleType
from typing import Any

import pytest

from fedi.actions import communities as community_actions
from fedi.actions import follows as follow_actions
from fedi.actions import reactions, timelines
from fedi.activitypub.jsonld import Json
from fedi.activitypub.signatures import proofs
from fedi.errors import Forbidden, NotFound
from fedi.federation import batches, process
from fedi.models.actors import Actor
from fedi.models.communities import Posting
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post
from fedi.outbound import resolver
from fedi.store import actors, communities, follows
from fedi.store.database import Transaction
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson, Stranger

pytestmark = pytest.mark.network(1)

HOST = "lemmy.test"


@pytest.fixture
def lemmy(network: Network) -> Stranger:
    return network.stranger(HOST)


@pytest.fixture
def group(network: Network, lemmy: Stranger) -> StrangePerson:
    """A community as Lemmy shows it."""
    base = f"http://{HOST}/users/maths"
    lemmy.documents["/users/maths/moderators"] = moderators(f"http://{HOST}/users/picard")
    return lemmy.person(
        "maths",
        network.next_keys(),
        type="Group",
        attributedTo=f"{base}/moderators",
        featured=f"{base}/featured",
        postingRestrictedToMods=False,
        endpoints={"sharedInbox": f"http://{HOST}/inbox"},
    )


def moderators(*uris: str) -> Json:
    return {"type": "OrderedCollection", "id": f"http://{HOST}/users/maths/moderators", "orderedItems": list(uris)}


@pytest.fixture
def picard(network: Network, lemmy: Stranger) -> StrangePerson:
    """Somebody of the group's own server, its moderator."""
    return lemmy.person("picard", network.next_keys())


@pytest.fixture
async def joined(almaty: TestSchool, network: Network, group: StrangePerson) -> Actor:
    """A teacher who has joined the group."""
    aigul = await almaty.teacher()
    await almaty.follow(aigul, await resolver.actor(almaty.instance, network.wire, group.uri))
    request = network.wire.sent("Follow")[-1].activity

    async def accept(tx: Transaction) -> None:
        follow = await follows.by_uri(tx, request["id"])
        assert follow is not None
        await follow_actions.accept(tx, follow)

    await almaty.write(accept)
    return aigul


def page(person: StrangePerson, group: StrangePerson, path: str = "/post/1", **changes: Any) -> Json:
    """A post as Lemmy has it."""
    return person.note(
        path,
        type="Page",
        name="How do you explain fractions?",
        to=[group.uri, PUBLIC],
        cc=[],
        audience=group.uri,
        mediaType="text/html",
        **changes,
    )


def comment(person: StrangePerson, group: StrangePerson, above: str, path: str = "/comment/1") -> Json:
    return person.note(path, to=[PUBLIC], cc=[group.uri], audience=group.uri, inReplyTo=above)


_numbers = iter(range(10_000))


def brought(group: StrangePerson, inner: Json) -> Json:
    """An activity as a group announces it."""
    number = next(_numbers)
    return group.activity("Announce", inner, f"/activities/announce/{number}", cc=[f"{group.uri}/followers"])


def did(person: StrangePerson, type_: str, object_: Json | str, group: StrangePerson, **more: Any) -> Json:
    """What somebody does in a group."""
    number = next(_numbers)
    path = f"/activities/{type_.lower()}/{number}"
    made = person.activity(type_, object_, path, cc=[group.uri], audience=group.uri, **more)
    person.server.documents[path] = made
    return made


async def deliver(school: TestSchool, network: Network, sender: StrangePerson, activity: Json) -> str:
    answer = await school.deliver(activity, sender.key)
    assert answer.status_code == 202
    await network.drain()
    return str((await outcomes(school))[-1])


async def shown(school: TestSchool, reader: Actor) -> list[str]:
    home = await school.read(timelines.home, reader.id, Page())
    return [view.boost_of.post.uri for view in home if view.boost_of]


async def stored(school: TestSchool, uri: str) -> Post:
    found = await school.has(uri)
    assert found is not None
    return found


async def community(school: TestSchool, group: StrangePerson) -> Actor:
    found = await school.read(actors.by_uri, group.uri)
    assert isinstance(found, Actor)
    return found


@pytest.fixture
async def begun(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, joined: Actor
) -> Post:
    """Something that carol, of a third server, has written in the group."""
    document = page(carol, group)
    await deliver(almaty, network, group, brought(group, did(carol, "Create", document, group)))
    return await stored(almaty, document["id"])


async def test_what_a_group_brings_is_fetched_shown_once_and_stands_in_it(
    almaty: TestSchool, network: Network, group: StrangePerson, joined: Actor, begun: Post
) -> None:
    plain = group.activity("Announce", begun.uri, "/activities/announce/page", cc=[f"{group.uri}/followers"])

    await deliver(almaty, network, group, plain)

    assert await shown(almaty, joined) == [begun.uri]
    assert begun.title == "How do you explain fractions?"
    assert begun.community_id == (await community(almaty, group)).id
    assert network.wire.sent("Follow")[-1].url == f"http://{HOST}/inbox"


@pytest.mark.parametrize("make", ["nodebb", "friendica", "guppe", "piefed"])
async def test_other_makes_bring_their_posts_in_their_own_way(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, joined: Actor, make: str
) -> None:
    mention = {"type": "Mention", "href": group.uri, "name": f"@maths@{HOST}"}
    document = {
        "nodebb": lambda: carol.note(type="Article", name="T", to=[PUBLIC, group.uri], audience=group.uri),
        "friendica": lambda: carol.note(type="Note", to=[PUBLIC], cc=[group.uri, f"{group.uri}/followers"]),
        "guppe": lambda: carol.note(tag=[mention], cc=[group.uri]),
        "piefed": lambda: page(carol, group),
    }[make]()
    carried: Json | str = did(carol, "Create", document, group) if make in ("nodebb", "piefed") else document["id"]

    await deliver(almaty, network, group, brought(group, carried))  # type: ignore[arg-type]

    assert await shown(almaty, joined) == [document["id"]]
    assert (await stored(almaty, document["id"])).community_id == (await community(almaty, group)).id


async def test_an_answer_stands_in_its_thread_and_in_nobodys_home(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, joined: Actor, begun: Post
) -> None:
    document = comment(carol, group, begun.uri)

    await deliver(almaty, network, group, brought(group, did(carol, "Create", document, group)))

    assert (await stored(almaty, document["id"])).in_reply_to_id == begun.id
    assert await shown(almaty, joined) == [begun.uri]


async def test_a_group_that_nobody_has_joined_brings_nothing(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson
) -> None:
    document = page(carol, group)

    outcome = await deliver(almaty, network, group, brought(group, did(carol, "Create", document, group)))

    assert outcome == "ignored: nobody here has joined the group"
    assert carol.server.asked == []


async def test_an_edit_is_what_the_authors_server_says(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, begun: Post
) -> None:
    page(carol, group, content="<p>Mended</p>", updated="2026-09-02T10:00:00Z")
    forged = {**page(carol, group, "/post/2"), "id": begun.uri, "content": "<p>Forged</p>"}

    await deliver(almaty, network, group, brought(group, did(carol, "Update", forged, group)))

    assert "Mended" in (await stored(almaty, begun.uri)).content


async def test_likes_are_asked_for_at_their_origin_unless_it_is_the_groups_own(
    almaty: TestSchool,
    network: Network,
    group: StrangePerson,
    carol: StrangePerson,
    picard: StrangePerson,
    mallory: StrangePerson,
    begun: Post,
) -> None:
    real = did(carol, "Like", begun.uri, group)
    own = did(picard, "Like", begun.uri, group)
    invented = did(mallory, "Like", begun.uri, group)
    del mallory.server.documents[invented["id"].removeprefix(mallory.server.base)]

    found = [await deliver(almaty, network, group, brought(group, each)) for each in (real, own, invented)]

    assert found[:2] == ["liked", "liked"]
    assert found[2].startswith("ignored")
    assert (await stored(almaty, begun.uri)).likes_count == 2

    undo = did(carol, "Undo", real, group)
    dislike = did(picard, "Dislike", begun.uri, group)
    for each in (undo, dislike):
        assert await deliver(almaty, network, group, brought(group, each)) == "unliked"
    assert (await stored(almaty, begun.uri)).likes_count == 0


async def test_an_author_deletes_through_the_group_and_nobody_else_in_her_name(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, begun: Post
) -> None:
    delete = did(carol, "Delete", begun.uri, group)
    still_there = await deliver(almaty, network, group, brought(group, delete))
    carol.server.documents["/post/1"] = 410

    gone = await deliver(almaty, network, group, brought(group, delete))

    assert (still_there, gone) == ("ignored: it is still there", "deleted")
    assert await almaty.has(begun.uri) is None


async def test_moderators_remove_a_post_and_let_it_in_again(
    almaty: TestSchool,
    network: Network,
    group: StrangePerson,
    picard: StrangePerson,
    carol: StrangePerson,
    joined: Actor,
    begun: Post,
) -> None:
    removal = did(picard, "Delete", begun.uri, group, summary="Off topic")

    assert await deliver(almaty, network, group, brought(group, removal)) == "removed"
    again = await deliver(almaty, network, group, brought(group, did(carol, "Create", page(carol, group), group)))
    during = await shown(almaty, joined)
    restored = await deliver(almaty, network, group, brought(group, did(picard, "Undo", removal, group)))

    assert (again, during) == ("ignored: its moderators have removed it", [])
    assert restored == "let in again"
    assert await shown(almaty, joined) == [begun.uri]


async def test_nobody_but_moderators_decides_and_their_list_is_read_where_it_lies(
    almaty: TestSchool, network: Network, group: StrangePerson, mallory: StrangePerson, dave: StrangePerson, begun: Post
) -> None:
    removal = did(mallory, "Delete", begun.uri, group)
    refused = await deliver(almaty, network, group, brought(group, removal))
    group.server.documents["/users/maths/moderators"] = moderators(dave.uri)

    lock = await deliver(almaty, network, group, brought(group, did(dave, "Lock", begun.uri, group)))

    assert refused.startswith("refused")
    assert lock == "locked"
    assert await almaty.read(communities.is_locked, await stored(almaty, begun.uri))


@pytest.fixture
def dave(network: Network) -> StrangePerson:
    return network.stranger("piefed.test").person("dave", network.next_keys())


async def test_a_group_has_no_say_about_what_stands_elsewhere(
    almaty: TestSchool,
    network: Network,
    group: StrangePerson,
    picard: StrangePerson,
    carol: StrangePerson,
    joined: Actor,
) -> None:
    elsewhere = carol.note("/notes/9")
    await deliver(almaty, network, group, brought(group, did(carol, "Create", elsewhere, group)))
    ours = await almaty.post(joined, "Salem", Circle.PUBLIC)

    for uri in (elsewhere["id"], ours.uri):
        for type_ in ("Delete", "Lock", "Like"):
            found = await deliver(almaty, network, group, brought(group, did(picard, type_, uri, group)))
            assert found == "ignored: there is no such post in the group", (uri, type_)
    shown_first = did(picard, "Add", ours.uri, group, target=f"{group.uri}/featured")
    assert (await deliver(almaty, network, group, brought(group, shown_first))).startswith("ignored")
    assert await almaty.has(elsewhere["id"]) is not None
    assert (await stored(almaty, ours.uri)).likes_count == 0


async def test_a_post_is_shown_first_and_no_more(
    almaty: TestSchool, network: Network, group: StrangePerson, picard: StrangePerson, begun: Post
) -> None:
    there = await community(almaty, group)
    for type_, expected in (("Add", [begun.id]), ("Remove", [])):
        activity = did(picard, type_, begun.uri, group, target=f"{group.uri}/featured")
        await deliver(almaty, network, group, brought(group, activity))
        assert await almaty.read(communities.featured, there.id) == expected


async def test_a_new_moderator_is_believed_by_the_groups_own_list(
    almaty: TestSchool,
    network: Network,
    group: StrangePerson,
    picard: StrangePerson,
    dave: StrangePerson,
    joined: Actor,
) -> None:
    group.server.documents["/users/maths/moderators"] = moderators(picard.uri, dave.uri)
    activity = did(picard, "Add", dave.uri, group, target=f"{group.uri}/moderators")

    assert await deliver(almaty, network, group, brought(group, activity)) == "moderators read"

    there = await community(almaty, group)
    assert set(await almaty.read(communities.moderators, there.id)) == {picard.uri, dave.uri}


async def test_whoever_is_shut_out_of_a_group_elsewhere_is_told_when_she_writes(
    almaty: TestSchool, network: Network, group: StrangePerson, picard: StrangePerson, joined: Actor
) -> None:
    there = await community(almaty, group)
    block = did(picard, "Block", joined.uri, group, target=group.uri, removeData=False)

    await deliver(almaty, network, group, brought(group, block))
    with pytest.raises(Forbidden):
        await almaty.post(joined, "Salem", Circle.PUBLIC, community_id=there.id)

    await deliver(almaty, network, group, brought(group, did(picard, "Undo", block, group)))
    assert (await almaty.post(joined, "Salem", Circle.PUBLIC, community_id=there.id)).community_id == there.id


async def test_a_group_shuts_out_people_of_its_own_server(
    almaty: TestSchool, network: Network, group: StrangePerson, picard: StrangePerson, lemmy: Stranger, joined: Actor
) -> None:
    troll = lemmy.person("troll", network.next_keys())
    document = page(troll, group, "/post/9")
    await deliver(almaty, network, group, brought(group, did(troll, "Create", document, group)))
    before = await shown(almaty, joined)
    block = did(picard, "Block", troll.uri, group, target=group.uri, removeData=True)

    assert await deliver(almaty, network, group, brought(group, block)) == "shut out"

    assert before == [document["id"]]
    assert await shown(almaty, joined) == []
    assert await almaty.has(document["id"]) is None


async def test_our_post_is_addressed_as_each_make_looks_for_it_and_likes_go_to_the_group(
    almaty: TestSchool, network: Network, group: StrangePerson, joined: Actor, begun: Post
) -> None:
    there = await community(almaty, group)

    post = await almaty.post(joined, "Salem", Circle.PUBLIC, community_id=there.id)
    answer = await almaty.post(joined, "I use apples", Circle.PUBLIC, in_reply_to_id=begun.id)
    await almaty.write(reactions.like, joined, begun)
    await network.drain()

    creates = {each.activity["object"]["id"]: each for each in network.wire.sent("Create") if HOST in each.url}
    for uri in (post.uri, answer.uri):
        document = creates[uri].activity["object"]
        assert document["audience"] == creates[uri].activity["audience"] == group.uri
        assert group.uri in document["to"]
        assert PUBLIC in document["to"]
        assert [tag["href"] for tag in document["tag"] if tag["name"] == f"@maths@{HOST}"] == [group.uri]
    likes = [each for each in network.wire.sent("Like") if HOST in each.url]
    assert [each.activity["audience"] for each in likes] == [group.uri]
    assert (await almaty.get(likes[0].activity["id"])).json()["object"] == begun.uri


async def test_our_own_post_comes_back_and_is_shown_to_those_who_have_joined(
    almaty: TestSchool, network: Network, group: StrangePerson, joined: Actor
) -> None:
    there = await community(almaty, group)
    post = await almaty.post(joined, "Salem", Circle.PUBLIC, community_id=there.id)
    await network.drain()
    create = next(each.activity for each in network.wire.sent("Create"))

    assert await deliver(almaty, network, group, brought(group, create)) == "taken up"

    found = await almaty.read(timelines.profile, joined, there, Page())
    assert [view.boost_of.post.uri for view in found if view.boost_of] == [post.uri]


async def test_what_a_group_says_of_itself_is_kept(
    almaty: TestSchool, network: Network, group: StrangePerson, joined: Actor
) -> None:
    there = await community(almaty, group)
    known = await almaty.read(communities.by_id, there.id)
    group.server.documents["/users/maths"] = {
        **group.document(),
        "type": "Group",
        "name": "Maths for all",
        "attributedTo": "http://evil.test/moderators",
        "postingRestrictedToMods": True,
    }

    await deliver(
        almaty, network, group, brought(group, did(group, "Update", {"id": group.uri, "type": "Group"}, group))
    )

    changed = await almaty.read(communities.by_id, there.id)
    assert (known.posting, known.moderators_uri) == (Posting.ANYBODY, f"{group.uri}/moderators")
    assert (changed.posting, changed.moderators_uri) == (Posting.MODERATORS, None)
    assert (await community(almaty, group)).name == "Maths for all"


async def test_a_group_brings_nothing_within_nothing(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, joined: Actor
) -> None:
    inner = brought(group, did(carol, "Create", page(carol, group), group))

    await deliver(almaty, network, group, brought(group, inner))

    assert await almaty.has(f"{carol.server.base}/post/1") is None


async def test_pages_of_people_and_groups_are_told_apart(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    await almaty.follow(aigul, await resolver.actor(almaty.instance, network.wire, carol.uri))

    with pytest.raises(NotFound):
        await almaty.read(community_actions.page, aigul, f"carol@{carol.server.host}")


# --- with a proof, and several at once ------------------------------------------------------------


def signed(person: StrangePerson, network: Network, made: Json) -> Json:
    """What somebody does in a group, signed by herself; her server has forgotten that it was done."""
    path = made["id"].removeprefix(person.server.base)
    person.server.documents.pop(path, None)
    return proofs.attach(made, person.proof_key, network.clock())


async def test_what_a_group_brings_with_a_proof_of_who_did_it_is_believed_and_nobody_is_asked(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, begun: Post
) -> None:
    like = signed(carol, network, did(carol, "Like", begun.uri, group))
    document = page(carol, group, content="<p>Mended</p>", updated="2026-09-02T10:00:00Z")
    update = signed(carol, network, did(carol, "Update", document, group))
    answer = comment(carol, group, begun.uri)
    create = signed(carol, network, did(carol, "Create", answer, group))
    carol.server.documents.pop("/comment/1")
    carol.server.asked.clear()

    for each in (like, update, create):
        await deliver(almaty, network, group, brought(group, each))

    post = await stored(almaty, begun.uri)
    assert post.likes_count == 1
    assert "Mended" in post.content
    assert (await stored(almaty, answer["id"])).in_reply_to_id == begun.id
    assert carol.server.asked == []

    delete = signed(carol, network, did(carol, "Delete", begun.uri, group))
    await deliver(almaty, network, group, brought(group, delete))
    assert await almaty.has(begun.uri) is None


async def test_a_proof_of_somebody_else_or_of_something_else_is_not_believed(
    almaty: TestSchool,
    network: Network,
    group: StrangePerson,
    carol: StrangePerson,
    mallory: StrangePerson,
    begun: Post,
) -> None:
    like = did(carol, "Like", begun.uri, group)
    forged = {**like, "proof": signed(mallory, network, like)["proof"]}
    changed = {**signed(carol, network, {**like, "object": "http://mastodon.test/post/9"}), "object": begun.uri}
    elsewhere = signed(mallory, network, {**like, "actor": mallory.uri})  # an id of carol's server

    for each in (forged, changed, elsewhere):
        assert (await deliver(almaty, network, group, brought(group, each))).startswith("ignored")

    assert (await stored(almaty, begun.uri)).likes_count == 0


async def test_a_group_does_not_bring_again_what_its_doer_has_taken_back(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, begun: Post
) -> None:
    like = signed(carol, network, did(carol, "Like", begun.uri, group))
    undo = signed(carol, network, did(carol, "Undo", like, group))
    for each in (like, undo):
        await deliver(almaty, network, group, brought(group, each))

    assert await deliver(almaty, network, group, brought(group, like)) == "ignored: it has come before"

    assert (await stored(almaty, begun.uri)).likes_count == 0


async def test_all_that_a_group_brings_together_is_handled_in_its_order(
    almaty: TestSchool,
    network: Network,
    group: StrangePerson,
    carol: StrangePerson,
    picard: StrangePerson,
    joined: Actor,
    begun: Post,
) -> None:
    first, second = page(carol, group, "/post/7"), page(carol, group, "/post/8")
    like = did(picard, "Like", begun.uri, group)
    together = [
        like,
        did(carol, "Create", first, group),
        did(picard, "Like", "http://mastodon.test/nothing", group),
        did(carol, "Create", second, group),
        did(picard, "Undo", like, group),
    ]

    outcome = await deliver(almaty, network, group, {**brought(group, like), "object": together})

    assert outcome.startswith("brought together: liked; taken up; ignored")
    assert outcome.endswith("; taken up; unliked")
    assert set(await shown(almaty, joined)) == {second["id"], first["id"], begun.uri}
    assert (await stored(almaty, begun.uri)).likes_count == 0


async def test_of_what_is_brought_together_each_takes_effect_once_though_the_job_breaks_off(
    almaty: TestSchool, network: Network, group: StrangePerson, carol: StrangePerson, picard: StrangePerson, begun: Post
) -> None:
    document = page(carol, group)
    like = did(picard, "Like", begun.uri, group)
    update = did(carol, "Update", document, group)
    carol.server.documents["/post/1"] = 503

    await almaty.deliver({**brought(group, like), "object": [like, update]}, group.key)
    await network.drain()
    halfway = (await stored(almaty, begun.uri)).likes_count, (await outcomes(almaty))[-1]
    page(carol, group, content="<p>Mended</p>", updated="2026-09-02T10:00:00Z")
    network.clock.advance(minutes=5)
    await network.drain()

    assert halfway == (1, None)
    assert (await outcomes(almaty))[-1] == "brought together: liked; updated"
    assert "Mended" in (await stored(almaty, begun.uri)).content


@pytest.mark.parametrize(("bound", "taken"), [((batches, "MOST", 3), 3), ((process, "_REQUESTS_OF_BATCH", 4), 3)])
async def test_of_what_is_brought_together_only_so_much_is_looked_at_and_asked_for(
    almaty: TestSchool,
    network: Network,
    lemmy: Stranger,
    group: StrangePerson,
    begun: Post,
    monkeypatch: pytest.MonkeyPatch,
    bound: tuple[ModuleType, str, int],
    taken: int,
) -> None:
    """Each is liked by somebody else, whom to know takes two requests."""
    monkeypatch.setattr(*bound)
    keys = network.next_keys()
    likes = [did(lemmy.person(f"p{n}", keys), "Like", begun.uri, group) for n in range(6)]

    await almaty.deliver({**brought(group, likes[0]), "object": likes}, group.key)
    await network.drain()

    assert (await stored(almaty, begun.uri)).likes_count == taken


async def test_nobody_but_a_group_brings_several(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    one, two = carol.note("/notes/1"), carol.note("/notes/2")
    await almaty.deliver(carol.activity("Announce", [one["id"], two["id"]]), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "boosted"
    assert await almaty.has(two["id"]) is None

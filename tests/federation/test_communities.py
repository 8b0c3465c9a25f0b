"""Communities of ours among three schools and strangers (FEP-1b12): joined, written to, brought on, moderated."""

from dataclasses import dataclass
from typing import Any

import pytest

from fedi.actions import communities as community_actions
from fedi.actions import follows as follow_actions
from fedi.actions import own_posts, reactions, timelines
from fedi.actions.communities import NewCommunity
from fedi.activitypub.jsonld import Json
from fedi.errors import Conflict, Forbidden, Invalid
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.communities import Posting
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, Post
from fedi.store import accounts, actors, communities, views
from fedi.store.database import Transaction
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson


@dataclass(slots=True)
class Maths:
    """The community "maths" of Almaty, opened by aigul; bolat of Kostanay has joined it, dana of Shymkent too."""

    network: Network
    almaty: TestSchool
    aigul: Actor
    group: Actor
    bolat: Actor
    dana: Actor

    async def write(self, text: str = "Fractions", circle: Circle = Circle.PUBLIC, **draft: Any) -> Post:
        made = await self.almaty.post(self.aigul, text, circle, community_id=self.group.id, **draft)
        await self.network.drain()
        return made

    async def shown(self, school: TestSchool, reader: Actor | None = None) -> list[str]:
        """What the community's page shows at a school."""
        there = await school.read(actors.by_uri, self.group.uri)
        found = await school.read(timelines.profile, reader, there, Page())
        return [view.boost_of.post.uri for view in found if view.boost_of]

    def announced(self, type_: str = "") -> list[Json]:
        """The activities the community has brought on to Kostanay."""
        sent = [each.activity["object"] for each in self.network.wire.sent("Announce") if "kostanay" in each.url]
        return [each for each in sent if isinstance(each, dict) and (not type_ or each["type"] == type_)]


async def open_community(
    school: TestSchool, founder: Actor, name: str = "maths", posting: Posting = Posting.MEMBERS
) -> Actor:
    async def unit(tx: Transaction) -> Actor:
        await accounts.set_role(tx, founder.id, Role.MODERATOR)
        account = await accounts.by_id(tx, founder.id)
        assert account is not None
        new = NewCommunity(name, name.title(), "All about it", "Be kind", posting, keys)
        return (await community_actions.create(tx, account, founder, new)).actor

    keys = school.network.next_keys()
    made: Actor = await school.write(unit)
    await school.network.drain()
    return made


@pytest.fixture
async def maths(network: Network) -> Maths:
    almaty, kostanay, shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))
    aigul = await almaty.teacher("aigul")
    group = await open_community(almaty, aigul)
    bolat, dana = await kostanay.teacher("bolat"), await shymkent.teacher("dana")
    await kostanay.follow(bolat, group)
    await shymkent.follow(dana, group)
    return Maths(network, almaty, aigul, group, bolat, dana)


async def deliver(school: TestSchool, network: Network, sender: StrangePerson, activity: Json, **more: Any) -> str:
    answer = await school.deliver(activity, sender.key, **more)
    assert answer.status_code == 202
    await network.drain()
    return str((await outcomes(school))[-1])


async def test_a_community_is_a_group_with_rules_moderators_and_collections(maths: Maths) -> None:
    document = (await maths.almaty.get(f"/users/{maths.group.id}")).json()

    assert (document["type"], document["preferredUsername"]) == ("Group", "maths")
    assert document["postingRestrictedToMods"] is False
    listed = (await maths.almaty.get(document["attributedTo"])).json()
    assert listed["orderedItems"] == [maths.aigul.uri]
    assert (await maths.almaty.get(document["followers"])).json()["totalItems"] == 3
    there = await maths.network["kostanay"].read(
        communities.by_id, (await maths.network["kostanay"].knows(maths.group)).id
    )
    assert there.moderators_uri == document["attributedTo"]


async def test_a_post_to_a_community_reaches_the_homes_of_its_members_everywhere(maths: Maths) -> None:
    post = await maths.write()

    for school, reader in ((maths.network["kostanay"], maths.bolat), (maths.network["shymkent"], maths.dana)):
        home = await school.read(timelines.home, reader.id, Page())
        assert [view.boost_of.post.uri for view in home if view.boost_of] == [post.uri], school.host
    assert await maths.shown(maths.almaty) == [post.uri]
    document = (await maths.almaty.get(f"/posts/{post.id}")).json()
    assert document["audience"] == maths.group.uri
    assert maths.group.uri in document["to"]
    assert {"type": "Mention", "href": maths.group.uri, "name": "@maths@almaty.test"} in document["tag"]


async def test_it_brings_on_the_activity_as_it_is_and_shows_the_object_for_others(maths: Maths) -> None:
    post = await maths.write()

    sent = [each.activity["object"] for each in maths.network.wire.sent("Announce") if "kostanay" in each.url]
    whole = [each for each in sent if isinstance(each, dict)]
    assert [each for each in sent if isinstance(each, str)] == [post.uri]
    assert [(each["type"], each["actor"], each["object"]["id"]) for each in whole] == [
        ("Create", maths.aigul.uri, post.uri)
    ]
    assert whole[0]["proof"]["type"] == "DataIntegrityProof"
    outbox = (await maths.almaty.get(f"/users/{maths.group.id}/outbox?page=true")).json()["orderedItems"]
    assert {each["type"] for each in outbox} == {"Announce"}


async def test_a_member_elsewhere_writes_and_a_third_school_reads_it(maths: Maths) -> None:
    kostanay, shymkent = maths.network["kostanay"], maths.network["shymkent"]
    there = await kostanay.knows(maths.group)

    post = await kostanay.post(maths.bolat, "Bolat asks", Circle.PUBLIC, community_id=there.id)
    await maths.network.drain()

    assert await maths.shown(maths.almaty) == [post.uri]
    assert await maths.shown(shymkent, maths.dana) == [post.uri]
    known = await shymkent.has(post.uri)
    assert known is not None
    assert known.community_id == (await shymkent.knows(maths.group)).id


async def test_an_answer_is_brought_on_without_being_shown_as_a_new_thing(maths: Maths) -> None:
    kostanay, shymkent = maths.network["kostanay"], maths.network["shymkent"]
    post = await maths.write()
    seen = await kostanay.has(post.uri)
    assert seen is not None

    answer = await kostanay.post(maths.bolat, "Thanks", Circle.PUBLIC, in_reply_to_id=seen.id)
    await maths.network.drain()

    assert await maths.shown(shymkent, maths.dana) == [post.uri]
    known = await shymkent.has(answer.uri)
    assert known is not None
    assert known.in_reply_to_uri == post.uri


async def test_an_edit_a_thanks_and_a_deletion_are_brought_on(maths: Maths) -> None:
    shymkent = maths.network["shymkent"]
    post = await maths.write()
    maths.network.clock.advance(minutes=1)

    await maths.almaty.write(own_posts.change, maths.aigul, post.id, Draft("Fractions, mended"))
    await maths.network.drain()
    edited = await shymkent.has(post.uri)
    bolats = await maths.network["kostanay"].has(post.uri)
    assert bolats is not None
    await maths.network["kostanay"].write(reactions.like, maths.bolat, bolats)
    await maths.network.drain()
    liked = await shymkent.has(post.uri)
    await maths.almaty.write(own_posts.delete, maths.aigul, post.id)
    await maths.network.drain()

    assert edited is not None
    assert "mended" in edited.content
    assert liked is not None
    assert liked.likes_count == 1
    assert await shymkent.has(post.uri) is None
    assert await maths.shown(shymkent, maths.dana) == []
    assert [each["type"] for each in maths.announced()] == ["Create", "Update", "Like", "Delete"]


@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DIRECT])
async def test_what_is_not_for_everybody_is_never_in_a_community(maths: Maths, circle: Circle) -> None:
    with pytest.raises(Invalid):
        await maths.write("Secret", circle)

    post = await maths.write()
    await maths.almaty.post(maths.aigul, "@maths secret", circle)
    await maths.almaty.post(maths.aigul, "secret answer", circle, in_reply_to_id=post.id)
    await maths.network.drain()

    assert [each["object"]["id"] for each in maths.announced("Create")] == [post.uri]
    assert await maths.shown(maths.almaty, maths.aigul) == [post.uri]


async def test_a_mention_is_enough_for_who_knows_no_communities(maths: Maths, network: Network) -> None:
    carol = network.stranger().person("carol", network.next_keys())
    await deliver(maths.almaty, network, carol, carol.activity("Follow", maths.group.uri))
    tag = {"type": "Mention", "href": maths.group.uri, "name": "@maths@almaty.test"}
    note = carol.note(tag=[tag], cc=[maths.group.uri])

    assert await deliver(maths.almaty, network, carol, carol.activity("Create", note)) == "created"

    assert await maths.shown(network["kostanay"], maths.bolat) == [note["id"]]
    assert len(maths.announced("Create")) == 1


async def test_an_activity_is_brought_on_once_whichever_inbox_it_comes_to(maths: Maths, network: Network) -> None:
    carol = network.stranger().person("carol", network.next_keys())
    await deliver(maths.almaty, network, carol, carol.activity("Follow", maths.group.uri))
    create = carol.activity("Create", carol.note(audience=maths.group.uri, cc=[maths.group.uri]), "/create/1")

    await deliver(maths.almaty, network, carol, create)
    await deliver(maths.almaty, network, carol, create, inbox=f"/users/{maths.group.id}/inbox")
    await deliver(maths.almaty, network, carol, create)

    assert [each["id"] for each in maths.announced("Create")] == [create["id"]]


async def test_whoever_has_not_joined_is_not_brought_on(maths: Maths, network: Network) -> None:
    carol = network.stranger().person("carol", network.next_keys())
    note = carol.note(audience=maths.group.uri, cc=[maths.group.uri])

    await deliver(maths.almaty, network, carol, carol.activity("Create", note))

    assert maths.announced() == []
    assert await maths.shown(maths.almaty) == []


@pytest.mark.network(1)
@pytest.mark.parametrize(
    ("posting", "teacher", "stranger"),
    [
        (Posting.ANYBODY, True, True),
        (Posting.SCHOOL, True, False),
        (Posting.MEMBERS, False, False),
        (Posting.MODERATORS, False, False),
    ],
)
async def test_a_community_decides_who_may_write(
    almaty: TestSchool, network: Network, carol: StrangePerson, posting: Posting, teacher: bool, stranger: bool
) -> None:
    group = await open_community(almaty, await almaty.teacher("aigul"), posting=posting)
    saule = await almaty.teacher("saule")
    note = carol.note(audience=group.uri, cc=[group.uri])

    await deliver(almaty, network, carol, carol.activity("Create", note))
    if teacher:
        await almaty.post(saule, "Salem", Circle.PUBLIC, community_id=group.id)
    else:
        with pytest.raises(Forbidden):
            await almaty.post(saule, "Salem", Circle.PUBLIC, community_id=group.id)

    known = await almaty.has(note["id"])
    assert (known is not None and known.community_id == group.id) is stranger


async def test_groups_do_not_answer_each_other(maths: Maths, network: Network) -> None:
    other = network.stranger("lemmy.test").person("physics", network.next_keys(), type="Group")
    await deliver(maths.almaty, network, other, other.activity("Follow", maths.group.uri))
    note = other.note(audience=maths.group.uri, cc=[maths.group.uri])

    await deliver(maths.almaty, network, other, other.activity("Create", note))
    announce = other.activity("Announce", other.activity("Create", note), cc=[maths.group.uri])
    await deliver(maths.almaty, network, other, announce)

    assert maths.announced() == []


async def test_a_like_is_told_to_a_community_only_by_who_sends_it_there(maths: Maths, network: Network) -> None:
    carol = network.stranger().person("carol", network.next_keys())
    await deliver(maths.almaty, network, carol, carol.activity("Follow", maths.group.uri))
    post = await maths.write()

    await deliver(maths.almaty, network, carol, carol.activity("Like", post.uri, "/likes/1", to=[maths.aigul.uri]))
    before = maths.announced("Like")
    undo = carol.activity("Undo", carol.activity("Like", post.uri, "/likes/1", to=[maths.aigul.uri]))
    await deliver(maths.almaty, network, carol, undo)
    sent = carol.activity("Like", post.uri, "/likes/2", to=[maths.group.uri])
    await deliver(maths.almaty, network, carol, sent)

    assert before == []
    assert [each["id"] for each in maths.announced()][1:] == [sent["id"]]


# --- moderation -----------------------------------------------------------------------------------


async def test_a_moderator_removes_a_post_and_its_author_keeps_it(maths: Maths) -> None:
    saule = await maths.almaty.teacher("saule")

    async def join(tx: Transaction) -> None:

        await follow_actions.follow(tx, saule, maths.group)

    await maths.almaty.write(join)
    post = await maths.almaty.post(saule, "Buy my book", Circle.PUBLIC, community_id=maths.group.id)
    await maths.network.drain()
    before = await maths.shown(maths.network["kostanay"], maths.bolat)

    with pytest.raises(Forbidden):
        await maths.almaty.write(community_actions.remove, saule, post)
    await maths.almaty.write(community_actions.remove, maths.aigul, post)
    await maths.network.drain()

    assert before == [post.uri]
    assert await maths.shown(maths.network["kostanay"], maths.bolat) == []
    kept = await maths.almaty.has(post.uri)
    assert kept is not None
    assert kept.community_id is None
    assert maths.announced("Delete")[0]["actor"] == maths.aigul.uri
    assert await maths.network["shymkent"].has(post.uri) is None


async def test_whoever_is_shut_out_writes_no_more_and_is_no_member(maths: Maths) -> None:
    kostanay = maths.network["kostanay"]
    there = await kostanay.knows(maths.group)
    post = await kostanay.post(maths.bolat, "Spam", Circle.PUBLIC, community_id=there.id)
    await maths.network.drain()

    await maths.almaty.write(ban, maths, maths.bolat)
    await maths.network.drain()
    again = await kostanay.post(maths.bolat, "@maths@almaty.test more spam", Circle.PUBLIC)
    await maths.network.drain()

    assert await maths.shown(maths.almaty) == []
    assert [each["object"]["id"] for each in maths.announced("Create")] in ([], [post.uri])
    known = await maths.almaty.has(again.uri)
    assert known is None or known.community_id is None
    group = await maths.almaty.read(actors.by_id, maths.group.id)
    assert group.followers_count == 2
    with pytest.raises(Conflict):
        await maths.almaty.write(ban, maths, maths.aigul)


async def ban(tx: Transaction, maths: Maths, person: Actor) -> None:
    await community_actions.ban(tx, maths.aigul, maths.group, person.uri, removing=True)


async def test_a_locked_thread_takes_no_answers_into_the_community(maths: Maths) -> None:
    kostanay = maths.network["kostanay"]
    post = await maths.write()
    await maths.almaty.write(community_actions.lock, maths.aigul, post, True)
    await maths.network.drain()
    seen = await kostanay.has(post.uri)
    assert seen is not None

    await kostanay.post(maths.bolat, "But", Circle.PUBLIC, in_reply_to_id=seen.id)
    await maths.network.drain()

    assert [each["object"]["id"] for each in maths.announced("Create")] == [post.uri]
    assert await kostanay.read(communities.is_locked, seen)


async def test_what_a_community_shows_first_stands_in_its_featured_collection(maths: Maths) -> None:
    post = await maths.write()

    await maths.almaty.write(community_actions.feature, maths.aigul, post, True)
    await maths.network.drain()

    featured = (await maths.almaty.get(f"/users/{maths.group.id}/collections/featured")).json()
    assert [each["id"] for each in featured["orderedItems"]] == [post.uri]
    there = await maths.network["kostanay"].knows(maths.group)
    kept = await maths.network["kostanay"].read(communities.featured, there.id)
    assert [(await maths.network["kostanay"].read(views.full, kept))[0].post.uri] == [post.uri]


async def test_a_community_is_opened_by_moderators_only_and_its_name_is_nobodys_else(maths: Maths) -> None:
    saule = await maths.almaty.teacher("saule")
    keys = maths.network.next_keys()

    async def open_(tx: Transaction, name: str, founder: Actor) -> None:
        account = await accounts.by_id(tx, founder.id)
        assert account is not None
        new = NewCommunity(name, "X", "", "", Posting.ANYBODY, keys)
        await community_actions.create(tx, account, founder, new)

    with pytest.raises(Forbidden):
        await maths.almaty.write(open_, "physics", saule)
    for taken in ("maths", "saule"):
        with pytest.raises(Conflict):
            await maths.almaty.write(open_, taken, maths.aigul)


async def test_a_closed_community_is_gone_and_its_posts_stay(maths: Maths) -> None:
    post = await maths.write()

    async def close(tx: Transaction) -> None:
        await accounts.set_role(tx, maths.aigul.id, Role.ADMIN)
        account = await accounts.by_id(tx, maths.aigul.id)
        assert account is not None
        await community_actions.close(tx, account, maths.group.id)

    await maths.almaty.write(close)
    await maths.network.drain()

    assert (await maths.almaty.get(f"/users/{maths.group.id}")).status_code == 410
    kept = await maths.almaty.has(post.uri)
    assert kept is not None
    view = (await maths.almaty.read(views.full, [kept.id]))[0]
    assert view.community is None
    assert PUBLIC in (await maths.almaty.get(f"/posts/{post.id}")).json()["to"]


# --- moderators elsewhere -------------------------------------------------------------------------


@pytest.fixture
async def picard(maths: Maths, network: Network) -> StrangePerson:
    """A moderator of the community who has her account at Lemmy."""
    made = network.stranger("lemmy.test").person("picard", network.next_keys())
    await deliver(maths.almaty, network, made, made.activity("Follow", maths.group.uri))
    uris = [maths.aigul.uri, made.uri]
    await maths.almaty.write(communities.set_moderators, maths.group.id, uris)
    return made


_numbers = iter(range(10_000))


def decision(person: StrangePerson, type_: str, object_: Json | str, maths: Maths, **more: Any) -> Json:
    more.setdefault("cc", [maths.group.uri])
    return person.activity(type_, object_, f"/{type_.lower()}/{next(_numbers)}", audience=maths.group.uri, **more)


async def test_a_moderator_elsewhere_removes_closes_and_lets_in_again(
    maths: Maths, network: Network, picard: StrangePerson
) -> None:
    post = await maths.write()
    lock = decision(picard, "Lock", post.uri, maths)
    removal = decision(picard, "Delete", post.uri, maths)

    locked = await deliver(maths.almaty, network, picard, lock)
    is_locked = await maths.almaty.read(communities.is_locked, await stored(maths, post))
    unlocked = await deliver(maths.almaty, network, picard, decision(picard, "Undo", lock, maths))
    removed = await deliver(maths.almaty, network, picard, removal)
    during = await maths.shown(maths.almaty)

    assert {locked, unlocked, removed} == {"decided by a moderator"}
    assert is_locked
    assert not await maths.almaty.read(communities.is_locked, await stored(maths, post))
    assert during == []
    kostanays = [each.activity["object"] for each in network.wire.sent("Announce") if "kostanay" in each.url]
    brought = [each["type"] for each in kostanays if isinstance(each, dict)]
    assert brought == ["Create", "Lock", "Undo", "Delete"]


async def stored(maths: Maths, post: Post) -> Post:
    found = await maths.almaty.has(post.uri)
    assert found is not None
    return found


async def test_a_moderator_elsewhere_shuts_out_and_shows_first(
    maths: Maths, network: Network, picard: StrangePerson
) -> None:
    post = await maths.write()
    add = decision(picard, "Add", post.uri, maths, target=maths.group.featured)
    block = decision(picard, "Block", maths.bolat.uri, maths, target=maths.group.uri)

    for activity in (add, block):
        assert await deliver(maths.almaty, network, picard, activity) == "decided by a moderator"

    assert await maths.almaty.read(communities.featured, maths.group.id) == [post.id]
    banned = await maths.almaty.read(communities.bans, maths.group.id)
    assert [each.actor_uri for each in banned] == [maths.bolat.uri]


async def test_what_a_moderator_elsewhere_shuts_out_and_restores_is_told_in_her_own_words_only(
    maths: Maths, network: Network, picard: StrangePerson
) -> None:
    kostanay = network["kostanay"]
    spam = await kostanay.post(maths.bolat, "Spam", Circle.PUBLIC, community_id=(await kostanay.knows(maths.group)).id)
    await network.drain()
    post = await maths.write()
    removal = decision(picard, "Delete", post.uri, maths)
    block = decision(picard, "Block", maths.bolat.uri, maths, target=maths.group.uri, removeData=True)

    await deliver(maths.almaty, network, picard, removal)
    undo = decision(picard, "Undo", removal, maths)
    for activity in (undo, block):
        assert await deliver(maths.almaty, network, picard, activity) == "decided by a moderator"

    assert await maths.shown(maths.almaty) == [post.uri]
    assert (await maths.almaty.has(spam.uri)) is None
    shymkents = [each.activity["object"] for each in network.wire.sent("Announce") if "shymkent" in each.url]
    told = [each["id"] for each in shymkents if isinstance(each, dict) and each["actor"] == picard.uri]
    assert told == [removal["id"], undo["id"], block["id"]]


async def test_a_moderator_elsewhere_says_who_moderates_but_takes_nobody_of_this_school_off(
    maths: Maths, network: Network, picard: StrangePerson, carol: StrangePerson
) -> None:
    """As Lemmy sends it: Add and Remove of a person, with the collection of moderators as their target."""
    listed = f"{maths.group.uri}/moderators"
    add, dismissal, takeover, leave = (
        decision(picard, type_, whom, maths, target=listed)
        for type_, whom in (
            ("Add", carol.uri),
            ("Remove", carol.uri),
            ("Remove", maths.aigul.uri),
            ("Remove", picard.uri),
        )
    )
    found = []

    for activity in (add, dismissal, takeover, leave):
        outcome = await deliver(maths.almaty, network, picard, activity)
        found.append((outcome, set(await maths.almaty.read(communities.moderators, maths.group.id))))

    assert found == [
        ("decided by a moderator", {maths.aigul.uri, picard.uri, carol.uri}),
        ("decided by a moderator", {maths.aigul.uri, picard.uri}),
        ("refused: Whoever is of this school is taken off the list here", {maths.aigul.uri, picard.uri}),
        ("decided by a moderator", {maths.aigul.uri}),
    ]
    assert [each["id"] for each in (*maths.announced("Add"), *maths.announced("Remove"))] == [
        add["id"],
        dismissal["id"],
        leave["id"],
    ]
    kostanay = network["kostanay"]
    there = await kostanay.read(communities.moderators, (await kostanay.knows(maths.group)).id)
    assert there == [maths.aigul.uri]


async def test_a_community_has_only_so_many_moderators_and_none_of_them_is_a_group(
    maths: Maths, network: Network, picard: StrangePerson
) -> None:
    many = [maths.aigul.uri, picard.uri, *(f"https://lemmy.test/users/{n}" for n in range(18))]
    physics = network.stranger("lemmy.test").person("physics", network.next_keys(), type="Group")
    carol = network.stranger().person("carol", network.next_keys())
    for listed, whom in ((many, carol), (many[:2], physics)):
        await maths.almaty.write(communities.set_moderators, maths.group.id, listed)
        add = decision(picard, "Add", whom.uri, maths, target=f"{maths.group.uri}/moderators")
        outcome = await deliver(maths.almaty, network, picard, add)

        assert outcome.startswith("refused")
        assert await maths.almaty.read(communities.moderators, maths.group.id) == sorted(listed)


async def test_who_moderates_is_told_to_the_followers_when_it_is_changed_here(maths: Maths) -> None:
    kostanay = maths.network["kostanay"]
    await maths.almaty.knows(maths.bolat)

    await maths.almaty.write(community_actions.set_moderators, maths.aigul, maths.group.id, ["@bolat@kostanay.test"])
    await maths.network.drain()
    there = await kostanay.read(communities.moderators, (await kostanay.knows(maths.group)).id)
    await maths.almaty.write(community_actions.set_moderators, maths.aigul, maths.group.id, [])
    await maths.network.drain()

    assert set(there) == {maths.aigul.uri, maths.bolat.uri}
    told = [(each["type"], each["object"]) for each in maths.announced() if each["type"] in ("Add", "Remove")]
    assert told == [("Add", maths.bolat.uri), ("Remove", maths.bolat.uri)]


async def test_nobody_else_decides_in_our_community(maths: Maths, network: Network, carol: StrangePerson) -> None:
    await deliver(maths.almaty, network, carol, carol.activity("Follow", maths.group.uri))
    post = await maths.write()

    for type_, target in (
        ("Delete", None),
        ("Lock", None),
        ("Block", maths.group.uri),
        ("Add", maths.group.featured),
        ("Add", f"{maths.group.uri}/moderators"),
        ("Remove", f"{maths.group.uri}/moderators"),
    ):
        about_people = {"Add": carol.uri, "Block": maths.aigul.uri, "Remove": maths.aigul.uri}
        object_ = post.uri if target in (None, maths.group.featured) else about_people[type_]
        more = {"target": target} if target else {}
        await deliver(maths.almaty, network, carol, decision(carol, type_, object_, maths, **more))

    assert await maths.shown(maths.almaty) == [post.uri]
    assert await maths.almaty.read(communities.bans, maths.group.id) == []
    assert await maths.almaty.read(communities.featured, maths.group.id) == []
    assert await maths.almaty.read(communities.moderators, maths.group.id) == [maths.aigul.uri]
    assert not await maths.almaty.read(communities.is_locked, await stored(maths, post))
    assert maths.announced("Delete") == maths.announced("Lock") == maths.announced("Block") == []

"""Collections of people between schools: asked, agreed, refused, shown elsewhere, taken back (FEP-7aa9)."""

from typing import Any

import pytest

from fedi.actions import actors as actor_actions
from fedi.actions import featured_collections as actions
from fedi.actions import featuring
from fedi.activitypub import featured_collections as wire
from fedi.errors import Forbidden
from fedi.models.actors import Actor
from fedi.models.featured_collections import CollectionChange, FeaturedCollection, FeaturedItem, ItemState
from fedi.models.paging import Page
from fedi.outbound import resolver
from fedi.store import actors, muted_domains, notifications
from fedi.store import featured_collections as stored
from fedi.store.database import Transaction
from tests.network import Network, TestSchool


class Shown:
    """aigul of Almaty, whom dana of Shymkent follows, collects people; bolat is at Kostanay."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.almaty, self.kostanay, self.shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))

    async def meet(self, **bolat: Any) -> None:
        self.aigul = await self.almaty.teacher("aigul")
        self.bolat = await self.kostanay.teacher("bolat", **{"discoverable": True, **bolat})
        self.dana = await self.shymkent.teacher("dana")
        await self.shymkent.follow(self.dana, self.aigul)
        self.there = await self.almaty.knows(self.bolat)

    async def collect(self, *people: Actor) -> FeaturedCollection:
        change = CollectionChange("Physics", "Who teach it well", "en", "physics")
        made: FeaturedCollection = await self.almaty.write(
            actions.create, self.aigul, change, [each.id for each in people]
        )
        await self.network.drain()
        return made


@pytest.fixture
async def shown(network: Network) -> Shown:
    made = Shown(network)
    await made.meet()
    return made


async def states(school: TestSchool, uri: str) -> dict[str, ItemState]:
    """Who stands in a collection at a school, by name."""

    async def unit(tx: Transaction) -> dict[str, ItemState]:
        made = await stored.by_uri(tx, uri)
        if made is None:
            return {}
        people = await tx.all(FeaturedItem, "SELECT * FROM featured_items WHERE collection_id = :id", id=made.id)
        named = await actors.by_ids(tx, [each.actor_id for each in people])
        return {named[each.actor_id].username: each.state for each in people}

    found: dict[str, ItemState] = await school.read(unit)
    return found


async def item_of(school: TestSchool, uri: str, person: Actor) -> FeaturedItem:
    async def unit(tx: Transaction) -> FeaturedItem | None:
        made = await stored.by_uri(tx, uri)
        return await stored.place_of(tx, made.id, person.id) if made else None

    found = await school.read(unit)
    assert isinstance(found, FeaturedItem)
    return found


async def told(school: TestSchool, person: Actor) -> list[str]:
    found = await school.read(notifications.latest, person.id, Page())
    return [each.kind.value for each in found]


async def test_who_is_asked_agrees_and_a_third_school_sees_her_by_her_stamp(shown: Shown) -> None:
    made = await shown.collect(shown.there)

    assert await states(shown.almaty, made.uri) == {"bolat": ItemState.ACCEPTED}
    assert await states(shown.kostanay, made.uri) == {"bolat": ItemState.ACCEPTED}
    assert await states(shown.shymkent, made.uri) == {"bolat": ItemState.ACCEPTED}
    assert "added_to_collection" in await told(shown.kostanay, shown.bolat)


async def test_a_collection_and_its_stamp_are_read_as_the_proposal_has_them(shown: Shown) -> None:
    made = await shown.collect(shown.there)

    document = (await shown.almaty.get(f"/collections/{made.id}")).json()

    assert (document["type"], document["attributedTo"], document["totalItems"]) == (
        "FeaturedCollection",
        shown.aigul.uri,
        1,
    )
    assert (document["name"], document["summaryMap"]) == ("Physics", {"en": "Who teach it well"})
    assert (document["topic"]["type"], document["topic"]["name"]) == ("Hashtag", "#physics")
    item = document["orderedItems"][0]
    assert (item["type"], item["featuredObject"]) == ("FeaturedItem", shown.bolat.uri)
    stamp = (await shown.kostanay.get(item["featureAuthorization"])).json()
    assert stamp["type"] == "FeatureAuthorization"
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (made.uri, shown.bolat.uri)
    place = (await shown.almaty.get(item["id"])).json()
    assert place["featuredObject"] == shown.bolat.uri
    person = (await shown.almaty.get(f"/users/{shown.aigul.uri.rpartition('/')[2]}")).json()
    listed = (await shown.almaty.get(person["featuredCollections"])).json()
    assert listed["orderedItems"] == [made.uri]


async def test_what_an_actor_allows_is_said_and_read(network: Network) -> None:
    shown = Shown(network)
    await shown.meet(discoverable=False)
    path = f"/users/{shown.bolat.uri.rpartition('/')[2]}"

    document = (await shown.kostanay.get(path)).json()

    assert document["interactionPolicy"]["canFeature"] == {"automaticApproval": [shown.bolat.uri]}
    with pytest.raises(Forbidden):
        await shown.collect(shown.there)
    assert await told(shown.kostanay, shown.bolat) == []


async def test_whoever_has_changed_her_mind_meanwhile_refuses_and_is_shown_nowhere(shown: Shown) -> None:
    async def hide(tx: Transaction) -> None:
        await tx.execute("UPDATE actors SET discoverable = :no WHERE id = :id", no=False, id=shown.bolat.id)

    await shown.kostanay.write(hide)

    made = await shown.collect(shown.there)

    assert await states(shown.almaty, made.uri) == {"bolat": ItemState.REJECTED}
    assert await states(shown.kostanay, made.uri) == {}
    assert await states(shown.shymkent, made.uri) == {}


async def test_a_stamp_that_is_taken_back_takes_her_out_everywhere(shown: Shown) -> None:
    made = await shown.collect(shown.there)
    there = await item_of(shown.kostanay, made.uri, shown.bolat)

    await shown.kostanay.write(featuring.revoke, shown.bolat, there.collection_id, there.id)
    await shown.network.drain()

    assert await states(shown.almaty, made.uri) == {"bolat": ItemState.REVOKED}
    assert await states(shown.shymkent, made.uri) == {}
    gone = await shown.kostanay.get(f"/feature_authorizations/{there.id}")
    assert gone.status_code == 404


async def test_changes_additions_and_deletions_reach_the_followers_schools(shown: Shown) -> None:
    colleague = await shown.almaty.teacher("colleague", discoverable=True)
    made = await shown.collect(shown.there)

    await shown.almaty.write(actions.add, shown.aigul, made.id, colleague.id)
    await shown.almaty.write(actions.change, shown.aigul, made.id, CollectionChange(name="Science"))
    await shown.network.drain()
    shown.network.clock.advance(minutes=2)
    await shown.network.drain()
    with_both = await states(shown.shymkent, made.uri)
    renamed = await shown.shymkent.read(stored.by_uri, made.uri)
    item = await item_of(shown.almaty, made.uri, colleague)
    await shown.almaty.write(actions.remove, shown.aigul, made.id, item.id)
    await shown.network.drain()
    with_one = await states(shown.shymkent, made.uri)
    await shown.almaty.write(actions.delete, shown.aigul, made.id)
    await shown.network.drain()

    assert set(with_both) == {"bolat", "colleague"}
    assert renamed is not None
    assert renamed.name == "Science"
    assert set(with_one) == {"bolat"}
    assert await shown.shymkent.read(stored.by_uri, made.uri) is None


async def test_whoever_has_left_is_not_put_back_by_an_owner_who_takes_her_out_and_asks_again(shown: Shown) -> None:
    made = await shown.collect(shown.there)
    there = await item_of(shown.kostanay, made.uri, shown.bolat)
    await shown.kostanay.write(featuring.revoke, shown.bolat, there.collection_id, there.id)
    owner = await shown.kostanay.knows(shown.aigul)
    known = await shown.kostanay.read(stored.by_uri, made.uri)
    assert known is not None

    async def taken_out(tx: Transaction) -> None:
        await stored.name_item(tx, there.id, f"{shown.almaty.base}/featured_items/1")
        await featuring.take_out(tx, known, f"{shown.almaty.base}/featured_items/1")

    await shown.kostanay.write(taken_out)
    asked = {"id": f"{shown.almaty.base}/requests/2", "actor": owner.uri, "instrument": made.uri}
    remote = wire.parse((await shown.almaty.get(f"/collections/{made.id}")).json())
    answer = await shown.kostanay.write(featuring.answer, owner, shown.bolat, remote, asked)

    assert answer is ItemState.REJECTED
    assert await states(shown.kostanay, made.uri) == {"bolat": ItemState.REVOKED}


async def test_whoever_mutes_the_owner_or_hides_her_server_is_not_shown(shown: Shown) -> None:
    async def hidden(tx: Transaction) -> None:
        await muted_domains.insert(tx, shown.bolat.id, shown.almaty.host)

    await shown.kostanay.write(hidden)
    made = await shown.collect(shown.there)

    assert await states(shown.almaty, made.uri) == {"bolat": ItemState.REJECTED}


def stamps_asked_for(shown: Shown) -> int:
    return len([each for each in shown.network.wire.crossed if "/feature_authorizations/" in each.url])


async def test_stamps_are_looked_at_once_for_many_changes(shown: Shown) -> None:
    made = await shown.collect(shown.there)
    asked = stamps_asked_for(shown)
    for number in range(5):
        await shown.almaty.write(actions.change, shown.aigul, made.id, CollectionChange(name=f"Number {number}"))
        await shown.network.drain()

    assert stamps_asked_for(shown) == asked > 0


@pytest.mark.parametrize("what", ["collection", "item", "new words"])
async def test_nobody_arranges_the_collections_of_others(shown: Shown, what: str) -> None:
    made = await shown.collect(shown.there)
    item = await item_of(shown.shymkent, made.uri, await shown.shymkent.knows(shown.bolat))
    stolen = {"id": made.uri, "type": "FeaturedCollection", "attributedTo": made.uri, "name": "Stolen"}
    other = shown.network.stranger("other.test").person("mallory", shown.network.next_keys())
    await resolver.actor(shown.shymkent.instance, shown.network.wire, other.uri)
    activity = {
        "collection": other.activity("Remove", made.uri, target=f"{other.uri}/collections/people"),
        "item": other.activity("Remove", item.uri or "", target=made.uri),
        "new words": other.activity("Update", stolen),
    }[what]

    await shown.shymkent.deliver(activity, other.key)
    await shown.network.drain()

    kept = await shown.shymkent.read(stored.by_uri, made.uri)
    assert kept is not None
    assert kept.name == "Physics"
    assert await states(shown.shymkent, made.uri) == {"bolat": ItemState.ACCEPTED}


@pytest.mark.parametrize("stamp", ["none", "of her own host", "that is not there", "of another collection"])
async def test_nobody_stands_in_a_peers_collection_without_her_stamp_for_it(shown: Shown, stamp: str) -> None:
    made = await shown.collect(shown.there)
    real = f"{shown.kostanay.base}/feature_authorizations/"
    given = await item_of(shown.kostanay, made.uri, shown.bolat)
    mallory = shown.network.stranger("other.test").person("mallory", shown.network.next_keys())
    await shown.shymkent.follow(
        shown.dana, await resolver.actor(shown.shymkent.instance, shown.network.wire, mallory.uri)
    )
    uri = f"{mallory.uri}/collections/1"
    item = {
        "id": f"{uri}/items/1",
        "type": "FeaturedItem",
        "featuredObject": shown.bolat.uri,
        "featureAuthorization": {
            "none": None,
            "of her own host": f"{mallory.uri}/stamps/1",
            "that is not there": f"{real}1",
            "of another collection": f"{real}{given.id}",
        }[stamp],
    }
    collection = {
        "id": uri,
        "type": "FeaturedCollection",
        "attributedTo": mallory.uri,
        "name": "My friends",
        "orderedItems": [item],
    }

    await shown.shymkent.deliver(mallory.activity("Add", collection, target=f"{mallory.uri}/lists"), mallory.key)
    await shown.network.drain()

    assert await shown.shymkent.read(stored.by_uri, uri) is not None
    assert await states(shown.shymkent, uri) == {}


async def test_a_collection_of_whom_nobody_here_reads_is_not_kept(shown: Shown) -> None:
    mallory = shown.network.stranger("other.test").person("mallory", shown.network.next_keys())
    await resolver.actor(shown.shymkent.instance, shown.network.wire, mallory.uri)
    uri = f"{mallory.uri}/collections/1"
    collection = {"id": uri, "type": "FeaturedCollection", "attributedTo": mallory.uri, "name": "Buy"}

    await shown.shymkent.deliver(mallory.activity("Add", collection, target=f"{mallory.uri}/lists"), mallory.key)
    await shown.network.drain()

    assert await shown.shymkent.read(stored.by_uri, uri) is None


async def test_a_peer_has_only_so_many_collections_here_and_people_in_them(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(featuring, "OF_ONE_OWNER", 1)
    monkeypatch.setattr(featuring, "MOST_ELSEWHERE", 1)
    other = await shown.kostanay.teacher("other", discoverable=True)

    first = await shown.collect(shown.there, await shown.almaty.knows(other))
    second = await shown.collect(shown.there)
    # Both may agree at the same moment: then the later stamp is looked at with the next check.
    shown.network.clock.advance(minutes=2)
    await shown.network.drain()

    assert len(await states(shown.shymkent, first.uri)) == 1
    assert await states(shown.shymkent, second.uri) == {}
    assert await shown.shymkent.read(stored.by_uri, second.uri) is None
    assert await states(shown.almaty, second.uri) == {"bolat": ItemState.REJECTED}


async def test_when_somebody_is_gone_so_are_her_collections_and_places(shown: Shown) -> None:
    made = await shown.collect(shown.there)

    await shown.kostanay.write(actor_actions.delete, shown.bolat)
    await shown.network.drain()
    without = await states(shown.almaty, made.uri)
    await shown.almaty.write(actor_actions.delete, shown.aigul)
    await shown.network.drain()

    assert without == {}
    assert await shown.almaty.read(stored.by_uri, made.uri) is None
    assert await shown.shymkent.read(stored.by_uri, made.uri) is None

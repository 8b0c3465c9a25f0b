"""Whom her own server suspends is hidden everywhere until that is lifted; what others have decided it does not lift."""

import pytest

from fedi.actions import actors as actor_actions
from fedi.actions import moderation
from fedi.models.actors import Actor, ProfileChange, ProfileField
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.outbound import resolver
from fedi.store import accounts, actors, follows, timelines
from tests.factories import picture
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger


async def known(school: TestSchool, person: Actor) -> Actor:
    found: Actor = await school.read(actors.by_uri, person.uri)
    return found


async def decide(school: TestSchool, person: Actor, *, suspend: bool) -> None:
    """The operator suspends somebody of this school, or lifts it, and what that causes has happened."""
    account = await school.read(accounts.by_id, person.id)
    await school.write(moderation.suspend if suspend else moderation.unsuspend, None, account)
    await school.network.drain()


async def test_a_suspension_is_told_to_followers_and_lifted_there_again(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)

    await decide(almaty, aigul, suspend=True)
    hidden = await known(kostanay, aigul)
    await decide(almaty, aigul, suspend=False)
    shown = await known(kostanay, aigul)

    first, second = (each.activity["object"] for each in network.wire.sent("Update"))
    assert (first["suspended"], "suspended" in second) == (True, False)
    assert (hidden.gone, hidden.settled, hidden.handle) == (True, False, aigul.handle)
    assert (shown.gone, shown.name) == (False, "Aigul")


async def test_the_document_of_somebody_suspended_says_no_more_than_who_she_is(network: Network) -> None:
    almaty = network["almaty"]
    aigul = await almaty.teacher(summary="<p>Mathematics</p>", fields=(ProfileField("Class", "5"),), discoverable=True)
    change = ProfileChange(avatar_id=await almaty.write(picture, aigul))
    await almaty.write(actor_actions.update_profile, aigul, change)
    post = await almaty.post(aigul)
    before = (await almaty.get(aigul.uri)).json()

    await decide(almaty, aigul, suspend=True)
    document = (await almaty.get(aigul.uri)).json()
    found = await almaty.get(f"/.well-known/webfinger?resource=acct:aigul@{almaty.host}")

    told = {name: document[name] for name in ("name", "summary", "attachment", "tag", "discoverable", "indexable")}
    assert told == {
        "name": "aigul",
        "summary": "",
        "attachment": [],
        "tag": [],
        "discoverable": False,
        "indexable": False,
    }
    assert (document["suspended"], "icon" in before, "icon" in document) == (True, True, False)
    assert [document[name] for name in ("id", "inbox", "publicKey")] == [
        before[name] for name in ("id", "inbox", "publicKey")
    ]
    assert (found.status_code, "avatar" in found.text) == (200, False)
    assert [(await almaty.get(each)).status_code for each in (post.uri, f"{aigul.uri}/outbox")] == [404, 404]
    assert (await almaty.get(aigul.url, accept="text/html")).status_code == 410


async def test_whom_moderators_here_suspend_reads_nothing_more_that_is_for_followers(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat, dana = await almaty.teacher(), await kostanay.teacher("bolat"), await kostanay.teacher("dana")
    for each in (bolat, dana):
        await kostanay.follow(each, aigul)
    await almaty.follow(aigul, bolat)

    await almaty.write(actor_actions.suspend, await known(almaty, bolat))
    await network.drain()
    post = await almaty.post(aigul, "For those who follow", Circle.FOLLOWERS)
    await network.drain()

    there = await kostanay.has(post.uri)
    assert there is not None
    homes = [await kostanay.read(timelines.home, each, Page()) for each in (bolat, dana)]
    assert [[view.id for view in home] for home in homes] == [[], [there.id]]
    assert [each.activity["object"]["actor"] for each in network.wire.sent("Reject")] == [bolat.uri]
    assert await almaty.read(follows.follower_uris_at, aigul.id, kostanay.host) == [dana.uri]
    assert await almaty.read(follows.between, aigul.id, (await known(almaty, bolat)).id) is not None


async def test_what_was_decided_here_her_own_server_does_not_lift(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    await kostanay.write(actor_actions.suspend, await known(kostanay, aigul))

    await almaty.write(actor_actions.update_profile, aigul, ProfileChange(name="Aigul B."))
    await network.drain()
    await resolver.actor(kostanay.instance, network.wire, aigul.uri, refresh=True)

    assert ((await known(kostanay, aigul)).gone, (await known(kostanay, aigul)).settled) == (True, True)


@pytest.mark.network(1)
@pytest.mark.usefixtures("asking")
async def test_mastodon_suspends_somebody_and_lets_her_in_again(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson
) -> None:
    gone = []
    for suspended in (True, False):
        document = {**carol.document(), "suspended": suspended}
        mastodon.documents["/users/carol"] = document
        await almaty.deliver(carol.activity("Update", document), carol.key)
        await network.drain()
        gone.append((await almaty.read(actors.by_uri, carol.uri)).gone)

    assert gone == [True, False]

"""Who is blocked, not accepted or suspended stays outside, whatever door is tried."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from fedi.actions import actors as actor_actions
from fedi.actions import peers as peer_actions
from fedi.models.actors import Actor
from fedi.models.posts import Circle
from fedi.outbound import resolver
from fedi.store import visibility
from fedi.store.database import Transaction
from tests import factories as make
from tests.federation.conftest import kept, outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

pytestmark = pytest.mark.network(1)


@pytest.mark.parametrize(
    "spelling",
    ["http://EVIL.test", "http://evil.test.", "http://ｅｖｉｌ.test", "http://evil.test:80", "http://Evil。test"],
)
async def test_a_blocked_host_is_blocked_in_every_spelling(
    almaty: TestSchool, network: Network, aigul: Actor, mallory: StrangePerson, spelling: str
) -> None:
    await almaty.write(peer_actions.add, None, "evil.test")
    await almaty.write(peer_actions.block, None, "evil.test")
    uri = f"{spelling}/users/mallory"
    key = replace(mallory.key, key_id=f"{uri}#main-key") if uri.isascii() else mallory.key

    answer = await almaty.deliver(mallory.activity("Follow", aigul.uri, actor=uri, id=f"{uri}/1"), key)

    assert answer.status_code == 403
    assert await kept(almaty) == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":"Create","actor":"A","object":' + b'{"object":' * 1000 + b"1" + b"}" * 1000 + b"}",
        b'{"type":"Create","actor":"A","object":' + b'{"object":' * 150 + b"1" + b"}" * 150 + b"}",
        b'{"type":"Create","actor":"A","object":"\x00"}',
        b'{"type":"Create","actor":"A","object":"\\ud800"}',
        b'{"type":"Create","actor":"A","object":NaN}',
        b'{"type":"Create","actor":"A","object":1e400}',
        b'{"type":"Create","actor":"A","object":"\xed\xa0\x80"}',
        gzip.compress(b'{"type":"Create","actor":"A"}' + b" " * 10_000_000),
    ],
    ids=["1,000 deep", "150 deep", "NUL", "lone surrogate", "NaN", "1e400", "surrogate in UTF-8", "gzip"],
)
async def test_no_number_letter_or_depth_breaks_the_inbox(
    almaty: TestSchool, carol: StrangePerson, body: bytes
) -> None:
    answer = await almaty.deliver_bytes(body.replace(b'"A"', b'"%b"' % carol.uri.encode()), carol.key)

    assert answer.status_code == 400
    assert await kept(almaty) == []


@pytest.mark.parametrize("number", [b"1" + b"0" * 400, b"-1" + b"0" * 400, b"9223372036854775808"])
async def test_a_number_of_four_hundred_digits_is_no_fault_of_ours(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson, number: bytes
) -> None:
    note = carol.note(type="Question", votersCount=-7, oneOf=[{"name": "A", "replies": {"totalItems": -7}}])
    activity = carol.activity("Create", note, updated=-7)
    from fedi.activitypub.jsonld import encode

    answer = await almaty.deliver_bytes(encode(activity).encode().replace(b"-7", number), carol.key)
    await network.drain()

    assert answer.status_code in (202, 400)
    assert all(outcome is not None for outcome in await outcomes(almaty))


async def test_a_reader_who_was_not_accepted_sees_nothing_that_is_for_followers(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson
) -> None:
    """Carol is locked: aigul was let in, bolat has asked."""
    bolat = await almaty.teacher("bolat")
    await almaty.follow(bolat, await resolver.actor(almaty.instance, network.wire, carol.uri))
    note = carol.note(to=[f"{carol.uri}/followers"], cc=[])
    await almaty.deliver(carol.activity("Create", note, to=note["to"]), carol.key)
    await network.drain()

    assert await almaty.read(visibility.post_by_uri, aigul, note["id"]) is not None
    assert await almaty.read(visibility.post_by_uri, bolat, note["id"]) is None


async def test_a_follow_is_not_accepted_by_whoever_asked_for_it(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    """A locked teacher decides; the other server cannot decide for her (CVE-2025-30741)."""
    aigul = await almaty.teacher(locked=True)
    post = await almaty.post(aigul, "For followers", Circle.FOLLOWERS)
    follow = carol.activity("Follow", aigul.uri, "/follows/1")
    await almaty.deliver(follow, carol.key)
    await network.drain()
    await almaty.deliver(carol.activity("Accept", follow, "/accepts/1"), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "ignored: there is no such follow of the sender"
    assert (await almaty.get(f"/posts/{post.id}", signer=carol.key)).status_code == 404


async def test_what_a_server_could_read_it_cannot_once_it_is_blocked(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    theirs = await resolver.actor(almaty.instance, network.wire, carol.uri)
    post = await almaty.post(aigul, "For followers", Circle.FOLLOWERS)
    named = await almaty.post(aigul, "Only you, @carol@mastodon.test", Circle.DIRECT)

    async def accept(tx: Transaction) -> None:
        await make.follow(tx, theirs, aigul)

    await almaty.write(accept)
    paths = [f"/posts/{post.id}", f"/posts/{post.id}/replies", f"/posts/{named.id}"]
    before = [await almaty.get(path, signer=carol.key) for path in paths]
    await almaty.write(peer_actions.add, None, carol.server.host)
    await almaty.write(peer_actions.block, None, carol.server.host)
    after = [await almaty.get(path, signer=carol.key) for path in paths]

    assert [each.status_code for each in before] == [200, 200, 200]
    # Nobody on the way keeps an answer that another visitor could then be given.
    assert {each.headers["cache-control"] for each in before} == {"private, no-store"}
    assert [each.status_code for each in after] == [404, 404, 404]


async def test_posts_of_somebody_suspended_come_in_by_no_way(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson, mallory: StrangePerson
) -> None:
    """Not by herself, not by a boost, and not as what is answered (CVE-2026-23961)."""
    suspended = await resolver.actor(almaty.instance, network.wire, mallory.uri)
    await almaty.write(actor_actions.suspend, suspended)
    note = mallory.note(tag=[{"type": "Mention", "href": aigul.uri}])
    answer = carol.note("/notes/2", inReplyTo=note["id"])

    await almaty.deliver(mallory.activity("Create", note), mallory.key)
    await almaty.deliver(carol.activity("Announce", note["id"], "/announces/1"), carol.key)
    await almaty.deliver(carol.activity("Create", answer, "/creates/1"), carol.key)
    await almaty.deliver(mallory.activity("Update", mallory.document(), "/updates/1"), mallory.key)
    await network.drain()

    assert await almaty.has(note["id"]) is None
    assert await almaty.has(answer["id"]) is not None
    again = await resolver.actor(almaty.instance, network.wire, mallory.uri, refresh=True)
    assert again.suspended_at is not None

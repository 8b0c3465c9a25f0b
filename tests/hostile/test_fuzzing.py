"""Whole activities made of real ones: whatever they hold, they are answered, handled, and shown without a fault."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedi.activitypub import activities, remote_actors, remote_posts
from fedi.activitypub.jsonld import encode
from fedi.errors import Malformed
from fedi.models.actors import Actor
from fedi.store.database import Transaction
from fuzz import targets
from tests.activitypub.test_remote_documents import VALUES
from tests.federation.corpora.documents import delivery, pasture
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson, Stranger
from tests.web.browsing import signed_in

pytestmark = [pytest.mark.network(1), pytest.mark.timeout(300)]

TYPES = (
    *("Create", "Update", "Delete", "Announce", "Like", "EmojiReact", "Follow", "Accept", "Reject", "Undo", "Block"),
    *("Add", "Remove", "Flag", "Move", "Offer", "QuoteRequest", "Dislike", "Join", "Leave", "Listen"),
)
REAL = [sent.activity for name, raw in pasture() if (sent := delivery(name, raw, "f")) is not None]
EXTREME = st.sampled_from(
    [
        *(2**31, 2**63, -(2**63), 1e300, "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "\ufdfa" * 300),
        *("https://a.test/" + "қ" * 600, "https://a.test/" + "x" * 2000, "x" * 100_000, "\0", "<p>" * 1000, "a\u202eb"),
        *([[]] * 3, {}, [{}], {"type": "Link"}, [None], PUBLIC, "https://almaty.test/actor"),
    ]
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document: what holds it, and its key there."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in list(children):
        yield value, key
        yield from places(child)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A real activity, of another type perhaps, with some of it replaced, lost, repeated or wrapped."""
    document: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(REAL)))
    if draw(st.booleans()):
        document["type"] = draw(st.sampled_from(TYPES))
    for _ in range(draw(st.integers(1, 4))):
        found = [(holder, key) for holder, key in places(document) if key != "@context"]
        holder, key = draw(st.sampled_from(found))
        how = draw(st.sampled_from(("replace", "extreme", "wrap", "repeat", "lose")))
        if how == "lose" and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = _changed(draw, how, holder[key])
    return document


def _changed(draw: st.DrawFn, how: str, value: Any) -> Any:
    if how == "wrap":
        return draw(st.sampled_from(([value], {"id": value}, {"en": value}, {"type": "Link", "href": value})))
    if how == "repeat":
        return [value] * draw(st.sampled_from((2, 50)))
    # A copy: what is changed in this document must not be in the next one.
    return copy.deepcopy(draw(EXTREME if how == "extreme" else VALUES))


@given(mutated())
@settings(max_examples=300, deadline=None)
def test_the_parsers_read_it_or_say_that_it_is_malformed(document: dict[str, Any]) -> None:
    try:
        read = activities.parse(document)
    except Malformed:
        return
    for parse in (remote_posts.parse, remote_actors.parse):
        try:
            parse(read.object)
        except Malformed:
            continue


@given(document=mutated())
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
async def test_the_inbox_answers_it_and_its_job_comes_to_an_end(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson, document: dict[str, Any]
) -> None:
    _leave_nobody_else(network)
    sent = encode(document).replace("https://f.pasture-one-actor.test/actor", carol.uri)
    sent = sent.replace("https://f.pasture-one-actor.test", carol.server.base)

    answer = await almaty.deliver_bytes(sent.encode(), carol.key)
    await network.drain()

    assert answer.status_code in (202, 400, 401, 403, 413)
    assert await almaty.read(_left) == []


async def _left(tx: Transaction) -> list[str]:
    """Jobs of the inbox that have not ended, or were given up."""
    return await tx.all(str, "SELECT kind || ': ' || coalesce(error, '') FROM jobs WHERE kind = 'process'")


async def test_what_came_in_can_be_shown(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson
) -> None:
    """Times, numbers and texts at the ends of what can be stored."""
    _leave_nobody_else(network)
    times = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "1969-12-31T00:00:00Z")
    for number, time in enumerate(times):
        option = {"name": "A", "replies": {"totalItems": 2**62}}
        changes: dict[str, Any] = dict.fromkeys(("published", "updated", "endTime", "closed"), time)
        changes["oneOf"] = [option]
        note = carol.note(f"/notes/{number}", type="Question", votersCount=2**62, **changes)
        await almaty.deliver(carol.activity("Create", note, f"/activities/{number}"), carol.key)
    await network.drain()
    teacher = await signed_in(almaty, aigul)

    assert {(await teacher.get(path)).status_code for path in ("/home", "/@carol@mastodon.test")} == {200}
    assert await almaty.read(_left) == []


def _leave_nobody_else(network: Network) -> None:
    found, nobody = network.wire.loopback._find, Stranger("nobody.test")
    network.wire.loopback.register(lambda host: found(host) or nobody)


@pytest.mark.parametrize("name", targets.TARGETS)
def test_the_targets_of_fuzzing_take_their_seeds(name: str) -> None:
    for seed in [b"", *targets.seeds(name)]:
        targets.run(name, seed)

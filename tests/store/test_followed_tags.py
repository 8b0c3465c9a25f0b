"""What comes into homes by hashtags, on both engines alike."""

import pytest

from fedi.actions import accounts as account_actions
from fedi.actions import tags as actions
from fedi.actions import timelines
from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.store import featured_tags, followed_tags
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


async def home(tx: Transaction, person: Actor) -> list[int]:
    return await timelines.home_ids(tx, person, Page())


@in_a_unit
async def test_followers_of_a_hashtag_beyond_the_first_batch_are_reached_by_a_job(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timelines, "BATCH", 2)
    readers = [await make.teacher(tx, f"reader{each}") for each in range(3)]
    for each in readers:
        await actions.follow(tx, each, "math")
        await actions.follow(tx, each, "physics")
    author = await make.teacher(tx, "bolat")

    post = await make.note(tx, author, "#math #physics")
    before = [await home(tx, each) for each in readers]
    [args] = await tx.all(dict[str, object], "SELECT args FROM jobs WHERE kind = 'fan-out'")
    await timelines.continue_by_tags(tx, post.id, readers[1].id)

    assert args == {"post": post.id, "after": readers[1].id, "by_tags": True}
    assert before == [[post.id], [post.id], []]
    assert [await home(tx, each) for each in readers] == [[post.id]] * 3
    assert len([each for each in tx.announcements if each[0].startswith("home:")]) == 4


@in_a_unit
async def test_homes_of_people_who_are_away_are_not_written_and_hold_it_when_they_are_back(tx: Transaction) -> None:
    away, author = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    await actions.follow(tx, away, "math")
    await tx.execute("UPDATE accounts SET last_seen_at = 0 WHERE id = :id", id=away.id)

    post = await make.note(tx, author, "#math")
    before = await home(tx, away)
    await timelines.rebuild(tx, away.id)

    assert (before, await home(tx, away)) == ([], [post.id])


@in_a_unit
async def test_followed_hashtags_are_bounded_and_go_with_their_person(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_FOLLOWED", 1)
    aigul = await make.teacher(tx)
    await actions.follow(tx, aigul, "math")
    await actions.feature(tx, aigul, actions.named("#Math"))

    with pytest.raises(Invalid):
        await actions.follow(tx, aigul, "physics")
    await actions.follow(tx, aigul, "math")
    await account_actions.erase(tx, aigul)

    assert await followed_tags.count(tx, aigul.id) == 0
    assert await featured_tags.of_actor(tx, aigul.id) == []

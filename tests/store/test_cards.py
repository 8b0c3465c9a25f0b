"""Cards: one for an address, tied to posts that everybody may read, forgotten when none shows it."""

from dataclasses import replace

import pytest

from fedi.actions import cards as card_actions
from fedi.actions import posts as post_actions
from fedi.models.actors import Actor
from fedi.models.cards import CardKind, Frame, PageFacts
from fedi.models.posts import Circle, NewPost, Post, PostKind
from fedi.store import cards, files, posts, shown
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

FACTS = PageFacts("Fractions", "A cake is shared")


async def linking(
    tx: Transaction, author: Actor, url: str = "https://news.test/", kind: PostKind = PostKind.NOTE
) -> Post:
    content = f'<p><a href="{url}">Read</a></p>'
    post = await post_actions.publish(tx, author, NewPost(kind, Circle.PUBLIC, content))
    found = await posts.by_id(tx, post.id)
    assert found is not None
    return found


@in_a_unit
async def test_a_card_that_has_come_makes_a_new_version_of_the_post(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await linking(tx, aigul)
    assert post.card_id is not None
    before = (await shown.versions(tx, [post.id]))[post.id]

    assert await cards.put(tx, post.card_id, FACTS, picture_id=None, author_id=None)

    assert (await shown.versions(tx, [post.id]))[post.id] == replace(before, card_shown_at=tx.now)
    assert not await cards.put(tx, post.card_id, FACTS, picture_id=None, author_id=None)
    assert await cards.put(tx, post.card_id, replace(FACTS, title="Cakes"), picture_id=None, author_id=None)


@in_a_unit
async def test_cards_that_no_post_shows_are_forgotten(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await linking(tx, aigul)
    assert post.card_id is not None
    assert await cards.prune(tx, tx.now + 1) == 0

    await posts.delete(tx, post)

    assert await cards.prune(tx, tx.now) == 0
    assert await cards.prune(tx, tx.now + 1) == 1


@in_a_unit
async def test_of_one_host_and_of_all_only_so_many_wait(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_actions, "WAITING_OF_HOST", 2)
    monkeypatch.setattr(card_actions, "WAITING_OF_ALL", 3)

    aigul, dan = await make.teacher(tx), await make.colleague(tx, host="mastodon.example")
    asked = [
        (await linking(tx, dan, f"https://{host}.test/{number}")).card_id is not None
        for host in ("news", "cakes")
        for number in range(3)
    ]

    assert asked == [True, True, False, True, False, False]
    assert (await linking(tx, aigul, "https://schools.test/")).card_id is not None


@in_a_unit
async def test_links_of_peers_to_a_host_leave_room_for_as_many_of_ours(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_actions, "WAITING_OF_HOST", 2)
    dan, aigul = await make.colleague(tx, host="mastodon.example"), await make.teacher(tx)

    asked = [
        [
            (await linking(tx, author, f"https://news.test/{author.id}/{number}")).card_id is not None
            for number in range(3)
        ]
        for author in (dan, aigul)
    ]

    assert asked == [[True, True, False]] * 2


@in_a_unit
async def test_in_a_day_only_so_many_pages_are_asked_for(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_actions, "IN_A_DAY", 2)
    dan = await make.colleague(tx, host="mastodon.example")

    asked = []
    for number in range(3):
        post = await linking(tx, dan, f"https://{number}.test/")
        asked.append(post.card_id is not None)
        if post.card_id is not None:
            await cards.nothing(tx, post.card_id)

    assert asked == [True, True, False]
    assert (await linking(tx, await make.teacher(tx), "https://schools.test/")).card_id is not None


@in_a_unit
async def test_a_school_that_does_without_shows_no_card_any_more(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    aigul = await make.teacher(tx)
    post = await linking(tx, aigul)
    assert post.card_id is not None
    picture = await make.picture(tx, aigul)
    await cards.put(tx, post.card_id, FACTS, picture_id=picture, author_id=None)
    assert post.card_id in await cards.shown(tx, [post.card_id])
    assert await card_actions.picture(tx, picture) is not None

    monkeypatch.setattr(tx, "school", replace(tx.school, link_cards=False))

    assert await cards.shown(tx, [post.card_id]) == {}
    assert await card_actions.picture(tx, picture) is None


@in_a_unit
async def test_materials_and_articles_say_themselves_what_they_are_about(tx: Transaction) -> None:
    assert (await linking(tx, await make.teacher(tx), kind=PostKind.ARTICLE)).card_id is None


@in_a_unit
async def test_a_post_that_turns_out_to_be_in_a_narrower_circle_loses_its_card(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await linking(tx, aigul)
    orphan = posts.Orphan(post.id, post.circle, post.thread_id)
    parent = await make.note(tx, aigul, circle=Circle.FOLLOWERS)

    await posts.adopt(tx, orphan, parent, Circle.FOLLOWERS)

    after = await posts.by_id(tx, post.id)
    assert after is not None
    assert after.card_id is None


@in_a_unit
async def test_pictures_of_cards_are_no_orphans_until_the_card_is_gone(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await linking(tx, aigul)
    picture = await make.picture(tx, aigul)
    assert post.card_id is not None
    await cards.put(tx, post.card_id, FACTS, picture_id=picture, author_id=None)
    assert [file.id for file in await files.orphans(tx, tx.now + 1, 10)] == []

    await posts.delete(tx, post)
    await cards.prune(tx, tx.now + 1)

    assert [file.id for file in await files.orphans(tx, tx.now + 1, 10)] == [picture]


@in_a_unit
async def test_what_plays_at_a_page_is_kept_and_goes_with_it(tx: Transaction) -> None:
    post = await linking(tx, await make.teacher(tx))
    assert post.card_id is not None
    plays = replace(
        FACTS, kind=CardKind.VIDEO, frame=Frame("https://films.test/1", 640, 360), site_url="https://films.test/"
    )

    assert await cards.put(tx, post.card_id, plays, picture_id=None, author_id=None)
    card = (await cards.shown(tx, [post.card_id]))[post.card_id]
    assert (card.kind, card.frame_url, card.frame_width, card.frame_height) == (
        CardKind.VIDEO,
        "https://films.test/1",
        640,
        360,
    )
    assert not await cards.put(tx, post.card_id, plays, picture_id=None, author_id=None)
    assert await cards.put(tx, post.card_id, FACTS, picture_id=None, author_id=None)
    card = (await cards.shown(tx, [post.card_id]))[post.card_id]
    assert (card.kind, card.frame_url, card.frame_width, card.site_url) == (CardKind.LINK, "", 0, "")


@in_a_unit
async def test_a_page_is_by_whom_it_names_from_her_word_on_and_only_where_she_writes(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    here, there = await linking(tx, aigul), await linking(tx, aigul, "https://other.test/")
    for post in (here, there):
        assert post.card_id is not None
        await cards.put(tx, post.card_id, FACTS, picture_id=None, author_id=None, unconfirmed_id=aigul.id)
    tx.now += 1

    await card_actions.confirm(tx, replace(aigul, attribution_domains=("news.test",)))

    found = await shown.versions(tx, [here.id, there.id])
    assert [(found[each.id].card_unconfirmed_id, found[each.id].card_shown_at) for each in (here, there)] == [
        (None, tx.now),
        (aigul.id, tx.now - 1),
    ]
    assert [card.author_id for card in (await cards.shown(tx, [here.card_id or 0])).values()] == [aigul.id]

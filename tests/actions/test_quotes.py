"""Quotes on both engines: counted, listed, let go, and put back by nobody."""

import pytest

from fedi.actions import blocks, drafts, own_posts, quotes
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, Post
from fedi.models.quotes import QuotePolicy, QuoteState, RemoteQuote
from fedi.store import posts as stored
from fedi.store import quotes as kept
from fedi.store import views
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


async def count(tx: Transaction, post: Post) -> int:
    found = await stored.by_id(tx, post.id)
    assert found is not None
    return found.quotes_count


async def state(tx: Transaction, post: Post) -> QuoteState:
    made = await kept.of_post(tx, post.id)
    assert made is not None
    return made.state


async def quoted_by(tx: Transaction, quoter: Actor, original: Post, circle: Circle = Circle.PUBLIC) -> Post:
    return await make.note(tx, quoter, "Look", circle, quoted_id=original.id)


@in_a_unit
async def test_quotes_are_counted_listed_and_taken_off_the_count_when_deleted(tx: Transaction) -> None:
    aigul, saule = await make.teacher(tx, "aigul"), await make.teacher(tx, "saule")
    original = await make.note(tx, aigul)
    quoting = await quoted_by(tx, saule, original)
    hidden = await quoted_by(tx, saule, original, Circle.FOLLOWERS)

    listed = await quotes.quoting(tx, aigul, original.id, Page())
    before = await count(tx, original)
    await own_posts.delete(tx, saule, quoting.id)

    assert [view.post.id for view in listed] == [quoting.id]
    assert (before, await count(tx, original)) == (1, 0)  # what is for some is in no number that others see
    assert [view.post.id for view in await quotes.quoting(tx, saule, original.id, Page())] == [hidden.id]


@in_a_unit
async def test_a_quote_of_a_quote_names_what_that_quotes_and_shows_it_not(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul")
    first = await make.note(tx, aigul)
    second = await quoted_by(tx, aigul, first)
    third = await quoted_by(tx, aigul, second)

    view = (await views.full(tx, [third.id], aigul.id))[0]

    assert view.quote is not None
    assert view.quote.quoted is not None
    assert view.quote.quoted.quote is not None
    assert view.quote.quoted.quote.quote.quoted_id == first.id
    assert view.quote.quoted.quote.quoted is None


@in_a_unit
async def test_a_draft_keeps_what_it_quotes_until_it_is_published(tx: Transaction) -> None:
    aigul, saule = await make.teacher(tx, "aigul"), await make.teacher(tx, "saule")
    original = await make.note(tx, aigul)
    draft = await quoted_by(tx, saule, original, Circle.DRAFT)
    as_a_draft = await state(tx, draft)

    published = await drafts.publish(tx, draft, Circle.PUBLIC)

    assert as_a_draft is QuoteState.PENDING
    assert await state(tx, published) is QuoteState.ACCEPTED
    assert await count(tx, original) == 1


@in_a_unit
async def test_an_edit_keeps_the_quote_and_its_policy(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul")
    original = await make.note(tx, aigul, quote_policy=QuotePolicy.NOBODY)
    quoting = await make.note(tx, aigul, "Look", quoted_id=original.id, quote_policy=QuotePolicy.FOLLOWERS)

    changed = await own_posts.change(tx, aigul, quoting.id, Draft("Look here"))

    assert changed.quote_policy is QuotePolicy.FOLLOWERS
    assert await state(tx, changed) is QuoteState.ACCEPTED


@in_a_unit
async def test_the_author_changes_who_may_quote_a_post_and_nobody_else(tx: Transaction) -> None:
    aigul, saule = await make.teacher(tx, "aigul"), await make.teacher(tx, "saule")
    original = await make.note(tx, aigul)

    await quotes.set_policy(tx, aigul, original, QuotePolicy.NOBODY)

    with pytest.raises(Forbidden):
        await quoted_by(tx, saule, original)
    with pytest.raises(NotFound):
        await quotes.set_policy(tx, saule, original, QuotePolicy.EVERYONE)
    with pytest.raises(Invalid):
        await quotes.set_policy(tx, aigul, original, QuotePolicy.ASKED)


@in_a_unit
async def test_what_cannot_be_seen_is_quoted_like_what_is_not_there(tx: Transaction) -> None:
    aigul, saule = await make.teacher(tx, "aigul"), await make.teacher(tx, "saule")
    hidden = await make.note(tx, aigul, "Secret", Circle.FOLLOWERS)
    for post_id in (hidden.id, 12345):
        with pytest.raises(NotFound):
            await make.note(tx, saule, "Look", quoted_id=post_id)


@in_a_unit
async def test_whoever_is_blocked_quotes_nothing(tx: Transaction) -> None:
    aigul, saule = await make.teacher(tx, "aigul"), await make.teacher(tx, "saule")
    original = await make.note(tx, aigul)
    await blocks.block(tx, aigul, saule)

    with pytest.raises(NotFound):
        await quoted_by(tx, saule, original)


@in_a_unit
async def test_a_peers_quote_of_ours_counts_with_our_stamp_only(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.colleague(tx)
    original = await make.note(tx, aigul)
    said = RemoteQuote(original.uri, "https://kostanay.test/stamps/1")
    quoting = await make.remote(tx, bolat, quote=said)
    before = await state(tx, quoting)

    await kept.stamp(tx, aigul.id, original.id, "https://kostanay.test/posts/2")
    other = await make.remote(tx, bolat, 2, quote=said)

    assert before is QuoteState.PENDING
    assert await state(tx, other) is QuoteState.ACCEPTED
    assert await count(tx, original) == 1


@in_a_unit
async def test_what_was_taken_back_does_not_come_back_by_itself(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.colleague(tx)
    original = await make.note(tx, aigul)
    await kept.stamp(tx, aigul.id, original.id, "https://kostanay.test/posts/1")
    said = RemoteQuote(original.uri)
    quoting = await make.remote(tx, bolat, quote=said)
    await quotes.revoke(tx, aigul, quoting.id)

    for again in (None, said):
        await quotes.receive(tx, quoting, bolat, again)

    assert await state(tx, quoting) is QuoteState.REVOKED
    assert await count(tx, original) == 0


@in_a_unit
async def test_old_stamps_are_looked_at_again_some_at_a_time(tx: Transaction) -> None:
    bolat, dana = await make.colleague(tx), await make.colleague(tx, "dana", host="shymkent.test")
    original = await make.remote(tx, dana, "original")
    for number in range(3):
        said = RemoteQuote(original.uri, f"https://shymkent.test/stamps/{number}")
        post = await make.remote(tx, bolat, number, quote=said)
        made = await kept.of_post(tx, post.id)
        assert made is not None
        await tx.execute("UPDATE quotes SET state = 'accepted', checked_at = 0 WHERE post_id = :id", id=post.id)

    await quotes.recheck(tx)

    assert await kept.unchecked_since(tx, tx.now, 20) == []
    assert await tx.value("SELECT count(*) FROM jobs WHERE kind = 'verify-quote'") == 6

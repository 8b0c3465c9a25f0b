"""What begins in the school or among the partners stays there, whatever is said about it and by whom, and however far
below it stands.
"""

import pytest

from fedi.actions import drafts, outbox, own_posts, scheduled
from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft, Post
from fedi.models.quotes import RemoteQuote
from fedi.store import peers, schedules, views
from fedi.store import posts as stored
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

INSIDE, OUTSIDE = "@marat@kostanay.test", "@eve@elsewhere.test"
HOUR_MS = 3600_000


async def people(tx: Transaction) -> tuple[Actor, Actor, Actor]:
    """A teacher here, one of a partner's, and one whom nothing of theirs concerns but who follows ours."""
    aigul = await make.teacher(tx)
    await make.agreement(tx, "kostanay.test")
    eve = await make.colleague(tx, "eve", host="elsewhere.test")
    await make.follow(tx, eve, aigul)
    return aigul, await make.colleague(tx, "marat"), eve


async def message(tx: Transaction, author: Actor, text: str, about: Post) -> Post:
    return await make.note(tx, author, text, Circle.DIRECT, in_reply_to_id=about.id)


async def hosts_of(tx: Transaction, post: Post) -> set[str]:
    view = (await views.full(tx, [post.id]))[0]
    return {inbox.split("/")[2] for inbox in await outbox.inboxes_of(tx, view)}


async def assert_nothing_leaves(tx: Transaction, author: Actor, about: Post) -> None:
    """Neither an answer, nor a message, nor a change of one reaches anybody but the partners."""
    answer, inside = await make.answer(tx, author, about), await message(tx, author, INSIDE, about)
    for made in (answer, inside):
        assert await hosts_of(tx, made) <= {"kostanay.test"}
    with pytest.raises(Invalid, match="partners"):
        await message(tx, author, OUTSIDE, about)
    with pytest.raises(Invalid, match="partners"):
        await own_posts.change(tx, author, inside.id, Draft(OUTSIDE))


@in_a_unit
async def test_messages_below_messages_about_a_post_of_the_partners_name_nobody_outside(tx: Transaction) -> None:
    aigul, marat, _ = await people(tx)
    question = await make.note(tx, aigul, circle=Circle.PARTNERS)
    first = await message(tx, aigul, INSIDE, question)
    theirs = await make.remote(tx, marat, circle=Circle.DIRECT, in_reply_to=first, mentions=(aigul,))
    third = await message(tx, aigul, INSIDE, theirs)

    for about in (first, theirs, third):
        await assert_nothing_leaves(tx, aigul, about)


@in_a_unit
async def test_the_rule_outlives_the_post_it_comes_from(tx: Transaction) -> None:
    aigul, _, _ = await people(tx)
    question = await make.note(tx, aigul, circle=Circle.PARTNERS)
    first = await message(tx, aigul, INSIDE, question)
    second = await message(tx, aigul, INSIDE, first)
    for gone in (question, first):
        await own_posts.delete(tx, aigul, gone.id)

    await assert_nothing_leaves(tx, aigul, second)


@in_a_unit
async def test_an_answer_that_a_partner_gives_her_followers_is_not_passed_on_to_ours(tx: Transaction) -> None:
    aigul, marat, _ = await people(tx)
    await make.follow(tx, aigul, marat)
    question = await make.note(tx, aigul, circle=Circle.PARTNERS)
    theirs = await make.remote(tx, marat, circle=Circle.FOLLOWERS, in_reply_to=question)

    assert (await make.answer(tx, aigul, theirs, Circle.FOLLOWERS)).circle is Circle.PARTNERS
    await assert_nothing_leaves(tx, aigul, theirs)


@in_a_unit
async def test_what_is_said_about_a_quote_of_a_partners_post_stays_among_them(tx: Transaction) -> None:
    aigul, marat, _ = await people(tx)
    quoted = await make.note(tx, aigul, circle=Circle.PARTNERS)
    ours = await make.note(tx, aigul, INSIDE, Circle.DIRECT, quoted_id=quoted.id)
    said = RemoteQuote(quoted.uri)
    theirs = await make.remote(tx, marat, circle=Circle.DIRECT, mentions=(aigul,), quote=said)

    for about in (ours, theirs):
        await assert_nothing_leaves(tx, aigul, about)


@in_a_unit
async def test_a_stranger_who_quotes_what_she_cannot_see_learns_nothing_by_our_answer(tx: Transaction) -> None:
    aigul, _, eve = await people(tx)
    quoted = await make.note(tx, aigul, circle=Circle.SCHOOL)
    theirs = await make.remote(tx, eve, circle=Circle.DIRECT, mentions=(aigul,), quote=RemoteQuote(quoted.uri))

    assert await hosts_of(tx, await message(tx, aigul, OUTSIDE, theirs)) == {"elsewhere.test"}


@in_a_unit
async def test_what_came_before_the_post_of_a_partner_that_it_answers_stays_with_it(tx: Transaction) -> None:
    aigul, marat, _ = await people(tx)
    early = await make.remote(
        tx, marat, "answer", Circle.DIRECT, in_reply_to_uri="https://kostanay.test/posts/question", mentions=(aigul,)
    )
    below = await message(tx, aigul, INSIDE, early)
    await make.remote(tx, marat, "question", Circle.PARTNERS)

    for about in (early, below):
        await assert_nothing_leaves(tx, aigul, about)


@in_a_unit
async def test_an_agreement_that_has_ended_holds_up_what_was_written_under_it(tx: Transaction) -> None:
    aigul, _, _ = await people(tx)
    question = await make.note(tx, aigul, circle=Circle.PARTNERS)
    inside = await message(tx, aigul, INSIDE, question)
    free = await make.note(tx, aigul, INSIDE, Circle.DIRECT)
    before = await hosts_of(tx, inside)
    await peers.set_offered(tx, "kostanay.test", None)

    assert (before, await hosts_of(tx, inside), await hosts_of(tx, free)) == (
        {"kostanay.test"},
        set(),
        {"kostanay.test"},
    )


# --- messages that stay here ------------------------------------------------------------------------


@in_a_unit
async def test_a_message_that_stays_here_and_what_answers_it_name_nobody_elsewhere_by_any_edit(tx: Transaction) -> None:
    aigul, _, _ = await people(tx)
    dana = await make.teacher(tx, "dana")
    first = await make.note(tx, aigul, "@dana", Circle.DIRECT, local_only=True)
    second = await message(tx, dana, "@aigul", first)

    for author, made in ((aigul, first), (dana, second)):
        for outside in (INSIDE, OUTSIDE):
            with pytest.raises(Invalid, match="stays here"):
                await own_posts.change(tx, author, made.id, Draft(outside))
            with pytest.raises(Invalid, match="stays here"):
                await message(tx, author, outside, second)
        assert await hosts_of(tx, made) == set()
    assert (await own_posts.change(tx, aigul, first.id, Draft("@dana again"))).kept_within is Circle.SCHOOL


@in_a_unit
async def test_whoever_asks_for_a_post_that_stays_here_gets_one_whatever_circle_she_names(tx: Transaction) -> None:
    aigul, _, _ = await people(tx)

    assert (await make.note(tx, aigul, local_only=True)).circle is Circle.SCHOOL


# --- drafts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.PARTNERS])
@in_a_unit
async def test_a_draft_stays_where_what_it_answered_was_though_that_is_gone(tx: Transaction, circle: Circle) -> None:
    aigul, _, _ = await people(tx)
    question = await make.note(tx, aigul, circle=circle)
    answer = await make.answer(tx, aigul, question, Circle.DRAFT)
    quote = await make.note(tx, aigul, circle=Circle.DRAFT, quoted_id=question.id)
    await own_posts.delete(tx, aigul, question.id)

    for kept in (answer, quote):
        draft = await stored.by_id(tx, kept.id)
        assert draft is not None
        assert (await drafts.publish(tx, draft, Circle.PUBLIC)).circle is circle


@in_a_unit
async def test_a_message_for_later_is_refused_at_once_if_it_names_somebody_outside(tx: Transaction) -> None:
    aigul, _, _ = await people(tx)
    question = await make.note(tx, aigul, circle=Circle.PARTNERS)
    about, at = {"in_reply_to_id": question.id}, tx.now + HOUR_MS

    for draft in (Draft(OUTSIDE, Circle.DIRECT, **about), Draft(INSIDE, Circle.DIRECT, local_only=True)):  # type: ignore[arg-type]
        with pytest.raises(Invalid):
            await scheduled.post(tx, aigul, draft, at)


@in_a_unit
async def test_what_is_for_later_says_the_circle_it_will_have(tx: Transaction) -> None:
    aigul, _, _ = await people(tx)
    question = await make.note(tx, aigul, circle=Circle.PARTNERS)
    kept = await make.answer(tx, aigul, question, Circle.DRAFT)
    await own_posts.delete(tx, aigul, question.id)

    await scheduled.change(tx, aigul, kept.id, Draft("Later"), Circle.PUBLIC, tx.now + HOUR_MS)

    assert (await schedules.of_posts(tx, [kept.id]))[kept.id].circle is Circle.PARTNERS

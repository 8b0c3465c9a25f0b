"""Publishing, answering, editing and deleting, for local and remote authors alike."""

import asyncio

import pytest

from fedi import ids
from fedi.actions import drafts, own_posts, posts, reading
from fedi.actions.compose import compose
from fedi.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, PostKind, Tag
from fedi.store import actors, tombstones, views
from fedi.store import notifications as told
from fedi.store import posts as stored
from fedi.store.database import Database
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


async def notified(tx: Transaction, account_id: int) -> list[NotificationKind]:
    return [each.kind for each in await told.latest(tx, account_id, Page())]


# --- publishing -----------------------------------------------------------------------------------


@in_a_unit
async def test_a_post_of_ours_gets_its_addresses_from_its_id(tx: Transaction) -> None:
    aigul = await make.teacher(tx, "aigul")

    post = await make.note(tx, aigul)

    assert post.uri == f"https://almaty.test/posts/{post.id}"
    assert post.url == f"https://almaty.test/@aigul/{post.id}"
    assert (post.local, post.thread_id, post.published_at) == (True, post.id, tx.now)
    assert await stored.by_id(tx, post.id) == post


@in_a_unit
async def test_a_post_stores_everything_that_hangs_on_it(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    files = (await make.picture(tx, aigul, "a.png"), await make.picture(tx, aigul, "b.png"))
    draft = Draft(
        "Ask @bolat@kostanay.test about #Бөлшектер",
        Circle.PUBLIC,
        title="Fractions",
        file_ids=files,
        material=make.LESSON_PLAN,
    )

    post = await posts.post(tx, aigul, draft)

    [view] = await views.full(tx, [post.id])
    assert view.post.kind is PostKind.ARTICLE
    assert view.author == await actors.by_id(tx, aigul.id)
    assert [file.id for file in view.files] == list(files)
    assert [actor.id for actor in view.mentions] == [bolat.id]
    assert view.tags == (Tag("Бөлшектер", "бөлшектер"),)
    assert view.material == make.LESSON_PLAN


@in_a_unit
async def test_the_same_idempotency_key_gives_the_same_post(tx: Transaction) -> None:
    aigul = await make.teacher(tx)

    first = await make.note(tx, aigul, idempotency_key="k")
    second = await make.note(tx, aigul, "Salem again", idempotency_key="k")

    assert second == first
    assert (await actors.by_id(tx, aigul.id)).posts_count == 1  # type: ignore[union-attr]


async def test_posts_that_race_with_one_key_become_one(database: Database) -> None:
    """Behaviour 9.2, on both engines."""
    aigul = await database.write(make.teacher)
    draft = Draft("Once", Circle.PUBLIC, poll=make.poll(), idempotency_key="k1")

    made = await asyncio.gather(*(database.write(posts.post, aigul, draft) for _ in range(8)))

    assert len({each.id for each in made}) == 1
    assert len(await database.read(stored.of_actor, aigul.id, 10)) == 1


@in_a_unit
async def test_the_idempotency_key_of_one_person_is_not_anothers(tx: Transaction) -> None:
    first = await make.note(tx, await make.teacher(tx, "aigul"), idempotency_key="k")
    second = await make.note(tx, await make.teacher(tx, "dana"), idempotency_key="k")

    assert second.id != first.id


@in_a_unit
async def test_a_remote_post_is_stored_once(tx: Transaction) -> None:
    bolat = await make.colleague(tx)

    first = await make.remote(tx, bolat, "1")
    second = await make.remote(tx, bolat, "1", content="<p>Another text</p>")

    assert second == first
    assert (await actors.by_id(tx, bolat.id)).posts_count == 1  # type: ignore[union-attr]


@in_a_unit
async def test_nobody_publishes_under_the_address_of_anothers_post(tx: Transaction) -> None:
    bolat, mallory = await make.colleague(tx, "bolat"), await make.colleague(tx, "mallory")
    theirs = await make.remote(tx, bolat, "1")

    with pytest.raises(Conflict):
        await make.remote(tx, mallory, "1")

    assert await stored.by_uri(tx, theirs.uri) == theirs


@in_a_unit
async def test_a_remote_post_sorts_by_when_it_was_published(tx: Transaction) -> None:
    bolat = await make.colleague(tx)

    old = await make.remote(tx, bolat, "old", published_at=tx.now - make.DAY)
    new = await make.remote(tx, bolat, "new", published_at=tx.now)
    from_the_future = await make.remote(tx, bolat, "future", published_at=tx.now + make.DAY)

    assert old.id < new.id
    assert old.published_at == tx.now - make.DAY
    assert from_the_future.published_at == tx.now


@in_a_unit
async def test_two_remote_posts_that_want_one_id_both_get_one(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    bolat = await make.colleague(tx)
    monkeypatch.setattr(ids, "remote_id", lambda published, uri, now: now << ids.LOW_BITS)

    first, second = await make.remote(tx, bolat, "1"), await make.remote(tx, bolat, "2")

    assert second.id == first.id + 1
    assert second.thread_id == second.id


@in_a_unit
async def test_nothing_is_published_for_somebody_who_is_gone(tx: Transaction) -> None:
    bolat = await make.colleague(tx, suspended_at=tx.now)

    with pytest.raises(Forbidden):
        await make.remote(tx, bolat)


@in_a_unit
async def test_a_post_counts_for_its_author_but_a_draft_does_not(tx: Transaction) -> None:
    aigul = await make.teacher(tx)

    await make.note(tx, aigul)
    await make.note(tx, aigul, circle=Circle.DRAFT)

    assert (await actors.by_id(tx, aigul.id)).posts_count == 1  # type: ignore[union-attr]


@in_a_unit
async def test_those_whom_a_post_names_are_told_once(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")

    await make.note(tx, aigul, "@dana and @Dana and @aigul")

    assert await notified(tx, dana.id) == [NotificationKind.MENTION]
    assert await notified(tx, aigul.id) == []


# --- answers --------------------------------------------------------------------------------------

NARROWED = [
    (Circle.PUBLIC, Circle.NETWORK, Circle.NETWORK),
    (Circle.PUBLIC, Circle.FOLLOWERS, Circle.FOLLOWERS),
    (Circle.PUBLIC, Circle.PARTNERS, Circle.PARTNERS),
    (Circle.PUBLIC, Circle.SCHOOL, Circle.SCHOOL),
    (Circle.FOLLOWERS, Circle.SCHOOL, Circle.SCHOOL),
    (Circle.SCHOOL, Circle.PUBLIC, Circle.SCHOOL),
    (Circle.PUBLIC, Circle.DIRECT, Circle.DIRECT),
    (Circle.SCHOOL, Circle.DIRECT, Circle.DIRECT),
    (Circle.DIRECT, Circle.PUBLIC, Circle.DIRECT),
]


@pytest.mark.parametrize(("asked", "parent", "circle"), NARROWED)
@in_a_unit
async def test_an_answer_is_never_in_a_wider_circle_than_its_parent(
    tx: Transaction, asked: Circle, parent: Circle, circle: Circle
) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    await make.follow(tx, dana, aigul)
    question = await make.note(tx, aigul, "Who? @dana", parent)

    assert (await make.answer(tx, dana, question, asked)).circle is circle


@in_a_unit
async def test_the_rule_holds_for_what_a_face_publishes_without_composing(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    question = await make.note(tx, aigul, circle=Circle.SCHOOL)
    new = make.remote_note(aigul, "x", in_reply_to=question, uri=None, url=None)

    assert (await posts.publish(tx, aigul, new)).circle is Circle.SCHOOL


@in_a_unit
async def test_a_direct_answer_to_a_school_post_is_refused(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    question = await make.note(tx, aigul, circle=Circle.SCHOOL)

    with pytest.raises(Invalid) as refusal:
        await make.answer(tx, aigul, question, Circle.DIRECT)

    assert refusal.value.field == "circle"


@in_a_unit
async def test_what_is_written_directly_about_a_post_of_the_partners_goes_to_nobody_else(tx: Transaction) -> None:
    """An answer, a quote, and a change of either; what is about no such post goes to whom one likes."""
    aigul, partner = await make.teacher(tx), await make.colleague(tx, "marat", host="kostanay.test")
    await make.colleague(tx, "eve", host="elsewhere.test")
    await make.agreement(tx, "kostanay.test")
    question = await make.note(tx, aigul, circle=Circle.PARTNERS)
    outside = "@eve@elsewhere.test"

    for about in ({"in_reply_to_id": question.id}, {"quoted_id": question.id}):
        with pytest.raises(Invalid) as refusal:
            await make.note(tx, aigul, outside, Circle.DIRECT, **about)
        assert refusal.value.field == "circle"
    inside = await make.note(tx, aigul, "@marat@kostanay.test", Circle.DIRECT, in_reply_to_id=question.id)
    with pytest.raises(Invalid):
        await own_posts.change(tx, aigul, inside.id, Draft(outside, None))
    free = await make.note(tx, aigul, outside, Circle.DIRECT)

    assert await stored.mentioned_ids(tx, inside.id) == [partner.id]
    assert free.circle is Circle.DIRECT


@in_a_unit
async def test_one_of_ours_cannot_answer_what_she_may_not_see(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    hidden = await make.note(tx, aigul, circle=Circle.DIRECT)

    with pytest.raises(NotFound):
        await make.answer(tx, dana, hidden)


@in_a_unit
async def test_a_peers_answer_to_a_hidden_post_answers_nothing(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    hidden = await make.note(tx, aigul, circle=Circle.SCHOOL)

    answer = await make.remote(tx, bolat, in_reply_to=hidden)

    assert (answer.in_reply_to_id, answer.thread_id, answer.circle) == (None, answer.id, Circle.PUBLIC)
    assert (await stored.by_id(tx, hidden.id)).replies_count == 0  # type: ignore[union-attr]
    assert await notified(tx, aigul.id) == []


@in_a_unit
async def test_a_peers_answer_for_followers_is_not_shown_to_the_whole_school(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    await make.agreement(tx, bolat.host)
    question = await make.note(tx, aigul, circle=Circle.PARTNERS)

    assert (await make.remote(tx, bolat, circle=Circle.FOLLOWERS, in_reply_to=question)).circle is Circle.FOLLOWERS
    assert (await make.remote(tx, bolat, 2, in_reply_to=question)).circle is Circle.PARTNERS


@in_a_unit
async def test_an_answer_is_counted_in_its_thread_and_told_to_whom_it_answers(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    question = await make.note(tx, aigul)

    answer = await make.remote(tx, bolat, in_reply_to=question)

    assert (answer.in_reply_to_id, answer.thread_id) == (question.id, question.thread_id)
    assert (await stored.by_id(tx, question.id)).replies_count == 1  # type: ignore[union-attr]
    assert await notified(tx, aigul.id) == [NotificationKind.MENTION]


@in_a_unit
async def test_a_direct_answer_is_not_counted_where_everybody_reads(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    question = await make.note(tx, aigul)

    await make.answer(tx, dana, question, Circle.DIRECT)

    assert (await stored.by_id(tx, question.id)).replies_count == 0  # type: ignore[union-attr]


@in_a_unit
async def test_whoever_a_direct_answer_answers_can_read_it(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    question = await make.note(tx, aigul, "Only for @dana", Circle.DIRECT)

    answer = await make.answer(tx, dana, question)

    assert (await reading.post(tx, aigul, answer.id)).post.id == answer.id


# --- threads in the wrong order -------------------------------------------------------------------


@in_a_unit
async def test_answers_that_came_before_their_parent_are_tied_to_it(tx: Transaction) -> None:
    bolat, dana = await make.colleague(tx, "bolat"), await make.colleague(tx, "dana")
    answer = await make.remote(tx, dana, "answer", in_reply_to_uri="https://kostanay.test/posts/question")
    below = await make.remote(tx, bolat, "below", in_reply_to=answer)

    question = await make.remote(tx, bolat, "question")

    tied = await stored.by_ids(tx, [question.id, answer.id, below.id])
    assert tied[answer.id].in_reply_to_id == question.id
    assert {post.thread_id for post in tied.values()} == {question.id}
    assert tied[question.id].replies_count == 1


@in_a_unit
async def test_an_early_answer_is_narrowed_when_its_parent_arrives(tx: Transaction) -> None:
    bolat, dana = await make.colleague(tx, "bolat"), await make.colleague(tx, "dana")
    answer = await make.remote(tx, dana, "answer", in_reply_to_uri="https://kostanay.test/posts/question")

    await make.remote(tx, bolat, "question", Circle.FOLLOWERS)

    assert (await stored.by_id(tx, answer.id)).circle is Circle.FOLLOWERS  # type: ignore[union-attr]


@in_a_unit
async def test_answers_that_refer_to_each_other_form_no_ring(tx: Transaction) -> None:
    bolat = await make.colleague(tx)
    first = await make.remote(tx, bolat, "first", in_reply_to_uri="https://kostanay.test/posts/second")

    second = await make.remote(tx, bolat, "second", in_reply_to=first)

    assert (await stored.by_id(tx, first.id)).in_reply_to_id is None  # type: ignore[union-attr]
    thread = await reading.thread(tx, None, second.id)
    assert [view.post.id for view in thread.ancestors] == [first.id]


# --- editing --------------------------------------------------------------------------------------


async def edited(tx: Transaction, author_id: int, post_id: int, draft: Draft) -> None:
    author, post = await actors.by_id(tx, author_id), await stored.by_id(tx, post_id)
    assert author is not None
    assert post is not None
    await posts.edit(tx, post, await compose(tx, author, draft, editing=post))


@in_a_unit
async def test_an_edit_keeps_what_was_said_before(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul, "First")
    tx.now += make.MINUTE

    await edited(tx, aigul.id, post.id, Draft("Second", Circle.SCHOOL))

    history = await reading.history(tx, None, post.id)
    assert [(each.content, each.created_at) for each in history] == [
        ("<p>First</p>", tx.now - make.MINUTE),
        ("<p>Second</p>", tx.now),
    ]
    now = await stored.by_id(tx, post.id)
    assert now is not None
    assert (now.edited_at, now.source, now.circle) == (tx.now, "Second", Circle.PUBLIC)


@in_a_unit
async def test_an_edit_that_changes_nothing_leaves_no_trace(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul, "First")

    await edited(tx, aigul.id, post.id, Draft("First"))

    assert len(await reading.history(tx, None, post.id)) == 1
    assert await stored.by_id(tx, post.id) == post


@in_a_unit
async def test_an_edit_replaces_files_tags_and_mentions(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    first, second = await make.picture(tx, aigul), await make.picture(tx, aigul)
    post = await make.note(tx, aigul, "#one", file_ids=(first,))

    await edited(tx, aigul.id, post.id, Draft("#two @dana", file_ids=(second, first)))

    [view] = await views.full(tx, [post.id])
    assert [file.id for file in view.files] == [second, first]
    assert [tag.name for tag in view.tags] == ["two"]
    assert [actor.id for actor in view.mentions] == [dana.id]
    assert await notified(tx, dana.id) == [NotificationKind.MENTION]


@in_a_unit
async def test_those_who_boosted_or_answered_hear_of_an_edit(tx: Transaction) -> None:
    from fedi.actions import reactions

    aigul, dana, erlan = [await make.teacher(tx, name) for name in ("aigul", "dana", "erlan")]
    post = await make.note(tx, aigul)
    await reactions.boost(tx, dana, post)
    await make.answer(tx, erlan, post)
    await make.answer(tx, aigul, post)

    await edited(tx, aigul.id, post.id, Draft("Corrected"))

    assert await notified(tx, dana.id) == [NotificationKind.UPDATE]
    assert await notified(tx, erlan.id) == [NotificationKind.UPDATE]
    assert NotificationKind.UPDATE not in await notified(tx, aigul.id)


@pytest.mark.parametrize("moved", [-make.MINUTE, -1, None])
@in_a_unit
async def test_a_remote_edit_that_is_not_newer_changes_no_text(tx: Transaction, moved: int | None) -> None:
    bolat = await make.colleague(tx)
    post = await make.remote(tx, bolat, published_at=tx.now - make.DAY, edited_at=tx.now - make.MINUTE)
    at = None if moved is None else tx.now - make.MINUTE + moved

    await posts.edit(tx, post, make.remote_note(bolat, content="<p>Old news</p>", edited_at=at))

    assert (await stored.by_id(tx, post.id)).content == post.content  # type: ignore[union-attr]


@in_a_unit
async def test_a_newer_remote_edit_changes_the_text(tx: Transaction) -> None:
    bolat = await make.colleague(tx)
    post = await make.remote(tx, bolat, published_at=tx.now - make.DAY)

    await posts.edit(tx, post, make.remote_note(bolat, content="<p>News</p>", edited_at=tx.now))

    now = await stored.by_id(tx, post.id)
    assert now is not None
    assert (now.content, now.edited_at) == ("<p>News</p>", tx.now)


# --- deleting -------------------------------------------------------------------------------------


@in_a_unit
async def test_a_deleted_post_is_gone_and_its_answers_stay(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await make.note(tx, aigul, "#one @dana", file_ids=(await make.picture(tx, aigul),))
    answer = await make.answer(tx, dana, post)

    await posts.delete(tx, post)

    assert await stored.by_id(tx, post.id) is None
    kept = await stored.by_id(tx, answer.id)
    assert kept is not None
    assert (kept.in_reply_to_id, kept.in_reply_to_uri, kept.thread_id) == (None, post.uri, post.id)
    assert await notified(tx, dana.id) == []
    assert (await actors.by_id(tx, aigul.id)).posts_count == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("circle", "public"), [(Circle.PUBLIC, True), (Circle.NETWORK, True), (Circle.SCHOOL, False), (Circle.DRAFT, False)]
)
@in_a_unit
async def test_only_of_open_posts_is_it_told_that_they_were(tx: Transaction, circle: Circle, public: bool) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul, circle=circle)

    await posts.delete(tx, post)

    assert await tombstones.is_public(tx, post.uri) is public


@in_a_unit
async def test_deleting_takes_boosts_of_the_post_with_it(tx: Transaction) -> None:
    from fedi.actions import reactions

    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    post = await make.note(tx, aigul)
    boost = await reactions.boost(tx, dana, post)

    await posts.delete(tx, post)

    assert await stored.by_id(tx, boost.id) is None


@in_a_unit
async def test_deleting_an_answer_takes_it_off_the_count(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul)
    answer = await make.answer(tx, aigul, post)

    await posts.delete(tx, answer)

    assert (await stored.by_id(tx, post.id)).replies_count == 0  # type: ignore[union-attr]


@in_a_unit
async def test_a_create_that_comes_after_its_delete_is_refused(tx: Transaction) -> None:
    bolat = await make.colleague(tx)
    new = make.remote_note(bolat, "1")
    await posts.remember_deleted(tx, bolat, new.uri or "")

    with pytest.raises(Gone):
        await posts.publish(tx, bolat, new)


@in_a_unit
async def test_a_post_comes_back_after_its_deletion_by_nobody(tx: Transaction) -> None:
    bolat = await make.colleague(tx)
    post = await make.remote(tx, bolat, "1")
    await posts.delete(tx, post)

    with pytest.raises(Gone):
        await make.remote(tx, bolat, "1")


@in_a_unit
async def test_a_stranger_cannot_delete_ahead_what_another_will_publish(tx: Transaction) -> None:
    bolat, mallory = await make.colleague(tx, "bolat"), await make.colleague(tx, "mallory")
    new = make.remote_note(bolat, "1")
    await posts.remember_deleted(tx, mallory, new.uri or "")

    assert (await posts.publish(tx, bolat, new)).uri == new.uri


# --- drafts ---------------------------------------------------------------------------------------


@in_a_unit
async def test_a_draft_tells_nobody_until_it_is_published(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    files = (await make.picture(tx, aigul),)
    draft = await make.note(tx, aigul, "For @dana #one", Circle.DRAFT, file_ids=files)
    assert await notified(tx, dana.id) == []
    tx.now += make.DAY

    post = await drafts.publish(tx, draft, Circle.PUBLIC)

    [view] = await views.full(tx, [post.id])
    assert await notified(tx, dana.id) == [NotificationKind.MENTION]
    assert (post.circle, post.published_at) == (Circle.PUBLIC, tx.now)
    assert [file.id for file in view.files] == list(files)
    assert await stored.by_id(tx, draft.id) is None


@in_a_unit
async def test_a_draft_that_answers_is_published_no_wider_than_what_it_answers(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    question = await make.note(tx, aigul, circle=Circle.SCHOOL)
    draft = await make.answer(tx, aigul, question, Circle.DRAFT)

    assert (await drafts.publish(tx, draft, Circle.PUBLIC)).circle is Circle.SCHOOL


@in_a_unit
async def test_what_is_published_is_no_draft_any_more(tx: Transaction) -> None:
    post = await make.note(tx, await make.teacher(tx))

    with pytest.raises(Conflict):
        await drafts.publish(tx, post, Circle.PUBLIC)

"""What the store knows of threads, polls and numbers of people elsewhere, on both engines."""

from fedi.models.consent import Consent
from fedi.models.emojis import OURS
from fedi.models.follows import FollowState
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.store import actors, emojis, follows, polls, posts, search, served
from fedi.store.actors import Counts
from fedi.store.engine.transaction import Transaction
from fedi.store.search import Query
from tests import factories as make
from tests.units import in_a_unit

CONTEXT = "https://kostanay.test/contexts/1"


@in_a_unit
async def test_the_way_up_a_thread_is_found_also_in_a_ring(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    root = await make.note(tx, aigul)
    answer = await make.answer(tx, aigul, root)
    deepest = await make.answer(tx, aigul, answer)
    await tx.execute("UPDATE posts SET in_reply_to_id = :below WHERE id = :id", below=answer.id, id=root.id)

    assert set(await posts.ancestors(tx, deepest.id)) == {root.id, answer.id, deepest.id}


@in_a_unit
async def test_a_context_leads_to_the_thread_of_its_first_open_post(tx: Transaction) -> None:
    bolat = await make.colleague(tx)
    hidden = await make.remote(tx, bolat, 1, Circle.FOLLOWERS, context=f"{CONTEXT}0")
    first = await make.remote(tx, bolat, 2, context=CONTEXT)

    assert await posts.thread_of_context(tx, CONTEXT) == first.thread_id
    assert await posts.thread_of_context(tx, hidden.context or "") is None
    assert [post.id for post in await posts.of_thread(tx, first.thread_id, 10)] == [first.id]


@in_a_unit
async def test_a_thread_is_served_as_far_as_a_host_may_have_it(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    await make.follow(tx, bolat, aigul)
    root = await make.note(tx, aigul)
    for_followers = await make.answer(tx, aigul, root, Circle.FOLLOWERS)
    theirs = await make.remote(tx, bolat, in_reply_to=root)
    await make.answer(tx, aigul, root, Circle.SCHOOL)

    for host, expected in ((None, {root.id, theirs.id}), (bolat.host, {root.id, for_followers.id, theirs.id})):
        found = await served.thread(tx, root.thread_id, host, 0, 10)
        assert {post.id for post in found} == expected
        assert await served.thread_size(tx, root.thread_id, host) == len(expected)


@in_a_unit
async def test_the_counts_of_a_poll_are_noted_and_taken_once(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    post = await make.note(tx, aigul, poll=make.poll())
    await polls.add_voter(tx, post.id, bolat.id)
    noted = [await polls.note_change(tx, post.id) for _ in range(2)]
    taken = [await polls.take_change(tx, post.id) for _ in range(2)]

    assert (noted, taken) == ([True, False], [True, False])
    assert await polls.remote_voters(tx, post.id, 10) == [bolat.id]


@in_a_unit
async def test_numbers_of_another_server_are_kept_and_ours_are_not_touched(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    for actor in (aigul, bolat):
        await actors.set_counts(tx, actor.id, Counts(followers=2**62, posts=7))

    ours, theirs = await actors.by_id(tx, aigul.id), await actors.by_id(tx, bolat.id)
    assert ours is not None
    assert theirs is not None
    assert (ours.followers_count, ours.posts_count) == (0, 0)
    assert (theirs.followers_count, theirs.following_count, theirs.posts_count) == (2**31 - 1, 0, 7)


@in_a_unit
async def test_the_readers_of_somebody_elsewhere_are_those_who_were_let_in(tx: Transaction) -> None:
    aigul, dana, bolat = await make.teacher(tx), await make.teacher(tx, "dana"), await make.colleague(tx)
    await make.follow(tx, aigul, bolat)
    await make.follow(tx, dana, bolat, FollowState.PENDING)

    assert await follows.local_followers(tx, bolat.id, 10) == [aigul.id]


@in_a_unit
async def test_consent_of_a_post_goes_before_that_of_its_author(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx), await make.teacher(tx, "dana")
    bolat = await make.colleague(tx, indexable=True)
    await make.follow(tx, aigul, bolat)
    post = await make.remote(tx, bolat, content="<p>Fractions</p>")
    found = {}
    for consent in (None, Consent.PUBLIC, Consent.FOLLOWERS, Consent.NOBODY):
        await search.set_consent(tx, post.id, consent)
        found[consent] = [len(await search.find(tx, who, Query("fractions"), Page())) for who in (None, dana, aigul)]

    assert found == {
        None: [1, 1, 1],
        Consent.PUBLIC: [1, 1, 1],
        Consent.FOLLOWERS: [0, 0, 1],
        Consent.NOBODY: [0, 0, 0],
    }


@in_a_unit
async def test_an_emoji_has_one_picture_under_its_name(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    one, two = await make.picture(tx, aigul), await make.picture(tx, aigul)
    made = await emojis.put(tx, OURS, "bravo", one, "Praise")
    await emojis.set_disabled(tx, made.id, tx.now)
    again = await emojis.put(tx, OURS, "bravo", two)
    elsewhere = await emojis.put(tx, "kostanay.test", "bravo", one)

    assert (again.id, again.file_id, again.disabled_at) == (made.id, two, None)
    assert await emojis.own(tx) == [again]
    assert set(await emojis.by_names(tx, "kostanay.test", ["bravo", "other"])) == {"bravo"}
    assert elsewhere.path == "/emoji/kostanay.test/bravo"
    await emojis.delete(tx, made.id)
    assert await emojis.by_name(tx, OURS, "bravo") is None

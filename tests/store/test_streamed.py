"""What streams ask of a post: where it stands, and who stands how to it. The same on both engines."""

from fedi.actions import bookmarks, lists, polls, posts, reactions
from fedi.models.oauth import App, Token
from fedi.models.posts import Circle, Draft
from fedi.store import accounts, actors, apps, shown, streamed, tokens
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_a_post_is_told_where_the_timelines_list_it(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
    public = await make.note(tx, aigul, "Salem #math", Circle.PUBLIC)
    answer = await make.answer(tx, bolat, public)
    own_answer = await make.answer(tx, aigul, public)
    unlisted = await make.note(tx, aigul, "Salem", Circle.NETWORK)
    boost = await reactions.boost(tx, bolat, public)
    draft = await make.note(tx, aigul, "Salem", Circle.DRAFT)
    picture = await make.picture(tx, aigul)
    with_file = await posts.post(tx, aigul, Draft("Salem", Circle.SCHOOL, file_ids=(picture,)))

    async def seen(post_id: int) -> tuple[bool, bool, bool]:
        found = await streamed.one(tx, post_id)
        assert found is not None
        return found.told, found.in_tags, found.has_files

    assert await seen(public.id) == (True, True, False)
    assert await seen(answer.id) == (False, True, False)
    assert await seen(own_answer.id) == (True, True, False)
    assert await seen(unlisted.id) == (True, False, False)
    assert await seen(boost.id) == (False, False, False)
    assert await seen(with_file.id) == (True, True, True)
    assert await streamed.one(tx, draft.id) is None
    assert await streamed.tags(tx, public.id) == ["math"]


@in_a_unit
async def test_homes_and_lists_are_found_after_their_post_is_gone(tx: Transaction) -> None:
    aigul, bolat, dana = [await make.teacher(tx, name) for name in ("aigul", "bolat", "dana")]
    await make.follow(tx, aigul, bolat)
    made = await lists.create(tx, aigul, "Mine", None, None)
    await lists.add(tx, aigul, made.id, [bolat.id])
    post = await make.note(tx, bolat)
    await posts.delete(tx, post)

    assert await streamed.homes(tx, post.id, [aigul.id, dana.id]) == {aigul.id}
    assert await streamed.lists(tx, post.id, [made.id, 12]) == {made.id}


@in_a_unit
async def test_people_who_have_done_something_with_a_post_stand_apart(tx: Transaction) -> None:
    author = await make.teacher(tx, "author")
    people = {
        name: await make.teacher(tx, name) for name in ("idle", "likes", "boosts", "marks", "follows", "mutes", "votes")
    }
    post = await posts.post(tx, author, Draft("Which?", Circle.PUBLIC, poll=make.poll("One", "Two")))
    await reactions.like(tx, people["likes"], post)
    await reactions.boost(tx, people["boosts"], post)
    await bookmarks.keep(tx, people["marks"], post)
    await make.follow(tx, people["follows"], author)
    await bookmarks.mute_thread(tx, people["mutes"], post)
    await polls.vote(tx, people["votes"], post, [1])

    marks = await streamed.marks(
        tx, [each.id for each in people.values()], list((await shown.versions(tx, [post.id])).values())
    )

    assert {name: [kind for kind, _ in marks.get(each.id, ())] for name, each in people.items()} == {
        "idle": [],
        "likes": ["liked"],
        "boosts": ["boosted"],
        "marks": ["bookmarked"],
        "follows": ["followed"],
        "mutes": ["muted"],
        "votes": ["voted 1"],
    }


@in_a_unit
async def test_tokens_are_good_until_they_or_their_people_are_not(tx: Transaction) -> None:
    people = [await make.teacher(tx, name) for name in ("good", "disabled", "suspended", "deleted", "revoked")]
    made = [await _token(tx, actor.id) for actor in people]
    own = await _token(tx, None)
    await accounts.set_disabled(tx, people[1].id, tx.now)
    await actors.set_suspended(tx, people[2].id, tx.now)
    await actors.set_deleted(tx, people[3].id)
    await tokens.revoke(tx, made[4])

    assert await tokens.good(tx, [*made, own, 12]) == {made[0]}


async def _token(tx: Transaction, account_id: int | None) -> int:
    made = tx.new_id()
    await apps.insert(tx, App(made, str(made), "", "App", None, (), (), tx.now))
    await tokens.insert(tx, Token(made, str(made), made, account_id, ("read",), tx.now, tx.now))
    return made

"""What a teacher typed becomes a post, or she is told what is wrong with it."""

from dataclasses import replace

import pytest

from fedi.actions import posts
from fedi.actions.compose import compose
from fedi.config import Limits, School
from fedi.errors import Invalid, NotFound
from fedi.models.posts import Circle, Draft, PostKind
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@pytest.fixture
def school() -> School:
    return make.school(limits=Limits(post_characters=20, material_characters=40, files_per_post=2, poll_options=3))


@in_a_unit
async def test_text_is_rendered_with_links_to_the_people_and_hashtags_in_it(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)

    new = await compose(tx, aigul, Draft("@bolat@KOSTANAY.test", Circle.PUBLIC))
    tagged = await compose(tx, aigul, Draft("<#Math>", Circle.PUBLIC))

    assert [actor.id for actor in new.mentions] == [bolat.id]
    assert f'href="{bolat.url}"' in new.content
    assert 'href="https://almaty.test/tags/math"' in tagged.content
    assert "&lt;" in tagged.content
    assert [tag.name for tag in tagged.tags] == ["Math"]


@in_a_unit
async def test_a_handle_nobody_has_stays_text(tx: Transaction) -> None:
    new = await compose(tx, await make.teacher(tx), Draft("@nobody", Circle.PUBLIC))

    assert (new.content, new.mentions) == ("<p>@nobody</p>", ())


@in_a_unit
async def test_a_handle_without_a_domain_is_one_of_this_school(tx: Transaction) -> None:
    ours, aigul = await make.teacher(tx, "bolat"), await make.teacher(tx)
    await make.colleague(tx, "bolat")

    new = await compose(tx, aigul, Draft("@bolat", Circle.PUBLIC))

    assert [actor.id for actor in new.mentions] == [ours.id]


@in_a_unit
async def test_a_material_is_an_article_in_markdown(tx: Transaction) -> None:
    draft = Draft("**Bold**", Circle.PUBLIC, title=" Fractions ", summary="Halves", material=make.LESSON_PLAN)

    new = await compose(tx, await make.teacher(tx), draft)

    assert (new.kind, new.title, new.summary, new.sensitive) == (PostKind.ARTICLE, "Fractions", "Halves", False)
    assert "<strong>Bold</strong>" in new.content


@in_a_unit
async def test_a_warning_makes_a_note_sensitive(tx: Transaction) -> None:
    new = await compose(tx, await make.teacher(tx), Draft("Salem", summary="Exam answers"))

    assert (new.summary, new.sensitive) == ("Exam answers", True)


@in_a_unit
async def test_pictures_are_covered_without_a_warning_and_never_shown_with_one(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    drafts = [Draft("Salem", sensitive=True), Draft("Salem", summary="Exam answers", sensitive=False), Draft("Salem")]

    made = [await compose(tx, aigul, each) for each in drafts]

    assert [(each.summary, each.sensitive) for each in made] == [("", True), ("Exam answers", True), ("", False)]


@in_a_unit
async def test_what_is_left_open_is_as_the_person_has_set_it(tx: Transaction) -> None:
    aigul = await make.teacher(tx, default_circle=Circle.SCHOOL)

    new = await compose(tx, aigul, Draft("Salem"))

    assert (new.circle, new.language) == (Circle.SCHOOL, "ru")


@in_a_unit
async def test_an_answer_names_whom_it_answers(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.colleague(tx)
    question = await make.remote(tx, bolat)

    new = await compose(tx, aigul, Draft("I agree", in_reply_to_id=question.id))

    assert [actor.id for actor in new.mentions] == [bolat.id]
    assert new.in_reply_to == question


@in_a_unit
async def test_an_answer_to_a_boost_answers_the_post_itself(tx: Transaction) -> None:
    from fedi.actions import reactions

    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul)
    boost = await reactions.boost(tx, aigul, post)

    new = await compose(tx, aigul, Draft("I agree", in_reply_to_id=boost.id))

    assert new.in_reply_to is not None
    assert new.in_reply_to.id == post.id


WRONG = [
    ("text", Draft("  ")),
    ("text", Draft("x" * 21)),
    ("text", Draft("x" * 15, summary="x" * 6)),
    ("text", Draft("x" * 41, title="T", material=make.LESSON_PLAN)),
    ("title", Draft("x", title=" ", material=make.LESSON_PLAN)),
    ("title", Draft("x", title="x" * 301, material=make.LESSON_PLAN)),
    ("poll", Draft("x", title="T", material=make.LESSON_PLAN, poll=make.poll())),
    ("poll", Draft("x", poll=make.poll("only one"))),
    ("poll", Draft("x", poll=make.poll("a", "b", "c", "d"))),
    ("poll", Draft("x", poll=make.poll("a", "A "))),
    ("poll", Draft("x", poll=make.poll("a", " "))),
    ("poll", Draft("x", poll=make.poll("a", "x" * 201))),
    ("poll", Draft("x", poll=make.poll(closes_at=1))),
    ("file_ids", Draft("x", file_ids=(1, 2, 3))),
    ("file_ids", Draft("x", file_ids=(1,))),
    ("published_at", Draft("x", published_at=1)),
    ("published_at", Draft("x", published_at=2**52)),
]


@pytest.mark.parametrize(("field", "draft"), WRONG)
@in_a_unit
async def test_what_is_wrong_is_named(tx: Transaction, field: str, draft: Draft) -> None:
    aigul = await make.teacher(tx)

    with pytest.raises(Invalid) as refusal:
        await compose(tx, aigul, draft)

    assert refusal.value.field == field


@pytest.mark.parametrize("draft", [Draft("x" * 20), Draft("x" * 40, title="T", material=make.LESSON_PLAN)])
@in_a_unit
async def test_the_limit_itself_is_allowed(tx: Transaction, draft: Draft) -> None:
    assert (await compose(tx, await make.teacher(tx), draft)).source == draft.text


@in_a_unit
async def test_files_of_others_and_files_of_other_posts_are_refused(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    hers, used = await make.picture(tx, dana), await make.picture(tx, aigul)
    post = await make.note(tx, aigul, file_ids=(used,))

    for file_id in (hers, used):
        with pytest.raises(Invalid):
            await compose(tx, aigul, Draft("x", file_ids=(file_id,)))

    assert (await compose(tx, aigul, Draft("x", file_ids=(used,)), editing=post)).file_ids == (used,)


@in_a_unit
async def test_a_poll_that_is_over_can_still_be_corrected(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    poll = make.poll(closes_at=tx.now + 1)
    post = await make.note(tx, aigul, "Wich?", poll=poll)
    tx.now += 1

    assert (await compose(tx, aigul, Draft("Which?", poll=poll), editing=post)).poll == poll


@in_a_unit
async def test_an_edit_keeps_the_circle_and_what_is_answered(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    question = await make.note(tx, aigul, circle=Circle.SCHOOL)
    answer = await make.answer(tx, aigul, question)

    new = await compose(tx, aigul, Draft("Corrected", Circle.PUBLIC), editing=answer)

    assert (new.circle, new.in_reply_to_uri) == (Circle.SCHOOL, question.uri)


@in_a_unit
async def test_answering_what_is_not_there_is_refused(tx: Transaction) -> None:
    with pytest.raises(NotFound):
        await posts.post(tx, await make.teacher(tx), Draft("I agree", in_reply_to_id=1))


_CC = "https://creativecommons.org/licenses"


async def _adaptation(tx: Transaction, original: str, adapted: str) -> Draft:
    """What somebody made of a material under a licence, under another one."""
    author = await make.teacher(tx, "dana")
    material = replace(make.LESSON_PLAN, licence=f"{_CC}/{original}/4.0/")
    source = await posts.post(tx, author, Draft("x", Circle.PUBLIC, title="T", material=material))
    made = replace(make.LESSON_PLAN, licence=f"{_CC}/{adapted}/4.0/", based_on=source.uri)
    return Draft("y", Circle.PUBLIC, title="T", material=made)


@pytest.mark.parametrize(("original", "adapted"), [("by-nd", "by"), ("by-sa", "by"), ("by-nc", "by")])
@in_a_unit
async def test_an_adaptation_keeps_to_the_licence_of_what_it_is_made_of(
    tx: Transaction, original: str, adapted: str
) -> None:
    draft = await _adaptation(tx, original, adapted)

    with pytest.raises(Invalid) as refused:
        await compose(tx, await make.teacher(tx), draft)

    assert refused.value.field == "licence"


@pytest.mark.parametrize(("original", "adapted"), [("by", "by-nc"), ("by-sa", "by-sa"), ("by-nc", "by-nc-sa")])
@in_a_unit
async def test_an_adaptation_that_the_licence_allows_is_published(tx: Transaction, original: str, adapted: str) -> None:
    draft = await _adaptation(tx, original, adapted)

    assert (await compose(tx, await make.teacher(tx), draft)).material == draft.material


@in_a_unit
async def test_nobody_is_bound_by_her_own_licence_or_by_what_is_not_known_here(tx: Transaction) -> None:
    elsewhere = replace(make.LESSON_PLAN, based_on="https://kostanay.test/posts/9")
    aigul = await make.teacher(tx)
    material = replace(make.LESSON_PLAN, licence=f"{_CC}/by-nd/4.0/")
    mine = await posts.post(tx, aigul, Draft("x", Circle.PUBLIC, title="T", material=material))

    for changed in (elsewhere, replace(make.LESSON_PLAN, based_on=mine.uri)):
        assert (await compose(tx, aigul, Draft("y", Circle.PUBLIC, title="T", material=changed))).material == changed

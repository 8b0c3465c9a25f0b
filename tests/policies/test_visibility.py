"""Who may see a post, and how wide an answer may be, decided without a database."""

from dataclasses import replace

import pytest

from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Post
from fedi.policies.visibility import is_counted, may_boost, may_see, narrowed
from tests import factories as make

AUTHOR = make.actor(1, "aigul")
TEACHER = make.actor(2, "dana")
COLLEAGUE = make.actor(3, "bolat", host="kostanay.test", local=False)
OPEN = {Circle.NETWORK, Circle.PUBLIC}


def post(circle: Circle, *, local: bool = True) -> Post:
    return make.post(10, AUTHOR.id, circle, local=local)


def seen(viewer: Actor | None, *, local: bool = True, author: Actor = AUTHOR, **relation: bool) -> set[Circle]:
    """The circles of an author's posts that somebody sees."""
    given = {"follows": False, "mentioned": False, "partner": False} | relation
    return {circle for circle in Circle if may_see(post(circle, local=local), author, viewer, **given)}


def test_anybody_sees_open_posts_and_nothing_else() -> None:
    assert seen(None) == OPEN


def test_the_author_sees_everything() -> None:
    assert seen(AUTHOR) == set(Circle)


def test_a_teacher_sees_what_stays_in_the_school_and_what_partners_share() -> None:
    assert seen(TEACHER) == OPEN | {Circle.SCHOOL, Circle.PARTNERS}
    assert seen(TEACHER, local=False) == OPEN | {Circle.SCHOOL, Circle.PARTNERS}


def test_a_colleague_elsewhere_sees_partner_posts_of_ours_only_under_an_agreement() -> None:
    assert seen(COLLEAGUE) == OPEN
    assert seen(COLLEAGUE, partner=True) == OPEN | {Circle.PARTNERS}
    assert seen(COLLEAGUE, partner=True, local=False) == OPEN


def test_followers_see_what_is_for_followers() -> None:
    assert seen(COLLEAGUE, follows=True) == OPEN | {Circle.FOLLOWERS}


def test_being_named_opens_what_is_for_people_but_not_what_is_for_places() -> None:
    assert seen(COLLEAGUE, mentioned=True) == OPEN | {Circle.FOLLOWERS, Circle.DIRECT}


def test_who_is_blocked_sees_what_anybody_sees() -> None:
    assert seen(COLLEAGUE, blocked=True, follows=True, mentioned=True, partner=True) == OPEN
    assert seen(TEACHER, blocked=True) == OPEN


@pytest.mark.parametrize("end", ["suspended_at", "deleted_at"])
def test_nothing_is_seen_of_an_author_who_is_gone(end: str) -> None:
    gone = make.actor(1, **{end: 1})  # type: ignore[arg-type]

    assert seen(gone, author=gone) == seen(TEACHER, author=gone, follows=True, mentioned=True) == set()


def test_who_is_gone_sees_what_anybody_sees() -> None:
    assert seen(replace(TEACHER, suspended_at=1), follows=True, mentioned=True, partner=True) == OPEN


LADDER = [Circle.DRAFT, Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.NETWORK, Circle.PUBLIC]


@pytest.mark.parametrize("parent", LADDER)
@pytest.mark.parametrize("circle", LADDER)
def test_an_answer_climbs_no_higher_than_its_parent(circle: Circle, parent: Circle) -> None:
    assert LADDER.index(narrowed(circle, parent)) == min(LADDER.index(circle), LADDER.index(parent))


@pytest.mark.parametrize("circle", [each for each in Circle if each is not Circle.DRAFT])
def test_what_answers_a_direct_post_is_direct(circle: Circle) -> None:
    assert narrowed(circle, Circle.DIRECT) is Circle.DIRECT


@pytest.mark.parametrize("parent", [Circle.PARTNERS, Circle.FOLLOWERS, Circle.NETWORK, Circle.PUBLIC])
def test_a_direct_answer_stays_direct(parent: Circle) -> None:
    assert narrowed(Circle.DIRECT, parent) is Circle.DIRECT


def test_a_direct_answer_to_a_school_post_is_refused_since_it_could_leave() -> None:
    with pytest.raises(Invalid):
        narrowed(Circle.DIRECT, Circle.SCHOOL)


def test_a_draft_stays_a_draft_whatever_it_answers() -> None:
    assert {narrowed(Circle.DRAFT, parent) for parent in Circle} == {Circle.DRAFT}


@pytest.mark.parametrize("circle", list(Circle))
def test_only_open_posts_are_passed_on_and_ones_own_to_ones_followers(circle: Circle) -> None:
    assert may_boost(post(circle), TEACHER) is (circle in OPEN)
    assert may_boost(post(circle), AUTHOR) is (circle in OPEN | {Circle.FOLLOWERS})


def test_an_answer_counts_where_those_who_see_the_number_see_the_answer() -> None:
    assert is_counted(Circle.SCHOOL, Circle.SCHOOL)
    assert is_counted(Circle.NETWORK, Circle.PUBLIC)
    assert not is_counted(Circle.DIRECT, Circle.PUBLIC)
    assert not is_counted(Circle.SCHOOL, Circle.PUBLIC)

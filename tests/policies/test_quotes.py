"""Whether somebody may quote a post."""

from itertools import product

import pytest

from fedi.models.posts import Circle
from fedi.models.quotes import QuotePolicy
from fedi.policies.quotes import Approval, approval, is_no_wider
from tests.factories import actor, post

AUTHOR, OTHER = actor(1), actor(2)
OPEN = (Circle.SCHOOL, Circle.PARTNERS, Circle.NETWORK, Circle.PUBLIC)


@pytest.mark.parametrize(
    ("policy", "follower", "stranger"),
    [
        (QuotePolicy.EVERYONE, Approval.AUTOMATIC, Approval.AUTOMATIC),
        (QuotePolicy.FOLLOWERS, Approval.AUTOMATIC, Approval.DENIED),
        (QuotePolicy.ASKED, Approval.MANUAL, Approval.MANUAL),
        (QuotePolicy.NOBODY, Approval.DENIED, Approval.DENIED),
    ],
)
def test_the_policy_of_the_author_decides(policy: QuotePolicy, follower: Approval, stranger: Approval) -> None:
    for circle in OPEN:
        quoted = post(1, AUTHOR.id, circle, quote_policy=policy)
        assert approval(quoted, OTHER.id, follows=True, mentioned=False) is follower
        assert approval(quoted, OTHER.id, follows=False, mentioned=False) is stranger


def test_whoever_is_named_may_quote_whatever_the_policy_says() -> None:
    quoted = post(1, AUTHOR.id, quote_policy=QuotePolicy.NOBODY)
    assert approval(quoted, OTHER.id, follows=False, mentioned=True) is Approval.AUTOMATIC


@pytest.mark.parametrize(("circle", "own"), [(Circle.FOLLOWERS, Approval.AUTOMATIC), (Circle.DIRECT, Approval.DENIED)])
def test_what_is_for_some_is_quoted_by_nobody_else(circle: Circle, own: Approval) -> None:
    for policy, mentioned in product(QuotePolicy, (True, False)):
        quoted = post(1, AUTHOR.id, circle, quote_policy=policy)
        assert approval(quoted, OTHER.id, follows=True, mentioned=mentioned) is Approval.DENIED
        assert approval(quoted, AUTHOR.id, follows=False, mentioned=False) is own


@pytest.mark.parametrize(
    ("circle", "quoted", "fits"),
    [
        (Circle.PUBLIC, Circle.PUBLIC, True),
        (Circle.FOLLOWERS, Circle.PUBLIC, True),
        (Circle.DIRECT, Circle.PUBLIC, True),
        (Circle.PUBLIC, Circle.NETWORK, False),
        (Circle.PUBLIC, Circle.PARTNERS, False),
        (Circle.PARTNERS, Circle.PARTNERS, True),
        (Circle.DIRECT, Circle.SCHOOL, False),
    ],
)
def test_a_quote_fits_into_the_circle_of_what_it_quotes(circle: Circle, quoted: Circle, fits: bool) -> None:
    assert is_no_wider(circle, quoted, local=False) is fits

"""Who may write to a community."""

from dataclasses import replace

import pytest

from fedi.models.communities import Posting, Standing
from fedi.policies.communities import may_write

STRANGER = Standing(Posting.ANYBODY, local=False, member=False, moderator=False, banned=False)


@pytest.mark.parametrize("posting", list(Posting))
def test_moderators_always_write_and_who_is_shut_out_never(posting: Posting) -> None:
    moderator = replace(STRANGER, posting=posting, moderator=True)
    assert may_write(moderator, answer=False)
    assert not may_write(replace(moderator, banned=True), answer=True)


@pytest.mark.parametrize(
    ("posting", "stranger", "teacher", "member"),
    [
        (Posting.ANYBODY, True, True, True),
        (Posting.MEMBERS, False, False, True),
        (Posting.SCHOOL, False, True, False),
        (Posting.MODERATORS, False, False, False),
    ],
)
def test_a_community_says_who_begins_something(posting: Posting, stranger: bool, teacher: bool, member: bool) -> None:
    there = replace(STRANGER, posting=posting)
    assert may_write(there, answer=False) is stranger
    assert may_write(replace(there, local=True), answer=False) is teacher
    assert may_write(replace(there, member=True), answer=False) is member


def test_members_answer_where_only_moderators_begin() -> None:
    there = replace(STRANGER, posting=Posting.MODERATORS)
    assert may_write(replace(there, member=True), answer=True)
    assert not may_write(there, answer=True)

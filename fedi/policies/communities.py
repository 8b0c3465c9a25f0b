"""Who may write to a community, as it has decided."""

from __future__ import annotations

from fedi.models.communities import Posting, Standing


def may_write(standing: Standing, *, answer: bool) -> bool:
    """Whether somebody may begin something in a community, or `answer` there."""
    if standing.banned:
        return False
    if standing.moderator:
        return True
    match standing.posting:
        case Posting.ANYBODY:
            return True
        case Posting.MEMBERS:
            return standing.member
        case Posting.SCHOOL:
            return standing.local
        case Posting.MODERATORS:
            return answer and standing.member

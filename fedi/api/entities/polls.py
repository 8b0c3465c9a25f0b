"""Poll."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fedi.api.entities.times import moment_or_none
from fedi.models.posts import Poll

Json = dict[str, Any]


def poll(
    post_id: int,
    held: Poll,
    now: int,
    voted: tuple[int, ...] | None,
    *,
    own: bool = False,
    emojis: Iterable[Json] = (),
) -> Json:
    """The poll of a post, whose id it has; `voted` is what the viewer chose, None where nobody looks. `emojis` are
    all of the post: clients look here for those of the choices.
    """
    votes = sum(option.votes for option in held.options)
    over = held.closed_at is not None or (held.closes_at is not None and held.closes_at <= now)
    return {
        "id": str(post_id),
        "expires_at": moment_or_none(held.closed_at if held.closes_at is None else held.closes_at),
        "expired": over,
        "multiple": held.multiple,
        # Of a poll elsewhere with hidden totals only the voters are known.
        "votes_count": max(votes, held.voters_count) if held.hide_totals else votes,
        "voters_count": held.voters_count,
        "options": [
            {"title": option.title, "votes_count": count}
            for option, count in zip(held.options, held.totals, strict=True)
        ],
        "emojis": [each for each in emojis if any(f":{each['shortcode']}:" in said.title for said in held.options)],
        # An author counts as having voted: she may not, and is shown the result.
        **({} if voted is None else {"voted": own or bool(voted), "own_votes": list(voted)}),
    }

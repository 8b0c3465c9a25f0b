"""People found by the beginnings of their names: what is typed after an @, and into the search."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.store.database import Transaction
from fedi.text import fold

_MOST_WORDS = 12
_LONGEST_WORD = 60
_WORD = re.compile(r"[^\W_]+")
_LOOKED_AT = 5_000
"""Of all whose names begin so, no more are looked at; of a million people a single letter fits a hundred thousand."""

_LAST = "\U0010ffff"
"""Sorts after every character that may stand in a word."""


@dataclass(frozen=True, slots=True)
class NameQuery:
    """Beginnings of words that somebody's names all have; of `domain`, only with a handle. `name` is a whole name that
    comes first.
    """

    words: tuple[str, ...]
    name: str
    domain: str | None = None
    following: bool = False


def typed(text: str, *, following: bool = False) -> NameQuery | None:
    """What is looked for: words of a name, or a handle, whose domain may be unfinished; None if it has no word."""
    folded = fold(text).strip().removeprefix("acct:").removeprefix("@")
    name, at, domain = folded.partition("@")
    if at and " " not in folded:
        return NameQuery((name[:_LONGEST_WORD],), name, domain, following) if name else None
    words = _words(folded)
    return NameQuery(words, folded, None, following) if words else None


def _words(folded: str) -> tuple[str, ...]:
    # A username is a word as a whole, dots and underscores with it.
    words = [folded] if folded.isascii() and " " not in folded else _WORD.findall(folded)
    return tuple(dict.fromkeys(each[:_LONGEST_WORD] for each in words if each))[:_MOST_WORDS]


async def index(tx: Transaction, actor_id: int, username: str, name: str) -> None:
    """Make somebody findable by what she is called now."""
    folded = fold(username)
    words = dict.fromkeys(each[:_LONGEST_WORD] for each in (folded, *_WORD.findall(folded), *_WORD.findall(fold(name))))
    kept = sorted(list(words)[:_MOST_WORDS])
    await tx.execute(
        "DELETE FROM actor_words WHERE actor_id = :actor AND word NOT IN :kept*", actor=actor_id, kept=kept
    )
    await tx.execute_many(
        "INSERT INTO actor_words (word, actor_id) VALUES (:word, :actor) ON CONFLICT DO NOTHING",
        [{"word": word, "actor": actor_id} for word in kept],
    )


async def forget(tx: Transaction, actor_id: int) -> None:
    """Somebody is deleted, and is found no more."""
    await tx.execute("DELETE FROM actor_words WHERE actor_id = :actor", actor=actor_id)


async def find(tx: Transaction, viewer: Actor | None, query: NameQuery, limit: int, offset: int = 0) -> list[int]:
    """Ids of people: first the one of exactly this name, then those the viewer follows, those of this school, and those
    with many followers. Strangers find those who want to be found. Whom the viewer has blocked she finds by the whole
    name only, so that she can end it; who has blocked her is not found.

    Where too many fit, those are left out whose names come last in the alphabet, but none of this school or followed.
    """
    conditions, params = _conditions(query)
    followed = (
        "EXISTS (SELECT 1 FROM follows WHERE follower_id = :viewer AND followed_id = a.id AND state = 'accepted')"
    )
    if query.following:
        conditions.append(followed)
    if viewer is None:
        conditions.append("a.discoverable")
    return await tx.all(
        int,
        f"""
        SELECT a.id FROM actors a
        WHERE  {" AND ".join(conditions)}
        AND    a.kind <> 'Application' AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND    NOT EXISTS (
                   SELECT 1 FROM blocks
                   WHERE  (blocker_id = :viewer AND blocked_id = a.id AND a.username_folded <> :name)
                   OR     (blocker_id = a.id AND blocked_id = :viewer)
               )
        ORDER  BY CASE WHEN a.username_folded = :name THEN 0 ELSE 1 END,
                  CASE WHEN {followed} THEN 0 ELSE 1 END,
                  CASE WHEN a.local THEN 0 ELSE 1 END,
                  a.followers_count DESC,
                  a.id
        LIMIT  :limit OFFSET :offset
        """,
        viewer=viewer.id if viewer else 0,
        name=query.name,
        limit=limit,
        offset=offset,
        **params,
    )


def _conditions(query: NameQuery) -> tuple[list[str], dict[str, object]]:
    """What must hold of an actor `a`."""
    params: dict[str, object] = {"most": _LOOKED_AT}
    for number, word in enumerate(sorted(query.words, key=len, reverse=True)):
        params |= {f"from_{number}": word, f"to_{number}": word + _LAST}
    if query.domain is not None:
        return [f"a.id IN ({_HANDLES})"], params | {"domain": query.domain, "domain_end": query.domain + _LAST}
    return [f"a.id IN ({_named(len(query.words))})"], params


_HANDLES = """
    SELECT id FROM (
        SELECT id FROM actors
        WHERE  username_folded >= :from_0 AND username_folded < :to_0 AND domain >= :domain AND domain < :domain_end
        ORDER  BY username_folded
        LIMIT  :most
    ) found
"""


def _named(words: int) -> str:
    """Those who have so many words. The longest one, which fits the fewest, finds them; the others are looked up."""
    others = "".join(
        f" AND EXISTS (SELECT 1 FROM actor_words o WHERE o.actor_id = w.actor_id AND {_begins('o', number)})"
        for number in range(1, words)
    )
    fits = _begins("w", 0) + others
    return f"""
        SELECT actor_id FROM (
            SELECT w.actor_id FROM actor_words w WHERE {fits} ORDER BY w.word, w.actor_id LIMIT :most
        ) found
        UNION
        SELECT w.actor_id FROM follows f CROSS JOIN actor_words w
        WHERE  f.follower_id = :viewer AND f.state = 'accepted' AND w.actor_id = f.followed_id AND {fits}
        UNION
        SELECT w.actor_id FROM actors ours CROSS JOIN actor_words w
        WHERE  ours.local AND w.actor_id = ours.id AND {fits}
    """


def _begins(row: str, number: int) -> str:
    return f"{row}.word >= :from_{number} AND {row}.word < :to_{number}"

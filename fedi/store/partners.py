"""How far what is for partners reaches: to our own, and of them to those of each school whose posts it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fedi.store.database import Transaction
from fedi.store.peers import PARTNER

# Schools elsewhere whose posts for partners stand above a post, by answer or by quote, at any height. Each step looks
# up ids and nothing else, and the joins keep their order: SQLite would read all posts for either.
_ABOVE = """
    WITH RECURSIVE about (id) AS (
        {seed}
        UNION
        SELECT CASE way.by_quote
                   WHEN 0 THEN (SELECT in_reply_to_id FROM posts WHERE id = about.id)
                   ELSE (SELECT quoted_id FROM quotes WHERE post_id = about.id)
               END
        FROM   about CROSS JOIN (SELECT 0 AS by_quote UNION ALL SELECT 1) way
    )
    SELECT 1
    FROM   about CROSS JOIN posts b CROSS JOIN actors school
    WHERE  b.id = about.id AND school.id = b.actor_id AND NOT school.local
    AND    (b.circle = 'partners' OR b.kept_within = 'partners')
    AND    school.host <> {host}
    AND    NOT EXISTS (SELECT 1 FROM partner_partners o WHERE o.host = school.host AND o.partner = {host})
"""


def reaches(seed: str, host: str) -> str:
    """A condition: what is about the posts that `seed` selects may reach the server `host` (both are SQL)."""
    return f"NOT EXISTS ({_ABOVE.format(seed=seed, host=host)})"


async def reach(tx: Transaction, post_ids: Iterable[int]) -> list[str]:
    """The partners to which something about these posts, or one of them itself, may go."""
    return await tx.all(
        str,
        f"""
        SELECT host FROM peers
        WHERE  {PARTNER} AND {reaches("SELECT id FROM posts WHERE id IN :posts*", "peers.host")}
        ORDER  BY host
        """,
        posts=list(post_ids),
    )


async def put(tx: Transaction, host: str, partners: Sequence[str]) -> None:
    """The partners that a school says it has, and no others."""
    await tx.execute("DELETE FROM partner_partners WHERE host = :host", host=host)
    for each in partners:
        await tx.execute(
            "INSERT INTO partner_partners (host, partner) VALUES (:host, :partner) ON CONFLICT DO NOTHING",
            host=host,
            partner=each,
        )


async def ask(tx: Transaction, host: str, before: int) -> bool:
    """Note that a partner is asked for its partners now; False if it was since a moment (milliseconds), or is none."""
    asked = await tx.execute(
        f"""
        UPDATE peers SET partners_asked_at = :now
        WHERE  host = :host AND {PARTNER} AND coalesce(partners_asked_at, 0) <= :before
        """,
        host=host,
        now=tx.now,
        before=before,
    )
    return asked == 1


async def unasked(tx: Transaction, before: int, limit: int) -> list[str]:
    """Partners that were last asked before a moment (milliseconds)."""
    return await tx.all(
        str,
        f"""
        SELECT host FROM peers WHERE {PARTNER} AND coalesce(partners_asked_at, 0) <= :before
        ORDER  BY coalesce(partners_asked_at, 0), host LIMIT :limit
        """,
        before=before,
        limit=limit,
    )

"""What other servers are shown of our posts: a server counts as what its people may see."""

from __future__ import annotations

from dataclasses import fields

from fedi.models.files import File
from fedi.models.posts import Post
from fedi.models.usage import Usage
from fedi.store import files
from fedi.store.database import Transaction
from fedi.store.partners import reaches
from fedi.store.peers import PARTNER

_DAY_MS = 24 * 60 * 60 * 1000
_COLUMNS = ", ".join(f"p.{field.name}" for field in fields(Post))

_SERVED = f"""(
    p.local AND p.kind <> 'boost'
    AND NOT EXISTS (
        SELECT 1 FROM actors WHERE id = p.actor_id AND (suspended_at IS NOT NULL OR deleted_at IS NOT NULL)
    )
    AND (
        p.circle IN ('public', 'network')
        OR (p.circle = 'followers' AND EXISTS (
            SELECT 1 FROM follows f JOIN actors a ON a.id = f.follower_id
            WHERE  f.followed_id = p.actor_id AND f.state = 'accepted' AND a.host = CAST(:host AS TEXT) AND NOT a.local
        ))
        OR (p.circle IN ('followers', 'direct') AND EXISTS (
            SELECT 1 FROM mentions m JOIN actors a ON a.id = m.actor_id
            WHERE  m.post_id = p.id AND a.host = CAST(:host AS TEXT) AND NOT a.local
            AND    NOT EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = p.actor_id AND b.blocked_id = a.id)
        ))
        OR (p.circle = 'partners' AND EXISTS (
            SELECT 1 FROM peers WHERE host = CAST(:host AS TEXT) AND {PARTNER}
        ) AND {reaches("SELECT p.id", "CAST(:host AS TEXT)")})
    )
)"""


async def post(tx: Transaction, uri: str, host: str | None) -> Post | None:
    """A post of ours as the server at `host` may have it, None for anybody: one statement, whatever keeps it from
    being there.
    """
    return await tx.one(Post, f"SELECT {_COLUMNS} FROM posts p WHERE p.uri = :uri AND {_SERVED}", uri=uri, host=host)


async def among(tx: Transaction, post_ids: list[int], host: str | None) -> set[int]:
    """Which of these posts the server at `host` may have, None for anybody."""
    found = await tx.all(int, f"SELECT p.id FROM posts p WHERE p.id IN :ids* AND {_SERVED}", ids=post_ids, host=host)
    return set(found)


async def file(tx: Transaction, file_id: int, host: str) -> File | None:
    """A file of a post of ours as the server at `host` may have it."""
    return await tx.one(
        File,
        f"""
        SELECT {files.COLUMNS} FROM files
        WHERE  id = :id AND EXISTS (
                   SELECT 1 FROM post_files JOIN posts p ON p.id = post_files.post_id
                   WHERE  post_files.file_id = files.id AND {_SERVED}
               )
        """,
        id=file_id,
        host=host,
    )


async def replies(tx: Transaction, post_id: int, after: int, limit: int) -> list[Post]:
    """Answers anybody may read, ours and others', the oldest first."""
    return await tx.all(
        Post,
        f"""
        SELECT {_COLUMNS} FROM posts p
        WHERE  p.in_reply_to_id = :post AND p.id > :after AND p.circle IN ('public', 'network')
        AND    NOT EXISTS (
                   SELECT 1 FROM actors
                   WHERE  id = p.actor_id AND (suspended_at IS NOT NULL OR deleted_at IS NOT NULL)
               )
        ORDER  BY p.id
        LIMIT  :limit
        """,
        post=post_id,
        after=after,
        limit=limit,
    )


# What else is of a thread anybody may read; of our own posts those that the asking server may have.
_OF_THREAD = f"""
    p.thread_id = :thread AND p.kind <> 'boost'
    AND (
        {_SERVED}
        OR (NOT p.local AND p.circle IN ('public', 'network') AND NOT EXISTS (
            SELECT 1 FROM actors WHERE id = p.actor_id AND (suspended_at IS NOT NULL OR deleted_at IS NOT NULL)
        ))
    )
"""


async def thread(tx: Transaction, thread_id: int, host: str | None, after: int, limit: int) -> list[Post]:
    """The posts of a thread as the server at `host` may have them, None for anybody; the oldest first."""
    return await tx.all(
        Post,
        f"SELECT {_COLUMNS} FROM posts p WHERE {_OF_THREAD} AND p.id > :after ORDER BY p.id LIMIT :limit",
        thread=thread_id,
        host=host,
        after=after,
        limit=limit,
    )


async def thread_size(tx: Transaction, thread_id: int, host: str | None) -> int:
    """How many posts of a thread the server at `host` may have."""
    statement = f"SELECT count(*) FROM posts p WHERE {_OF_THREAD}"
    return int(await tx.value(statement, thread=thread_id, host=host))


async def usage(tx: Transaction) -> Usage:
    """How much the school is used; boosts and drafts are no posts."""
    return Usage(
        people=await _people(tx, 0),
        active_month=await _people(tx, tx.now - 30 * _DAY_MS),
        active_half_year=await _people(tx, tx.now - 180 * _DAY_MS),
        posts=await tx.value("SELECT count(*) FROM posts WHERE local AND kind <> 'boost' AND circle <> 'draft'"),
        hosts=await tx.value("SELECT count(DISTINCT host) FROM actors WHERE NOT local"),
    )


async def _people(tx: Transaction, seen_since: int) -> int:
    counted: int = await tx.value(
        """
        SELECT count(*) FROM accounts JOIN actors ON actors.id = accounts.id
        WHERE  actors.deleted_at IS NULL AND accounts.last_seen_at >= :since
        """,
        since=seen_since,
    )
    return counted


async def hosts_beginning(tx: Transaction, beginning: str, limit: int) -> list[str]:
    """Known servers whose names begin so."""
    return await tx.all(
        str,
        """
        SELECT DISTINCT host FROM actors WHERE NOT local AND host >= :from AND host < :to ORDER BY host LIMIT :limit
        """,
        **{"from": beginning, "to": beginning + chr(0x10FFFF), "limit": limit},
    )


async def hosts_known(tx: Transaction) -> list[str]:
    """The servers whose people are known here."""
    return await tx.all(str, "SELECT DISTINCT host FROM actors WHERE NOT local ORDER BY host LIMIT 10000")

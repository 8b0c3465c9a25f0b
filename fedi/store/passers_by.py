"""Posts by people whom nobody here follows: anybody can make up authors, servers, and names of ours to call.

Of each server, and of all, so many stay; and what somebody here has taken up, or somebody read here has passed on.
"""

from __future__ import annotations

from fedi.models.actors import Actor
from fedi.store import follows
from fedi.store.database import Transaction

OF_ONE_HOST = 2_000
IN_ALL = 50_000


async def note(tx: Transaction, post_id: int, author: Actor) -> bool:
    """Remember a new post as a stranger's; False if somebody here follows its author."""
    if await follows.has_local_follower(tx, author.id):
        return False
    changed = await tx.execute(
        """
        INSERT INTO passers_by (post_id, host, came_at) VALUES (:post, :host, :now)
        ON CONFLICT DO NOTHING
        """,
        post=post_id,
        host=author.host,
        now=tx.now,
    )
    return changed == 1


async def surplus(tx: Transaction, host: str, newest: int) -> set[int]:
    """The posts that are one too many: the one of this host that came first, and the first of all; never the newest."""
    found = await tx.all(
        int,
        """
        SELECT post_id FROM (
            SELECT post_id FROM passers_by WHERE host = :host AND post_id <> :newest
            ORDER BY came_at DESC, post_id DESC LIMIT 1 OFFSET :of_one
        ) of_host
        UNION ALL
        SELECT post_id FROM (
            SELECT post_id FROM passers_by WHERE post_id <> :newest
            ORDER BY came_at DESC, post_id DESC LIMIT 1 OFFSET :in_all
        ) of_all
        """,
        host=host,
        newest=newest,
        of_one=OF_ONE_HOST - 1,
        in_all=IN_ALL - 1,
    )
    return set(found)


async def is_taken_up(tx: Transaction, post_id: int) -> bool:
    """Whether somebody here has answered, liked, shown, quoted or marked a post, follows its author by now, or reads
    who has shown or answered it, or the community that has taken it up.
    """
    return bool(await tx.value(_TAKEN_UP, post=post_id))


_READ_HERE = """
    (SELECT a.local FROM actors a WHERE a.id = {actor})
    OR EXISTS (SELECT 1 FROM follows f JOIN actors r ON r.id = f.follower_id WHERE f.followed_id = {actor} AND r.local)
"""
_TAKEN_UP = f"""
    SELECT 1 FROM posts p
    WHERE  p.id = :post
    AND    ({_READ_HERE.format(actor="p.actor_id")}
            OR EXISTS (SELECT 1 FROM community_posts c WHERE c.community_id = p.community_id AND c.post_uri = p.uri
                       AND ({_READ_HERE.format(actor="c.community_id")}))
            OR EXISTS (SELECT 1 FROM likes l JOIN actors a ON a.id = l.actor_id WHERE l.post_id = p.id AND a.local)
            OR EXISTS (SELECT 1 FROM bookmarks b WHERE b.post_id = p.id)
            OR EXISTS (SELECT 1 FROM quotes q JOIN posts o ON o.id = q.post_id WHERE q.quoted_id = p.id AND o.local)
            OR EXISTS (SELECT 1 FROM posts o WHERE (o.boost_of_id = p.id OR o.in_reply_to_id = p.id)
                       AND ({_READ_HERE.format(actor="o.actor_id")})))
"""


async def let_stay(tx: Transaction, post_id: int) -> None:
    """It is no stranger's any more."""
    await tx.execute("DELETE FROM passers_by WHERE post_id = :post", post=post_id)

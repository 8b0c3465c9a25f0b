"""Posts: the rows, and how threads are tied together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from fedi.models.posts import Circle, Post
from fedi.policies.visibility import OPEN
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

COLUMNS = ", ".join(f"p.{field.name}" for field in fields(Post))
"""What a SELECT from `posts p` names to get a `Post`."""

_NAMES = [*(field.name for field in fields(Post)), "idempotency_key"]
_INSERT = f"""
    INSERT INTO posts ({", ".join(_NAMES)})
    VALUES ({", ".join(f":{name}" for name in _NAMES)})
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A post that answers one we do not have."""

    id: int
    circle: Circle
    thread_id: int


async def by_id(tx: Transaction, post_id: int) -> Post | None:
    """The post, whoever may see it."""
    return await tx.one(Post, f"SELECT {COLUMNS} FROM posts p WHERE p.id = :id", id=post_id)


async def by_ids(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Post]:
    """The posts by their ids; what does not exist is left out."""
    found = await tx.all(Post, f"SELECT {COLUMNS} FROM posts p WHERE p.id IN :ids*", ids=list(set(post_ids)))
    return {post.id: post for post in found}


async def by_uri(tx: Transaction, uri: str) -> Post | None:
    """The post with this id on the wire, whoever may see it."""
    return await tx.one(Post, f"SELECT {COLUMNS} FROM posts p WHERE p.uri = :uri", uri=uri)


async def by_uris(tx: Transaction, uris: Iterable[str]) -> dict[str, Post]:
    """The posts by their ids on the wire; what does not exist is left out."""
    found = await tx.all(Post, f"SELECT {COLUMNS} FROM posts p WHERE p.uri IN :uris*", uris=list(set(uris)))
    return {post.uri: post for post in found}


async def by_idempotency_key(tx: Transaction, actor_id: int, key: str) -> Post | None:
    """What this person has published under this key."""
    return await tx.one(
        Post,
        f"SELECT {COLUMNS} FROM posts p WHERE p.actor_id = :actor AND p.idempotency_key = :key",
        actor=actor_id,
        key=key,
    )


async def idempotency_key(tx: Transaction, post_id: int) -> str | None:
    """The key a post was published under, if its author gave one."""
    key: str | None = await tx.value("SELECT idempotency_key FROM posts WHERE id = :id", id=post_id)
    return key


async def forget_key(tx: Transaction, post_id: int) -> None:
    """The key of a post may be used for another one."""
    await tx.execute("UPDATE posts SET idempotency_key = NULL WHERE id = :id", id=post_id)


async def boost_by(tx: Transaction, actor_id: int, post_id: int) -> Post | None:
    """This person's boost of this post."""
    return await tx.one(
        Post,
        f"SELECT {COLUMNS} FROM posts p WHERE p.boost_of_id = :post AND p.actor_id = :actor",
        post=post_id,
        actor=actor_id,
    )


async def boosted_by(tx: Transaction, actor_id: int, post_ids: Iterable[int]) -> set[int]:
    """Which of these posts the actor has boosted."""
    found = await tx.all(
        int,
        "SELECT boost_of_id FROM posts WHERE actor_id = :actor AND boost_of_id IN :ids*",
        actor=actor_id,
        ids=list(post_ids),
    )
    return set(found)


async def boosts_of(tx: Transaction, post_id: int) -> list[Post]:
    """Every boost of this post."""
    return await tx.all(Post, f"SELECT {COLUMNS} FROM posts p WHERE p.boost_of_id = :post", post=post_id)


async def of_actor(tx: Transaction, actor_id: int, limit: int) -> list[Post]:
    """The oldest posts of an actor, drafts and boosts among them."""
    return await tx.all(
        Post,
        f"SELECT {COLUMNS} FROM posts p WHERE p.actor_id = :actor ORDER BY p.id LIMIT :limit",
        actor=actor_id,
        limit=limit,
    )


async def insert(tx: Transaction, post: Post, idempotency_key: str | None = None) -> bool:
    """Store a new post; False if its id, its uri, its key, or this boost of this actor is there already."""
    values = {name: getattr(post, name) for name in _NAMES[:-1]}
    values["emojis"] = as_json(post.emojis) if post.emojis else "[]"
    return await tx.execute(_INSERT, **values, idempotency_key=idempotency_key) == 1


async def update(tx: Transaction, post: Post) -> None:
    """Store what an edit may change."""
    await tx.execute(
        """
        UPDATE posts
        SET    kind = :kind, title = :title, summary = :summary, content = :content, source = :source,
               sensitive = :sensitive, language = :language, emojis = :emojis, quote_policy = :quote_policy,
               edited_at = :edited_at
        WHERE  id = :id
        """,
        id=post.id,
        kind=post.kind,
        title=post.title,
        summary=post.summary,
        content=post.content,
        source=post.source,
        sensitive=post.sensitive,
        language=post.language,
        emojis=as_json(post.emojis),
        quote_policy=post.quote_policy,
        edited_at=post.edited_at,
    )


_DEPENDENTS = (
    "revision_files",
    "revisions",
    "post_files",
    "mentions",
    "post_tags",
    "material_classes",
    "materials",
    "poll_votes",
    "poll_voters",
    "poll_options",
    "polls",
    "likes",
    "notifications",
    "pins",
    "quotes",
    "bookmarks",
    "post_applications",
    "events",
    "schedules",
    "filter_posts",
    "passers_by",
    "cards",
)


async def keep_untold(tx: Transaction, post_id: int) -> None:
    """A post was asked for before it was sent to us: nobody has been told of it yet."""
    await tx.execute("UPDATE posts SET told = false WHERE id = :id", id=post_id)


async def is_to_be_told(tx: Transaction, post_id: int) -> bool:
    """Whether nobody has been told of a post yet; from now on somebody has."""
    return await tx.execute("UPDATE posts SET told = true WHERE id = :id AND NOT told", id=post_id) == 1


async def delete(tx: Transaction, post: Post) -> None:
    """Remove a post and everything that hangs on it; its answers stay, and keep the address of what they answered."""
    await tx.execute(
        """
        UPDATE posts SET quotes_count = quotes_count - 1
        WHERE  id = (SELECT quoted_id FROM quotes WHERE post_id = :post AND state = 'accepted')
        AND    (CAST(:open AS $bool) OR circle = :circle)
        """,
        post=post.id,
        open=post.circle in OPEN,
        circle=post.circle,
    )
    for table in _DEPENDENTS:
        await tx.execute(f"DELETE FROM {table} WHERE post_id = :post", post=post.id)
    await tx.execute("UPDATE posts SET in_reply_to_id = NULL WHERE in_reply_to_id = :post", post=post.id)
    await tx.execute("UPDATE quotes SET quoted_id = NULL, state = 'deleted' WHERE quoted_id = :post", post=post.id)
    await tx.execute("DELETE FROM quote_authorizations WHERE quoted_id = :post", post=post.id)
    await tx.execute("DELETE FROM posts WHERE id = :post", post=post.id)


async def delete_boosts(tx: Transaction, post_id: int) -> list[int]:
    """Remove every boost of a post; which they were."""
    return await tx.all(int, "DELETE FROM posts WHERE boost_of_id = :post RETURNING id", post=post_id)


async def set_files(tx: Transaction, post_id: int, file_ids: Iterable[int]) -> None:
    """Hang exactly these files on a post, in this order."""
    await tx.execute("DELETE FROM post_files WHERE post_id = :post", post=post_id)
    await add_files(tx, post_id, file_ids)


async def add_files(tx: Transaction, post_id: int, file_ids: Iterable[int]) -> None:
    """Hang files on a post that has none yet, in this order."""
    await tx.execute_many(
        "INSERT INTO post_files (post_id, position, file_id) VALUES (:post, :position, :file)",
        [{"post": post_id, "position": position, "file": file} for position, file in enumerate(file_ids)],
    )


async def attachable(tx: Transaction, owner_id: int, file_ids: Iterable[int], post_id: int | None = None) -> set[int]:
    """Which of these files their owner may hang on `post_id` (None: a new post): hers, and on no other post, nor on
    an earlier version of one.
    """
    return set(
        await tx.all(
            int,
            """
            SELECT id FROM files
            WHERE  id IN :ids* AND owner_id = :owner
            AND    NOT EXISTS (
                       SELECT 1 FROM post_files
                       WHERE  file_id = files.id AND post_id <> coalesce(CAST(:post AS $id), 0)
                   )
            AND    NOT EXISTS (
                       SELECT 1 FROM revision_files
                       WHERE  file_id = files.id AND post_id <> coalesce(CAST(:post AS $id), 0)
                   )
            """,
            ids=list(file_ids),
            owner=owner_id,
            post=post_id,
        )
    )


async def add_mentions(tx: Transaction, post_id: int, actor_ids: Iterable[int]) -> None:
    """Name people in a post, in this order; naming somebody again changes nothing."""
    await tx.execute_many(
        "INSERT INTO mentions (post_id, actor_id, position) VALUES (:post, :actor, :position) ON CONFLICT DO NOTHING",
        [{"post": post_id, "actor": actor, "position": position} for position, actor in enumerate(actor_ids)],
    )


async def remove_mentions(tx: Transaction, post_id: int) -> None:
    """Name nobody in a post any more."""
    await tx.execute("DELETE FROM mentions WHERE post_id = :post", post=post_id)


async def mentioned_ids(tx: Transaction, post_id: int) -> list[int]:
    """Whom a post names."""
    return await tx.all(int, "SELECT actor_id FROM mentions WHERE post_id = :post ORDER BY actor_id", post=post_id)


async def local_respondents(tx: Transaction, post_id: int) -> list[int]:
    """The accounts of this school that have boosted or answered a post."""
    return await tx.all(
        int,
        """
        SELECT p.actor_id FROM posts p WHERE p.boost_of_id = :post AND p.local
        UNION
        SELECT p.actor_id FROM posts p WHERE p.in_reply_to_id = :post AND p.local AND p.circle <> 'draft'
        """,
        post=post_id,
    )


async def orphans(tx: Transaction, uri: str) -> list[Orphan]:
    """Posts that came before the one they answer."""
    return await tx.all(
        Orphan,
        "SELECT id, circle, thread_id FROM posts WHERE in_reply_to_uri = :uri AND in_reply_to_id IS NULL",
        uri=uri,
    )


async def ancestors(tx: Transaction, post_id: int) -> list[int]:
    """A post and everything it answers, directly or not."""
    return await tx.all(
        int,
        """
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT id, in_reply_to_id FROM posts WHERE id = :post
            UNION
            SELECT p.id, p.in_reply_to_id FROM posts p JOIN above ON p.id = above.parent_id
        )
        SELECT id FROM above
        """,
        post=post_id,
    )


async def of_thread(tx: Transaction, thread_id: int, limit: int) -> list[Post]:
    """The first posts of a thread, whoever may see them; the oldest first."""
    return await tx.all(
        Post,
        f"""
        SELECT {COLUMNS} FROM posts p
        WHERE  p.thread_id = :thread AND p.kind <> 'boost'
        ORDER  BY p.id
        LIMIT  :limit
        """,
        thread=thread_id,
        limit=limit,
    )


async def any_open_elsewhere(tx: Transaction, post_ids: Iterable[int]) -> bool:
    """Whether one of these posts is of another server, and for anybody to read."""
    return bool(
        await tx.value(
            "SELECT 1 FROM posts WHERE id IN :ids* AND NOT local AND circle IN ('public', 'network') LIMIT 1",
            ids=list(post_ids),
        )
    )


async def thread_of_context(tx: Transaction, context: str) -> int | None:
    """The thread of the first open post that names this context. Others do not count: nobody learns of a hidden thread
    by naming it.
    """
    found: int | None = await tx.value(
        """
        SELECT thread_id FROM posts
        WHERE  context = :context AND circle IN ('public', 'network')
        ORDER  BY id
        LIMIT  1
        """,
        context=context,
    )
    return found


async def keep_within(tx: Transaction, post_id: int, circle: Circle) -> None:
    """A post, and whatever is said below it, leaves this circle in no answer from now on."""
    await tx.execute(
        """
        UPDATE posts SET kept_within = :circle
        WHERE  kept_within IS NULL AND circle IN ('direct', 'followers') AND id IN (
            WITH RECURSIVE below (id) AS (
                SELECT CAST(:post AS $id)
                UNION
                SELECT p.id FROM posts p JOIN below ON p.in_reply_to_id = below.id
            )
            SELECT id FROM below
        )
        """,
        circle=circle,
        post=post_id,
    )


async def adopt(tx: Transaction, orphan: Orphan, parent: Post, circle: Circle) -> None:
    """Tie an orphan to its parent, in a circle no wider, and its whole thread to the parent's."""
    await tx.execute(
        """
        UPDATE posts
        SET    in_reply_to_id = :parent, circle = :circle,
               card_id = CASE WHEN :circle IN ('public', 'network') THEN card_id END
        WHERE  id = :id
        """,
        parent=parent.id,
        circle=circle,
        id=orphan.id,
    )
    await tx.execute(
        "UPDATE posts SET thread_id = :thread WHERE thread_id = :old", thread=parent.thread_id, old=orphan.thread_id
    )

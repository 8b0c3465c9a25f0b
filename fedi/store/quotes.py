"""Quotes: what each post quotes, in which state, and the stamps that our authors gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Post
from fedi.models.quotes import Authorization, Quote, QuotePolicy
from fedi.store.database import Transaction
from fedi.store.posts import COLUMNS
from fedi.store.visibility import VISIBLE, as_seen_by

_QUOTE = ", ".join(field.name for field in fields(Quote))
_STAMP = ", ".join(field.name for field in fields(Authorization))


async def insert(tx: Transaction, quote: Quote) -> bool:
    """Remember what a new post quotes; False if it quotes something already."""
    changed = await tx.execute(
        f"""
        INSERT INTO quotes ({_QUOTE})
        VALUES (:post_id, :quoted_id, :quoted_uri, :state, :request_uri, :authorization_uri, :checked_at)
        ON CONFLICT DO NOTHING
        """,
        post_id=quote.post_id,
        quoted_id=quote.quoted_id,
        quoted_uri=quote.quoted_uri,
        state=quote.state,
        request_uri=quote.request_uri,
        authorization_uri=quote.authorization_uri,
        checked_at=quote.checked_at,
    )
    await _count(tx, quote.quoted_id)
    return changed == 1


async def update(tx: Transaction, quote: Quote) -> None:
    """Store a quote's new state, and what it is known by."""
    await tx.execute(
        """
        UPDATE quotes
        SET    quoted_id = :quoted_id, state = :state, request_uri = :request_uri,
               authorization_uri = :authorization_uri, checked_at = :checked_at
        WHERE  post_id = :post_id
        """,
        post_id=quote.post_id,
        quoted_id=quote.quoted_id,
        state=quote.state,
        request_uri=quote.request_uri,
        authorization_uri=quote.authorization_uri,
        checked_at=quote.checked_at,
    )
    await _count(tx, quote.quoted_id)


async def delete(tx: Transaction, quote: Quote) -> None:
    """A post quotes nothing any more."""
    await tx.execute("DELETE FROM quotes WHERE post_id = :post", post=quote.post_id)
    await _count(tx, quote.quoted_id)


async def _count(tx: Transaction, quoted_id: int | None) -> None:
    if quoted_id is not None:
        await tx.execute(
            """
            UPDATE posts
            SET    quotes_count = (
                       SELECT count(*) FROM quotes JOIN posts quoting ON quoting.id = quotes.post_id
                       WHERE  quotes.quoted_id = :id AND quotes.state = 'accepted'
                       AND    quoting.circle IN ('public', 'network', posts.circle)
                   )
            WHERE  id = :id
            """,
            id=quoted_id,
        )


async def of_post(tx: Transaction, post_id: int) -> Quote | None:
    """What a post quotes."""
    return await tx.one(Quote, f"SELECT {_QUOTE} FROM quotes WHERE post_id = :post", post=post_id)


async def of_posts(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Quote]:
    """What each of these posts quotes."""
    found = await tx.all(Quote, f"SELECT {_QUOTE} FROM quotes WHERE post_id IN :ids*", ids=list(post_ids))
    return {quote.post_id: quote for quote in found}


async def by_request(tx: Transaction, uri: str) -> Quote | None:
    """The quote that one of ours asked for by the QuoteRequest with this id."""
    return await tx.one(Quote, f"SELECT {_QUOTE} FROM quotes WHERE request_uri = :uri", uri=uri)


async def by_authorization(tx: Transaction, uri: str) -> list[Quote]:
    """The quotes that stand by this stamp of a peer."""
    return await tx.all(Quote, f"SELECT {_QUOTE} FROM quotes WHERE authorization_uri = :uri ORDER BY post_id", uri=uri)


async def awaits(tx: Transaction, uri: str) -> bool:
    """Whether a quote waits for the post with this id."""
    found = await tx.value("SELECT 1 FROM quotes WHERE quoted_uri = :uri AND quoted_id IS NULL LIMIT 1", uri=uri)
    return found is not None


async def unchecked_since(tx: Transaction, before: int, limit: int) -> list[Quote]:
    """Quotes whose stamp, given by a peer, was last seen before a moment (milliseconds)."""
    return await tx.all(
        Quote,
        f"""
        SELECT {_QUOTE} FROM quotes
        WHERE  state = 'accepted' AND authorization_uri IS NOT NULL AND checked_at < :before
        ORDER  BY checked_at
        LIMIT  :limit
        """,
        before=before,
        limit=limit,
    )


async def quoting(tx: Transaction, viewer: Actor | None, post_id: int, page: Page) -> list[Post]:
    """The posts that quote a post with its author's consent, as far as `viewer` may see them, newest first."""
    return await tx.all(
        Post,
        f"""
        SELECT {COLUMNS} FROM quotes q JOIN posts p ON p.id = q.post_id
        WHERE  q.quoted_id = :post AND q.state = 'accepted' AND p.id < :below AND p.id > :above AND {VISIBLE}
        ORDER  BY p.id DESC
        LIMIT  :limit
        """,
        post=post_id,
        below=page.below,
        above=page.above,
        limit=page.limit,
        **as_seen_by(viewer),
    )


async def local_quoters(tx: Transaction, post_id: int) -> list[int]:
    """The accounts of this school that have quoted a post."""
    return await tx.all(
        int,
        """
        SELECT DISTINCT p.actor_id FROM quotes q JOIN posts p ON p.id = q.post_id
        WHERE  q.quoted_id = :post AND q.state = 'accepted' AND p.local
        """,
        post=post_id,
    )


async def set_policy(tx: Transaction, post_id: int, policy: QuotePolicy) -> None:
    """Who may quote a post from now on."""
    await tx.execute("UPDATE posts SET quote_policy = :policy WHERE id = :id", policy=policy, id=post_id)


async def stamp(tx: Transaction, actor_id: int, quoted_id: int, quoting_uri: str) -> Authorization:
    """The stamp for one quoting post: a new one, or the one given before."""
    await tx.execute(
        f"""
        INSERT INTO quote_authorizations ({_STAMP}) VALUES (:id, :actor, :quoted, :quoting, :now)
        ON CONFLICT DO NOTHING
        """,
        id=tx.new_id(),
        actor=actor_id,
        quoted=quoted_id,
        quoting=quoting_uri,
        now=tx.now,
    )
    given = await stamp_for(tx, quoted_id, quoting_uri)
    if given is None:
        raise NotFound("The quoted post is gone")
    return given


async def stamp_for(tx: Transaction, quoted_id: int, quoting_uri: str) -> Authorization | None:
    """The stamp that lets this post quote that one of ours."""
    return await tx.one(
        Authorization,
        f"SELECT {_STAMP} FROM quote_authorizations WHERE quoted_id = :quoted AND quoting_uri = :quoting",
        quoted=quoted_id,
        quoting=quoting_uri,
    )


async def stamp_by_id(tx: Transaction, stamp_id: int) -> Authorization | None:
    """A stamp of ours by its number."""
    return await tx.one(Authorization, f"SELECT {_STAMP} FROM quote_authorizations WHERE id = :id", id=stamp_id)


async def withdraw(tx: Transaction, stamp_id: int) -> None:
    """Take a stamp back."""
    await tx.execute("DELETE FROM quote_authorizations WHERE id = :id", id=stamp_id)

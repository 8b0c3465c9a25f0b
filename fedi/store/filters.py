"""Filters of accounts, with their keywords and the posts chosen one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from fedi.models.filters import Filter, FilterKeyword, FilterPost, FilterRules
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

_COLUMNS = ", ".join(field.name for field in fields(Filter))
_OWN = "filter_id IN (SELECT id FROM filters WHERE account_id = :account)"


async def touch(tx: Transaction, account_id: int) -> None:
    """Somebody's filters are about to change. Whoever changes them at the same time waits, so that counts hold."""
    await tx.execute(
        """
        INSERT INTO filter_versions (account_id, version) VALUES (:account, :version)
        ON CONFLICT (account_id) DO UPDATE SET version = excluded.version
        """,
        account=account_id,
        version=tx.new_id(),
    )


async def put(tx: Transaction, made: Filter) -> None:
    """Store a filter, new or changed; whose it is never changes."""
    await tx.execute(
        """
        INSERT INTO filters (id, account_id, title, action, contexts, expires_at)
        VALUES (:id, :account, :title, :action, :contexts, :expires_at)
        ON CONFLICT (id) DO UPDATE SET
            title = excluded.title, action = excluded.action, contexts = excluded.contexts,
            expires_at = excluded.expires_at
        """,
        id=made.id,
        account=made.account_id,
        title=made.title,
        action=made.action,
        contexts=as_json(made.contexts),
        expires_at=made.expires_at,
    )


async def delete(tx: Transaction, filter_id: int) -> None:
    """Forget a filter with what is in it."""
    await tx.execute("DELETE FROM filter_keywords WHERE filter_id = :filter", filter=filter_id)
    await tx.execute("DELETE FROM filter_posts WHERE filter_id = :filter", filter=filter_id)
    await tx.execute("DELETE FROM filters WHERE id = :filter", filter=filter_id)


async def erase(tx: Transaction, account_id: int) -> None:
    """Forget all filters of somebody who leaves."""
    for each in await _filters(tx, account_id):
        await delete(tx, each.id)
    await tx.execute("DELETE FROM filter_versions WHERE account_id = :account", account=account_id)


async def of_account(tx: Transaction, account_id: int) -> list[FilterRules]:
    """Somebody's filters with what is in them, the first one first."""
    return await _with_rules(tx, await _filters(tx, account_id))


async def own(tx: Transaction, account_id: int, filter_id: int) -> FilterRules | None:
    """A filter, if it is this account's."""
    found = await tx.one(
        Filter,
        f"SELECT {_COLUMNS} FROM filters WHERE id = :filter AND account_id = :account",
        filter=filter_id,
        account=account_id,
    )
    return (await _with_rules(tx, [found]))[0] if found else None


async def _filters(tx: Transaction, account_id: int) -> list[Filter]:
    return await tx.all(
        Filter, f"SELECT {_COLUMNS} FROM filters WHERE account_id = :account ORDER BY id", account=account_id
    )


async def _with_rules(tx: Transaction, found: Iterable[Filter]) -> list[FilterRules]:
    filters = list(found)
    if not filters:
        return []
    ids = [each.id for each in filters]
    keywords = await tx.all(
        FilterKeyword,
        "SELECT id, filter_id, keyword, whole_word FROM filter_keywords WHERE filter_id IN :ids* ORDER BY id",
        ids=ids,
    )
    posts = await tx.all(
        FilterPost, "SELECT id, filter_id, post_id FROM filter_posts WHERE filter_id IN :ids* ORDER BY id", ids=ids
    )
    return [
        FilterRules(
            each,
            tuple(keyword for keyword in keywords if keyword.filter_id == each.id),
            tuple(post for post in posts if post.filter_id == each.id),
        )
        for each in filters
    ]


async def count(tx: Transaction, account_id: int) -> int:
    """How many filters somebody has."""
    return await _count(tx, "filters WHERE account_id = :account", account_id)


# --- keywords ---------------------------------------------------------------------------------------


async def put_keyword(tx: Transaction, made: FilterKeyword) -> None:
    """Store a keyword, new or changed; its filter never changes."""
    await tx.execute(
        """
        INSERT INTO filter_keywords (id, filter_id, keyword, whole_word) VALUES (:id, :filter, :keyword, :whole_word)
        ON CONFLICT (id) DO UPDATE SET keyword = excluded.keyword, whole_word = excluded.whole_word
        """,
        id=made.id,
        filter=made.filter_id,
        keyword=made.keyword,
        whole_word=made.whole_word,
    )


async def delete_keyword(tx: Transaction, keyword_id: int) -> None:
    """Look for it no longer."""
    await tx.execute("DELETE FROM filter_keywords WHERE id = :id", id=keyword_id)


async def own_keyword(tx: Transaction, account_id: int, keyword_id: int) -> FilterKeyword | None:
    """A keyword, if it is in a filter of this account."""
    return await tx.one(
        FilterKeyword,
        f"SELECT id, filter_id, keyword, whole_word FROM filter_keywords WHERE id = :id AND {_OWN}",
        id=keyword_id,
        account=account_id,
    )


async def count_keywords(tx: Transaction, account_id: int) -> int:
    """How many keywords all filters of somebody have."""
    return await _count(tx, f"filter_keywords WHERE {_OWN}", account_id)


# --- posts ------------------------------------------------------------------------------------------


async def add_post(tx: Transaction, made: FilterPost) -> bool:
    """Put a post into a filter; False if it is in it."""
    added = await tx.execute(
        "INSERT INTO filter_posts (id, filter_id, post_id) VALUES (:id, :filter, :post) ON CONFLICT DO NOTHING",
        id=made.id,
        filter=made.filter_id,
        post=made.post_id,
    )
    return added == 1


async def delete_post(tx: Transaction, entry_id: int) -> None:
    """Take a post out of a filter."""
    await tx.execute("DELETE FROM filter_posts WHERE id = :id", id=entry_id)


async def own_post(tx: Transaction, account_id: int, entry_id: int) -> FilterPost | None:
    """A post in a filter, if that is this account's."""
    return await tx.one(
        FilterPost,
        f"SELECT id, filter_id, post_id FROM filter_posts WHERE id = :id AND {_OWN}",
        id=entry_id,
        account=account_id,
    )


async def count_posts(tx: Transaction, account_id: int) -> int:
    """How many posts are in all filters of somebody."""
    return await _count(tx, f"filter_posts WHERE {_OWN}", account_id)


async def _count(tx: Transaction, what: str, account_id: int) -> int:
    counted: int = await tx.value(f"SELECT count(*) FROM {what}", account=account_id)
    return counted

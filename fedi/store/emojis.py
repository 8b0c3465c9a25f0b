"""Custom emojis: those of this school, and those of other servers that texts here use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from fedi.errors import Conflict
from fedi.models.emojis import OURS, CustomEmoji
from fedi.store.database import Transaction

_COLUMNS = ", ".join(field.name for field in fields(CustomEmoji))


async def by_name(tx: Transaction, host: str, shortcode: str) -> CustomEmoji | None:
    """The emoji of this name at a host; '' is ours. Disabled ones too."""
    return await tx.one(
        CustomEmoji,
        f"SELECT {_COLUMNS} FROM emojis WHERE host = :host AND shortcode = :shortcode",
        host=host,
        shortcode=shortcode,
    )


async def by_names(tx: Transaction, host: str, shortcodes: Iterable[str]) -> dict[str, CustomEmoji]:
    """The emojis of these names at a host, disabled ones too."""
    found = await tx.all(
        CustomEmoji,
        f"SELECT {_COLUMNS} FROM emojis WHERE host = :host AND shortcode IN :names*",
        host=host,
        names=list(set(shortcodes)),
    )
    return {each.shortcode: each for each in found}


async def own(tx: Transaction) -> list[CustomEmoji]:
    """Every emoji of this school, disabled ones too, by category and name."""
    return await tx.all(
        CustomEmoji, f"SELECT {_COLUMNS} FROM emojis WHERE host = :host ORDER BY category, shortcode", host=OURS
    )


async def count_at(tx: Transaction, host: str) -> int:
    """How many emojis of a host are known."""
    return int(await tx.value("SELECT count(*) FROM emojis WHERE host = :host", host=host))


async def put(
    tx: Transaction, host: str, shortcode: str, file_id: int, category: str = "", *, updated_at: int = 0
) -> CustomEmoji:
    """Add an emoji, or give the one of this name another picture; `updated_at` is later than now where its server's
    clock is ahead.
    """
    made = await tx.one(
        CustomEmoji,
        f"""
        INSERT INTO emojis (id, host, shortcode, file_id, category, visible, updated_at)
        VALUES (:id, :host, :shortcode, :file, :category, :visible, :at)
        ON CONFLICT (host, shortcode) DO UPDATE SET
            file_id = excluded.file_id, category = excluded.category, disabled_at = NULL,
            updated_at = excluded.updated_at
        RETURNING {_COLUMNS}
        """,
        id=tx.new_id(),
        host=host,
        shortcode=shortcode,
        file=file_id,
        category=category,
        visible=True,
        at=max(tx.now, updated_at),
    )
    if made is None:
        raise Conflict(f"The emoji {shortcode} was not kept")
    return made


async def set_disabled(tx: Transaction, emoji_id: int, at: int | None) -> None:
    """Show an emoji no more, or again with None."""
    await tx.execute("UPDATE emojis SET disabled_at = :at WHERE id = :id", at=at, id=emoji_id)


async def delete(tx: Transaction, emoji_id: int) -> None:
    """Forget an emoji; its picture is cleared away with the files that nothing refers to."""
    await tx.execute("DELETE FROM emojis WHERE id = :id", id=emoji_id)

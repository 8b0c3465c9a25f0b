"""Cards: one for each address that posts link to, shared by all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.cards import Card, Frame, PageFacts
from fedi.models.files import File
from fedi.store import files
from fedi.store.database import Transaction

_COLUMNS = """
    c.id, c.url, c.host, c.shown_at, c.title, c.description, c.site, c.author_name, c.author_url, c.author_id,
    c.language, c.published_at, c.post_id, c.picture_id, c.picture_says, c.kind, c.site_url, c.embed_url, c.frame_url,
    c.frame_width, c.frame_height, c.unconfirmed_id, f.width, f.height, f.blurhash
"""


async def ask(tx: Transaction, url: str, host: str, *, shown_before: int, empty_before: int) -> bool:
    """Note that the page at an address is asked for now; False if it was lately: `shown_before` says when (in
    milliseconds) for a card that shows something, `empty_before` for one that does not.
    """
    return (
        await tx.execute(
            """
            INSERT INTO cards (id, url, host, asked_at, waiting) VALUES (:id, :url, :host, :now, true)
            ON CONFLICT (url) DO UPDATE SET asked_at = excluded.asked_at, waiting = true
            WHERE cards.asked_at <= CASE WHEN cards.shown_at IS NULL THEN CAST(:empty_before AS $id)
                                           ELSE CAST(:shown_before AS $id) END
            """,
            id=tx.new_id(),
            url=url,
            host=host,
            now=tx.now,
            shown_before=shown_before,
            empty_before=empty_before,
        )
        == 1
    )


async def of_post(tx: Transaction, url: str, host: str, post_id: int) -> None:
    """Note that a post of ours has a card, under its own address; nothing changes if it has."""
    await tx.execute(
        """
        INSERT INTO cards (id, url, host, asked_at, waiting, post_id) VALUES (:id, :url, :host, :now, false, :post)
        ON CONFLICT DO NOTHING
        """,
        id=tx.new_id(),
        url=url,
        host=host,
        now=tx.now,
        post=post_id,
    )


async def id_of_post(tx: Transaction, post_id: int) -> int | None:
    """The card of a post of ours, if it has one."""
    found: int | None = await tx.value("SELECT id FROM cards WHERE post_id = :post", post=post_id)
    return found


async def id_of(tx: Transaction, url: str) -> int | None:
    """The card of an address, if there is one, be it empty yet."""
    found: int | None = await tx.value("SELECT id FROM cards WHERE url = :url", url=url)
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many cards have been asked for and not yet been read."""

    of_host: int
    of_all: int


async def waiting(tx: Transaction, host: str, since: int) -> Waiting:
    """Those of a host, and of all, that were asked for since a moment (milliseconds): a job may have been lost."""
    found = await tx.one(
        Waiting,
        """
        SELECT coalesce(sum(CASE WHEN host = :host THEN 1 ELSE 0 END), 0) AS of_host, count(*) AS of_all
        FROM   cards
        WHERE  waiting AND asked_at > :since
        """,
        host=host,
        since=since,
    )
    return found or Waiting(0, 0)


async def are_many(tx: Transaction, since: int, most: int) -> bool:
    """Whether so many pages, of all hosts, were asked for since a moment (milliseconds)."""
    statement = "SELECT 1 FROM cards WHERE asked_at > :since LIMIT 1 OFFSET :most"
    return await tx.value(statement, since=since, most=most - 1) is not None


async def tie(tx: Transaction, post_id: int, card_id: int | None) -> None:
    """A post shows this card, or none, from now on."""
    await tx.execute("UPDATE posts SET card_id = :card WHERE id = :id", card=card_id, id=post_id)


async def wanted(tx: Transaction, card_id: int) -> str | None:
    """The address of a card, if anything that everybody may read links to it."""
    url: str | None = await tx.value(
        """
        SELECT url FROM cards
        WHERE  id = :id AND EXISTS (
                   SELECT 1 FROM posts WHERE card_id = cards.id AND circle IN ('public', 'network')
               )
        """,
        id=card_id,
    )
    return url


@dataclass(frozen=True, slots=True)
class _Unconfirmed:
    id: int
    host: str


async def put(
    tx: Transaction,
    card_id: int,
    facts: PageFacts,
    *,
    picture_id: int | None,
    author_id: int | None,
    unconfirmed_id: int | None = None,
) -> bool:
    """The page has been read; whether the card now shows something else than before."""
    frame = facts.frame or Frame("")
    values = {
        "title": facts.title,
        "description": facts.description,
        "site": facts.site,
        "author_name": facts.author_name,
        "author_url": facts.author_url,
        "author_id": author_id,
        "language": facts.language,
        "published_at": facts.published_at,
        "picture_id": picture_id,
        "picture_says": facts.picture_says,
        "kind": facts.kind,
        "site_url": facts.site_url,
        "embed_url": facts.embed_url,
        "frame_url": frame.url,
        "frame_width": frame.width,
        "frame_height": frame.height,
        "unconfirmed_id": unconfirmed_id,
    }
    before = await tx.one(Card, f"{_SHOWN} WHERE c.id = :id AND c.shown_at IS NOT NULL", id=card_id)
    await nothing(tx, card_id)
    if before is not None and all(getattr(before, name) == value for name, value in values.items()):
        return False
    await tx.execute(
        """
        UPDATE cards
        SET    shown_at = :now, title = :title, description = :description, site = :site, author_name = :author_name,
               author_url = :author_url, author_id = :author_id, language = :language, published_at = :published_at,
               picture_id = :picture_id, picture_says = :picture_says, kind = :kind, site_url = :site_url,
               embed_url = :embed_url, frame_url = :frame_url, frame_width = :frame_width,
               frame_height = :frame_height, unconfirmed_id = :unconfirmed_id
        WHERE  id = :id
        """,
        id=card_id,
        now=tx.now,
        **values,
    )
    return True


async def unconfirmed(tx: Transaction, actor_id: int, limit: int) -> list[tuple[int, str]]:
    """The newest cards whose page names somebody without her word, and their hosts."""
    found = await tx.all(
        _Unconfirmed,
        "SELECT id, host FROM cards WHERE unconfirmed_id = :actor ORDER BY id DESC LIMIT :limit",
        actor=actor_id,
        limit=limit,
    )
    return [(each.id, each.host) for each in found]


async def confirm(tx: Transaction, card_id: int, actor_id: int) -> None:
    """Its page is by this actor after all."""
    await tx.execute(
        "UPDATE cards SET author_id = :actor, unconfirmed_id = NULL, shown_at = :now WHERE id = :id",
        id=card_id,
        actor=actor_id,
        now=tx.now,
    )


async def nothing(tx: Transaction, card_id: int) -> None:
    """The page could not be had, or says nothing; what was known of it before is still shown."""
    await tx.execute("UPDATE cards SET waiting = false WHERE id = :id", id=card_id)


_SHOWN = f"SELECT {_COLUMNS} FROM cards c LEFT JOIN files f ON f.id = c.picture_id"


async def shown(tx: Transaction, card_ids: Iterable[int]) -> dict[int, Card]:
    """Those of these cards that show something, by their ids; none where the school does without."""
    if not tx.school.link_cards:
        return {}
    found = await tx.all(Card, f"{_SHOWN} WHERE c.id IN :ids* AND c.shown_at IS NOT NULL", ids=list(set(card_ids)))
    return {card.id: card for card in found}


async def newest_posts(tx: Transaction, card_id: int, limit: int) -> list[int]:
    """The newest posts that show a card."""
    return await tx.all(
        int,
        "SELECT id FROM posts WHERE card_id = :card ORDER BY id DESC LIMIT :limit",
        card=card_id,
        limit=limit,
    )


async def picture_at(tx: Transaction, card_id: int, url: str) -> int | None:
    """The picture that a card has, if it comes from this address."""
    found: int | None = await tx.value(
        "SELECT f.id FROM cards c JOIN files f ON f.id = c.picture_id WHERE c.id = :card AND f.remote_url = :url",
        card=card_id,
        url=url,
    )
    return found


async def picture(tx: Transaction, file_id: int) -> File | None:
    """The picture of a card that some post shows; None for every other file."""
    return await tx.one(
        File,
        f"""
        SELECT {files.COLUMNS} FROM files
        WHERE  id = :id
        AND    EXISTS (
                   SELECT 1 FROM cards JOIN posts p ON p.card_id = cards.id
                   WHERE  cards.picture_id = files.id AND p.circle IN ('public', 'network')
               )
        AND    EXISTS (
                   SELECT 1 FROM actors o
                   WHERE  o.id = files.owner_id AND o.suspended_at IS NULL AND o.deleted_at IS NULL
               )
        """,
        id=file_id,
    )


async def prune(tx: Transaction, before: int) -> int:
    """Forget cards that no post shows, unless they were asked for since a moment (milliseconds); how many."""
    return await tx.execute(
        """
        DELETE FROM cards
        WHERE  asked_at < :before AND NOT EXISTS (SELECT 1 FROM posts WHERE posts.card_id = cards.id)
        """,
        before=before,
    )

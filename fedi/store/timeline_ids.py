"""Timelines as lists of ids, with what clients may leave out of them: who shows them may have kept the posts."""

from __future__ import annotations

from fedi.models.actors import Actor
from fedi.models.paging import Page, Sieve
from fedi.store.database import Transaction
from fedi.store.timelines import NO_REPLY_TO_OTHERS, TOLD_HERE, ids
from fedi.store.visibility import ABOUT_WANTED, TO_EVERYBODY

_WITHIN = "p.id < :below AND p.id > :above"
_TAGGED = "EXISTS (SELECT 1 FROM post_tags WHERE post_id = p.id AND folded {})"


async def home(tx: Transaction, viewer: Actor, page: Page) -> list[int]:
    """What the people somebody follows have written and passed on, and her own posts."""
    return await ids(
        tx,
        "h.account_id = :account AND h.post_id < :below AND h.post_id > :above",
        viewer,
        page,
        source="home_entries h JOIN posts p ON p.id = h.post_id",
        by="h.post_id",
        params={"account": viewer.id},
    )


async def public(tx: Transaction, viewer: Actor | None, page: Page, sieve: Sieve) -> list[int]:
    """What this school has published, with `local`; else what is public anywhere, and the partners' posts."""
    told = TOLD_HERE if sieve.local else "('public', 'partners')"
    condition = f"p.circle IN {told} AND p.kind <> 'boost' AND {_WITHIN} AND {NO_REPLY_TO_OTHERS} AND {TO_EVERYBODY}"
    narrowed, params = _sifted(condition, sieve)
    return await ids(tx, narrowed, viewer, page, params=params)


async def tag(tx: Transaction, viewer: Actor | None, folded: str, page: Page, sieve: Sieve) -> list[int]:
    """Posts with a hashtag, or with one of `any_tags`."""
    condition, source, by = (
        f"t.folded = :tag AND t.post_id < :below AND t.post_id > :above AND p.circle IN {TOLD_HERE}",
        "post_tags t JOIN posts p ON p.id = t.post_id",
        "t.post_id",
    )
    params: dict[str, object] = {"tag": folded}
    if sieve.any_tags:
        condition, source, by = (
            f"{_TAGGED.format('IN :tags*')} AND {_WITHIN} AND p.circle IN {TOLD_HERE}",
            "posts p",
            "p.id",
        )
        params = {"tags": [folded, *sieve.any_tags]}
    narrowed, more = _sifted(f"{condition} AND {TO_EVERYBODY}", sieve)
    return await ids(tx, narrowed, viewer, page, source=source, by=by, params=params | more)


async def direct(tx: Transaction, viewer: Actor, page: Page) -> list[int]:
    """What somebody has written or was written directly."""
    condition = f"""
        p.circle = 'direct' AND {_WITHIN} AND p.id IN (
            SELECT post_id FROM mentions WHERE actor_id = :viewer
            UNION ALL
            SELECT id FROM posts WHERE actor_id = :viewer AND circle = 'direct'
        )
    """
    return await ids(tx, condition, viewer, page)


async def profile(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page, sieve: Sieve) -> list[int]:
    """One person's posts and boosts; nobody's drafts."""
    narrowed, params = _sifted(f"p.actor_id = :actor AND p.circle <> 'draft' AND {_WITHIN}", sieve)
    return await ids(tx, narrowed, viewer, page, wanted=ABOUT_WANTED, params=params | {"actor": actor_id})


def _sifted(condition: str, sieve: Sieve) -> tuple[str, dict[str, object]]:
    """A condition with what else the sieve asks for, and its parameters. Most ask nothing more, and pay for nothing."""
    wanted = {
        "p.local": sieve.local,
        "NOT p.local": sieve.remote,
        "EXISTS (SELECT 1 FROM post_files WHERE post_id = p.id)": sieve.only_media,
        NO_REPLY_TO_OTHERS: sieve.no_replies,
        "p.kind <> 'boost'": sieve.no_boosts,
        f"NOT {_TAGGED.format('IN :no_tags*')}": bool(sieve.no_tags),
    }
    conditions = [condition, *(each for each, asked in wanted.items() if asked)]
    params: dict[str, object] = {"no_tags": list(sieve.no_tags)} if sieve.no_tags else {}
    for number, folded in enumerate(sieve.all_tags):
        conditions.append(_TAGGED.format(f"= :all_{number}"))
        params[f"all_{number}"] = folded
    return " AND ".join(conditions), params

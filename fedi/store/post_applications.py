"""With which programs posts were written: kept beside them, since programs register anew at each sign-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.applications import Application
from fedi.store.database import Transaction


async def note(tx: Transaction, post_id: int, app_id: int) -> None:
    """A post was written with this registered program."""
    await tx.execute(
        """
        INSERT INTO post_applications (post_id, name, website)
        SELECT CAST(:post AS $id), name, website FROM apps WHERE id = :app
        ON CONFLICT DO NOTHING
        """,
        post=post_id,
        app=app_id,
    )


async def put(tx: Transaction, post_id: int, application: Application) -> None:
    """A post was written with this program."""
    await tx.execute(
        """
        INSERT INTO post_applications (post_id, name, website) VALUES (:post, :name, :website)
        ON CONFLICT DO NOTHING
        """,
        post=post_id,
        name=application.name,
        website=application.website,
    )


@dataclass(frozen=True, slots=True)
class _Written:
    post_id: int
    name: str
    website: str | None


async def of_posts(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Application]:
    """By the ids of posts; those written on our pages have none."""
    found = await tx.all(
        _Written,
        "SELECT post_id, name, website FROM post_applications WHERE post_id IN :ids*",
        ids=list(post_ids),
    )
    return {each.post_id: Application(each.name, each.website) for each in found}

"""Keys of actors: public halves of everybody's, private ones of ours."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.errors import NotFound
from fedi.models.actors import Key
from fedi.store.database import Transaction

_COLUMNS = "uri, actor_id, kind, public_pem, private_pem, created_at, fetched_at"


async def by_uri(tx: Transaction, uri: str) -> Key | None:
    """The key with this id."""
    return await tx.one(Key, f"SELECT {_COLUMNS} FROM keys WHERE uri = :uri AND retired_at IS NULL", uri=uri)


async def of_actor(tx: Transaction, actor_id: int) -> list[Key]:
    """All keys of an actor, oldest first."""
    return await tx.all(
        Key,
        f"SELECT {_COLUMNS} FROM keys WHERE actor_id = :actor AND retired_at IS NULL ORDER BY created_at, uri",
        actor=actor_id,
    )


async def private(tx: Transaction, actor_id: int) -> Key:
    """The RSA key with which one of our actors signs requests."""
    key = await tx.one(
        Key,
        f"""
        SELECT {_COLUMNS} FROM keys
        WHERE  actor_id = :actor AND kind = 'rsa' AND private_pem IS NOT NULL AND retired_at IS NULL
        ORDER  BY created_at DESC
        LIMIT  1
        """,
        actor=actor_id,
    )
    if key is None:
        raise NotFound(f"actor {actor_id} has no key to sign with")
    return key


async def proving(tx: Transaction, actor_id: int) -> Key | None:
    """The Ed25519 key with which one of our actors signs documents; None for one that has none."""
    return await tx.one(
        Key,
        f"""
        SELECT {_COLUMNS} FROM keys
        WHERE  actor_id = :actor AND kind = 'ed25519' AND private_pem IS NOT NULL
        ORDER  BY created_at DESC
        LIMIT  1
        """,
        actor=actor_id,
    )


async def insert(tx: Transaction, key: Key) -> None:
    """A new key, or the same id with what it is now; a key never passes from one actor to another."""
    await tx.execute(
        """
        INSERT INTO keys (uri, actor_id, kind, public_pem, private_pem, created_at, fetched_at)
        VALUES (:uri, :actor_id, :kind, :public_pem, :private_pem, :created_at, :fetched_at)
        ON CONFLICT (uri) DO UPDATE SET
            kind = excluded.kind, public_pem = excluded.public_pem, private_pem = excluded.private_pem,
            fetched_at = excluded.fetched_at
        WHERE keys.actor_id = excluded.actor_id
        """,
        uri=key.uri,
        actor_id=key.actor_id,
        kind=key.kind,
        public_pem=key.public_pem,
        private_pem=key.private_pem,
        created_at=key.created_at,
        fetched_at=key.fetched_at,
    )


async def replace_all(tx: Transaction, actor_id: int, keys: Sequence[Key]) -> None:
    """From now on the actor has these keys and no others."""
    await tx.execute(
        "DELETE FROM keys WHERE actor_id = :actor AND retired_at IS NULL AND uri NOT IN :uris*",
        actor=actor_id,
        uris=[key.uri for key in keys],
    )
    for key in keys:
        await insert(tx, key)


async def retire(tx: Transaction, actor_id: int) -> None:
    """Put the RSA key of one of our actors aside: nobody finds it any more, and its id is free for the next one."""
    await tx.execute(
        """
        UPDATE keys SET uri = uri || :mark, retired_at = :now
        WHERE  actor_id = :actor AND kind = 'rsa' AND private_pem IS NOT NULL AND retired_at IS NULL
        """,
        mark=f"?retired={tx.new_id()}",
        now=tx.now,
        actor=actor_id,
    )


async def retired(tx: Transaction, actor_id: int) -> Key | None:
    """The RSA key that one of our actors had before this one, while it is kept."""
    return await tx.one(
        Key,
        f"""
        SELECT {_COLUMNS} FROM keys
        WHERE  actor_id = :actor AND retired_at IS NOT NULL
        ORDER  BY retired_at DESC
        LIMIT  1
        """,
        actor=actor_id,
    )


async def prune(tx: Transaction, before: int) -> int:
    """Erase the keys that were retired before a moment (milliseconds); how many."""
    return await tx.execute("DELETE FROM keys WHERE retired_at < :before", before=before)

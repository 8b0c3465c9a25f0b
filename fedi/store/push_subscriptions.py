"""Push subscriptions: one a token, and only while the token opens anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from fedi.models.push import Endpoint, PushSubscription, Wishes
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

_COLUMNS = ", ".join(field.name for field in fields(PushSubscription))

MOST = 20
"""How many programs of one person are woken; one more pushes out what was set longest ago."""


async def put(
    tx: Transaction, token_id: int, account_id: int, place: Endpoint, wishes: Wishes, sealed_token: str
) -> None:
    """A program wants to be told there, and nowhere else any more."""
    await tx.execute(
        """
        INSERT INTO push_subscriptions (
            token_id, account_id, endpoint, p256dh, auth, standard, alerts, policy, sealed_token, created_at
        )
        VALUES (
            :token, :account, :endpoint, :p256dh, :auth, :standard, :alerts, :policy, :sealed_token, :now
        )
        ON CONFLICT (token_id) DO UPDATE SET
            endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth,
            standard = excluded.standard, alerts = excluded.alerts, policy = excluded.policy,
            sealed_token = excluded.sealed_token, created_at = excluded.created_at
        """,
        token=token_id,
        account=account_id,
        endpoint=place.endpoint,
        p256dh=place.p256dh,
        auth=place.auth,
        standard=place.standard,
        alerts=as_json(wishes.alerts),
        policy=wishes.policy,
        sealed_token=sealed_token,
        now=tx.now,
    )
    await _forget_more_than(tx, account_id, MOST)


async def _forget_more_than(tx: Transaction, account_id: int, most: int) -> None:
    await tx.execute(
        """
        DELETE FROM push_subscriptions
        WHERE  account_id = :account AND id NOT IN (
                   SELECT id FROM push_subscriptions
                   WHERE  account_id = :account
                   ORDER  BY created_at DESC, id DESC
                   LIMIT  :most
               )
        """,
        account=account_id,
        most=most,
    )


async def set_wishes(tx: Transaction, token_id: int, wishes: Wishes) -> None:
    """The program wants to be told of something else."""
    await tx.execute(
        "UPDATE push_subscriptions SET alerts = :alerts, policy = :policy WHERE token_id = :token",
        token=token_id,
        alerts=as_json(wishes.alerts),
        policy=wishes.policy,
    )


async def of_token(tx: Transaction, token_id: int) -> PushSubscription | None:
    """What a program has asked for."""
    return await tx.one(
        PushSubscription, f"SELECT {_COLUMNS} FROM push_subscriptions WHERE token_id = :token", token=token_id
    )


async def of_account(tx: Transaction, account_id: int) -> list[PushSubscription]:
    """What all programs of a person have asked for."""
    return await tx.all(
        PushSubscription,
        f"SELECT {_COLUMNS} FROM push_subscriptions WHERE account_id = :account ORDER BY id",
        account=account_id,
    )


async def by_id(tx: Transaction, subscription_id: int) -> PushSubscription | None:
    """One of them."""
    return await tx.one(
        PushSubscription, f"SELECT {_COLUMNS} FROM push_subscriptions WHERE id = :id", id=subscription_id
    )


async def remove(tx: Transaction, token_ids: Sequence[int]) -> None:
    """Nothing is told to these tokens any more."""
    await tx.execute("DELETE FROM push_subscriptions WHERE token_id IN :tokens*", tokens=list(token_ids))


async def remove_of(tx: Transaction, account_id: int) -> None:
    """Nothing is told to any program of a person any more."""
    await tx.execute("DELETE FROM push_subscriptions WHERE account_id = :account", account=account_id)


async def remove_refused(tx: Transaction, refused: PushSubscription) -> None:
    """The service wants nothing for this address; what the program has set since then stays."""
    await tx.execute(
        "DELETE FROM push_subscriptions WHERE id = :id AND endpoint = :endpoint AND created_at = :created_at",
        id=refused.id,
        endpoint=refused.endpoint,
        created_at=refused.created_at,
    )

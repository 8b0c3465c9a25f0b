"""Web Push: which programs are woken by a notification, and where they want it to be brought."""

from __future__ import annotations

from fedi.activitypub import uris
from fedi.errors import Invalid, NotFound
from fedi.models.follows import FollowState
from fedi.models.notifications import NotificationKind
from fedi.models.oauth import Token
from fedi.models.push import ALERTS, Endpoint, PushPolicy, PushSubscription, Wishes
from fedi.policies import push as deciding
from fedi.store import follows, jobs
from fedi.store import push_subscriptions as stored
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

LONGEST_ENDPOINT = 2000
"""Characters: ten times what any push service needs."""


async def subscribe(
    tx: Transaction, token: Token, account_id: int, place: Endpoint, wishes: Wishes, sealed_token: str
) -> PushSubscription:
    """A program wants to be told at this address; Invalid for one we send nothing to. The keys have been looked at."""
    if len(place.endpoint) > LONGEST_ENDPOINT or not uris.is_fetchable(
        place.endpoint, development=tx.school.development
    ):
        raise Invalid("Endpoint is not an https address on the public Internet", "endpoint")
    await stored.put(tx, token.id, account_id, place, _known(wishes), sealed_token)
    return await of(tx, token)


async def change(tx: Transaction, token: Token, alerts: tuple[str, ...] | None, policy: PushPolicy | None) -> (
    PushSubscription
):  # fmt: skip
    """The program wants to be told of something else; None leaves it as it is."""
    known = await of(tx, token)
    wishes = Wishes(known.alerts if alerts is None else alerts, known.policy if policy is None else policy)
    await stored.set_wishes(tx, token.id, _known(wishes))
    return await of(tx, token)


def _known(wishes: Wishes) -> Wishes:
    return Wishes(tuple(each for each in ALERTS if each in wishes.alerts), wishes.policy)


async def of(tx: Transaction, token: Token) -> PushSubscription:
    """What the program with this token has asked for; NotFound if it has not."""
    found = await stored.of_token(tx, token.id)
    if found is None:
        raise NotFound("This program has not asked to be told anything")
    return found


async def unsubscribe(tx: Transaction, token: Token) -> None:
    """The program wants to hear nothing any more."""
    await stored.remove(tx, [token.id])


async def tell(tx: Transaction, account_id: int, kind: NotificationKind, actor_id: int, notification_id: int) -> None:
    """Wake the programs of a person that have asked for it: a job each, committed with the notification."""
    asked = await stored.of_account(tx, account_id)
    if not asked:
        return
    followed = await _follows(tx, account_id, actor_id)
    follows_her = await _follows(tx, actor_id, account_id)
    woken = [each for each in asked if deciding.wakes(each, kind, followed=followed, follows=follows_her)]
    if woken:
        await jobs.enqueue_many(tx, [_job(each, notification_id) for each in woken])


async def _follows(tx: Transaction, follower_id: int, followed_id: int) -> bool:
    found = await follows.between(tx, follower_id, followed_id)
    return found is not None and found.state is FollowState.ACCEPTED


def _job(asked: PushSubscription, notification_id: int) -> NewJob:
    # So many to one service at once and no more, and apart from deliveries: what a person enters here as an address
    # must not stand in the way of a server of that name.
    host = f"push:{uris.host_of(asked.endpoint)}"
    return NewJob("push", {"subscription": asked.id, "notification": notification_id}, Lane.DELIVERY, host)

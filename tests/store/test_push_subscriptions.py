"""Where programs want to be woken: the same on both engines."""

from fedi.models.accounts import Account
from fedi.models.oauth import App, Token
from fedi.models.push import Endpoint, PushPolicy, Wishes
from fedi.store import accounts, apps, jobs, leases, push_subscriptions, tokens
from fedi.store.database import Transaction
from tests import factories as make
from tests.units import in_a_unit

PLACE = Endpoint("https://push.test/x", "key", "secret", standard=True)


async def signed_in(tx: Transaction, username: str = "aigul") -> tuple[Account, Token]:
    actor = await make.teacher(tx, username)
    account = await accounts.by_id(tx, actor.id)
    assert account is not None
    app = App(tx.new_id(), f"of {username}", "", "x", None, ("https://x.test/",), ("push",), tx.now)
    await apps.insert(tx, app)
    token = Token(tx.new_id(), f"hash of {username}", app.id, account.id, ("push",), tx.now, tx.now)
    await tokens.insert(tx, token)
    return account, token


@in_a_unit
async def test_a_token_has_one_subscription_that_is_set_anew_and_changed(tx: Transaction) -> None:
    account, token = await signed_in(tx)
    other = Endpoint("https://push.test/y", "key 2", "secret 2", standard=False)

    await push_subscriptions.put(tx, token.id, account.id, PLACE, Wishes(("poll",), PushPolicy.NONE), "sealed")
    first = await push_subscriptions.of_token(tx, token.id)
    await push_subscriptions.put(tx, token.id, account.id, other, Wishes(), "sealed again")
    await push_subscriptions.set_wishes(tx, token.id, Wishes(("mention", "follow"), PushPolicy.FOLLOWER))
    (last,) = await push_subscriptions.of_account(tx, account.id)

    assert first is not None
    assert (first.alerts, first.policy, first.standard) == (("poll",), PushPolicy.NONE, True)
    assert (last.id, last.endpoint, last.p256dh, last.standard) == (first.id, other.endpoint, "key 2", False)
    assert (last.alerts, last.policy, last.sealed_token) == (
        ("mention", "follow"), PushPolicy.FOLLOWER, "sealed again",
    )  # fmt: skip
    assert await push_subscriptions.by_id(tx, last.id) == last


@in_a_unit
async def test_a_revoked_token_takes_only_its_own_subscription_along(tx: Transaction) -> None:
    aigul, hers = await signed_in(tx)
    bolat, his = await signed_in(tx, "bolat")
    for account, token in ((aigul, hers), (bolat, his)):
        await push_subscriptions.put(tx, token.id, account.id, PLACE, Wishes(), "sealed")

    await tokens.revoke(tx, hers.id)
    left = [await push_subscriptions.of_token(tx, each.id) for each in (hers, his)]
    await tokens.revoke_of(tx, bolat.id)

    assert [each is not None for each in left] == [False, True]
    assert await push_subscriptions.of_account(tx, bolat.id) == []


@in_a_unit
async def test_jobs_for_a_push_service_are_claimed_beside_a_server_of_its_name(tx: Transaction) -> None:
    for number in range(leases.HOST_WIDTH + 2):
        new = jobs.NewJob("push", {"subscription": number}, jobs.Lane.DELIVERY, "push:mastodon.test")
        await jobs.enqueue(tx, new)
    await jobs.enqueue(tx, jobs.NewJob("deliver", {}, jobs.Lane.DELIVERY, "mastodon.test"))

    claimed = await jobs.claim(tx, dict.fromkeys(jobs.Lane, 100), 100)

    kinds = [thread[0].kind for thread in claimed]
    assert (kinds.count("push"), kinds.count("deliver")) == (leases.HOST_WIDTH, 1)

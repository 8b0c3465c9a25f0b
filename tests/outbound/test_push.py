"""Messages that wake programs, from what happened to what a telephone shows."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from joserfc import jwt
from joserfc.jwk import ECKey

from fedi.actions import access, accounts, measures, moderation
from fedi.models.accounts import Role
from fedi.models.moderation import Decision, Measure
from fedi.models.notifications import NotificationKind
from fedi.models.posts import Circle
from fedi.models.push import PushSubscription
from fedi.outbound import push
from fedi.render import sayings
from fedi.store import accounts as stored_accounts
from fedi.store import apps, backlog, push_subscriptions
from fedi.store.database import Transaction
from tests.api.conftest import Client, Clients, clients, let_in
from tests.api.specification import problems
from tests.push_service import Program, PushService, decode, push_service

__all__ = ["clients"]

PATH = "/api/v1/push/subscription"
STATUSES = "/api/v1/statuses"
ALL = ("mention", "favourite", "reblog", "follow", "status", "poll", "quote")


@dataclass(slots=True)
class World:
    """A school, a push service, and the telephone of aigul."""

    clients: Clients
    service: PushService
    telephone: Program

    async def subscribe(
        self, *alerts: str, policy: str = "all", standard: bool = True, who: Client | None = None
    ) -> None:
        sent = {
            "subscription": self.telephone.subscription(standard=standard),
            "data": {"alerts": dict.fromkeys(alerts or ALL, True), "policy": policy},
        }
        made = await (who or self.clients.aigul).post(PATH, json=sent)
        assert made.status_code == 200, made.text

    async def mention(self, text: str = "@aigul hello", **more: Any) -> None:
        posted = await self.clients.bolat.post(STATUSES, json={"status": text, "visibility": "public", **more})
        assert posted.status_code == 200, posted.text

    async def drain(self) -> None:
        await self.clients.network.drain()

    async def told(self) -> list[dict[str, Any]]:
        """What the telephone has shown so far."""
        await self.drain()
        return self.telephone.open(self.service.got)

    async def kept(self) -> list[PushSubscription]:
        found: list[PushSubscription] = await self.clients.school.read(
            push_subscriptions.of_account, self.clients.aigul.me.id
        )
        return found


@pytest_asyncio.fixture
async def world(clients: Clients) -> AsyncIterator[World]:
    async with push_service() as service:
        yield World(clients, service, service.program())


@pytest.mark.parametrize("standard", [True, False], ids=["aes128gcm", "aesgcm"])
async def test_a_telephone_decrypts_who_did_what_and_finds_its_person_by_the_token(
    world: World, standard: bool
) -> None:
    """14.3, 14.4, 14.5."""
    await world.subscribe(standard=standard)
    await world.mention("@aigul Сәлем!\n\nHow   are you?")

    (message,) = await world.told()
    told = (await world.clients.aigul.get("/api/v1/notifications")).json()[0]

    assert problems("WebPushPayload", message) == []
    assert message == {
        "access_token": world.clients.aigul.token,
        "preferred_locale": "kk",
        "notification_id": int(told["id"]),
        "notification_type": "mention",
        "icon": f"{world.clients.school.base}/static/missing.png",
        "title": "Bolat сізге жауап берді немесе атыңызды атады",
        "body": "@aigul Сәлем! How are you?",
    }
    found = await world.clients.aigul.get(f"/api/v1/notifications/{message['notification_id']}")
    assert found.json()["status"]["content"] == told["status"]["content"]


@pytest.mark.parametrize("standard", [True, False], ids=["rfc8292", "draft"])
async def test_a_service_learns_who_sends_and_nothing_of_the_message(world: World, standard: bool) -> None:
    """14.4: RFC 8292, signed with the key that the program was told."""
    await world.subscribe(standard=standard)
    server_key = (await world.clients.aigul.get(PATH)).json()["server_key"]
    await world.mention()
    await world.drain()
    (got,) = world.service.got

    scheme, _, token = got.headers["authorization"].partition(" ")
    if standard:
        assert (scheme, got.parameter("authorization", "k")) == ("vapid", server_key)
        token = token.removeprefix("t=").partition(",")[0]
    else:
        assert (scheme, got.parameter("crypto-key", "p256ecdsa")) == ("WebPush", server_key)
    point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decode(server_key))
    shown = jwt.decode(token, ECKey.import_key(point), algorithms=["ES256"])
    now_s = world.clients.network.clock() // 1000

    assert shown.claims == {"aud": world.service.base, "exp": now_s + 24 * 3600, "sub": world.clients.school.base}
    assert (got.headers["ttl"], got.headers["urgency"]) == ("172800", "normal")
    assert got.headers["content-type"] == "application/octet-stream"
    assert "signature" not in got.headers
    assert b"hello" not in got.body
    assert world.clients.aigul.token.encode() not in got.body


async def test_titles_are_in_the_language_of_their_reader(world: World) -> None:
    await world.subscribe()
    post = await world.clients.school.post(world.clients.aigul.me, "My lesson")
    for language in ("kk", "ru", "en"):
        account = await world.clients.school.read(stored_accounts.by_id, world.clients.aigul.me.id)
        await world.clients.school.write(accounts.set_preferences, account, language, Circle.SCHOOL)
        await world.clients.bolat.post(f"{STATUSES}/{post.id}/favourite")
        await world.drain()
        await world.clients.bolat.post(f"{STATUSES}/{post.id}/unfavourite")

    told = await world.told()

    assert [each["preferred_locale"] for each in told] == ["kk", "ru", "en"]
    assert [each["title"] for each in told] == ["Bolat рахмет айтты", "Bolat говорит спасибо", "Bolat says thanks"]
    assert {each["body"] for each in told} == {"My lesson"}


async def test_a_warning_stands_for_its_text_and_long_ones_are_cut(world: World) -> None:
    await world.subscribe()
    await world.mention("@aigul secret", spoiler_text="Exams")
    await world.drain()
    await world.mention(f"@aigul {'long ' * 60}")

    warned, long = await world.told()

    assert warned["body"] == "Exams"
    assert (len(long["body"]), long["body"][-1]) == (140, "…")


async def test_what_moderators_have_decided_is_told_with_their_words(world: World) -> None:
    await world.subscribe("moderation_warning")
    moderator = (
        await let_in(world.clients.school, await world.clients.school.teacher("marat"), role=Role.MODERATOR)
    ).me
    decision = Decision(Measure.SILENCE, "Please stop")

    async def unit(tx: Transaction) -> None:
        by = await stored_accounts.by_id(tx, moderator.id)
        assert by is not None
        await measures.take(tx, by, world.clients.aigul.me, decision)

    await world.clients.school.write(unit)
    (message,) = await world.told()

    assert (message["title"], message["body"]) == ("Модераторлар сіз туралы шешім қабылдады", "Please stop")


def test_every_kind_of_news_has_its_words() -> None:
    assert set(sayings.SAYINGS) == set(NotificationKind)


async def test_only_what_was_asked_for_wakes(world: World) -> None:
    """14.6: an alert that is absent is off."""
    post = await world.clients.school.post(world.clients.aigul.me)
    await world.subscribe("favourite")
    await world.mention()
    await world.clients.bolat.post(f"{STATUSES}/{post.id}/favourite")

    assert [each["notification_type"] for each in await world.told()] == ["favourite"]


@pytest.mark.parametrize(
    ("policy", "heard"),
    [
        ("all", ["stranger", "followed", "follower"]),
        ("followed", ["followed"]),
        ("follower", ["follower"]),
        ("none", []),
    ],
)
async def test_a_policy_lets_through_whom_she_follows_or_who_follows_her(
    world: World, policy: str, heard: list[str]
) -> None:
    school, me = world.clients.school, world.clients.aigul
    people = {name: await let_in(school, await school.teacher(name)) for name in ("stranger", "followed", "follower")}
    await me.post(f"/api/v1/accounts/{people['followed'].me.id}/follow")
    await people["follower"].post(f"/api/v1/accounts/{me.me.id}/follow")
    await world.subscribe("mention", policy=policy)
    for client in people.values():
        await client.post(STATUSES, json={"status": "@aigul hello", "visibility": "public"})

    titles = [each["title"].split()[0].lower() for each in await world.told()]

    assert sorted(titles) == sorted(heard)


async def test_what_is_kept_apart_muted_or_blocked_wakes_nobody(world: World) -> None:
    """14.8."""
    school, me = world.clients.school, world.clients.aigul
    dana = await let_in(school, await school.teacher("dana"))
    await world.subscribe()
    await me.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    await world.mention()
    await me.patch("/api/v2/notifications/policy", json={"for_not_following": "accept"})
    await me.post(f"/api/v1/accounts/{world.clients.bolat.me.id}/mute")
    await world.mention()
    await me.post(f"/api/v1/accounts/{dana.me.id}/block")
    await dana.post(STATUSES, json={"status": "@aigul hello", "visibility": "public"})

    assert await world.told() == []
    assert await world.kept() != []


@pytest.mark.parametrize(("context", "heard"), [("notifications", 1), ("home", 2)])
async def test_what_her_filters_for_notifications_match_wakes_nobody(world: World, context: str, heard: int) -> None:
    """14.8."""
    made = {"title": "Exams", "context": [context], "filter_action": "warn"}
    await world.clients.aigul.post("/api/v2/filters", json={**made, "keywords_attributes": [{"keyword": "EXAM"}]})
    await world.subscribe()
    await world.mention("@aigul the exam is on Friday")
    await world.mention("@aigul lunch?")

    assert len(await world.told()) == heard


async def test_what_is_taken_back_before_it_is_brought_wakes_nobody(world: World) -> None:
    post = await world.clients.school.post(world.clients.aigul.me)
    await world.subscribe()
    await world.clients.bolat.post(f"{STATUSES}/{post.id}/favourite")
    await world.clients.bolat.post(f"{STATUSES}/{post.id}/unfavourite")
    await world.mention()
    await world.clients.aigul.post("/api/v1/notifications/clear")

    assert await world.told() == []


async def test_every_program_is_woken_with_its_own_token(world: World) -> None:
    tablet = await let_in(world.clients.school, world.clients.aigul.me)
    await world.subscribe()
    await world.subscribe(who=tablet)
    await world.mention()

    assert {each["access_token"] for each in await world.told()} == {world.clients.aigul.token, tablet.token}


async def test_what_happens_on_another_server_wakes_as_well(world: World) -> None:
    zhanna = await world.clients.network["kostanay"].teacher("zhanna")
    await world.subscribe()
    await world.clients.network["kostanay"].follow(zhanna, world.clients.aigul.me)

    assert [each["notification_type"] for each in await world.told()] == ["follow"]


# --- services that answer otherwise -----------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
async def test_an_address_that_a_service_refuses_is_forgotten(world: World, status: int) -> None:
    """14.7."""
    await world.subscribe()
    world.service.status = status
    await world.mention()
    await world.drain()

    assert await world.kept() == []
    assert (await world.clients.aigul.get(PATH)).status_code == 404
    assert await world.clients.school.read(backlog.counts) == []


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_service_in_trouble_is_tried_five_times_and_left_with_its_subscription(
    world: World, status: int
) -> None:
    await world.subscribe()
    world.service.status = status
    await world.mention()
    for _ in range(push.ATTEMPTS + 2):
        await world.drain()
        world.clients.network.clock.advance(hours=1)

    assert len(world.service.got) == push.ATTEMPTS
    assert len(await world.kept()) == 1
    assert (await world.clients.school.read(backlog.dead, 9), await world.clients.school.read(backlog.counts)) == (
        [],
        [],
    )


async def test_a_service_that_asks_to_wait_gets_the_message_then(world: World) -> None:
    await world.subscribe()
    world.service.status, world.service.headers = 503, {"Retry-After": "3600"}
    await world.mention()
    await world.drain()
    world.service.status = 201
    world.clients.network.clock.advance(minutes=59)
    early = len(await world.told())
    world.clients.network.clock.advance(minutes=2)

    assert (early, len(await world.told())) == (1, 2)


async def test_a_service_that_is_not_there_is_tried_again(world: World) -> None:
    await world.subscribe()
    place = world.telephone.endpoint
    nobody = Program("http://push.localhost:9/x", world.telephone.private, world.telephone.auth)
    world.telephone = nobody
    await world.subscribe()
    await world.mention()
    await world.drain()

    assert place != nobody.endpoint
    assert [each.pending for each in await world.clients.school.read(backlog.counts)] == [1]
    assert len(await world.kept()) == 1


async def test_old_news_wakes_nobody(world: World) -> None:
    await world.subscribe()
    await world.mention()
    world.clients.network.clock.advance(seconds=push.TTL_S + 1)

    assert await world.told() == []


async def test_what_a_program_has_set_anew_survives_the_refusal_of_what_it_had(world: World) -> None:
    await world.subscribe()
    (refused,) = await world.kept()
    world.clients.network.clock.advance(seconds=1)
    await world.subscribe()

    await world.clients.school.write(push_subscriptions.remove_refused, refused)

    assert len(await world.kept()) == 1


# --- ends -------------------------------------------------------------------------------------------


async def _revoked(world: World) -> None:
    app = world.clients.aigul
    account = await world.clients.school.read(stored_accounts.by_id, app.me.id)

    async def unit(tx: Transaction) -> None:
        await access.end(tx, account.id)

    await world.clients.school.write(unit)


async def _new_password(world: World) -> None:
    account = await world.clients.school.read(stored_accounts.by_id, world.clients.aigul.me.id)
    await world.clients.school.write(accounts.set_password, account, "a hash")


async def _suspended(world: World) -> None:
    account = await world.clients.school.read(stored_accounts.by_id, world.clients.aigul.me.id)
    await world.clients.school.write(moderation.suspend, None, account)


@pytest.mark.parametrize("end", [_revoked, _new_password, _suspended])
async def test_with_the_token_the_password_or_the_account_ends_what_was_asked(world: World, end: Any) -> None:
    """6.13: also what was on its way already."""
    await world.subscribe()
    await world.mention()

    await end(world)

    assert await world.kept() == []
    assert await world.told() == []


async def test_a_program_that_gives_its_token_back_hears_nothing_more(world: World) -> None:
    stranger = world.clients.stranger
    app = (
        await stranger.post(
            "/api/v1/apps", json={"client_name": "x", "redirect_uris": "https://x.test/", "scopes": "push"}
        )
    ).json()
    known = await world.clients.school.read(apps.by_client_id, app["client_id"])
    client = await let_in(world.clients.school, world.clients.aigul.me, "push", app=known)
    await world.subscribe(who=client)
    await world.mention()

    gone = await stranger.post(
        "/oauth/revoke",
        json={"token": client.token, "client_id": app["client_id"], "client_secret": app["client_secret"]},
    )

    assert gone.status_code == 200
    assert await world.kept() == []
    assert await world.told() == []


async def test_neither_token_nor_address_nor_keys_stand_in_the_log_or_in_the_queue(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.subscribe()
    world.service.status = 503
    await world.mention()
    await world.drain()
    (asked,) = await world.kept()

    async def queue(tx: Transaction) -> list[str]:
        return await tx.all(str, "SELECT coalesce(args, '') || coalesce(error, '') || host FROM jobs")

    written = json.dumps(capsys.readouterr()) + json.dumps(await world.clients.school.read(queue))

    assert "push.localhost" in written
    for secret in (world.clients.aigul.token, "telephone-secret", asked.p256dh, asked.auth, asked.sealed_token):
        assert secret not in written

"""Teachers with an empty, a small and a rich account, and what of theirs there is to be asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from fedi.actions import accounts, emojis, polls
from fedi.actions.accounts import NewAccount
from fedi.media import receive_path
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.materials import Material
from fedi.models.posts import Circle
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.conftest import Client, Clients, let_in
from tests.media.samples import picture
from tests.network import key_pool
from tests.push_service import Program

STATUSES = "/api/v1/statuses"
LESSON = Material(
    "lesson-plan", "mathematics", (5, 6), "https://creativecommons.org/licenses/by-sa/4.0/", 45, "Adds", ("pizza",)
)


@dataclass(slots=True)
class Life:
    """Somebody's client, and the ids of what she has by the address it stands below: `/api/v1/lists/` has those of her
    lists.
    """

    client: Client
    there: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    query: dict[str, str] = field(default_factory=dict)

    def know(self, prefix: str, *ids: object) -> None:
        self.there[prefix] += [str(each) for each in ids]


async def empty(clients: Clients) -> Life:
    """Somebody who came this minute."""
    life = Life(await let_in(clients.school, await clients.school.teacher("new")))
    me = life.client.me
    life.know("/api/v1/accounts/", me.id)
    life.know("/api/v1/timelines/tag/", "nothing")
    life.query = _queries(me, me)
    return life


async def small(clients: Clients) -> Life:
    """A teacher with one post, one follower and one answer."""
    life = Life(clients.aigul)
    post = await said(clients.aigul, "Salem #math")
    await done(clients.bolat, f"/api/v1/accounts/{clients.aigul.me.id}/follow")
    await done(clients.bolat, f"{STATUSES}/{post['id']}/favourite")
    answered = await said(clients.bolat, "@aigul Salem!", in_reply_to_id=post["id"])
    life.know("/api/v1/accounts/", clients.aigul.me.id, clients.bolat.me.id)
    life.know(f"{STATUSES}/", post["id"], answered["id"])
    life.know("/api/v1/timelines/tag/", "math")
    life.query = _queries(clients.aigul.me, clients.bolat.me)
    await _notifications(life)
    return life


def _queries(me: Actor, other: Actor) -> dict[str, str]:
    return {
        "/api/v1/accounts": f"id[]={me.id}&id[]={other.id}",
        "/api/v1/accounts/relationships": f"id[]={me.id}&id[]={other.id}",
        "/api/v1/accounts/familiar_followers": f"id[]={me.id}&id[]={other.id}",
        "/api/v1/accounts/lookup": f"acct={other.username}",
        "/api/v1/accounts/search": "q=a",
        "/api/v2/search": "q=salem",
        "/api/v1/markers": "timeline[]=home&timeline[]=notifications",
        "/api/v1/domain_blocks/preview": "domain=spam.test",
        "/api/v1/peers/search": "q=k",
        "/api/v1/timelines/link": "url=https://example.com/",
        "/api/oembed": f"url={me.url}",
    }


async def said(client: Client, text: str, **params: Any) -> dict[str, Any]:
    client.school.network.clock.advance(seconds=1)
    return dict((await done(client, STATUSES, json={"status": text, **_open(params), **params})).json())


def _open(params: dict[str, Any]) -> dict[str, str]:
    return {} if "circle" in params or "local_only" in params else {"visibility": "public"}


async def done(client: Client, path: str, method: str = "POST", **options: Any) -> httpx2.Response:
    got = await client.call(method, path, **options)
    assert got.status_code == 200, (method, path, got.status_code, got.text)
    return got


async def _notifications(life: Life) -> None:
    """Its notifications, and the groups they are told in."""
    told = (await life.client.get("/api/v1/notifications?include_filtered=true&limit=80")).json()
    groups = (await life.client.get("/api/v2/notifications?limit=40")).json()["notification_groups"]
    life.know("/api/v1/notifications/", *(each["id"] for each in told))
    for version in ("v2", "v2_alpha"):
        life.know(f"/api/{version}/notifications/", *(each["group_key"] for each in groups))


class Rich:
    """Somebody who has used everything, with colleagues here and elsewhere; she is an administrator."""

    def __init__(self, clients: Clients, folder: Path) -> None:
        self.clients, self.folder = clients, folder
        self.school, self.network = clients.school, clients.network
        self.bolat = clients.bolat
        self.life: Life

    async def live(self) -> Life:
        me = await let_in(self.school, self.clients.aigul.me, role=Role.ADMIN)
        self.life = Life(me)
        await self._school()
        await self._people()
        await self._posts()
        await self._quotes()
        await self._from_elsewhere()
        await self._told()
        await self._set_aside()
        await self._settled()
        await self._pushed()
        await _notifications(self.life)
        return self.life

    @property
    def me(self) -> Client:
        return self.life.client

    async def _school(self) -> None:
        source = self.folder / "bravo.png"
        source.write_bytes(picture("PNG", (64, 64)))
        await self.school.write(
            emojis.add, None, "bravo", await receive_path(self.school.instance.media, source), "Praise"
        )
        terms = "/api/v1/instance/terms_of_service"
        self.life.know(f"{terms}/", (await self.me.get(terms)).json()["effective_date"])

    async def _people(self) -> None:
        self.dana = await let_in(self.school, await self.school.teacher("dana", locked=True))
        self.erlan = await let_in(self.school, await self.school.teacher("erlan"))
        self.there = await let_in(self.network["kostanay"], await self.network["kostanay"].teacher("gulnar"))
        self.gulnar = await self.school.knows(self.there.me)
        here = await self.network["kostanay"].knows(self.me.me)
        await done(self.me, f"/api/v1/accounts/{self.gulnar.id}/follow", json={"notify": True, "languages": ["kk"]})
        await done(self.there, f"/api/v1/accounts/{here.id}/follow")
        await self.network.drain()
        for one, other in ((self.bolat, self.me), (self.erlan, self.me), (self.me, self.bolat), (self.me, self.dana)):
            await done(one, f"/api/v1/accounts/{other.me.id}/follow", json={"notify": True})
        await done(self.me, f"/api/v1/accounts/{self.bolat.me.id}/note", json={"comment": "Physics, room 12"})
        fields = {"0": {"name": "Subject", "value": "Mathematics"}}
        profile = {
            "display_name": "Aigul :bravo:",
            "note": "I teach. https://example.com/",
            "fields_attributes": fields,
        }
        await done(
            self.me, "/api/v1/accounts/update_credentials", "PATCH", json={**profile, "locked": True, "indexable": True}
        )
        await done(self.me, "/api/v1/accounts/update_credentials", "PATCH", files={"avatar": _board()})
        newcomer = await let_in(self.school, await self.school.teacher("late"))
        await done(newcomer, f"/api/v1/accounts/{self.me.me.id}/follow")
        everybody = (self.me, self.bolat, self.dana, self.erlan, newcomer)
        self.life.know("/api/v1/accounts/", *(each.me.id for each in everybody), self.gulnar.id)
        self.life.query = _queries(self.me.me, self.gulnar) | {"/api/v1/accounts/lookup": f"acct={self.gulnar.handle}"}

    async def _posts(self) -> None:
        me, know = self.me, self.life.know
        file = (await done(me, "/api/v2/media", files={"file": _board()}, data={"focus": "0.5,0.5"})).json()
        waiting = (await done(me, "/api/v2/media", files={"file": _board()}, data={"description": "Mine"})).json()
        know("/api/v1/media/", waiting["id"])
        self.post = await said(me, "Salem @bolat @gulnar@kostanay.test #math :bravo: https://example.com/x")
        poll = {"options": ["Yes", "No"], "expires_in": 600}
        made = [
            self.post,
            await said(me, "Carefully", spoiler_text="Warning :bravo:", visibility="unlisted"),
            await said(me, "Followers", visibility="private"),
            await said(me, "@bolat Directly", visibility="direct"),
            await said(me, "School", circle="school"),
            await said(me, "Partners", circle="partners"),
            await said(me, "Here only", local_only=True),
            await said(me, "A picture", media_ids=[file["id"]], language="en"),
            await said(me, "Which?", poll=poll),
            await said(me, "Which ones?", poll={**poll, "multiple": True}),
            await said(self.bolat, "What now?", poll={**poll, "hide_totals": True}),
            await said(me, "An answer to myself", in_reply_to_id=self.post["id"]),
        ]
        for asked in made[8:11]:
            await done(self.erlan, f"/api/v1/polls/{asked['id']}/votes", json={"choices": [0]})
            know("/api/v1/polls/", asked["poll"]["id"])
        await done(me, f"/api/v1/polls/{made[10]['id']}/votes", json={"choices": [1]})
        await done(me, f"{STATUSES}/{self.post['id']}/pin")
        await done(me, f"{STATUSES}/{made[1]['id']}", "PUT", json={"status": "Changed", "spoiler_text": "Warning"})
        document = await self.school.write(make.picture, me.me, "plan.png")
        lesson = await self.school.post(
            me.me, "Cut it.", title="Fractions", summary="Pizza", material=LESSON, file_ids=(document,), language="kk"
        )
        await self.school.post(me.me, "Half done", Circle.DRAFT, title="Later", material=LESSON)
        know("/api/fedi/v1/materials/", lesson.id)
        know(f"{STATUSES}/", *(each["id"] for each in made), lesson.id)
        know("/api/v1/timelines/tag/", "math")

    async def _quotes(self) -> None:
        quoting = await said(self.bolat, "Look", quoted_status_id=self.post["id"])
        mine = await said(self.bolat, "Quote me")
        quoted = await said(self.me, "I do", quoted_status_id=mine["id"])
        await done(self.bolat, f"{STATUSES}/{mine['id']}", "PUT", json={"status": "Quote me, please"})
        gone = await said(self.bolat, "Look away", quoted_status_id=self.post["id"])
        await done(self.me, f"{STATUSES}/{self.post['id']}/quotes/{gone['id']}/revoke")
        of_quote = await said(self.erlan, "Look at that", quoted_status_id=quoting["id"])
        self.life.know(f"{STATUSES}/", *(each["id"] for each in (quoting, mine, quoted, gone, of_quote)))

    async def _from_elsewhere(self) -> None:
        """What a colleague of another school sends, and what she is sent."""
        school = self.network["kostanay"]
        file = (await done(self.there, "/api/v2/media", files={"file": _board()})).json()
        theirs = await said(self.there, "Salem @aigul@almaty.test #math", media_ids=[file["id"]])
        asks = await said(self.there, "And you?", poll={"options": ["a", "b"], "expires_in": 900})
        lesson = await school.post(self.there.me, "Measure.", title="Metres", summary="Long", material=LESSON)
        await self.network.drain()
        at_theirs = await school.has(self.post["uri"])
        assert at_theirs is not None
        await done(self.there, f"{STATUSES}/{at_theirs.id}/favourite")
        await done(self.there, f"{STATUSES}/{at_theirs.id}/reblog")
        await said(self.there, "@aigul@almaty.test Yes", in_reply_to_id=str(at_theirs.id))
        await self.network.drain()
        here = [await self.school.has(uri) for uri in (theirs["uri"], asks["uri"], lesson.uri)]
        assert all(here)
        self.life.know(f"{STATUSES}/", *(each.id for each in here if each))
        self.life.know("/api/v1/polls/", here[1].id if here[1] else "")
        self.life.know("/api/fedi/v1/materials/", here[2].id if here[2] else "")
        thread = await done(self.me, f"{STATUSES}/{here[0].id if here[0] else ''}/context", "GET")
        refresh = re.search(r'id="(\d+)"', thread.headers["mastodon-async-refresh"])
        self.life.know("/api/v1_alpha/async_refreshes/", refresh[1] if refresh else "")
        boost = (await done(self.me, f"{STATUSES}/{here[0].id if here[0] else ''}/reblog")).json()
        self.life.know(f"{STATUSES}/", boost["id"])

    async def _told(self) -> None:
        """Notifications of every kind."""
        for client in (self.bolat, self.erlan):
            for act in ("favourite", "reblog", "bookmark"):
                await done(client, f"{STATUSES}/{self.post['id']}/{act}")
        theirs = await said(self.bolat, "@aigul Boost me, then I change it")
        for act in ("favourite", "reblog", "bookmark"):
            await done(self.me, f"{STATUSES}/{theirs['id']}/{act}")
        await done(self.bolat, f"{STATUSES}/{theirs['id']}", "PUT", json={"status": "@aigul Changed"})
        report = {"account_id": str(self.bolat.me.id), "status_ids": [theirs["id"]], "comment": "Look"}
        await done(self.erlan, "/api/v1/reports", json=report)
        fresh = await self.school.write(_come)
        staff = await let_in(self.school, fresh, role=Role.ADMIN)
        await done(staff, f"/api/v1/admin/accounts/{self.me.me.id}/action", json={"type": "none", "text": "Please"})
        muted = await said(self.bolat, "Too many answers")
        await done(self.me, f"{STATUSES}/{muted['id']}/mute")
        self.life.know(f"{STATUSES}/", theirs["id"], muted["id"])
        self.network.clock.advance(hours=1)
        await self.network.drain()
        await self.school.write(_close_polls)
        await self.network.drain()

    async def _set_aside(self) -> None:
        """Senders kept apart, people and servers shut out."""
        me = self.me
        await done(me, "/api/v2/notifications/policy", "PATCH", json={"for_not_following": "filter"})
        newcomer = await let_in(self.school, await self.school.teacher("kanat"))
        await said(newcomer, "@aigul Salem, you do not know me")
        requests = (await me.get("/api/v1/notifications/requests")).json()
        self.life.know("/api/v1/notifications/requests/", *(each["id"] for each in requests))
        rude, loud = [await self.school.teacher(name) for name in ("rude", "loud")]
        await done(me, f"/api/v1/accounts/{rude.id}/block")
        await done(me, f"/api/v1/accounts/{loud.id}/mute", json={"duration": 3600})
        await done(me, "/api/v1/domain_blocks", json={"domain": "spam.test"})
        self.life.know("/api/v1/accounts/", rude.id, loud.id)

    async def _settled(self) -> None:
        """What she has arranged for herself."""
        me, know = self.me, self.life.know
        made = (await done(me, "/api/v1/lists", json={"title": "Physics", "replies_policy": "list"})).json()
        members = {"account_ids": [str(self.bolat.me.id), str(self.gulnar.id)]}
        await done(me, f"/api/v1/lists/{made['id']}/accounts", json=members)
        for prefix in ("/api/v1/lists/", "/api/v1/timelines/list/"):
            know(prefix, made["id"])
        await done(me, "/api/v1/markers", json={"home": {"last_read_id": self.post["id"]}})
        await done(me, "/api/v1/markers", json={"notifications": {"last_read_id": "1"}})
        self.life.query[STATUSES] = "&".join(f"id[]={each}" for each in self.life.there[f"{STATUSES}/"][:20])
        await self.school.write(make.agreement, self.network["kostanay"].host)
        await done(me, f"/api/v1/accounts/{self.bolat.me.id}/endorse")
        self.life.query["/api/oembed"] = f"url={self.post['url']}"
        await self._filtered()
        await self._collected()
        await self._tags()
        await self._later()
        await self._administered()

    async def _collected(self) -> None:
        for each in (self.me, self.bolat):
            await done(each, "/api/v1/accounts/update_credentials", "PATCH", data={"discoverable": "true"})
        shown = {"name": "Physics", "tag_name": "physics", "language": "en"}
        await done(self.bolat, "/api/v1/collections", json={**shown, "account_ids": [str(self.me.me.id)]})
        made = (
            await done(self.me, "/api/v1/collections", json={**shown, "account_ids": [str(self.bolat.me.id)]})
        ).json()
        self.life.know("/api/v1/collections/", made["collection"]["id"])
        theirs = (await self.bolat.get(f"/api/v1/accounts/{self.bolat.me.id}/collections")).json()["collections"][0]
        await done(self.bolat, f"/api/v1/collections/{theirs['id']}", "PATCH", data={"name": "Science"})

    async def _filtered(self) -> None:
        words = [{"keyword": "math", "whole_word": True}]
        wanted = {
            "title": "Later",
            "context": ["home", "public"],
            "filter_action": "warn",
            "keywords_attributes": words,
        }
        made = (await done(self.me, "/api/v2/filters", json=wanted)).json()
        status = {"status_id": self.post["id"]}
        kept = (await done(self.me, f"/api/v2/filters/{made['id']}/statuses", json=status)).json()
        self.life.know("/api/v2/filters/", made["id"])
        self.life.know("/api/v2/filters/statuses/", kept["id"])
        keywords = [each["id"] for each in made["keywords"]]
        for prefix in ("/api/v2/filters/keywords/", "/api/v1/filters/"):
            self.life.know(prefix, *keywords)

    async def _tags(self) -> None:
        await done(self.me, "/api/v1/tags/math/follow")
        await done(self.me, "/api/v1/featured_tags", json={"name": "math"})
        self.life.know("/api/v1/tags/", "math", "unheard_of")

    async def _pushed(self) -> None:
        wanted = {"subscription": Program("https://push.test/1").subscription(), "data": {"alerts": {"poll": True}}}
        await done(self.me, "/api/v1/push/subscription", json=wanted)

    async def _later(self) -> None:
        for params in ({}, {"poll": {"options": ["a", "b"], "expires_in": 600}}, {"in_reply_to_id": self.post["id"]}):
            wanted = {"status": "Tomorrow", "scheduled_at": "2030-01-01T08:00:00.000Z", **params}
            made = (await done(self.me, STATUSES, json=wanted)).json()
            self.life.know("/api/v1/scheduled_statuses/", made["id"])

    async def _administered(self) -> None:
        self.life.know("/api/v1/admin/accounts/", *self.life.there["/api/v1/accounts/"])
        for name, body in (
            ("domain_blocks", {"domain": "bad.test"}),
            ("domain_allows", {"domain": "good.test"}),
            ("email_domain_blocks", {"domain": "throwaway.test"}),
            ("ip_blocks", {"ip": "192.0.2.0/24", "severity": "sign_up_block", "comment": "Rude"}),
        ):
            made = (await done(self.me, f"/api/v1/admin/{name}", json=body)).json()
            self.life.know(f"/api/v1/admin/{name}/", made["id"])
        found = (await done(self.me, "/api/v1/admin/reports", "GET")).json()
        self.life.know("/api/v1/admin/reports/", *(each["id"] for each in found))
        for prefix in ("canonical_email_blocks", "tags"):
            self.life.know(f"/api/v1/admin/{prefix}/", 1)


async def _come(tx: Transaction) -> Actor:
    return (await accounts.sign_up(tx, NewAccount(username="fresh", name="Fresh", keys=key_pool()[0]))).actor


async def _close_polls(tx: Transaction) -> None:
    await polls.close_due(tx)


def _board() -> tuple[str, bytes, str]:
    return ("board.png", picture("PNG", (80, 60)), "image/png")

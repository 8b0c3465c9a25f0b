"""What somebody of another server has written lately, and says of herself now: read because somebody here opened her
page, looked her up, or follows her.

Her outbox gives her latest public posts and what she has passed on of her own; a community's gives what it has passed
on. Her collections say how many follow her, and what she shows first. Nobody is notified, and only those who follow her
find what was read in their homes.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fedi.actions import actors as actor_actions
from fedi.actions import pins, reactions, timelines
from fedi.actions import tags as tag_actions
from fedi.activitypub import activities, jsonld, remote_posts, uris
from fedi.activitypub.addressing import circle_of
from fedi.activitypub.jsonld import Json
from fedi.activitypub.links import hashtags
from fedi.errors import FediError
from fedi.instances import Instance
from fedi.models.actors import Actor, ActorKind
from fedi.models.posts import Post
from fedi.models.readings import ReadingKind
from fedi.outbound import collections, profile_links, resolver
from fedi.outbound.client import Client
from fedi.outbound.collections import Bounds, Item
from fedi.outbound.fetching import Limited
from fedi.outbound.work import Work
from fedi.policies.visibility import OPEN
from fedi.store import actors, follows, jobs, posts, readings
from fedi.store.database import Transaction
from fedi.store.jobs import Job

REQUESTS = 60
POSTS = 20
SECONDS = 60
FRESH_MS = 24 * 60 * 60 * 1000
"""A profile fetched within that time is not fetched again."""

_OUTBOX = Bounds(items=2 * POSTS, pages=4, requests=4)
_FEATURED = Bounds(items=POSTS, pages=2, requests=2)
_COUNT = Bounds(items=0, pages=1, requests=1)
_HOMES = 500


async def run(work: Work) -> None:
    """Read a profile: arg `ref`, the actor. Whatever fails, what was found until then is kept."""
    actor = await work.instance.db.read(actors.by_id, work.job.args["ref"])
    found = 0
    if actor is not None and not actor.local and not actor.gone:
        reader = _Profile(work.instance, work.client, actor)
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await reader.read()
        found = reader.stored
    await work.instance.db.write(_conclude, work.job, found)


async def _conclude(tx: Transaction, job: Job, found: int) -> None:
    actor_id = job.args["ref"]
    followed = await actors.by_id(tx, actor_id)
    if found and followed is not None:
        for account_id in await follows.local_followers(tx, actor_id, _HOMES):
            await timelines.merge(tx, account_id, followed)
    await readings.finish(tx, ReadingKind.PROFILE, actor_id, found)
    await jobs.finish(tx, job)


class _Profile:
    """One reading of a profile."""

    def __init__(self, instance: Instance, client: Client, actor: Actor) -> None:
        self._instance = instance
        self._client = Limited(client, REQUESTS)
        self._pages = client
        self._actor = actor
        self.stored = 0

    async def read(self) -> None:
        parts = (self._refresh, self._count, self._read_outbox, self._read_featured, self._read_tags, self._verify)
        for part in parts:
            with suppress(FediError):  # what cannot be had now may be at another opening
                await part()

    async def _refresh(self) -> None:
        """What she says of herself now, if that was last asked long ago."""
        fetched_at = self._actor.fetched_at or 0
        if self._instance.clock() - fetched_at > FRESH_MS:
            self._actor = await resolver.actor(self._instance, self._client, self._actor.uri, refresh=True)

    async def _count(self) -> None:
        """How many follow her, and whom she follows, as her server says."""
        followers, following = await self._total(self._actor.followers), await self._total(self._actor.following)
        counts = actors.Counts(followers=followers, following=following)
        await self._instance.db.write(actors.set_counts, self._actor.id, counts)

    async def _total(self, uri: str | None) -> int | None:
        try:
            return (await self._collection(uri, _COUNT)).total if uri else None
        except FediError:
            return None

    async def _collection(self, uri: str, bounds: Bounds) -> collections.Reading:
        return await collections.read(self._instance, self._client, uri, bounds)

    # --- what she has said ---

    async def _read_outbox(self) -> None:
        if self._actor.outbox is None:
            return
        found = await self._collection(self._actor.outbox, _OUTBOX)
        for item in found.items:
            if self.stored < POSTS and not self._client.spent:
                await self._take(item)
        await self._instance.db.write(actors.set_counts, self._actor.id, actors.Counts(posts=found.total))

    async def _take(self, item: Item) -> None:
        try:
            activity = activities.parse(await self._document(item))
            if jsonld.normal_id(activity.actor) != self._actor.uri:
                return
            if activity.type == "Create":
                await self._post(self._believed(activity.object), activity.object_uri)
            elif activity.type == "Announce":
                await self._boost(activity)
        except FediError:
            return

    async def _document(self, item: Item) -> Json:
        return item.document or await resolver.document(self._instance, self._client, item.uri or "")

    def _believed(self, carried: Json) -> Json | None:
        """What an activity of her outbox carries, if her server may say so (FEP-fe34)."""
        uri = carried.get("id")
        is_own = isinstance(uri, str) and uris.same_origin(uri, self._actor.uri) and len(carried) > 1
        return carried if is_own and remote_posts.author_of(carried) == self._actor.uri else None

    async def _post(self, document: Json | None, uri: str) -> Post | None:
        """A post of hers for everybody, stored unless it is known; None for anything else."""
        known = await self._instance.db.read(posts.by_uri, uri)
        if known is not None:
            return known if known.actor_id == self._actor.id else None
        if not jsonld.is_address(uri) or not uris.same_origin(uri, self._actor.uri):
            return None
        remote = remote_posts.parse(document or await resolver.document(self._instance, self._client, uri))
        circle = circle_of(remote.to, remote.cc, self._actor.followers, "")
        if remote.author_uri != self._actor.uri or circle not in OPEN:
            return None
        stored = await resolver.publish(self._instance, self._client, remote)
        self.stored += stored is not None
        return stored

    async def _boost(self, activity: activities.Activity) -> None:
        """What she passed on of her own; what a community passed on of anybody's."""
        if self._actor.kind is ActorKind.GROUP:
            shown = await resolver.post(self._instance, self._client, _announced(activity))
        else:
            shown = await self._post(None, activity.object_uri)
        if shown is not None:
            await self._instance.db.write(_boost, self._actor, shown, activity)
            self.stored += 1

    # --- what she shows first ---

    async def _read_featured(self) -> None:
        if self._actor.featured is None:
            return
        found = await self._collection(self._actor.featured, _FEATURED)
        pinned = [post for item in found.items if (post := await self._pinned(item)) is not None]
        await self._instance.db.write(pins.replace, self._actor, pinned)

    async def _pinned(self, item: Item) -> Post | None:
        try:
            return await self._post(self._believed(item.document or {}), item.uri or "")
        except FediError:
            return None

    async def _read_tags(self) -> None:
        """The hashtags on her page, where they stand in one document, as Mastodon has them."""
        if self._actor.featured_tags is None:
            return
        found = await resolver.document(self._instance, self._client, self._actor.featured_tags)
        tags = hashtags(found.get("items") or found.get("orderedItems"))
        await self._instance.db.write(tag_actions.shown_now, self._actor, tags)

    # --- whether what she says is so ---

    async def _verify(self) -> None:
        """Whether the pages she links to are hers."""
        found = await profile_links.that_link_back(self._instance, self._pages, self._actor)
        await self._instance.db.write(actor_actions.note_verified, self._actor.id, found)


def _announced(activity: activities.Activity) -> str:
    """A community announces a post, or the activity that carries it (FEP-1b12)."""
    carried = activity.object
    inner = carried.get("object") if jsonld.type_of(carried) in ("Create", "Update") else None
    return jsonld.id_of(inner) or activity.object_uri


async def _boost(tx: Transaction, actor: Actor, post: Post, activity: activities.Activity) -> None:
    circle = circle_of(activity.audience.to, activity.audience.cc, actor.followers, "")
    if circle in OPEN and activity.id and uris.same_origin(activity.id, actor.uri):
        published_at = jsonld.time_ms(activity.json.get("published"))
        await reactions.boost(tx, actor, post, uri=activity.id, circle=circle, published_at=published_at, quietly=True)

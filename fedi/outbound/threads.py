"""The rest of a thread, read from other servers because somebody here has opened it.

Where the thread's own server lists it (a `context` collection, FEP-f228), that list is read; else the `replies` of
every post, and the replies to those, as Mastodon does it. Each post comes from its own origin, finds its place by what
it answers, and is told to nobody. Posts, requests, depth and time are bounded, so a thread without end has one here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

from fedi.activitypub import jsonld, remote_posts, uris
from fedi.activitypub.jsonld import Json
from fedi.errors import FediError
from fedi.instances import Instance
from fedi.models.posts import Post, RemotePost
from fedi.models.readings import ReadingKind
from fedi.outbound import collections, resolver
from fedi.outbound.collections import Bounds, Item, Reading
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.fetching import Limited
from fedi.outbound.work import Work
from fedi.policies.visibility import OPEN
from fedi.store import jobs, posts, readings
from fedi.store.database import Transaction
from fedi.store.jobs import Job

REQUESTS = 200
POSTS = 200
DEPTH = 12
SECONDS = 90

_CLIMBS = 3
_CONTEXT = Bounds(items=2 * POSTS, pages=20, requests=20)
_REPLIES = Bounds(items=POSTS, pages=5, requests=5)
_OF_THE_NETWORK = (FailureKind.UNREACHABLE, FailureKind.TIMEOUT)


async def run(work: Work) -> None:
    """Read a thread: arg `ref`, its id. Whatever fails, what was found until then is kept."""
    thread_id = work.job.args["ref"]
    known = await work.instance.db.read(posts.of_thread, thread_id, POSTS)
    reader = _Thread(work.instance, Limited(work.client, REQUESTS), known)
    with suppress(FediError, TimeoutError):
        async with asyncio.timeout(SECONDS):
            await reader.read()
    await work.instance.db.write(_conclude, work.job, reader.stored)


async def _conclude(tx: Transaction, job: Job, found: int) -> None:
    await readings.finish(tx, ReadingKind.THREAD, job.args["ref"], found)
    await jobs.finish(tx, job)


class _Thread:
    """One reading of a thread: what is known of it, and what is still to be asked for."""

    def __init__(self, instance: Instance, client: Limited, known: list[Post]) -> None:
        self._instance = instance
        self._client = client
        self._known = [post for post in known if post.circle in OPEN]
        self._uris = {post.uri for post in self._known}
        self._contexts = {post.context for post in self._known if post.context}
        self._documents: dict[str, Json] = {}
        self._silent: set[str] = set()
        self.stored = 0

    async def read(self) -> None:
        await self._climb()
        if not await self._read_contexts():
            await self._crawl()

    async def _climb(self) -> None:
        """Fetch what the thread's first known post answers, until there is nothing above."""
        for _ in range(_CLIMBS):
            above = next((each.in_reply_to_uri for each in self._known if each.in_reply_to_id is None), None)
            if above is None or above in self._uris or not self._may_ask(above):
                return
            top = await self._try_post(above)
            if top is None:
                return
            self._remember(await self._instance.db.read(posts.of_thread, top.thread_id, POSTS))

    async def _try_post(self, uri: str) -> Post | None:
        try:
            return await resolver.post(self._instance, self._client, uri)
        except FediError as error:
            self._note_failure(uri, error)
            return None

    def _remember(self, known: list[Post]) -> None:
        new = [post for post in known if post.circle in OPEN and post.uri not in self._uris]
        self.stored += len(new)
        self._known = sorted([*self._known, *new], key=lambda post: post.id)
        self._uris |= {post.uri for post in new}
        self._contexts |= {post.context for post in new if post.context}

    # --- a list of the whole thread ---

    async def _read_contexts(self) -> bool:
        """Read what lists the thread; whether the server where it began has given all of it."""
        is_whole = False
        for context in self._readable_contexts():
            found = await self._collection(context)
            if found is not None:
                await self._take_all(found)
                is_whole = is_whole or (found.complete and uris.same_origin(context, self._known[0].uri))
        return is_whole

    def _readable_contexts(self) -> list[str]:
        """At most two: where the thread began, and where it was opened last, if that goes by another name."""
        named = [post.context for post in (*self._known[:1], *self._known[::-1]) if post.context]
        found = dict.fromkeys(each for each in named if jsonld.is_address(each) and self._may_ask(each))
        return list(found)[:2]

    async def _collection(self, context: str) -> Reading | None:
        try:
            return await collections.read(self._instance, self._client, context, _CONTEXT)
        except FediError as error:
            self._note_failure(context, error)
            return None

    async def _take_all(self, found: Reading) -> None:
        for item in found.items:
            if self._has_room():
                await self._take(item)

    # --- answer by answer ---

    async def _crawl(self) -> None:
        """Read the answers to every post of the thread, the nearest first, each post once."""
        waiting = deque((post.uri, 0) for post in self._known if not post.local)
        seen = {uri for uri, _ in waiting}
        while waiting and self._has_room():
            uri, depth = waiting.popleft()
            answers = await self._answers(uri) if depth < DEPTH else []
            waiting.extend((answer, depth + 1) for answer in answers if answer not in seen)
            seen.update(answers)

    async def _answers(self, uri: str) -> list[str]:
        """The answers to a post that are in the thread now."""
        document = self._documents.pop(uri, None) or await self._document(uri)
        listed = document and (document.get("replies") or document.get("comments"))
        if not document or not isinstance(listed, dict | str):
            return []
        try:
            found = await collections.read_within(self._instance, self._client, listed, uri, _REPLIES)
        except FediError:
            return []
        return [answer async for answer in self._taken(found)]

    async def _taken(self, found: Reading) -> AsyncIterator[str]:
        for item in found.items:
            if item.uri and self._has_room() and await self._take(item):
                yield item.uri

    # --- one post ---

    async def _take(self, item: Item) -> bool:
        """Store a listed post unless it is known; whether it is a post of this thread from another server."""
        uri = item.uri or ""
        if uri in self._uris or not self._may_ask(uri):
            return uri in self._uris and self._may_ask(uri)
        document = item.document or await self._document(uri)
        remote = self._of_thread(document) if document else None
        if document is None or remote is None or not await self._publish(remote):
            return False
        self._documents[remote.uri] = document
        return True

    def _of_thread(self, document: Json) -> RemotePost | None:
        """The post, if it belongs to this thread by its own word: a list may name anything."""
        try:
            remote = remote_posts.parse(document)
        except FediError:
            return None
        belongs = remote.in_reply_to_uri in self._uris or (
            remote.context is not None and remote.context in self._contexts
        )
        return remote if belongs else None

    async def _publish(self, remote: RemotePost) -> bool:
        try:
            stored = await resolver.publish(self._instance, self._client, remote)
        except FediError as error:
            self._note_failure(remote.uri, error)
            return False
        if stored is not None:
            self._uris.add(stored.uri)
            self.stored += 1
        return stored is not None

    async def _document(self, uri: str) -> Json | None:
        try:
            return await resolver.document(self._instance, self._client, uri)
        except FediError as error:
            self._note_failure(uri, error)
            return None

    # --- whom to ask, and how long ---

    def _may_ask(self, uri: str) -> bool:
        host = uris.host_of(uri) if jsonld.is_address(uri) else self._instance.school.host
        return host != self._instance.school.host and host not in self._silent

    def _note_failure(self, uri: str, error: FediError) -> None:
        """A server that does not answer is asked no more: the others of the thread would wait for it."""
        if isinstance(error, FetchFailed) and error.kind in _OF_THE_NETWORK:
            self._silent.add(uris.host_of(uri))

    def _has_room(self) -> bool:
        return self.stored < POSTS and not self._client.spent

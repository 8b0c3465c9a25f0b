"""Fills the demo schools through the ordinary actions, while they are served: what crosses from one to another crosses
as signed requests, like everything later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fedi import media
from fedi.actions import accounts as account_actions
from fedi.actions import actors as actor_actions
from fedi.actions import files, follows, moderation, peers, polls, posts, reactions
from fedi.actions.accounts import NewAccount
from fedi.activitypub import key_pairs
from fedi.auth import passwords
from fedi.cli.demo.content import (
    Conversations,
    DemoMaterial,
    DemoSchool,
    MaterialFile,
    PersonFile,
    PostEntry,
    Reaction,
    moment,
)
from fedi.cli.demo.network import Network
from fedi.errors import NotFound, Unavailable
from fedi.instances import Instance
from fedi.materials import vocabulary
from fedi.models.accounts import Person, Role
from fedi.models.actors import Actor, ProfileChange, ProfileField
from fedi.models.files import NewFile
from fedi.models.follows import FollowState
from fedi.models.materials import Material
from fedi.models.posts import Circle, Draft, Poll, PollOption, Post
from fedi.outbound import resolver
from fedi.outbound.client import Client
from fedi.store import actors, backlog
from fedi.store import follows as stored_follows
from fedi.store import posts as stored_posts
from fedi.store.database import Transaction

Say = Callable[[str], None]

_PATIENCE_S = 60.0
_LOOK_EVERY_S = 0.05
_SOON_MS = 30_000
_DAY_MS = 24 * 3600_000
_SUBJECTS = {"kk": "Пәндер", "ru": "Предметы", "en": "Subjects"}


@dataclass(slots=True)
class Filling:
    """One filling of the network; `known` maps what conversations name (a key, or school/material) to a post's URI."""

    network: Network
    instances: dict[str, Instance]
    client: Client
    say: Say
    known: dict[str, str]

    async def fill(self, talk: Conversations) -> None:
        """Put everything in, in the order in which people would have done it."""
        self.say("Opening accounts ...")
        for school in self.network.schools:
            await self._people(school)
        self.say("Making agreements between the schools ...")
        for school in self.network.schools:
            await self._peers(school)
        self.say("Following each other ...")
        for school in self.network.schools:
            await self._follow_all(school)
        self.say("Publishing materials, and talking about them ...")
        await self._publish_all(talk)
        await self._react_all(talk)
        self.network.mark_filled()
        await self._until("everything has crossed", self._nothing_waits)

    # --- people and schools ---

    async def _people(self, school: DemoSchool) -> None:
        hashes = {password: await passwords.hash_password(password) for password in {p.password for p in school.people}}
        for person in school.people:
            await self._person(school, person, hashes[person.password])

    async def _person(self, school: DemoSchool, about: PersonFile, password_hash: str) -> None:
        instance = self.instances[school.name]
        keys = await asyncio.to_thread(key_pairs.generate)
        new = NewAccount(about.username, about.name, keys, password_hash, language=about.language)
        person = await instance.db.write(_open_account, new, Role(about.role))
        avatar = await media.receive_path(instance.media, school.folder / about.avatar, description=about.name)
        await instance.db.write(_introduce, person.actor, about, avatar)

    async def _peers(self, school: DemoSchool) -> None:
        instance = self.instances[school.name]
        for name in school.about.peers:
            partner = name in school.about.partners
            if partner:
                await resolver.school(instance, self.client, self.network.host(name))
            await instance.db.write(peers.add, None, self.network.host(name), partner)

    async def _follow_all(self, school: DemoSchool) -> None:
        begun = [(school.name, person.username, handle) for person in school.people for handle in person.follows]
        for name, username, handle in begun:
            await self._follow(name, username, handle)
        for name, username, handle in begun:
            await self._until(f"{username} follows {handle}", partial(self._accepted, name, username, handle))

    async def _follow(self, name: str, username: str, handle: str) -> None:
        instance = self.instances[name]
        followed = await self._find(instance, handle)
        if followed is None:
            raise NotFound(f"{handle} cannot be found from {name}")
        await instance.db.write(follows.follow, await self._actor(f"{username}@{name}"), followed)

    async def _accepted(self, name: str, username: str, handle: str) -> bool:
        instance, follower = self.instances[name], await self._actor(f"{username}@{name}")
        followed = await self._find(instance, handle)
        if followed is None:
            return False
        found = await instance.db.read(stored_follows.between, follower.id, followed.id)
        return found is not None and found.state is FollowState.ACCEPTED

    async def _find(self, instance: Instance, handle: str) -> Actor | None:
        username, _, name = handle.partition("@")
        return await resolver.handle(instance, self.client, username, self.network.host(name))

    # --- posts ---

    async def _publish_all(self, talk: Conversations) -> None:
        now = datetime.now(UTC)
        due: list[tuple[int, Coroutine[Any, Any, None]]] = []
        for school in self.network.schools:
            for material in school.materials:
                at = moment(material.about.published, self._zone(school.name), now)
                due.append((at, self._material(school, material, at)))
        for post in talk.posts:
            at = moment(post.published, self._zone(_school_of(post.author)), now)
            due.append((at, self._post(post, at)))
        for _, publish in sorted(due, key=lambda entry: entry[0]):
            await publish

    def _zone(self, name: str) -> ZoneInfo:
        return self.instances[name].school.zone

    async def _material(self, school: DemoSchool, material: DemoMaterial, at: int) -> None:
        instance, about = self.instances[school.name], material.about
        received = [
            await media.receive_path(instance.media, material.folder / file.path, description=file.description)
            for file in about.files
        ]
        draft = Draft(
            text=self.network.with_ports(material.text),
            circle=Circle(about.circle),
            title=about.title,
            summary=about.summary,
            language=about.language,
            material=_material(about),
            published_at=at,
        )
        author = await self._actor(f"{about.author}@{school.name}")
        self.known[material.key] = (await instance.db.write(_share, author, draft, received)).uri

    async def _post(self, entry: PostEntry, at: int) -> None:
        name = _school_of(entry.author)
        instance, author = self.instances[name], await self._actor(entry.author)
        text = self.network.with_ports(entry.text)
        await resolver.handles_in(instance, self.client, text)
        parent = await self._arrived(name, entry.in_reply_to) if entry.in_reply_to else None
        draft = Draft(
            text=text,
            circle=Circle(entry.circle),
            summary=entry.summary,
            language=entry.language,
            in_reply_to_id=parent.id if parent else None,
            poll=_poll(entry, at),
            published_at=at,
        )
        self.known[entry.key] = (await instance.db.write(posts.post, author, draft)).uri

    async def _arrived(self, name: str, what: str) -> Post:
        """The post at this school, once it has been delivered; looked up where nobody there follows its author."""
        instance, uri = self.instances[name], self.known[what]
        found = await instance.db.read(stored_posts.by_uri, uri) or await resolver.post(instance, self.client, uri)
        if found is None:
            await self._until(f"{what} is at {name}", lambda: _is_there(instance, uri))
            found = await instance.db.read(stored_posts.by_uri, uri)
        if found is None:
            raise NotFound(f"{what} is not at {name}")
        return found

    # --- reactions ---

    async def _react_all(self, talk: Conversations) -> None:
        for boost in talk.boosts:
            await self._react(boost, reactions.boost)
        for like in talk.likes:
            await self._react(like, reactions.like)
        for vote in talk.votes:
            await self._react(vote, polls.vote, vote.options)

    async def _react(
        self, reaction: Reaction, action: Callable[..., Coroutine[Any, Any, object]], *args: object
    ) -> None:
        name = _school_of(reaction.who)
        post, actor = await self._arrived(name, reaction.what), await self._actor(reaction.who)
        await self.instances[name].db.write(action, actor, post, *args)

    async def _nothing_waits(self) -> bool:
        """Whether no school has a letter to send or to open; another process may be doing it."""
        for instance in self.instances.values():
            due_at = await instance.db.read(backlog.soonest)
            if due_at is not None and due_at <= instance.clock() + _SOON_MS:
                return False
        return True

    async def _actor(self, handle: str) -> Actor:
        username, _, name = handle.partition("@")
        found = await self.instances[name].db.read(actors.local_by_name, username)
        if found is None:
            raise NotFound(f"there is no {handle}")
        return found

    async def _until(self, what: str, ready: Callable[[], Awaitable[bool]]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not await ready():  # noqa: ASYNC110 - another process may be the one that writes
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            raise Unavailable(f"after {_PATIENCE_S:.0f} seconds it is still not true that {what}") from None


def _school_of(handle: str) -> str:
    return handle.partition("@")[2]


async def _is_there(instance: Instance, uri: str) -> bool:
    return await instance.db.read(stored_posts.by_uri, uri) is not None


async def _open_account(tx: Transaction, new: NewAccount, role: Role) -> Person:
    person = await account_actions.create(tx, new)
    await moderation.set_role(tx, None, person.account, role)
    return person


async def _introduce(tx: Transaction, actor: Actor, about: PersonFile, avatar: NewFile) -> None:
    subjects = vocabulary.load("subjects")
    taught = ", ".join(subjects[slug].label(about.language) for slug in about.subjects)
    picture = await files.add(tx, actor, avatar)
    change = ProfileChange(
        summary=about.bio,
        fields=(ProfileField(_SUBJECTS[about.language], taught),),
        avatar_id=picture.id,
        discoverable=about.discoverable,
        indexable=about.discoverable,
    )
    await actor_actions.update_profile(tx, actor, change)


async def _share(tx: Transaction, author: Actor, draft: Draft, received: list[NewFile]) -> Post:
    added = [await files.add(tx, author, new) for new in received]
    return await posts.post(tx, author, replace(draft, file_ids=tuple(file.id for file in added)))


def _material(about: MaterialFile) -> Material:
    return Material(
        kind=about.kind,
        subject=about.subject,
        classes=tuple(about.classes),
        licence=about.licence,
        duration_minutes=about.duration_minutes,
        objectives=about.objectives,
        keywords=tuple(about.keywords),
    )


def _poll(entry: PostEntry, at: int) -> Poll | None:
    if entry.poll is None:
        return None
    options = tuple(PollOption(title) for title in entry.poll.options)
    return Poll(options, entry.poll.multiple, closes_at=at + entry.poll.days * _DAY_MS)

"""A new or changed post on its way into streams: who is sent it, and what each of them is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fedi.api import painting
from fedi.api.painting import Shown
from fedi.instances import Instance
from fedi.instances.rendered import Rendered
from fedi.models.actors import Actor
from fedi.store import actors, shown, streamed
from fedi.store.database import Transaction
from fedi.store.shown import Version
from fedi.store.streamed import Streamed

_PAINTED_AT_ONCE = 20
"""How many ways of showing it one unit of work reads."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who listens where a post may come: homes by their accounts, lists and whose they are, readers of public streams.

    `stored`: homes and lists are all that are listened to, and those that have it are to be found.
    """

    homes: set[int]
    lists: set[int]
    owners: dict[int, int]
    everybody: set[int]
    stored: bool = False

    def __bool__(self) -> bool:
        return bool(self.homes or self.lists or self.everybody)

    async def holding(self, tx: Transaction, post_id: int) -> tuple[set[int], set[int]]:
        """The homes and lists among these that have an entry of the post."""
        homes = await streamed.homes(tx, post_id, self.homes) if self.homes else set()
        return homes, await streamed.lists(tx, post_id, self.owners) if self.owners else set()


@dataclass(frozen=True, slots=True)
class Group:
    """People who are shown the same: the status in JSON, and the homes and lists of theirs that it goes to."""

    body: str
    homes: list[int]
    lists: list[int]


@dataclass(frozen=True, slots=True)
class Posted:
    """A post as it was read for those it reaches; `shown` is what everybody sees of it, `alike` are the owners of homes
    and lists, those together who are shown the same.
    """

    post: Streamed
    tags: frozenset[str]
    reached: Audience
    shown: Shown | None
    alike: list[list[int]]

    async def groups(self, instance: Instance) -> list[Group]:
        """Those in whose homes and lists it stands, with what each is shown."""
        groups: list[Group] = []
        for start in range(0, len(self.alike), _PAINTED_AT_ONCE):
            some = self.alike[start : start + _PAINTED_AT_ONCE]
            each_read = await instance.db.read(_for_each, instance.rendered, self.post.id, [each[0] for each in some])
            groups += [
                self._group(painted(instance, read, self.post.id), people)
                for read, people in zip(each_read, some, strict=True)
                if read is not None
            ]
        return groups

    def _group(self, body: str, people: Iterable[int]) -> Group:
        of, reached = set(people), self.reached
        lists = [each for each in reached.lists if reached.owners[each] in of]
        return Group(body, [each for each in reached.homes if each in of], lists)


def painted(instance: Instance, read: Shown, post_id: int) -> str:
    """The status in JSON."""
    return painting.posts(instance, read)[post_id].decode()


async def found(tx: Transaction, memory: Rendered, post_id: int, audience: Audience) -> Posted | None:
    """What is sent of a post, and to whom; None if it is gone, or nobody who listens is to see it."""
    post = await streamed.one(tx, post_id)
    reached = await _reached(tx, post, audience) if post is not None else None
    if post is None or not reached:
        return None
    tags = frozenset(await streamed.tags(tx, post_id)) if reached.everybody else frozenset()
    anonymous = await painting.read_posts(tx, None, memory, [post_id]) if reached.everybody else None
    alike = await _alike(tx, post_id, reached.homes | {reached.owners[each] for each in reached.lists})
    return Posted(post, tags, reached, anonymous, alike)


async def _reached(tx: Transaction, post: Streamed, audience: Audience) -> Audience:
    """Of an audience, those who may and want to see a post where it comes."""
    homes, lists = audience.homes, audience.lists
    if audience.stored:
        homes, lists = await audience.holding(tx, post.id)
    people = homes | {audience.owners[each] for each in lists} | audience.everybody
    readers = await streamed.readers(tx, post.id, people) if people else {}
    is_told = post.told or post.in_tags
    return Audience(
        homes & readers.keys(),
        {each for each in lists if audience.owners[each] in readers},
        audience.owners,
        {each for each in audience.everybody if is_told and readers.get(each)},
    )


async def _alike(tx: Transaction, post_id: int, people: set[int]) -> list[list[int]]:
    """People in groups of those who stand alike to a post, and so are shown the same."""
    if not people:
        return []
    versions = list((await shown.versions(tx, [post_id])).values())
    marks = await streamed.marks(tx, people, versions)
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for each in people:
        groups[each if _is_apart(each, versions) else marks.get(each)].append(each)
    return list(groups.values())


def _is_apart(account_id: int, versions: list[Version]) -> bool:
    """Whether somebody is shown what no mark tells: what is her own, and whether she may see what is quoted."""
    return any(version.actor_id == account_id or version.quoted_id is not None for version in versions)


async def _for_each(tx: Transaction, memory: Rendered, post_id: int, people: list[int]) -> list[Shown | None]:
    viewers: dict[int, Actor] = await actors.by_ids(tx, people)
    read = {each: await painting.read_posts(tx, viewer, memory, [post_id]) for each, viewer in viewers.items()}
    return [shown_to if (shown_to := read.get(each)) and post_id in shown_to.versions else None for each in people]

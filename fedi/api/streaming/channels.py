"""The names of streams (behaviours 13.3): which posts each carries, and which scopes open it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.errors import Malformed
from fedi.instances.streams import Channel, Label
from fedi.models.posts import Circle
from fedi.policies import scopes
from fedi.policies.visibility import TOLD
from fedi.store.streamed import Streamed
from fedi.text import fold_tag

POSTS, NOTIFICATIONS = "read:statuses", "read:notifications"

_NETWORK = frozenset({Circle.PUBLIC, Circle.PARTNERS})
_LONGEST_TAG = 200


@dataclass(frozen=True, slots=True)
class Stream:
    """One row: the scope that opens it, the parameter it needs, and of streams of posts of everybody, which posts those
    are; `local` is None where it does not matter.
    """

    scope: str = POSTS
    parameter: str = ""
    public: bool = False
    local: bool | None = None
    with_files: bool = False

    def carries(self, post: Streamed) -> bool:
        """Whether a post belongs on this public stream, as `store.timeline_ids` would list it."""
        circles = TOLD if self.local else _NETWORK
        listed = post.in_tags if self.parameter else post.told and post.circle in circles
        return (
            self.public
            and listed
            and (self.local is None or post.local is self.local)
            and (post.has_files or not self.with_files)
        )


STREAMS = {
    "user": Stream(),
    "user:notification": Stream(NOTIFICATIONS),
    "public": Stream(public=True),
    "public:local": Stream(public=True, local=True),
    "public:remote": Stream(public=True, local=False),
    "public:media": Stream(public=True, with_files=True),
    "public:local:media": Stream(public=True, local=True, with_files=True),
    "public:remote:media": Stream(public=True, local=False, with_files=True),
    "hashtag": Stream(public=True, parameter="tag"),
    "hashtag:local": Stream(public=True, parameter="tag", local=True),
    "list": Stream(parameter="list"),
    "direct": Stream(),
}

PUBLIC = tuple(name for name, stream in STREAMS.items() if stream.public)


@dataclass(frozen=True, slots=True)
class Asked:
    """A channel that a client asks for, and the name that frames give it."""

    channel: Channel
    label: Label


def asked(name: str, account_id: int, tag: str | None, list_id: int | None) -> Asked:
    """What a client means; Malformed as Mastodon words it."""
    stream = STREAMS.get(name)
    if stream is None:
        raise Malformed("Unknown stream type")
    if stream.parameter == "tag":
        if not tag or len(tag) > _LONGEST_TAG:
            raise Malformed("Missing tag name parameter")
        return Asked(Channel(name, fold_tag(tag.removeprefix("#"))), (name, tag))
    if stream.parameter == "list":
        if list_id is None:
            raise Malformed("Missing list name parameter")
        return Asked(Channel(name, str(list_id)), (name, str(list_id)))
    return Asked(Channel(name, "" if stream.public else str(account_id)), (name,))


def opens(granted: Iterable[str], name: str) -> bool:
    """Whether a token with these scopes may listen to a stream."""
    return scopes.covers(tuple(granted), STREAMS[name].scope)

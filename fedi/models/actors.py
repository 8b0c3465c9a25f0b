"""Actors: teachers, schools and communities, our own and those of other servers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.consent import Consent
from fedi.models.quotes import QuotePolicy


class ActorKind(StrEnum):
    """The ActivityStreams actor types (Activity Vocabulary, section 3.2)."""

    PERSON = "Person"
    SERVICE = "Service"
    GROUP = "Group"
    APPLICATION = "Application"
    ORGANIZATION = "Organization"


@dataclass(frozen=True, slots=True)
class ProfileField:
    """One line of a profile; `value` is sanitised HTML. `verified_at` is when the page it links to linked back."""

    name: str
    value: str
    verified_at: int | None = None


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji: `:shortcode:` in a text stands for the picture at `url`, which once stored is one of ours.
    `media_type` is known of our own; `updated_at` is when its picture last changed (milliseconds), 0 if nobody said.
    """

    shortcode: str
    url: str
    media_type: str = ""
    updated_at: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor. `domain` is the part after the @ of its handle, `host` the host (and port) of its `uri`. A limited one
    is shown to those who follow it, of a sensitized one every picture is covered. `hides_follows`: nobody else is told
    who follows it and whom it follows. `featured_tags` is known of peers' only. `feature_policy` is whom a peer's actor
    lets show it in a collection. `suspended_elsewhere`: its own server did it. Programs leave out the list of media,
    the answers among them, or what is featured, where it does not show them.
    """

    id: int
    uri: str
    kind: ActorKind
    local: bool
    username: str
    domain: str
    host: str
    name: str
    summary: str
    fields: tuple[ProfileField, ...]
    emojis: tuple[Emoji, ...]
    url: str
    inbox: str
    shared_inbox: str | None
    outbox: str | None
    followers: str | None
    following: str | None
    featured: str | None
    avatar_id: int | None
    header_id: int | None
    locked: bool
    discoverable: bool
    indexable: bool
    also_known_as: tuple[str, ...]
    moved_to: str | None
    followers_count: int
    following_count: int
    posts_count: int
    created_at: int
    updated_at: int
    fetched_at: int | None
    suspended_at: int | None
    deleted_at: int | None
    limited_at: int | None = None
    sensitized_at: int | None = None
    hides_follows: bool = False
    feature_policy: QuotePolicy | None = None
    avatar_description: str = ""
    header_description: str = ""
    attribution_domains: tuple[str, ...] = ()
    memorial: bool = False
    featured_tags: str | None = None
    suspended_elsewhere: bool = False
    shows_media: bool = True
    shows_replies_in_media: bool = True
    shows_featured: bool = True

    @property
    def handle(self) -> str:
        """`name@domain`, without a leading @."""
        return f"{self.username}@{self.domain}"

    @property
    def display_name(self) -> str:
        return self.name or self.username

    @property
    def gone(self) -> bool:
        """Suspended or deleted: shown to nobody, and nothing is taken from it."""
        return self.suspended_at is not None or self.deleted_at is not None

    @property
    def settled(self) -> bool:
        """Deleted, or suspended by a decision made here: her own server has no more say in it."""
        return self.deleted_at is not None or (self.suspended_at is not None and not self.suspended_elsewhere)

    def writes_at(self, host: str) -> bool:
        """Whether she says of a site, or of one that it belongs to, that what names her there is hers. Both names
        without a port.
        """
        labels = host.split(".")
        return any(".".join(labels[start:]) in self.attribution_domains for start in range(len(labels)))


@dataclass(frozen=True, slots=True)
class RemoteCommunity:
    """What a peer's Group says of itself beyond what every actor says."""

    moderators_uri: str | None
    moderators_only: bool


@dataclass(frozen=True, slots=True)
class RemoteActor:
    """What a peer's actor document says, sanitised, before it is stored. `keys` maps key ids to public PEMs."""

    uri: str
    kind: ActorKind
    username: str
    domain: str
    name: str
    summary: str
    url: str
    inbox: str
    keys: tuple[tuple[str, str], ...]
    fields: tuple[ProfileField, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    shared_inbox: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    avatar_url: str | None = None
    header_url: str | None = None
    locked: bool = False
    discoverable: bool = False
    indexable: bool = False
    searchable: Consent | None = None
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    created_at: int | None = None
    suspended: bool = False
    feature_policy: QuotePolicy | None = None
    avatar_description: str = ""
    header_description: str = ""
    attribution_domains: tuple[str, ...] = ()
    memorial: bool = False
    featured_tags: str | None = None
    shows_media: bool = True
    shows_replies_in_media: bool = True
    shows_featured: bool = True
    community: RemoteCommunity | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an actor; `private_pem` only for our own. `kind` is `rsa` or `ed25519`."""

    uri: str
    actor_id: int
    kind: str
    public_pem: str
    private_pem: str | None
    created_at: int
    fetched_at: int


NO_PICTURE = 0
"""Takes a picture off a profile."""


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What a person changes of her profile; None leaves a thing as it is. `summary` and field values are plain text."""

    name: str | None = None
    summary: str | None = None
    fields: tuple[ProfileField, ...] | None = None
    avatar_id: int | None = None
    header_id: int | None = None
    bot: bool | None = None
    locked: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hides_follows: bool | None = None
    shows_media: bool | None = None
    shows_replies_in_media: bool | None = None
    shows_featured: bool | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    attribution_domains: tuple[str, ...] | None = None

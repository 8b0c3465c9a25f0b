"""Posts, of every kind, with what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from fedi.models.actors import Actor, Emoji
from fedi.models.cards import Card
from fedi.models.consent import Said
from fedi.models.events import Event
from fedi.models.files import File, RemoteFile
from fedi.models.materials import Material
from fedi.models.quotes import Quote, QuotePolicy, RemoteQuote


class Circle(StrEnum):
    """Who may see a post, from the narrowest to the widest; DIRECT stands beside the ladder.

    NETWORK is ActivityPub's *unlisted*: readable by anyone who has the address, in no public timeline.
    """

    DRAFT = "draft"
    SCHOOL = "school"
    PARTNERS = "partners"
    FOLLOWERS = "followers"
    NETWORK = "network"
    PUBLIC = "public"
    DIRECT = "direct"


class PostKind(StrEnum):
    """What a post is. A BOOST has no content of its own: `boost_of_id` names the post it shows."""

    NOTE = "note"
    QUESTION = "question"
    ARTICLE = "article"
    BOOST = "boost"


@dataclass(frozen=True, slots=True)
class Post:
    """One stored post. Times are milliseconds; `content` is sanitised HTML; `summary` of a NOTE or QUESTION is its
    content warning, of an ARTICLE its short description. `thread_id` is the id of the thread's first known post.
    `kept_within`, SCHOOL or PARTNERS: what is said about such posts leaves that circle no more, whomever it names.
    """

    id: int
    uri: str
    url: str
    actor_id: int
    kind: PostKind
    local: bool
    circle: Circle
    title: str
    summary: str
    content: str
    source: str | None
    sensitive: bool
    language: str | None
    in_reply_to_id: int | None
    in_reply_to_uri: str | None
    thread_id: int
    context: str | None
    boost_of_id: int | None
    replies_count: int
    boosts_count: int
    likes_count: int
    published_at: int
    edited_at: int | None
    emojis: tuple[Emoji, ...] = ()
    quote_policy: QuotePolicy = QuotePolicy.NOBODY
    quotes_count: int = 0
    community_id: int | None = None
    card_id: int | None = None
    kept_within: Circle | None = None


@dataclass(frozen=True, slots=True)
class PollOption:
    """One choice of a poll."""

    title: str
    votes: int = 0


@dataclass(frozen=True, slots=True)
class Poll:
    """A Question's choices. `closes_at` None: it never closes by itself. `hide_totals`: nobody, not even the author, is
    told how many chose what; for polls of ours that ends with the poll.
    """

    options: tuple[PollOption, ...]
    multiple: bool
    closes_at: int | None
    closed_at: int | None = None
    voters_count: int = 0
    hide_totals: bool = False

    @property
    def totals(self) -> tuple[int | None, ...]:
        """How many chose each option, as anybody may know it."""
        return tuple(None if self.hide_totals else option.votes for option in self.options)


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag: `name` as its author wrote it, `folded` for matching. Both without #."""

    name: str
    folded: str


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post about to be stored, by a teacher here or by a peer: rendered, sanitised, its references resolved.

    `uri`, `url` and `published_at` are given for remote posts; ours get theirs when stored. `quoted` is what one of
    ours quotes, `quote` what a peer's post says it quotes.
    """

    kind: PostKind
    circle: Circle
    content: str
    source: str | None = None
    title: str = ""
    summary: str = ""
    sensitive: bool = False
    language: str | None = None
    in_reply_to: Post | None = None
    in_reply_to_uri: str | None = None
    context: str | None = None
    mentions: tuple[Actor, ...] = ()
    tags: tuple[Tag, ...] = ()
    file_ids: tuple[int, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    poll: Poll | None = None
    material: Material | None = None
    uri: str | None = None
    url: str | None = None
    published_at: int | None = None
    edited_at: int | None = None
    idempotency_key: str | None = None
    quoted: Post | None = None
    quote: RemoteQuote | None = None
    quote_policy: QuotePolicy = QuotePolicy.NOBODY
    community: Actor | None = None
    event: Event | None = None
    kept_within: Circle | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a teacher typed: plain text or Markdown, before it is rendered. `circle` and `quote_policy` None take the
    person's default; `local_only`: it leaves the school in no circle, not as a message either.
    """

    text: str
    circle: Circle | None = None
    title: str = ""
    summary: str = ""
    sensitive: bool = False
    language: str | None = None
    in_reply_to_id: int | None = None
    file_ids: tuple[int, ...] = ()
    poll: Poll | None = None
    material: Material | None = None
    idempotency_key: str | None = None
    published_at: int | None = None
    quoted_id: int | None = None
    quote_policy: QuotePolicy | None = None
    community_id: int | None = None
    local_only: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """How the person who looks stands to a post. `folded`: the titles of her filters by which it is shown closed."""

    liked: bool = False
    boosted: bool = False
    voted: tuple[int, ...] = ()
    pinned: bool = False
    saved: bool = False
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardView:
    """What stands behind a post's first link, and who wrote it, where she is known."""

    card: Card
    author: Actor | None = None


@dataclass(frozen=True, slots=True)
class QuoteView:
    """What a post quotes. `quoted` is the quoted post, if its author accepts it and the viewer may see it."""

    quote: Quote
    quoted: PostView | None = None


@dataclass(frozen=True, slots=True)
class PostView:
    """A post with everything that a page, an API entity or an ActivityPub object of it shows.

    `boost_of` is the boosted post of a BOOST, itself a view. `parent` is the author of the post it answers.
    """

    post: Post
    author: Actor
    files: tuple[File, ...] = ()
    mentions: tuple[Actor, ...] = ()
    tags: tuple[Tag, ...] = ()
    poll: Poll | None = None
    material: Material | None = None
    parent: Actor | None = None
    boost_of: PostView | None = None
    quote: QuoteView | None = None
    community: Actor | None = None
    event: Event | None = None
    viewer: Viewer = field(default_factory=Viewer)
    card: CardView | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """What a post said before an edit, with what hung on it then; `created_at` is when that text was written.

    `choices` are those of its poll; files are described as they were.
    """

    id: int
    post_id: int
    created_at: int
    title: str
    summary: str
    content: str
    sensitive: bool
    emojis: tuple[Emoji, ...] = ()
    choices: tuple[str, ...] | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class RemotePost:
    """What a peer's document of a post says, sanitised, before its references are looked up.

    `to` and `cc` are as sent. `vote` is the chosen title when this is no post but a vote in the poll it answers.
    """

    uri: str
    url: str
    author_uri: str
    kind: PostKind
    to: tuple[str, ...]
    cc: tuple[str, ...]
    content: str
    title: str = ""
    summary: str = ""
    sensitive: bool = False
    language: str | None = None
    in_reply_to_uri: str | None = None
    context: str | None = None
    mention_uris: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    files: tuple[RemoteFile, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    poll: Poll | None = None
    material: Material | None = None
    published_at: int | None = None
    edited_at: int | None = None
    vote: str | None = None
    searchable: Said = field(default_factory=Said)
    audience: tuple[str, ...] = ()
    event: Event | None = None
    quote: RemoteQuote | None = None
    quote_policy: QuotePolicy = QuotePolicy.NOBODY

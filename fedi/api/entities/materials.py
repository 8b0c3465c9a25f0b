"""Materials, the words they are described by, and agreements between schools. These are ours, not Mastodon's: the types
here are what `/api/fedi/v1/openapi.json` promises.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from fedi.activitypub.materials import attribution_line
from fedi.api.entities.accounts import acct, picture
from fedi.api.entities.media import KeyOf, address
from fedi.api.entities.times import moment, moment_or_none
from fedi.config import School
from fedi.materials import CLASSES, KINDS, LICENCES, SUBJECTS, Concept
from fedi.materials import licences as known_licences
from fedi.models.actors import Actor
from fedi.models.files import File
from fedi.models.materials import Material as Metadata
from fedi.models.peers import Peer
from fedi.models.posts import Circle, PostView, Revision
from fedi.render import preview_path

Id = Annotated[str, Meta(pattern="^[0-9]{1,19}$", description="Decimal; grows with time.")]
Moment = Annotated[
    str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", description="UTC, with milliseconds.")
]
Html = Annotated[str, Meta(description="Sanitised HTML.")]
Plain = Annotated[str, Meta(description="Plain text.")]
SchoolClass = Annotated[int, Meta(ge=CLASSES[0], le=CLASSES[-1])]


class Licence(Struct, frozen=True):
    """A licence, and what it allows. One that is not in our list has its address for a name, and nothing is known."""

    uri: str
    name: str
    adaptable: bool | None
    share_alike: bool | None
    commercial: bool | None


class Author(Struct, frozen=True):
    """Who has shared a material; `/api/v1/accounts/:id` has the rest."""

    id: Id
    acct: str
    display_name: str
    url: str
    avatar: str


class MaterialFile(Struct, frozen=True):
    """A file of a material. `url` loads it without any header; where not everybody may have it, for some days only."""

    id: Id
    name: str
    media_type: str
    size: Annotated[int | None, Meta(description="Bytes; null while a file of another server has not been fetched.")]
    sha256: str | None
    description: str | None
    url: str
    preview_url: str | None


class Material(Struct, frozen=True):
    """A lesson plan, a worksheet ... Its id is that of its status in Mastodon's API: `/api/v1/statuses/:id`."""

    id: Id
    uri: str
    url: str
    title: Plain
    description: Plain
    content: Html
    kind: Annotated[str, Meta(description="An id of `kinds`, or another server's own word.")]
    subject: Annotated[str, Meta(description="An id of `subjects`, or another server's own word.")]
    classes: list[SchoolClass]
    language: str | None
    duration_minutes: int | None
    objectives: Plain
    keywords: list[str]
    licence: Licence
    attribution: Annotated[str, Meta(description="Title, author, source and licence: keep it with every copy.")]
    based_on: Annotated[str | None, Meta(description="The URI of what it was adapted from.")]
    author: Author
    files: list[MaterialFile]
    circle: Circle
    created_at: Moment
    edited_at: Moment | None


class MaterialVersion(Struct, frozen=True):
    """What a material has said, the first version first and the present one last."""

    number: int
    created_at: Moment
    title: Plain
    description: Plain
    content: Html


class Term(Struct, frozen=True):
    """One of a closed list; `labels` by language, `match` the public concept it is the same as."""

    id: str
    labels: dict[str, str]
    match: str


class Vocabularies(Struct, frozen=True):
    """What materials are described by, and may be searched by."""

    kinds: list[Term]
    subjects: list[Term]
    classes: list[int]
    licences: list[Licence]
    languages: list[str]


class AgreementState(StrEnum):
    """In force once both schools have offered it; either can end it at any time."""

    IN_FORCE = "in_force"
    OFFERED = "offered"
    ASKED = "asked"


class Agreement(Struct, frozen=True):
    """An agreement with another school: posts and materials for partner schools go both ways. `offered` is what we have
    offered and they have not yet, `asked` the reverse; both are shown to administrators only.
    """

    host: str
    name: str
    url: str
    state: AgreementState
    offered_at: Moment | None
    confirmed_at: Moment | None


def material(school: School, view: PostView, about: Metadata, key_of: KeyOf | None) -> Material:
    """A material as a reader sees it; `key_of` as in `entities.media`."""
    post = view.post
    return Material(
        id=str(post.id),
        uri=post.uri,
        url=post.url,
        title=post.title,
        description=post.summary,
        content=post.content,
        kind=about.kind,
        subject=about.subject,
        classes=list(about.classes),
        language=post.language,
        duration_minutes=about.duration_minutes,
        objectives=about.objectives,
        keywords=list(about.keywords),
        licence=licence(about.licence),
        attribution=attribution_line(view),
        based_on=about.based_on,
        author=_author(school, view.author),
        files=[_file(school, file, key_of) for file in view.files],
        circle=post.circle,
        created_at=moment(post.published_at),
        edited_at=moment_or_none(post.edited_at),
    )


def licence(uri: str) -> Licence:
    """A licence by its address, however it is written."""
    known = known_licences.by_uri(uri)
    if known is None:
        return Licence(uri, uri, None, None, None)
    return Licence(known.uri, known.name, known.adaptable, known.share_alike, known.commercial)


def _author(school: School, actor: Actor) -> Author:
    return Author(
        id=str(actor.id),
        acct=acct(school, actor),
        display_name=actor.display_name,
        url=actor.url or actor.uri,
        avatar=picture(school.base_url, actor.avatar_id),
    )


def _file(school: School, file: File, key_of: KeyOf | None) -> MaterialFile:
    key = f"?key={key_of(file.id)}" if key_of else ""
    return MaterialFile(
        id=str(file.id),
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        description=file.description or None,
        url=address(school, file, key_of),
        preview_url=f"{school.base_url}{preview_path(file.id)}{key}" if file.has_preview else None,
    )


def version(number: int, said: Revision) -> MaterialVersion:
    """One version of a material."""
    return MaterialVersion(number, moment(said.created_at), said.title, said.summary, said.content)


def vocabularies(school: School) -> Vocabularies:
    """What a program offers to choose from."""
    return Vocabularies(
        kinds=_terms(KINDS),
        subjects=_terms(SUBJECTS),
        classes=list(CLASSES),
        licences=[licence(uri) for uri in LICENCES],
        languages=list(school.languages),
    )


def _terms(concepts: dict[str, Concept]) -> list[Term]:
    return [Term(each.slug, each.labels, each.match) for each in concepts.values()]


def agreement(school: School, peer: Peer, them: Actor | None) -> Agreement:
    """An agreement, or an offer of one; `them` is the other school's actor, if it is known."""
    scheme = school.base_url.partition("://")[0]
    offered = AgreementState.ASKED if peer.offered_at is None else AgreementState.OFFERED
    return Agreement(
        host=peer.host,
        name=them.display_name if them else peer.host,
        url=(them.url or them.uri) if them else f"{scheme}://{peer.host}/",
        state=AgreementState.IN_FORCE if peer.partner else offered,
        offered_at=moment_or_none(peer.offered_at),
        confirmed_at=moment_or_none(peer.confirmed_by_them_at),
    )

"""The library for programs: materials with all they say about themselves, and what they can be searched by."""

from __future__ import annotations

from fedi.actions import reading
from fedi.api import pagination, painting
from fedi.api.call import FIVE_MINUTES, Answer, Call, answer
from fedi.api.described import ID, LANGUAGE, PAGE, About, Parameter
from fedi.api.entities import materials as entities
from fedi.api.entities.materials import Material, MaterialVersion, Vocabularies
from fedi.api.params import Params
from fedi.errors import NotFound
from fedi.instances.rates import Budget
from fedi.materials import CLASSES
from fedi.models.actors import Actor
from fedi.models.materials import Material as Metadata
from fedi.models.paging import Page
from fedi.models.posts import PostView, Revision
from fedi.store import search, views
from fedi.store.database import Transaction
from fedi.store.search import Query

MAX_WORDS = 300
"""Characters of a search that are looked at."""

SEARCHES = Budget("library", 300, 5 * 60_000)

FIND = About(
    "Materials that the caller may see, the newest first; with words, those that have all of them in their title first",
    list[Material],
    (
        Parameter("q", f"Words to look for; the first {MAX_WORDS} characters count."),
        Parameter("kind", "An id of `kinds`."),
        Parameter("subject", "An id of `subjects`."),
        Parameter("class", "A school class.", "integer", CLASSES[0], CLASSES[-1]),
        LANGUAGE,
        Parameter("licence", "The address of one of `licences`."),
        Parameter("max_minutes", "The longest time needed.", "integer", 1),
        Parameter("author_id", "Only what this account has shared."),
        *PAGE,
    ),
)
SHOW = About("One material", Material, (ID,))
VERSIONS = About("What a material has said, the first version first", list[MaterialVersion], (ID,))
VOCABULARIES = About("What materials are described by, in the school's languages", Vocabularies)


async def find(call: Call) -> Answer:
    """GET /api/fedi/v1/materials."""
    page = pagination.asked(call)
    found = await call.read(_find, call.viewer, _query(call.params), page)
    shown = [_entity(call, view, about) for view in found if (about := view.material)]
    return pagination.linked(call, shown, [view.post.id for view in found], page)


def _query(params: Params) -> Query:
    return Query(
        text=(params.text("q") or "")[:MAX_WORDS].strip(),
        kind=params.text("kind") or None,
        subject=params.text("subject") or None,
        class_=params.number("class"),
        language=params.text("language") or None,
        licence=params.text("licence") or None,
        max_minutes=params.number("max_minutes"),
        materials_only=True,
        author_id=params.id("author_id"),
    )


async def _find(tx: Transaction, viewer: Actor | None, query: Query, page: Page) -> list[PostView]:
    return await views.full(tx, await search.find(tx, viewer, query, page), viewer.id if viewer else None)


def _entity(call: Call, view: PostView, about: Metadata) -> Material:
    return entities.material(call.instance.school, view, about, painting.key_of(call.instance, view))


async def show(call: Call) -> Answer:
    """GET /api/fedi/v1/materials/:id."""
    return answer(_entity(call, *await call.read(_material, call.viewer, call.id())))


async def _material(tx: Transaction, viewer: Actor | None, post_id: int) -> tuple[PostView, Metadata]:
    view = await reading.post(tx, viewer, post_id)
    if view.material is None:
        raise NotFound("This post is no material")
    return view, view.material


async def versions(call: Call) -> Answer:
    """GET /api/fedi/v1/materials/:id/versions."""
    said = await call.read(_versions, call.viewer, call.id())
    return answer([entities.version(number, each) for number, each in enumerate(said, 1)])


async def _versions(tx: Transaction, viewer: Actor | None, post_id: int) -> list[Revision]:
    await _material(tx, viewer, post_id)
    return await reading.history(tx, viewer, post_id)


async def vocabularies(call: Call) -> Answer:
    """GET /api/fedi/v1/vocabularies."""
    return answer(entities.vocabularies(call.instance.school), headers=FIVE_MINUTES)

"""Search over posts and materials: stems made by `fedi.search_words`, kept alike in both engines' own index.

Results are told by whether all words stand in the title, then newest first: both engines agree on that order, and one
can go on from the last post of a page. Nobody finds what she may not see, and of that only what its author has agreed
to have found (FEP-5feb): see `_FINDABLE`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.models.materials import Material
from fedi.models.paging import Page
from fedi.models.posts import Post, Tag
from fedi.search_words import Term, indexed, of_markup, typed
from fedi.store.database import Transaction
from fedi.store.dialect import Engine
from fedi.store.visibility import VISIBLE, as_seen_by

# Her own posts; authors who agreed; colleagues of this school; and materials that were put in a library for the reader.
_FINDABLE = """(
    p.actor_id = CAST(:viewer AS $id)
    OR EXISTS (
        SELECT 1 FROM actors author
        WHERE  author.id = p.actor_id AND (author.indexable OR (author.local AND CAST(:viewer_local AS $bool)))
    )
    OR (p.circle IN ('public', 'partners') AND EXISTS (SELECT 1 FROM materials shared WHERE shared.post_id = p.id))
)"""

_INSERT = {
    Engine.SQLITE: "INSERT OR REPLACE INTO search_index (rowid, title, body) VALUES (:post, :title, :body)",
    Engine.POSTGRESQL: """
        INSERT INTO search_index (post_id, words)
        VALUES (:post, CAST(CAST(:title AS TEXT) AS tsvector) || CAST(CAST(:body AS TEXT) AS tsvector))
        ON CONFLICT (post_id) DO UPDATE SET words = excluded.words
    """,
}
_DELETE = {
    Engine.SQLITE: "DELETE FROM search_index WHERE rowid = :post",
    Engine.POSTGRESQL: "DELETE FROM search_index WHERE post_id = :post",
}
_HAS_WORDS = {
    Engine.SQLITE: "p.id IN (SELECT rowid FROM search_index WHERE search_index MATCH :words)",
    Engine.POSTGRESQL: """p.id IN (
        SELECT post_id FROM search_index WHERE words @@ CAST(CAST(:words AS TEXT) AS tsquery)
    )""",
}
_IN_TITLE = {
    Engine.SQLITE: "p.id IN (SELECT rowid FROM search_index WHERE search_index MATCH :in_title)",
    Engine.POSTGRESQL: """p.id IN (
        SELECT post_id FROM search_index WHERE words @@ CAST(CAST(:in_title AS TEXT) AS tsquery)
    )""",
}
# Beyond every rank: 1 is for words in the title, 0 for words elsewhere.
_ABOVE_ALL, _BELOW_ALL = 2, -1


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: words and filters must all fit, and None leaves a filter open.

    Every filter but `language` leaves materials only. `class_` is a school class, `max_minutes` the longest duration.
    """

    text: str = ""
    kind: str | None = None
    subject: str | None = None
    class_: int | None = None
    language: str | None = None
    licence: str | None = None
    max_minutes: int | None = None
    materials_only: bool = False


async def index(tx: Transaction, post: Post, tags: Iterable[Tag] = (), material: Material | None = None) -> None:
    """Make a post findable, in place of what it said before."""
    title = indexed(post.title)
    body = indexed(post.summary, of_markup(post.content), *(tag.name for tag in tags), *_about(material))
    if not title and not body:
        await remove(tx, post.id)
        return
    as_stored = _as_tsvector if tx.engine is Engine.POSTGRESQL else _as_text
    await tx.execute(_INSERT[tx.engine], post=post.id, title=as_stored(title, "A"), body=as_stored(body, "D"))


async def remove(tx: Transaction, post_id: int) -> None:
    """A post is deleted, and is found no more."""
    await tx.execute(_DELETE[tx.engine], post=post_id)


def _about(material: Material | None) -> tuple[str, ...]:
    return (material.objectives, *material.keywords) if material else ()


def _as_text(stems: list[str], _weight: str) -> str:
    return " ".join(stems)


def _as_tsvector(stems: list[str], weight: str) -> str:
    # Without a position a stem has no weight; where it stands is of no interest.
    return " ".join(f"'{stem}':1{weight}" for stem in stems)


async def find(tx: Transaction, viewer: Actor | None, query: Query, page: Page) -> list[int]:
    """The ids of the posts that fit and that `viewer` may see, those with all words in the title first, then by age.

    Text without a single word that can be searched for finds nothing.
    """
    terms = typed(query.text)
    if query.text.strip() and not terms:
        return []
    words = _words(tx.engine, terms)
    statement, params = _statement(tx.engine, query, bool(terms), page.upwards)
    found = await tx.all(
        int,
        statement,
        **params,
        **words,
        **as_seen_by(viewer),
        edge_rank=await _rank_of_edge(tx, page, words),
        edge=page.above if page.upwards else page.below,
        limit=page.limit,
    )
    return found[::-1] if page.upwards else found


async def _rank_of_edge(tx: Transaction, page: Page, words: dict[str, object]) -> int:
    edge = page.after if page.upwards else page.before
    if edge is None or not words:
        return _ABOVE_ALL if edge is None else 0
    in_title = await tx.value(
        f"SELECT 1 FROM posts p WHERE p.id = :edge AND {_IN_TITLE[tx.engine]}", edge=edge, in_title=words["in_title"]
    )
    return 0 if in_title is None else 1


def _statement(engine: Engine, query: Query, with_words: bool, upwards: bool) -> tuple[str, dict[str, object]]:
    conditions, params = _filters(query)
    if with_words:
        conditions.append(_HAS_WORDS[engine])
    direction, beyond = ("ASC", ">") if upwards else ("DESC", "<")
    statement = f"""
        SELECT id FROM (
            SELECT p.id, {f"CASE WHEN {_IN_TITLE[engine]} THEN 1 ELSE 0 END" if with_words else "0"} AS rank
            FROM   posts p{" JOIN materials m ON m.post_id = p.id" if _only_materials(query) else ""}
            WHERE  {" AND ".join(conditions)}
        ) found
        WHERE  rank {beyond} :edge_rank OR (rank = :edge_rank AND id {beyond} :edge)
        ORDER  BY rank {direction}, id {direction}
        LIMIT  :limit
    """
    return statement, params


def _filters(query: Query) -> tuple[list[str], dict[str, object]]:
    """The conditions of those filters that are set, and their parameters."""
    each = {
        "p.language = :language": ("language", query.language),
        "m.kind = :kind": ("kind", query.kind),
        "m.subject = :subject": ("subject", query.subject),
        "m.licence = :licence": ("licence", query.licence),
        "m.duration_minutes <= :max_minutes": ("max_minutes", query.max_minutes),
        "EXISTS (SELECT 1 FROM material_classes c WHERE c.post_id = p.id AND c.class = :class_)": (
            "class_",
            query.class_,
        ),
    }
    wanted = {condition: given for condition, given in each.items() if given[1] is not None}
    return [*wanted, "p.kind <> 'boost'", "p.circle <> 'draft'", VISIBLE, _FINDABLE], dict(wanted.values())


def _only_materials(query: Query) -> bool:
    filters = (query.kind, query.subject, query.class_, query.licence, query.max_minutes)
    return query.materials_only or any(each is not None for each in filters)


def _words(engine: Engine, terms: list[Term]) -> dict[str, object]:
    """The parameters `words` and `in_title`: the search in the language of the engine's index."""
    if not terms:
        return {}
    if engine is Engine.SQLITE:
        words = " AND ".join(f"({' OR '.join(_fts5(term))})" for term in terms)
        return {"words": words, "in_title": f"title : ({words})"}
    return {
        name: " & ".join(f"({' | '.join(_tsquery(term, weight))})" for term in terms)
        for name, weight in (("words", ""), ("in_title", "A"))
    }


# Stems hold letters and digits only, so that nothing in them needs to be escaped.
def _fts5(term: Term) -> list[str]:
    return [*(f'"{stem}"' for stem in term.stems), *([f'"{term.prefix}"*'] if term.prefix else [])]


def _tsquery(term: Term, weight: str) -> list[str]:
    return [*(f"'{stem}':{weight}" for stem in term.stems), *([f"'{term.prefix}':*{weight}"] if term.prefix else [])]

"""Search over posts and materials: stems made by `fedi.search_words`, kept alike in both engines' own index.

Results are told by whether all words stand in the title, then newest first: both engines agree on that order, and one
can go on from the last post of a page. Nobody finds what she may not see, and of that only what its author has agreed
to have found (FEP-5feb): see `_FINDABLE`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fedi.models.actors import Actor
from fedi.models.consent import Consent
from fedi.models.files import FileKind
from fedi.models.materials import Material
from fedi.models.paging import OLDEST, Page
from fedi.models.posts import Post, Tag
from fedi.search_words import Term, indexed, of_markup, typed
from fedi.store.database import Transaction
from fedi.store.engine.dialect import Engine
from fedi.store.visibility import TO_EVERYBODY, VISIBLE, WANTED, as_seen_by

# Her own posts; authors who agreed; colleagues of this school; and materials that were put in a library for the reader.
_FINDABLE = """(
    p.actor_id = CAST(:viewer AS $id)
    OR EXISTS (
        SELECT 1 FROM actors author
        WHERE  author.id = p.actor_id AND (
                   (author.local AND CAST(:viewer_local AS $bool))
                   OR coalesce(p.searchable, author.searchable, CASE WHEN author.indexable THEN 'public' END) = 'public'
                   OR (coalesce(p.searchable, author.searchable) = 'followers' AND EXISTS (
                       SELECT 1 FROM follows
                       WHERE  follower_id = CAST(:viewer AS $id) AND followed_id = author.id AND state = 'accepted'
                   ))
               )
    )
    OR (p.circle IN ('public', 'partners') AND coalesce(p.searchable, 'public') = 'public' AND EXISTS (
        SELECT 1 FROM materials shared WHERE shared.post_id = p.id
    ))
)"""

_SAVED = "EXISTS (SELECT 1 FROM bookmarks WHERE account_id = CAST(:viewer AS $id) AND post_id = p.id)"

_KEPT = f"""(
    p.actor_id = CAST(:viewer AS $id)
    OR {_SAVED}
    OR EXISTS (SELECT 1 FROM likes WHERE actor_id = CAST(:viewer AS $id) AND post_id = p.id)
    OR EXISTS (SELECT 1 FROM mentions WHERE actor_id = CAST(:viewer AS $id) AND post_id = p.id)
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
# The post's id in the index, and the condition that it has the words.
_ID = {Engine.SQLITE: "s.rowid", Engine.POSTGRESQL: "s.post_id"}
_MATCHES = {
    Engine.SQLITE: "s.search_index MATCH :words",
    Engine.POSTGRESQL: "s.words @@ CAST(CAST(:words AS TEXT) AS tsquery)",
}


_WITHOUT = {
    Engine.SQLITE: """NOT EXISTS (
        SELECT 1 FROM search_index w WHERE w.rowid = p.id AND w.search_index MATCH :without
    )""",
    Engine.POSTGRESQL: """NOT EXISTS (
        SELECT 1 FROM search_index w
        WHERE  w.post_id = p.id AND w.words @@ CAST(CAST(:without AS TEXT) AS tsquery)
    )""",
}
_FILES = "EXISTS (SELECT 1 FROM post_files WHERE post_id = p.id)"
_FILES_OF_KINDS = """EXISTS (
    SELECT 1 FROM post_files h JOIN files f ON f.id = h.file_id WHERE h.post_id = p.id AND f.kind IN :file_kinds*
)"""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: words and filters must all fit, and None leaves a filter open.

    The filters from `kind` to `max_minutes` leave materials only, but for `language`. `class_` is a school class,
    `max_minutes` the longest duration. Of `files` (of some kinds, or of any), `card`, `poll`, `answer` and `sensitive`
    False asks for posts without it, as `without` does for words.
    `older` and `newer` are ids; `kept` leaves what concerns the reader: hers, liked, bookmarked, or naming her.
    `saved` looks through what she has saved, and there through all of it: nobody's consent is asked twice.
    """

    text: str = ""
    kind: str | None = None
    subject: str | None = None
    class_: int | None = None
    language: str | None = None
    licence: str | None = None
    max_minutes: int | None = None
    materials_only: bool = False
    author_id: int | None = None
    older: int | None = None
    newer: int | None = None
    without: str = ""
    files: bool | None = None
    file_kinds: tuple[FileKind, ...] = ()
    card: bool | None = None
    poll: bool | None = None
    answer: bool | None = None
    sensitive: bool | None = None
    kept: bool = False
    saved: bool = False


async def index(tx: Transaction, post: Post, tags: Iterable[Tag] = (), material: Material | None = None) -> None:
    """Make a post findable, in place of what it said before."""
    title = indexed(post.title)
    body = indexed(post.summary, of_markup(post.content), *(tag.name for tag in tags), *_about(material))
    if not title and not body:
        await remove(tx, post.id)
        return
    as_stored = _as_tsvector if tx.engine is Engine.POSTGRESQL else _as_text
    await tx.execute(_INSERT[tx.engine], post=post.id, title=as_stored(title, "A"), body=as_stored(body, "D"))


async def set_consent(tx: Transaction, post_id: int, consent: Consent | None) -> None:
    """By whom a post of another server may be found by its own word; None: its author's holds."""
    await tx.execute(
        """
        UPDATE posts SET searchable = :consent
        WHERE  id = :id AND NOT local AND coalesce(searchable, '') <> coalesce(CAST(:consent AS TEXT), '')
        """,
        consent=consent,
        id=post_id,
    )


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
    bands = _bands(tx.engine, terms)
    found: list[int] = []
    for words, part in await _parts(tx, bands, page):
        if len(found) < page.limit:
            found += await _band(tx, viewer, query, words, replace(part, limit=page.limit - len(found)))
    return found[::-1] if page.upwards else found


async def _parts(tx: Transaction, bands: list[str | None], page: Page) -> list[tuple[str | None, Page]]:
    """The bands to look through one after the other: from the edge on in its own band, then all of the next."""
    edge = page.after if page.upwards else page.before
    start = 0 if edge is None or await _is_in(tx, bands[0], edge) else len(bands) - 1
    next_ones = bands[:start] if page.upwards else bands[start + 1 :]
    whole = Page(after=OLDEST) if page.upwards else Page()
    return [(bands[start], page), *((band, whole) for band in next_ones)]


async def _is_in(tx: Transaction, words: str | None, post_id: int) -> bool:
    if words is None:
        return True
    statement = f"SELECT 1 FROM search_index s WHERE {_ID[tx.engine]} = :post AND {_MATCHES[tx.engine]}"
    return await tx.value(statement, post=post_id, words=words) is not None


async def _band(tx: Transaction, viewer: Actor | None, query: Query, words: str | None, page: Page) -> list[int]:
    """The posts of one band beyond the page's edge, in the order in which they are looked through."""
    conditions, params = _filters(query)
    if unwanted := _unwanted(tx.engine, query):
        conditions.append(_WITHOUT[tx.engine])
        params["without"] = unwanted
    key, tables = _tables(tx.engine, query, words, conditions)
    if words is not None:
        params["words"] = words
    if not query.saved:
        params["now"] = tx.now  # by which mutes end
    direction = "ASC" if page.upwards else "DESC"
    return await tx.all(
        int,
        f"""
        SELECT p.id FROM {tables}
        WHERE  {key} < :below AND {key} > :above AND {" AND ".join(conditions)}
        ORDER  BY {key} {direction}
        LIMIT  :limit
        """,
        below=page.below,
        above=page.above,
        limit=page.limit,
        **params,
        **as_seen_by(viewer),
    )


def _tables(engine: Engine, query: Query, words: str | None, conditions: list[str]) -> tuple[str, str]:
    """What a band is ordered by, and its tables, those first that SQLite is to walk in that order: so a common word is
    read until the page is full, and no further. What ties the tables together is added to `conditions`.
    """
    key, tables = "p.id", ["posts p"]
    if _only_materials(query):
        key, tables = "m.post_id", ["materials m", *tables]
        conditions.append("m.post_id = p.id")
    if words is not None:
        key, tables = _ID[engine], ["search_index s", *tables]
        conditions += [f"{key} = p.id", _MATCHES[engine]]
    return key, " CROSS JOIN ".join(tables)


def _filters(query: Query) -> tuple[list[str], dict[str, object]]:
    """The conditions of those filters that are set, and their parameters."""
    each = {
        "p.language = :language": ("language", query.language),
        "p.actor_id = :author": ("author", query.author_id),
        "p.id < :older": ("older", query.older),
        "p.id > :newer": ("newer", query.newer),
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
    found = (_SAVED,) if query.saved else (WANTED, TO_EVERYBODY, _FINDABLE)
    always = ("p.kind <> 'boost'", "p.circle <> 'draft'", VISIBLE, *found)
    params: dict[str, object] = dict(wanted.values())
    if query.file_kinds:
        params["file_kinds"] = list(query.file_kinds)
    return [*wanted, *_kinds(query), *always], params


def _kinds(query: Query) -> list[str]:
    """The conditions that are asked for with yes or no."""
    each = {
        _FILES_OF_KINDS if query.file_kinds else _FILES: query.files,
        "p.card_id IS NOT NULL": query.card,
        "p.kind = 'question'": query.poll,
        "p.in_reply_to_uri IS NOT NULL": query.answer,
        "p.sensitive": query.sensitive,
        _KEPT: query.kept or None,
    }
    return [f"{'' if asked else 'NOT '}({condition})" for condition, asked in each.items() if asked is not None]


def _only_materials(query: Query) -> bool:
    filters = (query.kind, query.subject, query.class_, query.licence, query.max_minutes)
    return query.materials_only or any(each is not None for each in filters)


def _bands(engine: Engine, terms: list[Term]) -> list[str | None]:
    """The same search twice, in the language of the engine's index: all words in the title, and not all there.

    Without words there is one band, of everything.
    """
    if not terms:
        return [None]
    if engine is Engine.SQLITE:
        words = " AND ".join(f"({' OR '.join(_fts5(term))})" for term in terms)
        return [f"title : ({words})", f"({words}) NOT title : ({words})"]
    anywhere, in_title = (
        " & ".join(f"({' | '.join(_tsquery(term, weight))})" for term in terms) for weight in ("", "A")
    )
    return [in_title, f"{anywhere} & !({in_title})"]


def _unwanted(engine: Engine, query: Query) -> str:
    """What finds each post with a word that none may have; empty for no such word."""
    terms = typed(f"{query.without} ")
    if engine is Engine.SQLITE:
        return " OR ".join(piece for term in terms for piece in _fts5(term))
    return " | ".join(piece for term in terms for piece in _tsquery(term, ""))


# Stems hold letters and digits only, so that nothing in them needs to be escaped.
def _fts5(term: Term) -> list[str]:
    return [*(f'"{stem}"' for stem in term.stems), *([f'"{term.prefix}"*'] if term.prefix else [])]


def _tsquery(term: Term, weight: str) -> list[str]:
    return [*(f"'{stem}':{weight}" for stem in term.stems), *([f"'{term.prefix}':*{weight}"] if term.prefix else [])]

"""Filters: what somebody does not want to read. Nobody else hears of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.filters import (
    Filter,
    FilterAction,
    FilterChange,
    FilterContext,
    FilterKeyword,
    FilterPost,
    FilterRules,
    KeywordChange,
)
from fedi.store import filters, visibility
from fedi.store.database import Transaction

MOST_FILTERS, MOST_KEYWORDS, MOST_POSTS = 100, 200, 500
"""How many filters a person has, and how many keywords and posts all of them together."""

LONGEST_TITLE, LONGEST_KEYWORD = 256, 512
LONGEST_MS = 100 * 365 * 24 * 60 * 60 * 1000

Names = TypeVar("Names", bound=StrEnum)


# --- filters ----------------------------------------------------------------------------------------


async def own(tx: Transaction, me: Actor, filter_id: int) -> FilterRules:
    """A filter of hers with what is in it; NotFound."""
    found = await filters.own(tx, me.id, filter_id)
    if found is None:
        raise NotFound("There is no such filter")
    return found


async def create(tx: Transaction, me: Actor, asked: FilterChange) -> FilterRules:
    """Begin a filter; Invalid without a title or a context, or with too many filters."""
    await _touch(tx, me)
    if await filters.count(tx, me.id) >= MOST_FILTERS:
        raise Invalid(f"You have reached the maximum number of filters ({MOST_FILTERS})")
    blank = Filter(tx.new_id(), me.id, "", FilterAction.WARN, (), None)
    asked = replace(asked, title=asked.title or "", contexts=asked.contexts or ())
    return await _put(tx, me, blank, asked)


async def change(tx: Transaction, me: Actor, filter_id: int, asked: FilterChange) -> FilterRules:
    """Change what is given; NotFound also for a keyword that is not in it."""
    await _touch(tx, me)
    return await _put(tx, me, (await own(tx, me, filter_id)).filter, asked)


async def _put(tx: Transaction, me: Actor, old: Filter, asked: FilterChange) -> FilterRules:
    await filters.put(tx, changed(tx, old, asked))
    for each in asked.keywords:
        await _put_keyword(tx, me, old.id, each)
    return await own(tx, me, old.id)


def changed(tx: Transaction, old: Filter, asked: FilterChange) -> Filter:
    """A filter as it would be; Invalid for what cannot be."""
    return replace(
        old,
        title=old.title if asked.title is None else _text("Title", asked.title, LONGEST_TITLE),
        contexts=old.contexts if asked.contexts is None else _contexts(asked.contexts),
        action=_action(asked.action) if asked.action else old.action,
        expires_at=_expires_at(tx.now, asked.expires_in_ms) if asked.sets_expiry else old.expires_at,
    )


async def delete(tx: Transaction, me: Actor, filter_id: int) -> None:
    """Forget a filter of hers."""
    await _touch(tx, me)
    await filters.delete(tx, (await own(tx, me, filter_id)).filter.id)


async def _touch(tx: Transaction, me: Actor) -> None:
    await filters.touch(tx, me.id)
    tx.announce(f"filters_changed:{me.id}", me.id)


# --- keywords ---------------------------------------------------------------------------------------


async def keyword(tx: Transaction, me: Actor, keyword_id: int) -> FilterKeyword:
    """A keyword of hers; NotFound."""
    found = await filters.own_keyword(tx, me.id, keyword_id)
    if found is None:
        raise NotFound("There is no such keyword")
    return found


async def add_keyword(tx: Transaction, me: Actor, filter_id: int, asked: KeywordChange) -> FilterKeyword:
    """Put a keyword into a filter of hers; a whole word, unless something else is asked for."""
    await _touch(tx, me)
    return await _add_keyword(tx, me, (await own(tx, me, filter_id)).filter.id, asked)


async def change_keyword(tx: Transaction, me: Actor, asked: KeywordChange) -> FilterKeyword:
    """Change a keyword of hers."""
    await _touch(tx, me)
    return await _change_keyword(tx, await keyword(tx, me, asked.id or 0), asked)


async def remove_keyword(tx: Transaction, me: Actor, keyword_id: int) -> None:
    """Look for it no longer; its filter stays."""
    await _touch(tx, me)
    await filters.delete_keyword(tx, (await keyword(tx, me, keyword_id)).id)


async def _put_keyword(tx: Transaction, me: Actor, filter_id: int, asked: KeywordChange) -> None:
    if asked.id is None:
        # A form of a client that has thought better of a new keyword sends it with the mark of those that go.
        if not asked.gone:
            await _add_keyword(tx, me, filter_id, asked)
        return
    old = await keyword(tx, me, asked.id)
    if old.filter_id != filter_id:
        raise NotFound("There is no such keyword in this filter")
    if asked.gone:
        await filters.delete_keyword(tx, old.id)
    else:
        await _change_keyword(tx, old, asked)


async def _add_keyword(tx: Transaction, me: Actor, filter_id: int, asked: KeywordChange) -> FilterKeyword:
    if await filters.count_keywords(tx, me.id) >= MOST_KEYWORDS:
        raise Invalid(f"You have reached the maximum number of keywords ({MOST_KEYWORDS})")
    return await _change_keyword(
        tx, FilterKeyword(tx.new_id(), filter_id, "", True), replace(asked, keyword=asked.keyword or "")
    )


async def _change_keyword(tx: Transaction, old: FilterKeyword, asked: KeywordChange) -> FilterKeyword:
    new = replace(
        old,
        keyword=old.keyword if asked.keyword is None else _text("Keyword", asked.keyword, LONGEST_KEYWORD),
        whole_word=old.whole_word if asked.whole_word is None else asked.whole_word,
    )
    await filters.put_keyword(tx, new)
    return new


# --- posts ------------------------------------------------------------------------------------------


async def post(tx: Transaction, me: Actor, entry_id: int) -> FilterPost:
    """A post in a filter of hers, by the id it has there; NotFound."""
    found = await filters.own_post(tx, me.id, entry_id)
    if found is None:
        raise NotFound("There is no such post in a filter")
    return found


async def add_post(tx: Transaction, me: Actor, filter_id: int, post_id: int) -> FilterPost:
    """Put a post into a filter of hers, of a boost what it shows; NotFound if it is hidden, Invalid if it is in it."""
    await _touch(tx, me)
    into = (await own(tx, me, filter_id)).filter
    chosen = await visibility.post_by_id(tx, me, post_id)
    if chosen is None:
        raise NotFound("There is no such post")
    if await filters.count_posts(tx, me.id) >= MOST_POSTS:
        raise Invalid(f"You have reached the maximum number of filtered posts ({MOST_POSTS})")
    made = FilterPost(tx.new_id(), into.id, chosen.boost_of_id or chosen.id)
    if not await filters.add_post(tx, made):
        raise Invalid("Status has already been taken")
    return made


async def remove_post(tx: Transaction, me: Actor, entry_id: int) -> None:
    """Take a post out of a filter again."""
    await _touch(tx, me)
    await filters.delete_post(tx, (await post(tx, me, entry_id)).id)


# --- keywords that each are a filter: the first version of the API ----------------------------------


async def create_single(tx: Transaction, me: Actor, asked: FilterChange) -> tuple[Filter, FilterKeyword]:
    """A filter of one keyword, which is its title too."""
    phrase = _text("Phrase", asked.keywords[0].keyword or "", LONGEST_KEYWORD)
    made = await create(tx, me, replace(asked, title=phrase[:LONGEST_TITLE]))
    return made.filter, made.keywords[0]


async def change_single(
    tx: Transaction, me: Actor, keyword_id: int, asked: FilterChange
) -> tuple[Filter, FilterKeyword]:
    """Change a keyword, and its filter if nothing else is in that; Invalid if something else would change with it."""
    await _touch(tx, me)
    old = await single(tx, me, keyword_id)
    new = changed(tx, old[0], asked)
    if new != old[0]:
        if len((await own(tx, me, new.id)).keywords) > 1:
            raise Invalid("These parameters apply to more than one filter keyword, and are changed with the filter")
        await filters.put(tx, new)
    return new, await _change_keyword(tx, old[1], asked.keywords[0])


async def remove_single(tx: Transaction, me: Actor, keyword_id: int) -> None:
    """Look for a keyword no longer; a filter with nothing else in it goes too."""
    old = await keyword(tx, me, keyword_id)
    await remove_keyword(tx, me, old.id)
    left = await own(tx, me, old.filter_id)
    if not left.keywords and not left.posts:
        await filters.delete(tx, left.filter.id)


async def single(tx: Transaction, me: Actor, keyword_id: int) -> tuple[Filter, FilterKeyword]:
    """A keyword of hers with its filter; NotFound."""
    found = await keyword(tx, me, keyword_id)
    return (await own(tx, me, found.filter_id)).filter, found


# --- what is asked ----------------------------------------------------------------------------------


def _text(what: str, typed: str, longest: int) -> str:
    text = typed.strip()
    if not text:
        raise Invalid(f"{what} can't be blank", what.lower())
    if len(text) > longest:
        raise Invalid(f"{what} is too long (maximum is {longest} characters)", what.lower())
    return text


def _contexts(typed: Iterable[str]) -> tuple[FilterContext, ...]:
    names = [name for each in typed if (name := each.strip())]
    if not names:
        raise Invalid("Context can't be blank", "context")
    return tuple(
        dict.fromkeys(_member(FilterContext, name, "Context None or invalid context supplied") for name in names)
    )


def _action(typed: str) -> FilterAction:
    return _member(FilterAction, typed, "Action is not included in the list")


def _member(names: type[Names], typed: str, refusal: str) -> Names:
    try:
        return names(typed)
    except ValueError as error:
        raise Invalid(refusal) from error


def _expires_at(now: int, lasts_ms: int | None) -> int | None:
    return None if lasts_ms is None else now + max(0, min(lasts_ms, LONGEST_MS))

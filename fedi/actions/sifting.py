"""What a page of posts leaves out or folds by its reader's filters; programs do the same by themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.models.filters import FilterAction, FilterContext, FilterRules
from fedi.models.posts import PostView
from fedi.policies.filters import Filters, Match, filtered_text
from fedi.store import filters
from fedi.store.database import Transaction
from fedi.text import plain

ChooseViews = Callable[..., Awaitable[list[PostView]]]


@dataclass(frozen=True, slots=True)
class Sifted:
    """Posts as their reader wants them. `folded` names her filters, by the ids of the posts that they fold; `ids` are
    those of all posts of the page, by which it leads to the next one.
    """

    ids: list[int]
    views: list[PostView]
    folded: dict[int, str]


async def sifted(
    tx: Transaction, reader: Actor | None, context: FilterContext, choose: ChooseViews, *args: object
) -> Sifted:
    """A page that a unit of work chooses. What its reader has written herself is always shown."""
    found = await choose(tx, *args)
    rules = [each for each in await _of(tx, reader) if context in each.filter.contexts]
    asked, kept, folded = Filters(0, rules), list[PostView](), dict[int, str]()
    for view in found:
        matches = [] if reader is None or _is_hers(view, reader) else _matches(asked, view, tx.now)
        if any(match.filter.action is FilterAction.HIDE for match in matches):
            continue
        kept.append(view)
        if titles := list(_titles(matches, view)):
            folded[view.post.id] = ", ".join(titles)
    return Sifted([view.post.id for view in found], kept, folded)


async def _of(tx: Transaction, reader: Actor | None) -> list[FilterRules]:
    return await filters.of_account(tx, reader.id) if reader else []


def _is_hers(view: PostView, reader: Actor) -> bool:
    return (view.boost_of or view).author.id == reader.id


def _matches(asked: Filters, view: PostView, now: int) -> list[Match]:
    shown = view.boost_of or view
    return asked.matches(now, shown.post.id, filtered_text(_texts(shown))) if asked else []


def _texts(shown: PostView) -> Iterator[str]:
    yield shown.post.summary
    yield shown.post.title
    yield plain(shown.post.content)
    yield from (option.title for option in (shown.poll.options if shown.poll else ()))
    yield from (file.description for file in shown.files)


def _titles(matches: list[Match], view: PostView) -> Iterator[str]:
    """Of the filters that fold it: pictures are not blurred here, so what has some is folded instead."""
    folding = {FilterAction.WARN, FilterAction.BLUR} if (view.boost_of or view).files else {FilterAction.WARN}
    return (match.filter.title for match in matches if match.filter.action in folding)

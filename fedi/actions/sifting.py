"""What pages leave out or fold by their reader's filters, wherever they show posts; programs do it by themselves.

A face gives the context in which it shows posts, and gets them as their reader wants them: what she hides is not among
them, and what folds says so itself (`Viewer.folded`), so that one template folds it on every page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from fedi.actions.reading import Thread
from fedi.models.actors import Actor
from fedi.models.filters import FilterAction, FilterContext
from fedi.models.notifications import NotificationView
from fedi.models.posts import PostView
from fedi.policies.filters import Filters, Match, filtered_text
from fedi.store import filters
from fedi.store.database import Transaction
from fedi.text import plain

ChooseViews = Callable[..., Awaitable[list[PostView]]]


class Sieve:
    """The filters of one reader that hold in one context. What she has written herself passes."""

    __slots__ = ("_filters", "_now", "_reader")

    def __init__(self, reader: Actor | None, held: Filters, now: int) -> None:
        self._reader, self._filters, self._now = reader, held, now

    def posts(self, views: Iterable[PostView]) -> list[PostView]:
        """Posts without those that she hides; those that she folds say why."""
        return [kept for view in views if (kept := self.post(view)) is not None]

    def post(self, view: PostView) -> PostView | None:
        """One post with the titles of the filters that fold it; None if she hides it. A quoted post that she hides is
        folded, for else the quote would have lost its sense.
        """
        if not self._filters:
            return view
        matches = self._matches(view)
        if any(match.filter.action is FilterAction.HIDE for match in matches):
            return None
        return _folded(self._quoting(view), _folding(matches, view))

    def page(self, views: list[PostView]) -> Sifted:
        """A page of posts, which leads on by all that were chosen for it."""
        return Sifted([view.post.id for view in views], self.posts(views))

    def thread(self, thread: Thread) -> Thread:
        """A thread around a post that she has opened herself, which is shown whatever it says."""
        above, below = self.posts(thread.ancestors), self.posts(thread.descendants)
        return Thread(above, self._quoting(thread.post), below)

    def news(self, views: Iterable[NotificationView]) -> list[NotificationView]:
        """Notifications without those about posts that she hides."""
        sifted = ((view, view.post and self.post(view.post)) for view in views)
        return [replace(view, post=post) for view, post in sifted if view.post is None or post is not None]

    def _quoting(self, view: PostView) -> PostView:
        """A post that itself is shown, with what it quotes folded, if that matches."""
        if view.boost_of is not None:
            return replace(view, boost_of=self._quoting(view.boost_of))
        quoted = view.quote.quoted if view.quote else None
        if view.quote is None or quoted is None:
            return view
        titles = [match.filter.title for match in self._matches(quoted)]
        return replace(view, quote=replace(view.quote, quoted=_folded(quoted, titles)))

    def _matches(self, view: PostView) -> list[Match]:
        shown = view.boost_of or view
        if self._reader is not None and shown.author.id == self._reader.id:
            return []
        return self._filters.matches(self._now, shown.post.id, filtered_text(_texts(shown)))


async def sieve(tx: Transaction, reader: Actor | None, context: FilterContext) -> Sieve:
    """What somebody's filters do in a context; a stranger's nothing."""
    found = await filters.of_account(tx, reader.id) if reader else []
    return Sieve(reader, Filters(0, [each for each in found if context in each.filter.contexts]), tx.now)


@dataclass(frozen=True, slots=True)
class Sifted:
    """A page of posts as its reader wants it. `ids` are those of all posts that were chosen, by which it leads to the
    next one.
    """

    ids: list[int]
    views: list[PostView]


async def sifted(
    tx: Transaction, reader: Actor | None, context: FilterContext, choose: ChooseViews, *args: object
) -> Sifted:
    """A page of posts that a unit of work chooses."""
    found = await choose(tx, *args)
    return (await sieve(tx, reader, context)).page(found)


def _texts(shown: PostView) -> Iterator[str]:
    yield shown.post.summary
    yield shown.post.title
    yield plain(shown.post.content)
    yield from (option.title for option in (shown.poll.options if shown.poll else ()))
    yield from (file.description for file in shown.files)


def _folding(matches: list[Match], view: PostView) -> list[str]:
    """Titles of the filters that fold it: pictures are not blurred here, so what has some is folded instead."""
    folding = {FilterAction.WARN, FilterAction.BLUR} if (view.boost_of or view).files else {FilterAction.WARN}
    return [match.filter.title for match in matches if match.filter.action in folding]


def _folded(view: PostView, titles: list[str]) -> PostView:
    return replace(view, viewer=replace(view.viewer, folded=tuple(titles))) if titles else view

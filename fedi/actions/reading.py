"""Reading: one post, its thread, its history.

What a viewer may not see answers exactly as what does not exist, and by the same statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fedi.errors import Forbidden, NotFound
from fedi.models.actors import Actor
from fedi.models.follows import FollowState
from fedi.models.posts import Circle, Post, PostView, Revision
from fedi.policies.visibility import OPEN
from fedi.store import blocks, follows, revisions, views, visibility
from fedi.store.database import Transaction

ANCESTORS = 4096
"""How far up a thread is shown; also how many of its posts are read, newest left out first."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A post among those above it, the first one first, and those below it, each answer right after what it answers.

    Below a thread's first post stands at last what belongs to the thread, and answers what is not here.
    """

    ancestors: list[PostView]
    post: PostView
    descendants: list[PostView]


async def post(tx: Transaction, viewer: Actor | None, post_id: int) -> PostView:
    """A post as `viewer` sees it; NotFound."""
    return await _view(tx, viewer, await visibility.post_by_id(tx, viewer, post_id))


async def by_uri(tx: Transaction, viewer: Actor | None, uri: str) -> PostView:
    """The post with this id on the wire as `viewer` sees it; NotFound."""
    return await _view(tx, viewer, await visibility.post_by_uri(tx, viewer, uri))


async def _view(tx: Transaction, viewer: Actor | None, found: Post | None) -> PostView:
    if found is None:
        raise NotFound("There is no such post")
    return (await views.of(tx, [found], viewer.id if viewer else None))[0]


async def require(tx: Transaction, actor: Actor, post: Post) -> None:
    """NotFound unless `actor` may see the post; asks the database only where the circle leaves it open."""
    if post.circle not in OPEN and post.actor_id != actor.id and not await visibility.sees(tx, actor, post):
        raise NotFound("There is no such post")


async def require_contact(tx: Transaction, actor: Actor, post: Post) -> None:
    """What `require` asks, and that neither `actor` nor the post's author has blocked the other: to whoever is blocked
    it is as if there were no such post. Asked before anything is done to a post.
    """
    await require(tx, actor, post)
    if post.actor_id == actor.id:
        return
    found = await blocks.between(tx, actor.id, post.actor_id)
    if any(block.blocked_id == actor.id for block in found):
        raise NotFound("There is no such post")
    if found:
        raise Forbidden("You have blocked the author; lift the block first")


async def history(tx: Transaction, viewer: Actor | None, post_id: int) -> list[Revision]:
    """What a post has said, the first text first and the present one last; NotFound.

    An edit may name somebody new: what was said before is not for her, unless she could read it without being named.
    """
    view = await post(tx, viewer, post_id)
    earlier = await revisions.of_post(tx, post_id) if await _has_read_before(tx, viewer, view.post) else []
    return [*earlier, _present(view)]


async def _has_read_before(tx: Transaction, viewer: Actor | None, shown: Post) -> bool:
    if viewer is None or viewer.id == shown.actor_id or shown.circle not in (Circle.DIRECT, Circle.FOLLOWERS):
        return True
    follow = await follows.between(tx, viewer.id, shown.actor_id) if shown.circle is Circle.FOLLOWERS else None
    return follow is not None and follow.state is FollowState.ACCEPTED


def _present(view: PostView) -> Revision:
    now = view.post
    return Revision(
        id=now.id,
        post_id=now.id,
        created_at=now.published_at if now.edited_at is None else now.edited_at,
        title=now.title,
        summary=now.summary,
        content=now.content,
        sensitive=now.sensitive,
        emojis=now.emojis,
        choices=tuple(option.title for option in view.poll.options) if view.poll else None,
        files=view.files,
    )


async def thread(tx: Transaction, viewer: Actor | None, post_id: int) -> Thread:
    """A post in its thread, as far as `viewer` sees it; NotFound if not the post itself."""
    shown = await post(tx, viewer, post_id)
    above, below = await _around(tx, viewer, shown.post)
    found = {view.post.id: view for view in await views.full(tx, above + below, viewer.id if viewer else None)}
    return Thread([found[each] for each in above], shown, [found[each] for each in below])


async def around(
    tx: Transaction, viewer: Actor | None, post_id: int, deepest: int | None = None
) -> tuple[list[int], list[int]]:
    """What stands above and below a post in its thread, as `thread` has it, for faces that keep what they have shown:
    ids only. `deepest`: how many answers to answers to answers go down. A draft stands in no thread yet.
    """
    found = await visibility.post_by_id(tx, viewer, post_id)
    if found is None or found.circle is Circle.DRAFT:
        raise NotFound("There is no such post")
    return await _around(tx, viewer, found, deepest)


async def _around(
    tx: Transaction, viewer: Actor | None, shown: Post, deepest: int | None = None
) -> tuple[list[int], list[int]]:
    nodes = {node.id: node for node in await visibility.thread(tx, viewer, shown.thread_id, ANCESTORS)}
    above = [each for each in _above(nodes, shown.id) if nodes[each].visible]
    answers = _below(nodes, shown.id, deepest)
    if shown.in_reply_to_uri is None:
        answers += _unattached(nodes, {shown.id, *answers})
    return above, [each for each in answers if nodes[each].visible]


def _above(nodes: Mapping[int, visibility.Node], post_id: int) -> list[int]:
    """From the thread's first post down to the parent."""
    path: list[int] = []
    node = nodes.get(post_id)
    while node is not None and node.in_reply_to_id is not None and node.in_reply_to_id not in path:
        path.append(node.in_reply_to_id)
        node = nodes.get(node.in_reply_to_id)
    return [each for each in reversed(path) if each in nodes and each != post_id]


def _unattached(nodes: Mapping[int, visibility.Node], placed: set[int]) -> list[int]:
    """What belongs to the thread by its context and answers nothing that is here, each with the answers to it."""
    tops = sorted(node.id for node in nodes.values() if node.in_reply_to_id is None and node.id not in placed)
    return [each for top in tops for each in (top, *_below(nodes, top))]


def _below(nodes: Mapping[int, visibility.Node], post_id: int, deepest: int | None = None) -> list[int]:
    """Every answer, and the answers to it, depth first and by age, so deep and no deeper."""
    answers: dict[int, list[int]] = {}
    for node in sorted(nodes.values(), key=lambda node: -node.id):
        if node.in_reply_to_id is not None:
            answers.setdefault(node.in_reply_to_id, []).append(node.id)
    found: list[int] = []
    waiting = [(each, 1) for each in answers.pop(post_id, [])]
    while waiting:
        one, depth = waiting.pop()
        found.append(one)
        if depth != deepest:
            waiting += [(each, depth + 1) for each in answers.pop(one, [])]
    return found

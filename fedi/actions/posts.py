"""Posts: publishing, editing and deleting them, here and as peers tell us of theirs."""

from __future__ import annotations

from dataclasses import replace

from fedi import ids
from fedi.actions import (
    cards,
    conversations,
    membership,
    notifications,
    outbox,
    own_cards,
    polls,
    quotes,
    reading,
    threads,
    timelines,
)
from fedi.actions.compose import compose
from fedi.actions.threads import Place
from fedi.errors import Conflict, Forbidden, Gone, NotFound
from fedi.models.actors import Actor
from fedi.models.notifications import NotificationKind
from fedi.models.posts import Circle, Draft, NewPost, Post, PostKind, PostView
from fedi.policies.visibility import OPEN, TOLD, about, is_counted, within
from fedi.store import (
    actors,
    blocks,
    events,
    materials,
    post_counts,
    posts,
    revisions,
    search,
    tags,
    tombstones,
    views,
    visibility,
)
from fedi.store import conversations as stored_conversations
from fedi.store import quotes as stored_quotes
from fedi.store.database import Transaction

_NOT_IN_ITSELF = (Circle.DIRECT, Circle.FOLLOWERS, Circle.DRAFT)
"""Circles whose posts may be kept within a narrower one that is not their own."""


async def post(tx: Transaction, author: Actor, draft: Draft) -> Post:
    """Publish what a teacher typed, or keep it as her draft. See `compose` for what can be wrong with it."""
    return await publish(tx, author, await compose(tx, author, draft))


async def publish(tx: Transaction, author: Actor, new: NewPost, *, quietly: bool = False) -> Post:
    """Store a post, of ours or of a peer, once by its uri or its idempotency key, and tell everybody it concerns.

    `quietly`: it is a peer's that we have asked for; it has its place, and nobody is told before it is sent to us.

    Gone: its author has deleted it already. NotFound: one of ours answers what she may not see; a peer's answer to a
    hidden post is stored as an answer to nothing.
    """
    if author.gone:
        raise Forbidden("Nothing is published for an account that is suspended or deleted")
    if author.local and author.moved_to is not None:
        raise Forbidden("This account has moved; write with the new one, or take the move back first")
    if new.uri is not None and await tombstones.exists(tx, new.uri, author.uri):
        raise Gone("The post has been deleted")
    new = await quotes.tied(tx, author, await _tied_to_parent(tx, author, await _naming(tx, author.id, new)))
    circle = within(new.circle, new.kept_within, local=author.local)
    new = new if circle is new.circle else replace(new, circle=circle)
    if author.local:
        await threads.check_named(tx, new)
    new = await membership.tied(tx, author, new)
    stored, fresh = await _insert(tx, author, new)
    if fresh:
        await _attach(tx, stored, new)
        await _quote(tx, stored, author, new)
        if stored.circle is not Circle.DRAFT:
            await _take_its_place(tx, stored, author, new)
            await cards.tie(tx, stored, new)
            await (posts.keep_untold(tx, stored.id) if quietly else _spread(tx, stored, author, new))
    elif not quietly and await posts.is_to_be_told(tx, stored.id):
        await _spread(tx, stored, author, new)
    return stored


async def _naming(tx: Transaction, author_id: int, new: NewPost) -> NewPost:
    """A post names nobody who has blocked its author, whatever stands in its text."""
    blockers = await blocks.blockers(tx, author_id, [each.id for each in new.mentions]) if new.mentions else set()
    return replace(new, mentions=tuple(each for each in new.mentions if each.id not in blockers)) if blockers else new


async def _tied_to_parent(tx: Transaction, author: Actor, new: NewPost) -> NewPost:
    """An answer is in no wider circle than what it answers, and tells nobody that a hidden post is there."""
    parent = new.in_reply_to
    if parent is None:
        return new
    if author.local:
        await reading.require_contact(tx, author, parent)
    elif parent.circle not in OPEN and not await visibility.sees(tx, author, parent):
        return replace(new, in_reply_to=None)
    elif parent.local and await blocks.of(tx, parent.actor_id, author.id):
        raise Forbidden("Whom it answers has blocked its author")
    return replace(about(new, parent, local=author.local), in_reply_to_uri=parent.uri)


async def _insert(tx: Transaction, author: Actor, new: NewPost) -> tuple[Post, bool]:
    """The stored post, and whether it is new. An id that is taken gives way to the next one."""
    post_id, place = _new_id(tx, new), await threads.place(tx, new)
    while not await posts.insert(tx, made := _made(tx, author, new, post_id, place), new.idempotency_key):
        known = await _known(tx, author, new)
        if known is not None:
            return known, False
        post_id += 1
    return made, True


def _new_id(tx: Transaction, new: NewPost) -> int:
    """Ids sort by the time of publication, also where that lies in the past."""
    if new.uri is not None:
        return ids.remote_id(_published_at(tx, new), new.uri, tx.now)
    made = tx.new_id()
    return made if new.published_at is None else ids.remote_id(new.published_at, str(made), tx.now)


def _published_at(tx: Transaction, new: NewPost) -> int:
    """Nobody is believed to have published in the future, or before there was such a thing."""
    return tx.now if new.published_at is None else max(ids.YEAR_2010, min(new.published_at, tx.now))


async def _known(tx: Transaction, author: Actor, new: NewPost) -> Post | None:
    by_key = new.idempotency_key and await posts.by_idempotency_key(tx, author.id, new.idempotency_key)
    known = by_key or (await posts.by_uri(tx, new.uri) if new.uri else None)
    if known is not None and known.actor_id != author.id:
        raise Conflict("Somebody else has published under this address")
    return known


def _made(tx: Transaction, author: Actor, new: NewPost, post_id: int, place: Place) -> Post:
    parent = new.in_reply_to
    base = tx.school.base_url
    uri = new.uri or f"{base}/posts/{post_id}"
    return Post(
        id=post_id,
        uri=uri,
        url=new.url or (f"{base}/@{author.username}/{post_id}" if author.local else uri),
        actor_id=author.id,
        kind=new.kind,
        local=author.local,
        circle=new.circle,
        title=new.title,
        summary=new.summary,
        content=new.content,
        source=new.source,
        sensitive=new.sensitive,
        language=new.language,
        in_reply_to_id=parent.id if parent else None,
        in_reply_to_uri=new.in_reply_to_uri,
        thread_id=place.thread_id or post_id,
        context=place.context_of(post_id, base, local=author.local),
        boost_of_id=None,
        replies_count=0,
        boosts_count=0,
        likes_count=0,
        published_at=_published_at(tx, new),
        edited_at=new.edited_at,
        emojis=new.emojis,
        quote_policy=new.quote_policy,
        community_id=new.community.id if new.community else None,
        kept_within=new.kept_within if new.circle in _NOT_IN_ITSELF else None,
    )


async def _attach(tx: Transaction, stored: Post, new: NewPost) -> None:
    if new.mentions:
        await posts.add_mentions(tx, stored.id, [actor.id for actor in new.mentions])
    if new.tags:
        await tags.insert(tx, stored.id, new.tags)
    if new.file_ids:
        await posts.add_files(tx, stored.id, new.file_ids)
    if new.poll is not None:
        await polls.attach(tx, stored, new.poll)
    if new.material is not None:
        await materials.put(tx, stored.id, new.material)
    if new.event is not None:
        await events.put(tx, stored.id, new.event)
    if stored.circle is not Circle.DRAFT:
        await search.index(tx, stored, new.tags, new.material)


async def _quote(tx: Transaction, stored: Post, author: Actor, new: NewPost) -> None:
    if new.quoted is not None:
        await quotes.begin(tx, stored, author, new.quoted)
    elif new.quote is not None:
        await quotes.receive(tx, stored, author, new.quote)


async def _take_its_place(tx: Transaction, stored: Post, author: Actor, new: NewPost) -> None:
    parent = new.in_reply_to
    await post_counts.published(tx, stored)
    if parent is not None and is_counted(stored.circle, parent.circle):
        await post_counts.replies(tx, parent.id, 1)
    if not author.local:
        await threads.adopt_orphans(tx, stored)


async def _spread(tx: Transaction, stored: Post, author: Actor, new: NewPost) -> None:
    parent = new.in_reply_to
    await timelines.fan_out(tx, stored, author, parent, tagged=bool(new.tags))
    await _tell(tx, stored, author, new.mentions, parent)
    if stored.circle is Circle.DIRECT:
        await conversations.take_up(tx, stored, author, new.mentions)
    tx.announce("posts", stored.id)
    if author.local:
        view = await _view(tx, stored.id)
        await outbox.created(tx, view)
        await quotes.tell(tx, view)
    await membership.take_up(tx, stored, new.community)


async def _tell(tx: Transaction, stored: Post, author: Actor, mentions: tuple[Actor, ...], parent: Post | None) -> None:
    """Those the post names, and whoever it answers if she can see it."""
    told = [actor.id for actor in mentions if actor.local]
    if parent is not None and parent.local and stored.circle not in (Circle.FOLLOWERS, Circle.DIRECT):
        told.append(parent.actor_id)
    for account_id in dict.fromkeys(told):
        await notifications.notify(tx, account_id, NotificationKind.MENTION, author, stored.id)


async def _view(tx: Transaction, post_id: int) -> PostView:
    return (await views.full(tx, [post_id]))[0]


async def edit(tx: Transaction, post: Post, new: NewPost, *, was: PostView | None = None) -> Post:
    """Give a post another text; what it said before is kept. Its circle and what it answers never change.

    `was`: how it stood before something was changed in place, as the descriptions of its files are.

    A peer's edit that is older than what we have is ignored; one that is not newer brings only the counts of a poll,
    and what has become of a quote.
    """
    old, new = was or await _view(tx, post.id), await _naming(tx, post.actor_id, new)
    if post.local:
        await threads.check_named(tx, new)
    else:
        await _refresh(tx, old, new)
        if not _is_newer(old.post, new):
            return old.post
    changed = replace(
        old.post,
        kind=_kind(old.post, new),
        title=new.title,
        summary=new.summary,
        content=new.content,
        source=new.source,
        sensitive=new.sensitive,
        language=new.language,
        emojis=new.emojis,
        quote_policy=new.quote_policy,
        edited_at=tx.now if post.local else new.edited_at,
    )
    if was is None and _says_the_same(old, changed, new):
        return old.post
    await _store_edit(tx, old, changed, new)
    if changed.circle is not Circle.DRAFT:
        await _spread_edit(tx, old, changed, new)
    return changed


def _kind(post: Post, new: NewPost) -> PostKind:
    """A note becomes a question when it is given a poll, and the other way round; nothing else changes."""
    return new.kind if {post.kind, new.kind} <= {PostKind.NOTE, PostKind.QUESTION} else post.kind


def _written_at(post: Post) -> int:
    return post.published_at if post.edited_at is None else post.edited_at


def _is_newer(post: Post, new: NewPost) -> bool:
    if new.edited_at is None:
        return False
    # Many count in whole seconds: what is edited within one has the same time and other words.
    is_reworded = (new.title, new.summary, new.content) != (post.title, post.summary, post.content)
    return new.edited_at > _written_at(post) or (is_reworded and new.edited_at == _written_at(post))


async def _refresh(tx: Transaction, old: PostView, new: NewPost) -> None:
    """What changes without an edit: servers tell of it in an Update that is no newer than the text."""
    if new.edited_at is not None and new.edited_at < _written_at(old.post):
        return
    await quotes.receive(tx, old.post, old.author, new.quote)
    if new.quote_policy is not old.post.quote_policy:
        await stored_quotes.set_policy(tx, old.post.id, new.quote_policy)
    if new.event is not None and new.event != old.event:
        # Not every calendar dates its changes, and that an open lesson is off must not wait for one that does.
        await events.put(tx, old.post.id, new.event)
        tx.announce("edits", old.post.id)
    if old.poll is not None and new.poll is not None and not _is_newer(old.post, new):
        await polls.refresh(tx, old.post, old.poll, new.poll)


def _says_the_same(old: PostView, changed: Post, new: NewPost) -> bool:
    return (
        replace(changed, edited_at=old.post.edited_at, source=old.post.source) == old.post
        and tuple(file.id for file in old.files) == new.file_ids
        and (old.poll == new.poll or (changed.local and polls.as_made(old.poll) == polls.as_made(new.poll)))
        and old.material == new.material
        and old.event == new.event
    )


async def _store_edit(tx: Transaction, old: PostView, changed: Post, new: NewPost) -> None:
    await revisions.keep(tx, old)
    await posts.update(tx, changed)
    await posts.remove_mentions(tx, changed.id)
    await tags.remove(tx, changed.id)
    await posts.set_files(tx, changed.id, ())
    await materials.remove(tx, changed.id)
    await events.remove(tx, changed.id)
    await _attach(tx, changed, replace(new, poll=None))
    await polls.replace(tx, changed, old.poll, new.poll)


async def _spread_edit(tx: Transaction, old: PostView, changed: Post, new: NewPost) -> None:
    await search.index(tx, changed, new.tags, new.material)
    await cards.tie(tx, changed, new)
    await own_cards.reread(tx, changed)
    known = {actor.id for actor in old.mentions}
    named = tuple(actor for actor in new.mentions if actor.id not in known)
    await _tell(tx, changed, old.author, named, None)
    if changed.circle is Circle.DIRECT:
        await conversations.rename(tx, changed, old.mentions, new.mentions)
    for account_id in await _readers(tx, changed, await posts.local_respondents(tx, changed.id)):
        await notifications.notify(tx, account_id, NotificationKind.UPDATE, old.author, changed.id)
    for account_id in await _readers(tx, changed, await stored_quotes.local_quoters(tx, changed.id)):
        await notifications.notify(tx, account_id, NotificationKind.QUOTED_UPDATE, old.author, changed.id)
    tx.announce("edits", changed.id)
    if changed.local:
        await outbox.updated(tx, await _view(tx, changed.id))


async def _readers(tx: Transaction, post: Post, account_ids: list[int]) -> list[int]:
    """Which of these people may see a post: an edit may have left out somebody who has answered it."""
    if post.circle in OPEN:
        return account_ids
    people = await actors.by_ids(tx, account_ids)
    return [each for each in account_ids if await visibility.sees(tx, people.get(each), post)]


async def delete(tx: Transaction, post: Post) -> None:
    """Delete a post, ours or a peer's. Its answers stay; who asks for it is told that it is gone, if it was public."""
    author = await actors.by_id(tx, post.actor_id)
    if author is None:
        raise NotFound("There is no such post")
    mentioned = await actors.by_ids(tx, await posts.mentioned_ids(tx, post.id)) if author.local else {}
    await membership.let_go(tx, post)
    await erase(tx, post, author)
    if author.local and post.circle is not Circle.DRAFT:
        await outbox.deleted(tx, author, post, list(mentioned.values()))


async def erase(tx: Transaction, post: Post, author: Actor) -> None:
    """Delete a post without telling other servers: for authors whose deletion they are told of anyway."""
    if post.circle is not Circle.DRAFT:
        await tombstones.insert(tx, post.uri, author.uri, public=post.circle in OPEN)
    await forget(tx, post)


async def forget(tx: Transaction, post: Post) -> None:
    """Have a post no more. A copy of a peer's may come again."""
    if post.circle is not Circle.DRAFT:
        await _count_off(tx, post)
        await search.remove(tx, post.id)
    if post.circle is Circle.DIRECT:
        await stored_conversations.forget_post(tx, post)
    boosts = await posts.delete_boosts(tx, post.id)
    await posts.delete(tx, post)
    for each in (post.id, *boosts):
        tx.announce("deletions", each)
    if post.circle in TOLD:
        tx.announce("open_deletions", post.id)


async def _count_off(tx: Transaction, post: Post) -> None:
    if post.boost_of_id is not None:
        boosted = await posts.by_id(tx, post.boost_of_id)
        if boosted is not None and is_counted(post.circle, boosted.circle):
            await post_counts.boosts(tx, boosted.id, -1)
        return
    await post_counts.erased(tx, post)
    parent = await posts.by_id(tx, post.in_reply_to_id) if post.in_reply_to_id is not None else None
    if parent is not None and is_counted(post.circle, parent.circle):
        await post_counts.replies(tx, parent.id, -1)


async def remember_deleted(tx: Transaction, actor: Actor, uri: str) -> None:
    """A peer deletes what we have not seen: its Create, when it comes, is refused."""
    await tombstones.insert(tx, uri, actor.uri, public=False)

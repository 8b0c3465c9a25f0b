"""Posts of peers: looked up, judged, and handed to the actions that treat all posts alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from fedi.actions import emojis, partners, polls
from fedi.actions import posts as post_actions
from fedi.activitypub import consent
from fedi.activitypub.addressing import PARTNERS_PATH, PUBLIC, circle_of
from fedi.errors import Forbidden, NotFound
from fedi.models.actors import Actor, ActorKind
from fedi.models.posts import Circle, NewPost, Poll, Post, RemotePost
from fedi.store import actors, blocks, follows, passers_by, peers, posts, remote_files, search, views, visibility
from fedi.store.database import Transaction

_PEOPLE = (ActorKind.PERSON, ActorKind.SERVICE)
_MOST_NAMED = 200


async def receive(tx: Transaction, author: Actor, remote: RemotePost) -> Post:
    """Store a peer's post once; where it is known already, it is given as it is."""
    return await _store(tx, author, remote, quietly=False)


async def look_up(tx: Transaction, author: Actor, remote: RemotePost) -> Post:
    """The same for a post that was not sent to us but asked for: it tells nobody, and comes into no home."""
    return await _store(tx, author, remote, quietly=True)


async def _store(tx: Transaction, author: Actor, remote: RemotePost, *, quietly: bool) -> Post:
    stored = await post_actions.publish(tx, author, await _new_post(tx, author, remote), quietly=quietly)
    await _note_consent(tx, author, stored, remote)
    if await passers_by.note(tx, stored.id, author):
        await _make_room(tx, author.host, stored)
    return stored


async def _make_room(tx: Transaction, host: str, newest: Post) -> None:
    """For a stranger's post an older one goes, unless somebody here has taken that up."""
    for post_id in await passers_by.surplus(tx, host, newest.id):
        oldest = await posts.by_id(tx, post_id)
        if oldest is None or await passers_by.is_taken_up(tx, post_id):
            await passers_by.let_stay(tx, post_id)
        else:
            await post_actions.forget(tx, oldest)


async def edit(tx: Transaction, author: Actor, post: Post, remote: RemotePost) -> Post:
    """Store what a peer's post says now; only its author may say so."""
    if post.actor_id != author.id:
        raise Forbidden(f"{remote.uri} is not by {author.uri}")
    await _keep_consent(tx, author, post, remote)
    was = await views.full(tx, [post.id]) if remote.files else []
    new = await _new_post(tx, author, remote)
    now = await views.full(tx, [post.id]) if remote.files else []
    described_anew = [each.files for each in was] != [each.files for each in now]
    return await post_actions.edit(tx, post, new, was=was[0] if described_anew else None)


async def _note_consent(tx: Transaction, author: Actor, post: Post, remote: RemotePost) -> None:
    """By whom a new post may be found. Most say nothing of that, and nothing is written then."""
    if consent.judge(remote.searchable, author.followers) is not None:
        await _keep_consent(tx, author, post, remote)


async def _keep_consent(tx: Transaction, author: Actor, post: Post, remote: RemotePost) -> None:
    """By whom the post may be found, as it says now; an older word does not count."""
    is_older = remote.edited_at is not None and post.edited_at is not None and remote.edited_at < post.edited_at
    if not is_older:
        await search.set_consent(tx, post.id, consent.judge(remote.searchable, author.followers))


async def vote(tx: Transaction, voter: Actor, remote: RemotePost) -> None:
    """Count a nameless answer as a choice in the poll it answers; NotFound if that is none of ours, or hidden."""
    question = await visibility.post_by_uri(tx, voter, remote.in_reply_to_uri or "")
    if question is None or not question.local:
        raise NotFound("There is no such poll")
    await polls.receive_vote(tx, voter, question, remote.vote or "", remote.uri)


async def may_concern(tx: Transaction, remote: RemotePost) -> bool:
    """Whether a post by somebody unknown here could be relevant at all."""
    addressed = await actors.by_uris(tx, [*remote.mention_uris, *remote.to, *remote.cc, *remote.audience])
    if any(actor.local for actor in addressed):
        return True
    if remote.in_reply_to_uri and await posts.by_uri(tx, remote.in_reply_to_uri):
        return True
    if remote.quote and await _is_ours(tx, remote.quote.uri):
        return True
    return urlsplit(remote.author_uri).netloc in await peers.partner_hosts(tx)


async def is_relevant(tx: Transaction, author: Actor, remote: RemotePost) -> bool:
    """Whether anybody here has a reason to get this post: a server that keeps everything it is sent can be filled
    by anyone.
    """
    if await follows.has_local_follower(tx, author.id):
        return True
    addressed = await actors.by_uris(tx, [*remote.mention_uris, *remote.to, *remote.cc, *remote.audience])
    if await _reaches(tx, author, [actor.id for actor in addressed if actor.local]):
        return True
    if remote.in_reply_to_uri and await posts.by_uri(tx, remote.in_reply_to_uri):
        return True
    if remote.quote and await _is_ours(tx, remote.quote.uri):
        return True
    return _partners_of(author) in remote.to and author.host in await peers.partner_hosts(tx)


async def _reaches(tx: Transaction, author: Actor, account_ids: list[int]) -> bool:
    """Whether any of these has not blocked the author."""
    return bool(account_ids) and bool(set(account_ids) - await blocks.blockers(tx, author.id, account_ids))


async def _is_ours(tx: Transaction, uri: str) -> bool:
    found = await posts.by_uri(tx, uri)
    return found is not None and found.local


async def _new_post(tx: Transaction, author: Actor, remote: RemotePost) -> NewPost:
    parent = await posts.by_uri(tx, remote.in_reply_to_uri) if remote.in_reply_to_uri else None
    known = await _named(tx, author, remote)
    circle = await _circle(tx, author, remote)
    return NewPost(
        kind=remote.kind,
        circle=circle,
        content=remote.content,
        title=remote.title,
        summary=remote.summary,
        sensitive=remote.sensitive,
        language=remote.language,
        in_reply_to=parent,
        in_reply_to_uri=remote.in_reply_to_uri,
        context=remote.context,
        mentions=_mentioned(known, author, remote, circle),
        tags=remote.tags,
        file_ids=await _announced(tx, author, remote),
        emojis=await emojis.of_host(tx, author.host, remote.emojis),
        poll=_as_it_stands(remote.poll, tx.now) if remote.poll else None,
        material=remote.material,
        uri=remote.uri,
        url=remote.url,
        published_at=remote.published_at or tx.now,
        edited_at=remote.edited_at,
        quote=remote.quote,
        quote_policy=remote.quote_policy,
        event=remote.event,
        community=_community(known, remote),
    )


async def _announced(tx: Transaction, author: Actor, remote: RemotePost) -> tuple[int, ...]:
    """The files of a post, unless nothing is to be shown of that server's."""
    peer = await peers.by_host(tx, author.host) if remote.files else None
    if peer is not None and peer.reject_media:
        return ()
    return tuple([await remote_files.announce(tx, author.id, file) for file in remote.files])


async def _named(tx: Transaction, author: Actor, remote: RemotePost) -> list[Actor]:
    """Everybody known whom a post names or is addressed to."""
    everybody = {*remote.mention_uris, *remote.audience, *remote.to, *remote.cc} - {PUBLIC, author.followers or ""}
    return await actors.by_uris(tx, everybody) if everybody else []


def _mentioned(known: Iterable[Actor], author: Actor, remote: RemotePost, circle: Circle) -> tuple[Actor, ...]:
    """Whom a post names. A message is for everybody it is addressed to: those of Lemmy name nobody."""
    named = set(remote.mention_uris)
    if circle is Circle.DIRECT:
        named.update(each.uri for each in known if each.kind in _PEOPLE and each.uri in (*remote.to, *remote.cc))
        named.discard(author.uri)
    return tuple(each for each in known if each.uri in named)[:_MOST_NAMED]


def _community(known: Iterable[Actor], remote: RemotePost) -> Actor | None:
    """The community a post is written to: `audience` says so, older software names it among the addressed."""
    groups = [each for each in known if each.kind is ActorKind.GROUP]
    groups.sort(key=lambda group: (group.uri not in remote.audience, group.id))
    return groups[0] if groups else None


def _as_it_stands(poll: Poll, now: int) -> Poll:
    """A poll that says it closes later is open still, whichever property it says it with (FEP-9967)."""
    if poll.closed_at is None or poll.closed_at <= now:
        return poll
    return replace(poll, closed_at=None, closes_at=min(poll.closed_at, poll.closes_at or poll.closed_at))


async def _circle(tx: Transaction, author: Actor, remote: RemotePost) -> Circle:
    circle = circle_of(remote.to, remote.cc, author.followers, _partners_of(author))
    if circle is Circle.PARTNERS:
        if author.host not in await peers.partner_hosts(tx):
            # Its author's school counts us among its partners; we do not, so nobody here is meant.
            raise Forbidden(f"There is no agreement with {author.host}")
        await partners.ask(tx, author.host)  # for what will be said about it here
    return circle


def _partners_of(author: Actor) -> str:
    """The address that stands for all partners of an author's school."""
    parts = urlsplit(author.uri)
    return f"{parts.scheme}://{parts.netloc}{PARTNERS_PATH}"

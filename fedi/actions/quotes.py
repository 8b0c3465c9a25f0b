"""Quotes: asking the quoted author, answering who asks ours, and taking an answer back (FEP-044f).

Called from `posts` when a post comes; what waits for other servers is a job (`outbound.quotes`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fedi.actions import notifications, outbox, reading
from fedi.activitypub import activities, objects, uris
from fedi.activitypub import quotes as wire
from fedi.activitypub.addressing import PUBLIC, Audience
from fedi.activitypub.jsonld import Json
from fedi.activitypub.quotes import RemoteAuthorization
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page
from fedi.models.posts import Circle, NewPost, Post, PostView
from fedi.models.quotes import OWN_POLICIES, Quote, QuotePolicy, QuoteState, RemoteQuote
from fedi.policies.quotes import Approval, approval, is_no_wider
from fedi.policies.visibility import OPEN, about, kept_within
from fedi.store import actors, follows, jobs, partners, posts, quotes, views, visibility
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

_REFUSED = (QuoteState.REJECTED, QuoteState.REVOKED)
_OPEN_STATES = (QuoteState.PENDING, QuoteState.ACCEPTED)

RECHECK_MS = 7 * 24 * 60 * 60 * 1000
"""A peer's stamp is looked at again after so long, since not every server tells of one that was taken back."""

_RECHECKED_AT_ONCE = 20


async def how_met(tx: Transaction, quoter: Actor, quoted: Post) -> Approval:
    """What would become of a quote of this post by somebody who can see it."""
    follow = await follows.between(tx, quoter.id, quoted.actor_id)
    mentioned = quoter.id in await posts.mentioned_ids(tx, quoted.id)
    return approval(quoted, quoter.id, follows=follow is not None and follow.state == "accepted", mentioned=mentioned)


async def quotable(tx: Transaction, quoter: Actor, post_id: int) -> Post:
    """The post somebody here wants to quote (of a boost, what it shows); NotFound, or Forbidden by its author."""
    quoted = (await reading.post(tx, quoter, post_id)).post
    if quoted.boost_of_id is not None:
        quoted = (await reading.post(tx, quoter, quoted.boost_of_id)).post
    if quoted.circle is Circle.DRAFT:
        raise NotFound("There is no such post")
    if await how_met(tx, quoter, quoted) is Approval.DENIED:
        raise Forbidden("Its author does not want this post to be quoted")
    return quoted


async def tied(tx: Transaction, author: Actor, new: NewPost) -> NewPost:
    """One of ours about to be published: in no wider circle than what it quotes."""
    if new.quoted is None:
        return new
    await reading.require_contact(tx, author, new.quoted)
    return about(new, new.quoted)


# --- our posts quote ------------------------------------------------------------------------------


async def begin(tx: Transaction, stored: Post, author: Actor, quoted: Post) -> None:
    """A new post of ours quotes another. What is not its author's own to allow waits for the answer of a peer."""
    made = Quote(stored.id, quoted.id, quoted.uri, QuoteState.PENDING, checked_at=tx.now)
    if stored.circle is not Circle.DRAFT:
        made = await _answered_here(tx, made, stored, author, quoted)
    await quotes.insert(tx, made)


async def _answered_here(tx: Transaction, made: Quote, stored: Post, author: Actor, quoted: Post) -> Quote:
    if author.id == quoted.actor_id:
        return replace(made, state=QuoteState.ACCEPTED)
    if quoted.local:
        return await _stamped(tx, made, stored.uri, quoted)
    if not await _may_be_asked(tx, stored, quoted):
        return await _by_policy(tx, made, author, quoted)
    named = author.id in await posts.mentioned_ids(tx, quoted.id)
    state = QuoteState.ACCEPTED if named else QuoteState.PENDING
    return replace(made, state=state, request_uri=outbox.new_uri(tx))


async def _may_be_asked(tx: Transaction, stored: Post, quoted: Post) -> bool:
    """Whether the author of a peer's post may be sent the post that quotes it: who is asked is shown all of it."""
    if stored.circle is Circle.DIRECT:
        return quoted.actor_id in await posts.mentioned_ids(tx, stored.id)
    if stored.circle is Circle.PARTNERS:
        owner = await actors.by_id(tx, quoted.actor_id)
        return owner is not None and owner.host in await partners.reach(tx, [stored.id, quoted.id])
    return stored.circle is not Circle.SCHOOL


async def _by_policy(tx: Transaction, made: Quote, author: Actor, quoted: Post) -> Quote:
    """What must not be shown to its author is quoted by her word for all; Forbidden if she wants to be asked."""
    if await how_met(tx, author, quoted) is not Approval.AUTOMATIC:
        raise Forbidden("Its author decides about each quote, and may not read this one")
    return replace(made, state=QuoteState.ACCEPTED)


async def _stamped(tx: Transaction, made: Quote, quoting_uri: str, quoted: Post) -> Quote:
    stamp = await quotes.stamp(tx, quoted.actor_id, quoted.id, quoting_uri)
    return replace(made, state=QuoteState.ACCEPTED, authorization_uri=stamp_uri(tx, stamp.id), checked_at=tx.now)


def stamp_uri(tx: Transaction, stamp_id: int) -> str:
    """Where a stamp of ours is fetched."""
    return f"{tx.school.base_url}/quote_authorizations/{stamp_id}"


async def tell(tx: Transaction, view: PostView) -> None:
    """A post of ours has been published: whoever it quotes hears of it, or is asked."""
    quote = view.quote.quote if view.quote else None
    quoted = await posts.by_id(tx, quote.quoted_id) if quote and quote.quoted_id is not None else None
    if quote is None or quoted is None:
        return
    if quote.request_uri is not None:
        await _ask(tx, view, quote, quoted)
    elif quote.state is QuoteState.ACCEPTED and quoted.local:
        await notifications.notify(tx, quoted.actor_id, NotificationKind.QUOTE, view.author, view.post.id)


async def _ask(tx: Transaction, view: PostView, quote: Quote, quoted: Post) -> None:
    owner = await actors.by_id(tx, quoted.actor_id)
    if owner is not None and quote.request_uri is not None:
        document = objects.build(view, tx.school.base_url)
        asked = wire.request(quote.request_uri, view.author.uri, quoted.uri, document, owner.uri)
        await outbox.send(tx, view.author, asked, None, outbox.inbox_of(owner))


async def accepted(tx: Transaction, quote: Quote, sender: Actor, authorization_uri: str | None) -> None:
    """The quoted author agrees, by a stamp of her server's; Forbidden if anybody else says so."""
    await _require_quoted_author(tx, quote, sender)
    if authorization_uri is None or not uris.same_origin(authorization_uri, sender.uri):
        raise Invalid("An acceptance names a stamp of the same server")
    if quote.authorization_uri is None and quote.state in _OPEN_STATES:
        stamped = replace(quote, authorization_uri=authorization_uri, checked_at=tx.now)
        await _changed(tx, replace(stamped, state=QuoteState.ACCEPTED))


async def rejected(tx: Transaction, quote: Quote, sender: Actor) -> None:
    """The quoted author does not agree, or no longer."""
    await _require_quoted_author(tx, quote, sender)
    if quote.state is QuoteState.PENDING:
        await _changed(tx, replace(quote, state=QuoteState.REJECTED))
    elif quote.state is QuoteState.ACCEPTED:
        await _changed(tx, replace(quote, state=QuoteState.REVOKED))


async def _require_quoted_author(tx: Transaction, quote: Quote, sender: Actor) -> None:
    quoted = await posts.by_id(tx, quote.quoted_id) if quote.quoted_id is not None else None
    if quoted is None or quoted.actor_id != sender.id:
        raise Forbidden("Only its author says who may quote a post")


async def _changed(tx: Transaction, quote: Quote) -> None:
    """Store what became of a quote; if the quoting post is ours, everybody who has it hears of it."""
    await quotes.update(tx, quote)
    tx.announce("edits", quote.post_id)
    view = (await views.full(tx, [quote.post_id]))[0]
    if view.post.local and view.post.circle is not Circle.DRAFT:
        await outbox.updated(tx, view)


# --- others quote ours ----------------------------------------------------------------------------


async def answer(tx: Transaction, quoter: Actor, quoted: Post, quoting: Post | str, asked: Json) -> QuoteState:
    """Somebody elsewhere asks to quote a post of ours: its author's policy answers, at once.

    `quoting` is the quoting post, by its id if it has not come here; `asked` the QuoteRequest as it is answered.
    NotFound if the quoted post is hidden from `quoter`.
    """
    await reading.require_contact(tx, quoter, quoted)
    author = await _author(tx, quoted)
    if not await _agrees(tx, quoter, quoted, quoting):
        refusal = wire.answer("Reject", outbox.new_uri(tx), author.uri, asked)
        await outbox.send(tx, author, refusal, None, outbox.inbox_of(quoter))
        return QuoteState.REJECTED
    stamp = await quotes.stamp(tx, author.id, quoted.id, quoting if isinstance(quoting, str) else quoting.uri)
    agreement = wire.answer("Accept", outbox.new_uri(tx), author.uri, asked, stamp_uri(tx, stamp.id))
    await outbox.send(tx, author, agreement, None, outbox.inbox_of(quoter))
    if not isinstance(quoting, str):
        await _take_up(tx, quoter, quoting, quoted)
    return QuoteState.ACCEPTED


async def _author(tx: Transaction, quoted: Post) -> Actor:
    author = await actors.by_id(tx, quoted.actor_id)
    if author is None or author.gone or not author.local:
        raise NotFound("There is no such post")
    return author


async def _agrees(tx: Transaction, quoter: Actor, quoted: Post, quoting: Post | str) -> bool:
    if await how_met(tx, quoter, quoted) is not Approval.AUTOMATIC:
        return False
    if isinstance(quoting, str):
        return quoted.circle is Circle.PUBLIC  # any circle it may be in is no wider
    return is_no_wider(quoting.circle, quoted.circle, local=False)


async def _take_up(tx: Transaction, quoter: Actor, quoting: Post, quoted: Post) -> None:
    made = await quotes.of_post(tx, quoting.id)
    if made is not None and made.quoted_uri == quoted.uri and made.state is not QuoteState.ACCEPTED:
        await quotes.update(tx, await _stamped(tx, replace(made, quoted_id=quoted.id), quoting.uri, quoted))
        await notifications.notify(tx, quoted.actor_id, NotificationKind.QUOTE, quoter, quoting.id)


async def revoke(tx: Transaction, author: Actor, quoting_id: int) -> None:
    """An author takes her post out of somebody's quote, for good; NotFound unless it is quoted there."""
    made = await quotes.of_post(tx, quoting_id)
    quoted = await posts.by_id(tx, made.quoted_id) if made and made.quoted_id is not None else None
    quoting = (await views.full(tx, [quoting_id]))[:1]
    if made is None or quoted is None or not quoting or quoted.actor_id != author.id:
        raise NotFound("There is no such quote")
    if made.state is QuoteState.ACCEPTED:
        await _revoke(tx, author, made, quoted, quoting[0])


async def _revoke(tx: Transaction, author: Actor, made: Quote, quoted: Post, quoting: PostView) -> None:
    stamp = await quotes.stamp_for(tx, quoted.id, quoting.post.uri)
    await _changed(tx, replace(made, state=QuoteState.REVOKED))
    if stamp is None:  # her own quote, or one of a post that named the quoter
        return
    await quotes.withdraw(tx, stamp.id)
    document = wire.authorization(stamp_uri(tx, stamp.id), author.uri, quoting.post.uri, quoted.uri)
    told = Audience((PUBLIC,) if quoting.post.circle in OPEN else (), (quoting.author.uri,))
    activity = activities.build("Delete", outbox.new_uri(tx), author.uri, document, told)
    await outbox.send(tx, author, activity, None, await _who_may_have(tx, author, quoting))


async def _who_may_have(tx: Transaction, author: Actor, quoting: PostView) -> set[str]:
    """Where a quote has probably been seen: at the quoter's, and by the followers of both."""
    inboxes = set(outbox.inbox_of(quoting.author))
    if quoting.post.circle in OPEN:
        inboxes.update(await follows.follower_inboxes(tx, author.id))
    if quoting.author.local:
        inboxes.update(await outbox.inboxes_of(tx, quoting))
    return inboxes


async def set_policy(tx: Transaction, author: Actor, post: Post, policy: QuotePolicy) -> None:
    """Who may quote a post of hers from now on; quotes there are stay."""
    if post.actor_id != author.id or not post.local:
        raise NotFound("There is no such post")
    if policy not in OWN_POLICIES:
        raise Invalid("Choose who may quote it", "quote_policy")
    await quotes.set_policy(tx, post.id, policy)
    if post.circle is not Circle.DRAFT:
        await outbox.updated(tx, (await views.full(tx, [post.id]))[0])


async def quoting(tx: Transaction, viewer: Actor | None, post_id: int, page: Page) -> list[PostView]:
    """The posts that quote a post, as far as `viewer` may see them; NotFound if not the post itself."""
    await reading.post(tx, viewer, post_id)
    return await views.of(tx, await quotes.quoting(tx, viewer, post_id, page), viewer.id if viewer else None)


# --- peers' posts quote ---------------------------------------------------------------------------


async def receive(tx: Transaction, stored: Post, author: Actor, said: RemoteQuote | None) -> None:
    """What a peer's post says it quotes, when it comes and whenever it changes. What has been refused stays so."""
    known = await quotes.of_post(tx, stored.id)
    if said is None:
        if known is not None and known.state not in _REFUSED:
            await quotes.delete(tx, known)
        return
    if known is not None and known.quoted_uri != said.uri:
        await quotes.delete(tx, known)
        known = None
    if known is None or _may_change(known, said):
        await _judge(tx, stored, author, said, known)


def _may_change(known: Quote, said: RemoteQuote) -> bool:
    if said.deleted:
        return known.state is not QuoteState.DELETED
    return known.state is QuoteState.PENDING or known.authorization_uri != said.authorization_uri


async def _judge(tx: Transaction, stored: Post, author: Actor, said: RemoteQuote, known: Quote | None) -> None:
    quoted = await posts.by_uri(tx, said.uri)
    made = Quote(
        stored.id,
        quoted.id if quoted else None,
        said.uri,
        QuoteState.DELETED if said.deleted else QuoteState.PENDING,
        authorization_uri=said.authorization_uri,
        checked_at=tx.now,
    )
    if quoted is not None and not said.deleted:
        made = await _judged(tx, made, stored, author, quoted)
    is_unproved = made.authorization_uri is None or (quoted is not None and quoted.local)
    if made.state is QuoteState.PENDING and is_unproved and known is not None and known.state in _REFUSED:
        return  # nothing is new but the wish
    await (quotes.update(tx, made) if known else quotes.insert(tx, made))
    if made.state is QuoteState.ACCEPTED and quoted is not None and quoted.local:
        await notifications.notify(tx, quoted.actor_id, NotificationKind.QUOTE, author, stored.id)
    if made.state is QuoteState.PENDING and said.consented and not (quoted and quoted.local):
        await _verify_later(tx, stored, made)


async def _judged(tx: Transaction, made: Quote, stored: Post, author: Actor, quoted: Post) -> Quote:
    """What can be said of a quote without asking anybody."""
    hidden = quoted.circle not in OPEN and not await visibility.sees(tx, author, quoted)
    if hidden or not is_no_wider(stored.circle, quoted.circle, local=False):
        return replace(made, quoted_id=None, state=QuoteState.REJECTED)
    if (kept := kept_within(quoted)) is not None:
        await posts.keep_within(tx, stored.id, kept)
    if author.id == quoted.actor_id or author.id in await posts.mentioned_ids(tx, quoted.id):
        return replace(made, state=QuoteState.ACCEPTED)
    if not quoted.local:
        return made
    stamp = await quotes.stamp_for(tx, quoted.id, stored.uri)
    return await _stamped(tx, made, stored.uri, quoted) if stamp else replace(made, authorization_uri=None)


async def _verify_later(tx: Transaction, stored: Post, made: Quote) -> None:
    # A post that comes because somebody quotes it is not asked what it quotes itself: a chain of quotes has no end.
    wanted = made.authorization_uri is not None or made.quoted_id is None
    if wanted and not await quotes.awaits(tx, stored.uri):
        await jobs.enqueue(tx, _verification(stored.id))


def _verification(post_id: int) -> NewJob:
    return NewJob("verify-quote", {"post": post_id}, Lane.INBOX)


async def settle(tx: Transaction, post_id: int, stamp: RemoteAuthorization | None, *, gone: bool) -> None:
    """What a peer's server says of its stamp for a quote: the stamp, that there is none (`gone`), or nothing now."""
    made = await quotes.of_post(tx, post_id)
    stored = await posts.by_id(tx, post_id)
    author = await actors.by_id(tx, stored.actor_id) if stored else None
    quoted = await posts.by_uri(tx, made.quoted_uri) if made else None
    if made is None or stored is None or author is None or made.state not in _OPEN_STATES:
        return
    made = replace(made, quoted_id=quoted.id if quoted else None, checked_at=tx.now)
    if quoted is not None and made.state is QuoteState.PENDING:
        made = await _judged(tx, made, stored, author, quoted)
    if made.state in _OPEN_STATES and quoted is not None and not quoted.local:
        made = await _by_stamp(tx, made, stored, quoted, stamp, gone)
    await _changed(tx, made)


async def _by_stamp(
    tx: Transaction, made: Quote, stored: Post, quoted: Post, stamp: RemoteAuthorization | None, gone: bool
) -> Quote:
    owner = await actors.by_id(tx, quoted.actor_id)
    if made.authorization_uri is None or owner is None:
        return made
    if stamp is not None and stamp.uri == made.authorization_uri and stamp.is_for(made, stored.uri, owner):
        return replace(made, state=QuoteState.ACCEPTED)
    if stamp is None and not gone:
        return made
    return replace(made, state=QuoteState.REVOKED if made.state is QuoteState.ACCEPTED else QuoteState.REJECTED)


async def revoked(tx: Transaction, made: Iterable[Quote], said: Json) -> None:
    """A peer's stamp is gone: the quotes that stood by it do no more. `said` is the Delete, which goes on to everybody
    who has a quoting post of ours.
    """
    for quote in made:
        view = (await views.full(tx, [quote.post_id]))[0]
        if view.post.local:
            await outbox.forward(tx, view.author, said, await outbox.inboxes_of(tx, view))
        await _changed(tx, replace(quote, state=QuoteState.REVOKED))


async def recheck(tx: Transaction) -> None:
    """Have the stamps looked at that were not for a week, some at a time."""
    for quote in await quotes.unchecked_since(tx, tx.now - RECHECK_MS, _RECHECKED_AT_ONCE):
        await quotes.update(tx, replace(quote, checked_at=tx.now))
        await jobs.enqueue(tx, _verification(quote.post_id))

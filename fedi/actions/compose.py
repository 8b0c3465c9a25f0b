"""Composing: what a teacher typed becomes a post about to be stored; everything she can get wrong is said here."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fedi import ids
from fedi.actions import emojis, membership, quotes, reading
from fedi.config import Limits
from fedi.errors import FediError, Invalid, NotFound
from fedi.materials import licences
from fedi.models.accounts import Account
from fedi.models.actors import Actor, ActorKind
from fedi.models.posts import Circle, Draft, NewPost, Poll, Post, PostKind
from fedi.models.quotes import OWN_POLICIES, QuotePolicy
from fedi.policies.visibility import OPEN, narrowed, within
from fedi.store import accounts, actors, materials, posts, unfinished_files, visibility
from fedi.store.database import Transaction
from fedi.text import Handle, count_characters, find_handles, find_tags, fold, render_markdown, render_note

_LONGEST_TITLE = 300
_LONGEST_CHOICE = 200
_LONGEST_LINKS = 10


class Unfinished(FediError):
    """A file of the post is still worked on, or cannot be used."""

    status = 422


@dataclass(frozen=True, slots=True)
class _Mentions:
    """The people a text names, by the handle they are named with."""

    people: dict[Handle, Actor]

    def address(self, handle: Handle) -> str | None:
        actor = self.people.get(handle)
        return actor.url if actor else None


async def compose(tx: Transaction, author: Actor, draft: Draft, *, editing: Post | None = None) -> NewPost:
    """Render a draft and settle its circle, its mentions and its files.

    `editing` is the post that the draft is a new text for; its circle and what it answers stay. Invalid names the field
    that is wrong; NotFound: what the draft answers or quotes is not there for its author; Forbidden: it may not be
    quoted.
    """
    _check(draft, tx.school.limits, tx.now, editing)
    await _check_files(tx, author, draft, editing)
    await _check_licence(tx, author, draft)
    account = await accounts.by_id(tx, author.id)
    parent = await _parent(tx, author, draft, editing)
    quoted = await quotes.quotable(tx, author, draft.quoted_id) if draft.quoted_id and not editing else None
    mentions = await _mentions(tx, draft.text)
    circle = editing.circle if editing else _circle(draft, account, parent)
    return NewPost(
        kind=_kind(draft),
        circle=circle,
        content=_render(tx, draft, mentions),
        source=draft.text,
        title=draft.title.strip(),
        summary=draft.summary.strip(),
        sensitive=draft.sensitive or bool(draft.summary.strip() and draft.material is None),
        language=draft.language or (account.writes_in if account else tx.school.language),
        in_reply_to=parent,
        in_reply_to_uri=parent.uri if parent else None,
        mentions=await _named(tx, author, mentions, parent),
        tags=tuple(find_tags(draft.text)),
        file_ids=draft.file_ids,
        emojis=await emojis.used_in(tx, draft.text, draft.summary, draft.title, *_choices(draft)),
        poll=draft.poll,
        material=draft.material,
        published_at=draft.published_at,
        idempotency_key=draft.idempotency_key,
        quoted=quoted,
        quote_policy=_quote_policy(draft, account, editing),
        community=await _community(tx, author, draft, mentions, circle) if not (parent or editing) else None,
        kept_within=editing.kept_within if editing else Circle.SCHOOL if draft.local_only else None,
    )


async def _community(tx: Transaction, author: Actor, draft: Draft, mentions: _Mentions, circle: Circle) -> Actor | None:
    """The community that was chosen, else the first that the text names and that its author may write to."""
    if draft.community_id is not None:
        return await membership.chosen(tx, author, draft.community_id, circle)
    groups = [each for each in mentions.people.values() if each.kind is ActorKind.GROUP]
    for group in groups if circle in OPEN else []:
        if await membership.may(tx, author, group, answer=False):
            return group
    return None


def _quote_policy(draft: Draft, account: Account | None, editing: Post | None) -> QuotePolicy:
    if draft.quote_policy is not None and draft.quote_policy not in OWN_POLICIES:
        raise Invalid("Choose who may quote it", "quote_policy")
    usual = editing.quote_policy if editing else account.quote_policy if account else QuotePolicy.NOBODY
    return draft.quote_policy or usual


def _choices(draft: Draft) -> list[str]:
    return [option.title for option in draft.poll.options] if draft.poll is not None else []


def _kind(draft: Draft) -> PostKind:
    if draft.material is not None:
        return PostKind.ARTICLE
    return PostKind.QUESTION if draft.poll is not None else PostKind.NOTE


def _circle(draft: Draft, account: Account | None, parent: Post | None) -> Circle:
    wanted = draft.circle or (account.default_circle if account else Circle.PUBLIC)
    return within(narrowed(wanted, parent.circle), parent.kept_within) if parent else wanted


async def _parent(tx: Transaction, author: Actor, draft: Draft, editing: Post | None) -> Post | None:
    """What the draft answers; an answer to a boost answers the boosted post."""
    if editing is not None:
        return await posts.by_id(tx, editing.in_reply_to_id) if editing.in_reply_to_id is not None else None
    if draft.in_reply_to_id is None:
        return None
    parent = (await reading.post(tx, author, draft.in_reply_to_id)).post
    if parent.boost_of_id is not None:
        parent = (await reading.post(tx, author, parent.boost_of_id)).post
    if parent.circle is Circle.DRAFT:
        raise NotFound("There is no such post")
    return parent


async def _mentions(tx: Transaction, text: str) -> _Mentions:
    found: dict[Handle, Actor] = {}
    for handle in find_handles(text):
        actor = await actors.by_handle(tx, handle.username, handle.domain or tx.school.account_domain)
        if actor is not None and not actor.gone:
            found[handle] = actor
    return _Mentions(found)


async def _named(tx: Transaction, author: Actor, mentions: _Mentions, parent: Post | None) -> tuple[Actor, ...]:
    """Whom the post names: those in its text and nobody else, as a message is shown to whom it names. An answer that
    names nobody names whom it answers, lest it reach nobody.
    """
    named = {actor.id: actor for actor in mentions.people.values()}
    if parent is not None and parent.actor_id != author.id and not named:
        answered = await actors.by_id(tx, parent.actor_id)
        named |= {answered.id: answered} if answered is not None else {}
    return tuple(named.values())


def _render(tx: Transaction, draft: Draft, mentions: _Mentions) -> str:
    render = render_note if draft.material is None else render_markdown
    return render(draft.text, mentions.address, lambda tag: f"{tx.school.base_url}/tags/{quote(tag)}")


def _check(draft: Draft, limits: Limits, now: int, editing: Post | None) -> None:
    if not (draft.text.strip() or draft.file_ids or draft.poll or draft.material or draft.quoted_id):
        raise Invalid("Text can't be blank", "text")
    if draft.material is not None and draft.poll is not None:
        raise Invalid("A material has no poll", "poll")
    if draft.material is not None and not draft.title.strip():
        raise Invalid("A material needs a title", "title")
    _check_lengths(draft, limits)
    if draft.poll is not None:
        _check_poll(draft.poll, limits, None if editing else now)
    if draft.published_at is not None and not ids.YEAR_2010 <= draft.published_at <= now:
        raise Invalid("A post is published now, or was before", "published_at")


async def _check_licence(tx: Transaction, author: Actor, draft: Draft) -> None:
    """What was made of somebody else's material keeps to its licence, as far as the author can see that material."""
    if draft.material is None or draft.material.based_on is None:
        return
    source = await visibility.post_by_uri(tx, author, draft.material.based_on)
    if source is None or source.actor_id == author.id:
        return
    known = (await materials.of_posts(tx, [source.id])).get(source.id)
    original = licences.by_uri(known.licence) if known else None
    adapted = licences.by_uri(draft.material.licence)
    if original is not None and adapted is not None:
        licences.check_adaptation(original, adapted)


def _check_lengths(draft: Draft, limits: Limits) -> None:
    longest = limits.post_characters if draft.material is None else limits.material_characters
    if _is_longer((draft.text, draft.summary), longest):
        raise Invalid(f"Text character limit of {longest} exceeded", "text")
    if len(draft.title) > _LONGEST_TITLE:
        raise Invalid(f"At most {_LONGEST_TITLE} characters", "title")
    if len(draft.file_ids) > limits.files_per_post:
        raise Invalid(f"At most {limits.files_per_post} files", "file_ids")


def _is_longer(texts: tuple[str, ...], longest: int) -> bool:
    letters = sum(len(each) for each in texts)
    # A link counts little; what could only be a great many of them is not read to be counted.
    return letters > longest and (
        letters > longest * _LONGEST_LINKS or sum(count_characters(each) for each in texts) > longest
    )


def _check_poll(poll: Poll, limits: Limits, now: int | None) -> None:
    """`now` is None in an edit, where the poll may have closed already."""
    titles = {fold(option.title.strip()) for option in poll.options}
    if sum(bool(option.title.strip()) for option in poll.options) < 2:
        raise Invalid("Options must have more than one item", "poll")
    if len(poll.options) > limits.poll_options:
        raise Invalid(f"Options can't contain more than {limits.poll_options} items", "poll")
    if "" in titles or len(titles) < len(poll.options):
        raise Invalid("Options contain duplicate items", "poll")
    if any(len(option.title) > _LONGEST_CHOICE for option in poll.options):
        raise Invalid(f"Options cannot be longer than {_LONGEST_CHOICE} characters each", "poll")
    if now is not None and poll.closes_at is not None and poll.closes_at <= now:
        raise Invalid("A poll closes in the future", "poll")


async def _check_files(tx: Transaction, author: Actor, draft: Draft, editing: Post | None) -> None:
    if not draft.file_ids:
        return
    if await unfinished_files.any_of(tx, author.id, list(draft.file_ids)):
        raise Unfinished("Cannot attach files that have not finished processing. Try again in a moment!")
    usable = await posts.attachable(tx, author.id, draft.file_ids, editing.id if editing else None)
    lost = [str(each) for each in draft.file_ids if each not in usable]
    if lost:
        raise Invalid(f"Media {', '.join(lost)} not found or already attached to another post", "file_ids")

"""Communities: opening and moderating ours, and what the moderators of others decide about what stands there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote

from fedi import text
from fedi.actions import actors as actor_actions
from fedi.actions import follows as follow_actions
from fedi.actions import moderation, outbox, profiles, reactions
from fedi.actions import posts as post_actions
from fedi.activitypub import groups
from fedi.activitypub.jsonld import Json
from fedi.activitypub.key_pairs import KeyPair
from fedi.errors import Conflict, Forbidden, Invalid, NotFound
from fedi.models import usernames
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor, ActorKind, ProfileChange
from fedi.models.communities import Ban, Community, CommunityView, Posting, Standing
from fedi.models.local_actors import community as community_actor
from fedi.models.paging import Page
from fedi.models.posts import Post
from fedi.policies.visibility import OPEN
from fedi.store import accounts, actors, communities, follows, keys, posts
from fedi.store.database import Transaction

_MAX_NAME = 100
_MAX_RULES = 5_000
_MAX_MODERATORS = 20
_REMOVED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class NewCommunity:
    """A community about to be opened. `keys` take long to make: they are made before the unit. Texts are plain."""

    username: str
    name: str
    summary: str
    rules: str
    posting: Posting
    keys: KeyPair


@dataclass(frozen=True, slots=True)
class CommunityPage:
    """A community with what its page shows; `standing` is the reader's, None for a stranger."""

    community: Community
    actor: Actor
    moderators: list[Actor]
    standing: Standing | None
    may_moderate: bool


# --- opening and changing -------------------------------------------------------------------------


async def create(tx: Transaction, by: Account, founder: Actor, new: NewCommunity) -> CommunityView:
    """Open a community; Conflict if its name was taken, ever or now. Whoever opens it moderates it, and joins."""
    moderation.require(by, Role.MODERATOR)
    _check(new.name, new.rules)
    actor = community_actor(tx.school, tx.new_id(), usernames.checked(new.username), new.name.strip(), tx.now)
    await actors.insert(tx, actor)
    await keys.replace_all(tx, actor.id, new.keys.rows(actor.id, actor.uri, tx.now))
    made = Community(actor.id, new.posting, _html(new.rules), groups.moderators_uri(actor), by.id, tx.now)
    await communities.insert(tx, made)
    await communities.set_moderators(tx, actor.id, [founder.uri])
    actor = await actor_actions.update_profile(tx, actor, ProfileChange(summary=new.summary.strip()))
    await follow_actions.follow(tx, founder, actor)
    return CommunityView(made, actor)


async def change(
    tx: Transaction, by: Actor, community_id: int, profile: ProfileChange, rules: str, posting: Posting
) -> None:
    """Another name, description or rules, or others who may write."""
    _check(profile.name or "-", rules)
    found = await _moderated(tx, by, community_id)
    await communities.update(tx, replace(found.community, rules=_html(rules), posting=posting))
    await actor_actions.update_profile(tx, found.actor, profile)


async def set_moderators(tx: Transaction, by: Actor, community_id: int, handles: list[str]) -> None:
    """Name those who moderate a community of ours, of any school; whoever names them stays among them.

    Invalid for a name that is not known here.
    """
    found = await _moderated(tx, by, community_id)
    named = [by.uri, *[(await _person(tx, handle)).uri for handle in handles[:_MAX_MODERATORS]]]
    before = await communities.moderators(tx, community_id)
    await communities.set_moderators(tx, community_id, named)
    for type_, changed in (("Add", set(named) - set(before)), ("Remove", set(before) - set(named))):
        for uri in sorted(changed):
            await _tell(tx, type_, by, uri, found.actor, None, target=groups.moderators_uri(found.actor))
    await outbox.actor_updated(tx, found.actor)


async def appoint(tx: Transaction, by: Actor, community: Actor, person: Actor, *, said: Json | None = None) -> None:
    """A moderator takes somebody among the moderators of a community of ours. `said`: as somebody elsewhere does it."""
    await _require(tx, by, community)
    before = await communities.moderators(tx, community.id)
    if person.kind is ActorKind.GROUP or len(before) >= _MAX_MODERATORS:
        raise Invalid(f"A community is moderated by up to {_MAX_MODERATORS} people", "moderators")
    await _arrange_moderators(tx, by, community, person.uri, [*before, person.uri], said)


async def dismiss(tx: Transaction, by: Actor, community: Actor, person_uri: str, *, said: Json | None = None) -> None:
    """... or off the list. Whoever is of this school is taken off by this school only: a server that has fallen takes
    no community from its teachers.
    """
    await _require(tx, by, community)
    person = await actors.by_uri(tx, person_uri)
    if person is not None and person.local and not by.local:
        raise Forbidden("Whoever is of this school is taken off the list here")
    left = [uri for uri in await communities.moderators(tx, community.id) if uri != person_uri]
    await _arrange_moderators(tx, by, community, person_uri, left, said)


async def _arrange_moderators(
    tx: Transaction, by: Actor, community: Actor, changed: str, uris: list[str], said: Json | None
) -> None:
    await communities.set_moderators(tx, community.id, uris)
    type_ = "Add" if changed in uris else "Remove"
    await _tell(tx, type_, by, changed, community, said, target=groups.moderators_uri(community))
    await outbox.actor_updated(tx, community)


async def _person(tx: Transaction, handle: str) -> Actor:
    try:
        found = await profiles.by_handle(tx, handle.strip().removeprefix("@"))
    except NotFound as error:
        raise Invalid(f"{handle} is not known here", "moderators") from error
    if found.kind is ActorKind.GROUP:
        raise Invalid("A community is moderated by people", "moderators")
    return found


def _check(name: str, rules: str) -> None:
    if not name.strip() or len(name) > _MAX_NAME:
        raise Invalid(f"A name has from 1 to {_MAX_NAME} characters", "name")
    if len(rules) > _MAX_RULES:
        raise Invalid(f"The rules have at most {_MAX_RULES} characters", "rules")


def _html(typed: str) -> str:
    return text.render_note(typed, lambda _: None, lambda tag: f"/tags/{quote(tag)}")


# --- reading --------------------------------------------------------------------------------------


async def page(tx: Transaction, viewer: Actor | None, handle: str) -> CommunityPage:
    """A community by its handle; NotFound, also for people."""
    actor = await profiles.by_handle(tx, handle)
    found = await communities.by_id(tx, actor.id)
    if found is None:
        raise NotFound("There is no such community")
    moderators = await actors.by_uris(tx, await communities.moderators(tx, actor.id))
    standing = await communities.standing(tx, actor.id, viewer) if viewer else None
    may = viewer is not None and actor.local and await may_moderate(tx, viewer, actor)
    return CommunityPage(found, actor, [each for each in moderators if not each.gone], standing, may)


async def listed(tx: Transaction, page: Page) -> list[CommunityView]:
    """Our communities, and those of other servers that somebody here has joined."""
    return await communities.listed(tx, page)


async def offered(tx: Transaction, actor: Actor, wanted: int | None) -> list[CommunityView]:
    """The communities somebody may choose to write to: those she has joined, and the one she comes from."""
    found = await communities.joined(tx, actor.id)
    community = await communities.by_id(tx, wanted) if wanted is not None else None
    home = await actors.by_id(tx, community.id) if community else None
    if community is None or home is None or home.gone or wanted in [each.actor.id for each in found]:
        return found
    return [CommunityView(community, home), *found]


async def bans(tx: Transaction, by: Actor, community_id: int) -> list[Ban]:
    """Who may not take part, for its moderators."""
    await _moderated(tx, by, community_id)
    return await communities.bans(tx, community_id)


# --- moderating -----------------------------------------------------------------------------------


async def may_moderate(tx: Transaction, by: Actor, community: Actor) -> bool:
    """Whether somebody decides about what stands in a community: its moderators, and for ours those of the school.

    For a community elsewhere also whoever is of its server, where administrators decide.
    """
    standing = await communities.standing(tx, community.id, by)
    if standing is None or by.gone:
        return False
    if standing.moderator:
        return True
    if not community.local:
        return by.host == community.host
    account = await accounts.by_id(tx, by.id) if by.local else None
    return account is not None and account.disabled_at is None and account.role.covers(Role.MODERATOR)


async def _moderated(tx: Transaction, by: Actor, community_id: int) -> CommunityView:
    found, actor = await communities.by_id(tx, community_id), await actors.by_id(tx, community_id)
    if found is None or actor is None or actor.gone or not actor.local:
        raise NotFound("There is no such community")
    if not await may_moderate(tx, by, actor):
        raise Forbidden("This is for the moderators of the community")
    return CommunityView(found, actor)


async def _community_of(tx: Transaction, post: Post) -> Actor:
    community = await communities.of_post(tx, post.community_id)
    if community is None:
        raise NotFound("The post stands in no community")
    return community


async def _act(
    tx: Transaction, type_: str, by: Actor, object_: Json | str, community: Actor, **more: str | bool
) -> None:
    """What one of ours decides about a community of ours goes to its followers."""
    made = groups.moderation(type_, outbox.new_uri(tx), by.uri, object_, community) | more
    await outbox.announce(tx, community, await outbox.send(tx, by, made, None, []), None)


async def remove(tx: Transaction, by: Actor, post: Post, *, said: Json | None = None) -> None:
    """Moderators take a post out of its community. `said`: the activity, if somebody elsewhere does it.

    It stays a post of its author's; a copy of a peer's that nobody here asked for otherwise is not kept.
    """
    community = await _community_of(tx, post)
    await _require(tx, by, community)
    await _tell(tx, "Delete", by, post.uri, community, said)
    await _take_out(tx, community, post)


async def _take_out(tx: Transaction, community: Actor, post: Post) -> None:
    await reactions.unboost(tx, community, post)
    await communities.set_removed(tx, community.id, post.uri, tx.now)
    await communities.assign(tx, post.id, None)
    author = await actors.by_id(tx, post.actor_id)
    if author is not None and not author.local and not await follows.has_local_follower(tx, author.id):
        await post_actions.forget(tx, post)


async def restore(tx: Transaction, by: Actor, community: Actor, post_uri: str, *, said: Json | None = None) -> None:
    """Moderators let a post in again that they had removed; where it was not kept, it comes again."""
    await _require(tx, by, community)
    await communities.set_removed(tx, community.id, post_uri, None)
    known = await posts.by_uri(tx, post_uri)
    if known is not None and known.circle in OPEN and known.community_id is None:
        await communities.assign(tx, known.id, community.id)
        if community.local and known.in_reply_to_uri is None:
            await reactions.boost(tx, community, known, circle=known.circle)
    await _tell(tx, "Delete", by, post_uri, community, said, undo=True)


async def lock(tx: Transaction, by: Actor, post: Post, locked: bool, *, said: Json | None = None) -> None:
    """Moderators close a post to answers, or open it."""
    community = await _community_of(tx, post)
    await _require(tx, by, community)
    await communities.set_locked(tx, community.id, post.uri, locked)
    await _tell(tx, "Lock", by, post.uri, community, said, undo=not locked)


async def feature(tx: Transaction, by: Actor, post: Post, shown: bool, *, said: Json | None = None) -> None:
    """Moderators have a community show a post first, or no more."""
    community = await _community_of(tx, post)
    await _require(tx, by, community)
    await communities.set_featured(tx, community.id, post.uri, tx.now if shown else None)
    await _tell(tx, "Add" if shown else "Remove", by, post.uri, community, said, target=community.featured or "")


async def ban(
    tx: Transaction,
    by: Actor,
    community: Actor,
    person_uri: str,
    *,
    until: int | None = None,
    removing: bool = False,
    said: Json | None = None,
) -> None:
    """Moderators shut somebody out, `until` a moment (milliseconds) or for good, `removing` what she has written."""
    await _require(tx, by, community)
    person = await actors.by_uri(tx, person_uri)
    if person is not None and community.local and await may_moderate(tx, person, community):
        raise Conflict("Moderators are not shut out; take her off the list first")
    await communities.ban(tx, community.id, person_uri, until)
    await _tell(tx, "Block", by, person_uri, community, said, target=community.uri, removeData=removing)
    if person is not None:
        await _shut_out(tx, community, person, removing)


async def _shut_out(tx: Transaction, community: Actor, person: Actor, removing: bool) -> None:
    """What she wrote goes without a word for each: the Block has said so."""
    followed = await follows.between(tx, person.id, community.id) if community.local else None
    if followed is not None:
        await follow_actions.reject(tx, followed)
    written = await communities.by_author(tx, community.id, person.id, _REMOVED_AT_ONCE) if removing else []
    for post in (await posts.by_ids(tx, written)).values():
        await _take_out(tx, community, post)


async def lift_ban(tx: Transaction, by: Actor, community: Actor, person_uri: str, *, said: Json | None = None) -> None:
    """... and let her in again."""
    await _require(tx, by, community)
    await communities.lift_ban(tx, community.id, person_uri)
    await _tell(tx, "Block", by, person_uri, community, said, undo=True, target=community.uri)


async def _require(tx: Transaction, by: Actor, community: Actor) -> None:
    if not await may_moderate(tx, by, community):
        raise Forbidden("This is for the moderators of the community")


async def _tell(
    tx: Transaction,
    type_: str,
    by: Actor,
    object_: str,
    community: Actor,
    said: Json | None,
    *,
    undo: bool = False,
    **more: str | bool,
) -> None:
    """The followers of a community of ours hear of it: by what a moderator elsewhere `said`, or by our own."""
    if not community.local:
        return
    if said is not None:
        await outbox.announce(tx, community, said, None)
    elif undo:
        done = groups.moderation(type_, outbox.new_uri(tx), by.uri, object_, community) | more
        await _act(tx, "Undo", by, done, community)
    else:
        await _act(tx, type_, by, object_, community, **more)


async def set_remote_moderators(tx: Transaction, community: Actor, uris: list[str]) -> None:
    """Who moderates a community elsewhere, as its own server lists them."""
    if not community.local:
        await communities.set_moderators(tx, community.id, uris)


async def close(tx: Transaction, by: Account, community_id: int) -> None:
    """Close a community of ours for good; what was written there stays its authors'."""
    moderation.require(by, Role.ADMIN)
    actor = await actors.by_id(tx, community_id)
    if actor is None or not actor.local or await communities.by_id(tx, community_id) is None:
        raise NotFound("There is no such community")
    await actor_actions.delete(tx, actor)

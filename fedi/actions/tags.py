"""Hashtags: reading them at home, and showing them on one's page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from fedi.actions import pins
from fedi.activitypub import objects
from fedi.activitypub.addressing import PUBLIC, Audience
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.posts import Tag
from fedi.models.tags import FeaturedTag
from fedi.store import featured_tags, followed_tags
from fedi.store.database import Transaction
from fedi.text import find_tags

MOST_FOLLOWED = 500
FEATURED = 10
"""How many hashtags one of ours shows; as many as Mastodon."""

FEATURED_ELSEWHERE = 20
"""... and of how many of somebody elsewhere we know: her server may allow her more."""

LONGEST = 200


def named(typed: str) -> Tag:
    """The hashtag that somebody means, with or without its sign; Invalid for what would be none in a post."""
    name = unicodedata.normalize("NFC", typed.strip().removeprefix("#"))
    found = find_tags(f"#{name}") if len(name) <= LONGEST else []
    if len(found) != 1 or found[0].name != name:
        raise Invalid("Name is not a valid hashtag", "name")
    return found[0]


async def follow(tx: Transaction, person: Actor, folded: str) -> None:
    """Read at home what is written with a hashtag from now on; again changes nothing. Invalid: too many."""
    is_new = folded not in await followed_tags.among(tx, person.id, [folded])
    if is_new and await followed_tags.count(tx, person.id) >= MOST_FOLLOWED:
        raise Invalid(f"At most {MOST_FOLLOWED} hashtags are followed")
    await followed_tags.insert(tx, person.id, folded)


async def unfollow(tx: Transaction, person: Actor, folded: str) -> None:
    """Read it no longer; what stands in her home by nothing else leaves it."""
    if await followed_tags.delete(tx, person.id, folded):
        await followed_tags.take_out(tx, person.id, folded)


async def feature(tx: Transaction, person: Actor, tag: Tag) -> None:
    """Show a hashtag on one's page; again changes nothing. Invalid if there are too many."""
    if await _shows(tx, person, tag.folded):
        return
    if not await featured_tags.insert(tx, person.id, tag, FEATURED):
        raise Invalid(f"You have already featured the maximum number of hashtags ({FEATURED})")
    await _tell(tx, "Add", person, tag)


async def shown(tx: Transaction, person: Actor, tags: Iterable[Tag]) -> None:
    """Somebody elsewhere shows these hashtags on her page, besides those we know of."""
    for tag in tags:
        await featured_tags.insert(tx, person.id, tag, FEATURED_ELSEWHERE)


async def shown_no_longer(tx: Transaction, person: Actor, tags: Iterable[Tag]) -> None:
    """She has taken these off."""
    for tag in tags:
        await featured_tags.delete(tx, person.id, tag.folded)


async def shown_now(tx: Transaction, person: Actor, tags: Sequence[Tag]) -> None:
    """She shows these and no others, in this order."""
    known = [Tag(each.name, each.folded) for each in await featured_tags.of_actor(tx, person.id)]
    now = {tag.folded for tag in tags}
    await shown_no_longer(tx, person, (tag for tag in known if tag.folded not in now))
    await shown(tx, person, tags)


async def _tell(tx: Transaction, type_: str, person: Actor, tag: Tag) -> None:
    shown = objects.hashtag(tag, tx.school.base_url)
    await pins.arranged(tx, type_, person, shown, Audience((PUBLIC,), (person.followers or "",)))


async def feature_new(tx: Transaction, person: Actor, tag: Tag) -> FeaturedTag:
    """The same, for a face that asks for one that is not shown yet; Invalid if it is."""
    if await _shows(tx, person, tag.folded):
        raise Invalid("Tag has already been taken", "name")
    await feature(tx, person, tag)
    return next(each for each in await featured_tags.of_actor(tx, person.id) if each.folded == tag.folded)


async def _shows(tx: Transaction, person: Actor, folded: str) -> bool:
    return bool(await featured_tags.among(tx, person.id, [folded]))


async def unfeature(tx: Transaction, person: Actor, folded: str) -> None:
    """Show it no longer; nothing happens if it was not shown."""
    shown = await featured_tags.of_actor(tx, person.id)
    await _unfeature(tx, person, next((each for each in shown if each.folded == folded), None))


async def unfeature_by_id(tx: Transaction, person: Actor, featured_id: int) -> None:
    """The same by the id of its place on the page; NotFound."""
    shown = {each.id: each for each in await featured_tags.of_actor(tx, person.id)}
    if featured_id not in shown:
        raise NotFound("There is no such hashtag on this page")
    await _unfeature(tx, person, shown[featured_id])


async def _unfeature(tx: Transaction, person: Actor, shown: FeaturedTag | None) -> None:
    if shown is not None:
        await featured_tags.delete(tx, person.id, shown.folded)
        await _tell(tx, "Remove", person, Tag(shown.name, shown.folded))

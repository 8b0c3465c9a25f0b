"""Hashtags: how much they are used, following them, and showing them on one's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fedi.actions import tags
from fedi.api import pagination
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import tags as entities
from fedi.api.entities.accounts import Json
from fedi.api.relationships import person
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Tag
from fedi.models.tags import FeaturedTag, FollowedTag
from fedi.store import featured_tags, followed_tags, tag_uses
from fedi.store.database import Transaction
from fedi.store.tag_uses import Uses

_SUGGESTED = 10


@dataclass(frozen=True, slots=True)
class Used:
    """Hashtags with how much they are used, and how somebody stands to them; strangers stand to none."""

    uses: dict[str, list[Uses]] = field(default_factory=dict)
    viewed: bool = False
    followed: set[str] = field(default_factory=set)
    featured: set[str] = field(default_factory=set)


async def used(tx: Transaction, viewer: Actor | None, folded: list[str]) -> Used:
    """What showing these hashtags takes."""
    if not folded:
        return Used()
    uses = await tag_uses.lately(tx, folded, entities.DAYS)
    if viewer is None:
        return Used(uses)
    followed = await followed_tags.among(tx, viewer.id, folded)
    return Used(uses, True, followed, await featured_tags.among(tx, viewer.id, folded))


def entity(call: Call, found: Used, folded: str) -> Json:
    """Tag of one of them."""
    standing = {"following": folded in found.followed, "featuring": folded in found.featured} if found.viewed else {}
    return entities.tag(call.instance.school, folded, found.uses[folded], call.instance.clock(), **standing)


# --- one --------------------------------------------------------------------------------------------


async def show(call: Call) -> Answer:
    """GET /api/v1/tags/:name: also of one that nobody has used yet."""
    folded = _named(call).folded
    return answer(entity(call, await call.read(used, call.viewer, [folded]), folded))


def _named(call: Call) -> Tag:
    try:
        return tags.named(call.path["name"])
    except Invalid as error:
        raise NotFound("There is no such hashtag") from error


async def follow(call: Call) -> Answer:
    """POST /api/v1/tags/:name/follow."""
    return await _changed(call, tags.follow)


async def unfollow(call: Call) -> Answer:
    """POST /api/v1/tags/:name/unfollow."""
    return await _changed(call, tags.unfollow)


async def unfeature(call: Call) -> Answer:
    """POST /api/v1/tags/:name/unfeature."""
    return await _changed(call, tags.unfeature)


async def _changed(call: Call, action: Callable[[Transaction, Actor, str], Awaitable[None]]) -> Answer:
    folded = _named(call).folded
    return answer(entity(call, await call.write(_change, action, call.me, folded), folded))


async def _change(
    tx: Transaction, action: Callable[[Transaction, Actor, str], Awaitable[None]], me: Actor, folded: str
) -> Used:
    await action(tx, me, folded)
    return await used(tx, me, [folded])


async def feature(call: Call) -> Answer:
    """POST /api/v1/tags/:name/feature."""
    tag = _named(call)
    return answer(entity(call, await call.write(_feature, call.me, tag), tag.folded))


async def _feature(tx: Transaction, me: Actor, tag: Tag) -> Used:
    await tags.feature(tx, me, tag)
    return await used(tx, me, [tag.folded])


async def followed(call: Call) -> Answer:
    """GET /api/v1/followed_tags."""
    page = pagination.asked(call, pagination.TAGS)
    found, about = await call.read(_followed, call.me, page)
    shown = [entity(call, about, each.folded) for each in found]
    return pagination.linked(call, shown, [each.id for each in found], page, back="since_id")


async def _followed(tx: Transaction, me: Actor, page: Page) -> tuple[list[FollowedTag], Used]:
    found = await followed_tags.page(tx, me.id, page)
    return found, await used(tx, me, [each.folded for each in found])


# --- on one's page ----------------------------------------------------------------------------------


async def featured(call: Call) -> Answer:
    """GET /api/v1/featured_tags."""
    found = await call.read(featured_tags.of_actor, call.me.id)
    return answer([entities.featured(call.instance.school, each) for each in found])


async def of_account(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/featured_tags: what somebody shows, also elsewhere, as far as we have heard."""
    found = await call.read(_of_account, call.id())
    return answer([entities.featured(call.instance.school, each) for each in found])


async def _of_account(tx: Transaction, actor_id: int) -> list[FeaturedTag]:
    return await featured_tags.of_actor(tx, (await person(tx, actor_id)).id)


async def feature_by_name(call: Call) -> Answer:
    """POST /api/v1/featured_tags."""
    tag = tags.named(call.params.required("name"))
    return answer(entities.featured(call.instance.school, await call.write(tags.feature_new, call.me, tag)))


async def unfeature_by_id(call: Call) -> Answer:
    """DELETE /api/v1/featured_tags/:id."""
    await call.write(tags.unfeature_by_id, call.me, call.id())
    return answer({})


async def suggestions(call: Call) -> Answer:
    """GET /api/v1/featured_tags/suggestions: what the caller uses most and does not show."""
    found, about = await call.read(_suggested, call.me)
    return answer([entity(call, about, each) for each in found])


async def _suggested(tx: Transaction, me: Actor) -> tuple[list[str], Used]:
    found = await featured_tags.most_used(tx, me.id, _SUGGESTED)
    return found, await used(tx, me, found)

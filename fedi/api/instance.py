"""What the school is, what it allows and what its API can do."""

from __future__ import annotations

import asyncio

from fedi import i18n
from fedi.actions import emojis, figures, host_lists
from fedi.actions import rules as house_rules
from fedi.api.call import FIVE_MINUTES, Answer, Call, answer
from fedi.api.entities import instance as entities
from fedi.api.entities.accounts import Json, emoji
from fedi.api.entities.times import moment
from fedi.config import School
from fedi.errors import NotFound
from fedi.models.actors import Emoji
from fedi.models.emojis import CustomEmoji
from fedi.models.rules import Rule
from fedi.models.usage import Usage
from fedi.render import public_pages
from fedi.store import served
from fedi.text import absolute

_WEEKS = 12
_LONGEST_HOST, _MOST_HOSTS = 253, 10


async def show(call: Call) -> Answer:
    """GET /api/v2/instance."""
    return answer(entities.instance(*await _described(call)), headers=FIVE_MINUTES)


async def show_v1(call: Call) -> Answer:
    """GET /api/v1/instance."""
    return answer(entities.instance_v1(*await _described(call)), headers=FIVE_MINUTES)


async def _described(call: Call) -> tuple[School, Usage, list[Rule], str, bool]:
    here = call.instance
    usage = await here.usage.lately(here.db, here.clock())
    asked = await call.read(house_rules.current)
    return here.school, usage, asked, here.push_keys.public, here.config.test_instance.open_sign_up


async def languages(call: Call) -> Answer:
    """GET /api/v1/instance/languages: those of the school's pages, each by its own name."""
    spoken = call.instance.school.languages
    return answer([{"code": each, "name": i18n.NAMES[each]} for each in spoken], headers=FIVE_MINUTES)


async def rules(call: Call) -> Answer:
    """GET /api/v1/instance/rules."""
    language = call.instance.school.language
    found = await call.read(house_rules.current)
    return answer([entities.rule(each, language) for each in found], headers=FIVE_MINUTES)


async def extended_description(call: Call) -> Answer:
    """GET /api/v1/instance/extended_description."""
    return answer(await _text(call, "about"), headers=FIVE_MINUTES)


async def privacy_policy(call: Call) -> Answer:
    """GET /api/v1/instance/privacy_policy."""
    return answer(await _text(call, "privacy"), headers=FIVE_MINUTES)


async def terms_of_service(call: Call) -> Answer:
    """GET /api/v1/instance/terms_of_service."""
    text = await _text(call, "terms")
    effective = {"effective_date": text["updated_at"][:10], "effective": True, "succeeded_by": None}
    return answer({"content": text["content"], **effective}, headers=FIVE_MINUTES)


async def terms_from(call: Call) -> Answer:
    """GET /api/v1/instance/terms_of_service/:date: those in force; earlier ones are not kept."""
    if call.path["date"] != (await _text(call, "terms"))["updated_at"][:10]:
        raise NotFound("There were no terms from this day on")
    return await terms_of_service(call)


async def _text(call: Call, name: str) -> dict[str, str]:
    """A page of the school's, in its own language; where it is not a file of its own, it is as old as the school."""
    school = call.instance.school
    found = await asyncio.to_thread(public_pages.load, call.instance.config, name, school.language)
    return {
        "updated_at": moment(call.instance.school_actor.created_at),
        "content": absolute(found.html, school.base_url),
    }


async def peers(call: Call) -> Answer:
    """GET /api/v1/instance/peers: the servers whose people are known here."""
    return answer(await call.read(served.hosts_known), headers=FIVE_MINUTES)


async def peers_search(call: Call) -> Answer:
    """GET /api/v1/peers/search?q=...: known servers whose names begin so, for completing an address."""
    asked = (call.params.text("q") or "").strip().lower()[:_LONGEST_HOST]
    return answer(await call.read(served.hosts_beginning, asked, _MOST_HOSTS) if asked else [], headers=FIVE_MINUTES)


async def domain_blocks(call: Call) -> Answer:
    """GET /api/v1/instance/domain_blocks: not found unless the school lets others read its list."""
    found = await call.read(host_lists.shut_out)
    return answer([entities.domain_block(each) for each in found], headers=FIVE_MINUTES)


async def activity(call: Call) -> Answer:
    """GET /api/v1/instance/activity: twelve weeks, this one first, each from its Monday."""
    return answer([entities.week(each) for each in await call.read(figures.activity, _WEEKS)], headers=FIVE_MINUTES)


async def custom_emojis(call: Call) -> Answer:
    """GET /api/v1/custom_emojis: the school's own, by group."""
    base = call.instance.school.base_url
    found = await call.read(emojis.usable)
    return answer([_emoji(each, base) for each in found], headers=FIVE_MINUTES)


def _emoji(each: CustomEmoji, base: str) -> Json:
    shown = emoji(Emoji(each.shortcode, f"{base}{each.path}"))
    return shown | {"visible_in_picker": each.visible, "category": each.category or None}

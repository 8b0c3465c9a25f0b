"""What a person says of herself, and the defaults of what she writes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fedi import media
from fedi.actions import accounts as account_actions
from fedi.actions import actors as actor_actions
from fedi.actions import files
from fedi.actions.actors import MAX_FIELD, MAX_FIELDS, MAX_NAME, MAX_SUMMARY
from fedi.api import accounts
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import accounts as entities
from fedi.api.entities import circles
from fedi.api.entities.tags import featured
from fedi.api.errors import Fault, Rejected
from fedi.api.media import erase, must_be_less
from fedi.api.params import Params
from fedi.api.publishing import language
from fedi.api.quotes import POLICIES
from fedi.auth.bearer import Caller
from fedi.errors import Invalid, NotFound, TooLarge
from fedi.models.accounts import Account
from fedi.models.actors import NO_PICTURE, Actor, ProfileChange, ProfileField
from fedi.models.files import FileKind, NewFile
from fedi.store import accounts as stored_accounts
from fedi.store import actors, featured_tags
from fedi.store.database import Transaction

_FAULTS = {
    "name": Fault("display_name", "ERR_TOO_LONG", "Display name", f"is too long (maximum is {MAX_NAME} characters)"),
    "summary": Fault("note", "ERR_TOO_LONG", "Note", f"is too long (maximum is {MAX_SUMMARY} characters)"),
    "fields": Fault(
        "fields", "ERR_TOO_LONG", "Fields", f"is too long (maximum is {MAX_FIELDS} of {MAX_FIELD} characters)"
    ),
    "avatar_description": Fault("avatar_description", "ERR_TOO_LONG", "Avatar description", "is too long"),
    "header_description": Fault("header_description", "ERR_TOO_LONG", "Header description", "is too long"),
}
"""What may be wrong with each part of a profile, as Mastodon says it."""

_NAMELESS = Fault("fields", "ERR_FIELDS_WITH_VALUES_MISSING_LABELS", "Fields", "contains values with missing labels")


async def update_credentials(call: Call) -> Answer:
    """PATCH /api/v1/accounts/update_credentials: what is left out stays as it is."""
    await _update(call)
    return answer(await accounts.own(call))


async def show(call: Call) -> Answer:
    """GET /api/v1/profile."""
    school, shown = call.instance.school, await call.read(featured_tags.of_actor, call.me.id)
    return answer(entities.profile(school, call.me, [featured(school, each) for each in shown]))


async def update(call: Call) -> Answer:
    """PATCH /api/v1/profile."""
    await _update(call)
    return await show(call)


async def _update(call: Call) -> None:
    wanted, source = _wanted(call.params), call.params.object("source")
    pictures = {name: await _picture(call, name) for name in ("avatar", "header")}
    try:
        account, actor = await call.write(_change, call.me.id, wanted, pictures, source)
    except Invalid as error:
        await erase(call, [key for each in pictures.values() if each for key in _keys(each)])
        fault = _fault(error)
        if fault is None:
            raise
        raise Rejected([fault]) from error
    if call.caller is not None:
        call.caller = Caller(call.caller.token, account, actor)


def _fault(error: Invalid) -> Fault | None:
    if error.field == "attribution_domains":
        title = "Attribution domains"
        return Fault(error.field, "ERR_INVALID", title, str(error).removeprefix(f"{title} "))
    return _FAULTS.get(error.field or "")


async def _picture(call: Call, name: str) -> NewFile | None:
    sent = call.params.upload(name)
    if sent is None:
        return None
    try:
        received = await media.receive(call.instance.media, sent)
    except Invalid as error:
        raise _no_picture(name) from error
    except TooLarge as error:
        raise Rejected([Fault(name, "ERR_LESS_THAN", name.title(), must_be_less(call))]) from error
    if received.kind is not FileKind.IMAGE:
        await erase(call, _keys(received))
        raise _no_picture(name)
    return received


def _keys(received: NewFile) -> list[str]:
    return [key for key in (received.storage_key, received.preview_key) if key]


def _no_picture(name: str) -> Rejected:
    return Rejected([Fault(name, "ERR_INVALID", name.title(), "is invalid")])


def _wanted(params: Params) -> ProfileChange:
    return ProfileChange(
        name=params.text("display_name"),
        summary=params.text("note"),
        fields=_lines(params) if params.given("fields_attributes") else None,
        bot=params.flag("bot"),
        locked=params.flag("locked"),
        discoverable=params.flag("discoverable"),
        indexable=params.flag("indexable"),
        hides_follows=params.flag("hide_collections"),
        shows_media=params.flag("show_media"),
        shows_replies_in_media=params.flag("show_media_replies"),
        shows_featured=params.flag("show_featured"),
        avatar_description=params.text("avatar_description"),
        header_description=params.text("header_description"),
        attribution_domains=tuple(params.texts("attribution_domains")) if params.given("attribution_domains") else None,
    )


def _lines(params: Params) -> tuple[ProfileField, ...]:
    """The lines of a profile; an empty one is none, and what was typed without a name is not thrown away unsaid."""
    typed = [(each.text("name") or "", each.text("value") or "") for each in params.objects("fields_attributes")]
    lines = [ProfileField(name.strip(), value.strip()) for name, value in typed]
    if any(line.value and not line.name for line in lines):
        raise Rejected([_NAMELESS])
    return tuple(line for line in lines if line.name)


async def _change(
    tx: Transaction, account_id: int, change: ProfileChange, pictures: dict[str, NewFile | None], source: Params
) -> tuple[Account, Actor]:
    account, actor = await _both(tx, account_id)
    added = {name: (await files.add(tx, actor, new)).id for name, new in pictures.items() if new is not None}
    change = replace(
        change,
        avatar_id=added.get("avatar", change.avatar_id),
        header_id=added.get("header", change.header_id),
    )
    if change != ProfileChange():
        actor = await actor_actions.update_profile(tx, actor, change)
    await _set_defaults(tx, account, source)
    return await _both(tx, account_id)


async def _both(tx: Transaction, account_id: int) -> tuple[Account, Actor]:
    account, actor = await stored_accounts.by_id(tx, account_id), await actors.by_id(tx, account_id)
    if account is None or actor is None:
        raise NotFound("There is no such account")
    return account, actor


async def _set_defaults(tx: Transaction, account: Account, source: Params) -> None:
    circle = circles.chosen(source.text("privacy"), source.text("circle"), False, account.default_circle)
    if circle is not None:
        await account_actions.set_preferences(tx, account, account.language, circle)
    code = source.text("language")
    # An empty one, or null, is hers for that of her pages; what is no language is not given.
    if "language" in source and (not code or language(code)):
        await account_actions.set_post_language(tx, account, language(code))
    sensitive = source.flag("sensitive")
    if sensitive is not None and sensitive != account.default_sensitive:
        await account_actions.set_default_sensitive(tx, account, sensitive)
    policy = POLICIES.get(source.text("quote_policy") or "", account.quote_policy)
    if policy is not account.quote_policy:
        await account_actions.set_quote_policy(tx, account, policy)


async def remove_avatar(call: Call) -> Answer:
    """DELETE /api/v1/profile/avatar."""
    return await _without(call, ProfileChange(avatar_id=NO_PICTURE))


async def remove_header(call: Call) -> Answer:
    """DELETE /api/v1/profile/header."""
    return await _without(call, ProfileChange(header_id=NO_PICTURE))


async def _without(call: Call, change: ProfileChange) -> Answer:
    account, actor = await call.write(_change, call.me.id, change, {}, Params({}))
    if call.caller is not None:
        call.caller = Caller(call.caller.token, account, actor)
    return answer(await accounts.own(call))


async def preferences(call: Call) -> Answer:
    """GET /api/v1/preferences."""
    settings: dict[str, Any] = {
        "posting:default:visibility": circles.visibility(call.account.default_circle),
        "posting:default:sensitive": call.account.default_sensitive,
        "posting:default:language": call.account.writes_in,
        "posting:default:quote_policy": entities.quote_policy(call.account.quote_policy),
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }
    return answer(settings)

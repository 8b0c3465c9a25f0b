"""What Mastodon can do and a school does not: answered as Mastodon answers when it is switched off."""

from __future__ import annotations

from fedi.api.call import FIVE_MINUTES, Answer, Call, answer
from fedi.auth.bearer import Denied
from fedi.errors import Forbidden, NotFound
from fedi.models.actors import Actor
from fedi.policies.visibility import OPEN
from fedi.store import visibility
from fedi.store.database import Transaction


async def empty_list(_: Call) -> Answer:
    """Announcements, trends, featured people: there are none."""
    return answer([])


async def nothing_kept(_: Call) -> Answer:
    """An empty list that anybody may keep a while."""
    return answer([], headers=FIVE_MINUTES)


async def no_announcement(_: Call) -> Answer:
    """What is done with an announcement: none has this id."""
    raise NotFound("There are no announcements")


async def no_languages(_: Call) -> Answer:
    """GET /api/v1/instance/translation_languages: nothing is translated."""
    return answer({}, headers=FIVE_MINUTES)


async def no_translation(call: Call) -> Answer:
    """POST /api/v1/statuses/:id/translate: of what is not for everybody, not even that it is there."""
    if not await call.read(_is_open, call.me, call.id()):
        raise NotFound("There is no such post")
    raise Forbidden("Nothing is translated here")


async def _is_open(tx: Transaction, me: Actor, post_id: int) -> bool:
    post = await visibility.post_by_id(tx, me, post_id)
    return post is not None and post.circle in OPEN


async def not_trending(_: Call) -> Answer:
    """GET /api/v1/timelines/link: there are posts about addresses that are in fashion, and none is."""
    raise NotFound("This address is not in fashion")


async def confirmed(_: Call) -> Answer:
    """GET /api/v1/emails/check_confirmation: whoever has come in has shown an invitation, and waits for no letter."""
    return answer(True)


async def no_confirmation(_: Call) -> Answer:
    """POST /api/v1/emails/confirmations."""
    raise Denied("This method is only available while the e-mail is awaiting confirmation")

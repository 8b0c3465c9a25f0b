"""What moderators of Mastodon have and ours do not need: answered as Mastodon answers when there is nothing of it."""

from __future__ import annotations

from fedi.actions.moderation import require
from fedi.api.call import Answer, Call, answer
from fedi.api.errors import Unprocessable
from fedi.errors import NotFound
from fedi.models.accounts import Role


async def nothing(call: Call) -> Answer:
    """Lists of what is in fashion, and of hashtags under review: nothing is ranked here."""
    require(call.account, Role.MODERATOR)
    return answer([])


async def no_such_thing(call: Call) -> Answer:
    """One of them."""
    require(call.account, Role.MODERATOR)
    raise NotFound("There is no such thing")


async def no_hashes(call: Call) -> Answer:
    """Lists of hashes of e-mail addresses: whoever joins was invited, so nobody comes back under another name."""
    require(call.account, Role.ADMIN)
    return answer([])


async def no_such_hash(call: Call) -> Answer:
    """One of them; none can be added."""
    require(call.account, Role.ADMIN)
    raise NotFound("There is no such thing")


async def no_new_hash(call: Call) -> Answer:
    """POST /api/v1/admin/canonical_email_blocks."""
    require(call.account, Role.ADMIN)
    raise Unprocessable("E-mail addresses are not blocked one by one here: take the invitation back")

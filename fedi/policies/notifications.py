"""Whether somebody is told at once: her own choice for senders she did not ask to hear of."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.models.notifications import Choice, NotificationKind, NotificationPolicy

NEW_MS = 30 * 24 * 60 * 60 * 1000
"""An account is new for so long."""

YOUNG_FOLLOW_MS = 3 * 24 * 60 * 60 * 1000
"""A follower counts as one after so long: following is the first thing spammers do."""

ALWAYS_TOLD = frozenset(
    {
        NotificationKind.POLL,
        NotificationKind.UPDATE,
        NotificationKind.QUOTED_UPDATE,
        NotificationKind.REPORT,
        NotificationKind.SIGN_UP,
        NotificationKind.WARNING,
    }
)
"""What nobody else decides about: she has voted, shared or quoted herself, or is a moderator."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What is known of who caused a notification; times in milliseconds, `follows_since` None if she does not."""

    followed: bool
    follows_since: int | None
    account_made: int
    bot: bool
    private_mention: bool
    limited: bool = False


def choice(policy: NotificationPolicy, sender: Sender, now: int) -> Choice:
    """The strictest that the policy says of this sender."""
    is_follower = sender.follows_since is not None and now - sender.follows_since >= YOUNG_FOLLOW_MS
    chosen = [
        policy.not_following if not sender.followed else Choice.ACCEPT,
        policy.not_followers if not is_follower else Choice.ACCEPT,
        policy.new_accounts if not sender.followed and now - sender.account_made < NEW_MS else Choice.ACCEPT,
        policy.private_mentions if not sender.followed and sender.private_mention else Choice.ACCEPT,
        policy.limited_accounts if not sender.followed and sender.limited else Choice.ACCEPT,
        policy.bots if sender.bot and not sender.followed else Choice.ACCEPT,
    ]
    return max(chosen, key=list(Choice).index)

"""Forwarding: what somebody elsewhere answers to one of ours is passed on to the servers of our author's followers, who
would never see it otherwise (ActivityPub, 7.1.2).

Only what is for everybody, and says by itself whose it is, is passed on: to the letter, so that others can check it.
The author who was answered signs the request, as elsewhere.
"""

from __future__ import annotations

from fedi.actions import outbox
from fedi.activitypub import addressing, jsonld, uris
from fedi.activitypub.activities import Activity
from fedi.activitypub.jsonld import Json
from fedi.activitypub.signatures.proofs import read as proof_of
from fedi.models.activities import Received
from fedi.models.posts import Post
from fedi.policies.visibility import OPEN
from fedi.store import actors, follows, posts
from fedi.store.database import Transaction

_LD_SIGNATURE = "RsaSignature2017"


async def forward(tx: Transaction, received: Received, activity: Activity, answer: Post) -> None:
    """Pass on a Create, Update or Delete of an answer, if it answers an open post of ours."""
    if received.hint or received.json is None or not _is_for_everybody(activity, answer):
        return
    parent = await posts.by_id(tx, answer.in_reply_to_id) if answer.in_reply_to_id is not None else None
    author = await actors.by_id(tx, parent.actor_id) if parent is not None and parent.local else None
    if parent is None or author is None or author.gone or parent.circle not in OPEN:
        return
    they_have_it = {uris.host_of(received.actor_uri), received.host}
    inboxes = await follows.follower_inboxes(tx, author.id)
    others = [each for each in inboxes if uris.host_of(each) not in they_have_it]
    await outbox.forward(tx, author, activity.json, others)


def _is_for_everybody(activity: Activity, answer: Post) -> bool:
    is_public = answer.circle in OPEN and addressing.is_public(activity.audience.everyone)
    return is_public and _can_be_checked(activity.json)


def _can_be_checked(carried: Json) -> bool:
    """Whether it carries a proof (FEP-8b32), or the signature that Mastodon's and others' servers check.

    Without an id it could not be told from others, and what has several types is nobody's usual word.
    """
    if not isinstance(carried.get("id"), str) or not isinstance(carried.get("type"), str):
        return False
    signature = carried.get("signature")
    if isinstance(signature, dict) and jsonld.type_of(signature) == _LD_SIGNATURE:
        return True
    return proof_of(carried) is not None

"""Notifications as they are told: what one shows is read in a unit of work, and put together after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fedi.actions import reports
from fedi.api import featured_collections, painting
from fedi.api.entities import notifications as entities
from fedi.api.entities.featured_collections import collection
from fedi.api.entities.notifications import Json
from fedi.api.entities.reports import report
from fedi.api.fallbacks import Fallbacks
from fedi.api.featured_collections import Collected
from fedi.api.painting import Faces, Shown
from fedi.config import School
from fedi.instances import Instance
from fedi.instances.rendered import Rendered
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor
from fedi.models.moderation import Strike
from fedi.models.notifications import Notification, NotificationGroup
from fedi.models.reports import ReportView
from fedi.store import moderated, visibility
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Told:
    """Notifications or groups as they were read, with whom and what they show."""

    posts: Shown
    people: Faces
    reports: dict[int, ReportView]
    strikes: dict[int, Strike]
    collections: dict[int, Collected]


async def about(
    tx: Transaction,
    memory: Rendered,
    viewer: Actor,
    account: Account,
    found: Sequence[Notification | NotificationGroup],
    actor_ids: Sequence[int],
) -> Told:
    """Read what these show to `viewer`, whose account is `account`; `actor_ids` have caused them."""
    posts = list(dict.fromkeys(each.post_id for each in found if each.post_id is not None))
    visible = await visibility.visible_ids(tx, viewer, posts) if posts else set()
    shown = await painting.read_posts(tx, viewer, memory, [each for each in posts if each in visible])
    told_of = [each.report_id for each in found if each.report_id is not None]
    moderates = account.role.covers(Role.MODERATOR)
    views = {each: await reports.one(tx, account, each) for each in told_of} if moderates else {}
    people = [*actor_ids, *(view.target.id for view in views.values())]
    strikes = await moderated.strikes_by_ids(tx, [each.strike_id for each in found if each.strike_id is not None])
    shown_in = [each.collection_id for each in found if each.collection_id is not None]
    collected = await featured_collections.read(tx, viewer, shown_in) if shown_in else {}
    return Told(shown, await painting.read_people(tx, memory, dict.fromkeys(people)), views, strikes, collected)


def painted(
    instance: Instance, found: Sequence[Notification], told: Told, fallbacks: Fallbacks | None = None
) -> list[Json]:
    """Notification of each, but for those about a post that she may not see any more: they tell nothing."""
    posts, people = painting.posts(instance, told.posts), painting.people(instance, told.people)
    details = Details(instance.school, told, people, posts, fallbacks)
    return [
        entities.notification(each, people, posts, details.of(each, each.actor_id))
        for each in found
        if each.actor_id in people and (each.post_id is None or each.post_id in told.posts.versions)
    ]


@dataclass(frozen=True, slots=True)
class Details:
    """What only some kinds of notifications have, out of what they show; `fallbacks` if they are wanted."""

    school: School
    told: Told
    people: dict[int, bytes]
    posts: dict[int, bytes]
    fallbacks: Fallbacks | None

    def of(self, each: Notification | NotificationGroup, by: int | None) -> Json:
        """What one of them has; `by` has caused it."""
        return self._about(each) | self._in_other_words(each, self.people.get(by or 0))

    def _about(self, each: Notification | NotificationGroup) -> Json:
        """The report, for moderators who are told of one; what was decided about the reader; the collection in which
        she is shown.
        """
        view, strike = self.told.reports.get(each.report_id or 0), self.told.strikes.get(each.strike_id or 0)
        shown_in = self.told.collections.get(each.collection_id or 0)
        if view is not None:
            lists = [made.id for made in view.collections]
            told_of = [post.post.id for post in view.posts]
            return {"report": report(view.report, told_of, lists, self.people[view.target.id])}
        if shown_in is not None:
            return {"collection": collection(self.school, *shown_in)}
        return {} if strike is None else {"moderation_warning": entities.warning(strike, self.people[strike.target_id])}

    def _in_other_words(self, each: Notification | NotificationGroup, person: bytes | None) -> Json:
        """The same, for programs that ask for it and do not know the kind."""
        if self.fallbacks is None or person is None:
            return {}
        strike = self.told.strikes.get(each.strike_id or 0)
        return self.fallbacks.of(each, person, self.posts.get(each.post_id or 0), strike)

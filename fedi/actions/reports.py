"""Reports: asking the moderators to look at somebody, from here and from other servers, and what they do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fedi.actions import featured_collections, moderation, notifications, outbox, reading, rules
from fedi.actions import posts as post_actions
from fedi.activitypub import activities
from fedi.activitypub.addressing import Audience
from fedi.errors import Forbidden, Invalid, NotFound, TooManyRequests
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page
from fedi.models.posts import Circle, PostView
from fedi.models.reports import NewReport, Report, ReportCategory, ReportedPost, ReportNote, ReportView
from fedi.store import accounts, actors, peers, posts, reports, views
from fedi.store import featured_collections as stored_collections
from fedi.store.database import Transaction

MAX_COMMENT = 1_000
MAX_POSTS = 50
MAX_NOTE = 2_000
OPEN_PER_PERSON = 30
OPEN_PER_HOST = 100
"""How many reports of one person, and of all people of one server, wait at the same time."""

OPEN_IN_ALL = 2_000
"""... and of all servers, whose names are invented for nothing."""

_HOUR_S = 3600


async def report(tx: Transaction, reporter: Actor, target: Actor, new: NewReport) -> Report:
    """One of ours reports somebody, or posts or collections of hers; the moderators are told, with `forward` her server
    too.

    Invalid names what is wrong; NotFound: a post or a collection is not there for the reporter.
    """
    comment = new.comment.strip()
    if len(comment) > MAX_COMMENT:
        raise Invalid(f"At most {MAX_COMMENT} characters", "comment")
    _require_reportable(reporter, target)
    if new.rule_ids:
        await rules.require(tx, new.rule_ids)
    if await reports.count_open_by(tx, reporter.id) >= OPEN_PER_PERSON:
        raise TooManyRequests("The moderators have many reports of yours to look at already", _HOUR_S)
    about = [await _reported(tx, reporter, target, post_id) for post_id in dict.fromkeys(new.post_ids)]
    about += [await _reported_collection(tx, reporter, target, each) for each in dict.fromkeys(new.collection_ids)]
    forward = new.forward and not target.local
    made = await _file(tx, reporter, target, _made(tx, reporter, target, new, comment, forward), about)
    if forward:
        await _forward(tx, made, target, about)
    return made


def _require_reportable(reporter: Actor, target: Actor) -> None:
    if reporter.id == target.id:
        raise Invalid("Nobody reports herself")
    if target.deleted_at is not None:
        raise NotFound("There is no such person")


async def _reported(tx: Transaction, reporter: Actor, target: Actor, post_id: int) -> ReportedPost:
    view = await reading.post(tx, reporter, post_id)
    if view.author.id != target.id:
        raise NotFound("There is no such post of this person")
    return ReportedPost(view.post.uri, view.post.id)


async def _reported_collection(tx: Transaction, reporter: Actor, target: Actor, collection_id: int) -> ReportedPost:
    found = await featured_collections.seen(tx, reporter, collection_id)
    if found.actor_id != target.id:
        raise NotFound("There is no such collection of this person")
    return ReportedPost(found.uri, None)


def _made(tx: Transaction, reporter: Actor, target: Actor, new: NewReport, comment: str, forward: bool) -> Report:
    return Report(
        id=tx.new_id(),
        reporter_id=reporter.id,
        target_id=target.id,
        comment=comment,
        category=new.category,
        rule_ids=new.rule_ids,
        forwarded=forward,
        assigned_to=None,
        created_at=tx.now,
        resolved_at=None,
        resolved_by=None,
    )


async def _file(tx: Transaction, reporter: Actor, target: Actor, made: Report, about: Sequence[ReportedPost]) -> Report:
    if len(about) > MAX_POSTS:
        raise Invalid(f"At most {MAX_POSTS} posts are reported at once", "post_ids")
    await reports.insert(tx, made, about)
    for account_id in await accounts.ids_of(tx, Role.MODERATOR):
        if account_id != target.id:
            await notifications.notify(tx, account_id, NotificationKind.REPORT, reporter, report_id=made.id)
    tx.announce("reports", made.id)
    return made


async def _forward(tx: Transaction, made: Report, target: Actor, about: Sequence[ReportedPost]) -> None:
    """To the reported person's server, in the school's name: who reports is nobody's business there."""
    school = await actors.school_actor(tx)
    objects = [target.uri, *(each.uri for each in about)]
    flag = activities.build("Flag", outbox.new_uri(tx), school.uri, objects, Audience((target.uri,)))
    flag["content"] = made.comment
    await outbox.send(tx, school, flag, None, outbox.inbox_of(target))


async def receive(tx: Transaction, reporter: Actor, target: Actor, comment: str, uris: Sequence[str]) -> Report:
    """A server elsewhere reports one of ours. What it names that is not there, or never left the school, is kept as an
    address only. TooManyRequests: more of its reports wait than anybody can read; Forbidden: none of it are taken.
    """
    peer = await peers.by_host(tx, reporter.host)
    if peer is not None and peer.reject_reports:
        raise Forbidden(f"Reports of {reporter.host} are not taken")
    if await reports.count_open_from(tx, reporter.host) >= OPEN_PER_HOST:
        raise TooManyRequests(f"Many reports of {reporter.host} wait already", _HOUR_S)
    if await reports.count_open_from_elsewhere(tx) >= OPEN_IN_ALL:
        raise TooManyRequests("Many reports of other servers wait already", _HOUR_S)
    about = await _named(tx, target, uris[:MAX_POSTS])
    new = NewReport(category=ReportCategory.OTHER)
    made = _made(tx, reporter, target, new, comment[:MAX_COMMENT].strip(), forward=False)
    return await _file(tx, reporter, target, made, about)


async def _named(tx: Transaction, target: Actor, uris: Sequence[str]) -> list[ReportedPost]:
    known = await posts.by_uris(tx, uris)
    ids = {
        uri: post.id
        for uri, post in known.items()
        if post.actor_id == target.id and post.circle not in (Circle.SCHOOL, Circle.DRAFT)
    }
    return [ReportedPost(uri, ids.get(uri)) for uri in dict.fromkeys(uris)]


# --- moderators -------------------------------------------------------------------------------------


async def page(
    tx: Transaction,
    by: Account,
    page: Page,
    *,
    resolved: bool = False,
    target_id: int | None = None,
    reporter_id: int | None = None,
) -> list[ReportView]:
    """Reports that wait, or that were resolved, the latest first; about or by one actor if given."""
    moderation.require(by, Role.MODERATOR)
    found = await reports.page(tx, page, resolved=resolved, target_id=target_id, reporter_id=reporter_id)
    return await _views(tx, found)


async def one(tx: Transaction, by: Account, report_id: int) -> ReportView:
    """One report with everything about it; NotFound."""
    found = await _known(tx, by, report_id)
    view = (await _views(tx, [found]))[0]
    notes = await reports.notes(tx, report_id)
    authors = await actors.by_ids(tx, [note.author_id for note in notes])
    told = tuple((note, authors[note.author_id]) for note in notes)
    return replace(view, notes=told)


async def resolve(tx: Transaction, by: Account, report_id: int) -> None:
    """It has been dealt with."""
    await _known(tx, by, report_id)
    await reports.set_resolved(tx, report_id, tx.now, by.id)
    tx.announce("reports", report_id)


async def reopen(tx: Transaction, by: Account, report_id: int) -> None:
    """It has not, after all."""
    await _known(tx, by, report_id)
    await reports.set_resolved(tx, report_id, None, None)
    tx.announce("reports", report_id)


async def assign(tx: Transaction, by: Account, report_id: int, account_id: int | None) -> None:
    """A moderator takes care of it, or nobody in particular."""
    await _known(tx, by, report_id)
    await reports.assign(tx, report_id, account_id)


async def classify(
    tx: Transaction, by: Account, report_id: int, category: ReportCategory, rule_ids: tuple[str, ...]
) -> None:
    """Say what a report is about after all; only a violation names rules, and it names some."""
    await _known(tx, by, report_id)
    if (category is ReportCategory.VIOLATION) != bool(rule_ids):
        raise Invalid("Rule ids does not reference valid rules", "rule_ids")
    await rules.require(tx, rule_ids)
    await reports.set_category(tx, report_id, category, rule_ids)


async def note(tx: Transaction, by: Account, report_id: int, text: str) -> None:
    """Write something beside a report, for the other moderators."""
    await _known(tx, by, report_id)
    if not text.strip() or len(text) > MAX_NOTE:
        raise Invalid(f"A note has from 1 to {MAX_NOTE} characters", "note")
    await reports.add_note(tx, ReportNote(tx.new_id(), report_id, by.id, text.strip(), tx.now))


async def delete_post(tx: Transaction, by: Account, report_id: int, post_id: int) -> None:
    """Delete a post that a report is about: one of ours everywhere, that of another server here."""
    await _known(tx, by, report_id)
    about = (await reports.posts_of(tx, [report_id])).get(report_id, [])
    found = await posts.by_id(tx, post_id) if post_id in [each.post_id for each in about] else None
    if found is None:
        raise NotFound("There is no such post in this report")
    await post_actions.delete(tx, found)


async def delete_collection(tx: Transaction, by: Account, report_id: int, collection_id: int) -> None:
    """Delete a collection that a report is about: one of ours everywhere, that of another server here."""
    view = await one(tx, by, report_id)
    if collection_id not in [each.id for each in view.collections]:
        raise NotFound("There is no such collection in this report")
    if view.target.local:
        await featured_collections.delete(tx, view.target, collection_id)
    else:
        await stored_collections.delete(tx, collection_id)


async def _known(tx: Transaction, by: Account, report_id: int) -> Report:
    moderation.require(by, Role.MODERATOR)
    found = await reports.by_id(tx, report_id)
    if found is None:
        raise NotFound("There is no such report")
    return found


async def _views(tx: Transaction, found: Sequence[Report]) -> list[ReportView]:
    people = await actors.by_ids(tx, [id_ for each in found for id_ in (each.reporter_id, each.target_id)])
    about = await reports.posts_of(tx, [each.id for each in found]) if found else {}
    ids = [each.post_id for listed in about.values() for each in listed if each.post_id is not None]
    shown: dict[int | None, PostView] = {view.post.id: view for view in await views.full(tx, ids)}
    others = [each.uri for listed in about.values() for each in listed if each.post_id not in shown]
    lists = await stored_collections.by_uris(tx, others) if others else {}
    known = await rules.ever(tx) if any(each.rule_ids for each in found) else []
    return [
        replace(
            _view(each, (people[each.reporter_id], people[each.target_id]), about.get(each.id, []), shown, lists),
            rules=tuple(rule for rule in known if str(rule.id) in each.rule_ids),
        )
        for each in found
    ]


def _view(
    report: Report,
    people: tuple[Actor, Actor],
    about: Sequence[ReportedPost],
    shown: Mapping[int | None, PostView],
    lists: Mapping[str, FeaturedCollection],
) -> ReportView:
    own = {uri: made for uri, made in lists.items() if made.actor_id == report.target_id}
    return ReportView(
        report,
        *people,
        tuple(shown[each.post_id] for each in about if each.post_id in shown),
        tuple(each.uri for each in about if each.post_id not in shown and each.uri not in own),
        collections=tuple(own[each.uri] for each in about if each.uri in own),
    )

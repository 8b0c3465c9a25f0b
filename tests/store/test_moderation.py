"""What moderators look for, decide and read, on both engines alike."""

from datetime import UTC, datetime

import pytest

from fedi.actions import peers as peer_actions
from fedi.actions import reactions
from fedi.models.accounts import Role
from fedi.models.actors import ActorKind, RemoteActor
from fedi.models.figures import Days, Frequency, latest_weeks, periods
from fedi.models.moderation import Measure, Origin, Sought, Status, Strike
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page
from fedi.models.peers import Severity, Standing, Terms
from fedi.models.posts import Circle
from fedi.models.reports import Report, ReportCategory
from fedi.models.sign_ups import EmailDomainBlock, IpBlock
from fedi.store import (
    accounts,
    actors,
    figures,
    moderated,
    notifications,
    peers,
    reports,
    sign_ups,
    timelines,
    views,
    visits,
)
from fedi.store.engine.transaction import Transaction
from fedi.store.figures import Dimension
from fedi.store.figures import Measure as Counted
from tests import factories as make
from tests.units import in_a_unit


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought(), {"aigul", "bolat", "dana"}),
        (Sought(origin=Origin.REMOTE), {"dana"}),
        (Sought(status=Status.SILENCED), {"dana"}),
        (Sought(status=Status.SENSITIZED), {"bolat"}),
        (Sought(status=Status.SUSPENDED), set()),
        (Sought(decided=True), {"bolat", "dana"}),
        (Sought(status=Status.DISABLED), {"aigul"}),
        (Sought(status=Status.PENDING), set()),
        (Sought(roles=(Role.TEACHER,), username="B"), {"bolat"}),
        (Sought(roles=()), set()),
        (Sought(domain="kostanay.test", name="Да"), {"dana"}),
        (Sought(name="да"), set()),
        (Sought(email="AIGUL@"), {"aigul"}),
        (Sought(invited_by=7), set()),
    ],
)
@in_a_unit
async def test_people_are_found_by_how_they_stand_and_begin(tx: Transaction, sought: Sought, found: set[str]) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    dana = await make.colleague(tx, "dana", name="Дана")
    await accounts.set_email(tx, aigul.id, "aigul@school.kz")
    await accounts.set_disabled(tx, aigul.id, tx.now)
    await actors.set_limited(tx, dana.id, tx.now)
    await actors.set_sensitized(tx, bolat.id, tx.now)

    ids = await moderated.people(tx, sought, Page())

    assert {each.username for each in (await actors.by_ids(tx, ids)).values()} == found


@in_a_unit
async def test_decisions_are_kept_and_told_each_once(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    made = [Strike(tx.new_id(), bolat.id, aigul.id, Measure.SILENCE, text, None, tx.now) for text in ("One", "Two")]
    for strike in made:
        await moderated.add_strike(tx, strike)
        for _ in range(2):
            kind = NotificationKind.WARNING
            await notifications.insert(tx, bolat.id, kind, bolat.id, None, strike_id=strike.id)

    told = await notifications.latest(tx, bolat.id, Page())
    assert await moderated.strikes(tx, bolat.id, 10) == made[::-1]
    assert await moderated.strikes_by_ids(tx, [made[0].id]) == {made[0].id: made[0]}
    assert [each.strike_id for each in told] == [made[1].id, made[0].id]


@in_a_unit
async def test_of_a_silenced_server_whoever_comes_is_limited_and_others_keep_their_own(tx: Transaction) -> None:
    known, ours = await make.colleague(tx, "dana"), await make.colleague(tx, "erlan")
    await actors.set_limited(tx, ours.id, 5)
    await peer_actions.restrain(tx, None, known.host, Terms(Severity.SILENCE, private_comment="loud"))
    uri = f"https://{known.host}/users/olga"
    remote = RemoteActor(uri, ActorKind.PERSON, "olga", known.host, "Olga", "", uri, f"{uri}/inbox", ())
    met = await actors.upsert_remote(tx, remote)

    async def limited() -> list[int | None]:
        found = await actors.by_ids(tx, [known.id, ours.id, met.id])
        return [found[each.id].limited_at for each in (known, ours, met)]

    during = await limited()
    await peer_actions.release(tx, None, known.host)

    assert during == [tx.now, 5, tx.now]
    assert await limited() == [None, 5, None]


@in_a_unit
async def test_peers_have_numbers_and_are_listed_by_them(tx: Transaction) -> None:
    await peers.decide(tx, "a.example", Standing.TRUSTED)
    await peers.decide(tx, "b.example", Standing.BLOCKED, "loud")
    await peers.set_note(tx, "c.example", "noted")
    await peers.decide(tx, "c.example", Standing.UNKNOWN)
    terms = Terms(Severity.NOOP, reject_media=True, private_comment="kept", public_comment="said", obfuscate=True)
    await peers.set_terms(tx, "c.example", terms)

    blocked, allowed = await peers.blocked(tx, Page()), await peers.allowed(tx, Page())
    assert [each.host for each in blocked] == ["c.example", "b.example"]
    assert [each.host for each in allowed] == ["a.example"]
    assert await peers.by_id(tx, blocked[0].id) == blocked[0]
    assert blocked[0].terms == terms
    assert blocked[1].terms == Terms(Severity.SUSPEND, private_comment="loud")
    assert [each.host for each in await peers.blocked(tx, Page(before=blocked[0].id))] == ["b.example"]
    await peers.set_terms(tx, "c.example", None)
    after = await peers.by_host(tx, "c.example")
    assert after is not None
    assert (after.terms, after.note) == (None, "kept")


@in_a_unit
async def test_a_limited_author_is_in_shared_timelines_for_followers_only(tx: Transaction) -> None:
    author, follower, other = [await make.teacher(tx, name) for name in ("aigul", "bolat", "dana")]
    await make.follow(tx, follower, author)
    post = await make.note(tx, author)
    await actors.set_limited(tx, author.id, tx.now)

    seen = [
        [each.id for each in await timelines.school(tx, viewer, Page())] for viewer in (author, follower, other, None)
    ]
    assert seen == [[post.id], [post.id], [], []]


@in_a_unit
async def test_pictures_of_a_sensitive_author_are_covered_in_every_view(tx: Transaction) -> None:
    author = await make.teacher(tx, "aigul")
    shown = await make.note(tx, author, file_ids=(await make.picture(tx, author),))
    bare = await make.note(tx, author)
    await actors.set_sensitized(tx, author.id, tx.now)

    assert [each.post.sensitive for each in await views.full(tx, [shown.id, bare.id])] == [True, False]


@in_a_unit
async def test_who_may_not_join_is_kept_once_and_expires(tx: Transaction) -> None:
    domain = EmailDomainBlock(tx.new_id(), "spam.example", tx.now)
    block = IpBlock(tx.new_id(), "192.0.2.0/24", "", tx.now, tx.now)
    lasting = IpBlock(tx.new_id(), "2001:db8::/32", "", tx.now, tx.now + 1)
    inserted = [await sign_ups.insert(tx, each) for each in (domain, domain, block, lasting)]

    assert inserted == [True, False, True, True]
    assert await sign_ups.any_of_domains(tx, ["a.spam.example", "spam.example"])
    assert not await sign_ups.any_of_domains(tx, ["a.spam.example"])
    assert [each.ip for each in await sign_ups.networks(tx, 10)] == [lasting.ip]
    assert await sign_ups.prune(tx) == 1
    assert await sign_ups.page(tx, IpBlock, Page()) == [lasting]
    assert await sign_ups.by_network(tx, lasting.ip) == await sign_ups.by_id(tx, IpBlock, lasting.id)
    assert await sign_ups.delete(tx, EmailDomainBlock, domain.id)
    assert await sign_ups.count(tx, EmailDomainBlock) == 0


@pytest.mark.parametrize("measure", list(Counted))
@in_a_unit
async def test_every_measure_counts_one_thing_on_its_day(tx: Transaction, measure: Counted) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.colleague(tx, "dana")
    await make.follow(tx, aigul, dana)
    await make.follow(tx, dana, aigul)
    await make.remote(tx, dana)
    note = await make.note(tx, aigul)
    await make.answer(tx, aigul, note)
    await visits.note(tx, aigul.id)
    await _report(tx, aigul.id, dana.id)
    file_id = await make.picture(tx, dana)
    await tx.execute("UPDATE files SET size = 1, storage_key = 'x' WHERE id = :id", id=file_id)
    today = tx.now // visits.DAY_MS

    found = await figures.measure(tx, measure, Days(today, today + 1), dana.host)
    before = await figures.measure(tx, measure, Days(today - 2, today - 1), dana.host)

    assert (found.days, found.total, before.days) == ({today: 1}, 1, {})
    assert before.total == (1 if measure.of_host else 0)


async def _report(tx: Transaction, reporter_id: int, target_id: int) -> None:
    made = Report(
        id=tx.new_id(),
        reporter_id=reporter_id,
        target_id=target_id,
        comment="",
        category=ReportCategory.OTHER,
        rule_ids=(),
        forwarded=False,
        assigned_to=None,
        created_at=tx.now,
        resolved_at=tx.now,
        resolved_by=None,
    )
    await reports.insert(tx, made, [])


@pytest.mark.parametrize("dimension", list(Dimension))
@in_a_unit
async def test_every_dimension_puts_the_most_first(tx: Transaction, dimension: Dimension) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.colleague(tx, "dana")
    await make.follow(tx, aigul, dana)
    await make.remote(tx, dana)
    await visits.note(tx, aigul.id)
    today = tx.now // visits.DAY_MS

    shares = await figures.shares(tx, dimension, Days(today - 1, today), 5, dana.host)
    assert [each.value for each in shares] == [1]
    assert await figures.shares(tx, dimension, Days(today - 9, today - 8), 5, dana.host) == []


@in_a_unit
async def test_cohorts_shrink_as_people_stay_away_and_visits_are_forgotten(tx: Transaction) -> None:
    people = [await make.teacher(tx, name) for name in ("aigul", "bolat")]
    for person in people:
        await visits.note(tx, person.id)
    today = tx.now // visits.DAY_MS
    await tx.execute("INSERT INTO visits VALUES (:day, :who)", day=today + 1, who=people[0].id)
    await tx.execute("INSERT INTO visits VALUES (:day, :who)", day=today - visits.KEPT_DAYS - 1, who=people[0].id)

    first, second = await figures.cohorts(tx, periods(Days(today, today + 1), Frequency.DAY))

    assert (first.size, [seen for _, seen in first.present]) == (2, [2, 1])
    assert (second.size, [seen for _, seen in second.present]) == (0, [0])
    assert await visits.prune(tx) == 1
    await accounts.erase(tx, people[0].id)
    assert await tx.all(int, "SELECT account_id FROM visits") == [people[1].id]


def test_months_are_whole_and_of_their_lengths() -> None:
    # The 15th of January to the 2nd of March 2024.
    months = periods(Days(19_737, 19_784), Frequency.MONTH)

    assert [each.end - each.start + 1 for each in months] == [31, 29, 31]
    assert months[0].start == 19_723


@in_a_unit
async def test_whoever_comes_on_two_days_of_a_week_is_one_visitor(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    today = tx.now // visits.DAY_MS
    for day, who in ((today, aigul.id), (today + 1, aigul.id), (today + 1, bolat.id), (today + 9, bolat.id)):
        await tx.execute("INSERT INTO visits VALUES (:day, :who)", day=day, who=who)

    assert await figures.visitors(tx, Days(today, today + 6)) == 2
    assert await figures.visitors(tx, Days(today + 7, today + 13)) == 1
    assert await figures.visitors(tx, Days(today - 7, today - 1)) == 0


@in_a_unit
async def test_what_was_published_is_counted_without_drafts_boosts_and_what_others_wrote(tx: Transaction) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.colleague(tx, "dana")
    elsewhere = await make.remote(tx, dana)
    for circle in (Circle.PUBLIC, Circle.SCHOOL, Circle.DRAFT):
        await make.note(tx, aigul, circle=circle)
    await reactions.boost(tx, aigul, elsewhere)
    today = tx.now // visits.DAY_MS

    assert await figures.published(tx, Days(today, today)) == {today: 2}
    assert await figures.published(tx, Days(today - 1, today - 1)) == {}


@pytest.mark.parametrize("today", [3, 4, 10, 20_784])
def test_weeks_begin_on_mondays_and_follow_each_other(today: int) -> None:
    first, second = latest_weeks(today, 2)

    assert today in first.all
    assert second.end + 1 == first.start
    for week in (first, second):
        assert datetime.fromtimestamp(week.noon / 1000, UTC).weekday() == 0
        assert len(week.all) == 7

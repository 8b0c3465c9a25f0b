"""Events of Mobilizon, Gancio, WordPress and others (FEP-8a8e): kept, listed, changed, called off."""

from typing import Any

import pytest

from fedi.actions import events as event_actions
from fedi.actions import posts as post_actions
from fedi.activitypub.jsonld import Json, format_time
from fedi.models.actors import Actor
from fedi.models.events import Event, EventStatus, JoinMode, Organiser
from fedi.models.posts import Circle, PostKind, PostView
from fedi.render import calendar
from fedi.store import views
from tests.clock import START
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson

pytestmark = pytest.mark.network(1)


DAY = 86_400_000
SOON, LATER = "2026-10-03T10:00:00+05:00", "2026-10-03T12:00:00+05:00"

MOBILIZON = {
    "name": "Open lesson: fractions",
    "startTime": SOON,
    "endTime": LATER,
    "timezone": "Asia/Almaty",
    "category": "LEARNING",
    "ical:status": "CONFIRMED",
    "joinMode": "free",
    "isOnline": False,
    "maximumAttendeeCapacity": 30,
    "remainingAttendeeCapacity": 12,
    "participantCount": 18,
    "contacts": ["http://mastodon.test/users/carol"],
    "location": {
        "type": "Place",
        "name": "School 12",
        "address": {
            "type": "PostalAddress",
            "streetAddress": "Abai 1",
            "postalCode": "110000",
            "addressLocality": "Kostanay",
            "addressCountry": "Kazakhstan",
        },
        "latitude": 53.2,
        "longitude": 63.6,
    },
}
GANCIO = {"name": "Open lesson", "startTime": SOON, "endTime": LATER, "location": {"name": "School 12"}}
WORDPRESS = {
    "name": "Webinar",
    "startTime": SOON,
    "endTime": LATER,
    "displayEndTime": False,
    "timezone": "Asia/Almaty",
    "eventStatus": "EventScheduled",
    "joinMode": "external",
    "externalParticipationUrl": "https://school12.example/join",
    "category": ["LEARNING", "SCIENCE_TECH"],
    "organizers": {
        "type": "OrganizersCollection",
        "first": {"items": ["https://school12.example/@aigul", {"type": "Organization", "name": "School 12"}]},
    },
    "location": [
        {"type": "Place", "name": "School 12", "address": "Abai 1, Kostanay"},
        {"type": "VirtualLocation", "name": "Room", "url": "https://meet.example/room"},
    ],
    "maximumAttendeeCapacity": 100,
    "attendees": {"type": "Collection", "totalItems": 84},
}


def event(person: StrangePerson, form: Json, path: str = "/events/1", **changes: Any) -> Json:
    return person.note(path, type="Event", **{**form, **changes})


async def deliver(almaty: TestSchool, network: Network, sender: StrangePerson, activity: Json) -> str:
    answer = await almaty.deliver(activity, sender.key)
    assert answer.status_code == 202
    await network.drain()
    return str((await outcomes(almaty))[-1])


async def kept(almaty: TestSchool, uri: str) -> PostView:
    post = await almaty.has(uri)
    assert post is not None
    view: PostView = (await almaty.read(views.full, [post.id]))[0]
    return view


async def taken_in(almaty: TestSchool, network: Network, carol: StrangePerson, form: Json, **changes: Any) -> Event:
    document = event(carol, form, **changes)
    assert await deliver(almaty, network, carol, carol.activity("Create", document)) == "created"
    found = (await kept(almaty, document["id"])).event
    assert found is not None
    return found


async def coming(almaty: TestSchool, reader: Actor) -> list[str]:
    found = await almaty.read(event_actions.coming, reader, event_actions.BEGINNING, 20)
    return [view.post.title for view in found]


async def test_an_event_of_mobilizon_keeps_what_it_says(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    found = await taken_in(almaty, network, carol, MOBILIZON)

    assert found.ends_at is not None
    assert found.starts_at is not None
    assert found.ends_at - found.starts_at == 2 * 3600_000
    assert (found.place, found.address) == ("School 12", "Abai 1, 110000, Kostanay, Kazakhstan")
    assert (found.status, found.join_mode) == (EventStatus.CONFIRMED, JoinMode.FREE)
    assert (found.time_zone, found.categories) == ("Asia/Almaty", ("LEARNING",))
    assert (found.capacity, found.remaining) == (30, 12)
    assert found.organisers == (Organiser("mastodon.test/users/carol", "http://mastodon.test/users/carol"),)
    view = await kept(almaty, f"{carol.server.base}/events/1")
    assert (view.post.kind, view.post.title) == (PostKind.ARTICLE, "Open lesson: fractions")


async def test_an_event_of_gancio_has_a_place_of_which_only_the_name_is_known(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    found = await taken_in(almaty, network, carol, GANCIO)

    assert (found.place, found.address, found.online_url) == ("School 12", "", None)
    assert (found.join_mode, found.capacity, found.organisers) == (JoinMode.UNKNOWN, None, ())


async def test_an_event_of_wordpress_takes_place_in_two_ways(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    found = await taken_in(almaty, network, carol, WORDPRESS)

    assert (found.place, found.address, found.online_url) == (
        "School 12",
        "Abai 1, Kostanay",
        "https://meet.example/room",
    )
    assert (found.join_mode, found.join_url) == (JoinMode.EXTERNAL, "https://school12.example/join")
    assert not found.shows_end
    assert found.categories == ("LEARNING", "SCIENCE_TECH")
    assert found.organisers == (
        Organiser("school12.example/@aigul", "https://school12.example/@aigul"),
        Organiser("School 12", ""),
    )
    assert found.remaining == 16


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"eventStatus": "EventCancelled"}, EventStatus.CANCELLED),
        ({"eventStatus": "https://schema.org/EventCancelled"}, EventStatus.CANCELLED),
        ({"ical:status": "CANCELLED"}, EventStatus.CANCELLED),
        ({"status": "TENTATIVE"}, EventStatus.TENTATIVE),
        ({"eventStatus": "EventPostponed", "startTime": None, "previousStartTime": SOON}, EventStatus.POSTPONED),
        ({"eventStatus": "EventMovedOnline"}, EventStatus.MOVED_ONLINE),
        ({"eventStatus": ["what?"]}, EventStatus.CONFIRMED),
    ],
)
async def test_what_becomes_of_an_event_is_understood_in_every_spelling(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, said: Json, status: EventStatus
) -> None:
    found = await taken_in(almaty, network, carol, GANCIO, **said)

    assert found.status is status
    assert found.starts_at is not None


@pytest.mark.parametrize("dated", [True, False])
async def test_an_event_that_is_called_off_is_seen_to_be_off(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, dated: bool
) -> None:
    await taken_in(almaty, network, carol, MOBILIZON)
    when = {"updated": "2026-09-20T10:00:00Z"} if dated else {}
    off = event(carol, MOBILIZON, eventStatus="EventCancelled", **when)

    await deliver(almaty, network, carol, carol.activity("Update", off))

    found = (await kept(almaty, off["id"])).event
    assert found is not None
    assert found.status is EventStatus.CANCELLED


async def test_an_older_update_does_not_bring_an_event_back(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    await taken_in(almaty, network, carol, MOBILIZON, eventStatus="EventCancelled", updated="2026-09-20T10:00:00Z")
    older = event(carol, MOBILIZON, updated="2026-09-19T10:00:00Z")

    await deliver(almaty, network, carol, carol.activity("Update", older))

    found = (await kept(almaty, older["id"])).event
    assert found is not None
    assert found.status is EventStatus.CANCELLED


async def test_what_comes_is_listed_for_those_who_follow_its_author_the_nearest_first(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    saule = await almaty.teacher("saule")

    times = {
        "tomorrow": (1, 1.1),
        "next week": (7, 7.1),
        "going on": (-0.1, 0.5),
        "over": (-2, -1.9),
        "for years": (-200, 100),
    }
    for number, (name, (start, end)) in enumerate(times.items()):
        document = event(carol, GANCIO, f"/events/{number}", name=name, startTime=iso(start), endTime=iso(end))
        await deliver(almaty, network, carol, carol.activity("Create", document))

    assert await coming(almaty, aigul) == ["going on", "tomorrow", "next week"]
    assert await coming(almaty, saule) == []
    first = await almaty.read(event_actions.coming, aigul, event_actions.BEGINNING, 1)
    last = first[0]
    assert last.event is not None
    assert last.event.starts_at is not None
    rest = await almaty.read(event_actions.coming, aigul, (last.event.starts_at, last.post.id), 20)
    assert [view.post.title for view in rest] == ["tomorrow", "next week"]


def iso(days: float) -> str:
    return format_time(int(START + days * DAY))


async def test_what_is_for_others_or_gone_is_not_listed(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    hidden = event(carol, GANCIO, "/events/1", startTime=iso(1), to=["http://mastodon.test/users/dave"], cc=[])
    shown = event(carol, GANCIO, "/events/2", startTime=iso(1), to=[PUBLIC])
    for each in (hidden, shown):
        await deliver(almaty, network, carol, carol.activity("Create", each))
    before = await coming(almaty, aigul)
    post = await almaty.has(shown["id"])

    await almaty.write(post_actions.delete, post)

    assert before == ["Open lesson"]
    assert await coming(almaty, aigul) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00Z", LATER),
        ("9999-12-31T23:59:59Z", LATER),
        ("tomorrow", LATER),
        ([1, 2], {"a": 1}),
        ("2026-13-45T99:99:99Z", None),
    ],
)
async def test_an_absurd_start_is_no_start(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, start: Any, end: Any
) -> None:
    found = await taken_in(almaty, network, carol, GANCIO, startTime=start, endTime=end)

    assert (found.starts_at, found.ends_at) == (None, None)
    assert await coming(almaty, aigul) == []


async def test_an_absurd_end_and_hostile_words_do_no_harm(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    found = await taken_in(
        almaty,
        network,
        carol,
        GANCIO,
        endTime="2190-01-01T00:00:00Z",
        timezone="../../etc/passwd",
        location={"type": "Place", "name": "<script>alert(1)</script>" * 9000, "address": ["x"]},
        externalParticipationUrl="javascript:alert(1)",
        maximumAttendeeCapacity=10**15,
        attendees={"totalItems": "many"},
        organizers={"items": [{"name": "x" * 2000}] * 100},
        category=["y" * 1000, 7, None] * 100,
    )

    assert found.starts_at is not None
    assert found.ends_at == found.starts_at + 366 * DAY
    assert (found.time_zone, found.join_url) == (None, None)
    assert "<" not in found.place
    assert len(found.place) <= 300
    assert found.capacity == 2**31 - 1
    assert len(found.organisers) <= 10
    assert all(len(each) <= 60 for each in found.categories)

    backwards = await taken_in(almaty, network, carol, GANCIO, path="/events/2", endTime="2020-01-01T00:00:00Z")
    assert backwards.ends_at is None


async def test_an_event_goes_into_a_calendar_as_a_file(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    await taken_in(
        almaty, network, carol, MOBILIZON, name="Бөлшектер; 5, 6 сынып " * 5, content="<p>One</p><p>BEGIN:VEVENT</p>"
    )
    view = await kept(almaty, f"{carol.server.base}/events/1")
    assert view.event is not None

    written = calendar.file(view, view.event)

    assert written is not None
    lines = written.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert lines.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20261003T050000Z" in lines
    assert "DTEND:20261003T070000Z" in lines
    unfolded = written.replace("\r\n ", "")
    assert "SUMMARY:Бөлшектер\\; 5\\, 6 сынып" in unfolded
    assert "LOCATION:School 12\\, Abai 1\\, 110000\\, Kostanay\\, Kazakhstan" in unfolded
    assert "STATUS:CONFIRMED" in lines


async def test_only_an_event_has_a_time(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note("/notes/1", startTime=SOON)

    await deliver(almaty, network, carol, carol.activity("Create", note))

    view = await kept(almaty, note["id"])
    assert view.event is None
    assert view.post.circle is Circle.PUBLIC

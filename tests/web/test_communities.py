"""Pages of communities, of what comes, and of quotes: what a teacher sees and clicks."""

import re

import pytest

from fedi.actions import communities as community_actions
from fedi.config import LANGUAGES
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.events import Event, EventStatus, JoinMode, Organiser
from fedi.models.posts import Circle, Post, PostKind
from fedi.models.quotes import QuotePolicy, QuoteState
from fedi.store import accounts, communities, quotes
from fedi.store import posts as stored_posts
from fedi.store.database import Transaction
from tests.factories import colleague, follow, remote
from tests.web.browsing import problems_of, signed_in, text_of
from tests.web.conftest import Visitors

HOUR = 3600_000


async def opened(visitors: Visitors, posting: str = "members") -> Actor:
    answer = await visitors.admin.send(
        "/communities/new",
        {"username": "maths", "name": "Maths", "summary": "Fractions", "rules": "Be kind", "posting": posting},
    )
    assert answer.headers["location"] == "/communities/maths"
    found = await visitors.school.read(communities.ours)
    return found[0]  # type: ignore[no-any-return]


async def write(visitors: Visitors, community: Actor, text: str = "Salem") -> Post:
    await visitors.teacher.send("/@maths/follow")
    answer = await visitors.teacher.send(
        "/compose", {"text": text, "circle": "public", "community": str(community.id), "key": "k"}
    )
    assert answer.status_code == 303, answer.text
    post = await visitors.school.read(stored_posts.by_id, int(answer.headers["location"].rpartition("/")[2]))
    assert isinstance(post, Post)
    return post


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_of_a_community_are_well_formed_in_each_language(visitors: Visitors, language: str) -> None:
    community = await opened(visitors)
    await write(visitors, community)
    await visitors.school.write(shut_out, visitors.saule, community)
    admin = await signed_in(visitors.school, visitors.saule, role=Role.ADMIN, language=language)
    visitors.stranger.language = language

    for browser in (admin, visitors.stranger):
        for path in ("/communities", "/communities/maths"):
            page = await browser.get(path)
            assert (page.status_code, problems_of(page.text)) == (200, []), path
    assert problems_of((await admin.get("/communities/maths/edit")).text) == []


async def shut_out(tx: Transaction, by: Actor, community: Actor) -> None:
    bolat = await colleague(tx, host="evil.test")
    await community_actions.ban(tx, by, community, bolat.uri)


async def test_a_community_is_opened_found_joined_and_written_to(visitors: Visitors) -> None:
    community = await opened(visitors)
    assert "Fractions" in text_of((await visitors.teacher.get("/communities")).text)
    assert (await visitors.teacher.get("/@maths")).headers["location"] == "/communities/maths"

    await write(visitors, community, "How do you explain fractions?")

    page = text_of((await visitors.teacher.get("/communities/maths")).text)
    assert "You have joined" in page
    assert "How do you explain fractions?" in page
    assert "Be kind" in page
    assert "Maths" in text_of((await visitors.teacher.get("/@aigul")).text)
    form = (await visitors.teacher.get(f"/compose?community={community.id}")).text
    assert f'<option value="{community.id}" selected>Maths</option>' in form
    assert re.search(r'name="circle" value="public" checked', form)


async def test_whoever_may_not_write_is_told_in_the_form(visitors: Visitors) -> None:
    community = await opened(visitors, "moderators")

    answer = await visitors.teacher.send(
        "/compose", {"text": "Salem", "circle": "public", "community": str(community.id), "key": "k"}
    )

    assert answer.status_code == 422
    assert "This is not wanted there" in text_of(answer.text)
    school_only = {"text": "Salem", "circle": "school", "community": str(community.id), "key": "k"}
    assert (await visitors.admin.send("/compose", school_only)).status_code == 422


async def test_a_teacher_opens_and_manages_no_community(visitors: Visitors) -> None:
    await opened(visitors)

    assert (await visitors.teacher.get("/communities/new")).status_code == 403
    assert (await visitors.teacher.get("/communities/maths/edit")).status_code == 403
    assert (
        await visitors.teacher.send("/communities/maths/moderate", {"do": "remove", "post": "1"})
    ).status_code == 403
    assert "Manage" not in text_of((await visitors.teacher.get("/communities/maths")).text)


async def test_a_name_that_is_taken_and_an_unknown_moderator_are_told_beside_the_field(visitors: Visitors) -> None:
    await opened(visitors)
    fields = {"username": "aigul", "name": "X", "posting": "members"}

    taken = await visitors.admin.send("/communities/new", fields)
    unknown = await visitors.admin.send(
        "/communities/maths/edit", {"name": "X", "posting": "members", "moderators": "nobody"}
    )

    assert "This name is taken already." in text_of(taken.text)
    assert "One of them is not known here." in text_of(unknown.text)
    saved = await visitors.admin.send(
        "/communities/maths/edit", {"name": "New name", "posting": "school", "moderators": "aigul"}
    )
    assert saved.status_code == 303
    assert "New name" in text_of((await visitors.teacher.get("/communities/maths")).text)
    assert "Manage" in text_of((await visitors.teacher.get("/communities/maths")).text)


async def buttons(visitors: Visitors) -> list[str]:
    """Which of the buttons that come in pairs a moderator is offered."""
    page = (await visitors.admin.get("/communities/maths")).text
    return re.findall(r'value="((?:un)?(?:feature|lock))"', page)


async def test_moderators_remove_close_and_show_first_with_buttons(visitors: Visitors) -> None:
    community = await opened(visitors)
    post = await write(visitors, community)

    offered = [await buttons(visitors)]
    for do in ("feature", "lock", "unlock"):
        sent = {"do": do, "post": str(post.id)}
        assert (await visitors.admin.send("/communities/maths/moderate", sent)).status_code == 303
        offered.append(await buttons(visitors))
    featured = await visitors.school.read(communities.featured, community.id)
    await visitors.admin.send("/communities/maths/moderate", {"do": "ban", "post": str(post.id)})

    assert featured == [post.id]
    assert offered == [
        ["feature", "lock"],
        ["unfeature", "lock"],
        ["unfeature", "unlock"],
        ["unfeature", "lock"],
    ]
    assert "shut you out" in text_of((await visitors.teacher.get("/communities/maths")).text)
    assert "Salem" not in text_of((await visitors.stranger.get("/communities/maths")).text)
    await visitors.admin.send("/communities/maths/moderate", {"do": "readmit", "person": visitors.aigul.uri})
    assert "shut you out" not in text_of((await visitors.teacher.get("/communities/maths")).text)


# --- quotes ---------------------------------------------------------------------------------------


async def test_a_post_is_quoted_from_its_card_and_shown_inside(visitors: Visitors) -> None:
    original = await visitors.school.post(visitors.saule, "The original words", Circle.PUBLIC)
    form = await visitors.teacher.get(f"/compose?quote={original.id}")
    assert "The original words" in text_of(form.text)
    assert problems_of(form.text) == []

    sent = {"text": "Look", "circle": "public", "quote": str(original.id), "quote_policy": "nobody", "key": "k"}
    answer = await visitors.teacher.send("/compose", sent)
    page = (await visitors.admin.get(answer.headers["location"])).text

    assert '<blockquote class="card quoted">' in page
    assert "The original words" in text_of(page)
    assert "Take my post out of this quote" in text_of(page)
    assert problems_of(page) == []
    assert "quoted your post" in text_of((await visitors.admin.get("/notifications")).text)
    made = await visitors.school.read(stored_posts.by_id, int(answer.headers["location"].rpartition("/")[2]))
    assert made.quote_policy is QuotePolicy.NOBODY
    assert f"/compose?quote={made.id}" not in page

    await visitors.admin.send(f"/posts/{made.id}/unquote")

    after = text_of((await visitors.teacher.get(answer.headers["location"])).text)
    assert (await visitors.school.read(quotes.of_post, made.id)).state is QuoteState.REVOKED
    assert "does not want it to be quoted here" in after
    assert "The original words" not in after


async def test_a_quoted_post_is_shown_only_to_those_who_may_read_it(visitors: Visitors) -> None:
    secret = await visitors.school.post(visitors.saule, "For colleagues", Circle.SCHOOL)
    quoting = await visitors.school.post(visitors.saule, "Look", Circle.SCHOOL, quoted_id=secret.id)

    async def widen(tx: Transaction) -> None:
        await tx.execute("UPDATE posts SET circle = 'public' WHERE id = :id", id=quoting.id)

    await visitors.school.write(widen)

    assert "For colleagues" in text_of((await visitors.teacher.get(f"/@saule/{quoting.id}")).text)
    strangers = text_of((await visitors.stranger.get(f"/@saule/{quoting.id}")).text)
    assert "The quoted post is not for you to read." in strangers
    assert "For colleagues" not in strangers
    assert "For colleagues" not in text_of((await visitors.stranger.get("/@saule")).text)


async def test_who_may_quote_new_posts_is_a_setting(visitors: Visitors) -> None:
    sent = {"language": "en", "circle": "public", "email": "", "quote_policy": "followers"}
    await visitors.teacher.send("/settings/preferences", sent)

    account = await visitors.school.read(accounts.by_id, visitors.aigul.id)
    post = await visitors.school.post(visitors.aigul, "Salem", Circle.PUBLIC)

    assert account.quote_policy is post.quote_policy is QuotePolicy.FOLLOWERS


# --- events ---------------------------------------------------------------------------------------


async def announced(visitors: Visitors, **changes: object) -> Post:
    """An open lesson of somebody whom aigul follows."""

    async def unit(tx: Transaction) -> Post:
        bolat = await colleague(tx)
        await follow(tx, visitors.aigul, bolat)
        start = tx.now + 24 * HOUR
        event = Event(
            starts_at=start,
            ends_at=start + HOUR,
            shows_end=True,
            time_zone="Asia/Almaty",
            status=EventStatus.CANCELLED,
            place="School <12>",
            address="Abai 1",
            online_url="https://meet.example/room",
            join_mode=JoinMode.EXTERNAL,
            join_url="https://school12.example/join",
            organisers=(Organiser("School 12", "https://school12.example/"),),
            categories=("SCIENCE_TECH",),
            capacity=30,
            remaining=5,
        )
        return await remote(tx, bolat, kind=PostKind.ARTICLE, title="Open lesson", event=event)

    return await visitors.school.write(unit)  # type: ignore[no-any-return]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_event_is_shown_with_its_facts_and_that_it_is_off(visitors: Visitors, language: str) -> None:
    post = await announced(visitors)
    browser = await signed_in(visitors.school, visitors.aigul, language=language)

    page, listed = await browser.get(f"/posts/{post.id}"), await browser.get("/events")

    off = {"en": "called off", "ru": "отменено", "kk": "болмайды"}[language]
    for answer in (page, listed):
        assert (answer.status_code, problems_of(answer.text)) == (200, [])
        assert off in text_of(answer.text)
        assert "Open lesson" in text_of(answer.text)
        assert "School <12>" in text_of(answer.text)
    assert "https://school12.example/join" in page.text
    assert "School <12>" not in text_of((await visitors.admin.get("/events")).text)


async def test_an_event_is_fetched_for_a_calendar_by_those_who_may_read_it(visitors: Visitors) -> None:
    post = await announced(visitors)
    note = await visitors.school.post(visitors.aigul, "No event", Circle.PUBLIC)

    file = await visitors.stranger.get(f"/posts/{post.id}/event.ics")

    assert file.headers["content-type"].startswith("text/calendar")
    assert "STATUS:CANCELLED\r\n" in file.text
    assert (await visitors.stranger.get(f"/posts/{note.id}/event.ics")).status_code == 404
    for query in ("start=x&post=1", "start=1", "start=1&post=99999999999999999999999"):
        assert (await visitors.teacher.get(f"/events?{query}")).status_code == 400


@pytest.mark.parametrize("name", ["", "x" * 101])
async def test_a_community_without_a_proper_name_is_refused_beside_the_field(visitors: Visitors, name: str) -> None:
    fields = {"username": "maths", "name": name, "posting": "members"}

    refused = await visitors.admin.send("/communities/new", fields)

    assert (refused.status_code, problems_of(refused.text)) == (422, [])
    assert "Write a name, not longer than one line." in text_of(refused.text)

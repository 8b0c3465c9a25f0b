"""Drafts on the school's pages: those that publish themselves, and those that could not."""

import re
from datetime import datetime

from fedi.actions import posts as post_actions
from fedi.models.posts import Circle
from fedi.store import accounts, posts, schedules
from tests.web.browsing import problems_of, text_of
from tests.web.conftest import Visitors
from tests.web.test_forms import MATERIAL


def local(visitors: Visitors, **later: int) -> str:
    """What an `input type=datetime-local` sends: the school's clock."""
    zone = visitors.school.instance.school.zone
    seconds = visitors.network.clock.now / 1000 + later.get("minutes", 0) * 60
    return datetime.fromtimestamp(seconds, zone).strftime("%Y-%m-%dT%H:%M")


async def drafts(visitors: Visitors) -> str:
    return text_of((await visitors.teacher.get("/drafts")).text)


async def test_a_post_is_written_for_later_shown_among_the_drafts_and_published(visitors: Visitors) -> None:
    form = {"text": "Open lesson", "circle": "public", "do": "publish", "at": local(visitors, minutes=61)}

    sent = await visitors.teacher.send("/compose", form)
    waiting = await drafts(visitors)
    visitors.network.clock.advance(minutes=62)
    await visitors.network.drain()

    assert (sent.status_code, sent.headers["location"]) == (303, "/drafts")
    assert "Publishes itself:" in waiting
    assert "Everyone" in waiting
    [post] = await visitors.school.read(posts.of_actor, visitors.aigul.id, 10)
    assert (post.circle, post.source) == (Circle.PUBLIC, "Open lesson")
    assert "Open lesson" not in await drafts(visitors)


async def test_a_time_that_is_none_or_too_soon_is_told_beside_its_field_and_nothing_is_published(
    visitors: Visitors,
) -> None:
    for at in (local(visitors, minutes=2), "tomorrow"):
        sent = await visitors.teacher.send("/compose", {"text": "x", "circle": "public", "do": "publish", "at": at})

        assert sent.status_code == 422
        assert "Choose a time at least five minutes from now" in sent.text
    assert await visitors.school.read(posts.of_actor, visitors.aigul.id, 10) == []


async def test_a_draft_is_given_a_time_and_kept_back_again(visitors: Visitors) -> None:
    draft = await visitors.school.post(visitors.aigul, "Not yet", Circle.DRAFT)
    form = {"text": "Not yet", "circle": "school", "do": "publish", "at": local(visitors, minutes=61)}

    sent = await visitors.teacher.send(f"/posts/{draft.id}/edit", form)
    waiting = await drafts(visitors)
    foreign = await visitors.admin.send(f"/drafts/{draft.id}/unschedule")
    kept = await visitors.teacher.send(f"/drafts/{draft.id}/unschedule")
    visitors.network.clock.advance(minutes=62)
    await visitors.network.drain()

    assert (sent.headers["location"], kept.headers["location"]) == ("/drafts", "/drafts")
    assert "Publishes itself:" in waiting
    assert "My school" in waiting
    assert foreign.status_code == 404
    assert "Publishes itself:" not in await drafts(visitors)
    [post] = await visitors.school.read(posts.of_actor, visitors.aigul.id, 10)
    assert post.circle is Circle.DRAFT


async def test_the_form_of_a_scheduled_draft_holds_its_time_and_keeping_it_takes_that_away(visitors: Visitors) -> None:
    at = local(visitors, minutes=61)
    form = {"text": "Open lesson", "circle": "partners", "do": "publish", "at": at}
    await visitors.teacher.send("/compose", form)
    [draft] = await visitors.school.read(posts.of_actor, visitors.aigul.id, 10)
    path = f"/posts/{draft.id}/edit"

    page = (await visitors.teacher.get(path)).text
    again = await visitors.teacher.send(path, {**form, "text": "Open lesson in room 12"})
    waiting = await drafts(visitors)
    kept = await visitors.teacher.send(path, {**form, "do": "draft"})

    assert f'value="{at}"' in page
    assert 'value="partners" checked' in page
    assert (again.status_code, kept.status_code) == (303, 303)
    assert "room 12" in waiting
    assert "Publishes itself:" in waiting
    assert "Partner schools" in waiting
    assert "Publishes itself:" not in await drafts(visitors)


async def test_a_draft_that_could_not_be_published_says_so_until_it_was_seen(visitors: Visitors) -> None:
    about = await visitors.school.post(visitors.saule, "Who comes?")
    form = {
        "text": "I do", "circle": "public", "do": "publish", "reply": str(about.id), "at": local(visitors, minutes=61)
    }  # fmt: skip
    await visitors.teacher.send("/compose", form)
    await visitors.school.write(post_actions.delete, about)
    visitors.network.clock.advance(minutes=62)
    await visitors.network.drain()

    told = await drafts(visitors)
    [draft] = await visitors.school.read(posts.of_actor, visitors.aigul.id, 10)
    await visitors.teacher.send(f"/drafts/{draft.id}/unschedule")

    assert "It was to be published by itself, and could not be" in told
    assert "could not be" not in await drafts(visitors)
    assert await visitors.school.read(schedules.of_posts, [draft.id]) == {}


def material(**changes: str) -> dict[str, object]:
    return {**MATERIAL, **changes}


async def test_a_material_is_shared_at_its_time(visitors: Visitors) -> None:
    sent = await visitors.teacher.send("/materials/new", material(at=local(visitors, minutes=61), circle="network"))
    waiting = await drafts(visitors)
    unseen = await visitors.stranger.get("/library")
    visitors.network.clock.advance(minutes=62)
    await visitors.network.drain()

    assert (sent.status_code, sent.headers["location"]) == (303, "/drafts")
    assert "Publishes itself:" in waiting
    assert "Everyone with the link" in waiting
    assert "Fractions" not in text_of(unseen.text)
    [post] = await visitors.school.read(posts.of_actor, visitors.aigul.id, 10)
    assert (post.circle, post.title) == (Circle.NETWORK, "Fractions")


async def test_the_form_of_a_material_holds_its_time_and_its_circle_and_changes_them(visitors: Visitors) -> None:
    at, later = local(visitors, minutes=61), local(visitors, minutes=121)
    await visitors.teacher.send("/materials/new", material(at=at, circle="partners"))
    [draft] = await visitors.school.read(posts.of_actor, visitors.aigul.id, 10)
    path = f"/materials/{draft.id}/edit"

    page = (await visitors.teacher.get(path)).text
    await visitors.teacher.send(path, material(at=later, circle="school", title="Halves"))
    changed = (await visitors.school.read(schedules.of_posts, [draft.id]))[draft.id]
    await visitors.teacher.send(path, material(do="draft"))

    assert f'value="{at}"' in page
    assert 'value="partners" checked' in page
    assert problems_of(page) == []
    assert (changed.circle, changed.run_at - visitors.network.clock.now) > (Circle.SCHOOL, 61 * 60_000)
    assert await visitors.school.read(schedules.of_posts, [draft.id]) == {}


async def test_a_material_that_publishes_itself_must_be_whole(visitors: Visitors) -> None:
    for at, changes, said in (
        (local(visitors, minutes=61), {"subject": ""}, "Choose a subject."),
        (local(visitors, minutes=2), {}, "Choose a time at least five minutes from now"),
    ):
        sent = await visitors.teacher.send("/materials/new", material(at=at, **changes))

        assert (sent.status_code, problems_of(sent.text)) == (422, [])
        assert said in sent.text
    assert await visitors.school.read(posts.of_actor, visitors.aigul.id, 10) == []


async def test_the_form_of_a_draft_of_a_material_proposes_her_own_circle(visitors: Visitors) -> None:
    await visitors.teacher.send("/materials/new", material(do="draft"))
    [draft] = await visitors.school.read(posts.of_actor, visitors.aigul.id, 10)

    page = (await visitors.teacher.get(f"/materials/{draft.id}/edit")).text

    account = await visitors.school.read(accounts.by_id, visitors.aigul.id)
    assert re.findall(r'name="circle" value="(\w+)" checked', page) == [account.default_circle.value]

"""Every page, for a stranger, a teacher and an administrator: it answers, is small, well-formed and labelled."""

import json
import re
from pathlib import Path

import httpx2
import pytest

from fedi.config import LANGUAGES
from fedi.models.accounts import Role
from fedi.models.posts import Circle, Poll, PollOption
from fedi.render import STATIC
from tests.factories import LESSON_PLAN
from tests.network import open_network
from tests.web.browsing import problems_of, signed_in, text_of
from tests.web.conftest import Visitors

PUBLIC = (
    "/", "/login", "/reset", "/library", "/library?q=x&kind=worksheet", "/tags/algebra", "/@aigul", "/@aigul/followers",
    "/communities",
    "/@aigul/following",
)  # fmt: skip
TEXTS = ("/about", "/rules", "/privacy", "/terms", "/contact")
TEACHERS = (
    "/home", "/home/school", "/home/network", "/compose", "/drafts", "/materials/new", "/notifications", "/lookup",
    "/settings", "/events",
)  # fmt: skip
ADMINS = ("/communities/new", "/admin/peers", "/admin/held", "/admin/deliveries")
PAGE_BYTES = 50_000

HOSTILE = '<script>alert("1")</script>\'"><img src=x onerror=alert(2)>'


async def publish(visitors: Visitors) -> list[str]:
    """One post of each sort, with a title that tries to be markup; their addresses."""
    school, aigul = visitors.school, visitors.aigul
    poll = Poll((PollOption(HOSTILE), PollOption("no")), False, visitors.network.clock.now + 1000_000)
    question = await school.post(aigul, "Which?", poll=poll)
    note = await school.post(aigul, f"#algebra {HOSTILE}", summary=HOSTILE)
    answer = await school.post(visitors.saule, "Yes", in_reply_to_id=note.id)
    plan = await school.post(aigul, f"# Steps\n\n{HOSTILE}", title=HOSTILE, summary=HOSTILE, material=LESSON_PLAN)
    names = {aigul.id: "aigul", visitors.saule.id: "saule"}
    return [f"/@{names[post.actor_id]}/{post.id}" for post in (question, note, answer, plan)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_page_is_small_well_formed_and_labelled_for_whoever_looks(visitors: Visitors, language: str) -> None:
    posts = await publish(visitors)
    for person, role in ((visitors.aigul, Role.TEACHER), (visitors.saule, Role.ADMIN)):
        browser = await signed_in(visitors.school, person, role=role, language=language)
        pages = [*PUBLIC, *TEXTS, *TEACHERS, *posts, *(("/admin/", *ADMINS) if role is Role.ADMIN else ())]
        for path in pages:
            await check(await browser.get(path), path, language)
    visitors.stranger.language = language
    for path in (*PUBLIC, *TEXTS, *posts, "/@aigul/follow"):
        await check(await visitors.stranger.get(path), path, language)


async def check(response: httpx2.Response, path: str, language: str) -> None:
    assert response.status_code == 200, path
    html = response.text
    assert problems_of(html) == [], path
    assert f'<html lang="{language}">' in html
    assert weight(html) < PAGE_BYTES, path
    assert "<script>" not in html, path
    assert "onerror=alert(2)>" not in html, path


def weight(html: str) -> int:
    """Bytes of a page with its style sheets."""
    sheets: list[str] = re.findall(r'rel="stylesheet" href="/static/([a-z]+\.css)', html)
    assert "fedi.css" in sheets
    return len(html.encode()) + sum((STATIC / sheet).stat().st_size for sheet in sheets)


async def test_a_home_of_twenty_posts_weighs_less_than_fifty_kilobytes(visitors: Visitors) -> None:
    words = "Әріптестер, 5-сыныпта бөлшектерді қалай түсіндіресіздер? Мен алманы бөліп көрсетемін. #бөлшектер "
    for number in range(20):
        await visitors.school.post(visitors.aigul, f"{words} {number}")
    html = (await visitors.teacher.get("/home")).text

    assert html.count("<article") == 20
    assert weight(html) < PAGE_BYTES


@pytest.mark.parametrize("path", TEACHERS)
async def test_a_stranger_is_sent_to_sign_in_and_will_come_back(visitors: Visitors, path: str) -> None:
    response = await visitors.stranger.get(path)

    assert response.status_code == 303
    assert response.headers["location"].startswith("/login?next=%2F")


@pytest.mark.parametrize("path", ADMINS)
async def test_a_teacher_may_not_administer(visitors: Visitors, path: str) -> None:
    assert (await visitors.teacher.get(path)).status_code == 403


async def test_pages_forbid_scripts_frames_and_forms_that_leave_the_school(visitors: Visitors) -> None:
    policy = (await visitors.stranger.get("/")).headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self';" in policy
    assert "script-src" not in policy


async def test_a_page_has_one_main_a_skip_link_and_one_first_heading(visitors: Visitors) -> None:
    for path in ("/", "/library", "/login", "/@aigul"):
        html = (await visitors.stranger.get(path)).text
        assert html.count("<main") == 1
        assert 'href="#main"' in html
        assert len(re.findall(r"<h1\b", html)) == 1, path


async def test_consent_decides_whether_search_engines_may_keep_a_page(visitors: Visitors) -> None:
    yes = await visitors.school.post(visitors.aigul, "Found")
    no = await visitors.school.post(visitors.saule, "Not found")
    unlisted = await visitors.school.post(visitors.aigul, "Linked only", Circle.NETWORK)

    assert 'content="noindex"' not in (await visitors.stranger.get(f"/@aigul/{yes.id}")).text
    assert 'content="noindex"' in (await visitors.stranger.get(f"/@saule/{no.id}")).text
    assert 'content="noindex"' in (await visitors.stranger.get(f"/@aigul/{unlisted.id}")).text
    assert 'content="noindex"' not in (await visitors.stranger.get("/@aigul")).text
    assert 'content="noindex"' in (await visitors.stranger.get("/@saule")).text


async def test_a_post_in_another_language_says_so(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul, "Сәлем", language="kk")

    assert '<div class="text long" lang="kk">' in (await visitors.stranger.get(f"/@aigul/{post.id}")).text


async def test_a_material_speaks_to_catalogues(visitors: Visitors) -> None:
    post = await visitors.school.post(
        visitors.aigul, "Steps", title="Fractions </script><b>", summary="Halves", material=LESSON_PLAN
    )
    html = (await visitors.stranger.get(f"/@aigul/{post.id}")).text
    [told] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)

    document = json.loads(told)
    assert document["@type"] == "LearningResource"
    assert document["name"] == "Fractions </script><b>"
    assert document["license"] == LESSON_PLAN.licence
    assert document["learningResourceType"]["@type"] == "DefinedTerm"
    assert document["educationalLevel"] == ["5", "6"]


async def test_hidden_and_absent_look_the_same(visitors: Visitors) -> None:
    hidden = await visitors.school.post(visitors.aigul, "For us", Circle.SCHOOL)
    there = await visitors.stranger.get(f"/@aigul/{hidden.id}")
    absent = await visitors.stranger.get(f"/@aigul/{hidden.id + 1}")

    assert there.status_code == absent.status_code == 404
    assert text_of(there.text) == text_of(absent.text)


@pytest.mark.parametrize(
    ("language", "words"), [("kk", "Мұнда ештеңе жоқ"), ("ru", "Здесь ничего нет"), ("en", "There is nothing here")]
)
async def test_an_error_is_told_in_the_readers_language(visitors: Visitors, language: str, words: str) -> None:
    visitors.stranger.language = language
    response = await visitors.stranger.get("/nowhere")

    assert response.status_code == 404
    assert words in response.text
    assert problems_of(response.text) == []


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Almaty", "19:13"), ("America/New_York", "10:13")])
async def test_pages_tell_the_time_of_the_schools_zone(tmp_path: Path, zone: str, hour: str) -> None:
    async with open_network(tmp_path / "instances", 1, time_zone=zone) as network:
        school = network["almaty"]
        aigul = await school.teacher("aigul")
        poll = Poll((PollOption("yes"), PollOption("no")), False, network.clock.now + 3600_000)
        post = await school.post(aigul, "Salem", poll=poll)
        page = text_of((await (await signed_in(school, aigul)).get(f"/@aigul/{post.id}")).text)

    assert f"21 September 2026, {hour}" in page
    assert f"open until 21 September 2026, {int(hour[:2]) + 1:02}:13" in page


async def test_a_page_that_is_nowhere_knows_who_has_lost_her_way(visitors: Visitors) -> None:
    browser = await signed_in(visitors.school, visitors.aigul, language="kk")
    browser.language = "ru"
    hers, strangers = await browser.get("/nowhere"), await visitors.stranger.get("/nowhere")

    assert "Мұнда ештеңе жоқ" in hers.text
    assert 'href="/login' not in hers.text
    assert 'href="/login?next=/nowhere"' in strangers.text


async def test_nobody_claims_to_know_how_much_somebody_elsewhere_has_written(visitors: Visitors) -> None:
    there = visitors.network["kostanay"]
    marat = await visitors.school.knows(await there.teacher("marat"))
    elsewhere = await visitors.teacher.get(f"/@{marat.handle}")
    here = await visitors.teacher.get("/@aigul")

    assert elsewhere.status_code == 200
    assert "Marat" in elsewhere.text
    assert 'class="stats"' not in elsewhere.text
    assert "0 posts" in text_of(here.text)


def test_tabs_wrap_on_narrow_screens_and_hide_none() -> None:
    [rule] = re.findall(r"^\.subnav \{(.*?)\}", (STATIC / "fedi.css").read_text("utf-8"), re.MULTILINE)

    assert "flex-wrap: wrap" in rule
    assert "overflow" not in rule


async def test_each_page_has_a_title_of_its_own(visitors: Visitors) -> None:
    posts = [await visitors.school.post(visitors.saule, text) for text in ("On levers", "On fractions")]
    paths = ["/home", "/home/school", "/home/network", "/library", "/library?q=levers", "/saved", "/thanked"]
    paths += [f"/posts/{post.id}/{each}" for post in posts for each in ("history", "delete", "receipts")]
    paths += ["/@aigul/lists", "/admin/reports", "/admin/reports?show=resolved", "/admin/joining"]
    titles = [_title((await visitors.admin.get(path)).text) for path in [*paths, "/admin/joining/networks"]]

    assert [each for each in titles if titles.count(each) > 1] == []


def _title(html: str) -> str:
    return html.partition("<title>")[2].partition("</title>")[0]

"""What a teacher saves and thanks for, and where she finds it again."""

import re

import pytest

from fedi.actions import posts as post_actions
from fedi.config import LANGUAGES
from fedi.models.materials import Material
from fedi.models.posts import Circle, Draft
from tests.web.browsing import Browser, problems_of, signed_in, text_of
from tests.web.conftest import Visitors

BY = "https://creativecommons.org/licenses/by/4.0/"


async def shared(visitors: Visitors, title: str) -> int:
    """A lesson plan of saule's."""
    material = Material(kind="lesson-plan", subject="mathematics", classes=(5,), licence=BY)
    draft = Draft("How we add fractions", Circle.PUBLIC, title=title, material=material)
    return int((await visitors.school.write(post_actions.post, visitors.saule, draft)).id)


async def read(browser: Browser, path: str) -> str:
    page = await browser.get(path)
    assert (page.status_code, problems_of(page.text)) == (200, []), path
    return text_of(page.text)


@pytest.mark.parametrize(("mark", "unmark", "path"), [("save", "unsave", "/saved"), ("like", "unlike", "/thanked")])
async def test_what_she_marks_is_found_on_its_page_until_she_takes_the_mark_away(
    visitors: Visitors, mark: str, unmark: str, path: str
) -> None:
    post = await visitors.school.post(visitors.saule, "A lesson on levers")

    sent = await visitors.teacher.send(f"/posts/{post.id}/{mark}", {"back": "/home/school"})
    marked = await read(visitors.teacher, path)
    of_somebody_else = await read(visitors.admin, path)
    await visitors.teacher.send(f"/posts/{post.id}/{unmark}", {"back": path})

    assert sent.headers["location"] == f"/home/school#p{post.id}"
    assert "A lesson on levers" in marked
    assert "A lesson on levers" not in of_somebody_else
    assert "A lesson on levers" not in await read(visitors.teacher, path)


async def test_the_button_says_whether_a_post_is_saved(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "A lesson on levers")

    before = (await visitors.teacher.get("/home/school")).text
    await visitors.teacher.send(f"/posts/{post.id}/save")
    after = (await visitors.teacher.get("/home/school")).text

    assert f"formaction=/posts/{post.id}/save>" in before
    assert f"formaction=/posts/{post.id}/unsave class=on aria-pressed=true>" in after
    assert 'href="/saved"' in after


async def test_saving_twice_keeps_one(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "A lesson on levers")

    for _ in range(2):
        await visitors.teacher.send(f"/posts/{post.id}/save")

    assert (await read(visitors.teacher, "/saved")).count("A lesson on levers") == 1


async def test_what_is_saved_leads_on_by_when_it_was_saved(visitors: Visitors) -> None:
    posts = [await visitors.school.post(visitors.saule, f"Lesson {number};") for number in range(22)]
    for post in reversed(posts):
        await visitors.teacher.send(f"/posts/{post.id}/save")

    first = (await visitors.teacher.get("/saved")).text
    older = re.search(r'href="(\?before=\d+)" rel="next"', first)
    assert older
    second = (await visitors.teacher.get(f"/saved{older[1]}")).text

    shown = [re.findall(r"Lesson (\d+);", each) for each in (first, second)]
    assert shown == [[str(number) for number in range(20)], ["20", "21"]]
    assert 'rel="next"' not in second


async def test_what_can_no_longer_be_read_is_not_shown(visitors: Visitors) -> None:
    school = visitors.school
    await school.follow(visitors.aigul, visitors.saule)
    post = await school.post(visitors.saule, "For followers", circle=Circle.FOLLOWERS)
    await visitors.teacher.send(f"/posts/{post.id}/save")
    followed = await read(visitors.teacher, "/saved")
    await visitors.teacher.send("/@saule/unfollow")

    assert "For followers" in followed
    assert "For followers" not in await read(visitors.teacher, "/saved")


@pytest.mark.parametrize("path", ["/posts/1/save", "/posts/1/unsave"])
async def test_what_is_not_there_cannot_be_saved(visitors: Visitors, path: str) -> None:
    assert (await visitors.teacher.send(path)).status_code == 404


async def test_a_draft_is_not_for_saving(visitors: Visitors) -> None:
    draft = await visitors.school.post(visitors.aigul, "Half an idea", circle=Circle.DRAFT)

    assert f"/posts/{draft.id}/save" not in (await visitors.teacher.get(f"/posts/{draft.id}")).text


@pytest.mark.parametrize("path", ["/saved", "/thanked"])
async def test_strangers_are_asked_to_sign_in_first(visitors: Visitors, path: str) -> None:
    assert (await visitors.stranger.get(path)).headers["location"].startswith("/login?next=")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_are_well_formed_in_each_language(visitors: Visitors, language: str) -> None:
    browser = await signed_in(visitors.school, visitors.aigul, language=language)
    empty = [await read(browser, path) for path in ("/saved", "/thanked")]
    post = await visitors.school.post(visitors.saule, "<b>levers</b>")
    for mark in ("save", "like"):
        await browser.send(f"/posts/{post.id}/{mark}")

    assert len(set(empty)) == 2
    for path in ("/saved", "/thanked", "/library?saved=1"):
        await read(browser, path)


async def test_the_library_finds_what_she_saved_by_its_words(visitors: Visitors) -> None:
    saved, other = await shared(visitors, "Adding fractions"), await shared(visitors, "Taking fractions away")
    await visitors.teacher.send(f"/posts/{saved}/save")

    found = (await visitors.teacher.get("/library?q=fraction&saved=1")).text
    elsewhere = text_of((await visitors.teacher.get("/library?q=lever&saved=1")).text)
    of_a_stranger = (await visitors.stranger.get("/library?q=fraction&saved=1")).text

    assert (f"p{saved}" in found, f"p{other}" in found) == (True, False)
    assert 'name="saved" value="1" checked' in found
    assert "Nothing found" in elsewhere
    assert (f"p{saved}" in of_a_stranger, 'name="saved"' in of_a_stranger) == (False, False)


async def test_a_licence_is_told_to_whoever_reads_not_only_to_the_author(visitors: Visitors) -> None:
    post_id = await shared(visitors, "Adding fractions")

    page = await read(visitors.teacher, f"/@saule/{post_id}")

    assert "must name its author" in page
    assert "name you" not in page

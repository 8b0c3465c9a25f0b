"""Lists of people and followed topics, as a teacher keeps them in the browser."""

import re

import pytest

from fedi.config import LANGUAGES
from fedi.models.lists import PeopleList, RepliesPolicy
from fedi.store import followed_tags, lists
from tests.web.browsing import problems_of, signed_in, text_of
from tests.web.conftest import Visitors


async def stored(visitors: Visitors) -> list[PeopleList]:
    found: list[PeopleList] = await visitors.school.read(lists.of_account, visitors.aigul.id)
    return found


async def made(visitors: Visitors, title: str = "Physicists") -> str:
    """The path of a new list; aigul follows saule."""
    await visitors.school.follow(visitors.aigul, visitors.saule)
    sent = await visitors.teacher.send("/lists", {"title": title})
    return str(sent.headers["location"]).removesuffix("/edit")


async def members(visitors: Visitors, path: str) -> list[int]:
    found: list[int] = await visitors.school.read(lists.member_ids, int(path.rpartition("/")[2]))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_are_well_formed_in_each_language(visitors: Visitors, language: str) -> None:
    path = await made(visitors, "<Physicists>")
    await visitors.teacher.send(f"{path}/add", {"person": "@saule"})
    await visitors.teacher.send("/tags/Физика/follow")
    browser = await signed_in(visitors.school, visitors.aigul, language=language)

    for each in ("/lists", path, f"{path}/edit", "/@saule/lists", "/@saule", "/tags/Физика"):
        page = await browser.get(each)
        assert (page.status_code, problems_of(page.text)) == (200, []), each


async def test_a_list_is_made_filled_read_and_forgotten(visitors: Visitors) -> None:
    path = await made(visitors)
    await visitors.school.post(visitors.saule, "A lesson on levers")

    sent = await visitors.teacher.send(f"{path}/add", {"person": "@saule"})
    page = text_of((await visitors.teacher.get(path)).text)
    known = await members(visitors, path)
    await visitors.teacher.send(f"{path}/remove", {"person": str(visitors.saule.id)})
    empty = await members(visitors, path)
    ended = await visitors.teacher.send(f"{path}/end")

    assert sent.headers["location"] == f"{path}/edit"
    assert "A lesson on levers" in page
    assert (known, empty) == ([visitors.saule.id], [])
    assert (ended.headers["location"], await stored(visitors)) == ("/lists", [])


async def test_a_list_is_given_another_title_and_other_answers(visitors: Visitors) -> None:
    path = await made(visitors)

    await visitors.teacher.send(f"{path}/edit", {"title": "Teachers", "replies": "none", "exclusive": "1"})
    [one] = await stored(visitors)
    page = (await visitors.teacher.get(f"{path}/edit")).text

    assert (one.title, one.replies_policy, one.exclusive) == ("Teachers", RepliesPolicy.NONE, True)
    assert 'value="none" selected' in page
    assert 'name="exclusive" value="1" checked' in page


@pytest.mark.parametrize("title", ["", "x" * 257])
async def test_a_list_without_a_proper_title_is_refused_beside_the_field(visitors: Visitors, title: str) -> None:
    path = await made(visitors)

    for target in ("/lists", f"{path}/edit"):
        refused = await visitors.teacher.send(target, {"title": title})

        assert (refused.status_code, problems_of(refused.text)) == (422, [])
        assert "Give it a title" in refused.text


@pytest.mark.parametrize("person", ["@nobody", "@aigul@far.test", "", "@saule"])
async def test_whom_she_does_not_follow_is_told_beside_the_field(visitors: Visitors, person: str) -> None:
    sent = await visitors.teacher.send("/lists", {"title": "Physicists"})
    path = sent.headers["location"].removesuffix("/edit")

    refused = await visitors.teacher.send(f"{path}/add", {"person": person})

    assert (refused.status_code, problems_of(refused.text)) == (422, [])
    assert "Nobody you follow has this name" in refused.text
    assert await members(visitors, path) == []


async def test_on_the_page_of_a_person_lists_are_ticked(visitors: Visitors) -> None:
    first, second = await made(visitors), await made(visitors, "Friends")
    ids = [path.rpartition("/")[2] for path in (first, second)]

    await visitors.teacher.send("/@saule/lists", {"list": ids})
    both = [await members(visitors, path) for path in (first, second)]
    sent = await visitors.teacher.send("/@saule/lists", {"list": ids[:1]})
    page = (await visitors.teacher.get("/@saule/lists")).text

    assert both == [[visitors.saule.id]] * 2
    assert await members(visitors, second) == []
    assert re.findall(r'name="list" value="(\d+)" checked', page) == ids[:1]
    assert sent.headers["location"] == "/@saule"


async def test_nobody_reads_or_changes_the_lists_of_somebody_else(visitors: Visitors) -> None:
    path = await made(visitors)

    for target in (path, f"{path}/edit"):
        assert (await visitors.admin.get(target)).status_code == 404
        assert (await visitors.stranger.get(target)).status_code == 303
    for action in ("edit", "add", "remove", "end"):
        assert (await visitors.admin.send(f"{path}/{action}", {"title": "x", "person": "@saule"})).status_code == 404
    assert [each.title for each in await stored(visitors)] == ["Physicists"]


async def test_a_topic_is_followed_on_its_page_and_left_in_the_list(visitors: Visitors) -> None:
    async def followed() -> set[str]:
        found: set[str] = await visitors.school.read(followed_tags.among, visitors.aigul.id, ["физика"])
        return found

    sent = await visitors.teacher.send("/tags/Физика/follow", {"back": "/tags/Физика"})
    known = await followed()
    page = text_of((await visitors.teacher.get("/tags/Физика")).text)
    await visitors.school.post(visitors.saule, "Рычаги #физика")
    home = text_of((await visitors.teacher.get("/home")).text)
    listed = text_of((await visitors.teacher.get("/lists")).text)
    await visitors.teacher.send("/tags/физика/unfollow", {"back": "/lists"})

    assert (sent.status_code, known, await followed()) == (303, {"физика"}, set())
    assert "You follow" in page
    assert "Рычаги" in home
    assert "#физика" in listed


async def test_what_is_no_topic_is_not_followed(visitors: Visitors) -> None:
    assert (await visitors.teacher.send("/tags/12345/follow")).status_code == 422
    assert (await visitors.stranger.send("/tags/физика/follow")).status_code == 401
    assert "/follow" not in (await visitors.stranger.get("/tags/физика")).text

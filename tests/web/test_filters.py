"""The page of a teacher's filters, and what they do to her pages of posts."""

import pytest

from fedi.actions import filters as actions
from fedi.models.actors import Actor
from fedi.models.filters import FilterChange, FilterContext, FilterRules, KeywordChange
from fedi.store import filters
from fedi.store.database import Transaction
from tests import factories as make
from tests.web.browsing import Browser, problems_of, text_of
from tests.web.conftest import Visitors
from tests.web.test_communities import announced, opened

PAGE = "/settings/filters"
CONTEXTS = ["home", "notifications", "public", "thread", "account"]
EXAMS = {"words": "Экзамен\nopen lesson", "context": CONTEXTS, "action": "warn", "hours": "0"}


async def stored(visitors: Visitors) -> list[FilterRules]:
    found: list[FilterRules] = await visitors.school.read(filters.of_account, visitors.aigul.id)
    return found


async def posted(visitors: Visitors, text: str = "Скоро экзамен #physics") -> int:
    return int((await visitors.school.post(visitors.saule, text)).id)


async def seen(browser: Browser, path: str = "/home/school") -> str:
    got = await browser.get(path)
    assert (got.status_code, problems_of(got.text)) == (200, [])
    return got.text


async def test_a_filter_is_made_of_words_and_ended(visitors: Visitors) -> None:
    empty = await visitors.teacher.get(PAGE)
    sent = await visitors.teacher.send(PAGE, EXAMS)
    [made] = await stored(visitors)
    listed = await visitors.teacher.get(PAGE)
    await visitors.teacher.send(f"{PAGE}/{made.filter.id}/end")

    assert problems_of(empty.text) == problems_of(listed.text) == []
    assert "You read everything." in empty.text
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)
    assert [(each.keyword, each.whole_word) for each in made.keywords] == [("Экзамен", True), ("open lesson", True)]
    assert (made.filter.title, made.filter.action, made.filter.expires_at) == ("Экзамен, open lesson", "warn", None)
    assert len(made.filter.contexts) == 5
    assert "open lesson" in text_of(listed.text)
    assert await stored(visitors) == []


async def test_a_filter_may_last_a_week_and_find_parts_of_words(visitors: Visitors) -> None:
    await visitors.teacher.send(PAGE, EXAMS | {"words": "", "parts": "экз", "action": "hide", "hours": "168"})

    [made] = await stored(visitors)
    assert made.keywords[0].whole_word is False
    assert made.filter.expires_at == visitors.network.clock() + 7 * 24 * 60 * 60 * 1000
    visitors.network.clock.advance(days=8)
    assert "no longer in force since" in (await visitors.teacher.get(PAGE)).text


WRONG: list[tuple[dict[str, object], str]] = [
    ({"words": " \n"}, "Write at least one word"),
    ({"words": "x" * 513}, "Write at least one word"),
    ({"context": []}, "Choose at least one place."),
    ({"context": ["everywhere"]}, "This cannot be used"),
    ({"title": "x" * 257}, "Give it a title, not longer"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
async def test_what_makes_no_filter_is_said_beside_its_field(
    visitors: Visitors, changes: dict[str, object], said: str
) -> None:
    refused = await visitors.teacher.send(PAGE, EXAMS | changes)

    assert (refused.status_code, problems_of(refused.text)) == (422, [])
    assert said in refused.text
    assert await stored(visitors) == []


async def changing(visitors: Visitors, **changes: object) -> tuple[FilterRules, FilterRules]:
    """A filter of exams before and after a teacher has changed it on its page."""
    await visitors.teacher.send(PAGE, EXAMS | {"parts": "ЕНТ"})
    [old] = await stored(visitors)
    as_it_is = EXAMS | {"title": old.filter.title, "parts": "ЕНТ", "hours": "0"}
    sent = await visitors.teacher.send(f"{PAGE}/{old.filter.id}", as_it_is | changes)
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)
    [new] = await stored(visitors)
    return old, new


async def test_the_page_of_a_filter_has_all_that_is_in_it(visitors: Visitors) -> None:
    await visitors.teacher.send(PAGE, EXAMS | {"title": "Exams", "parts": "ЕНТ", "action": "hide", "hours": "24"})
    [made] = await stored(visitors)

    page = await seen(visitors.teacher, f"{PAGE}/{made.filter.id}")

    for typed in ('value="Exams"', ">\nЭкзамен\nopen lesson</textarea>", ">\nЕНТ</textarea>"):
        assert typed in page
    for chosen in ('value="hide" selected', 'value="same" selected', 'value="thread" checked'):
        assert chosen in page


async def test_saving_a_filter_as_it_is_changes_nothing(visitors: Visitors) -> None:
    old, new = await changing(visitors)

    assert new == old


async def test_title_action_contexts_and_end_are_changed(visitors: Visitors) -> None:
    _, new = await changing(visitors, title="Exams", action="hide", context=["home", "public"], hours="24")

    assert (new.filter.title, new.filter.action, new.filter.contexts) == ("Exams", "hide", ("home", "public"))
    assert new.filter.expires_at == visitors.network.clock() + 24 * 60 * 60 * 1000


async def test_words_are_added_taken_out_and_looked_for_otherwise(visitors: Visitors) -> None:
    old, new = await changing(visitors, words="open lesson\nЕНТ\n  new   word", parts="лекция")

    kept = {each.keyword: each.id for each in old.keywords}
    assert {(each.keyword, each.whole_word) for each in new.keywords} == {
        ("open lesson", True),
        ("ЕНТ", True),
        ("new word", True),
        ("лекция", False),
    }
    assert {each.id for each in new.keywords} >= {kept["open lesson"], kept["ЕНТ"]}


async def test_the_end_of_a_filter_stays_unless_another_one_is_chosen(visitors: Visitors) -> None:
    await visitors.teacher.send(PAGE, EXAMS | {"hours": "24"})
    [old] = await stored(visitors)

    await visitors.teacher.send(f"{PAGE}/{old.filter.id}", EXAMS | {"title": "Exams", "hours": "same"})
    [same] = await stored(visitors)
    await visitors.teacher.send(f"{PAGE}/{old.filter.id}", EXAMS | {"title": "Exams", "hours": "0"})
    [never] = await stored(visitors)

    assert same.filter.expires_at == old.filter.expires_at is not None
    assert never.filter.expires_at is None


async def test_what_makes_no_filter_changes_none(visitors: Visitors) -> None:
    await visitors.teacher.send(PAGE, EXAMS)
    [old] = await stored(visitors)

    refused = await visitors.teacher.send(f"{PAGE}/{old.filter.id}", EXAMS | {"words": "", "title": "Else"})

    assert (refused.status_code, problems_of(refused.text)) == (422, [])
    assert "Write at least one word" in refused.text
    assert await stored(visitors) == [old]


async def test_a_filter_of_single_posts_needs_no_words(visitors: Visitors) -> None:
    made = await visitors.school.write(actions.create, visitors.aigul, FilterChange("Posts", ("home",)))
    chosen = await visitors.school.post(visitors.saule, "That one")
    await visitors.school.write(actions.add_post, visitors.aigul, made.filter.id, chosen.id)

    sent = await visitors.teacher.send(f"{PAGE}/{made.filter.id}", EXAMS | {"words": "", "title": "Chosen"})

    [new] = await stored(visitors)
    assert sent.status_code == 303
    assert (new.filter.title, len(new.posts), new.keywords) == ("Chosen", 1, ())


async def test_nobody_ends_or_changes_the_filter_of_somebody_else(visitors: Visitors) -> None:
    await visitors.teacher.send(PAGE, EXAMS)
    [made] = await stored(visitors)

    refused = await visitors.admin.send(f"{PAGE}/{made.filter.id}/end")
    changed = await visitors.admin.send(f"{PAGE}/{made.filter.id}", EXAMS | {"title": "Hers"})
    looked = await visitors.admin.get(f"{PAGE}/{made.filter.id}")

    assert [each.status_code for each in (refused, changed, looked)] == [404, 404, 404]
    assert await stored(visitors) == [made]
    assert (await visitors.stranger.get(PAGE)).status_code == 303


PAGES_OF_POSTS = [
    "/", "/home", "/home/school", "/home/network", "/tags/physics", "/library?in=all", "/library?q=экзамен&in=all",
    "/@saule", "/@saule?show=replies",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES_OF_POSTS)
async def test_a_post_that_a_filter_folds_can_be_opened(visitors: Visitors, path: str) -> None:
    await visitors.school.follow(visitors.aigul, visitors.saule)
    post_id = await posted(visitors)
    before = await seen(visitors.teacher, path)
    await visitors.teacher.send(PAGE, EXAMS)

    page = await seen(visitors.teacher, path)

    assert "Show anyway" not in before
    assert "Filtered: Экзамен, open lesson." in page
    assert f'id="p{post_id}"' in page
    assert page.index("<details") < page.index(f'id="p{post_id}"')
    assert "Show anyway" not in await seen(visitors.admin, "/home/school")


async def test_a_post_is_left_out_and_the_page_leads_on_all_the_same(visitors: Visitors) -> None:
    first = await posted(visitors, "First")
    for _ in range(20):
        await posted(visitors)
    await visitors.teacher.send(PAGE, EXAMS | {"action": "hide"})

    page = await seen(visitors.teacher)
    older = page.partition("?before=")[2].partition('"')[0]

    assert "экзамен" not in page
    assert f'id="p{first}"' in await seen(visitors.teacher, f"/home/school?before={older}")


async def test_a_post_with_pictures_to_be_blurred_is_folded_and_one_without_is_not(visitors: Visitors) -> None:
    await posted(visitors)
    await visitors.teacher.send(PAGE, EXAMS | {"action": "blur"})
    without = await seen(visitors.teacher)

    await visitors.school.write(_with_picture, visitors.saule)

    assert "Show anyway" not in without
    assert (await seen(visitors.teacher)).count("Show anyway") == 1


async def _with_picture(tx: Transaction, author: Actor) -> None:
    await make.note(tx, author, "Ещё экзамен", file_ids=(await make.picture(tx, author),))


async def test_what_one_has_written_and_what_is_filtered_elsewhere_is_shown(visitors: Visitors) -> None:
    await visitors.school.post(visitors.aigul, "Мой экзамен")
    await visitors.teacher.send(PAGE, EXAMS | {"action": "hide"})
    elsewhere = FilterChange("Lessons", ("thread",), "hide", keywords=(KeywordChange(None, "lesson"),))
    await visitors.school.write(actions.create, visitors.aigul, elsewhere)
    await posted(visitors, "A lesson")

    page = await seen(visitors.teacher)

    assert "Мой экзамен" in page
    assert "A lesson" in page


async def only_in(visitors: Visitors, context: FilterContext, action: str = "warn") -> None:
    """A filter of exams that holds in one context only."""
    asked = FilterChange("Exams", (context,), action, keywords=(KeywordChange(None, "экзамен"),))
    await visitors.school.write(actions.create, visitors.aigul, asked)


@pytest.mark.parametrize("context", list(FilterContext))
async def test_a_filter_holds_in_its_contexts_only(visitors: Visitors, context: FilterContext) -> None:
    await visitors.school.follow(visitors.aigul, visitors.saule)
    about = await visitors.school.post(visitors.aigul, "Когда?")
    await visitors.school.post(visitors.saule, "@aigul скоро экзамен #physics", in_reply_to_id=about.id)
    await only_in(visitors, context)
    places = {
        FilterContext.HOME: "/home",
        FilterContext.PUBLIC: "/tags/physics",
        FilterContext.ACCOUNT: "/@saule?show=replies",
        FilterContext.THREAD: f"/@aigul/{about.id}",
        FilterContext.NOTIFICATIONS: "/notifications",
    }

    folding = {name for name, path in places.items() if "Filtered: Exams." in await seen(visitors.teacher, path)}

    assert folding == {context}


async def test_what_is_hidden_is_in_no_thread_and_in_no_news(visitors: Visitors) -> None:
    about = await visitors.school.post(visitors.aigul, "Когда?")
    answer = await visitors.school.post(visitors.saule, "@aigul скоро экзамен", in_reply_to_id=about.id)
    below = await visitors.school.post(visitors.saule, "Во вторник", in_reply_to_id=answer.id)
    await visitors.teacher.send(PAGE, EXAMS | {"action": "hide"})

    thread, news = await seen(visitors.teacher, f"/@aigul/{about.id}"), await seen(visitors.teacher, "/notifications")
    under = await seen(visitors.teacher, f"/@saule/{below.id}")

    assert "экзамен" not in thread + news + under
    assert "Во вторник" in thread
    assert "Когда?" in under
    assert 'name="up_to"' in news


async def test_a_post_that_she_opens_is_shown_whatever_it_says(visitors: Visitors) -> None:
    post_id = await posted(visitors)
    await visitors.teacher.send(PAGE, EXAMS | {"action": "hide"})

    page = await seen(visitors.teacher, f"/@saule/{post_id}")

    assert "Скоро экзамен" in page
    assert "Filtered" not in page


@pytest.mark.parametrize("action", ["warn", "hide"])
async def test_a_quoted_post_is_folded_within_the_quote(visitors: Visitors, action: str) -> None:
    post_id = await posted(visitors)
    await visitors.school.post(visitors.saule, "Читайте", quoted_id=post_id)
    await visitors.teacher.send(PAGE, EXAMS | {"action": action})

    page = await seen(visitors.teacher)

    assert (
        page.index("Читайте")
        < page.index('<details class="filtered">', page.index("Читайте"))
        < page.index("</blockquote>")
    )


async def test_pinned_posts_and_new_materials_are_folded_too(visitors: Visitors) -> None:
    post_id = await posted(visitors)
    await visitors.admin.send(f"/posts/{post_id}/pin")
    await visitors.school.write(_with_material, visitors.saule)
    await visitors.teacher.send(PAGE, EXAMS)

    profile, front = await seen(visitors.teacher, "/@saule"), await seen(visitors.teacher, "/")

    assert profile.count("Show anyway") == 3
    assert front.count("Show anyway") == 2
    assert "Filtered" not in await seen(visitors.stranger, "/")


async def _with_material(tx: Transaction, author: Actor) -> None:
    await make.note(tx, author, "", title="Экзамен за 9 класс", material=make.LESSON_PLAN)


async def test_posts_of_a_community_are_folded(visitors: Visitors) -> None:
    maths = await opened(visitors)
    await visitors.school.follow(visitors.saule, maths)
    await visitors.school.post(visitors.saule, "Скоро экзамен", community_id=maths.id)
    await visitors.teacher.send(PAGE, EXAMS)

    assert "Show anyway" in await seen(visitors.teacher, "/communities/maths")
    assert "Show anyway" not in await seen(visitors.admin, "/communities/maths")


async def test_events_are_folded(visitors: Visitors) -> None:
    await announced(visitors)
    await visitors.teacher.send(PAGE, EXAMS)

    assert "Filtered: Экзамен, open lesson." in await seen(visitors.teacher, "/events")

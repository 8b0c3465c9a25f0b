"""What people do on pages: sign in, write, share, answer, follow, set; and what happens when the form is wrong."""

import io
import re
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from fedi.actions import accounts as account_actions
from fedi.actions import featured_collections, moderation, own_posts, reading
from fedi.auth import passwords
from fedi.models.accounts import Account
from fedi.models.actors import Actor
from fedi.models.featured_collections import CollectionChange
from fedi.models.posts import Circle, Draft, Poll, PollOption, PostView
from fedi.outbound import resolver
from fedi.store import accounts, actors, follows
from fedi.store.database import Transaction
from tests import factories as make
from tests.web.browsing import problems_of, text_of
from tests.web.conftest import Visitors

PASSWORD = "four horses under blue sky"
BY = "https://creativecommons.org/licenses/by/4.0/"
MATERIAL: dict[str, Any] = {
    "kind": "lesson-plan", "title": "Fractions", "summary": "Halves", "subject": "mathematics", "language": "en",
    "classes": ["5", "6"], "licence": BY, "duration": "45", "objectives": "To halve", "keywords": "halves, thirds",
    "text": "# Steps", "circle": "public", "do": "publish",
}  # fmt: skip


async def view(visitors: Visitors, path: str, viewer: Actor | None = None) -> PostView:
    post_id = int(path.rpartition("/")[2])
    found: PostView = await visitors.school.read(reading.post, viewer, post_id)
    return found


async def with_password(visitors: Visitors) -> None:
    hashed = await passwords.hash_password(PASSWORD)

    async def unit(tx: Transaction) -> None:
        await accounts.set_password(tx, visitors.aigul.id, hashed)

    await visitors.school.write(unit)


async def test_signing_in_leads_back_to_where_one_wanted_to_go(visitors: Visitors) -> None:
    await with_password(visitors)
    fields = {"name": "aigul", "password": PASSWORD, "next": "/notifications"}
    response = await visitors.stranger.send("/login", fields)

    assert response.status_code == 303
    assert response.headers["location"] == "/notifications"
    assert "HttpOnly" in response.headers["set-cookie"]


@pytest.mark.parametrize("elsewhere", ["//evil.test/", "https://evil.test/", "/\\evil.test"])
async def test_signing_in_never_leads_to_another_site(visitors: Visitors, elsewhere: str) -> None:
    await with_password(visitors)
    response = await visitors.stranger.send("/login", {"name": "aigul", "password": PASSWORD, "next": elsewhere})

    assert response.headers["location"] == "/home"


async def test_a_wrong_password_keeps_the_name_and_not_the_password(visitors: Visitors) -> None:
    response = await visitors.stranger.send("/login", {"name": "aigul", "password": "wrong password"})

    assert response.status_code == 401
    assert 'value="aigul"' in response.text
    assert "wrong password" not in response.text.replace("The name or the password is wrong", "")
    assert "The name or the password is wrong." in response.text


async def test_a_form_from_another_site_is_refused(visitors: Visitors) -> None:
    foreign = await visitors.stranger.send("/login", {"name": "aigul"}, Origin="https://evil.test")
    told = await visitors.teacher.send("/compose", {"text": "x"}, None, **{"Sec-Fetch-Site": "cross-site"})

    assert (foreign.status_code, told.status_code) == (403, 403)


@pytest.mark.parametrize("path", ["/compose", "/logout", "/settings/profile", "/@saule/follow", "/notifications/read"])
async def test_a_form_without_the_token_of_the_session_is_refused(visitors: Visitors, path: str) -> None:
    visitors.teacher.csrf = "guessed"

    assert (await visitors.teacher.send(path, {"text": "x"})).status_code == 403


async def test_signing_out_ends_the_session(visitors: Visitors) -> None:
    await visitors.teacher.send("/logout")

    assert (await visitors.teacher.get("/home")).status_code == 303


async def test_a_post_is_published_in_the_circle_that_was_chosen(visitors: Visitors) -> None:
    fields = {"text": "Сәлем #алгебра", "circle": "school", "language": "kk", "do": "publish"}
    response = await visitors.teacher.send("/compose", fields)
    found = await view(visitors, response.headers["location"], visitors.aigul)

    assert (found.post.circle, found.post.language) == (Circle.SCHOOL, "kk")
    assert (await visitors.stranger.get(response.headers["location"])).status_code == 404


async def test_a_second_click_publishes_nothing_twice(visitors: Visitors) -> None:
    key = re.findall(r'name="key" value="([^"]+)"', (await visitors.teacher.get("/compose")).text)[0]
    fields = {"text": "Once", "circle": "public", "do": "publish", "key": key}
    sent = [await visitors.teacher.send("/compose", fields) for _ in range(2)]

    assert sent[0].headers["location"] == sent[1].headers["location"]


async def test_an_empty_post_is_refused_beside_its_field_and_keeps_what_was_typed(visitors: Visitors) -> None:
    fields = {"text": " ", "summary": "Careful", "circle": "partners", "do": "publish"}
    response = await visitors.teacher.send("/compose", fields)

    assert response.status_code == 422
    assert problems_of(response.text) == []
    assert "Write something or add a file" in response.text
    assert 'value="Careful"' in response.text
    assert 'value="partners" checked' in response.text


async def test_a_poll_is_asked_and_answered(visitors: Visitors) -> None:
    fields = {"text": "Which week?", "option": ["First", "Second", ""], "closes": "24", "circle": "public"}
    asked = (await visitors.teacher.send("/compose", fields | {"do": "publish"})).headers["location"]
    page = (await visitors.admin.get(asked)).text
    voted = await visitors.admin.send(f"/posts/{asked.rpartition('/')[2]}/vote", {"choice": "1", "back": asked})
    found = await view(visitors, asked, visitors.saule)

    assert 'type="radio" name="choice" value="1"' in page
    assert voted.status_code == 303
    assert found.poll is not None
    assert [option.votes for option in found.poll.options] == [0, 1]
    assert "✓ Second" in text_of((await visitors.admin.get(asked)).text)


async def test_an_answer_names_whom_it_answers_and_starts_in_her_circle(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "For us", Circle.SCHOOL)
    page = (await visitors.teacher.get(f"/compose?reply={post.id}")).text
    fields = {"text": "@saule Yes", "reply": str(post.id), "circle": "public", "do": "publish"}
    sent = await visitors.teacher.send("/compose", fields)

    assert "@saule " in page
    assert 'value="school" checked' in page
    assert (await view(visitors, sent.headers["location"], visitors.aigul)).post.circle is Circle.SCHOOL


async def test_thanks_and_sharing_are_given_and_taken_back(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "Thanks for what")
    for verb in ("like", "boost"):
        await visitors.teacher.send(f"/posts/{post.id}/{verb}", {"back": "/home"})
    mine = await view(visitors, f"/{post.id}", visitors.aigul)
    await visitors.teacher.send(f"/posts/{post.id}/unlike")
    back = await visitors.teacher.send(f"/posts/{post.id}/unboost", {"back": "//evil.test"})
    after = await view(visitors, f"/{post.id}", visitors.aigul)

    assert (mine.viewer.liked, mine.viewer.boosted) == (True, True)
    assert (after.viewer.liked, after.viewer.boosted) == (False, False)
    assert back.headers["location"].startswith("/posts/")


async def test_a_hidden_post_cannot_be_thanked_for(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "Mine", Circle.DRAFT)

    assert (await visitors.teacher.send(f"/posts/{post.id}/like")).status_code == 404


async def test_only_the_author_may_change_or_delete(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "Hers")
    for path in (f"/posts/{post.id}/edit", f"/posts/{post.id}/delete"):
        assert (await visitors.teacher.get(path)).status_code == 404
    edited = await visitors.teacher.send(f"/posts/{post.id}/edit", {"text": "Taken", "do": "publish"})
    deleted = await visitors.teacher.send(f"/posts/{post.id}/delete")
    absent = await visitors.teacher.send("/posts/12345/delete")

    assert edited.status_code == 404
    assert (deleted.status_code, deleted.headers["location"]) == (absent.status_code, absent.headers["location"])
    assert (await view(visitors, f"/{post.id}")).post.source == "Hers"


async def test_an_edit_is_shown_and_what_was_said_before_is_kept(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul, "First words")
    visitors.network.clock.advance(minutes=5)
    page = (await visitors.teacher.get(f"/posts/{post.id}/edit")).text
    await visitors.teacher.send(f"/posts/{post.id}/edit", {"text": "Second words", "do": "publish"})
    history = text_of((await visitors.stranger.get(f"/posts/{post.id}/history")).text)

    assert "First words" in page
    assert history.index("Second words") < history.index("First words")
    assert "edited" in (await visitors.stranger.get(f"/@aigul/{post.id}")).text


async def test_editing_the_words_of_a_poll_keeps_its_answers(visitors: Visitors) -> None:
    poll = Poll((PollOption("a"), PollOption("b")), False, visitors.network.clock.now + 10_000_000)
    post = await visitors.school.post(visitors.aigul, "Whcih?", poll=poll)
    await visitors.admin.send(f"/posts/{post.id}/vote", {"choice": "0"})
    visitors.network.clock.advance(minutes=1)
    await visitors.teacher.send(f"/posts/{post.id}/edit", {"text": "Which?", "do": "publish"})
    found = await view(visitors, f"/{post.id}")

    assert found.post.source == "Which?"
    assert found.poll is not None
    assert found.poll.options[0].votes == 1


async def test_a_result_for_the_end_shows_no_numbers_before(visitors: Visitors) -> None:
    asked = {"text": "Which?", "option": ["Monday", "Friday"], "closes": "1", "hide_totals": "1", "circle": "public"}
    sent = await visitors.teacher.send("/compose", {**asked, "do": "publish"})
    path = sent.headers["location"]
    post = (await view(visitors, "/" + path.rpartition("/")[2])).post
    await visitors.admin.send(f"/posts/{post.id}/vote", {"choice": "1"})

    pages = [(await each.get(path)).text for each in (visitors.admin, visitors.teacher, visitors.stranger)]
    visitors.network.clock.advance(hours=2)
    await visitors.network.drain()
    over = (await visitors.stranger.get(path)).text

    for page in pages:
        assert "<progress" not in page
        assert "result at the end" in page
    assert "✓" in pages[0]
    assert ("<progress" in over, "result at the end" in over) == (True, False)


async def test_deleting_asks_first(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul, "Too early")
    asked = await visitors.teacher.get(f"/posts/{post.id}/delete")
    await visitors.teacher.send(f"/posts/{post.id}/delete")

    assert "Too early" in asked.text
    assert (await visitors.stranger.get(f"/@aigul/{post.id}")).status_code in (404, 410)


async def test_a_draft_is_kept_found_again_and_published(visitors: Visitors) -> None:
    await visitors.teacher.send("/compose", {"text": "Half a thought", "do": "draft"})
    drafts = (await visitors.teacher.get("/drafts")).text
    [edit] = re.findall(r'href="(/posts/\d+/edit)"', drafts)
    sent = await visitors.teacher.send(edit, {"text": "A thought", "circle": "public", "do": "publish"})

    assert "Half a thought" in drafts
    assert "Half a thought" not in (await visitors.admin.get("/drafts")).text
    assert "A thought" in (await visitors.stranger.get(sent.headers["location"])).text


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
    return buffer.getvalue()


async def test_a_material_is_shared_with_its_files(visitors: Visitors) -> None:
    files = [("files", ("map.png", picture(), "image/png")), ("files", ("plan.txt", b"Steps", "text/plain"))]
    sent = await visitors.teacher.send("/materials/new", MATERIAL, files)
    found = await view(visitors, sent.headers["location"])
    page = (await visitors.stranger.get(sent.headers["location"])).text

    assert found.material is not None
    assert (found.material.classes, found.material.duration_minutes) == ((5, 6), 45)
    assert found.material.keywords == ("halves", "thirds")
    assert [file.name for file in found.files] == ["map.png", "plan.txt"]
    assert "«Fractions», Aigul," in text_of(page)
    assert "classes 5–6" in page


async def test_files_stay_when_a_material_is_refused_and_need_not_be_sent_again(visitors: Visitors) -> None:
    files = [("files", ("map.png", picture(), "image/png"))]
    refused = await visitors.teacher.send("/materials/new", MATERIAL | {"subject": "", "classes": []}, files)
    [file_id] = re.findall(r'name="file" value="(\d+)" checked', refused.text)
    described = {"file": file_id, f"description-{file_id}": "A map of halves"}
    sent = await visitors.teacher.send("/materials/new", MATERIAL | described)
    found = await view(visitors, sent.headers["location"])

    assert refused.status_code == 422
    assert "Choose a subject." in refused.text
    assert "Choose at least one class." in refused.text
    assert problems_of(refused.text) == []
    assert [(file.name, file.description) for file in found.files] == [("map.png", "A map of halves")]


async def test_a_half_finished_material_may_be_kept_as_a_draft(visitors: Visitors) -> None:
    half = MATERIAL | {"subject": "", "classes": [], "do": "draft"}
    sent = await visitors.teacher.send("/materials/new", half)
    [edit] = re.findall(r'href="(/materials/\d+/edit)"', (await visitors.teacher.get("/drafts")).text)
    still_half = await visitors.teacher.send(edit, half | {"do": "publish"})
    whole = await visitors.teacher.send(edit, MATERIAL)

    assert sent.headers["location"] == "/drafts"
    assert still_half.status_code == 422
    assert (await visitors.stranger.get(whole.headers["location"])).status_code == 200


async def test_a_material_is_found_in_the_library_by_words_and_by_filter(visitors: Visitors) -> None:
    await visitors.teacher.send("/materials/new", MATERIAL)

    assert "Fractions" in text_of((await visitors.stranger.get("/library?q=fraction")).text)
    assert "Fractions" in text_of((await visitors.stranger.get("/library?subject=mathematics&class=5")).text)
    assert "Fractions" not in text_of((await visitors.stranger.get("/library?class=9")).text)
    assert (await visitors.stranger.get("/library?before=x")).status_code == 400


async def test_the_follow_button_follows_and_unfollows(visitors: Visitors) -> None:
    async def following() -> bool:
        return await visitors.school.read(follows.between, visitors.aigul.id, visitors.saule.id) is not None

    await visitors.teacher.send("/@saule/follow")
    assert await following()
    assert "You follow" in (await visitors.teacher.get("/@saule")).text
    await visitors.teacher.send("/@saule/unfollow")
    assert not await following()


async def test_who_follows_whom_is_listed_without_those_who_are_gone(visitors: Visitors) -> None:
    marat = await visitors.network["kostanay"].teacher("marat")
    await visitors.network["kostanay"].follow(marat, visitors.saule)
    await visitors.teacher.send("/@saule/follow")
    followers, followed = "/@saule/followers", "/@aigul/following"

    assert re.findall(r"@\w+(?:@[\w.]+)?", text_of((await visitors.stranger.get(followers)).text)) == [
        "@saule", "@aigul", "@marat@kostanay.test",
    ]  # fmt: skip
    assert "@saule" in (await visitors.stranger.get(followed)).text
    account = await visitors.school.read(accounts.by_id, visitors.aigul.id)
    await visitors.school.write(moderation.suspend, None, account)
    assert "@aigul" not in (await visitors.stranger.get(followers)).text
    assert (await visitors.stranger.get(followed)).status_code == 410


async def test_the_lists_of_somebody_elsewhere_are_not_told_by_halves(visitors: Visitors) -> None:
    marat = await visitors.school.knows(await visitors.network["kostanay"].teacher("marat"))
    answer = await visitors.teacher.get(f"/@{marat.handle}/followers")

    assert answer.headers["location"] == f"/@{marat.handle}"


async def test_who_approves_followers_is_asked(visitors: Visitors) -> None:
    await visitors.admin.send("/settings/profile", {"name": "Saule", "locked": "1"})
    await visitors.teacher.send("/@saule/follow")
    news = (await visitors.admin.get("/notifications")).text
    [accept] = re.findall(r'formaction="(/requests/\d+/accept)"', news)

    assert (await visitors.teacher.send(accept)).status_code == 404
    await visitors.admin.send(accept)
    assert "You follow" in (await visitors.teacher.get("/@saule")).text


async def test_a_teacher_follows_somebody_of_another_school_by_address(visitors: Visitors) -> None:
    marat = await visitors.network["kostanay"].teacher("marat")
    found = await visitors.teacher.get("/lookup?q=@marat@kostanay.test")
    await visitors.teacher.send(f"{found.headers['location']}/follow")
    await visitors.network.drain()

    assert found.headers["location"] == "/@marat@kostanay.test"
    assert "You follow" in (await visitors.teacher.get("/@marat@kostanay.test")).text
    assert marat.name in (await visitors.teacher.get("/@marat@kostanay.test")).text


async def test_a_stranger_who_wants_to_follow_is_sent_to_her_own_server(visitors: Visitors) -> None:
    await visitors.network["kostanay"].teacher("marat")
    sent = await visitors.stranger.get("/@aigul/follow?from=@marat@kostanay.test")
    nowhere = await visitors.stranger.get("/@aigul/follow?from=@nobody@kostanay.test")

    assert sent.status_code == 303
    assert sent.headers["location"].startswith(
        "http://kostanay.test/authorize_interaction?uri=http%3A%2F%2Falmaty.test"
    )
    assert nowhere.status_code == 200
    assert "That server was not found" in nowhere.text


@pytest.mark.parametrize("named", ["{0.uri}", "{0.url}", "acct:{0.handle}", "%40{0.handle}", "{0.handle}"])
async def test_being_sent_from_elsewhere_leads_to_the_person(visitors: Visitors, named: str) -> None:
    """19.9: servers hand over an address, or a handle."""
    marat = await visitors.network["kostanay"].teacher("marat")
    first = await visitors.teacher.get(f"/authorize_interaction?uri={named.format(marat)}")
    second = await visitors.teacher.get(first.headers["location"])

    assert second.headers["location"] == "/@marat@kostanay.test"


async def test_looking_up_an_address_of_the_school_itself_leads_there(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul, "Salem")
    made = await visitors.school.write(featured_collections.create, visitors.aigul, CollectionChange("Physics"), [])
    base = visitors.school.base
    pages = {
        f"{base.upper()}/@aigul/": "/@aigul",
        f"{base}/users/aigul": "/@aigul",
        f"{base}/@aigul/{post.id}/": f"/@aigul/{post.id}",
        f"{base}/posts/{post.id}": f"/@aigul/{post.id}",
        made.uri: f"/collections/{made.id}",
    }

    led = {each: (await visitors.teacher.get(f"/lookup?q={quote(each)}")).headers["location"] for each in pages}

    assert led == pages


async def test_what_is_not_for_her_is_looked_up_in_vain_as_what_is_not_there(visitors: Visitors) -> None:
    there = await visitors.network["kostanay"].teacher("marat")
    hidden = await visitors.school.post(visitors.saule, "Secret", Circle.DIRECT)
    made = await visitors.school.write(featured_collections.create, visitors.saule, CollectionChange("Physics"), [])
    await visitors.admin.send("/@aigul/block")
    addresses = [hidden.uri, made.uri, f"{visitors.school.base}/posts/9", f"{there.uri}/nothing"]

    answers = [await visitors.teacher.get(f"/lookup?q={quote(each)}") for each in addresses]

    assert [each.status_code for each in answers] == [200] * 4
    assert all("Nothing was found" in each.text for each in answers)


async def test_looking_up_nothing_says_so(visitors: Visitors) -> None:
    response = await visitors.teacher.get("/lookup?q=@nobody@kostanay.test")

    assert "Nothing was found" in response.text
    assert 'value="@nobody@kostanay.test"' in response.text


async def test_what_another_page_hands_over_stands_in_the_form(visitors: Visitors) -> None:
    handed = await visitors.teacher.get("/share?text=Look&url=https://example.org/a")

    assert "Look\nhttps://example.org/a" in (await visitors.teacher.get(handed.headers["location"])).text


async def test_a_profile_is_changed_with_a_picture(visitors: Visitors) -> None:
    fields = {
        "name": "Aigul Serikova",
        "summary": "Maths",
        "field_name": ["Site", ""],
        "field_value": ["https://a.test", ""],
    }
    files = [("avatar", ("me.png", picture(), "image/png"))]
    await visitors.teacher.send("/settings/profile", fields, files)
    page = (await visitors.stranger.get("/@aigul")).text
    person = await visitors.school.read(actors.by_id, visitors.aigul.id)

    assert "Aigul Serikova" in page
    assert '<link rel="me" href="https://a.test">' in page
    assert person.avatar_id is not None
    assert not person.indexable


async def test_she_says_what_is_in_her_picture_and_where_she_writes(visitors: Visitors) -> None:
    fields = {"name": "Aigul", "avatar_description": "At the board", "attribution_domains": "news.example\n\nblog.kz\n"}
    await visitors.teacher.send("/settings/profile", fields, [("avatar", ("me.png", picture(), "image/png"))])
    person = await visitors.school.read(actors.by_id, visitors.aigul.id)
    form = (await visitors.teacher.get("/settings")).text
    refused = await visitors.teacher.send("/settings/profile", {**fields, "attribution_domains": "no site"})

    assert person.attribution_domains == ("news.example", "blog.kz")
    assert 'alt="At the board"' in (await visitors.stranger.get("/@aigul")).text
    assert 'value="At the board"' in form
    assert "news.example\nblog.kz" in form
    assert refused.status_code == 422
    assert "Write names of sites" in refused.text
    assert problems_of(refused.text) == []


async def test_a_picture_that_is_none_is_refused_beside_its_field(visitors: Visitors) -> None:
    files = [("avatar", ("me.png", b"not a picture", "image/png"))]
    response = await visitors.teacher.send("/settings/profile", {"name": "Aigul", "summary": "Kept"}, files)

    assert response.status_code == 422
    assert "This is not a picture" in response.text
    assert "Kept" in response.text
    assert problems_of(response.text) == []


async def test_preferences_change_the_language_of_pages(visitors: Visitors) -> None:
    fields = {"language": "ru", "circle": "followers", "email": "a@school.test"}
    await visitors.teacher.send("/settings/preferences", fields)
    account: Account = await visitors.school.read(accounts.by_id, visitors.aigul.id)

    assert '<html lang="ru">' in (await visitors.teacher.get("/home")).text
    assert (account.default_circle, account.email) == (Circle.FOLLOWERS, "a@school.test")


async def test_a_password_is_changed_only_by_who_knows_the_old_one(visitors: Visitors) -> None:
    await with_password(visitors)
    fields = {"current_password": "something else", "password": "a quite new password"}
    wrong = await visitors.teacher.send("/settings/password", fields)
    right = await visitors.teacher.send("/settings/password", fields | {"current_password": PASSWORD})
    again = await visitors.stranger.send("/login", {"name": "aigul", "password": "a quite new password"})

    assert (wrong.status_code, right.status_code, again.status_code) == (422, 303, 303)
    assert "This is not your password." in wrong.text


async def test_the_language_switch_works_for_strangers_and_teachers(visitors: Visitors) -> None:
    stranger = await visitors.stranger.send("/language", {"language": "kk", "back": "/library"})
    await visitors.teacher.send("/language", {"language": "kk", "back": "/home"})
    odd = await visitors.stranger.send("/language", {"language": "xx", "back": "//evil.test"})

    assert stranger.headers["location"] == "/library"
    assert "language=kk" in stranger.headers["set-cookie"]
    assert '<html lang="kk">' in (await visitors.teacher.get("/home")).text
    assert (odd.headers["location"], "set-cookie" in odd.headers) == ("/", False)


async def test_the_news_are_read_when_she_says_so(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul, "Question")
    await visitors.admin.send(f"/posts/{post.id}/like")
    page = (await visitors.teacher.get("/notifications")).text
    [newest] = re.findall(r'name="up_to" value="(\d+)"', page)
    await visitors.teacher.send("/notifications/read", {"up_to": newest})

    assert 'class="count">1<' in page
    assert re.search(r"</b></a>\s+says thanks", page)
    assert 'class="count"' not in (await visitors.teacher.get("/home")).text


async def test_an_account_is_closed_only_with_its_password(visitors: Visitors) -> None:
    await with_password(visitors)
    wrong = await visitors.teacher.send("/settings/leave", {"current_password": "no"})
    right = await visitors.teacher.send("/settings/leave", {"current_password": PASSWORD})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert (await visitors.stranger.get("/@aigul")).status_code == 410


async def test_the_last_administrator_cannot_leave(visitors: Visitors) -> None:
    hashed = await passwords.hash_password(PASSWORD)

    async def unit(tx: Transaction) -> None:
        account = await accounts.by_id(tx, visitors.saule.id)
        assert account is not None
        await accounts.set_password(tx, account.id, hashed)

    await visitors.school.write(unit)
    response = await visitors.admin.send("/settings/leave", {"current_password": PASSWORD})

    assert "You are the last administrator" in response.text
    assert await visitors.school.read(account_actions.by_name, "saule")


@pytest.mark.parametrize("number", [str(2**63), "9" * 19, "9" * 5000])
async def test_numbers_that_no_id_can_be_are_not_taken_from_forms(visitors: Visitors, number: str) -> None:
    unknown = [await visitors.teacher.send(f"/posts/{number}/{verb}") for verb in ("like", "boost", "delete")]
    page = await visitors.teacher.get(f"/compose?reply={number}")
    with_file = await visitors.teacher.send("/compose", {"text": "Salem", "reply": number, "file": number})
    letter = await visitors.stranger.send(f"/users/{number}/inbox")

    assert [answer.status_code for answer in (*unknown, letter)] == [404, 404, 404, 404]
    assert page.status_code in (200, 404)
    assert with_file.status_code in (303, 404, 422)


async def test_earlier_versions_show_the_files_and_choices_they_had(visitors: Visitors) -> None:
    picture = await visitors.school.write(make.picture, visitors.aigul)
    poll = Poll((PollOption("Monday"), PollOption("Friday")), False, None)
    post = await visitors.school.post(visitors.aigul, "Board", file_ids=(picture,), poll=poll)

    await visitors.school.write(own_posts.change, visitors.aigul, post.id, Draft("No board", None))
    page = (await visitors.stranger.get(f"/posts/{post.id}/history")).text
    now, before = page.split('class="card"')[1:]

    assert ('alt="The blackboard"' in now, 'alt="The blackboard"' in before) == (False, True)
    assert ("Friday" in now, "Friday" in before) == (False, True)


@pytest.mark.parametrize(("circle", "asked"), [("school", 0), ("public", 2)])
async def test_no_server_hears_whom_a_post_names_that_stays_in_the_school(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch, circle: str, asked: int
) -> None:
    texts: list[str] = []

    async def handles_in(_: object, __: object, text: str) -> None:
        texts.append(text)

    monkeypatch.setattr(resolver, "handles_in", handles_in)
    fields = {"text": "@marat@kostanay.test Salem", "circle": circle, "do": "publish"}
    sent = await visitors.teacher.send("/compose", fields)
    post_id = sent.headers["location"].rpartition("/")[2]
    await visitors.teacher.send(f"/posts/{post_id}/edit", {"text": "@dana@kostanay.test Salem", "do": "publish"})

    assert len(texts) == asked


async def test_no_server_hears_whom_an_answer_or_quote_names_that_stays_in_the_school(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []

    async def handles_in(_: object, __: object, text: str) -> None:
        texts.append(text)

    monkeypatch.setattr(resolver, "handles_in", handles_in)
    about = await visitors.school.post(visitors.saule, "For us", Circle.SCHOOL)
    fields = {"text": "@marat@kostanay.test Salem", "circle": "public", "do": "publish"}
    for name in ("reply", "quote"):
        sent = await visitors.teacher.send("/compose", fields | {name: str(about.id)})
        assert sent.status_code == 303

    assert texts == []


async def test_a_poll_is_answered_where_the_library_shows_it(visitors: Visitors) -> None:
    poll = make.poll("Monday", "Tuesday")
    await visitors.school.post(visitors.saule, "When do we meet?", poll=poll)

    page = (await visitors.teacher.get("/library?in=all")).text

    assert "/vote" in page
    assert problems_of(page) == []


async def test_pressing_twice_answers_once(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "Who has an idea?")
    page = (await visitors.teacher.get(f"/@saule/{post.id}")).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key

    for _ in range(2):
        await visitors.teacher.send("/compose", {"reply": str(post.id), "text": "I have one", "key": key[1]})

    assert text_of((await visitors.teacher.get(f"/@saule/{post.id}")).text).count("I have one") == 1


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"text": "Hello", "do": "publish"}, True),
        ({"text": "Hello", "do": "draft"}, False),
        ({"text": "Hello @saule", "do": "publish"}, False),
    ],
)
async def test_a_message_that_names_nobody_is_not_sent_into_the_void(
    visitors: Visitors, fields: dict[str, str], refused: bool
) -> None:
    sent = await visitors.teacher.send("/compose", fields | {"circle": "direct"})

    assert (sent.status_code == 422) == refused
    assert ("Name in the text whom it is for" in text_of(sent.text)) == refused


async def test_an_answer_that_is_a_message_needs_no_name(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "Write to me")

    sent = await visitors.teacher.send("/compose", {"text": "Here I am", "circle": "direct", "reply": str(post.id)})

    assert sent.status_code == 303


async def test_all_that_a_material_lacks_is_told_at_once(visitors: Visitors) -> None:
    page = text_of((await visitors.teacher.send("/materials/new", {"do": "publish", "circle": "school"})).text)

    for told in ("Give it a title", "Choose a subject.", "Choose at least one class."):
        assert told in page


async def test_where_a_form_is_sent_there_is_no_page_and_nothing_is_broken(visitors: Visitors) -> None:
    page = await visitors.teacher.get("/settings/profile")

    assert (page.status_code, problems_of(page.text)) == (405, [])
    assert "A form is sent to this address" in text_of(page.text)
    assert "our side" not in page.text


async def test_a_fact_whose_name_was_left_as_the_form_suggests_it_is_kept(visitors: Visitors) -> None:
    fields = {"name": "Aigul", "field_name": ["", "", "Years"], "field_value": ["Maths", "", "12"]}

    await visitors.teacher.send("/settings/profile", fields)
    person = await visitors.school.read(actors.by_id, visitors.aigul.id)

    assert [(each.name, text_of(each.value).strip()) for each in person.fields] == [
        ("Subject", "Maths"),
        ("Years", "12"),
    ]


async def test_a_name_of_spaces_takes_nobodys_name_away(visitors: Visitors) -> None:
    refused = await visitors.teacher.send("/settings/profile", {"name": "  ", "summary": "What I typed"})
    person = await visitors.school.read(actors.by_id, visitors.aigul.id)

    assert (refused.status_code, problems_of(refused.text)) == (422, [])
    assert "Write your name." in text_of(refused.text)
    assert "What I typed" in refused.text
    assert person.name == visitors.aigul.name


async def test_whoever_has_left_is_told_that_it_is_done(visitors: Visitors) -> None:
    told = "Your account is closed."

    assert told in text_of((await visitors.stranger.get("/?left=1")).text)
    assert told not in text_of((await visitors.stranger.get("/")).text)
    assert told not in text_of((await visitors.teacher.get("/?left=1")).text)


async def test_pressing_twice_on_delete_shows_that_it_is_done(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul, "No more")
    other = await visitors.school.post(visitors.aigul, "Better said anew")

    first, second = [await visitors.teacher.send(f"/posts/{post.id}/delete") for _ in range(2)]
    _, again = [await visitors.teacher.send(f"/posts/{other.id}/delete", {"do": "anew"}) for _ in range(2)]

    assert [first.headers["location"], second.headers["location"]] == ["/@aigul", "/@aigul"]
    assert again.headers["location"] == "/drafts"


async def test_voting_twice_shows_the_result_and_counts_once(visitors: Visitors) -> None:
    poll = Poll((PollOption("a"), PollOption("b")), False, visitors.network.clock.now + 10_000_000)
    post = await visitors.school.post(visitors.aigul, "Which?", poll=poll)

    votes = [await visitors.admin.send(f"/posts/{post.id}/vote", {"choice": each}) for each in ("0", "1", "7")]
    found = await view(visitors, f"/{post.id}")

    assert [each.status_code for each in votes] == [303, 303, 303]
    assert found.poll is not None
    assert [option.votes for option in found.poll.options] == [1, 0]

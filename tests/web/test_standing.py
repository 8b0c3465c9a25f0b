"""Pages about how people stand to each other: hiding, blocking, pinning, reporting, moving; and relays."""

import pytest

from fedi.actions import follows as follow_actions
from fedi.actions import moves as move_actions
from fedi.actions import relays as relay_actions
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.store import accounts, actors, blocks, follows, mutes, pins, posts, relays
from fedi.store.notifications import latest as told
from tests.web.browsing import problems_of, signed_in, text_of
from tests.web.conftest import Visitors
from tests.web.test_forms import PASSWORD, with_password


@pytest.fixture
async def dana(visitors: Visitors) -> Actor:
    return await visitors.school.teacher("dana")


async def test_somebody_is_hidden_and_shown_again(visitors: Visitors, dana: Actor) -> None:
    await visitors.teacher.send("/@dana/mute", {"hours": "24"})
    page = await visitors.teacher.get("/@dana")
    listed = await visitors.teacher.get("/settings/people")
    mute = await visitors.school.read(mutes.of, visitors.aigul.id, dana.id)
    await visitors.teacher.send("/@dana/unmute", {"back": "/settings/people"})

    assert problems_of(page.text) == problems_of(listed.text) == []
    assert "You have hidden this person's posts" in page.text.replace("&#39;", "'")
    assert "@dana" in listed.text
    assert mute.notifications is True
    assert mute.expires_at == mute.created_at + 24 * 60 * 60 * 1000
    assert await visitors.school.read(mutes.of, visitors.aigul.id, dana.id) is None


async def test_somebody_is_hidden_for_good_and_still_told_of(visitors: Visitors, dana: Actor) -> None:
    await visitors.teacher.send("/@dana/mute", {"hours": "0", "news": "1"})

    mute = await visitors.school.read(mutes.of, visitors.aigul.id, dana.id)
    assert (mute.expires_at, mute.notifications) == (None, False)


async def test_nobody_is_offered_to_follow_whom_she_cannot(visitors: Visitors, dana: Actor) -> None:
    offered = await visitors.teacher.get("/@dana")
    await visitors.teacher.send("/@dana/block")
    both = [await visitors.teacher.get("/@dana"), await (await signed_in(visitors.school, dana)).get("/@aigul")]

    assert '/@dana/follow"' in offered.text
    assert ['/follow"' in page.text for page in both] == [False, False]


async def test_somebody_is_blocked_and_let_go(visitors: Visitors, dana: Actor) -> None:
    await visitors.school.write(follow_actions.follow, dana, visitors.aigul)
    response = await visitors.teacher.send("/@dana/block")
    page = await visitors.teacher.get("/@dana")
    listed = await visitors.teacher.get("/settings/people")

    assert response.status_code == 303
    assert "You have blocked this person" in page.text
    assert problems_of(listed.text) == []
    assert await visitors.school.read(blocks.of, visitors.aigul.id, dana.id) is not None
    assert await visitors.school.read(follows.between, dana.id, visitors.aigul.id) is None
    refused = await (await signed_in(visitors.school, dana)).send("/@aigul/follow")
    assert refused.status_code == 403
    await visitors.teacher.send("/@dana/unblock")
    assert await visitors.school.read(blocks.of, visitors.aigul.id, dana.id) is None


@pytest.mark.parametrize("path", ["/@dana/mute", "/@dana/block", "/@dana/report", "/settings/people", "/settings/move"])
async def test_strangers_are_sent_to_sign_in(visitors: Visitors, dana: Actor, path: str) -> None:
    get = path.startswith("/settings")
    response = await (visitors.stranger.get(path) if get else visitors.stranger.send(path))

    assert response.status_code in (303, 401)
    assert await visitors.school.read(blocks.of, visitors.aigul.id, dana.id) is None


async def test_a_post_is_pinned_to_the_page_and_taken_off(visitors: Visitors, dana: Actor) -> None:
    post = await visitors.school.post(visitors.aigul, "Read this first", Circle.PUBLIC)
    own = await visitors.teacher.get(f"/@aigul/{post.id}")
    await visitors.teacher.send(f"/posts/{post.id}/pin")
    pinned = await visitors.stranger.get("/@aigul")
    refused = await (await signed_in(visitors.school, dana)).send(f"/posts/{post.id}/pin")
    await visitors.teacher.send(f"/posts/{post.id}/unpin")
    after = await visitors.stranger.get("/@aigul")

    assert "Pin to my page" in own.text
    assert problems_of(pinned.text) == []
    assert pinned.text.count("Read this first") - after.text.count("Read this first") == 1
    assert refused.status_code == 422
    assert await visitors.school.read(pins.ids, visitors.aigul.id) == []


async def test_a_moderator_limits_whom_a_report_is_about_and_lifts_it(visitors: Visitors, dana: Actor) -> None:
    await visitors.teacher.send("/@dana/report", {"category": "spam", "comment": "Advertising"})
    [report_id] = [each.report_id for each in await visitors.school.read(told, visitors.saule.id, Page())]
    path = f"/admin/reports/{report_id}"
    for do in ("silence", "sensitive"):
        await visitors.admin.send(path, {"do": do, "text": "No more, please"})
    page = await visitors.admin.get(path)
    limited = await visitors.school.read(actors.by_id, dana.id)
    news = await (await signed_in(visitors.school, dana)).get("/notifications")
    for do in ("unsilence", "unsensitive"):
        await visitors.admin.send(path, {"do": do})
    after = await visitors.school.read(actors.by_id, dana.id)

    assert problems_of(page.text) == problems_of(news.text) == []
    assert "shown to followers only" in page.text
    assert None not in (limited.limited_at, limited.sensitized_at)
    assert "Your posts are shown only to those who follow you. No more, please" in text_of(news.text)
    assert (after.limited_at, after.sensitized_at) == (None, None)


async def test_a_post_is_reported_in_plain_words_and_a_moderator_deals_with_it(visitors: Visitors, dana: Actor) -> None:
    post = await visitors.school.post(dana, "Buy my book", Circle.PUBLIC)
    form = await visitors.teacher.get(f"/posts/{post.id}/report")
    sent = await visitors.teacher.send(f"/posts/{post.id}/report", {"category": "spam", "comment": "Advertising"})
    [report_id] = [each.report_id for each in await visitors.school.read(told, visitors.saule.id, Page())]
    path = f"/admin/reports/{report_id}"
    news = await visitors.admin.get("/notifications")
    listed = await visitors.admin.get("/admin/reports")
    page = await visitors.admin.get(path)
    noted = await visitors.admin.send(path, {"do": "note", "note": "I have spoken with her"})
    await visitors.admin.send(path, {"do": "delete-post", "post": str(post.id)})
    await visitors.admin.send(path, {"do": "suspend"})
    await visitors.admin.send(path, {"do": "resolve"})
    after = await visitors.admin.get(path)

    for each in (form, sent, listed, page, after):
        assert problems_of(each.text) == []
    assert "The moderators will look at it" in sent.text
    assert path in news.text
    assert "Advertising" in text_of(listed.text)
    assert "Buy my book" in page.text
    assert noted.status_code == 303
    assert "I have spoken with her" in after.text
    assert await visitors.school.read(posts.by_id, post.id) is None
    assert (await visitors.school.read(actors.by_id, dana.id)).suspended_at is not None
    assert (await visitors.school.read(accounts.by_id, dana.id)).disabled_at is not None
    assert "Buy my book" not in after.text
    assert "No reports." in (await visitors.admin.get("/admin/reports")).text
    assert path in (await visitors.admin.get("/admin/reports?show=resolved")).text


async def test_a_person_of_another_school_is_reported_and_hers_is_told(visitors: Visitors) -> None:
    bolat = await visitors.network["kostanay"].teacher("bolat")
    known = await visitors.school.knows(bolat)
    path = f"/@{known.handle}/report"
    form = await visitors.teacher.get(path)
    await visitors.teacher.send(path, {"category": "other", "comment": "Rude", "forward": "1"})
    await visitors.network.drain()

    assert "without your name" in form.text
    assert len(visitors.network.wire.sent("Flag")) == 1


async def test_a_report_with_what_cannot_be_is_refused_and_the_words_are_kept(visitors: Visitors, dana: Actor) -> None:
    odd = await visitors.teacher.send("/@dana/report", {"category": "envy", "comment": "Too good"})
    long = await visitors.teacher.send("/@dana/report", {"category": "other", "comment": "x" * 1001})
    herself = await visitors.teacher.send("/@aigul/report", {"category": "other"})

    assert [each.status_code for each in (odd, long, herself)] == [422, 422, 422]
    assert "Too good" in odd.text
    assert problems_of(odd.text) == []


async def test_reports_and_relays_are_not_for_everybody(visitors: Visitors) -> None:
    for path in ("/admin/reports", "/admin/reports/1", "/admin/relays"):
        assert (await visitors.teacher.get(path)).status_code == 403
    moderator = await signed_in(visitors.school, visitors.aigul, role=Role.MODERATOR)
    assert (await moderator.get("/admin/reports")).status_code == 200
    assert (await moderator.get("/admin/reports/1")).status_code == 404
    assert (await moderator.get("/admin/relays")).status_code == 403
    odd = await visitors.admin.send("/admin/reports/1", {"do": "resolve"})
    assert odd.status_code == 404


# --- moving -----------------------------------------------------------------------------------------


async def test_an_account_is_named_moved_to_and_back(visitors: Visitors) -> None:
    kostanay = visitors.network["kostanay"]
    bolat = await kostanay.teacher("bolat")
    await with_password(visitors)
    away = {"target": f"@bolat@{kostanay.host}", "current_password": PASSWORD}

    too_early = await visitors.teacher.send("/settings/move/away", away)
    await kostanay.write(move_actions.add_alias, bolat, await kostanay.knows(visitors.aigul))
    wrong = await visitors.teacher.send("/settings/move/away", away | {"current_password": "wrong"})
    moved = await visitors.teacher.send("/settings/move/away", away)
    profile = await visitors.stranger.get("/@aigul")
    page = await visitors.teacher.get("/settings/move")

    assert "does not name yours" in too_early.text
    assert wrong.status_code == 422
    assert moved.status_code == 303
    assert f"@bolat@{kostanay.host}" in profile.text
    for each in (too_early, profile, page):
        assert problems_of(each.text) == []
    assert f"You have moved to @bolat@{kostanay.host}" in page.text
    refused = await visitors.teacher.send("/compose", {"text": "Still here", "circle": "public"})
    assert f"You have moved to {bolat.uri}" in refused.text
    assert "Still here" not in (await visitors.stranger.get("/@aigul")).text
    await visitors.teacher.send("/settings/move/stay")
    assert (await visitors.school.read(actors.by_id, visitors.aigul.id)).moved_to is None


async def test_aliases_are_named_and_taken_off(visitors: Visitors) -> None:
    bolat = await visitors.network["kostanay"].teacher("bolat")
    missing = await visitors.teacher.send("/settings/move/alias", {"address": "@nobody@kostanay.test"})
    herself = await visitors.teacher.send("/settings/move/alias", {"address": "@aigul@almaty.test"})
    await visitors.teacher.send("/settings/move/alias", {"address": f"@{bolat.handle}"})
    page = await visitors.teacher.get("/settings/move")
    await visitors.teacher.send("/settings/move/alias/remove", {"uri": bolat.uri})

    assert "was not found" in missing.text
    assert herself.status_code == 422
    assert bolat.uri in page.text
    assert (await visitors.school.read(actors.by_id, visitors.aigul.id)).also_known_as == ()


# --- relays -----------------------------------------------------------------------------------------


async def test_a_relay_is_asked_by_its_inbox_its_actor_or_its_server_and_let_go(visitors: Visitors) -> None:
    kostanay = visitors.network["kostanay"]
    addresses = (f"{kostanay.base}/inbox", f"{kostanay.base}/actor", kostanay.host)
    answers = [await visitors.admin.send("/admin/relays", {"address": address}) for address in addresses]
    page = await visitors.admin.get("/admin/relays")
    found = await visitors.school.read(relay_actions.everyone)
    for each in found:
        await visitors.admin.send(f"/admin/relays/{each.id}/drop")

    # The school at that server and its actor are one and the same relay.
    assert [answer.status_code for answer in answers] == [303, 303, 422]
    assert [each.address for each in found] == list(addresses[:2])
    assert problems_of(page.text) == problems_of(answers[2].text) == []
    assert await visitors.school.read(relays.everyone) == []


async def test_what_is_no_relay_is_refused(visitors: Visitors) -> None:
    for address in ("nowhere.test", "http://kostanay.test/users/1", "http://almaty.test/inbox", "///", "https://["):
        answer = await visitors.admin.send("/admin/relays", {"address": address})
        assert answer.status_code == 422, address

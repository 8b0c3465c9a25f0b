"""Taking a post back to write it anew, in the browser."""

import re

from fedi.actions import polls
from fedi.models.posts import Circle, Poll, PollOption, Post, PostView
from fedi.store import posts, tombstones, views
from fedi.store.database import Transaction
from tests import factories as make
from tests.web.browsing import problems_of
from tests.web.conftest import Visitors
from tests.web.test_forms import MATERIAL, picture


async def only(visitors: Visitors) -> PostView:
    """The one post that aigul has."""
    [post] = await visitors.school.read(posts.of_actor, visitors.aigul.id, 10)
    [view] = await visitors.school.read(views.full, [post.id], visitors.aigul.id)
    assert isinstance(view, PostView)
    return view


async def test_a_post_is_taken_back_and_written_anew_with_its_files(visitors: Visitors) -> None:
    files = [("files", ("board.png", picture(), "image/png"))]
    fields = {"text": "Frist lesson", "summary": "Long", "circle": "partners", "do": "publish", "language": "kk"}
    await visitors.teacher.send("/compose", fields, files)
    old = await only(visitors)

    asked = await visitors.teacher.get(f"/posts/{old.post.id}/delete")
    sent = await visitors.teacher.send(f"/posts/{old.post.id}/delete", {"do": "anew"})
    draft = await only(visitors)
    form = await visitors.teacher.get(sent.headers["location"])
    kept = re.findall(r'name="file" value="(\d+)" checked', form.text)
    again = {**fields, "text": "First lesson", "file": kept}
    done = await visitors.teacher.send(f"/posts/{draft.post.id}/edit", again)
    new = await only(visitors)

    assert problems_of(asked.text) == problems_of(form.text) == []
    assert (draft.post.circle, draft.post.source, draft.files) == (Circle.DRAFT, "Frist lesson", old.files)
    assert 'value="partners" checked' in form.text
    assert "Frist lesson</textarea>" in form.text
    assert done.status_code == 303
    assert (new.post.source, new.post.summary, new.post.language) == ("First lesson", "Long", "kk")
    assert (new.post.circle, [file.id for file in new.files]) == (Circle.PARTNERS, [file.id for file in old.files])
    assert await visitors.school.read(tombstones.exists, old.post.uri, visitors.aigul.uri)


async def test_a_material_is_taken_back_and_written_anew(visitors: Visitors) -> None:
    await visitors.teacher.send("/materials/new", MATERIAL)
    old = await only(visitors)

    sent = await visitors.teacher.send(f"/posts/{old.post.id}/delete", {"do": "anew"})
    draft = await only(visitors)

    assert sent.headers["location"] == f"/materials/{draft.post.id}/edit?circle=public"
    assert (draft.material, draft.post.title, draft.post.circle) == (old.material, "Fractions", Circle.DRAFT)
    assert 'value="public" checked' in (await visitors.teacher.get(sent.headers["location"])).text


async def test_what_stood_around_it_stays_but_not_the_votes(visitors: Visitors) -> None:
    about = await visitors.school.post(visitors.saule, "When?")
    closes = visitors.network.clock() + 3600_000
    poll = Poll((PollOption("Monday"), PollOption("Tuesday")), False, closes)
    old = await visitors.school.post(visitors.aigul, "Choose", in_reply_to_id=about.id, quoted_id=about.id, poll=poll)
    await visitors.school.write(_vote, old)
    visitors.network.clock.advance(minutes=30)

    await visitors.teacher.send(f"/posts/{old.id}/delete", {"do": "anew"})
    draft = await only(visitors)

    assert draft.post.in_reply_to_id == about.id
    assert draft.quote is not None
    assert draft.quote.quote.quoted_id == about.id
    assert draft.poll is not None
    assert [(each.title, each.votes) for each in draft.poll.options] == [("Monday", 0), ("Tuesday", 0)]
    assert (draft.poll.voters_count, draft.poll.closes_at) == (0, closes + 30 * 60_000)


async def _vote(tx: Transaction, post: Post) -> None:
    await polls.vote(tx, await make.colleague(tx), post, [0])


async def test_nobody_takes_back_what_somebody_else_wrote(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "Hers")

    refused = await visitors.teacher.send(f"/posts/{post.id}/delete", {"do": "anew"})

    assert (refused.status_code, refused.headers["location"]) == (303, "/drafts")
    assert await visitors.school.read(posts.by_id, post.id) is not None
    assert await visitors.school.read(posts.of_actor, visitors.aigul.id, 10) == []


async def test_a_draft_is_only_deleted(visitors: Visitors) -> None:
    draft = await visitors.school.post(visitors.aigul, "Not yet", Circle.DRAFT)
    page = await visitors.teacher.get(f"/posts/{draft.id}/delete")

    sent = await visitors.teacher.send(f"/posts/{draft.id}/delete", {"do": "anew"})

    assert 'value="anew"' not in page.text
    assert sent.headers["location"].startswith(f"/posts/{draft.id}/edit")
    assert (await visitors.teacher.send(f"/posts/{draft.id}/delete")).headers["location"] == "/drafts"


def changes(page: str) -> list[str]:
    """What each version says of itself, the latest first."""
    return re.findall(r"(The first version|Changed: [^<\n]+)", page)


async def test_versions_say_in_which_parts_they_differ(visitors: Visitors) -> None:
    await visitors.teacher.send("/materials/new", MATERIAL)
    path = f"/materials/{(await only(visitors)).post.id}/edit"
    for change in ({"title": "Halves", "text": "# Other steps"}, {"duration": "40"}):
        visitors.network.clock.advance(minutes=1)
        await visitors.teacher.send(path, MATERIAL | {"title": "Halves", "text": "# Other steps"} | change)

    page = await visitors.stranger.get(f"/posts/{path.split('/')[2]}/history")

    assert problems_of(page.text) == []
    assert changes(page.text)[-2:] == ["Changed: title, text", "The first version"]
    assert changes(page.text)[:-2] == ["Changed: facts like class or time"]


async def test_a_warning_that_was_added_is_said(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul, "A film")
    visitors.network.clock.advance(minutes=1)
    await visitors.teacher.send(f"/posts/{post.id}/edit", {"text": "A film", "summary": "Loud", "do": "publish"})

    page = await visitors.stranger.get(f"/posts/{post.id}/history")

    assert problems_of(page.text) == []
    assert "warning" in changes(page.text)[0]
    assert "text" not in changes(page.text)[0]

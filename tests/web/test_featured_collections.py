"""Collections of people on pages: made, filled, left and given up."""

import re

from fedi.store.database import Transaction
from tests.web.browsing import problems_of, text_of
from tests.web.conftest import Visitors

NEW = {"title": "Physics in our region", "description": "Who teach it", "tag_name": "#physics", "discoverable": "1"}


async def made(visitors: Visitors) -> str:
    """The address of a new collection of aigul's."""
    sent = await visitors.teacher.send("/collections", NEW)
    assert sent.status_code == 303
    return str(sent.headers["location"])


async def found(visitors: Visitors) -> None:
    """saule wants to be found."""
    await visitors.school.write(_findable, visitors.saule.id)


async def _findable(tx: Transaction, actor_id: int) -> None:
    await tx.execute("UPDATE actors SET discoverable = :yes WHERE id = :id", yes=True, id=actor_id)


async def test_a_collection_is_made_filled_and_shown_on_her_page(visitors: Visitors) -> None:
    await found(visitors)
    path = await made(visitors)

    added = await visitors.teacher.send(f"{path}/people", {"who": "@saule"})
    shown = await visitors.stranger.get(path)
    profile = await visitors.stranger.get("/@aigul")
    own = await visitors.teacher.get("/collections")

    assert (added.status_code, added.headers["location"]) == (303, path)
    assert problems_of(shown.text) == problems_of(own.text) == problems_of(profile.text) == []
    assert "Who teach it" in text_of(shown.text)
    assert "/@saule" in shown.text
    assert "Physics in our region" in text_of(profile.text)
    assert "Physics in our region" in text_of(own.text)


async def test_what_cannot_be_done_is_said_beside_its_field(visitors: Visitors) -> None:
    path = await made(visitors)

    nameless = await visitors.teacher.send("/collections", NEW | {"title": " "})
    long = await visitors.teacher.send("/collections", NEW | {"description": "x" * 101})
    unknown = await visitors.teacher.send(f"{path}/people", {"who": "nobody"})
    shy = await visitors.teacher.send(f"{path}/people", {"who": "saule"})
    unsure = await visitors.teacher.send(f"{path}/delete", {})

    assert [each.status_code for each in (nameless, long, unknown, shy, unsure)] == [422] * 5
    assert "Give it a title" in nameless.text
    assert "This is too long." in long.text
    assert "not known here" in unknown.text
    assert "does not want to be shown" in shy.text
    assert "Tick this box" in unsure.text


async def test_whoever_is_shown_can_leave_and_the_owner_take_out_and_give_up(visitors: Visitors) -> None:
    await found(visitors)
    path = await made(visitors)
    await visitors.teacher.send(f"{path}/people", {"who": "saule"})
    page = (await visitors.teacher.get(path)).text
    item = page.partition(f"{path}/people/")[2].partition("/")[0]

    removed = await visitors.teacher.send(f"{path}/people/{item}/remove")
    emptied = await visitors.teacher.get(path)
    changed = await visitors.teacher.send(f"{path}/edit", NEW | {"title": "Science"})
    renamed = await visitors.teacher.get(f"{path}/edit")
    gone = await visitors.teacher.send(f"{path}/delete", {"sure": "1"})

    assert (removed.status_code, changed.status_code, gone.status_code) == (303, 303, 303)
    assert "/@saule" not in emptied.text
    assert 'value="Science"' in renamed.text
    assert (await visitors.stranger.get(path)).status_code == 404


async def test_a_collection_of_somebody_else_is_not_changed(visitors: Visitors) -> None:
    path = await made(visitors)

    answers = [
        await visitors.admin.get(f"{path}/edit"),
        await visitors.admin.send(f"{path}/people", {"who": "saule"}),
        await visitors.admin.send(f"{path}/delete", {"sure": "1"}),
    ]

    assert [each.status_code for each in answers] == [403, 422, 403]


async def test_a_collection_is_reported_on_its_page_and_deleted_by_the_moderators(visitors: Visitors) -> None:
    path = await made(visitors)
    page = await visitors.admin.get(path)
    own = await visitors.teacher.get(path)
    form = await visitors.admin.get(f"{path}/report")
    sent = await visitors.admin.send(f"{path}/report", {"category": "other", "comment": "Unkind"})
    reports = await visitors.admin.get("/admin/reports")
    report = re.findall(r"/admin/reports/\d+", reports.text)[0]
    shown = await visitors.admin.get(report)
    collection = {"do": "delete-collection", "collection": path.rpartition("/")[2]}
    refused = await visitors.teacher.send(report, collection)
    await visitors.admin.send(report, collection)

    assert (f"{path}/report" in page.text, f"{path}/report" in own.text) == (True, False)
    assert problems_of(form.text) == problems_of(shown.text) == []
    assert "Physics in our region" in text_of(form.text)
    assert "Thank you" in sent.text
    assert f'href="{path}"' in shown.text
    assert refused.status_code == 403
    assert (await visitors.stranger.get(path)).status_code == 404
    assert (await visitors.stranger.get(f"{path}/report")).status_code == 303

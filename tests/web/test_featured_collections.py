"""Collections of people on pages: made, filled, left and given up."""

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

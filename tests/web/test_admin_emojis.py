"""The administrator gives the school emojis, and takes them away."""

import pytest

from fedi.actions import emojis
from tests.media.samples import picture
from tests.web.browsing import problems_of, text_of
from tests.web.conftest import Visitors

PNG = [("picture", ("bravo.png", picture("PNG", (64, 64)), "image/png"))]


async def test_an_emoji_is_added_hidden_shown_again_and_removed(visitors: Visitors) -> None:
    added = await visitors.admin.send("/admin/emojis", {"shortcode": ":bravo:", "category": "Praise"}, PNG)
    listed = await visitors.admin.get("/admin/emojis")
    usable = []
    for do in ("disable", "enable", "remove"):
        await visitors.admin.send("/admin/emojis/change", {"shortcode": "bravo", "do": do})
        usable.append(len(await visitors.school.read(emojis.usable)))

    assert added.status_code == 303
    assert problems_of(listed.text) == []
    assert ":bravo: Praise" in text_of(listed.text)
    assert usable == [0, 1, 0]


@pytest.mark.parametrize(
    ("fields", "files"),
    [
        ({"shortcode": "a b"}, PNG),
        ({"shortcode": "bravo"}, []),
        ({"shortcode": "bravo"}, [("picture", ("x.png", b"no picture", "image/png"))]),
        ({"shortcode": "bravo", "category": "x" * 61}, PNG),
    ],
)
async def test_what_cannot_be_one_is_refused_beside_its_field(visitors: Visitors, fields: dict, files: list) -> None:  # type: ignore[type-arg]
    answer = await visitors.admin.send("/admin/emojis", fields, files)

    assert answer.status_code == 422
    assert problems_of(answer.text) == []
    assert 'class="err' in answer.text
    assert await visitors.school.read(emojis.own) == []


async def test_teachers_and_strangers_change_nothing(visitors: Visitors) -> None:
    for browser in (visitors.teacher, visitors.stranger):
        await browser.send("/admin/emojis", {"shortcode": "bravo"}, PNG)
        await browser.send("/admin/emojis/change", {"shortcode": "bravo", "do": "remove"})

    assert await visitors.school.read(emojis.own) == []

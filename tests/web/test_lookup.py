"""Finding a colleague by what somebody remembers: a name, a part of one, an address."""

import pytest

from fedi.config import LANGUAGES
from tests.web.browsing import problems_of, signed_in
from tests.web.conftest import Visitors


@pytest.mark.parametrize("typed", ["saule", "@saule", "Sau", " SAULE "])
async def test_people_known_here_are_found_by_the_beginning_of_a_name(visitors: Visitors, typed: str) -> None:
    page = await visitors.teacher.get(f"/lookup?q={typed}")

    assert (page.status_code, problems_of(page.text)) == (200, [])
    assert 'href="/@saule"' in page.text


async def test_people_of_other_schools_are_found_by_name_once_they_are_known(visitors: Visitors) -> None:
    marat = await visitors.network["kostanay"].teacher("marat")
    before = (await visitors.teacher.get("/lookup?q=marat")).text
    await visitors.teacher.get("/lookup?q=@marat@kostanay.test")
    after = (await visitors.teacher.get("/lookup?q=marat")).text

    assert f"@{marat.username}@kostanay.test" not in before
    assert 'href="/@marat@kostanay.test"' in after


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_name_that_nobody_has_is_told_beside_the_field(visitors: Visitors, language: str) -> None:
    browser = await signed_in(visitors.school, visitors.aigul, language=language)

    for typed in ("nobody", "😀", "<b>", "two words"):
        page = await browser.get(f"/lookup?q={typed}")
        assert (page.status_code, problems_of(page.text)) == (200, [])
        assert 'aria-invalid="true"' in page.text


async def test_an_address_without_its_beginning_is_one_all_the_same(visitors: Visitors) -> None:
    await visitors.network["kostanay"].teacher("marat")

    found = await visitors.teacher.get("/lookup?q=kostanay.test/@marat")

    assert (found.status_code, found.headers["location"]) == (303, "/@marat@kostanay.test")

"""House rules in three languages: the administrator writes them, everybody reads them in her own."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fedi.actions import reports, rules
from fedi.models.accounts import Role
from fedi.models.paging import Page
from fedi.models.reports import ReportCategory, ReportView
from fedi.models.rules import Rule, Words
from fedi.store import accounts
from fedi.store.database import Transaction
from tests.network import open_network
from tests.web.browsing import Browser, problems_of, signed_in, text_of
from tests.web.conftest import Visitors

KIND = {"text_kk": "Сыйлаймыз", "text_ru": "Уважаем", "text_en": "Be kind", "hint_en": "Also when we disagree."}
QUIET = {"text_kk": "Жарнама жоқ"}
PATH = "/admin/rules"


async def held(visitors: Visitors) -> list[Rule]:
    return await visitors.school.read(rules.current)  # type: ignore[no-any-return]


async def texts(visitors: Visitors) -> list[str]:
    return [rule.said("en", "kk").text for rule in await held(visitors)]


@pytest_asyncio.fixture
async def written(visitors: Visitors) -> list[Rule]:
    """Two rules that the administrator has written, the second in Kazakh alone."""
    for fields in (KIND, QUIET):
        assert (await visitors.admin.send(PATH, fields)).status_code == 303
    return await held(visitors)


@pytest.mark.parametrize("place", ["/rules", "/about"])
async def test_a_reader_is_shown_her_language_and_else_that_of_the_school(
    visitors: Visitors, written: list[Rule], place: str
) -> None:
    page = await visitors.stranger.get(place, **{"Accept-Language": "en"})
    russian = await visitors.stranger.get(place, **{"Accept-Language": "ru"})

    assert problems_of(page.text) == []
    assert "Be kind Also when we disagree." in text_of(page.text)
    assert '<li lang="kk">Жарнама жоқ' in page.text
    assert "Уважаем" in russian.text
    assert "Be kind" not in russian.text


async def test_the_rules_are_read_by_whoever_joins_and_named_by_whoever_reports(
    visitors: Visitors, written: list[Rule]
) -> None:
    invited = await visitors.admin.send("/admin/invitations", {"role": "teacher", "uses": "1"})
    link = re.findall(r"/join/[\w-]+", invited.text)[0]
    joining = await visitors.stranger.get(link)
    form = await visitors.teacher.get("/@saule/report")
    sent = await visitors.teacher.send("/@saule/report", {"category": "other", "rule": str(written[0].id)})
    [made] = await every_report(visitors)
    shown = await visitors.admin.get(f"/admin/reports/{made.report.id}")

    assert "Be kind" in text_of(joining.text)
    assert f'value="{written[1].id}"' in form.text
    assert "Thank you" in sent.text
    assert (made.report.category, made.report.rule_ids) == (ReportCategory.VIOLATION, (str(written[0].id),))
    assert "Be kind" in text_of(shown.text)


async def every_report(visitors: Visitors) -> list[ReportView]:
    async def unit(tx: Transaction) -> list[ReportView]:
        account = await accounts.by_id(tx, visitors.saule.id)
        assert account is not None
        return await reports.page(tx, account, Page(40))

    return await visitors.school.read(unit)  # type: ignore[no-any-return]


async def test_a_report_names_no_rule_that_never_was(visitors: Visitors, written: list[Rule]) -> None:
    answers = [
        await visitors.teacher.send("/@saule/report", {"category": "other", "rule": each}) for each in ("7", "x")
    ]

    assert [each.status_code for each in answers] == [422, 422]
    assert await every_report(visitors) == []


async def test_rules_are_changed_moved_and_removed(visitors: Visitors, written: list[Rule]) -> None:
    first, second = (f"{PATH}/{rule.id}" for rule in written)

    seen = [await texts(visitors)]
    for place, do in ((second, "up"), (second, "up"), (second, "down"), (first, "down")):
        await visitors.admin.send(place, {"do": do})
        seen.append(await texts(visitors))
    await visitors.admin.send(first, {"do": "save", "text_en": "Be very kind"})
    seen.append(await texts(visitors))
    await visitors.admin.send(second, {"do": "remove"})
    seen.append(await texts(visitors))

    one, other = ["Be kind", "Жарнама жоқ"], ["Жарнама жоқ", "Be kind"]
    assert seen == [one, other, other, one, other, ["Жарнама жоқ", "Be very kind"], ["Be very kind"]]
    page = await visitors.admin.get(PATH)
    assert problems_of(page.text) == []
    assert "Be very kind" in text_of(page.text)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text_kk": "   "},
        {"hint_en": "An explanation of nothing"},
        {"text_kk": "Ия", "hint_ru": "Пояснение без правила"},
        {"text_en": "x" * 301},
        {"text_en": "x", "hint_en": "x" * 1001},
    ],
)
async def test_what_is_no_rule_is_refused_where_it_was_typed(
    visitors: Visitors, written: list[Rule], fields: dict[str, str]
) -> None:
    answers = [await visitors.admin.send(each, {"do": "save", **fields}) for each in (PATH, f"{PATH}/{written[0].id}")]

    for answer in answers:
        assert answer.status_code == 422
        assert problems_of(answer.text) == []
        assert "Write the rule in at least one language" in text_of(answer.text)
    assert await held(visitors) == written


async def test_there_is_an_end_of_rules(visitors: Visitors) -> None:
    answers = [await visitors.admin.send(PATH, {"text_en": str(number)}) for number in range(rules.MAX_RULES + 1)]

    assert [each.status_code for each in answers] == [303] * rules.MAX_RULES + [422]


async def test_only_administrators_write_rules(visitors: Visitors, written: list[Rule]) -> None:
    moderator = await signed_in(visitors.school, await visitors.school.teacher("marat"), role=Role.MODERATOR)
    for browser in (visitors.teacher, visitors.stranger, moderator):
        await browser.send(PATH, KIND)
        for do in ("save", "remove", "down"):
            await browser.send(f"{PATH}/{written[0].id}", {"do": do, **QUIET})
    unknown = [await visitors.admin.send(f"{PATH}/7", {"do": do, **KIND}) for do in ("save", "remove", "up")]

    assert await held(visitors) == written
    assert [each.status_code for each in unknown] == [404] * 3


@pytest_asyncio.fixture
async def settled(tmp_path: Path) -> AsyncIterator[tuple[Browser, Visitors]]:
    """An administrator of a school whose rules stand in `instance.toml`."""
    lines = ["Сыйлаймыз", "Жарнама жоқ"]
    async with open_network(tmp_path / "instances", 1, rules=lines) as network:
        school = network["almaty"]
        saule = await school.teacher("saule")
        admin = await signed_in(school, saule, role=Role.ADMIN)
        yield admin, Visitors(school, network, saule, saule, Browser(school), admin, admin)


async def test_rules_of_the_settings_come_into_the_hands_of_the_administrator_without_loss(
    settled: tuple[Browser, Visitors],
) -> None:
    """They keep their numbers, which reports name; after that the settings say nothing any more."""
    admin, visitors = settled
    before = await held(visitors)
    await admin.send(PATH, KIND)
    after = await held(visitors)
    for rule in after:
        await admin.send(f"{PATH}/{rule.id}", {"do": "remove"})

    assert [(rule.id, rule.said("kk")) for rule in before] == [(1, Words("Сыйлаймыз")), (2, Words("Жарнама жоқ"))]
    assert after[:2] == before
    assert [rule.said("ru").text for rule in after[2:]] == ["Уважаем"]
    assert await held(visitors) == []
    assert [rule.id for rule in await visitors.school.read(rules.ever)][:2] == [1, 2]

"""axe-core finds nothing against any page, by day and by night; and a keyboard is enough."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import Phone, chromium, phone
from tests.e2e.schools import running
from tests.e2e.test_width import filled_pages, joined, main_pages, reported

pytestmark = pytest.mark.e2e

AXE = (Path(__file__).parent.parent / "node/node_modules/axe-core/axe.min.js").read_text("utf-8")
SCHEMES = ("light", "dark")
# What is folded is on the page, too.
_OPEN = "document.querySelectorAll('details').forEach(each => each.open = true)"
_RUN = """
    async (tags) => (await axe.run(document, {resultTypes: ['violations'], runOnly: tags})).violations
        .flatMap(each => each.nodes.map(node => `${each.id}: ${node.html.slice(0, 120)}`))
"""
_ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# By night only colours are other ones, and contrast is of level AA.
_RULES = {"light": _ALL, "dark": ["wcag2aa"]}


def violations(page: Page, scheme: str) -> list[str]:
    """What axe has against a page as it stands."""
    page.evaluate(_OPEN)
    page.evaluate(AXE)
    found: list[str] = page.evaluate(_RUN, _RULES[scheme])
    return found


def found_on(device: Phone, paths: list[str], scheme: str) -> dict[str, list[str]]:
    """Those of these pages against which there is something, and what."""
    device.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = {path: violations(device.go(path), scheme) for path in paths}
    return {path: problems for path, problems in found.items() if problems}


@contextmanager
def school(tmp_path: Path) -> Iterator[tuple[Phone, list[str]]]:
    """An administrator's phone, with JavaScript for axe, at a school, and the pages of what others have written."""
    with ExitStack() as stack:
        running_school = stack.enter_context(running(tmp_path, "almaty"))
        browser = stack.enter_context(chromium())
        reporter = stack.enter_context(phone(browser, running_school.base))
        device = stack.enter_context(phone(browser, running_school.base, java_script_enabled=True, bypass_csp=True))
        joined(running_school, device, "saule_en")
        joined(running_school, reporter, "aigul")
        yield device, [*filled_pages(device), reported(reporter, device), "/@aigul", "/@aigul/report"]


def test_axe_finds_nothing_against_any_page_by_day_and_by_night(tmp_path: Path) -> None:
    with school(tmp_path) as (device, written):
        paths = [*main_pages(), *written]

        assert found_on(device, paths, "light") == {}
        assert found_on(device, paths, "dark") == {}


_FOCUS = """
    () => {
        const at = document.activeElement, look = getComputedStyle(at), box = at.getBoundingClientRect();
        return [at.outerHTML.slice(0, 100), look.outlineStyle !== 'none' || look.outlineWidth !== '0px', box.width > 1];
    }
"""


def tabbed(page: Page) -> Iterator[tuple[str, bool, bool]]:
    """What a keyboard comes to one after the other, whether it shows that, and whether it is to be seen at all."""
    while True:
        page.keyboard.press("Tab")
        at, outlined, seen = page.evaluate(_FOCUS)
        if at.startswith("<body"):
            return
        yield at, outlined, seen


def test_a_keyboard_comes_to_everything_and_shows_where_it_is(tmp_path: Path) -> None:
    with school(tmp_path) as (device, _):
        for path in ("/home/school", "/compose", "/library", "/settings/filters"):
            page = device.go(path)
            stops = list(tabbed(page))

            assert 'href="#main"' in stops[0][0]
            assert [at for at, outlined, seen in stops if not (outlined and seen)] == [], path
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "main"

"""No page stands out over the edge of a phone, in any of the three languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fedi.web import PAGES
from tests.e2e.browsing import PHONE, Phone, chromium, phone
from tests.e2e.schools import School, fedi, running

pytestmark = pytest.mark.e2e

PASSWORD = "four words in a row"
LOCALES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
LONG_HOST = "mathematics-and-physics-teachers.of-a-district-far-away.example"
WORDS = f"https://{LONG_HOST}/{'lesson/' * 12} and {'verylongword' * 8} @saule #{'mathematics' * 6}"
_WIDTH = "document.documentElement.scrollWidth"
_OVER = f"""
    [...document.querySelectorAll('main *')]
        .filter(each => each.getBoundingClientRect().right > {PHONE["width"]} + 1)
        .slice(0, 3).map(each => each.outerHTML.slice(0, 120))
"""
OTHERS = ("/share", "/authorize_interaction", "/oauth/authorize", "/oauth/authorize/", "/oauth/authorize/native")
"""They lead on, or are for programs that bring something."""


def main_pages() -> Iterator[str]:
    """Every page of the table whose address has no part that varies."""
    for route in PAGES:
        is_page = "GET" in (route.methods or ()) and not {"{", "."} & set(route.path)
        if is_page and route.path not in OTHERS:
            yield route.path


def joined(school: School, device: Phone, name: str) -> None:
    """Open an administrator's account in the language of the browser."""
    made = fedi("invite", "create", "--role", "admin", "--instances", str(school.folder))
    device.go(made["link"])
    device.fill(name=f"{name.title()} {'Abdrakhmanovna' * 2}", username=name, password=PASSWORD)
    _send(device)


def _send(device: Phone) -> None:
    """Press the main button of a page, whatever it is called."""
    with device.page.expect_navigation():
        device.page.locator("main button.main").last.click()


def filled_pages(device: Phone) -> list[str]:
    """Fill a school with what is long: a post, a community, a server; gives the pages that show them."""
    device.go("/compose")
    device.fill(text=WORDS)
    _send(device)
    device.go("/home")
    post = device.page.locator("main article a.t, main article time").first.locator("xpath=ancestor-or-self::a").first
    address = str(post.get_attribute("href"))
    device.go("/communities/new")
    device.fill(name="Mathematicians " * 3, username="mathematicians_of_the_country", summary=WORDS, rules=WORDS)
    _send(device)
    community = device.page.url
    device.go("/admin/peers")
    device.page.locator("main input[name=host]:visible").last.fill(LONG_HOST)
    with device.page.expect_navigation():
        device.page.locator("main button[value=block]").last.click()
    number = address.rpartition("/")[2]
    about = [f"/posts/{number}/{each}" for each in ("edit", "history", "receipts", "delete")]
    return [address, *about, community, f"/admin/peers/{LONG_HOST}"]


def reported(reporter: Phone, moderator: Phone) -> str:
    """Report somebody; gives the page on which moderators deal with it."""
    reporter.go("/@saule_en/report")
    reporter.page.locator("main select[name=category]").select_option("spam")
    reporter.fill(comment=WORDS)
    _send(reporter)
    moderator.go("/admin/reports")
    return str(moderator.page.locator("main article a.btn").first.get_attribute("href"))


def too_wide(device: Phone, paths: list[str]) -> list[str]:
    """Those of these pages that are wider than the phone, with what stands out."""
    found = []
    for path in paths:
        device.go(path)
        width = device.page.evaluate(_WIDTH)
        if width > PHONE["width"]:
            found.append(f"{path}: {width} {device.page.evaluate(_OVER)}")
    return found


def test_no_page_is_wider_than_a_phone_in_any_language(tmp_path: Path) -> None:
    with ExitStack() as stack:
        school = stack.enter_context(running(tmp_path, "almaty"))
        browser = stack.enter_context(chromium())
        devices = {each: stack.enter_context(phone(browser, school.base, locale=LOCALES[each])) for each in LOCALES}
        for language, device in devices.items():
            joined(school, device, f"saule_{language}")
        paths = [*main_pages(), *filled_pages(devices["en"])]
        paths.append(reported(devices["ru"], devices["kk"]))
        paths += [f"/@saule_en{each}" for each in ("", "/followers", "/following", "/report")]
        wide = {language: too_wide(device, paths) for language, device in devices.items()}

        assert {device.page.locator("html").get_attribute("lang") for device in devices.values()} == set(LOCALES)
        assert wide == {language: [] for language in LOCALES}

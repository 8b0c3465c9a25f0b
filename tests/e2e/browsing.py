"""People with a phone: a real browser without JavaScript, which notes what is too big or breaks its policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, sync_playwright

from tests.e2e.schools import eventually

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
PAGE_BYTES = 50_000
PHONE = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Phone:
    """One person's browser. `complaints` is what it had to complain about, `pages` the pages it was given."""

    page: Page
    base: str
    pages: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else f"{self.base}{path}")
        return self.page

    def fill(self, **fields: str) -> None:
        """Fill fields by their names."""
        for name, text in fields.items():
            self.page.locator(f"main [name={name}]:is(input, textarea)").first.fill(text)

    def press(self, label: str) -> None:
        """Press a button of the page's content by its label, and be where it leads."""
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("button", name=label, exact=True).first.click()

    def sees(self, selector: str, text: str, *, at: str) -> Locator:
        """Reload the page at `at` until something has this text, and give it."""
        self.go(at)
        wanted = self.page.locator(selector).filter(has_text=text).first
        eventually(lambda: self._has(wanted), f"{text!r} at {at} of {self.base}")
        return wanted

    def _has(self, wanted: Locator) -> bool:
        if wanted.count():
            return True
        self.page.reload()
        return False

    def sizes(self) -> dict[str, int]:
        """Bytes of each page of text that was loaded, by its address."""
        return {each.url: each.sizes()["responseBodySize"] for each in self.pages}


@contextmanager
def phone(browser: Browser, base: str, **options: Any) -> Iterator[Phone]:
    """A phone in English, with JavaScript switched off."""
    settings = {"java_script_enabled": False, "locale": "en-GB", "viewport": PHONE, **options}
    context = browser.new_context(**settings)
    try:
        held = Phone(context.new_page(), base)
        _watch(held)
        yield held
    finally:
        context.close()


def _watch(held: Phone) -> None:
    """Note from now on what is loaded and what goes wrong."""

    def note(request: Request) -> None:
        if request.resource_type == "document":
            held.pages.append(request)

    def complain(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            held.complaints.append(f"{message.location['url']}: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            held.complaints.append(f"{response.url}: {response.status}")

    held.page.on("requestfinished", note)
    held.page.on("console", complain)
    held.page.on("pageerror", lambda error: held.complaints.append(str(error)))
    held.page.on("response", answered)

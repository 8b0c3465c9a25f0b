"""The main job of the house, done by four people with phones: a lesson plan crosses from one school to another."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import PAGE_BYTES, Phone, chromium, phone
from tests.e2e.schools import Lesson, lesson_plan, running

pytestmark = pytest.mark.e2e

PASSWORD = "four words in a row"
SOUGHT = "бөлшек қосу жолақ"
ANSWER = "Рахмет! Сейсенбіде 5 «А» сыныбында байқап көрдік, жолақтар өте түсінікті болды."


def join(device: Phone, link: str, username: str, name: str) -> None:
    """Open an account by its one-time link."""
    device.go(link)
    device.fill(name=name, username=username, password=PASSWORD)
    device.press("Open my account")
    expect(device.page.get_by_role("status")).to_contain_text("Your account is open")


def invite(admin: Phone) -> str:
    """The link of a new invitation, as the administrator's page shows it."""
    admin.go("/admin/")
    admin.press("Make a link")
    return admin.page.locator("main code").inner_text()


def follow(device: Phone, handle: str) -> None:
    """Look somebody up and follow her."""
    device.go("/lookup")
    device.fill(q=handle)
    device.press("Find")
    expect(device.page.locator("main h1")).not_to_have_text("Find a colleague")
    device.press("Follow")


def share(device: Phone, lesson: Lesson) -> str:
    """Share a material through the form; gives the address of its page."""
    device.go("/materials/new")
    device.fill(title=lesson.title, summary=lesson.summary, text=lesson.text, objectives=lesson.objectives)
    device.fill(keywords=lesson.keywords, duration=str(lesson.minutes))
    device.page.get_by_label("Kind").select_option("lesson-plan")
    device.page.get_by_label("Subject").select_option("mathematics")
    device.page.get_by_label("Language", exact=True).select_option("kk")
    device.page.get_by_role("group", name="Classes").get_by_label("5", exact=True).check()
    device.page.locator("input[name=circle][value=public]").check()
    device.page.locator("input[type=file]").set_input_files(lesson.pdf)
    device.press("Publish")
    expect(device.page.locator("main h1")).to_have_text(lesson.title)
    return device.page.url


def opened(device: Phone) -> bytes:
    """Tap the first file of the page: it is shown, not saved. Gives its bytes."""
    link = device.page.locator("main a.file").first
    with device.page.expect_download() as download:
        link.click(modifiers=["Alt"])
    with device.page.expect_response(lambda response: response.url == download.value.url) as shown:
        link.click()
    assert shown.value.headers["content-type"] == "application/pdf"
    assert shown.value.headers["content-disposition"].startswith("inline")
    device.page.go_back()
    return Path(download.value.path()).read_bytes()


def answer(device: Phone, text: str) -> None:
    """Answer on the page of a post; the name of whom it goes to stands there already."""
    field = device.page.locator("main textarea[name=text]")
    field.fill(field.input_value() + text)
    device.press("Answer")


def test_a_lesson_plan_is_shared_at_one_school_and_used_and_answered_at_another(tmp_path: Path) -> None:
    lesson = lesson_plan()
    with ExitStack() as stack:
        almaty = stack.enter_context(running(tmp_path, "almaty"))
        kostanay = stack.enter_context(running(tmp_path, "kostanay"))
        browser = stack.enter_context(chromium())
        people = [stack.enter_context(phone(browser, school.base)) for school in (almaty, almaty, kostanay, kostanay)]
        saule, nurlan, aigul, marat = people

        join(saule, almaty.first_link, "saule", "Saule Akhmetova")
        join(nurlan, invite(saule), "nurlan", "Nurlan Ospanov")
        join(aigul, kostanay.first_link, "aigul", "Aigul Bekova")
        join(marat, invite(aigul), "marat", "Marat Ivanov")

        follow(aigul, f"@nurlan@{almaty.host}")
        expect(aigul.page.locator("main")).to_contain_text("Asked to follow")
        saule.sees("main section.card", kostanay.host, at="/admin/held")
        expect(saule.page.locator("main")).to_contain_text("Aigul Bekova")
        saule.press("Let in")
        expect(saule.page.locator("main")).to_contain_text("Nobody waits at the door")
        aigul.sees("main button", "You follow", at=f"/@nurlan@{almaty.host}")

        plan = share(nurlan, lesson)
        card = aigul.sees("article.post", lesson.title, at="/home")
        expect(card).to_contain_text("Nurlan Ospanov")
        card.get_by_role("link", name=lesson.title).click()
        assert opened(aigul) == lesson.pdf.read_bytes()

        marat.sees("article.post", lesson.title, at="/library?q=" + quote(SOUGHT)).locator("a.t").click()
        marat.press("Thanks")
        answer(marat, ANSWER)

        nurlan.sees("article.post", ANSWER, at=plan)
        nurlan.sees("article.post button", "Thanks 1", at=plan)
        nurlan.sees("article.card", "Marat Ivanov says thanks", at="/notifications")

        complaints = [complaint for each in people for complaint in each.complaints]
        assert complaints == [], complaints
        heavy = {url: size for each in people for url, size in each.sizes().items() if size > PAGE_BYTES}
        assert heavy == {}

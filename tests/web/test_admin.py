"""What administrators do on their pages, and what others may not."""

import re

from fedi.actions import reports
from fedi.models.accounts import Role
from fedi.models.peers import Standing
from fedi.models.reports import NewReport
from fedi.store import accounts, moderated, peers
from fedi.store.database import Transaction
from tests.factories import colleague, follow
from tests.web.browsing import Browser, problems_of, signed_in, text_of
from tests.web.conftest import Visitors


async def invitation(visitors: Visitors, role: str = "teacher") -> str:
    page = await visitors.admin.send("/admin/invitations", {"role": role, "uses": "1"})
    assert problems_of(page.text) == []
    [path] = re.findall(r"<code>http://almaty.test(/join/[^<]+)</code>", page.text)
    return str(path)


NEWCOMER = {"name": "Marat", "username": "marat", "password": "a long walk at dawn"}


async def test_an_invited_colleague_opens_an_account_and_is_signed_in(visitors: Visitors) -> None:
    path = await invitation(visitors)
    form = await visitors.stranger.get(path)
    joined = await visitors.stranger.send(path, NEWCOMER)
    [cookie] = re.findall(r"session=([^;]+);", joined.headers["set-cookie"])
    home = await Browser(visitors.school, cookie).get("/home")

    assert problems_of(form.text) == []
    assert joined.status_code == 303
    assert home.status_code == 200
    assert (await visitors.stranger.get(path)).status_code == 410


async def test_a_name_that_cannot_be_is_refused_and_what_was_typed_is_kept(visitors: Visitors) -> None:
    path = await invitation(visitors)
    odd = await visitors.stranger.send(path, NEWCOMER | {"username": "Марат!"})
    taken = await visitors.stranger.send(path, NEWCOMER | {"username": "aigul"})
    short = await visitors.stranger.send(path, NEWCOMER | {"password": "short"})

    assert [each.status_code for each in (odd, taken, short)] == [422, 422, 422]
    assert "Use 2 to 30 Latin letters" in odd.text
    assert "taken already" in taken.text
    assert 'value="Marat"' in short.text
    assert "at least 10 characters" in short.text
    assert (await visitors.stranger.send(path, NEWCOMER)).status_code == 303


async def test_moderators_invite_teachers_and_nobody_higher(visitors: Visitors) -> None:
    moderator = await signed_in(visitors.school, visitors.aigul, role=Role.MODERATOR)
    refused = await moderator.send("/admin/invitations", {"role": "admin", "uses": "1"})

    assert "/join/" in (await moderator.send("/admin/invitations", {"role": "teacher", "uses": "3"})).text
    assert "Only an administrator" in refused.text
    assert (await moderator.get("/admin/peers")).status_code == 403


async def test_an_invitation_is_withdrawn(visitors: Visitors) -> None:
    path = await invitation(visitors)
    [mark] = re.findall(r'name="invitation" value="([^"]+)"', (await visitors.admin.get("/admin/")).text)
    await visitors.admin.send("/admin/invitations/withdraw", {"invitation": mark})

    assert (await visitors.stranger.get(path)).status_code == 410


async def test_a_suspended_teacher_is_signed_out_and_hidden_until_she_is_let_in_again(visitors: Visitors) -> None:
    person = f"/admin/people/{visitors.aigul.id}"
    await visitors.admin.send(person, {"do": "suspend"})
    out = await visitors.teacher.get("/home")
    hidden = await visitors.stranger.get("/@aigul")
    await visitors.admin.send(person, {"do": "unsuspend"})

    assert out.status_code == 303
    assert hidden.status_code in (404, 410)
    assert (await visitors.stranger.get("/@aigul")).status_code == 200


async def test_a_teacher_who_may_not_sign_in_is_still_read(visitors: Visitors) -> None:
    person = f"/admin/people/{visitors.aigul.id}"
    await visitors.admin.send(person, {"do": "disable"})
    out = await visitors.teacher.get("/home")
    page = await visitors.admin.get("/admin/")
    shown = await visitors.stranger.get("/@aigul")
    await visitors.admin.send(person, {"do": "enable"})
    account = await visitors.school.read(accounts.by_id, visitors.aigul.id)

    assert problems_of(page.text) == []
    assert (out.status_code, shown.status_code) == (303, 200)
    assert "cannot sign in" in page.text
    assert account.disabled_at is None


async def test_a_report_offers_what_can_be_lifted_of_what_was_decided(visitors: Visitors) -> None:
    report = await visitors.school.write(reports.report, visitors.saule, visitors.aigul, NewReport())
    path = f"/admin/reports/{report.id}"
    offered = 'value="disable"', 'value="enable"'

    before = (await visitors.admin.get(path)).text
    await visitors.admin.send(path, {"do": "disable"})
    after = await visitors.admin.get(path)
    await visitors.admin.send(path, {"do": "enable"})

    assert [each in before for each in offered] == [True, False]
    assert [each in after.text for each in offered] == [False, True]
    assert ">cannot sign in</span>" in after.text
    assert problems_of(after.text) == []
    assert (await visitors.school.read(accounts.by_id, visitors.aigul.id)).disabled_at is None


async def letters(visitors: Visitors) -> list[str]:
    async def unit(tx: Transaction) -> list[str]:
        return await tx.all(str, "SELECT args FROM jobs WHERE kind = 'mail' ORDER BY id")

    found: list[str] = await visitors.school.read(unit)
    return found


async def test_a_suspension_on_the_page_of_people_is_told_by_letter_and_kept(visitors: Visitors) -> None:
    await visitors.school.write(accounts.set_email, visitors.aigul.id, "aigul@school.kz")
    person = f"/admin/people/{visitors.aigul.id}"

    sent = await visitors.admin.send(person, {"do": "suspend", "text": "Until we have talked"})
    page = await visitors.admin.get(person)

    [strike] = await visitors.school.read(moderated.strikes, visitors.aigul.id, 10)
    assert (strike.measure, strike.text, strike.by_id) == ("suspend", "Until we have talked", visitors.saule.id)
    [letter] = await letters(visitors)
    assert "Until we have talked" in letter
    assert sent.headers["location"] == person
    assert problems_of(page.text) == []
    assert "Until we have talked" in text_of(page.text)


async def test_all_measures_are_taken_and_lifted_on_the_page_of_a_person(visitors: Visitors) -> None:
    person = f"/admin/people/{visitors.aigul.id}"
    words = {
        "sensitive": "pictures are covered",
        "silence": "shown to followers only",
        "disable": "cannot sign in",
        "suspend": "suspended",
    }
    lifted = {"sensitive": "unsensitive", "silence": "unsilence", "disable": "enable", "suspend": "unsuspend"}

    for do, said in words.items():
        await visitors.admin.send(person, {"do": do})
        assert f">{said}</span>" in (await visitors.admin.get(person)).text, do
        assert f">{said}</span>" in (await visitors.admin.get("/admin/")).text, do
        await visitors.admin.send(person, {"do": lifted[do]})
        assert f">{said}</span>" not in (await visitors.admin.get(person)).text, do


async def test_moderators_see_administrators_and_decide_nothing_about_them(visitors: Visitors) -> None:
    moderator = await signed_in(visitors.school, visitors.aigul, role=Role.MODERATOR)
    page = await moderator.get(f"/admin/people/{visitors.saule.id}")

    assert (page.status_code, problems_of(page.text)) == (200, [])
    assert 'name="do"' not in page.text
    assert (await moderator.send(f"/admin/people/{visitors.saule.id}", {"do": "suspend"})).status_code == 403
    assert (await moderator.get("/admin/people/1")).status_code == 404
    assert (await visitors.stranger.get(f"/admin/people/{visitors.saule.id}")).status_code == 303


async def test_somebody_of_another_server_is_decided_about_and_found_again(visitors: Visitors) -> None:
    bolat = await visitors.school.write(colleague)
    link = f'href="/admin/people/{bolat.id}"'
    profile = await visitors.admin.get(f"/@{bolat.handle}")
    await visitors.admin.send(f"/admin/people/{bolat.id}", {"do": "suspend"})
    listed, page = await visitors.admin.get("/admin/"), await visitors.admin.get(f"/admin/people/{bolat.id}")

    assert link in profile.text
    assert link in listed.text
    assert problems_of(listed.text) == problems_of(page.text) == []
    assert 'value="disable"' not in page.text
    assert "For moderators" not in (await visitors.teacher.get(f"/@{visitors.saule.username}")).text


async def test_everybody_elsewhere_about_whom_something_was_decided_is_found_page_by_page(visitors: Visitors) -> None:
    people = [await visitors.school.write(colleague, f"n{number}") for number in range(23)]
    for number, each in enumerate(people[:-1]):
        do = ("suspend", "silence", "sensitive")[number % 3]
        await visitors.admin.send(f"/admin/people/{each.id}", {"do": do})

    first = (await visitors.admin.get("/admin/")).text
    [older] = re.findall(r'href="(/admin/\?before=[0-9]+)" rel="next"', first)
    last = await visitors.admin.get(older)

    listed = [[int(each) for each in re.findall(r'href="/admin/people/([0-9]+)"', text)] for text in (first, last.text)]
    theirs = [each.id for each in reversed(people[:-1])]
    assert [[each for each in page if each != visitors.aigul.id] for page in listed] == [theirs[:20], theirs[20:]]
    assert 'rel="next"' not in last.text
    assert problems_of(last.text) == []


async def test_only_who_is_suspended_is_deleted_and_only_by_who_is_sure(visitors: Visitors) -> None:
    person = f"/admin/people/{visitors.aigul.id}"
    early = await visitors.admin.send(person, {"do": "delete", "sure": "1"})
    await visitors.admin.send(person, {"do": "suspend"})
    unsure = await visitors.admin.send(person, {"do": "delete"})
    gone = await visitors.admin.send(person, {"do": "delete", "sure": "1"})

    assert [each.status_code for each in (early, unsure, gone)] == [403, 422, 303]
    assert "Tick this box if you are sure." in unsure.text
    assert (await visitors.admin.get(person)).status_code == 404


async def test_roles_are_given_by_administrators_and_the_last_one_stays(visitors: Visitors) -> None:
    await visitors.admin.send(f"/admin/people/{visitors.aigul.id}", {"do": "role", "role": "moderator"})
    last = await visitors.admin.send(f"/admin/people/{visitors.saule.id}", {"do": "role", "role": "teacher"})
    odd = await visitors.admin.send(f"/admin/people/{visitors.aigul.id}", {"do": "role", "role": "king"})
    account = await visitors.school.read(accounts.by_id, visitors.aigul.id)

    assert account.role is Role.MODERATOR
    assert "last administrator" in last.text
    assert odd.status_code == 422


async def test_a_server_is_trusted_blocked_and_forgotten(visitors: Visitors) -> None:
    async def standing() -> Standing:
        found: Standing = await visitors.school.read(peers.standing, "far.test")
        return found

    await visitors.admin.send("/admin/peers", {"host": "far.test", "do": "trust", "note": "Friends"})
    assert await standing() is Standing.TRUSTED
    assert "Friends" in (await visitors.admin.get("/admin/peers")).text
    await visitors.admin.send("/admin/peers", {"host": "far.test", "do": "block"})
    assert await standing() is Standing.BLOCKED
    await visitors.admin.send("/admin/peers", {"host": "far.test", "do": "forget"})
    assert await standing() is Standing.UNKNOWN


async def test_what_is_no_server_is_refused_beside_its_field(visitors: Visitors) -> None:
    response = await visitors.admin.send("/admin/peers", {"host": "not a host", "do": "trust"})

    assert response.status_code == 422
    assert "Write the name of another server" in response.text
    assert 'value="not a host"' in response.text


async def test_an_agreement_is_offered_and_stands_when_the_other_school_offers_it_too(visitors: Visitors) -> None:
    kostanay = visitors.network["kostanay"]
    theirs = await signed_in(kostanay, await kostanay.teacher("marat"), role=Role.ADMIN)
    await visitors.admin.send("/admin/peers", {"host": "kostanay.test", "do": "partner"})
    await visitors.network.drain()
    offered = text_of((await theirs.get("/admin/peers")).text)
    await theirs.send("/admin/peers", {"host": "almaty.test", "do": "partner"})
    await visitors.network.drain()

    assert "offers us an agreement" in offered
    for browser in (visitors.admin, theirs):
        assert "agreement in force" in (await browser.get("/admin/peers")).text


async def test_a_server_that_our_people_follow_is_blocked_after_a_question(visitors: Visitors) -> None:
    async def unit(tx: Transaction) -> None:
        await follow(tx, visitors.aigul, await colleague(tx, host="kostanay.test"))

    await visitors.school.write(unit)
    asked = {"host": "kostanay.test", "do": "block", "note": "They sent advertising", "back": "server"}

    question = await visitors.admin.send("/admin/peers", asked)
    before = await visitors.school.read(peers.by_host, "kostanay.test")
    done = await visitors.admin.send("/admin/peers", asked | {"sure": "1"})
    after = await visitors.school.read(peers.by_host, "kostanay.test")

    assert (question.status_code, problems_of(question.text)) == (200, [])
    assert "does not come back by itself" in text_of(question.text)
    assert 'value="They sent advertising"' in question.text
    assert before is None or before.standing is not Standing.BLOCKED
    assert done.headers["location"] == "/admin/peers/kostanay.test"
    assert after is not None
    assert (after.standing, after.note) == (Standing.BLOCKED, "They sent advertising")

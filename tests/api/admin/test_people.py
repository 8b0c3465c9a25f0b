"""People as moderators see them through the admin API, and what they decide about them (behaviours 19.2 to 19.4)."""

import json
from typing import Any

import pytest

from fedi.actions import moderation
from fedi.models.accounts import Role, Session
from fedi.models.moderation import Measure
from fedi.store import accounts, actors, moderated, reports, sessions
from fedi.store.database import Transaction
from tests.api.admin.conftest import Staff
from tests.api.conftest import let_in
from tests.api.specification import problems
from tests.media.samples import picture

PEOPLE = "/api/v1/admin/accounts"
PEOPLE_V2 = "/api/v2/admin/accounts"


def names(listed: list[dict[str, Any]]) -> set[str]:
    return {each["username"] for each in listed}


async def test_a_moderator_sees_everybody_whole(staff: Staff) -> None:
    elsewhere = await staff.everybody.school.knows(await staff.everybody.network["kostanay"].teacher("dana"))

    listed = (await staff.marat.get(PEOPLE_V2)).json()
    one = (await staff.marat.get(f"{PEOPLE}/{elsewhere.id}")).json()

    assert problems("[Admin::Account]", [*listed, one]) == []
    assert names(listed) == {"aigul", "bolat", "saule", "marat", "dana"}
    assert (one["domain"], one["email"], one["locale"]) == ("kostanay.test", "", None)
    assert {each["username"]: each["role"]["name"] for each in listed}["marat"] == "Moderator"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?origin=local&permissions=staff", {"saule", "marat"}),
        ("?origin=remote", {"dana"}),
        ("?status=suspended", {"bolat"}),
        ("?status=disabled", set()),
        ("?status=pending", set()),
        ("?status=active&origin=local", {"aigul", "saule", "marat"}),
        ("?role_ids[]=2", {"marat"}),
        ("?role_ids[]=77", set()),
        ("?username=AI", {"aigul"}),
        ("?username=i", set()),
        ("?username=%25", set()),
        ("?display_name=Bol", {"bolat"}),
        ("?by_domain=KOSTANAY.test", {"dana"}),
        ("?email=aigul%40", {"aigul"}),
        ("?ip=127.0.0.1", set()),
        ("?invited_by=7", set()),
    ],
)
async def test_people_are_found_by_what_is_known_of_them(staff: Staff, query: str, found: set[str]) -> None:
    school = staff.everybody.school
    await school.knows(await staff.everybody.network["kostanay"].teacher("dana"))
    await school.write(accounts.set_email, staff.everybody.aigul.me.id, "Aigul@school.kz")
    await staff.saule.post(f"{PEOPLE}/{staff.everybody.bolat.me.id}/action", json={"type": "suspend"})

    assert names((await staff.marat.get(f"{PEOPLE_V2}{query}")).json()) == found


async def test_the_old_list_takes_flags(staff: Staff) -> None:
    await staff.marat.post(f"{PEOPLE}/{staff.everybody.bolat.me.id}/action", json={"type": "silence"})

    assert names((await staff.marat.get(f"{PEOPLE}?silenced=true")).json()) == {"bolat"}
    assert names((await staff.marat.get(f"{PEOPLE}?local=1&staff=1")).json()) == {"saule", "marat"}
    assert names((await staff.marat.get(f"{PEOPLE}?remote=true")).json()) == set()


async def test_a_word_that_is_no_status_is_refused(staff: Staff) -> None:
    refused = await staff.marat.get(f"{PEOPLE_V2}?status=nonsense")

    assert refused.status_code == 422


async def test_the_list_is_cut_by_ids_and_names_its_neighbours(staff: Staff) -> None:
    first = await staff.marat.get(f"{PEOPLE_V2}?limit=2")
    second = await staff.marat.get(first.links["next"]["url"])
    back = await staff.marat.get(second.links["prev"]["url"])

    assert len(names(first.json()) | names(second.json())) == 4
    assert back.json() == first.json()


async def _act(staff: Staff, kind: str, **more: object) -> int:
    path = f"{PEOPLE}/{staff.everybody.bolat.me.id}/action"
    return (await staff.marat.post(path, json={"type": kind, **more})).status_code


async def test_who_is_suspended_is_shown_to_nobody_until_it_is_lifted(staff: Staff) -> None:
    bolat, school = staff.everybody.bolat, staff.everybody.school
    post = await school.post(bolat.me)

    assert await _act(staff, "suspend") == 200
    hidden = await staff.everybody.aigul.get(f"/api/v1/statuses/{post.id}")
    out = await bolat.get("/api/v1/accounts/verify_credentials")
    seen = (await staff.marat.post(f"{PEOPLE}/{bolat.me.id}/unsuspend")).json()

    assert (hidden.status_code, out.status_code) == (404, 403)
    assert problems("Admin::Account", seen) == []
    assert (seen["suspended"], seen["disabled"]) == (False, False)
    assert (await bolat.get("/api/v1/accounts/verify_credentials")).status_code == 200


async def test_who_cannot_sign_in_is_still_read(staff: Staff) -> None:
    bolat, school = staff.everybody.bolat, staff.everybody.school
    post = await school.post(bolat.me)

    assert await _act(staff, "disable") == 200
    refused = await bolat.get("/api/v1/timelines/home")
    shown = await staff.everybody.stranger.get(f"/api/v1/statuses/{post.id}")
    seen = (await staff.marat.get(f"{PEOPLE}/{bolat.me.id}")).json()
    enabled = (await staff.marat.post(f"{PEOPLE}/{bolat.me.id}/enable")).json()

    assert (refused.status_code, refused.json()["error"]) == (403, "Your login is currently disabled")
    assert shown.status_code == 200
    assert (seen["disabled"], seen["suspended"], enabled["disabled"]) == (True, False, False)
    assert (await bolat.get("/api/v1/timelines/home")).status_code == 200


async def test_lifting_a_suspension_does_not_let_in_whom_something_else_keeps_out(staff: Staff) -> None:
    path = f"{PEOPLE}/{staff.everybody.bolat.me.id}"
    await _act(staff, "disable")
    staff.everybody.network.clock.advance(seconds=1)
    await _act(staff, "suspend")

    lifted = (await staff.marat.post(f"{path}/unsuspend")).json()

    assert (lifted["suspended"], lifted["disabled"]) == (False, True)


async def test_enabling_does_not_lift_a_suspension(staff: Staff) -> None:
    await _act(staff, "suspend")

    seen = (await staff.marat.post(f"{PEOPLE}/{staff.everybody.bolat.me.id}/enable")).json()

    assert seen["suspended"]
    assert (await staff.everybody.bolat.get("/api/v1/timelines/home")).status_code == 403


async def test_who_is_limited_is_in_no_shared_timeline_but_for_followers(staff: Staff) -> None:
    bolat, aigul, school = staff.everybody.bolat, staff.everybody.aigul, staff.everybody.school
    post = await school.post(bolat.me, "Salem #math")
    lists = ["/api/v1/timelines/public", "/api/v1/timelines/public?local=1", "/api/v1/timelines/tag/math"]

    assert await _act(staff, "silence") == 200
    hidden = [(await aigul.get(path)).json() for path in lists]
    own = [len((await bolat.get(path)).json()) for path in lists]
    profile = (await aigul.get(f"/api/v1/accounts/{bolat.me.id}")).json()
    await aigul.post(f"/api/v1/accounts/{bolat.me.id}/follow")
    followed = [[each["id"] for each in (await aigul.get(path)).json()] for path in lists]
    lifted = (await staff.marat.post(f"{PEOPLE}/{bolat.me.id}/unsilence")).json()
    again = [len((await staff.everybody.stranger.get(path)).json()) for path in lists]

    assert hidden == [[], [], []]
    assert own == [1, 1, 1]
    assert (profile["limited"], problems("Account", profile)) == (True, [])
    assert followed == [[str(post.id)]] * 3
    assert (lifted["silenced"], again) == (False, [1, 1, 1])


async def test_a_limited_person_is_not_found_by_what_she_writes(staff: Staff) -> None:
    post = await staff.everybody.school.post(staff.everybody.bolat.me, "Photosynthesis")
    before = (await staff.everybody.aigul.get("/api/v2/search?q=photosynthesis")).json()["statuses"]
    await _act(staff, "silence")
    after = (await staff.everybody.aigul.get("/api/v2/search?q=photosynthesis")).json()["statuses"]

    assert ([each["id"] for each in before], after) == ([str(post.id)], [])


async def test_what_a_limited_person_does_is_told_apart(staff: Staff) -> None:
    aigul = staff.everybody.aigul
    await _act(staff, "silence")
    await staff.everybody.bolat.post("/api/v1/statuses", json={"status": "@aigul buy this"})

    told = (await aigul.get("/api/v1/notifications")).json()
    apart = (await aigul.get("/api/v1/notifications/requests")).json()

    assert told == []
    assert [each["account"]["acct"] for each in apart] == ["bolat"]


async def test_every_picture_of_a_sensitive_account_is_covered_at_once_and_uncovered_again(staff: Staff) -> None:
    bolat, school = staff.everybody.bolat, staff.everybody.school
    file = await bolat.post("/api/v2/media", files={"file": ("a.png", picture("PNG"), "image/png")})
    form = {"status": "Look", "media_ids[]": file.json()["id"], "visibility": "public"}
    post = (await bolat.post("/api/v1/statuses", data=form)).json()
    plain = await school.post(bolat.me, "No picture")
    path = f"/api/v1/statuses/{post['id']}"
    before = (await staff.everybody.aigul.get(path)).json()["sensitive"]

    assert await _act(staff, "sensitive") == 200
    covered = (await staff.everybody.aigul.get(path)).json()["sensitive"]
    text = (await staff.everybody.aigul.get(f"/api/v1/statuses/{plain.id}")).json()["sensitive"]
    seen = (await staff.marat.post(f"{PEOPLE}/{bolat.me.id}/unsensitive")).json()
    after = (await staff.everybody.aigul.get(path)).json()["sensitive"]

    assert (before, covered, text, after) == (False, True, False, False)
    assert not seen["sensitized"]


async def test_a_decision_is_kept_resolves_its_report_and_tells_the_person(staff: Staff) -> None:
    bolat, school = staff.everybody.bolat, staff.everybody.school
    await school.write(accounts.set_email, bolat.me.id, "bolat@school.kz")
    made = (await staff.everybody.aigul.post("/api/v1/reports", json={"account_id": str(bolat.me.id)})).json()

    assert await _act(staff, "silence", text="Please stop", report_id=made["id"]) == 200

    [strike] = await school.read(moderated.strikes, bolat.me.id, 10)
    report = await school.read(reports.by_id, int(made["id"]))
    assert (strike.measure, strike.text, strike.by_id) == (Measure.SILENCE, "Please stop", staff.marat.me.id)
    assert (report.resolved_by, strike.report_id) == (staff.marat.me.id, report.id)
    assert [each["measure"] for each in await _letters(staff)] == ["silence"]


@pytest.mark.parametrize("kind", Measure)
async def test_every_measure_is_taken_and_answered_with_nothing(staff: Staff, kind: Measure) -> None:
    """19.3."""
    path = f"{PEOPLE}/{staff.everybody.bolat.me.id}"

    answered = await staff.marat.post(f"{path}/action", json={"type": kind.value})
    seen = (await staff.marat.get(path)).json()

    taken = {name for name in ("sensitized", "disabled", "silenced", "suspended") if seen[name]}
    expected = {Measure.NONE: set(), Measure.SENSITIVE: {"sensitized"}, Measure.SILENCE: {"silenced"}}
    assert (answered.status_code, answered.json()) == (200, {})
    assert taken == expected.get(kind, {"disabled"} if kind is Measure.DISABLE else {"suspended"})


async def test_no_letter_goes_where_none_is_wanted(staff: Staff) -> None:
    await staff.everybody.school.write(accounts.set_email, staff.everybody.bolat.me.id, "bolat@school.kz")

    await _act(staff, "silence", send_email_notification=False)
    await _act(staff, "none")

    assert await _letters(staff) == []


async def _letters(staff: Staff) -> list[dict[str, Any]]:
    async def unit(tx: Transaction) -> list[str]:
        return await tx.all(str, "SELECT args FROM jobs WHERE kind = 'mail' ORDER BY id")

    return [json.loads(each) for each in await staff.everybody.school.read(unit)]


async def test_whoever_is_suspended_has_no_reports_left_to_look_at(staff: Staff) -> None:
    bolat = staff.everybody.bolat
    for _ in range(2):
        await staff.everybody.aigul.post("/api/v1/reports", json={"account_id": str(bolat.me.id)})

    await _act(staff, "suspend")

    assert (await staff.marat.get("/api/v1/admin/reports")).json() == []


async def test_an_unknown_measure_or_text_is_refused(staff: Staff) -> None:
    elsewhere = await staff.everybody.school.knows(await staff.everybody.network["kostanay"].teacher("dana"))
    disable = await staff.marat.post(f"{PEOPLE}/{elsewhere.id}/action", json={"type": "disable"})

    assert await _act(staff, "banish") == 422
    assert await _act(staff, "none", warning_preset_id="1") == 404
    assert await _act(staff, "none", text="a" * 2001) == 422
    assert await _act(staff, "none", report_id="12") == 404
    assert await _act(staff, "none", report_id="nonsense") == 404
    assert disable.status_code == 422
    assert (await staff.marat.post(f"{PEOPLE}/12/action", json={"type": "none"})).status_code == 404


async def test_people_of_other_servers_are_limited_and_suspended_too(staff: Staff) -> None:
    elsewhere = await staff.everybody.school.knows(await staff.everybody.network["kostanay"].teacher("dana"))
    path = f"{PEOPLE}/{elsewhere.id}"

    for kind in ("sensitive", "silence", "suspend"):
        await staff.marat.post(f"{path}/action", json={"type": kind})
    seen = (await staff.marat.get(path)).json()

    assert (seen["sensitized"], seen["silenced"], seen["suspended"]) == (True, True, True)


async def test_only_an_administrator_deletes_and_only_whom_somebody_suspended(staff: Staff) -> None:
    bolat = staff.everybody.bolat
    path = f"{PEOPLE}/{bolat.me.id}"
    too_early = await staff.saule.delete(path)
    await _act(staff, "suspend")
    moderator = await staff.marat.delete(path)
    deleted = await staff.saule.delete(path)

    assert (too_early.status_code, moderator.status_code, deleted.status_code) == (403, 403, 200)
    assert problems("Admin::Account", deleted.json()) == []
    assert (await staff.everybody.school.read(actors.by_id, bolat.me.id)).deleted_at is not None
    assert (await staff.saule.get(path)).status_code == 404


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_nobody_waits_to_be_let_in_since_everybody_was_invited(staff: Staff, verb: str) -> None:
    known = await staff.saule.post(f"{PEOPLE}/{staff.everybody.bolat.me.id}/{verb}")

    assert known.status_code == 403
    assert (await staff.saule.post(f"{PEOPLE}/12/{verb}")).status_code == 404


@pytest.mark.parametrize("kind", list(Measure))
async def test_nobody_decides_about_herself_the_school_or_those_above_her(staff: Staff, kind: str) -> None:
    school = staff.everybody.school
    ids = (staff.marat.me.id, staff.saule.me.id, school.instance.school_actor.id)
    refused = [await staff.marat.post(f"{PEOPLE}/{each}/action", json={"type": kind}) for each in ids]
    herself = await staff.saule.post(f"{PEOPLE}/{staff.saule.me.id}/action", json={"type": kind})

    assert [each.status_code for each in [*refused, herself]] == [403] * 4
    assert (await school.read(actors.by_id, staff.marat.me.id)).suspended_at is None


@pytest.mark.parametrize("verb", ["unsilence", "unsuspend", "unsensitive"])
async def test_a_moderator_lifts_nothing_of_an_administrator(staff: Staff, verb: str) -> None:
    refused = await staff.marat.post(f"{PEOPLE}/{staff.saule.me.id}/{verb}")

    assert refused.status_code == 403


async def test_an_administrator_decides_about_a_moderator(staff: Staff) -> None:
    path = f"{PEOPLE}/{staff.marat.me.id}/action"

    assert (await staff.saule.post(path, json={"type": "disable"})).status_code == 200


ROWS = [
    ("GET", PEOPLE, "admin:read:accounts"),
    ("GET", PEOPLE_V2, "admin:read:accounts"),
    ("GET", "/api/v1/admin/reports", "admin:read:reports"),
    ("GET", "/api/v1/admin/domain_allows", "admin:read:domain_allows"),
    ("POST", "/api/v1/admin/domain_blocks", "admin:write:domain_blocks"),
]


@pytest.mark.parametrize(("method", "path", "scope"), ROWS)
async def test_the_scope_is_needed_and_the_role_too(staff: Staff, method: str, path: str, scope: str) -> None:
    everybody, school = staff.everybody, staff.everybody.school
    other = "admin:write" if scope.startswith("admin:read") else "admin:read"
    narrow = await let_in(school, staff.saule.me, "read", "write", other, role=Role.ADMIN)
    wide = await let_in(school, staff.saule.me, scope, role=Role.ADMIN)
    body = {"domain": "spam.example"} if method == "POST" else None

    refused = [await each.call(method, path, json=body) for each in (narrow, everybody.aigul, everybody.stranger)]
    allowed = await wide.call(method, path, json=body)

    assert [each.status_code for each in refused] == [403, 403, 401]
    assert refused[0].json()["error"] == "This action is outside the authorized scopes"
    assert refused[1].json()["error"] == "This action is not allowed"
    assert allowed.status_code == 200


async def test_a_role_is_told_to_its_holder_and_shown_to_everybody(staff: Staff) -> None:
    own = (await staff.saule.get("/api/v1/accounts/verify_credentials")).json()
    shown = [
        (await staff.everybody.stranger.get(f"/api/v1/accounts/{each.me.id}")).json()
        for each in (staff.saule, staff.everybody.aigul)
    ]
    await staff.everybody.school.write(_demote, staff.saule.me.id, staff.marat.me.id)
    after = (await staff.everybody.stranger.get(f"/api/v1/accounts/{staff.saule.me.id}")).json()

    assert problems("CredentialAccount", own) == problems("[Account]", shown) == []
    assert (own["role"]["permissions"], own["role"]["highlighted"]) == ("1", True)
    assert [[role["name"] for role in each["roles"]] for each in (own, *shown, after)] == [["Admin"], ["Admin"], [], []]


async def _demote(tx: Transaction, account_id: int, other_id: int) -> None:
    other, account = await accounts.by_id(tx, other_id), await accounts.by_id(tx, account_id)
    assert other is not None
    assert account is not None
    await moderation.set_role(tx, None, other, Role.ADMIN)
    await moderation.set_role(tx, None, account, Role.TEACHER)


async def test_a_measure_ends_the_sessions_of_browsers(staff: Staff) -> None:
    bolat, school = staff.everybody.bolat, staff.everybody.school

    async def unit(tx: Transaction) -> None:
        await sessions.insert(tx, Session("hash", bolat.me.id, "csrf", tx.now, tx.now, tx.now + 10**9))

    await school.write(unit)
    await _act(staff, "disable")

    assert await school.read(sessions.by_token_hash, "hash") is None


async def test_what_was_decided_about_somebody_is_told_to_her_once(staff: Staff) -> None:
    await _act(staff, "silence", text="Please stop")
    await _act(staff, "none", text="And again")
    told = (await staff.everybody.bolat.get("/api/v1/notifications")).json()
    grouped = (await staff.everybody.bolat.get("/api/v2/notifications")).json()["notification_groups"]

    assert problems("[Notification]", told) == []
    warnings = [each["moderation_warning"] for each in told]
    assert [(each["action"], each["text"]) for each in warnings] == [("none", "And again"), ("silence", "Please stop")]
    assert [each["moderation_warning"]["id"] for each in grouped] == [each["id"] for each in warnings]
    assert (await staff.everybody.aigul.get("/api/v1/notifications")).json() == []

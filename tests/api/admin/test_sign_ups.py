"""Who may not join, by the domain of an e-mail address or by network; and what there is nothing of."""

import pytest

from fedi.actions import accounts as account_actions
from fedi.actions import sign_ups as actions
from fedi.actions import tickets
from fedi.actions.accounts import NewAccount
from fedi.errors import Forbidden, Invalid
from fedi.models.paging import Page
from fedi.models.secrets import new_secret
from fedi.models.sign_ups import EmailDomainBlock
from fedi.store import accounts, notifications, sign_ups
from fedi.store.database import Transaction
from tests.api.admin.conftest import Staff
from tests.api.specification import problems

EMAIL = "/api/v1/admin/email_domain_blocks"
IPS = "/api/v1/admin/ip_blocks"


async def _join(staff: Staff, email: str | None = None, address: str = "") -> None:
    secret = new_secret()
    await staff.everybody.school.write(tickets.invite, None, secret.hash)
    keys = staff.everybody.network.next_keys()
    new = NewAccount("newcomer", "New", keys, email=email, address=address)
    await staff.everybody.school.write(tickets.join, secret.hash, new)


async def test_nobody_joins_with_an_address_at_a_blocked_domain_or_below_it(staff: Staff) -> None:
    made = (await staff.saule.post(EMAIL, json={"domain": "@Throwaway.Example"})).json()

    for address in ("a@throwaway.example", "a@mail.THROWAWAY.example"):
        with pytest.raises(Invalid) as refused:
            await _join(staff, address)
        assert refused.value.field == "email"
    with pytest.raises(Invalid):
        await staff.everybody.school.write(_set_email, staff.everybody.bolat.me.id, "b@throwaway.example")
    await _join(staff, "a@notthrowaway.example")
    assert problems("Admin::EmailDomainBlock", made) == []
    assert made["domain"] == "throwaway.example"


async def _set_email(tx: Transaction, account_id: int, email: str) -> None:
    account = await accounts.by_id(tx, account_id)
    assert account is not None
    await account_actions.set_email(tx, account, email)


async def test_a_page_has_a_hundred_entries_and_at_most_two_hundred(staff: Staff) -> None:
    """19.4."""
    made = [EmailDomainBlock(number, f"{number}.example", 1) for number in range(1, 202)]

    async def add(tx: Transaction) -> None:
        for each in made:
            await sign_ups.insert(tx, each)

    await staff.everybody.school.write(add)
    usual, longest = [await staff.saule.get(f"{EMAIL}{query}") for query in ("", "?limit=500")]
    rest = await staff.saule.get(longest.links["next"]["url"])

    assert [each["domain"] for each in usual.json()] == [each.domain for each in made[:-101:-1]]
    assert [len(each.json()) for each in (usual, longest, rest)] == [100, 200, 1]


async def test_a_blocked_domain_is_listed_once_and_taken_back(staff: Staff) -> None:
    made = (await staff.saule.post(EMAIL, json={"domain": "spam.example"})).json()
    again = await staff.saule.post(EMAIL, json={"domain": "SPAM.example"})
    listed = (await staff.saule.get(EMAIL)).json()
    one = (await staff.saule.get(f"{EMAIL}/{made['id']}")).json()
    gone = await staff.saule.delete(f"{EMAIL}/{made['id']}")

    assert listed == [one] == [made]
    assert (again.status_code, gone.json()) == (422, {})
    assert (await staff.saule.delete(f"{EMAIL}/{made['id']}")).status_code == 404
    assert (await staff.saule.get(EMAIL)).json() == []


@pytest.mark.parametrize("domain", ["", "nonsense", "a b.kz", "a@b.kz", "a..kz", ".kz", "a/b.kz"])
async def test_what_is_no_domain_is_refused(staff: Staff, domain: str) -> None:
    assert (await staff.saule.post(EMAIL, json={"domain": domain})).status_code == 422


async def test_nobody_joins_from_a_blocked_network_until_it_expires(staff: Staff) -> None:
    form = {"ip": "192.0.2.7/24", "severity": "sign_up_block", "comment": "Flood", "expires_in": "3600"}
    made = (await staff.saule.post(IPS, data=form)).json()

    with pytest.raises(Forbidden):
        await _join(staff, address="192.0.2.99")
    staff.everybody.network.clock.advance(hours=2)
    await _join(staff, address="192.0.2.99")
    assert problems("Admin::IpBlock", made) == []
    assert (made["ip"], made["severity"], made["comment"]) == ("192.0.2.0/24", "sign_up_block", "Flood")
    await staff.everybody.school.write(sign_ups.prune)
    assert (await staff.saule.get(IPS)).json() == []


async def test_others_join_beside_a_blocked_network(staff: Staff) -> None:
    await staff.saule.post(IPS, data={"ip": "2001:db8::/32", "severity": "sign_up_block"})

    await _join(staff, address="192.0.2.99")


async def test_a_client_signs_nobody_up_from_a_blocked_network(staff: Staff) -> None:
    await staff.saule.post(IPS, data={"ip": "127.0.0.0/8", "severity": "sign_up_block"})
    secret = new_secret()
    await staff.everybody.school.write(tickets.invite, None, secret.hash)
    token = await staff.everybody.stranger.post(
        "/api/v1/apps", json={"client_name": "C", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"}
    )
    grant = {
        "grant_type": "client_credentials",
        "client_id": token.json()["client_id"],
        "client_secret": token.json()["client_secret"],
        "scope": "read write",
    }
    staff.everybody.stranger.token = (await staff.everybody.stranger.post("/oauth/token", data=grant)).json()[
        "access_token"
    ]
    form = {
        "username": "newcomer",
        "email": "n@school.kz",
        "password": "seven blue rivers",
        "agreement": True,
        "invite_code": secret.text,
    }

    refused = await staff.everybody.stranger.post("/api/v1/accounts", json=form)

    assert refused.status_code == 403


async def test_a_network_is_changed_bit_by_bit(staff: Staff) -> None:
    made = (await staff.saule.post(IPS, data={"ip": "192.0.2.7", "severity": "sign_up_block"})).json()
    other = (await staff.saule.post(IPS, data={"ip": "192.0.2.8", "severity": "sign_up_block"})).json()
    path = f"{IPS}/{made['id']}"

    changed = (await staff.saule.put(path, data={"comment": "Noted", "expires_in": 60})).json()
    taken = await staff.saule.put(path, data={"ip": "192.0.2.8"})
    one = (await staff.saule.get(path)).json()
    gone = await staff.saule.delete(path)

    assert (changed["ip"], changed["comment"], changed["expires_at"] is None) == ("192.0.2.7/32", "Noted", False)
    assert (taken.status_code, one, gone.json()) == (422, changed, {})
    assert [each["id"] for each in (await staff.saule.get(IPS)).json()] == [other["id"]]
    assert (await staff.saule.get(path)).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"ip": "nonsense", "severity": "sign_up_block"},
        {"ip": "192.0.2.0/99", "severity": "sign_up_block"},
        {"ip": "192.0.2.0/24", "severity": "nonsense"},
        {"ip": "192.0.2.0/24", "severity": "no_access"},
        {"ip": "192.0.2.0/24", "severity": "sign_up_requires_approval"},
        {"ip": "192.0.2.0/24"},
    ],
)
async def test_what_is_no_network_or_not_to_be_had_is_refused(staff: Staff, form: dict[str, str]) -> None:
    assert (await staff.saule.post(IPS, data=form)).status_code == 422
    assert (await staff.saule.get(IPS)).json() == []


async def test_blocks_are_bounded(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST", 0)

    assert (await staff.saule.post(EMAIL, json={"domain": "spam.example"})).status_code == 422
    assert (await staff.saule.post(IPS, data={"ip": "192.0.2.7", "severity": "sign_up_block"})).status_code == 422


async def test_those_who_look_after_the_school_are_told_who_joined(staff: Staff) -> None:
    await _join(staff)

    told = [(await each.get("/api/v1/notifications")).json() for each in (staff.saule, staff.marat)]
    grouped = (await staff.saule.get("/api/v2/notifications?grouped_types[]=admin.sign_up")).json()
    others = await staff.everybody.school.read(notifications.latest, staff.everybody.aigul.me.id, Page())

    assert problems("[Notification]", [*told[0], *told[1]]) == []
    assert [[(each["type"], each["account"]["acct"]) for each in found] for found in told] == [
        [("admin.sign_up", "newcomer")]
    ] * 2
    assert grouped["notification_groups"][0]["group_key"].startswith("admin.sign_up-")
    assert others == []


NOTHING = [
    "/api/v1/admin/trends/links",
    "/api/v1/admin/trends/statuses",
    "/api/v1/admin/trends/tags",
    "/api/v1/admin/trends/links/publishers",
    "/api/v1/admin/tags",
    "/api/v1/admin/canonical_email_blocks",
]


@pytest.mark.parametrize("path", NOTHING)
async def test_lists_of_what_there_is_nothing_of_are_empty(staff: Staff, path: str) -> None:
    assert (await staff.saule.get(path)).json() == []
    assert (await staff.everybody.aigul.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/admin/trends/links/1/approve"),
        ("POST", "/api/v1/admin/trends/statuses/1/reject"),
        ("POST", "/api/v1/admin/trends/tags/1/approve"),
        ("POST", "/api/v1/admin/trends/links/publishers/1/reject"),
        ("GET", "/api/v1/admin/tags/1"),
        ("PUT", "/api/v1/admin/tags/1"),
        ("GET", "/api/v1/admin/canonical_email_blocks/1"),
        ("DELETE", "/api/v1/admin/canonical_email_blocks/1"),
    ],
)
async def test_nothing_of_it_is_found(staff: Staff, method: str, path: str) -> None:
    assert (await staff.saule.call(method, path)).status_code == 404
    assert (await staff.everybody.aigul.call(method, path)).status_code == 403


async def test_no_hash_of_an_address_matches_or_is_taken(staff: Staff) -> None:
    path = "/api/v1/admin/canonical_email_blocks"

    assert (await staff.saule.post(f"{path}/test", json={"email": "a@b.kz"})).json() == []
    assert (await staff.saule.post(path, json={"email": "a@b.kz"})).status_code == 422


async def test_who_joins_is_decided_by_administrators_only(staff: Staff) -> None:
    made = (await staff.saule.post(EMAIL, json={"domain": "spam.example"})).json()
    block = (await staff.saule.post(IPS, data={"ip": "192.0.2.7", "severity": "sign_up_block"})).json()
    network = {"ip": "192.0.2.8", "severity": "sign_up_block"}
    asked = [
        await staff.marat.get(EMAIL),
        await staff.marat.get(f"{EMAIL}/{made['id']}"),
        await staff.marat.post(EMAIL, json={"domain": "x.example"}),
        await staff.marat.delete(f"{EMAIL}/{made['id']}"),
        await staff.marat.get(IPS),
        await staff.marat.get(f"{IPS}/{block['id']}"),
        await staff.marat.post(IPS, data=network),
        await staff.marat.put(f"{IPS}/{block['id']}", data=network),
        await staff.marat.delete(f"{IPS}/{block['id']}"),
        await staff.marat.get("/api/v1/admin/canonical_email_blocks"),
    ]

    assert [each.status_code for each in asked] == [403] * 10

"""How the weeks were, and who may not join: pages for moderators and administrators."""

import re

import pytest

from fedi.config import LANGUAGES
from fedi.models.accounts import Role
from fedi.models.paging import Page
from fedi.models.sign_ups import EmailDomainBlock, IpBlock
from fedi.store import sign_ups
from fedi.store.database import Transaction
from tests.factories import colleague, remote
from tests.web.browsing import problems_of, signed_in, text_of
from tests.web.conftest import Visitors

DOMAINS, NETWORKS = "/admin/joining", "/admin/joining/networks"
HOUR = 3600_000


async def blocked_domains(visitors: Visitors) -> list[EmailDomainBlock]:
    found: list[EmailDomainBlock] = await visitors.school.read(sign_ups.page, EmailDomainBlock, Page())
    return found


async def blocked_networks(visitors: Visitors) -> list[IpBlock]:
    found: list[IpBlock] = await visitors.school.read(sign_ups.page, IpBlock, Page())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_are_well_formed_in_each_language(visitors: Visitors, language: str) -> None:
    await visitors.admin.send(DOMAINS, {"domain": "mail.example"})
    await visitors.admin.send(NETWORKS, {"ip": "192.0.2.0/24", "comment": "<b>", "days": "7"})
    admin = await signed_in(visitors.school, visitors.saule, role=Role.ADMIN, language=language)

    for path in (DOMAINS, NETWORKS, "/admin/figures"):
        page = await admin.get(path)
        assert (page.status_code, problems_of(page.text)) == (200, []), path


async def test_a_domain_of_addresses_is_refused_and_taken_again(visitors: Visitors) -> None:
    sent = await visitors.admin.send(DOMAINS, {"domain": "@Mail.Example"})
    [block] = await blocked_domains(visitors)
    page = await visitors.admin.get(DOMAINS)
    await visitors.admin.send(DOMAINS, {"do": "lift", "block": str(block.id)})

    assert (sent.status_code, sent.headers["location"]) == (303, DOMAINS)
    assert "@mail.example" in text_of(page.text)
    assert await blocked_domains(visitors) == []


async def test_nobody_joins_with_an_address_that_is_refused_on_the_page(visitors: Visitors) -> None:
    await visitors.admin.send(DOMAINS, {"domain": "mail.example"})
    invited = await visitors.admin.send("/admin/invitations", {"role": "teacher", "uses": "2"})
    [path] = re.findall(r"<code>http://almaty.test(/join/[^<]+)</code>", invited.text)
    newcomer = {"name": "Marat", "username": "marat", "password": "a long walk at dawn", "email": "m@a.mail.example"}

    assert (await visitors.stranger.send(path, newcomer)).status_code == 422
    assert (await visitors.stranger.send(path, newcomer | {"email": "m@school.kz"})).status_code == 303


@pytest.mark.parametrize(
    ("path", "field", "typed", "said"),
    [
        (DOMAINS, "domain", "no domain", "Write a domain like mail.example"),
        (DOMAINS, "domain", "twice.example", "Write a domain like mail.example"),
        (NETWORKS, "ip", "school", "Write an address or a network"),
        (NETWORKS, "ip", "192.0.2.1", "Write an address or a network"),
    ],
)
async def test_what_cannot_be_refused_is_said_beside_its_field(
    visitors: Visitors, path: str, field: str, typed: str, said: str
) -> None:
    await visitors.admin.send(DOMAINS, {"domain": "twice.example"})
    await visitors.admin.send(NETWORKS, {"ip": "192.0.2.1"})

    refused = await visitors.admin.send(path, {field: typed})

    assert (refused.status_code, problems_of(refused.text)) == (422, [])
    assert said in refused.text
    assert f'value="{typed}"' in refused.text


async def test_a_network_is_refused_for_a_while_changed_and_let_in_again(visitors: Visitors) -> None:
    await visitors.admin.send(NETWORKS, {"ip": "192.0.2.7/24", "comment": "A hall", "days": "7"})
    [made] = await blocked_networks(visitors)
    change = {"do": "change", "block": str(made.id)}
    await visitors.admin.send(NETWORKS, change | {"comment": "The hall", "days": "same"})
    [noted] = await blocked_networks(visitors)
    await visitors.admin.send(NETWORKS, change | {"comment": "The hall", "days": "0"})
    [lasting] = await blocked_networks(visitors)
    page = text_of((await visitors.admin.get(NETWORKS)).text)
    await visitors.admin.send(NETWORKS, {"do": "lift", "block": str(made.id)})

    assert (made.ip, made.comment, made.expires_at) == (
        "192.0.2.0/24",
        "A hall",
        visitors.network.clock() + 7 * 24 * HOUR,
    )
    assert (noted.comment, noted.expires_at) == ("The hall", made.expires_at)
    assert lasting.expires_at is None
    assert "192.0.2.0/24" in page
    assert await blocked_networks(visitors) == []


async def test_who_may_not_join_is_decided_by_administrators_only(visitors: Visitors) -> None:
    moderator = await signed_in(visitors.school, visitors.aigul, role=Role.MODERATOR)

    for path in (DOMAINS, NETWORKS):
        assert (await moderator.get(path)).status_code == 403
        assert (await moderator.send(path, {"domain": "mail.example", "ip": "192.0.2.1"})).status_code == 403
        assert (await visitors.stranger.get(path)).status_code == 303
    assert DOMAINS not in (await moderator.get("/admin/")).text
    assert await blocked_domains(visitors) == []


async def test_moderators_read_how_the_weeks_were(visitors: Visitors) -> None:
    await visitors.school.post(visitors.saule, "First")
    visitors.network.clock.advance(days=7)
    for _ in range(3):
        await visitors.school.post(visitors.saule, "Later")
    await visitors.school.write(_of_kostanay)
    moderator = await signed_in(visitors.school, visitors.aigul, role=Role.MODERATOR)
    await moderator.get("/home")

    page = await moderator.get("/admin/figures")

    rows = re.findall(r"<tr>(<th scope=.row.*?)</tr>", page.text)
    posts = [re.findall(r'data-said="Posts and materials">(\d+)', row) for row in rows]
    assert posts[:3] == [["3"], ["1"], ["0"]]
    assert len(rows) == 12
    assert 'data-said="Teachers who were here">1</td>' in rows[0]
    assert "kostanay.test" in text_of(page.text)


async def _of_kostanay(tx: Transaction) -> None:
    await remote(tx, await colleague(tx))


async def test_teachers_read_no_figures(visitors: Visitors) -> None:
    assert (await visitors.teacher.get("/admin/figures")).status_code == 403
    assert (await visitors.stranger.get("/admin/figures")).status_code == 303

"""Mastodon.py's admin functions against a live school: what scripts of moderators do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import mastodon
import pytest

from tests.api.clients.conftest import Live, signed_in

SCOPES = ["read", "write", "admin:read", "admin:write"]


@pytest.fixture
def saule(live: Live) -> Any:
    return signed_in(live, "saule", SCOPES)


@pytest.fixture
def bolat(live: Live) -> Any:
    return signed_in(live, "bolat", SCOPES)


def test_a_script_of_an_administrator_looks_at_people_and_takes_measures(saule: Any, bolat: Any) -> None:
    person = saule.admin_account(bolat.me())
    # It reads this list as plain dictionaries.
    everybody = {each["username"] for each in saule.admin_accounts()}

    assert everybody == {"aigul", "bolat", "saule"}
    assert person.role.name == ""
    saule.admin_account_moderate(person, "silence", text="Please stop")
    assert saule.admin_account(person).silenced
    assert not saule.admin_account_unsilence(person).silenced
    saule.admin_account_moderate(person, "sensitive")
    assert not saule.admin_account_unsensitive(person).sensitized
    saule.admin_account_moderate(person, "disable")
    with pytest.raises(mastodon.MastodonAPIError, match="Forbidden"):
        bolat.me()
    assert not saule.admin_account_enable(person).disabled
    saule.admin_account_moderate(person, "suspend")
    assert [each["username"] for each in saule.admin_accounts(status="suspended")] == ["bolat"]
    assert not saule.admin_account_unsuspend(person).suspended
    with pytest.raises(mastodon.MastodonAPIError, match="Forbidden"):
        saule.admin_account_approve(person)


def test_a_script_deals_with_reports(saule: Any, bolat: Any) -> None:
    post = saule.status_post("Buy my book", visibility="public")
    made = bolat.report(saule.me(), [post], "Advertising")
    report = saule.admin_report(made)

    assert [each.id for each in saule.admin_reports()] == [made.id]
    assert (report.comment, report.statuses[0].id) == ("Advertising", post.id)
    assert saule.admin_report_assign(report).assigned_account.username == "saule"
    assert saule.admin_report_unassign(report).assigned_account is None
    assert saule.admin_report_resolve(report).action_taken
    assert not saule.admin_report_reopen(report).action_taken


def test_a_script_decides_about_other_servers(saule: Any) -> None:
    allowed = saule.admin_create_domain_allow("school12.kz")
    block = saule.admin_create_domain_block("spam.example", severity="silence", public_comment="Spam")

    assert [each.domain for each in saule.admin_domain_allows()] == ["school12.kz"]
    assert saule.admin_domain_allow(allowed).domain == "school12.kz"
    saule.admin_delete_domain_allow(allowed)
    assert saule.admin_domain_allows() == []
    assert saule.admin_update_domain_block(block, severity="suspend").public_comment == "Spam"
    assert [each.severity for each in saule.admin_domain_blocks()] == ["suspend"]
    saule.admin_delete_domain_block(block)
    assert saule.admin_domain_blocks() == []


def test_a_script_decides_who_may_not_join(saule: Any) -> None:
    domain = saule.admin_create_email_domain_block("throwaway.example")
    network = saule.admin_create_ip_block("192.0.2.0/24", "sign_up_block", "Flood", expires_in=3600)

    assert saule.admin_email_domain_block(domain.id).domain == "throwaway.example"
    assert saule.admin_update_ip_block(network.id, comment="Noted").comment == "Noted"
    assert [each.ip for each in saule.admin_ip_blocks()] == ["192.0.2.0/24"]
    saule.admin_delete_email_domain_block(domain.id)
    saule.admin_delete_ip_block(network.id)
    assert (saule.admin_email_domain_blocks(), saule.admin_ip_blocks()) == ([], [])


def test_a_script_reads_figures(saule: Any) -> None:
    now = datetime.now(UTC)
    span = (now - timedelta(days=3), now)
    [people] = saule.admin_measures(*span, new_users=True)
    languages, space = saule.admin_dimensions(*span, languages=True, space_usage=True)
    cohorts = saule.admin_retention(*span, "day")

    assert (people.total, len(people.data)) == ("3", 4)
    assert (languages.key, space.data[0].unit) == ("languages", "bytes")
    assert [each.frequency for each in cohorts] == ["day"] * 4
    assert saule.admin_trending_tags() == saule.admin_trending_statuses() == saule.admin_trending_links() == []
    assert saule.admin_canonical_email_blocks() == []
    with pytest.raises(mastodon.MastodonNotFoundError):
        saule.admin_approve_trending_tag("1")


def test_a_script_of_a_teacher_moderates_nothing(saule: Any, bolat: Any) -> None:
    with pytest.raises(mastodon.MastodonAPIError, match="Forbidden"):
        bolat.admin_accounts()
    with pytest.raises(mastodon.MastodonAPIError, match="Forbidden"):
        bolat.admin_account_moderate(saule.me(), "suspend")

"""Scopes: what covers what."""

import pytest

from fedi.policies.scopes import SCOPES, covers, known, parse, within


@pytest.mark.parametrize(
    ("granted", "needed", "enough"),
    [
        (["read"], "read:statuses", True),
        (["read:statuses"], "read:statuses", True),
        (["read:accounts", "read:lists"], "read", False),
        (["read:statuses"], "read:accounts", False),
        (["write"], "read:statuses", False),
        (["follow"], "write:blocks", True),
        (["follow"], "read:mutes", True),
        (["follow"], "write:statuses", False),
        (["admin:read"], "admin:read:accounts", True),
        (["read"], "admin:read:accounts", False),
        (["read"], "profile", False),
        ([], "read", False),
    ],
)
def test_a_scope_covers_itself_and_its_children_and_nothing_else(granted: list[str], needed: str, enough: bool) -> None:
    assert covers(granted, needed) is enough


def test_nothing_asked_for_is_read() -> None:
    assert parse("  ") == ("read",)
    assert parse("write read write") == ("write", "read")


def test_every_scope_that_clients_register_with_is_known() -> None:
    everything = "profile read write follow push admin:read admin:write admin:read:accounts write:conversations"
    assert known(everything.split())
    assert not known(["read", "sudo"])
    assert within(SCOPES, SCOPES)
    assert not within(["write"], ["read"])

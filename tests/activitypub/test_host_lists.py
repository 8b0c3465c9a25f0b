"""Lists of hosts as files and as documents."""

from typing import Any

import pytest

from fedi.activitypub import host_lists
from fedi.errors import Invalid, Malformed
from fedi.models.host_lists import MOST_ENTRIES, DomainRow, ListedAs

BASE = "https://almaty.test"
MASTODON = """#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
Spam.Example,suspend,TRUE,TRUE,"advertising, and worse",FALSE
quiet.example,silence,FALSE,FALSE,,FALSE
noop.example,noop,TRUE,FALSE,,FALSE
h*dden.example,suspend,TRUE,TRUE,,TRUE
пример.рф,suspend,FALSE,FALSE,,FALSE
"""


def hosts(text: str, bare: ListedAs = ListedAs.BLOCKED) -> dict[str, ListedAs]:
    return {row.host: row.decision for row in host_lists.read_csv(text, bare=bare).rows}


def test_a_file_of_mastodon_blocks_what_it_suspends_and_says_what_it_skips() -> None:
    read = host_lists.read_csv(MASTODON, bare=ListedAs.TRUSTED)

    assert [(row.host, row.decision, row.comment) for row in read.rows] == [
        ("spam.example", ListedAs.BLOCKED, "advertising, and worse"),
        ("xn--e1afmkfd.xn--p1ai", ListedAs.BLOCKED, ""),
    ]
    assert [line.split(",")[0] for line in read.skipped] == ["quiet.example", "noop.example", "h*dden.example"]


@pytest.mark.parametrize(
    "text",
    [
        "one.example\ntwo.example\n",
        "#domain\none.example\ntwo.example\n",
        "domain\r\none.example\r\n\r\ntwo.example\r\nONE.example\r\n",
        "\ufeffpublic_comment,domain\nhello,one.example\nworld,two.example\n",
    ],
)
def test_a_plain_list_of_domains_is_what_the_reader_says(text: str) -> None:
    for bare in ListedAs:
        assert hosts(text, bare) == {"one.example": bare, "two.example": bare}


@pytest.mark.parametrize(
    "text", ["", "\n\n", "#domain,#severity\n", ",,,\n", "not a host\n", "localhost\n", "\0\n", "https://a.example/\n"]
)
def test_what_names_no_host_gives_none(text: str) -> None:
    assert hosts(text) == {}


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(Invalid):
        host_lists.read_csv("".join(f"host{n}.example\n" for n in range(MOST_ENTRIES + 2)), bare=ListedAs.BLOCKED)


def test_what_is_written_is_read_again() -> None:
    rows = [DomainRow("a.example", ListedAs.BLOCKED, 'a "reason", and\nmore'), DomainRow("b.example", ListedAs.BLOCKED)]
    written = host_lists.write_csv(rows)

    assert written.startswith(
        "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\na.example,suspend,"
    )
    assert list(host_lists.read_csv(written, bare=ListedAs.TRUSTED).rows) == rows
    trusted = [DomainRow("c.example", ListedAs.TRUSTED)]
    assert host_lists.write_csv(trusted) == "#domain\nc.example\n"


def test_a_comment_is_no_formula_for_a_spreadsheet() -> None:
    assert ",'=cmd()," in host_lists.write_csv([DomainRow("a.example", ListedAs.BLOCKED, "=cmd()")])


def document(**changes: Any) -> dict[str, Any]:
    return host_lists.build(BASE, "School 1", ListedAs.BLOCKED, ["b.example", "a.example"], 1_790_000_000_000) | changes


def test_a_document_is_read_as_it_was_written() -> None:
    read = host_lists.parse(document())

    assert (read.url, read.owner_uri) == (f"{BASE}/actor/lists/blocked", f"{BASE}/actor")
    assert (read.name, read.decision, read.hosts) == ("School 1", ListedAs.BLOCKED, ("a.example", "b.example"))
    assert read.changed_at == 1_790_000_000_000


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Note"},
        {"id": None},
        {"attributedTo": "nobody"},
        {"updated": "yesterday"},
        {"decision": "silence"},
        {"hosts": [f"host{n}.example" for n in range(MOST_ENTRIES + 1)]},
    ],
)
def test_what_is_no_list_is_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        host_lists.parse(document(**changes))


def test_hosts_that_are_none_are_left_out() -> None:
    named = ["A.Example", 7, None, {"host": "x"}, "not a host", "a.example"]

    assert host_lists.parse(document(hosts=named)).hosts == ("a.example",)
    assert host_lists.parse(document(hosts="one.example")).hosts == ("one.example",)

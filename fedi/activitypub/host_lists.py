"""Lists of hosts as others read them: a document with a proof of its school, and the files of Mastodon.

docs/peers.md describes both.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from fedi.activitypub import contexts, jsonld, uris
from fedi.activitypub.addressing import PUBLIC
from fedi.activitypub.jsonld import Json, format_time
from fedi.errors import Invalid, Malformed
from fedi.models.host_lists import MOST_ENTRIES, DomainFile, DomainRow, ListedAs, RemoteHostList

TYPE = "HostList"
CONTEXT = [
    contexts.AS2,
    {
        "fedi": contexts.NAMESPACE,
        TYPE: f"fedi:{TYPE}",
        "decision": "fedi:decision",
        "hosts": {"@id": "fedi:hosts", "@container": "@set"},
    },
]
_MAX_NAME = 200
_MAX_COMMENT = 500
_SKIPPED_SHOWN = 100

_FULL_BLOCK = "suspend"
_COLUMNS = ("#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate")


def build(base: str, name: str, decision: ListedAs, hosts: Sequence[str], at: int) -> Json:
    """A list of the school at `base`, as it is at a moment (milliseconds); the proof is for others to attach."""
    return {
        "@context": CONTEXT,
        "id": address(base, decision),
        "type": TYPE,
        "attributedTo": f"{base}/actor",
        "to": [PUBLIC],
        "name": name,
        "decision": str(decision),
        "updated": format_time(at),
        "hosts": list(hosts),
    }


def address(base: str, decision: ListedAs) -> str:
    """Where the school at `base` keeps a list."""
    return f"{base}/actor/lists/{decision}"


def parse(document: Json) -> RemoteHostList:
    """Read a list; Malformed if it is none, or one that never ends. Its proof is for others to judge."""
    uri, owner = jsonld.address(document.get("id")), jsonld.address(document.get("attributedTo"))
    changed_at = jsonld.time_ms(document.get("updated"))
    decision = jsonld.text(document, "decision")
    if TYPE not in jsonld.types(document) or uri is None or owner is None or changed_at is None:
        raise Malformed("that is no list of hosts")
    if decision not in list(ListedAs):
        raise Malformed("the list does not say what it is for")
    hosts = document.get("hosts")
    # Whole, or not at all: what is cut off would look withdrawn.
    named = hosts if isinstance(hosts, list) else jsonld.many(hosts)
    if len(named) > MOST_ENTRIES:
        raise Malformed(f"the list names more than {MOST_ENTRIES} hosts")
    found = sorted({host for each in named if (host := _host(each))})
    name = jsonld.text(document, "name")[:_MAX_NAME]
    return RemoteHostList(uri, jsonld.normal_id(owner), name, ListedAs(decision), tuple(found), changed_at)


def _host(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return uris.canonical_host(value.strip())
    except uris.BadUri:
        return None


def write_csv(rows: Iterable[DomainRow]) -> str:
    """Blocked hosts as Mastodon exports and imports them; trusted ones as a list of domains alone."""
    listed = list(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if listed and all(row.decision is ListedAs.TRUSTED for row in listed):
        writer.writerow(_COLUMNS[:1])
        writer.writerows([row.host] for row in listed)
        return out.getvalue()
    writer.writerow(_COLUMNS)
    blocked = (row for row in listed if row.decision is ListedAs.BLOCKED)
    writer.writerows([row.host, _FULL_BLOCK, "TRUE", "TRUE", _harmless(row.comment), "FALSE"] for row in blocked)
    return out.getvalue()


def _harmless(comment: str) -> str:
    """Text that a spreadsheet does not run as a formula."""
    return f"'{comment}" if comment.startswith(("=", "+", "-", "@", "\t", "\r")) else comment


def read_csv(text: str, *, bare: ListedAs) -> DomainFile:
    """What a file of domains asks for; `bare` is what its hosts are when the file says nothing of severity.

    Columns may stand in any order, with or without `#`; a file without headings has one domain a line. Only a full
    block blocks: lines with a lesser severity, and domains made unreadable, are skipped. Invalid if it is too long.
    """
    lines = [line for line in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if line and line[0].strip()]
    if len(lines) > MOST_ENTRIES + 1:
        raise Invalid(f"The file names more than {MOST_ENTRIES} hosts", "list_file")
    columns = _columns(lines[0]) if lines else {}
    body = lines[1:] if columns else lines
    rows: dict[str, DomainRow] = {}
    skipped: list[str] = []
    for line in body:
        row = _row(line, columns or {"domain": 0}, bare)
        if row is None:
            skipped.append(",".join(line)[:_MAX_COMMENT])
        else:
            rows.setdefault(row.host, row)
    return DomainFile(tuple(rows.values()), tuple(skipped[:_SKIPPED_SHOWN]))


def _columns(line: Sequence[str]) -> dict[str, int]:
    names = {name.strip().lstrip("#").lower(): place for place, name in enumerate(line)}
    return names if "domain" in names else {}


def _row(line: Sequence[str], columns: dict[str, int], bare: ListedAs) -> DomainRow | None:
    def cell(name: str) -> str:
        place = columns.get(name, len(line))
        return line[place].strip() if place < len(line) else ""

    host = _host(cell("domain"))
    if host is None or "*" in host or "." not in host:
        return None
    if "severity" not in columns:
        return DomainRow(host, bare, cell("public_comment")[:_MAX_COMMENT])
    if cell("severity").lower() != _FULL_BLOCK:
        return None
    return DomainRow(host, ListedAs.BLOCKED, cell("public_comment")[:_MAX_COMMENT])

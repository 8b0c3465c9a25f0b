"""FEDERATION.md says what the code does with every form of signature."""

import re
from pathlib import Path

import pytest

from fedi.activitypub.signatures import cavage, proofs, rfc9421, schemes
from fedi.activitypub.signatures.message import Scheme
from tests.activitypub.signatures.requests import BODY, KEY, NOW_MS

DOCUMENT = (Path(__file__).parents[3] / "FEDERATION.md").read_text("utf-8")
SPAN = re.compile(r"`([^`]+)`")


def forms() -> dict[str, list[str]]:
    """The cells of the table of signatures (what is received, what is sent) by the name of the form."""
    table = DOCUMENT.partition("| form | received | sent |\n")[2].partition("\n\n")[0]
    rows = [line.strip("|").split(" | ") for line in table.splitlines()[1:]]
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in rows}


def sent(scheme: Scheme, method: str, body: bytes | None) -> str:
    """What one of our requests covers, in order."""
    url, headers = "https://kostanay.example/inbox", {"Content-Type": "x"} if body else {"Accept": "x"}
    lines = list(schemes.SIGN[scheme](KEY, method, url, headers, body, NOW_MS).items())
    parameters = schemes.parse(lines)
    covered = parameters.components if isinstance(parameters, rfc9421.SignatureParameters) else parameters.headers
    return " ".join(covered)


def test_every_form_has_its_row_and_there_are_no_others() -> None:
    assert set(forms()) == {*Scheme, proofs.SUITE, "RsaSignature2017"}


def test_the_algorithms_that_are_understood_are_told() -> None:
    told = {name: set(SPAN.findall(cells[0])) for name, cells in forms().items()}

    assert set(cavage.ALGORITHMS) <= told[Scheme.CAVAGE]
    assert set(rfc9421.ALGORITHMS) <= told[Scheme.RFC_9421]


def test_the_components_that_are_understood_are_told_and_no_others() -> None:
    told = {span for span in SPAN.findall(forms()[Scheme.RFC_9421][0]) if span.startswith("@")}

    assert told == set(rfc9421.DERIVED)


@pytest.mark.parametrize(
    ("scheme", "method", "body"),
    [(Scheme.CAVAGE, "POST", BODY), (Scheme.CAVAGE, "GET", None), (Scheme.RFC_9421, "POST", BODY)],
)
def test_what_our_requests_cover_is_told_to_the_letter(scheme: Scheme, method: str, body: bytes | None) -> None:
    assert sent(scheme, method, body) in SPAN.findall(forms()[scheme][1])


def test_a_form_that_is_not_sent_is_said_not_to_be() -> None:
    assert forms()["RsaSignature2017"][1] == "never"

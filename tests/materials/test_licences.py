"""Licences allow what they allow, however their address is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.errors import Invalid
from fedi.materials import LICENCES
from fedi.materials.licences import Licence, attribution, by_uri, check_adaptation


def cc(code: str) -> Licence:
    path = "publicdomain/zero/1.0" if code == "zero" else f"licenses/{code}/4.0"
    return LICENCES[f"https://creativecommons.org/{path}/"]


@pytest.mark.parametrize(
    "written",
    [
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "http://creativecommons.org/licenses/by-sa/4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/deed.kk",
        "https://creativecommons.org/licenses/by-sa/4.0/legalcode",
        "https://www.creativecommons.org/licenses/BY-SA/4.0/",
    ],
)
def test_a_licence_is_known_however_its_address_is_written(written: str) -> None:
    assert by_uri(written) is cc("by-sa")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "CC BY",
        "https://creativecommons.org/",
        "https://creativecommons.org/licenses/by/3.0/",
        "https://gnu.org/gpl",
    ],
)
def test_anything_else_is_none(address: str) -> None:
    assert by_uri(address) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_a_licence(address: str) -> None:
    by_uri(address)
    by_uri(f"https://creativecommons.org/{address}")


@pytest.mark.parametrize(
    ("original", "adapted"),
    [
        ("by", "by"),
        ("by", "by-nc-sa"),
        ("by", "by-nd"),
        ("zero", "by-nc"),
        ("by-sa", "by-sa"),
        ("by-nc", "by-nc"),
        ("by-nc", "by-nc-nd"),
        ("by-nc-sa", "by-nc-sa"),
    ],
)
def test_an_adaptation_may_be_published_so(original: str, adapted: str) -> None:
    check_adaptation(cc(original), cc(adapted))


@pytest.mark.parametrize(
    ("original", "adapted"),
    [
        ("by-nd", "by-nd"),
        ("by-nc-nd", "by-nc-nd"),
        ("by-sa", "by"),
        ("by-sa", "by-nc-sa"),
        ("by-sa", "zero"),
        ("by-nc", "by"),
        ("by-nc", "by-sa"),
        ("by-nc-sa", "by-nc"),
    ],
)
def test_an_adaptation_may_not_be_published_so(original: str, adapted: str) -> None:
    with pytest.raises(Invalid):
        check_adaptation(cc(original), cc(adapted))


def test_the_attribution_line_names_title_author_source_and_licence() -> None:
    line = attribution("Бөлшектер", "Айгүл", "https://almaty.test/@aigul/1", cc("by-sa").uri)

    assert line == "«Бөлшектер», Айгүл, https://almaty.test/@aigul/1, CC BY-SA 4.0"


def test_an_unknown_licence_is_named_by_its_address() -> None:
    assert attribution("T", "A", "S", "https://example.org/l").endswith(", https://example.org/l")

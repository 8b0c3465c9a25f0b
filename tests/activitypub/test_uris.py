import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.activitypub import uris
from fedi.activitypub.uris import BadUri


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://almaty.example/users/7", "almaty.example"),
        ("https://ALMATY.Example./", "almaty.example"),
        ("HTTPS://almaty.example", "almaty.example"),
        ("https://almaty.example:443/", "almaty.example"),
        ("https://almaty.example:/", "almaty.example"),
        ("http://almaty.example:443/", "almaty.example:443"),
        ("http://almaty.localhost:8000/inbox", "almaty.localhost:8000"),
        ("https://almaty.example:08443/", "almaty.example:8443"),
        ("https://мектеп.қаз/", "xn--e1aaogsq.xn--80ao21a"),
        ("https://МЕКТЕП.ҚАЗ/", "xn--e1aaogsq.xn--80ao21a"),
        ("https://XN--e1aaogsq.xn--80ao21a/", "xn--e1aaogsq.xn--80ao21a"),
        ("https://ａｌｍａｔｙ。ｅｘａｍｐｌｅ/", "almaty.example"),
        ("https://192.0.2.7/", "192.0.2.7"),
        ("https://[2001:DB8:0::1]:8443/", "[2001:db8::1]:8443"),
    ],
)
def test_a_host_has_one_spelling(uri: str, host: str) -> None:
    assert uris.host_of(uri) == host


@pytest.mark.parametrize(
    "uri",
    [
        "", "almaty.example", "//almaty.example/", "acct:aigul@almaty.example", "ftp://almaty.example/",
        "https://", "https:///x", "https://almaty.example@evil.example/", "https://@evil.example/",
        "https://evil.example\\@almaty.example/", "https://almaty.example /", "https://alm\taty.example/",
        "https://almaty.example/a\nb", " https://almaty.example/", "https://almaty..example/", "https://.example/",
        "https://almaty.example..", "https://%61lmaty.example/", "https://almaty.example:0/",
        "https://almaty.example:65536/", "https://almaty.example:8a/", "https://almaty.example:４４３/",
        "https://almaty.example:80:80/", "https://[::1", "https://[fe80::1%25eth0]/", "https://[evil]/",
        "https://evil／.almaty.example/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
        "https://127.1/", "https://1.2.3.4.5/", "https://evil.0x/", "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 127 + "example/", "https://" + "й" * 300 + "/", "https://a\u200db.example/",
        "https://almaty.example/\ud800", "https://almaty.example/" + "a" * 2048,
    ],
)  # fmt: skip
def test_an_address_with_two_readings_is_refused(uri: str) -> None:
    with pytest.raises(BadUri):
        uris.host_of(uri)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Almaty.Example.", "almaty.example"),
        ("almaty.example:443", "almaty.example"),
        ("almaty.localhost:8000", "almaty.localhost:8000"),
        ("мектеп.қаз", "xn--e1aaogsq.xn--80ao21a"),
    ],
)
def test_a_bare_host_has_one_spelling(text: str, host: str) -> None:
    assert uris.canonical_host(text) == host


@pytest.mark.parametrize(
    "text", ["", "https://almaty.example", "almaty.example/x", "a@almaty.example", "almaty example", "a" * 3000]
)
def test_what_is_no_bare_host_is_refused(text: str) -> None:
    with pytest.raises(BadUri):
        uris.canonical_host(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://almaty.example/users/7", "https://ALMATY.example:443/inbox", True),
        ("https://almaty.example/", "http://almaty.example/", False),
        ("https://almaty.example/", "https://almaty.example:8443/", False),
        ("https://almaty.example/", "https://evil.almaty.example/", False),
        ("https://almaty.example/", "https://almaty.example.evil/", False),
        ("no address", "no address", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert uris.same_origin(one, other) is same


@pytest.mark.parametrize(
    ("uri", "normal"),
    [
        ("https://almaty.example", "https://almaty.example/"),
        ("https://ALMATY.example:443/", "https://almaty.example/"),
        ("https://almaty.example?x=1", "https://almaty.example/?x=1"),
        ("https://almaty.example/Users/7#Main", "https://almaty.example/Users/7#Main"),
        ("https://almaty.example/a%2Fb/../c//", "https://almaty.example/a%2Fb/../c//"),
    ],
)
def test_ids_are_compared_with_only_their_origin_normalised(uri: str, normal: str) -> None:
    assert uris.normalise(uri) == normal
    assert uris.normalise(normal) == normal


def test_the_wire_form_is_ascii_and_what_is_signed_is_its_target() -> None:
    wire = uris.wire_form('https://мектеп.қаз:8443/сабақ/жоспар%20 1?іздеу="ә"#бет'.replace(" ", ""))

    assert wire == (
        "https://xn--e1aaogsq.xn--80ao21a:8443/%D1%81%D0%B0%D0%B1%D0%B0%D2%9B/%D0%B6%D0%BE%D1%81%D0%BF%D0%B0%D1%80%201"
        "?%D1%96%D0%B7%D0%B4%D0%B5%D1%83=%22%D3%99%22"
    )
    assert uris.request_target(wire) == wire.removeprefix("https://xn--e1aaogsq.xn--80ao21a:8443")
    assert uris.wire_form(wire) == wire


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for uri in (text, f"https://{text}", f"https://almaty.example/{text}"):
        try:
            wire = uris.wire_form(uri)
        except BadUri:
            assert not uris.is_fetchable(uri)
        else:
            assert wire.isascii()
            assert uris.wire_form(wire) == wire
            assert uris.same_origin(wire, uri)


@pytest.mark.parametrize(
    "uri", ["https://almaty.example/inbox", "https://almaty.example:8443/inbox", "https://мектеп.қаз/users/7"]
)
def test_https_addresses_with_a_name_may_be_fetched(uri: str) -> None:
    assert uris.is_fetchable(uri)
    assert uris.is_fetchable(uri, development=True)


@pytest.mark.parametrize(
    "uri",
    [
        "http://almaty.example/", "https://almaty.example:22/", "https://almaty.example:80/", "https://localhost/",
        "https://intranet/", "https://192.0.2.7/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/",
        "file:///etc/passwd", "gopher://almaty.example/",
    ],
)  # fmt: skip
def test_other_addresses_may_never_be_fetched(uri: str) -> None:
    assert not uris.is_fetchable(uri)
    assert not uris.is_fetchable(uri, development=True)


@pytest.mark.parametrize(
    "uri", ["http://almaty.localhost:8000/inbox", "http://school.test:80/", "https://school.test:81/"]
)
def test_names_of_development_may_be_fetched_in_development_only(uri: str) -> None:
    assert uris.is_fetchable(uri, development=True)
    assert not uris.is_fetchable(uri)


@pytest.mark.parametrize("host", ["localhost", "almaty.localhost.example", "latest", "test", "evil-test"])
def test_names_that_only_look_like_development_are_not(host: str) -> None:
    assert not uris.is_development_host(host)


def test_an_address_is_measured_in_bytes() -> None:
    assert uris.host_of("https://a.test/" + "a" * 2000) == "a.test"
    with pytest.raises(uris.BadUri):
        uris.host_of("https://a.test/" + "қ" * 1100)

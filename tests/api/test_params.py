"""Every way in which clients write parameters."""

from typing import Any

import pytest
from starlette.requests import Request

from fedi.api import params
from fedi.api.params import Params, from_pairs
from fedi.errors import Malformed


def request(query: str = "", body: bytes = b"", content_type: str | None = None, method: str = "POST") -> Request:
    headers = [(b"content-type", content_type.encode())] if content_type else []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": method, "path": "/", "query_string": query.encode(), "headers": headers}
    return Request(scope, receive)


async def read(*args: Any, **kwargs: Any) -> Params:
    return await params.read(request(*args, **kwargs), uploads=True)


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "sent",
    [
        [("ids[]", "1"), ("ids[]", "2")],
        [("ids[0]", "1"), ("ids[1]", "2")],
        [("ids[1]", "2"), ("ids[0]", "1")],
        [("ids", "1"), ("ids", "2")],
    ],
)
def test_an_array_in_any_spelling_is_the_same_list(sent: list[tuple[str, str]]) -> None:
    assert Params(from_pairs(sent)).ids("ids") == [1, 2]


def test_one_value_where_a_list_is_meant_is_a_list_of_it() -> None:
    assert Params(from_pairs([("id", "5")])).ids("id") == [5]


def test_of_a_plain_name_that_is_sent_twice_the_last_counts_where_one_value_is_meant() -> None:
    """Behaviour 2.3, and Rack's rule."""
    sent = Params(from_pairs([("limit", "20"), ("limit", "40"), ("x", "a"), ("x", "b"), ("x", "true")]))

    assert (sent.number("limit"), sent.id("limit"), sent.text("x"), sent.flag("x")) == (40, 40, "true", True)
    assert sent.texts("x") == ["a", "b", "true"]
    assert Params({"x": ["a", "b"]}).text("x") is None


def test_hashes_nest_and_lists_of_hashes_begin_anew_where_a_name_repeats() -> None:
    tree = from_pairs(
        [
            ("poll[options][]", "a"),
            ("poll[options][]", "b"),
            ("poll[expires_in]", "300"),
            ("keywords_attributes[][keyword]", "x"),
            ("keywords_attributes[][id]", "3"),
            ("keywords_attributes[][keyword]", "y"),
            ("data[alerts][mention]", "true"),
        ]
    )

    assert tree == {
        "poll": {"options": ["a", "b"], "expires_in": "300"},
        "keywords_attributes": [{"keyword": "x", "id": "3"}, {"keyword": "y"}],
        "data": {"alerts": {"mention": "true"}},
    }


def test_fields_by_number_are_in_the_order_of_their_numbers_in_forms_and_json() -> None:
    form = Params(from_pairs([("fields_attributes[10][name]", "late"), ("fields_attributes[2][name]", "early")]))
    json = Params({"fields_attributes": {"1": {"name": "late"}, "0": {"name": "early"}}})
    array = Params({"fields_attributes": [{"name": "early"}, {"name": "late"}]})

    for each in (form, json, array):
        assert [field.text("name") for field in each.objects("fields_attributes")] == ["early", "late"]


@pytest.mark.parametrize("value", [True, "true", "1", "on", "t", "TRUE", 1])
def test_true_is_read_in_every_spelling(value: object) -> None:
    assert Params({"x": value}).flag("x") is True


@pytest.mark.parametrize("value", [False, "false", "0", "off", "f", 0])
def test_false_is_read_in_every_spelling(value: object) -> None:
    assert Params({"x": value}).flag("x") is False


@pytest.mark.parametrize("value", ["", "maybe", None, [], {}])
def test_what_is_neither_true_nor_false_is_not_given(value: object) -> None:
    assert Params({"x": value}).flag("x") is None


@pytest.mark.parametrize(("value", "meant"), [("5", 5), (5, 5), ("-5", -5), ("x", None), ("", None), ("9" * 30, None)])
def test_numbers_fit_the_database_or_are_not_given(value: object, meant: int | None) -> None:
    assert Params({"x": value}).number("x") == meant


async def test_query_and_body_are_one_whatever_the_method() -> None:
    for method in ("POST", "DELETE", "GET"):
        got = await read("account_ids[]=1", b'{"title": "Physics"}', "application/json", method)
        assert (got.ids("account_ids"), got.text("title")) == ([1], "Physics")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b""),
        ("application/json", b" \n"),
        ("application/json", b"null"),
        (FORM, b""),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data", b""),
        (None, b""),
        ("text/plain", b""),
    ],
)
async def test_an_empty_body_is_no_values(content_type: str | None, body: bytes) -> None:
    """Behaviour 2.14."""
    got = await read("id=7", body, content_type)

    assert (got.id("id"), "status" in got) == (7, False)


async def test_a_form_whose_parts_nobody_can_tell_apart_is_malformed() -> None:
    with pytest.raises(Malformed):
        await read("", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n', "multipart/form-data")


async def test_a_multipart_form_may_hold_texts_and_files() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="focus"\r\n\r\n0.5,-0.5\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nbytes\r\n--x--\r\n'
    )
    got = await read("", body, "multipart/form-data; boundary=x")

    upload = got.upload("file")
    assert got.text("focus") == "0.5,-0.5"
    assert upload is not None
    assert await upload.read() == b"bytes"
    await upload.close()


async def test_a_file_that_nobody_has_chosen_is_not_there() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n'
    got = await read("", body, "multipart/form-data; boundary=x")

    assert "file" not in got
    assert got.upload("file") is None


async def test_strangers_send_no_files() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nbytes\r\n--x--\r\n'
    with pytest.raises(Malformed):
        await params.read(request("", body, "multipart/form-data; boundary=x"), uploads=False)


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"text"', b"\xff", b"[" * 5000])
async def test_a_body_that_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        await read("", body, "application/json")


async def test_more_parameters_than_any_client_sends_are_refused() -> None:
    with pytest.raises(Malformed):
        await read("&".join(f"a{n}=1" for n in range(params.MAX_FIELDS + 1)))


@pytest.mark.parametrize("name", ["a" + "[b]" * 50, "[]", "][", "a]b[c", ""])
def test_strange_names_do_no_harm(name: str) -> None:
    Params(from_pairs([(name, "1"), (name, "2"), ("a[b]", "3"), ("a", "4"), ("a[]", "5")])).texts("a")


def test_what_cannot_be_stored_is_taken_out_of_texts() -> None:
    assert Params({"x": "a\0b\ud800c"}).text("x") == "ab?c"


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(Malformed, match="param is missing or the value is empty: q"):
        Params({"q": " "}).required("q")

import asyncio
import gzip
import io
import tracemalloc
from collections.abc import AsyncIterator

import pytest

import fedi
from fedi.activitypub.signatures import cavage
from fedi.activitypub.signatures.keys import SigningKey
from fedi.activitypub.signatures.message import SignedRequest
from fedi.outbound.client import Client, Limits
from fedi.outbound.failures import FailureKind, FetchFailed
from tests.outbound.conftest import NOW_MS
from tests.outbound.peers import Answer, always, redirect, reply, running, then_silence

JRD = frozenset({"application/jrd+json", "application/json"})
MEBIBYTE = 1024 * 1024
OVERSIZED = b'{"a":"' + b"x" * MEBIBYTE + b'"}'


def judge(request: SignedRequest, key: SigningKey) -> None:
    """Verifies as the receiver would."""
    cavage.verify(request, cavage.parse(request.headers), key.private.public_key(), NOW_MS)


async def failure(client: Client, url: str, key: SigningKey | None = None) -> FetchFailed:
    """The failure of fetching a document."""
    with pytest.raises(FetchFailed) as caught:
        await client.get_document(url, key)
    return caught.value


async def failure_of(client: Client, answer: Answer) -> FetchFailed:
    """The failure of fetching a document from a server that answers so."""
    async with running(answer) as peer:
        return await failure(client, peer.url())


# Fetching


async def test_a_document_is_fetched_with_all_headers_that_others_demand(client: Client, key: SigningKey) -> None:
    async with running(always(reply(b'{"id":"x"}'))) as peer:
        document = await client.get_document(peer.url("/users/7?page=1"), key)

        assert document.json == {"id": "x"}
        assert document.url == peer.url("/users/7?page=1")
        judge(peer.requests[0], key)
        assert peer.header("host") == f"kostanay.localhost:{peer.port}"
        assert peer.header("user-agent") == f"fedi/{fedi.__version__} (+http://almaty.localhost:8000/)"
        assert (peer.header("accept") or "").startswith("application/activity+json")


async def test_a_document_may_be_fetched_without_a_signature(client: Client) -> None:
    async with running(always(reply())) as peer:
        await client.get_document(peer.url(), None)

        assert peer.header("signature") is None
        assert peer.header("user-agent") == f"fedi/{fedi.__version__}"


async def test_the_spelling_that_is_signed_is_the_one_that_is_sent(client: Client, key: SigningKey) -> None:
    async with running(always(reply())) as peer:
        document = await client.get_document(peer.url("/сабақ/%7Ea b?q='ә'&x=%2f#top".replace(" ", "%20")), key)

        assert peer.requests[0].target == "/%D1%81%D0%B0%D0%B1%D0%B0%D2%9B/%7Ea%20b?q='%D3%99'&x=%2f"
        judge(peer.requests[0], key)
        assert document.url == peer.url(peer.requests[0].target)


async def test_connections_are_kept_and_cookies_are_not(client: Client) -> None:
    async with running(always(reply(headers="Set-Cookie: a=1; Path=/\r\n"))) as peer:
        for _ in range(3):
            await client.get_document(peer.url(), None)

        assert peer.connections == 1
        assert peer.header("cookie") is None


async def test_proxies_of_the_environment_are_ignored(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    async with running(always(reply())) as peer:
        await client.get_document(peer.url(), None)


async def test_a_document_that_is_compressed_is_read(client: Client) -> None:
    body = gzip.compress(b'{"id":"x"}')
    async with running(always(reply(body, headers="Content-Encoding: gzip\r\n"))) as peer:
        assert (await client.get_document(peer.url(), None)).json == {"id": "x"}


@pytest.mark.parametrize("type_", ["text/html", "application/json", "application/ld+json", "image/png"])
async def test_a_document_of_another_type_is_not_believed(client: Client, type_: str) -> None:
    failed = await failure_of(client, always(reply(type_=type_)))

    assert failed.kind is FailureKind.CONTENT_TYPE
    assert failed.permanent


async def test_discovery_documents_have_types_of_their_own(client: Client) -> None:
    async with running(always(reply(type_="application/jrd+json; charset=utf-8"))) as peer:
        assert (await client.get_json(peer.url(), "application/jrd+json", JRD)).json == {}
        assert peer.header("accept") == "application/jrd+json"
        with pytest.raises(FetchFailed, match="is application/jrd"):
            await client.get_json(peer.url(), "application/json", frozenset({"application/json"}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'"x"',
        b'{"a":NaN}',
        b'{"a":1e400}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
        b"[" * 100_000,
        b'{"a":1} trailing',
    ],
)
async def test_what_is_not_one_bearable_json_object_is_refused(client: Client, body: bytes) -> None:
    assert (await failure_of(client, always(reply(body)))).kind is FailureKind.MALFORMED


@pytest.mark.parametrize(
    ("status", "absent", "gone", "permanent"),
    [
        (404, True, False, True),
        (410, True, True, True),
        (401, False, False, True),
        (429, False, False, False),
        (408, False, False, False),
        (500, False, False, False),
        (503, False, False, False),
    ],
)
async def test_a_status_tells_whether_to_try_again(
    client: Client, status: int, absent: bool, gone: bool, permanent: bool
) -> None:
    failed = await failure_of(client, always(reply(status=status)))

    assert (failed.kind, failed.http_status) == (FailureKind.STATUS, status)
    assert (failed.absent, failed.gone, failed.permanent) == (absent, gone, permanent)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Mon, 21 Sep 2026 14:14:20 GMT", 60),
        ("Mon, 21 Sep 2020 14:14:20 GMT", 0),
        ("99999999", 604_800),
        ("soon", None),
        ("-5", None),
        ("9" * 5000, None),
    ],
)
async def test_retry_after_is_read_in_seconds(client: Client, value: str, seconds: int | None) -> None:
    failed = await failure_of(client, always(reply(status=503, headers=f"Retry-After: {value}\r\n")))

    assert failed.retry_after_s == seconds


# Redirects


async def test_each_hop_is_signed_anew_for_its_target(client: Client, key: SigningKey) -> None:
    async with running(always(reply(b'{"id":"x"}'))) as second:
        target = second.url("/users/7?x=1", host="shymkent.localhost")
        async with running(always(redirect(target, 308))) as first:
            document = await client.get_document(first.url(), key)

        assert document.url == target
        judge(first.requests[0], key)
        judge(second.requests[0], key)
        assert second.header("host") == f"shymkent.localhost:{second.port}"


async def test_three_redirects_are_followed_and_no_more(client: Client) -> None:
    async with running(always(redirect("/again"))) as peer:
        failed = await failure(client, peer.url())

        assert failed.kind is FailureKind.REDIRECT
        assert len(peer.requests) == 4


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/",
        "http://10.0.0.1/",
        "http://[::1]:{port}/",
        "https://2130706433/",
        "http://peer.example/",
    ],
)
async def test_a_redirect_to_where_we_may_not_go_is_refused(client: Client, key: SigningKey, location: str) -> None:
    async def point(request: SignedRequest) -> AsyncIterator[bytes]:
        yield redirect(location.format(port=peer.port))

    async with running(point) as peer:
        failed = await failure(client, peer.url(), key)

        assert failed.kind in (FailureKind.REFUSED, FailureKind.REDIRECT)
        assert failed.permanent
        assert len(peer.requests) == 1


@pytest.mark.parametrize("location", ["ftp://peer.example/", "https://[", "http://a b/", "//@peer.example/"])
async def test_a_redirect_to_no_address_is_refused(client: Client, location: str) -> None:
    failed = await failure_of(client, always(redirect(location)))

    assert failed.kind in (FailureKind.REFUSED, FailureKind.REDIRECT)


async def test_a_redirect_to_nowhere_is_refused(client: Client) -> None:
    assert (await failure_of(client, always(reply(status=302)))).kind is FailureKind.REDIRECT


# Servers that misbehave


async def test_a_document_that_announces_too_much_is_not_read(client: Client) -> None:
    head = b"HTTP/1.1 200 X\r\nContent-Type: application/activity+json\r\nContent-Length: 1048577\r\n\r\n"

    assert (await failure_of(client, then_silence(head))).kind is FailureKind.TOO_LARGE


async def test_a_document_of_exactly_the_limit_is_read(client: Client) -> None:
    body = b'{"a":"' + b"x" * (MEBIBYTE - 8) + b'"}'
    async with running(always(reply(body))) as peer:
        assert len((await client.get_document(peer.url(), None)).json["a"]) == MEBIBYTE - 8


async def test_a_document_that_grows_too_large_is_given_up(client: Client) -> None:
    head = b"HTTP/1.1 200 X\r\nContent-Type: application/activity+json\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b" " * MEBIBYTE + b"\r\n"

    assert (await failure_of(client, always(head + chunk * 3))).kind is FailureKind.TOO_LARGE


async def test_a_bomb_is_given_up_before_it_has_unfolded(client: Client) -> None:
    bomb = gzip.compress(b" " * (256 * MEBIBYTE), compresslevel=9)
    async with running(always(reply(bomb, headers="Content-Encoding: gzip\r\n"))) as peer:
        tracemalloc.start()
        try:
            failed = await failure(client, peer.url())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert failed.kind is FailureKind.TOO_LARGE
    assert peak < 8 * MEBIBYTE


async def test_a_stream_that_cannot_be_unpacked_is_a_failure(client: Client) -> None:
    answer = reply(b"no gzip at all", headers="Content-Encoding: gzip\r\n")

    assert (await failure_of(client, always(answer))).kind is FailureKind.UNREACHABLE


async def drip(request: SignedRequest) -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 X\r\nContent-Type: application/activity+json\r\nContent-Length: 100000\r\n\r\n"
    while True:
        yield b" "
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "answer", [drip, then_silence(b""), then_silence(b"HTTP/1.1 200"), then_silence(reply(b" " * 10)[:-1])]
)
async def test_a_server_that_takes_for_ever_is_left(impatient: Client, answer: Answer) -> None:
    failed = await failure_of(impatient, answer)

    assert failed.kind is FailureKind.TIMEOUT
    assert not failed.permanent


async def test_all_hops_share_one_deadline(key: SigningKey) -> None:
    async def slow(request: SignedRequest) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.15)
        yield redirect("/again")

    async with Client(limits=Limits(total_s=0.25, redirects=100), development=True) as client, running(slow) as peer:
        assert (await failure(client, peer.url())).kind is FailureKind.TIMEOUT
        assert len(peer.requests) < 4


async def hang_up(request: SignedRequest) -> AsyncIterator[bytes]:
    yield reply(b"x" * 100)[:-50]
    raise ConnectionError


@pytest.mark.parametrize(
    "answer",
    [
        hang_up,
        always(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        always(b"HTTP/1.1 999999 X\r\n\r\n"),
        always(b"HTTP/1.1 200 X\r\n" + b"A: b\r\n" * 5000 + b"\r\n"),
        always(b"HTTP/1.1 200 X\r\nA: " + b"b" * 100_000 + b"\r\n\r\n"),
        always(b"HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n"),
        always(
            b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\nContent-Type: application/activity+json\r\n\r\nzz\r\n"
        ),
    ],
)
async def test_a_server_that_talks_nonsense_is_a_failure(client: Client, answer: Answer) -> None:
    failed = await failure_of(client, answer)

    assert failed.kind is FailureKind.UNREACHABLE
    assert not failed.permanent


async def test_a_port_where_nobody_listens_is_a_failure(client: Client) -> None:
    async with running(always(b"")) as peer:
        url = peer.url()

    assert (await failure(client, url)).kind is FailureKind.UNREACHABLE


async def test_a_cancelled_fetch_stays_cancelled(client: Client) -> None:
    async with running(then_silence(b"")) as peer:
        task = asyncio.create_task(client.get_document(peer.url(), None))
        while not peer.requests:  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


# Delivering


async def test_a_delivery_arrives_signed_with_its_body(client: Client, key: SigningKey) -> None:
    async with running(always(reply(b"", status=202))) as peer:
        answer = await client.post(peer.url(), b'{"type":"Create"}', key)

        assert (answer.status, answer.accepted, answer.retry_after_s) == (202, True, None)
        assert peer.requests[0].body == b'{"type":"Create"}'
        assert peer.header("content-type") == "application/activity+json"
        judge(peer.requests[0], key)


async def test_a_delivery_is_never_redirected(client: Client, key: SigningKey) -> None:
    async with running(always(redirect("/elsewhere", 307))) as peer:
        answer = await client.post(peer.url(), b"{}", key)

        assert (answer.status, answer.accepted) == (307, False)
        assert len(peer.requests) == 1


async def test_a_refusal_is_an_answer_with_its_reason(client: Client, key: SigningKey) -> None:
    refusal = reply(
        "Қол қойылмаған\xff".encode("latin-1", "ignore") + b"x" * 9000, status=429, headers="Retry-After: 30\r\n"
    )
    async with running(always(refusal)) as peer:
        answer = await client.post(peer.url(), b"{}", key)

    assert (answer.status, answer.accepted, answer.retry_after_s) == (429, False, 30)
    assert "xxx" in answer.body_excerpt
    assert len(answer.body_excerpt) <= 4096


@pytest.mark.parametrize("answer", [drip, hang_up, then_silence(reply(b" " * 10, status=202)[:-1])])
async def test_who_answers_and_then_goes_astray_has_answered(key: SigningKey, answer: Answer) -> None:
    async with Client(limits=Limits(answer_s=0.1), development=True) as client, running(answer) as peer:
        assert (await client.post(peer.url(), b"{}", key)).accepted


async def test_an_answer_in_time_is_not_lost_while_its_body_drips(key: SigningKey) -> None:
    limits = Limits(total_s=1, answer_s=1.2)
    async with Client(limits=limits, development=True) as client, running(drip) as peer:
        assert (await client.post(peer.url(), b"{}", key)).accepted


async def test_a_delivery_without_any_answer_fails(impatient: Client, key: SigningKey) -> None:
    async with running(then_silence(b"")) as peer:
        with pytest.raises(FetchFailed) as caught:
            await impatient.post(peer.url(), b"{}", key)

    assert caught.value.kind is FailureKind.TIMEOUT


# Files


async def test_a_file_is_written_with_its_type_and_size(client: Client, key: SigningKey) -> None:
    content, into = b"\x89PNG" * 50_000, io.BytesIO()
    async with running(always(reply(content, type_="image/png; x=y"))) as peer:
        fetched = await client.stream_file(peer.url("/media/1"), key, into, len(content))

        judge(peer.requests[0], key)
        assert (fetched.url, fetched.media_type, fetched.size) == (peer.url("/media/1"), "image/png", len(content))
    assert into.getvalue() == content


async def test_a_file_over_the_limit_is_given_up(client: Client) -> None:
    async with running(always(reply(b"x" * 1001))) as peer:
        with pytest.raises(FetchFailed, match="announces more than 1000"):
            await client.stream_file(peer.url(), None, io.BytesIO(), 1000)


async def test_a_file_that_does_not_say_its_size_is_counted(client: Client) -> None:
    head = b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n"
    into = io.BytesIO()
    async with running(then_silence(head + b"x" * 1001)) as peer:
        with pytest.raises(FetchFailed, match="has more than 1000"):
            await client.stream_file(peer.url(), None, into, 1000)
    assert len(into.getvalue()) <= 1000


class FullDisk(io.BytesIO):
    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")


async def test_a_full_disk_is_not_the_fault_of_the_other_server(client: Client) -> None:
    async with running(always(reply(b"x"))) as peer:
        with pytest.raises(OSError, match="No space left"):
            await client.stream_file(peer.url(), None, FullDisk(), 1000)


async def test_at_most_eight_connections_go_to_one_host(client: Client, key: SigningKey) -> None:
    async def together(request: SignedRequest) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.01)
        yield reply(b"", status=202)

    async with running(together) as peer:
        answers = await asyncio.gather(*(client.post(peer.url(), b"{}", key) for _ in range(30)))

        assert all(answer.accepted for answer in answers)
        assert 1 < peer.connections <= 8

"""Lists of servers on the administrator's pages: files in and out, lists of other schools, and our own."""

import re

import pytest

from fedi.actions import host_lists
from fedi.actions import peers as peer_actions
from fedi.models.accounts import Role
from fedi.models.host_lists import ListedAs
from fedi.models.peers import Standing
from fedi.store import host_lists as stored
from fedi.store import peers
from tests.web.browsing import problems_of, signed_in, text_of
from tests.web.conftest import Visitors

SPAM = "spam.example"
FILE = "#domain,#severity,#public_comment\nspam.example,suspend,advertising\nquiet.example,silence,\n"


async def read_file(visitors: Visitors, content: bytes, **fields: str) -> str:
    sent = {"do": "import", "bare": "blocked", **fields}
    answer = await visitors.admin.send("/admin/lists", sent, [("list_file", ("list.csv", content, "text/csv"))])
    assert problems_of(answer.text) == []
    return text_of(answer.text)


async def test_a_file_is_read_and_what_is_left_is_told(visitors: Visitors) -> None:
    await visitors.school.write(peer_actions.add, None, "friend.example")
    text = await read_file(visitors, (FILE + "friend.example,suspend,\nalmaty.test,suspend,\n").encode())

    assert "3 servers were read from the file." in text
    assert "friend.example, almaty.test" in text
    assert "quiet.example,silence," in text
    peer = await visitors.school.read(peers.by_host, SPAM)
    assert (peer.standing, peer.note) == (Standing.BLOCKED, "advertising")
    assert await visitors.school.read(peers.standing, "friend.example") is Standing.TRUSTED


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"x" * (1024 * 1024 + 1)], ids=["none", "binary", "big"])
async def test_a_file_that_is_none_is_refused_beside_its_field(visitors: Visitors, content: bytes) -> None:
    answer = await visitors.admin.send(
        "/admin/lists", {"do": "import", "bare": "blocked"}, [("list_file", ("list.csv", content, "text/csv"))]
    )

    assert answer.status_code == 422
    assert re.search(r'<span class="err" id="f-e-list_file">[^<]+</span>', answer.text)


async def test_a_file_goes_out_as_it_comes_in_and_notes_only_when_wanted(visitors: Visitors) -> None:
    await read_file(visitors, FILE.encode())
    plain = await visitors.admin.get("/admin/lists/blocked.csv")
    noted = await visitors.admin.get("/admin/lists/blocked.csv?notes=1")

    assert plain.headers["content-type"].startswith("text/csv")
    assert "attachment" in plain.headers["content-disposition"]
    assert "spam.example,suspend,TRUE,TRUE,,FALSE" in plain.text
    assert "advertising" in noted.text
    assert (await visitors.admin.get("/admin/lists/nonsense.csv")).status_code == 404


async def test_a_list_of_another_school_is_followed_decided_and_left(visitors: Visitors) -> None:
    other = visitors.network["kostanay"]
    await other.write(peer_actions.block, None, SPAM)
    await other.write(peer_actions.block, None, "almaty.test")
    await other.write(host_lists.publish, None, ListedAs.BLOCKED, True)

    url = f"{other.base}/actor/lists/blocked"
    followed = await visitors.admin.send("/admin/lists", {"do": "subscribe", "list_url": url, "mode": "ask"})
    page = followed.headers["location"]
    html = (await visitors.admin.get(page)).text
    assert problems_of(html) == []
    assert "this is your own school" in text_of(html)
    assert "2 changes wait for you" in text_of((await visitors.admin.get("/admin/lists")).text)

    await visitors.admin.send(page, {"do": "accept", "host": SPAM})
    await visitors.admin.send(page, {"do": "accept", "host": "almaty.test"})
    assert await visitors.school.read(peers.standing, SPAM) is Standing.BLOCKED
    assert await visitors.school.read(peers.standing, "almaty.test") is Standing.UNKNOWN
    assert "Nothing waits for you here." in text_of((await visitors.admin.get(page)).text)

    ended = await visitors.admin.send(page, {"do": "end"})
    assert ended.headers["location"] == "/admin/lists"
    assert await visitors.school.read(stored.everyone) == []
    assert (await visitors.admin.get(page)).status_code == 404


async def test_everything_uncontested_is_accepted_at_once(visitors: Visitors) -> None:
    other = visitors.network["kostanay"]
    for host in (SPAM, "worse.example", "friend.example"):
        await other.write(peer_actions.block, None, host)
    await other.write(host_lists.publish, None, ListedAs.BLOCKED, True)
    await visitors.school.write(peer_actions.add, None, "friend.example")
    sent = {"do": "subscribe", "list_url": f"{other.base}/actor/lists/blocked", "mode": "ask"}
    page = (await visitors.admin.send("/admin/lists", sent)).headers["location"]

    await visitors.admin.send(page, {"do": "all"})

    assert await visitors.school.read(peers.standing, "worse.example") is Standing.BLOCKED
    assert await visitors.school.read(peers.standing, "friend.example") is Standing.TRUSTED
    assert "friend.example" in text_of((await visitors.admin.get(page)).text)


@pytest.mark.parametrize("url", ["", "nonsense", "http://nobody.test/list", "http://kostanay.test/actor"])
async def test_an_address_without_a_list_is_refused_beside_its_field(visitors: Visitors, url: str) -> None:
    answer = await visitors.admin.send("/admin/lists", {"do": "subscribe", "list_url": url, "mode": "apply"})

    assert answer.status_code == 422
    assert "There is no signed list of a school at this address." in text_of(answer.text)
    assert problems_of(answer.text) == []


async def test_our_list_is_published_and_taken_back(visitors: Visitors) -> None:
    await visitors.admin.send("/admin/lists", {"do": "publish", "list": "blocked"})
    assert "http://almaty.test/actor/lists/blocked" in (await visitors.admin.get("/admin/lists")).text
    assert (await visitors.school.get("/actor/lists/blocked")).status_code == 200

    await visitors.admin.send("/admin/lists", {"do": "unpublish", "list": "blocked"})
    assert (await visitors.school.get("/actor/lists/blocked")).status_code == 404
    assert (await visitors.admin.send("/admin/lists", {"do": "publish", "list": "x"})).status_code == 422


@pytest.mark.parametrize("path", ["/admin/lists", "/admin/lists/blocked.csv", "/admin/lists/1"])
async def test_lists_are_for_administrators(visitors: Visitors, path: str) -> None:
    assert (await visitors.teacher.get(path)).status_code == 403
    assert (await visitors.stranger.get(path)).status_code in (303, 401)


@pytest.mark.parametrize(("language", "words"), [("kk", "Серверлер тізімдері"), ("ru", "Списки серверов")])
async def test_the_page_of_lists_speaks_the_language_of_its_reader(
    visitors: Visitors, language: str, words: str
) -> None:
    browser = await signed_in(visitors.school, visitors.saule, role=Role.ADMIN, language=language)
    text = text_of((await browser.get("/admin/lists")).text)

    assert words in text
    assert "Follow a list" not in text

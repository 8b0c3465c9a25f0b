"""Files go to those who may see a post they belong to, and are never obeyed by a browser or believed by a peer."""

import re
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from fedi.actions import files
from fedi.activitypub import content_types
from fedi.activitypub.signatures.keys import SigningKey
from fedi.models.actors import Actor
from fedi.models.files import File, FileKind, RemoteFile
from fedi.models.posts import Circle
from fedi.render import file_path, preview_path
from fedi.store import remote_files
from fedi.store.database import Transaction
from fedi.web.media import disposition
from tests import factories as make
from tests.media import samples
from tests.media.shelves import Shelf, put
from tests.network import open_network
from tests.web.browsing import signed_in
from tests.web.conftest import Visitors

ACTOR = b'{"@context":"https://www.w3.org/ns/activitystreams","id":"http://almaty.test/users/1","type":"Person"}'


async def on_a_post(visitors: Visitors, content: bytes, name: str = "plan.pdf", circle: Circle = Circle.PUBLIC) -> File:
    """A file that aigul has published to a circle."""
    file = await put(visitors.school, visitors.aigul, content, name)
    await visitors.school.post(visitors.aigul, "With a file", circle, file_ids=(file.id,))
    return file


async def colleague_key(visitors: Visitors) -> tuple[Actor, SigningKey]:
    """A teacher of the other school, known here, and the key of her school."""
    kostanay = visitors.network["kostanay"]
    bolat = await kostanay.teacher("bolat")
    return await visitors.school.knows(bolat), kostanay.instance.school_key


def absent(response: httpx2.Response) -> bool:
    return response.status_code == 404


async def test_a_public_pdf_is_shown_to_anybody_and_kept_for_ever(visitors: Visitors) -> None:
    file = await on_a_post(visitors, content := samples.pdf(), "Бөлшектер.pdf")

    answer = await visitors.stranger.get(file_path(file))

    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-disposition"].startswith("inline; ")
    assert f"filename*=UTF-8''{quote('Бөлшектер.pdf')}" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (ACTOR, "actor.json", "application/octet-stream"),
        (ACTOR, "actor.txt", "text/plain; charset=utf-8"),
        (b"<svg><script>alert(1)</script></svg>", "a.svg", "application/octet-stream"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "a.html", "application/octet-stream"),
        (samples.office(), "plan.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
async def test_what_is_not_shown_is_saved(visitors: Visitors, content: bytes, name: str, content_type: str) -> None:
    file = await on_a_post(visitors, content, name)

    answer = await visitors.stranger.get(file_path(file), Accept=content_types.ACCEPT)

    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert not content_types.is_activity(answer.headers["content-type"])


@pytest.mark.parametrize(
    ("content", "name"), [(samples.picture(), "a.jpg"), (b"text", "a.txt"), (samples.pdf(), "a.pdf")]
)
async def test_nothing_in_a_file_runs(visitors: Visitors, content: bytes, name: str) -> None:
    file = await on_a_post(visitors, content, name)

    answer = await visitors.stranger.get(file_path(file))

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert ("sandbox" in policy) is (name != "a.pdf")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_preview_is_a_small_picture(visitors: Visitors) -> None:
    file = await on_a_post(visitors, samples.pdf())

    answer = await visitors.stranger.get(preview_path(file.id))

    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.content[8:12] == b"WEBP"


async def test_what_has_no_preview_answers_as_absent(visitors: Visitors) -> None:
    file = await on_a_post(visitors, b"text", "a.txt")

    assert absent(await visitors.stranger.get(preview_path(file.id)))


# --- parts, and what a browser has already ---


async def test_a_part_is_given_when_it_is_asked_for(visitors: Visitors) -> None:
    file = await on_a_post(visitors, b"0123456789", "a.txt")

    answer = await visitors.stranger.get(file_path(file), Range="bytes=2-4")

    assert (answer.status_code, answer.content) == (206, b"234")
    assert answer.headers["content-range"] == "bytes 2-4/10"


async def test_a_part_beyond_the_end_is_refused(visitors: Visitors) -> None:
    file = await on_a_post(visitors, b"0123456789", "a.txt")

    assert (await visitors.stranger.get(file_path(file), Range="bytes=20-")).status_code == 416


async def test_what_a_browser_has_is_not_sent_again(visitors: Visitors) -> None:
    file = await on_a_post(visitors, b"0123456789", "a.txt")
    etag = (await visitors.stranger.get(file_path(file))).headers["etag"]

    again = await visitors.stranger.get(file_path(file), **{"If-None-Match": f'"x", W/{etag}'})
    other = await visitors.stranger.get(file_path(file), **{"If-None-Match": '"x"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert other.status_code == 200


async def test_a_head_has_the_size_and_no_bytes(visitors: Visitors) -> None:
    file = await on_a_post(visitors, b"0123456789", "a.txt")

    answer = await visitors.network.browser.head(f"{visitors.school.base}{file_path(file)}")

    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "10", b"")


# --- who gets what ---


@pytest.mark.parametrize(
    ("circle", "stranger", "colleague"),
    [
        (Circle.PUBLIC, True, True),
        (Circle.NETWORK, True, True),
        (Circle.SCHOOL, False, True),
        (Circle.PARTNERS, False, True),
        (Circle.FOLLOWERS, False, False),
        (Circle.DIRECT, False, False),
        (Circle.DRAFT, False, False),
    ],
)
async def test_a_file_is_for_those_who_see_its_post(
    visitors: Visitors, circle: Circle, stranger: bool, colleague: bool
) -> None:
    file = await on_a_post(visitors, b"text", "a.txt", circle)

    assert (await visitors.stranger.get(file_path(file))).is_success is stranger
    assert (await visitors.admin.get(file_path(file))).is_success is colleague
    assert (await visitors.teacher.get(file_path(file))).is_success


async def test_what_is_not_for_everybody_is_kept_by_nobody_on_the_way(visitors: Visitors) -> None:
    file = await on_a_post(visitors, b"text", "a.txt", Circle.SCHOOL)

    answer = await visitors.teacher.get(file_path(file))

    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Cookie, Signature"


async def test_hidden_and_absent_answer_alike(visitors: Visitors) -> None:
    hidden = await on_a_post(visitors, b"text", "a.txt", Circle.SCHOOL)

    asked = (hidden.id, hidden.id + 1, 2**70)
    answers = [await visitors.stranger.get(f"/media/{file_id}/a.txt") for file_id in asked]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text.replace(str(file_id), "") for file_id, answer in zip(asked, answers, strict=True)}) == 1
    assert len({str(sorted(answer.headers)) for answer in answers}) == 1


async def test_an_upload_is_its_owners_alone_until_it_is_published(visitors: Visitors) -> None:
    file = await put(visitors.school, visitors.aigul, b"text", "a.txt")

    assert (await visitors.teacher.get(file_path(file))).is_success
    assert absent(await visitors.admin.get(file_path(file)))
    assert absent(await visitors.stranger.get(file_path(file)))


async def test_nothing_of_a_suspended_teacher_is_given_away(visitors: Visitors) -> None:
    file = await on_a_post(visitors, b"text", "a.txt")

    async def suspend(tx: Transaction) -> None:
        await tx.execute("UPDATE actors SET suspended_at = 1 WHERE id = :id", id=visitors.aigul.id)

    await visitors.school.write(suspend)

    assert absent(await visitors.stranger.get(file_path(file)))


async def test_an_avatar_is_for_everybody(visitors: Visitors) -> None:
    file = await put(visitors.school, visitors.aigul, samples.picture(), "me.jpg")

    async def wear(tx: Transaction) -> None:
        await tx.execute("UPDATE actors SET avatar_id = :file WHERE id = :id", file=file.id, id=visitors.aigul.id)

    await visitors.school.write(wear)

    assert (await visitors.stranger.get(preview_path(file.id))).is_success


# --- other servers ---


@pytest.mark.parametrize("circle", [Circle.FOLLOWERS, Circle.PARTNERS, Circle.DIRECT, Circle.SCHOOL])
async def test_a_server_without_a_follower_gets_nothing_for_its_signature(visitors: Visitors, circle: Circle) -> None:
    file = await on_a_post(visitors, b"text", "a.txt", circle)
    _, key = await colleague_key(visitors)

    assert absent(await visitors.school.get(file_path(file), signer=key))


async def test_a_server_gets_what_a_follower_of_its_sees(visitors: Visitors) -> None:
    file = await on_a_post(visitors, b"text", "a.txt", Circle.FOLLOWERS)
    bolat, key = await colleague_key(visitors)

    async def follow(tx: Transaction) -> None:
        await make.follow(tx, bolat, visitors.aigul)

    await visitors.school.write(follow)

    assert (await visitors.school.get(file_path(file), signer=key)).content == b"text"
    assert absent(await visitors.school.get(file_path(file)))


async def test_a_partner_gets_the_partners_files_and_never_the_schools(visitors: Visitors) -> None:
    shared = await on_a_post(visitors, b"text", "a.txt", Circle.PARTNERS)
    inner = await on_a_post(visitors, b"text", "a.txt", Circle.SCHOOL)
    _, key = await colleague_key(visitors)
    await visitors.school.write(make.agreement, "kostanay.test")

    assert (await visitors.school.get(file_path(shared), signer=key)).is_success
    assert absent(await visitors.school.get(file_path(inner), signer=key))


async def test_a_file_of_another_school_is_opened_here(visitors: Visitors) -> None:
    kostanay = visitors.network["kostanay"]
    bolat = await kostanay.teacher("bolat")
    await visitors.school.follow(visitors.aigul, bolat)
    file = await put(kostanay, bolat, content := samples.pdf(), "жоспар.pdf")
    post = await kostanay.post(bolat, "With a plan", Circle.FOLLOWERS, file_ids=(file.id,))
    await visitors.network.drain()

    seen = await visitors.teacher.get(f"/posts/{(await visitors.school.has(post.uri)).id}")  # type: ignore[union-attr]
    path = next(part for part in seen.text.split('"') if part.startswith("/media/") and ".pdf" in part)

    assert (await visitors.teacher.get(path)).content == content
    assert absent(await visitors.stranger.get(path))


async def test_a_file_that_cannot_be_fetched_is_unavailable(visitors: Visitors) -> None:
    visitors.network._strangers["files.test"] = Shelf()  # type: ignore[assignment]

    async def announce(tx: Transaction) -> int:
        carol = await make.colleague(tx, "carol", host="files.test")
        file_id = await make.picture(tx, carol)
        await tx.execute("UPDATE files SET remote_url = 'http://files.test/a.png' WHERE id = :id", id=file_id)
        await make.remote(tx, carol, file_ids=(file_id,))
        return file_id

    file_id = await visitors.school.write(announce)

    assert (await visitors.stranger.get(f"/media/{file_id}/a.png")).status_code == 503


HTML = b"<!DOCTYPE html><html><body onload=alert(1)><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
BEGINS_AS_FILM = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"


@pytest.mark.parametrize(
    ("name", "content", "said", "content_type"),
    [
        ("page.mp4", HTML, "video/mp4", "application/octet-stream"),
        ("page.html", HTML, "video/mp4", "application/octet-stream"),
        ("page.mp3", HTML, "audio/mpeg", "application/octet-stream"),
        ("drawing.webm", SVG, "video/webm", "application/octet-stream"),
        ("actor.mp4", ACTOR, content_types.ACTIVITY, "application/octet-stream"),
        ("script.ogg", b"alert(document.cookie)", "text/javascript", "application/octet-stream"),
        ("both.html", BEGINS_AS_FILM + HTML, "text/html", "video/mp4"),
        ("both.svg", b"ID3" + SVG, "image/svg+xml", "audio/mpeg"),
    ],
)
async def test_what_a_hostile_peer_calls_film_or_sound_is_neither_run_nor_believed(
    visitors: Visitors, name: str, content: bytes, said: str, content_type: str
) -> None:
    """By whatever name and type it comes: what a browser is told is what the bytes begin as, in a sandbox."""
    visitors.network._strangers["files.test"] = Shelf({f"/{name}": content})  # type: ignore[assignment]

    async def announce(tx: Transaction) -> int:
        carol = await make.colleague(tx, "carol", host="files.test")
        remote = RemoteFile(f"http://files.test/{name}", FileKind.VIDEO, said, name, "")
        file_id = await remote_files.announce(tx, carol.id, remote)
        await make.remote(tx, carol, file_ids=(file_id,))
        return file_id

    path = f"/media/{await visitors.school.write(announce)}/{name}"

    for range_, status in (({}, 200), ({"Range": "bytes=4-"}, 206), ({"Range": f"bytes={len(content)}-"}, 416)):
        answer = await visitors.stranger.get(path, **range_, Accept="text/html," + content_types.ACCEPT)

        assert answer.status_code == status
        if status != 416:
            assert answer.headers["content-type"] == content_type
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in answer.headers["content-security-policy"]
            assert "script" not in answer.headers["content-security-policy"]
            shown = content_type != "application/octet-stream"
            assert answer.headers["content-disposition"].startswith("inline; " if shown else "attachment; ")


# --- a host for files ---


async def test_public_files_are_at_the_host_for_files_if_there_is_one(tmp_path: Path) -> None:
    async with open_network(tmp_path, 1, media_host="files.test") as network:
        school = network["almaty"]
        aigul = await school.teacher()
        file = await put(school, aigul, b"text", "Жоспар.txt")
        await school.post(aigul, "With a file", file_ids=(file.id,))

        sent_on = await school.get(file_path(file))
        there = await school.get(sent_on.headers["location"])

    assert (sent_on.status_code, sent_on.headers["access-control-allow-origin"]) == (307, "*")
    assert sent_on.headers["location"] == f"http://files.test{file_path(file)}"
    assert there.content == b"text"


async def test_what_is_not_public_stays_where_the_session_is(tmp_path: Path) -> None:
    async with open_network(tmp_path, 1, media_host="files.test") as network:
        school = network["almaty"]
        aigul = await school.teacher()
        file = await put(school, aigul, b"text", "a.txt")
        await school.post(aigul, "With a file", Circle.SCHOOL, file_ids=(file.id,))

        answer = await (await signed_in(school, aigul)).get(file_path(file))

    assert (answer.status_code, answer.content) == (200, b"text")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plan.pdf", "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf"),
        ('a"b\\c.pdf', "attachment; filename=\"a_b_c.pdf\"; filename*=UTF-8''a%22b%5Cc.pdf"),
        ("Сабақ.pdf", f"attachment; filename=\"_____.pdf\"; filename*=UTF-8''{quote('Сабақ.pdf')}"),
        ("", "attachment"),
    ],
)
def test_a_name_is_told_in_letters_and_in_ascii(name: str, expected: str) -> None:
    assert disposition(name, shown=False) == expected


async def test_a_page_plays_film_and_sound_where_they_stand_and_starts_nothing_by_itself(visitors: Visitors) -> None:
    film = await on_a_post(visitors, b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64), "a.mp4")
    sound = await on_a_post(visitors, b"ID3" + bytes(64), "a.mp3")

    page = (await visitors.stranger.get("/@aigul")).text

    assert re.search(rf'<video [^>]*src="{file_path(film)}"[^>]* controls [^>]*preload="none"', page)
    assert re.search(rf'<audio [^>]*src="{file_path(sound)}"[^>]* controls [^>]*preload="none"', page)
    assert "autoplay" not in page


async def test_the_focal_point_of_a_picture_stays_in_sight_where_it_is_cut(visitors: Visitors) -> None:
    file = await put(visitors.school, visitors.aigul, samples.picture("PNG"), "a.png")
    await visitors.school.write(files.redescribe, visitors.aigul, file.id, None, (-0.8, 0.9))
    await visitors.school.post(visitors.aigul, "With a file", Circle.PUBLIC, file_ids=(file.id,))

    assert 'class="at-left at-top"' in (await visitors.stranger.get("/@aigul")).text

"""Small pictures that other servers show of their films and documents: seen here before anybody has fetched those."""

from typing import Any

import pytest

from fedi import media
from fedi.actions import files as file_actions
from fedi.actions import posts as post_actions
from fedi.models.files import File
from fedi.models.posts import Circle, Post
from fedi.outbound import upkeep
from fedi.store import files, views
from tests.factories import LESSON_PLAN
from tests.federation.conftest import outcomes
from tests.federation.test_peering import agree
from tests.media.samples import pdf, picture, upload
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.network(1)

BASE = "http://mastodon.test"
PDF = {"type": "Document", "mediaType": "application/pdf", "url": f"{BASE}/sheet.pdf", "name": "Sheet"}
FILM = {"type": "Video", "mediaType": "video/mp4", "url": f"{BASE}/film.mp4", "name": "Strips"}
ICON = {"type": "Image", "mediaType": "image/png", "url": f"{BASE}/icon.png"}


async def arrived(almaty: TestSchool, carol: StrangePerson, *attached: Any, path: str = "/notes/1") -> Post:
    note = carol.note(path, attachment=list(attached))
    await almaty.deliver(carol.activity("Create", note, f"{path}/activity"), carol.key)
    await almaty.network.drain()
    assert (await outcomes(almaty))[-1] == "created"
    found = await almaty.has(note["id"])
    assert found is not None
    return found


@pytest.fixture
def reader(almaty: TestSchool) -> Browser:
    return Browser(almaty)


@pytest.mark.usefixtures("aigul")
@pytest.mark.parametrize("attached", [PDF, FILM], ids=["a document", "a film"])
@pytest.mark.parametrize("icon", [ICON, ICON["url"]], ids=["an image", "an address"])
async def test_its_picture_is_shown_and_the_file_itself_left_where_it_is(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, reader: Browser, attached: Any, icon: Any
) -> None:
    """16.9."""
    mastodon.documents["/icon.png"] = picture("PNG")
    post = await arrived(almaty, carol, {**attached, "icon": icon})
    [file] = (await almaty.read(views.full, [post.id]))[0].files
    told = (await almaty.get(f"/api/v1/statuses/{post.id}", accept="application/json")).json()["media_attachments"][0]

    page = await reader.get(f"/posts/{post.id}")
    shown = await reader.get(f"/media/{file.id}/preview.webp")

    assert told["preview_url"] == f"{almaty.base}/media/{file.id}/preview.webp"
    assert f'"/media/{file.id}/preview.webp"' in page.text
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert [each for each in mastodon.asked if "." in each.rpartition("/")[2]] == ["/icon.png"]
    assert (await reader.get(f"/media/{file.icon_id}/preview.webp")).status_code == 404


@pytest.mark.usefixtures("aigul")
@pytest.mark.parametrize("raw", [b"<svg onload=alert(1)>", b"%PDF-1.4", b"", picture("PNG") + b"\0" * 2_100_000])
async def test_what_is_no_small_picture_is_not_shown(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, reader: Browser, raw: bytes
) -> None:
    mastodon.documents["/icon.png"] = raw
    post = await arrived(almaty, carol, {**PDF, "icon": ICON})
    [file] = (await almaty.read(views.full, [post.id]))[0].files

    shown = await reader.get(f"/media/{file.id}/preview.webp")

    assert shown.status_code in (404, 503)


@pytest.mark.network(2)
async def test_the_first_page_of_a_worksheet_is_seen_at_a_partner_s_school(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    await agree(network, "almaty", "kostanay")
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    sheet = await media.receive(almaty.instance.media, upload(pdf(), "sheet.pdf"), "")
    file_id = (await almaty.write(file_actions.add, aigul, sheet)).id
    post = await almaty.post(
        aigul, "Text", Circle.PARTNERS, title="Fractions", material=LESSON_PLAN, file_ids=(file_id,)
    )
    await network.drain()
    there = await kostanay.has(post.uri)
    assert there is not None
    browser = await signed_in(kostanay, bolat)

    page = await browser.get(f"/posts/{there.id}")
    [file] = (await kostanay.read(views.full, [there.id]))[0].files
    shown = await browser.get(f"/media/{file.id}/preview.webp")

    assert f'<img class="sheet1" src="/media/{file.id}/preview.webp"' in page.text
    assert shown.status_code == 200
    assert (await Browser(kostanay).get(f"/media/{file.id}/preview.webp")).status_code == 404
    kept = await kostanay.read(files.by_id, file.id)
    assert kept.storage_key is None


@pytest.mark.usefixtures("aigul")
async def test_a_picture_needs_none_and_a_file_without_one_has_none(almaty: TestSchool, carol: StrangePerson) -> None:
    post = await arrived(almaty, carol, {"type": "Image", "url": f"{BASE}/board.png", "icon": ICON}, PDF)

    shown = (await almaty.read(views.full, [post.id]))[0].files

    assert [(each.icon_id, each.has_preview) for each in shown] == [(None, True), (None, False)]


@pytest.mark.usefixtures("aigul")
async def test_it_stays_as_long_as_what_it_shows(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, reader: Browser
) -> None:
    mastodon.documents["/icon.png"] = picture("PNG")
    post = await arrived(almaty, carol, {**FILM, "icon": ICON})
    [film] = (await almaty.read(views.full, [post.id]))[0].files
    await reader.get(f"/media/{film.id}/preview.webp")

    kept = [await _is_kept(almaty, film)]
    await almaty.write(post_actions.delete, post)
    kept += [await _is_kept(almaty, film) for _ in range(2)]

    assert (kept[0], kept[-1]) == (True, False)


async def _is_kept(almaty: TestSchool, film: File) -> bool:
    """Whether its picture is still there after some days."""
    almaty.network.clock.advance(days=3)
    await upkeep._erase_files(almaty.instance)
    return await almaty.read(files.by_id, film.icon_id) is not None

"""Files of clients: film and sound that take a while, pictures that stand for them, and what is wrong with a file
(behaviours 10.1 to 10.10).
"""

from typing import Any

import pytest

from fedi import media
from fedi.media.storage import Storage
from fedi.store import files as stored
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems
from tests.media import films, samples
from tests.media.films import needs_ffmpeg

V1, V2 = "/api/v1/media", "/api/v2/media"


async def send(client: Client, content: bytes, name: str, path: str = V2, **more: Any) -> Any:
    return await client.post(path, files={"file": (name, content, "application/octet-stream")}, **more)


def left(clients: Clients) -> list[str]:
    """Everything that lies in the storage."""
    storage: Storage = clients.school.instance.media
    return list(storage.older_than(float("inf")))


async def publish(client: Client, *files: str) -> Any:
    return await client.post("/api/v1/statuses", json={"status": "Look", "media_ids": files, "visibility": "public"})


# --- 202, 206, 200 ---


@needs_ffmpeg
async def test_a_film_is_202_then_206_then_200_and_can_be_attached_then(clients: Clients) -> None:
    sent = await send(clients.aigul, films.film(), "lesson.mov", data={"description": "Strips", "focus": "0.5,-0.5"})
    path = f"{V1}/{sent.json()['id']}"
    waits = await clients.aigul.get(path)
    early = await publish(clients.aigul, sent.json()["id"])
    said = await clients.aigul.put(path, json={"description": "Strips of film"})
    await clients.network.drain()
    ready = await clients.aigul.get(path)
    post = await publish(clients.aigul, sent.json()["id"])

    assert (sent.status_code, sent.json()["url"], sent.json()["type"]) == (202, None, "video")
    assert (waits.status_code, waits.json()["url"]) == (206, None)
    assert (said.status_code, said.json()["description"]) == (206, "Strips of film")
    assert problems("MediaAttachment", sent.json()) == problems("MediaAttachment", waits.json()) == []
    assert early.status_code == 422
    assert early.json() == {
        "error": "Cannot attach files that have not finished processing. Try again in a moment!",
    }
    assert ready.status_code == 200
    assert problems("Status", post.json()) == []
    [attached] = post.json()["media_attachments"]
    assert (attached["type"], attached["description"]) == ("video", "Strips of film")
    assert attached["preview_url"]
    assert attached["blurhash"]
    played = await clients.stranger.get(attached["url"], headers={"Range": "bytes=0-99"})
    assert (played.status_code, played.headers["content-type"]) == (206, "video/mp4")
    assert (await clients.aigul.get(path)).status_code == 404


@needs_ffmpeg
async def test_the_meta_of_a_film_says_what_clients_show(clients: Clients) -> None:
    sent = (await send(clients.aigul, films.film(), "a.mov", V1, data={"focus": "0.5,-0.5"})).json()

    assert problems("MediaAttachment", sent) == []
    meta = sent["meta"]
    assert meta["original"].items() >= {"width": 320, "height": 240, "frame_rate": "25/1"}.items()
    assert meta["original"]["bitrate"] > 10_000
    assert meta["small"] == {"width": 320, "height": 240, "size": "320x240", "aspect": 320 / 240}
    assert (meta["fps"], meta["size"], meta["length"][:7]) == (25, "320x240", "0:00:03")
    assert meta["focus"] == {"x": 0.5, "y": -0.5}


@needs_ffmpeg
async def test_the_old_way_answers_when_the_film_is_ready(clients: Clients) -> None:
    sent = await send(clients.aigul, films.film(), "a.mov", V1)

    assert sent.status_code == 200
    assert sent.json()["url"].endswith("a.mp4") or ".mp4" in sent.json()["url"]


@needs_ffmpeg
@pytest.mark.parametrize(("make", "name", "kind"), [(films.gif, "a.gif", "gifv"), (films.sound, "a.mp3", "audio")])
async def test_a_gif_that_moves_is_gifv_and_sound_is_audio(clients: Clients, make: Any, name: str, kind: str) -> None:
    sent = await send(clients.aigul, make(), name)
    await clients.network.drain()
    [attached] = (await publish(clients.aigul, sent.json()["id"])).json()["media_attachments"]

    assert (sent.status_code, attached["type"]) == (202, kind)
    assert (attached["preview_url"] is None) == (kind == "audio")


@needs_ffmpeg
async def test_what_turns_out_to_be_no_film_is_422_and_its_bytes_are_gone(clients: Clients) -> None:
    sent = await send(clients.aigul, b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(99), "a.mp4")
    await clients.network.drain()
    asked = await clients.aigul.get(f"{V1}/{sent.json()['id']}")
    tried = await publish(clients.aigul, sent.json()["id"])

    assert sent.status_code == 202
    assert (asked.status_code, asked.json()) == (422, {"error": "Error processing thumbnail for uploaded media"})
    assert tried.status_code == 422
    assert left(clients) == []


@needs_ffmpeg
async def test_a_film_that_is_thrown_away_while_it_is_worked_on_leaves_nothing(clients: Clients) -> None:
    sent = await send(clients.aigul, films.film(), "a.mov")
    assert len(left(clients)) == 1

    assert (await clients.aigul.delete(f"{V1}/{sent.json()['id']}")).status_code == 200
    await clients.network.drain()

    assert left(clients) == []
    assert await clients.school.read(stored.by_id, int(sent.json()["id"])) is None


@needs_ffmpeg
async def test_a_film_waits_in_the_queue_while_another_is_worked_on_and_counts_no_attempt(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await send(clients.aigul, films.film(), "a.mov")
    path = f"{V1}/{sent.json()['id']}"
    with monkeypatch.context() as busy:
        busy.setattr(media, "is_taken", lambda place: True)
        await clients.network.drain()
    assert (await clients.aigul.get(path)).status_code == 206

    clients.network.clock.advance(seconds=3)
    await clients.network.drain()

    assert (await clients.aigul.get(path)).status_code == 200


@needs_ffmpeg
async def test_nobody_else_learns_of_a_film_that_is_worked_on(clients: Clients) -> None:
    sent = await send(clients.aigul, films.film(), "a.mov")
    raw = await clients.aigul.get(f"/media/{sent.json()['id']}/a.mov")

    assert (await clients.bolat.get(f"{V1}/{sent.json()['id']}")).status_code == 404
    assert raw.status_code == 404
    absent = await publish(clients.bolat, "1")
    hidden = await publish(clients.bolat, sent.json()["id"])
    assert hidden.text == absent.text.replace("Media 1 ", f"Media {sent.json()['id']} ")


@needs_ffmpeg
async def test_bytes_that_wait_are_not_swept_away(clients: Clients) -> None:
    await send(clients.aigul, films.film(), "a.mov")

    assert await clients.school.read(stored.referenced_keys, left(clients)) == set(left(clients))


# --- a picture that stands for a file ---


async def test_a_client_gives_a_film_its_picture_when_it_sends_it_or_later(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    films.without(monkeypatch)
    content = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(99)
    files = {"file": ("a.mp4", content), "thumbnail": ("t.png", samples.picture("PNG", (900, 600)), "image/png")}
    sent = (await clients.aigul.post(V2, files=files)).json()
    square = {"thumbnail": ("t.png", samples.picture("PNG", (80, 80)), "image/png")}
    changed = (await clients.aigul.put(f"{V1}/{sent['id']}", files=square)).json()

    assert sent["meta"]["small"] == {"width": 640, "height": 427, "size": "640x427", "aspect": 640 / 427}
    assert sent["blurhash"]
    assert changed["meta"]["small"]["size"] == "80x80"
    assert (await clients.aigul.get(changed["preview_url"])).headers["content-type"] == "image/webp"
    assert len(left(clients)) == 2


@needs_ffmpeg
async def test_the_picture_of_the_client_stays_when_the_film_is_ready(clients: Clients) -> None:
    files = {"file": ("a.mov", films.film()), "thumbnail": ("t.png", samples.picture("PNG", (80, 80)), "image/png")}
    sent = (await clients.aigul.post(V2, files=files)).json()
    await clients.network.drain()
    ready = (await clients.aigul.get(f"{V1}/{sent['id']}")).json()

    assert ready["meta"]["small"]["size"] == "80x80"
    assert len(left(clients)) == 2


async def test_an_edit_gives_a_file_of_the_post_another_picture(clients: Clients) -> None:
    """Behaviour 9.13: `media_attributes[][thumbnail]`."""
    sent = (await send(clients.aigul, samples.picture("PNG"), "a.png")).json()
    post = (await publish(clients.aigul, sent["id"])).json()
    clients.network.clock.advance(minutes=1)
    changed = await clients.aigul.put(
        f"/api/v1/statuses/{post['id']}",
        data={"status": "Look", "media_ids[]": sent["id"], "media_attributes[][id]": sent["id"]},
        files={"media_attributes[][thumbnail]": ("t.png", samples.picture("PNG", (20, 10)), "image/png")},
    )

    [attached] = changed.json()["media_attachments"]
    assert attached["meta"]["small"]["size"] == "20x10"
    assert changed.json()["edited_at"]
    assert len(left(clients)) == 2


async def test_what_is_no_picture_stands_for_nothing(clients: Clients) -> None:
    sent = (await send(clients.aigul, samples.picture("PNG"), "a.png")).json()
    before = left(clients)

    got = await clients.aigul.put(f"{V1}/{sent['id']}", files={"thumbnail": ("t.txt", b"text", "text/plain")})

    assert got.status_code == 422
    assert got.json() == {"error": "Validation failed: Thumbnail content type is invalid, Thumbnail is invalid"}
    assert left(clients) == before


async def test_nobody_gives_a_picture_to_the_file_of_somebody_else(clients: Clients) -> None:
    sent = (await send(clients.aigul, samples.picture("PNG"), "a.png")).json()

    got = await clients.bolat.put(
        f"{V1}/{sent['id']}", files={"thumbnail": ("t.png", samples.picture("PNG"), "image/png")}
    )

    assert got.status_code == 404


# --- what is wrong ---


async def test_a_damaged_picture_is_refused_in_the_words_of_mastodon(clients: Clients) -> None:
    got = await send(clients.aigul, samples.picture("PNG")[:60], "a.png")

    assert (got.status_code, got.json()) == (422, {"error": "File type of uploaded media could not be verified"})


async def test_whoever_sends_a_file_without_a_token_is_told_that(clients: Clients) -> None:
    sent = {"file": ("photo.jpg", samples.picture(), "image/jpeg")}

    got = await clients.stranger.post("/api/v2/media", files=sent)

    assert (got.status_code, got.json()["error"]) == (401, "The access token is invalid")


async def test_a_picture_of_too_many_pixels_is_refused(clients: Clients) -> None:
    got = await send(clients.aigul, samples.bomb(9_000), "a.png")

    assert got.status_code == 422
    assert got.json()["error"].startswith("Validation failed: The picture has more than")


async def test_the_limits_that_are_told_are_those_that_are_kept(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = clients.school.instance.school.limits
    films.without(monkeypatch)
    told = (await clients.stranger.get("/api/v2/instance")).json()["configuration"]["media_attachments"]

    assert told["image_size_limit"] == limits.file_bytes
    assert told["image_matrix_limit"] == limits.picture_pixels
    assert told["video_size_limit"] == 16 * 2**20
    assert {"video/mp4", "audio/mpeg", "image/gif", "application/pdf"} <= set(told["supported_mime_types"])


async def test_a_file_of_somebody_else_or_of_another_post_is_put_on_none(clients: Clients) -> None:
    """10.4, 10.5."""
    sent = (await send(clients.aigul, samples.picture("PNG"), "a.png")).json()["id"]

    foreign = await publish(clients.bolat, sent)
    used = await publish(clients.aigul, sent)
    again = await publish(clients.aigul, sent)

    assert (foreign.status_code, used.status_code, again.status_code) == (422, 200, 422)
    absent = (await publish(clients.aigul, "1")).text
    assert foreign.text == again.text == absent.replace("Media 1 ", f"Media {sent} ")
    for call in (clients.aigul.get, clients.aigul.put, clients.aigul.delete):
        assert (await call(f"{V2}/{sent}")).status_code == 404


async def test_a_picture_of_elsewhere_is_shown_from_here_and_says_where_it_is_from(clients: Clients) -> None:
    """10.9: and says nothing where nobody has described it."""
    there = clients.network["kostanay"]
    marat = await let_in(there, await there.teacher("marat"))
    sent = (await send(marat, samples.picture("PNG"), "a.png")).json()["id"]
    post = (await publish(marat, sent)).json()
    found = await clients.aigul.get("/api/v2/search", params={"q": post["url"], "resolve": "true"})
    await clients.network.drain()

    got = (await clients.aigul.get(f"/api/v1/statuses/{found.json()['statuses'][0]['id']}")).json()

    assert problems("Status", got) == []
    [attached] = got["media_attachments"]
    assert attached["remote_url"] == post["media_attachments"][0]["url"]
    assert attached["url"].startswith(clients.school.base)
    assert attached["preview_url"].startswith(clients.school.base)
    assert (attached["description"], attached["type"]) == (None, "image")


async def test_what_somebody_elsewhere_says_of_her_picture_anew_is_an_edit_here_too(clients: Clients) -> None:
    """9.14: and the version before has what was said then."""
    there = clients.network["kostanay"]
    marat = await let_in(there, await there.teacher("marat"))
    await clients.aigul.post(f"/api/v1/accounts/{(await clients.school.knows(marat.me)).id}/follow")
    await clients.network.drain()
    sent = (await send(marat, samples.picture("PNG"), "a.png", data={"description": "A cat"})).json()["id"]
    post = (await publish(marat, sent)).json()
    await clients.network.drain()
    [before] = (await clients.aigul.get("/api/v1/timelines/home")).json()
    clients.network.clock.advance(minutes=1)

    said = {"id": sent, "description": "A dog", "focus": "0.5,0.5"}
    edit = {"status": "Look", "media_ids": [sent], "media_attributes": [said]}
    assert (await marat.put(f"/api/v1/statuses/{post['id']}", json=edit)).status_code == 200
    await clients.network.drain()

    now = (await clients.aigul.get(f"/api/v1/statuses/{before['id']}")).json()
    versions = (await clients.aigul.get(f"/api/v1/statuses/{before['id']}/history")).json()
    assert now["edited_at"]
    assert now["media_attachments"][0]["meta"]["focus"] == {"x": 0.5, "y": 0.5}
    assert [each["description"] for each in (before["media_attachments"] + now["media_attachments"])] == [
        "A cat",
        "A dog",
    ]
    assert [each["media_attachments"][0]["description"] for each in versions] == ["A cat", "A dog"]

"""Custom emojis: those of other servers through our own origin, and those of this school on their way out."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.actions import actors as actor_actions
from fedi.actions import emojis
from fedi.activitypub.jsonld import Json, format_time
from fedi.errors import Invalid, NotFound
from fedi.media import receive_path
from fedi.models.actors import Actor, ProfileChange
from fedi.models.posts import Post
from fedi.outbound import upkeep
from fedi.store import actors
from fedi.store import emojis as stored
from tests.factories import poll
from tests.federation.conftest import outcomes
from tests.media.samples import animation, picture
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger
from tests.web.browsing import Browser

pytestmark = pytest.mark.network(2)

BASE = "http://mastodon.test"


def emoji(name: str = "blobcat", url: str = f"{BASE}/blobcat.png", updated: str | None = None) -> Json:
    icon = {"type": "Image", "mediaType": "image/png", "url": url}
    return {"id": f"{BASE}/emojis/1", "type": "Emoji", "name": f":{name}:", "icon": icon, "updated": updated}


async def arrived(almaty: TestSchool, carol: StrangePerson, path: str = "/notes/1", **note: Any) -> Post:
    document = carol.note(path, **note)
    await almaty.deliver(carol.activity("Create", document, f"{path}/activity"), carol.key)
    await almaty.network.drain()
    assert (await outcomes(almaty))[-1] == "created"
    found = await almaty.has(str(document["id"]))
    assert found is not None
    return found


async def given(school: TestSchool, name: str = "bravo", raw: bytes | None = None, **about: str) -> None:
    """The administrator gives the school an emoji."""
    source = school.instance.config.folder / f"{name}.png"
    source.write_bytes(picture("PNG", (64, 64)) if raw is None else raw)
    await school.write(emojis.add, None, name, await receive_path(school.instance.media, source), *about.values())


async def test_an_emoji_of_another_server_is_shown_from_our_origin(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    mastodon.documents["/blobcat.png"] = picture("PNG", (64, 64))
    post = await arrived(almaty, carol, content="<p>Hello :blobcat: and :unknown:</p>", tag=[emoji()])
    mastodon.asked.clear()

    page = await Browser(almaty).get(f"/posts/{post.id}")
    before = list(mastodon.asked)
    shown = await Browser(almaty).get("/emoji/mastodon.test/blobcat")
    still = await Browser(almaty).get("/emoji/mastodon.test/blobcat?still")
    await Browser(almaty).get("/emoji/mastodon.test/blobcat")

    assert 'src="/emoji/mastodon.test/blobcat" alt=":blobcat:"' in page.text
    assert ":unknown:" in page.text
    assert f"{BASE}/blobcat.png" not in page.text
    assert before == []
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert still.headers["content-type"] == "image/webp"
    assert mastodon.asked == ["/blobcat.png"]


async def test_emojis_stand_in_warnings_names_and_profiles(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    fields = [{"type": "PropertyValue", "name": "Cat :blobcat:", "value": ":blobcat: yes"}]
    mastodon.documents["/users/carol"] = {
        **carol.document(),
        "name": "Carol :blobcat:",
        "summary": "<p>I am :blobcat:</p>",
        "attachment": fields,
        "tag": emoji(),
    }
    await almaty.deliver(carol.activity("Update", carol.document()), carol.key)
    post = await arrived(almaty, carol, summary="About :blobcat:", tag=emoji())

    of_post = await Browser(almaty).get(f"/posts/{post.id}")
    of_person = await Browser(almaty).get("/@carol@mastodon.test")

    assert of_post.text.count('<img class="emoji"') == 2
    assert of_person.text.count('<img class="emoji"') >= 4


async def test_a_name_inside_an_attribute_is_left_alone(almaty: TestSchool, carol: StrangePerson, aigul: Actor) -> None:
    content = '<p><a href="https://x.test/?a=>:blobcat:" title=":blobcat:">link</a></p>'
    post = await arrived(almaty, carol, content=content, tag=emoji())

    page = await Browser(almaty).get(f"/posts/{post.id}")

    assert '<img class="emoji"' not in page.text


@pytest.mark.parametrize("raw", [b"<svg onload=alert(1)>", b"not a picture", picture("PNG") + b"\0" * 300_000, b""])
async def test_what_is_no_small_picture_is_not_shown(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor, raw: bytes
) -> None:
    mastodon.documents["/blobcat.png"] = raw
    await arrived(almaty, carol, content=":blobcat:", tag=emoji())

    answer = await Browser(almaty).get("/emoji/mastodon.test/blobcat")

    assert answer.status_code in (404, 503)


@pytest.mark.parametrize("path", ["/emoji/nothing", "/emoji/mastodon.test/nothing", "/emojis/nothing"])
async def test_an_emoji_nobody_has_announced_is_not_there(almaty: TestSchool, path: str) -> None:
    assert (await almaty.get(path)).status_code == 404


async def test_another_picture_takes_the_place_of_the_old_one(
    almaty: TestSchool, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    mastodon.documents |= {"/old.png": picture("PNG", color="red"), "/new.png": picture("PNG", color="blue")}
    await arrived(almaty, carol, "/notes/1", tag=emoji(url=f"{BASE}/old.png"))
    old = await Browser(almaty).get("/emoji/mastodon.test/blobcat")
    await arrived(almaty, carol, "/notes/2", tag=emoji(url=f"{BASE}/new.png"))
    new = await Browser(almaty).get("/emoji/mastodon.test/blobcat")

    assert old.content != new.content


@pytest.mark.parametrize(
    ("times", "is_new"),
    [
        (("2026-09-01T10:00:00Z", "2027-09-01T10:00:00Z"), True),
        (("2026-09-01T10:00:00Z", "2026-09-01T10:00:00Z"), False),
        (("2027-09-01T10:00:00Z", "2027-09-01T10:00:00Z"), False),
        ((None, None), False),
    ],
    ids=["later", "the same", "the same, of a clock that is ahead", "none"],
)
async def test_another_picture_at_the_same_address_is_fetched_when_its_server_says_so(
    almaty: TestSchool,
    mastodon: Stranger,
    carol: StrangePerson,
    aigul: Actor,
    times: tuple[str | None, str | None],
    is_new: bool,
) -> None:
    """16.10."""
    shown = []
    for number, (time, color) in enumerate(zip(times, ("red", "blue"), strict=True)):
        mastodon.documents["/blobcat.png"] = picture("PNG", color=color)
        await arrived(almaty, carol, f"/notes/{number}", tag=emoji(updated=time))
        shown.append((await Browser(almaty).get("/emoji/mastodon.test/blobcat")).content)

    assert (shown[0] != shown[1]) is is_new


async def test_a_host_invents_only_so_many(
    almaty: TestSchool, carol: StrangePerson, aigul: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emojis, "_PER_HOST", 10)
    for number in range(3):
        await arrived(almaty, carol, f"/n/{number}", tag=[emoji(f"cat_{number}_{each}") for each in range(8)])

    assert await almaty.read(stored.count_at, "mastodon.test") == 10


@pytest.mark.parametrize("name", ["", "a b", "../../x", "<script>", "x" * 200, "кот"])
async def test_a_name_that_is_none_is_left_out(
    almaty: TestSchool, carol: StrangePerson, aigul: Actor, name: str
) -> None:
    post = await arrived(almaty, carol, tag=emoji(name))

    assert post.emojis == ()


# --- ours ------------------------------------------------------------------------------------------


async def test_an_emoji_of_ours_goes_out_with_the_post_and_has_a_document(almaty: TestSchool, network: Network) -> None:
    await given(almaty)
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Well done :bravo: :unknown:")

    [tag] = [each for each in (await almaty.get(post.uri)).json()["tag"] if each["type"] == "Emoji"]
    document = (await almaty.get(tag["id"])).json()
    shown = await Browser(almaty).get("/emoji/bravo")

    assert tag["name"] == ":bravo:"
    assert {name: document[name] for name in tag} == tag
    assert tag["icon"] == {"type": "Image", "mediaType": "image/png", "url": f"{almaty.base}/emoji/bravo"}
    assert tag["updated"] == format_time(network.clock())
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")


async def test_another_school_shows_it(almaty: TestSchool, network: Network) -> None:
    kostanay = network["kostanay"]
    await given(almaty)
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    post = await almaty.post(aigul, "Well done :bravo:")
    await network.drain()
    there = await kostanay.has(post.uri)
    assert there is not None

    page = await Browser(kostanay).get(f"/posts/{there.id}")
    shown = await Browser(kostanay).get("/emoji/almaty.test/bravo")

    assert 'src="/emoji/almaty.test/bravo"' in page.text
    assert shown.status_code == 200


async def test_a_profile_of_ours_names_its_emojis(almaty: TestSchool) -> None:
    await given(almaty)
    aigul = await almaty.teacher()
    await almaty.write(actor_actions.update_profile, aigul, ProfileChange(name="Aigul :bravo:"))

    tags = (await almaty.get(aigul.uri)).json()["tag"]

    assert [each["name"] for each in tags] == [":bravo:"]


async def test_one_that_is_disabled_or_removed_is_used_and_shown_no_more(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    for end in ("disable", "remove"):
        await given(almaty)
        if end == "disable":
            await almaty.write(lambda tx: emojis.set_disabled(tx, None, "bravo", disabled=True))
        else:
            await almaty.write(emojis.remove, None, "bravo")
        post = await almaty.post(aigul, "Well done :bravo:")

        assert post.emojis == ()
        assert [(await almaty.get(path)).status_code for path in ("/emoji/bravo", "/emojis/bravo")] == [404, 404]
        assert await almaty.read(emojis.usable) == []


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a b", None),
        ("x", None),
        ("bravo", picture("PNG", (600, 20))),
        ("bravo", b"%PDF-1.4 no picture"),
    ],
)
async def test_what_others_would_not_take_is_refused(almaty: TestSchool, name: str, raw: bytes | None) -> None:
    with pytest.raises(Invalid):
        await given(almaty, name, raw)

    with pytest.raises(NotFound):
        await almaty.write(emojis.remove, None, name)


async def test_one_that_moves_moves_and_has_a_still(almaty: TestSchool) -> None:
    await given(almaty, "wave", animation(side=40))

    moving, still = [await Browser(almaty).get(f"/emoji/wave{query}") for query in ("", "?still")]

    assert (moving.headers["content-type"], still.headers["content-type"]) == ("image/gif", "image/webp")


async def test_the_pictures_of_emojis_are_not_cleared_away(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    await given(almaty)
    await arrived(almaty, carol, tag=emoji())
    network.clock.advance(days=2)

    await almaty.read(actors.school_actor)
    await upkeep._erase_files(almaty.instance)

    assert (await Browser(almaty).get("/emoji/bravo")).status_code == 200


async def test_emojis_stand_in_the_choices_of_a_poll(almaty: TestSchool) -> None:
    await given(almaty)
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Which?", poll=poll("Yes :bravo:", "No"))

    page = await Browser(almaty).get(post.url.removeprefix(almaty.base))

    assert [each.shortcode for each in post.emojis] == ["bravo"]
    assert page.text.count('<img class="emoji"') == 1

"""What a server on Fedify understands of a school: it reads JSON-LD, and keeps only what it has a word for."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from fedi.models.actors import Actor, ProfileField
from fedi.models.posts import Circle
from fedi.outbound import resolver
from tests.factories import LESSON_PLAN, picture
from tests.live import LiveSchool
from tests.peers.running import Peer, PeerPerson, heard, join

pytestmark = pytest.mark.xdist_group("fedify")
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@pytest.fixture
async def dana(fedify: Peer) -> PeerPerson:
    return await join(fedify, "dana")


async def test_a_teacher_is_found_by_her_handle_and_read_whole(school: LiveSchool, fedify: Peer) -> None:
    aigul = await school.teacher(
        "aigul",
        name="Айгүл Бекова",
        summary="<p>Математика, 5-сынып</p>",
        fields=(ProfileField("Мектеп", "<p>№ 12</p>"),),
        discoverable=True,
        indexable=False,
        locked=True,
    )
    seen = await fedify.do("look", at=f"@aigul@{school.host}")

    day = datetime.fromtimestamp(aigul.created_at / 1000, UTC).date()
    assert seen == {
        "type": "Person",
        "id": aigul.uri,
        "url": f"{school.base}/@aigul",
        "inboxId": f"{aigul.uri}/inbox",
        "outboxId": f"{aigul.uri}/outbox",
        "followersId": f"{aigul.uri}/followers",
        "followingId": f"{aigul.uri}/following",
        "featuredId": f"{aigul.uri}/collections/featured",
        "sharedInbox": f"{school.base}/inbox",
        "preferredUsername": "aigul",
        "name": "Айгүл Бекова",
        "names": [{"text": "Айгүл Бекова"}],
        "summary": "<p>Математика, 5-сынып</p>",
        "summaries": [{"text": "<p>Математика, 5-сынып</p>"}],
        "manuallyApprovesFollowers": "true",
        "discoverable": "true",
        "indexable": "false",
        "published": f"{day}T00:00:00Z",
        "tags": [],
        "icons": [],
        "attachments": [{"type": "PropertyValue", "name": "Мектеп", "value": "№ 12"}],
        "publicKeys": [
            {
                "type": "CryptographicKey",
                "id": f"{aigul.uri}#main-key",
                "owner": aigul.uri,
                "algorithm": "RSASSA-PKCS1-v1_5",
            }
        ],
        "assertionMethods": [
            {"type": "Multikey", "id": f"{aigul.uri}#ed25519-key", "owner": aigul.uri, "algorithm": "Ed25519"}
        ],
    }


async def test_the_school_itself_is_read_with_its_keys(school: LiveSchool, fedify: Peer) -> None:
    seen = await fedify.do("look", at=f"{school.base}/actor")

    assert (seen["type"], seen["id"]) == ("Application", f"{school.base}/actor")
    assert [key["algorithm"] for key in seen["publicKeys"]] == ["RSASSA-PKCS1-v1_5"]
    assert [key["algorithm"] for key in seen["assertionMethods"]] == ["Ed25519"]


async def test_a_note_is_read_with_its_language_people_hashtags_and_files(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    await resolver.actor(school.instance, school.network.wire, dana.uri)
    file_id = await school.write(picture, aigul, "board.png")
    note = await school.post(
        aigul, f"{dana.handle} Бөлшектер #Бөлшектер", summary="Ұзақ", language="kk", file_ids=(file_id,)
    )
    created = await heard(school, fedify, "Create", actorId=aigul.uri)
    seen = created["object"]

    assert (created["toIds"], created["ccIds"]) == ([PUBLIC], [f"{aigul.uri}/followers", dana.uri])
    assert (seen["type"], seen["id"], seen["attributionIds"]) == ("Note", note.uri, [aigul.uri])
    assert (seen["toIds"], seen["ccIds"]) == (created["toIds"], created["ccIds"])
    assert (seen["url"], seen["published"]) == (note.url, created["published"])
    assert (seen["sensitive"], seen["summary"]) == ("true", "Ұзақ")
    assert {"text": note.content, "language": "kk"} in seen["contents"]
    assert {"text": "Ұзақ", "language": "kk"} in seen["summaries"]
    mention, hashtag = seen["tags"]
    assert (mention["type"], mention["href"], mention["name"]) == ("Mention", dana.uri, dana.handle)
    assert (hashtag["type"], hashtag["name"]) == ("Hashtag", "#Бөлшектер")
    assert hashtag["href"] == f"{school.base}/tags/{quote('бөлшектер')}"
    [attached] = seen["attachments"]
    assert (attached["type"], attached["mediaType"]) == ("Image", "image/png")
    assert (attached["name"], attached["url"]) == ("The blackboard", f"{school.base}/media/{file_id}/board.png")
    for name in ("replies", "likes", "shares"):
        assert seen[f"{name}Id"] == f"{note.uri}/{name}"


async def test_a_lesson_plan_is_an_article_with_title_description_and_files(
    school: LiveSchool, fedify: Peer, aigul: Actor
) -> None:
    file_id = await school.write(picture, aigul, "plan.png")
    plan = await school.post(
        aigul,
        "## Ход урока",
        title="Дроби",
        summary="Пятый класс",
        language="ru",
        material=LESSON_PLAN,
        file_ids=(file_id,),
    )
    seen = await fedify.do("look", at=plan.uri)

    assert (seen["type"], seen["id"], seen["name"]) == ("Article", plan.uri, "Дроби")
    assert {"text": "Дроби", "language": "ru"} in seen["names"]
    assert "Пятый класс" in seen["summary"]
    assert "Ход урока" in seen["content"]
    assert [each["url"] for each in seen["attachments"]] == [f"{school.base}/media/{file_id}/plan.png"]


async def test_collections_are_read_to_their_end(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    await dana.says("Follow", aigul.uri, aigul.uri)
    await heard(school, fedify, "Accept", actorId=aigul.uri)
    notes = [await school.post(aigul, f"Note {n}") for n in range(25)]
    answer = await school.post(aigul, "An answer", in_reply_to_id=notes[0].id)

    outbox = await fedify.do("items", at=aigul.outbox)
    followers = await fedify.do("items", at=aigul.followers)
    replies = await fedify.do("items", at=f"{notes[0].uri}/replies")

    said = [each["object"]["id"] for each in outbox["items"]]
    assert outbox["totalItems"] == "26"
    assert said == [each.uri for each in reversed([*notes, answer])]
    assert (followers["totalItems"], [each["id"] for each in followers["items"]]) == ("1", [dana.uri])
    assert [each["id"] for each in replies["items"]] == [answer.uri]


async def test_nodeinfo_is_read(school: LiveSchool, fedify: Peer, aigul: Actor) -> None:
    versions = await fedify.do("nodeinfo", at=school.base)

    assert len(versions) == 2
    for seen in versions:
        assert seen["software"]["name"] == "fedi"
        assert seen["protocols"] == ["activitypub"]
        assert seen["usage"]["users"]["total"] == 1


async def test_a_signed_request_for_what_only_followers_see_is_understood(
    school: LiveSchool, fedify: Peer, aigul: Actor, dana: PeerPerson
) -> None:
    await dana.says("Follow", aigul.uri, aigul.uri)
    await heard(school, fedify, "Accept", actorId=aigul.uri)
    note = await school.post(aigul, "For those who follow", Circle.FOLLOWERS)

    assert await fedify.do("look", at=note.uri) is None
    assert (await fedify.do("look", at=note.uri, by=dana.name))["id"] == note.uri

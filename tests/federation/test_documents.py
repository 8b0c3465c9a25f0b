"""What other servers get when they ask, and what they do not learn."""

import pytest

from fedi.actions import actors as actor_actions
from fedi.actions import follows as follow_actions
from fedi.actions import moderation
from fedi.actions import posts as post_actions
from fedi.actions import tags as tag_actions
from fedi.activitypub.jsonld import Json
from fedi.models.actors import ProfileField
from fedi.models.posts import Circle, Tag
from fedi.outbound import resolver
from fedi.store import accounts
from fedi.store.engine.transaction import Transaction
from tests.factories import picture
from tests.network import Network, TestSchool

pytestmark = pytest.mark.network(2)

ACTIVITY = "application/activity+json"
LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


@pytest.fixture
def kostanay(network: Network) -> TestSchool:
    return network["kostanay"]


@pytest.mark.parametrize("accept", [ACTIVITY, LD, f"{LD}, {ACTIVITY}"])
async def test_an_actor_and_a_post_have_documents(almaty: TestSchool, accept: str) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)

    for address, id_ in ((aigul.uri, aigul.uri), (aigul.url, aigul.uri), (post.uri, post.uri), (post.url, post.uri)):
        answer = await almaty.get(address, accept=accept)
        assert (answer.status_code, answer.json()["id"]) == (200, id_)
        assert answer.headers["content-type"].startswith(ACTIVITY)
        assert "Accept" in answer.headers["vary"]


async def test_a_browser_gets_a_page(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()

    answer = await almaty.get(aigul.url, accept="text/html,*/*;q=0.8")

    assert answer.headers["content-type"].startswith("text/html")
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("path", ["/actor", "/actor/outbox", "/actor/followers", "/actor/partners"])
async def test_the_school_itself_is_readable_without_a_signature(almaty: TestSchool, path: str) -> None:
    answer = await almaty.get(path)

    assert answer.status_code == 200
    assert answer.json()["id"] == f"{almaty.base}{path}"


async def test_a_deleted_public_post_is_410_with_a_tombstone(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    await almaty.write(post_actions.delete, post)

    answer = await almaty.get(post.uri)

    assert answer.status_code == 410
    assert (answer.json()["id"], answer.json()["type"]) == (post.uri, "Tombstone")


async def test_a_deleted_teacher_is_410(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    await almaty.write(actor_actions.delete, aigul)

    answers = [
        await almaty.get(aigul.uri),
        await almaty.get(f"/.well-known/webfinger?resource=acct:aigul@{almaty.host}"),
    ]

    assert [answer.status_code for answer in answers] == [410, 410]


@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DIRECT, Circle.DRAFT])
async def test_a_hidden_post_answers_as_one_that_does_not_exist(almaty: TestSchool, circle: Circle) -> None:
    aigul = await almaty.teacher()
    hidden = await almaty.post(aigul, "Salem", circle)
    deleted = await almaty.post(aigul, "Salem", circle)
    await almaty.write(post_actions.delete, deleted)

    for suffix in ("", "/replies", "/likes", "/shares"):
        absent = await almaty.get(f"/posts/42{suffix}")
        for post in (hidden, deleted):
            answer = await almaty.get(f"/posts/{post.id}{suffix}")
            assert (answer.status_code, answer.content) == (404, absent.content)
            assert _comparable(answer.headers) == _comparable(absent.headers)


def _comparable(headers: object) -> dict[str, str]:
    return {name: value for name, value in dict(headers).items() if name != "x-request-id"}  # type: ignore[call-overload]


@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DIRECT, Circle.DRAFT])
@pytest.mark.parametrize("signed", [False, True])
async def test_a_hidden_post_runs_the_statements_of_one_that_does_not_exist(
    almaty: TestSchool, kostanay: TestSchool, circle: Circle, signed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    aigul = await almaty.teacher()
    hidden = await almaty.post(aigul, "Salem", circle)
    signer = kostanay.instance.school_key if signed else None
    await almaty.get("/posts/41", signer=signer)
    ran: list[str] = []
    query = Transaction._query

    async def noted(tx: Transaction, sql: str, params: dict[str, object]) -> object:
        ran.append(sql)
        return await query(tx, sql, params)

    monkeypatch.setattr(Transaction, "_query", noted)
    await almaty.get(hidden.uri, signer=signer)
    of_hidden = ran.copy()
    ran.clear()
    await almaty.get("/posts/42", signer=signer)

    assert of_hidden == ran
    assert len(ran) == (3 if signed else 2)


async def test_a_followers_server_reads_what_is_for_followers(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    aigul, bolat = await almaty.teacher("aigul"), await kostanay.teacher("bolat")
    post = await almaty.post(aigul, "Salem", Circle.FOLLOWERS)
    before = await almaty.get(post.uri, signer=kostanay.instance.school_key)

    await kostanay.follow(bolat, aigul)
    after = await almaty.get(post.uri, signer=kostanay.instance.school_key)

    assert (before.status_code, after.status_code) == (404, 200)
    assert after.headers["cache-control"] == "private, no-store"


async def test_a_mentioned_persons_server_reads_what_is_for_her(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    aigul, bolat = await almaty.teacher("aigul"), await kostanay.teacher("bolat")
    await almaty.knows(bolat)
    post = await almaty.post(aigul, f"Salem @bolat@{kostanay.host}", Circle.DIRECT)

    answers = [await almaty.get(post.uri, signer=kostanay.instance.school_key), await almaty.get(post.uri)]

    assert [answer.status_code for answer in answers] == [200, 404]


async def test_a_forged_signature_reads_nothing(almaty: TestSchool, kostanay: TestSchool) -> None:
    aigul, bolat = await almaty.teacher("aigul"), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    post = await almaty.post(aigul, "Salem", Circle.FOLLOWERS)
    forged = type(almaty.instance.school_key)(kostanay.instance.school_key.key_id, almaty.instance.school_key.private)

    assert (await almaty.get(post.uri, signer=forged)).status_code == 404


async def test_the_outbox_shows_what_is_for_everybody_as_it_reads_today(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    shown = [await almaty.post(aigul, f"Note {n}", Circle.PUBLIC) for n in range(22)]
    for circle in (Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DIRECT, Circle.DRAFT):
        await almaty.post(aigul, "Not this one", circle)
    await almaty.write(post_actions.delete, shown.pop())

    outbox = (await almaty.get(f"{aigul.uri}/outbox")).json()
    first = (await almaty.get(outbox["first"])).json()
    second = (await almaty.get(first["next"])).json()

    items = first["orderedItems"] + second["orderedItems"]
    assert outbox["totalItems"] == 21
    assert [item["object"]["id"] for item in items] == [post.uri for post in reversed(shown)]
    assert "next" not in second


async def test_followers_and_following_name_who_was_accepted(
    almaty: TestSchool, kostanay: TestSchool, network: Network
) -> None:
    aigul = await almaty.teacher("aigul")
    locked = await almaty.teacher("dana", locked=True)
    bolat = await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    await kostanay.follow(bolat, locked)

    followers = (await almaty.get(f"{aigul.uri}/followers?page=true")).json()
    pending = (await almaty.get(f"{locked.uri}/followers?page=true")).json()
    following = (await kostanay.get(f"{bolat.uri}/following?page=true")).json()

    assert followers["orderedItems"] == [bolat.uri]
    assert pending["orderedItems"] == []
    assert following["orderedItems"] == [aigul.uri]
    assert (await almaty.get(f"{aigul.uri}/followers")).json()["totalItems"] == 1


async def test_nobody_is_named_among_followers_who_was_suspended(almaty: TestSchool) -> None:
    aigul, dana = await almaty.teacher("aigul"), await almaty.teacher("dana")
    await almaty.write(follow_actions.follow, dana, aigul)
    before = (await almaty.get(f"{aigul.uri}/followers?page=true")).json()
    await almaty.write(moderation.suspend, None, await almaty.read(accounts.by_id, dana.id))
    after = (await almaty.get(f"{aigul.uri}/followers?page=true")).json()

    assert (before["orderedItems"], after["orderedItems"]) == ([dana.uri], [])


async def test_replies_name_public_answers(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    answer = await almaty.post(aigul, "And more", Circle.PUBLIC, in_reply_to_id=post.id)
    await almaty.post(aigul, "For us", Circle.FOLLOWERS, in_reply_to_id=post.id)

    replies = (await almaty.get(f"{post.uri}/replies")).json()

    assert replies["first"]["items"] == [answer.uri]


def read_as_mastodon(collection: Json, pages: dict[str, Json]) -> list[str]:
    """The items of a collection that stands in a document: Mastodon never asks for its `id`."""
    found, page = [], collection["first"]
    while page:
        assert page["type"] in ("Collection", "CollectionPage")
        found += page["items"]
        page = pages.get(page.get("next", ""))
    return found


async def test_answers_are_found_from_the_post_itself_page_by_page(almaty: TestSchool, network: Network) -> None:
    """16.11."""
    aigul, mastodon = await almaty.teacher(), network.stranger()
    carol = mastodon.person("carol", network.next_keys())
    await almaty.deliver(carol.activity("Follow", aigul.uri), carol.key)
    await network.drain()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    written = [await almaty.post(aigul, "More", Circle.PUBLIC, in_reply_to_id=post.id) for _ in range(41)]
    await network.drain()
    asked = [f"{post.uri}/replies?page=true&after={after}" for after in (0, written[39].id)]
    pages = {url: (await almaty.get(url)).json() for url in asked}

    sent = next(each.activity["object"] for each in network.wire.sent("Create"))
    shown = (await almaty.get(post.uri)).json()

    for document in (sent, shown):
        assert read_as_mastodon(document["replies"], pages) == [each.uri for each in written]
    assert [page["id"] for page in pages.values()] == asked
    assert len(shown["replies"]["first"]["items"]) == 40


async def test_an_activity_is_there_for_everybody_if_it_was_sent_to_everybody(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    await almaty.post(aigul, "Salem", Circle.PUBLIC)
    item = (await almaty.get(f"{aigul.uri}/outbox?page=true")).json()["orderedItems"][0]

    answers = [await almaty.get(item["id"]), await almaty.get("/activities/1")]

    assert [answer.status_code for answer in answers] == [200, 404]


async def test_every_id_is_the_address_it_is_found_at(almaty: TestSchool, kostanay: TestSchool) -> None:
    aigul = await almaty.teacher()
    file_id = await almaty.write(picture, aigul)
    post = await almaty.post(aigul, "Salem #test", Circle.PUBLIC, file_ids=(file_id,))

    for uri in (aigul.uri, f"{almaty.base}/actor", post.uri):
        assert (await resolver.document(kostanay.instance, kostanay.network.wire, uri))["id"] == uri


async def test_hashtags_that_somebody_shows_on_her_page_are_a_collection(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    for name in ("Бөлшектер", "Physics"):
        await almaty.write(tag_actions.feature, aigul, Tag(name, name.casefold()))

    document = (await almaty.get(f"/users/{aigul.id}")).json()
    shown = (await almaty.get(document["featuredTags"])).json()

    assert shown["id"] == f"{aigul.uri}/collections/tags"
    assert [(each["type"], each["name"]) for each in shown["orderedItems"]] == [
        ("Hashtag", "#Бөлшектер"),
        ("Hashtag", "#Physics"),
    ]
    assert "featuredTags" not in (await almaty.get("/actor")).json()


async def test_the_pages_lead_to_their_documents_and_say_what_they_show(almaty: TestSchool) -> None:
    """16.33."""
    aigul = await almaty.teacher(fields=(ProfileField("Site", '<a href="https://aigul.kz/">x</a>'),))
    post = await almaty.post(aigul)

    for what, title in ((aigul, "Aigul"), (post, "Aigul")):
        page = (await almaty.get(what.url, accept="text/html")).text
        assert f'<link rel="alternate" type="application/activity+json" href="{what.uri}">' in page
        assert f'<meta property="og:title" content="{title}">' in page
        assert f'<meta property="og:url" content="{what.url}">' in page
        assert ('<link rel="me" href="https://aigul.kz/">' in page) is (what is aigul)
        assert ('type="application/json+oembed"' in page) is (what is post)


async def test_the_page_of_a_post_says_who_wrote_it_for_cards_elsewhere(almaty: TestSchool) -> None:
    post = await almaty.post(await almaty.teacher())
    page = (await almaty.get(f"/@aigul/{post.id}", accept="text/html")).text

    assert '<meta name="fediverse:creator" content="@aigul@almaty.test">' in page

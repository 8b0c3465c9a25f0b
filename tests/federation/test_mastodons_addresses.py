"""Where Mastodon has posts, whoever looks for ours finds them, if she would find them under their own addresses."""

import pytest

from fedi.actions import posts as post_actions
from fedi.models.posts import Circle
from fedi.store import quotes
from fedi.store.database import Transaction
from tests.network import Network, TestSchool

HIDDEN = [Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DIRECT, Circle.DRAFT]
BELOW = ("", "/activity", "/replies", "/likes", "/shares")


@pytest.mark.parametrize("suffix", ["", "/replies", "/likes", "/shares"])
async def test_a_post_and_what_hangs_on_it_are_found_by_the_authors_name_and_number(
    almaty: TestSchool, suffix: str
) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    own = await almaty.get(f"{post.uri}{suffix}")

    for author in ("aigul", "AIGUL", str(aigul.id)):
        there = await almaty.get(f"/users/{author}/statuses/{post.id}{suffix}")
        assert (there.status_code, there.json()) == (200, own.json())
        assert there.headers["content-type"] == own.headers["content-type"]


async def test_the_activity_of_a_post_is_the_create_that_was_sent(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    sent = (await almaty.get(f"{aigul.uri}/outbox?page=true")).json()["orderedItems"][0]["id"]

    there = await almaty.get(f"/users/aigul/statuses/{post.id}/activity")

    assert (there.status_code, there.json()) == (200, (await almaty.get(sent)).json())
    assert (there.json()["type"], there.json()["object"]["id"]) == ("Create", post.uri)


@pytest.mark.network(2)
async def test_what_is_for_followers_is_found_there_by_their_server_and_its_create_by_nobody(
    almaty: TestSchool, network: Network
) -> None:
    aigul, bolat = await almaty.teacher(), await network["kostanay"].teacher("bolat")
    post = await almaty.post(aigul, "Salem", Circle.FOLLOWERS)
    await network["kostanay"].follow(bolat, aigul)
    address, signer = f"/users/aigul/statuses/{post.id}", network["kostanay"].instance.school_key

    answers = [await almaty.get(f"{address}{suffix}", signer=signer) for suffix in BELOW]

    assert [answer.status_code for answer in answers] == [200, 404, 200, 200, 200]
    assert {answer.headers["cache-control"] for answer in answers if answer.is_success} == {"private, no-store"}


@pytest.mark.parametrize("circle", HIDDEN)
@pytest.mark.parametrize("suffix", BELOW)
async def test_a_hidden_post_answers_there_as_one_that_does_not_exist(
    almaty: TestSchool, circle: Circle, suffix: str
) -> None:
    hidden = await almaty.post(await almaty.teacher(), "Salem", circle)

    answer = await almaty.get(f"/users/aigul/statuses/{hidden.id}{suffix}")
    absent = await almaty.get(f"/users/aigul/statuses/42{suffix}")

    assert (answer.status_code, answer.content) == (404, absent.content)


@pytest.mark.parametrize("suffix", BELOW)
async def test_a_post_of_somebody_else_is_not_found_under_a_name(almaty: TestSchool, suffix: str) -> None:
    post = await almaty.post(await almaty.teacher(), "Salem", Circle.PUBLIC)
    await almaty.teacher("dana")

    for author in ("dana", "nobody", "1"):
        assert (await almaty.get(f"/users/{author}/statuses/{post.id}{suffix}")).status_code == 404


async def test_a_deleted_public_post_is_gone_there_too(almaty: TestSchool) -> None:
    post = await almaty.post(await almaty.teacher(), "Salem", Circle.PUBLIC)
    await almaty.write(post_actions.delete, post)

    answers = [await almaty.get(f"/users/aigul/statuses/{post.id}{suffix}") for suffix in BELOW]

    assert [answer.status_code for answer in answers] == [410, 404, 404, 404, 404]


async def test_the_stamp_of_a_quote_is_found_under_the_name_of_the_quoted(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    quoted = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    hidden = await almaty.post(aigul, "Salem", Circle.FOLLOWERS)
    stamps = [await almaty.write(_stamp, post.id, aigul.id) for post in (quoted, hidden)]

    answers = [
        await almaty.get(f"/users/{name}/quote_authorizations/{stamp}")
        for name, stamp in (("aigul", stamps[0]), ("dana", stamps[0]), ("aigul", stamps[1]), ("aigul", 42))
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 404]
    assert answers[0].json()["id"] == f"{almaty.base}/quote_authorizations/{stamps[0]}"


async def test_a_person_is_found_by_name_and_a_browser_is_led_to_the_pages(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    hidden = await almaty.post(aigul, "Salem", Circle.SCHOOL)

    document = await almaty.get("/users/aigul")
    pages = [
        await almaty.get(path, accept="text/html")
        for path in ("/users/aigul", f"/users/aigul/statuses/{post.id}", f"/users/aigul/statuses/{hidden.id}")
    ]

    assert document.json()["id"] == aigul.uri
    assert [page.headers.get("location") for page in pages] == ["/@aigul", f"/@aigul/{post.id}", None]
    assert [page.status_code for page in pages] == [303, 303, 404]


async def test_nobodys_name_is_nobodys_address(almaty: TestSchool) -> None:
    for accept in ("application/activity+json", "text/html"):
        assert (await almaty.get("/users/nobody", accept=accept)).status_code == 404


async def _stamp(tx: Transaction, post_id: int, actor_id: int) -> int:
    return (await quotes.stamp(tx, actor_id, post_id, f"https://kostanay.test/posts/{post_id}")).id

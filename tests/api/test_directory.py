"""The directory, whom people recommend on their profiles, and posts quoted on pages elsewhere."""

from typing import Any

import pytest

from fedi.models.posts import Circle
from tests import factories as make
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

DIRECTORY = "/api/v1/directory"
ENDORSEMENTS = "/api/v1/endorsements"


async def names(client: Client, path: str = DIRECTORY) -> list[str]:
    got = await client.get(path)
    assert (got.status_code, problems("[Account]", got.json())) == (200, []), got.text
    return [each["username"] for each in got.json()]


async def endorse(client: Client, other: Client, verb: str = "endorse") -> Any:
    return await client.post(f"/api/v1/accounts/{other.me.id}/{verb}")


async def test_the_directory_has_those_who_want_to_be_found_whoever_wrote_last_first(clients: Clients) -> None:
    for name, discoverable in (("dana", True), ("erlan", True), ("shy", False)):
        person = await clients.school.teacher(name, discoverable=discoverable)
        clients.network.clock.advance(seconds=1)
        if name != "erlan":
            await clients.school.post(person)

    assert await names(clients.stranger) == ["dana", "erlan"]
    assert await names(clients.stranger, f"{DIRECTORY}?order=new") == ["erlan", "dana"]
    assert await names(clients.stranger, f"{DIRECTORY}?limit=1&offset=1") == ["erlan"]


async def test_people_elsewhere_are_in_the_directory_unless_only_ours_are_wanted(clients: Clients) -> None:
    there = await clients.network["kostanay"].teacher("gulnar", discoverable=True)
    await clients.school.knows(there)

    assert await names(clients.stranger) == ["gulnar"]
    assert await names(clients.stranger, f"{DIRECTORY}?local=true") == []


async def test_nobody_meets_in_the_directory_whom_she_has_blocked(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana", discoverable=True))
    await clients.aigul.post(f"/api/v1/accounts/{dana.me.id}/block")

    assert await names(clients.aigul) == []
    assert await names(clients.bolat) == ["dana"]


@pytest.mark.parametrize("query", ["order=oldest", "offset=-1"])
async def test_an_order_that_there_is_not_is_refused(clients: Clients, query: str) -> None:
    assert (await clients.stranger.get(f"{DIRECTORY}?{query}")).status_code == 400


async def test_somebody_recommends_whom_she_follows(clients: Clients) -> None:
    refused = await endorse(clients.aigul, clients.bolat)
    assert (refused.status_code, refused.json()["error"]) == (
        422,
        "Validation failed: You must be already following the person you want to endorse",
    )
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow")

    for verb in ("endorse", "pin", "endorse"):
        assert (await endorse(clients.aigul, clients.bolat, verb)).json()["endorsed"] is True

    assert await names(clients.aigul, ENDORSEMENTS) == ["bolat"]
    assert await names(clients.stranger, f"/api/v1/accounts/{clients.aigul.me.id}/endorsements") == ["bolat"]
    assert await names(clients.bolat, ENDORSEMENTS) == []
    assert (await endorse(clients.aigul, clients.bolat, "unpin")).json()["endorsed"] is False
    assert (await endorse(clients.aigul, clients.bolat, "unendorse")).json()["endorsed"] is False
    assert await names(clients.aigul, ENDORSEMENTS) == []


async def test_a_recommendation_ends_with_the_follow_and_does_not_come_back(clients: Clients) -> None:
    path = f"/api/v1/accounts/{clients.bolat.me.id}"
    await clients.aigul.post(f"{path}/follow")
    await endorse(clients.aigul, clients.bolat)

    assert (await clients.aigul.post(f"{path}/unfollow")).json()["endorsed"] is False
    assert (await clients.aigul.post(f"{path}/follow")).json()["endorsed"] is False
    assert await names(clients.aigul, ENDORSEMENTS) == []


async def test_a_post_is_quoted_on_another_page_with_its_text_escaped(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me, "Salem <script>x</script> & all")

    for url in (post.url, post.uri):
        got = await clients.stranger.get("/api/oembed", params={"url": url, "maxwidth": "300"})

        assert problems("OEmbed", got.json()) == []
        assert "<script>" not in got.json()["html"]
        assert "Salem &lt;script&gt;" in got.json()["html"]
        assert f'href="{post.url}"' in got.json()["html"]
        assert (got.json()["width"], got.json()["author_name"]) == (300, "Aigul")


async def test_a_warning_hides_the_text_and_a_material_is_quoted_by_its_title(clients: Clients) -> None:
    warned = await clients.school.post(clients.aigul.me, "The answer is 42", summary="Spoiler")
    lesson = await clients.school.post(clients.aigul.me, "Cut it.", title="Pizza", summary="Fractions")

    html = {
        each.id: (await clients.stranger.get(f"/api/oembed?url={each.url}")).json()["html"] for each in (warned, lesson)
    }

    assert ("Spoiler" in html[warned.id], "42" in html[warned.id]) == (True, False)
    assert "<strong>Pizza</strong> Fractions" in html[lesson.id]


async def test_the_page_of_a_post_names_its_quotation(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)

    page = (await clients.school.get(post.url, accept="text/html")).text

    assert 'type="application/json+oembed" href="http://almaty.test/api/oembed?url=http%3A//' in page


async def test_only_what_everybody_may_read_is_quoted(clients: Clients) -> None:
    hidden = [
        (await clients.school.post(clients.aigul.me, "x", circle)).url
        for circle in (Circle.SCHOOL, Circle.PARTNERS, Circle.FOLLOWERS, Circle.DRAFT)
    ]
    theirs = await clients.school.write(make.remote, await clients.school.knows(await _gulnar(clients)))

    for url in (*hidden, theirs.url, "http://almaty.test/", "x", "http://almaty.test/posts/1", f"{hidden[0]}0" * 9):
        got = await clients.aigul.get("/api/oembed", params={"url": url})
        assert (got.status_code, got.json()) == (404, {"error": "Record not found"}), url
    assert (await clients.aigul.get("/api/oembed")).status_code == 400


async def _gulnar(clients: Clients) -> Any:
    return await clients.network["kostanay"].teacher("gulnar")

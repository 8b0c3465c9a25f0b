"""How other servers find our people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedi.models.posts import Circle
from fedi.outbound import resolver
from fedi.store import actors
from tests.factories import picture
from tests.network import Network, TestSchool, open_network

pytestmark = pytest.mark.network(2)
JRD = "application/jrd+json"
FEP_3B86 = "https://w3id.org/fep/3b86/"


@pytest.fixture
async def split(tmp_path: Path) -> AsyncIterator[Network]:
    """A school at almaty.test whose people are `name@school.test`, and another school."""
    async with open_network(tmp_path / "split", 2, first={"account_domain": "school.test"}) as opened:
        yield opened


@pytest.mark.parametrize(
    "resource",
    [
        "acct:aigul@almaty.test",
        "aigul@almaty.test",
        "@aigul@almaty.test",
        "acct:AIGUL@ALMATY.test",
        "acct:aigul@almaty.test.",
        "{uri}",
        "{url}",
        "http://almaty.test/@AIGUL",
        "http://almaty.test/users/aigul",
    ],
)
async def test_a_teacher_is_found_by_every_form_of_her_name(almaty: TestSchool, resource: str) -> None:
    aigul = await almaty.teacher()
    asked = resource.format(uri=aigul.uri, url=aigul.url)

    answer = await almaty.get("/.well-known/webfinger?resource=" + asked.replace("#", "%23"))

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(JRD)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.json()["subject"] == "acct:aigul@almaty.test"
    assert answer.json()["aliases"] == [aigul.url, aigul.uri]
    links = {link["rel"]: link for link in answer.json()["links"]}
    assert links["self"] == {"rel": "self", "type": "application/activity+json", "href": aigul.uri}
    assert links["http://webfinger.net/rel/profile-page"]["href"] == aigul.url
    subscribe = links["http://ostatus.org/schema/1.0/subscribe"]
    assert subscribe["template"] == f"{almaty.base}/authorize_interaction?uri={{uri}}"
    assert "http://webfinger.net/rel/avatar" not in links


async def test_a_teacher_is_shown_with_her_picture_and_pages_elsewhere_may_send_her_home(almaty: TestSchool) -> None:
    aigul = await almaty.teacher()
    file_id = await almaty.write(picture, aigul, "me.png")
    await almaty.write(actors.set_pictures, aigul.id, file_id, None)

    answer = await almaty.get("/.well-known/webfinger?resource=acct:aigul@almaty.test")

    links = {link["rel"]: link for link in answer.json()["links"]}
    shown = links["http://webfinger.net/rel/avatar"]
    assert (shown["type"], shown["href"]) == ("image/png", f"{almaty.base}/media/{file_id}/me.png")
    intents = {rel.removeprefix(FEP_3B86): link["template"] for rel, link in links.items() if rel.startswith(FEP_3B86)}
    assert intents == {
        "Follow": f"{almaty.base}/authorize_interaction?uri={{object}}",
        "Object": f"{almaty.base}/authorize_interaction?uri={{object}}",
        "Create": f"{almaty.base}/share?text={{content}}",
    }
    for template in intents.values():
        asked = await almaty.get(template.partition("{")[0].removeprefix(almaty.base) + "x", accept="text/html")
        assert asked.status_code in (303, 307)  # to sign in first, and then on


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("resource=", 400),
        ("resource=acct:nobody@almaty.test", 404),
        ("resource=acct:aigul@elsewhere.test", 404),
        ("resource=nonsense", 404),
        ("resource=acct:aigul@[", 404),
        ("resource=https://almaty.test/users/x", 404),
        ("resource=mailto:aigul@almaty.test", 404),
    ],
)
async def test_what_is_not_here_is_not_found(almaty: TestSchool, query: str, status: int) -> None:
    """Behaviour 5.2: programs in a browser read errors, too."""
    await almaty.teacher()

    answer = await almaty.get(f"/.well-known/webfinger?{query}")

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "*")


@pytest.mark.parametrize("resource", ["acct:almaty.test@almaty.test", "http://almaty.test", "http://almaty.test/actor"])
async def test_the_school_is_found_as_its_host(almaty: TestSchool, resource: str) -> None:
    answer = await almaty.get(f"/.well-known/webfinger?resource={resource}")
    school = (await almaty.get("/actor")).json()

    assert answer.json()["links"][0]["href"] == school["id"] == f"{almaty.base}/actor"
    assert (
        answer.json()["subject"] == f"acct:{school['preferredUsername']}@almaty.test" == "acct:almaty.test@almaty.test"
    )


async def test_host_meta_points_to_webfinger(almaty: TestSchool) -> None:
    template = f"{almaty.base}/.well-known/webfinger?resource={{uri}}"

    xml = await almaty.get("/.well-known/host-meta", accept="*/*")
    by_name = await almaty.get("/.well-known/host-meta.json", accept="*/*")
    by_accept = await almaty.get("/.well-known/host-meta", accept="application/json")

    assert xml.headers["content-type"].startswith("application/xrd+xml")
    assert f'<Link rel="lrdd" type="application/jrd+json" template="{template}"/>' in xml.text
    assert by_name.headers["content-type"].startswith("application/json")
    assert [each.json()["links"][0]["template"] for each in (by_name, by_accept)] == [template, template]


@pytest.mark.parametrize("version", ["2.0", "2.1"])
async def test_nodeinfo_counts_people_and_posts(almaty: TestSchool, version: str) -> None:
    aigul = await almaty.teacher()
    await almaty.post(aigul, "Salem")
    links = (await almaty.get("/.well-known/nodeinfo")).json()["links"]
    href = next(link["href"] for link in links if link["rel"].endswith(version))

    answer = await almaty.get(href)

    assert f"/schema/{version}#" in answer.headers["content-type"]
    document = answer.json()
    assert document["version"] == version
    assert document["software"]["name"] == "fedi"
    assert document["metadata"]["upstream"] == {"name": "Mastodon", "version": "4.6.0"}
    assert document["protocols"] == ["activitypub"]
    assert document["openRegistrations"] is False
    assert {"nodeName", "nodeDescription"} <= set(document["metadata"])
    assert document["usage"] == {"users": {"total": 1, "activeMonth": 1, "activeHalfyear": 1}, "localPosts": 1}


async def test_people_and_posts_are_counted_once_in_five_minutes_whoever_asks(almaty: TestSchool) -> None:
    aigul, counts = await almaty.teacher(), []
    for minutes in (0, 4, 1):
        almaty.network.clock.advance(minutes=minutes)
        await almaty.post(aigul, "Salem")
        told = (await almaty.get("/nodeinfo/2.1")).json()["usage"]["localPosts"]
        stats = (await almaty.get("/api/v1/instance")).json()["stats"]
        counts.append((told, stats["status_count"]))

    assert counts == [(1, 1), (1, 1), (3, 3)]


async def test_nodeinfo_of_another_version_is_not_there(almaty: TestSchool) -> None:
    assert (await almaty.get("/nodeinfo/3.0")).status_code == 404


async def test_a_domain_apart_from_the_host_is_confirmed_both_ways(split: Network) -> None:
    almaty, kostanay = split["almaty"], split["kostanay"]
    aigul = await almaty.teacher()

    known = await kostanay.knows(aigul)
    by_handle = await resolver.handle(kostanay.instance, split.wire, "aigul", "school.test")

    assert (aigul.handle, known.handle) == ("aigul@school.test", "aigul@school.test")
    assert by_handle is not None
    assert by_handle.id == known.id


async def test_the_school_is_confirmed_under_a_domain_apart_as_mastodon_asks_for_it(split: Network) -> None:
    """17.1, 17.2: by the host of its id first, then by the subject that this names."""
    almaty = split["almaty"]
    school = (await almaty.get("/actor")).json()

    asked = [f"{school['preferredUsername']}@{almaty.host}"]
    for _ in range(2):
        found = (await almaty.get(f"/.well-known/webfinger?resource=acct:{asked[-1]}")).json()
        assert found["links"][0]["href"] == school["id"]
        asked.append(found["subject"].removeprefix("acct:"))

    assert asked == ["almaty.test@almaty.test", "almaty.test@school.test", "almaty.test@school.test"]


async def test_an_unconfirmed_domain_is_not_believed(network: Network) -> None:
    liar = network.stranger().person("carol", network.next_keys(), webfinger="carol@victim.test")

    known = await resolver.actor(network["almaty"].instance, network.wire, liar.uri)

    assert known.handle == "carol@mastodon.test"


async def test_a_handle_nobody_answers_for_is_nobody(network: Network) -> None:
    almaty = network["almaty"]

    assert await resolver.handle(almaty.instance, network.wire, "nobody", "kostanay.test") is None
    assert await resolver.handle(almaty.instance, network.wire, "nobody", "nowhere.test") is None


async def test_an_address_or_a_handle_finds_people_and_posts(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul = await almaty.teacher()
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    for query, uri in (("@aigul@almaty.test", aigul.uri), (aigul.url, aigul.uri), (post.url, post.uri)):
        found = await resolver.lookup(kostanay.instance, network.wire, query)
        assert found is not None
        assert found.uri == uri
    assert await resolver.lookup(kostanay.instance, network.wire, "fractions") is None
    assert await resolver.lookup(kostanay.instance, network.wire, "http://almaty.test/posts/1") is None

"""The actor that speaks for a server: ours is found as FEP-d556 and FEP-2677 say, and theirs is recognised."""

from typing import Any

import pytest

from fedi.outbound import resolver
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger

SERVICE = "https://www.w3.org/ns/activitystreams#Service"
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"


async def test_the_school_is_found_by_its_address_and_by_nodeinfo(almaty: TestSchool) -> None:
    nodeinfo = (await almaty.get("/.well-known/nodeinfo")).json()
    found = [
        (await almaty.get(f"/.well-known/webfinger?resource={resource}")).json()
        for resource in ("http://almaty.test/", "http://almaty.test", "acct:almaty.test@almaty.test")
    ]

    assert {"rel": APPLICATION, "href": f"{almaty.base}/actor"} in nodeinfo["links"]
    for jrd in found:
        assert {"rel": SERVICE, "type": "application/activity+json", "href": f"{almaty.base}/actor"} in jrd["links"]


async def test_a_teacher_is_not_taken_for_the_server(almaty: TestSchool) -> None:
    await almaty.teacher()

    jrd = (await almaty.get("/.well-known/webfinger?resource=acct:aigul@almaty.test")).json()

    assert SERVICE not in [link["rel"] for link in jrd["links"]]


async def test_schools_find_each_other_s_actor(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]

    found = await resolver.server_actor(almaty.instance, network.wire, kostanay.host)

    assert found is not None
    assert found.uri == f"{kostanay.base}/actor"


@pytest.fixture
def application(network: Network, mastodon: Stranger) -> StrangePerson:
    return mastodon.person("instance.actor", network.next_keys(), type="Application")


def links(*each: tuple[str, str]) -> dict[str, Any]:
    listed = [{"rel": rel, "type": "application/activity+json", "href": href} for rel, href in each]
    return {"subject": "http://mastodon.test/", "links": listed}


@pytest.mark.network(1)
@pytest.mark.parametrize(("path", "rel"), [("nodeinfo", APPLICATION), ("webfinger", SERVICE), ("webfinger", "self")])
async def test_a_server_of_another_make_is_recognised(
    almaty: TestSchool, network: Network, application: StrangePerson, path: str, rel: str
) -> None:
    documents = application.server.documents
    documents["/.well-known/nodeinfo"] = links(("http://nodeinfo.diaspora.software/ns/schema/2.0", "http://a.test/"))
    documents[f"/.well-known/{path}"] = links((rel, application.uri))

    found = await resolver.server_actor(almaty.instance, network.wire, "mastodon.test")

    assert found is not None
    assert found.uri == application.uri


@pytest.mark.network(1)
async def test_a_server_does_not_name_another_s_actor_as_its_own(
    almaty: TestSchool, network: Network, mastodon: Stranger, mallory: StrangePerson
) -> None:
    mastodon.documents["/.well-known/nodeinfo"] = links((APPLICATION, mallory.uri))
    mastodon.documents["/.well-known/webfinger"] = links((SERVICE, mallory.uri), ("self", "not an address"))

    assert await resolver.server_actor(almaty.instance, network.wire, "mastodon.test") is None
    assert mallory.server.asked == []

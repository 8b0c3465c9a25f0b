"""Who may find what: consent of people of other servers, as `indexable` and `searchableBy` say it, and of ours."""

from __future__ import annotations

import pytest

from fedi.activitypub.jsonld import Json
from fedi.models.actors import Actor
from fedi.models.consent import Consent
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.store import search
from fedi.store.search import Query
from tests.factories import LESSON_PLAN
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson, Stranger

pytestmark = pytest.mark.network(1)

FOLLOWERS = "http://mastodon.test/users/carol/followers"
SELF = "http://mastodon.test/users/carol"


async def found_by(school: TestSchool, viewer: Actor | None) -> int:
    return len(await school.read(search.find, viewer, Query("fractions"), Page()))


async def deliver(almaty: TestSchool, carol: StrangePerson, activity: Json) -> None:
    assert (await almaty.deliver(activity, carol.key)).status_code == 202
    await almaty.network.drain()


@pytest.mark.parametrize(
    ("actor", "post", "consent"),
    [
        ({}, {}, Consent.NOBODY),
        ({"indexable": True}, {}, Consent.PUBLIC),
        ({"indexable": "true"}, {}, Consent.NOBODY),
        ({"indexable": True}, {"indexable": False}, Consent.NOBODY),
        ({"indexable": False}, {"indexable": True}, Consent.PUBLIC),
        ({"searchableBy": PUBLIC}, {}, Consent.PUBLIC),
        ({"searchableBy": ["as:Public"]}, {}, Consent.PUBLIC),
        ({"searchableBy": [FOLLOWERS]}, {}, Consent.FOLLOWERS),
        ({"searchableBy": []}, {}, Consent.NOBODY),
        ({}, {"searchableBy": [PUBLIC]}, Consent.PUBLIC),
        ({"indexable": True}, {"searchableBy": [FOLLOWERS]}, Consent.FOLLOWERS),
        ({"indexable": True}, {"searchableBy": [SELF]}, Consent.NOBODY),
        ({"indexable": True, "searchableBy": [SELF]}, {}, Consent.NOBODY),
        ({"indexable": True}, {"searchableBy": None}, Consent.NOBODY),
        ({}, {"indexable": False, "searchableBy": [PUBLIC]}, Consent.NOBODY),
    ],
)
async def test_what_a_post_or_else_its_author_says_decides(
    almaty: TestSchool,
    mastodon: Stranger,
    carol: StrangePerson,
    aigul: Actor,
    actor: Json,
    post: Json,
    consent: Consent,
) -> None:
    mastodon.documents["/users/carol"] = {**carol.document(), **actor}
    await deliver(almaty, carol, carol.activity("Update", {**carol.document(), **actor}))
    await deliver(almaty, carol, carol.activity("Create", carol.note(content="Fractions", **post)))
    other = await almaty.teacher("dana")

    seen = [await found_by(almaty, viewer) for viewer in (None, other, aigul)]

    assert (
        seen
        == {
            Consent.PUBLIC: [1, 1, 1],
            Consent.FOLLOWERS: [0, 0, 1],
            Consent.NOBODY: [0, 0, 0],
        }[consent]
    )


async def test_consent_can_be_taken_back_by_an_update_and_not_by_an_old_one(
    almaty: TestSchool, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note(content="Fractions", indexable=True)
    await deliver(almaty, carol, carol.activity("Create", note))
    seen = [await found_by(almaty, None)]
    for number, changes in enumerate(
        (
            {"indexable": False, "content": "Fractions!", "updated": "2026-09-03T00:00:00Z"},
            {"indexable": True, "updated": "2026-09-02T00:00:00Z"},
        )
    ):
        await deliver(almaty, carol, carol.activity("Update", {**note, **changes}, f"/updates/{number}"))
        seen.append(await found_by(almaty, None))

    assert seen == [1, 0, 0]


async def test_a_material_of_another_server_is_found_unless_it_says_no(
    almaty: TestSchool, carol: StrangePerson, aigul: Actor
) -> None:
    material = {
        "type": "Article",
        "name": "Fractions",
        "license": LESSON_PLAN.licence,
        "learningResourceType": "lesson-plan",
    }
    await deliver(almaty, carol, carol.activity("Create", carol.note("/a", **material), "/1"))
    shared = await found_by(almaty, None)
    await deliver(almaty, carol, carol.activity("Create", carol.note("/b", indexable=False, **material), "/2"))

    assert (shared, await found_by(almaty, None)) == (1, 1)


async def test_ours_say_it_in_both_ways(almaty: TestSchool, network: Network) -> None:
    willing, unwilling = await almaty.teacher("willing", indexable=True), await almaty.teacher("unwilling")
    documents = {
        "willing": [willing.uri, (await almaty.post(willing)).uri],
        "unwilling": [unwilling.uri, (await almaty.post(unwilling)).uri],
        "unlisted": [(await almaty.post(willing, "Salem", Circle.NETWORK)).uri],
        "shared": [(await almaty.post(unwilling, title="Fractions", material=LESSON_PLAN)).uri],
    }
    said = {name: [(await almaty.get(uri)).json() for uri in addresses] for name, addresses in documents.items()}

    for name, consents, by in (
        ("willing", True, [PUBLIC]),
        ("unwilling", False, [unwilling.uri]),
        ("unlisted", False, [willing.uri]),
        ("shared", True, [PUBLIC]),
    ):
        assert all((each["indexable"], each["searchableBy"]) == (consents, by) for each in said[name]), name

"""One activity that comes to two people's inboxes takes effect for both, once each."""

import pytest

from fedi.models.paging import Page
from fedi.store import follows, notifications
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

pytestmark = pytest.mark.network(1)


async def test_a_message_to_two_people_reaches_both_whatever_comes_twice(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul, dana = await almaty.teacher(), await almaty.teacher("dana")
    tags = [{"type": "Mention", "href": each.uri} for each in (aigul, dana)]
    create = carol.activity("Create", carol.note(tag=tags, to=[aigul.uri, dana.uri], cc=[]), "/creates/1")

    for inbox in (aigul, dana, aigul, dana):
        await almaty.deliver(create, carol.key, inbox=f"/users/{inbox.id}/inbox")
    await almaty.deliver(create, carol.key)
    await network.drain()

    for each in (aigul, dana):
        told = await almaty.read(notifications.latest, each.id, Page())
        assert [one.kind.value for one in told] == ["mention"]
    assert len(await outcomes(almaty)) == 3  # once for each inbox, and once for the shared one


async def test_a_like_that_comes_to_two_inboxes_is_one_like(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul, dana = await almaty.teacher(), await almaty.teacher("dana")
    post = await almaty.post(aigul)
    like = carol.activity("Like", post.uri, "/likes/1")

    for inbox in (aigul, dana):
        await almaty.deliver(like, carol.key, inbox=f"/users/{inbox.id}/inbox")
    await network.drain()

    found = await almaty.has(post.uri)
    assert found is not None
    assert found.likes_count == 1


async def test_a_follow_that_comes_to_a_stranger_s_inbox_is_still_of_whom_it_names(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul, dana = await almaty.teacher(), await almaty.teacher("dana")
    follow = carol.activity("Follow", aigul.uri, "/follows/1")

    for inbox in (aigul, dana):
        await almaty.deliver(follow, carol.key, inbox=f"/users/{inbox.id}/inbox")
    await network.drain()

    assert len(await almaty.read(follows.follower_page, aigul.id, Page())) == 1
    assert await almaty.read(follows.follower_page, dana.id, Page()) == []

"""Reports between schools and from servers of other makes."""

import json
from typing import Any

import pytest

from fedi.actions import featured_collections, moderation
from fedi.actions import reports as report_actions
from fedi.errors import NotFound
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor
from fedi.models.featured_collections import CollectionChange
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.models.reports import NewReport, ReportCategory, ReportView
from fedi.outbound import resolver
from fedi.store import accounts, actors, notifications
from fedi.store.database import Transaction
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson


async def moderator(school: TestSchool, name: str = "saule") -> Account:
    person = await school.teacher(name)

    async def unit(tx: Transaction) -> None:
        account = await accounts.by_id(tx, person.id)
        assert account is not None
        await moderation.set_role(tx, None, account, Role.MODERATOR)

    await school.write(unit)
    found: Account = await school.read(accounts.by_id, person.id)
    return found


async def waiting(school: TestSchool, account: Account) -> list[ReportView]:
    found: list[ReportView] = await school.read(report_actions.page, account, Page())
    return found


async def told(school: TestSchool, account: Account) -> list[tuple[str, int | None]]:
    found = await school.read(notifications.latest, account.id, Page())
    return [(each.kind.value, each.report_id) for each in found]


async def test_a_report_reaches_the_other_school_s_moderators_without_the_reporter_s_name(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    saule, gulnar = await moderator(almaty), await moderator(kostanay, "gulnar")
    await almaty.follow(aigul, bolat)
    post = await kostanay.post(bolat, "Buy my book", Circle.PUBLIC)
    await network.drain()
    known = await almaty.has(post.uri)
    assert known is not None
    new = NewReport("Only advertising", ReportCategory.SPAM, (known.id,), forward=True)

    await almaty.write(report_actions.report, aigul, await almaty.knows(bolat), new)
    await network.drain()

    [flag] = network.wire.sent("Flag")
    assert flag.activity["actor"] == f"{almaty.base}/actor"
    assert flag.activity["object"] == [bolat.uri, post.uri]
    assert flag.activity["content"] == "Only advertising"
    assert aigul.uri not in json.dumps(flag.activity)
    [ours], [theirs] = await waiting(almaty, saule), await waiting(kostanay, gulnar)
    assert (ours.reporter.id, ours.report.category, ours.report.forwarded) == (aigul.id, ReportCategory.SPAM, True)
    assert (theirs.reporter.uri, theirs.target.id) == (f"{almaty.base}/actor", bolat.id)
    assert [view.post.id for view in theirs.posts] == [post.id]
    assert await told(almaty, saule) == [("admin.report", ours.report.id)]
    assert await told(kostanay, gulnar) == [("admin.report", theirs.report.id)]
    assert await told(kostanay, await kostanay.read(accounts.by_id, bolat.id)) == [("follow", None)]


async def test_a_report_that_is_not_forwarded_stays_here(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat, saule = await almaty.teacher(), await kostanay.teacher("bolat"), await moderator(almaty)

    await almaty.write(report_actions.report, aigul, await almaty.knows(bolat), NewReport("Rude"))
    await network.drain()

    assert network.wire.sent("Flag") == []
    assert len(await waiting(almaty, saule)) == 1


@pytest.mark.network(1)
@pytest.mark.parametrize("form", ["account", "posts", "both", "unknown", "objects", "one string"])
async def test_a_flag_is_understood_in_every_form(
    almaty: TestSchool, network: Network, carol: StrangePerson, form: str
) -> None:
    aigul, saule = await almaty.teacher(), await moderator(almaty)
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    unknown = f"{almaty.base}/posts/1"
    named: Any = {
        "account": [aigul.uri],
        "posts": [post.uri],
        "both": [aigul.uri, post.uri],
        "unknown": [aigul.uri, unknown],
        "objects": [{"id": aigul.uri, "type": "Person"}, {"id": post.uri, "type": "Note"}],
        "one string": aigul.uri,
    }[form]

    await almaty.deliver(carol.activity("Flag", named, content="<p>Please <b>look</b></p>"), carol.key)
    await network.drain()

    assert (await outcomes(almaty))[-1] == "reported"
    [view] = await waiting(almaty, saule)
    assert (view.target.id, view.report.comment, view.reporter.uri) == (aigul.id, "Please look", carol.uri)
    assert [shown.post.id for shown in view.posts] == ([post.id] if form in ("posts", "both", "objects") else [])
    assert view.absent == ((unknown,) if form == "unknown" else ())


@pytest.mark.network(1)
async def test_a_flag_about_two_of_ours_is_two_reports(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul, dana, saule = await almaty.teacher(), await almaty.teacher("dana"), await moderator(almaty)
    post = await almaty.post(dana, "Salem", Circle.PUBLIC)

    await almaty.deliver(carol.activity("Flag", [aigul.uri, post.uri]), carol.key)
    await network.drain()

    found = {view.target.id: [each.post.id for each in view.posts] for view in await waiting(almaty, saule)}
    assert found == {aigul.id: [], dana.id: [post.id]}


@pytest.mark.network(1)
async def test_a_flag_about_collections_is_a_report_about_the_owner_of_each(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul, dana, saule = await almaty.teacher(), await almaty.teacher("dana"), await moderator(almaty)
    change = CollectionChange("Buy of these")
    hers, another = [await almaty.write(featured_collections.create, each, change, []) for each in (aigul, dana)]

    await almaty.deliver(carol.activity("Flag", [aigul.uri, hers.uri, another.uri]), carol.key)
    await almaty.deliver(carol.activity("Flag", [another.uri], "/flags/2"), carol.key)
    await network.drain()

    views = await waiting(almaty, saule)
    found = [(view.target.id, [made.id for made in view.collections], view.absent) for view in views]
    assert sorted(found) == sorted([(aigul.id, [hers.id], ()), *[(dana.id, [another.id], ())] * 2])


async def test_a_collection_that_is_reported_is_deleted_here_and_by_its_own_school_everywhere(
    network: Network,
) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher(), await kostanay.teacher("bolat")
    saule, gulnar = await moderator(almaty), await moderator(kostanay, "gulnar")
    made = await kostanay.write(featured_collections.create, bolat, CollectionChange("Worst teachers"), [])
    there = await almaty.knows(bolat)
    known = await resolver.lookup(almaty.instance, network.wire, made.uri)
    assert known is not None

    new = NewReport("Rude", collection_ids=(known.id,), forward=True)
    await almaty.write(report_actions.report, aigul, there, new)
    await network.drain()

    for school, account in ((almaty, saule), (kostanay, gulnar)):
        [view] = await waiting(school, account)
        [shown] = view.collections
        for other in (0, shown.id + 1):
            with pytest.raises(NotFound):
                await school.write(report_actions.delete_collection, account, view.report.id, other)
        await school.write(report_actions.delete_collection, account, view.report.id, shown.id)
        [view] = await waiting(school, account)
        assert (view.collections, view.absent) == ((), (made.uri,))


@pytest.mark.network(1)
async def test_a_flag_about_nobody_of_ours_is_ignored(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson
) -> None:
    saule = await moderator(almaty)

    for named in ([mallory.uri], [], ["not an address"], [f"{almaty.base}/users/1"]):
        await almaty.deliver(carol.activity("Flag", named, f"/flags/{len(str(named))}"), carol.key)
    await network.drain()

    assert set(await outcomes(almaty)) == {"ignored: nobody of ours is named in it"}
    assert await waiting(almaty, saule) == []


@pytest.mark.network(1)
async def test_a_flag_does_not_tell_a_school_post_from_one_that_does_not_exist(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul, saule = await almaty.teacher(), await moderator(almaty)
    hidden = await almaty.post(aigul, "Among us", Circle.SCHOOL)

    await almaty.deliver(carol.activity("Flag", [aigul.uri, hidden.uri]), carol.key)
    await network.drain()

    [view] = await waiting(almaty, saule)
    assert (view.posts, view.absent) == ((), (hidden.uri,))


@pytest.mark.network(1)
async def test_a_server_fills_the_moderators_desk_only_so_far(
    almaty: TestSchool, network: Network, carol: StrangePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    aigul, saule = await almaty.teacher(), await moderator(almaty)
    monkeypatch.setattr(report_actions, "OPEN_PER_HOST", 3)

    for number in range(5):
        named = [aigul.uri, *(f"{almaty.base}/posts/{each}" for each in range(1, 500))]
        flag = carol.activity("Flag", named, f"/flags/{number}", content="x" * 100_000)
        await almaty.deliver(flag, carol.key)
    await network.drain()

    found = await waiting(almaty, saule)
    assert len(found) == 3
    assert {(len(view.absent), len(view.report.comment)) for view in found} == {
        (report_actions.MAX_POSTS, report_actions.MAX_COMMENT)
    }


@pytest.mark.network(1)
async def test_servers_with_invented_names_fill_the_moderators_desk_only_so_far(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    aigul, saule = await almaty.teacher(), await moderator(almaty)
    monkeypatch.setattr(report_actions, "OPEN_IN_ALL", 1)

    for each in (carol, mallory):
        await almaty.deliver(each.activity("Flag", [aigul.uri], content="x"), each.key)
        await network.drain()

    assert len(await waiting(almaty, saule)) == 1


@pytest.mark.network(1)
async def test_a_block_does_not_keep_a_report_from_a_moderator(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    from fedi.actions import blocks
    from fedi.outbound import resolver

    aigul, saule = await almaty.teacher(), await moderator(almaty)
    theirs = await resolver.actor(almaty.instance, network.wire, carol.uri)
    her: Actor = await almaty.read(actors.by_id, saule.id)
    await almaty.write(blocks.block, her, theirs)

    await almaty.deliver(carol.activity("Flag", aigul.uri), carol.key)
    await network.drain()

    assert [kind for kind, _ in await told(almaty, saule)] == ["admin.report"]

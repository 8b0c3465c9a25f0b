"""Blocks, mutes, pins and reports among the people of one school, on both engines."""

import pytest

from fedi.actions import blocks, mutes, notifications, pins, posts, reactions, reading, reports, timelines
from fedi.actions import follows as follow_actions
from fedi.errors import Forbidden, Invalid, NotFound, TooManyRequests
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft
from fedi.models.reports import NewReport
from fedi.store import accounts, follows, relationships, search, visibility
from fedi.store import mutes as stored_mutes
from fedi.store.engine.transaction import Transaction
from fedi.store.search import Query
from tests import factories as make
from tests.factories import MINUTE
from tests.units import in_a_unit

PAGE = Page()


async def two(tx: Transaction) -> tuple[Actor, Actor]:
    return await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")


async def kinds(tx: Transaction, actor: Actor) -> list[str]:
    return [view.notification.kind.value for view in await notifications.latest(tx, actor.id, PAGE)]


# --- blocks -----------------------------------------------------------------------------------------


@in_a_unit
async def test_a_block_ends_both_follows_and_neither_follows_again(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    for one, other in ((aigul, dana), (dana, aigul)):
        await follow_actions.follow(tx, one, other)

    await blocks.block(tx, aigul, dana)
    await blocks.block(tx, aigul, dana)

    assert await follows.between(tx, aigul.id, dana.id) is await follows.between(tx, dana.id, aigul.id) is None
    for one, other in ((aigul, dana), (dana, aigul)):
        with pytest.raises(Forbidden):
            await follow_actions.follow(tx, one, other)
    stands = await relationships.between(tx, dana.id, aigul.id)
    assert (stands.blocking, stands.blocked_by) == (False, True)
    assert [view.actor.id for view in await blocks.blocked_by(tx, aigul, PAGE)] == [dana.id]


@in_a_unit
async def test_who_is_blocked_sees_what_anybody_sees_and_does_nothing_to_it(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    public, ours = await make.note(tx, aigul), await make.note(tx, aigul, circle=Circle.SCHOOL)
    named = await make.note(tx, aigul, "Only for @dana", Circle.DIRECT)
    await blocks.block(tx, aigul, dana)

    seen = await visibility.visible_ids(tx, dana, [public.id, ours.id, named.id])

    assert seen == {public.id}
    for act in (
        lambda: reactions.like(tx, dana, public),
        lambda: reactions.boost(tx, dana, public),
        lambda: posts.post(tx, dana, Draft("And?", Circle.PUBLIC, in_reply_to_id=public.id)),
    ):
        with pytest.raises(NotFound):
            await act()
    with pytest.raises(NotFound):
        await reading.post(tx, dana, ours.id)


@in_a_unit
async def test_whoever_has_blocked_is_told_to_lift_it_before_she_likes(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    note = await make.note(tx, dana)
    await blocks.block(tx, aigul, dana)

    with pytest.raises(Forbidden, match="lift the block"):
        await reactions.like(tx, aigul, note)
    await blocks.unblock(tx, aigul, dana)
    await reactions.like(tx, aigul, note)


@in_a_unit
async def test_who_is_blocked_names_the_blocker_in_vain(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    await blocks.block(tx, aigul, dana)

    note = await make.note(tx, dana, "@aigul is wrong", Circle.PUBLIC)

    assert await kinds(tx, aigul) == []
    assert (await reading.post(tx, dana, note.id)).mentions == ()


@in_a_unit
async def test_lists_notifications_threads_and_the_search_leave_out_both_sides_of_a_block(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    bolat = await make.teacher(tx, "bolat")
    await follow_actions.follow(tx, aigul, bolat)
    note = await make.note(tx, dana, "Fractions with apples")
    await reactions.boost(tx, bolat, note)
    question = await make.note(tx, bolat, "Fractions?")
    answer = await make.answer(tx, dana, question)
    await reactions.like(tx, dana, await make.note(tx, aigul))
    own = {view.post.id for view in await timelines.home(tx, aigul.id, PAGE)}
    await blocks.block(tx, aigul, dana)

    async def lists(viewer: Actor) -> set[int]:
        found = [await timelines.school(tx, viewer, PAGE), await timelines.network(tx, viewer, PAGE)]
        found.append(await timelines.home(tx, viewer.id, PAGE))
        return {(view.boost_of or view).author.id for each in found for view in each}

    assert len(own) == 3
    assert await lists(aigul) == {aigul.id, bolat.id}
    assert aigul.id not in await lists(dana)
    assert (await kinds(tx, aigul), await kinds(tx, dana)) == ([], ["reblog"])
    assert (await reading.thread(tx, aigul, question.id)).descendants == []
    assert await search.find(tx, aigul, Query("apples"), PAGE) == []
    assert [view.post.id for view in (await reading.thread(tx, None, question.id)).descendants] == [answer.id]
    assert [view.post.id for view in await timelines.profile(tx, aigul, dana, PAGE)] == [note.id]


@in_a_unit
async def test_a_block_between_two_people_of_other_servers_is_none_of_ours(tx: Transaction) -> None:
    bolat, carol = await make.colleague(tx), await make.colleague(tx, "carol", host="shymkent.test")

    with pytest.raises(Invalid):
        await blocks.block(tx, bolat, carol)
    with pytest.raises(Invalid):
        await blocks.block(tx, bolat, bolat)


# --- mutes ------------------------------------------------------------------------------------------


@in_a_unit
async def test_a_mute_hides_from_lists_but_not_from_her_own_page(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    bolat = await make.teacher(tx, "bolat")
    for followed in (dana, bolat):
        await follow_actions.follow(tx, aigul, followed)
    note = await make.note(tx, dana)
    again = await make.answer(tx, dana, note)
    boost = await reactions.boost(tx, bolat, note)

    await mutes.mute(tx, aigul, dana)

    assert await timelines.home(tx, aigul.id, PAGE) == []
    assert await timelines.school(tx, aigul, PAGE) == []
    on_her_page = await timelines.profile(tx, aigul, dana, PAGE)
    assert [view.post.id for view in on_her_page] == [again.id, note.id]
    assert await visibility.wanted_ids(tx, aigul, [note.id, boost.id]) == set()
    assert await follows.between(tx, aigul.id, dana.id) is not None

    await mutes.unmute(tx, aigul, dana)

    assert {view.post.id for view in await timelines.home(tx, aigul.id, PAGE)} >= {note.id, again.id}


@pytest.mark.parametrize("hushed", [True, False])
async def test_a_mute_hushes_notifications_if_asked(database, hushed: bool) -> None:  # type: ignore[no-untyped-def]
    async def unit(tx: Transaction) -> None:
        aigul, dana = await two(tx)
        note, other = await make.note(tx, aigul), await make.note(tx, aigul)
        await reactions.like(tx, dana, note)
        await mutes.mute(tx, aigul, dana, notifications=hushed)
        await reactions.like(tx, dana, other)
        assert await kinds(tx, aigul) == ([] if hushed else ["favourite", "favourite"])
        assert await notifications.unread(tx, aigul.id) == (0 if hushed else 2)

    await database.write(unit)


async def test_a_mute_for_an_hour_ends_by_itself(database, clock) -> None:  # type: ignore[no-untyped-def]
    async def begin(tx: Transaction) -> tuple[Actor, Actor]:
        aigul, dana = await two(tx)
        await follow_actions.follow(tx, aigul, dana)
        await make.note(tx, dana)
        await mutes.mute(tx, aigul, dana, duration_ms=60 * MINUTE)
        return aigul, dana

    aigul, dana = await database.write(begin)
    muted = await database.read(timelines.home, aigul.id, PAGE)
    [view] = await database.read(mutes.muted_by, aigul, PAGE)
    clock.now += 61 * MINUTE

    assert muted == []
    assert view.mute.expires_at == view.mute.created_at + 60 * MINUTE
    assert len(await database.read(timelines.home, aigul.id, PAGE)) == 1
    assert await database.read(mutes.muted_by, aigul, PAGE) == []
    assert await database.read(stored_mutes.of, aigul.id, dana.id) is None
    assert await database.write(stored_mutes.prune) == 1


@in_a_unit
async def test_nobody_mutes_herself_or_for_longer_than_a_life(tx: Transaction) -> None:
    aigul, dana = await two(tx)

    for muted, duration in ((aigul, None), (dana, -1), (dana, mutes.LONGEST_MS + 1)):
        with pytest.raises(Invalid):
            await mutes.mute(tx, aigul, muted, duration_ms=duration)


# --- pins -------------------------------------------------------------------------------------------


@in_a_unit
async def test_five_posts_are_pinned_and_the_sixth_is_refused(tx: Transaction) -> None:
    aigul, _ = await two(tx)
    notes = [await make.note(tx, aigul, str(number)) for number in range(6)]
    for note in notes[:5]:
        await pins.pin(tx, aigul, note)
    await pins.pin(tx, aigul, notes[0])

    with pytest.raises(Invalid, match="maximum number"):
        await pins.pin(tx, aigul, notes[5])
    await posts.delete(tx, notes[2])
    await pins.pin(tx, aigul, notes[5])

    shown = await pins.pinned(tx, aigul, aigul)
    assert {view.post.id for view in shown} == {notes[each].id for each in (0, 1, 3, 4, 5)}
    assert {view.viewer.pinned for view in shown} == {True}


@in_a_unit
async def test_only_own_posts_for_readers_elsewhere_are_pinned(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    note = await make.note(tx, dana)
    boost = await reactions.boost(tx, aigul, note)

    with pytest.raises(Invalid, match="Someone else's"):
        await pins.pin(tx, aigul, note)
    with pytest.raises(Invalid, match="A boost"):
        await pins.pin(tx, aigul, boost)
    for circle in (Circle.SCHOOL, Circle.PARTNERS, Circle.DIRECT, Circle.DRAFT):
        with pytest.raises(Invalid):
            await pins.pin(tx, aigul, await make.note(tx, aigul, "@dana", circle))
    await pins.pin(tx, dana, note)
    await pins.unpin(tx, aigul, note)
    assert [view.post.id for view in await pins.pinned(tx, None, dana)] == [note.id]


@in_a_unit
async def test_a_pin_for_followers_is_shown_to_them_only(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    await pins.pin(tx, aigul, await make.note(tx, aigul, circle=Circle.FOLLOWERS))
    before = await pins.pinned(tx, dana, aigul)
    await follow_actions.follow(tx, dana, aigul)

    assert (len(before), len(await pins.pinned(tx, dana, aigul)), len(await pins.pinned(tx, None, aigul))) == (0, 1, 0)


# --- reports ----------------------------------------------------------------------------------------


async def moderator(tx: Transaction) -> Account:
    saule = await make.teacher(tx, "saule")
    await accounts.set_role(tx, saule.id, Role.MODERATOR)
    found = await accounts.by_id(tx, saule.id)
    assert found is not None
    return found


@in_a_unit
async def test_a_report_waits_until_it_is_resolved_and_keeps_its_notes(tx: Transaction) -> None:
    (aigul, dana), saule = await two(tx), await moderator(tx)
    note = await make.note(tx, dana)
    made = await reports.report(tx, aigul, dana, NewReport(" Rude ", post_ids=(note.id,)))

    await reports.note(tx, saule, made.id, "I have spoken with her")
    await reports.assign(tx, saule, made.id, saule.id)
    await posts.delete(tx, note)
    view = await reports.one(tx, saule, made.id)
    await reports.resolve(tx, saule, made.id)

    assert (view.report.comment, view.absent, view.posts, view.report.assigned_to) == (
        "Rude",
        (note.uri,),
        (),
        saule.id,
    )
    assert [(told.text, author.id) for told, author in view.notes] == [("I have spoken with her", saule.id)]
    assert await reports.page(tx, saule, PAGE) == []
    assert [each.report.id for each in await reports.page(tx, saule, PAGE, resolved=True)] == [made.id]
    await reports.reopen(tx, saule, made.id)
    assert len(await reports.page(tx, saule, PAGE, target_id=dana.id)) == 1


@in_a_unit
async def test_reports_are_for_moderators_only(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    made = await reports.report(tx, aigul, dana, NewReport())
    teacher = await accounts.by_id(tx, aigul.id)
    assert teacher is not None

    for act in (
        lambda: reports.page(tx, teacher, PAGE),
        lambda: reports.one(tx, teacher, made.id),
        lambda: reports.resolve(tx, teacher, made.id),
        lambda: reports.reopen(tx, teacher, made.id),
        lambda: reports.assign(tx, teacher, made.id, None),
        lambda: reports.note(tx, teacher, made.id, "x"),
    ):
        with pytest.raises(Forbidden):
            await act()


@in_a_unit
async def test_what_cannot_be_reported_is_refused(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    hidden = await make.note(tx, dana, circle=Circle.FOLLOWERS)
    own = await make.note(tx, aigul)

    for target, new, error in (
        (aigul, NewReport(), Invalid),
        (dana, NewReport("x" * 1001), Invalid),
        (dana, NewReport(post_ids=(hidden.id,)), NotFound),
        (dana, NewReport(post_ids=(own.id,)), NotFound),
    ):
        with pytest.raises(error):
            await reports.report(tx, aigul, target, new)


@in_a_unit
async def test_one_person_keeps_so_many_reports_waiting_and_no_more(tx: Transaction) -> None:
    aigul, dana = await two(tx)
    for _ in range(reports.OPEN_PER_PERSON):
        await reports.report(tx, aigul, dana, NewReport())

    with pytest.raises(TooManyRequests):
        await reports.report(tx, aigul, dana, NewReport())


@in_a_unit
async def test_each_report_of_the_same_person_is_told(tx: Transaction) -> None:
    (aigul, dana), saule = await two(tx), await moderator(tx)
    for _ in range(2):
        await reports.report(tx, aigul, dana, NewReport())

    told = await notifications.latest(tx, saule.id, PAGE)

    assert len({view.notification.report_id for view in told}) == 2

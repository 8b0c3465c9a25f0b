"""Notifications in groups: the same on both engines."""

from fedi.models.notifications import NotificationKind, Wanted
from fedi.models.paging import Page
from fedi.store import notifications
from fedi.store.database import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_groups_stand_where_their_newest_does_and_are_paged_by_it(tx: Transaction) -> None:
    aigul, dana, bolat = await make.teacher(tx), await make.teacher(tx, "dana"), await make.teacher(tx, "bolat")
    first, second = await make.note(tx, aigul), await make.note(tx, aigul)
    for post, actor in ((first, dana), (second, dana), (first, bolat)):
        await notifications.insert(tx, aigul.id, NotificationKind.FAVOURITE, actor.id, post.id)
    await notifications.insert(tx, aigul.id, NotificationKind.MENTION, bolat.id, second.id)

    newest = await notifications.groups(tx, aigul.id, Page(limit=2), Wanted())
    older = await notifications.groups(tx, aigul.id, Page(limit=2, before=newest[-1].newest), Wanted())
    upwards = await notifications.groups(tx, aigul.id, Page(limit=1, after=older[0].newest), Wanted())
    members = await notifications.members(tx, aigul.id, [newest[1].key], Wanted())

    assert [(each.kind, each.post_id, each.size) for each in newest + older] == [
        ("mention", second.id, 1),
        ("favourite", first.id, 2),
        ("favourite", second.id, 1),
    ]
    assert upwards == [newest[1]]
    assert [each.actor_id for each in members] == [bolat.id, dana.id]
    assert await notifications.group(tx, aigul.id, newest[1].key) == newest[1]
    assert await notifications.unread_groups(tx, aigul.id, Wanted()) == 3
    assert await notifications.dismiss(tx, aigul.id, [members[0].id]) == 1
    assert await notifications.unread(tx, aigul.id) == 3

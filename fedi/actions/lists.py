"""Lists of people: somebody's own, of whom she follows or has asked to."""

from __future__ import annotations

from dataclasses import replace

from fedi.actions import timelines
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.lists import PeopleList, RepliesPolicy
from fedi.store import actors, follows, lists
from fedi.store.database import Transaction

MOST_LISTS = 50
MOST_MEMBERS = 500
LONGEST_TITLE = 256


async def own(tx: Transaction, person: Actor, list_id: int) -> PeopleList:
    """A list of hers; NotFound."""
    found = await lists.own(tx, person.id, list_id)
    if found is None:
        raise NotFound("There is no such list")
    return found


async def create(
    tx: Transaction, person: Actor, title: str, policy: RepliesPolicy | None, exclusive: bool | None
) -> PeopleList:
    """Begin a list; Invalid without a title, or with too many lists."""
    if len(await lists.of_account(tx, person.id)) >= MOST_LISTS:
        raise Invalid(f"You have reached the maximum number of lists ({MOST_LISTS})")
    made = PeopleList(tx.new_id(), person.id, _title(title), policy or RepliesPolicy.LIST, bool(exclusive))
    await lists.put(tx, made)
    return made


async def change(
    tx: Transaction,
    person: Actor,
    list_id: int,
    title: str | None,
    policy: RepliesPolicy | None,
    exclusive: bool | None,
) -> PeopleList:
    """Change what is given. People of a list that is exclusive from now on leave the home; else they come back."""
    old = await own(tx, person, list_id)
    new = replace(
        old,
        title=old.title if title is None else _title(title),
        replies_policy=policy or old.replies_policy,
        exclusive=old.exclusive if exclusive is None else exclusive,
    )
    await lists.put(tx, new)
    if new.exclusive != old.exclusive:
        await timelines.rebuild(tx, person.id)
    return new


def _title(text: str) -> str:
    title = text.strip()
    if not title:
        raise Invalid("Title can't be blank", "title")
    if len(title) > LONGEST_TITLE:
        raise Invalid(f"Title is too long (maximum is {LONGEST_TITLE} characters)", "title")
    return title


async def delete(tx: Transaction, person: Actor, list_id: int) -> None:
    """Forget a list of hers; nobody in it hears of it."""
    old = await own(tx, person, list_id)
    await lists.delete(tx, old.id)
    if old.exclusive:
        await timelines.rebuild(tx, person.id)


async def add(tx: Transaction, person: Actor, list_id: int, actor_ids: list[int]) -> None:
    """Put people into a list of hers, with their latest posts; all of them or none.

    NotFound for somebody who does not exist, Invalid for whom she has not asked to follow and for whom the list has.
    """
    into = await own(tx, person, list_id)
    known = await actors.by_ids(tx, actor_ids)
    if await lists.count_members(tx, into.id) + len(set(actor_ids)) > MOST_MEMBERS:
        raise Invalid(f"At most {MOST_MEMBERS} people fit in a list")
    for actor_id in actor_ids:
        member = known.get(actor_id)
        if member is None or member.deleted_at is not None:
            raise NotFound("There is nobody of this id")
        await _add(tx, person, into, member)


async def _add(tx: Transaction, person: Actor, into: PeopleList, member: Actor) -> None:
    if member.id != person.id and await follows.between(tx, person.id, member.id) is None:
        raise Invalid("Account must be a followed account")
    if not await lists.add_member(tx, into.id, member.id):
        raise Invalid("Account is already on the list")
    await lists.add_latest(tx, into.id, member.id, timelines.ON_FOLLOW)
    if into.exclusive and member.id != person.id:
        await timelines.unmerge(tx, person.id, member)


async def remove(tx: Transaction, person: Actor, list_id: int, actor_ids: list[int]) -> None:
    """Take people out of a list of hers; whoever is not in it stays out."""
    out_of = await own(tx, person, list_id)
    for each in actor_ids:
        await lists.remove_member(tx, out_of.id, each)
    if out_of.exclusive and actor_ids:
        await timelines.rebuild(tx, person.id)

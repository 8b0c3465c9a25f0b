"""What the client API keeps and reads, on both engines."""

from dataclasses import replace

import pytest

from fedi.actions import access, bookmarks, posts, reactions
from fedi.auth import oauth
from fedi.auth.oauth import Client, Exchange, Refused, Registration, Request
from fedi.models.actors import Actor
from fedi.models.oauth import App
from fedi.models.paging import Page, Sieve
from fedi.models.posts import Circle, Draft, Post
from fedi.models.secrets import Secret, hash_of, new_secret
from fedi.store import accounts, apps, people, served, shown, timeline_ids, tokens
from fedi.store import bookmarks as marked
from fedi.store import notifications as told
from fedi.store import posts as stored
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

CALLBACK = "https://client.test/"
SECRETS = [Secret(f"secret {number}", hash_of(f"secret {number}")) for number in range(9)]
EVERYTHING = Sieve(
    local=True,
    only_media=True,
    no_replies=True,
    no_boosts=True,
    any_tags=("physics",),
    all_tags=("math",),
    no_tags=("history",),
)


async def registered(tx: Transaction) -> App:
    new = Registration("Client", (CALLBACK,), ("read", "write"), "https://client.test/about")
    return await oauth.register(tx, new, "client", SECRETS[0])


@in_a_unit
async def test_a_code_becomes_a_token_once_and_the_token_ends(tx: Transaction) -> None:
    app, aigul = await registered(tx), await make.teacher(tx)
    account = await accounts.by_id(tx, aigul.id)
    assert account is not None
    await oauth.agree(tx, account, Request("client", CALLBACK, "code", "read"), SECRETS[1])
    client, sent = Client("client", SECRETS[0].text), Exchange(SECRETS[1].text, CALLBACK)

    token = await oauth.exchange(tx, client, sent, SECRETS[2])
    again = await oauth.exchange(tx, client, sent, SECRETS[3])
    own = await oauth.for_client(tx, client, "read", SECRETS[4])
    programs = await access.programs(tx, aigul.id)
    await access.end_program(tx, aigul.id, app.id)

    assert token is not None
    assert (again, own.account_id, [each.app for each in programs]) == (None, None, [app])
    revoked = await tokens.by_hash(tx, SECRETS[2].hash)
    assert revoked is not None
    assert (revoked.scopes, revoked.revoked_at) == (("read",), tx.now)
    assert await access.programs(tx, aigul.id) == []
    with pytest.raises(Refused):
        await oauth.authenticate(tx, Client("client", "wrong"))


@in_a_unit
async def test_what_nobody_uses_is_forgotten(tx: Transaction) -> None:
    app, aigul = await registered(tx), await make.teacher(tx)
    account = await accounts.by_id(tx, aigul.id)
    assert account is not None
    token = await oauth.issue(tx, app, account, ("read",), SECRETS[1])
    await oauth.note_use(tx, token, account)
    later = tx.now + 40 * make.DAY

    await apps.prune(tx, later)
    assert await apps.by_client_id(tx, "client") == app
    await tokens.revoke(tx, token.id)
    await tokens.prune(tx, later)
    await apps.prune_grants(tx)
    await apps.prune(tx, later)
    assert await apps.by_client_id(tx, "client") is None


async def _posts(tx: Transaction) -> tuple[Actor, Actor, Post]:
    aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
    file_id = await make.picture(tx, aigul)
    post = await make.note(tx, aigul, "Salem @bolat #math #physics", file_ids=(file_id,))
    return aigul, bolat, post


@in_a_unit
async def test_versions_change_with_what_is_shown(tx: Transaction) -> None:
    aigul, bolat, post = await _posts(tx)
    boost = await reactions.boost(tx, bolat, post)
    draft = await make.note(tx, aigul, "Draft", Circle.DRAFT)

    before = await shown.versions(tx, [boost.id, draft.id])
    await reactions.like(tx, bolat, post)
    quoting = await posts.post(tx, aigul, Draft("Look", Circle.PUBLIC, quoted_id=post.id))
    after = await shown.versions(tx, [post.id, quoting.id])

    assert set(before) == {boost.id, post.id}
    assert (before[post.id].likes_count, after[post.id].likes_count) == (0, 1)
    assert (after[quoting.id].quoted_id, after[post.id].quotes_count) == (post.id, 1)
    authors = await shown.authors(tx, [aigul.id, bolat.id])
    assert authors[aigul.id].posts_count == 2
    assert await shown.last_posts(tx, [aigul.id, bolat.id]) == {aigul.id: tx.now, bolat.id: tx.now}


@in_a_unit
async def test_somebody_stands_to_posts_as_she_has_marked_them(tx: Transaction) -> None:
    _, bolat, post = await _posts(tx)
    await reactions.like(tx, bolat, post)
    await reactions.boost(tx, bolat, post)
    await bookmarks.keep(tx, bolat, post)
    await bookmarks.keep(tx, bolat, post)
    await bookmarks.mute_thread(tx, bolat, post)
    versions = list((await shown.versions(tx, [post.id])).values())

    standing = await shown.standing(tx, bolat.id, versions)
    liked, kept = await marked.liked(tx, bolat, Page()), await marked.bookmarked(tx, bolat, Page(after=0))

    ids = frozenset({post.id})
    assert (standing.liked, standing.boosted, standing.bookmarked, standing.mentioned) == (ids, ids, ids, ids)
    assert (standing.muted, standing.pinned) == (frozenset({post.thread_id}), frozenset())
    assert [each.post_id for each in liked + kept] == [post.id, post.id]
    await bookmarks.drop(tx, bolat, post)
    await bookmarks.unmute_thread(tx, bolat, post)
    emptied = await shown.standing(tx, bolat.id, versions)
    assert (emptied.bookmarked, emptied.muted) == (frozenset(), frozenset())


@in_a_unit
async def test_nothing_is_told_of_a_muted_thread_and_a_kept_post_can_be_deleted(tx: Transaction) -> None:
    aigul, bolat, post = await _posts(tx)
    await bookmarks.mute_thread(tx, aigul, post)
    await reactions.like(tx, bolat, post)
    await bookmarks.keep(tx, bolat, post)

    assert await told.latest(tx, aigul.id, Page()) == []
    await posts.delete(tx, post)
    assert await stored.by_id(tx, post.id) is None
    assert await marked.bookmarked(tx, bolat, Page()) == []


@in_a_unit
async def test_people_stand_in_lists_of_their_relations(tx: Transaction) -> None:
    aigul, bolat, post = await _posts(tx)
    await reactions.like(tx, bolat, post)
    boost = await reactions.boost(tx, bolat, post)
    follow = await make.follow(tx, bolat, aigul)

    likers, boosters = await people.likers(tx, aigul, post.id, Page()), await people.boosters(tx, None, post.id, Page())
    followers, following = (
        await people.followers(tx, None, aigul.id, Page(after=0)),
        await people.following(tx, aigul, bolat.id, Page(since=0)),
    )

    assert [each.actor_id for each in likers] == [bolat.id]
    assert [(each.id, each.actor_id) for each in boosters] == [(boost.id, bolat.id)]
    assert [(each.id, each.actor_id) for each in followers] == [(follow.id, bolat.id)]
    assert [(each.id, each.actor_id) for each in following] == [(follow.id, aigul.id)]


@in_a_unit
async def test_timelines_of_ids_leave_out_what_is_not_wanted(tx: Transaction) -> None:
    aigul, bolat, post = await _posts(tx)
    other = await make.note(tx, aigul, "Other #math #history")

    assert await timeline_ids.home(tx, aigul, Page()) == [other.id, post.id]
    assert await timeline_ids.home(tx, aigul, Page(after=post.id)) == [other.id]
    assert await timeline_ids.home(tx, aigul, Page(since=post.id, limit=1)) == [other.id]
    assert await timeline_ids.public(tx, bolat, Page(), EVERYTHING) == [post.id]
    assert await timeline_ids.public(tx, None, Page(), Sieve(remote=True)) == []
    assert await timeline_ids.tag(tx, None, "math", Page(), EVERYTHING) == [post.id]
    assert await timeline_ids.tag(tx, None, "math", Page(), Sieve()) == [other.id, post.id]
    wanted = replace(EVERYTHING, all_tags=("math", "physics"))
    assert await timeline_ids.profile(tx, bolat, aigul.id, Page(), wanted) == [post.id]


@in_a_unit
async def test_a_key_gives_the_post_it_gave_before(tx: Transaction) -> None:
    aigul = await make.teacher(tx)

    first = await posts.post(tx, aigul, Draft("Once", Circle.PUBLIC, idempotency_key="k"))
    again = await posts.post(tx, aigul, Draft("Twice", Circle.PUBLIC, idempotency_key="k"))

    assert again.id == first.id
    assert (await served.usage(tx)).hosts == len(await served.hosts_known(tx)) == 0


def test_secrets_are_not_their_hashes() -> None:
    made = new_secret()
    assert hash_of(made.text) == made.hash != made.text

"""Makers of people, follows, posts and files for tests. Everybody in here is invented."""

from dataclasses import replace
from typing import Any

from fedi.actions import posts
from fedi.config import School
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor, ActorKind
from fedi.models.files import FileKind
from fedi.models.follows import Follow, FollowState
from fedi.models.materials import Material
from fedi.models.peers import Standing
from fedi.models.posts import Circle, Draft, NewPost, Poll, PollOption, Post, PostKind
from fedi.store import accounts, actors, follows, peers
from fedi.store.engine.transaction import Transaction

MINUTE = 60_000
DAY = 24 * 60 * MINUTE

LESSON_PLAN = Material("lesson-plan", "mathematics", (5, 6), "https://creativecommons.org/licenses/by/4.0/")


def school(host: str = "almaty.test", **changes: Any) -> School:
    """A school that exists only here."""
    return School(host=host, account_domain=host, name={"ru": "Школа 1"}, **changes)


def actor(
    actor_id: int, username: str = "aigul", *, host: str = "almaty.test", local: bool = True, **changes: Any
) -> Actor:
    """An actor that no database knows; `changes` are fields of `Actor`."""
    base = f"https://{host}"
    uri = f"{base}/users/{actor_id}"
    made = Actor(
        id=actor_id,
        uri=uri,
        kind=ActorKind.PERSON,
        local=local,
        username=username,
        domain=host,
        host=host,
        name=username.title(),
        summary="",
        fields=(),
        emojis=(),
        url=f"{base}/@{username}",
        inbox=f"{uri}/inbox",
        shared_inbox=f"{base}/inbox",
        outbox=f"{uri}/outbox",
        followers=f"{uri}/followers",
        following=f"{uri}/following",
        featured=None,
        avatar_id=None,
        header_id=None,
        locked=False,
        discoverable=True,
        indexable=True,
        also_known_as=(),
        moved_to=None,
        followers_count=0,
        following_count=0,
        posts_count=0,
        created_at=0,
        updated_at=0,
        fetched_at=None,
        suspended_at=None,
        deleted_at=None,
    )
    return replace(made, **changes)


def post(post_id: int, actor_id: int, circle: Circle = Circle.PUBLIC, *, local: bool = True, **changes: Any) -> Post:
    """A post that no database knows; `changes` are fields of `Post`."""
    uri = f"https://{'almaty' if local else 'kostanay'}.test/posts/{post_id}"
    made = Post(
        id=post_id,
        uri=uri,
        url=uri,
        actor_id=actor_id,
        kind=PostKind.NOTE,
        local=local,
        circle=circle,
        title="",
        summary="",
        content="<p>Salem</p>",
        source=None,
        sensitive=False,
        language="kk",
        in_reply_to_id=None,
        in_reply_to_uri=None,
        thread_id=post_id,
        context=None,
        boost_of_id=None,
        replies_count=0,
        boosts_count=0,
        likes_count=0,
        published_at=0,
        edited_at=None,
    )
    return replace(made, **changes)


async def teacher(
    tx: Transaction, username: str = "aigul", *, default_circle: Circle = Circle.PUBLIC, **changes: Any
) -> Actor:
    """A teacher of this school, with her account; `changes` are fields of `Actor`."""
    made = actor(tx.new_id(), username, host=tx.school.host, **changes)
    await actors.insert(tx, made)
    await accounts.insert(
        tx,
        Account(
            id=made.id,
            email=None,
            password_hash=None,
            role=Role.TEACHER,
            language="ru",
            default_circle=default_circle,
            created_at=tx.now,
            last_seen_at=tx.now,
            disabled_at=None,
        ),
    )
    return made


async def colleague(tx: Transaction, username: str = "bolat", *, host: str = "kostanay.test", **changes: Any) -> Actor:
    """Somebody of another server; `changes` are fields of `Actor`."""
    made = actor(tx.new_id(), username, host=host, local=False, fetched_at=tx.now, **changes)
    await actors.insert(tx, made)
    return made


async def follow(
    tx: Transaction, follower: Actor, followed: Actor, state: FollowState = FollowState.ACCEPTED
) -> Follow:
    """One reads the other, without anything being sent or told."""
    follow_id = tx.new_id()
    made = Follow(follow_id, follower.id, followed.id, f"{follower.uri}#follows/{follow_id}", state, tx.now)
    return await follows.insert(tx, made)


async def agreement(tx: Transaction, host: str = "kostanay.test") -> None:
    """A partner school: both sides have confirmed."""
    await peers.decide(tx, host, Standing.TRUSTED)
    await peers.set_offered(tx, host, tx.now)
    await peers.set_confirmed(tx, host, tx.now)


async def note(
    tx: Transaction, author: Actor, text: str = "Salem", circle: Circle = Circle.PUBLIC, **draft: Any
) -> Post:
    """What a teacher here wrote; `draft` are fields of `Draft`."""
    return await posts.post(tx, author, Draft(text, circle, **draft))


async def answer(tx: Transaction, author: Actor, parent: Post, circle: Circle = Circle.PUBLIC, **draft: Any) -> Post:
    """What a teacher here answered."""
    return await posts.post(tx, author, Draft("I agree", circle, in_reply_to_id=parent.id, **draft))


def remote_note(author: Actor, name: str | int = 1, circle: Circle = Circle.PUBLIC, **changes: Any) -> NewPost:
    """What somebody elsewhere wrote, as a handler would publish it; `name` makes its address."""
    new = NewPost(
        kind=PostKind.NOTE,
        circle=circle,
        content="<p>Salem from afar</p>",
        uri=f"https://{author.host}/posts/{name}",
        url=f"https://{author.host}/@{author.username}/{name}",
    )
    return replace(new, **changes)


async def remote(
    tx: Transaction, author: Actor, name: str | int = 1, circle: Circle = Circle.PUBLIC, **changes: Any
) -> Post:
    """The same, published; an answer when `in_reply_to` is among the changes."""
    parent: Post | None = changes.get("in_reply_to")
    if parent is not None:
        changes.setdefault("in_reply_to_uri", parent.uri)
    return await posts.publish(tx, author, remote_note(author, name, circle, **changes))


def poll(*titles: str, multiple: bool = False, closes_at: int | None = None) -> Poll:
    """A poll nobody has voted in."""
    return Poll(tuple(PollOption(title) for title in titles or ("Yes", "No")), multiple, closes_at)


async def picture(tx: Transaction, owner: Actor, name: str = "board.png") -> int:
    """The id of a file that its owner has uploaded, without its bytes."""
    file_id = tx.new_id()
    await tx.execute(
        """
        INSERT INTO files (id, owner_id, kind, media_type, name, description, created_at, used_at)
        VALUES (:id, :owner, :kind, 'image/png', :name, 'The blackboard', :now, :now)
        """,
        id=file_id,
        owner=owner.id,
        kind=FileKind.IMAGE,
        name=name,
        now=tx.now,
    )
    return file_id

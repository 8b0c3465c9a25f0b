"""The counts of a poll of another server, asked of that server because somebody here looks at it or has voted."""

from __future__ import annotations

from contextlib import suppress

from fedi.actions import remote_posts
from fedi.activitypub import remote_posts as posts_on_the_wire
from fedi.errors import FediError
from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.models.readings import ReadingKind
from fedi.outbound import resolver
from fedi.outbound.work import Work
from fedi.store import actors, jobs, posts, readings
from fedi.store.database import Transaction
from fedi.store.jobs import Job


async def run(work: Work) -> None:
    """Ask for a poll again: arg `ref`, its post. What cannot be had stays as it is."""
    asked = await work.instance.db.read(_asked, work.job.args["ref"])
    if asked is not None:
        with suppress(FediError):
            await _refresh(work, *asked)
    await work.instance.db.write(_conclude, work.job)


async def _asked(tx: Transaction, post_id: int) -> tuple[Post, Actor] | None:
    post = await posts.by_id(tx, post_id)
    author = await actors.by_id(tx, post.actor_id) if post is not None else None
    return (post, author) if post is not None and author is not None and not (post.local or author.gone) else None


async def _refresh(work: Work, post: Post, author: Actor) -> None:
    remote = posts_on_the_wire.parse(await resolver.document(work.instance, work.client, post.uri))
    if remote.uri == post.uri and remote.author_uri == author.uri:
        await work.instance.db.write(remote_posts.edit, author, post, remote)


async def _conclude(tx: Transaction, job: Job) -> None:
    await readings.finish(tx, ReadingKind.POLL, job.args["ref"], 0)
    await jobs.finish(tx, job)

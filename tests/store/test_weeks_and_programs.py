"""Counts of weeks, and the programs that posts were written with: the same on both engines."""

from fedi.actions import figures
from fedi.models.applications import Application
from fedi.models.oauth import App
from fedi.store import apps, post_applications, posts, visits
from fedi.store.database import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_a_week_counts_what_lies_in_it(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    await make.note(tx, aigul)
    await visits.note(tx, aigul.id)

    this, before = await figures.activity(tx, 2)

    assert (this.posts, this.visitors, this.newcomers) == (1, 1, 1)
    assert (before.posts, before.visitors, before.newcomers) == (0, 0, 0)


@in_a_unit
async def test_a_post_keeps_the_name_of_a_program_that_is_forgotten(tx: Transaction) -> None:
    post = await make.note(tx, await make.teacher(tx))
    app = App(tx.new_id(), "client", "", "Ice", "https://ice.test/", ("https://x.test/",), ("read",), tx.now)
    await apps.insert(tx, app)

    await post_applications.note(tx, post.id, app.id)
    await post_applications.put(tx, post.id, Application("Another", None))
    await apps.prune(tx, tx.now + 1)

    assert await post_applications.of_posts(tx, [post.id]) == {post.id: Application("Ice", "https://ice.test/")}
    await posts.delete(tx, post)
    assert await post_applications.of_posts(tx, [post.id]) == {}

"""Posts from before it was noted in which circle a message is kept: the step that notes it finds them."""

from fedi.models.posts import Circle
from fedi.store import posts
from fedi.store.database import Database, Transaction
from fedi.store.engine.dialect import Engine
from fedi.store.engine.migrations import migrations
from tests import factories as make


async def test_what_was_said_about_a_post_of_the_partners_is_kept_within_them(
    database: Database, engine: Engine
) -> None:
    (script,) = [each.script for each in migrations(engine) if each.name == "kept_within"]

    async def unit(tx: Transaction) -> list[Circle | None]:
        aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
        shared, other = await make.note(tx, aigul, circle=Circle.PARTNERS), await make.note(tx, aigul)
        about = await make.answer(tx, bolat, shared, Circle.DIRECT)
        below = await make.answer(tx, aigul, about, Circle.DIRECT)
        quote = await make.note(tx, aigul, "@bolat", Circle.DIRECT, quoted_id=shared.id)
        apart = await make.answer(tx, bolat, other, Circle.DIRECT)
        await tx.execute("UPDATE posts SET kept_within = NULL")
        await tx.execute(script[script.index("UPDATE posts") :].strip().rstrip(";"))
        found = await posts.by_ids(tx, [each.id for each in (shared, about, below, quote, apart)])
        return [found[each.id].kept_within for each in (shared, about, below, quote, apart)]

    assert await database.write(unit) == [None, Circle.PARTNERS, Circle.PARTNERS, Circle.PARTNERS, None]

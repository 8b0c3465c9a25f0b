"""What the house is for: a lesson plan of one school is read at another."""

from fedi.actions import posts as post_actions
from fedi.actions import timelines
from fedi.actions.compose import compose
from fedi.models.actors import Actor
from fedi.models.follows import FollowState
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, PostKind, PostView
from fedi.store import follows, views
from fedi.store.database import Transaction
from tests.factories import LESSON_PLAN, picture
from tests.network import Network, TestSchool


async def home(school: TestSchool, reader: Actor) -> list[PostView]:
    found: list[PostView] = await school.read(timelines.home, reader.id, Page())
    return found


async def test_a_follow_is_accepted_by_the_other_school(network: Network) -> None:
    aigul = await network["almaty"].teacher("aigul")
    bolat = await network["kostanay"].teacher("bolat")

    await network["kostanay"].follow(bolat, aigul)

    theirs = await network["kostanay"].knows(aigul)
    ours = await network["almaty"].knows(bolat)
    there = await network["kostanay"].read(follows.between, bolat.id, theirs.id)
    here = await network["almaty"].read(follows.between, ours.id, aigul.id)
    assert (there.state, here.state) == (FollowState.ACCEPTED, FollowState.ACCEPTED)


async def test_a_note_reaches_the_home_of_a_follower_elsewhere(network: Network) -> None:
    aigul = await network["almaty"].teacher("aigul")
    bolat = await network["kostanay"].teacher("bolat")
    await network["kostanay"].follow(bolat, aigul)

    note = await network["almaty"].post(aigul, "Бөлшектер #математика")
    await network.drain()

    seen = await home(network["kostanay"], bolat)
    assert [view.post.uri for view in seen] == [note.uri]
    assert [tag.name for tag in seen[0].tags] == ["математика"]
    assert not await network["shymkent"].has(note.uri)


async def test_a_lesson_plan_arrives_with_its_metadata_and_its_files(network: Network) -> None:
    aigul = await network["almaty"].teacher("aigul")
    bolat = await network["kostanay"].teacher("bolat")
    await network["kostanay"].follow(bolat, aigul)
    file_id = await network["almaty"].write(picture, aigul)

    plan = await network["almaty"].post(
        aigul, "## Ход урока", title="Дроби", summary="Пятый класс", material=LESSON_PLAN, file_ids=(file_id,)
    )
    await network.drain()

    seen = (await home(network["kostanay"], bolat))[0]
    assert (seen.post.uri, seen.post.kind, seen.post.title) == (plan.uri, PostKind.ARTICLE, "Дроби")
    assert seen.post.summary == "Пятый класс"
    assert seen.material is not None
    assert seen.material.subject == LESSON_PLAN.subject
    assert seen.files[0].remote_url == f"http://almaty.test/media/{file_id}/board.png"
    assert seen.files[0].description == "The blackboard"


async def test_an_edit_and_a_deletion_follow_the_post(network: Network) -> None:
    aigul = await network["almaty"].teacher("aigul")
    bolat = await network["kostanay"].teacher("bolat")
    await network["kostanay"].follow(bolat, aigul)
    note = await network["almaty"].post(aigul, "Salem")
    await network.drain()

    network.clock.advance(minutes=1)

    async def correct(tx: Transaction) -> None:
        new = await compose(tx, aigul, Draft("Sälem"), editing=note)
        await post_actions.edit(tx, note, new)

    await network["almaty"].write(correct)
    await network.drain()
    edited = await network["kostanay"].has(note.uri)

    await network["almaty"].write(post_actions.delete, note)
    await network.drain()

    assert edited is not None
    assert "Sälem" in edited.content
    assert await network["kostanay"].has(note.uri) is None


async def test_an_answer_comes_back_and_stands_in_the_thread(network: Network) -> None:
    aigul = await network["almaty"].teacher("aigul")
    bolat = await network["kostanay"].teacher("bolat")
    await network["kostanay"].follow(bolat, aigul)
    note = await network["almaty"].post(aigul, "Salem")
    await network.drain()
    seen = await network["kostanay"].has(note.uri)
    assert seen is not None

    answer = await network["kostanay"].post(bolat, "Rakhmet", Circle.PUBLIC, in_reply_to_id=seen.id)
    await network.drain()

    here = await network["almaty"].has(answer.uri)
    assert here is not None
    assert here.in_reply_to_id == note.id
    view = (await network["almaty"].read(views.full, [note.id]))[0]
    assert view.post.replies_count == 1

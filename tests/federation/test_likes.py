"""Likes in every form they come in, and taking them back."""

from __future__ import annotations

import pytest

from fedi.activitypub.jsonld import Json
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.store import notifications
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson

pytestmark = pytest.mark.network(1)

EMOJI = {
    "id": "http://mastodon.test/emojis/blobcat",
    "type": "Emoji",
    "name": ":blobcat:",
    "icon": {"type": "Image", "mediaType": "image/png", "url": "http://mastodon.test/blobcat.png"},
}
FORMS: dict[str, Json] = {
    "Mastodon": {"type": "Like"},
    "Misskey": {"type": "Like", "content": ":blobcat:", "_misskey_reaction": ":blobcat:", "tag": [EMOJI]},
    "Misskey, a character": {"type": "Like", "content": "❤", "_misskey_reaction": "❤"},
    "Pleroma": {"type": "EmojiReact", "content": "🔥"},
    "Akkoma, its own picture": {"type": "EmojiReact", "content": ":blobcat:", "tag": EMOJI},
    "litepub": {"type": "litepub:EmojiReact", "content": "🔥"},
    "full address": {"type": "http://litepub.social/ns#EmojiReact", "content": "🔥"},
    "with a prefix": {"type": "as:Like"},
    "two types": {"type": ["EmojiReact", "Like"], "content": "🔥"},
    "Lemmy": {"type": "Like", "audience": "http://mastodon.test/c/maths"},
    "without recipients": {"type": "Like", "to": None, "cc": None},
}
TAKEN_BACK = ("whole", "id", "object without id")


async def deliver(school: TestSchool, sender: StrangePerson, activity: Json) -> str:
    await school.deliver(activity, sender.key)
    await school.network.drain()
    return str((await outcomes(school))[-1])


def reaction(carol: StrangePerson, uri: str, form: Json, path: str = "/likes/1") -> Json:
    made = carol.activity("Like", uri, path) | form
    return {name: value for name, value in made.items() if value is not None}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("back", TAKEN_BACK)
async def test_every_form_is_a_like_and_is_taken_back(
    almaty: TestSchool, network: Network, carol: StrangePerson, form: Json, back: str
) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul)
    like = reaction(carol, post.uri, form)
    anonymous = {name: value for name, value in like.items() if name != "id"}
    undone = {"whole": like, "id": like["id"], "object without id": anonymous}[back]

    assert await deliver(almaty, carol, like) == "liked"
    told = [each.kind for each in await almaty.read(notifications.latest, aigul.id, Page())]
    liked = await almaty.has(post.uri)
    assert await deliver(almaty, carol, carol.activity("Undo", undone, "/undo/1")) == "unliked"
    unliked = await almaty.has(post.uri)

    assert liked is not None
    assert unliked is not None
    assert (told, liked.likes_count, unliked.likes_count) == (["favourite"], 1, 0)


async def test_several_reactions_of_one_person_are_one_like(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    post = await almaty.post(aigul)
    for number, content in enumerate(("🔥", "❤", "👍")):
        await deliver(
            almaty, carol, reaction(carol, post.uri, {"type": "EmojiReact", "content": content}, f"/r/{number}")
        )

    found = await almaty.has(post.uri)
    assert found is not None
    assert found.likes_count == 1


@pytest.mark.parametrize("kind", ["Dislike", "Undo/Dislike", "View"])
async def test_what_is_no_like_changes_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson, kind: str
) -> None:
    """Lemmy votes down, PeerTube counts who looks."""
    aigul = await almaty.teacher()
    post = await almaty.post(aigul)
    await deliver(almaty, mallory, mallory.activity("Like", post.uri, "/likes/1"))
    other = carol.activity(kind.rpartition("/")[2], post.uri, "/other/1")
    other = carol.activity("Undo", other, "/undo/1") if kind.startswith("Undo") else other

    await deliver(almaty, carol, other)

    found = await almaty.has(post.uri)
    assert found is not None
    assert found.likes_count == 1


async def test_nobody_takes_back_the_like_of_another(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson
) -> None:
    aigul: Actor = await almaty.teacher()
    post = await almaty.post(aigul)
    like = reaction(carol, post.uri, {"type": "Like"})
    await deliver(almaty, carol, like)

    for number, undone in enumerate((like, like["id"])):
        await deliver(almaty, mallory, mallory.activity("Undo", undone, f"/undo/{number}"))

    found = await almaty.has(post.uri)
    assert found is not None
    assert found.likes_count == 1

"""Our documents, to the letter."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from fedi.activitypub import actors, objects
from fedi.activitypub.remote_actors import parse as parse_actor
from fedi.activitypub.remote_posts import parse as parse_post
from fedi.models.actors import Emoji, Key, ProfileField
from fedi.models.files import File, FileKind
from fedi.models.local_actors import key_uri, school_actor
from fedi.models.posts import Circle, Poll, PollOption, PostKind, PostView, Tag
from fedi.text import plain, render_note
from tests import golden
from tests.factories import LESSON_PLAN, actor, post, school

BASE = "https://almaty.test"
AIGUL = replace(
    actor(1, "aigul"),
    summary="<p>Mathematics</p>",
    fields=(ProfileField("Class", "5"),),
    created_at=1_790_000_000_123,
    featured=f"{BASE}/users/1/collections/featured",
)
BOLAT = actor(7, "bolat", host="kostanay.test", local=False)
PDF = File(
    id=5,
    owner_id=1,
    kind=FileKind.DOCUMENT,
    media_type="application/pdf",
    name="Дроби.pdf",
    description="",
    size=1234,
    sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    width=None,
    height=None,
    duration_ms=None,
    blurhash=None,
    focus=None,
    remote_url=None,
    storage_key="5",
    preview_key="5p",
    created_at=0,
)


def note(**changes: object) -> PostView:
    written = replace(post(10, 1), published_at=1_790_000_000_123, url=f"{BASE}/@aigul/10", **changes)  # type: ignore[arg-type]
    return PostView(written, AIGUL, tags=(Tag("Математика", "математика"),), mentions=(BOLAT,))


@pytest.mark.parametrize("circle", [each for each in Circle if each not in (Circle.SCHOOL, Circle.DRAFT)])
def test_a_note_of_every_circle(circle: Circle) -> None:
    golden.check(f"note_{circle}", objects.build(note(circle=circle), BASE))


@pytest.mark.parametrize("circle", [Circle.SCHOOL, Circle.DRAFT])
def test_what_stays_in_the_school_has_no_document(circle: Circle) -> None:
    with pytest.raises(ValueError, match="for the school only"):
        objects.build(note(circle=circle), BASE)


def test_a_note_with_a_warning_an_edit_and_emojis() -> None:
    view = note(
        summary="Spoiler",
        sensitive=True,
        in_reply_to_uri=f"{BASE}/posts/9",
        context=f"{BASE}/contexts/9",
        edited_at=1_790_000_060_000,
        emojis=(Emoji("ok", f"{BASE}/media/9/ok.png", "image/png", 1_790_000_000_000),),
    )

    golden.check("note_warning", objects.build(view, BASE))


def test_pictures_may_be_covered_without_a_warning() -> None:
    """16.13."""
    document = objects.build(note(sensitive=True), BASE)

    assert (document["sensitive"], document["summary"], "summaryMap" in document) == (True, None, False)


def test_a_question() -> None:
    poll = Poll((PollOption("Иә", 2), PollOption("Жоқ")), True, 1_790_000_600_000, None, 2)
    view = replace(note(kind=PostKind.QUESTION), poll=poll)

    golden.check("question", objects.build(view, BASE))


def test_a_lesson_plan() -> None:
    written = note(kind=PostKind.ARTICLE, title="Дроби", summary="Пятый <класс>", language="ru")
    view = replace(written, material=LESSON_PLAN, files=(PDF,))

    golden.check("article_lesson_plan", objects.build(view, BASE))


def test_a_lesson_plan_survives_the_way_there() -> None:
    written = note(kind=PostKind.ARTICLE, title="Дроби", summary="Пятый <класс>", language="ru")
    view = replace(written, material=LESSON_PLAN, files=(PDF,))

    read = parse_post(objects.build(view, BASE))

    assert (read.kind, read.title, read.summary, read.language) == (PostKind.ARTICLE, "Дроби", "Пятый <класс>", "ru")
    assert read.material is not None
    assert (read.material.subject, read.material.classes) == (LESSON_PLAN.subject, LESSON_PLAN.classes)
    assert (read.files[0].name, read.files[0].description) == ("Дроби.pdf", "")
    assert (read.files[0].size, read.files[0].sha256) == (PDF.size, PDF.sha256)
    assert read.mention_uris == (BOLAT.uri,)
    assert read.tags == (Tag("Математика", "математика"),)


def test_a_teacher(rsa_and_ed25519: tuple[Key, Key]) -> None:
    avatar, header = (replace(PDF, media_type="image/webp", name=f"{name}.webp") for name in "ab")
    aigul = replace(
        AIGUL,
        emojis=(Emoji("ok", f"{BASE}/emoji/ok", "image/png", 1_790_000_000_000),),
        also_known_as=("https://old.test/users/7",),
        moved_to="https://new.test/users/7",
        attribution_domains=("aigul.kz",),
        avatar_description="At the board",
        header_description="The sea",
    )

    document = actors.build(aigul, rsa_and_ed25519, BASE, avatar, header)

    golden.check("person", document)
    read = parse_actor(document)
    assert (read.uri, read.username, read.inbox) == (AIGUL.uri, AIGUL.username, AIGUL.inbox)
    assert [key_id for key_id, _ in read.keys] == [key.uri for key in rsa_and_ed25519]


def test_a_line_of_a_profile_that_is_a_link_is_nothing_else_and_says_whose_page_it_is() -> None:
    """15.6: of anything around the link Mastodon never looks at the page."""
    line = render_note("https://aigul.kz/about-" + "x" * 40, lambda _: None, lambda _: "")

    [shown] = actors.build(replace(AIGUL, fields=(ProfileField("Site", line),)), (), BASE)["attachment"]

    link = re.fullmatch(r'<a href="([^"]+)" ([^>]*)>(.*)</a>', shown["value"])
    assert link is not None
    assert link[1] == plain(link[3])
    assert 'rel="me nofollow noopener"' in link[2]


def test_hashtags_of_a_profile_are_named_and_lead_here_from_anywhere() -> None:
    """16.3."""
    written = render_note("#Бөлшек", lambda _: None, lambda tag: f"/tags/{quote(tag)}")
    described = replace(AIGUL, summary=written, fields=(ProfileField("Subject", written),))

    document = actors.build(described, (), BASE)

    address = f"{BASE}/tags/{quote('бөлшек')}"
    assert document["tag"] == [{"type": "Hashtag", "href": address, "name": "#Бөлшек"}]
    assert all(f'href="{address}"' in each for each in (document["summary"], document["attachment"][0]["value"]))


def test_the_school_itself(rsa_and_ed25519: tuple[Key, Key]) -> None:
    """18.9."""
    made = school_actor(school(), 3, 1_790_000_000_123)

    its_keys = [replace(key, uri=key_uri(made.uri, key.kind)) for key in rsa_and_ed25519]

    golden.check("school", actors.build(made, its_keys, BASE))

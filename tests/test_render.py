"""Letters and parts of pages: the right language, nothing escaped twice, nothing kept that has changed."""

from dataclasses import replace

import pytest

from fedi import render
from fedi.config import LANGUAGES
from fedi.instances.fragments import Fragments
from fedi.models.posts import PostView
from tests import factories
from tests.factories import actor, school


def view(**changes: object) -> PostView:
    post = factories.post(9_007_199_254_740_993, actor_id=1, content="<p>Hello</p>", local=True)
    return PostView(replace(post, **changes), actor(1))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["password-reset", "invitation"])
def test_a_letter_has_a_subject_a_link_and_plain_text(name: str, language: str) -> None:
    subject, text = render.mail(name, language, school=school(), name="Айгүл & Ко", link="https://almaty.test/join/x")

    assert subject
    assert "\n" not in subject
    assert "https://almaty.test/join/x" in text
    assert "Айгүл & Ко" in text


def test_an_entry_that_was_edited_is_made_anew() -> None:
    fragments = Fragments()
    before = render.entry(view(), school(), "en", fragments)
    kept = render.entry(view(content="<p>Never shown</p>"), school(), "en", fragments)
    after = render.entry(view(content="<p>Changed</p>", edited_at=5), school(), "en", fragments)

    assert "Hello" in before
    assert kept == before
    assert "Changed" in after


def test_entries_of_two_languages_are_kept_apart() -> None:
    fragments = Fragments()
    here = render.entry(view(content="<p>Here</p>", edited_at=7), school(), "en", fragments)
    kazakh = render.entry(view(content="<p>Here</p>", edited_at=7), school(), "kk", fragments)

    assert "Here" in here
    assert "өзгертілді" in kazakh
    assert "edited" in here


def test_static_addresses_change_with_their_content() -> None:
    path, _, digest = render.static_url("fedi.css").partition("?")

    assert path == "/static/fedi.css"
    assert len(digest) == 10

"""Privacy, terms, rules, contact: there from the first day, in three languages, and the school's own words win."""

from pathlib import Path

import pytest

from fedi import config
from fedi.config import LANGUAGES, InstanceConfig
from fedi.errors import NotFound
from fedi.render import public_pages
from tests.network import open_network
from tests.web.browsing import Browser, text_of


@pytest.fixture
def settings(tmp_path: Path) -> InstanceConfig:
    (tmp_path / "pages").mkdir()
    (tmp_path / "instance.toml").write_text(
        'host = "school.example"\nname = "School"\nlanguage = "ru"\ncontact = "help@school.example"\n'
    )
    return config.load(tmp_path)


@pytest.mark.parametrize("name", public_pages.NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language(settings: InstanceConfig, name: str, language: str) -> None:
    page = public_pages.load(settings, name, language)

    assert page.language == language
    assert len(page.html) > 200


def test_the_contact_of_the_school_stands_on_its_page(settings: InstanceConfig) -> None:
    assert "help@school.example" in public_pages.load(settings, "contact", "en").html


def test_the_words_of_the_school_win_even_in_another_language(settings: InstanceConfig) -> None:
    (settings.pages_folder / "rules.ru.md").write_text("# Свои правила\n\nПишем *коротко*.", "utf-8")

    own, ours = public_pages.load(settings, "rules", "kk"), public_pages.load(settings, "privacy", "kk")

    assert (own.language, ours.language) == ("ru", "kk")
    assert "<em>коротко</em>" in own.html


def test_a_page_that_does_not_exist_is_not_looked_for_on_the_disk(settings: InstanceConfig) -> None:
    (settings.folder / "secret.ru.md").write_text("no")

    with pytest.raises(NotFound):
        public_pages.load(settings, "../secret", "ru")


async def test_rules_that_the_school_has_written_out_on_a_page_are_not_told_twice(tmp_path: Path) -> None:
    async with open_network(tmp_path / "instances", 1, rules=["Be kind"]) as network:
        school = network["almaty"]
        stranger, folder = Browser(school), school.instance.config.pages_folder
        before = text_of((await stranger.get("/rules")).text)
        folder.mkdir(exist_ok=True)
        (folder / "rules.en.md").write_text("# Rules\n\nWe write briefly.", "utf-8")
        after = text_of((await stranger.get("/rules")).text)

    assert "Be kind" in before
    assert ("Be kind" in after, "We write briefly." in after) == (False, True)

"""What the demo schools bring is whole: every file, author, licence and reference in `instances/demo` resolves."""

import io
import re
import tomllib
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from fedi.materials import vocabulary
from fedi.materials.licences import LICENCES
from fedi.models.posts import Circle

DEMO = Path(__file__).parent.parent / "instances" / "demo"
SCHOOLS = sorted(DEMO.glob("*.localhost"))
MATERIALS = sorted(DEMO.glob("*.localhost/materials/*/material.toml"))
FILES = sorted(path for path in DEMO.glob("*.localhost/**/*") if path.suffix in {".pdf", ".docx", ".png", ".jpg"})
DAY_AND_TIME = re.compile(r"-(\d+)d (\d\d):(\d\d)")
LETTERS = re.compile(r"[ӘәҒғҚқҢңӨөҰұҮүҺһІі]")


def read(path: Path) -> Any:
    return tomllib.loads(path.read_text("utf-8"))


def people(school: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(school / "people.toml")["people"]
    return found


def moment(text: str) -> timedelta:
    """How long before the midnight that begins today; raises on anything else than ``-3d 09:30``."""
    found = DAY_AND_TIME.fullmatch(text)
    assert found, f"{text!r} is not a day before today and a time"
    days, hours, minutes = map(int, found.groups())
    assert days >= 1, "a time today may still lie ahead"
    return timedelta(days=-days, hours=hours, minutes=minutes)


def picture(path: Path) -> tuple[str | None, tuple[int, int]]:
    """The format and size of a picture, all its bytes having been read."""
    with Image.open(path) as image:
        image.load()
        return image.format, image.size


HANDLES = {f"{person['username']}@{school.name}": person for school in SCHOOLS for person in people(school)}
MATERIALS_BY_NAME = {f"{path.parents[2].name}/{path.parent.name}": read(path) for path in MATERIALS}
TALK = read(DEMO / "conversations.toml")
POSTS = {post["key"]: post for post in TALK["posts"]}


def circle_of(name: str) -> Circle:
    return Circle((POSTS.get(name) or MATERIALS_BY_NAME[name]).get("circle", "public"))


def school_of(name: str) -> str:
    return POSTS[name]["author"].partition("@")[2] if name in POSTS else name.partition("/")[0]


def short(path: Path) -> str:
    return str(path.relative_to(DEMO))


def test_there_are_three_schools_with_at_least_four_teachers_and_one_administrator_each() -> None:
    assert [school.name for school in SCHOOLS] == ["almaty.localhost", "kostanay.localhost", "shymkent.localhost"]
    for school in SCHOOLS:
        roles = [person["role"] for person in people(school)]
        assert len(roles) >= 4
        assert sorted(set(roles)) == ["admin", "teacher"]
        assert roles.count("admin") == 1


@pytest.mark.parametrize("school", SCHOOLS, ids=short)
def test_a_school_speaks_of_itself_in_three_languages(school: Path) -> None:
    about = read(school / "school.toml")
    for part in ("name", "description", "rules"):
        assert set(about[part]) == {"kk", "ru", "en"}
        assert all(about[part].values())
    assert about["default_language"] in about["name"]
    assert about["contact"]["email"].endswith(".example")


def test_schools_know_each_other_and_agreements_have_two_sides() -> None:
    about = {school.name: read(school / "school.toml") for school in SCHOOLS}
    for name, school in about.items():
        assert set(school["peers"]) == set(about) - {name}
        assert all(name in about[partner]["partners"] for partner in school["partners"])


@pytest.mark.parametrize("handle", HANDLES)
def test_a_teacher_has_a_portrait_subjects_and_follows_real_people(handle: str) -> None:
    person = HANDLES[handle]
    avatar = DEMO / handle.partition("@")[2] / person["avatar"]
    assert picture(avatar) == ("PNG", (400, 400))
    assert avatar.stat().st_size < 40_000
    assert set(person["subjects"]) <= set(vocabulary.load("subjects"))
    assert set(person["follows"]) <= set(HANDLES) - {handle}
    assert any(not follow.endswith(handle.partition("@")[2]) for follow in person["follows"])


def test_there_are_at_least_nine_lesson_plans_and_worksheets_in_three_languages() -> None:
    wanted = [about for about in MATERIALS_BY_NAME.values() if about["kind"] in {"lesson-plan", "worksheet"}]
    assert len(wanted) >= 9
    assert {about["language"] for about in wanted} == {"kk", "ru", "en"}
    assert len(MATERIALS) >= 12


@pytest.mark.parametrize("path", MATERIALS, ids=short)
def test_a_material_says_what_the_library_needs_to_know(path: Path) -> None:
    about = read(path)
    assert about["kind"] in vocabulary.load("kinds")
    assert about["subject"] in vocabulary.load("subjects")
    assert about["licence"] in LICENCES
    assert f"{about['author']}@{path.parents[2].name}" in HANDLES
    assert about["language"] in {"kk", "ru", "en"}
    assert Circle(about["circle"]) in {Circle.PUBLIC, Circle.PARTNERS, Circle.SCHOOL}
    assert about["classes"] == sorted(set(about["classes"]) & set(range(1, 12)))
    assert about["duration_minutes"] > 0
    assert all(about[part] for part in ("title", "summary", "objectives", "keywords"))
    assert moment(about["published"])
    assert len((path.parent / "content.md").read_text("utf-8")) > 500


@pytest.mark.parametrize("path", MATERIALS, ids=short)
def test_every_file_of_a_material_is_named_there_and_every_name_is_a_file(path: Path) -> None:
    files = read(path)["files"]
    named = {path.parent / file["path"] for file in files}
    assert named == {file for file in FILES if file.parent == path.parent}
    assert all(file["title"] and file["description"] for file in files)
    assert all((path.parent / file["source"]).is_file() for file in files if "source" in file)


@pytest.mark.parametrize("path", MATERIALS, ids=short)
def test_kazakh_texts_are_written_with_kazakh_letters(path: Path) -> None:
    """A keyboard without them leaves a text that looks Kazakh and cannot be searched."""
    about = read(path)
    if about["language"] == "kk":
        assert LETTERS.search(about["title"] + about["summary"])
        assert len(LETTERS.findall((path.parent / "content.md").read_text("utf-8"))) > 50


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_file_is_what_its_name_says_and_no_burden_on_a_slow_line(path: Path) -> None:
    body = path.read_bytes()
    assert len(body) < 400_000
    if path.suffix == ".pdf":
        assert body.startswith(b"%PDF-")
        assert b"%%EOF" in body[-16:]
    elif path.suffix == ".docx":
        assert {"[Content_Types].xml", "word/document.xml"} <= set(zipfile.ZipFile(io.BytesIO(body)).namelist())
    else:
        assert picture(path)[0] == {".png": "PNG", ".jpg": "JPEG"}[path.suffix]


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".pdf"], ids=short)
def test_a_printed_sheet_carries_its_author_and_licence_as_text_that_can_be_found(path: Path) -> None:
    about = read(path.parent / "material.toml")
    with closing(pdfium.PdfDocument(path)) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert HANDLES[f"{about['author']}@{path.parents[2].name}"]["name"] in text
    assert LICENCES[about["licence"]].name in text


def test_the_whole_demo_is_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 8_000_000


@pytest.mark.parametrize("key", POSTS)
def test_a_post_has_an_author_and_answers_something_earlier_in_no_wider_circle(key: str) -> None:
    post = POSTS[key]
    assert post["author"] in HANDLES
    assert post["text"]
    parent = post.get("in_reply_to")
    if parent is None:
        assert moment(post["published"])
        return
    answered = POSTS.get(parent) or MATERIALS_BY_NAME[parent]
    assert moment(answered["published"]) < moment(post["published"])
    assert circle_of(key) == circle_of(parent)
    assert may_see(post["author"].partition("@")[2], parent)


@pytest.mark.parametrize("key", POSTS)
def test_people_named_in_a_post_exist_and_another_school_is_always_named(key: str) -> None:
    """Without the mention an answer would not be delivered to the school it answers."""
    post = POSTS[key]
    mentioned = set(re.findall(r"@(\w+@\w+\.localhost)", post["text"]))
    assert mentioned <= set(HANDLES)
    parent = post.get("in_reply_to")
    if parent and school_of(parent) != post["author"].partition("@")[2]:
        assert any(handle.endswith(school_of(parent)) for handle in mentioned)


def may_see(school: str, name: str) -> bool:
    home = school_of(name)
    partners = read(DEMO / home / "school.toml")["partners"]
    allowed = {Circle.PUBLIC: True, Circle.SCHOOL: school == home, Circle.PARTNERS: school in (home, *partners)}
    return allowed[circle_of(name)]


def test_keys_are_given_once() -> None:
    assert len(POSTS) == len(TALK["posts"])


def test_likes_and_boosts_are_of_things_their_giver_may_see() -> None:
    for given in TALK["likes"] + TALK["boosts"]:
        assert may_see(given["who"].partition("@")[2], given["what"])
        assert given["who"] in HANDLES
    assert all(circle_of(boost["what"]) is Circle.PUBLIC for boost in TALK["boosts"])
    pairs = [(like["who"], like["what"]) for like in TALK["likes"]]
    assert len(set(pairs)) == len(pairs)


def test_votes_are_for_options_of_a_poll_and_never_by_its_author() -> None:
    for vote in TALK["votes"]:
        poll = POSTS[vote["what"]]["poll"]
        assert vote["who"] in HANDLES
        assert vote["who"] != POSTS[vote["what"]]["author"]
        assert all(0 <= option < len(poll["options"]) for option in vote["options"])
        assert poll["multiple"] or len(vote["options"]) == 1


def test_the_talk_shows_a_poll_a_warning_hashtags_and_every_language() -> None:
    posts = POSTS.values()
    assert any("poll" in post for post in posts)
    assert any("warning" in post for post in posts)
    assert any("#бөлшектер" in post["text"] for post in posts)
    assert {post["language"] for post in posts} == {"kk", "ru", "en"}

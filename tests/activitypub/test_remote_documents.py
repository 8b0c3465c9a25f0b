"""Documents of strangers: whatever they hold, they are read or Malformed, and nothing else happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fedi.activitypub import activities, discovery, jsonld, remote_actors, remote_posts
from fedi.activitypub.decoding import decode_object
from fedi.errors import Malformed
from fedi.models.posts import PostKind

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
DOCUMENTS = sorted(
    path
    for folder in ("bovine", "wordpress-activitypub", "w3c-activitystreams", "w3c-activitystreams-test-documents")
    for path in (CORPUS / folder).rglob("*.json")
)

BASE = {"id": "https://a.test/1", "attributedTo": "https://a.test/users/1", "type": "Note"}
PERSON = {"id": "https://a.test/users/1", "type": "Person", "preferredUsername": "carol", "inbox": "https://a.test/i"}
NAMES = st.sampled_from(
    [
        *("id", "type", "actor", "object", "to", "cc", "tag", "attachment", "content", "contentMap", "name", "nameMap"),
        *("summary", "url", "published", "updated", "endTime", "oneOf", "anyOf", "replies", "totalItems", "inReplyTo"),
        *("attributedTo", "icon", "image", "publicKey", "publicKeyPem", "owner", "endpoints", "sharedInbox", "href"),
        *("mediaType", "focalPoint", "digestMultibase", "license", "about", "educationalLevel", "keywords", "subject"),
        *("learningResourceType", "links", "rel", "preferredUsername", "inbox", "assertionMethod", "context"),
        *("publicKeyMultibase", "votersCount", "webfinger", "alsoKnownAs"),
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "https://a.test/1",
            "https://a.test",
            "https://[",
            "as:Public",
            "Note",
            "Question",
            "Person",
            "Image",
            "zQm",
            "\0",
        ]
    )
    | st.sampled_from(
        ["2026-01-01T00:00:00Z", "9999-99-99T99:99:99.999999999+99:99", "Mention", "Hashtag", "Multikey"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6),
    max_leaves=25,
)
DOCUMENT = st.dictionaries(NAMES, VALUES, max_size=10)


@given(DOCUMENT)
@settings(max_examples=400, deadline=None)
@example({"type": "Question", "oneOf": [{"name": "a", "replies": []}]})
@example({"type": "Note", "attachment": [{"type": "Image", "url": [{"href": 5}]}]})
def test_a_reader_gives_a_thing_or_malformed(document: dict[str, Any]) -> None:
    for read, base in (
        (activities.parse, {}),
        (remote_posts.parse, BASE),
        (remote_actors.parse, PERSON),
        (discovery.read_webfinger, {}),
    ):
        for given_document in (document, {**base, **document}, {**document, **base}):
            try:
                read(given_document)
            except Malformed:
                continue


@given(st.binary(max_size=200))
def test_bytes_are_an_object_or_malformed(raw: bytes) -> None:
    try:
        assert isinstance(decode_object(raw), dict)
    except Malformed:
        return


@given(st.text(max_size=60))
def test_a_time_is_a_number_or_nothing(text: str) -> None:
    assert jsonld.time_ms(text) is None or isinstance(jsonld.time_ms(text), int)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_real_documents_are_read(path: Path) -> None:
    try:
        document = decode_object(path.read_bytes())
        activity = activities.parse(document)
    except Malformed:
        return
    if remote_posts.is_post(activity.object) and len(activity.object) > 2 and "mastodon" in path.name:
        assert remote_posts.parse(activity.object).content


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("2026-01-01T00:00:00Z", 1_767_225_600_000),
        ("2026-01-01T00:00:00.123456789Z", 1_767_225_600_123),
        ("2026-01-01T05:00:00+05:00", 1_767_225_600_000),
        ("2025-12-31T19:00:00-0500", 1_767_225_600_000),
        ("2026-01-01T00:00Z", 1_767_225_600_000),
        ("2026-01-01T00:00:00", 1_767_225_600_000),
        ("2026-01-01", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("yesterday", None),
        (5, None),
    ],
)
def test_times_in_every_form_peers_send(written: object, milliseconds: int | None) -> None:
    assert jsonld.time_ms(written) == milliseconds


def note(**changes: object) -> dict[str, Any]:
    return {**BASE, "content": "<p>Hello</p>", **changes}


def test_one_value_stands_for_an_array() -> None:
    read = remote_posts.parse(
        note(
            to="as:Public",
            cc=None,
            tag={"type": "Hashtag", "name": "#One"},
            attachment={"type": "Image", "url": "https://a.test/x.png"},
        )
    )

    assert read.to == ("as:Public",)
    assert read.cc == ()
    assert [tag.name for tag in read.tags] == ["One"]
    assert [file.url for file in read.files] == ["https://a.test/x.png"]


@pytest.mark.parametrize(
    "url",
    [
        "https://a.test/page",
        ["https://a.test/page"],
        {"type": "Link", "href": "https://a.test/page"},
        [
            {"type": "Link", "mediaType": "video/mp4", "href": "https://a.test/film.mp4"},
            {"type": "Link", "mediaType": "text/html", "href": "https://a.test/page"},
        ],
    ],
)
def test_a_url_in_every_form(url: object) -> None:
    assert remote_posts.parse(note(url=url)).url == "https://a.test/page"


@pytest.mark.parametrize("types", ["Note", ["Note"], ["Note", "https://schema.org/Thing"], "as:Note"])
def test_a_type_in_every_form(types: object) -> None:
    assert remote_posts.parse(note(type=types)).kind is PostKind.NOTE


def test_the_language_is_that_of_the_first_key() -> None:
    read = remote_posts.parse(note(content=None, contentMap={"kk": "<p>Сәлем</p>", "ru": "<p>Привет</p>"}))

    assert (read.language, read.content) == ("kk", "<p>Сәлем</p>")


def test_alt_text_is_the_summary_before_the_name() -> None:
    picture = {"type": "Image", "url": "https://a.test/x.png", "summary": "A board", "name": "x.png"}

    assert remote_posts.parse(note(attachment=[picture])).files[0].description == "A board"


@pytest.mark.parametrize(
    ("blurhash", "is_kept"),
    [
        ("L9TI:j|cfQ|c|co1fQo1fQfQfQfQ", True),
        ("00TI:j", True),
        ("L9TI:j|cfQ|c|co1fQo1fQfQfQf", False),
        ("L9TI:j|cfQ|c|co1fQo1fQfQfQ<Q", False),
        ("N9TI:j|cfQ|cfQ|c|co1fQo1fQo1fQfQfQfQfQ", False),
        ("", False),
    ],
    ids=["four by three", "one", "one letter short", "another letter", "six wide", "none"],
)
def test_the_preview_of_a_picture_is_kept_if_programs_can_draw_it(blurhash: str, is_kept: bool) -> None:
    """16.9."""
    picture = {"type": "Image", "url": "https://a.test/x.png", "blurhash": blurhash}

    assert remote_posts.parse(note(attachment=[picture])).files[0].blurhash == (blurhash if is_kept else None)


def test_of_what_an_actor_lists_only_so_much_is_kept() -> None:
    """16.29."""
    line = {"type": "PropertyValue", "name": "a", "value": "b"}
    aliases = [f"https://b.test/{number}" for number in range(300)]
    many = {"attachment": [line] * 60, "alsoKnownAs": aliases, "summary": "c" * 30_000}

    read = remote_actors.parse({**PERSON, **many})

    assert (len(read.fields), len(read.also_known_as), len(read.summary)) == (50, 256, 20_000)


def test_script_is_gone_from_every_html_field() -> None:
    script = "<p onclick='x()'>Hi<script>alert(1)</script></p>"
    read = remote_posts.parse(note(content=script, summary=script, type="Article", name=script))
    person = remote_actors.parse(
        {**PERSON, "summary": script, "attachment": [{"type": "PropertyValue", "name": "x", "value": script}]}
    )

    for html in (read.content, read.summary, read.title, person.summary, person.fields[0].value):
        assert "script" not in html
        assert "onclick" not in html
        assert "alert" not in html


def test_the_id_of_a_host_is_one_id_with_and_without_a_slash() -> None:
    bare = remote_actors.parse({**PERSON, "id": "https://a.test"})

    assert bare.uri == "https://a.test/"
    assert remote_posts.parse(note(attributedTo="https://a.test")).author_uri == "https://a.test/"


def test_what_is_to_be_seen_in_the_pictures_of_an_actor_is_its_summary_before_its_name() -> None:
    icon = {"type": "Image", "url": "https://a.test/i.png", "summary": "Dan at the board", "name": "i.png"}
    read = remote_actors.parse({**PERSON, "icon": icon, "image": {"url": "https://a.test/h.png", "name": "The sea"}})

    assert (read.avatar_description, read.header_description) == ("Dan at the board", "The sea")
    assert remote_actors.parse({**PERSON, "icon": "https://a.test/i.png"}).avatar_description == ""


def test_an_actor_may_be_remembered_and_lists_hashtags_on_its_own_server() -> None:
    read = remote_actors.parse({**PERSON, "memorial": True, "featuredTags": "https://a.test/tags"})

    assert (read.memorial, read.featured_tags) == (True, "https://a.test/tags")
    assert not remote_actors.parse({**PERSON, "memorial": "true"}).memorial
    assert remote_actors.parse({**PERSON, "featuredTags": "https://b.test/tags"}).featured_tags is None


def test_sites_on_which_an_actor_writes_are_names_in_one_spelling() -> None:
    sites = ["News.Example", "https://blog.example/dan", "*.cakes.example", 7, None, "no name", "10.0.0.1", "localhost"]

    read = remote_actors.parse({**PERSON, "attributionDomains": sites})

    assert read.attribution_domains == ("news.example", "blog.example", "cakes.example")
    assert remote_actors.parse({**PERSON, "attributionDomains": "one.example"}).attribution_domains == ("one.example",)
    many = remote_actors.parse({**PERSON, "attributionDomains": [f"{number}.example" for number in range(9_000)]})
    assert len(many.attribution_domains) == 256


def test_the_title_of_a_topic_in_a_forum_goes_before_its_text() -> None:
    """Discourse has it in the name of a Note; what the text says already is not said twice, and answers have none."""
    topic = {"name": "Our A & B meeting", "content": "<p>On Friday</p>"}

    assert remote_posts.parse(note(**topic)).content == "<p><strong>Our A &amp; B meeting</strong></p><p>On Friday</p>"
    said = remote_posts.parse(note(name="on friday", content="<p>On Friday</p>"))
    assert said.content == "<p>On Friday</p>"
    answer = remote_posts.parse(note(**topic, inReplyTo="https://a.test/posts/0"))
    assert (answer.content, answer.vote) == ("<p>On Friday</p>", None)


def test_a_description_that_only_says_the_title_again_says_nothing() -> None:
    """lotide, whose pages are about a page elsewhere besides: that must not be lost."""
    page = {"type": "Page", "name": "Pizza", "summary": "Pizza", "content": None, "url": "https://video.test/pizza"}
    read = remote_posts.parse(note(**page))

    assert (read.title, read.summary) == ("Pizza", "")
    assert read.url == read.uri
    assert 'href="https://video.test/pizza"' in read.content
    assert remote_posts.parse(note(name="image", summary="image", content=None)).sensitive is False


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ({"identifier": "fr", "name": "Français"}, "fr"),
        ([{"identifier": "pt-BR"}], "pt-br"),
        ({"identifier": "und", "name": "Undetermined"}, None),
        ("kk", "kk"),
        ({"identifier": 7}, None),
        (None, None),
    ],
)
def test_the_language_of_a_video_or_of_a_post_of_lemmy_is_named_in_an_object(
    said: object, language: str | None
) -> None:
    assert remote_posts.parse(note(language=said)).language == language
    assert remote_posts.parse(note(language=said, contentMap={"ru": "<p>Salem</p>"})).language == "ru"


def test_a_chat_message_is_a_short_post() -> None:
    read = remote_posts.parse(note(type="ChatMessage", to=["https://b.test/users/1"], content="<p>hi!</p>"))

    assert (read.kind, read.content, read.title) == (PostKind.NOTE, "<p>hi!</p>", "")


@pytest.mark.parametrize("lost", ["id", "type", "inbox", "preferredUsername"])
def test_an_actor_without_what_it_needs_is_malformed(lost: str) -> None:
    with pytest.raises(Malformed):
        remote_actors.parse({name: value for name, value in PERSON.items() if name != lost})


@pytest.mark.parametrize(
    ("name", "address"),
    [("inbox", "https://b.test/inbox"), ("followers", "https://b.test/f"), ("sharedInbox", "https://b.test/inbox")],
)
def test_addresses_on_another_host_are_not_believed(name: str, address: str) -> None:
    document = {**PERSON, "endpoints": {name: address}, name: address}
    if name == "inbox":
        with pytest.raises(Malformed):
            remote_actors.parse(document)
    else:
        read = remote_actors.parse(document)
        assert (read.followers, read.shared_inbox) == (None, None)


def test_a_name_of_a_megabyte_is_cut() -> None:
    assert len(remote_actors.parse({**PERSON, "name": "a" * 1_000_000}).name) < 1_000


def test_a_video_is_by_the_person_not_the_channel() -> None:
    authors = [{"type": "Group", "id": "https://a.test/channel"}, {"type": "Person", "id": "https://a.test/users/1"}]

    assert remote_posts.parse(note(attributedTo=authors)).author_uri == "https://a.test/users/1"


def test_a_short_post_that_has_a_name_only_says_it_unless_it_is_a_vote() -> None:
    named = note(content=None, name="A <b>word</b> & more")

    assert remote_posts.parse(named).content == "A word &amp; more"
    vote = remote_posts.parse({**named, "inReplyTo": "https://b.test/1"})
    assert vote.vote == "A <b>word</b> & more"


@pytest.mark.parametrize(
    ("media_type", "written"),
    [
        ("text/html", "<b>x</b> *y*"),
        ("text/plain", "<p>&lt;b&gt;x&lt;/b&gt; *y*</p>"),
        ("text/markdown", "<p>&lt;b&gt;x&lt;/b&gt; <em>y</em></p>"),
    ],
)
def test_a_text_is_read_as_what_it_was_written_in(media_type: str, written: str) -> None:
    assert remote_posts.parse(note(content="<b>x</b> *y*", mediaType=media_type)).content == written


def test_a_link_that_is_attached_is_shown_once() -> None:
    link = {"type": "Link", "href": "https://c.test/page?a=1&b=2"}

    shown = remote_posts.parse(note(content="<p>Look</p>", attachment=[link, link])).content

    assert shown.count('href="https://c.test/page?a=1&amp;b=2"') == 1
    assert remote_posts.parse(note(content=shown, attachment=link)).content.count("href=") == 1


@pytest.mark.parametrize(
    ("announced", "kind"),
    [
        ({"type": "Document", "url": "https://a.test/x.png"}, "image"),
        ({"url": "https://a.test/x.PNG"}, "image"),
        ({"type": "Document", "url": "https://a.test/x.mp3?size=1"}, "audio"),
        ({"type": "Document", "url": "https://a.test/x"}, "document"),
        ({"type": "Document", "url": "https://a.test/x.png", "mediaType": "application/pdf"}, "document"),
    ],
)
def test_a_file_of_no_declared_type_is_what_its_name_promises(announced: dict[str, Any], kind: str) -> None:
    assert remote_posts.parse(note(attachment=announced)).files[0].kind == kind


def test_a_picture_that_is_a_post_is_its_own_file() -> None:
    urls = [
        {"type": "Link", "mediaType": "text/html", "href": "https://a.test/p/1"},
        {"type": "Link", "mediaType": "image/jpeg", "href": "https://a.test/1.jpg"},
    ]

    read = remote_posts.parse(note(type="Image", name="A board", url=urls, width=640))

    assert (read.kind, read.title, read.url) == (PostKind.ARTICLE, "A board", "https://a.test/p/1")
    assert [(each.url, each.kind, each.width) for each in read.files] == [("https://a.test/1.jpg", "image", 640)]


def test_a_question_with_nothing_to_choose_is_a_text() -> None:
    read = remote_posts.parse(note(type="Question", content=None, name="Why?"))

    assert (read.kind, read.content, read.poll) == (PostKind.NOTE, "Why?", None)


def test_votes_beyond_what_can_be_counted_are_cut() -> None:
    option = {"name": "A", "replies": {"totalItems": 2**62}}
    poll = remote_posts.parse(note(type="Question", oneOf=[option], votersCount=2**62)).poll

    assert poll is not None
    assert (poll.options[0].votes, poll.voters_count) == (2**31 - 1, 2**31 - 1)


def test_a_hashtag_that_unfolds_to_more_than_an_index_takes_is_left_out() -> None:
    tags = [{"type": "Hashtag", "name": "#" + "\ufdfa" * 200}, {"type": "Hashtag", "name": "＃wide"}]

    assert [tag.name for tag in remote_posts.parse(note(tag=tags)).tags] == ["wide"]


def test_an_actor_without_a_path_is_one_actor_in_whatever_it_does() -> None:
    read = activities.parse({"type": "Block", "actor": "https://a.test", "object": "https://b.test"})

    assert (read.actor, read.object_uri) == ("https://a.test/", "https://b.test/")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("PT12.345S", 12_345),
        ("PT1H2M3S", 3_723_000),
        ("PT5M", 300_000),
        ("PT0S", None),
        ("PT999H", None),
        ("P1D", None),
        ("PT1e9S", None),
        ("PT", None),
        (12, None),
    ],
)
def test_a_film_says_how_long_it_is_as_far_as_that_can_be(written: object, read: int | None) -> None:
    film = {"type": "Document", "mediaType": "video/mp4", "url": "https://a.test/a.mp4", "duration": written}

    assert remote_posts.parse(note(attachment=film)).files[0].duration_ms == read

"""People through the API: one's own profile, and those of others."""

from dataclasses import replace

import pytest

from fedi.actions import pins, reactions, rules
from fedi.api.entities.accounts import account
from fedi.config import LANGUAGES
from fedi.models.actors import ProfileField
from fedi.models.posts import Circle
from fedi.models.rules import Words
from fedi.outbound import resolver
from fedi.store import actors
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.conftest import Client, Clients
from tests.api.specification import problems
from tests.media.samples import picture
from tests.web.browsing import signed_in

CREDENTIALS = "/api/v1/accounts/verify_credentials"
UPDATE = "/api/v1/accounts/update_credentials"


async def test_somebody_sees_herself_as_she_typed_it(clients: Clients) -> None:
    form = {
        "display_name": "Aigul S.",
        "note": "I teach #math",
        "locked": "true",
        "fields_attributes[0][name]": "School",
        "fields_attributes[0][value]": "https://school.kz",
        "fields_attributes[1][name]": "",
        "fields_attributes[1][value]": "",
        "source[privacy]": "unlisted",
        "source[language]": "en",
    }

    changed = await clients.aigul.patch(UPDATE, data=form)
    me = (await clients.aigul.get(CREDENTIALS)).json()

    assert changed.json() == me
    assert me["created_at"] == "2026-09-21T00:00:00.000Z"
    assert problems("CredentialAccount", me) == []
    assert (me["display_name"], me["locked"]) == ("Aigul S.", True)
    assert 'href="http://almaty.test/tags/math"' in me["note"]
    assert me["source"]["note"] == "I teach #math"
    assert [(each["name"], each["value"]) for each in me["source"]["fields"]] == [("School", "https://school.kz")]
    assert me["fields"][0]["value"].startswith('<a href="https://school.kz"')
    assert (me["source"]["privacy"], me["source"]["language"]) == ("unlisted", "en")
    preferences = (await clients.aigul.get("/api/v1/preferences")).json()
    assert preferences["posting:default:visibility"] == "unlisted"
    assert problems("Preferences", preferences) == []


async def test_a_name_is_plain_text_and_the_text_about_somebody_is_html(clients: Clients) -> None:
    """Behaviours 1.10 and 8.1."""
    said = "Tom & <b>Jerry</b> :sun:"
    sent = {"display_name": said, "note": said, "fields_attributes": [{"name": said, "value": said}]}

    me = (await clients.aigul.patch(UPDATE, json=sent)).json()

    assert (me["display_name"], me["source"]["note"], me["source"]["fields"][0]["value"]) == (said, said, said)
    assert me["note"] == "<p>Tom &amp; &lt;b&gt;Jerry&lt;/b&gt; :sun:</p>"
    assert (me["fields"][0]["name"], "<b>" in me["fields"][0]["value"]) == (said, False)


async def test_the_text_about_somebody_is_the_same_after_a_program_has_saved_it_again(clients: Clients) -> None:
    said = "I teach mathematics.\nAlso physics.\n\nWrite to me: https://school.kz/a-rather-long-address/of-a-page"
    first = (await clients.aigul.patch(UPDATE, json={"note": said})).json()

    again = (await clients.aigul.patch(UPDATE, json={"note": first["source"]["note"]})).json()
    profile = (await clients.aigul.get("/api/v1/profile")).json()

    assert (first["source"]["note"], profile["note"]) == (said, said)
    assert first["note"].count("<p>") == 2
    assert again["note"] == first["note"]


async def test_the_links_of_her_own_lines_are_said_to_be_hers(clients: Clients) -> None:
    """15.6."""
    await clients.aigul.patch(UPDATE, json={"fields_attributes": [{"name": "Site", "value": "https://school.kz"}]})
    line = ProfileField("Site", '<a href="https://x.test" rel="nofollow noopener">x</a>')
    stranger = replace(clients.bolat.me, fields=(line,), local=False)

    own = (await clients.stranger.get(f"/api/v1/accounts/{clients.aigul.me.id}")).json()
    theirs = account(clients.school.instance.school, stranger, None)

    assert 'rel="me nofollow noopener"' in own["fields"][0]["value"]
    assert theirs["fields"][0]["value"] == line.value


@pytest.mark.parametrize(("sent", "kept"), [("de", "de"), ("pt-BR", "pt-br"), ("", "kk"), (None, "kk"), ("xx", "ru")])
async def test_the_language_of_her_posts_is_any_and_not_that_of_her_pages(
    clients: Clients, sent: str | None, kept: str
) -> None:
    """Behaviours 8.1 and 9.5: none is that of her pages, and what is no language changes nothing."""
    await clients.aigul.patch(UPDATE, json={"source": {"language": "ru"}})

    me = (await clients.aigul.patch(UPDATE, json={"source": {"language": sent}})).json()
    preferences = (await clients.aigul.get("/api/v1/preferences")).json()
    post = (await clients.aigul.post("/api/v1/statuses", json={"status": "Salem"})).json()
    page = await (await signed_in(clients.school, clients.aigul.me, language="kk")).get("/compose")

    assert (me["source"]["language"], preferences["posting:default:language"], post["language"]) == (kept, kept, kept)
    assert '<html lang="kk"' in page.text
    assert f'<option value="{kept if kept in LANGUAGES else "kk"}" selected' in page.text


async def test_what_of_her_is_shown_beside_her_posts_is_hers_to_choose_and_told(clients: Clients) -> None:
    names = ("show_media", "show_media_replies", "show_featured")
    for name in names:
        changed = (await clients.aigul.patch("/api/v1/profile", data={name: "false"})).json()
        assert changed[name] is False
    kept = (await clients.aigul.patch("/api/v1/profile", json={"display_name": "Aigul"})).json()
    seen_here = (await clients.stranger.get(f"/api/v1/accounts/{clients.aigul.me.id}")).json()
    document = (await clients.school.get(f"/users/{clients.aigul.me.id}")).json()
    seen_there = await clients.network["kostanay"].knows(clients.aigul.me)

    assert [each[name] for each in (kept, seen_here) for name in names] == [False] * 6
    assert [document[name] for name in ("showMedia", "showRepliesInMedia", "showFeatured")] == [False] * 3
    assert (seen_there.shows_media, seen_there.shows_replies_in_media, seen_there.shows_featured) == (
        False,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("<p>Physics</p>", "Physics"),
        ('<p><a href="/tags/math">#math</a></p>', '<a href="http://almaty.test/tags/math">#math</a>'),
        ("Physics", "Physics"),
        ("<p>Physics</p><p>Chemistry</p>", "<p>Physics</p><p>Chemistry</p>"),
        ("<p>Physics</p> and more", "<p>Physics</p> and more"),
        ('<p lang="kk">Физика</p>', '<p lang="kk">Физика</p>'),
    ],
)
async def test_the_value_of_a_field_is_one_line_where_it_can_be(clients: Clients, kept: str, shown: str) -> None:
    actor = replace(clients.aigul.me, fields=(ProfileField("Subjects", kept),))

    assert [each["value"] for each in account(clients.school.instance.school, actor, None)["fields"]] == [shown]


async def test_what_is_left_out_of_an_update_stays(clients: Clients) -> None:
    await clients.aigul.patch(UPDATE, json={"note": "About me", "fields_attributes": [{"name": "a", "value": "b"}]})
    await clients.aigul.patch(UPDATE, json={"display_name": "New"})
    me = (await clients.aigul.get(CREDENTIALS)).json()
    await clients.aigul.patch(UPDATE, json={"fields_attributes": [], "note": ""})
    emptied = (await clients.aigul.get(CREDENTIALS)).json()

    assert (me["display_name"], me["source"]["note"], len(me["fields"])) == ("New", "About me", 1)
    assert (emptied["note"], emptied["fields"]) == ("", [])


async def test_a_program_that_writes_null_for_what_it_leaves_alone_takes_nothing_away(clients: Clients) -> None:
    before = {
        "note": "About me",
        "attribution_domains": ["news.kz"],
        "fields_attributes": [{"name": "a", "value": "b"}],
    }
    await clients.aigul.patch(UPDATE, json=before)
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow", json={"languages": ["kk"]})

    me = (await clients.aigul.patch(UPDATE, json=dict.fromkeys(before))).json()
    follow = await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow", json={"languages": None})

    assert (me["source"]["note"], me["source"]["attribution_domains"]) == ("About me", ["news.kz"])
    assert [each["name"] for each in me["fields"]] == ["a"]
    assert follow.json()["languages"] == ["kk"]


async def test_sites_on_which_she_writes_are_kept_and_told_once(clients: Clients) -> None:
    aigul, kostanay = clients.aigul, clients.network["kostanay"]
    dana = await kostanay.teacher("dana")
    await kostanay.follow(dana, await kostanay.knows(aigul.me))
    await clients.school.follow(await clients.school.knows(dana), aigul.me)

    form = {"attribution_domains[0]": "https://News.example/", "attribution_domains[1]": " ", "display_name": "Aigul"}
    changed = (await aigul.patch(UPDATE, data=form)).json()
    await aigul.patch(UPDATE, json={"note": "Hi"})
    await clients.network.drain()
    there = await kostanay.knows(aigul.me)
    bad = await aigul.patch(UPDATE, json={"attribution_domains": ["no site"]})
    many = await aigul.patch(UPDATE, json={"attribution_domains": [f"{number}.example" for number in range(101)]})
    emptied = (await aigul.patch(UPDATE, json={"attribution_domains": []})).json()

    assert problems("CredentialAccount", changed) == []
    assert changed["source"]["attribution_domains"] == ["news.example"]
    assert (await kostanay.read(actors.by_uri, aigul.me.uri)).attribution_domains == ("news.example",)
    assert there.attribution_domains == ("news.example",)
    assert len(clients.network.wire.sent("Update")) == 2
    assert (bad.status_code, many.status_code) == (422, 422)
    assert "no site" in bad.json()["error"]
    assert emptied["source"]["attribution_domains"] == []


async def test_what_is_to_be_seen_in_her_pictures_is_kept_and_told(clients: Clients) -> None:
    aigul = clients.aigul
    files = {name: ("me.png", picture(), "image/png") for name in ("avatar", "header")}
    described = {"avatar_description": "Aigul at the board", "header_description": "The sea"}
    changed = (await aigul.patch(UPDATE, files=files, data=described)).json()
    seen = (await clients.stranger.get(f"/api/v1/accounts/{aigul.me.id}")).json()
    profile = (await aigul.get("/api/v1/profile")).json()
    document = (await clients.school.get(f"/users/{aigul.me.id}")).json()
    arrived = await clients.network["kostanay"].knows(aigul.me)
    await aigul.patch(UPDATE, files={"avatar": files["avatar"]})
    replaced = (await aigul.delete("/api/v1/profile/header")).json()

    for entity in (changed, seen, profile):
        assert {name: entity[name] for name in described} == described
    assert (document["icon"]["name"], document["icon"]["summary"]) == ("Aigul at the board", "Aigul at the board")
    assert document["image"]["summary"] == "The sea"
    assert (arrived.avatar_description, arrived.header_description) == ("Aigul at the board", "The sea")
    assert (replaced["avatar_description"], replaced["header_description"]) == ("", "")


async def test_whose_page_is_kept_in_memory_of_her_says_so(clients: Clients) -> None:
    stranger = clients.network.stranger()
    stranger.person("carol", clients.network.next_keys(), memorial=True)
    carol = await resolver.actor(clients.school.instance, clients.network.wire, f"{stranger.base}/users/carol")

    account = (await clients.aigul.get(f"/api/v1/accounts/{carol.id}")).json()
    mine = (await clients.aigul.get(f"/api/v1/accounts/{clients.aigul.me.id}")).json()

    assert problems("Account", account) == []
    assert account["memorial"] is True
    assert "memorial" not in mine
    shown = await clients.school.get(f"/@{carol.handle}", accept="text/html")
    assert "осы адамды еске алу" in shown.text


async def test_a_description_has_a_length(clients: Clients) -> None:
    sent = await clients.aigul.patch(UPDATE, json={"avatar_description": "a" * 10_001})

    assert sent.status_code == 422


async def test_a_default_of_the_school_survives_a_client_that_sends_it_back(clients: Clients) -> None:
    before = (await clients.aigul.get(CREDENTIALS)).json()["source"]
    await clients.aigul.patch(UPDATE, json={"source": {"privacy": before["privacy"]}})
    after = (await clients.aigul.get(CREDENTIALS)).json()["source"]

    assert (before["privacy"], before["circle"], after["circle"]) == ("private", "school", "school")


async def test_a_picture_that_was_not_chosen_in_a_form_stays_as_it_is(clients: Clients) -> None:
    before = (await clients.aigul.patch(UPDATE, files={"avatar": ("a.png", picture("PNG"), "image/png")})).json()
    not_chosen = (
        b'--x\r\nContent-Disposition: form-data; name="avatar"; filename=""\r\nContent-Type: application/octet-stream'
        b'\r\n\r\n\r\n--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nAbout me\r\n--x--\r\n'
    )
    form = {"Content-Type": "multipart/form-data; boundary=x"}

    changed = await clients.aigul.patch(UPDATE, content=not_chosen, headers=form)

    assert changed.status_code == 200, changed.text
    assert (changed.json()["source"]["note"], changed.json()["avatar"]) == ("About me", before["avatar"])


async def test_pictures_are_set_and_taken_off(clients: Clients) -> None:
    files = {name: (f"{name}.png", picture("PNG"), "image/png") for name in ("avatar", "header")}

    with_both = (await clients.aigul.patch(UPDATE, files=files)).json()
    shown = await clients.stranger.get(with_both["avatar"])
    without = (await clients.aigul.delete("/api/v1/profile/avatar")).json()
    bare = (await clients.aigul.delete("/api/v1/profile/header")).json()
    text = await clients.aigul.patch(UPDATE, files={"avatar": ("a.txt", b"text", "text/plain")})

    assert shown.headers["content-type"] == "image/png"
    assert problems("CredentialAccount", bare) == []
    assert without["avatar"].endswith("/missing.png")
    assert not without["header"].endswith("/missing.png")
    assert bare["header"].endswith("/headers/original/missing.png")
    assert bare["header_static"] == bare["header"]
    for kept in (bare["avatar"], bare["header"]):
        assert (await clients.stranger.get(kept)).headers["content-type"] == "image/png"
    assert (text.status_code, text.json()["error"]) == (422, "Validation failed: Avatar is invalid")


@pytest.mark.parametrize(
    ("sent", "field", "code", "said"),
    [
        ({"display_name": "x" * 101}, "display_name", "ERR_TOO_LONG", "Display name is too long"),
        ({"note": "x" * 5001}, "note", "ERR_TOO_LONG", "Note is too long"),
        ({f"fields_attributes[{n}][name]": "x" for n in range(9)}, "fields", "ERR_TOO_LONG", "Fields is too long"),
        (
            {"fields_attributes[0][value]": "https://school.kz"},
            "fields",
            "ERR_FIELDS_WITH_VALUES_MISSING_LABELS",
            "Fields contains values with missing labels",
        ),
        ({"avatar_description": "x" * 10_001}, "avatar_description", "ERR_TOO_LONG", "Avatar description is too long"),
        ({"header_description": "x" * 10_001}, "header_description", "ERR_TOO_LONG", "Header description is too long"),
        ({"attribution_domains[]": "no host"}, "attribution_domains", "ERR_INVALID", "Attribution domains no host is"),
    ],
)
async def test_what_is_wrong_with_a_profile_is_told_by_field(
    clients: Clients, sent: dict[str, str], field: str, code: str, said: str
) -> None:
    """Behaviour 4.1."""
    for path in (UPDATE, "/api/v1/profile"):
        got = await clients.aigul.patch(path, data=sent)

        assert (got.status_code, list(got.json())) == (422, ["error", "details"])
        assert got.json()["error"].startswith(f"Validation failed: {said}")
        [fault] = got.json()["details"][field]
        assert fault["error"] == code
        assert got.json()["error"].endswith(fault["description"])


async def test_a_picture_that_is_none_is_refused_and_leaves_nothing_behind(clients: Clients) -> None:
    stored = clients.school.instance.media.path("x").parent

    for content in (b"text", b"\x89PNG\r\n\x1a\nbroken", b"\0" * (40 * 1024 * 1024 + 1)):
        got = await clients.aigul.patch(UPDATE, files={"header": ("a.png", content, "image/png")})
        assert (got.status_code, got.json()["details"]["header"][0]["error"][:4]) == (422, "ERR_")

    assert [each for each in stored.rglob("*") if each.is_file()] == []


async def test_the_newer_profile_is_changed_by_put_and_patch(clients: Clients) -> None:
    put = await clients.aigul.put("/api/v1/profile", json={"display_name": "Put"})
    patched = await clients.aigul.patch("/api/v1/profile", json={"note": "Patched"})

    assert problems("Profile", put.json()) == problems("Profile", patched.json()) == []
    assert (patched.json()["display_name"], patched.json()["note"]) == ("Put", "Patched")
    assert patched.json()["avatar"] is None


async def test_people_are_found_by_id_and_by_name_without_asking_elsewhere(clients: Clients) -> None:
    async def unit(tx: Transaction) -> int:
        return (await make.colleague(tx, "marat", host="far.test")).id

    marat = await clients.school.write(unit)
    bolat, stranger = clients.bolat.me.id, clients.stranger

    for path in (
        f"/api/v1/accounts/{bolat}",
        "/api/v1/accounts/lookup?acct=bolat",
        "/api/v1/accounts/lookup?acct=@Bolat@almaty.test",
    ):
        got = (await stranger.get(path)).json()
        assert problems("Account", got) == []
        assert got["acct"] == "bolat"
    far = (await stranger.get("/api/v1/accounts/lookup?acct=marat@far.test")).json()
    assert (far["id"], far["acct"], "roles" in far) == (str(marat), "marat@far.test", False)
    several = (await stranger.get(f"/api/v1/accounts?id[]={marat}&id[]={bolat}&id[]=1")).json()
    assert [each["id"] for each in several] == [str(marat), str(bolat)]
    assert (await stranger.get("/api/v1/accounts/lookup?acct=nobody@far.test")).status_code == 404
    assert (await stranger.get("/api/v1/accounts/lookup")).status_code == 400
    assert (await stranger.get("/api/v1/accounts/1")).status_code == 404


async def test_a_profile_shows_what_the_reader_may_see_and_what_she_asked_for(clients: Clients) -> None:
    aigul = clients.aigul.me

    async def unit(tx: Transaction) -> dict[str, int]:
        public = await make.note(tx, aigul, "Public #math")
        school = await make.note(tx, aigul, "School", Circle.SCHOOL)
        picture = await make.note(tx, aigul, "Picture", file_ids=(await make.picture(tx, aigul),))
        theirs = await make.note(tx, clients.bolat.me, "Theirs")
        answer = await make.answer(tx, aigul, theirs)
        own = await make.answer(tx, aigul, public)
        boost = await reactions.boost(tx, aigul, theirs)
        await pins.pin(tx, aigul, public)
        made = {"public": public, "school": school, "picture": picture, "answer": answer, "own": own, "boost": boost}
        return {name: post.id for name, post in made.items()}

    known = await clients.school.write(unit)

    async def shown(client: Client, query: str = "") -> set[str]:
        got = (await client.get(f"/api/v1/accounts/{aigul.id}/statuses{query}")).json()
        return {name for each in got for name, number in known.items() if each["id"] == str(number)}

    assert await shown(clients.bolat) == set(known)
    assert await shown(clients.stranger) == set(known) - {"school"}
    assert await shown(clients.stranger, "?exclude_replies=true") == {"public", "picture", "own", "boost"}
    assert await shown(clients.stranger, "?exclude_reblogs=true") == {"public", "picture", "own", "answer"}
    assert await shown(clients.stranger, "?exclude_reblogs=1&exclude_replies=1") == {"public", "picture", "own"}
    assert await shown(clients.stranger, "?only_media=1") == {"picture"}
    assert await shown(clients.stranger, "?tagged=Math") == {"public"}
    assert await shown(clients.stranger, "?pinned=true") == {"public"}
    full = await clients.stranger.get(f"/api/v1/accounts/{aigul.id}/statuses?limit=5")
    assert 'rel="next"' in full.headers["link"]
    last = await clients.stranger.get(f"/api/v1/accounts/{aigul.id}/statuses?limit=6")
    assert 'rel="next"' not in last.headers["link"]


async def test_followers_are_cut_by_the_ids_of_their_follows(clients: Clients) -> None:
    async def unit(tx: Transaction) -> list[str]:
        people = [await make.colleague(tx, f"reader{number}") for number in range(3)]
        for number in (2, 0, 1):
            await make.follow(tx, people[number], clients.aigul.me)
            await make.follow(tx, clients.aigul.me, people[number])
        return [str(people[number].id) for number in (1, 0, 2)]

    order = await clients.school.write(unit)
    for path in (f"/api/v1/accounts/{clients.aigul.me.id}/{list_}" for list_ in ("followers", "following")):
        got = await clients.stranger.get(f"{path}?limit=2")
        following = got.headers["link"].partition("<")[2].partition(">")[0]
        rest = await clients.stranger.get(following)
        assert problems("[Account]", got.json()) == []
        assert [each["id"] for each in got.json() + rest.json()] == order
        assert "since_id=" in got.headers["link"]


async def test_the_school_describes_itself(clients: Clients) -> None:
    for path, entity in (
        ("/api/v2/instance", "Instance"),
        ("/api/v1/instance", "V1::Instance"),
        ("/api/v1/instance/rules", "[Rule]"),
        ("/api/v1/instance/extended_description", "ExtendedDescription"),
        ("/api/v1/instance/privacy_policy", "PrivacyPolicy"),
        ("/api/v1/instance/terms_of_service", "TermsOfService"),
    ):
        got = await clients.stranger.get(path)
        assert got.status_code == 200, path
        assert problems(entity, got.json()) == []


async def test_rules_come_in_the_schools_language_with_every_translation(clients: Clients) -> None:
    """As Mastodon has them since 4.4: programs take the reader's language out of `translations`."""
    words = {"en": Words("Be kind", "Always"), "kk": Words("Сыйлаймыз"), "ru": Words("Уважаем", "Всегда")}
    rule = await clients.school.write(rules.add, None, words)
    await clients.school.write(rules.add, None, {"ru": Words("Без рекламы")})

    got = (await clients.stranger.get("/api/v1/instance/rules")).json()
    instances = [(await clients.stranger.get(f"/api/{each}/instance")).json() for each in ("v1", "v2")]

    assert problems("[Rule]", got) == []
    assert got[0] == {
        "id": str(rule.id),
        "text": "Сыйлаймыз",
        "hint": "",
        "translations": {
            "en": {"text": "Be kind", "hint": "Always"},
            "kk": {"text": "Сыйлаймыз", "hint": ""},
            "ru": {"text": "Уважаем", "hint": "Всегда"},
        },
    }
    assert got[1]["text"] == "Без рекламы"
    assert [each["rules"] for each in instances] == [got, got]


async def test_what_a_school_lacks_answers_as_switched_off(clients: Clients) -> None:
    for path in ("announcements", "trends/tags", "trends/statuses", "trends/links", "instance/peers"):
        assert (await clients.aigul.get(f"/api/v1/{path}")).json() == []
    assert (await clients.stranger.get("/api/v1/instance/translation_languages")).json() == {}
    assert (await clients.aigul.post("/api/v1/statuses/1/translate")).status_code == 404


async def test_whoever_hides_it_shows_nobody_else_who_follows_her_and_whom_she_follows(clients: Clients) -> None:
    """Behaviour 8.8."""
    path = f"/api/v1/accounts/{clients.aigul.me.id}"
    await clients.bolat.post(f"{path}/follow")
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow")
    changed = await clients.aigul.patch("/api/v1/accounts/update_credentials", data={"hide_collections": "true"})

    shown = (await clients.bolat.get(path)).json()
    for which in ("followers", "following"):
        assert [each["acct"] for each in (await clients.aigul.get(f"{path}/{which}")).json()] == ["bolat"]
        assert (await clients.bolat.get(f"{path}/{which}")).json() == []
        assert (await clients.stranger.get(f"{path}/{which}")).json() == []
    assert (changed.json()["hide_collections"], changed.json()["source"]["hide_collections"]) == (True, True)
    assert (shown["hide_collections"], shown["followers_count"], shown["following_count"]) == (True, 1, 1)
    assert (await clients.aigul.get(f"/api/v1/accounts/{clients.bolat.me.id}/followers")).json() != []
    familiar = f"/api/v1/accounts/familiar_followers?id[]={clients.aigul.me.id}"
    assert (await clients.aigul.get(familiar)).json()[0]["accounts"] == []


async def test_other_servers_and_pages_are_told_no_more_than_the_number(clients: Clients) -> None:
    """Behaviours 8.8 and 16.23."""
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/follow")
    await clients.aigul.patch("/api/v1/accounts/update_credentials", data={"hide_collections": "true"})

    told = await clients.school.get(f"/users/{clients.aigul.me.id}/followers")
    page = await clients.school.get(f"/users/{clients.aigul.me.id}/followers?page=true")
    seen = (await clients.stranger.get("/@aigul/followers", headers={"Accept-Language": "en"})).text

    assert (told.json()["totalItems"], "first" in told.json(), page.status_code) == (1, False, 404)
    assert "does not show this list" in seen
    assert "@bolat" not in seen


async def test_who_has_moved_shows_where_she_goes_on(clients: Clients) -> None:
    school, new = clients.school, await clients.network["kostanay"].teacher("aigul")
    target = await school.knows(new)

    async def unit(tx: Transaction, goal: str | None) -> None:
        await actors.set_moved_to(tx, clients.aigul.me.id, goal)

    before = (await clients.bolat.get(f"/api/v1/accounts/{clients.aigul.me.id}")).json()
    clients.network.clock.advance(seconds=1)
    await school.write(unit, target.uri)
    seen = (await clients.bolat.get(f"/api/v1/accounts/{clients.aigul.me.id}")).json()
    own = (await clients.aigul.get(CREDENTIALS)).json()
    clients.network.clock.advance(seconds=1)
    await school.write(unit, None)
    back = (await clients.bolat.get(f"/api/v1/accounts/{clients.aigul.me.id}")).json()

    assert problems("Account", seen) == problems("CredentialAccount", own) == []
    assert (seen["moved"]["acct"], own["moved"]["id"]) == (target.handle, str(target.id))
    assert "moved" not in seen["moved"]
    assert ["moved" in each for each in (before, back)] == [False, False]


async def test_an_account_of_a_program_says_so_here_and_elsewhere(clients: Clients) -> None:
    """Behaviour 8.2."""
    path = "/api/v1/accounts/update_credentials"
    told = await clients.aigul.patch(path, data={"bot": "true"})
    document = (await clients.school.get(f"/users/{clients.aigul.me.id}")).json()
    still = await clients.aigul.patch(path, data={"display_name": "Weather of Almaty"})
    again = await clients.aigul.patch(path, data={"bot": "false"})

    assert [each.json()["bot"] for each in (told, still, again)] == [True, True, False]
    assert document["type"] == "Service"


async def test_pictures_are_covered_by_default_where_she_wants_that(clients: Clients) -> None:
    """Behaviour 8.2: a setting for new posts, which a post may say otherwise, and an edit does not look at."""
    changed = await clients.aigul.patch("/api/v1/accounts/update_credentials", json={"source": {"sensitive": True}})
    preferences = (await clients.aigul.get("/api/v1/preferences")).json()
    usual = (await clients.aigul.post("/api/v1/statuses", json={"status": "Usual"})).json()
    open_ = (await clients.aigul.post("/api/v1/statuses", json={"status": "Open", "sensitive": False})).json()
    edited = (await clients.aigul.put(f"/api/v1/statuses/{open_['id']}", json={"status": "Open still"})).json()

    assert (changed.json()["source"]["sensitive"], preferences["posting:default:sensitive"]) == (True, True)
    assert [each["sensitive"] for each in (usual, open_, edited)] == [True, False, False]

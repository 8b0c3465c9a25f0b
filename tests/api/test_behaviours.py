"""Behaviours that clients rely on and no other file is about; `behaviours.tsv` says which test holds which of them."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from fedi.auth import oauth
from fedi.auth.oauth import Registration
from fedi.models.accounts import Role
from fedi.models.posts import Circle
from fedi.models.secrets import new_secret
from fedi.outbound import resolver
from fedi.store import accounts as stored_accounts
from fedi.store import actors
from fedi.store.database import Transaction
from tests.api.conftest import Client, Clients, let_in, register
from tests.api.specification import problems
from tests.media.samples import picture
from tests.network import open_network
from tests.web.browsing import signed_in

STATUSES = "/api/v1/statuses"


async def said(client: Client, text: str = "Salem", **params: Any) -> dict[str, Any]:
    got = await client.post(STATUSES, json={"status": text, **params})
    assert got.status_code == 200, got.text
    return dict(got.json())


# --- 6. OAuth ---------------------------------------------------------------------------------------


async def test_tokens_never_expire_and_are_seconds_old(clients: Clients) -> None:
    """1.4, 6.8, 6.11."""
    app, secret = await register(clients.school)
    form = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": secret, "scope": "read"}

    got = await clients.stranger.post("/oauth/token", data=form)

    assert set(got.json()) == {"access_token", "token_type", "scope", "created_at"}
    assert got.json()["created_at"] == clients.network.clock() // 1000
    assert got.headers["cache-control"] == "no-store"


async def test_the_metadata_of_sign_in_is_readable_in_browsers_and_never_old(clients: Clients) -> None:
    """6.14."""
    got = await clients.stranger.get("/.well-known/oauth-authorization-server")

    assert problems("OAuthServerMetadata", got.json()) == []
    assert "S256" in got.json()["code_challenge_methods_supported"]
    assert got.headers["access-control-allow-origin"] == "*"
    assert got.headers["cache-control"] in ("no-store", "private, no-store")


async def test_the_scope_for_profiles_is_enough_to_see_oneself(clients: Clients) -> None:
    """6.16: the same shape."""
    narrow = await let_in(clients.school, clients.aigul.me, "profile")

    got = await narrow.get("/api/v1/accounts/verify_credentials")

    assert (got.status_code, problems("CredentialAccount", got.json())) == (200, [])
    assert (await narrow.get("/api/v1/timelines/home")).status_code == 403


async def test_consent_sends_people_back_to_programs_of_any_scheme(clients: Clients) -> None:
    """6.17: without a script, and no policy of ours stops the redirect to a program's own scheme."""
    client_id, secret = new_secret(), new_secret()
    new = Registration("Tusky", ("oauth2redirect://com.keylesspalace.tusky/",), ("read",))
    app = await clients.school.write(oauth.register, new, client_id.text, secret)
    asked = {"response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_uris[0]}
    browser = await signed_in(clients.school, clients.aigul.me)

    page = await browser.get(f"/oauth/authorize?{urlencode(asked)}")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    back = await browser.send("/oauth/authorize", {**fields, "decision": "allow"})

    assert "<script" not in page.text
    assert "form-action" not in page.headers["content-security-policy"]
    assert back.status_code == 303
    assert back.headers["location"].startswith("oauth2redirect://com.keylesspalace.tusky/?code=")


# --- 7. What the school says of itself --------------------------------------------------------------


async def test_the_version_begins_with_three_numbers_that_promise_no_more_than_there_is(clients: Clients) -> None:
    """7.1, 7.2, 7.3: three parts, of which the first three characters are a number; what 4.3 brought is there."""
    found = (await clients.stranger.get("/api/v2/instance")).json()

    assert re.match(r"\d\.\d\.\d+ \(compatible; fedi [\w.+-]+\)$", found["version"])
    assert float(found["version"][:3]) >= 4.3
    assert isinstance(found["api_versions"]["mastodon"], int)
    for path in ("/api/v2/notifications", "/api/v2/notifications/policy"):
        assert (await clients.aigul.get(path)).status_code == 200


async def test_the_old_description_has_what_old_programs_read(clients: Clients) -> None:
    """7.6."""
    found = (await clients.stranger.get("/api/v1/instance")).json()

    assert problems("V1::Instance", found) == []
    assert (found["uri"], found["urls"]["streaming_api"]) == ("almaty.test", "ws://almaty.test")
    assert found["max_toot_chars"] == found["configuration"]["statuses"]["max_characters"]
    assert set(found["stats"]) == {"user_count", "status_count", "domain_count"}


async def test_a_school_is_named_by_the_domain_of_its_people_and_called_at_its_own(tmp_path: Path) -> None:
    """Behaviours 1.9, 7.5, 7.6: clients make whole handles of the one, and open streams at the other."""
    async with open_network(tmp_path, 1, first={"account_domain": "school.test"}) as network:
        client = await let_in(network["almaty"], await network["almaty"].teacher("aigul"))
        new, old = [(await client.get(f"/api/{version}/instance")).json() for version in ("v2", "v1")]
        found = (await client.get("/api/v1/accounts/lookup?acct=aigul@school.test")).json()

    assert (new["domain"], old["uri"]) == ("school.test", "school.test")
    assert (new["configuration"]["urls"]["streaming"], old["urls"]["streaming_api"]) == ("ws://almaty.test",) * 2
    assert (found["acct"], found["url"]) == ("aigul", "http://almaty.test/@aigul")


async def test_limits_are_told_in_bytes_and_lists_are_lists(clients: Clients) -> None:
    """7.5, 7.8, 7.9."""
    configuration = (await clients.stranger.get("/api/v2/instance")).json()["configuration"]

    types = configuration["media_attachments"]["supported_mime_types"]
    assert isinstance(types, list)
    assert {"image/png", "image/jpeg", "application/pdf"} <= set(types)
    assert configuration["media_attachments"]["image_size_limit"] == clients.school.instance.school.limits.file_bytes
    assert configuration["statuses"]["characters_reserved_per_url"] == 23
    assert (configuration["polls"]["min_expiration"], configuration["polls"]["max_expiration"]) == (300, 2629746)
    assert isinstance(configuration["accounts"]["max_featured_tags"], int)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/instance",
        "/api/v2/instance",
        "/api/v1/instance/rules",
        "/api/v1/custom_emojis",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/math",
        "/nodeinfo/2.0",
        "/.well-known/nodeinfo",
        "/.well-known/host-meta",
        "/.well-known/oauth-authorization-server",
    ],
)
async def test_a_stranger_reads_what_clients_read_before_they_sign_in(clients: Clients, path: str) -> None:
    """7.11, 7.12, 7.13."""
    got = await clients.stranger.get(path)

    assert got.status_code == 200
    assert got.headers["access-control-allow-origin"] == "*"


async def test_the_server_says_that_it_is_well(clients: Clients) -> None:
    """19.6."""
    got = await clients.stranger.get("/health")

    assert (got.status_code, got.json()["status"]) == (200, "OK")


# --- 8. People --------------------------------------------------------------------------------------


async def test_an_ordinary_teacher_has_the_role_that_clients_expect(clients: Clients) -> None:
    """1.4, 8.1."""
    role = (await clients.aigul.get("/api/v1/accounts/verify_credentials")).json()["role"]

    assert (role["id"], role["permissions"], role["highlighted"]) == ("-99", "65536", False)


async def test_a_relationship_to_oneself_and_to_a_stranger_is_whole(clients: Clients) -> None:
    """8.4."""
    me, other = clients.aigul.me.id, clients.bolat.me.id

    found = (await clients.aigul.get(f"/api/v1/accounts/relationships?id[]={me}&id[]={other}")).json()

    assert problems("[Relationship]", found) == []
    assert [each["id"] for each in found] == [str(me), str(other)]
    assert found[0]["note"] == ""
    assert found[0]["languages"] is None


async def test_somebody_who_has_moved_says_where_to(clients: Clients) -> None:
    """8.7."""
    there = await clients.network["kostanay"].teacher("aigul", also_known_as=(clients.aigul.me.uri,))
    await clients.school.knows(there)
    dana = await clients.school.teacher("dana")
    await clients.school.write(actors.set_moved_to, dana.id, there.uri)

    found = (await clients.stranger.get(f"/api/v1/accounts/{dana.id}")).json()

    assert problems("Account", found) == []
    assert found["moved"]["acct"] == "aigul@kostanay.test"
    assert "moved" not in (await clients.stranger.get(f"/api/v1/accounts/{clients.aigul.me.id}")).json()


async def test_somebody_suspended_has_an_empty_profile_and_no_posts(clients: Clients) -> None:
    """8.7."""
    dana = await clients.school.teacher("dana", summary="<p>I teach</p>")
    await clients.school.post(dana)
    await clients.school.follow(clients.aigul.me, dana)
    await clients.school.write(_suspend, dana.id)

    found = (await clients.aigul.get(f"/api/v1/accounts/{dana.id}")).json()

    assert problems("Account", found) == []
    assert (found["suspended"], found["note"], found["display_name"], found["fields"]) == (True, "", "", [])
    for what in ("statuses", "followers", "following"):
        assert (await clients.aigul.get(f"/api/v1/accounts/{dana.id}/{what}")).json() == []


async def _suspend(tx: Transaction, actor_id: int) -> None:
    await actors.set_suspended(tx, actor_id, tx.now)


async def test_who_is_limited_says_so_and_is_read_all_the_same(clients: Clients) -> None:
    """8.7."""
    path = f"/api/v1/accounts/{clients.bolat.me.id}"
    before = (await clients.aigul.get(path)).json()
    clients.network.clock.advance(seconds=1)

    async def unit(tx: Transaction) -> None:
        await actors.set_limited(tx, clients.bolat.me.id, tx.now)
        tx.announce("actors", clients.bolat.me.id)

    await clients.school.write(unit)
    after = (await clients.aigul.get(path)).json()

    assert problems("[Account]", [before, after]) == []
    assert ("limited" in before, after["limited"], after["display_name"]) == (False, True, before["display_name"])


async def test_the_text_of_another_server_reaches_clients_with_its_links_and_the_names_of_its_emojis(
    clients: Clients,
) -> None:
    """15.8, 15.9: clients find whom a link is about by `mentions`, and draw the emojis themselves."""
    mastodon = clients.network.stranger()
    carol, olga = (mastodon.person(name, clients.network.next_keys()) for name in ("carol", "olga"))
    mastodon.documents["/users/olga"] = {**olga.document(), "url": f"{mastodon.base}/@olga"}
    link = f'<a href="{mastodon.base}/@olga" class="u-url mention"'
    emoji = {"type": "Emoji", "name": ":cat:", "icon": {"type": "Image", "url": f"{mastodon.base}/cat.png"}}
    note = carol.note(
        content=f"<p>{link}>@<span>olga</span></a> :cat:</p>", tag=[{"type": "Mention", "href": olga.uri}, emoji]
    )
    await resolver.actor(clients.school.instance, clients.network.wire, olga.uri)
    known = await resolver.post(clients.school.instance, clients.network.wire, note["id"])
    assert known is not None

    got = (await clients.aigul.get(f"{STATUSES}/{known.id}")).json()

    assert link in got["content"]
    assert got["content"].endswith("@<span>olga</span></a> :cat:</p>")
    assert [(each["url"], each["acct"]) for each in got["mentions"]] == [
        (f"{mastodon.base}/@olga", "olga@mastodon.test")
    ]
    assert [each["shortcode"] for each in got["emojis"]] == ["cat"]


async def test_somebody_suspended_by_her_own_server_is_shown_so(clients: Clients) -> None:
    """16.32."""
    rude = clients.network.stranger().person("rude", clients.network.next_keys(), suspended=True, summary="Rude")
    known = await resolver.actor(clients.school.instance, clients.network.wire, rude.uri)

    found = (await clients.aigul.get(f"/api/v1/accounts/{known.id}")).json()

    assert (found["suspended"], found["note"]) == (True, "")


async def test_a_program_sets_who_may_quote_from_now_on(clients: Clients) -> None:
    """8.2."""
    for policy in ("nobody", "followers", "public"):
        got = await clients.aigul.patch(
            "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": policy, "privacy": "public"}}
        )
        assert got.json()["source"]["quote_policy"] == policy
        assert (await clients.aigul.get("/api/v1/preferences")).json()["posting:default:quote_policy"] == policy


# --- 9. Posts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "kept"), [("kk", "kk"), ("xx-nonsense", None), ("", None), (None, None)])
async def test_a_language_that_is_none_is_the_default(clients: Clients, language: str | None, kept: str | None) -> None:
    """9.5."""
    default = (await clients.aigul.get("/api/v1/preferences")).json()["posting:default:language"]

    assert (await said(clients.aigul, language=language))["language"] == (kept or default)


async def test_a_type_of_text_that_is_not_known_is_passed_over(clients: Clients) -> None:
    """2.13, 9.7."""
    made = await said(clients.aigul, "*plain*", content_type="text/markdown", unheard_of={"a": [1]})

    assert made["content"] == "<p>*plain*</p>"
    statuses = (await clients.stranger.get("/api/v2/instance")).json()["configuration"]["statuses"]
    assert statuses["supported_mime_types"] == ["text/plain"]


async def test_an_author_passes_on_her_own_posts_for_followers_and_nothing_narrower(clients: Clients) -> None:
    """9.9."""
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/follow")
    post = await said(clients.aigul, visibility="private", circle="followers")
    direct = await said(clients.aigul, "@bolat Salem", visibility="direct")

    assert (await clients.aigul.post(f"{STATUSES}/{post['id']}/reblog")).json()["visibility"] == "private"
    assert (await clients.bolat.post(f"{STATUSES}/{post['id']}/reblog")).status_code in (403, 404, 422)
    for client in (clients.aigul, clients.bolat):
        assert (await client.post(f"{STATUSES}/{direct['id']}/reblog")).status_code in (403, 404, 422)


async def test_taking_back_what_was_never_done_answers_with_the_post(clients: Clients) -> None:
    """4.9, 9.8."""
    post = await said(clients.aigul, visibility="public")

    for act in ("unfavourite", "unreblog", "unbookmark", "unmute", "unpin"):
        got = await clients.aigul.post(f"{STATUSES}/{post['id']}/{act}")
        assert (got.status_code, got.json()["id"]) == (200, post["id"]), act


async def test_a_deleted_post_takes_its_files_along_where_that_is_asked_for(clients: Clients) -> None:
    """2.8, 9.11."""
    file = (await clients.aigul.post("/api/v2/media", files={"file": ("b.png", picture("PNG"), "image/png")})).json()
    post = await said(clients.aigul, media_ids=[file["id"]])

    deleted = (await clients.aigul.delete(f"{STATUSES}/{post['id']}?delete_media=true")).json()

    assert problems("StatusDeletion", deleted) == []
    assert (await clients.aigul.post(STATUSES, json={"status": "x", "media_ids": [file["id"]]})).status_code == 422


async def test_names_and_hashtags_of_a_post_are_told_as_clients_match_them(clients: Clients) -> None:
    """9.24, 9.25, 15.3, 15.4."""
    post = await said(clients.aigul, "@bolat #Math", visibility="public")

    assert [each["acct"] for each in post["mentions"]] == ["bolat"]
    assert post["mentions"][0]["url"] in post["content"]
    assert [each["name"] for each in post["tags"]] == ["math"]
    assert post["url"] != post["uri"]
    assert (await clients.aigul.get(f"/api/v2/search?resolve=true&q={post['url']}")).json()["statuses"][0]["id"] == (
        post["id"]
    )


async def test_nothing_is_translated_and_nobody_is_offered_it(clients: Clients) -> None:
    """9.16."""
    found = (await clients.stranger.get("/api/v2/instance")).json()["configuration"]

    assert found["translation"] == {"enabled": False}
    assert (await clients.stranger.get("/api/v1/instance/translation_languages")).json() == {}


async def test_a_post_that_is_not_for_everybody_is_translated_like_one_that_is_not_there(clients: Clients) -> None:
    """9.16: 403 where nothing is translated, 404 for what is not public."""
    ids = [
        (await said(clients.aigul, visibility="public"))["id"],
        (await said(clients.aigul, circle="school"))["id"],
        (await said(clients.aigul, circle="followers"))["id"],
        "1",
    ]

    answers = [await clients.bolat.post(f"{STATUSES}/{each}/translate", json={"lang": "ru"}) for each in ids]

    assert [each.status_code for each in answers] == [403, 404, 404, 404]
    assert answers[1].json() == answers[3].json()


async def test_a_poll_and_files_exclude_each_other_and_a_warning_covers_what_it_warns_of(clients: Clients) -> None:
    """9.1."""
    file = (await clients.aigul.post("/api/v2/media", files={"file": ("b.png", picture("PNG"), "image/png")})).json()
    poll = {"options": ["a", "b"], "expires_in": 300}
    both = {"status": "x", "media_ids": [file["id"]], "poll": poll}
    many = {"status": "x", "poll": {**poll, "options": [str(each) for each in range(11)]}}

    refused = [await clients.aigul.post(STATUSES, json=body) for body in (both, many)]
    warned = await said(clients.aigul, spoiler_text="W", sensitive=False)

    assert [each.status_code for each in refused] == [422, 422]
    assert (warned["sensitive"], warned["spoiler_text"]) == (True, "W")
    assert (await said(clients.aigul, "", media_ids=[file["id"]]))["content"] == ""
    assert (await said(clients.aigul, "", poll=poll))["poll"]["options"][0]["title"] == "a"


async def test_people_are_told_in_the_order_in_which_a_post_names_them(clients: Clients) -> None:
    """9.24: clients put them in this order before an answer."""
    await clients.school.teacher("dana")
    post = await said(clients.aigul, "@dana @bolat @aigul Salem")

    changed = await clients.aigul.put(f"{STATUSES}/{post['id']}", json={"status": "@bolat @dana Salem"})

    assert [each["acct"] for each in post["mentions"]] == ["dana", "bolat", "aigul"]
    assert [each["acct"] for each in changed.json()["mentions"]] == ["bolat", "dana"]


async def test_an_edit_changes_neither_circle_nor_place_nor_time_and_takes_away_what_it_leaves_out(
    clients: Clients,
) -> None:
    """9.13: also a poll, a warning and that it is covered; a key of the request means nothing."""
    asked = await said(clients.bolat, visibility="public")
    poll = {"options": ["a", "b"], "expires_in": 300}
    body = {"in_reply_to_id": asked["id"], "visibility": "unlisted", "quote_approval_policy": "nobody"}
    post = await said(clients.aigul, "Which?", poll=poll, spoiler_text="W", language="ru", **body)
    wish = {"visibility": "direct", "circle": "school", "in_reply_to_id": "", "scheduled_at": "2099-01-01T00:00:00Z"}
    path = f"{STATUSES}/{post['id']}"

    edits = [
        (await clients.aigul.put(path, json={"status": text, **wish}, headers={"Idempotency-Key": "k"})).json()
        for text in ("One", "Two")
    ]

    left = edits[1]
    assert [each["content"] for each in edits] == ["<p>One</p>", "<p>Two</p>"]
    kept = ("id", "created_at", "visibility", "in_reply_to_id", "language", "url")
    assert {name: left[name] for name in kept} == {name: post[name] for name in kept}
    assert left["quote_approval"]["automatic"] == post["quote_approval"]["automatic"] == []
    assert (left["poll"], left["spoiler_text"], left["sensitive"]) == (None, "", False)


async def test_a_deleted_post_comes_back_with_its_poll_its_source_and_its_quote(clients: Clients) -> None:
    """9.11: what is needed to write it anew."""
    quoted = await said(clients.bolat, visibility="public", quote_approval_policy="public")
    poll = {"options": ["a", "b"], "expires_in": 300, "multiple": True}
    text = "@bolat\n\nWhich <one>? #math"
    post = await said(clients.aigul, text, poll=poll, spoiler_text="W", quoted_status_id=quoted["id"])

    deleted = (await clients.aigul.delete(f"{STATUSES}/{post['id']}")).json()

    assert problems("StatusDeletion", deleted) == []
    assert (deleted["text"], deleted["spoiler_text"]) == (text, "W")
    assert [each["title"] for each in deleted["poll"]["options"]] == ["a", "b"]
    assert deleted["quote"]["quoted_status"]["id"] == quoted["id"]


async def test_a_boost_is_as_wide_as_is_asked_for_and_that_of_a_boost_is_one_of_the_post(clients: Clients) -> None:
    """9.9."""
    post = await said(clients.aigul, visibility="public")
    dana = await let_in(clients.school, await clients.school.teacher("dana"))

    public = (await clients.bolat.post(f"{STATUSES}/{post['id']}/reblog")).json()
    of_boost = (await dana.post(f"{STATUSES}/{public['id']}/reblog", data={"visibility": "private"})).json()

    assert (public["visibility"], of_boost["visibility"]) == ("public", "private")
    assert of_boost["reblog"]["id"] == post["id"]
    assert of_boost["reblog"]["reblogs_count"] == 1
    assert (await clients.stranger.get(f"{STATUSES}/{of_boost['id']}")).status_code == 404


async def test_files_are_readable_in_browsers_of_other_sites(clients: Clients) -> None:
    """5.3."""
    file = (await clients.aigul.post("/api/v2/media", files={"file": ("b.png", picture("PNG"), "image/png")})).json()
    await said(clients.aigul, visibility="public", media_ids=[file["id"]])

    for url in (file["url"], file["preview_url"]):
        got = await clients.stranger.get(url.partition("?")[0], headers={"Range": "bytes=0-9"})
        assert (got.status_code, len(got.content)) == (206, 10)
        assert got.headers["access-control-allow-origin"] == "*"
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    before = await clients.stranger.call("OPTIONS", file["url"].partition("?")[0], headers=asked)
    absent = await clients.stranger.get("/media/9/x.png")
    assert (before.status_code, before.headers["access-control-allow-headers"]) == (204, "range")
    assert (absent.status_code, absent.headers["access-control-allow-origin"]) == (404, "*")


# --- 11. Timelines and settings ---------------------------------------------------------------------


async def test_all_preferences_are_told(clients: Clients) -> None:
    """11.6."""
    found = (await clients.aigul.get("/api/v1/preferences")).json()

    assert problems("Preferences", found) == []
    assert all(name.count(":") == 2 for name in found)


# --- 12. Notifications ------------------------------------------------------------------------------


async def test_what_is_kept_apart_is_told_where_it_is_asked_for(clients: Clients) -> None:
    """12.2."""
    await clients.aigul.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    await said(clients.bolat, "@aigul Salem", visibility="public")

    async def told(query: str) -> int:
        return len((await clients.aigul.get(f"/api/v1/notifications?{query}")).json())

    assert (await told(""), await told("include_filtered=true"), await told(f"account_id={clients.bolat.me.id}")) == (
        0,
        1,
        1,
    )


async def test_the_count_of_what_is_new_has_an_end(clients: Clients) -> None:
    """2.12, 12.6."""
    for number in range(3):
        await said(clients.bolat, f"@aigul {number}", visibility="public")

    for path in ("/api/v1/notifications/unread_count", "/api/v2/notifications/unread_count"):
        assert (await clients.aigul.get(path)).json() == {"count": 3}
        assert (await clients.aigul.get(f"{path}?limit=2")).json() == {"count": 2}


async def told_of(client: Client, query: str = "") -> list[dict[str, Any]]:
    """Her notifications in every shape they have: lists and single ones, one by one and in groups."""
    one_by_one = (await client.get(f"/api/v1/notifications{query}")).json()
    grouped = (await client.get(f"/api/v2/notifications{query}")).json()["notification_groups"]
    one = (await client.get(f"/api/v1/notifications/{one_by_one[0]['id']}{query}")).json()
    group = (await client.get(f"/api/v2/notifications/{grouped[0]['group_key']}{query}")).json()
    return [*one_by_one, *grouped, one, *group["notification_groups"]]


@pytest.mark.parametrize("query", ["", "?supported_types[]=mention", "?supported_types[]=x&supported_types[]=mention"])
async def test_a_program_that_knows_a_kind_gets_no_other_words_for_it(clients: Clients, query: str) -> None:
    """12.9: nor does one that does not say what it knows."""
    await said(clients.bolat, "@aigul Salem", visibility="public")

    assert all("fallback" not in each for each in await told_of(clients.aigul, query))


async def test_a_program_that_does_not_know_a_kind_gets_other_words_for_it(clients: Clients) -> None:
    """12.9: in the reader's language, and whatever others have written is text."""
    await clients.bolat.patch("/api/v1/accounts/update_credentials", json={"display_name": "<i>Bolat</i>"})
    await clients.school.write(stored_accounts.set_preferences, clients.aigul.me.id, "ru", Circle.SCHOOL)
    post = await said(clients.bolat, "@aigul 1 < 2", visibility="public")

    for each in await told_of(clients.aigul, "?supported_types[]=follow"):
        fallback = each["fallback"]
        assert problems("NotificationFallback", fallback) == []
        assert fallback["title"] == "<b>&lt;i&gt;Bolat&lt;/i&gt;</b> отвечает вам или упоминает вас"
        assert fallback["summary"] == "@aigul 1 &lt; 2"
        assert f'href="{post["url"]}"' in fallback["details"]
    for name, path in (("[Notification]", "/api/v1"), ("GroupedNotificationsResults", "/api/v2")):
        answer = (await clients.aigul.get(f"{path}/notifications?supported_types[]=x")).json()
        assert problems(name, answer) == []


async def test_other_words_fold_what_filters_fold_and_count_who_did_the_same(clients: Clients) -> None:
    """12.9."""
    await clients.school.write(stored_accounts.set_preferences, clients.aigul.me.id, "en", Circle.SCHOOL)
    post = await said(clients.aigul, "An exam", visibility="public")
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    for client in (clients.bolat, dana):
        clients.network.clock.advance(seconds=1)
        await client.post(f"{STATUSES}/{post['id']}/favourite")
    words = {"title": "Exams", "context": ["notifications"], "keywords_attributes": [{"keyword": "exam"}]}
    await clients.aigul.post("/api/v2/filters", json=words)

    (group,) = (await clients.aigul.get("/api/v2/notifications?supported_types[]=x")).json()["notification_groups"]

    assert group["fallback"]["title"] == "<b>Dana</b> (+1) says thanks"
    assert group["fallback"]["summary"] is None


async def test_what_moderators_have_decided_is_told_without_a_name_in_other_words(clients: Clients) -> None:
    """12.9."""
    bolat = await let_in(clients.school, clients.bolat.me, role=Role.ADMIN)
    action = {"type": "none", "text": "Please <b>stop</b>"}
    await bolat.post(f"/api/v1/admin/accounts/{clients.aigul.me.id}/action", json=action)

    (told,) = (await clients.aigul.get("/api/v1/notifications?supported_types[]=x")).json()

    assert told["type"] == "moderation_warning"
    assert "bolat" not in told["fallback"]["title"]
    assert told["fallback"]["summary"] == "Please &lt;b&gt;stop&lt;/b&gt;"
    assert told["fallback"]["details"] is None


async def test_the_latest_notification_of_a_page_is_dated(clients: Clients) -> None:
    """12.4, 1.4."""
    await said(clients.bolat, "@aigul Salem", visibility="public")

    (group,) = (await clients.aigul.get("/api/v2/notifications")).json()["notification_groups"]

    assert isinstance(group["most_recent_notification_id"], int)
    assert group["latest_page_notification_at"].endswith("Z")


async def test_a_program_may_ask_for_pictures_only_of_most_people(clients: Clients) -> None:
    """12.4: whole is the latest of each group."""
    post = await said(clients.aigul, visibility="public")
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    for client in (clients.bolat, dana):
        clients.network.clock.advance(seconds=1)
        await client.post(f"{STATUSES}/{post['id']}/favourite")

    some = (await clients.aigul.get("/api/v2/notifications?expand_accounts=partial_avatars")).json()
    full = (await clients.aigul.get("/api/v2/notifications?expand_accounts=full")).json()

    assert problems("GroupedNotificationsResults", some) == problems("GroupedNotificationsResults", full) == []
    assert [each["acct"] for each in some["accounts"]] == ["dana"]
    assert [each["acct"] for each in some["partial_accounts"]] == ["bolat"]
    assert {each["acct"] for each in full["accounts"]} == {"bolat", "dana"}
    assert "partial_accounts" not in full


# --- 7.7 and 13 -------------------------------------------------------------------------------------


async def test_streams_are_at_the_schools_own_address(clients: Clients) -> None:
    """13.12."""
    found = (await clients.stranger.get("/api/v2/instance")).json()["configuration"]

    assert found["urls"]["streaming"] == "ws://almaty.test"
    key = found["vapid"]["public_key"]
    assert len(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))) == 65


async def test_a_default_circle_is_told_as_a_visibility_that_clients_know(clients: Clients) -> None:
    """1.7, 9.4."""
    source = (await clients.aigul.get("/api/v1/accounts/verify_credentials")).json()["source"]

    assert source["privacy"] in ("public", "unlisted", "private", "direct")
    assert source["circle"] in set(Circle)

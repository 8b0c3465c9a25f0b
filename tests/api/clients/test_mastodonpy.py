"""Mastodon.py against a live school: what scripts and bots of teachers do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import mastodon
import pytest
from mastodon import Mastodon

from tests.api.clients.conftest import Live, signed_in
from tests.push_service import Sealed, decrypted, push_catcher


@pytest.fixture
def aigul(live: Live) -> Any:
    return signed_in(live, "aigul")


@pytest.fixture
def bolat(live: Live) -> Any:
    return signed_in(live, "bolat")


def test_a_script_signs_in_and_knows_where_it_is(live: Live, aigul: Any) -> None:
    me, instance = aigul.account_verify_credentials(), aigul.instance()

    assert (me.acct, me.source.privacy) == ("aigul", "private")
    assert aigul.app_verify_credentials().name == "Script"
    assert instance.version.startswith("4.6.0 ")
    assert aigul.get_supported_version()
    assert aigul.preferences()["posting:default:visibility"] == "private"


def test_a_script_publishes_changes_and_deletes(aigul: Any, bolat: Any, board: Path) -> None:
    media = aigul.media_post(board.read_bytes(), "image/png", description="The blackboard", focus=(0.5, 0.5))
    post = aigul.status_post("Salem #math", media_ids=[media], visibility="public", idempotency_key="k")
    again = aigul.status_post("Salem #math", media_ids=[media], visibility="public", idempotency_key="k")
    answer = bolat.status_reply(post, "I agree")
    changed = aigul.status_update(post, "Salem, everybody", media_ids=[media])

    assert again.id == post.id
    assert post.media_attachments[0].description == "The blackboard"
    assert (answer.in_reply_to_id, answer.mentions[0].acct) == (post.id, "aigul")
    assert [each.content for each in aigul.status_history(post)] == [post.content, changed.content]
    assert aigul.status_source(post).text == "Salem, everybody"
    assert [each.id for each in aigul.status_context(post).descendants] == [answer.id]
    assert [each.id for each in bolat.timeline_hashtag("math")] == []
    assert aigul.status_delete(post).text == "Salem, everybody"
    with pytest.raises(mastodon.MastodonNotFoundError):
        bolat.status(post)


def test_a_script_asks_and_answers_polls(aigul: Any, bolat: Any) -> None:
    poll = aigul.make_poll(["One", "Two"], expires_in=3600, multiple=False)
    post = aigul.status_post("Which?", poll=poll, visibility="public")

    voted = bolat.poll_vote(post.poll, [1])

    assert (voted.own_votes, voted.votes_count) == ([1], 1)
    with pytest.raises(mastodon.MastodonAPIError, match="already voted"):
        bolat.poll_vote(post.poll, [0])


def test_a_script_marks_posts_and_reads_lists_by_their_links(aigul: Any, bolat: Any) -> None:
    posts = [aigul.status_post(f"Post {number}", visibility="public") for number in range(5)]
    for post in posts:
        bolat.status_bookmark(post)
        bolat.status_favourite(post)
    boost = bolat.status_reblog(posts[0])

    first = bolat.bookmarks(limit=2)
    everything = bolat.fetch_remaining(first)
    above = bolat.timeline_local(min_id=posts[1], limit=2)

    assert [each.id for each in everything[:5]] == [post.id for post in reversed(posts)]
    assert [each.id for each in above] == [posts[3].id, posts[2].id]
    assert boost.reblog.id == posts[0].id
    assert [each.acct for each in aigul.status_favourited_by(posts[0])] == ["bolat"]
    assert [each.acct for each in aigul.status_reblogged_by(posts[0])] == ["bolat"]
    assert not bolat.status_unreblog(posts[0]).reblogged
    assert aigul.status_pin(posts[0]).pinned
    assert [each.id for each in bolat.account_statuses(aigul.me(), pinned=True)] == [posts[0].id]


def test_a_script_keeps_lists_and_reads_timelines(aigul: Any, bolat: Any) -> None:
    aigul.account_follow(bolat.me())
    made = aigul.list_create("Friends", replies_policy="list")
    changed = aigul.list_update(made, "Colleagues", replies_policy="none", exclusive=True)
    aigul.list_accounts_add(made, [bolat.me()])
    post = bolat.status_post("For the list #lists", visibility="public")
    own = aigul.status_post("My own #lists", visibility="public")

    assert (changed.title, changed.exclusive) == ("Colleagues", True)
    assert [each.id for each in aigul.lists()] == [each.id for each in aigul.account_lists(bolat.me())] == [made.id]
    assert [each.acct for each in aigul.list_accounts(made)] == ["bolat"]
    assert aigul.timeline_list(made, limit=1)[0].id == post.id
    assert [each.id for each in aigul.timeline_hashtag("lists")] == [own.id, post.id]
    assert [each.id for each in aigul.timeline_public(limit=2)] == [own.id, post.id]
    assert aigul.timeline_home(limit=1)[0].id == own.id
    assert aigul.account_statuses(bolat.me(), limit=1)[0].id == post.id
    aigul.list_accounts_delete(made, [bolat.me()])
    assert aigul.list_accounts(made) == []
    aigul.list_delete(made)
    assert aigul.lists() == []


def test_a_script_reads_notifications_one_by_one_and_in_groups(aigul: Any, bolat: Any) -> None:
    bolat.notifications_clear()
    post = bolat.status_post("News", visibility="public")
    aigul.status_favourite(post)
    aigul.status_reblog(post)
    answer = aigul.status_reply(post, "I agree")

    told = bolat.notifications()
    grouped = bolat.grouped_notifications()

    assert [each.type for each in told] == ["mention", "reblog", "favourite"]
    assert bolat.notifications(told[0]).status.id == answer.id
    assert [each.type for each in bolat.notifications(exclude_types=["reblog", "mention"])] == ["favourite"]
    assert [each.type for each in grouped.notification_groups] == ["mention", "reblog", "favourite"]
    assert bolat.unread_grouped_notifications_count() == bolat.notifications_unread_count().count == 3
    bolat.markers_set("notifications", told[0])
    assert bolat.notifications_unread_count().count == 0
    assert bolat.markers_get("notifications")["notifications"].last_read_id == told[0].id
    bolat.dismiss_grouped_notification(grouped.notification_groups[1].group_key)
    bolat.notifications_dismiss(told[0])
    assert [each.type for each in bolat.notifications()] == ["favourite"]
    policy = bolat.update_notifications_policy(for_not_following="filter")
    assert policy.for_not_following == "filter"
    bolat.update_notifications_policy(for_not_following="accept")
    bolat.notifications_clear()
    assert bolat.notifications() == []


def test_a_script_changes_its_owners_profile(aigul: Any, board: Path) -> None:
    changed = aigul.account_update_credentials(
        display_name="Aigul S.",
        note="I teach",
        avatar=board.read_bytes(),
        avatar_mime_type="image/png",
        fields=[("School", "No. 1")],
        locked=True,
    )

    assert (changed.display_name, changed.locked, changed.fields[0].name) == ("Aigul S.", True, "School")
    assert not changed.avatar.endswith("missing.png")
    assert aigul.account_lookup("bolat").acct == "bolat"


def test_what_is_for_the_school_stays_there_whatever_a_script_does(aigul: Any, bolat: Any) -> None:
    post = aigul.status_post("For colleagues", visibility="private")
    answer = bolat.status_reply(post, "Thank you", visibility="public")

    assert (post.circle, post.local_only, post.visibility) == ("school", True, "private")
    assert (answer.circle, answer.visibility) == ("school", "private")
    with pytest.raises(mastodon.MastodonAPIError, match="not allowed"):
        bolat.status_reblog(post)


@pytest.mark.filterwarnings("ignore::mastodon.errors.MastodonDeprecationWarning")
def test_a_script_keeps_filters_of_both_kinds(aigul: Any, bolat: Any) -> None:
    post = aigul.status_post("Our EXAM", visibility="public")
    words = [{"keyword": "exam", "whole_word": True}, {"keyword": "other", "whole_word": False}]
    made = bolat.create_filter_v2("Exams", ["home", "public"], "warn", expires_in=3600, keywords_attributes=words)
    entry = bolat.add_filter_status_v2(made, post)

    [found] = bolat.status(post).filtered
    old = bolat.filters()

    assert (found.filter.title, found.keyword_matches, found.status_matches) == ("Exams", ["exam"], [str(post.id)])
    assert [each.phrase for each in old] == ["exam", "other"]
    assert bolat.filters_apply([post], old, "home") == []
    assert bolat.filter_update(old[0], phrase="exams", context=["home", "public"]).phrase == "exams"
    assert [each.status_id for each in bolat.filter_statuses_v2(made)] == [post.id]
    bolat.delete_filter_status_v2(entry)
    changed = bolat.update_filter_v2(made, title="Tests", keywords_attributes=[{"id": old[1].id, "_destroy": True}])
    word = bolat.add_filter_keyword_v2(changed, "quiz")
    assert [each.keyword for each in bolat.filter_keywords_v2(made)] == ["exams", "quiz"]
    bolat.delete_filter_keyword_v2(word)
    assert bolat.status(post).filtered == []
    bolat.delete_filter_v2(made)
    assert bolat.filters_v2() == []


class _Ece:
    """The module that Mastodon.py decrypts with, on its namesake of npm: on PyPI it has no wheel."""

    @staticmethod
    def decrypt(body: bytes, *, salt: bytes, private_key: Any, dh: bytes, auth_secret: bytes, **_: Any) -> bytes:
        return decrypted([Sealed(body, private_key, auth_secret, salt, dh)])[0].encode()


def test_a_script_is_woken_and_decrypts_what_it_gets(aigul: Any, bolat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mastodon.push.IMPL_HAS_ECE", True)
    monkeypatch.setattr("mastodon.push.http_ece", _Ece, raising=False)
    private, public = aigul.push_subscription_generate_keys()
    with push_catcher() as (address, got):
        made = aigul.push_subscription_set(address, public, mention_events=True, policy="all")
        bolat.status_post("@aigul wake up", visibility="public")
        body, headers = got.get(timeout=20)
    message = aigul.push_subscription_decrypt_push(body, private, headers["Encryption"], headers["Crypto-Key"])
    changed = aigul.push_subscription_update(favourite_events=True, policy="followed")
    aigul.push_subscription_delete()

    assert made.alerts.mention
    assert (changed.alerts.favourite, changed.alerts.mention, changed.policy) == (True, False, "followed")
    assert (message.access_token, message.body) == (aigul.access_token, "@aigul wake up")
    assert aigul.notifications(types=["mention"])[0].id == message.notification_id
    with pytest.raises(mastodon.MastodonNotFoundError):
        aigul.push_subscription()


def test_a_script_follows_hashtags_and_shows_some(aigul: Any, bolat: Any) -> None:
    assert bolat.tag_follow("scripts").following
    post = aigul.status_post("New #scripts", visibility="public")

    assert bolat.timeline_home()[0].id == post.id
    assert [each.name for each in bolat.followed_tags()] == ["scripts"]
    assert bolat.tag("scripts").history[0].uses == "1"
    shown = aigul.featured_tag_create("scripts")
    assert [each.name for each in bolat.account_featured_tags(aigul.me())] == ["scripts"]
    assert "scripts" not in [each.name for each in aigul.featured_tag_suggestions()]
    aigul.featured_tag_delete(shown)
    assert aigul.featured_tags() == []
    assert aigul.tag_feature("scripts").featuring
    assert not aigul.tag_unfeature("scripts").featuring
    assert not bolat.tag_unfollow("scripts").following
    assert post.id not in [each.id for each in bolat.timeline_home()]


def test_a_script_writes_for_later(aigul: Any, bolat: Any, board: Path) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    media = aigul.media_post(board.read_bytes(), "image/png", description="The blackboard")
    made = aigul.status_post("Later", scheduled_at=at, media_ids=[media], idempotency_key="later")
    again = aigul.status_post("Later", scheduled_at=at, media_ids=[media], idempotency_key="later")

    moved = aigul.scheduled_status_update(made, scheduled_at=at + timedelta(hours=1))

    assert again.id == made.id
    assert abs(made.scheduled_at - at) < timedelta(seconds=1)
    assert moved.scheduled_at - made.scheduled_at == timedelta(hours=1)
    assert made.media_attachments[0]["description"] == "The blackboard"
    assert [each.id for each in aigul.scheduled_statuses()] == [made.id]
    assert bolat.scheduled_statuses() == []
    aigul.scheduled_status_delete(made)
    with pytest.raises(mastodon.MastodonNotFoundError):
        aigul.scheduled_status(made)


def test_a_script_reads_its_conversations(aigul: Any, bolat: Any) -> None:
    message = aigul.status_post("@bolat Have you got the microscopes?", visibility="direct")

    [his] = bolat.conversations(limit=1)
    read = bolat.conversations_read(his)

    assert (his.unread, read.unread, his.last_status.id) == (True, False, message.id)
    assert [each.acct for each in his.accounts] == ["aigul"]


@pytest.mark.filterwarnings("ignore::mastodon.errors.MastodonDeprecationWarning")
def test_a_script_is_told_whom_to_follow(aigul: Any, bolat: Any) -> None:
    aigul.account_unfollow(bolat.me())
    assert [each.account.acct for each in aigul.suggestions_v2()] == ["bolat", "saule"]
    assert [each.acct for each in aigul.suggestions_v1()] == ["bolat", "saule"]
    aigul.suggestion_delete(bolat.me())
    assert [each.account.acct for each in aigul.suggestions_v2()] == ["saule"]


def test_a_script_that_signs_out_is_out(live: Live) -> None:
    client = signed_in(live, "aigul")
    token = client.access_token

    client.revoke_access_token(allow_http=True)

    with pytest.raises(mastodon.MastodonUnauthorizedError):
        Mastodon(access_token=token, api_base_url=live.base).account_verify_credentials()

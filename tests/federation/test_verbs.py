"""Every verb a peer can send, and what it does here."""

import pytest

from fedi.actions import follows as follow_actions
from fedi.actions import reactions, reading
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.follows import FollowState
from fedi.models.paging import Page
from fedi.models.posts import Circle, PostKind
from fedi.store import actors, follows, notifications, polls, revisions, timelines
from tests.factories import poll
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson, Stranger

pytestmark = pytest.mark.network(1)


async def deliver(almaty: TestSchool, network: Network, sender: StrangePerson, activity: dict[str, object]) -> str:
    answer = await almaty.deliver(activity, sender.key)
    assert answer.status_code == 202
    await network.drain()
    return str((await outcomes(almaty))[-1])


async def told(almaty: TestSchool, actor: Actor) -> list[str]:
    found = await almaty.read(notifications.latest, actor.id, Page())
    return [each.kind.value for each in found]


async def test_a_follow_is_accepted_and_a_second_one_is_accepted_again(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()

    for path in ("/follows/1", "/follows/2"):
        assert await deliver(almaty, network, carol, carol.activity("Follow", aigul.uri, path)) == "accepted"

    accepts = [each.activity["object"]["id"] for each in network.wire.sent("Accept")]
    assert accepts == [f"{carol.server.base}/follows/1", f"{carol.server.base}/follows/2"]
    assert await told(almaty, aigul) == ["follow"]
    assert (await almaty.read(actors.by_id, aigul.id)).followers_count == 1


async def test_a_locked_account_decides_itself(almaty: TestSchool, network: Network, carol: StrangePerson) -> None:
    aigul = await almaty.teacher(locked=True)

    outcome = await deliver(almaty, network, carol, carol.activity("Follow", aigul.uri))
    before, asked = network.wire.sent("Accept"), await told(almaty, aigul)
    request = (await almaty.read(follows.requests, aigul.id, Page()))[0]
    await almaty.write(follow_actions.accept, request.follow)
    await network.drain()

    assert (outcome, before) == ("pending", [])
    assert (asked, await told(almaty, aigul)) == (["follow_request"], ["follow"])
    assert len(network.wire.sent("Accept")) == 1


async def test_a_rejected_follow_is_gone_and_its_server_is_told(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher(locked=True)
    await deliver(almaty, network, carol, carol.activity("Follow", aigul.uri))
    request = (await almaty.read(follows.requests, aigul.id, Page()))[0]

    await almaty.write(follow_actions.reject, request.follow)
    await network.drain()

    assert len(network.wire.sent("Reject")) == 1
    assert await almaty.read(follows.requests, aigul.id, Page()) == []


@pytest.mark.parametrize("form", ["whole", "id", "unknown id"])
async def test_a_follow_is_taken_back(almaty: TestSchool, network: Network, carol: StrangePerson, form: str) -> None:
    aigul = await almaty.teacher()
    follow = carol.activity("Follow", aigul.uri, "/follows/1")
    await deliver(almaty, network, carol, follow)
    undone = {"whole": follow, "id": follow["id"], "unknown id": {**follow, "id": f"{carol.server.base}/other"}}[form]

    assert await deliver(almaty, network, carol, carol.activity("Undo", undone)) == "unfollowed"

    assert (await almaty.read(actors.by_id, aigul.id)).followers_count == 0


@pytest.mark.parametrize("form", ["whole", "id", "without id"])
async def test_our_follow_is_accepted(
    almaty: TestSchool, network: Network, carol: StrangePerson, asking: Actor, form: str
) -> None:
    request = network.wire.sent("Follow")[0].activity
    anonymous = {name: value for name, value in request.items() if name != "id"}
    accepted = {"whole": request, "id": request["id"], "without id": anonymous}[form]

    assert await deliver(almaty, network, carol, carol.activity("Accept", accepted)) == "accepted"

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert (await almaty.read(follows.between, asking.id, theirs.id)).state is FollowState.ACCEPTED
    assert theirs.followers_count == 1


async def test_our_follow_is_rejected_also_later(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    request = network.wire.sent("Follow")[0].activity

    assert await deliver(almaty, network, carol, carol.activity("Reject", request)) == "rejected"

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert await almaty.read(follows.between, aigul.id, theirs.id) is None
    assert theirs.followers_count == 0


async def test_a_block_ends_follows_on_both_sides(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    await deliver(almaty, network, carol, carol.activity("Follow", aigul.uri))

    assert await deliver(almaty, network, carol, carol.activity("Block", aigul.uri)) == "blocked"

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert await almaty.read(follows.between, aigul.id, theirs.id) is None
    assert await almaty.read(follows.between, theirs.id, aigul.id) is None


@pytest.mark.parametrize("kind", ["Like", "EmojiReact"])
async def test_a_like_counts_once_and_is_taken_back(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, kind: str
) -> None:
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    like = carol.activity(kind, post.uri, "/likes/1", content="👍")

    await deliver(almaty, network, carol, like)
    await deliver(almaty, network, carol, {**like, "id": f"{carol.server.base}/likes/2"})
    liked = await almaty.has(post.uri)
    await deliver(almaty, network, carol, carol.activity("Undo", like))
    unliked = await almaty.has(post.uri)

    assert liked is not None
    assert unliked is not None
    assert (liked.likes_count, unliked.likes_count) == (1, 0)


async def test_an_undo_of_a_like_by_its_id_alone(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    post = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    await deliver(almaty, network, carol, carol.activity("Like", post.uri, "/likes/1"))

    assert await deliver(almaty, network, carol, carol.activity("Undo", f"{carol.server.base}/likes/1")) == "unliked"


async def test_a_hidden_post_is_not_liked(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    post = await almaty.post(aigul, "Salem", Circle.SCHOOL)

    assert (await deliver(almaty, network, carol, carol.activity("Like", post.uri))).startswith("refused")

    found = await almaty.has(post.uri)
    assert found is not None
    assert found.likes_count == 0


@pytest.mark.parametrize("form", ["whole", "id", "without id"])
async def test_an_announce_shows_a_post_of_a_third_server_to_followers(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mallory: StrangePerson, form: str
) -> None:
    note = mallory.note()

    announce = carol.activity("Announce", note["id"], "/announces/1")
    assert await deliver(almaty, network, carol, announce) == "boosted"

    home = await almaty.read(timelines.home, aigul, Page())
    assert [each.kind for each in home] == [PostKind.BOOST]
    anonymous = {name: value for name, value in announce.items() if name != "id"}
    undone = {"whole": announce, "id": announce["id"], "without id": anonymous}[form]
    assert await deliver(almaty, network, carol, carol.activity("Undo", undone)) == "unboosted"
    assert await almaty.read(timelines.home, aigul, Page()) == []


async def test_a_group_announces_the_activity(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mallory: StrangePerson
) -> None:
    note = mallory.note()
    create = mallory.activity("Create", {**note, "content": "<p>As the group tells it</p>"})

    assert await deliver(almaty, network, carol, carol.activity("Announce", create)) == "boosted"

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.content == "<p>Hello</p>"


async def test_an_announce_by_somebody_nobody_reads_fetches_nothing(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson
) -> None:
    note = mallory.note()

    await deliver(almaty, network, carol, carol.activity("Announce", note["id"]))

    assert mallory.server.asked == []


async def test_a_mention_is_told_and_kept_though_nobody_follows(
    almaty: TestSchool, network: Network, mallory: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    note = mallory.note(tag={"type": "Mention", "href": aigul.uri}, to=aigul.uri, cc=[])

    assert await deliver(almaty, network, mallory, mallory.activity("Create", note)) == "created"

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.circle is Circle.DIRECT
    assert await told(almaty, aigul) == ["mention"]


async def test_a_name_in_the_text_alone_tells_nobody(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    """16.10."""
    link = f'<p><a href="{aigul.url}" class="u-url mention">@<span>aigul</span></a></p>'
    note = carol.note(content=link, tag=[{"type": "Hashtag", "name": "#aigul", "href": aigul.uri}])

    assert await deliver(almaty, network, carol, carol.activity("Create", note)) == "created"

    assert "mention" not in await told(almaty, aigul)
    found = await almaty.has(note["id"])
    assert found is not None
    assert (await almaty.read(reading.post, aigul, found.id)).mentions == ()


@pytest.mark.parametrize(
    ("to", "cc", "circle"),
    [
        ("as:Public", None, Circle.PUBLIC),
        ("Public", [], Circle.PUBLIC),
        ([PUBLIC], "{followers}", Circle.PUBLIC),
        ("{followers}", [PUBLIC], Circle.NETWORK),
        (["{followers}"], [], Circle.FOLLOWERS),
        ([], ["{followers}"], Circle.FOLLOWERS),
        (["http://elsewhere.test/people"], [], Circle.DIRECT),
        ([], [], Circle.DIRECT),
    ],
)
async def test_addresses_become_circles(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    aigul: Actor,
    to: object,
    cc: object,
    circle: Circle,
) -> None:
    def filled(value: object) -> object:
        if isinstance(value, list):
            return [filled(each) for each in value]
        return f"{carol.uri}/followers" if value == "{followers}" else value

    note = carol.note(to=filled(to), cc=filled(cc))

    await deliver(almaty, network, carol, carol.activity("Create", note))

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.circle is circle


async def test_an_edit_keeps_what_was_said_and_an_older_one_is_ignored(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()
    await deliver(almaty, network, carol, carol.activity("Create", note))
    new = {**note, "content": "<p>New</p>", "updated": "2026-09-02T10:00:00Z"}
    old = {**note, "content": "<p>Old</p>", "updated": "2026-09-01T12:00:00Z"}

    await deliver(almaty, network, carol, carol.activity("Update", new))
    await deliver(almaty, network, carol, carol.activity("Update", old))

    found = await almaty.has(note["id"])
    assert found is not None
    assert found.content == "<p>New</p>"
    assert [each.content for each in await almaty.read(revisions.of_post, found.id)] == ["<p>Hello</p>"]


async def test_an_update_without_a_time_changes_no_words(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()
    await deliver(almaty, network, carol, carol.activity("Create", note))

    await deliver(almaty, network, carol, carol.activity("Update", {**note, "content": "<p>Other</p>"}))

    found = await almaty.has(note["id"])
    assert found is not None
    assert (found.content, found.edited_at) == ("<p>Hello</p>", None)
    assert await almaty.read(revisions.of_post, found.id) == []


async def test_an_edit_within_the_second_of_the_post_counts_when_its_words_are_others(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note(published="2026-09-01T10:00:00Z")
    await deliver(almaty, network, carol, carol.activity("Create", note))
    for n, content in enumerate(("<p>Hello</p>", "<p>Good morning</p>")):
        edited = {**note, "content": content, "updated": "2026-09-01T10:00:00Z"}
        await deliver(almaty, network, carol, carol.activity("Update", edited, f"/activities/again/{n}"))

    post = await almaty.has(note["id"])

    assert post is not None
    assert post.content == "<p>Good morning</p>"
    assert len(await almaty.read(revisions.of_post, post.id)) == 1


async def test_an_update_of_a_post_whose_create_was_lost_brings_it(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note(updated="2026-09-02T10:00:00Z")

    assert await deliver(almaty, network, carol, carol.activity("Update", note)) == "created"


async def test_a_delete_that_overtakes_its_create_wins(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()

    await deliver(almaty, network, carol, carol.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    await deliver(almaty, network, carol, carol.activity("Create", note))

    assert await almaty.has(note["id"]) is None


@pytest.mark.parametrize("form", ["id", "tombstone", "whole"])
async def test_a_post_is_deleted_in_every_form(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, form: str
) -> None:
    """16.15."""
    note = carol.note()
    await deliver(almaty, network, carol, carol.activity("Create", note))
    gone = {"id": note["id"], "tombstone": {"id": note["id"], "type": "Tombstone"}, "whole": note}[form]

    assert await deliver(almaty, network, carol, carol.activity("Delete", gone)) == "deleted"

    assert await almaty.has(note["id"]) is None
    assert await almaty.read(timelines.home, aigul, Page()) == []


async def test_a_person_who_deletes_herself_is_gone(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()
    await deliver(almaty, network, carol, carol.activity("Create", note))

    assert await deliver(almaty, network, carol, carol.activity("Delete", carol.uri)) == "deleted"

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert theirs.deleted_at is not None
    assert await almaty.read(follows.between, aigul.id, theirs.id) is None
    assert await almaty.read(timelines.home, aigul, Page()) == []
    assert await almaty.has(note["id"]) is None


async def test_a_profile_is_refreshed_from_its_own_server(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mastodon: Stranger
) -> None:
    mastodon.documents["/users/carol"] = {**carol.document(), "name": "Carol Smith", "summary": "<script>x</script>Hi"}
    carried = {**carol.document(), "name": "Never"}

    assert await deliver(almaty, network, carol, carol.activity("Update", carried)) == "updated"

    theirs = await almaty.read(actors.by_uri, carol.uri)
    assert (theirs.name, theirs.summary) == ("Carol Smith", "Hi")


async def test_a_vote_is_counted_and_is_no_post(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    question = await almaty.post(aigul, "Which?", Circle.PUBLIC, poll=poll("Red", "Blue"))
    vote = carol.note(name="Blue", inReplyTo=question.uri, to=[aigul.uri], cc=[])
    del vote["content"]

    assert await deliver(almaty, network, carol, carol.activity("Create", vote)) == "voted"

    counted = await almaty.read(polls.of_post, question.id)
    assert [option.votes for option in counted.options] == [0, 1]
    assert await almaty.has(vote["id"]) is None


async def test_a_question_arrives_and_its_counts_follow(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    def option(title: str, votes: int) -> dict[str, object]:
        return {"type": "Note", "name": title, "replies": {"type": "Collection", "totalItems": votes}}

    question = carol.note(type="Question", oneOf=[option("Yes", 0), option("No", 0)], endTime="2026-12-01T00:00:00Z")
    await deliver(almaty, network, carol, carol.activity("Create", question))
    later = {**question, "oneOf": [option("Yes", 3), option("No", 1)], "votersCount": 4}
    await deliver(almaty, network, carol, carol.activity("Update", later))

    found = await almaty.has(question["id"])
    assert found is not None
    counted = await almaty.read(polls.of_post, found.id)
    assert [option.votes for option in counted.options] == [3, 1]
    assert counted.voters_count == 4


async def test_what_a_post_answers_is_fetched_first(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mallory: StrangePerson
) -> None:
    first = mallory.note("/notes/first")
    second = mallory.note("/notes/second", inReplyTo=first["id"])
    third = carol.note("/notes/third", inReplyTo=second["id"])

    await deliver(almaty, network, carol, carol.activity("Create", third))

    thread = [await almaty.has(each["id"]) for each in (first, second, third)]
    assert None not in thread
    assert len({each.thread_id for each in thread if each}) == 1


async def test_posts_that_answer_each_other_end(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    one = carol.note("/notes/one", inReplyTo=f"{carol.server.base}/notes/two")
    carol.note("/notes/two", inReplyTo=one["id"])

    assert await deliver(almaty, network, carol, carol.activity("Create", one)) == "created"


@pytest.mark.parametrize("kind", ["Page", "Video", "Event", "Image", "Audio", "Article"])
async def test_other_things_become_articles_with_a_link(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, kind: str
) -> None:
    thing = carol.note(
        type=kind,
        name="Fractions",
        url=[{"type": "Link", "mediaType": "text/html", "href": f"{carol.server.base}/watch/1"}],
    )

    await deliver(almaty, network, carol, carol.activity("Create", thing))

    found = await almaty.has(thing["id"])
    assert found is not None
    assert (found.kind, found.title, found.url) == (PostKind.ARTICLE, "Fractions", f"{carol.server.base}/watch/1")
    assert (f"{carol.server.base}/watch/1" in found.content) is (kind != "Article")


async def test_our_reactions_reach_the_author_and_are_taken_back(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()
    await deliver(almaty, network, carol, carol.activity("Create", note))
    found = await almaty.has(note["id"])
    assert found is not None

    for act in (reactions.like, reactions.unlike, reactions.boost, reactions.unboost):
        await almaty.write(act, aigul, found)
    await network.drain()

    sent = [(each.type, each.activity["object"]) for each in network.wire.crossed if each.method == "POST"][1:]
    assert [type_ for type_, _ in sent] == ["Like", "Undo", "Announce", "Undo"]
    assert sent[0][1] == note["id"]
    assert sent[1][1]["type"] == "Like"
    assert sent[3][1]["type"] == "Announce"
    announce = network.wire.sent("Announce")[0].activity
    assert (announce["to"], announce["cc"]) == ([PUBLIC], [aigul.followers, carol.uri])


async def test_ten_thousand_mentions_and_tags_are_survived(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    tags = [{"type": "Mention", "href": f"http://many.test/users/{n}"} for n in range(5_000)]
    tags += [{"type": "Hashtag", "name": f"#tag{n}"} for n in range(5_000)]
    note = carol.note(tag=tags)

    assert await deliver(almaty, network, carol, carol.activity("Create", note)) == "created"


async def test_strangers_whom_a_post_names_are_fetched_so_that_they_are_linked(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mallory: StrangePerson
) -> None:
    note = carol.note(tag={"type": "Mention", "href": mallory.uri})

    assert await deliver(almaty, network, carol, carol.activity("Create", note)) == "created"

    found = await almaty.has(note["id"])
    assert found is not None
    view = await almaty.read(reading.post, None, found.id)
    assert [each.uri for each in view.mentions] == [mallory.uri]


async def test_of_ten_thousand_strangers_only_a_few_are_fetched_and_none_is_waited_for(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    many = network.stranger("many.test")
    tags = [{"type": "Mention", "href": f"http://many.test/users/{n}"} for n in range(10_000)]
    many.documents |= {f"/users/{n}": 503 for n in range(100)}

    assert await deliver(almaty, network, carol, carol.activity("Create", carol.note(tag=tags))) == "created"

    assert len(many.asked) == 4


async def test_a_profile_that_is_old_is_asked_for_again_when_something_of_hers_comes_in(
    almaty: TestSchool, network: Network, mastodon: Stranger, carol: StrangePerson, aigul: Actor
) -> None:
    mastodon.documents["/users/carol"] = {**carol.document(), "name": "Carol Smith"}
    network.clock.advance(days=8)

    await deliver(almaty, network, carol, carol.activity("Create", carol.note()))

    assert (await almaty.read(actors.by_uri, carol.uri)).name == "Carol Smith"


@pytest.mark.parametrize("type_", ["Note", "ChatMessage"])
async def test_a_message_comes_to_whom_it_is_addressed_though_it_names_nobody(
    almaty: TestSchool, network: Network, carol: StrangePerson, type_: str
) -> None:
    """Private messages of Lemmy and Misskey say it in `to` alone; nobody but those is shown one."""
    aigul, bolat = await almaty.teacher(), await almaty.teacher("bolat")
    message = carol.note(type=type_, to=[aigul.uri, carol.uri], cc=[])

    await deliver(almaty, network, carol, carol.activity("Create", message, to=[aigul.uri], cc=[]))

    post = await almaty.has(message["id"])
    assert post is not None
    assert post.circle is Circle.DIRECT
    assert await told(almaty, aigul) == ["mention"]
    view = await almaty.read(reading.post, aigul, post.id)
    assert [each.id for each in view.mentions] == [aigul.id]
    with pytest.raises(NotFound):
        await almaty.read(reading.post, bolat, post.id)


async def test_what_was_asked_for_before_it_came_is_told_when_it_comes_and_once(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    dave = carol.server.person("dave", network.next_keys())
    follow = await almaty.write(follow_actions.follow, aigul, await almaty.knows(carol))  # type: ignore[arg-type]
    await deliver(almaty, network, carol, carol.activity("Accept", follow.uri))
    mention = {"type": "Mention", "href": aigul.uri}
    above = carol.note(content="<p>Look</p>", tag=[mention], cc=[aigul.uri, f"{carol.uri}/followers"])
    answer = dave.note("/notes/2", inReplyTo=above["id"], tag=[mention], cc=[aigul.uri])

    await deliver(almaty, network, dave, dave.activity("Create", answer))
    before, known = await told(almaty, aigul), await almaty.has(above["id"])
    for number in range(2):
        await deliver(almaty, network, carol, carol.activity("Create", above, f"/activities/late/{number}"))

    home = await almaty.read(timelines.home, aigul, Page())
    assert known is not None
    assert before == ["mention"]
    assert await told(almaty, aigul) == ["mention", "mention"]
    assert [each.id for each in home] == [known.id]

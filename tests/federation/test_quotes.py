"""Quotes between schools, and with servers of other makes: asked, agreed, refused, taken back (FEP-044f)."""

from types import SimpleNamespace
from typing import Any

import pytest

from fedi.actions import own_posts, reading
from fedi.actions import posts as post_actions
from fedi.actions import quotes as quote_actions
from fedi.activitypub.jsonld import Json
from fedi.errors import Forbidden, NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft, Post, PostView
from fedi.models.quotes import Quote, QuotePolicy, QuoteState
from fedi.store import notifications, quotes, views
from fedi.store.database import Transaction
from tests.factories import agreement
from tests.federation.conftest import outcomes
from tests.network import Network, TestSchool
from tests.strangers import PUBLIC, StrangePerson


async def quote_of(school: TestSchool, uri: str) -> Quote:
    post = await school.has(uri)
    assert post is not None
    made = await school.read(quotes.of_post, post.id)
    assert isinstance(made, Quote)
    return made


async def state_at(school: TestSchool, uri: str) -> QuoteState:
    return (await quote_of(school, uri)).state


async def seen(school: TestSchool, viewer: Actor | None, uri: str) -> PostView:
    view: PostView = await school.read(reading.by_uri, viewer, uri)
    return view


async def told(school: TestSchool, person: Actor) -> list[str]:
    found = await school.read(notifications.latest, person.id, Page())
    return [each.kind.value for each in found]


async def deliver(school: TestSchool, network: Network, sender: StrangePerson, activity: Json) -> str:
    answer = await school.deliver(activity, sender.key)
    assert answer.status_code == 202
    await network.drain()
    return str((await outcomes(school))[-1])


class Quoted:
    """A post of aigul's at Almaty, quoted by bolat at Kostanay, whom dana of Shymkent follows."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.almaty, self.kostanay, self.shymkent = (network[name] for name in ("almaty", "kostanay", "shymkent"))

    async def meet(self) -> None:
        self.aigul = await self.almaty.teacher("aigul")
        self.bolat = await self.kostanay.teacher("bolat")
        self.dana = await self.shymkent.teacher("dana")
        await self.kostanay.follow(self.bolat, self.aigul)
        await self.shymkent.follow(self.dana, self.bolat)

    async def write(self, text: str = "Salem", circle: Circle = Circle.PUBLIC, **draft: Any) -> Post:
        self.original = await self.almaty.post(self.aigul, text, circle, **draft)
        await self.network.drain()
        return self.original

    async def quote(self, text: str = "Look at this", circle: Circle = Circle.PUBLIC) -> Post:
        there = await self.kostanay.has(self.original.uri)
        assert there is not None
        made = await self.kostanay.post(self.bolat, text, circle, quoted_id=there.id)
        await self.network.drain()
        return made


@pytest.fixture
async def quoted(network: Network) -> Quoted:
    made = Quoted(network)
    await made.meet()
    return made


async def test_a_quote_is_asked_for_agreed_to_and_seen_in_a_third_school_by_its_stamp(quoted: Quoted) -> None:
    original = await quoted.write()

    quoting = await quoted.quote()

    assert await state_at(quoted.kostanay, quoting.uri) is QuoteState.ACCEPTED
    assert await state_at(quoted.almaty, quoting.uri) is QuoteState.ACCEPTED
    view = await seen(quoted.shymkent, quoted.dana, quoting.uri)
    assert view.quote is not None
    assert view.quote.quoted is not None
    assert (view.quote.quoted.post.uri, view.quote.quoted.author.username) == (original.uri, "aigul")
    assert await told(quoted.almaty, quoted.aigul) == ["quote", "follow"]
    counted = await quoted.almaty.has(original.uri)
    assert counted is not None
    assert counted.quotes_count == 1


async def test_a_quote_says_what_it_quotes_in_all_words_there_are(quoted: Quoted) -> None:
    original = await quoted.write()
    quoting = await quoted.quote("Look")

    document = (await quoted.kostanay.get(f"/posts/{quoting.id}")).json()

    assert {document[name] for name in ("quote", "quoteUri", "_misskey_quote")} == {original.uri}
    link = next(tag for tag in document["tag"] if tag["type"] == "Link")
    assert (link["href"], link["rel"]) == (original.uri, "https://misskey-hub.net/ns#_misskey_quote")
    assert document["content"].startswith('<p class="quote-inline">RE: <a href="http://almaty.test/@aigul/')
    assert document["content"].endswith("<p>Look</p>")
    stamp = (await quoted.almaty.get(document["quoteAuthorization"])).json()
    assert (stamp["type"], stamp["attributedTo"]) == ("QuoteAuthorization", quoted.aigul.uri)
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (quoting.uri, original.uri)


@pytest.mark.parametrize(
    ("text", "is_linked"),
    [("See {0.uri}", True), ("See {0.url}.", True), ("See {0.uri}7", False), ("{0.author}", False)],
    ids=["its id", "its page", "another post", "its author"],
)
async def test_a_text_that_links_to_the_quoted_post_gets_no_second_link(
    quoted: Quoted, text: str, is_linked: bool
) -> None:
    """15.5."""
    original = await quoted.write()
    named = SimpleNamespace(uri=original.uri, url=original.url, author=quoted.aigul.url)
    quoting = await quoted.quote(text.format(named))

    document = (await quoted.kostanay.get(f"/posts/{quoting.id}")).json()

    assert ("quote-inline" not in document["content"]) is is_linked


@pytest.mark.parametrize(
    ("policy", "approval"),
    [
        (QuotePolicy.EVERYONE, [PUBLIC]),
        (QuotePolicy.FOLLOWERS, ["{}/followers"]),
        (QuotePolicy.NOBODY, ["{}"]),
    ],
)
async def test_a_post_says_who_may_quote_it(quoted: Quoted, policy: QuotePolicy, approval: list[str]) -> None:
    original = await quoted.write(quote_policy=policy)

    document = (await quoted.almaty.get(f"/posts/{original.id}")).json()
    there = await quoted.kostanay.has(original.uri)

    expected = [each.format(quoted.aigul.uri) for each in approval]
    assert document["interactionPolicy"] == {"canQuote": {"automaticApproval": expected}}
    assert there is not None
    assert there.quote_policy is policy


async def test_followers_only_and_nobody_are_kept_to(quoted: Quoted) -> None:
    await quoted.write(quote_policy=QuotePolicy.FOLLOWERS)
    assert await state_at(quoted.kostanay, (await quoted.quote()).uri) is QuoteState.ACCEPTED

    await quoted.write("Another", quote_policy=QuotePolicy.NOBODY)
    with pytest.raises(Forbidden):
        await quoted.quote()


async def test_a_policy_that_changed_meanwhile_is_answered_by_what_it_is_now(quoted: Quoted) -> None:
    original = await quoted.write()
    # ... and the quoter's school has not heard of it.
    await quoted.almaty.write(quotes.set_policy, original.id, QuotePolicy.NOBODY)
    quoting = await quoted.quote()

    assert await state_at(quoted.kostanay, quoting.uri) is QuoteState.REJECTED
    document = (await quoted.kostanay.get(f"/posts/{quoting.id}")).json()
    assert "quote" not in document
    assert "quote-inline" not in document["content"]


async def test_an_author_takes_her_post_out_of_a_quote_everywhere(quoted: Quoted, network: Network) -> None:
    original = await quoted.write()
    quoting = await quoted.quote()
    here = await quoted.almaty.has(quoting.uri)
    assert here is not None
    stamp = (await quote_of(quoted.kostanay, quoting.uri)).authorization_uri
    assert stamp is not None

    await quoted.almaty.write(quote_actions.revoke, quoted.aigul, here.id)
    await network.drain()

    for school in (quoted.almaty, quoted.kostanay, quoted.shymkent):
        assert await state_at(school, quoting.uri) is QuoteState.REVOKED, school.host
    assert (await quoted.almaty.get(stamp)).status_code == 404
    assert "quote" not in (await quoted.kostanay.get(f"/posts/{quoting.id}")).json()
    counted = await quoted.almaty.has(original.uri)
    assert counted is not None
    assert counted.quotes_count == 0


async def test_nobody_but_its_author_takes_a_post_out_of_a_quote(quoted: Quoted) -> None:
    await quoted.write()
    quoting = await quoted.quote()
    other = await quoted.almaty.teacher("saule")
    here = await quoted.almaty.has(quoting.uri)
    assert here is not None

    with pytest.raises(NotFound):
        await quoted.almaty.write(quote_actions.revoke, other, here.id)


async def test_a_deleted_post_leaves_its_quotes_with_a_gap(quoted: Quoted, network: Network) -> None:
    original = await quoted.write()
    quoting = await quoted.quote()

    await quoted.almaty.write(post_actions.delete, original)
    await network.drain()

    assert await state_at(quoted.kostanay, quoting.uri) is QuoteState.DELETED
    document = (await quoted.kostanay.get(f"/posts/{quoting.id}")).json()
    assert document["quote"] == {"id": original.uri, "type": "Tombstone"}


async def test_a_quote_is_in_no_wider_circle_than_the_quoted_post(quoted: Quoted, network: Network) -> None:
    for school, other in ((quoted.almaty, quoted.kostanay), (quoted.kostanay, quoted.almaty)):
        await school.write(agreement, other.host)
    await quoted.write("For partners", Circle.PARTNERS)

    quoting = await quoted.quote(circle=Circle.PUBLIC)

    assert quoting.circle is Circle.PARTNERS
    assert await state_at(quoted.kostanay, quoting.uri) is QuoteState.ACCEPTED
    assert await quoted.shymkent.has(quoting.uri) is None


async def test_a_school_post_is_quoted_in_the_school_only(quoted: Quoted, network: Network) -> None:
    original = await quoted.write("For us", Circle.SCHOOL)
    saule = await quoted.almaty.teacher("saule")

    quoting = await quoted.almaty.post(saule, "Look", Circle.PUBLIC, quoted_id=original.id)
    await network.drain()

    assert quoting.circle is Circle.SCHOOL
    assert (await seen(quoted.almaty, quoted.aigul, quoting.uri)).quote is not None
    assert await quoted.kostanay.has(quoting.uri) is None


@pytest.mark.parametrize("circle", [Circle.FOLLOWERS, Circle.DIRECT])
async def test_what_is_for_some_is_quoted_by_its_author_at_most(quoted: Quoted, circle: Circle) -> None:
    await quoted.write("@bolat@kostanay.test For some", circle)

    with pytest.raises(Forbidden):
        await quoted.quote()


async def test_whoever_is_named_in_a_post_may_quote_it(quoted: Quoted) -> None:
    await quoted.write("@bolat@kostanay.test What do you think?", quote_policy=QuotePolicy.NOBODY)

    quoting = await quoted.quote()

    assert await state_at(quoted.kostanay, quoting.uri) is QuoteState.ACCEPTED
    assert await state_at(quoted.almaty, quoting.uri) is QuoteState.ACCEPTED
    assert await state_at(quoted.shymkent, quoting.uri) is QuoteState.ACCEPTED


async def test_whoever_may_not_see_the_quoted_post_sees_the_quote_without_it(quoted: Quoted) -> None:
    aigul, almaty = quoted.aigul, quoted.almaty
    secret = await almaty.post(aigul, "@saule secret", Circle.FOLLOWERS)
    quoting = await almaty.post(aigul, "As I said", Circle.FOLLOWERS, quoted_id=secret.id)
    open_ = await almaty.post(aigul, "Everybody", Circle.PUBLIC)
    shown = await almaty.post(aigul, "As I said", Circle.FOLLOWERS, quoted_id=open_.id)

    mine = await seen(almaty, aigul, quoting.uri)
    anybody = await almaty.read(views.full, [quoting.id, shown.id])

    assert mine.quote is not None
    assert mine.quote.quoted is not None
    assert [view.quote.quoted is None for view in anybody] == [True, False]


async def test_an_edit_of_a_quoted_post_is_told_to_who_quoted_it(quoted: Quoted) -> None:
    original = await quoted.write()
    saule = await quoted.almaty.teacher("saule")
    await quoted.almaty.post(saule, "Look", quoted_id=original.id)

    async def correct(tx: Transaction) -> None:
        await own_posts.change(tx, quoted.aigul, original.id, Draft("Sälem"))

    await quoted.almaty.write(correct)

    assert await told(quoted.almaty, saule) == ["quoted_update"]


# --- servers of other makes -----------------------------------------------------------------------


def request(person: StrangePerson, quoted_uri: str, quoting: Json | str, **changes: Any) -> Json:
    return person.activity("QuoteRequest", quoted_uri, "/requests/1", instrument=quoting, **changes)


@pytest.mark.network(1)
@pytest.mark.parametrize("form", ["whole", "id"])
async def test_a_stranger_asks_and_gets_a_stamp_once(
    almaty: TestSchool, network: Network, carol: StrangePerson, form: str
) -> None:
    aigul = await almaty.teacher()
    original = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    note = carol.note(quote=original.uri)

    for _ in range(2):
        asked = request(carol, original.uri, note if form == "whole" else note["id"])
        asked["id"] += str(_)
        assert await deliver(almaty, network, carol, asked) == "accepted"

    answers = [each.activity for each in network.wire.sent("Accept")]
    assert len({each["result"] for each in answers}) == 1
    assert answers[0]["object"] == {
        "id": f"{carol.server.base}/requests/10",
        "type": "QuoteRequest",
        "actor": carol.uri,
        "object": original.uri,
        "instrument": note["id"],
    }
    assert await state_at(almaty, note["id"]) is QuoteState.ACCEPTED
    assert await told(almaty, aigul) == ["quote"]


@pytest.mark.network(1)
async def test_a_stranger_who_may_not_quote_is_refused_and_her_post_is_not_kept(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    original = await almaty.post(aigul, "Salem", Circle.PUBLIC, quote_policy=QuotePolicy.NOBODY)
    note = carol.note(quote=original.uri)

    assert await deliver(almaty, network, carol, request(carol, original.uri, note)) == "rejected"

    assert len(network.wire.sent("Reject")) == 1
    assert await almaty.has(note["id"]) is None


@pytest.mark.network(1)
async def test_a_request_about_a_hidden_post_is_met_like_one_about_none(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    hidden = await almaty.post(aigul, "For us", Circle.SCHOOL)
    note = carol.note(quote=hidden.uri)

    about_hidden = await deliver(almaty, network, carol, request(carol, hidden.uri, note))
    about_none = await deliver(
        almaty, network, carol, {**request(carol, f"{almaty.base}/posts/1", note), "id": f"{carol.server.base}/r/2"}
    )

    assert about_hidden == about_none
    assert network.wire.sent("Reject") == network.wire.sent("Accept") == []


@pytest.mark.network(1)
async def test_a_partner_post_is_not_given_away_to_a_public_quote(
    almaty: TestSchool, network: Network, carol: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    await almaty.write(agreement, carol.server.host)
    original = await almaty.post(aigul, "For partners", Circle.PARTNERS)
    note = carol.note(quote=original.uri)

    assert await deliver(almaty, network, carol, request(carol, original.uri, note)) == "rejected"


@pytest.mark.network(1)
async def test_nobody_asks_for_somebody_elses_post(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson
) -> None:
    aigul = await almaty.teacher()
    original = await almaty.post(aigul, "Salem", Circle.PUBLIC)
    note = carol.note(quote=original.uri)

    outcome = await deliver(almaty, network, mallory, request(mallory, original.uri, note))

    assert outcome == "ignored: the quoting post is not the sender's"
    assert network.wire.sent("Accept") == []


@pytest.mark.network(1)
@pytest.mark.parametrize("word", ["quoteUrl", "quoteUri", "_misskey_quote", "tag"])
async def test_older_words_make_a_link_and_no_request(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor, mallory: StrangePerson, word: str
) -> None:
    theirs = mallory.note("/notes/7")
    link = {
        "type": "Link",
        "mediaType": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "href": theirs["id"],
        "name": f"RE: {theirs['id']}",
    }
    note = carol.note(**({"tag": [link]} if word == "tag" else {word: theirs["id"]}))

    await deliver(almaty, network, carol, carol.activity("Create", note))

    made = await quote_of(almaty, note["id"])
    assert (made.state, made.quoted_uri, made.quoted_id) == (QuoteState.PENDING, theirs["id"], None)
    assert mallory.server.asked == []


@pytest.mark.network(1)
async def test_a_quote_of_ones_own_needs_nobodys_consent(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    earlier = carol.note("/notes/1")
    later = carol.note("/notes/2", quote=earlier["id"])

    await deliver(almaty, network, carol, carol.activity("Create", later))

    assert await state_at(almaty, later["id"]) is QuoteState.ACCEPTED
    assert await almaty.has(earlier["id"]) is not None


def stamp(author: StrangePerson, quoting_uri: str, quoted_uri: str, path: str = "/stamps/1", **changes: Any) -> str:
    """A stamp, served by its author's server."""
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{author.server.base}{path}",
        "type": "QuoteAuthorization",
        "attributedTo": author.uri,
        "interactingObject": quoting_uri,
        "interactionTarget": quoted_uri,
        **changes,
    }
    author.server.documents[path] = document
    return str(document["id"])


@pytest.fixture
def dave(network: Network) -> StrangePerson:
    """Somebody whom carol quotes."""
    return network.stranger("misskey.test").person("dave", network.next_keys())


@pytest.mark.network(1)
async def test_a_stamp_is_looked_at_where_the_quoted_post_lies(
    almaty: TestSchool, network: Network, carol: StrangePerson, dave: StrangePerson, aigul: Actor
) -> None:
    original = dave.note("/notes/7")
    quoting_uri = f"{carol.server.base}/notes/1"
    note = carol.note(quote=original["id"], quoteAuthorization=stamp(dave, quoting_uri, original["id"]))

    await deliver(almaty, network, carol, carol.activity("Create", note))

    assert await state_at(almaty, note["id"]) is QuoteState.ACCEPTED


@pytest.mark.network(1)
@pytest.mark.parametrize("forgery", ["other origin", "other post", "other quote", "other author", "no stamp", "absent"])
async def test_a_forged_stamp_makes_no_quote(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    dave: StrangePerson,
    mallory: StrangePerson,
    aigul: Actor,
    forgery: str,
) -> None:
    original = dave.note("/notes/7")
    quoting_uri = f"{carol.server.base}/notes/1"
    forged = {
        "other origin": lambda: stamp(mallory, quoting_uri, original["id"], attributedTo=dave.uri),
        "other post": lambda: stamp(dave, quoting_uri, f"{dave.server.base}/notes/8"),
        "other quote": lambda: stamp(dave, f"{carol.server.base}/notes/2", original["id"]),
        "other author": lambda: stamp(dave, quoting_uri, original["id"], attributedTo=mallory.uri),
        "no stamp": lambda: stamp(dave, quoting_uri, original["id"], type="Note"),
        "absent": lambda: f"{dave.server.base}/stamps/404",
    }[forgery]()
    note = carol.note(quote=original["id"], quoteAuthorization=forged)

    await deliver(almaty, network, carol, carol.activity("Create", note))

    assert await state_at(almaty, note["id"]) is QuoteState.REJECTED
    assert mallory.server.asked == []


@pytest.mark.network(1)
async def test_a_stamp_that_comes_later_with_an_update_no_newer_than_the_text_counts(
    almaty: TestSchool, network: Network, carol: StrangePerson, dave: StrangePerson, aigul: Actor
) -> None:
    original = dave.note("/notes/7")
    note = carol.note(quote=original["id"])
    await deliver(almaty, network, carol, carol.activity("Create", note))
    before = await state_at(almaty, note["id"])

    stamped = {**note, "quoteAuthorization": stamp(dave, note["id"], original["id"])}
    await deliver(almaty, network, carol, carol.activity("Update", stamped))

    assert (before, await state_at(almaty, note["id"])) == (QuoteState.PENDING, QuoteState.ACCEPTED)


@pytest.mark.network(1)
async def test_a_chain_of_quotes_is_followed_one_step(
    almaty: TestSchool, network: Network, carol: StrangePerson, dave: StrangePerson, aigul: Actor
) -> None:
    for number in range(1, 6):
        dave.note(f"/notes/{number}", quote=f"{dave.server.base}/notes/{number + 1}")
    note = carol.note(quote=f"{dave.server.base}/notes/1")

    await deliver(almaty, network, carol, carol.activity("Create", note))

    assert [path for path in dave.server.asked if path.startswith("/notes")] == ["/notes/1"]


@pytest.mark.network(1)
@pytest.mark.parametrize("passed_on_by", ["author", "quoter"])
async def test_a_stamp_taken_back_ends_the_quote(
    almaty: TestSchool, network: Network, carol: StrangePerson, dave: StrangePerson, aigul: Actor, passed_on_by: str
) -> None:
    original = dave.note("/notes/7")
    quoting_uri = f"{carol.server.base}/notes/1"
    given = stamp(dave, quoting_uri, original["id"])
    note = carol.note(quote=original["id"], quoteAuthorization=given)
    await deliver(almaty, network, carol, carol.activity("Create", note))

    dave.server.documents["/stamps/1"] = 404
    sender = dave if passed_on_by == "author" else carol
    assert await deliver(almaty, network, sender, dave.activity("Delete", given)) == "revoked"

    assert await state_at(almaty, note["id"]) is QuoteState.REVOKED


@pytest.mark.network(1)
async def test_a_stranger_ends_no_quote_whose_stamp_is_still_there(
    almaty: TestSchool,
    network: Network,
    carol: StrangePerson,
    dave: StrangePerson,
    mallory: StrangePerson,
    aigul: Actor,
) -> None:
    original = dave.note("/notes/7")
    given = stamp(dave, f"{carol.server.base}/notes/1", original["id"])
    note = carol.note(quote=original["id"], quoteAuthorization=given)
    await deliver(almaty, network, carol, carol.activity("Create", note))

    outcome = await deliver(almaty, network, mallory, mallory.activity("Delete", given))

    assert outcome == "ignored: it is still there"
    assert await state_at(almaty, note["id"]) is QuoteState.ACCEPTED


@pytest.mark.network(1)
async def test_an_old_stamp_is_looked_at_again(
    almaty: TestSchool, network: Network, carol: StrangePerson, dave: StrangePerson, aigul: Actor
) -> None:
    original = dave.note("/notes/7")
    given = stamp(dave, f"{carol.server.base}/notes/1", original["id"])
    note = carol.note(quote=original["id"], quoteAuthorization=given)
    await deliver(almaty, network, carol, carol.activity("Create", note))
    dave.server.documents["/stamps/1"] = 404

    network.clock.advance(days=8)
    await almaty.write(quote_actions.recheck)
    await network.drain()

    assert await state_at(almaty, note["id"]) is QuoteState.REVOKED


@pytest.mark.network(1)
@pytest.mark.parametrize("answer", ["whole", "id", "stranger", "foreign stamp"])
async def test_our_request_is_answered_by_the_quoted_author_only(
    almaty: TestSchool, network: Network, carol: StrangePerson, mallory: StrangePerson, aigul: Actor, answer: str
) -> None:
    note = carol.note(interactionPolicy={"canQuote": {"automaticApproval": PUBLIC}})
    await deliver(almaty, network, carol, carol.activity("Create", note))
    theirs = await almaty.has(note["id"])
    assert theirs is not None
    quoting = await almaty.post(aigul, "Look", Circle.PUBLIC, quoted_id=theirs.id)
    await network.drain()
    asked = network.wire.sent("QuoteRequest")[-1].activity
    assert (asked["object"], asked["instrument"]["id"]) == (note["id"], quoting.uri)

    sender = mallory if answer == "stranger" else carol
    result = "http://evil.test/stamps/1" if answer == "foreign stamp" else f"{sender.server.base}/stamps/1"
    accept = sender.activity("Accept", asked["id"] if answer == "id" else asked, result=result)
    await deliver(almaty, network, sender, accept)

    agreed = answer in ("whole", "id")
    assert await state_at(almaty, quoting.uri) is (QuoteState.ACCEPTED if agreed else QuoteState.PENDING)
    updates = [each.activity["object"] for each in network.wire.sent("Update")]
    assert [each["quoteAuthorization"] for each in updates] == ([result] if agreed else [])


@pytest.mark.network(1)
async def test_without_a_word_about_it_a_strangers_post_is_not_quoted(
    almaty: TestSchool, network: Network, carol: StrangePerson, aigul: Actor
) -> None:
    note = carol.note()
    await deliver(almaty, network, carol, carol.activity("Create", note))
    theirs = await almaty.has(note["id"])
    assert theirs is not None

    with pytest.raises(Forbidden):
        await almaty.post(aigul, "Look", Circle.PUBLIC, quoted_id=theirs.id)


# --- what its author may not read -------------------------------------------------------------------


NOT_FOR_ITS_AUTHOR = [Circle.SCHOOL, Circle.PARTNERS, Circle.DIRECT]


@pytest.mark.parametrize("circle", NOT_FOR_ITS_AUTHOR)
async def test_whoever_may_not_read_a_quote_is_not_shown_it_by_being_asked(quoted: Quoted, circle: Circle) -> None:
    """A request carries the whole post that quotes."""
    original = await quoted.write(quote_policy=QuotePolicy.EVERYONE)
    quoted.network.wire.crossed.clear()

    quoting = await quoted.quote("For colleagues", circle)

    assert quoting.circle is circle
    assert [each.type for each in quoted.network.wire.crossed if each.method == "POST"] == []
    view = await seen(quoted.kostanay, quoted.bolat, quoting.uri)
    assert view.quote is not None
    assert view.quote.quoted is not None
    assert view.quote.quoted.post.uri == original.uri


@pytest.mark.parametrize("circle", NOT_FOR_ITS_AUTHOR)
async def test_whoever_wants_to_decide_about_each_quote_is_not_quoted_where_she_may_not_read(
    quoted: Quoted, circle: Circle
) -> None:
    await quoted.write(quote_policy=QuotePolicy.EVERYONE)
    there = await quoted.kostanay.has(quoted.original.uri)
    assert there is not None

    async def asks(tx: Transaction) -> None:
        await quotes.set_policy(tx, there.id, QuotePolicy.ASKED)

    await quoted.kostanay.write(asks)

    with pytest.raises(Forbidden):
        await quoted.quote("For colleagues", circle)


async def test_partners_and_who_is_named_are_asked_as_they_may_read_it(quoted: Quoted) -> None:
    await quoted.write(quote_policy=QuotePolicy.EVERYONE)
    await quoted.kostanay.write(agreement, quoted.almaty.host)

    for circle, text in ((Circle.PARTNERS, "For partners"), (Circle.DIRECT, f"@aigul@{quoted.almaty.host} look")):
        quoted.network.wire.crossed.clear()
        await quoted.quote(text, circle)
        assert len(quoted.network.wire.sent("QuoteRequest")) == 1

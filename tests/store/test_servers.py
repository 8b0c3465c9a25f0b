"""What the store keeps of other servers, of receipts and of lists, on both engines."""

from fedi.actions import peers as peer_actions
from fedi.actions import servers as server_actions
from fedi.models.activities import NewReceived, SentActivity
from fedi.models.follows import FollowState
from fedi.models.host_lists import EntryState, ListedAs, ListMode, RemoteHostList
from fedi.models.peers import Standing
from fedi.models.receipts import Progress, Receipt, Trouble
from fedi.store import backlog, host_lists, hosts, jobs, peers, receipts, received, servers
from fedi.store.engine.transaction import Transaction
from fedi.store.jobs import Lane, NewJob
from tests import factories as make
from tests.units import in_a_unit

FAR, NEAR, DEAD = "far.example", "near.example", "dead.example"
LIST = RemoteHostList(
    f"https://{FAR}/actor/lists/blocked", f"https://{FAR}/actor", "School", ListedAs.BLOCKED, (NEAR,), 5
)


@in_a_unit
async def test_a_server_is_met_heard_asked_and_forgotten(tx: Transaction) -> None:
    await servers.heard(tx, FAR)
    await servers.heard(tx, FAR)
    await servers.meet_one(tx, DEAD)
    await peers.decide(tx, NEAR, Standing.TRUSTED)
    await servers.meet(tx)
    assert sorted(await servers.unchecked(tx, tx.now, 10)) == [DEAD, FAR, NEAR]

    await servers.checked(tx, FAR, "mastodon", "4.6")
    await servers.not_checked(tx, DEAD, "no answer")
    assert await servers.unchecked(tx, tx.now, 10) == [NEAR]
    far, dead = await servers.by_host(tx, FAR), await servers.by_host(tx, DEAD)
    assert far is not None
    assert dead is not None
    assert (far.software, far.last_heard_at, dead.trouble) == ("mastodon", tx.now, "no answer")
    assert [each.host for each in await servers.latest(tx, 1)] == [FAR]

    assert await servers.prune(tx, tx.now + 1) == 2
    assert await servers.by_host(tx, NEAR) is not None


@in_a_unit
async def test_all_facts_of_a_server_are_told(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    bolat, carol = await make.colleague(tx, host=FAR), await make.colleague(tx, "carol", host=FAR)
    await make.follow(tx, aigul, bolat)
    await make.follow(tx, carol, aigul, FollowState.HELD)
    await received.record(tx, NewReceived(f"https://{FAR}/1", 0, bolat.uri, "Create", FAR, False, True, "{}"))
    await jobs.enqueue(tx, NewJob("deliver", {"activity": 1, "inbox": "x"}, Lane.DELIVERY, FAR))
    await server_actions.heard_from(tx, FAR)
    await server_actions.stop_deliveries(tx, None, FAR)
    await peers.set_note(tx, FAR, "from Astana")

    facts = await server_actions.facts(tx, None, FAR)

    assert (facts.people, facts.followed_by_us, facts.following_us) == (2, 1, 0)
    assert (facts.waiting, facts.held, len(facts.held_latest), facts.stopped) == (1, 1, 1, True)
    assert [view.actor.username for view in facts.held_follows] == ["carol"]
    assert (facts.first_contact, facts.last_contact) == (tx.now, tx.now)
    assert facts.peer is not None
    assert (facts.peer.note, facts.peer.standing) == ("from Astana", Standing.UNKNOWN)
    assert [peer.host for peer in await peers.with_standing(tx, Standing.UNKNOWN)] == [FAR]


@in_a_unit
async def test_a_host_that_was_stopped_goes_on_only_when_it_is_let(tx: Transaction) -> None:
    await hosts.stop(tx, FAR)
    await jobs.enqueue(tx, NewJob("deliver", {"activity": 1, "inbox": "x"}, Lane.DELIVERY, FAR))
    await hosts.succeeded(tx, FAR)
    await hosts.shows_life(tx, FAR)
    await hosts.keep_stopped(tx, FAR)
    await hosts.prune(tx, tx.now + 1)
    assert await jobs.claim(tx, {Lane.DELIVERY: 9}, 9) == []

    await hosts.go_on(tx, FAR)
    assert len(await jobs.claim(tx, {Lane.DELIVERY: 9}, 9)) == 1


@in_a_unit
async def test_receipts_tell_what_waits_what_failed_and_what_arrived(tx: Transaction) -> None:
    aigul = await make.teacher(tx)
    post = await make.note(tx, aigul)
    sent = SentActivity(tx.new_id(), "u", aigul.id, "Create", post.uri, post.id, True, "{}", tx.now)
    for host in (FAR, DEAD):
        key = f"{aigul.id}>{host}"
        await jobs.enqueue(tx, NewJob("deliver", {"activity": sent.id, "inbox": "x"}, Lane.DELIVERY, host, key))
    await receipts.begin(tx, sent, post.id, {FAR, NEAR, DEAD, "silent.example"}, {"silent.example"})
    for [job] in await jobs.claim(tx, {Lane.DELIVERY: 9}, 9):
        if job.host == FAR:
            await jobs.bury(tx, job, "410: gone")
    told = await receipts.of_post(tx, post.id)

    assert told == [
        Receipt(DEAD, Progress.WAITING),
        Receipt(FAR, Progress.FAILED, Trouble.GONE),
        Receipt(NEAR, Progress.DELIVERED),
        Receipt("silent.example", Progress.FAILED, Trouble.SILENT),
    ]

    [dead] = await backlog.dead_for(tx, FAR, 10)
    await server_actions.drop_delivery(tx, None, dead.id)
    await peer_actions.block(tx, None, DEAD)
    told = await receipts.of_post(tx, post.id)
    assert told is not None
    assert [each.trouble for each in told] == [Trouble.BLOCKED, Trouble.DROPPED, None, Trouble.SILENT]

    await receipts.prune(tx, tx.now + 1)
    assert await receipts.of_post(tx, post.id) is None


@in_a_unit
async def test_lists_and_their_entries_are_kept(tx: Transaction) -> None:
    kept = await host_lists.insert(tx, LIST, ListMode.ASK, tx.now)
    again = await host_lists.insert(tx, LIST, ListMode.APPLY, tx.now)
    assert (kept.id, kept.mode, again.id, again.mode) == (again.id, ListMode.ASK, kept.id, ListMode.APPLY)
    assert [each.id for each in await host_lists.due(tx)] == [kept.id]

    await host_lists.add(tx, kept.id, {NEAR, DEAD})
    assert await host_lists.set_state(tx, kept.id, NEAR, EntryState.WITHDRAWN)
    await host_lists.add(tx, kept.id, {NEAR, DEAD})
    found = await host_lists.entries(tx, kept.id, list(EntryState), 10)
    assert [(each.host, each.state) for each in found] == [(DEAD, EntryState.NEW), (NEAR, EntryState.APPLIED)]
    assert not await host_lists.is_applied_elsewhere(tx, found[1])
    assert [(each.list_id, each.entries) for each in await host_lists.waiting_counts(tx)] == [(kept.id, 1)]

    await host_lists.failed(tx, kept.id, "404", tx.now + 1)
    assert (await host_lists.everyone(tx))[0].trouble == "404"
    await host_lists.fetched(tx, kept.id, LIST, tx.now + 1)
    assert await host_lists.due(tx) == []
    await host_lists.remove(tx, kept.id, [DEAD])
    assert await host_lists.entry(tx, kept.id, DEAD) is None
    await host_lists.delete(tx, kept.id)
    assert await host_lists.by_url(tx, LIST.url) is None


@in_a_unit
async def test_our_lists_are_published_once_and_taken_back(tx: Transaction) -> None:
    for _ in range(2):
        await host_lists.publish(tx, ListedAs.BLOCKED)
    assert await host_lists.published(tx) == {ListedAs.BLOCKED}

    await host_lists.unpublish(tx, ListedAs.BLOCKED)
    assert await host_lists.published(tx) == set()

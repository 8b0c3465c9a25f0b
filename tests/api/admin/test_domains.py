"""Other servers through the admin API: allowed domains are trusted peers, blocks what stands against them."""

import hashlib

import pytest

from fedi.actions import peers as peer_actions
from fedi.actions import reports as report_actions
from fedi.errors import Forbidden
from fedi.models.peers import Severity, Standing
from fedi.outbound import resolver
from fedi.store import actors, peers, views
from tests.api.admin.conftest import Staff
from tests.api.specification import problems

ALLOWS = "/api/v1/admin/domain_allows"
BLOCKS = "/api/v1/admin/domain_blocks"


async def test_an_allowed_domain_is_a_trusted_server(staff: Staff) -> None:
    made = (await staff.saule.post(ALLOWS, json={"domain": "School12.kz"})).json()
    again = (await staff.saule.post(ALLOWS, json={"domain": "school12.kz"})).json()
    listed = (await staff.saule.get(ALLOWS)).json()
    one = (await staff.saule.get(f"{ALLOWS}/{made['id']}")).json()
    standing = await staff.everybody.school.read(peers.standing, "school12.kz")
    gone = await staff.saule.delete(f"{ALLOWS}/{made['id']}")

    assert problems("[Admin::DomainAllow]", [made, *listed]) == []
    assert made == again == one == listed[0]
    assert (standing, gone.status_code) == (Standing.TRUSTED, 200)
    assert await staff.everybody.school.read(peers.by_host, "school12.kz") is None
    assert (await staff.saule.get(f"{ALLOWS}/{made['id']}")).status_code == 404


async def test_a_suspended_domain_is_a_blocked_server_whoever_blocked_it(staff: Staff) -> None:
    form = {"domain": "spam.example", "severity": "suspend", "private_comment": "mine", "public_comment": "Spam"}
    made = (await staff.saule.post(BLOCKS, json=form)).json()
    await staff.everybody.school.write(peer_actions.block, None, "other.example", "by the page")
    listed = (await staff.saule.get(BLOCKS)).json()
    peer = await staff.everybody.school.read(peers.by_host, "spam.example")

    assert problems("[Admin::DomainBlock]", listed) == []
    assert made["digest"] == hashlib.sha256(b"spam.example").hexdigest()
    assert {(each["domain"], each["severity"], each["private_comment"]) for each in listed} == {
        ("spam.example", "suspend", "mine"),
        ("other.example", "suspend", "by the page"),
    }
    assert (peer.standing, peer.note) == (Standing.BLOCKED, "mine")
    assert (await staff.saule.get(f"{BLOCKS}/{made['id']}")).json() == made


async def test_what_there_is_answers_instead_of_a_milder_block(staff: Staff) -> None:
    first = (await staff.saule.post(BLOCKS, json={"domain": "spam.example", "severity": "silence"})).json()
    same = await staff.saule.post(BLOCKS, json={"domain": "spam.example"})
    stricter = (await staff.saule.post(BLOCKS, json={"domain": "spam.example", "severity": "suspend"})).json()

    assert (same.status_code, same.json()["existing_domain_block"]) == (422, first)
    assert (stricter["id"], stricter["severity"]) == (first["id"], "suspend")


async def test_a_block_is_changed_bit_by_bit_and_taken_back(staff: Staff) -> None:
    school = staff.everybody.school
    made = (await staff.saule.post(BLOCKS, json={"domain": "spam.example", "severity": "suspend"})).json()
    path = f"{BLOCKS}/{made['id']}"

    milder = (await staff.saule.put(path, json={"severity": "noop", "reject_media": True, "obfuscate": "1"})).json()
    kept = (await staff.saule.patch(path, json={"reject_reports": True})).json()
    standing = await school.read(peers.standing, "spam.example")
    taken = (await staff.saule.delete(path)).json()

    assert problems("[Admin::DomainBlock]", [milder, kept, taken]) == []
    assert (milder["severity"], milder["reject_media"], milder["obfuscate"]) == ("noop", True, True)
    assert (kept["reject_media"], kept["reject_reports"], kept["severity"]) == (True, True, "noop")
    assert standing is Standing.UNKNOWN
    assert (await staff.saule.get(BLOCKS)).json() == []
    assert await school.read(peers.by_host, "spam.example") is None


async def test_a_silenced_domain_limits_whom_we_know_and_whom_we_meet_and_nobody_twice(staff: Staff) -> None:
    school, there = staff.everybody.school, staff.everybody.network["kostanay"]
    dana, erlan, olga = [await there.teacher(name) for name in ("dana", "erlan", "olga")]
    known, limited = await school.knows(dana), await school.knows(erlan)
    await staff.marat.post(f"/api/v1/admin/accounts/{limited.id}/action", json={"type": "silence"})
    staff.everybody.network.clock.advance(seconds=1)

    made = (await staff.saule.post(BLOCKS, json={"domain": there.host, "severity": "silence"})).json()
    met = await school.knows(olga)
    during = [(await school.read(actors.by_id, each.id)).limited_at is not None for each in (known, limited, met)]
    await staff.saule.delete(f"{BLOCKS}/{made['id']}")
    after = [(await school.read(actors.by_id, each.id)).limited_at is not None for each in (known, limited, met)]

    assert (during, after) == ([True, True, True], [False, True, False])


async def test_a_trusted_server_stays_trusted_whatever_it_is_held_to(staff: Staff) -> None:
    school, host = staff.everybody.school, "friend.example"
    await staff.saule.post(ALLOWS, json={"domain": host})
    made = (await staff.saule.post(BLOCKS, json={"domain": host, "severity": "noop", "reject_media": True})).json()
    held = await school.read(peers.by_host, host)
    await staff.saule.delete(f"{BLOCKS}/{made['id']}")
    free = await school.read(peers.by_host, host)

    assert (held.standing, held.restraint, held.reject_media) == (Standing.TRUSTED, Severity.NOOP, True)
    assert (free.standing, free.terms) == (Standing.TRUSTED, None)


async def test_no_longer_trusting_a_server_keeps_what_stands_against_it(staff: Staff) -> None:
    made = (await staff.saule.post(ALLOWS, json={"domain": "friend.example"})).json()
    await staff.saule.post(BLOCKS, json={"domain": "friend.example", "severity": "silence"})
    await staff.saule.delete(f"{ALLOWS}/{made['id']}")

    peer = await staff.everybody.school.read(peers.by_host, "friend.example")
    assert (peer.standing, peer.restraint) == (Standing.UNKNOWN, Severity.SILENCE)


async def test_reports_of_a_server_are_not_taken_where_they_are_refused(staff: Staff) -> None:
    school, there = staff.everybody.school, staff.everybody.network["kostanay"]
    dana = await school.knows(await there.teacher("dana"))
    form = {"domain": there.host, "severity": "noop", "reject_reports": True}
    await staff.saule.post(BLOCKS, json=form)

    with pytest.raises(Forbidden):
        await school.write(report_actions.receive, dana, staff.everybody.bolat.me, "Bad", [])


async def test_neither_files_nor_pictures_of_a_server_are_taken_where_they_are_refused(staff: Staff) -> None:
    school = staff.everybody.school
    face = {"type": "Image", "url": "http://mastodon.test/face.png"}
    picture = {"type": "Document", "mediaType": "image/png", "url": "http://mastodon.test/board.png"}
    carol = staff.everybody.network.stranger().person("carol", staff.everybody.network.next_keys(), icon=face)
    named = [{"type": "Mention", "href": staff.everybody.aigul.me.uri}]

    async def received(path: str) -> tuple[int, bool]:
        """How many files a new post of hers has here, and whether she has a face."""
        note = carol.note(path, content="<p>Look</p>", tag=named, attachment=[picture])
        await school.deliver(carol.activity("Create", note, f"{path}/create"), carol.key)
        await staff.everybody.network.drain()
        post = await school.has(str(note["id"]))
        assert post is not None
        [view] = await school.read(views.full, [post.id])
        return len(view.files), view.author.avatar_id is not None

    before = await received("/notes/1")
    await staff.saule.post(BLOCKS, json={"domain": "mastodon.test", "severity": "noop", "reject_media": True})
    after = (await received("/notes/2"))[0]
    await resolver.actor(school.instance, staff.everybody.network.wire, carol.uri, refresh=True)
    actor = await school.read(actors.by_uri, carol.uri)

    assert (before, after, actor.avatar_id) == ((1, True), 0, None)


@pytest.mark.parametrize("domain", ["", "not a host", "almaty.test"])
async def test_what_is_no_other_server_is_refused(staff: Staff, domain: str) -> None:
    refused = [await staff.saule.post(path, json={"domain": domain}) for path in (ALLOWS, BLOCKS)]

    assert [each.status_code for each in refused] == [422, 422]


async def test_an_unknown_severity_is_refused(staff: Staff) -> None:
    refused = await staff.saule.post(BLOCKS, json={"domain": "spam.example", "severity": "destroy"})

    assert refused.status_code == 422


async def test_other_servers_are_for_administrators_only(staff: Staff) -> None:
    made = (await staff.saule.post(ALLOWS, json={"domain": "school12.kz"})).json()
    block = (await staff.saule.post(BLOCKS, json={"domain": "spam.example"})).json()
    body = {"domain": "new.example"}
    asked = [
        await staff.marat.get(ALLOWS),
        await staff.marat.get(f"{ALLOWS}/{made['id']}"),
        await staff.marat.post(ALLOWS, json=body),
        await staff.marat.delete(f"{ALLOWS}/{made['id']}"),
        await staff.marat.get(BLOCKS),
        await staff.marat.get(f"{BLOCKS}/{block['id']}"),
        await staff.marat.post(BLOCKS, json=body),
        await staff.marat.put(f"{BLOCKS}/{block['id']}", json=body),
        await staff.marat.delete(f"{BLOCKS}/{block['id']}"),
    ]

    assert [each.status_code for each in asked] == [403] * 9
    assert await staff.everybody.school.read(peers.by_host, "new.example") is None

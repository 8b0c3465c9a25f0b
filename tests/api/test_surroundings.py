"""What a school says of itself: its weeks, its terms, whom it shuts out, the servers it knows."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

from PIL import Image

from fedi.actions import figures, host_lists, peers
from fedi.models.accounts import Role
from fedi.models.host_lists import ListedAs
from fedi.models.posts import Circle
from fedi.store import accounts
from fedi.store.engine.transaction import Transaction
from tests.api.conftest import Clients
from tests.api.specification import problems


async def test_twelve_weeks_are_counted_from_mondays_on(clients: Clients) -> None:
    await clients.school.post(clients.aigul.me)
    await clients.school.post(clients.aigul.me, circle=Circle.DRAFT)
    clients.network.clock.advance(days=7)
    await clients.school.post(clients.aigul.me)
    await clients.school.post(clients.bolat.me)
    for client in (clients.aigul, clients.aigul, clients.bolat):
        clients.network.clock.advance(hours=2)
        await client.get("/api/v1/timelines/home")
        clients.network.clock.advance(days=7)

    weeks = (await clients.stranger.get("/api/v1/instance/activity")).json()
    starts = [datetime.fromtimestamp(int(each["week"]), UTC) for each in weeks]

    assert problems("[WeeklyActivity]", weeks) == []
    assert len(weeks) == 12
    assert {(each.weekday(), each.hour) for each in starts} == {(0, 0)}
    assert 0 <= clients.network.clock() / 1000 - starts[0].timestamp() < 7 * 24 * 3600
    assert [each["statuses"] for each in weeks[:5]] == ["0", "0", "0", "2", "1"]
    assert [each["registrations"] for each in weeks[:5]] == ["0", "0", "0", "0", "2"]
    assert [each["logins"] for each in weeks[:5]] == ["0", "1", "1", "1", "0"]


async def test_everybody_is_told_the_weeks_that_moderators_read_and_programs_are_no_newcomers(clients: Clients) -> None:
    await clients.bolat.patch("/api/v1/accounts/update_credentials", data={"bot": "true"})
    weeks = (await clients.stranger.get("/api/v1/instance/activity")).json()

    async def unit(tx: Transaction) -> list[int]:
        account = await accounts.by_id(tx, clients.aigul.me.id)
        assert account is not None
        moderator = replace(account, role=Role.MODERATOR)
        return [each.newcomers for each in await figures.weeks(tx, moderator, 2)]

    read = await clients.school.read(unit)
    assert [int(each["registrations"]) for each in weeks[:2]] == read == [1, 0]


async def test_whom_a_school_shuts_out_is_told_only_where_it_publishes_its_list(clients: Clients) -> None:
    await clients.school.write(peers.block, None, "evil.test", "a secret note")
    secret = await clients.stranger.get("/api/v1/instance/domain_blocks")
    await clients.school.write(host_lists.publish, None, ListedAs.BLOCKED, True)
    told = await clients.stranger.get("/api/v1/instance/domain_blocks")

    assert (secret.status_code, secret.json()) == (404, {"error": "Record not found"})
    assert problems("[DomainBlock]", told.json()) == []
    assert [(each["domain"], each["severity"]) for each in told.json()] == [("evil.test", "suspend")]
    assert told.json()[0]["digest"] == sha256(b"evil.test").hexdigest()
    assert "secret note" not in told.text


async def test_the_pictures_of_a_school_are_there_and_as_large_as_they_are_said_to_be(clients: Clients) -> None:
    told = (await clients.stranger.get("/api/v2/instance")).json()
    icons = [(each["src"], each["size"]) for each in told["icon"]]
    assert [size for _, size in icons] == ["192x192", "512x512"]

    for address, size in [*icons, (told["thumbnail"]["url"], "1200x630")]:
        got = await clients.stranger.get(address)
        with Image.open(BytesIO(got.content)) as shown:
            assert (got.headers["content-type"], f"{shown.width}x{shown.height}") == ("image/png", size)


async def test_the_texts_of_a_school_are_html_whose_links_lead_there(clients: Clients) -> None:
    """19.8."""
    for name, dated in (
        ("extended_description", "updated_at"),
        ("privacy_policy", "updated_at"),
        ("terms_of_service", "effective_date"),
    ):
        told = (await clients.stranger.get(f"/api/v1/instance/{name}")).json()
        assert told["content"].startswith("<")
        assert told["content"].count("</") > 2
        assert 'href="/' not in told["content"]
        assert told[dated].startswith("20")


async def test_only_the_terms_in_force_are_found_by_their_day(clients: Clients) -> None:
    now = (await clients.stranger.get("/api/v1/instance/terms_of_service")).json()

    same = await clients.stranger.get(f"/api/v1/instance/terms_of_service/{now['effective_date']}")
    other = await clients.stranger.get("/api/v1/instance/terms_of_service/2001-01-01")

    assert same.json() == now
    assert other.status_code == 404


async def test_servers_are_found_by_how_their_names_begin(clients: Clients) -> None:
    await clients.school.knows(await clients.network["kostanay"].teacher("zhanna"))
    search = "/api/v1/peers/search"

    found = [(await clients.stranger.get(f"{search}?q={each}")).json() for each in ("KOST", "x", "", "%")]

    assert found == [["kostanay.test"], [], [], []]

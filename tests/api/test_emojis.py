"""The emojis that a client offers its owner."""

from pathlib import Path

from fedi.actions import emojis
from fedi.media.reception import receive_path
from fedi.store.database import Transaction
from tests.api.conftest import Clients
from tests.api.specification import problems
from tests.media.samples import picture


async def test_a_client_offers_the_emojis_of_the_school_and_no_disabled_ones(clients: Clients, tmp_path: Path) -> None:
    source = tmp_path / "bravo.png"
    source.write_bytes(picture("PNG", (64, 64)))
    for name, category in (("bravo", "Praise"), ("hidden", "")):
        made = await receive_path(clients.school.instance.media, source)
        await clients.school.write(emojis.add, None, name, made, category)

    async def disable(tx: Transaction) -> None:
        await emojis.set_disabled(tx, None, "hidden", disabled=True)

    await clients.school.write(disable)
    found = (await clients.stranger.get("/api/v1/custom_emojis")).json()

    assert problems("[CustomEmoji]", found) == []
    assert [(each["shortcode"], each["category"], each["visible_in_picker"]) for each in found] == [
        ("bravo", "Praise", True)
    ]
    assert (await clients.stranger.get(found[0]["url"])).status_code == 200


async def test_a_poll_says_which_emojis_its_choices_show(clients: Clients, tmp_path: Path) -> None:
    source = tmp_path / "bravo.png"
    source.write_bytes(picture("PNG", (64, 64)))
    for name in ("bravo", "other"):
        made = await receive_path(clients.school.instance.media, source)
        await clients.school.write(emojis.add, None, name, made, "")
    body = {"status": "So :other:", "poll": {"options": ["Yes :bravo:", "No"], "expires_in": 300}}

    post = (await clients.aigul.post("/api/v1/statuses", json=body)).json()
    poll = (await clients.bolat.get(f"/api/v1/polls/{post['poll']['id']}")).json()

    assert problems("Status", post) == []
    assert {each["shortcode"] for each in post["emojis"]} == {"bravo", "other"}
    assert [each["shortcode"] for each in post["poll"]["emojis"]] == ["bravo"]
    assert poll["emojis"] == post["poll"]["emojis"]

"""Apps that cannot run here sign in as their sources say: with these addresses, scopes and forms."""

from typing import Any

import pytest

from tests.api.conftest import Clients
from tests.api.test_oauth import asked, decided, exchange, query_of
from tests.web.browsing import signed_in

SCOPES = "read write follow push"

BY_JSON = {
    "Ice Cubes": "icecubesapp://",
    "Mastodon for Android": "mastodon-android-auth://callback",
    "Mastodon for iOS": "mastodon://joinmastodon.org/oauth",
    "Megalodon": "megalodon-android-auth://callback",
    "Metatext": "metatext://oauth.callback",
    "Moshidon": "moshidon-android-auth://callback",
    "Woolly": "woolly://",
}
BY_FORM = {
    "Fedilab": "fedilab://backtofedilab",
    "Ivory": "com.tapbots.Ivory:/request_token/1234",
    "Mammoth": "mammoth:///oauth",
    "Pachli": "oauth2redirect://app.pachli/",
    "Subway Tooter": "subwaytooter://oauth/",
    "Tuba": "tuba://auth_code",
    "Tusky": "oauth2redirect://com.keylesspalace.tusky/",
}


@pytest.mark.parametrize(
    ("app", "address", "how"),
    [*((*each, "json") for each in BY_JSON.items()), *((*each, "data") for each in BY_FORM.items())],
)
async def test_a_teacher_comes_back_to_the_app_on_her_phone_and_is_signed_in(
    clients: Clients, app: str, address: str, how: str
) -> None:
    form: dict[str, Any] = {"client_name": app, "redirect_uris": address, "scopes": SCOPES, "website": ""}
    made = (await clients.stranger.post("/api/v1/apps", **{how: form})).json()
    browser = await signed_in(clients.school, clients.aigul.me)

    page = await asked(browser, made["client_id"], redirect_uri=address, scope=SCOPES)
    back = await decided(browser, page)
    code = query_of(back)["code"]
    token = await exchange(clients.stranger, made["client_id"], made["client_secret"], code, redirect_uri=address)

    assert back.headers["location"] == f"{address}?code={code}"
    assert "form-action" not in page.headers["content-security-policy"], "the browser would not leave for the app"
    assert (token.json()["token_type"], token.json()["scope"]) == ("Bearer", SCOPES)

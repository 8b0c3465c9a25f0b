import pytest

from fedi.activitypub.content_types import ACCEPT, is_activity

AS2 = "https://www.w3.org/ns/activitystreams"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/activity+json",
        "Application/Activity+JSON; charset=utf-8",
        f'application/ld+json; profile="{AS2}"',
        f'application/ld+json;charset=utf-8;profile="{AS2}"',
        f"application/ld+json; profile={AS2}",
        f'application/ld+json; profile="https://other.example/ns {AS2}"',
    ],
)
def test_activitypub_is_known_by_its_types(content_type: str) -> None:
    assert is_activity(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "application/ld+json",
        'application/ld+json; profile="https://other.example/ns"',
        f'application/ld+json; profile="{AS2}/evil"',
        f'text/html; profile="{AS2}"',
        "text/plain; application/activity+json",
        "application/activity+json+xml",
        f'application/octet-stream; name="application/ld+json; profile={AS2}"',
    ],
)
def test_anything_else_is_not(content_type: str) -> None:
    assert not is_activity(content_type)


def test_we_ask_for_both_types() -> None:
    assert all(is_activity(part) for part in ACCEPT.split(", "))

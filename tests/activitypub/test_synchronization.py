"""The header that compares followers, read and written (FEP-8fcf)."""

import pytest

from fedi.activitypub import synchronization
from fedi.activitypub.synchronization import Synchronization

SAID = Synchronization("https://a.example/users/1/followers", "https://a.example/sync", "0" * 64)


def test_the_digest_is_that_of_the_proposal() -> None:
    followers = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"]

    assert synchronization.digest(followers) == "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
    assert synchronization.digest(reversed(followers)) == synchronization.digest(followers)
    assert synchronization.digest([]) == "0" * 64


def test_what_is_written_is_read_again() -> None:
    assert synchronization.parse(synchronization.header(SAID)) == SAID


def test_order_spaces_and_capitals_do_not_matter() -> None:
    value = f'digest="{"A" * 64}",url="https://a.example/sync" , collectionId="https://a.example/users/1/followers"'

    assert synchronization.parse(value) == Synchronization(SAID.collection, SAID.url, "a" * 64)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nonsense",
        'collectionId="x"',
        f'collectionId="x", url="y", digest="{"g" * 64}"',
        f'collectionId="x", url="y", digest="{"0" * 63}"',
        f'collectionId="x", collectionId="z", url="y", digest="{"0" * 64}"',
        f'collectionId="x", url="y" digest="{"0" * 64}"',
        f'collectionId="{"x" * 3000}", url="y", digest="{"0" * 64}"',
        f'collectionId="x", url="y", digest="{"0" * 64}"' + " " * 10_000,
    ],
)
def test_what_cannot_be_read_says_nothing(value: str) -> None:
    assert synchronization.parse(value) is None

"""Ids sort by time and are never made twice, whatever the clocks do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.ids import COUNTERS, LEASE_MS, MARGIN_MS, YEAR_2010, Lease, LeaseOver, Sequence, milliseconds, remote_id

NOON = 1_790_000_000_000


def sequence(slot: int = 5, start: int = NOON) -> Sequence:
    return Sequence().under(Lease(slot, start, start + LEASE_MS))


def test_an_id_holds_its_millisecond_its_slot_and_a_counter() -> None:
    made = sequence(slot=5)
    first, second = made.next(NOON + 1), made.next(NOON + 1)
    assert milliseconds(first) == NOON + 1
    assert first & 0xFFFF == 5 << 10
    assert second == first + 1
    assert first < 2**63


def test_a_full_counter_goes_on_in_the_next_millisecond() -> None:
    made = sequence()
    ids = [made.next(NOON) for _ in range(COUNTERS + 1)]
    assert milliseconds(ids[-2]) == NOON
    assert milliseconds(ids[-1]) == NOON + 1
    assert len(set(ids)) == len(ids)


@given(st.lists(st.integers(NOON - 10_000, NOON + LEASE_MS - 1), max_size=50))
def test_ids_grow_however_the_clock_jumps(clock: list[int]) -> None:
    made = sequence()
    ids = [made.next(now) for now in clock]
    assert ids == sorted(set(ids))


def test_no_id_is_made_without_a_lease() -> None:
    with pytest.raises(LeaseOver):
        Sequence().next(NOON)


def test_a_unit_that_outlives_the_lease_goes_on_inside_it_and_then_fails() -> None:
    made = Sequence().under(Lease(0, NOON, NOON + 2))
    ids = [made.next(NOON + 90_000) for _ in range(2 * COUNTERS)]
    assert {milliseconds(each) for each in ids} == {NOON, NOON + 1}
    for _ in range(2):
        with pytest.raises(LeaseOver):
            made.next(NOON + 90_000)


def test_a_lease_wants_renewal_in_good_time() -> None:
    made = sequence()
    assert Sequence().needs_lease(NOON)
    assert not made.needs_lease(NOON + LEASE_MS - MARGIN_MS - 1)
    assert made.needs_lease(NOON + LEASE_MS - MARGIN_MS)


def test_a_renewed_slot_goes_on_and_another_slot_begins_anew() -> None:
    made = sequence(slot=1)
    made.next(NOON)
    assert made.under(Lease(1, NOON, NOON + 2 * LEASE_MS)) is made
    other = made.under(Lease(2, NOON + 7, NOON + 2 * LEASE_MS))
    assert other is not made
    assert milliseconds(other.next(NOON)) == NOON + 7


@given(st.integers(-(2**70), 2**70), st.text(max_size=30))
def test_a_remote_id_is_between_2010_and_now_whatever_is_claimed(published: int, uri: str) -> None:
    made = remote_id(published, uri, NOON)
    assert YEAR_2010 <= milliseconds(made) <= NOON
    assert made == remote_id(published, uri, NOON)
    if YEAR_2010 <= published <= NOON:
        assert milliseconds(made) == published


def test_remote_posts_of_one_millisecond_differ_by_their_uris() -> None:
    ids = {remote_id(NOON, f"https://kostanay.test/posts/{n}", NOON) for n in range(20)}
    assert len(ids) == 20


def test_a_uri_that_is_not_unicode_still_has_an_id() -> None:
    assert milliseconds(remote_id(NOON, "https://a.test/\ud800", NOON)) == NOON

"""Moments are written as Python writes them, and a zone's stretches are where its clock says."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from booking.availability import open_by_place, open_starts
from booking.models import Place
from booking.wall_clock import DAY, offset_at, stretches, written
from tests.properties.booking.oracle import asked, laws, plain_situations, situations

ZONES = ["America/New_York", "Europe/Lisbon", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
FIRST, LAST = 1_780_000_000, 2_100_000_000  # 2026 to 2036

zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.lists(st.integers(FIRST, FIRST + 400 * DAY), max_size=40).map(sorted)


@laws
@given(zones, instants)
def test_moments_are_written_as_the_zone_writes_them(zone, moments):
    assert written(zone, moments) == [
        datetime.fromtimestamp(one, zone).isoformat() for one in moments
    ]


@laws
@given(zones, st.integers(FIRST, LAST), st.integers(0, 200 * DAY), st.data())
def test_stretches_join_up_and_each_has_the_offset_of_the_clock(zone, start, length, data):
    found = stretches(zone, start, start + length)

    edges = [start, *(one.end for one in found)]
    assert [one.start for one in found] == edges[:-1]
    assert edges[-1] == start + length
    assert all(one.offset != other.offset for one, other in pairwise(found))
    for one in found:
        inside = data.draw(st.integers(one.start, one.end - 1))
        for instant in (one.start, inside, one.end - 1):
            assert offset_at(zone, instant) == one.offset


@laws
@given(situations() | plain_situations())
def test_ways_to_meet_together_are_what_each_is_alone(situation):
    diary, wanted, _place, now, around = situation
    edges = asked(diary, around)

    together = open_by_place(diary, wanted, list(Place), now=now, **edges)

    assert together == {
        place: open_starts(diary, wanted, place=place, now=now, **edges) for place in Place
    }

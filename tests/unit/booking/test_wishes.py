"""Which times somebody waits for, on the practice's clock."""

from datetime import date

import pytest

from booking.wishes import Wishes, part_of_day
from tests.factories.booking import MONDAY, NEW_YORK, new_york

TEN = new_york(MONDAY, "10:00")


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(),
        Wishes(weekdays=[0, 4]),
        Wishes(parts=["morning"]),
        Wishes(until_on=MONDAY),
        Wishes(weekdays=[0], parts=["evening", "morning"], until_on=date(2027, 2, 1)),
    ],
)
def test_what_is_left_open_does_not_matter(wishes):
    assert wishes.fit(TEN, NEW_YORK)


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(weekdays=[1]),
        Wishes(parts=["afternoon"]),
        Wishes(until_on=date(2027, 1, 3)),
        Wishes(weekdays=[0], parts=["evening"]),
    ],
)
def test_every_wish_has_to_be_met(wishes):
    assert not wishes.fit(TEN, NEW_YORK)


def test_day_and_part_are_those_of_the_practice():
    evening = new_york(MONDAY, "20:00")  # Tuesday, 1:00 in UTC

    assert Wishes(weekdays=[0], parts=["evening"], until_on=MONDAY).fit(evening, NEW_YORK)


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "morning"), (11, "morning"), (12, "afternoon"), (16, "afternoon"), (17, "evening")],
)
def test_parts_begin_at_noon_and_at_five(hour, part):
    assert part_of_day(hour) == part

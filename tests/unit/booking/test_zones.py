from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from booking import zones

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize("name", ["", "EST", "New_York", "../etc/passwd", "America", "x" * 5000])
def test_text_that_names_no_zone_is_refused(name):
    with pytest.raises(zones.UnknownZone):
        zones.zone_named(name)


@pytest.mark.parametrize(
    ("name", "city"),
    [
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_city(name, city):
    assert zones.city(zones.zone_named(name)) == city


@pytest.mark.parametrize(
    ("name", "moment", "words"),
    [
        ("America/Los_Angeles", datetime(2027, 1, 12, 12, tzinfo=UTC), "three hours later"),
        ("America/Toronto", datetime(2027, 1, 12, 12, tzinfo=UTC), "the same time"),
        ("Europe/London", datetime(2027, 1, 12, 12, tzinfo=UTC), "five hours earlier"),
        ("Europe/London", datetime(2027, 3, 20, 12, tzinfo=UTC), "four hours earlier"),
        ("America/Chicago", datetime(2027, 1, 12, 12, tzinfo=UTC), "one hour later"),
        ("Asia/Kolkata", datetime(2027, 1, 12, 12, tzinfo=UTC), "ten and a half hours earlier"),
        (
            "Asia/Kathmandu",
            datetime(2027, 1, 12, 12, tzinfo=UTC),
            "ten hours and 45 minutes earlier",
        ),
        ("Pacific/Kiritimati", datetime(2027, 1, 12, 12, tzinfo=UTC), "19 hours earlier"),
    ],
)
def test_distance_to_new_york_is_told_in_words(name, moment, words):
    assert zones.difference(ZoneInfo(name), NEW_YORK, moment) == words


def test_every_offered_choice_is_a_known_zone_and_none_is_offered_twice():
    names = [name for _, group in zones.choices() for name, _ in group]

    assert len(names) == len(set(names)) > 400
    assert all(zones.zone_named(name).key == name for name in names)

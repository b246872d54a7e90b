"""`check --deploy` says when the guard of calendar addresses is open."""

from typing import Any

from booking.checks import OPEN_GUARD, check_calendar_guard


def test_the_open_guard_is_told(settings: Any) -> None:
    settings.CALDAV_PRIVATE_ADDRESSES = False
    assert check_calendar_guard() == []

    settings.CALDAV_PRIVATE_ADDRESSES = True
    assert check_calendar_guard() == [OPEN_GUARD]

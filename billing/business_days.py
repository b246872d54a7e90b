"""Business days, and by when an estimate must be given (45 CFR 149.610(b)(1)(vi)).

A business day is Monday to Friday without the legal holidays of the United States as observed
(5 USC 6103). Holidays of New York State count as business days: the earlier deadline is the
safe one. All dates are calendar dates in the practice's zone.
"""

from datetime import date, timedelta

import holidays

DAY = timedelta(days=1)
SHORT_LEAD, LONG_LEAD = 3, 10  # business days between scheduling and service
SOON, LATER = 1, 3  # business days to give the estimate


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays_around(day)


def add_business_days(day: date, count: int) -> date:
    """The `count`-th business day after `day`; `day` itself is not counted."""
    while count:
        day += DAY
        count -= is_business_day(day)
    return day


def business_days_until(scheduled: date, service: date) -> int:
    """Business days after `scheduled` up to and including `service`; 0 when it lies before."""
    days = (scheduled + DAY * ahead for ahead in range(1, (service - scheduled).days + 1))
    return sum(is_business_day(day) for day in days)


def deadline_after_scheduling(scheduled: date, service: date) -> date | None:
    """The last day to give the estimate; None when it is owed only on request."""
    lead = business_days_until(scheduled, service)
    if lead < SHORT_LEAD:
        return None
    return add_business_days(scheduled, SOON if lead < LONG_LEAD else LATER)


def deadline_after_request(requested: date) -> date:
    """Three business days after somebody asked what it will cost."""
    return add_business_days(requested, LATER)


def _holidays_around(day: date) -> set[date]:
    # New Year's Day of the next year may be observed on December 31 of this one, and the list
    # for a single year misses it.
    years = (day.year, day.year + 1)
    return set(holidays.country_holidays("US", years=years, observed=True))

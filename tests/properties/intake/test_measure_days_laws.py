"""Laws of the days on which a form is due, whatever the clocks do."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from intake.measure_days import STAYS, Rhythm, opening

NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(
    [NEW_YORK, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
WEEKS = st.integers(1, 52)


@st.composite
def rhythms(draw):
    starts_on = draw(DAYS)
    until_on = draw(st.none() | st.integers(0, 700).map(lambda n: starts_on + timedelta(days=n)))
    return Rhythm(starts_on, draw(st.none() | WEEKS), until_on)


@given(rhythms(), DAYS)
def test_what_is_due_next_is_the_first_of_all_due_days_after_it(rhythm, day):
    length = timedelta(weeks=rhythm.every_weeks or 1)
    due = [rhythm.starts_on + length * number for number in range(200 if rhythm.every_weeks else 1)]
    left = [one for one in due if one > day and (not rhythm.until_on or one <= rhythm.until_on)]

    assert rhythm.due_after(day) == next(iter(left), None)


@given(rhythms(), DAYS)
def test_what_was_due_last_comes_before_what_is_due_next(rhythm, day):
    last, following = rhythm.due_by(day), rhythm.due_after(day)

    assert last is None or rhythm.starts_on <= last <= day
    assert following is None or following > day
    if last and following and rhythm.every_weeks:
        assert following - last == timedelta(weeks=rhythm.every_weeks)
    if last is None:
        assert day < rhythm.starts_on


@given(DAYS, ZONES)
@example(date(2026, 11, 1), NEW_YORK)
@example(date(2027, 3, 14), NEW_YORK)
@example(date(2027, 11, 7), NEW_YORK)
def test_it_opens_at_nine_on_the_wall(day, zone):
    local = opening(day, zone).astimezone(zone)

    assert (local.date(), local.time()) == (day, time(9))


@given(rhythms(), ZONES)
def test_one_lapses_the_moment_the_next_opens(rhythm, zone):
    following = rhythm.due_after(rhythm.starts_on)
    lapses = rhythm.lapses(rhythm.starts_on, zone)

    if following:
        assert lapses == opening(following, zone)
    if rhythm.every_weeks is None:
        assert lapses == opening(rhythm.starts_on + STAYS, zone)
    assert lapses > opening(rhythm.starts_on, zone)


def test_two_weeks_over_a_change_of_clocks_are_an_hour_more_or_less():
    rhythm = Rhythm(date(2026, 10, 25), 1)

    spans = [
        rhythm.lapses(day, NEW_YORK) - opening(day, NEW_YORK)
        for day in (date(2026, 10, 25), date(2026, 11, 1), date(2027, 3, 7))
    ]

    week = timedelta(weeks=1)
    assert spans == [week + timedelta(hours=1), week, week - timedelta(hours=1)]

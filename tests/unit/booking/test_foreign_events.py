"""Events of other people's making: every kind that takes time, and those that only waste it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from booking import foreign_events
from booking.foreign_events import Reading, Unreadable, read_events

NEW_YORK = ZoneInfo("America/New_York")
START, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)


def an_event(*lines: str, uid: str = "one@example.com") -> str:
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260901T000000Z", *lines, "END:VEVENT"]
    )


def a_text(*events: str) -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"]
    return "\r\n".join([*head, *events, "END:VCALENDAR", ""])


def read(*texts: str) -> list[Reading]:
    return read_events(texts, zone=NEW_YORK, start=START, end=END)


def times(text: str) -> list[str]:
    """The busy times in UTC, as "2027-01-04 15:00-16:00"."""
    (found,) = read(text)
    assert not found.is_bad
    return [f"{start:%Y-%m-%d %H:%M}-{end:%m-%d %H:%M}" for start, end in found.busy]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["DTSTART:20270104T150000Z", "DTEND:20270104T160000Z"],
            ["2027-01-04 15:00-01-04 16:00"],
            id="in UTC",
        ),
        pytest.param(
            ["DTSTART;TZID=Europe/Berlin:20270104T150000", "DURATION:PT90M"],
            ["2027-01-04 14:00-01-04 15:30"],
            id="in a zone, with a duration",
        ),
        pytest.param(
            ["DTSTART;TZID=America/New_York:20270313T200000", "DURATION:PT10H"],
            ["2027-03-14 01:00-03-14 11:00"],
            id="ten hours over the hour that is skipped",
        ),
        pytest.param(
            ["DTSTART:20261031T200000", "DURATION:PT10H", "RRULE:FREQ=DAILY;COUNT=2"],
            ["2026-11-01 00:00-11-01 10:00", "2026-11-02 01:00-11-02 11:00"],
            id="ten hours each night, once over the hour that comes twice",
        ),
        pytest.param(
            ["DTSTART;TZID=America/New_York:20270313T120000", "DURATION:P1DT2H"],
            ["2027-03-13 17:00-03-14 18:00"],
            id="a day of the clock and two hours",
        ),
        pytest.param(
            [
                "DTSTART:20270104T150000Z",
                "DURATION:PT1H",
                "RDATE;VALUE=PERIOD:20270105T150000Z/PT2H",
            ],
            ["2027-01-04 15:00-01-04 16:00", "2027-01-05 15:00-01-05 17:00"],
            id="a repeat with a length of its own",
        ),
        pytest.param(
            ["DTSTART:20270104T100000", "DTEND:20270104T110000"],
            ["2027-01-04 15:00-01-04 16:00"],
            id="floating: on the practice's clock",
        ),
        pytest.param(
            ["DTSTART;VALUE=DATE:20261101", "DTEND;VALUE=DATE:20261102"],
            ["2026-11-01 04:00-11-02 05:00"],
            id="all day, 25 hours long",
        ),
        pytest.param(
            ["DTSTART;VALUE=DATE:20270314"],
            ["2027-03-14 05:00-03-15 04:00"],
            id="all day without an end, 23 hours long",
        ),
        pytest.param(
            [
                "DTSTART;TZID=America/New_York:20261026T090000",
                "DTEND;TZID=America/New_York:20261026T100000",
                "RRULE:FREQ=WEEKLY;COUNT=3",
                "EXDATE;TZID=America/New_York:20261102T090000",
            ],
            ["2026-10-26 13:00-10-26 14:00", "2026-11-09 14:00-11-09 15:00"],
            id="weekly over the change of the clocks, one left out",
        ),
        pytest.param(
            ["DTSTART:20270104T150000Z", "DTEND:20270104T160000Z", "TRANSP:TRANSPARENT"],
            [],
            id="shown as free",
        ),
        pytest.param(
            ["DTSTART:20270104T150000Z", "DTEND:20270104T160000Z", "STATUS:CANCELLED"],
            [],
            id="cancelled",
        ),
        pytest.param(["DTSTART:20270104T150000Z"], [], id="a moment takes no time"),
        pytest.param(
            ["DTSTART:20200101T000000Z", "DTEND:20400101T000000Z"],
            ["2026-10-01 00:00-12-01 00:00"],
            id="longer than the span: cut to it",
        ),
    ],
)
def test_each_kind_of_event_takes_the_time_it_should(lines: list[str], expected: list[str]) -> None:
    assert times(a_text(an_event(*lines))) == expected


def test_one_repeat_that_was_moved_and_one_that_was_called_off() -> None:
    series = an_event(
        "DTSTART:20270104T150000Z", "DTEND:20270104T160000Z", "RRULE:FREQ=DAILY;COUNT=3"
    )
    moved = an_event(
        "RECURRENCE-ID:20270105T150000Z", "DTSTART:20270105T180000Z", "DTEND:20270105T183000Z"
    )
    off = an_event(
        "RECURRENCE-ID:20270106T150000Z",
        "DTSTART:20270106T150000Z",
        "DTEND:20270106T160000Z",
        "STATUS:CANCELLED",
    )

    assert times(a_text(series, moved, off)) == [
        "2027-01-04 15:00-01-04 16:00",
        "2027-01-05 18:00-01-05 18:30",
    ]


def test_what_may_take_time_later_is_told_apart() -> None:
    past = an_event("DTSTART:20200101T150000Z", "DTEND:20200101T160000Z")
    far = an_event("DTSTART:20300101T150000Z", "DTEND:20300101T160000Z")
    weekly = an_event("DTSTART:20200101T150000Z", "DTEND:20200101T160000Z", "RRULE:FREQ=WEEKLY")

    found = read(a_text(past), a_text(far), a_text(weekly))

    assert [(one.comes_later, len(one.busy)) for one in found] == [
        (False, 0),
        (True, 0),
        (True, 60),
    ]


def test_our_own_event_is_known_by_its_uid() -> None:
    uid = "0b5f3c9e-6f0e-4c55-9a53-0f6a5d1f7a10"

    (found,) = read(a_text(an_event("DTSTART:20270104T150000Z", "DTEND:20270104T160000Z", uid=uid)))

    assert (str(found.uid), found.is_plain, found.is_off) == (uid, True, False)
    assert found.first == (
        datetime(2027, 1, 4, 15, tzinfo=UTC),
        datetime(2027, 1, 4, 16, tzinfo=UTC),
    )


HOSTILE = {
    "no calendar at all": "hello",
    "an event without a start": a_text(an_event("SUMMARY:x")),
    "a rule that is none": a_text(an_event("DTSTART:20270104T150000Z", "RRULE:FREQ=NEVER")),
    "every second for ever": a_text(
        an_event("DTSTART:20200101T000000Z", "DTEND:20200101T000001Z", "RRULE:FREQ=SECONDLY")
    ),
    "every minute": a_text(
        an_event("DTSTART:20270101T000000Z", "DTEND:20270101T000030Z", "RRULE:FREQ=MINUTELY")
    ),
    "a day that never comes": a_text(
        an_event(
            "DTSTART:20200101T000000Z",
            "DTEND:20200101T010000Z",
            "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        )
    ),
    "an end in the year 0": a_text(an_event("DTSTART:20270104T150000Z", "DTEND:00000000T000000Z")),
    "too long": a_text(
        an_event(
            "DTSTART:20270104T150000Z", "DTEND:20270104T160000Z", "DESCRIPTION:" + "x" * 600_000
        )
    ),
}


def test_hostile_events_are_skipped_and_the_others_still_read() -> None:
    good = a_text(an_event("DTSTART:20270104T150000Z", "DTEND:20270104T160000Z"))

    found = read(*HOSTILE.values(), good)

    readable = [name for name, one in zip(HOSTILE, found, strict=False) if not one.is_bad]
    assert readable == []
    assert len(found[-1].busy) == 1


def test_a_calendar_that_takes_too_long_as_a_whole_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(foreign_events, "WALL_SECONDS", 0.01)

    with pytest.raises(Unreadable):
        read(HOSTILE["every second for ever"])

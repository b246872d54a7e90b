"""Over HTTP: what is listed can be held, anything else is refused with the reason."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client as Browser
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.availability import Reason
from booking.models import (
    Appointment,
    AvailabilityException,
    CalendarConnection,
    ExceptionKind,
    ExternalBusy,
    ExternalEvent,
    Place,
    SessionType,
)
from booking.services.open_slots import NotOpen, check_open, open_slots
from booking.states import Status
from booking.views.calendar import NOT_OPEN, WORDS
from tests.factories.booking import (
    NEW_YORK,
    PractitionerFactory,
    RuleFactory,
    SessionTypeFactory,
    a_practice,
    an_appointment,
)

pytestmark = pytest.mark.django_db
FIRST_DAYS = [date(2027, 1, 4), date(2026, 10, 31), date(2027, 3, 13)]
"""An ordinary Monday, and the days before New York's clocks change."""
QUARTER = timedelta(minutes=15)

quarters = st.integers(0, 3 * 96 - 1)
clocks = st.integers(0, 23)
places = st.sampled_from(list(Place))


def seldom(strategy):
    return st.integers(0, 3).flatmap(lambda n: strategy if n == 3 else st.none())


rules = st.fixed_dictionaries(
    {
        "day": st.integers(0, 2),
        "starts": st.sampled_from([time(0), time(1), time(8), time(9, 10)]),
        "ends": st.sampled_from([time(12), time(17), time(23, 59)]),
        "place": st.sampled_from(["", "", *Place]),
        "alternates_after": seldom(st.integers(0, 1)),
    }
)
offers = st.fixed_dictionaries(
    {
        "minutes": st.sampled_from([30, 50]),
        "buffer_before_minutes": st.sampled_from([0, 10]),
        "buffer_after_minutes": st.sampled_from([0, 10]),
        "grid_minutes": st.sampled_from([15, 30]),
        "is_packed": st.booleans(),
        "notice_hours": st.sampled_from([0, 0, 20]),
        "notice_clock": seldom(st.sampled_from([time(1, 30), time(2, 30), time(11)])),
        "notice_days": st.sampled_from([0, 0, 1]),
        "horizon_days": st.sampled_from([1, 60]),
        "daily_cap": seldom(st.integers(0, 2)),
        "weekly_cap": seldom(st.integers(1, 3)),
        "at_office": st.booleans(),
    }
)
worlds = st.fixed_dictionaries(
    {
        "first": st.sampled_from(FIRST_DAYS),
        "rules": st.lists(rules, min_size=1, max_size=4),
        "offer": offers,
        "travel": st.sampled_from([0, 40]),
        "cap": seldom(st.integers(1, 3)),
        "taken": st.lists(st.tuples(quarters, places, st.booleans()), max_size=4),
        "closed": st.lists(quarters, max_size=1),
        "extra": st.lists(quarters, max_size=1),
        "elsewhere": st.lists(quarters, max_size=1),
        "wanted": st.lists(st.tuples(quarters, st.integers(0, 14), places), min_size=4, max_size=8),
    }
)


class World:
    """Rows of a practice whose three days begin at `midnight`."""

    def __init__(self, drawn) -> None:
        a_practice()
        first = drawn["first"]
        self.midnight = datetime.combine(first, time(), NEW_YORK).astimezone(UTC)
        self.now = self.midnight + timedelta(hours=6)
        practitioner = PractitionerFactory(
            travel_minutes=drawn["travel"], daily_cap=drawn["cap"], weekly_cap=drawn["cap"]
        )
        self.type = SessionTypeFactory(practitioner=practitioner, slug="talk", **drawn["offer"])
        self.other = SessionTypeFactory(practitioner=practitioner, minutes=25)
        for rule in drawn["rules"]:
            self.add_rule(first, **rule)
        for quarter in drawn["closed"]:
            self.add_exception(ExceptionKind.CLOSED, quarter)
        for quarter in drawn["extra"]:
            self.add_exception(ExceptionKind.EXTRA, quarter)
        for quarter in drawn["elsewhere"]:
            self.add_elsewhere(quarter)
        for quarter, place, is_other in drawn["taken"]:
            self.take(self.other if is_other else self.type, quarter, place)

    def at(self, quarter: int) -> datetime:
        return self.midnight + quarter * QUARTER

    def add_rule(self, first, *, day, alternates_after, **fields) -> None:
        on = first + timedelta(days=day)
        weeks = alternates_after
        since = None if weeks is None else on + timedelta(weeks=weeks)
        RuleFactory(
            practitioner=self.type.practitioner,
            weekday=on.weekday(),
            alternates_from=since,
            **fields,
        )

    def add_exception(self, kind, quarter) -> None:
        AvailabilityException.objects.create(
            practitioner=self.type.practitioner,
            kind=kind,
            starts_at=self.at(quarter),
            ends_at=self.at(quarter + 5),
        )

    def add_elsewhere(self, quarter) -> None:
        practitioner = self.type.practitioner
        connection = CalendarConnection.objects.create(
            practitioner=practitioner, name="Mine", server_url="https://calendar.example.com/",
            username="u", password="p",
        )  # fmt: skip
        event = ExternalEvent.objects.create(
            connection=connection, href="/1.ics", source="", expanded_until=self.now
        )
        ExternalBusy.objects.create(
            event=event,
            practitioner=practitioner,
            starts_at=self.at(quarter) + timedelta(minutes=7),
            ends_at=self.at(quarter + 4),
        )

    def take(self, session_type, quarter, place) -> None:
        start = self.at(quarter)
        overlapping = Appointment.objects.filter(
            blocked_from__lt=start + timedelta(hours=2), blocked_until__gt=start - QUARTER
        )
        if not overlapping.exists():
            an_appointment(session_type, start, place=place)

    def listed(self, place) -> list[datetime]:
        slots = open_slots(
            session_type=SessionType.objects.get(slug="talk"),
            zone=NEW_YORK,
            start=self.midnight,
            end=self.midnight + timedelta(days=3),
            now=self.now,
            place=place,
        )
        return [slot.starts_at for slot in slots]

    def reason(self, start, place) -> Reason:
        with pytest.raises(NotOpen) as caught:
            check_open(
                session_type=SessionType.objects.get(slug="talk"),
                zone=NEW_YORK,
                starts_at=start,
                place=place,
                now=self.now,
            )
        return caught.value.reason


def ask(start: datetime, place: str):
    """A hand-made request, by a browser that has never looked at the calendar."""
    return Browser().post("/book/talk/hold/", {"start": start.isoformat(), "place": place})


@override_settings(HOLD_REQUESTS_PER_MINUTE=0, HOLDS_PER_ADDRESS=0)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds, st.randoms(use_true_random=False))
def test_listed_is_kept_and_the_rest_is_refused_with_the_reason(drawn, random):
    with transaction.atomic():
        world = World(drawn)
        with time_machine.travel(world.now, tick=False):
            check(world, drawn["wanted"], random)
        transaction.set_rollback(True)  # the next world begins empty


def check(world: World, wanted, random) -> None:
    listed = {place: world.listed(place) for place in Place}
    chosen = [(start, place) for place in Place for start in random.sample(
        listed[place], min(2, len(listed[place]))
    )]  # fmt: skip
    for quarter, minutes, place in wanted:
        chosen.append((world.at(quarter) + timedelta(minutes=minutes), place))
    for start, place in chosen:
        is_listed = start in listed[place]
        words = "" if is_listed else WORDS.get(world.reason(start, place), NOT_OPEN)

        response = ask(start, place)

        held = Appointment.objects.filter(status=Status.HELD)
        if is_listed:
            assert response.status_code == 302
            assert [(one.starts_at, one.place) for one in held] == [(start, place)]
            held.delete()
        else:
            assert response.status_code == 409
            assert words.split("{time}")[-1].split(".")[0] in plain(response)
            assert not held.exists()


def plain(response) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())

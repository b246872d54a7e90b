"""The queries by hand find what the models' own queries find, whatever the rows are."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import (
    Appointment,
    AvailabilityException,
    AvailabilityRule,
    CalendarConnection,
    ExceptionKind,
    ExternalBusy,
    ExternalEvent,
    Place,
    SessionType,
)
from booking.services import current_offer, diary_rows
from booking.services.diary_rows import BusyRow, hours_of, practice_zone, read_intervals
from booking.services.open_slots import terms_of
from booking.states import Status
from tests.factories.booking import (
    NEW_YORK,
    NOW,
    PractitionerFactory,
    RuleFactory,
    SessionTypeFactory,
    a_practice,
    an_appointment,
)

pytestmark = pytest.mark.django_db
HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
START, END = NOW, NOW + 48 * HOUR

hours = st.integers(-30, 50)
ticks = st.sampled_from([-TICK, 0 * TICK, TICK, timedelta(seconds=1) - TICK])
moments = st.builds(lambda hour, tick: START + hour * HOUR + tick, hours, ticks)
rows = st.fixed_dictionaries(
    {
        "appointments": st.lists(
            st.tuples(hours, ticks, st.sampled_from(list(Status)), st.sampled_from(list(Place))),
            max_size=6,
            unique_by=lambda one: one[0] // 2,  # too near to one another they would overlap
        ),
        "held_until": st.sampled_from([NOW - TICK, NOW, NOW + TICK, NOW + HOUR]),
        "exceptions": st.lists(
            st.tuples(st.sampled_from(list(ExceptionKind)), moments, st.integers(1, 90)),
            max_size=3,
        ),
        "busy": st.lists(st.tuples(moments, st.integers(1, 90)), max_size=3),
    }
)
fields = st.fixed_dictionaries(
    {
        "minutes": st.sampled_from([20, 50]),
        "buffer_before_minutes": st.sampled_from([0, 15]),
        "is_packed": st.booleans(),
        "at_office": st.booleans(),
        "notice_days": st.integers(0, 2),
        "notice_clock": st.sampled_from([None, time(9, 30)]),
        "open_from": st.sampled_from([None, date(2027, 1, 4)]),
        "open_until": st.sampled_from([None, date(2027, 2, 1)]),
        "daily_cap": st.sampled_from([None, 0, 3]),
        "weekly_cap": st.sampled_from([None, 5]),
    }
)
windows = st.lists(
    st.fixed_dictionaries(
        {
            "weekday": st.integers(0, 6),
            "starts": st.sampled_from([time(0), time(8, 15)]),
            "ends": st.sampled_from([time(12), time(23, 59)]),
            "place": st.sampled_from(["", *Place]),
            "valid_from": st.sampled_from([None, date(2027, 1, 4)]),
            "alternates_from": st.sampled_from([None, date(2027, 1, 11)]),
        }
    ),
    max_size=3,
)
random_rows = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def write(drawn) -> SessionType:
    session_type = SessionTypeFactory(buffer_before_minutes=5)
    owner = session_type.practitioner
    for hour, tick, status, place in drawn["appointments"]:
        # Of another state too: what was a hold still says until when.
        an_appointment(
            session_type, START + hour // 2 * 2 * HOUR + tick, status=status, place=place,
            held_at=NOW - HOUR, held_until=drawn["held_until"],
        )  # fmt: skip
    for kind, start, length in drawn["exceptions"]:
        AvailabilityException.objects.create(
            practitioner=owner, kind=kind, starts_at=start, ends_at=start + length * HOUR
        )
    account = CalendarConnection.objects.create(
        practitioner=owner, name="Mine", server_url="https://calendar.example.com/",
        username="u", password="p",
    )  # fmt: skip
    event = ExternalEvent.objects.create(
        connection=account, href="/1.ics", source="", expanded_until=END
    )
    for start, length in drawn["busy"]:
        ExternalBusy.objects.create(
            event=event, practitioner=owner, starts_at=start, ends_at=start + length * HOUR
        )
    an_appointment(SessionTypeFactory(), START + HOUR)  # somebody else's
    return session_type


def by_the_models(owner: int) -> list[BusyRow]:
    """The same rows, each read by the ORM."""
    within = {"practitioner_id": owner, "ends_at__gt": START, "starts_at__lt": END}
    taken = Appointment.objects.taking_time(owner, START, END, NOW)
    exceptions = AvailabilityException.objects.filter(**within)
    busy = ExternalBusy.objects.filter(**within)
    return [
        *(
            BusyRow(
                one.pk, one.status, one.session_type_id, one.place,
                *map(second, (one.starts_at, one.ends_at, one.blocked_from, one.blocked_until)),
                one.holder, second(one.held_until) if one.status == Status.HELD else None,
            )
            for one in taken
        ),
        *(apart(one, one.kind, one.place) for one in exceptions),
        *(apart(one, diary_rows.ELSEWHERE, "") for one in busy),
    ]  # fmt: skip


def apart(row, status: str, place: str) -> BusyRow:
    start, end = second(row.starts_at), second(row.ends_at)
    return BusyRow(row.pk, status, 0, place, start, end, start, end, "", None)


def second(moment: datetime) -> int:
    return int(moment.timestamp())


@random_rows
@given(rows)
def test_intervals_are_those_that_the_models_find(drawn):
    with transaction.atomic():
        owner = write(drawn).practitioner_id

        found = read_intervals(owner, (START, END), NOW)

        assert sorted(found, key=str) == sorted(by_the_models(owner), key=str)
        transaction.set_rollback(True)  # the next rows are written into an empty database


@random_rows
@given(fields, windows, st.sampled_from([None, 4]), st.booleans())
def test_an_offer_is_what_the_models_say(values, rules, cap, is_only_one):
    with transaction.atomic():
        owner = PractitionerFactory(daily_cap=cap, weekly_cap=cap, travel_minutes=(cap or 0) * 10)
        session_type = SessionTypeFactory(practitioner=owner, **values)
        SessionTypeFactory(practitioner=owner, minutes=5, is_active=not is_only_one)
        for rule in rules:
            RuleFactory(practitioner=owner, **rule)
        session_type = SessionType.objects.get(pk=session_type.pk)

        offer = current_offer._load(session_type.pk)

        assert offer is not None
        assert offer.session_type.pk == session_type.pk
        assert offer.session_type.places == session_type.places
        assert terms_of(offer.session_type, shortest_block=offer.shortest_block) == (
            terms_of(session_type)
        )
        saved = [hours_of(one) for one in AvailabilityRule.objects.filter(practitioner=owner)]
        assert sorted(offer.weekly, key=str) == sorted(saved, key=str)
        assert sorted(diary_rows.read_weekly(owner.pk), key=str) == sorted(saved, key=str)
        transaction.set_rollback(True)


def test_without_types_and_rules_nothing_is_found():
    owner = PractitionerFactory()

    assert current_offer._load(0) is None
    assert diary_rows.read_weekly(owner.pk) == []
    assert read_intervals(owner.pk, (START, END), NOW) == []


def test_the_zone_is_the_practices_or_new_york():
    assert practice_zone() == NEW_YORK

    practice = a_practice()
    practice.time_zone = "America/Chicago"
    practice.save(update_fields=["time_zone"])

    assert practice_zone().key == "America/Chicago"

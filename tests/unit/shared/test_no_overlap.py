"""The constraint on appointments, as the database enforces it on either engine."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Client, Role, User
from booking.models import Appointment, Place, Practitioner, SessionType, Status

pytestmark = pytest.mark.django_db
T0 = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)


@pytest.fixture
def session_type() -> SessionType:
    return make_session_type("one")


def make_session_type(name: str) -> SessionType:
    user = User.objects.create_user(email=f"{name}@example.com", role=Role.THERAPIST)
    practitioner = Practitioner.objects.create(user=user, name=name)
    return SessionType.objects.create(practitioner=practitioner, slug=name, name=name, minutes=50)


def build(session_type: SessionType, start: int, end: int, **fields: Any) -> Appointment:
    """An appointment whose blocked time is T0 + start .. T0 + end minutes."""
    begins, ends = T0 + timedelta(minutes=start), T0 + timedelta(minutes=end)
    values = {
        "practitioner": session_type.practitioner,
        "session_type": session_type,
        "status": Status.HELD,
        "place": Place.OFFICE,
        "starts_at": begins,
        "ends_at": ends,
        "blocked_from": begins,
        "blocked_until": ends,
        "held_at": T0 - timedelta(days=1),
        "held_until": ends,
        "holder": "visitor",
        "cancelled_at": T0,
    }
    return Appointment(**values | fields)


def refused(action: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        action()


@pytest.mark.parametrize(
    ("start", "end"), [(0, 60), (-30, 1), (59, 90), (10, 20), (-10, 70), (0, 1)]
)
def test_an_overlapping_time_is_refused(session_type: SessionType, start: int, end: int) -> None:
    build(session_type, 0, 60).save()

    refused(build(session_type, start, end).save)
    with pytest.raises(ValidationError, match="already taken"):
        build(session_type, start, end).validate_constraints()


@pytest.mark.parametrize(("start", "end"), [(60, 120), (-60, 0)])
def test_times_may_touch(session_type: SessionType, start: int, end: int) -> None:
    build(session_type, 0, 60).save()

    build(session_type, start, end).validate_constraints()
    build(session_type, start, end).save()

    assert Appointment.objects.count() == 2


def test_a_cancelled_time_is_free_and_cannot_come_back_over_another(
    session_type: SessionType,
) -> None:
    client = Client.objects.create(legal_name="Ada", birth_date=T0.date())
    old = build(session_type, 0, 60, status=Status.CANCELLED, client=client)
    old.save()
    build(session_type, 30, 90).save()

    old.status = Status.CONFIRMED
    refused(old.save)


def test_moving_and_bulk_writes_are_refused_too(session_type: SessionType) -> None:
    build(session_type, 0, 60).save()
    other = build(session_type, 60, 120)
    other.save()

    later = Appointment.objects.filter(pk=other.pk)
    refused(lambda: later.update(blocked_from=T0, starts_at=T0))
    refused(lambda: Appointment.objects.bulk_create([build(session_type, 30, 45)]))


def test_two_practitioners_may_work_at_the_same_time(session_type: SessionType) -> None:
    build(session_type, 0, 60).save()

    build(make_session_type("two"), 0, 60).save()

    assert Appointment.objects.count() == 2


def test_an_interval_that_ends_before_it_begins_is_refused(session_type: SessionType) -> None:
    # PostgreSQL names it a data error when the range is built, before the check is read.
    with pytest.raises(DatabaseError), transaction.atomic():
        build(session_type, 60, 0).save()

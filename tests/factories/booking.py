"""A practitioner with hours, session types and appointments, all in the practice's New York."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import factory
from allauth.account.models import EmailAddress

from accounts.models import Client, Practice, Role, User
from booking.models import (
    Appointment,
    AvailabilityRule,
    Practitioner,
    SessionType,
    Status,
)
from booking.services.placing import draft

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2027, 1, 4)
NOW = datetime(2027, 1, 1, 15, 0, tzinfo=UTC)
"""Friday, January 1, 10:00 am in New York."""


def new_york(day: date, clock: str) -> datetime:
    """A wall-clock time of New York, in UTC as the database returns it."""
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    role = Role.CLIENT

    @factory.post_generation
    def proved(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Whoever is signed in has proved their address."""
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class ClientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Client

    user = factory.SubFactory(UserFactory)
    legal_name = "Ada Example"
    birth_date = date(1988, 4, 12)


class PractitionerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Practitioner

    user = factory.SubFactory(UserFactory, role=Role.THERAPIST)
    name = "Rowan Ellery"


class SessionTypeFactory(factory.django.DjangoModelFactory):
    """Fifty minutes on the half hour, ten minutes after, a day's notice."""

    class Meta:
        model = SessionType

    practitioner = factory.SubFactory(PractitionerFactory)
    slug = factory.Sequence(lambda n: f"session-{n}")
    name = "Session"
    minutes = 50
    buffer_after_minutes = 10
    grid_minutes = 30
    price_cents = 150_00
    notice_hours = 24
    horizon_days = 60
    cancel_hours = 24
    late_fee_cents = 75_00


class RuleFactory(factory.django.DjangoModelFactory):
    """Mondays, nine to noon, either way to meet."""

    class Meta:
        model = AvailabilityRule

    weekday = 0
    starts = time(9)
    ends = time(12)


def a_practice() -> Practice:
    """The one practice, in New York, with a neutral name."""
    practice, _ = Practice.objects.get_or_create(
        pk=1,
        defaults={
            "name": "Example Practice",
            "phone": "(212) 555-0100",
            "street": "100 Example Street",
            "city": "New York",
            "zip_code": "10001",
            "email": "hello@practice.example.com",
        },
    )
    return practice


def a_session_type(**fields: Any) -> SessionType:
    """A type whose practitioner works Mondays from nine to noon."""
    a_practice()
    session_type: SessionType = SessionTypeFactory(**fields)
    RuleFactory(practitioner=session_type.practitioner)
    return session_type


def an_appointment(
    session_type: SessionType | None = None,
    starts_at: datetime | None = None,
    *,
    status: Status = Status.CONFIRMED,
    place: str = "telehealth",
    **fields: Any,
) -> Appointment:
    """A row as the services would have written it; a client is made up where one is needed."""
    session_type = session_type or a_session_type()
    if status in (Status.HELD, Status.EXPIRED):
        fields = {"held_at": NOW, "held_until": NOW + timedelta(minutes=15)} | fields
    elif "client" not in fields:
        fields["client"] = ClientFactory(state="NY")
    if status in (Status.CANCELLED, Status.LATE_CANCELLED):
        fields.setdefault("cancelled_at", NOW)
    if status not in (Status.HELD, Status.EXPIRED, Status.REQUESTED):
        fields.setdefault("confirmed_at", NOW)
    appointment = draft(
        session_type, starts_at or new_york(MONDAY, "10:00"), place, status=status, **fields
    )
    appointment.save()
    return appointment

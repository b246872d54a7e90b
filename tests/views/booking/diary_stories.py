"""A practitioner whose diary is written by every way there is, in any order."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from itertools import count

from django.db import IntegrityError, connection
from hypothesis import strategies as st

from accounts.models import Practice
from booking.models import (
    Appointment,
    AvailabilityException,
    AvailabilityRule,
    CalendarConnection,
    ExceptionKind,
    ExternalBusy,
    ExternalEvent,
    Practitioner,
    SessionType,
    Status,
)
from booking.services import appointments, holds, time_off
from booking.services.open_slots import NotOpen, open_slots
from booking.views import api
from portal.shared.request import Source
from tests.factories.booking import (
    MONDAY,
    ClientFactory,
    PractitionerFactory,
    RuleFactory,
    SessionTypeFactory,
    a_practice,
    new_york,
)

numbers = count()
steps = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "hold", "confirm", "release", "cancel", "move", "book", "close", "by_status",
                "by_time", "by_hand", "bulk", "delete", "rule", "drop_rule", "turn_rule",
                "extra", "drop_exception", "elsewhere", "clear_elsewhere", "people",
                "change_type", "other_type", "give_away", "zone", "wait", "wait",
                "wait_long", "edge", "edge", "lapse",
            ]
        ),
        st.integers(0, 400),
    ),
    min_size=4,
    max_size=14,
)  # fmt: skip


class World:
    """A practitioner whose diary is written by every way there is."""

    def __init__(self) -> None:
        a_practice()
        Practice.objects.update(time_zone="America/New_York")
        self.slug = f"talk-{next(numbers)}"
        self.practitioner = PractitionerFactory()
        self.other = PractitionerFactory()
        for weekday in (0, 1, 4):
            RuleFactory(practitioner=self.practitioner, weekday=weekday)
            RuleFactory(practitioner=self.other, weekday=weekday, starts=time(8))
        SessionTypeFactory(practitioner=self.practitioner, slug=self.slug, notice_hours=2)
        self.client, self.now = ClientFactory(), new_york(MONDAY, "05:00")

    @property
    def type(self) -> SessionType:
        return SessionType.objects.get(slug=self.slug)

    @property
    def own(self):
        return Appointment.objects.filter(practitioner_id=self.type.practitioner_id)

    def at(self, number: int) -> datetime:
        """Half hours of the first five days."""
        return new_york(MONDAY, "08:00") + timedelta(
            days=number // 8 % 5, minutes=30 * (number % 8)
        )

    # -- by services
    def hold(self, number) -> None:
        holds.hold(session_type=self.type, starts_at=self.at(number), place="office",
                   holder=str(number % 3), now=self.now)  # fmt: skip

    def confirm(self, number) -> None:
        for held in self.own.filter(status=Status.HELD)[:1]:
            appointments.confirm(
                appointment=held, client=self.client, by=self.client.user, now=self.now
            )

    def release(self, number) -> None:
        for held in self.own.filter(status=Status.HELD)[:1]:
            holds.release(appointment=held, now=self.now)

    def cancel(self, number) -> None:
        for one in self.own.filter(status=Status.CONFIRMED)[:1]:
            appointments.cancel(appointment=one, by=self.practitioner.user, now=self.now)

    def move(self, number) -> None:
        for one in self.own.filter(status=Status.CONFIRMED)[:1]:
            appointments.reschedule(appointment=one, starts_at=self.at(number), place="office",
                                    by=self.practitioner.user, now=self.now)  # fmt: skip

    def book(self, number) -> None:
        appointments.book_for_client(
            session_type=self.type, client=self.client, starts_at=self.at(number),
            place="office", by=self.practitioner.user, now=self.now,
        )  # fmt: skip

    def close(self, number) -> None:
        time_off.add(
            practitioner=self.type.practitioner, kind=ExceptionKind.CLOSED,
            starts_at=self.at(number), ends_at=self.at(number) + timedelta(hours=1), place="",
            by=self.practitioner.user, now=self.now, source=Source(),
        )  # fmt: skip

    # -- straight through the ORM
    def by_status(self, number) -> None:
        self.own.filter(status=Status.CONFIRMED).update(
            status=Status.CANCELLED, cancelled_at=self.now
        )

    def by_time(self, number) -> None:
        shift = timedelta(minutes=30 * (number % 5 - 2))
        for one in self.own[:1]:
            self.own.filter(pk=one.pk).update(
                **{
                    name: getattr(one, name) + shift
                    for name in ("starts_at", "ends_at", "blocked_from", "blocked_until")
                }
            )

    def by_hand(self, number) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM booking_availabilityexception WHERE practitioner_id = %s",
                [self.type.practitioner_id],
            )

    def bulk(self, number) -> None:
        session_type = self.type
        unsaved = [
            holds.draft(session_type, self.at(number + n), "office", status=Status.HELD,
                        held_at=self.now, held_until=self.now + timedelta(minutes=9 + n))
            for n in (0, 2)
        ]  # fmt: skip
        Appointment.objects.bulk_create(unsaved)

    def delete(self, number) -> None:
        self.own.filter(status=Status.HELD).delete()

    def rule(self, number) -> None:
        RuleFactory(practitioner=self.type.practitioner, weekday=number % 7, starts=time(13),
                    ends=time(15))  # fmt: skip

    def drop_rule(self, number) -> None:
        AvailabilityRule.objects.filter(
            practitioner=self.type.practitioner, weekday=number % 5
        ).delete()

    def turn_rule(self, number) -> None:
        AvailabilityRule.objects.filter(practitioner=self.type.practitioner).update(
            alternates_from=MONDAY + timedelta(weeks=number % 2)
        )

    def extra(self, number) -> None:
        AvailabilityException.objects.create(
            practitioner=self.type.practitioner, kind=ExceptionKind.EXTRA,
            starts_at=self.at(number), ends_at=self.at(number) + timedelta(hours=3),
        )  # fmt: skip

    def drop_exception(self, number) -> None:
        AvailabilityException.objects.filter(practitioner=self.type.practitioner).delete()

    def elsewhere(self, number) -> None:
        linked = CalendarConnection.objects.create(
            practitioner=self.practitioner, name="Mine", username="u", password="p",
            server_url="https://calendar.example.com/",
        )  # fmt: skip
        event = ExternalEvent.objects.create(
            connection=linked, href="/1.ics", source="", expanded_until=self.now
        )
        ExternalBusy.objects.create(
            event=event, practitioner=self.type.practitioner, starts_at=self.at(number),
            ends_at=self.at(number) + timedelta(minutes=45),
        )  # fmt: skip

    def clear_elsewhere(self, number) -> None:
        ExternalEvent.objects.all().delete()

    def change_type(self, number) -> None:
        fields = [{"minutes": 30}, {"minutes": 50}, {"is_packed": True}, {"grid_minutes": 15},
                  {"notice_hours": 30}, {"horizon_days": 3}, {"at_office": False},
                  {"daily_cap": 1}]  # fmt: skip
        SessionType.objects.filter(slug=self.slug).update(**fields[number % len(fields)])

    def people(self, number) -> None:
        fields = [{"daily_cap": 1}, {"weekly_cap": 2}, {"travel_minutes": 60}, {"daily_cap": None}]
        Practitioner.objects.filter(pk=self.type.practitioner_id).update(**fields[number % 4])

    def other_type(self, number) -> None:
        SessionTypeFactory(practitioner=self.type.practitioner, minutes=10 + number % 4 * 10)

    def give_away(self, number) -> None:
        """The type moves to another practitioner, who has hours of her own."""
        SessionType.objects.filter(slug=self.slug).update(practitioner=self.other)

    def zone(self, number) -> None:
        names = ["America/New_York", "America/Chicago", "Europe/London"]
        Practice.objects.update(time_zone=names[number % 3])

    # -- by the clock
    def wait(self, number) -> None:
        self.now += timedelta(seconds=number)

    def wait_long(self, number) -> None:
        self.now += timedelta(minutes=number)

    def lapse(self, number) -> None:
        """To the moment at which a hold ends, or just before it."""
        for held in self.own.filter(status=Status.HELD, held_until__gt=self.now)[:1]:
            self.now = held.held_until - timedelta(microseconds=number % 2)

    def edge(self, number) -> None:
        """To the very moment at which what is kept stops to be right, or just before it."""
        ends = [kept.until for kept in api.answers._kept.values() if kept.until > self.now]
        if ends:
            self.now = min(ends) - timedelta(microseconds=number % 2)

    def do(self, action: str, number: int) -> None:
        with suppress(NotOpen, IntegrityError, holds.HoldEnded, appointments.TooLateToMove):
            getattr(self, action)(number)

    def fresh(self) -> list[datetime]:
        """By the way of the calendar page, which keeps nothing."""
        zone = Practice.get().zone
        first, after = (
            datetime.combine(day, time(), zone)
            for day in (MONDAY - timedelta(days=3), MONDAY + timedelta(days=9))
        )
        slots = open_slots(session_type=self.type, zone=zone, start=first, end=after, now=self.now)
        return [slot.starts_at for slot in slots]

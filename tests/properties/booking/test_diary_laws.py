"""Whatever people do in whatever order: nothing overlaps, and the list never lies."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import Appointment, AppointmentChange
from booking.services import appointments, changes, holds
from booking.services.appointments import TooLateToMove
from booking.services.changes import UndoOver
from booking.services.holds import HoldEnded
from booking.services.open_slots import NotOpen, Overlook, open_slots
from booking.states import NotAllowed, Status
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    NOW,
    ClientFactory,
    SessionTypeFactory,
    a_session_type,
    new_york,
)

pytestmark = pytest.mark.django_db
FIRST = new_york(MONDAY, "08:30")
VISITORS = ["ann", "ben", "cy"]
ACTIONS = st.sampled_from(
    ["hold", "hold", "hold", "confirm", "move", "move", "cancel", "undo", "release", "tick", "wait"]
)
steps = st.lists(
    st.tuples(ACTIONS, st.sampled_from(VISITORS), st.integers(0, 15), st.booleans()),
    min_size=1,
    max_size=12,
)


class Practice:
    """One morning, two kinds of session, three visitors."""

    def __init__(self) -> None:
        short = a_session_type(minutes=30, grid_minutes=15, buffer_after_minutes=0)
        self.types = [
            short,
            SessionTypeFactory(
                practitioner=short.practitioner, grid_minutes=15, buffer_before_minutes=10
            ),
        ]
        self.clients = {name: ClientFactory() for name in VISITORS}
        self.now = NOW

    def do(self, action: str, who: str, quarter: int, is_long: bool) -> None:
        # Refused or not: what matters is what the diary looks like afterwards.
        with suppress(NotOpen, HoldEnded, NotAllowed, TooLateToMove):
            getattr(self, action)(who, FIRST + timedelta(minutes=15 * quarter), is_long)

    def hold(self, who, starts_at, is_long) -> None:
        session_type = self.types[is_long]
        listed = self.listed(session_type, holder=who)
        try:
            holds.hold(
                session_type=session_type,
                starts_at=starts_at,
                place="office",
                holder=who,
                now=self.now,
            )
        except NotOpen:
            assert starts_at not in listed
            raise
        assert starts_at in listed

    def confirm(self, who, starts_at, is_long) -> None:
        for held in Appointment.objects.held_by(who):
            client = self.clients[who]
            appointments.confirm(appointment=held, client=client, by=client.user, now=self.now)

    def move(self, who, starts_at, is_long) -> None:
        for one in self.clients[who].appointments.filter(status=Status.CONFIRMED)[:1]:
            appointments.reschedule(
                appointment=one,
                starts_at=starts_at,
                place="office",
                by=self.clients[who].user,
                now=self.now,
            )

    def cancel(self, who, starts_at, is_long) -> None:
        for one in self.clients[who].appointments.filter(status=Status.CONFIRMED)[:1]:
            appointments.cancel(appointment=one, by=self.clients[who].user, now=self.now)

    def undo(self, who, starts_at, is_long) -> None:
        by = self.clients[who].user
        for change in AppointmentChange.objects.filter(made_by=by).order_by("-pk")[:1]:
            row = change.appointment
            may = changes.last_open(row, by=by, now=self.now) == change
            try:
                changes.undo(batch=change.batch, by=by, now=self.now)
            except UndoOver:
                assert not may
            else:
                assert may
                row.refresh_from_db()
                assert (row.starts_at, row.status, row.sequence) == (
                    change.was_starts_at,
                    change.was_status,
                    change.was_sequence,
                )

    def release(self, who, starts_at, is_long) -> None:
        for held in Appointment.objects.held_by(who):
            holds.release(appointment=held, now=self.now)

    def tick(self, who, starts_at, is_long) -> None:
        self.now += timedelta(seconds=70)

    def wait(self, who, starts_at, is_long) -> None:
        self.now += timedelta(minutes=8)

    def listed(self, session_type, *, holder="") -> list:
        slots = open_slots(
            session_type=session_type,
            zone=NEW_YORK,
            start=FIRST,
            end=FIRST + timedelta(hours=6),
            now=self.now,
            overlook=Overlook(holder=holder),
        )
        return [slot.starts_at for slot in slots]

    def check(self) -> None:
        live = Appointment.objects.live().order_by("blocked_from")
        blocked = [(one.blocked_from, one.blocked_until) for one in live]
        assert all(first[1] <= second[0] for first, second in pairwise(blocked))


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_nothing_overlaps_and_what_is_listed_can_be_kept(story):
    with transaction.atomic():
        practice = Practice()
        for step in story:
            practice.do(*step)
            practice.check()
        transaction.set_rollback(True)  # the next story begins with an empty diary

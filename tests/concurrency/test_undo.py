"""Whoever wants a time that was just given up: undo never loses it, and later one person has it."""

import json
from collections import Counter

import pytest

from tests.servers.portal import Portal

ROUNDS, HOLDERS = 8, 5
"""Half of the rounds while undo is open, half at its very end."""
SET_UP = """
from booking.services import appointments
from tests.factories.booking import MONDAY, NOW, a_session_type, an_appointment, new_york
from datetime import timedelta
session_type = a_session_type()
for week in range({rounds}):
    row = an_appointment(session_type, new_york(MONDAY, "10:00") + timedelta(days=7 * week))
    appointments.cancel(appointment=row, by=row.client.user, now=NOW)
"""
RACE = """
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from django.db import connections
from booking.models import Appointment, AppointmentChange, Status
from booking.services import changes, holds
from booking.services.changes import GRACE, UNDO, UndoOver
from booking.services.open_slots import NotOpen
from tests.factories.booking import NOW

def race(change, holders_now):
    together = Barrier({holders} + 1)
    def undo():
        together.wait(timeout=60)
        try:
            changes.undo(batch=change.batch, by=change.made_by, now=NOW + UNDO / 2)
        except UndoOver:
            return "undo lost"
        return "undo won"
    def hold(number):
        together.wait(timeout=60)
        try:
            holds.hold(session_type=change.appointment.session_type, place="office",
                       starts_at=change.was_starts_at, holder=str(number), now=holders_now)
        except NotOpen:
            return "hold lost"
        return "hold won"
    def closing(work, *values):
        try:
            return work(*values)
        finally:
            connections.close_all()
    with ThreadPoolExecutor({holders} + 1) as pool:
        racers = [pool.submit(closing, undo)]
        racers += [pool.submit(closing, hold, number) for number in range({holders})]
        return [racer.result() for racer in racers]

all_changes = AppointmentChange.objects.select_related("appointment__session_type", "made_by")
all_changes, half = list(all_changes.order_by("pk")), {rounds} // 2
print(json.dumps({
    "open": [race(change, NOW + UNDO / 2) for change in all_changes[:half]],
    "end": [race(change, NOW + UNDO + GRACE) for change in all_changes[half:]],
}))
"""
OVERLAPS = """
select count(*) from booking_appointment one join booking_appointment other
on one.id < other.id and one.practitioner_id = other.practitioner_id
and one.blocked_from < other.blocked_until and other.blocked_from < one.blocked_until
where one.status in ('held', 'requested', 'confirmed', 'completed', 'no_show')
and other.status in ('held', 'requested', 'confirmed', 'completed', 'no_show')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def cancelled(request, new_portal) -> Portal:
    """A portal where one appointment a week was cancelled a moment ago."""
    extra = {}
    if request.param == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    portal: Portal = new_portal(extra)
    portal.shell(SET_UP.replace("{rounds}", str(ROUNDS)))
    return portal


def test_undo_never_loses_and_after_it_the_time_is_one_persons(cancelled):
    code = RACE.replace("{holders}", str(HOLDERS)).replace("{rounds}", str(ROUNDS))

    outcomes = json.loads(cancelled.shell(code))

    for round_ in map(Counter, outcomes["open"]):
        assert round_ == Counter({"undo won": 1, "hold lost": HOLDERS})
    for round_ in map(Counter, outcomes["end"]):
        assert round_["undo won"] + round_["hold won"] == 1
        assert round_["undo lost"] + round_["hold lost"] == HOLDERS
    assert [len(rounds) for rounds in outcomes.values()] == [ROUNDS // 2] * 2
    assert cancelled.rows(OVERLAPS) == [(0,)]

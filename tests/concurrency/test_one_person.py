"""One person on many devices at once keeps two times, with however many practitioners."""

import json

import pytest

from tests.servers.portal import Portal

DEVICES = 6
SET_UP = f"""
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier

from allauth.account.models import EmailAddress
from django.db import connection

from accounts.models import Role, User
from booking.models import Appointment, AvailabilityRule, Practitioner, SessionType
from booking.services import holds

NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)
START = datetime(2027, 1, 6, 15, tzinfo=UTC)
person = User.objects.create(email="everywhere@example.com")
EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
types = []
for number in range({DEVICES}):
    owner = User.objects.create(email=f"t{{number}}@practice.example.com", role=Role.THERAPIST)
    practitioner = Practitioner.objects.create(user=owner, name=f"Therapist {{number}}")
    AvailabilityRule.objects.create(
        practitioner=practitioner, weekday=2, starts=time(8), ends=time(18))
    types.append(SessionType.objects.create(
        practitioner=practitioner, slug=f"one-{{number}}", name="One", minutes=50, notice_hours=1))
together = Barrier({DEVICES})

def hold(number, by=None):
    return holds.hold(session_type=types[number], starts_at=START, place="telehealth",
                      holder=f"device {{number}}", now=NOW + timedelta(seconds=number), by=by)

def at_once(act):
    def one(number):
        together.wait(timeout=60)
        try:
            act(number)
            return "done"
        except Exception as error:
            return type(error).__name__
        finally:
            connection.close()
    with ThreadPoolExecutor({DEVICES}) as devices:
        return sorted(devices.map(one, range({DEVICES})))

def live():
    return Appointment.objects.filter(status="held", held_for__gt="").count()
"""
HOLD = """
print(json.dumps([at_once(lambda number: hold(number, by=person)), live()]))
"""
CLAIM = """
rows = [hold(number) for number in range(len(types))]
print(json.dumps([
    at_once(lambda number: holds.claim(appointment=rows[number], by=person, now=NOW)), live()]))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_portal(request, new_portal) -> Portal:
    extra = {"HOLDS_PER_ADDRESS": "0"}
    if request.param == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    portal: Portal = new_portal(extra)
    return portal


def test_two_of_six_devices_keep_a_time(empty_portal: Portal) -> None:
    outcomes, live = json.loads(empty_portal.shell(SET_UP + HOLD))

    assert outcomes == ["TooManyHolds"] * (DEVICES - 2) + ["done"] * 2
    assert live == 2


def test_two_of_six_claimed_at_once_stay(empty_portal: Portal) -> None:
    outcomes, live = json.loads(empty_portal.shell(SET_UP + CLAIM))

    assert set(outcomes) == {"done"}
    assert live == 2

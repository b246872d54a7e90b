"""Where a client has to be for a session by video."""

import pytest

from booking.services import appointments
from booking.services.licence import NotLicensedThere
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db
NINE, TEN = new_york(MONDAY, "09:00"), new_york(MONDAY, "10:00")


def test_a_client_in_another_state_moves_to_no_video_session():
    elsewhere = ClientFactory(state="NJ")
    appointment = an_appointment(a_session_type(), place="office", client=elsewhere)
    to_video = {"appointment": appointment, "starts_at": NINE, "place": "telehealth", "now": NOW}

    with pytest.raises(NotLicensedThere):
        appointments.reschedule(**to_video, by=elsewhere.user)
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.place, appointment.sequence) == (TEN, "office", 0)

    moved = appointments.reschedule(**to_video, by=appointment.practitioner.user)
    assert (moved.starts_at, moved.place) == (NINE, "telehealth")

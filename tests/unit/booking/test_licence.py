"""Where a client has to be for a session by video."""

import pytest

from booking.services import appointments, waitlist
from booking.services.licence import NotLicensedThere
from booking.wishes import Wishes
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


@pytest.mark.parametrize(
    ("place", "at_office", "waits"),
    [("telehealth", True, False), ("", False, False), ("", True, True), ("office", True, True)],
)
def test_nobody_waits_for_what_could_never_be_offered_to_them(place, at_office, waits):
    elsewhere, kind = ClientFactory(state="NJ"), a_session_type(at_office=at_office)
    wish = {"session_type": kind, "client": elsewhere, "wishes": Wishes(place=place)}

    if waits:
        waitlist.join(**wish, by=elsewhere.user, now=NOW)
    else:
        with pytest.raises(NotLicensedThere):
            waitlist.join(**wish, by=elsewhere.user, now=NOW)

    assert elsewhere.waitlist_entries.count() == waits

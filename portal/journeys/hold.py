"""From a kept time to a booked one: what booking, billing and intake do together, or not at all."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import clients
from accounts.services.clients import ClientDetails
from billing.models import Charge
from booking.models import Appointment
from booking.services import appointments, follow_ups, holds
from booking.services.audiences import NotForYou
from booking.services.contention import retrying
from booking.services.licence import check_licence
from booking.states import Status
from intake.models import Intake
from intake.services.intakes import NothingPublished
from portal.journeys.appointment_follow import after_booking
from portal.shared.request import Source


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of a hold: the appointment, and what it brought along."""

    appointment: Appointment
    charge: Charge | None
    intake: Intake | None


def confirm(
    *, hold: Appointment, details: ClientDetails, by: User, now: datetime, source: Source
) -> Booked:
    """Book the held time for the person who is signed in, with all that follows, or nothing.

    Raises NotLicensedThere and whatever the steps raise: TooYoung and NotForYou (the time
    is given back first), Blocked, NotProved, HoldEnded, NotOpen.
    """
    try:
        clients.check_age(details.birth_date, now=now)
    except clients.TooYoung:
        holds.release(appointment=hold, by=by, source=source, now=now)
        raise
    check_licence(hold.place, details.state)
    try:
        return _book(hold=hold, details=details, by=by, now=now, source=source)
    except NotForYou:
        holds.release(appointment=hold, by=by, source=source, now=now)
        raise


@retrying
@transaction.atomic
def _book(
    *, hold: Appointment, details: ClientDetails, by: User, now: datetime, source: Source
) -> Booked:
    client = clients.save_own(user=by, details=details, source=source, now=now)
    appointment = appointments.confirm(
        appointment=hold, client=client, by=by, now=now, source=source
    )
    return with_papers(appointment, by=by, now=now, source=source)


def with_papers(appointment: Appointment, *, by: User, now: datetime, source: Source) -> Booked:
    """What a confirmed appointment brings along, in the transaction that confirmed it."""
    if appointment.status != Status.CONFIRMED:
        return Booked(appointment, None, None)
    try:
        with transaction.atomic():
            charge, intake = after_booking(appointment, by=by, now=now, source=source)
    except NothingPublished:
        # A practice that has not published its questionnaires yet still takes bookings.
        follow_ups.money_and_papers("booked", appointment, by=by, now=now)
        return Booked(appointment, None, None)
    return Booked(appointment, charge, intake)

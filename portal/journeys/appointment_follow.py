"""What billing and intake make of an appointment: when it is booked, moved, called off, over."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from billing.models import Charge, ChargeKind, ChargeStatus
from billing.services import charges, estimates
from booking.models import Appointment
from booking.services import changes
from booking.states import Status
from intake.models import Intake
from intake.services import intake_reminders, intakes
from portal.shared import outbox
from portal.shared.request import Source

NOWHERE = Source()
FEES = {
    Status.LATE_CANCELLED: ChargeKind.LATE_CANCEL_FEE,
    Status.NO_SHOW: ChargeKind.NO_SHOW_FEE,
}
WAIVED = {
    Status.CANCELLED: "The appointment was cancelled.",
    Status.LATE_CANCELLED: "The appointment was cancelled late; its fee is proposed instead.",
    Status.NO_SHOW: "The appointment was missed; its fee is proposed instead.",
}
TOOK_PLACE = "The session took place after all."


def after_booking(
    appointment: Appointment, *, by: User, now: datetime, source: Source = NOWHERE
) -> tuple[Charge | None, Intake | None]:
    """Charge, estimate and intake of a booked appointment. Again: the same ones.

    Sessions that repeat ask for one intake, before the first of them.
    """
    charge = charges.create_for_appointment(appointment=appointment, by=by, now=now)
    estimates.issue_for_appointment(appointment=appointment, by=by, now=now)
    if _follows_another(appointment):
        return charge, None
    intake = intakes.open_for_appointment(appointment=appointment, by=by, now=now, source=source)
    if intake is not None:
        intake_reminders.plan(intake, now=now)
    return charge, intake


def _follows_another(appointment: Appointment) -> bool:
    earlier = Appointment.objects.filter(
        series=appointment.series_id, number__lt=appointment.number or 0
    )
    return appointment.series_id is not None and earlier.exists()


@transaction.atomic
def follow(*, appointment_id: int, by_id: int, now: datetime) -> None:
    """Bring money and papers to where the appointment stands now. Safe to run again.

    Raises outbox.Later while what was done to it can still be undone: nothing is charged before.
    """
    open_until = changes.open_until(appointment_id, now=now)
    if open_until:
        raise outbox.Later((open_until - now).total_seconds())
    appointment = Appointment.objects.select_related("client").get(pk=appointment_id)
    by, status = User.objects.get(pk=by_id), Status(appointment.status)
    if status == Status.CONFIRMED:
        after_booking(appointment, by=by, now=now)
    elif status == Status.COMPLETED:
        charges.create_for_appointment(appointment=appointment, by=by, now=now)
        _take_back_fee(appointment, by=by, now=now)
    elif status in WAIVED:
        charges.cancel_for_appointment(
            appointment=appointment, reason=WAIVED[status], by=by, now=now
        )
    if status in FEES:
        charges.propose_fee(appointment=appointment, kind=FEES[status], by=by, now=now)


def _take_back_fee(appointment: Appointment, *, by: User, now: datetime) -> None:
    fees = Charge.objects.filter(appointment=appointment, kind__in=FEES.values())
    for fee in fees.exclude(status=ChargeStatus.VOID):
        charges.take_back(charge=fee, reason=TOOK_PLACE, by=by, now=now)

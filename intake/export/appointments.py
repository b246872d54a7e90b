"""Appointments as FHIR. Rule: https://hl7.org/fhir/R4/appointment.html"""

from booking.models import Appointment
from booking.states import Status
from intake.export.shapes import Resource, instant, reference

STATUS = {
    Status.REQUESTED: "pending",
    Status.CONFIRMED: "booked",
    Status.COMPLETED: "fulfilled",
    Status.CANCELLED: "cancelled",
    Status.LATE_CANCELLED: "cancelled",
    Status.NO_SHOW: "noshow",
}
CALLED_OFF = (Status.CANCELLED, Status.LATE_CANCELLED)


def appointment(one: Appointment, *, patient: Resource, practitioner: Resource) -> Resource:
    """Of one that a client may see (`of_client`): never a hold. No words about why."""
    status = Status(one.status)
    answer = "declined" if status in CALLED_OFF else "accepted"
    waits = "needs-action" if status == Status.REQUESTED else answer
    return {
        "resourceType": "Appointment",
        "id": str(one.public_id),
        "status": STATUS[status],
        "serviceType": [{"text": one.session_type.name}],
        "appointmentType": {"text": one.get_place_display()},
        "start": instant(one.starts_at),
        "end": instant(one.ends_at),
        "created": instant(one.created_at),
        "participant": [
            {"actor": reference(patient), "status": answer},
            {"actor": reference(practitioner), "status": waits},
        ],
    }

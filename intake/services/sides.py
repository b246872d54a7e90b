"""Both sides of one intake: how its therapist works, and what its client told."""

from booking.models import WayOfWorking
from intake.models import Intake
from intake.side_by_side import Both, both


def read_both(intake: Intake) -> Both:
    """Her page as it is now, their answers as they stand."""
    way = WayOfWorking.objects.current(intake.appointment.practitioner)
    responses = intake.responses.select_related("questionnaire").prefetch_related("answers")
    parts = {
        response.questionnaire.slug: (response.questionnaire.parsed, response.given())
        for response in responses
    }
    return both(way, parts)

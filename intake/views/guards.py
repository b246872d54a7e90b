"""Loading what belongs to the person who asks; anything else is 404."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.guards import current_user
from intake.models import Intake, SafetyAlert


def own_intake(request: HttpRequest, public_id: UUID) -> Intake:
    intakes = Intake.objects.for_client(current_user(request)).with_answers()
    return get_object_or_404(intakes, public_id=public_id)


def client_intake(request: HttpRequest, public_id: UUID) -> Intake:
    intakes = Intake.objects.for_therapist(current_user(request)).with_answers()
    return get_object_or_404(intakes, public_id=public_id)


def own_alert(request: HttpRequest, public_id: UUID) -> SafetyAlert:
    alerts = SafetyAlert.objects.for_therapist(current_user(request)).select_related(
        "client", "response__questionnaire", "response__intake"
    )
    return get_object_or_404(alerts, public_id=public_id)

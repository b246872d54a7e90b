"""Loading what belongs to the person who asks; anything else is 404."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.guards import current_user
from accounts.models import Client
from intake.models import Intake, Measure, MeasurePlan, SafetyAlert


def own_intake(request: HttpRequest, public_id: UUID) -> Intake:
    intakes = Intake.objects.for_client(current_user(request)).with_answers()
    return get_object_or_404(intakes, public_id=public_id)


def client_intake(request: HttpRequest, public_id: UUID) -> Intake:
    intakes = Intake.objects.for_therapist(current_user(request)).with_answers()
    return get_object_or_404(intakes, public_id=public_id)


def own_form(request: HttpRequest, public_id: UUID) -> Measure:
    """Of the client who asks; all that were ever open."""
    forms = Measure.objects.for_client(current_user(request)).with_questionnaire()
    return get_object_or_404(forms, public_id=public_id)


def client_form(request: HttpRequest, public_id: UUID) -> Measure:
    forms = Measure.objects.for_therapist(current_user(request)).with_questionnaire()
    return get_object_or_404(forms.select_related("plan__client"), public_id=public_id)


def own_plan(request: HttpRequest, public_id: UUID) -> MeasurePlan:
    plans = MeasurePlan.objects.for_therapist(current_user(request)).select_related("client")
    return get_object_or_404(plans, public_id=public_id)


def client_of(request: HttpRequest, public_id: UUID) -> Client:
    """One who has or had an appointment with this therapist; anybody else does not exist."""
    own = Client.objects.filter(appointments__practitioner__user=current_user(request))
    return get_object_or_404(own.distinct(), public_id=public_id)


def own_alert(request: HttpRequest, public_id: UUID) -> SafetyAlert:
    alerts = SafetyAlert.objects.for_therapist(current_user(request)).with_answers()
    return get_object_or_404(alerts, public_id=public_id)

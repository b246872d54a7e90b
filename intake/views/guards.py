"""Loading what belongs to the person who asks; anything else is 404."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from intake.models import Intake, SafetyAlert


def user_of(request: HttpRequest) -> User:
    """Behind a policy that lets only signed-in people through."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def own_intake(request: HttpRequest, public_id: UUID) -> Intake:
    intakes = Intake.objects.for_client(user_of(request)).with_answers()
    return get_object_or_404(intakes, public_id=public_id)


def client_intake(request: HttpRequest, public_id: UUID) -> Intake:
    intakes = Intake.objects.for_therapist(user_of(request)).with_answers()
    return get_object_or_404(intakes, public_id=public_id)


def own_alert(request: HttpRequest, public_id: UUID) -> SafetyAlert:
    alerts = SafetyAlert.objects.for_therapist(user_of(request)).select_related(
        "client", "response__questionnaire", "response__intake"
    )
    return get_object_or_404(alerts, public_id=public_id)

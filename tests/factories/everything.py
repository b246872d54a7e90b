"""An intake whose only part has one of every kind of item and control."""

import json
from pathlib import Path
from typing import Any

from intake.fhir.parsing import parse_questionnaire
from intake.models import Intake, IntakePlan, QuestionnaireResponse
from intake.services.importing import check_resource, publish_checked
from intake.services.intakes import open_for_appointment
from tests.factories.booking import an_appointment
from tests.factories.intake import FILLED_AT

FILE = Path(__file__).resolve().parent.parent / "questionnaires" / "everything.json"
RESOURCE: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
EVERYTHING = parse_questionnaire(RESOURCE)


def an_intake_of(*resources: dict[str, Any]) -> Intake:
    """An intake that asks for these questionnaires, imported like any other."""
    published = [
        publish_checked(checked=check_resource(resource), by=None, now=FILLED_AT)
        for resource in resources
    ]
    appointment = an_appointment()
    slugs = [each.questionnaire.slug for each in published]
    IntakePlan.objects.create(session_type=appointment.session_type, questionnaires=slugs)
    intake = open_for_appointment(appointment=appointment, by=None, now=FILLED_AT)
    assert intake is not None
    return intake


def everything() -> QuestionnaireResponse:
    return an_intake_of(RESOURCE).responses.get()

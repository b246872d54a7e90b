"""Published questionnaires, an intake in the midst of being filled in, and forms to post."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from accounts.models import User
from booking.models import Appointment
from intake.fhir.answers import Answer
from intake.fhir.enabling import shown_keys
from intake.fhir.places import places_in
from intake.fhir.questionnaire import Coded
from intake.fhir.reading import revision_name
from intake.models import Intake, IntakePlan, QuestionnaireResponse
from intake.questionnaire_files import ORDER
from intake.services.answering import Change, Saved, save_answers
from intake.services.intakes import open_for_appointment
from intake.services.questionnaires import publish_questionnaires
from tests.factories.booking import an_appointment

FILLED_AT = datetime(2027, 1, 2, 1, 0, tzinfo=UTC)
"""Friday, January 1, 8:00 pm in New York."""

NEEDED: dict[str, dict[str, Any]] = {
    "about-you": {
        "legal-name": "Ada Example",
        "birth-date": "1988-04-12",
        "phone": "(212) 555-0147",
        "address": "12 Example Street, Apt 3\nNew York, NY 10001",
        "emergency-name": "Grace Example",
        "emergency-phone": "(212) 555-0148",
    },
    "health-and-safety": {
        "conditions": "none",
        "medication": "no",
        "safe-now": "yes",
        "self-harm": "never",
    },
}
"""The least that can be sent: field names and what is posted."""


def an_intake(
    *slugs: str, appointment: Appointment | None = None, consents: tuple[str, ...] = ()
) -> Intake:
    """An intake that asks for these questionnaires, or for all of them."""
    publish_questionnaires(now=FILLED_AT)
    appointment = appointment or an_appointment()
    IntakePlan.objects.update_or_create(
        session_type=appointment.session_type,
        defaults={"questionnaires": list(slugs or ORDER), "consents": list(consents)},
    )
    intake = open_for_appointment(appointment=appointment, by=None, now=FILLED_AT)
    assert intake is not None
    return intake


def response_to(intake: Intake, slug: str) -> QuestionnaireResponse:
    return intake.responses.get(questionnaire__slug=slug)


def answer(
    response: QuestionnaireResponse,
    link_id: str,
    value: Any = None,
    *,
    in_person: bool = False,
    shown_revision: int | None = None,
    writer: str = "window",
    by: User | None = None,
    now: datetime = FILLED_AT,
) -> Saved:
    """Save one answer: a code for a choice, words for the rest, None for blank."""
    item = response.questionnaire.parsed.by_link_id[link_id]
    row = response.answers.filter(link_id=link_id).first()
    revision = row.revision if row else 0
    change = Change(
        item=item,
        given=Answer(() if value is None else (_value(item, value),), in_person),
        shown_revision=revision if shown_revision is None else shown_revision,
    )
    return save_answers(
        response=response,
        changes=[change],
        writer=writer,
        by=by or response.client.user,
        now=now,
    )


def _value(item: Any, value: Any) -> Any:
    return Coded(value) if item.option(str(value)) else value


def posted(response: QuestionnaireResponse, section: str, **extra: Any) -> dict[str, Any]:
    """The form of a section as a browser without JavaScript posts it, before anything is typed."""
    rows = {row.key: row for row in response.answers.all()}
    parsed, given = response.questionnaire.parsed, response.given()
    shown = shown_keys(parsed, given)
    form: dict[str, Any] = {"window": uuid4().hex, "shown": []}
    for place in (each for top in places_in(parsed.section(section), given) for each in top.walk()):
        if place.key not in shown and place.name not in extra:
            continue
        if place.item.is_conditional:
            form["shown"].append(place.name)
        if place.item.is_asked:
            row = rows.get(place.key)
            form[revision_name(place.name)] = row.revision if row else 0
    return form | extra

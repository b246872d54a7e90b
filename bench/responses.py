"""Somebody signed in who fills in an intake, and as many filled-in responses as are asked for."""

from itertools import count
from typing import Any

from bench import rows

PART, FIELD = "what-brings-you", "reason"
ANSWERS = 10  # rows of answers that a filled-in response has here


def sign_in() -> dict[str, str]:
    """The session, where to post, to which question, and which revision of its answer is there."""
    from django.test import Client as Browser
    from django.urls import reverse

    response = _own_response()
    browser = Browser()
    browser.force_login(response.client.user)
    section = response.questionnaire.parsed.section_of(FIELD).slug
    return {
        "session": browser.cookies["sessionid"].value,
        "path": reverse("intake:section", args=[response.intake.public_id, PART, section]),
        "field": FIELD,
        "revision": str(getattr(response.answers.filter(link_id=FIELD).first(), "revision", 0)),
    }


def _own_response() -> Any:
    from accounts.models import Client
    from intake.models import Intake

    client = Client.objects.filter(user__isnull=False).first()
    intake = Intake.objects.filter(client=client, responses__questionnaire__slug=PART).first()
    if intake is None:
        intake = Intake.objects.create(client=client, appointment=_next_appointment(client))
    return _open_part(intake)


def _next_appointment(client: Any) -> Any:
    """One of the measured practitioner's, which has no intake yet."""
    rows.fill(1)
    return rows.measured_type().practitioner.appointments.filter(intake=None).first()


def _open_part(intake: Any) -> Any:
    from intake.models import Questionnaire, ResponseStatus

    part = Questionnaire.objects.filter(slug=PART).last()
    response, _ = intake.responses.get_or_create(
        questionnaire=part, defaults={"client": intake.client}
    )
    response.status, response.submitted_at = ResponseStatus.IN_PROGRESS, None
    response.save(update_fields=["status", "submitted_at"])
    return response


def queries(session: str, path: str, *forms: str) -> int:
    """Of the second save, when everything is warm."""
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    browser = Browser(SERVER_NAME="127.0.0.1")
    browser.cookies["sessionid"] = session
    kind = "application/x-www-form-urlencoded"
    for form in forms:
        with CaptureQueriesContext(connection) as seen:
            answer = browser.post(path, form, content_type=kind, headers={"HX-Request": "true"})
        assert answer.headers["X-Intake-Saved"] == "yes", answer.content[:300]
    return len(seen)


def fill(wanted: int) -> int:
    """Copies of one response with its answers, each for an appointment of its own."""
    from intake.models import QuestionnaireResponse

    missing = wanted - QuestionnaireResponse.objects.count()
    if missing > 0:
        rows.fill(wanted)
        _copy(_template(), missing)
        rows.analyze()
    return QuestionnaireResponse.objects.count()


def _template() -> Any:
    """A response that is not the one that is saved to, with answers."""
    from django.utils import timezone

    from intake.models import Answer, Intake

    free = rows.measured_type().practitioner.appointments.filter(intake=None).first()
    response = _open_part(Intake.objects.create(client=free.client, appointment=free))
    items = [item for item in response.questionnaire.parsed.questions()][:ANSWERS]
    numbers = count()
    Answer.objects.bulk_create(
        Answer(
            response=response,
            link_id=item.link_id,
            value=[f"Some words of answer {next(numbers)}"],
            updated_at=timezone.now(),
        )
        for item in items
    )
    return response


def _copy(template: Any, missing: int) -> None:
    from django.db import connection

    intake = template.intake
    free = (
        "SELECT a.id FROM booking_appointment AS a WHERE a.practitioner_id = "
        f"{intake.appointment.practitioner_id} AND NOT EXISTS "
        "(SELECT 1 FROM intake_intake AS i WHERE i.appointment_id = a.id) "
        f"LIMIT {missing}"
    )
    newest = f"SELECT id FROM intake_intake WHERE id > {intake.pk}"
    with connection.cursor() as cursor:
        cursor.execute(_insert(intake, {"appointment_id": "other.id"}, free))
        cursor.execute(_insert(template, {"intake_id": "other.id"}, newest))
        others = f"SELECT id FROM intake_questionnaireresponse WHERE id > {template.pk}"
        for answer in template.answers.all():
            cursor.execute(_insert(answer, {"response_id": "other.id"}, others))


def _insert(row: Any, changed: dict[str, str], others: str) -> str:
    """As many copies of a row as there are others, each pointing to one of them."""
    from django.db import connection

    columns = [field.column for field in row._meta.concrete_fields if field.column != "id"]
    changed = {"public_id": rows.SERIES[connection.vendor][2], **changed}
    chosen = [changed.get(name, f"template.{name}") for name in columns]
    table = row._meta.db_table
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(chosen)} "
        f"FROM {table} AS template, ({others}) AS other WHERE template.id = {row.pk}"
    )

"""FHIRPath on the server: worked out when answers are saved, kept with the response."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from accounts.models import Practice
from accounts.services.clients import ClientDetails
from intake.fhir.answers import answer_to_json
from intake.fhir.computing import Computed, Surroundings, compute
from intake.models import QuestionnaireResponse
from intake.services.answer_rows import Rows, given_by


def recompute(locked: QuestionnaireResponse, rows: Rows, *, now: datetime) -> None:
    """Save the response, with what its expressions say now."""
    changed: dict[str, Any] = {"updated_at": now}
    parsed = locked.questionnaire.parsed
    if parsed.with_expressions:
        around = surroundings(locked, now=now)
        computed = compute(parsed, given_by(rows, locked), around, computed_of(locked))
        values = {key: answer_to_json(answer) for key, answer in computed.values.items()}
        locked.computed = {"values": values, "off": sorted(computed.off)}
        changed["computed"] = locked.computed
    QuestionnaireResponse.objects.filter(pk=locked.pk).update(**changed)


def computed_of(response: QuestionnaireResponse) -> Computed:
    return Computed(response.given_by_expressions(), frozenset(response.computed.get("off", ())))


def surroundings(response: QuestionnaireResponse, *, now: datetime) -> Surroundings:
    return Surroundings(
        now=now.astimezone(Practice.get().zone),
        patient=patient_of(response),
        resource=lambda: response.questionnaire.resource,
    )


def patient_of(response: QuestionnaireResponse) -> dict[str, Any]:
    """As a FHIR Patient: only the details that the client is shown beside it, to be checked."""
    asked = {
        item.prefill for each in _beside(response) for item in each.questionnaire.parsed.questions()
    }
    details = asdict(ClientDetails.of(response.client))
    known = {name: value for name, value in details.items() if name in asked and value}
    return {"resourceType": "Patient", **dict(_patient(known))} if known else {}


def _beside(response: QuestionnaireResponse) -> Iterable[QuestionnaireResponse]:
    """All parts of its intake, or the form that it is by itself."""
    if response.intake is None:
        return [response]
    return response.intake.responses.select_related("questionnaire")


def _patient(known: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    uses = {"legal_name": "official", "chosen_name": "usual"}
    names = [{"use": use, "text": known[name]} for name, use in uses.items() if name in known]
    if names:
        yield "name", names
    if "birth_date" in known:
        yield "birthDate", known["birth_date"].isoformat()
    if "phone" in known:
        yield "telecom", [{"system": "phone", "value": known["phone"]}]
    if "address" in known:
        yield "address", [{"text": known["address"]}]

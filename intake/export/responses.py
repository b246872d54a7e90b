"""One response with whom it is about and who answered."""

from intake.export.shapes import Resource, reference
from intake.fhir.export import to_questionnaire_response
from intake.from_paper import fhir_fields
from intake.models import QuestionnaireResponse, ResponseStatus

AS_IT_IS = (ResponseStatus.AMENDED, ResponseStatus.STOPPED)


def response(one: QuestionnaireResponse, *, patient: Resource) -> Resource:
    told = to_questionnaire_response(
        one.questionnaire.parsed,
        one.given(),
        identifier=str(one.public_id),
        is_complete=not one.is_open,
        authored_at=one.submitted_at or one.updated_at,
    )
    if one.status in AS_IT_IS:
        told["status"] = str(one.status)
    items = {"item": told.pop("item")} if "item" in told else {}
    about = {"subject": reference(patient), "source": reference(patient)}
    return {**told, **about, **fhir_fields(one), **items}

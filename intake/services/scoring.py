"""The score of an instrument, kept beside its response for the therapist."""

from datetime import datetime

from intake.instruments.scoring import score_questionnaire
from intake.models import QuestionnaireResponse, Score
from intake.services.instruments import cut_off_of


def score_response(*, response: QuestionnaireResponse, now: datetime) -> Score | None:
    """Made again at each sending; None for a questionnaire that is no instrument."""
    parsed = response.questionnaire.parsed
    if not parsed.instrument:
        return None
    result = score_questionnaire(parsed, response.given(), cut_off=cut_off_of(parsed.instrument))
    score, _ = Score.objects.update_or_create(
        response=response,
        defaults={
            "instrument": parsed.instrument,
            "result": result.to_json(),
            "scored_at": now,
        },
    )
    return score

"""A year of forms of one client of the demo: invented numbers, for the charts to show."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from accounts.models import Client, Practice, User
from booking.models import Practitioner
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.answers import answer_to_json
from intake.fhir.questionnaire import Coded, Item
from intake.instruments.scoring import scored_items
from intake.measure_days import Rhythm, opening
from intake.models import (
    Answer,
    Measure,
    MeasurePlan,
    PlanState,
    Questionnaire,
    QuestionnaireResponse,
    SafetyAlert,
    SafetyStep,
    StepKind,
)
from intake.services import measure_plans, measures, safety

WEEKS = 4
AGO = timedelta(weeks=52)
TAKES = timedelta(hours=9)  # from the morning's mail to the evening's answers
INCOMPLETE, NOT_NOW, LAPSED = "incomplete", "not now", "lapsed"

# Sums; what was not filled in, or not to the end, is said in words.
YEAR: dict[str, tuple[int | str, ...]] = {
    "phq-9": (19, 18, 20, 16, INCOMPLETE, 15, 13, NOT_NOW, 14, 11, 9, LAPSED, 8, 6),
    "pcl-5": (58, 55, 57, 52, 49, 51, 46, 41, 43, 36, 33, 30, 27, 24),
}
LAST_ITEMS_BLANK = 2
SAID = (
    "I called the same evening. He was safe and with his partner; we wrote a plan for bad nights."
)


def tell_of_a_year(client: Client, practitioner: Practitioner, *, now: datetime) -> None:
    """And go on from here: the next form comes when the last one is four weeks old."""
    started = (now - AGO).astimezone(Practice.get().zone).date()
    for slug, sums in YEAR.items():
        plan = MeasurePlan.objects.create(
            client=client,
            practitioner=practitioner,
            slug=slug,
            every_weeks=WEEKS,
            starts_on=started,
            state=PlanState.PAUSED,
            created_by=practitioner.user,
        )
        for number, told in enumerate(sums):
            due_on = started + timedelta(weeks=WEEKS) * number
            _one(plan, due_on, told, before=now)
        measure_plans.go_on(plan=plan, by=practitioner.user, now=now)
    _an_alert_of_long_ago(client, practitioner.user)


def _one(plan: MeasurePlan, due_on: date, told: int | str, *, before: datetime) -> None:
    zone = Practice.get().zone
    opened_at = opening(due_on, zone)
    if opened_at + TAKES > before:
        return
    questionnaire = Questionnaire.objects.filter(slug=plan.slug).order_by("version").last()
    assert questionnaire is not None  # noqa: S101 - the practice was furnished before
    response = QuestionnaireResponse.objects.create(client=plan.client, questionnaire=questionnaire)
    measure = Measure.objects.create(
        plan=plan,
        response=response,
        due_on=due_on,
        opened_at=opened_at,
        lapses_at=Rhythm(plan.starts_on, WEEKS).lapses(due_on, zone),
    )
    by, later = plan.client.user or plan.created_by, opened_at + TAKES
    if told == NOT_NOW:
        measures.decline(measure=measure, by=by, now=later)
    elif told == LAPSED:
        measures.lapse(measure_id=measure.pk, now=measure.lapses_at)
    else:
        _answer(response, told, now=later)
        measures.send(measure=measure, by=by, now=later)


def _answer(response: QuestionnaireResponse, told: int | str, *, now: datetime) -> None:
    items = scored_items(response.questionnaire.parsed)
    asked = items[:-LAST_ITEMS_BLANK] if told == INCOMPLETE else items
    wanted = len(asked) if isinstance(told, str) else told
    Answer.objects.bulk_create(
        Answer(
            response=response,
            link_id=item.link_id,
            value=answer_to_json(_points(item, points))["values"],
            updated_at=now,
        )
        for item, points in zip(asked, _spread(wanted, asked), strict=True)
    )


def _spread(total: int, items: Sequence[Item]) -> list[int]:
    """As even as it goes; an answer that speaks of danger is nobody's here."""
    harmless = [item for item in items if not any(option.safety for option in item.options)]
    base, more = divmod(total, len(harmless))
    points = iter([base + (number < more) for number in range(len(harmless))])
    return [next(points) if item in harmless else 0 for item in items]


def _points(item: Item, points: int) -> GivenAnswer:
    return GivenAnswer((Coded(item.options[points].code),))


def _an_alert_of_long_ago(client: Client, therapist: User) -> None:
    """On the first evening one answer spoke of danger, and was changed; it was dealt with."""
    first = client.responses.filter(questionnaire__slug="phq-9").order_by("pk").first()
    assert first is not None and first.submitted_at  # noqa: S101, PT018 - sent above
    item = scored_items(first.questionnaire.parsed)[-1]
    alert = SafetyAlert.objects.create(
        client=client,
        practitioner=first.measure.plan.practitioner,
        response=first,
        link_id=item.link_id,
        raised_at=first.submitted_at,
    )
    SafetyStep.objects.create(
        alert=alert, kind=StepKind.RAISED, turn=1, at=alert.raised_at, by=client.user
    )
    safety.acknowledge(
        alert=alert,
        by=therapist,
        what_was_done=SAID,
        now=first.submitted_at + timedelta(hours=1),
    )

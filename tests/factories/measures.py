"""Forms that come again: a plan, the form that it opened, and a form that was sent."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Client
from booking.models import Practitioner
from intake.fhir.answers import Answer
from intake.fhir.questionnaire import Coded
from intake.measure_days import Rhythm
from intake.models import Measure, MeasurePlan
from intake.services import measure_plans, measures
from intake.services.answering import Change, save_answers
from intake.services.questionnaires import publish_questionnaires
from tests.factories.booking import NEW_YORK, NOW, an_appointment

TODAY = date(2027, 1, 1)
"""The day of NOW."""
EVERY_OTHER_WEEK = Rhythm(TODAY, 2)


def a_pair() -> tuple[Client, Practitioner]:
    """A client of a therapist."""
    appointment = an_appointment()
    assert appointment.client is not None
    return appointment.client, appointment.practitioner


def a_plan(
    slug: str = "phq-9",
    rhythm: Rhythm = EVERY_OTHER_WEEK,
    *,
    pair: tuple[Client, Practitioner] | None = None,
    now: datetime = NOW,
) -> MeasurePlan:
    publish_questionnaires(now=NOW - timedelta(days=400))
    client, practitioner = pair or a_pair()
    return measure_plans.make(
        client=client,
        practitioner=practitioner,
        slug=slug,
        rhythm=rhythm,
        by=practitioner.user,
        now=now,
    )


def an_open_form(slug: str = "phq-9", **options: Any) -> Measure:
    measure = a_plan(slug, **options).measures.first()
    assert measure is not None
    return measure


def fill_in(measure: Measure, *points: int | None, now: datetime = NOW) -> None:
    """Answer the numbered questions in order by the place of their option; None leaves blank."""
    parsed = measure.response.questionnaire.parsed
    items = [item for item in parsed.questions() if item.prefix and item.options]
    rows = {row.key: row.revision for row in measure.response.answers.all()}
    save_answers(
        response=measure.response,
        changes=[
            Change(item, Answer((Coded(item.options[one].code),)), rows.get(item.link_id, 0))
            for item, one in zip(items, points, strict=False)
            if one is not None
        ],
        writer="window",
        by=measure.plan.client.user,
        now=now,
    )


def a_sent_form(
    *points: int | None,
    slug: str = "phq-9",
    pair: tuple[Client, Practitioner],
    now: datetime = NOW,
) -> Measure:
    """Asked for once, filled in and sent at this moment."""
    rhythm = Rhythm(now.astimezone(NEW_YORK).date())
    measure = an_open_form(slug, rhythm=rhythm, pair=pair, now=now)
    fill_in(measure, *points, now=now)
    measures.send(measure=measure, by=pair[0].user, now=now)
    measure.refresh_from_db()
    return measure

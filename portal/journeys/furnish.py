"""What a new practice begins with: session types, hours, questionnaires, consents, a plan.

All of it can be changed afterwards; nothing that is there already is touched.
"""

from datetime import datetime, time

from django.db import transaction

from booking.models import Audience, AvailabilityRule, Place, Practitioner, SessionType, Weekday
from intake.models import IntakePlan
from intake.questionnaire_files import ORDER
from intake.services.publishing import publish_starters
from intake.services.questionnaires import publish_questionnaires

CONSULT = {
    "slug": "consult",
    "name": "Consult",
    "summary": "A first conversation to find out whether we are a good fit. "
    "It costs nothing and commits you to nothing.",
    "is_consult": True,
    "minutes": 20,
    "buffer_after_minutes": 10,
    "grid_minutes": 30,
    "price_cents": 0,
    "notice_hours": 12,
    "horizon_days": 60,
    "daily_cap": 4,
    "once_per_client": True,
    "cancel_hours": 24,
}
FIRST_SESSION = {
    "slug": "intake-session",
    "name": "First session",
    "summary": "Eighty minutes to hear your story once, in your order, and to make a plan.",
    "minutes": 80,
    "buffer_after_minutes": 10,
    "grid_minutes": 30,
    "price_cents": 260_00,
    "notice_hours": 24,
    "horizon_days": 90,
    "daily_cap": 2,
    "cancel_hours": 24,
    "late_fee_cents": 120_00,
}
SESSION = {
    "slug": "emdr-session",
    "name": "EMDR session",
    "summary": "Fifty minutes of trauma work at your pace, with time to settle at the end.",
    "minutes": 50,
    "buffer_after_minutes": 10,
    "grid_minutes": 30,
    "price_cents": 190_00,
    "notice_hours": 24,
    "horizon_days": 90,
    "cancel_hours": 24,
    "late_fee_cents": 120_00,
    "audience": Audience.EXISTING,
}
WITH_INTAKE = (CONSULT, FIRST_SESSION)
SESSION_TYPES = (CONSULT, FIRST_SESSION, SESSION)

# weekday, from, to, way to meet (empty: either)
HOURS = (
    (Weekday.MONDAY, time(9), time(13), ""),
    (Weekday.MONDAY, time(14), time(18), ""),
    (Weekday.TUESDAY, time(9), time(13), Place.OFFICE),
    (Weekday.TUESDAY, time(14), time(19), ""),
    (Weekday.WEDNESDAY, time(12), time(20), Place.TELEHEALTH),
    (Weekday.THURSDAY, time(9), time(13), ""),
    (Weekday.THURSDAY, time(14), time(18), ""),
    (Weekday.FRIDAY, time(9), time(14), Place.TELEHEALTH),
)


@transaction.atomic
def furnish(*, practitioner: Practitioner, now: datetime) -> None:
    """Safe to repeat: adds what is missing and publishes texts that have changed."""
    if not practitioner.session_types.exists():
        _add_session_types(practitioner)
    if not practitioner.availability_rules.exists():
        _add_hours(practitioner)
    publish_questionnaires(now=now)
    consents = publish_starters(practitioner=practitioner, by=practitioner.user, now=now)
    _add_plans(practitioner, [document.slug for document in consents])


def _add_session_types(practitioner: Practitioner) -> None:
    for position, fields in enumerate(SESSION_TYPES):
        SessionType.objects.create(practitioner=practitioner, position=position, **fields)


def _add_hours(practitioner: Practitioner) -> None:
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(
            practitioner=practitioner, weekday=weekday, starts=starts, ends=ends, place=place
        )
        for weekday, starts, ends, place in HOURS
    )


def _add_plans(practitioner: Practitioner, consents: list[str]) -> None:
    slugs = [fields["slug"] for fields in WITH_INTAKE]
    for session_type in practitioner.session_types.filter(slug__in=slugs):
        IntakePlan.objects.get_or_create(
            session_type=session_type,
            defaults={"questionnaires": list(ORDER), "consents": consents},
        )

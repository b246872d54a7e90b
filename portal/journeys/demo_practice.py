"""The invented practice of the demo and its people."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction

from accounts.models import Client, Practice, Role, User, Voicemail
from booking import public_holidays
from booking.models import (
    Audience,
    AvailabilityRule,
    Booking,
    Place,
    Practitioner,
    SessionType,
    Weekday,
)
from booking.services import days_off
from portal.journeys import demo_bookings, demo_consult, demo_measures
from portal.journeys.demo_questionnaire import publish_own_questionnaire
from portal.journeys.demo_way import publish_way
from portal.journeys.furnish import furnish

CONTENT = Path(__file__).parent / "demo_content"
THERAPIST_EMAIL = "therapist@practice.example.com"
BILLING_EMAIL = "billing@practice.example.com"
CLIENT_EMAIL = "client@example.com"
MARA_EMAIL = "mara@example.org"
SUPERUSER_EMAIL = "technical@practice.example.com"

PRACTICE = {
    "name": "Holistic Therapy & Wellness NY",
    "tagline": "Psychotherapy and EMDR, Manhattan",
    "street": "100 Example Street, Suite 4",
    "city": "New York",
    "state": "NY",
    "zip_code": "10001",
    "phone": "(212) 555-0142",
    "email": "hello@practice.example.com",
    "time_zone": "America/New_York",
    "npi": "1234567893",
    "ein": "12-3456789",
}

INTENSIVE = {
    "slug": "emdr-intensive",
    "name": "EMDR intensive",
    "summary": "A long morning for one memory, with breaks. We look together first at whether "
    "it is the right time for it.",
    "position": 3,
    "minutes": 170,
    "buffer_after_minutes": 30,
    "price_cents": 620_00,
    "at_office": True,
    "by_telehealth": False,
    "notice_days": 3,
    "notice_clock": time(9),
    "horizon_days": 90,
    "weekly_cap": 1,
    "booking": Booking.REQUEST,
    "audience": Audience.EXISTING,
    "cancel_hours": 72,
    "late_fee_cents": 200_00,
}
SATURDAY = {
    "weekday": Weekday.SATURDAY,
    "starts": time(10),
    "ends": time(14),
    "place": Place.OFFICE,
}
HOLIDAY_AHEAD = timedelta(days=21)

OTHER_CLIENTS = (
    ("tomas@example.com", "Tomás Sample", "he/him", date(1979, 11, 2)),
    ("wren@example.org", "Wren Placeholder", "they/them", date(1995, 7, 23)),
    ("ioana@example.net", "Ioana Model", "she/her", date(1969, 1, 30)),
)


@transaction.atomic
def seed(*, now: datetime) -> bool:
    """Write the demo practice once. False when a practice is there already."""
    if Practice.objects.exists():
        return False
    Practice.objects.create(pk=1, **PRACTICE)
    practitioner = _practitioner(_user(THERAPIST_EMAIL, Role.THERAPIST))
    _user(BILLING_EMAIL, Role.BILLING_ADMIN)
    _user(SUPERUSER_EMAIL, Role.SUPERUSER)
    ada = _client(_user(CLIENT_EMAIL, Role.CLIENT), "Ada Example", "she/her", date(1988, 4, 12))
    furnish(practitioner=practitioner, now=now)
    publish_way(practitioner, now=now)
    publish_own_questionnaire(by=practitioner.user, now=now)
    _use_what_can_be_set(practitioner, now=now)
    others = [
        _client(_user(email, Role.CLIENT), name, pronouns, born_on, reminders_by_mail=True)
        for email, name, pronouns, born_on in OTHER_CLIENTS
    ]
    demo_bookings.fill(others, newcomer=ada, by=practitioner.user, now=now)
    demo_measures.tell_of_a_year(others[0], practitioner, now=now)
    mara = _client(_user(MARA_EMAIL, Role.CLIENT), "Mara Imagined", "she/her", date(1991, 9, 3))
    demo_consult.book_and_tell(mara, by=practitioner.user, now=now)
    return True


def _use_what_can_be_set(practitioner: Practitioner, *, now: datetime) -> None:
    """A way between two places, days kept together, a kind by request, every other Saturday."""
    practitioner.travel_minutes = 30
    practitioner.save(update_fields=["travel_minutes"])
    practitioner.session_types.filter(slug="emdr-session").update(is_packed=True)
    SessionType.objects.create(practitioner=practitioner, **INTENSIVE)
    saturday = _coming(Weekday.SATURDAY, now)
    AvailabilityRule.objects.create(
        practitioner=practitioner, valid_from=saturday, alternates_from=saturday, **SATURDAY
    )
    _close_a_holiday(practitioner, now=now)


def _coming(weekday: Weekday, now: datetime) -> date:
    today = now.astimezone(Practice.get().zone).date()
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _close_a_holiday(practitioner: Practitioner, *, now: datetime) -> None:
    """The first federal one that is some weeks ahead."""
    practice = Practice.get()
    after = (now + HOLIDAY_AHEAD).astimezone(practice.zone).date()
    days = public_holidays.coming(after, state=practice.state)
    days_off.close_holiday(
        practitioner=practitioner,
        on=next(day.on for day in days if not day.in_state),
        state=practice.state,
        zone=practice.zone,
        by=practitioner.user,
        now=now,
    )


def _user(email: str, role: Role) -> User:
    user = User.objects.create_user(email=email, role=role)
    user.emailaddress_set.create(email=email, verified=True, primary=True)  # type: ignore[attr-defined]
    return user


def _practitioner(user: User) -> Practitioner:
    return Practitioner.objects.create(
        user=user,
        name="Rowan Ellery",
        credential="LCSW, EMDR therapist",
        licence_line="Licensed Clinical Social Worker, New York, license 000000 (demo)",
        pronouns="she/her",
        npi="1234567893",
        bio=_text("bio.md"),
        video_link="https://video.example.com/rowan-ellery",
    )


def _client(
    user: User, name: str, pronouns: str, born_on: date, *, reminders_by_mail: bool = False
) -> Client:
    return Client.objects.create(
        user=user,
        legal_name=name,
        pronouns=pronouns,
        birth_date=born_on,
        phone="(917) 555-0117",
        address="12 Sample Avenue, New York, NY 10002",
        state="NY",
        voicemail=Voicemail.CALL_BACK,
        reminders_by_mail=reminders_by_mail,
    )


def _text(name: str) -> str:
    return (CONTENT / name).read_text()

"""Appointments by the million: written by the database itself, through all its constraints."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

BUSY_HOURS = (10, 11, 12, 15, 16)  # New York's clock is UTC-5 or -4: all fall into working hours
BUSY_DAYS = 20
APART = 15  # minutes between the starts of past sessions
BASE = datetime(2026, 1, 1, tzinfo=UTC)

SERIES = {
    "sqlite": (
        "WITH RECURSIVE series(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM series "
        "WHERE n < {high}) ",
        "datetime('{base:%Y-%m-%d %H:%M:%S}', '-' || (n * {apart} - {minutes}) || ' minutes')",
        "lower(hex(randomblob(16)))",
    ),
    "postgresql": (
        "WITH series AS (SELECT generate_series({low}, {high}) AS n) ",
        "timestamptz '{base:%Y-%m-%d %H:%M:%S+00}' - (n * {apart} - {minutes}) "
        "* interval '1 minute'",
        "gen_random_uuid()",
    ),
}


def measured_type() -> Any:
    """A practitioner of the usual hours, so that the demo is left as it is."""
    return _type_of("measured", "measured@practice.example.com")


def _type_of(slug: str, email: str) -> Any:
    from accounts.models import Role, User
    from booking.models import AvailabilityRule, Practitioner, SessionType

    found = SessionType.objects.filter(slug=slug).first()
    if found:
        return found
    user = User.objects.create(email=email, role=Role.THERAPIST)
    practitioner = Practitioner.objects.create(user=user, name="Measured")
    for weekday in range(5):
        AvailabilityRule.objects.create(
            practitioner=practitioner, weekday=weekday, starts=time(9), ends=time(18)
        )
    return SessionType.objects.create(
        slug=slug,
        practitioner=practitioner,
        name="Measured",
        minutes=50,
        buffer_after_minutes=10,
        notice_hours=12,
        horizon_days=60,
    )


def fill(count: int) -> dict[str, int]:
    """Bring the measured practitioner to `count` appointments: a busy month, the rest before."""
    session_type = measured_type()
    _fill(session_type, count)
    analyze()
    own = session_type.practitioner.appointments.count()
    return {"practitioner": session_type.practitioner_id, "appointments": own}


def neighbours(count: int, each: int) -> int:
    """As many other practitioners, with a diary each."""
    for number in range(count):
        slug = f"neighbour-{number}"
        _fill(_type_of(slug, f"{slug}@practice.example.com"), each)
    analyze()
    from booking.models import Practitioner

    return Practitioner.objects.count()


def _fill(session_type: Any, count: int) -> None:
    from booking.models import Appointment

    own = session_type.practitioner.appointments
    if count and not own.exists():
        Appointment.objects.bulk_create(_month(session_type))
    present = own.count()
    if count > present:
        _copies(own.first(), present, count)


def _month(session_type: Any) -> list[Any]:
    from accounts.models import Client
    from booking.models import Appointment
    from portal.shared.clock import utc_now

    client, today = Client.objects.first(), utc_now().replace(hour=0, minute=0, second=0)
    today = today.replace(microsecond=0)
    starts = [
        today + timedelta(days=day, hours=hour + 5)
        for day in range(1, BUSY_DAYS + 1)
        for hour in BUSY_HOURS
    ]
    return [
        Appointment(
            practitioner=session_type.practitioner,
            session_type=session_type,
            client=client,
            status="confirmed",
            place="telehealth",
            starts_at=start,
            ends_at=start + timedelta(minutes=50),
            blocked_from=start,
            blocked_until=start + timedelta(minutes=60),
            confirmed_at=start,
        )
        for start in starts
    ]


def _copies(template: Any, low: int, high: int) -> None:
    """Short sessions, back to back, further and further into the past."""
    from django.db import connection

    series, moment, public_id = SERIES[connection.vendor]
    lengths = {"starts_at": 0, "ends_at": 10, "blocked_from": 0, "blocked_until": APART}
    columns = [field.column for field in template._meta.concrete_fields if field.column != "id"]
    times = {
        name: moment.format(base=BASE, apart=APART, minutes=minutes)
        for name, minutes in lengths.items()
    }
    chosen = [{"public_id": public_id, **times}.get(name, f"template.{name}") for name in columns]
    sql = (
        series.format(low=low + 1, high=high)
        + f"INSERT INTO booking_appointment ({', '.join(columns)}) "
        + f"SELECT {', '.join(chosen)} FROM series, booking_appointment AS template "
        + f"WHERE template.id = {template.pk}"
    )
    if connection.vendor == "sqlite":  # its grammar wants the series inside the statement
        head, _, body = sql.partition("INSERT INTO")
        into, _, select = body.partition(" SELECT ")
        sql = f"INSERT INTO{into} {head}SELECT {select}"
    with connection.cursor() as cursor:
        cursor.execute(sql)


def forget_holds() -> int:
    """Give back every time that the measured practitioner keeps."""
    own = measured_type().practitioner.appointments
    return int(own.filter(status="held").update(status="expired"))


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

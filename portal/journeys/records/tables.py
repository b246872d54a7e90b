"""Appointments and measures of one client as lines of CSV."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import Client
from booking.models import Appointment
from intake.instruments.catalogue import INSTRUMENTS
from intake.models import Score
from portal.shared.spreadsheet import dollars, lines

AT_A_TIME = 500  # rows in memory
APPOINTMENT_COLUMNS = (
    "id", "starts", "ends", "session", "with", "place", "state", "price_usd", "called_off_on",
)  # fmt: skip
MEASURE_COLUMNS = ("answered_on", "instrument", "score", "from", "to", "not_answered")


def appointments_of(client: Client, zone: ZoneInfo) -> Iterator[str]:
    """All but holds; moments in the practice's zone with their distance from UTC."""
    rows = Appointment.objects.of_client(client).select_related("session_type", "practitioner")
    found = rows.order_by("starts_at", "pk").iterator(AT_A_TIME)
    return lines(APPOINTMENT_COLUMNS, (_appointment(one, zone) for one in found))


def _appointment(one: Appointment, zone: ZoneInfo) -> Iterator[str]:
    yield str(one.public_id)
    yield one.starts_at.astimezone(zone).isoformat(timespec="minutes")
    yield one.ends_at.astimezone(zone).isoformat(timespec="minutes")
    yield one.session_type.name
    yield one.practitioner.name
    yield one.get_place_display()
    yield one.get_status_display()
    yield dollars(one.price_cents)
    yield _day(one.cancelled_at, zone)


def measures_of(client: Client, zone: ZoneInfo) -> Iterator[str]:
    """Each instrument that was sent, with its score where every item was answered. The numbers
    alone: what they may mean is for a talk."""
    rows = Score.objects.filter(response__client=client).select_related("response")
    found = rows.order_by("response__submitted_at", "pk").iterator(AT_A_TIME)
    return lines(MEASURE_COLUMNS, (_measure(score, zone) for score in found))


def _measure(score: Score, zone: ZoneInfo) -> Iterator[str]:
    result = score.result
    tracks = INSTRUMENTS[score.instrument].tracks if score.instrument in INSTRUMENTS else ()
    track = tracks[0] if len(tracks) == 1 else None
    value = track.value_in(result) if track else None
    yield _day(score.response.submitted_at, zone)
    yield score.instrument
    yield "" if value is None else str(value)
    yield str(track.lowest) if track else ""
    yield str(track.highest) if track else ""
    yield str(result["missing"])


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat() if moment else ""

"""What the demo's people have booked and wait for, so that each thing can be seen at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from accounts.models import Client, Practice, User
from booking.models import Place, SessionType, Weekday
from booking.services import appointments, open_slots, series, waitlist
from booking.services.open_slots import Slot
from booking.services.series import Choice, Occurrence, Wish
from booking.wishes import Wishes

A_DAY = timedelta(days=1)
AHEAD = timedelta(days=14)
WEEKS, MOST_MISSED = 6, 1
WAITS = timedelta(days=60)


def fill(clients: list[Client], *, newcomer: Client, by: User, now: datetime) -> None:
    """The first comes every week, the others now and then; two of them and the newcomer wait."""
    first, *others = clients
    session_type = SessionType.objects.get(slug="emdr-session")
    _every_week(session_type, first, by=by, now=now)
    _now_and_then(session_type, others, by=by, now=now)
    _wait(session_type, others, newcomer, now=now)


def _every_week(session_type: SessionType, client: Client, *, by: User, now: datetime) -> None:
    """From tomorrow on, at the first hour that is open in nearly every one of the coming weeks."""
    for slot in _on_the_hour(session_type, now + A_DAY, now):
        wish = _weekly(session_type, client, slot)
        choices = _choices(series.plan(wish, now=now))
        if len(choices) >= WEEKS - MOST_MISSED:
            series.book(wish=wish, choices=choices, by=by, now=now)
            return


def _weekly(session_type: SessionType, client: Client, slot: Slot) -> Wish:
    local = slot.starts_at.astimezone(Practice.get().zone)
    return Wish(
        session_type=session_type,
        client=client,
        place=Place(slot.places[0]),
        first_on=local.date(),
        starts=local.time(),
        every_weeks=1,
        count=WEEKS,
    )


def _choices(plan: Iterable[Occurrence]) -> dict[int, Choice]:
    return {one.number: Choice(one.starts_at) for one in plan if one.starts_at and one.is_open}


def _now_and_then(
    session_type: SessionType, clients: list[Client], *, by: User, now: datetime
) -> None:
    """In the middle of a day each, so that the calendar shows what it is for."""
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in _on_the_hour(session_type, now, now):
        by_day[slot.starts_at.date()].append(slot)
    for client, day in zip(clients * 4, by_day.values(), strict=False):
        slot = day[len(day) // 2]
        appointments.book_for_client(
            session_type=session_type,
            client=client,
            starts_at=slot.starts_at,
            place=slot.places[0],
            by=by,
            now=now,
        )


def _on_the_hour(session_type: SessionType, start: datetime, now: datetime) -> list[Slot]:
    slots = open_slots.open_slots(
        session_type=session_type,
        zone=Practice.get().zone,
        start=start,
        end=now + AHEAD,
        now=now,
        terms=open_slots.therapist_terms(session_type),
    )
    return [slot for slot in slots if not slot.starts_at.minute]


def _wait(
    session_type: SessionType, clients: list[Client], newcomer: Client, *, now: datetime
) -> None:
    """All for Saturdays, which are rare, so that few times are kept for them unasked."""
    saturday = [int(Weekday.SATURDAY)]
    until_on = waitlist.today_of(now) + WAITS
    first_session = SessionType.objects.get(slug="intake-session")
    for client, kind, wishes in (
        (clients[0], session_type, Wishes(Place.OFFICE, saturday, ["morning"])),
        (clients[1], session_type, Wishes(weekdays=saturday, until_on=until_on)),
        (newcomer, first_session, Wishes(Place.OFFICE, saturday)),
    ):
        assert client.user is not None  # noqa: S101 - each of them was given one
        waitlist.join(session_type=kind, client=client, wishes=wishes, by=client.user, now=now)

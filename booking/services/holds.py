"""Keeping a time for a visitor for a short while, and letting it go again."""

import hashlib
import secrets
from copy import copy
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts.guards import find_client_of
from accounts.models import User
from accounts.services.sign_in import check_proved
from booking.availability import Reason
from booking.models import Appointment, AppointmentQuerySet, SessionType
from booking.services import openings, protection
from booking.services.audiences import check_audience
from booking.services.contention import lock_names, retrying
from booking.services.diary_rows import practice_zone
from booking.services.open_slots import NotOpen, Overlook, check_open
from booking.services.placing import clear_lapsed, draft, end_holds, lock_diary, record_ended, write
from booking.states import Party, Status, target_of
from portal.shared import audit
from portal.shared.encryption.crypto import blind_index
from portal.shared.request import Source, neighbourhood

KEPT = timedelta(minutes=15)
LONGEST_KEPT = timedelta(minutes=60)
HOLDS_PER_PERSON = 2
NOBODY = Source()


class TooManyHolds(Exception):
    """As many times are kept for this address, or this person, as one may keep at once."""


class HoldEnded(Exception):
    """The time is no longer kept."""


def new_secret() -> str:
    """A secret for the visitor's session, so that only this browser owns the hold."""
    return secrets.token_urlsafe(32)


def holder_id(secret: str) -> str:
    """What the database may know of the visitor's secret."""
    return hashlib.sha256(secret.encode()).hexdigest() if secret else ""


def hold(
    *,
    session_type: SessionType,
    starts_at: datetime,
    place: str,
    holder: str,
    now: datetime,
    minutes: int | None = None,
    by: User | None = None,
    source: Source = NOBODY,
) -> Appointment:
    """Keep this time for the visitor `holder`, in place of what they kept before.

    `minutes`: the length that they were shown, so that nobody agrees to another one unknowingly.
    Who comes too late is told so before the queue for the diary, and never waits in it.
    Raises Blocked, NotForYou, TooManyHolds, NotOpen with the reason, SlotTaken when another was
    quicker.
    """
    protection.check(ip=source.ip, email=by.email if by else "")
    check_audience(session_type, find_client_of(by))
    if minutes not in (None, session_type.minutes):
        raise NotOpen(Reason.WRONG_LENGTH)
    wished = _draft(session_type, starts_at, place, holder, now, by, source)
    zone = practice_zone()
    _check_open(wished, zone, now)
    return _keep(wished, zone, by=by, source=source, now=now)


@retrying
@transaction.atomic
def _keep(
    wished: Appointment, zone: ZoneInfo, *, by: User | None, source: Source, now: datetime
) -> Appointment:
    appointment = copy(wished)  # each try begins with a row that was never saved
    # Two practitioners have a diary each, so what counts over both has a lock of its own.
    lock_names(appointment.held_from, appointment.held_for)
    lock_diary(appointment.practitioner_id)
    _check_open(appointment, zone, now)
    own = Appointment.objects.held_by(appointment.holder)
    replaced = end_holds(list(own.select_for_update()))
    lapsed = clear_lapsed(appointment, now=now)
    _check_count(appointment, now=now)
    write(appointment)
    openings.freed(replaced, now=now)
    record_ended(replaced, action="appointment.release", now=now)
    record_ended(lapsed, action="appointment.expire", now=now)
    audit.record(action="appointment.hold", by=by, obj=appointment, source=source, now=now)
    return appointment


@retrying
@transaction.atomic
def claim(*, appointment: Appointment, by: User, now: datetime, source: Source = NOBODY) -> None:
    """Tie a hold to the person who has just proved their address.

    Of more than HOLDS_PER_PERSON (they chose times in several browsers before they said who they
    are) the oldest others give way: the one in front of them stays.

    Raises Blocked, NotProved, HoldEnded.
    """
    check_person(by, source)
    person = _person(by)
    lock_names(person)
    held = lock_hold(appointment, now=now)
    if held.held_for == person:
        return
    others = _live(now).filter(held_for=person).order_by("-held_at", "-pk")
    too_many = end_holds(list(others.select_for_update()[HOLDS_PER_PERSON - 1 :]))
    held.held_for = person
    held.save(update_fields=["held_for", "updated_at"])
    openings.freed(too_many, now=now)
    record_ended(too_many, action="appointment.release", now=now)


def is_claimed(appointment: Appointment, by: User) -> bool:
    """Whether this hold is tied to this person already."""
    return appointment.held_for == _person(by)


@transaction.atomic
def extend(*, appointment: Appointment, now: datetime) -> Appointment:
    """Keep it KEPT longer from now on, LONGEST_KEPT in all. Raises HoldEnded."""
    held = lock_hold(appointment, now=now)
    target_of("extend", held.status, Party.VISITOR)
    since, until = held.held_at or now, held.held_until or now
    held.held_until = max(until, min(now + KEPT, since + LONGEST_KEPT))
    held.save(update_fields=["held_until", "updated_at"])
    return held


@transaction.atomic
def release(
    *, appointment: Appointment, now: datetime, by: User | None = None, source: Source = NOBODY
) -> None:
    """Give the time back. A hold that has ended already stays as it is."""
    held = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if held.status == Status.HELD:
        target_of("release", held.status, Party.VISITOR)
        openings.freed(end_holds([held]), now=now)
        audit.record(action="appointment.release", by=by, obj=held, source=source, now=now)


def expire(*, now: datetime, limit: int = 200) -> int:
    """End the holds whose time is over; returns how many. Safe to run twice, and at once."""
    ended = 0
    for pk in list(Appointment.objects.lapsed(now).values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            held = list(Appointment.objects.lapsed(now).select_for_update().filter(pk=pk))
            openings.freed(end_holds(held), now=now)
            record_ended(held, action="appointment.expire", now=now)
            ended += len(held)
    return ended


def lock_hold(appointment: Appointment, *, now: datetime) -> Appointment:
    """The row, locked, while it still keeps its time. Raises HoldEnded."""
    held = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if held.status != Status.HELD or held.held_until is None or held.held_until <= now:
        raise HoldEnded
    return held


def check_person(user: User, source: Source) -> None:
    """Raise Blocked; raise NotProved where no mail has reached this person yet."""
    protection.check(ip=source.ip, email=user.email)
    check_proved(user)


def _draft(
    session_type: SessionType,
    starts_at: datetime,
    place: str,
    holder: str,
    now: datetime,
    by: User | None,
    source: Source,
) -> Appointment:
    return draft(
        session_type,
        starts_at,
        place,
        status=target_of("hold", None, Party.VISITOR),
        holder=holder,
        held_at=now,
        held_until=now + KEPT,
        held_from=blind_index(neighbourhood(source.ip), purpose="hold-address")
        if source.ip
        else "",
        held_for=_person(by) if by else "",
    )


def _check_open(wished: Appointment, zone: ZoneInfo, now: datetime) -> None:
    check_open(
        session_type=wished.session_type,
        zone=zone,
        starts_at=wished.starts_at,
        place=wished.place,
        now=now,
        overlook=Overlook(holder=wished.holder),
    )


def _person(user: User) -> str:
    return blind_index(user.email, purpose="hold-person")


def _live(now: datetime) -> AppointmentQuerySet:
    return Appointment.objects.filter(status=Status.HELD, held_until__gt=now)


def _check_count(wished: Appointment, *, now: datetime) -> None:
    live, limit = _live(now), settings.HOLDS_PER_ADDRESS
    if wished.held_from and limit and live.filter(held_from=wished.held_from).count() >= limit:
        raise TooManyHolds
    if wished.held_for and live.filter(held_for=wished.held_for).count() >= HOLDS_PER_PERSON:
        raise TooManyHolds

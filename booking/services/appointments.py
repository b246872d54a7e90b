"""What happens to an appointment once somebody is known: agreed, moved, called off, over."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Client, Practice, User
from booking.availability import Terms
from booking.models import Appointment, AppointmentChange, AppointmentSeries, Booking, SessionType
from booking.services import changes, follow_ups, notices, openings
from booking.services.audiences import check_audience
from booking.services.changes import party_of
from booking.services.contention import retrying
from booking.services.holds import HoldEnded, check_person, lock_hold
from booking.services.licence import check_licence
from booking.services.open_slots import (
    Overlook,
    check_open,
    held_terms,
    move_terms,
    therapist_terms,
)
from booking.services.placing import (
    MOVED,
    clear_lapsed,
    draft,
    lock_diary,
    record_ended,
    times,
    write,
)
from booking.states import LIVE, NotAllowed, Party, Status, target_of
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()


class TooLateToMove(Exception):
    """The free period is over: a client can't move it any more."""


class NotYetBegun(Exception):
    """A session that has not begun can be neither completed nor missed."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What came of it: the fee is proposed, never taken by itself."""

    appointment: Appointment
    fee_cents: int


@retrying
@transaction.atomic
def confirm(
    *, appointment: Appointment, client: Client, by: User, now: datetime, source: Source = NOBODY
) -> Appointment:
    """Turn a hold into the client's appointment, or into a request where the type asks for one.

    Raises Blocked; NotProved; HoldEnded; NotForYou; NotOpen when the therapist closed the time
    meanwhile.
    """
    check_person(by, source)
    held = lock_hold(appointment, now=now)
    session_type = held.session_type
    Client.objects.select_for_update().get(pk=client.pk)  # so that "once" holds in two windows
    check_audience(session_type, client)
    _check_still_open(held)
    action = "request" if session_type.booking == Booking.REQUEST else "confirm"
    held.status = target_of(action, held.status, Party.CLIENT)
    held.client = client
    held.confirmed_at = now if held.status == Status.CONFIRMED else None
    held.held_from = held.held_for = ""
    held.save(
        update_fields=["status", "client", "confirmed_at", "held_from", "held_for", "updated_at"]
    )
    tell = notices.confirmed if held.status == Status.CONFIRMED else notices.requested
    tell(held, now=now)
    follow_ups.diary_changed(held, now=now)
    _record(action, held, by=by, source=source, now=now)
    return held


@retrying
@transaction.atomic
def book_for_client(
    *,
    session_type: SessionType,
    client: Client,
    starts_at: datetime,
    place: str,
    by: User,
    now: datetime,
    source: Source = NOBODY,
    outside_hours: bool = False,
    series: AppointmentSeries | None = None,
    number: int | None = None,
    tell: bool = True,
) -> Appointment:
    """The therapist enters an appointment, alone or as `number` of a series.

    `outside_hours`: her hours are no obstacle, and stay as they are for everybody else.
    `tell=False`: the caller mails (a series is told in one mail). Raises NotOpen with the reason.
    """
    lock_diary(session_type.practitioner_id)
    check_open(
        session_type=session_type,
        zone=Practice.get().zone,
        starts_at=starts_at,
        place=place,
        now=now,
        terms=therapist_terms(session_type),
        outside_hours=outside_hours,
    )
    status = target_of("book_for_client", None, party_of(by))
    appointment = draft(
        session_type,
        starts_at,
        place,
        status=status,
        client=client,
        confirmed_at=now,
        series=series,
        number=number,
    )
    lapsed = clear_lapsed(appointment, now=now)
    write(appointment)
    if tell:
        notices.confirmed(appointment, now=now)
    follow_ups.diary_changed(appointment, now=now)
    follow_ups.money_and_papers("booked", appointment, by=by, now=now)
    record_ended(lapsed, action="appointment.expire", now=now)
    _record("book_for_client", appointment, by=by, source=source, now=now)
    return appointment


@retrying
@transaction.atomic
def reschedule(
    *,
    appointment: Appointment,
    starts_at: datetime,
    place: str,
    by: User,
    now: datetime,
    source: Source = NOBODY,
    batch: UUID | None = None,
    outside_hours: bool = False,
) -> Appointment:
    """Move it: the same row and calendar id, one SEQUENCE on; the promised price and policy stay.

    Raises NotAllowed, NotOpen with the reason; for clients TooLateToMove after the free period, and
    NotLicensedThere where they ask for video from another state.
    """
    moving = _lock(appointment)
    was, party = moving.starts_at, party_of(by)
    moving.status = target_of("reschedule", moving.status, party)
    check_movable(moving, party, now=now)
    if (starts_at, place) == (was, moving.place):
        return moving
    check_way(moving, party, place)
    terms = move_terms(moving, by_therapist=party == Party.THERAPIST)
    lock_diary(moving.practitioner_id)
    change = changes.begin(appointment=moving, action="reschedule", by=by, now=now, batch=batch)
    gave_way = changes.make_room(change, times(terms, starts_at), now=now)
    _check_open_for(moving, starts_at, place, terms, now, outside_hours and by.is_therapist)
    _place_at(moving, starts_at, place, terms)
    lapsed = clear_lapsed(moving, now=now)
    write(moving, update_fields=[*MOVED, "place", "sequence", "updated_at"])
    changes.keep_time(change, *gave_way)
    after_change(change, moving, "moved", by=by, now=now)
    record_ended(lapsed, action="appointment.expire", now=now)
    _record("reschedule", moving, by=by, source=source, now=now, was=was.isoformat())
    return moving


@retrying
@transaction.atomic
def cancel(
    *,
    appointment: Appointment,
    by: User,
    now: datetime,
    reason: str = "",
    source: Source = NOBODY,
    batch: UUID | None = None,
) -> Cancellation:
    """Call it off; while it can be undone its time stays held, and nothing is mailed or charged.

    A client's late cancellation proposes the fee that was promised, then and not before.

    Raises NotAllowed when it is called off or over already.
    """
    row = _lock(appointment)
    action = cancel_action(row, party_of(by), now=now)
    fee_cents = row.late_fee_cents if action == "cancel_late" else 0
    target = target_of(action, row.status, party_of(by))
    lock_diary(row.practitioner_id)
    change = changes.begin(appointment=row, action=action, by=by, now=now, batch=batch)
    row.status = target
    row.cancelled_at, row.cancelled_by, row.cancel_reason = now, by, reason or None
    row.sequence += 1
    row.save(
        update_fields=[
            "status", "cancelled_at", "cancelled_by", "cancel_reason", "sequence", "updated_at",
        ]
    )  # fmt: skip
    changes.keep_time(change)
    after_change(change, row, row.status, by=by, now=now)
    _record(action, row, by=by, source=source, now=now, fee_cents=fee_cents)
    return Cancellation(row, fee_cents)


@transaction.atomic
def mark_no_show(
    *, appointment: Appointment, by: User, now: datetime, source: Source = NOBODY
) -> Appointment:
    """The client did not come. Raises NotYetBegun, NotAllowed."""
    return _settle("mark_no_show", appointment, by=by, now=now, source=source)


@transaction.atomic
def complete(
    *, appointment: Appointment, by: User, now: datetime, source: Source = NOBODY
) -> Appointment:
    """The session took place. Raises NotYetBegun, NotAllowed."""
    return _settle("complete", appointment, by=by, now=now, source=source)


def cancel_action(appointment: Appointment, party: Party, *, now: datetime) -> str:
    """Whether cancelling now is in time or late. Raises NotAllowed once it has ended."""
    if appointment.ends_at <= now:
        raise NotAllowed("cancel after the end")
    agreed = appointment.status == Status.CONFIRMED
    in_time = appointment.policy.is_free(appointment.starts_at, now)
    return "cancel_late" if agreed and party == Party.CLIENT and not in_time else "cancel"


def check_movable(appointment: Appointment, party: Party, *, now: datetime) -> None:
    """Raise TooLateToMove where only the therapist may move it any more."""
    if party == Party.CLIENT and not appointment.policy.is_free(appointment.starts_at, now):
        raise TooLateToMove


def check_way(appointment: Appointment, party: Party, place: str) -> None:
    """Raise NotLicensedThere where a client asks for another way that is closed to them."""
    if party == Party.CLIENT and appointment.client and place != appointment.place:
        check_licence(place, appointment.client.state)


def after_change(
    change: AppointmentChange, row: Appointment, what: str, *, by: User, now: datetime
) -> None:
    """What follows at once, and what waits until the change can't be taken back any more."""
    follow_ups.diary_changed(row, now=now)
    follow_ups.money_and_papers(what, row, by=by, now=now, due_at=change.undo_until)
    if (row.blocked_from, row.is_live) != (change.was_blocked_from, change.was_status in LIVE):
        openings.announce(
            practitioner_id=row.practitioner_id,
            starts_at=change.was_blocked_from,
            ends_at=change.was_blocked_until,
            now=now,
            due_at=changes.kept_until(change),
        )


def _settle(
    action: str, appointment: Appointment, *, by: User, now: datetime, source: Source
) -> Appointment:
    row = _lock(appointment)
    if now < row.starts_at:
        raise NotYetBegun
    target = target_of(action, row.status, party_of(by))
    change = changes.begin(appointment=row, action=action, by=by, now=now)
    row.status = target
    row.save(update_fields=["status", "updated_at"])
    after_change(change, row, row.status, by=by, now=now)
    _record(action, row, by=by, source=source, now=now)
    return row


def _lock(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_for_update().get(pk=appointment.pk)


def _check_still_open(held: Appointment) -> None:
    """As of the moment it was held: the notice that has run out since does not count."""
    if held.held_at is None:
        raise HoldEnded
    check_open(
        session_type=held.session_type,
        zone=Practice.get().zone,
        starts_at=held.starts_at,
        place=held.place,
        now=held.held_at,
        overlook=Overlook(appointment_id=held.pk),
        terms=held_terms(held),
    )


def _check_open_for(
    moving: Appointment,
    starts_at: datetime,
    place: str,
    terms: Terms,
    now: datetime,
    outside_hours: bool,
) -> None:
    check_open(
        session_type=moving.session_type,
        zone=Practice.get().zone,
        starts_at=starts_at,
        place=place,
        now=now,
        overlook=Overlook(appointment_id=moving.pk),
        terms=terms,
        outside_hours=outside_hours,
    )


def _place_at(moving: Appointment, starts_at: datetime, place: str, terms: Terms) -> None:
    for name, value in times(terms, starts_at).items():
        setattr(moving, name, value)
    moving.place = place
    moving.sequence += 1


def _record(
    action: str,
    appointment: Appointment,
    *,
    by: User,
    source: Source,
    now: datetime,
    **detail: object,
) -> None:
    audit.record(
        action=f"appointment.{action}",
        by=by,
        obj=appointment,
        client=appointment.client,
        source=source,
        detail={"status": appointment.status, **detail},
        now=now,
    )

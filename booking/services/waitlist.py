"""Waiting for a time: join, change what one waits for, leave, and what ends an offer."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Client, Practice, User
from booking.models import (
    Appointment,
    OfferState,
    SessionType,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistState,
)
from booking.services import openings
from booking.services.audiences import check_audience
from booking.services.contention import retrying
from booking.services.holds import check_person
from booking.services.licence import check_any_way
from booking.services.placing import end_holds
from booking.states import Status
from booking.wishes import Wishes
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()


@retrying
@transaction.atomic
def join(
    *,
    session_type: SessionType,
    client: Client,
    wishes: Wishes,
    by: User,
    now: datetime,
    source: Source = NOBODY,
) -> WaitlistEntry:
    """Wait for a time of this type. Who waits already keeps their turn, with the new wishes.

    Raises Blocked, NotProved, NotForYou where they may not book this type, and NotLicensedThere
    where nothing could ever be offered to them.
    """
    check_person(by, source)
    check_audience(session_type, client)
    check_any_way([wishes.place] if wishes.place else session_type.places, client.state)
    # Two windows of one person wait here for one another: the second one changes the wishes.
    Client.objects.select_for_update().get(pk=client.pk)
    entry = waiting_entry(client, session_type)
    if entry and is_over(entry, today_of(now)):
        _run_out(entry, now=now)
        entry = None
    action = "waitlist.change" if entry else "waitlist.join"
    entry = entry or WaitlistEntry(client=client, session_type=session_type)
    entry.place = wishes.place
    entry.weekdays, entry.parts = sorted(wishes.weekdays), sorted(wishes.parts)
    entry.until_on = wishes.until_on
    entry.save()
    _record(action, entry, by=by, source=source, now=now)
    return entry


def renew(
    *, entry: WaitlistEntry, by: User, now: datetime, source: Source = NOBODY
) -> WaitlistEntry:
    """Wait again for the same, without a last day, at the end of the line. Raises as `join` does.

    Who waits for this type again already stays as they are.
    """
    found = WaitlistEntry.objects.waiting(today_of(now)).filter(
        client=entry.client_id, session_type=entry.session_type_id
    )
    return found.first() or join(
        session_type=entry.session_type,
        client=entry.client,
        wishes=replace(entry.wishes, until_on=None),
        by=by,
        now=now,
        source=source,
    )


def expire(*, now: datetime) -> int:
    """End the waits whose last day has passed, so that the table says what is so; how many."""
    today = today_of(now)
    keys = list(WaitlistEntry.objects.overdue(today).values_list("pk", flat=True))
    return sum(_expire_one(pk, today, now=now) for pk in keys)


def is_over(entry: WaitlistEntry, today: date) -> bool:
    """It has run out, whether or not the sweep has been there."""
    is_past = entry.until_on is not None and entry.until_on < today
    return entry.state == WaitlistState.EXPIRED or (
        entry.state == WaitlistState.WAITING and is_past
    )


def today_of(now: datetime) -> date:
    """The day by the practice's calendar."""
    return now.astimezone(Practice.get().zone).date()


@retrying
@transaction.atomic
def leave(*, entry: WaitlistEntry, by: User, now: datetime, source: Source = NOBODY) -> None:
    """Wait no longer, or be taken off by the therapist; an offered time goes to the next one.

    Who waits no longer stays as they are.
    """
    entry = WaitlistEntry.objects.select_for_update().get(pk=entry.pk)
    if entry.state != WaitlistState.WAITING:
        return
    for offer in open_offers().filter(entry=entry):
        end_offer(offer, OfferState.LAPSED if by.is_staff else OfferState.DECLINED, now=now)
    end_entry(entry, WaitlistState.LEFT, now=now)
    action = "waitlist.remove" if by.is_staff else "waitlist.leave"
    _record(action, entry, by=by, source=source, now=now)


@retrying
@transaction.atomic
def decline(*, offer: WaitlistOffer, by: User, now: datetime, source: Source = NOBODY) -> None:
    """Not this time: it goes to the next one, and they wait on. What has ended stays ended."""
    entry = WaitlistEntry.objects.select_for_update().get(pk=offer.entry_id)
    found = open_offers().filter(pk=offer.pk).first()
    if found is None:
        return
    end_offer(found, OfferState.DECLINED, now=now)
    _record("waitlist.decline", entry, by=by, source=source, now=now, offer=str(offer.public_id))


@retrying
@transaction.atomic
def lapse(*, offer_id: int, now: datetime) -> bool:
    """Nobody answered in time; the next one is asked. Returns whether it ended now."""
    row = WaitlistOffer.objects.get(pk=offer_id)
    entry = WaitlistEntry.objects.select_for_update().get(pk=row.entry_id)
    offer = open_offers().filter(pk=offer_id, expires_at__lte=now).first()
    if offer is None:
        return False
    end_offer(offer, OfferState.LAPSED, now=now)
    _record("waitlist.lapse", entry, by=None, source=NOBODY, now=now, offer=str(offer.public_id))
    return True


def follow(appointment: Appointment, *, now: datetime) -> None:
    """After a booking: who has the one session of its kind that they may have waits no longer.

    For any other kind they wait on, for an earlier time than the one they have.
    """
    if appointment.status not in (Status.CONFIRMED, Status.REQUESTED) or not appointment.client:
        return
    session_type = appointment.session_type
    if not (session_type.is_consult or session_type.once_per_client):
        return
    entry = waiting_entry(appointment.client, session_type)
    if entry is None:
        return
    for offer in open_offers().filter(entry=entry):
        end_offer(offer, OfferState.LAPSED, now=now)
    end_entry(entry, WaitlistState.BOOKED, now=now)


def waiting_entry(client: Client, session_type: SessionType) -> WaitlistEntry | None:
    """Their place in the line for this type, locked."""
    rows = WaitlistEntry.objects.select_for_update()
    return rows.filter(
        client=client, session_type=session_type, state=WaitlistState.WAITING
    ).first()


def open_offers() -> QuerySet[WaitlistOffer]:
    """Those that wait for an answer, locked; the entry is always locked before."""
    return WaitlistOffer.objects.select_for_update().filter(state=OfferState.OPEN)


def end_entry(entry: WaitlistEntry, state: WaitlistState, *, now: datetime) -> None:
    """They have a time, wait no longer, or their last day is over."""
    entry.state, entry.ended_at = state, now
    entry.save(update_fields=["state", "ended_at", "updated_at"])


def end_offer(offer: WaitlistOffer, state: OfferState, *, now: datetime) -> None:
    """Give the kept time back, and tell the line that it is free."""
    offer.state, offer.answered_at = state, now
    offer.save(update_fields=["state", "answered_at"])
    held = Appointment.objects.select_for_update().get(pk=offer.appointment_id)
    if held.status == Status.HELD:
        end_holds([held])
    openings.freed([held], now=now)


@retrying
@transaction.atomic
def _expire_one(pk: int, today: date, *, now: datetime) -> bool:
    entry = WaitlistEntry.objects.select_for_update().overdue(today).filter(pk=pk).first()
    if entry is not None:
        _run_out(entry, now=now)
    return entry is not None


def _run_out(entry: WaitlistEntry, *, now: datetime) -> None:
    """Nothing is offered after the last day, so nothing waits for an answer that could be given."""
    for offer in open_offers().filter(entry=entry):
        end_offer(offer, OfferState.LAPSED, now=now)
    end_entry(entry, WaitlistState.EXPIRED, now=now)
    _record("waitlist.expire", entry, by=None, source=NOBODY, now=now)


def _record(
    action: str,
    entry: WaitlistEntry,
    *,
    by: User | None,
    source: Source,
    now: datetime,
    **detail: object,
) -> None:
    audit.record(
        action=action,
        by=by,
        obj=entry,
        client=entry.client,
        source=source,
        detail={"state": entry.state, **detail},
        now=now,
    )

"""A time has opened: it is offered to one after the other, who waits longest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min, QuerySet

from accounts.models import Client, Practice, User
from booking.availability import Terms, bookable_range
from booking.models import (
    Appointment,
    OfferState,
    SessionType,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistState,
)
from booking.offer_clock import answer_until, last_true
from booking.quiet_hours import next_allowed
from booking.services import appointments, protection, waitlist, waitlist_notices
from booking.services.audiences import NotForYou, check_audience
from booking.services.contention import retrying
from booking.services.holds import HoldEnded
from booking.services.licence import check_licence, is_licensed
from booking.services.open_slots import NotOpen, Slot, instant, open_slots, seconds, terms_of
from booking.services.placing import clear_lapsed, draft, lock_diary, record_ended, times, write
from booking.services.protection import Blocked
from booking.states import Party, target_of
from portal.shared import audit, outbox
from portal.shared.request import Source

NOBODY = Source()


class OfferOver(Exception):
    """The offer has been answered, its time is over, or the time was closed meanwhile."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Time that may be free, buffers included."""

    practitioner_id: int
    starts_at: datetime
    ends_at: datetime

    def touches(self, start: datetime, end: datetime) -> bool:
        return start < self.ends_at and end > self.starts_at


@dataclass(frozen=True, slots=True)
class Match:
    """Whom to offer which time, and until when."""

    entry: WaitlistEntry
    slot: Slot
    place: str
    until: datetime


def first_moment(*, now: datetime) -> datetime:
    """Now, or when quiet hours end: nobody is mailed in them, and nothing is kept for anybody."""
    practice = Practice.get()
    return next_allowed(
        now,
        zone=practice.zone,
        quiet_from=practice.quiet_from,
        quiet_until=practice.quiet_until,
    )


def offer(*, opening: Opening, now: datetime) -> list[WaitlistOffer]:
    """Offer what is free of it to those who wait, each time to one person. Safe to run again."""
    for pk in _overdue(opening.practitioner_id, now):
        waitlist.lapse(offer_id=pk, now=now)
    made = []
    while (one := _offer_next(opening, now=now)) is not None:
        made.append(one)
    return made


@retrying
@transaction.atomic
def accept(
    *, offer: WaitlistOffer, by: User, now: datetime, source: Source = NOBODY
) -> Appointment:
    """Take the time: the hold becomes their appointment, at the price and policy of the offer.

    Raises OfferOver, Blocked, NotProved, NotLicensedThere, and NotForYou where they may not book
    this type any more.
    """
    # As whoever joins or books: first the client, then the entry, so that nobody waits in a ring.
    client = Client.objects.select_for_update().get(waitlist_entries=offer.entry_id)
    entry = WaitlistEntry.objects.select_for_update().get(pk=offer.entry_id)
    found = waitlist.open_offers().filter(pk=offer.pk, expires_at__gt=now).first()
    if found is None:
        raise OfferOver
    check_licence(found.appointment.place, client.state)
    found.state, found.answered_at = OfferState.TAKEN, now
    found.save(update_fields=["state", "answered_at"])
    waitlist.end_entry(entry, WaitlistState.BOOKED, now=now)
    try:
        taken = appointments.confirm(
            appointment=found.appointment, client=client, by=by, now=now, source=source
        )
    except (HoldEnded, NotOpen) as error:
        raise OfferOver from error
    _record("waitlist.take", found, by=by, source=source, now=now)
    return taken


def last_call(
    session_type: SessionType, starts_at: datetime, zone: ZoneInfo, now: datetime
) -> datetime:
    """The last moment at which this open time could still be booked at all."""
    terms, start, begun = terms_of(session_type), seconds(starts_at), seconds(now)

    def is_in_time(moment: int) -> bool:
        return bookable_range(zone, terms, moment)[0] <= start

    return instant(last_true(is_in_time, begun, start + 1))


@retrying
@transaction.atomic
def _offer_next(opening: Opening, *, now: datetime) -> WaitlistOffer | None:
    """One offer, to the one who waits longest of all whom a free time fits."""
    lock_diary(opening.practitioner_id)
    for match in _matches(opening, now):
        entry = WaitlistEntry.objects.select_for_update().get(pk=match.entry.pk)
        if entry.state == WaitlistState.WAITING:
            return _make(match, now=now)
    return None


def _make(match: Match, *, now: datetime) -> WaitlistOffer:
    made = WaitlistOffer(entry=match.entry, offered_at=now, expires_at=match.until)
    held = draft(
        match.entry.session_type,
        match.slot.starts_at,
        match.place,
        status=target_of("offer", None, Party.PORTAL),
        client=match.entry.client,
        holder=f"waitlist:{made.public_id}",
        held_at=now,
        held_until=match.until,
    )
    lapsed = clear_lapsed(held, now=now)
    write(held)
    made.appointment = held
    made.save()
    outbox.enqueue(
        kind="lapse_offer",
        key=f"offer:{made.pk}:lapse",
        payload={"offer_id": made.pk},
        due_at=made.expires_at,
        now=now,
    )
    waitlist_notices.time_opened(made, now=now)
    record_ended(lapsed, action="appointment.expire", now=now)
    _record("waitlist.offer", made, by=None, source=NOBODY, now=now)
    return made


def _matches(opening: Opening, now: datetime) -> Iterator[Match]:
    line, practice = list(_line(opening.practitioner_id)), Practice.get()
    own = _own_next(line, now)
    slots_of: dict[int, list[Slot]] = {}
    for entry in line:
        kind = entry.session_type
        if kind.pk not in slots_of:
            slots_of[kind.pk] = _open_in(opening, kind, practice, now)
        before = own.get((entry.client_id, kind.pk))
        slots = [slot for slot in slots_of[kind.pk] if before is None or slot.starts_at < before]
        match = _first_fit(entry, slots, practice, now)
        if match and _may_book(entry):
            yield match


def _own_next(line: list[WaitlistEntry], now: datetime) -> dict[tuple[int, int], datetime]:
    """The next session that they have of a type: they wait for something earlier."""
    rows = Appointment.objects.upcoming(now).filter(client__in={one.client_id for one in line})
    pairs = rows.order_by().values_list("client_id", "session_type_id").annotate(Min("starts_at"))
    return {(client, kind): first for client, kind, first in pairs}


def _line(practitioner_id: int) -> QuerySet[WaitlistEntry]:
    """Those who wait and have no offer to answer, the longest waiting first."""
    return (
        WaitlistEntry.objects.filter(
            state=WaitlistState.WAITING,
            session_type__practitioner_id=practitioner_id,
            session_type__is_active=True,
            client__user__is_active=True,
        )
        .exclude(offers__state=OfferState.OPEN)
        .select_related("client__user", "session_type__practitioner")
        .prefetch_related("offers__appointment")
        .order_by("created_at", "pk")
    )


def _open_in(
    opening: Opening, session_type: SessionType, practice: Practice, now: datetime
) -> list[Slot]:
    """What the calendar would list of this type and did not while the opening was taken."""
    terms = terms_of(session_type)
    slots = open_slots(
        session_type=session_type,
        zone=practice.zone,
        start=opening.starts_at - timedelta(seconds=terms.length + terms.after),
        end=opening.ends_at + timedelta(seconds=terms.before),
        now=now,
    )
    return [slot for slot in slots if opening.touches(*_blocked(terms, slot))]


def _blocked(terms: Terms, slot: Slot) -> tuple[datetime, datetime]:
    found = times(terms, slot.starts_at)
    return found["blocked_from"], found["blocked_until"]


def _first_fit(
    entry: WaitlistEntry, slots: list[Slot], practice: Practice, now: datetime
) -> Match | None:
    """The earliest of these times that they would take and have not been offered before."""
    wishes = entry.wishes
    for slot in slots:
        place = _place(entry, slot, practice)
        if not place or not wishes.fit(slot.starts_at, practice.zone) or _was_offered(entry, slot):
            continue
        until = _until(entry.session_type, slot, practice, now)
        if until:
            return Match(entry, slot, place, until)
    return None


def _place(entry: WaitlistEntry, slot: Slot, practice: Practice) -> str:
    """The way to meet that this time allows them; empty: none."""
    wanted = [place for place in slot.places if entry.place in ("", place)]
    return next((one for one in wanted if is_licensed(one, entry.client.state, practice)), "")


def _was_offered(entry: WaitlistEntry, slot: Slot) -> bool:
    """Who did not want a time, or did not answer, is not asked again about its minutes."""
    earlier = (one.appointment for one in entry.offers.all())
    return any(one.starts_at < slot.ends_at and slot.starts_at < one.ends_at for one in earlier)


def _until(
    session_type: SessionType, slot: Slot, practice: Practice, now: datetime
) -> datetime | None:
    return answer_until(
        now=now,
        last_call=last_call(session_type, slot.starts_at, practice.zone, now),
        zone=practice.zone,
        quiet_from=practice.quiet_from,
        quiet_until=practice.quiet_until,
    )


def _may_book(entry: WaitlistEntry) -> bool:
    try:
        protection.check(email=entry.client.email)
        check_audience(entry.session_type, entry.client)
    except (Blocked, NotForYou):
        return False
    return True


def _overdue(practitioner_id: int, now: datetime) -> list[int]:
    rows = WaitlistOffer.objects.filter(
        state=OfferState.OPEN,
        expires_at__lte=now,
        appointment__practitioner_id=practitioner_id,
    )
    return list(rows.values_list("pk", flat=True))


def _record(
    action: str,
    made: WaitlistOffer,
    *,
    by: User | None,
    source: Source,
    now: datetime,
) -> None:
    audit.record(
        action=action,
        by=by,
        obj=made,
        client=made.entry.client,
        source=source,
        detail={"appointment": str(made.appointment.public_id)},
        now=now,
    )

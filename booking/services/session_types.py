"""The kinds of session that the therapist offers, and the limits over all of them.

A change holds for what is booked from now on: price, length, buffers and policy of an appointment
were copied onto it when its time was taken.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from booking.models import Practitioner, SessionType
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()
LONGEST_SLUG = 40
ONLY_NAMED = frozenset({"name", "summary"})
"""Texts of which the audit tells only that they changed."""


class InUse(Exception):
    """Somebody booked or waits for this kind of session: it can be withdrawn, never deleted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Over all kinds of session together; None: no limit."""

    daily_cap: int | None
    weekly_cap: int | None
    travel_minutes: int


@transaction.atomic
def add(
    *, session_type: SessionType, by: User, now: datetime, source: Source = NOBODY
) -> SessionType:
    """Save a new one at the end of the list, with an address made from its name."""
    others = SessionType.objects.filter(practitioner=session_type.practitioner)
    last = others.order_by("position").last()
    session_type.position = last.position + 1 if last else 0
    session_type.slug = _free_slug(session_type.name)
    session_type.save(force_insert=True)
    audit.record(action="session_type.add", by=by, obj=session_type, source=source, now=now)
    return session_type


@transaction.atomic
def change(
    *, session_type: SessionType, by: User, now: datetime, source: Source = NOBODY
) -> list[str]:
    """Write what differs from the row as it stands; returns the names of those fields."""
    before = SessionType.objects.select_for_update().get(pk=session_type.pk)
    changed = [name for name in _settings() if _of(before, name) != _of(session_type, name)]
    if not changed:
        return []
    session_type.save(update_fields=[*changed, "updated_at"])
    detail = {name: _told(before, session_type, name) for name in changed}
    audit.record(
        action="session_type.change",
        by=by,
        obj=session_type,
        source=source,
        detail={"changed": detail},
        now=now,
    )
    return changed


@transaction.atomic
def set_offered(
    *,
    session_type: SessionType,
    offered: bool,
    by: User,
    now: datetime,
    source: Source = NOBODY,
) -> None:
    """Withdraw it, or offer it again. What is booked stays booked."""
    if session_type.is_active == offered:
        return
    session_type.is_active = offered
    session_type.save(update_fields=["is_active", "updated_at"])
    action = "session_type.offer" if offered else "session_type.withdraw"
    audit.record(action=action, by=by, obj=session_type, source=source, now=now)


@transaction.atomic
def move(
    *, session_type: SessionType, earlier: bool, by: User, now: datetime, source: Source = NOBODY
) -> None:
    """One place up or down in the list that clients read; at its end nothing happens."""
    practitioner = session_type.practitioner
    ordered = list(practitioner.session_types.select_for_update())
    here = ordered.index(session_type)
    there = here - 1 if earlier else here + 1
    if not 0 <= there < len(ordered):
        return
    ordered[here], ordered[there] = ordered[there], ordered[here]
    for position, one in enumerate(ordered):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position", "updated_at"])
    audit.record(action="session_type.move", by=by, obj=session_type, source=source, now=now)


@transaction.atomic
def delete(*, session_type: SessionType, by: User, now: datetime, source: Source = NOBODY) -> None:
    """Only what nobody ever booked or waited for. Raises InUse."""
    if is_used(session_type):
        raise InUse
    told = {"session_type": str(session_type.public_id), "slug": session_type.slug}
    session_type.delete()
    audit.record(action="session_type.delete", by=by, source=source, detail=told, now=now)


def is_used(session_type: SessionType) -> bool:
    """Whether an appointment, a series or a place on the waitlist speaks of it."""
    return (
        session_type.appointments.exists()
        or session_type.series.exists()
        or session_type.waitlist_entries.exists()
    )


@transaction.atomic
def set_limits(
    *,
    practitioner: Practitioner,
    limits: Limits,
    by: User,
    now: datetime,
    source: Source = NOBODY,
) -> None:
    """How many sessions in all a day and a week, and the way between office and video."""
    practitioner.daily_cap = limits.daily_cap
    practitioner.weekly_cap = limits.weekly_cap
    practitioner.travel_minutes = limits.travel_minutes
    practitioner.save(update_fields=["daily_cap", "weekly_cap", "travel_minutes"])
    audit.record(
        action="practitioner.limits",
        by=by,
        obj=practitioner,
        source=source,
        detail={
            "daily_cap": limits.daily_cap,
            "weekly_cap": limits.weekly_cap,
            "travel_minutes": limits.travel_minutes,
        },
        now=now,
    )


def _settings() -> list[str]:
    """Every field that the editor may change."""
    kept = {"id", "public_id", "practitioner", "slug", "position", "is_active"}
    stamps = {"created_at", "updated_at"}
    return [one.name for one in SessionType._meta.concrete_fields if one.name not in kept | stamps]


def _of(session_type: SessionType, name: str) -> Any:
    return getattr(session_type, name)


def _told(before: SessionType, after: SessionType, name: str) -> list[str] | None:
    """What it was and what it is."""
    if name in ONLY_NAMED:
        return None
    return [str(_of(before, name)), str(_of(after, name))]


def _free_slug(name: str) -> str:
    """The name as an address that no other kind of session has."""
    base = slugify(name)[:LONGEST_SLUG].strip("-") or "session"
    taken = set(SessionType.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)

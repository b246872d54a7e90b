"""Charges: made from an appointment's own price, proposed as a fee, approved or waived."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from billing.models import Charge, ChargeKind, ChargeStatus, TaskKind
from billing.services import attention, checkout_sessions, ledger
from booking.models import Appointment
from portal.shared import audit
from portal.shared.request import Source


class NotProposed(Exception):
    """Only a fee that waits for approval can be approved."""


class AlreadyWaived(Exception):
    """The charge was waived before."""


class NothingOpen(Exception):
    """All of the charge is paid: money goes back as a refund, not by waiving."""


class ReasonMissing(Exception):
    """Waiving needs a reason, for whoever reads the books later."""


def create_for_appointment(
    *, appointment: Appointment, by: User | None, now: datetime
) -> Charge | None:
    """Charge the price that was promised when the time was taken; None when it is free.

    Called again for the same appointment, it returns the charge that there is.
    """
    if not appointment.price_cents:
        return None
    with transaction.atomic():
        charge, created = _get_or_create(
            appointment, ChargeKind.SESSION, ChargeStatus.OPEN, appointment.price_cents, by
        )
        if created:
            ledger.post_charge(charge, at=now)
            _record("charge.create", charge, by=by, now=now)
    return charge


def propose_fee(
    *, appointment: Appointment, kind: ChargeKind, by: User | None, now: datetime
) -> Charge | None:
    """Propose the fee of the appointment's own policy; nothing is owed until it is approved."""
    if not appointment.late_fee_cents:
        return None
    with transaction.atomic():
        charge, created = _get_or_create(
            appointment, kind, ChargeStatus.PROPOSED, appointment.late_fee_cents, by
        )
        if created:
            key = f"fee:{charge.public_id}"
            attention.raise_task(kind=TaskKind.FEE_TO_APPROVE, charge=charge, key=key, now=now)
            _record("charge.propose", charge, by=by, now=now)
    return charge


def approve(
    *, charge: Charge, by: User, now: datetime, reason: str = "", source: Source | None = None
) -> Charge:
    """The proposed fee is owed from now on. Raises NotProposed."""
    with transaction.atomic():
        charge = _locked(charge)
        if charge.status != ChargeStatus.PROPOSED:
            raise NotProposed
        _decide(charge, ChargeStatus.OPEN, by=by, reason=reason, now=now)
        ledger.post_charge(charge, at=now)
        _record("charge.approve", charge, by=by, now=now, source=source)
    return charge


def can_waive(charge: Charge) -> bool:
    """Something is open: a fee that waits for approval, or a part that is still owed."""
    if charge.status == ChargeStatus.PROPOSED:
        return True
    return charge.status == ChargeStatus.OPEN and ledger.balance(charge) > 0


def waive(
    *, charge: Charge, reason: str, by: User, now: datetime, source: Source | None = None
) -> Charge:
    """Ask for it no longer. A part that was paid becomes a credit, and a task for the desk.

    Raises AlreadyWaived, NothingOpen, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        charge = _locked(charge)
        if charge.status == ChargeStatus.VOID:
            raise AlreadyWaived
        if not can_waive(charge):
            raise NothingOpen
        _void(charge, reason=reason.strip(), by=by, source=source, now=now)
    return charge


def take_back(*, charge: Charge, reason: str, by: User, now: datetime) -> Charge:
    """What it was asked for did not happen, so it is asked for no longer, paid or not.

    What was paid becomes a credit, and a task for the desk. Again, it changes nothing.
    """
    with transaction.atomic():
        charge = _locked(charge)
        if charge.status != ChargeStatus.VOID:
            _void(charge, reason=reason, by=by, source=None, now=now)
    return charge


def cancel_for_appointment(
    *, appointment: Appointment, reason: str, by: User, now: datetime
) -> Charge | None:
    """The session will not take place: its charge, if there is one, is taken back."""
    open_charges = Charge.objects.filter(appointment=appointment, kind=ChargeKind.SESSION)
    charge = open_charges.exclude(status=ChargeStatus.VOID).first()
    return take_back(charge=charge, reason=reason, by=by, now=now) if charge else None


def _get_or_create(
    appointment: Appointment,
    kind: ChargeKind,
    status: ChargeStatus,
    cents: int,
    by: User | None,
) -> tuple[Charge, bool]:
    client = appointment.client
    if client is None:
        raise ValueError("an appointment without a client can't be charged")
    existing = Charge.objects.exclude(status=ChargeStatus.VOID)
    return existing.get_or_create(
        appointment=appointment,
        kind=kind,
        defaults={
            "client": client,
            "status": status,
            "amount_cents": cents,
            "created_by": by,
        },
    )


def _locked(charge: Charge) -> Charge:
    return Charge.objects.select_for_update().get(pk=charge.pk)


def _decide(charge: Charge, status: ChargeStatus, *, by: User, reason: str, now: datetime) -> None:
    charge.status, charge.decided_at, charge.decided_by = status, now, by
    charge.reason = reason or None
    charge.save(update_fields=["status", "decided_at", "decided_by", "reason", "updated_at"])
    attention.close_fee(charge=charge, by=by, now=now)


def _void(charge: Charge, *, reason: str, by: User, source: Source | None, now: datetime) -> None:
    _decide(charge, ChargeStatus.VOID, by=by, reason=reason, now=now)
    ledger.reverse_charge(charge, at=now)
    checkout_sessions.request_close(charge, now=now)
    attention.raise_credit(charge=charge, key=f"waived:{charge.public_id}", now=now)
    _record("charge.waive", charge, by=by, now=now, source=source)


def _record(
    action: str, charge: Charge, *, by: User | None, now: datetime, source: Source | None = None
) -> None:
    audit.record(
        action=action,
        by=by,
        obj=charge,
        client=charge.client,
        source=source,
        detail={"kind": charge.kind, "cents": charge.amount_cents},
        now=now,
    )

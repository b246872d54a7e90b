"""Money that is received at the desk: cash or a check."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing.models import Charge, ChargeStatus, Payment, PaymentMethod, PaymentState
from billing.services import checkout_sessions, ledger
from billing.services.settlement import after_payment
from portal.shared import audit
from portal.shared.request import Source


class MoreThanOwed(Exception):
    """The amount is not between one cent and what is owed, which is `owed_cents`."""

    def __init__(self, owed_cents: int) -> None:
        self.owed_cents = owed_cents


def record(
    *,
    charge: Charge,
    method: PaymentMethod,
    amount_cents: int,
    attempt: UUID,
    by: User,
    now: datetime,
    source: Source | None = None,
) -> Payment:
    """Enter what was received. `attempt` is the form's own id: sent twice, it is one payment.

    A page at Stripe that is still open for this charge is closed by the worker.
    Raises MoreThanOwed.
    """
    with transaction.atomic():
        charge = Charge.objects.select_for_update().get(pk=charge.pk)
        earlier = Payment.objects.filter(public_id=attempt, charge=charge).first()
        if earlier:
            return earlier
        _check(charge, amount_cents)
        payment = Payment.objects.create(
            public_id=attempt,
            charge=charge,
            method=method,
            state=PaymentState.PAID,
            amount_cents=amount_cents,
            paid_at=now,
            recorded_by=by,
        )
        _follow_up(payment, charge, by=by, source=source, now=now)
    return payment


def _follow_up(
    payment: Payment, charge: Charge, *, by: User, source: Source | None, now: datetime
) -> None:
    after_payment(payment, charge, now=now)
    checkout_sessions.request_close(charge, now=now)
    audit.record(
        action="payment.record",
        by=by,
        obj=payment,
        client=charge.client,
        source=source,
        detail={"cents": payment.amount_cents, "method": payment.method},
        now=now,
    )


def _check(charge: Charge, amount_cents: int) -> None:
    owed = ledger.balance(charge) if charge.status == ChargeStatus.OPEN else 0
    if not 0 < amount_cents <= owed:
        raise MoreThanOwed(max(owed, 0))

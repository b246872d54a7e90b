"""Charges that are owed, and ways to let the background work happen."""

from datetime import datetime
from typing import Any

from accounts.models import Client, Role, User
from billing.models import Charge, LedgerEntry
from billing.services import charges
from portal.shared import outbox
from portal.shared.clock import utc_now
from portal.shared.models import OutboxEntry
from tests.factories.booking import (
    NOW,
    ClientFactory,
    UserFactory,
    a_session_type,
    an_appointment,
)


def a_charge(
    cents: int = 150_00, *, client: Client | None = None, now: datetime = NOW, **fields: Any
) -> Charge:
    """An open charge for a confirmed appointment, in the ledger."""
    session_type = a_session_type(price_cents=cents)
    appointment = an_appointment(session_type, client=client or ClientFactory(), **fields)
    charge = charges.create_for_appointment(appointment=appointment, by=None, now=now)
    assert charge is not None
    return charge


def an_admin(**fields: Any) -> User:
    admin: User = UserFactory(role=Role.BILLING_ADMIN, **fields)
    return admin


def let_the_worker_work(now: datetime | None = None, rounds: int = 50) -> None:
    """Run what is due until nothing is, as the worker and its sweep do."""

    def clock() -> datetime:
        return now or utc_now()

    for _ in range(rounds):
        ids = outbox.due_ids(clock())
        if not ids:
            return
        for entry_id in ids:
            outbox.run(entry_id, clock=clock)
    raise AssertionError("the outbox never came to rest")


def failed_effects() -> list[str]:
    """What failed or was given up, in words."""
    return list(OutboxEntry.objects.exclude(last_error="").values_list("last_error", flat=True))


def entries(charge: Charge) -> dict[str, dict[str, int]]:
    """The ledger of one charge: kind of cause -> account -> cents."""
    found: dict[str, dict[str, int]] = {}
    for entry in LedgerEntry.objects.filter(charge=charge):
        cause = entry.transaction_key.rpartition(":")[0]
        lines = found.setdefault(cause, {})
        lines[entry.account] = lines.get(entry.account, 0) + entry.cents
    return found

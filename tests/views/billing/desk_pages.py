"""What the tests of the desk share: addresses, words of a page, and things to decide about."""

import re
from uuid import uuid4

from django.urls import reverse

from accounts.models import User
from billing.models import BillingTask, Charge, ChargeKind, Payment, PaymentMethod
from billing.services import charges, desk_payments
from portal.shared.clock import utc_now
from tests.factories.booking import NOW

DESK = "/billing/"


def text_of(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def page_of(name: str, thing: Charge | Payment | BillingTask) -> str:
    return reverse(f"billing:{name}", args=[thing.public_id])


def attempt_on(page: str) -> str:
    found = re.search(r'name="attempt" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def a_fee(charge: Charge) -> Charge:
    fee = charges.propose_fee(
        appointment=charge.appointment, kind=ChargeKind.NO_SHOW_FEE, by=None, now=NOW
    )
    assert fee is not None
    return fee


def paid(charge: Charge, admin: User, cents: int = 150_00) -> Payment:
    return desk_payments.record(
        charge=charge,
        method=PaymentMethod.CASH,
        amount_cents=cents,
        attempt=uuid4(),
        by=admin,
        now=utc_now(),
    )

"""Receipts: what was paid, for what, by whom, as a sealed PDF in the client's own pages.

It carries what a health savings account or an insurer asks for, except codes. It is made once
and never changed; a refund does not undo that something was paid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import Client, Practice
from billing import wording
from billing.letterhead import Letterhead
from billing.models import Charge, ChargeKind, Payment, PaymentState, Receipt
from billing.numbering import next_number, numbered
from booking.models import Practitioner
from portal.shared import audit, mail, pdf
from portal.shared.dates import long_date
from portal.shared.money import format_usd


class NotPaid(Exception):
    """A receipt is for money that was received."""


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


def issue(*, payment: Payment, now: datetime) -> Receipt:
    """Make the receipt once, and tell the client that it is there. Raises NotPaid."""
    if payment.state != PaymentState.PAID:
        raise NotPaid
    existing = Receipt.objects.filter(payment=payment).first()
    if existing:
        return existing
    try:
        return numbered(Receipt, _writer(payment, now))
    except IntegrityError:
        # Another worker made it meanwhile: one payment, one receipt.
        return Receipt.objects.get(payment=payment)


def _writer(payment: Payment, now: datetime) -> Callable[[int], Receipt]:
    # Drawn before the transaction begins: a slow page must not hold the database.
    expected = next_number(Receipt)
    drawn = _draw(payment, expected)

    def write(number: int) -> Receipt:
        document = drawn if number == expected else _draw(payment, number)
        return _store(payment, number, document, now=now)

    return write


def _store(payment: Payment, number: int, document: pdf.Document, *, now: datetime) -> Receipt:
    client = payment.charge.client
    receipt = Receipt(payment=payment, number=number, sha256=document.sha256, made_at=now)
    receipt.file.save(f"{receipt.public_id}.pdf", ContentFile(document.content), save=False)
    try:
        receipt.save(force_insert=True)
    except IntegrityError:
        receipt.file.storage.delete(str(receipt.file.name))
        raise
    _tell(receipt, client, now=now)
    audit.record(
        action="receipt.issue",
        by=None,
        obj=receipt,
        client=client,
        detail={"number": number, "sha256": document.sha256},
        now=now,
    )
    return receipt


def _tell(receipt: Receipt, client: Client, *, now: datetime) -> None:
    if not client.email:
        return
    mail.queue(
        to=client.email,
        subject="Your receipt is ready",
        template="email/billing/receipt_ready",
        context={
            "practice": Practice.get(),
            "page": f"{settings.PORTAL_URL}{reverse('billing:payments')}",
        },
        key=f"receipt:{receipt.payment.public_id}",
        now=now,
    )


def _draw(payment: Payment, number: int) -> pdf.Document:
    practice = Practice.get()
    title = f"Receipt {number}"
    context = _context(payment, practice) | {
        "practice": practice,
        "made_at": payment.paid_at,
        "number": number,
        "foot_line": f"{title} · {practice.name}",
    }
    return pdf.render(template="pdf/billing/receipt.html", context=context, title=title)


def _context(payment: Payment, practice: Practice) -> dict[str, Any]:
    zone, charge = practice.zone, payment.charge
    letterhead = Letterhead.of(practice, _practitioner(charge))
    return {
        "letterhead": letterhead,
        "client_facts": _client_facts(charge.client),
        "provider_facts": _provider_facts(letterhead),
        "line": _line(charge, zone),
        "payment_facts": _payment_facts(payment, zone),
        "paid": format_usd(payment.amount_cents),
        "is_session": charge.kind == ChargeKind.SESSION,
    }


def _practitioner(charge: Charge) -> Practitioner:
    if charge.appointment:
        return charge.appointment.practitioner
    found = Practitioner.objects.first()
    if found is None:
        raise Practitioner.DoesNotExist
    return found


def _client_facts(client: Client) -> list[Fact]:
    return _known(
        Fact("Client", client.legal_name),
        Fact("Date of birth", long_date(client.birth_date)),
        Fact("Address", client.address or ""),
    )


def _provider_facts(letterhead: Letterhead) -> list[Fact]:
    return _known(
        Fact("Provider", letterhead.provider),
        Fact("License", letterhead.licence),
        Fact("NPI", letterhead.provider_npi),
        Fact("Tax ID (EIN)", letterhead.tax_id),
    )


def _line(charge: Charge, zone: ZoneInfo) -> dict[str, str]:
    moment = charge.appointment.starts_at if charge.appointment else charge.created_at
    return {
        "date": wording.long_day(moment, zone),
        "what": _what(charge),
        "amount": format_usd(charge.amount_cents),
    }


def _what(charge: Charge) -> str:
    if charge.kind != ChargeKind.SESSION or charge.appointment is None:
        return f"{charge.get_kind_display()} (a fee, not a health service)"
    kind, place = charge.appointment.session_type, charge.appointment.get_place_display()
    return f"{kind.name}, {kind.minutes} minutes ({place.lower()})"


def _payment_facts(payment: Payment, zone: ZoneInfo) -> list[Fact]:
    with_what = wording.paid_with(payment.method, payment.card_brand, payment.card_last4)
    paid_at = payment.paid_at or payment.created_at
    return [
        Fact("Paid on", wording.long_day(paid_at, zone)),
        Fact("Paid with", with_what),
        Fact("Reference", str(payment.public_id)),
    ]


def _known(*facts: Fact) -> list[Fact]:
    return [fact for fact in facts if fact.value]

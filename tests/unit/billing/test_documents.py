"""Receipts and estimates: complete, accessible, numbered, sealed, and never changed."""

import hashlib
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pikepdf
import pypdf
import pytest
from django.core import mail
from django.db import IntegrityError, transaction

import billing.tasks  # noqa: F401 - registers the effects
import portal.shared.tasks  # noqa: F401 - registers the effect that sends mail
from accounts.models import Practice
from billing.models import GoodFaithEstimate, Payment, PaymentMethod, Receipt
from billing.numbering import numbered
from billing.services import desk_payments, documents, estimates, receipts
from booking.models import Appointment
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent
from tests.factories.billing import a_charge, an_admin, failed_effects, let_the_worker_work
from tests.factories.booking import MONDAY, a_session_type, an_appointment, new_york

pytestmark = pytest.mark.django_db
NAME = "Łukasz Nguyễn Šimić Dvořák"
PAID = datetime(2027, 1, 4, 17, 0, tzinfo=UTC)
BOOKED = datetime(2026, 12, 30, 15, 0, tzinfo=UTC)


def text_of(content: bytes) -> str:
    """The words of a PDF with single spaces."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def content_of(document: Receipt | GoodFaithEstimate) -> bytes:
    return documents.read(document=document, by=an_admin(), now=utc_now())


def an_invented_practice() -> None:
    Practice.objects.update(npi="1234567893", ein="12-3456789")


def a_paid_charge(cents: int = 150_00) -> Payment:
    charge = a_charge(cents)
    an_invented_practice()
    charge.client.legal_name = NAME
    charge.client.address = "1 Example Avenue\nNew York, NY 10001"
    charge.client.save()
    practitioner = charge.appointment.practitioner
    practitioner.credential, practitioner.licence_line = "LCSW", "New York license 000000"
    practitioner.save()
    return desk_payments.record(
        charge=charge,
        method=PaymentMethod.CHECK,
        amount_cents=cents,
        attempt=uuid4(),
        by=an_admin(),
        now=PAID,
    )


def test_a_receipt_says_what_was_paid_for_what_by_whom() -> None:
    payment = a_paid_charge(150_50)

    receipt = receipts.issue(payment=payment, now=utc_now())

    text = text_of(content_of(receipt))
    for words in (
        "Receipt 1",
        "$150.50 received",
        "January 4, 2027 Session, 50 minutes (video) $150.50",
        "Paid on January 4, 2027",
        "Paid with Check",
        f"Client {NAME}",
        "Date of birth April 12, 1988",
        "1 Example Avenue New York, NY 10001",
        "Rowan Ellery, LCSW",
        "New York license 000000",
        "NPI 1234567893",
        "Tax ID (EIN) 12-3456789",
        "Example Practice",
        "100 Example Street, New York, NY 10001",
    ):
        assert words in text


def test_a_receipt_is_one_accessible_sealed_and_encrypted_page() -> None:
    receipt = receipts.issue(payment=a_paid_charge(), now=utc_now())

    content = content_of(receipt)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "en-US"
        assert str(pdf.open_metadata().get("pdfuaid:part")) == "1"
    assert hashlib.sha256(content).hexdigest() == receipt.sha256
    assert b"%PDF" not in Path(receipt.file.path).read_bytes()


def test_receipts_are_numbered_without_gaps_and_made_once() -> None:
    first, second = a_paid_charge(), a_paid_charge()

    made = [receipts.issue(payment=each, now=utc_now()) for each in (first, second, first)]

    assert [receipt.number for receipt in made] == [1, 2, 1]
    assert Receipt.objects.count() == 2


def test_a_refusal_for_another_reason_than_the_number_is_not_retried() -> None:
    payment = a_paid_charge()
    receipts.issue(payment=payment, now=utc_now())
    tried: list[int] = []

    def write(number: int) -> Receipt:
        tried.append(number)
        values = {"number": number, "sha256": "0" * 64, "made_at": utc_now()}
        return Receipt.objects.create(payment=payment, **values)

    with pytest.raises(IntegrityError):
        numbered(Receipt, write)
    assert tried == [2]


def test_a_receipt_can_be_neither_changed_nor_deleted() -> None:
    receipts.issue(payment=a_paid_charge(), now=utc_now())

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Receipt.objects.update(sha256="0" * 64)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Receipt.objects.update(number=9)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Receipt.objects.all().delete()


def test_a_file_that_is_not_the_one_issued_is_not_handed_out() -> None:
    receipt = receipts.issue(payment=a_paid_charge(), now=utc_now())
    receipt.sha256 = "0" * 64

    with pytest.raises(documents.SealBroken):
        content_of(receipt)


def test_reading_a_receipt_is_an_audit_event() -> None:
    receipt = receipts.issue(payment=a_paid_charge(), now=utc_now())

    content_of(receipt)

    event = AuditEvent.objects.get(action="receipt.read")
    assert event.object_id == str(receipt.public_id)
    assert event.client_id == receipt.payment.charge.client_id


def test_the_mail_is_neutral_and_holds_no_receipt() -> None:
    payment = a_paid_charge()
    let_the_worker_work(PAID)

    (message,) = mail.outbox
    assert message.subject == "Your receipt is ready"
    assert message.to == [payment.charge.client.email]
    assert message.attachments == []
    assert "http://testserver/payments/" in message.body
    for secret in ("$", "150", "Session", "January", "Rowan", NAME):
        assert secret not in message.body


def a_booked(**fields: object) -> Appointment:
    session_type = a_session_type(name="EMDR session", price_cents=250_00)
    an_invented_practice()
    return an_appointment(session_type, new_york(MONDAY, "10:00"), **fields)


def test_an_estimate_carries_every_required_element() -> None:
    appointment = a_booked()
    appointment.client.legal_name = NAME  # type: ignore[union-attr]
    appointment.client.save()  # type: ignore[union-attr]

    estimate = estimates.issue_for_appointment(appointment=appointment, by=None, now=BOOKED)
    let_the_worker_work(BOOKED)

    estimate.refresh_from_db()
    text = text_of(content_of(estimate))
    for words in (
        "Good Faith Estimate",
        "Number 1 · issued December 30, 2026 · valid until December 30, 2027",
        f"Client {NAME}",
        "Date of birth April 12, 1988",
        "Service EMDR session, 50 minutes",
        "Scheduled for January 4, 2027, 10:00 am New York time",
        "By video, with you in NY; the practice is at 100 Example Street",
        "Diagnosis To be determined",
        "EMDR session, 50 minutes January 4, 2027 not assigned 1 $250",
        "Total that we expect $250",
        "NPI 1234567893",
        "Tax ID (EIN) 12-3456789",
        "What is scheduled separately",
        "further services that have to be scheduled or asked for separately",
        "may turn out differently",
        "at least $400 more",
        "120 calendar days",
        "www.cms.gov/nosurprises/consumers",
        "1-800-985-3059",
        "will not affect the quality of the care",
        "does not oblige you",
        "save or print this estimate",
    ):
        assert words in text
    assert estimate.delivered_at is not None
    assert failed_effects() == []


def test_the_deadline_is_counted_from_the_day_in_new_york() -> None:
    late_evening = datetime(2026, 12, 31, 4, 30, tzinfo=UTC)  # still December 30 in New York

    estimate = estimates.issue_for_appointment(appointment=a_booked(), by=None, now=late_evening)

    assert estimate.due_on is None  # one business day ahead: December 31, then January 4
    assert estimate.valid_until == date(2027, 12, 30)


def test_the_deadline_stands_on_an_estimate_for_later() -> None:
    booked = datetime(2026, 12, 21, 15, 0, tzinfo=UTC)

    estimate = estimates.issue_for_appointment(appointment=a_booked(), by=None, now=booked)

    assert estimate.due_on == date(2026, 12, 22)


def test_asked_again_for_the_same_there_is_one_estimate() -> None:
    appointment = a_booked()

    first = estimates.issue_for_appointment(appointment=appointment, by=None, now=BOOKED)
    again = estimates.issue_for_appointment(
        appointment=appointment, by=None, now=BOOKED + timedelta(days=1)
    )

    assert again == first


def test_a_moved_appointment_gets_a_new_estimate_that_supersedes_the_first() -> None:
    appointment = a_booked()
    first = estimates.issue_for_appointment(appointment=appointment, by=None, now=BOOKED)
    appointment.starts_at += timedelta(days=7)
    appointment.ends_at += timedelta(days=7)
    appointment.blocked_from += timedelta(days=7)
    appointment.blocked_until += timedelta(days=7)
    appointment.save()

    second = estimates.issue_for_appointment(appointment=appointment, by=None, now=BOOKED)

    page = estimates.current_for(appointment)
    assert (second.number, second.supersedes) == (2, first)
    assert page is not None
    assert (page.number, page.service_date) == (2, "January 11, 2027, 10:00 am New York time")
    assert list(GoodFaithEstimate.objects.current()) == [second]


def test_an_estimate_names_the_zone_of_the_practice() -> None:
    booked = a_booked()
    Practice.objects.update(time_zone="America/Denver")

    estimates.issue_for_appointment(appointment=booked, by=None, now=BOOKED)

    page = estimates.current_for(booked)
    assert page is not None
    assert page.service_date == "January 4, 2027, 8:00 am Denver time"


def test_a_later_price_does_not_change_what_was_estimated() -> None:
    appointment = a_booked()
    estimates.issue_for_appointment(appointment=appointment, by=None, now=BOOKED)
    Practice.objects.update(name="Renamed Practice")
    appointment.session_type.price_cents = 300_00
    appointment.session_type.save()

    page = estimates.current_for(appointment)

    assert page is not None
    assert (page.total, page.letterhead.practice) == ("$250", "Example Practice")


def test_a_free_consult_has_an_estimate_too() -> None:
    appointment = an_appointment(a_session_type(price_cents=0))

    estimate = estimates.issue_for_appointment(appointment=appointment, by=None, now=BOOKED)

    page = estimates.current_for(appointment)
    assert estimate.total_cents == 0
    assert page is not None
    assert page.total == "$0"


def test_without_an_estimate_there_is_nothing_to_print() -> None:
    assert estimates.current_for(a_booked()) is None


def test_an_estimate_cannot_be_edited() -> None:
    estimates.issue_for_appointment(appointment=a_booked(), by=None, now=BOOKED)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        GoodFaithEstimate.objects.update(total_cents=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        GoodFaithEstimate.objects.all().delete()

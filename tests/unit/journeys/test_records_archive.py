"""The archive: compared with the database row by row, whole or not at all, and of one client."""

import hashlib
import json
import time
import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Charge, GoodFaithEstimate, Payment, Receipt
from booking.models import Appointment, Status
from intake.models import (
    ConsentSignature,
    Packet,
    PacketCopy,
    QuestionnaireResponse,
    SafetyAlert,
    Score,
    SignedCopy,
)
from portal.journeys.records.archive import SealBroken
from tests.factories.booking import NEW_YORK, NOW, an_appointment
from tests.factories.fhir_valid import check_bundle
from tests.factories.handed_in import an_upload
from tests.factories.measures import a_pair, a_sent_form
from tests.factories.records import (
    SECRET,
    a_full_record,
    a_paid_session,
    archive_of,
    record,
    table,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake():
    return a_full_record()


def everything(found) -> bytes:
    return b"\n".join(found.read(name) for name in found.namelist())


def test_every_document_is_in_it_as_it_was_issued(intake):
    found = archive_of(intake.client)

    hashes = {
        hashlib.sha256(found.read(name)).hexdigest()
        for name in found.namelist()
        if name.endswith(".pdf") and "earlier-therapy" not in name
    }
    rows = [
        *Packet.objects.filter(copy=PacketCopy.CLIENT),
        *SignedCopy.objects.all(),
        *GoodFaithEstimate.objects.exclude(sha256=""),
        *Receipt.objects.all(),
    ]
    assert len(rows) == 4
    assert hashes == {row.sha256 for row in rows}
    assert found.read("documents/earlier-therapy.pdf").startswith(b"%PDF")


def test_every_appointment_is_a_line(intake):
    an_appointment(
        client=intake.client, status=Status.CANCELLED, starts_at=NOW + timedelta(days=30)
    )
    held = an_appointment(status=Status.HELD, starts_at=NOW + timedelta(days=31))
    Appointment.objects.filter(pk=held.pk).update(client=intake.client)
    lines = table(archive_of(intake.client), "tables/appointments.csv")

    rows = Appointment.objects.filter(client=intake.client).exclude(pk=held.pk)
    assert len(lines) == 3
    assert [line["id"] for line in lines] == [
        str(row.public_id) for row in rows.order_by("starts_at")
    ]
    for line, row in zip(lines, rows.order_by("starts_at"), strict=True):
        local = row.starts_at.astimezone(NEW_YORK)
        assert line["starts"] == local.isoformat(timespec="minutes")
        assert line["state"] == row.get_status_display()
        assert line["price_usd"] == f"{row.price_cents / 100:.2f}"
    assert lines[2]["called_off_on"] == "2027-01-01"


def test_every_charge_and_payment_is_a_line(intake):
    a_paid_session(intake.client, days=14, has_receipt=False)
    found = archive_of(intake.client)

    charges, payments = table(found, "tables/charges.csv"), table(found, "tables/payments.csv")
    assert {(line["id"], line["amount_usd"]) for line in charges} == {
        (str(row.public_id), "150.00") for row in Charge.objects.filter(client=intake.client)
    }
    assert {(line["id"], line["receipt"]) for line in payments} == {
        (
            str(row.public_id),
            str(row.receipt.number) if Receipt.objects.filter(payment=row).exists() else "",
        )
        for row in Payment.objects.filter(charge__client=intake.client)
    }
    assert len(payments) == 2


def test_every_score_is_a_line_of_numbers(intake):
    (line,) = table(archive_of(intake.client), "tables/measures.csv")

    assert Score.objects.get().result["total"] == 10
    assert line == {
        "answered_on": "2027-01-01",
        "instrument": "PHQ-9",
        "score": "10",
        "from": "0",
        "to": "27",
        "not_answered": "0",
    }


def test_forms_outside_of_an_intake_are_in_it():
    measure = a_sent_form(*([1] * 9), pair=a_pair())
    client = measure.response.client
    found = archive_of(client)

    (line,) = table(found, "tables/measures.csv")
    assert (line["instrument"], line["score"]) == ("PHQ-9", "9")
    resources = check_bundle(record(found))
    assert len(resources["QuestionnaireResponse"]) == 1
    assert resources["Observation"][0]["status"] == "final"


def test_what_the_client_handed_in_is_in_it_as_it_is_kept(intake):
    kept = an_upload(intake.client, name="A letter & more.pdf")
    an_upload(an_appointment(starts_at=NOW + timedelta(days=40)).client)
    found = archive_of(intake.client)

    (name,) = [name for name in found.namelist() if name.startswith("given/")]
    assert hashlib.sha256(found.read(name)).hexdigest() == kept.sha256
    page = found.read("index.html").decode()
    assert f'<a href="{name}">A letter &amp; more.pdf</a>' in page
    kept.refresh_from_db()
    assert kept.opened_at is None


def test_the_record_as_fhir_is_valid_and_whole(intake):
    found = check_bundle(record(archive_of(intake.client)))

    assert {kind: len(resources) for kind, resources in found.items()} == {
        "Patient": 1,
        "Practitioner": 2,
        "Appointment": Appointment.objects.filter(client=intake.client).count(),
        "QuestionnaireResponse": QuestionnaireResponse.objects.count(),
        "Observation": Score.objects.count(),
        "Consent": ConsentSignature.objects.count(),
        "DocumentReference": Packet.objects.filter(copy=PacketCopy.CLIENT).count(),
    }
    attachment = found["DocumentReference"][0]["content"][0]["attachment"]
    assert attachment["url"].startswith("../documents/2027-01-01-intake-packet-")
    told = json.dumps(found["QuestionnaireResponse"], ensure_ascii=False)
    assert "<script>alert(1)</script>" in told


def test_it_holds_no_reading_of_a_score_and_no_note_of_the_therapist(intake):
    response = QuestionnaireResponse.objects.get(questionnaire__slug="phq-9")
    SafetyAlert.objects.create(
        client=intake.client,
        practitioner=intake.appointment.practitioner,
        response=response,
        link_id="44260-8",
        raised_at=NOW,
        acknowledged_at=NOW,
        acknowledged_by=intake.appointment.practitioner.user,
        what_was_done=SECRET,
    )
    Appointment.objects.filter(client=intake.client).update(cancel_reason=SECRET, answer=SECRET)
    found = archive_of(intake.client)

    text = everything(found)
    assert SECRET.encode() not in text
    for label in (b"moderate (10-14)", b"cut-off", b"interpretation", b"SafetyAlert"):
        assert label not in text
    names = " ".join(found.namelist())
    assert "therapist" not in names


def test_nothing_of_another_client_is_ever_in_it(intake):
    other = a_paid_session(an_appointment(starts_at=NOW + timedelta(days=40)).client, days=21)
    stranger = other.charge.client
    type(stranger).objects.filter(pk=stranger.pk).update(legal_name="Someone Else Entirely")
    mine, theirs = archive_of(intake.client), archive_of(stranger)

    text = everything(mine)
    assert b"Someone Else Entirely" not in text
    for row in (stranger, other, other.charge, other.charge.appointment):
        assert str(row.public_id).encode() not in text
    assert b"\xc5\x81ukasz" not in everything(theirs)
    assert len(table(theirs, "tables/payments.csv")) == 1
    assert table(theirs, "tables/measures.csv") == []


def test_the_first_page_names_every_file_and_loads_nothing(intake):
    found = archive_of(intake.client)
    page = found.read("index.html").decode()

    for name in found.namelist():
        assert name == "index.html" or f'href="{name}"' in page
    assert "http" not in page
    assert "<script" not in page
    assert 'lang="en"' in page
    assert ", 0\xa0bytes" not in page


def test_it_says_how_far_it_is(intake):
    told = []
    found = archive_of(intake.client, tell=lambda done, of: told.append((done, of)))

    count = len(found.namelist())
    assert told == [(done, count) for done in range(count + 1)]


def test_a_file_that_is_not_the_issued_one_stops_it(intake):
    packet = Packet.objects.get(copy=PacketCopy.CLIENT)
    other = Packet.objects.get(copy=PacketCopy.THERAPIST)
    Packet.objects.filter(pk=packet.pk).update(file=other.file.name)

    with pytest.raises(SealBroken):
        archive_of(intake.client)


def test_a_client_with_nothing_yet_gets_a_small_one():
    client = an_appointment().client
    found = archive_of(client)

    assert "data/record.fhir.json" in found.namelist()
    assert len(table(found, "tables/appointments.csv")) == 1
    assert table(found, "tables/payments.csv") == []
    assert "data/earlier-therapy.fhir.json" not in found.namelist()


def test_more_rows_ask_no_more_queries(intake):
    archive_of(intake.client)
    with CaptureQueriesContext(connection) as before:
        archive_of(intake.client)
    for number in range(3):
        a_paid_session(intake.client, days=50 + number, has_receipt=False)
        an_upload(intake.client)
        pair = intake.client, intake.appointment.practitioner
        a_sent_form(*([0] * 9), pair=pair, now=NOW + timedelta(days=60 + number))
    practitioners = Appointment.objects.filter(client=intake.client).values("practitioner")
    with CaptureQueriesContext(connection) as after:
        archive_of(intake.client)

    assert practitioners.distinct().count() == 5
    assert len(after) == len(before)


def test_a_thousand_appointments_stay_within_time_and_memory(intake):
    """Memory is the archive's own, beyond what is asked for once; a generous limit on the time."""
    client, one = intake.client, intake.appointment
    rows = [
        Appointment(
            practitioner=one.practitioner,
            session_type=one.session_type,
            client=client,
            status=Status.COMPLETED,
            place=one.place,
            starts_at=(start := NOW + timedelta(hours=24 * number + 9)),
            ends_at=start + timedelta(minutes=50),
            blocked_from=start,
            blocked_until=start + timedelta(minutes=60),
            price_cents=150_00,
        )
        for number in range(100, 1100)
    ]
    Appointment.objects.bulk_create(rows)
    archive_of(client)
    tracemalloc.start()
    began = time.process_time()
    found = archive_of(client)
    seconds = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(table(found, "tables/appointments.csv")) == 1002
    assert len(record(found)["entry"]) > 1000
    assert seconds < 20
    assert peak < 24 * 1024 * 1024

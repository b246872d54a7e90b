"""A client with something of every kind, and archives read as a stranger reads them."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

from accounts.models import Client
from billing.models import Payment, PaymentMethod, PaymentState
from billing.services import estimates, receipts
from intake.earlier import Therapy
from intake.models import Intake, PacketCopy
from intake.services import earlier_therapies
from intake.services import packets as packet_store
from intake.services.signed_copies import make_signed_copy
from portal.journeys import tasks as journey_tasks
from portal.journeys.records.archive import archive
from portal.shared import pdf, tasks
from tests.factories.billing import a_charge, an_admin
from tests.factories.booking import NOW
from tests.factories.packets import a_complete_intake

# Registers the effects, as the worker does.
assert tasks.do_background_work
assert journey_tasks.make_data_packet
SECRET = "only-the-therapist-knows-this"
MADE_AT = NOW + timedelta(days=3)


def a_full_record() -> Intake:
    """Everything that can be in an archive, of one client; the PDFs are short ones."""
    intake = a_complete_intake()
    client = intake.client
    for copy in (PacketCopy.CLIENT, PacketCopy.THERAPIST):
        drawn = pdf.render(
            template="pdf/sample.html", context={"word": f"{copy} {client.pk}"}, title="Packet"
        )
        packet_store.store(intake=intake, copy=copy, version=1, document=drawn, now=NOW)
    make_signed_copy(signature_id=intake.signatures.order_by("pk").first().pk, now=NOW)
    estimates.issue_for_appointment(appointment=intake.appointment, by=None, now=NOW)
    for estimate in client.estimates.all():
        estimates.draw(estimate=estimate, now=NOW)
    a_paid_session(client)
    told = Therapy(with_whom="Someone kind", helped="Walking", hurt="Silence")
    earlier_therapies.add(client=client, therapy=told, by=client.user, now=NOW)
    return intake


def a_paid_session(client: Client, *, days: int = 7, has_receipt: bool = True) -> Payment:
    charge = a_charge(client=client, starts_at=NOW + timedelta(days=days))
    payment = Payment.objects.create(
        charge=charge,
        method=PaymentMethod.CASH,
        state=PaymentState.PAID,
        amount_cents=charge.amount_cents,
        paid_at=NOW,
        recorded_by=an_admin(),
    )
    if has_receipt:
        receipts.issue(payment=payment, now=NOW)
    return payment


def archive_of(client: Client, tell: Any = lambda done, of: None) -> zipfile.ZipFile:
    content = b"".join(archive(client, tell=tell, now=MADE_AT))
    return zipfile.ZipFile(io.BytesIO(content))


def table(found: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    raw = found.read(name)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def record(found: zipfile.ZipFile) -> dict[str, Any]:
    bundle: dict[str, Any] = json.loads(found.read("data/record.fhir.json"))
    return bundle

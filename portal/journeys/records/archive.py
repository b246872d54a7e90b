"""Everything of one client in one ZIP file. What is in it is listed here, kind by kind.

A list of what goes in, not of what stays out: what nobody lists, such as what a therapist notes
for herself, can't slip in (45 CFR 164.501 keeps psychotherapy notes out of the right of access).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from accounts.models import Client, Practice
from billing.models import GoodFaithEstimate, Receipt
from billing.services.export import charges_of, payments_of
from intake.earlier_fhir import bundle
from intake.models import EarlierTherapy, SignedCopy, Upload
from intake.services.earlier_document import draw_timeline
from portal.journeys.records import names
from portal.journeys.records.fhir_record import packets_of, written
from portal.journeys.records.index import index_page
from portal.journeys.records.tables import appointments_of, measures_of
from portal.journeys.records.zipping import Entry, zipped
from portal.shared.dates import long_date
from portal.shared.spreadsheet import BYTE_ORDER_MARK

DOCUMENTS, TABLES, DATA = "Documents", "Tables", "Data for other systems"
GIVEN = "Documents that you gave us"
Tell = Callable[[int, int], None]


class SealBroken(Exception):
    """A stored file is not the one that was kept: a person has to look before it is handed out."""


def archive(client: Client, *, tell: Tell, now: datetime) -> Iterator[bytes]:
    """The ZIP file in pieces, made as it is read. Raises SealBroken."""
    practice = Practice.get()
    listed = entries(client, practice, now=now)
    index = Entry(names.INDEX, "", lambda: index_page(client, practice, listed, now=now))
    return zipped(_telling([*listed, index], tell), local_now=now.astimezone(practice.zone))


def _telling(listed: list[Entry], tell: Tell) -> Iterator[Entry]:
    """Says before each file how many are done; nothing is asked of the database meanwhile."""
    for done, entry in enumerate(listed):
        tell(done, len(listed))
        yield entry
    tell(len(listed), len(listed))


def entries(client: Client, practice: Practice, *, now: datetime) -> list[Entry]:
    """All but the index; no file is read yet."""
    zone = practice.zone
    return [
        *documents(client, practice, now=now),
        *_given(client),
        _table(names.APPOINTMENTS, "Your appointments", lambda: appointments_of(client, zone)),
        _table(
            names.CHARGES, "What was charged, and what is open", lambda: charges_of(client, zone)
        ),
        _table(names.PAYMENTS, "What was paid and given back", lambda: payments_of(client, zone)),
        _table(names.MEASURES, "Questionnaires with a score", lambda: measures_of(client, zone)),
        Entry(
            names.RECORD,
            "Your answers, scores, consents, appointments and packets (FHIR R4)",
            lambda: written(client, now=now),
            DATA,
        ),
        *_timeline(client, now),
    ]


def documents(client: Client, practice: Practice, *, now: datetime) -> Iterator[Entry]:
    """Every PDF that was issued to the client, in the order of their kinds."""

    def day(moment: datetime) -> str:
        return long_date(moment.astimezone(practice.zone).date())

    for packet in packets_of(client):
        about = f"Intake packet of {day(packet.made_at)}, version {packet.version}"
        yield _file(names.packet_name(packet), about, packet)
    for copy in _signed_copies(client):
        signature = copy.signature
        title, signed = signature.document.title, day(signature.signed_at)
        yield _file(names.signed_name(copy), f"{title}, signed {signed}", copy)
    for estimate in GoodFaithEstimate.objects.filter(client=client).exclude(sha256=""):
        about = f"Good Faith Estimate {estimate.number} of {day(estimate.issued_at)}"
        yield _file(names.estimate_name(estimate), about, estimate)
    for receipt in Receipt.objects.filter(payment__charge__client=client).order_by("number"):
        about = f"Receipt {receipt.number} of {day(receipt.made_at)}"
        yield _file(names.receipt_name(receipt), about, receipt)
    if EarlierTherapy.objects.of(client).exists():
        about = "Your timeline of earlier therapy"
        yield Entry(names.TIMELINE_PDF, about, lambda: _timeline_pdf(client, now), DOCUMENTS)


def _given(client: Client) -> Iterator[Entry]:
    for upload in Upload.objects.of(client).order_by("uploaded_at", "pk"):
        yield _file(names.upload_name(upload), upload.label, upload, section=GIVEN)


def _signed_copies(client: Client) -> Iterable[SignedCopy]:
    rows = SignedCopy.objects.filter(signature__client=client)
    return rows.select_related("signature__document").order_by("signature__signed_at", "pk")


def _timeline_pdf(client: Client, now: datetime) -> Iterator[bytes]:
    yield draw_timeline(client, now=now).content


def _file(name: str, about: str, row: Any, *, section: str = DOCUMENTS) -> Entry:
    return Entry(name, about, lambda: _checked(row), section)


def _checked(row: Any) -> Iterator[bytes]:
    """The file of a row, as it was issued. Raises SealBroken."""
    digest = hashlib.sha256()
    with row.file.open("rb") as file:
        for piece in file.chunks():
            digest.update(piece)
            yield piece
    if digest.hexdigest() != row.sha256:
        raise SealBroken(f"{row._meta.label} {row.public_id}")


def _table(name: str, about: str, lines: Callable[[], Iterator[str]]) -> Entry:
    def content() -> Iterator[bytes]:
        yield BYTE_ORDER_MARK.encode()
        for line in lines():
            yield line.encode()

    return Entry(name, about, content, TABLES)


def _timeline(client: Client, now: datetime) -> Iterator[Entry]:
    """What they keep of earlier therapy, where they keep something."""
    if not EarlierTherapy.objects.of(client).exists():
        return

    def content() -> Iterator[bytes]:
        rows = EarlierTherapy.objects.of(client).in_time()
        told = bundle([row.therapy for row in rows], identifier=client.public_id, now=now)
        yield json.dumps(told, ensure_ascii=False, indent=1).encode()

    yield Entry(names.TIMELINE, "Your timeline of earlier therapy (FHIR R4)", content, DATA)

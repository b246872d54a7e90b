"""Every kind of document that is issued passes veraPDF's checks of PDF/UA-1."""

import json
from pathlib import Path

import pytest

from billing.models import GoodFaithEstimate
from billing.services import estimates, receipts
from intake.earlier import Therapy
from intake.models import ISSUED, Packet, PacketCopy, Questionnaire
from intake.services import blank_forms
from intake.services.earlier_document import draw_timeline
from intake.services.earlier_therapies import add
from intake.services.publishing import current
from intake.services.sample import sample_document
from intake.services.signed_copies import blank_sheet, make_signed_copy
from portal.journeys import data_packets, packets
from portal.shared import seal
from portal.shared.pdf import pressroom
from portal.shared.press.wire import Frame
from tests import verapdf
from tests.factories.packets import MADE_AT, a_complete_intake
from tests.unit.billing.test_documents import PAID, a_paid_charge

TOLD = Therapy(
    with_whom="Someone kind", began="2019", ended="2020-05", helped="Walking", hurt="Silence",
    in_person=("why_ended",),
)  # fmt: skip
DEFECT = (
    b'<html lang="en"><head><title>T</title></head><body><h1>One</h1><h3>Three</h3></body></html>'
)


def documents():
    intake = a_complete_intake()
    estimates.issue_for_appointment(appointment=intake.appointment, by=None, now=MADE_AT)
    for copy in ISSUED:
        drawn = packets.draw(intake, copy=copy, version=1, now=MADE_AT)
        yield f"packet-{copy}", drawn.content
        yield f"packet-{copy}-sealed", seal.sealed(drawn, seal.current()).content
    yield "packet-data-sealed", packet_with_data(intake)
    signature = intake.signatures.order_by("pk").first()
    yield "signed", make_signed_copy(signature_id=signature.pk, now=MADE_AT).file.open().read()
    yield "blank-sheet", blank_sheet(current("privacy-notice")).content
    add(client=intake.client, therapy=TOLD, by=intake.client.user, now=MADE_AT)
    yield "earlier-therapy", draw_timeline(intake.client, now=MADE_AT).content
    yield "sample", sample_document(intake)
    everything = json.loads(Path("tests/questionnaires/everything.json").read_text())
    row = Questionnaire(slug="everything", title="Everything", resource=everything, sha256="e")
    yield "blank-form", blank_forms.draw_questionnaire(row).content
    yield "blank-packet", blank_packet(intake)
    estimate = GoodFaithEstimate.objects.get()
    estimates.draw(estimate=estimate, now=MADE_AT)
    estimate.refresh_from_db()
    yield "estimate", estimate.file.open().read()
    yield "receipt", receipts.issue(payment=a_paid_charge(), now=PAID).file.open().read()
    yield "defect", pressroom.draw(Frame({"most_pages": 9}, {"html": DEFECT})).pieces["pdf"]


def blank_packet(intake) -> bytes:
    parts = [blank_forms.part_of(asked) for asked in blank_forms.asked_in(intake)]
    return blank_forms.draw(parts, title="Blank", standfirst="", code="ABCD-EFGH").content


def packet_with_data(intake) -> bytes:
    packets.make_packet(intake_id=intake.pk, now=MADE_AT)
    data_packets.make_data_packet(intake_id=intake.pk, version=1, now=MADE_AT)
    return Packet.objects.get(copy=PacketCopy.DATA).file.open().read()


@pytest.mark.django_db
def test_all_that_is_issued_passes_and_a_defect_would_be_found(tmp_path):
    """In one go: starting Java takes longer than checking a packet."""
    for name, content in documents():
        (tmp_path / name).write_bytes(content)

    verdicts = verapdf.check(sorted(tmp_path.iterdir()))
    assert {name: verdict.broken for name, verdict in verdicts.items()} == {
        "packet-client": (),
        "packet-client-sealed": (),
        "packet-therapist": (),
        "packet-therapist-sealed": (),
        "packet-data-sealed": (),
        "signed": (),
        "blank-sheet": (),
        "earlier-therapy": (),
        "sample": (),
        "blank-form": (),
        "blank-packet": (),
        "estimate": (),
        "receipt": (),
        "defect": ("7.4.2-1",),  # a heading skips a level: the validator does look
    }
    assert verdicts["packet-client"].checks > 100_000

"""Every kind of document that is issued passes veraPDF's checks of PDF/UA-1."""

import pytest

from billing.models import GoodFaithEstimate
from billing.services import estimates, receipts
from intake.models import PacketCopy
from intake.services.sample import sample_document
from portal.journeys import packets
from portal.shared import seal
from portal.shared.pdf import pressroom
from portal.shared.press.wire import Frame
from tests import verapdf
from tests.factories.packets import MADE_AT, a_complete_intake
from tests.unit.billing.test_documents import PAID, a_paid_charge

DEFECT = (
    b'<html lang="en"><head><title>T</title></head><body><h1>One</h1><h3>Three</h3></body></html>'
)


def documents():
    intake = a_complete_intake()
    estimates.issue_for_appointment(appointment=intake.appointment, by=None, now=MADE_AT)
    for copy in PacketCopy:
        drawn = packets.draw(intake, copy=copy, version=1, now=MADE_AT)
        yield f"packet-{copy}", drawn.content
        yield f"packet-{copy}-sealed", seal.sealed(drawn, seal.current()).content
    yield "sample", sample_document(intake)
    estimate = GoodFaithEstimate.objects.get()
    estimates.draw(estimate=estimate, now=MADE_AT)
    estimate.refresh_from_db()
    yield "estimate", estimate.file.open().read()
    yield "receipt", receipts.issue(payment=a_paid_charge(), now=PAID).file.open().read()
    yield "defect", pressroom.draw(Frame({"most_pages": 9}, {"html": DEFECT})).pieces["pdf"]


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
        "sample": (),
        "estimate": (),
        "receipt": (),
        "defect": ("7.4.2-1",),  # a heading skips a level: the validator does look
    }
    assert verdicts["packet-client"].checks > 100_000

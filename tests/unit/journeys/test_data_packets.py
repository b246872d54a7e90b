"""The copy with data inside: made once, whole, sealed, and nothing issued is changed."""

import hashlib
import io
import json
from functools import partial

import pikepdf
import pytest

from intake.models import Packet, PacketCopy
from portal.journeys import data_packets, packets
from portal.journeys.tasks import make_data_packet
from portal.shared import outbox, pdf
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from portal.shared.seal import SealUnusable
from tests.factories.consents import SOURCE
from tests.factories.fhir_valid import check_bundle
from tests.factories.packets import MADE_AT, a_complete_intake
from tests.seals import verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake(monkeypatch):
    """With its two copies issued, short ones."""
    short = partial(pdf.render, template="pdf/sample.html")
    monkeypatch.setattr(
        packets.pdf,
        "render",
        lambda *, template, context, title, assets: short(
            context={**context, "word": f"{context['foot_line']} {context['cover_facts']}"},
            title=title,
        ),
    )
    intake = a_complete_intake(consents=("electronic-records",))
    packets.make_packet(intake_id=intake.pk, now=MADE_AT)
    return intake


def ask(intake):
    by = intake.appointment.practitioner.user
    data_packets.ask(intake=intake, by=by, source=SOURCE, now=MADE_AT)
    return OutboxEntry.objects.get(kind="make_data_packet")


def the_copy() -> bytes:
    with Packet.objects.get(copy=PacketCopy.DATA).file.open("rb") as file:
        content: bytes = file.read()
    return content


def test_the_bundle_lies_in_the_file_and_names_the_issued_one(intake):
    before = {row.pk: (row.sha256, row.file.name) for row in Packet.objects.all()}
    outbox.run(ask(intake).pk, clock=lambda: MADE_AT)

    with pikepdf.open(io.BytesIO(the_copy())) as file:
        attached = file.attachments["packet.fhir.json"].get_file()
        (spec,) = file.Root.AF
        assert spec.AFRelationship == "/Data"
        assert attached.mime_type == "application/fhir+json"
        found = check_bundle(json.loads(attached.read_bytes()))
    issued = Packet.objects.get(copy=PacketCopy.THERAPIST)
    (document,) = found["DocumentReference"]
    assert document["identifier"][0]["value"] == issued.sha256
    assert document["content"][0]["attachment"]["url"].endswith(f"/{issued.public_id}/")
    assert len(found["QuestionnaireResponse"]) == 4
    after = Packet.objects.exclude(copy=PacketCopy.DATA)
    assert {row.pk: (row.sha256, row.file.name) for row in after} == before


def test_it_is_sealed_and_has_a_code_of_its_own(intake):
    outbox.run(ask(intake).pk, clock=lambda: MADE_AT)
    content = the_copy()

    assert verdict(content).intact
    assert verdict(content).bottom_line
    middle = content.index(b"/AFRelationship")
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    assert not verdict(changed).intact
    packet = Packet.objects.get(copy=PacketCopy.DATA)
    assert packet.sha256 == hashlib.sha256(content).hexdigest()
    assert Packet.objects.values("code").distinct().count() == 3


def test_asked_and_made_twice_there_is_one(intake):
    entry = ask(intake)
    assert ask(intake) == entry
    for _ in range(2):
        make_data_packet(entry.payload, now=MADE_AT)
    assert Packet.objects.filter(copy=PacketCopy.DATA).count() == 1
    assert MailMessage.objects.count() == 1  # of the packet itself
    assert AuditEvent.objects.filter(action="packet.ask_data").count() == 2
    assert AuditEvent.objects.get(action="packet.make", detail__copy="data").client_id


def test_before_the_packet_is_made_there_is_nothing_to_ask_for(intake):
    intake.packet_version = 2
    with pytest.raises(data_packets.NoPacketYet):
        ask(intake)


def test_a_version_that_was_replaced_is_not_made_any_more(intake):
    entry = ask(intake)
    type(intake).objects.filter(pk=intake.pk).update(packet_version=2)
    make_data_packet(entry.payload, now=MADE_AT)
    assert not Packet.objects.filter(copy=PacketCopy.DATA).exists()


@pytest.mark.parametrize(
    ("error", "expected"),
    [(pdf.TooLarge("pages"), outbox.GiveUp), (SealUnusable("none"), outbox.Later)],
)
def test_trouble_is_told_as_it_is_of_packets(intake, monkeypatch, error, expected):
    def fails(*_args, **_options):
        raise error

    entry = ask(intake)
    monkeypatch.setattr(data_packets, "draw", fails)
    with pytest.raises(expected):
        make_data_packet(entry.payload, now=MADE_AT)

"""The packet: what stands in it, for whom, and that each version is made once."""

import hashlib
import re
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from intake.consent_texts import ORDER
from intake.models import ISSUED, Packet, PacketCopy
from intake.services import packets as packet_store
from intake.services.consent_state import Occasion
from intake.services.consents import choose_paper
from intake.services.intakes import reopen
from intake.services.packet_reading import SealBroken, read_packet
from intake.services.publishing import current
from intake.services.submitting import submit
from portal.journeys import packets
from portal.journeys.tasks import make_packet
from portal.shared import outbox, pdf
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from portal.shared.seal import SealUnusable
from scripts.pdf_words import pack, pieces
from tests.factories.booking import NEW_YORK
from tests.factories.consents import NAME, SOURCE
from tests.factories.packets import (
    ARABIC,
    CHINESE,
    EMOJI,
    HEBREW,
    HOSTILE,
    LONG,
    LONG_WORD,
    MADE_AT,
    a_complete_intake,
    a_filled_intake,
)
from tests.seals import verdict
from tests.unit.shared.pdf.reading import BODY, glyphs_of, is_same, text_of, true_outline, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake(monkeypatch):
    """An intake whose packet is a short one: what matters is when it is made."""
    short = partial(pdf.render, template="pdf/sample.html")
    monkeypatch.setattr(
        packets.pdf,
        "render",
        lambda *, template, context, title, assets: short(
            context={**context, "word": f"{context['foot_line']} {context['cover_facts']}"},
            title=title,
        ),
    )
    return a_complete_intake(consents=())


def made(intake, copy=PacketCopy.CLIENT) -> Packet:
    packets.make_packet(intake_id=intake.pk, now=MADE_AT)
    return Packet.objects.get(intake=intake, copy=copy, version=intake.packet_version)


def content_of(packet: Packet) -> bytes:
    with packet.file.open("rb") as file:
        return file.read()


def squeezed(words: str) -> str:
    return "".join(words.split())


def test_every_answer_stands_in_both_copies(answered, client_copy, therapist_copy):
    """All that was given, question by question, compared with the text of the PDF."""
    assert len(answered) == 23
    for copy in (client_copy, therapist_copy):
        text = pack(words_of(copy))
        missing = [said for each in answered for said in pieces(each) if pack(said) not in text]
        assert missing == []


def test_everything_typed_stands_in_the_packet(client_copy):
    words = words_of(client_copy)
    for typed in (LONG, EMOJI, CHINESE, LONG_WORD, HOSTILE, NAME, "(212)555-0147"):
        assert squeezed(typed) in words


def test_hebrew_and_arabic_stand_in_the_packet_word_by_word(client_copy):
    text = text_of(client_copy)
    for word in [*HEBREW.replace(",", "").split(), *ARABIC.split()]:
        assert word in text


def test_each_letter_of_the_name_is_drawn_as_itself(client_copy):
    glyphs = [g for g in glyphs_of(client_copy) if g.text in set(NAME) - {" "}]
    wrong = {(g.font, g.text) for g in glyphs if not is_same(g.outline, true_outline(g))}
    assert len(glyphs) > 100
    assert wrong == set()


def test_no_letter_is_missing_and_no_rule_of_the_look_is_broken(drawn):
    for document in drawn.values():
        assert document.missing_glyphs == 0
        assert document.warnings == ()


def test_the_client_reads_no_band_and_the_therapist_does(client_copy, therapist_copy):
    client, therapist = words_of(client_copy), words_of(therapist_copy)

    assert re.search("Sum,from0to27(Points)?10If", client)
    assert "takecareofthingsathome,orgetalongwithotherpeople?Notanswered" in client
    for label in ("moderate", "severity", "cut-off", "algorithm", "clinician", "ataglance"):
        assert label not in client.casefold()
    for label in ("moderate(10-14)", "Atorabovethescreeningcut-offof10", "Ataglance"):
        assert label in therapist


def test_an_incomplete_instrument_is_said_to_be_incomplete():
    intake = a_complete_intake(consents=(), phq=(3, 3, 3, None, 3, 3, 3, 3, None))
    client, therapist = (_read(intake, copy) for copy in ISSUED)

    assert "Incomplete: 2 not answered, so there is no sum" in client
    assert "Not answered: ask" in therapist
    assert "severe" not in therapist


def test_a_safety_alert_leads_the_therapists_copy():
    intake = a_complete_intake(consents=(), phq=(0, 0, 0, 0, 0, 0, 0, 0, 1))
    client, therapist = (_read(intake, copy) for copy in ISSUED)

    assert "Safety: read this first" in therapist
    assert "Safety: read this first" not in client
    assert "988" in client


def test_the_texts_stand_whole_with_their_evidence(client_copy):
    text, words = text_of(client_copy), words_of(client_copy)
    assert squeezed("THIS NOTICE DESCRIBES HOW MEDICAL INFORMATION ABOUT YOU MAY BE USED") in words
    assert "January 1, 2027, 8:14:05 pm EST" in text
    assert "2027-01-02 01:14:05 UTC" in text
    assert "203.0.113.7" in text
    assert "a code sent by e-mail" in text
    for slug in ORDER:
        assert f"{slug},version1," in words
    assert len(re.findall(r"Itsfingerprint[0-9a-f]{64}", words)) == len(ORDER)


def test_the_estimate_in_force_is_a_part_of_it(client_copy, therapist_copy):
    for copy in (client_copy, therapist_copy):
        words = words_of(copy)
        assert "GoodFaithEstimateNumber1·issuedJanuary1,2027" in words
        assert "Totalthatweexpect$150" in words


def test_without_an_estimate_there_is_no_such_part():
    intake = a_complete_intake(consents=())
    assert "Good Faith Estimate" not in _read(intake, PacketCopy.CLIENT)


def test_a_choice_of_paper_is_said():
    other = a_filled_intake(consents=("electronic-records",))
    choose_paper(
        occasion=Occasion.of(other),
        document=current("electronic-records"),
        by=other.client.user,
        source=SOURCE,
        now=MADE_AT,
    )
    parts = packet_store.contents_of(other, copy=PacketCopy.CLIENT, zone=NEW_YORK).parts
    assert parts[-1].signature is None
    assert "paper was asked for" in parts[-1].paper_note


def test_the_seal_is_the_hash_of_the_file(intake):
    packet = made(intake)
    content = content_of(packet)
    assert packet.sha256 == hashlib.sha256(content).hexdigest()
    read = read_packet(packet=packet, by=intake.client.user, source=SOURCE, now=MADE_AT)
    assert read == content
    assert AuditEvent.objects.filter(action="packet.read").count() == 1
    event = AuditEvent.objects.get(action="packet.make", detail__copy="client")
    assert event.detail["sha256"] == packet.sha256


def test_the_file_is_sealed_and_one_changed_byte_shows(intake):
    content = content_of(made(intake))
    assert verdict(content).intact
    assert verdict(content).bottom_line
    middle = len(content) // 4
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    assert not verdict(changed).intact


@pytest.mark.parametrize(
    ("error", "expected"),
    [(pdf.TooLarge("pages"), outbox.GiveUp), (SealUnusable("none"), outbox.Later)],
)
def test_what_can_never_be_drawn_is_given_up_and_a_missing_seal_waited_for(
    intake, monkeypatch, error, expected
):
    def fails(*_args, **_options):
        raise error

    monkeypatch.setattr(packets, "draw", fails)
    with pytest.raises(expected):
        make_packet({"intake_id": intake.pk}, now=MADE_AT)
    assert not Packet.objects.exists()


def test_a_file_that_was_changed_is_not_handed_out(intake, monkeypatch):
    packet = made(intake)
    monkeypatch.setattr(packet, "sha256", "0" * 64)
    with pytest.raises(SealBroken):
        read_packet(packet=packet, by=intake.client.user, source=SOURCE, now=MADE_AT)


def test_the_stored_file_is_encrypted(intake):
    packet = made(intake)
    raw = (
        Path(settings.STORAGES["private"]["OPTIONS"]["location"]) / packet.file.name
    ).read_bytes()
    assert b"%PDF" not in raw
    assert intake.client.legal_name not in packet.file.name


def test_made_twice_there_is_one_packet_and_one_mail(intake):
    for _ in range(2):
        make_packet({"intake_id": intake.pk}, now=MADE_AT)
    assert Packet.objects.filter(intake=intake).count() == 2
    assert [mail.subject for mail in MailMessage.objects.all()] == ["Your documents are ready"]


def test_killed_between_the_copies_the_rest_is_made_later(intake, monkeypatch):
    store = packets.store

    def killed(*, copy, **options):
        if copy == PacketCopy.THERAPIST:
            raise SystemExit
        return store(copy=copy, **options)

    monkeypatch.setattr(packets, "store", killed)
    entry = OutboxEntry.objects.get(key=f"packet:{intake.pk}:1")
    with pytest.raises(SystemExit):
        outbox.run(entry.pk, clock=lambda: MADE_AT)
    first = Packet.objects.get(intake=intake)

    monkeypatch.setattr(packets, "store", store)
    outbox.run(entry.pk, clock=lambda: MADE_AT)
    assert Packet.objects.filter(intake=intake).count() == 2
    assert Packet.objects.get(copy=PacketCopy.CLIENT) == first
    assert MailMessage.objects.count() == 1


def test_two_workers_at_once_keep_one_and_leave_no_file(intake):
    document = packets.draw(intake, copy=PacketCopy.CLIENT, version=1, now=MADE_AT)
    kept = {"intake": intake, "copy": PacketCopy.CLIENT, "version": 1, "now": MADE_AT}
    first = packet_store.store(document=document, **kept)
    assert packet_store.store(document=document, **kept) is None

    folder = (
        Path(settings.STORAGES["private"]["OPTIONS"]["location"]) / Path(first.file.name).parent
    )
    names = {path.name for path in folder.iterdir()}
    assert Path(first.file.name).name in names
    assert Packet.objects.count() == 1


def test_opened_again_it_gets_a_new_version_beside_the_old(intake):
    old = made(intake)
    therapist = intake.appointment.practitioner.user
    reopen(intake=intake, slugs=["about-you"], by=therapist, now=MADE_AT)
    packets.make_packet(intake_id=intake.pk, now=MADE_AT)
    assert Packet.objects.filter(copy=PacketCopy.CLIENT).count() == 1

    submit(intake=intake, by=intake.client.user, now=MADE_AT)
    intake.refresh_from_db()
    new = made(intake)
    assert (old.version, new.version) == (1, 2)
    assert old.sha256 != new.sha256
    assert Packet.objects.filter(pk=old.pk).exists()


def test_the_mail_tells_a_stranger_nothing(intake):
    made(intake)
    mail = MailMessage.objects.get()
    assert mail.to == intake.client.email
    assert mail.attachments == []
    for word in ("intake", "packet", "therapy", "consent", NAME, "session"):
        assert word.casefold() not in mail.text.casefold().replace("therapy & wellness", "")


def _read(intake, copy: PacketCopy) -> str:
    """The text of one copy, in one line."""
    document = packets.draw(intake, copy=copy, version=1, now=MADE_AT)
    return " ".join(text_of(document.content, *BODY).split())

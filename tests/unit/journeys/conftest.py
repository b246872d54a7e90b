"""One full packet, drawn once for all tests that read it."""

import pytest
from django.db import transaction

from billing.services.estimates import issue_for_appointment
from intake.fhir.transcript import transcript
from intake.models import ISSUED, PacketCopy
from portal.journeys import packets
from tests.factories.packets import MADE_AT, a_complete_intake


@pytest.fixture(scope="session")
def full(django_db_setup, django_db_blocker):
    """Both copies of one full intake, drawn once: a booklet takes seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        intake = a_complete_intake()
        issue_for_appointment(appointment=intake.appointment, by=None, now=MADE_AT)
        drawn = {copy: packets.draw(intake, copy=copy, version=1, now=MADE_AT) for copy in ISSUED}
        said = list(all_said(intake))
        transaction.set_rollback(True)
    return drawn, said


def all_said(intake):
    """Every answer of an intake in words."""
    for response in intake.responses.select_related("questionnaire"):
        for section in transcript(response.questionnaire.parsed, response.given()):
            for told in section.told:
                yield from told.words


@pytest.fixture
def drawn(full):
    return full[0]


@pytest.fixture
def answered(full) -> list[str]:
    return full[1]


@pytest.fixture
def client_copy(drawn) -> bytes:
    return drawn[PacketCopy.CLIENT].content


@pytest.fixture
def therapist_copy(drawn) -> bytes:
    return drawn[PacketCopy.THERAPIST].content

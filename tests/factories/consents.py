"""A practice with published consents, and an intake that asks for them."""

from datetime import UTC, datetime

from booking.models import Appointment, Practitioner
from intake.models import ConsentDocument, Intake
from intake.services.consent_state import Occasion
from intake.services.consents import Signing, sign
from intake.services.publishing import publish_starters
from intake.services.sample import sample_word
from portal.shared.request import Source
from tests.factories.booking import NOW, a_practice, a_session_type, an_appointment

SIGNED_AT = datetime(2027, 1, 2, 1, 14, 5, tzinfo=UTC)
SOURCE = Source(ip="203.0.113.7", user_agent="Example Browser 1.0", session="0123456789abcdef")
NAME = "Łukasz Nguyễn Šimić Dvořák"


def published_consents(practitioner: Practitioner | None = None) -> list[ConsentDocument]:
    a_practice()
    practitioner = practitioner or a_session_type().practitioner
    return publish_starters(practitioner=practitioner, by=None, now=NOW)


def an_intake_to_sign(appointment: Appointment | None = None, *slugs: str) -> Intake:
    """An intake without questions that asks for the texts named, or for all."""
    appointment = appointment or an_appointment()
    documents = published_consents(appointment.practitioner)
    intake = Intake.objects.create(client=appointment.client, appointment=appointment)
    intake.consents.set([d for d in documents if not slugs or d.slug in slugs])
    return intake


def a_signing(intake: Intake, **fields: object) -> Signing:
    """A whole and honest signing."""
    given = {"typed_name": NAME, "agrees": True, "sample_word": sample_word(intake)}
    return Signing(**{**given, "auth_methods": ("code",), **fields})


def sign_text(intake: Intake, slug: str, **fields: object):
    document = ConsentDocument.objects.filter(slug=slug).order_by("-version").first()
    return sign(
        occasion=Occasion.of(intake),
        document=document,
        signing=a_signing(intake, **fields),
        by=intake.client.user,
        source=SOURCE,
        now=SIGNED_AT,
    )

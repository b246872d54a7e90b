"""What a record is exported as: answers, scores, and the whole of an intake."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from intake.export.appointments import appointment
from intake.export.consents import consent
from intake.export.documents import document_reference
from intake.export.people import patient, practitioner
from intake.export.responses import response
from intake.export.scores import score
from intake.export.shapes import Resource, bundle
from intake.from_paper import SHEET
from intake.models import ConsentSignature, Intake, Packet, QuestionnaireResponse
from intake.services.consent_state import asked_for
from intake.services.instruments import cut_off_of
from portal.shared import audit
from portal.shared.request import Source


@dataclass(frozen=True)
class Issued:
    """A packet with its file, and where the file is found; without `url` it goes along whole."""

    packet: Packet
    content: bytes
    url: str = ""
    is_replaced: bool = False


def responses_of(intake: Intake) -> QuerySet[QuestionnaireResponse]:
    """With all that an export reads of them."""
    own = intake.responses.with_questionnaire()
    return own.select_related(SHEET).prefetch_related("answers")


def answers_bundle(
    responses: Iterable[QuestionnaireResponse], *, about: Resource, now: datetime
) -> Resource:
    """What the client told, and nothing that was made of it."""
    told = [response(one, patient=about) for one in responses]
    return bundle([about, *told], now=now)


def scores_bundle(
    responses: Iterable[QuestionnaireResponse], *, about: Resource, now: datetime
) -> Resource:
    """Scores with their readings, and the responses that they come from: for the therapist."""
    return bundle([about, *scored(responses, about=about, with_reading=True)], now=now)


def scored(
    responses: Iterable[QuestionnaireResponse], *, about: Resource, with_reading: bool
) -> Iterator[Resource]:
    """Each response to an instrument, and its score after it."""
    for one in responses:
        if one.questionnaire.parsed.instrument:
            yield from told_and_scored(one, about=about, with_reading=with_reading)


def told_and_scored(
    one: QuestionnaireResponse, *, about: Resource, with_reading: bool
) -> Iterator[Resource]:
    told = response(one, patient=about)
    yield told
    instrument = one.questionnaire.parsed.instrument
    if instrument:
        yield score(
            one,
            patient=about,
            derived_from=told,
            with_reading=with_reading,
            cut_off=cut_off_of(instrument) if with_reading else None,
        )


def packet_bundle(intake: Intake, *, issued: Issued | None, now: datetime) -> Resource:
    """The whole of an intake as the therapist has it, and the PDF that was made of it."""
    about, keeper = patient(intake.client), practitioner(intake.appointment.practitioner)
    told = [
        resource
        for one in responses_of(intake)
        for resource in told_and_scored(one, about=about, with_reading=True)
    ]
    met = appointment(intake.appointment, patient=about, practitioner=keeper)
    agreed = [consent(one, patient=about) for one in signatures_of(intake)]
    parts = [about, keeper, met, *told, *agreed]
    return bundle([*parts, *_pdf(issued, about, keeper, told)], now=now)


def _pdf(
    issued: Issued | None, about: Resource, keeper: Resource, told: list[Resource]
) -> Iterator[Resource]:
    if issued is None:
        return
    yield document_reference(
        issued.packet,
        issued.content,
        patient=about,
        author=keeper,
        made_of=told,
        url=issued.url,
        is_replaced=issued.is_replaced,
    )


def signatures_of(intake: Intake) -> list[ConsentSignature]:
    """As the packet shows them: the one that settled each text."""
    return [asked.signature for asked in asked_for(intake) if asked.signature]


def record_export(
    *, what: str, intake: Intake, by: User, source: Source, now: datetime, detail: Any = None
) -> None:
    """`what` is "response", "scores", "packet" or "intake"."""
    audit.record(
        action=f"{what}.export",
        by=by,
        obj=intake,
        client=intake.client,
        source=source,
        detail=detail,
        now=now,
    )

"""The client's timeline of earlier therapy: written by the client, begun from the intake."""

import re
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from accounts.models import Client, User
from intake.earlier import NoMonth, Therapy, read_month
from intake.fhir.answers import BLANK, Given, key_of
from intake.fhir.places import numbers
from intake.fhir.questionnaire import Questionnaire
from intake.fhir.transcript import transcript
from intake.fhir.wording import words
from intake.models import EarlierTherapy, Intake, QuestionnaireResponse
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()
PART, GROUP = "earlier-therapy", "therapy"
ONGOING = "ongoing"


@transaction.atomic
def add(
    *, client: Client, therapy: Therapy, by: User, now: datetime, source: Source = NOWHERE
) -> EarlierTherapy:
    row = EarlierTherapy.objects.create(client=client, told=therapy.stored())
    _record("add", row, by=by, now=now, source=source)
    return row


@transaction.atomic
def change(
    *, row: EarlierTherapy, therapy: Therapy, by: User, now: datetime, source: Source = NOWHERE
) -> None:
    if row.therapy == therapy:
        return
    row.told = therapy.stored()
    row.save(update_fields=["told", "updated_at"])
    _record("change", row, by=by, now=now, source=source)


@transaction.atomic
def remove(*, row: EarlierTherapy, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """Its words are erased; the empty row stays, so that no intake brings it back."""
    row.told, row.removed_at = {}, now
    row.save(update_fields=["told", "removed_at", "updated_at"])
    _record("remove", row, by=by, now=now, source=source)


def _record(act: str, row: EarlierTherapy, *, by: User, now: datetime, source: Source) -> None:
    audit.record(
        action=f"earlier_therapy.{act}",
        by=by,
        obj=row,
        client=row.client,
        source=source,
        now=now,
    )


@transaction.atomic
def add_from_intake(*, intake: Intake, now: datetime) -> int:
    """What the intake tells becomes entries, each once; later changes are the client's own."""
    response = (
        intake.responses.filter(questionnaire__slug=PART)
        .select_related("questionnaire")
        .prefetch_related("answers")
        .first()
    )
    if response is None:
        return 0
    told = [one for one in _told(response) if one[1] != Therapy()]
    made = [
        EarlierTherapy.objects.get_or_create(
            response=response,
            repetition=path,
            defaults={"client": intake.client, "told": therapy.stored()},
        )[1]
        for path, therapy in told
    ]
    return sum(made)


def _told(response: QuestionnaireResponse) -> Iterator[tuple[str, Therapy]]:
    """Each repetition of the group; nothing where the version asked has none, or none is asked."""
    parsed, given = response.questionnaire.parsed, response.given()
    group = parsed.item(GROUP)
    if group is None:
        return
    asked = {told.key for section in transcript(parsed, given) for told in section.told}
    for number in numbers(group, "", given):
        path = str(number)
        if key_of("with-whom", path) in asked:
            yield path, _therapy(parsed, given, path)


def _therapy(parsed: Questionnaire, given: Given, path: str) -> Therapy:
    def said(link_id: str) -> str:
        answer = given.get(key_of(link_id, path), BLANK)
        return ", ".join(words(parsed.by_link_id[link_id], answer)) if answer.values else ""

    def is_kept(link_id: str) -> bool:
        return given.get(key_of(link_id, path), BLANK).in_person

    began, ended, rest = _times(said("began"), said("ended"))
    is_ongoing = given.get(key_of("why-ended", path), BLANK).has_code(ONGOING)
    in_person = (("hurt", "therapy-hurt"),)
    return Therapy(
        with_whom=said("with-whom"),
        began=began,
        ended="" if is_ongoing else ended,
        is_ongoing=is_ongoing,
        when_words=rest,
        helped=said("therapy-helped"),
        hurt=said("therapy-hurt"),
        why_ended="" if is_ongoing else said("why-ended"),
        in_person=tuple(name for name, link_id in in_person if is_kept(link_id)),
    )


def _times(began: str, ended: str) -> tuple[str, str, str]:
    """Two months or years where they are such; else the client's words as they are."""
    read: list[str] = []
    for text in (began, ended):
        try:
            read.append(read_month(text))
        except NoMonth:
            both = " to ".join(filter(None, (began, ended)))
            return "", "", re.sub(r"\s+", " ", both)
    return read[0], read[1], ""

"""The timeline as FHIR R4: what a person says of their own past, with the questions beside it.

A QuestionnaireResponse and no Encounter or EpisodeOfCare: those are an organisation's record of
care that it gave (docs/adr/0026). Rule: https://hl7.org/fhir/R4/questionnaireresponse.html
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.earlier import MAY_SAY, Therapy
from intake.fhir.extensions import IN_PERSON

URL = "https://example.org/fhir/Questionnaire/earlier-therapy-timeline"
VERSION = "1.0.0"
QUESTIONS = (
    ("with-whom", "With whom, in general terms?", "string"),
    ("began", "From when?", "date"),
    ("ended", "Until when?", "date"),
    ("is-ongoing", "Is it still going on?", "boolean"),
    ("when-words", "When, in your own words?", "string"),
    ("helped", "What helped?", "text"),
    ("hurt", "What hurt, or did not help?", "text"),
    ("why-ended", "Why did it end?", "text"),
)
TEXTS = {link_id: text for link_id, text, _ in QUESTIONS}
GROUP = {"linkId": "therapy", "text": "Earlier therapy"}
QUESTIONNAIRE: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "id": "earlier-therapy-timeline",
    "url": URL,
    "version": VERSION,
    "name": "EarlierTherapyTimeline",
    "title": "Earlier therapy, in my own words",
    "status": "active",
    "subjectType": ["Patient"],
    "item": [
        {
            **GROUP,
            "type": "group",
            "repeats": True,
            "item": [
                {"linkId": link_id, "text": text, "type": kind} for link_id, text, kind in QUESTIONS
            ],
        }
    ],
}


def bundle(therapies: Sequence[Therapy], *, identifier: UUID, now: datetime) -> dict[str, Any]:
    """`now` must be aware. It names nobody: whom it is about, the one who hands it over says."""
    response: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "id": str(identifier),
        "questionnaire": f"{URL}|{VERSION}",
        "status": "completed",
        "authored": now.isoformat(timespec="seconds"),
    }
    if therapies:
        response["item"] = [{**GROUP, "item": list(_items(one))} for one in therapies]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": now.isoformat(timespec="seconds"),
        "entry": [{"resource": QUESTIONNAIRE}, {"resource": response}],
    }


def _items(therapy: Therapy) -> Iterator[dict[str, Any]]:
    values = {
        "with-whom": ("valueString", therapy.with_whom),
        "began": ("valueDate", therapy.began),
        "ended": ("valueDate", therapy.ended),
        "is-ongoing": ("valueBoolean", therapy.is_ongoing),
        "when-words": ("valueString", therapy.when_words),
        **{_link_id(name): ("valueString", getattr(therapy, name)) for name in MAY_SAY},
    }
    kept = {_link_id(name) for name in therapy.in_person}
    for link_id, (key, value) in values.items():
        if value or link_id in kept:
            yield _item(link_id, {key: value} if value else None, link_id in kept)


def _link_id(name: str) -> str:
    return name.replace("_", "-")


def _item(link_id: str, value: dict[str, Any] | None, is_kept: bool) -> dict[str, Any]:
    extension = {"extension": [{"url": IN_PERSON, "valueBoolean": True}]} if is_kept else {}
    answer = {"answer": [value]} if value else {}
    return {**extension, "linkId": link_id, "text": TEXTS[link_id], **answer}

"""A first conversation of the demo: somebody new has told how she would like to work."""

from datetime import datetime, timedelta

from accounts.models import Client, Practice, User
from booking.models import Appointment, SessionType
from booking.services import appointments, open_slots
from intake.fhir.answers import Answer
from intake.fhir.questionnaire import Coded, Item
from intake.models import Intake, QuestionnaireResponse
from intake.services.answering import Change, save_answers
from intake.services.earlier_therapies import GROUP, PART, add_from_intake
from intake.services.intakes import open_for_appointment
from intake.services.repetitions import add

SOON = timedelta(days=2)
AHEAD = timedelta(days=14)
IN_PERSON = None
WRITER = "demo"

TOLD: dict[str, dict[str, tuple[str, ...] | None]] = {
    "what-brings-you": {
        "reason": ("Since the accident I plan every day around not driving.",),
    },
    "earlier-therapy": {
        "before": ("yes",),
        "what-helped": ("heard", "steady"),
        "not-helped": ("no-plan", "silence"),
        "not-helped-words": ("Somebody who says now and then where we are.",),
        "said-so": ("no",),
        "hurt": ("unsure",),
        "hurt-words": IN_PERSON,
        "different": ("That I notice early when I only say what I think is wanted.",),
        "early-sign": ("I get very polite and cancel the day before.",),
    },
    "hopes-fears-expectations": {
        "hope": ("I drive to my sister’s and think about my sister.",),
        "fear": ("falling-apart", "tell-all"),
        "would-disappoint": ("If it were only talking again.",),
    },
    "how-you-like-to-work": {
        "lead": ("rather-first",),
        "plan": ("first",),
        "time": ("rather-first",),
        "way-in": ("both",),
        "together-words": ("I like to know what comes next. Surprises are what I come about.",),
        "push": ("rather-first",),
        "silence": ("second",),
        "self": ("no-preference",),
        "speed": ("rather-second",),
        "practice": ("rather-first",),
        "emdr-explain": ("first",),
    },
}


def book_and_tell(client: Client, *, by: User, now: datetime) -> None:
    """A consult in some days, and its intake half filled in; nothing where no time is open."""
    consult = SessionType.objects.get(slug="consult")
    appointment = _book(consult, client, by=by, now=now)
    if appointment is None:
        return
    intake = open_for_appointment(appointment=appointment, by=by, now=now)
    if intake is not None:
        _tell(intake, by=client.user or by, now=now)


def _book(consult: SessionType, client: Client, *, by: User, now: datetime) -> Appointment | None:
    slots = open_slots.open_slots(
        session_type=consult,
        zone=Practice.get().zone,
        start=now + SOON,
        end=now + AHEAD,
        now=now,
    )
    slot = next(iter(slots), None)
    if slot is None:
        return None
    return appointments.book_for_client(
        session_type=consult,
        client=client,
        starts_at=slot.starts_at,
        place=slot.places[0],
        by=by,
        now=now,
    )


EARLIER: tuple[dict[str, tuple[str, ...] | None], ...] = (
    {
        "with-whom": ("therapist",),
        "kind": ("talking",),
        "began": ("2014",),
        "ended": ("June 2015",),
        "therapy-helped": ("Somebody was there every week.",),
        "therapy-hurt": ("Long silences. I did not know what was wanted of me.",),
        "why-ended": ("practical",),
    },
    {
        "with-whom": ("online",),
        "began": ("March 2021",),
        "ended": ("2022",),
        "therapy-helped": ("Writing at night.",),
        "therapy-hurt": IN_PERSON,
        "why-ended": ("not-understood",),
    },
)
"""Repetitions of the group "therapy"."""


def _tell(intake: Intake, *, by: User, now: datetime) -> None:
    for response in intake.responses.select_related("questionnaire"):
        slug = response.questionnaire.slug
        by_link_id = response.questionnaire.parsed.by_link_id
        told = [_change(by_link_id[name], words) for name, words in TOLD.get(slug, {}).items()]
        save_answers(response=response, changes=told, writer=WRITER, by=by, now=now)
        if slug == PART:
            _tell_of_therapies(response, by=by, now=now)
    add_from_intake(intake=intake, now=now)


def _tell_of_therapies(response: QuestionnaireResponse, *, by: User, now: datetime) -> None:
    """The first repetition is there by itself."""
    by_link_id, number = response.questionnaire.parsed.by_link_id, 1
    for therapy in EARLIER:
        if therapy is not EARLIER[0]:
            number = add(response=response, group=by_link_id[GROUP], path="", by=by, now=now)
        told = [
            _change(by_link_id[name], words, path=str(number)) for name, words in therapy.items()
        ]
        save_answers(response=response, changes=told, writer=WRITER, by=by, now=now)


def _change(item: Item, words: tuple[str, ...] | None, *, path: str = "") -> Change:
    """Codes for choices, else the words; none: to be said in person."""
    values = tuple(Coded(one) if item.option(one) else one for one in words or ())
    given = Answer(values, in_person=words is None)
    return Change(item=item, given=given, shown_revision=0, path=path)

"""How far along someone is, and about how long the rest takes."""

from dataclasses import dataclass
from math import ceil

from intake.fhir.answers import BLANK, Answers
from intake.fhir.enabling import shown_questions
from intake.fhir.places import Place
from intake.fhir.questionnaire import Item, ItemType, Questionnaire

# Seconds a person takes to read and answer, on average; unhurried on purpose.
_SECONDS = {
    ItemType.TEXT: 75,
    ItemType.STRING: 20,
    ItemType.DATE: 15,
    ItemType.OPEN_CHOICE: 20,
    ItemType.CHOICE: 14,
}
_SECONDS_OTHERWISE = 10
_SECONDS_INSTRUMENT_ITEM = 9


@dataclass(frozen=True)
class Progress:
    shown: int
    answered: int
    required_left: int
    seconds_left: int

    @property
    def has_all_required(self) -> bool:
        return self.required_left == 0

    @property
    def minutes_left(self) -> int:
        """Whole minutes, rounded up."""
        return ceil(self.seconds_left / 60)


def measure(questionnaire: Questionnaire, answers: Answers) -> Progress:
    asked = [place for place in shown_questions(questionnaire, answers) if place.item.is_asked]
    blank = [place for place in asked if answers.get(place.key, BLANK).is_blank]
    return Progress(
        shown=len(asked),
        answered=len(asked) - len(blank),
        required_left=sum(place.item.is_required for place in blank),
        seconds_left=sum(_seconds(questionnaire, place.item) for place in _left(blank)),
    )


def _left(blank: list[Place]) -> list[Place]:
    """A repetition that was added and left blank is not counted on: nobody has to fill it in."""
    return [place for place in blank if place.item.is_required or place.path in ("", "1")]


def _seconds(questionnaire: Questionnaire, item: Item) -> int:
    if questionnaire.instrument:
        return _SECONDS_INSTRUMENT_ITEM
    return _SECONDS.get(item.type, _SECONDS_OTHERWISE)

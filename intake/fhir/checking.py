"""Is this answer possible, and is enough answered? Problems in words that help."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from intake.fhir.answers import BLANK, Answer, Answers, key_of
from intake.fhir.checking_values import value_problems
from intake.fhir.enabling import shown_places
from intake.fhir.places import Place
from intake.fhir.questionnaire import Item, Questionnaire


@dataclass(frozen=True)
class Problem:
    link_id: str
    message: str
    path: str = ""

    @property
    def key(self) -> str:
        return key_of(self.link_id, self.path)


def check_answer(item: Item, answer: Answer, *, today: date, path: str = "") -> list[Problem]:
    """What would stop this answer from being kept; blank is always fine while filling in."""
    messages = [
        *_count_problems(item, answer),
        *(message for value in answer.values for message in value_problems(item, value, today)),
    ]
    return [Problem(item.link_id, message, path) for message in dict.fromkeys(messages)]


def check_complete(questionnaire: Questionnaire, answers: Answers) -> list[Problem]:
    """What is needed, asked and blank; what is not asked is not missing."""
    return list(_missing(shown_places(questionnaire, answers), answers))


def _missing(places: tuple[Place, ...], answers: Answers) -> Iterator[Problem]:
    for place in places:
        if place.item.is_asked:
            message = _missing_message(place.item, answers.get(place.key, BLANK))
            if message:
                yield Problem(place.item.link_id, message, place.path)
        missing_below = list(_missing(place.below, answers))
        yield from missing_below
        if not missing_below and _lacks_any(place, answers):
            yield _needs_one(place)


def _missing_message(item: Item, answer: Answer) -> str:
    if item.is_required and answer.is_blank:
        if item.may_say_in_person:
            return "Please answer this one, or tick that you would rather say it in person."
        return "We need this one before you send your intake."
    needed = item.limits.min_occurs
    if 0 < len(answer.values) < needed or (item.is_required and not answer.in_person):
        return f"Please give at least {needed} answers." if len(answer.values) < needed else ""
    return ""


def _lacks_any(place: Place, answers: Answers) -> bool:
    """A required group in which something can be answered and nothing is."""
    if not place.item.is_required or place.item.is_question:
        return False
    asked = [each for each in place.walk() if each.item.is_asked]
    return bool(asked) and all(answers.get(each.key, BLANK).is_blank for each in asked)


def _needs_one(group: Place) -> Problem:
    first = next(place for place in group.walk() if place.item.is_asked)
    message = f"We need an answer to at least one question of “{group.title}”."
    return Problem(first.item.link_id, message, first.path)


def _count_problems(item: Item, answer: Answer) -> list[str]:
    if len(answer.values) > 1 and not item.is_repeating:
        return ["Please choose one answer."]
    most = item.limits.max_occurs
    if most is not None and len(answer.values) > most:
        return [f"Please give at most {most} answers. These are {len(answer.values)}."]
    exclusive = [option for option in item.options if option.is_exclusive]
    clash = next((option for option in exclusive if answer.has_code(option.code)), None)
    if clash and len(answer.values) > 1:
        return [f"You chose “{clash.display}” and something else. Please untick one of them."]
    return []

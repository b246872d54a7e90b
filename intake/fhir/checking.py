"""Is this answer possible, and is enough answered? Problems in words that help."""

from dataclasses import dataclass
from datetime import date

from intake.fhir.answers import BLANK, Answer, Answers
from intake.fhir.enabling import shown_questions
from intake.fhir.questionnaire import Coded, Item, ItemType, Questionnaire, Value

OLDEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Problem:
    link_id: str
    message: str


def check_answer(item: Item, answer: Answer, *, today: date) -> list[Problem]:
    """What would stop this answer from being kept; blank is always fine while filling in."""
    messages = [
        *_count_problems(item, answer),
        *(message for value in answer.values for message in _value_problems(item, value, today)),
    ]
    return [Problem(item.link_id, message) for message in messages]


def check_complete(questionnaire: Questionnaire, answers: Answers) -> list[Problem]:
    """Required questions that are asked and blank; what is not asked is not missing."""
    return [
        Problem(item.link_id, _missing_message(item))
        for item in shown_questions(questionnaire, answers)
        if item.is_required and answers.get(item.link_id, BLANK).is_blank
    ]


def _missing_message(item: Item) -> str:
    if item.may_say_in_person:
        return "Please answer this one, or tick that you would rather say it in person."
    return "We need this one before you send your intake."


def _count_problems(item: Item, answer: Answer) -> list[str]:
    if len(answer.values) > 1 and not item.is_repeating:
        return ["Please choose one answer."]
    exclusive = [option for option in item.options if option.is_exclusive]
    clash = next((option for option in exclusive if answer.has_code(option.code)), None)
    if clash and len(answer.values) > 1:
        return [f"You chose “{clash.display}” and something else. Please untick one of them."]
    return []


def _value_problems(item: Item, value: Value, today: date) -> list[str]:
    if isinstance(value, Coded):
        return [] if item.option(value.code) else ["Please choose one of the answers shown."]
    if isinstance(value, str):
        return _text_problems(item, value)
    if isinstance(value, date):
        return _date_problems(value, today)
    return []


def _text_problems(item: Item, value: str) -> list[str]:
    if item.type not in (ItemType.STRING, ItemType.TEXT, ItemType.OPEN_CHOICE):
        return [_SHAPES.get(item.type, "Please choose one of the answers shown.")]
    if len(value) > item.limit:
        over = len(value) - item.limit
        return [f"This is {over:,} characters too long. The limit is {item.limit:,}."]
    return []


def _date_problems(value: date, today: date) -> list[str]:
    if value > today:
        return ["This date is in the future. Please check the year."]
    if value < OLDEST:
        return ["This date is a long time ago. Please check the year."]
    return []


_SHAPES = {
    ItemType.DATE: "Please enter a full date that exists, for example 1985-04-23.",
    ItemType.INTEGER: "Please enter a whole number, such as 3.",
    ItemType.BOOLEAN: "Please choose Yes or No.",
}

"""An instrument item by item, as a clinician reads it beside the score."""

from dataclasses import dataclass

from intake.fhir.answers import BLANK, Answers
from intake.fhir.questionnaire import Coded, Item, Questionnaire
from intake.fhir.wording import words
from intake.instruments.scoring import scored_items


@dataclass(frozen=True)
class Row:
    number: str
    question: str
    answer: str
    points: int | None
    speaks_of_danger: bool


def item_table(questionnaire: Questionnaire, answers: Answers) -> list[Row]:
    return [_row(item, answers) for item in scored_items(questionnaire)]


def has_points(questionnaire: Questionnaire) -> bool:
    """Whether answers count for something; those of the LEC-5 do not."""
    scored = scored_items(questionnaire)
    return any(option.ordinal is not None for item in scored for option in item.options)


def _row(item: Item, answers: Answers) -> Row:
    answer = answers.get(item.link_id, BLANK)
    coded = next((value for value in answer.values if isinstance(value, Coded)), None)
    option = item.option(coded.code) if coded else None
    return Row(
        number=item.prefix.rstrip("."),
        question=item.text,
        answer=", ".join(words(item, answer)),
        points=int(option.ordinal) if option and option.ordinal is not None else None,
        speaks_of_danger=bool(option and option.safety),
    )

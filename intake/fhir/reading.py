"""From the fields of a posted form to an Answer, without judging it.

A value that can't be read as its type stays the text that was typed, so that
`check_answer` can say what is wrong and the page can show it again.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from intake.fhir.answers import Answer
from intake.fhir.cleaning import clean_line, clean_text
from intake.fhir.questionnaire import Coded, Item, ItemType, Value

OTHER = "+other"  # the radio button or check box in front of "Something else"
OTHER_WORDS = "Something else"


class Posted(Protocol):
    """What Django's QueryDict offers."""

    def getlist(self, key: str) -> Sequence[str]: ...


def other_name(link_id: str) -> str:
    return f"{link_id}:other"


def in_person_name(link_id: str) -> str:
    return f"{link_id}:in-person"


def revision_name(link_id: str) -> str:
    """Hidden beside each question: the revision it was shown with; also says "I was there"."""
    return f"{link_id}:revision"


def read_answer(item: Item, posted: Posted) -> Answer:
    raw = posted.getlist(item.link_id)
    in_person = item.may_say_in_person and bool(posted.getlist(in_person_name(item.link_id)))
    if item.is_choice:
        return Answer(_read_choices(item, raw, posted), in_person)
    values = tuple(value for value in (_read_value(item, text) for text in raw) if value != "")
    return Answer(values, in_person)


def _read_choices(item: Item, raw: Sequence[str], posted: Posted) -> tuple[Value, ...]:
    """In the order of the options, whatever order a browser or script sent them in."""
    chosen = {code for code in raw if code and code != OTHER}
    known = [Coded(option.code) for option in item.options if option.code in chosen]
    unknown = [Coded(code) for code in sorted(chosen - {coded.code for coded in known})]
    return (*known, *unknown, *_read_other(item, raw, posted))


def _read_other(item: Item, raw: Sequence[str], posted: Posted) -> tuple[str, ...]:
    if item.type != ItemType.OPEN_CHOICE:
        return ()
    typed = clean_line(" ".join(posted.getlist(other_name(item.link_id))))
    picked = OTHER in raw
    if typed and (picked or item.is_repeating or not any(raw)):
        return (typed,)
    return (OTHER_WORDS,) if picked else ()


def _read_value(item: Item, raw: str) -> Value:
    text = clean_text(raw) if item.type == ItemType.TEXT else clean_line(raw)
    if item.type == ItemType.DATE:
        return _read_date(text)
    if item.type == ItemType.INTEGER:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    if item.type == ItemType.BOOLEAN:
        return {"true": True, "false": False}.get(text, text)
    return text


def _read_date(text: str) -> Value:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text

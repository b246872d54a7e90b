"""From the fields of a posted form to an Answer, without judging it.

A value that can't be read as its type stays the text that was typed, so that
`check_answer` can say what is wrong and the page can show it again. Where two fields make one
value (a date and a time, a number and a unit), that text has two lines.
"""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from itertools import zip_longest
from typing import Protocol

from intake.fhir.answers import Answer
from intake.fhir.cleaning import clean_line, clean_text
from intake.fhir.questionnaire import Attached, Coded, Item, ItemType, Quantity, Value
from intake.fhir.reading_moments import read_date, read_datetime, read_time
from intake.fhir.reading_numbers import read_decimal, read_integer

OTHER = "+other"  # the radio button or check box in front of "Something else"
OTHER_WORDS = "Something else"
LOOKUPS = ("autocomplete", "lookup")  # controls in which an option is typed
PAIRS = {ItemType.DATETIME: "time", ItemType.QUANTITY: "unit"}
"""Types with a second field, and what it is called."""


class Posted(Protocol):
    """What Django's QueryDict offers."""

    def getlist(self, key: str) -> Sequence[str]: ...


def other_name(name: str) -> str:
    return f"{name}:other"


def in_person_name(name: str) -> str:
    return f"{name}:in-person"


def second_name(item: Item, name: str) -> str:
    """Of the time beside a date, the unit beside a number."""
    return f"{name}:{PAIRS[item.type]}" if item.type in PAIRS else ""


def file_name(name: str) -> str:
    """Of the field that a file is chosen in; the question's own field names those kept already."""
    return f"{name}:file"


def revision_name(name: str) -> str:
    """Hidden beside each question: the revision it was shown with; also says "I was there"."""
    return f"{name}:revision"


def read_answer(item: Item, posted: Posted, *, name: str = "", zone: tzinfo = UTC) -> Answer:
    """`name` is that of the fields, where the item stands more than once."""
    name = name or item.name
    raw = posted.getlist(name)
    in_person = item.may_say_in_person and bool(posted.getlist(in_person_name(name)))
    if item.is_choice:
        return Answer(_read_choices(item, raw, posted.getlist(other_name(name))), in_person)
    if item.type == ItemType.ATTACHMENT:
        return Answer(tuple(Attached(id) for id in dict.fromkeys(raw) if id), in_person)
    second = posted.getlist(second_name(item, name)) if item.type in PAIRS else ()
    read = (_read_value(item, *pair, zone) for pair in zip_longest(raw, second, fillvalue=""))
    return Answer(tuple(value for value in read if value not in ("", "\n")), in_person)


def _read_choices(item: Item, raw: Sequence[str], other: Sequence[str]) -> tuple[Value, ...]:
    """In the order of the options, whatever order a browser or script sent them in."""
    if item.control in LOOKUPS:
        return _read_typed_choices(item, raw)
    chosen = {code for code in raw if code and code != OTHER}
    known = [Coded(option.code) for option in item.options if option.code in chosen]
    unknown = [Coded(code) for code in sorted(chosen - {coded.code for coded in known})]
    return (*known, *unknown, *_read_other(item, raw, other))


def _read_typed_choices(item: Item, raw: Sequence[str]) -> tuple[Value, ...]:
    """The option of these words, whatever the capitals; else the words themselves."""
    by_words = {option.display.casefold(): option.code for option in reversed(item.options)}
    typed = [words for words in map(clean_line, raw) if words]
    known = ((words, by_words.get(words.casefold())) for words in typed)
    values = [Coded(code) if code is not None else words for words, code in known]
    return tuple(dict.fromkeys(values))


def _read_other(item: Item, raw: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    if item.type != ItemType.OPEN_CHOICE:
        return ()
    typed = clean_line(" ".join(other))
    picked = OTHER in raw
    if typed and (picked or item.is_repeating or not any(raw)):
        return (typed,)
    return (OTHER_WORDS,) if picked else ()


def _read_value(item: Item, raw: str, second: str, zone: tzinfo) -> Value:
    text = clean_text(raw) if item.type == ItemType.TEXT else clean_line(raw)
    if item.type == ItemType.DATE:
        return read_date(text, may_be_partial=item.may_be_partial)
    if item.type == ItemType.DATETIME:
        return read_datetime(text, clean_line(second), zone, may_be_partial=item.may_be_partial)
    if item.type == ItemType.TIME:
        return read_time(text)
    if item.type == ItemType.INTEGER:
        return read_integer(text)
    if item.type == ItemType.DECIMAL:
        return read_decimal(text)
    if item.type == ItemType.QUANTITY:
        return _read_quantity(item, text, clean_line(second))
    if item.type == ItemType.BOOLEAN:
        return {"true": True, "false": False}.get(text, text)
    return text


def _read_quantity(item: Item, text: str, unit: str) -> Value:
    """A unit without a number is nothing; a number may have to wait for its unit."""
    if not text:
        return ""
    only = item.units[0].key if len(item.units) == 1 and not item.may_type_unit else unit
    typed = next((each.key for each in item.units if each.display == only), only)
    number = read_decimal(text)
    return f"{number}\n{typed}" if isinstance(number, str) else Quantity(number, typed)

"""enableWhen read against the questions that it depends on, and circles found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.fhir.elements import Raw, as_element, as_elements, as_flag, as_text, choice_of
from intake.fhir.findings import Findings
from intake.fhir.limits import bound_value
from intake.fhir.questionnaire import Coded, Condition, Item, ItemType, Option, Value

OPERATORS = frozenset({"exists", "=", "!=", ">", "<", ">=", "<="})
_MEANT = {"equal": "=", "equals": "=", "==": "=", "not-equal": "!=", "<>": "!="}
_TEXTS = frozenset({ItemType.STRING, ItemType.TEXT, ItemType.URL})


@dataclass(frozen=True)
class Unmet:
    """A condition that can't be read, and why."""

    reason: str


class ConditionReader:
    def __init__(
        self, raws: Mapping[str, Raw], items: Mapping[str, Item], findings: Findings
    ) -> None:
        self.raws = raws
        self.items = items
        self.findings = findings

    def attach(self, item: Item) -> Item:
        """The item with its conditions, and all below it with theirs."""
        raw = self.raws.get(item.link_id, {})
        return replace(
            item,
            conditions=tuple(self._conditions(item, raw)),
            needs_every_condition=raw.get("enableBehavior") == "all",
            items=tuple(self.attach(child) for child in item.items),
        )

    def _conditions(self, item: Item, raw: Raw) -> list[Condition]:
        conditions = []
        for one in as_elements(raw.get("enableWhen")):
            read = self._read(item, one)
            if isinstance(read, Condition):
                conditions.append(read)
            elif item.is_hidden:
                self.findings.warn(item.link_id, read.reason, item.text)
            else:
                self.findings.refuse(item.link_id, read.reason, item.text)
        return conditions

    def _read(self, item: Item, one: Raw) -> Condition | Unmet:
        link_id, written = as_text(one.get("question")), as_text(one.get("operator"))
        operator = _MEANT.get(written, written)
        asked = self.items.get(link_id)
        if asked is None or not asked.is_question:
            return Unmet(f"No question “{link_id}” to depend on is in the file.")
        answer = choice_of(one, "answer")
        if operator not in OPERATORS or answer is None:
            return Unmet(f"When it is asked can't be read: “{operator}” on “{link_id}”.")
        if operator == "exists":
            return Condition(link_id, operator, as_flag(answer[1]))
        expected = self._expected(item, asked, *answer)
        if isinstance(expected, Unmet):
            return expected
        return Condition(link_id, operator, expected)

    def _expected(self, item: Item, asked: Item, kind: str, value: Any) -> Value | Unmet:
        if asked.is_choice:
            return self._expected_choice(item, asked, kind, value)
        if asked.type == ItemType.BOOLEAN and (isinstance(value, bool) or value in _TRUTHS):
            return as_flag(value)
        if asked.type in _TEXTS:
            coding = as_element(value)
            text = as_text(coding.get("display")) or as_text(coding.get("code")) or as_text(value)
            return text or _mismatch(asked, kind)
        expected = bound_value(asked.type, value, asked.units)
        return _mismatch(asked, kind) if expected is None else expected

    def _expected_choice(self, item: Item, asked: Item, kind: str, value: Any) -> Value | Unmet:
        option = _option(asked, kind, value)
        if option:
            return Coded(option.code)
        element = as_element(value)
        words = as_text(element.get("display")) or as_text(element.get("code")) or as_text(value)
        if kind == "Reference" or not (words or isinstance(value, int)):
            return _mismatch(asked, kind)
        if asked.type == ItemType.OPEN_CHOICE and kind == "String":
            return words
        self.findings.warn(
            item.link_id,
            f"It depends on an answer that “{asked.link_id}” does not offer: {words or value}.",
            item.text,
        )
        return Coded(as_text(element.get("code")) or words or str(value))


_TRUTHS = ("true", "false")


def _mismatch(asked: Item, kind: str) -> Unmet:
    return Unmet(
        f"It depends on “{asked.link_id}” by a value that this question can't have (answer{kind})."
    )


def _option(asked: Item, kind: str, value: Any) -> Option | None:
    """The option that is meant: by system and code, else by code, else by its words."""
    if kind == "Coding":
        return option_of_coding(asked.options, as_element(value))
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else as_text(value)
    for option in asked.options:
        if text and text in (option.raw.get(f"value{kind}"), option.code):
            return option
    return _by_words(asked.options, text)


def option_of_coding(options: tuple[Option, ...], element: Raw) -> Option | None:
    code, system = as_text(element.get("code")), as_text(element.get("system"))
    coded = [option for option in options if code and _raw_code(option) == code]
    exact = [option for option in coded if not system or option.system in ("", system)]
    if exact or coded:
        return (exact or coded)[0]
    return _by_words(options, as_text(element.get("display")))


def _raw_code(option: Option) -> str:
    return as_text(as_element(option.raw.get("valueCoding")).get("code")) or option.code


def _by_words(options: tuple[Option, ...], words: str) -> Option | None:
    folded = words.casefold()
    return next((one for one in options if folded and one.display.casefold() == folded), None)


def longest_wait(items: Mapping[str, Item]) -> int:
    """How many items in a row depend on one that comes later; without circles.

    To know whether a question is on, one looks at what it lies in as well.
    """
    around = {child.link_id: item.link_id for item in items.values() for child in item.items}
    waits: dict[str, int] = {}
    for item in reversed(tuple(items.values())):
        needed = (_wait(condition.question, waits, around) for condition in item.conditions)
        waits[item.link_id] = 1 + max(needed, default=-1)
    return max(waits.values(), default=0)


def _wait(link_id: str, waits: Mapping[str, int], around: Mapping[str, str]) -> int:
    """-1 for what comes earlier: that is known by then."""
    found, here = -1, link_id
    while here:
        found = max(found, waits.get(here, -1))
        here = around.get(here, "")
    return found


def circles(items: Mapping[str, Item]) -> set[str]:
    """Items with conditions that, in the end, depend on the item itself.

    An item depends on what its conditions ask and on what it lies in.
    """
    needs: dict[str, set[str]] = {link_id: set() for link_id in items}
    for item in items.values():
        needs[item.link_id] |= {condition.question for condition in item.conditions}
        for child in item.items:
            needs[child.link_id].add(item.link_id)
    # Take away what depends on nothing that is left, again and again: circles remain, and what
    # hangs on them; then the same the other way round leaves the circles alone.
    forward = _stuck(needs)
    backward: dict[str, set[str]] = {link_id: set() for link_id in forward}
    for link_id in forward:
        for need in needs[link_id] & forward:
            backward[need].add(link_id)
    return {link_id for link_id in _stuck(backward) if items[link_id].conditions}


def _stuck(needs: Mapping[str, set[str]]) -> set[str]:
    waiting = {link_id: len(need & needs.keys()) for link_id, need in needs.items()}
    wanted_by: dict[str, list[str]] = {link_id: [] for link_id in needs}
    for link_id, need in needs.items():
        for other in need & needs.keys():
            wanted_by[other].append(link_id)
    free = [link_id for link_id, count in waiting.items() if count == 0]
    while free:
        for link_id in wanted_by[free.pop()]:
            waiting[link_id] -= 1
            if waiting[link_id] == 0:
                free.append(link_id)
    return {link_id for link_id, count in waiting.items() if count > 0}

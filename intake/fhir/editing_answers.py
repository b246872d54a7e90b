"""The answers to choose from, changed one by one. They are named by their place in the file."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from intake.fhir import extensions
from intake.fhir.elements import as_element, as_flag, as_text, choice_of
from intake.fhir.extensions import extension_text, extension_value
from intake.fhir.formatted import Wording
from intake.fhir.options import own_options
from intake.fhir.questionnaire import BASE
from intake.fhir.tree import Json, NoSuchItem, Tree, elements, new_link_id, set_extension

SYSTEM = f"{BASE}/CodeSystem/practice-answers"
_WORDED = ("Coding", "String")


@dataclass(frozen=True)
class Offered:
    """One answer as the file has it. `can_reword` is false where the words are a value."""

    place: int
    key: str  # of its value: stays when it is moved or says it in other words
    words: str
    can_reword: bool
    is_exclusive: bool
    safety: str


def offered(raw: Json) -> tuple[Offered, ...]:
    keys: list[str] = []
    found = []
    for place, option in enumerate(elements(raw.get("answerOption"))):
        key = _key(option)
        keys.append(key)
        found.append(_offered(place, f"{key}-{keys.count(key)}", option))
    return tuple(found)


def _key(option: Json) -> str:
    kind, value = choice_of(option, "value") or ("", "")
    identity = value
    if isinstance(value, dict):
        identity = {name: one for name, one in value.items() if not name.endswith("display")}
    written = json.dumps([kind, identity], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:10]


def _offered(place: int, key: str, option: Json) -> Offered:
    read = own_options([option], Wording())
    value = choice_of(option, "value")
    return Offered(
        place=place,
        key=key,
        words=read[0].display if read else "",
        can_reword=value is None or value[0] in _WORDED,
        is_exclusive=as_flag(extension_value(option, extensions.EXCLUSIVE)),
        safety=extension_text(option, extensions.SAFETY),
    )


def add_answer(resource: Json, link_id: str, words: str) -> Json:
    """As the last one, with a code made from its words once. Raises NoSuchItem."""
    tree = Tree(resource)
    raw = tree.raw(link_id)
    there = elements(raw.get("answerOption"))
    codings = [as_element(one.get("valueCoding")) for one in there]
    taken = {as_text(coding.get("code")) for coding in codings}
    system = next((as_text(one["system"]) for one in codings if one.get("system")), SYSTEM)
    coding = {"system": system, "code": new_link_id(words, taken, "answer"), "display": words}
    raw["answerOption"] = [*there, {"valueCoding": coding}]
    return tree.resource


def reword_answers(resource: Json, link_id: str, words: Sequence[str]) -> Json:
    """All of an item's answers by their places; what is the same stays to the letter.

    Raises NoSuchItem, also where another window has changed how many there are.
    """
    tree = Tree(resource)
    raw = tree.raw(link_id)
    there = offered(raw)
    if len(there) != len(words):
        raise NoSuchItem(link_id)
    for one, now in zip(there, words, strict=True):
        if one.can_reword and now != one.words:
            _reword(tree, link_id, elements(raw["answerOption"])[one.place], now)
    return tree.resource


def _reword(tree: Tree, link_id: str, option: Json, now: str) -> None:
    coding = option.get("valueCoding")
    if isinstance(coding, dict):
        coding["display"] = now
        coding.pop("_display", None)
        return
    before = as_text(option.get("valueString"))
    option["valueString"] = now
    option.pop("_valueString", None)
    # Where the words are the answer itself, whoever asks for it asks for the new words.
    for _, raw in tree.items():
        for condition in elements(raw.get("enableWhen")):
            is_meant = condition.get("question") == link_id
            if is_meant and as_text(condition.get("answerString")) == before:
                condition["answerString"] = now


def move_answer(resource: Json, link_id: str, place: int, steps: int) -> Json:
    """To either end at most. Raises NoSuchItem."""
    tree = Tree(resource)
    there = _answers(tree, link_id, place)
    moved = there.pop(place)
    there.insert(max(0, min(place + steps, len(there))), moved)
    tree.raw(link_id)["answerOption"] = there
    return tree.resource


def remove_answer(resource: Json, link_id: str, place: int) -> Json:
    """Raises NoSuchItem."""
    tree = Tree(resource)
    there = _answers(tree, link_id, place)
    del there[place]
    raw = tree.raw(link_id)
    if there:
        raw["answerOption"] = there
    else:
        del raw["answerOption"]
    return tree.resource


def mark_answer(
    resource: Json,
    link_id: str,
    place: int,
    *,
    safety: str | None = None,
    is_exclusive: bool | None = None,
) -> Json:
    """Whether it raises an alert ("" for none), and whether it stands alone. Raises NoSuchItem."""
    tree = Tree(resource)
    option = _answers(tree, link_id, place)[place]
    if safety is not None:
        set_extension(option, extensions.SAFETY, {"valueCode": safety} if safety else None)
    if is_exclusive is not None:
        alone = {"valueBoolean": True} if is_exclusive else None
        set_extension(option, extensions.EXCLUSIVE, alone)
    return tree.resource


def _answers(tree: Tree, link_id: str, place: int) -> list[Json]:
    there = elements(tree.raw(link_id).get("answerOption"))
    if not 0 <= place < len(there):
        raise NoSuchItem(link_id)
    return there

"""The words of an instrument as a therapist brings them, made into a questionnaire of its pack.

From lines of text, or from a FHIR R4 Questionnaire. What answers count and which of them speak
of danger is the pack's to say, whatever the words.
"""

import copy
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intake.fhir import extensions
from intake.fhir.findings import Finding
from intake.fhir.parsing import UnreadableQuestionnaire, parse_questionnaire
from intake.fhir.questionnaire import BASE, Item, Option, Questionnaire
from intake.instruments.pack import Pack

TITLE_LIMIT, LINE_LIMIT = 200, 1000
MOST_SAID = 20  # problems of a file that are told at once
POLES = "|"
_NUMBERED = re.compile(r"^\(?\d{1,2}[.):]\s+")

Resource = dict[str, Any]


@dataclass(frozen=True)
class WordingProblem:
    """What stands in the way, and at which field of the form."""

    field: str
    message: str


class WordingRefused(Exception):
    """`problems` says what to mend, all of it at once."""

    def __init__(self, problems: list[WordingProblem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Wording:
    """As it was pasted: `items` and `answers` one a line, answers from the lowest points up."""

    title: str
    stem: str = ""
    items: str = ""
    answers: str = ""


def from_lines(pack: Pack, wording: Wording) -> Resource:
    """A questionnaire without a version. Raises WordingRefused."""
    items, answers = _lines(wording.items), _lines(wording.answers)
    problems = [
        *_title_problems(wording.title),
        *_item_problems(pack, items),
        *_answer_problems(pack, answers),
    ]
    if problems:
        raise WordingRefused(problems)
    labels = answers or list(pack.scale.labels) or [str(points) for points in pack.scale.points]
    resource = _head(pack, wording.title)
    if wording.stem.strip():
        resource["item"].append({"linkId": "stem", "type": "display", "text": wording.stem.strip()})
    resource["item"] += [_item(pack, number, line, labels) for number, line in enumerate(items, 1)]
    return resource


def _lines(text: str) -> list[str]:
    """Without blank ones, and without numbers if every line has one."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if lines and all(_NUMBERED.match(line) for line in lines):
        return [_NUMBERED.sub("", line) for line in lines]
    return lines


def _title_problems(title: str) -> Iterator[WordingProblem]:
    if not title.strip():
        yield WordingProblem("title", "Please say what your client reads above the questions.")
    if len(title) > TITLE_LIMIT:
        yield WordingProblem("title", f"Please keep to {TITLE_LIMIT} characters.")


def _item_problems(pack: Pack, lines: list[str]) -> Iterator[WordingProblem]:
    if len(lines) != pack.items:
        yield WordingProblem(
            "items",
            f"{pack.name} has {pack.items} items, one a line. You gave {len(lines)}.",
        )
    yield from _line_problems("items", lines)
    for number, line in enumerate(lines, start=1):
        if pack.is_bipolar and len(_poles(line)) != len(("one", "other")):
            yield WordingProblem(
                "items", f"Line {number} needs its two sides with {POLES} between them."
            )


def _answer_problems(pack: Pack, lines: list[str]) -> Iterator[WordingProblem]:
    points = pack.scale.points
    if lines and len(lines) != len(points):
        yield WordingProblem(
            "answers",
            f"There are {len(points)} answers, for {points[0]} to {points[-1]} points. "
            f"You gave {len(lines)} lines.",
        )
    yield from _line_problems("answers", lines)


def _line_problems(field: str, lines: list[str]) -> Iterator[WordingProblem]:
    for line, count in Counter(lines).items():
        if count > 1:
            numbers = [str(number) for number, other in enumerate(lines, 1) if other == line]
            yield WordingProblem(field, f"Lines {' and '.join(numbers)} are the same.")
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_LIMIT:
            yield WordingProblem(field, f"Line {number} is longer than {LINE_LIMIT} characters.")


def _poles(line: str) -> list[str]:
    return [pole.strip() for pole in line.split(POLES) if pole.strip()]


def _head(pack: Pack, title: str) -> Resource:
    return {
        "resourceType": "Questionnaire",
        "id": pack.slug,
        "extension": [{"url": extensions.INSTRUMENT, "valueCode": pack.name}],
        "url": f"{BASE}/Questionnaire/{pack.slug}",
        "title": title.strip(),
        "status": "active",
        "subjectType": ["Patient"],
        "copyright": pack.notice,
        "item": [],
    }


def _item(pack: Pack, number: int, line: str, labels: list[str]) -> Resource:
    text = f"First: {' · Second: '.join(_poles(line))}" if pack.is_bipolar else line
    options = zip(pack.scale.points, labels, strict=True)
    return {
        "linkId": f"{pack.slug}-{number:02}",
        "prefix": f"{pack.numbers[number - 1]}.",
        "text": text,
        "type": "choice",
        "answerOption": [_option(pack, number, points, label) for points, label in options],
    }


def _option(pack: Pack, number: int, points: int, label: str) -> Resource:
    coding = {
        "extension": [{"url": extensions.ORDINALS[0], "valueDecimal": points}],
        "system": f"{BASE}/CodeSystem/{pack.slug}-answers",
        "code": str(points),
        "display": label,
    }
    return {**_danger(pack, number, points), "valueCoding": coding}


def _danger(pack: Pack, number: int, points: int) -> Resource:
    kind = pack.safety_kind(number, points)
    return {"extension": [{"url": extensions.SAFETY, "valueCode": kind}]} if kind else {}


def from_fhir(pack: Pack, text: str) -> Resource:
    """The file, made the pack's own: name, notice, numbers and safety. Raises WordingRefused."""
    resource = copy.deepcopy(_read(text))
    own = _head(pack, str(resource.get("title") or pack.title))
    notice = str(resource.get("copyright") or "")
    resource |= {key: value for key, value in own.items() if key not in ("item", "copyright")}
    resource["copyright"] = notice if pack.notice in notice else f"{notice} {pack.notice}".strip()
    resource["version"] = pack.version  # the one that counts is given when it is published
    scored = [item for item in _parse(resource).questions() if _has_points(item)]
    _check_scored(pack, scored)
    counted = {item.link_id: (number, item) for number, item in enumerate(scored, start=1)}
    _number(pack, resource["item"], counted)
    _parse(resource)
    return resource


def _parse(resource: Resource) -> Questionnaire:
    try:
        return parse_questionnaire(resource)
    except UnreadableQuestionnaire as error:
        raise WordingRefused(
            [WordingProblem("fhir", _words(finding)) for finding in error.refused[:MOST_SAID]]
        ) from error


def _words(finding: Finding) -> str:
    return f"{finding.text or finding.link_id}: {finding.reason}".removeprefix(": ")


def _read(text: str) -> Resource:
    try:
        resource = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused("fhir", "This is not JSON. Please paste the whole file.") from error
    if not isinstance(resource, dict) or resource.get("resourceType") != "Questionnaire":
        raise _refused("fhir", "This is not a FHIR Questionnaire.")
    return resource


def _refused(field: str, message: str) -> WordingRefused:
    return WordingRefused([WordingProblem(field, message)])


def _has_points(item: Item) -> bool:
    return bool(item.options) and all(option.ordinal is not None for option in item.options)


def _check_scored(pack: Pack, scored: list[Item]) -> None:
    if len(scored) != pack.items:
        raise _refused(
            "fhir",
            f"{pack.name} has {pack.items} items whose every answer has points (ordinalValue). "
            f"This file has {len(scored)}.",
        )
    wanted = list(pack.scale.points)
    problems = [
        WordingProblem("fhir", f"The answers of “{item.text}” must have the points {wanted}.")
        for item in scored
        if sorted(option.ordinal or 0 for option in item.options) != wanted
    ]
    if problems:
        raise WordingRefused(problems)


def _number(pack: Pack, items: list[Resource], counted: dict[str, tuple[int, Item]]) -> None:
    """Numbers what counts, takes numbers from the rest, and marks what speaks of danger.

    Nothing that counts is answered beforehand.
    """
    for raw in items:
        raw.pop("prefix", None)
        if raw["linkId"] in counted:
            number, item = counted[raw["linkId"]]
            raw["prefix"] = f"{pack.numbers[number - 1]}."
            raw.pop("initial", None)
            raw.pop("answerValueSet", None)
            raw["answerOption"] = [_own_option(pack, number, option) for option in item.options]
        _number(pack, raw.get("item", []), counted)


def _own_option(pack: Pack, number: int, option: Option) -> Resource:
    """Their coding with its points; only the pack says what is a danger here."""
    made = _option(pack, number, int(option.ordinal or 0), option.display)
    theirs = option.raw.get("valueCoding", {})
    return {**made, "valueCoding": {**made["valueCoding"], **theirs}}

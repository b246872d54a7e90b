"""Trying a questionnaire out: the answers live in the page alone, and nothing is stored.

What was answered on other pages travels with the form, signed, so that only what this portal wrote
is read back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from django.core import signing
from django.http import QueryDict

from intake.fhir.answers import (
    BLANK,
    Answer,
    Given,
    answer_from_json,
    answer_to_json,
    key_of,
    split_key,
)
from intake.fhir.checking import check_answer, check_complete
from intake.fhir.computing import Surroundings, compute, initial_values
from intake.fhir.enabling import pruned, shown_keys, shown_sections
from intake.fhir.places import Place, join, least, most, numbers, places_in
from intake.fhir.questionnaire import Item, Questionnaire, Section
from intake.fhir.reading import revision_name
from intake.forms.nodes import Node, State, build_nodes
from intake.forms.posted import Spoken, by_question, read_act, read_changes
from intake.services.safety import safety_kind

STATE = "so_far"
PAGE = "page"
_SALT = "questionnaire-trial"
Answered = dict[str, Answer]


@dataclass
class Trial:
    """`answers` are those that a client's page would have kept, `typed` those it would refuse."""

    questionnaire: Questionnaire
    around: Surroundings
    seal: str
    answers: Answered = field(default_factory=dict)
    typed: Answered = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    more: str = ""

    @property
    def given(self) -> Given:
        computed = compute(self.questionnaire, self.answers, self.around)
        return Given({**self.answers, **computed.values}, computed.off)

    @property
    def sections(self) -> list[Section]:
        return shown_sections(self.questionnaire, self.given)

    def nodes(self, section: Section) -> list[Node]:
        given = self.given
        state = State(
            answers=given,
            rows={},
            shown=shown_keys(self.questionnaire, given),
            typed=self.typed,
            errors=self.errors,
            more=self.more,
        )
        return build_nodes(places_in(section, given), state)

    def shown_places(self, section: Section) -> list[Place]:
        given = self.given
        shown = shown_keys(self.questionnaire, given)
        tops = pruned(places_in(section, given), shown, seen=True)
        return [place for top in tops for place in top.walk()]

    def appeared(self, section: Section, posted: QueryDict) -> str:
        """The first question that the answers of this page made appear."""
        return next(
            (
                place.name
                for place in self.shown_places(section)
                if place.item.is_asked and revision_name(place.name) not in posted
            ),
            "",
        )

    def is_in_danger(self, section: Section) -> bool:
        given = self.given
        return any(
            safety_kind(place.item, given.get(place.key, BLANK))
            for place in self.shown_places(section)
        )

    def missing(self) -> list[str]:
        """What a client would have to answer before sending, in the words of the questions."""
        by_link_id = self.questionnaire.by_link_id
        problems = check_complete(self.questionnaire, self.given)
        return list(dict.fromkeys(by_link_id[problem.link_id].text for problem in problems))

    def written(self) -> str:
        """All answers, for the next post."""
        told = {key: answer_to_json(answer) for key, answer in self.answers.items()}
        return signing.dumps(told, salt=self.seal, compress=True)


def begin(
    questionnaire: Questionnaire, resource: dict[str, Any], *, sha256: str, now: datetime
) -> Trial:
    """`now` is on the practice's clock; `sha256` is that of the resource."""
    around = Surroundings(now=now, resource=lambda: resource)
    answers = initial_values(questionnaire, around)
    return Trial(questionnaire, around, f"{_SALT}:{sha256}", answers)


def read_trial(trial: Trial, posted: QueryDict, zone: tzinfo) -> Section | None:
    """Take in what was posted; the section is the page that it was posted from."""
    trial.answers = _so_far(trial, posted.get(STATE, ""))
    section = trial.questionnaire.section(posted.get(PAGE, ""))
    if section is None:
        return None
    act = read_act(trial.questionnaire, posted)
    problems = []
    for change in read_changes(trial.questionnaire, section, posted, zone):
        is_cleared = (
            act and act.verb == "clear" and _is_about(act, change.item.link_id, change.path)
        )
        given = BLANK if is_cleared else change.given
        found = check_answer(change.item, given, today=trial.around.now.date(), path=change.path)
        problems += found
        (trial.typed if found else trial.answers)[change.key] = given
    trial.errors = by_question(problems)
    if act:
        _act(trial, act)
    return section


def _so_far(trial: Trial, written: str) -> Answered:
    """Nothing for what is not ours, or was written for another version of the questionnaire."""
    try:
        told = signing.loads(written, salt=trial.seal)
    except signing.BadSignature:
        return {}
    items = trial.questionnaire.by_link_id
    known = {key: items.get(split_key(key)[0]) for key in told}
    return {key: answer_from_json(item, told[key]) for key, item in known.items() if item}


def _is_about(act: Spoken, link_id: str, path: str) -> bool:
    return (act.item.link_id, act.path) == (link_id, path)


def _act(trial: Trial, act: Spoken) -> None:
    if act.verb == "more":
        trial.more = act.name
    elif act.item.is_loop and act.verb == "add":
        present = numbers(act.item, act.path, trial.answers)
        if len(present) < most(act.item):
            added = max(present) + 1
            _repeat(trial, act, act.path, (*present, added))
            trial.answers |= _initial(trial, act.item, join(act.path, added))
    elif act.item.is_loop and act.verb == "remove":
        outer, _, number = act.path.rpartition(".")
        present = numbers(act.item, outer, trial.answers)
        left = tuple(other for other in present if str(other) != number)
        if len(left) >= least(act.item):
            _repeat(trial, act, outer, left)


def _initial(trial: Trial, group: Item, path: str) -> Answered:
    """What stands in a new repetition before the first answer."""
    loops = trial.questionnaire.loops
    return {
        key_of(item.link_id, path): Answer(item.initial)
        for item in group.walk()
        if item.initial and loops[item.link_id][-1:] == (group,)
    }


def _repeat(trial: Trial, act: Spoken, path: str, present: tuple[int, ...]) -> None:
    trial.answers[key_of(act.item.link_id, path)] = Answer(present)

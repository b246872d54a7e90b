"""Value sets: those that a file contains, and the few of HL7's own that the portal knows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from intake.fhir.elements import Raw, as_element, as_elements, as_list, as_text, first_text
from intake.fhir.extensions import ORDINALS

KNOWN = Path(__file__).resolve().parent.parent / "value_sets.json"
HL7_CORE = "http://hl7.org/fhir/ValueSet/"
HL7_TERMINOLOGY = "http://terminology.hl7.org/ValueSet/"
DEEPEST = 20  # value sets that include value sets


class UnknownAnswers(Exception):
    """The answers of a value set can't be told; the message says why, in plain words."""


@dataclass(frozen=True)
class Concept:
    system: str
    code: str
    display: str
    raw: Raw  # the concept of the file, with its extensions

    @property
    def identity(self) -> tuple[str, str]:
        return self.system, self.code


class ValueSets:
    """By `#id` and by address, with or without `|version`."""

    def __init__(self, resource: Raw) -> None:
        self._value_sets: dict[str, Raw] = {}
        self._code_systems: dict[str, Raw] = {}
        self._found: dict[str, list[Concept]] = {}
        for contained in as_elements(resource.get("contained")):
            self.add(contained)

    def add(self, resource: Raw) -> None:
        kind = resource.get("resourceType")
        if kind not in ("ValueSet", "CodeSystem"):
            return
        found = self._value_sets if kind == "ValueSet" else self._code_systems
        identifier = as_text(resource.get("id")).lstrip("#")
        url = as_text(resource.get("url"))
        for key in (f"#{identifier}" if identifier else "", url):
            if key:
                found.setdefault(key, resource)

    def concepts(self, address: str) -> list[Concept]:
        """In the file's order, each once. Raises UnknownAnswers."""
        concepts = self._of(address, 0)
        if not concepts:
            raise UnknownAnswers(f"its value set has no answers in it: {address}")
        return concepts

    def _of(self, address: str, depth: int) -> list[Concept]:
        bare = address.partition("|")[0]
        if depth > DEEPEST:
            raise UnknownAnswers(f"its value sets include each other without end: {address}")
        if bare not in self._found:
            self._found[bare] = _each_once(self._look_up(bare, depth))
        return self._found[bare]

    def _look_up(self, bare: str, depth: int) -> list[Concept]:
        value_set = self._value_sets.get(bare)
        if value_set is None:
            return self._known(bare)
        expansion = as_element(value_set.get("expansion"))
        if as_elements(expansion.get("contains")):
            return list(_expanded(as_elements(expansion["contains"]), 0))
        return self._composed(as_element(value_set.get("compose")), bare, depth)

    def _known(self, address: str) -> list[Concept]:
        known = next(filter(None, map(known_value_sets().get, _names(address))), None)
        if known is None:
            raise UnknownAnswers(
                f"its answers are in a value set that this file does not contain: {address}"
            )
        return list(known)

    def _composed(self, compose: Raw, address: str, depth: int) -> list[Concept]:
        included = [
            concept
            for include in as_elements(compose.get("include"))
            for concept in self._included(include, address, depth)
        ]
        excluded = {
            concept.identity
            for exclude in as_elements(compose.get("exclude"))
            for concept in self._included(exclude, address, depth)
        }
        return [concept for concept in included if concept.identity not in excluded]

    def _included(self, include: Raw, address: str, depth: int) -> list[Concept]:
        """What one include or exclude names: concepts, a whole code system, other value sets."""
        if as_list(include.get("filter")):
            raise UnknownAnswers(
                f"its value set picks answers by a rule instead of naming them: {address}"
            )
        others = [self._of(as_text(url), depth + 1) for url in as_list(include.get("valueSet"))]
        system = as_text(include.get("system"))
        if not system:
            own = others.pop(0) if others else []
        elif as_elements(include.get("concept")):
            own = _named(as_elements(include["concept"]), system, self._displays(system))
        else:
            own = self._whole(system, address)
        for other in others:
            identities = {concept.identity for concept in other}
            own = [concept for concept in own if concept.identity in identities]
        return own

    def _whole(self, system: str, address: str) -> list[Concept]:
        code_system = self._code_systems.get(system)
        if code_system is not None:
            return list(_defined(as_elements(code_system.get("concept")), system, 0))
        known = known_value_sets().get(system)
        if known is None:
            raise UnknownAnswers(
                f"it offers all of a code system that this file does not contain: {system}"
            )
        return list(known)

    def _displays(self, system: str) -> dict[str, str]:
        """Words for codes that an include names without any."""
        code_system = self._code_systems.get(system)
        if code_system is not None:
            concepts = _defined(as_elements(code_system.get("concept")), system, 0)
            return {concept.code: concept.display for concept in concepts}
        return {concept.code: concept.display for concept in known_value_sets().get(system, ())}


def _names(address: str) -> tuple[str, ...]:
    """The ways one value set of HL7 is called: it moved its terminology to a site of its own."""
    plain = address.replace("https://", "http://", 1).rstrip("/")
    return plain, plain.replace(HL7_TERMINOLOGY, HL7_CORE, 1)


def _each_once(concepts: list[Concept]) -> list[Concept]:
    found: dict[tuple[str, str], Concept] = {}
    for concept in concepts:
        found.setdefault(concept.identity, concept)
    return list(found.values())


def _named(raws: list[Raw], system: str, displays: dict[str, str]) -> list[Concept]:
    concepts = []
    for raw in raws:
        code = as_text(raw.get("code"))
        if code:
            words = first_text([_display(raw), displays.get(code, ""), code])
            concepts.append(Concept(system, code, words, raw))
    return concepts


def _display(raw: Raw) -> str:
    designations = (as_text(one.get("value")) for one in as_elements(raw.get("designation")))
    return first_text([as_text(raw.get("display")), *designations])


def _expanded(raws: list[Raw], depth: int) -> Iterator[Concept]:
    for raw in raws if depth <= DEEPEST else ():
        code = as_text(raw.get("code"))
        if code and raw.get("abstract") is not True:
            yield Concept(as_text(raw.get("system")), code, _display(raw) or code, raw)
        yield from _expanded(as_elements(raw.get("contains")), depth + 1)


def _defined(raws: list[Raw], system: str, depth: int) -> Iterator[Concept]:
    for raw in raws if depth <= DEEPEST else ():
        code = as_text(raw.get("code"))
        if code:
            yield Concept(system, code, _display(raw) or code, raw)
        yield from _defined(as_elements(raw.get("concept")), system, depth + 1)


def _scored(score: int | None) -> Raw:
    return {} if score is None else {"extension": [{"url": ORDINALS[0], "valueDecimal": score}]}


@lru_cache(maxsize=1)
def known_value_sets() -> dict[str, tuple[Concept, ...]]:
    """By the address of the value set, and of its code system where it is all of it."""
    entries: list[dict[str, Any]] = json.loads(KNOWN.read_text(encoding="utf-8"))
    found: dict[str, tuple[Concept, ...]] = {}
    for entry in entries:
        concepts = tuple(
            Concept(system, code, display, _scored(entry.get("scores", {}).get(code)))
            for system, pairs in entry["concepts"].items()
            for code, display in pairs.items()
        )
        for address in entry["addresses"]:
            found[address] = concepts
    return found

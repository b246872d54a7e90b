"""A result in words, for a clinician: bands, cut-offs and patterns as the rules publish them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intake.instruments.result import UNANSWERED, Result

FLAGS = {
    "positive_ge10": "At or above the screening cut-off of 10",
    "positive_ge3": "At or above the screening cut-off of 3",
    "ge3": "At or above 3, the sensitive cut-off",
    "ge4": "At or above 4",
    "ge30": "Mean at or above 30: look further",
    "ge31": "At or above 31",
    "ge33": "At or above 33",
    "provisional_dsm5_pattern": "Provisional DSM-5 pattern, items at 2 or more",
    "low_le50": "At or below 50 percent: low well-being",
    "le28": "At or below 28 percent: look for depression",
    "ptsd_criteria": "Criteria of PTSD (ICD-11) met",
    "dso_criteria": "Criteria of disturbances in self-organization met",
}
VALUES = {
    "mean": "Mean of all items",
    "taxon8_mean": "Mean of the eight taxon items",
    "percent": "Percent",
    "result": "Result by the rules of ICD-11",
    "ptsd_sum_P1_6": "Sum of P1 to P6 (of 24)",
    "dso_sum_C1_6": "Sum of C1 to C6 (of 24)",
    "level": "Level of risk",
    "exposure": "Exposure to such an event",
}
HEADLINES = {"mean": "mean {}", "result": "{}", "level": "level: {}", "exposure": "exposure: {}"}
SCALES, STRONG = "scales", "strong"
YES_NO: dict[object, str] = {True: "Yes", False: "No", None: "Not certain: ask"}


@dataclass(frozen=True)
class Finding:
    label: str
    value: str
    is_met: bool = False  # a cut-off or pattern that holds


def findings(result: Result, *, has_alert: bool = True) -> Iterator[Finding]:
    """All that the rules say of it, the sum first. Scored by hand it raises no alert."""
    if result.has_sum:
        yield Finding("Sum", _sum(result))
    elif not result.is_complete:
        yield Finding("Items", _incomplete(result))
    if result.band:
        yield Finding("Severity band", result.band)
    if result.safety is not None:
        yield Finding("Thoughts of death or self-harm", _safety(result.safety, has_alert=has_alert))
    yield from patterns(result)
    for name, points in result.clusters.items():
        yield Finding(f"Cluster {name}", str(points))


def patterns(result: Result) -> Iterator[Finding]:
    """What stands beside sum, band and clusters: values, cut-offs and symptom patterns."""
    if result.algorithm and result.is_complete:
        yield Finding("Diagnostic algorithm", result.algorithm)
    yield from _values(result)
    yield from _flags(result)


def headline(result: Result) -> str:
    """The one thing to read first."""
    if result.has_sum:
        return f"{result.total} of {result.highest}" if result.is_complete else "incomplete"
    for name, words in HEADLINES.items():
        if name in result.values:
            return words.format(_in_line(_value(result, name)))
    return "see the scales" if result.is_complete else "incomplete"


def _in_line(words: str) -> str:
    """In the midst of a line; an abbreviation keeps its letters."""
    return words if words.isupper() else words[:1].lower() + words[1:]


def _sum(result: Result) -> str:
    return f"{result.total} of {result.highest}" if result.is_complete else _incomplete(result)


def _incomplete(result: Result) -> str:
    return f"Incomplete: {result.missing} not answered"


def _values(result: Result) -> Iterator[Finding]:
    for name, label in VALUES.items():
        if name in result.values:
            yield Finding(label, _value(result, name))
    if result.values.get("level", "") is None:
        yield Finding("What is answered gives at least", result.values["at_least"])
    strong = result.values.get(STRONG, {})
    for name, points in result.values.get(SCALES, {}).items():
        preference = f", strong for {strong[name]}" if strong.get(name) else ""
        yield Finding(f"Scale {name}", f"{points}{preference}")
    if strong:
        yield Finding("Cut-offs of a strong preference", "not verified against the paper")


def _value(result: Result, name: str) -> str:
    value: Any = result.values[name]
    if value is None or isinstance(value, bool):
        return YES_NO[value]
    return str(value)


def _flags(result: Result) -> Iterator[Finding]:
    for name, is_met in result.flags.items():
        label = FLAGS.get(name) or _cut_off_words(result)
        yield Finding(label, YES_NO[is_met], is_met)


def _cut_off_words(result: Result) -> str:
    return f"At or above {result.values['cut_off']}, the cut-off that your practice chose"


def _safety(safety: bool | str, *, has_alert: bool) -> str:
    if safety == UNANSWERED:
        return "Not answered: ask"
    if not safety:
        return "No"
    return "Yes: see the alert" if has_alert else "Yes: act on it now"

"""Questions that speak of self-harm, wherever they come from: their answers raise an alert.

Item 9 of the PHQ-9 is known by its LOINC code. Every answer but "not at all" counts, whatever the
file that it was imported from says about it.
"""

from dataclasses import replace

from intake.fhir.questionnaire import Item, Option

SELF_HARM = "self-harm"
_SPEAKING = frozenset({("http://loinc.org", "44260-8")})


def with_alerts(item: Item) -> Item:
    if not any((coding.system, coding.code) in _SPEAKING for coding in item.codes):
        return item
    options = (_with_alert(number, option) for number, option in enumerate(item.options))
    return replace(item, options=tuple(options))


def _with_alert(number: int, option: Option) -> Option:
    """By its ordinal value; without one the first answer is the harmless one."""
    is_harmless = option.ordinal == 0 if option.ordinal is not None else number == 0
    return option if option.safety or is_harmless else replace(option, safety=SELF_HARM)

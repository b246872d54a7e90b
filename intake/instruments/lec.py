"""LEC-5. Weathers and others 2013, National Center for PTSD: which events, and how near.

It has no score; sums and bands of it that circulate are not official.
"""

from collections.abc import Sequence

from intake.instruments.result import InvalidAnswers, Result, check_count

ITEMS = 17
EXPOSED = ("happened", "witnessed", "learned", "job")
NOT_SURE, NOT_APPLICABLE = "not-sure", "does-not-apply"
KINDS = (*EXPOSED, NOT_SURE, NOT_APPLICABLE)

Ticked = Sequence[str]


def score_lec5(answers: Sequence[Ticked | None]) -> Result:
    """For each event the kinds that were ticked; none or null is blank. Raises InvalidAnswers."""
    check_count(answers, items=ITEMS)
    ticked = [_ticked(number, kinds) for number, kinds in enumerate(answers, start=1)]
    blank = tuple(number for number, kinds in enumerate(ticked, start=1) if not kinds)
    return Result(
        instrument="LEC-5",
        total=None,
        lowest=None,
        highest=None,
        missing=len(blank),
        missing_items=blank,
        values={
            "exposure": _exposure(ticked),
            "events": {str(n): kinds for n, kinds in enumerate(ticked, start=1) if kinds},
        },
    )


def _ticked(number: int, kinds: Ticked | None) -> list[str]:
    """In the order of the columns, each once."""
    if not _is_known(kinds):
        raise InvalidAnswers(f"Event {number} must be a list of: {', '.join(KINDS)}; or null.")
    chosen = [kind for kind in KINDS if kind in (kinds or ())]
    if NOT_APPLICABLE in chosen and len(chosen) > 1:
        raise InvalidAnswers(f"Event {number} can't both apply and not apply.")
    return chosen


def _is_known(kinds: object) -> bool:
    if kinds is None:
        return True
    return isinstance(kinds, (list, tuple)) and all(kind in KINDS for kind in kinds)


def _exposure(ticked: list[list[str]]) -> bool | None:
    """Yes or no; None while nothing is certain: a blank or "not sure" is no "no"."""
    if any(kind in EXPOSED for kinds in ticked for kind in kinds):
        return True
    return False if all(kinds == [NOT_APPLICABLE] for kinds in ticked) else None

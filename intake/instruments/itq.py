"""ITQ. Cloitre and others 2018: ICD-11 PTSD and complex PTSD, never both.

Eighteen answers 0-4: P1-P6 and their impairment P7-P9, then C1-C6 and theirs, C7-C9.
"""

from collections.abc import Sequence

from intake.instruments.result import Answers, Result, check_answers, given, incomplete
from intake.instruments.result import missing_items as blank_items

HALF = 9
ITEMS = 2 * HALF
HIGHEST_ANSWER = 4
ENDORSED = 2
PAIRS = ((0, 1), (2, 3), (4, 5))
SYMPTOMS, IMPAIRMENT = slice(0, 6), slice(6, 9)
HIGHEST_SUM = 24
SAYS = ("ptsd_sum_P1_6", "dso_sum_C1_6", "ptsd_criteria", "dso_criteria", "result")


def score_itq(answers: Answers) -> Result:
    """A result in words and two sums 0-24; all items are needed. Raises InvalidAnswers."""
    check_answers(answers, items=ITEMS, highest=HIGHEST_ANSWER)
    blank = blank_items(answers)
    if blank:
        return incomplete("ITQ", blank, highest=None, unknown=SAYS)
    complete = given(answers)
    ptsd, dso = complete[:HALF], complete[HALF:]
    has_ptsd, has_dso = _meets(ptsd), _meets(dso)
    return Result(
        instrument="ITQ",
        total=None,
        lowest=None,
        highest=None,
        missing=0,
        missing_items=(),
        values={
            "ptsd_sum_P1_6": sum(ptsd[SYMPTOMS]),
            "dso_sum_C1_6": sum(dso[SYMPTOMS]),
            "result": _result(has_ptsd=has_ptsd, has_dso=has_dso),
        },
        flags={"ptsd_criteria": has_ptsd, "dso_criteria": has_dso},
    )


def _meets(answers: Sequence[int]) -> bool:
    """One of each pair of symptoms, and one kind of impairment, at 2 or more."""
    endorsed = [answer >= ENDORSED for answer in answers]
    has_each_pair = all(any(endorsed[item] for item in pair) for pair in PAIRS)
    return has_each_pair and any(endorsed[IMPAIRMENT])


def _result(*, has_ptsd: bool, has_dso: bool) -> str:
    if not has_ptsd:
        return "none"
    return "CPTSD" if has_dso else "PTSD"

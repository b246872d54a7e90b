"""PCL-5. Weathers and others 2013, National Center for PTSD; Blevins and others 2015.

It has no severity bands: ranges such as "mild" or "severe" that circulate are not official.
"""

from intake.instruments.result import (
    Answers,
    Result,
    check_answers,
    given,
    incomplete,
    missing_items,
)

ITEMS = 20
HIGHEST_ANSWER = 4
ENDORSED = 2  # an item counts as endorsed from "Moderately"
CLUSTERS = {"B": slice(0, 5), "C": slice(5, 7), "D": slice(7, 14), "E": slice(14, 20)}
NEEDED = {"B": 1, "C": 1, "D": 2, "E": 2}  # endorsed items of the provisional DSM-5 pattern
HIGHEST = ITEMS * HIGHEST_ANSWER
CUT_OFFS = (31, 32, 33)  # published for probable PTSD; a practice picks one
DEFAULT_CUT_OFF = 33
SAYS = (
    "clusters", "endorsed", "provisional_dsm5_pattern", "ge31", "ge33", "at_or_above_cut_off",
)  # fmt: skip


def score_pcl5(answers: Answers, *, cut_off: int = DEFAULT_CUT_OFF) -> Result:
    """Sum 0-80; all twenty items are needed. Raises InvalidAnswers."""
    check_answers(answers, items=ITEMS, highest=HIGHEST_ANSWER)
    blank = missing_items(answers)
    if blank:
        return incomplete("PCL-5", blank, highest=HIGHEST, unknown=SAYS)
    complete = given(answers)
    total = sum(complete)
    endorsed = _endorsed(complete)
    return Result(
        instrument="PCL-5",
        total=total,
        lowest=0,
        highest=HIGHEST,
        missing=0,
        missing_items=(),
        flags={
            "provisional_dsm5_pattern": _has_pattern(endorsed),
            "ge31": total >= 31,
            "ge33": total >= 33,
            "at_or_above_cut_off": total >= cut_off,
        },
        values={"cut_off": cut_off},
        clusters={name: sum(complete[items]) for name, items in CLUSTERS.items()},
        endorsed=endorsed,
    )


def _endorsed(answers: list[int]) -> dict[str, int]:
    return {
        name: sum(answer >= ENDORSED for answer in answers[items])
        for name, items in CLUSTERS.items()
    }


def _has_pattern(endorsed: dict[str, int]) -> bool:
    return all(endorsed[name] >= needed for name, needed in NEEDED.items())

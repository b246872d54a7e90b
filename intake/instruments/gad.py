"""GAD-7 and GAD-2. Spitzer, Kroenke, Williams, Loewe 2006; Kroenke and others 2007."""

from intake.instruments.result import (
    Answers,
    Band,
    Result,
    band_of,
    check_answers,
    given,
    missing_items,
    prorated_total,
)

GAD7_ITEMS = 7
GAD2_ITEMS = 2
HIGHEST_ANSWER = 3
MOST_MISSING = 2  # as for the PHQ-9

GAD7_BANDS = (
    Band("minimal", 0, 4),
    Band("mild", 5, 9),
    Band("moderate", 10, 14),
    Band("severe", 15, 21),
)


def score_gad7(answers: Answers) -> Result:
    """Sum 0-21. Raises InvalidAnswers."""
    check_answers(answers, items=GAD7_ITEMS, highest=HIGHEST_ANSWER)
    blank = missing_items(answers)
    total = prorated_total(answers, most_missing=MOST_MISSING)
    band = None if total is None else band_of(total, GAD7_BANDS)
    return Result(
        instrument="GAD-7",
        total=total,
        lowest=0,
        highest=21,
        missing=len(blank),
        missing_items=blank,
        prorated=bool(blank) and total is not None,
        band=None if blank else band,
        prorated_band=band if blank else None,
        flags={} if total is None else {"positive_ge10": total >= 10},
    )


def score_gad2(answers: Answers) -> Result:
    """Items 1 and 2 of the GAD-7; sum 0-6; both are needed. Raises InvalidAnswers."""
    check_answers(answers, items=GAD2_ITEMS, highest=HIGHEST_ANSWER)
    blank = missing_items(answers)
    total = None if blank else sum(given(answers))
    return Result(
        instrument="GAD-2",
        total=total,
        lowest=0,
        highest=6,
        missing=len(blank),
        missing_items=blank,
        flags={} if total is None else {"positive_ge3": total >= 3},
    )

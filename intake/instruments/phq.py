"""PHQ-9 and PHQ-2. Kroenke, Spitzer, Williams 2001; Kroenke, Spitzer, Williams 2003."""

from intake.instruments.result import (
    UNANSWERED,
    Answers,
    Band,
    Result,
    band_of,
    check_answers,
    given,
    missing_items,
    prorated_total,
)

PHQ9_ITEMS = 9
PHQ2_ITEMS = 2
HIGHEST_ANSWER = 3
MOST_MISSING = 2  # published practice: prorate with one or two blanks, no score with more
SELF_HARM_ITEM = 9

PHQ9_BANDS = (
    Band("minimal", 0, 4),
    Band("mild", 5, 9),
    Band("moderate", 10, 14),
    Band("moderately severe", 15, 19),
    Band("severe", 20, 27),
)


def score_phq9(answers: Answers) -> Result:
    """Sum 0-27. Raises InvalidAnswers."""
    check_answers(answers, items=PHQ9_ITEMS, highest=HIGHEST_ANSWER)
    blank = missing_items(answers)
    total = prorated_total(answers, most_missing=MOST_MISSING)
    band = None if total is None else band_of(total, PHQ9_BANDS)
    return Result(
        instrument="PHQ-9",
        total=total,
        lowest=0,
        highest=27,
        missing=len(blank),
        missing_items=blank,
        prorated=bool(blank) and total is not None,
        band=None if blank else band,
        prorated_band=band if blank else None,
        safety=_safety(answers),
        flags={} if total is None else {"positive_ge10": total >= 10},
        algorithm=None if total is None else _algorithm(answers),
    )


def score_phq2(answers: Answers) -> Result:
    """Items 1 and 2 of the PHQ-9; sum 0-6; both are needed. Raises InvalidAnswers."""
    check_answers(answers, items=PHQ2_ITEMS, highest=HIGHEST_ANSWER)
    blank = missing_items(answers)
    total = None if blank else sum(given(answers))
    return Result(
        instrument="PHQ-2",
        total=total,
        lowest=0,
        highest=6,
        missing=len(blank),
        missing_items=blank,
        flags={} if total is None else {"positive_ge3": total >= 3},
    )


def _safety(answers: Answers) -> bool | str:
    """Item 9 at 1 or more, whatever the total; a blank is "unanswered", never "no"."""
    answer = answers[SELF_HARM_ITEM - 1]
    return UNANSWERED if answer is None else answer >= 1


def _algorithm(answers: Answers) -> str:
    """At least five items at 2 or more, item 9 counting at 1, one of them item 1 or 2."""
    present = [_is_present(number, answer or 0) for number, answer in enumerate(answers, start=1)]
    if not any(present[:2]) or sum(present) < 2:
        return "none"
    return "major depressive syndrome" if sum(present) >= 5 else "other depressive syndrome"


def _is_present(number: int, answer: int) -> bool:
    return answer >= (1 if number == SELF_HARM_ITEM else 2)

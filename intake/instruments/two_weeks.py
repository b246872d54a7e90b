"""What PHQ and GAD share: the last two weeks, items answered 0 to 3, added up.

With one or two blanks a total is prorated, with more there is none (published practice); a
band is only ever given for a complete form. The two-item forms need both answers.
"""

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

HIGHEST_ANSWER = 3
MOST_MISSING = 2
SCREEN_CUT = 10
PAIR_ITEMS, PAIR_CUT = 2, 3


def score_sum(instrument: str, answers: Answers, *, items: int, bands: tuple[Band, ...]) -> Result:
    """The long form. Raises InvalidAnswers."""
    check_answers(answers, items=items, highest=HIGHEST_ANSWER)
    blank = missing_items(answers)
    total = prorated_total(answers, most_missing=MOST_MISSING)
    band = None if total is None else band_of(total, bands)
    return Result(
        instrument=instrument,
        total=total,
        lowest=0,
        highest=items * HIGHEST_ANSWER,
        missing=len(blank),
        missing_items=blank,
        prorated=bool(blank) and total is not None,
        band=None if blank else band,
        prorated_band=band if blank else None,
        flags={} if total is None else {"positive_ge10": total >= SCREEN_CUT},
        unknown=("positive_ge10",) if total is None else (),
    )


def score_pair(instrument: str, answers: Answers) -> Result:
    """Items 1 and 2 alone. Raises InvalidAnswers."""
    check_answers(answers, items=PAIR_ITEMS, highest=HIGHEST_ANSWER)
    blank = missing_items(answers)
    total = None if blank else sum(given(answers))
    return Result(
        instrument=instrument,
        total=total,
        lowest=0,
        highest=PAIR_ITEMS * HIGHEST_ANSWER,
        missing=len(blank),
        missing_items=blank,
        flags={} if total is None else {"positive_ge3": total >= PAIR_CUT},
        unknown=("positive_ge3",) if total is None else (),
    )

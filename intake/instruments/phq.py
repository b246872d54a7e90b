"""PHQ-9 and PHQ-2. Kroenke, Spitzer, Williams 2001; Kroenke, Spitzer, Williams 2003."""

from dataclasses import replace

from intake.instruments.result import UNANSWERED, Answers, Band, Result
from intake.instruments.two_weeks import score_pair, score_sum

PHQ9_ITEMS = 9
SELF_HARM_ITEM = 9

PHQ9_BANDS = (
    Band("minimal", 0, 4),
    Band("mild", 5, 9),
    Band("moderate", 10, 14),
    Band("moderately severe", 15, 19),
    Band("severe", 20, 27),
)


def score_phq9(answers: Answers) -> Result:
    """Sum 0-27, with the answer about self-harm and the syndrome. Raises InvalidAnswers."""
    result = score_sum("PHQ-9", answers, items=PHQ9_ITEMS, bands=PHQ9_BANDS)
    algorithm = None if result.total is None else _algorithm(answers)
    return replace(result, safety=_safety(answers), algorithm=algorithm)


def score_phq2(answers: Answers) -> Result:
    """Items 1 and 2 of the PHQ-9; sum 0-6. Raises InvalidAnswers."""
    return score_pair("PHQ-2", answers)


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

"""C-SSRS screener, for a clinician who asks in person. Posner and others 2011.

Seven answers, 0 or 1: questions 1-5 for the past month, question 6 for a lifetime and, last,
for the past three months. There is no total. Without a "yes" to question 2, 3-5 are skipped.
"""

from collections.abc import Sequence

from intake.instruments.result import UNANSWERED, Answers, Result, check_answers

ITEMS = 7
LEVELS = ("none", "low", "moderate", "high")
RAISES = (1, 1, 2, 3, 3, 2, 3)  # the level that a "yes" to each question gives
ALWAYS_ASKED = (1, 2, 6, 7)
AFTER_YES_TO_2 = (3, 4, 5)


def score_cssrs(answers: Answers) -> Result:
    """The level of risk; none while a blank could change it. Raises InvalidAnswers."""
    check_answers(answers, items=ITEMS, highest=1)
    blank = _missing(answers)
    so_far = _level(answers)
    return Result(
        instrument="C-SSRS screener",
        total=None,
        lowest=None,
        highest=None,
        missing=len(blank),
        missing_items=blank,
        safety=_safety(answers),
        # A "yes" is heard although other questions are blank.
        values={"level": None if blank else so_far, "at_least": so_far},
    )


def _missing(answers: Answers) -> tuple[int, ...]:
    blank = [number for number in ALWAYS_ASKED if answers[number - 1] is None]
    follow_up = [number for number in AFTER_YES_TO_2 if answers[number - 1] is None]
    if answers[1] and follow_up and _level(answers) != _level(_all_yes(answers, follow_up)):
        blank += follow_up
    return tuple(sorted(blank))


def _all_yes(answers: Answers, numbers: Sequence[int]) -> Answers:
    return [1 if number in numbers else answer for number, answer in enumerate(answers, start=1)]


def _level(answers: Answers) -> str:
    raised = (level for answer, level in zip(answers, RAISES, strict=True) if answer)
    return LEVELS[max(raised, default=0)]


def _safety(answers: Answers) -> bool | str:
    if any(answers):
        return True
    return UNANSWERED if _missing(answers) else False

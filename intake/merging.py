"""Two windows on one questionnaire: what to do with an answer that arrives.

Nothing typed is lost, and nothing is overwritten behind a person's back: a window that shows
an old answer and leaves it alone changes nothing, and two different new answers are both kept.
"""

from enum import Enum

from intake.fhir.answers import Answer


class Outcome(Enum):
    UNCHANGED = "unchanged"
    APPLIED = "applied"
    RIVAL = "rival"


def merge(*, current: Answer, shown: Answer, given: Answer, is_own: bool) -> Outcome:
    """`shown` is what the window had on the page; `is_own`: the window wrote `current` itself.

    A window that lost the reply to its own save still shows the older answer: that is no rival.
    """
    if given == current:
        return Outcome.UNCHANGED
    if is_own or shown == current:
        return Outcome.APPLIED
    return Outcome.UNCHANGED if given == shown else Outcome.RIVAL

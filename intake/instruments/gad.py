"""GAD-7 and GAD-2. Spitzer, Kroenke, Williams, Loewe 2006; Kroenke and others 2007."""

from intake.instruments.result import Answers, Band, Result
from intake.instruments.two_weeks import score_pair, score_sum

GAD7_ITEMS = 7

GAD7_BANDS = (
    Band("minimal", 0, 4),
    Band("mild", 5, 9),
    Band("moderate", 10, 14),
    Band("severe", 15, 21),
)


def score_gad7(answers: Answers) -> Result:
    """Sum 0-21. Raises InvalidAnswers."""
    return score_sum("GAD-7", answers, items=GAD7_ITEMS, bands=GAD7_BANDS)


def score_gad2(answers: Answers) -> Result:
    """Items 1 and 2 of the GAD-7; sum 0-6. Raises InvalidAnswers."""
    return score_pair("GAD-2", answers)

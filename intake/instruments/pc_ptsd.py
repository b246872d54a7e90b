"""PC-PTSD-5. Prins and others 2016; cut points from Bovin and others 2021.

A gate question comes first; without such an event the score is 0 and nothing else is asked.
"""

from collections.abc import Sequence
from dataclasses import replace

from intake.instruments.result import (
    Answers,
    InvalidAnswers,
    Result,
    check_answers,
    given,
    incomplete,
    missing_items,
)

ITEMS = 5
GATE = 0  # the number of the gate question among the missing items
SENSITIVE, BALANCED = 3, 4  # 3 misses fewest; 4 is best overall, some women may need 3


def score_pc_ptsd5(answers: Answers) -> Result:
    """The gate and five answers, each 0 or 1; count 0-5. Raises InvalidAnswers."""
    if len(answers) != ITEMS + 1:
        raise InvalidAnswers(
            f"The gate and {ITEMS} answers are needed, {len(answers)} were given in all."
        )
    check_answers(answers, items=ITEMS + 1, highest=1)
    gate, asked = answers[0], answers[1:]
    blank = _blank(gate, asked)
    if gate is None:
        return incomplete("PC-PTSD-5", blank, highest=ITEMS, unknown=("gate", "ge3", "ge4"))
    if blank:
        result = incomplete("PC-PTSD-5", blank, highest=ITEMS, unknown=("ge3", "ge4"))
        return replace(result, values={"gate": bool(gate)})
    total = sum(given(asked)) if gate else 0
    return Result(
        instrument="PC-PTSD-5",
        total=total,
        lowest=0,
        highest=ITEMS,
        missing=0,
        missing_items=(),
        flags={"ge3": total >= SENSITIVE, "ge4": total >= BALANCED},
        values={"gate": bool(gate)},
    )


def _blank(gate: int | None, asked: Sequence[int | None]) -> tuple[int, ...]:
    """After a "no" at the gate the five are not asked, so none of them is missing."""
    if gate is None:
        return (GATE,)
    return missing_items(asked) if gate else ()

"""Answers as someone types them for one instrument: a plain list, or parts by their names."""

from collections.abc import Callable
from typing import Any

from intake.instruments.itq import HALF
from intake.instruments.pc_ptsd import ITEMS as PC_PTSD5_ITEMS
from intake.instruments.result import InvalidAnswers

Answers = list[Any]
YES_OR_NO = {True: 1, False: 0}


def plain_list(typed: Any) -> Answers:
    """Raises InvalidAnswers, as all of these do."""
    answers = typed.get("answers") if isinstance(typed, dict) else typed
    if not isinstance(answers, list):
        raise InvalidAnswers("The answers must be a JSON list, such as [0,1,null].")
    return answers


def yes_no_list(typed: Any) -> Answers:
    """True and 1 mean yes."""
    return [_as_number(answer) for answer in plain_list(typed)]


def screener(typed: Any) -> Answers:
    """C-SSRS: seven answers, or {"q": [...]}."""
    return yes_no_list(typed["q"] if isinstance(typed, dict) and "q" in typed else typed)


def gate_and_five(typed: Any) -> Answers:
    """PC-PTSD-5: the gate and five answers, the five alone, or {"gate": true, "answers": [...]}."""
    if isinstance(typed, dict):
        return [_as_number(typed.get("gate")), *_behind_the_gate(typed)]
    answers = yes_no_list(typed)
    # Whoever types five answers has asked the five, so the gate was passed.
    return [1, *answers] if len(answers) == PC_PTSD5_ITEMS else answers


def _behind_the_gate(typed: dict[str, Any]) -> Answers:
    if typed.get("answers") is None:
        return [None] * PC_PTSD5_ITEMS
    return yes_no_list(typed)


def two_halves(typed: Any) -> Answers:
    """ITQ: eighteen answers, or {"P1_9": [...], "C1_9": [...]}."""
    if not isinstance(typed, dict) or "answers" in typed:
        return plain_list(typed)
    return [answer for name in ("P1_9", "C1_9") for answer in _half(name, typed.get(name))]


def _half(name: str, answers: Any) -> Answers:
    if not isinstance(answers, list) or len(answers) != HALF:
        raise InvalidAnswers(f"{name} must be a list of {HALF} answers.")
    return answers


def _as_number(answer: Any) -> Any:
    return YES_OR_NO[answer] if isinstance(answer, bool) else answer


def two_scores(typed: Any) -> tuple[Any, Any]:
    """A change: {"baseline": 52, "now": 48} or [52, 48]."""
    if isinstance(typed, dict):
        return typed.get("baseline"), typed.get("now")
    if isinstance(typed, list) and len(typed) == len(("baseline", "now")):
        return typed[0], typed[1]
    raise InvalidAnswers('A change is {"baseline": 52, "now": 48}, or [52, 48].')


Reader = Callable[[Any], Answers]

"""Numbers without gaps, for receipts and estimates.

A number is used only when its row is stored: it is the next after the last, and when two
writers meet, the database refuses one of them and that one takes the next.
"""

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Max, Model

Row = TypeVar("Row", bound=Model)
MEETINGS = 8


def next_number(model: type[Model]) -> int:
    last: int | None = model._default_manager.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def numbered(model: type[Row], write: Callable[[int], Row]) -> Row:
    """Call `write` with the next number until the database takes its row.

    Raises IntegrityError when it is refused for another reason than the number.
    """
    for _ in range(MEETINGS):
        number = next_number(model)
        try:
            with transaction.atomic():
                return write(number)
        except IntegrityError:
            if next_number(model) == number:
                raise
    raise IntegrityError(f"no free number for {model._meta.label_lower}")

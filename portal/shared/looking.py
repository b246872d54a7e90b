"""How often a page asks again while something is being made for it."""

from dataclasses import dataclass

from django.http import HttpRequest

FIRST_WAIT, QUICK_LOOKS, GROWTH, LONGEST_WAIT = 0.5, 6, 1.5, 20.0  # seconds between two looks


@dataclass(frozen=True)
class NextLook:
    url: str
    seconds: float


def next_look(request: HttpRequest, url: str) -> NextLook:
    """Twice a second while it is most likely to be finished, then ever more slowly."""
    looks = _looks(request)
    seconds = min(FIRST_WAIT * GROWTH ** max(0, looks - QUICK_LOOKS), LONGEST_WAIT)
    return NextLook(f"{url}?looks={looks + 1}", round(seconds, 1))


def _looks(request: HttpRequest) -> int:
    typed = request.GET.get("looks", "")
    return min(int(typed), 100) if typed.isascii() and typed.isdigit() else 0

"""Addresses of other sites as settings name them: `https://host`, nothing behind it."""

import re

from django.core.exceptions import ImproperlyConfigured

ORIGIN = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?"
    r"|http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"
)


def checked_origins(name: str, values: list[str]) -> list[str]:
    """As a browser writes them, each once. Raises ImproperlyConfigured for anything else.

    They go into a header that browsers take at its word, so nothing wider than one site passes;
    plain http is for trying things out on this machine.
    """
    found = [value.strip().lower().rstrip("/") for value in values if value.strip()]
    wrong = [value for value in found if not ORIGIN.fullmatch(value)]
    if wrong:
        raise ImproperlyConfigured(
            f"{name} takes addresses such as https://www.practice.example.com; "
            f"this is none: {wrong[0]}"
        )
    return list(dict.fromkeys(found))

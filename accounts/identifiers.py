"""Numbers that authorities give to a practice, checked by their own rules."""

import re

from django.core.exceptions import ValidationError

NPI_PREFIX = "80840"  # CMS: the check digit counts over the card issuer's prefix and the number


def check_npi(value: str) -> None:
    """National Provider Identifier: ten digits from 1 or 2 on, Luhn over 80840 and the number."""
    if not re.fullmatch(r"[12]\d{9}", value) or not _passes_luhn(NPI_PREFIX + value):
        raise ValidationError("This is not an NPI. It has ten digits and begins with 1 or 2.")


def check_ein(value: str) -> None:
    """Employer Identification Number: two digits, a dash, seven digits."""
    if not re.fullmatch(r"\d{2}-\d{7}", value):
        raise ValidationError("Write the EIN as 12-3456789.")


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(int(character) for character in reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0

"""US telephone numbers in the one form that a text message can be sent to.

A function of our own, not a library: one country's rule is a line long, and the well-kept library
for it (phonenumbers) brings the numbering plans of the world along. Whether a number that looks
right can be texted at all, only its provider knows.
"""

import re

# North American Numbering Plan: area code and exchange begin with 2 to 9; N11 is a service.
NATIONAL = re.compile(r"(?:1)?((?!.11)[2-9]\d{2}(?!.11)[2-9]\d{2}\d{4})")
WRITTEN = re.compile(r"\+?[\d\s().\-\u2010-\u2013/]+")


class NotUsNumber(ValueError):
    """This can't be read as a telephone number of the United States."""


def to_e164(written: str) -> str:
    """`+12125550100` for `(212) 555-0100`. Raises NotUsNumber, also for an extension."""
    digits = re.sub(r"\D", "", written)
    national = NATIONAL.fullmatch(digits)
    abroad = written.strip().startswith("+") and not digits.startswith("1")
    if national is None or abroad or not WRITTEN.fullmatch(written.strip()):
        raise NotUsNumber
    return f"+1{national[1]}"

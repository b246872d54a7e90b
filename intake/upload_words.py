"""Why a document is not taken, in words that say what to do; and what it is called."""

import re

from intake.fhir.cleaning import clean_line
from portal.shared.harmless import ENDINGS
from portal.shared.wash.limits import MOST_PAGES, MOST_POINTS
from portal.shared.wash.refusals import Reason

NAMELESS = "Document"
LABEL_LIMIT = 80  # characters, before its ending
WORDS = {
    Reason.EMPTY: "This file is empty. Please choose another one.",
    Reason.UNKNOWN: "This is no PDF, JPEG or PNG, whatever its name says. Please choose one of "
    "these, or take a picture of it.",
    Reason.APPLE: "This picture is in a form of Apple’s (HEIC). Please take it again with the "
    "camera setting “Most Compatible”, or choose a screenshot of it.",
    Reason.OFFICE: "This comes from a word processor or the like. Please save it as a PDF, and "
    "choose that.",
    Reason.BROKEN: "This file can’t be read to its end. It may be damaged or cut off. Please save, "
    "scan or photograph it once more.",
    Reason.LOCKED: "This PDF is locked with a password. Please save a copy without one, for "
    "example by printing it into a new PDF, or photograph the pages.",
    Reason.PAGES: f"This PDF has more than {MOST_PAGES} pages. Please choose the part that "
    "matters for us.",
    Reason.POINTS: f"This picture has more than {MOST_POINTS // 1_000_000} megapixels. Please "
    "choose a smaller one.",
    Reason.EFFORT: "This file takes too much to open. Please save it in a plainer form, or "
    "photograph the pages.",
}
_PATH = re.compile(r"[/\\:*?\"<>|]+")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def too_large(most_mb: int) -> str:
    return f"This file is larger than {most_mb} MB. Please choose a smaller one."


def no_room(total_mb: int) -> str:
    return (
        f"There is no room for this one: your documents may be {total_mb} MB together. Please "
        "remove one that is not needed any more, or bring it along."
    )


def too_often(minutes: int) -> str:
    return f"These were many files in a short time. Please go on in {minutes} minutes."


def label_of(name: str, media_type: str) -> str:
    """One line without a path, and with the ending of what the file really is."""
    last = re.split(r"[/\\]", name)[-1]
    plain = clean_line(_PATH.sub(" ", _ENDING.sub("", last.strip()))).strip(". ")
    return (plain[:LABEL_LIMIT].strip(". ") or NAMELESS) + ENDINGS[media_type]

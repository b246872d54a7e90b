"""Why a file is not taken; each with a name that can travel between two processes."""

from enum import StrEnum


class Reason(StrEnum):
    EMPTY = "empty"
    UNKNOWN = "unknown"  # none of the kinds that are taken, whatever its name says
    APPLE = "apple"  # HEIC, as iPhones take pictures
    OFFICE = "office"  # of a word processor or the like
    BROKEN = "broken"  # cut off, or not what it begins as
    LOCKED = "locked"  # a PDF with a password, or with rights taken away
    PAGES = "pages"
    POINTS = "points"
    EFFORT = "effort"  # more time or memory than a file may take


class Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
